//! A file as it is taken in: its payments with all they say, or why it cannot be taken. Pure.

use crate::x12::kind::{Kind, kind_of};
use crate::x12::remittance_835::{Balance, ClaimPayment, Parser, Part, Payment, ProviderItem};
use crate::x12::{Envelope, EnvelopeFault, Reader, X12Error};
use sha2::{Digest, Sha256};

/// One payment of the file, whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Read {
    pub payment: Payment,
    pub claims: Vec<ClaimPayment>,
    pub items: Vec<ProviderItem>,
    pub balance: Balance,
    /// The hash of what it says, without its envelope and control numbers: the same payment has the same one, in whatever
    /// file and with whatever separators it travels.
    pub fingerprint: String,
    /// Where it stands in the file.
    pub from: u64,
    pub to: u64,
    /// What is odd about it and stops nothing.
    pub cautions: Vec<String>,
}

/// Reads the payments of a file. The file is taken whole or not at all.
pub fn payments(content: &[u8]) -> Result<Vec<Read>, String> {
    if content.is_empty() {
        return Err("Choose the remittance file (835) as you downloaded it: this one is empty".into());
    }
    let kind = kind_of(content);
    if kind != Kind::Remittance {
        return Err(format!("This is {}. {}", kind.words(), kind.advice()));
    }
    let (mut reader, mut parser, mut envelope) = (Reader::new(content), Parser::default(), Envelope::default());
    let (mut found, mut current, mut hash) = (Vec::new(), Read::default(), Sha256::new());
    let (mut parts, mut line) = (Vec::new(), String::new());
    while let Some(segment) = reader.next().map_err(|e| cut_off(&e))? {
        let odd = envelope.see(&segment);
        if let Some(fatal) = odd.iter().find(|fault| fault.is_fatal()) {
            return Err(cut_off(&fatal.at));
        }
        current.cautions.extend(odd.iter().map(EnvelopeFault::to_string));
        match segment.id() {
            "ST" => hash = Sha256::new(),
            "SE" => {}
            _ => {
                line.clear();
                segment.canonical(&mut line);
                hash.update(&line);
            }
        }
        parser.see(&segment, &mut parts).map_err(|e| e.to_string())?;
        for part in parts.drain(..) {
            match part {
                Part::Payment(payment) => current.payment = *payment,
                Part::Claim(claim) => current.claims.push(*claim),
                Part::Item(item) => current.items.push(item),
                Part::End(end) => {
                    (current.balance, current.from, current.to) = (end.balance, end.from, end.to);
                    current.fingerprint = hex::encode(std::mem::replace(&mut hash, Sha256::new()).finalize());
                    found.push(std::mem::take(&mut current));
                }
            }
        }
    }
    let odd = envelope.finish();
    if let Some(fatal) = odd.iter().find(|fault| fault.is_fatal()) {
        return Err(cut_off(&fatal.at));
    }
    // What is odd about the envelopes behind the last payment is said of that payment.
    let told: Vec<String> = found.iter().flat_map(|one: &Read| one.cautions.clone()).collect();
    if let Some(last) = found.last_mut() {
        last.cautions.extend(odd.iter().map(EnvelopeFault::to_string).filter(|words| !told.contains(words)));
    }
    if found.is_empty() { Err("The file holds no whole payment. Download it again".into()) } else { Ok(found) }
}

fn cut_off(at: &X12Error) -> String {
    format!("The file cannot be taken in: {at}. Download it again; nothing of it was kept")
}

/// The segments between two places of a file, as they stand there.
pub fn segments(content: &[u8], from: i64, to: i64) -> Vec<String> {
    let at = |place: i64| usize::try_from(place).unwrap_or(0).min(content.len());
    let (from, to) = (at(from), at(to));
    let mut reader = Reader::new(content);
    let mut found = Vec::new();
    while let Ok(Some(segment)) = reader.next() {
        if segment.offset >= to as u64 {
            break;
        }
        if segment.offset >= from as u64 {
            found.push(segment.text().to_string());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "ISA*00*          *00*          *ZZ*PAYER          *ZZ*US             *261125*1200*^*00501*000000001*0*P*:~\
        GS*HP*PAYER*US*20261125*1200*1*X*005010X221A1~ST*835*0001~BPR*I*80*C*ACH************20261124~TRN*1*EFT-1*1~N1*PR*CASCADE~\
        N1*PE*CEDAR*XX*2000000010~LX*1~CLP*C1*1*100*80*0*12*CH1~CAS*CO*45*20~SE*9*0001~GE*1*1~IEA*1*000000001~";

    #[test]
    fn the_same_payment_has_one_fingerprint_in_whatever_envelope_it_travels() {
        let one = payments(FILE.as_bytes()).expect("read");
        let others = [
            FILE.replace('~', "~\r\n"),
            FILE.replace('*', "|"),
            FILE.replace("*0001~", "*0077~").replace("*000000001", "*000000099"),
            FILE.replace("*CEDAR*XX", "* CEDAR *XX").replace("CASCADE~", "CASCADE**~"),
        ];
        for other in others {
            assert_eq!(payments(other.as_bytes()).expect("read")[0].fingerprint, one[0].fingerprint, "{other}");
        }
        let another = FILE.replace("*80*0*12", "*80*1*12");
        assert_ne!(payments(another.as_bytes()).expect("read")[0].fingerprint, one[0].fingerprint);
        assert_eq!(one[0].cautions, Vec::<String>::new());
    }

    #[test]
    fn a_file_cut_off_at_any_byte_is_refused_whole() {
        for end in 0..FILE.len() - "*1*000000001~".len() {
            assert!(payments(&FILE.as_bytes()[..end]).is_err(), "{end}: {}", &FILE[..end]);
        }
    }

    #[test]
    fn a_wrong_count_or_control_number_is_told_and_stops_nothing() {
        let read = payments(FILE.replace("SE*9*0001", "SE*8*0002").as_bytes()).expect("read");
        assert_eq!(read[0].cautions.len(), 2, "{:?}", read[0].cautions);
    }

    #[test]
    fn what_is_no_835_is_told_by_what_it_is() {
        let claims = FILE.replace("GS*HP", "GS*HC").replace("ST*835", "ST*837");
        let old = FILE.replace("005010X221A1", "004010X091A1");
        for (content, word) in [
            (claims.as_bytes(), "claims"),
            (old.as_bytes(), "old version"),
            (&b"PK\x03\x04"[..], "zip"),
            (&b"%PDF-1.7"[..], "PDF"),
            (&b"name,amount\n"[..], "table"),
            (&b""[..], "empty"),
        ] {
            let words = payments(content).expect_err("refused");
            assert!(words.contains(word), "{word}: {words}");
        }
    }
}
