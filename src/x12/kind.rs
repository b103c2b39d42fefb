//! What a file is, by what stands in it: its name and ending are nobody's promise.

use super::segment::{Reader, Segment, X12Error};
use super::told::short;
use serde::Serialize;
use std::io::Read;

/// Enough to tell foreign files by their beginning.
const BEGINNING: usize = 512;

/// What a file is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Kind {
    /// 835: what a payer paid.
    Remittance,
    /// 999: whether a group of ours could be read.
    Ack999,
    /// 997: the same, older.
    Ack997,
    /// 277CA: what became of each claim before its decision.
    Status277Ca,
    /// 277 of another guide: answers to questions that we did not ask.
    Other277 { version: String },
    /// Nothing but TA1: whether a file of ours was taken at all.
    Ta1Only,
    /// 837P: claims, like those that we send.
    Claims837P,
    /// 837 of another guide, like hospital or dental claims.
    Other837 { version: String },
    /// 4010 and before, which we do not read.
    OldVersion { set: String, version: String },
    /// Any other X12.
    OtherX12 { set: String, version: String },
    /// It begins like X12 and cannot be read.
    BrokenX12 { words: String },
    /// No X12 at all.
    NotX12 { what: Foreign },
}

/// What a file is that is no X12.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Foreign {
    Empty,
    Zip,
    Gzip,
    Pdf,
    Image,
    WebPage,
    Xml,
    Json,
    OldSpreadsheet,
    Encrypted,
    /// Saved by an editor with two bytes for each letter.
    Utf16,
    /// X12 whose first lines are missing.
    NoEnvelope,
    Table,
    Text,
    Binary,
}

impl Kind {
    /// Whether `ack_999` or `status_277ca` read it.
    pub fn is_acknowledgement(&self) -> bool {
        matches!(self, Self::Ack999 | Self::Ack997 | Self::Status277Ca | Self::Ta1Only)
    }

    /// What it is, for a sentence like "This is ...".
    pub fn words(&self) -> String {
        match self {
            Self::Remittance => "a remittance (835)".into(),
            Self::Ack999 => "an acknowledgement of claims sent (999)".into(),
            Self::Ack997 => "an acknowledgement of claims sent (997)".into(),
            Self::Status277Ca => "a report on claims received (277CA)".into(),
            Self::Other277 { version } => format!("an answer to a question about claims (277{})", behind(version)),
            Self::Ta1Only => "an acknowledgement of a file sent (TA1)".into(),
            Self::Claims837P => "a file of claims (837P)".into(),
            Self::Other837 { version } => format!("a file of claims that are not professional ones (837{})", behind(version)),
            Self::OldVersion { set, version } => format!("a {set} in the old version {version}"),
            Self::OtherX12 { set, version } if set.is_empty() => format!("an X12 file without a transaction{}", behind(version)),
            Self::OtherX12 { set, version } => format!("an X12 file of another kind ({set}{})", behind(version)),
            Self::BrokenX12 { words } => format!("an X12 file that cannot be read: {words}"),
            Self::NotX12 { what } => what.words().into(),
        }
    }

    /// What to do with it.
    pub fn advice(&self) -> &'static str {
        match self {
            Self::Remittance => "Import it under Remittances.",
            Self::Ack999 | Self::Ack997 | Self::Status277Ca | Self::Ta1Only => "Import it under Acknowledgements.",
            Self::Other277 { .. } => {
                "It changes nothing here. What we read is the 277CA, which clearinghouses also call the claim acknowledgement."
            }
            Self::Claims837P | Self::Other837 { .. } => {
                "These are claims on their way to a payer, not an answer. Look for the file that came back: 835, 999 or 277CA."
            }
            Self::OldVersion { .. } => {
                "We read version 5010. Ask the payer or clearinghouse to send 5010 files, which have been the rule since 2012."
            }
            Self::OtherX12 { .. } => "We read 835, 999, 277CA and TA1. Look for one of these among the downloads.",
            Self::BrokenX12 { .. } => "Download it again. If it stays like this, ask the sender for a new copy; do not mend it by hand.",
            Self::NotX12 { what } => what.advice(),
        }
    }
}

