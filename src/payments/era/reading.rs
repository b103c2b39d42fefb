//! A file as it is taken in: its payments with all they say, or why it cannot be taken. Pure.

use crate::x12::remittance_835::{Balance, ClaimPayment, Parser, Part, Payment, ProviderItem};
use crate::x12::{Reader, Segment};
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
    if let Some(words) = other_kind(content) {
        return Err(words.into());
    }
    let (mut reader, mut parser) = (Reader::new(content), Parser::default());
    let (mut parts, mut envelope) = (Vec::new(), Envelope::default());
    let (mut found, mut current, mut hash) = (Vec::new(), Read::default(), Sha256::new());
    let mut line = String::new();
    while let Some(segment) = reader.next().map_err(|e| e.to_string())? {
        envelope.see(&segment)?;
        if !matches!(segment.id(), "ST" | "SE") {
            line.clear();
            segment.canonical(&mut line);
            hash.update(&line);
        } else if segment.id() == "ST" {
            hash = Sha256::new();
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
                    current.cautions = std::mem::take(&mut envelope.odd);
                    found.push(std::mem::take(&mut current));
                }
            }
        }
    }
    envelope.finish()?;
    if found.is_empty() {
        return Err(envelope.what_it_is());
    }
    Ok(found)
}

/// What people take for an 835 by mistake.
fn other_kind(content: &[u8]) -> Option<&'static str> {
    let start = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content).trim_ascii_start();
    match start {
        [] => Some("The file is empty. Download it again"),
        [b'P', b'K', 3, 4, ..] => Some("This is a zip archive. Unpack it and take in the files within it"),
        _ if start.starts_with(b"%PDF") => Some("This is a PDF. Ask for the electronic remittance (835), or enter it by hand as an EOB"),
        _ if !start.starts_with(b"ISA") => Some("This is no X12 file: it does not begin with ISA. Take in the 835 as it was downloaded"),
        _ => None,
    }
}

/// The envelopes around the payments: counted, and complete.
#[derive(Debug, Default)]
struct Envelope {
    interchange: Option<String>,
    group: Option<String>,
    set: Option<(String, u64)>,
    kinds: Vec<(String, String)>,
    odd: Vec<String>,
}

impl Envelope {
    fn see(&mut self, segment: &Segment<'_>) -> Result<(), String> {
        match segment.id() {
            "ISA" if self.interchange.is_some() => return Err(cut_off("IEA")),
            "ISA" => self.interchange = Some(segment.get(13).into()),
            "GS" if self.group.is_some() => return Err(cut_off("GE")),
            "GS" => {
                self.group = Some(segment.get(6).into());
                self.kinds.push((segment.get(1).into(), segment.get(8).into()));
                if segment.get(8).starts_with("004") {
                    return Err("This file is of version 4010, which ended in 2012. Ask the payer or clearinghouse for version 5010".into());
                }
            }
            "ST" if self.set.is_some() => return Err(cut_off("SE")),
            "ST" => self.set = Some((segment.get(2).into(), segment.number)),
            "SE" => {
                let Some((control, first)) = self.set.take() else { return Err(format!("{}", segment.error("a trailer without a beginning"))) };
                let counted = segment.number - first + 1;
                if segment.get(1).trim_start_matches('0') != counted.to_string() {
                    self.odd.push(format!("Its trailer counts {} segments where {counted} are", segment.get(1)));
                }
                self.agree(&control, segment.get(2), "ST and SE");
            }
            "GE" => {
                let group = self.group.take();
                self.agree(group.as_deref().unwrap_or_default(), segment.get(2), "GS and GE");
            }
            "IEA" => {
                let interchange = self.interchange.take();
                self.agree(interchange.as_deref().unwrap_or_default(), segment.get(2), "ISA and IEA");
                if self.group.is_some() || self.set.is_some() {
                    return Err(cut_off("SE or GE"));
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn agree(&mut self, begin: &str, end: &str, of: &str) {
        if begin.trim_start_matches('0') != end.trim_start_matches('0') {
            self.odd.push(format!("Its control numbers of {of} differ: {begin} and {end}"));
        }
    }

    fn finish(&self) -> Result<(), String> {
        match (&self.set, &self.group, &self.interchange) {
            (Some(_), ..) => Err(cut_off("SE")),
            (_, Some(_), _) => Err(cut_off("GE")),
            (_, _, Some(_)) => Err(cut_off("IEA")),
            _ => Ok(()),
        }
    }

    /// The file holds no payment: what else it is.
    fn what_it_is(&self) -> String {
        match self.kinds.first().map(|(kind, version)| (kind.as_str(), version.as_str())) {
            Some(("HC", _)) => "This file holds claims (837), as they are sent. A remittance is an 835".into(),
            Some(("FA", _)) => "This file is a receipt (999). Take it in with the acknowledgments".into(),
            Some(("HN", _)) => "This file tells how claims stand (277). Take it in with the acknowledgments".into(),
            Some((_, version)) => format!("This file holds no remittance (835), but {version}"),
            None => "This file holds no remittance (835)".into(),
        }
    }
}

fn cut_off(missing: &str) -> String {
    format!("The file was cut off: its {missing} is missing. Download it again; nothing was taken in")
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
            FILE.replace("0001", "0077").replace("000000001", "000000099"),
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
            (claims.as_bytes(), "claims (837)"),
            (old.as_bytes(), "4010"),
            (&b"PK\x03\x04"[..], "zip"),
            (&b"%PDF-1.7"[..], "PDF"),
            (&b"name,amount\n"[..], "does not begin with ISA"),
            (&b""[..], "empty"),
        ] {
            let words = payments(content).expect_err("refused");
            assert!(words.contains(word), "{word}: {words}");
        }
    }
}
