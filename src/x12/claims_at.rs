//! From a place that a 999 names in a transaction of ours to the claims it touches, by the file as it left.

use super::envelope::{Envelope, same_control};
use super::segment::{Reader, Segment, X12Error};
use super::told::short;
use std::collections::{BTreeSet, HashMap};
use std::io::Read;

/// How far an error reaches: one in the head touches all claims, one in a provider's or subscriber's loop those within it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Reach {
    Transaction,
    Provider,
    Subscriber,
    Patient,
    Claim,
}

/// The places of a file of claims that we sent, read once for all that a 999 names.
#[derive(Debug, Default)]
pub struct Places {
    transactions: Vec<Sent>,
}

/// One transaction: where its loops and claims begin.
#[derive(Debug, Default)]
struct Sent {
    group: String,
    control: String,
    marks: Vec<Mark>,
    /// Segment and first element at the positions that were asked for.
    named: HashMap<u32, (String, String)>,
}

#[derive(Debug)]
struct Mark {
    position: u32,
    reach: Reach,
    /// The claim that begins here, if one does.
    claim: Option<String>,
}

impl Places {
    /// Reads a file. Of the positions in `wanted` it remembers what stands there.
    pub fn read<R: Read>(sent: &mut Reader<R>, wanted: &BTreeSet<u32>) -> Result<Self, X12Error> {
        let mut envelope = Envelope::default();
        let mut transactions: Vec<Sent> = Vec::new();
        while let Some(segment) = envelope.next(sent) {
            let Some(open) = envelope.transaction() else { continue };
            let position = u32::try_from(open.position).unwrap_or(u32::MAX);
            if segment.id() == "ST" {
                let group = envelope.group().map(|g| g.control.clone()).unwrap_or_default();
                transactions.push(Sent { group, control: open.control.clone(), ..Sent::default() });
            }
            let Some(sent) = transactions.last_mut() else { continue };
            if let Some(reach) = reach_of(&segment) {
                let claim = (reach == Reach::Claim).then(|| short(segment.get(1)));
                sent.marks.push(Mark { position, reach, claim });
            }
            if wanted.contains(&position) {
                sent.named.insert(position, (short(segment.id()), short(segment.part(1, 1))));
            }
        }
        envelope.take_failure().map_or(Ok(Self { transactions }), Err)
    }

    fn sent(&self, group: &str, transaction: &str) -> Option<&Sent> {
        self.transactions.iter().find(|t| same_control(&t.group, group) && same_control(&t.control, transaction))
    }

    /// The numbers of the claims that a position touches (the ST is 1).
    /// Nothing where the file has no such transaction, or no claim behind that place.
    pub fn claims_at(&self, group: &str, transaction: &str, position: u32) -> Vec<String> {
        let Some(sent) = self.sent(group, transaction) else { return Vec::new() };
        let behind = sent.marks.partition_point(|m| m.position <= position);
        let Some(place) = behind.checked_sub(1).and_then(|at| sent.marks.get(at)) else { return Vec::new() };
        if let Some(claim) = &place.claim {
            return vec![claim.clone()];
        }
        // What was claimed before the place is not touched by it.
        let within = sent.marks[behind..].iter().take_while(|m| m.reach > place.reach);
        within.filter_map(|m| m.claim.clone()).collect()
    }

    /// The first element of the segment at a position that was asked for, if such a segment stands there: what a REF or DTP is.
    pub fn qualifier(&self, group: &str, transaction: &str, position: u32, segment: &str) -> Option<&str> {
        let (id, first) = self.sent(group, transaction)?.named.get(&position)?;
        (id == segment).then_some(first.as_str())
    }
}

/// The numbers of the claims that a position touches, for one position alone.
pub fn claims_at<R: Read>(sent: &mut Reader<R>, group: &str, transaction: &str, position: u32) -> Result<Vec<String>, X12Error> {
    Ok(Places::read(sent, &BTreeSet::new())?.claims_at(group, transaction, position))
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
    fn what_a_segment_is_about_is_told_where_it_was_asked_for() {
        let text = file();
        let places = Places::read(&mut Reader::new(text.as_bytes()), &BTreeSet::from([2, 4])).expect("read");
        assert_eq!((places.qualifier("18", "1", 4, "NM1"), places.qualifier("17", "0001", 2, "BHT")), (Some("85"), Some("0019")));
        assert_eq!(
            (places.qualifier("18", "1", 4, "REF"), places.qualifier("18", "1", 6, "NM1"), places.qualifier("9", "1", 4, "NM1")),
            (None, None, None)
        );
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