impl Foreign {
    fn words(self) -> &'static str {
        match self {
            Self::Empty => "an empty file",
            Self::Zip => "a zip file (or a document of an office program)",
            Self::Gzip => "a packed file (gzip)",
            Self::Pdf => "a PDF",
            Self::Image => "a picture",
            Self::WebPage => "a web page",
            Self::Xml => "an XML file",
            Self::Json => "a JSON file",
            Self::OldSpreadsheet => "a document of an older office program",
            Self::Encrypted => "an encrypted file",
            Self::Utf16 => "a text that an editor saved in another encoding (UTF-16)",
            Self::NoEnvelope => "a part of an X12 file: its first lines (ISA, GS) are missing",
            Self::Table => "a table (CSV)",
            Self::Text => "a plain text",
            Self::Binary => "no text, and nothing that we know",
        }
    }

    fn advice(self) -> &'static str {
        match self {
            Self::Empty => "Download it again.",
            Self::Zip | Self::Gzip => "Unpack it first, and import the files within it one by one.",
            Self::Pdf | Self::Image => "It is for reading. Enter an explanation of benefits by hand, or ask the payer for the 835.",
            Self::WebPage => "Mostly this is the sign-in page of a portal, saved in place of the file. Sign in there and download again.",
            Self::Xml | Self::Json | Self::OldSpreadsheet | Self::Binary => "Look for the X12 file among the downloads: 835, 999 or 277CA.",
            Self::Encrypted => "Decrypt it first, with the key that the sender agreed with you.",
            Self::Utf16 => "Download it again, and import it without opening it in an editor.",
            Self::NoEnvelope => "Import the whole file as it was downloaded.",
            Self::Table | Self::Text => {
                "Reports of a clearinghouse in text are for reading. Look for the X12 file of the same day: 835, 999 or 277CA."
            }
        }
    }
}

fn behind(version: &str) -> String {
    if version.is_empty() { String::new() } else { format!(", {version}") }
}

/// Tells what a file is. It reads no more than it needs, which for a file of nothing but TA1 is all of it.
/// A read error of the source is told as `BrokenX12`. The file is to be opened anew for what reads it then.
pub fn kind_of(mut file: impl Read) -> Kind {
    let mut beginning = Vec::new();
    if let Err(error) = file.by_ref().take(BEGINNING as u64).read_to_end(&mut beginning) {
        return Kind::BrokenX12 { words: format!("the file cannot be read: {error}") };
    }
    if let Some(what) = foreign(&beginning) {
        return Kind::NotX12 { what };
    }
    let mut reader = Reader::new(beginning.as_slice().chain(file));
    kind_of_x12(&mut reader).unwrap_or_else(|error| Kind::BrokenX12 { words: error.to_string() })
}

/// What does not begin with an ISA.
fn foreign(beginning: &[u8]) -> Option<Foreign> {
    const MAGIC: &[(&[u8], Foreign)] = &[
        (b"PK\x03\x04", Foreign::Zip),
        (b"PK\x05\x06", Foreign::Zip),
        (b"\x1f\x8b", Foreign::Gzip),
        (b"%PDF", Foreign::Pdf),
        (b"\x89PNG", Foreign::Image),
        (b"\xff\xd8\xff", Foreign::Image),
        (b"GIF8", Foreign::Image),
        (b"II*\0", Foreign::Image),
        (b"MM\0*", Foreign::Image),
        (b"\xd0\xcf\x11\xe0", Foreign::OldSpreadsheet),
        (b"{\\rtf", Foreign::OldSpreadsheet),
        (b"-----BEGIN PGP", Foreign::Encrypted),
        (b"\xff\xfe", Foreign::Utf16),
        (b"\xfe\xff", Foreign::Utf16),
    ];
    if let Some((_, what)) = MAGIC.iter().find(|(magic, _)| beginning.starts_with(magic)) {
        return Some(*what);
    }
    let text = beginning.strip_prefix(b"\xef\xbb\xbf").unwrap_or(beginning);
    let blank = text.iter().take_while(|b| matches!(b, b' ' | b'\r' | b'\n' | b'\t' | 0)).count();
    let text = &text[blank..];
    let begins = |word: &str| text.get(..word.len()).is_some_and(|b| b.eq_ignore_ascii_case(word.as_bytes()));
    let is_segment =
        |id: &str| text.starts_with(id.as_bytes()) && text.get(id.len()).is_some_and(|b| b.is_ascii_punctuation() && *b != b',');
    match text.first() {
        None => Some(Foreign::Empty),
        _ if begins("ISA") && !text.get(3).is_some_and(u8::is_ascii_alphanumeric) => None,
        _ if ["GS", "ST", "BPR", "AK1", "BHT", "TA1", "CLP"].into_iter().any(is_segment) => Some(Foreign::NoEnvelope),
        _ if begins("<!doctype html") || begins("<html") => Some(Foreign::WebPage),
        Some(b'<') => Some(Foreign::Xml),
        Some(b'{' | b'[') => Some(Foreign::Json),
        _ => Some(prose(text)),
    }
}

