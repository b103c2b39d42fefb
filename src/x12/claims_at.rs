//! From a place that a 999 names in a transaction of ours to the claims it touches, by the file as it left.

use super::envelope::{Envelope, same_control};
use super::segment::{Reader, Segment, X12Error};
use super::told::short;
use std::io::Read;

/// How far an error reaches: one in the head touches all claims, one in a provider's or subscriber's loop those within it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Reach {
    Transaction,
    Provider,
    Subscriber,
    Patient,
    Claim,
}

/// The numbers of the claims that a position touches (the ST is 1), in a file of claims that we sent.
/// Nothing where the file has no such transaction, or no claim behind that place.
pub fn claims_at<R: Read>(sent: &mut Reader<R>, group: &str, transaction: &str, position: u32) -> Result<Vec<String>, X12Error> {
    let mut envelope = Envelope::default();
    let mut reach = Reach::Transaction;
    let mut claims = Vec::new();
    while let Some(segment) = envelope.next(sent) {
        let in_group = envelope.group().is_some_and(|g| same_control(&g.control, group));
        let Some(open) = envelope.transaction().filter(|t| in_group && same_control(&t.control, transaction)) else { continue };
        let Some(opened) = reach_of(&segment) else { continue };
        let is_before = open.position <= u64::from(position);
        if !is_before && opened <= reach {
            return Ok(claims);
        }
        if is_before {
            reach = opened;
        }
        if opened == Reach::Claim {
            claims.push(short(segment.get(1)));
        }
        // What was claimed before the place is not touched by it, unless it is the claim itself.
        if is_before && opened == Reach::Claim {
            claims.drain(..claims.len() - 1);
        } else if is_before {
            claims.clear();
        }
    }
    envelope.take_failure().map_or(Ok(claims), Err)
}

fn reach_of(segment: &Segment<'_>) -> Option<Reach> {
    match (segment.id(), segment.get(3)) {
        ("ST", _) => Some(Reach::Transaction),
        ("HL", "20") => Some(Reach::Provider),
        ("HL", "22") => Some(Reach::Subscriber),
        ("HL", "23") => Some(Reach::Patient),
        ("CLM", _) => Some(Reach::Claim),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::mangle::{ISA, mangled};
    use super::*;

    /// Two groups alike but for their numbers; claim numbers end in the group's.
    fn file() -> String {
        let group = |n: u32| {
            let st = format!(
                "ST*837*0001~BHT*0019~HL*1**20*1~NM1*85~HL*2*1*22*0~NM1*IL~CLM*A{n}*1~LX*1~HL*3*1*22*1~NM1*IL~HL*4*3*23*0~NM1*QC~CLM*B{n}*1~LX*1~\
                CLM*C{n}*1~HL*5**20*1~NM1*85~HL*6*5*22*0~CLM*D{n}*1~SE*20*0001~"
            );
            format!("GS*HC*A*B*20261125*1200*{n}*X*005010X222A1~{st}GE*1*{n}~")
        };
        format!("{ISA}{}{}IEA*2*000000001~", group(17), group(18))
    }

    fn at(position: u32) -> String {
        let text = file();
        claims_at(&mut Reader::new(text.as_bytes()), "18", "1", position).expect("read").join(" ")
    }

    #[test]
    fn an_error_in_a_claim_touches_it_alone() {
        assert_eq!((at(7), at(8), at(13), at(15)), ("A18".into(), "A18".into(), "B18".into(), "C18".into()));
        assert_eq!((at(19), at(400)), ("D18".to_string(), "D18".to_string()));
    }

    #[test]
    fn an_error_before_the_claims_touches_those_within_its_loop() {
        assert_eq!((at(1), at(2)), ("A18 B18 C18 D18".to_string(), "A18 B18 C18 D18".to_string()));
        assert_eq!((at(4), at(17)), ("A18 B18 C18".to_string(), "D18".to_string()));
        assert_eq!((at(6), at(10), at(12), at(18)), ("A18".into(), "B18 C18".into(), "B18 C18".into(), "D18".into()));
    }

    #[test]
    fn a_transaction_that_we_never_sent_has_no_claims() {
        let text = file();
        let look = |group: &str, transaction: &str| claims_at(&mut Reader::new(text.as_bytes()), group, transaction, 7).expect("read");
        assert_eq!((look("19", "0001"), look("17", "0002")), (vec![], vec![]));
        assert_eq!(look("000017", "0001"), ["A17"]);
    }

    #[test]
    fn a_file_that_is_none_is_an_error_and_no_panic() {
        assert!(claims_at(&mut Reader::new(&b"PK"[..]), "1", "1", 1).is_err());
        mangled(&file(), 2_000, |bytes| drop(claims_at(&mut Reader::new(bytes), "17", "0001", 9)));
    }
}