/// Text has few control characters; a table has as many commas or tabs in its second line as in its first.
fn prose(text: &[u8]) -> Foreign {
    let odd = text.iter().filter(|b| b.is_ascii_control() && !matches!(b, b'\r' | b'\n' | b'\t' | 0x0c)).count();
    let high = text.iter().filter(|b| !b.is_ascii()).count();
    if odd * 20 > text.len() || (high * 3 > text.len() && std::str::from_utf8(text).is_err_and(|e| e.error_len().is_some())) {
        return Foreign::Binary;
    }
    let mut lines = text.split(|b| *b == b'\n');
    let first = lines.next().unwrap_or_default();
    let second = lines.next().filter(|line| !line.is_empty()).unwrap_or(first);
    let is_even = |separator: u8| {
        let count = |line: &[u8]| line.iter().filter(|b| **b == separator).count();
        count(first) > 0 && count(first) <= count(second).max(1)
    };
    if [b',', b'\t', b';', b'|'].into_iter().any(is_even) { Foreign::Table } else { Foreign::Text }
}

/// The first transaction decides; a file without any may hold TA1s.
fn kind_of_x12<R: Read>(reader: &mut Reader<R>) -> Result<Kind, X12Error> {
    let (mut has_ta1, mut version) = (false, String::new());
    while let Some(segment) = reader.next()? {
        match segment.id() {
            "TA1" => has_ta1 = true,
            "GS" => version = short(segment.get(8)),
            "ST" => {
                let set = short(segment.get(1));
                // Some write the guide in ST03 only.
                let guide = segment.some(3).filter(|_| !version.contains('X')).map_or_else(|| version.clone(), short);
                let next = reader.next()?;
                return Ok(kind_of_set(set, guide, next));
            }
            _ => {}
        }
    }
    Ok(if has_ta1 { Kind::Ta1Only } else { Kind::OtherX12 { set: String::new(), version } })
}

fn kind_of_set(set: String, version: String, next: Option<Segment<'_>>) -> Kind {
    // 0085 is the hierarchy of the 277CA, where no version names the guide.
    let is_0085 = next.is_some_and(|s| s.id() == "BHT" && s.get(1) == "0085");
    match set.as_str() {
        "997" => Kind::Ack997,
        _ if is_old(&version) => Kind::OldVersion { set, version },
        "999" => Kind::Ack999,
        "835" => Kind::Remittance,
        "277" if version.contains("X214") || (is_0085 && !version.contains('X')) => Kind::Status277Ca,
        "277" => Kind::Other277 { version },
        "837" if version.contains("X222") => Kind::Claims837P,
        "837" => Kind::Other837 { version },
        _ => Kind::OtherX12 { set, version },
    }
}

/// 004010 and before; what is no version of this shape is taken for a present one.
fn is_old(version: &str) -> bool {
    version.get(..6).and_then(|digits| digits.parse::<u32>().ok()).is_some_and(|number| number < 5_010)
}

#[cfg(test)]
mod tests {
    use super::super::mangle::{ISA, each_cut, mangled};
    use super::*;

    /// A file of one transaction.
    fn file(set: &str, version: &str, st03: &str, inner: &str) -> String {
        format!("{ISA}GS*XX*PAYER*CEDARTIDE*20261126*0700*5*X*{version}~ST*{set}*0001*{st03}~{inner}SE*2*0001~GE*1*5~IEA*1*000000001~")
    }

    fn kind(file: impl AsRef<[u8]>) -> Kind {
        kind_of(file.as_ref())
    }

    #[test]
    fn each_file_that_comes_back_is_known_by_its_content() {
        assert_eq!(kind(file("835", "005010X221A1", "", "")), Kind::Remittance);
        assert_eq!(kind(file("835", "005010X221", "005010X221A1", "")), Kind::Remittance, "without A1, with ST03");
        assert_eq!(kind(file("999", "005010X231A1", "005010X231A1", "")), Kind::Ack999);
        assert_eq!(kind(file("999", "005010X231", "", "")), Kind::Ack999);
        assert_eq!(kind(file("997", "004010", "", "")), Kind::Ack997);
        assert_eq!(kind(file("277", "005010X214", "005010X214", "")), Kind::Status277Ca);
        assert_eq!(kind(file("277", "005010", "005010X214", "")), Kind::Status277Ca);
        assert_eq!(kind(file("277", "005010", "", "BHT*0085*08*1~")), Kind::Status277Ca);
        assert_eq!(kind(format!("{ISA}TA1*1*261125*1200*A*000~IEA*0*000000001~")), Kind::Ta1Only);
        assert!(kind(format!("\u{feff}\r\n{}", file("999", "005010X231A1", "", ""))).is_acknowledgement());
    }

    #[test]
    fn a_ta1_before_another_answer_does_not_hide_it() {
        let ta1 = format!("{ISA}TA1*1*261125*1200*A*000~IEA*0*000000001~");
        assert_eq!(kind(format!("{ta1}{}", file("999", "005010X231A1", "", ""))), Kind::Ack999);
        let within = file("277", "005010X214", "", "").replacen("~GS", "~TA1*1*261125*1200*A*000~GS", 1);
        assert_eq!(kind(within), Kind::Status277Ca);
    }

    #[test]
    fn other_x12_is_told_with_its_version_and_what_to_do() {
        let version = |v: &str| v.to_string();
        assert_eq!(kind(file("277", "005010X212", "", "BHT*0010*08*1~")), Kind::Other277 { version: version("005010X212") });
        assert_eq!(kind(file("837", "005010X222A1", "005010X222A1", "")), Kind::Claims837P);
        assert_eq!(kind(file("837", "005010X223A2", "", "")), Kind::Other837 { version: version("005010X223A2") });
        for (set, old) in [("835", "004010X091A1"), ("277", "004040X167"), ("837", "004010X098A1"), ("999", "003070")] {
            let told = kind(file(set, old, "", ""));
            assert_eq!(told, Kind::OldVersion { set: set.into(), version: old.into() });
            assert!(told.words().contains(old) && told.advice().contains("5010"), "{}", told.words());
        }
        let benefit = kind(file("271", "005010X279A1", "", ""));
        assert_eq!(benefit.words(), "an X12 file of another kind (271, 005010X279A1)");
        let nothing = kind(format!("{ISA}IEA*0*000000001~"));
        assert_eq!(nothing.words(), "an X12 file without a transaction");
    }

    #[test]
    fn what_is_no_x12_is_told_by_its_kind_and_what_to_do() {
        let table: &[(&[u8], Foreign)] = &[
            (b"", Foreign::Empty),
            (b"\xef\xbb\xbf \r\n", Foreign::Empty),
            (b"PK\x03\x04\x14", Foreign::Zip),
            (b"\x1f\x8b\x08", Foreign::Gzip),
            (b"%PDF-1.7", Foreign::Pdf),
            (b"\xff\xd8\xff\xe0", Foreign::Image),
            (b"<!DOCTYPE HTML><html>", Foreign::WebPage),
            (b"<?xml version=\"1.0\"?>", Foreign::Xml),
            (b"{\"claims\": []}", Foreign::Json),
            (b"\xd0\xcf\x11\xe0", Foreign::OldSpreadsheet),
            (b"-----BEGIN PGP MESSAGE-----", Foreign::Encrypted),
            (b"\xff\xfeI\0S\0A\0", Foreign::Utf16),
            (b"ST*835*0001~BPR*I", Foreign::NoEnvelope),
            (b"GS|HP|A", Foreign::NoEnvelope),
            (b"Patient,Charge,Paid\r\nDana,80,60\r\n", Foreign::Table),
            (b"a\tb\tc", Foreign::Table),
            (b"EDI STATUS REPORT\n\nClaim 1 was accepted, by the payer.\n", Foreign::Text),
            ("Peña: angenommen\n".as_bytes(), Foreign::Text),
            (b"ISAAC was here", Foreign::Text),
            (b"\x01\x02\x03\x04\x05", Foreign::Binary),
        ];
        for (bytes, what) in table {
            let told = kind(bytes);
            assert_eq!(told, Kind::NotX12 { what: *what }, "{}", String::from_utf8_lossy(bytes));
            assert!(told.advice().ends_with('.') && !told.words().is_empty());
        }
    }

    #[test]
    fn a_file_cut_off_at_any_byte_is_told_as_broken_or_as_what_it_was() {
        let whole = file("999", "005010X231A1", "", "AK1*HC*17~");
        let st = whole.find("AK1").expect("there");
        each_cut(&whole, |cut, at| match kind(cut) {
            Kind::Ack999 => assert!(at >= st),
            Kind::BrokenX12 { words } => assert!(!words.is_empty()),
            Kind::NotX12 { .. } => assert!(at < 3, "{at}"),
            Kind::OtherX12 { set, .. } => assert!(set.is_empty() && at < st, "{at}"),
            other => panic!("{at}: {other:?}"),
        });
    }

    #[test]
    fn nothing_that_a_file_holds_makes_it_panic() {
        mangled(&file("277", "005010X214", "", "BHT*0085*08*1~"), 5_000, |bytes| {
            let told = kind(bytes);
            assert!(!told.words().is_empty() && !told.advice().is_empty());
        });
    }
}
