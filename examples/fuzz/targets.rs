//! The readers, each with a digest of what it said: two files with the same digest took the same way, more or less.

use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hash, Hasher};
use tributary::x12::claims_at::claims_at;
use tributary::x12::kind::kind_of;
use tributary::x12::remittance_835::{Parser, Part};
use tributary::x12::{Envelope, Reader, ack_999, status_277ca};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    Segments,
    Era,
    Status,
    Ack,
    Claims,
}

impl std::str::FromStr for Target {
    type Err = String;
    fn from_str(word: &str) -> Result<Self, String> {
        Ok(match word {
            "segments" => Self::Segments,
            "era" => Self::Era,
            "status" => Self::Status,
            "ack" => Self::Ack,
            "claims" => Self::Claims,
            other => return Err(format!("{other} is no target")),
        })
    }
}

impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Segments => "segments",
            Self::Era => "era",
            Self::Status => "status",
            Self::Ack => "ack",
            Self::Claims => "claims",
        })
    }
}

impl Target {
    pub fn read(self, file: &[u8]) -> u64 {
        let mut said = String::new();
        match self {
            Self::Segments => segments(file, &mut said),
            Self::Era => era(file, &mut said),
            Self::Status => {
                let told = status_277ca::read(&mut Reader::new(file));
                let _ = write!(said, "{} {} {:?}", told.batches.len(), told.claims.len(), told.faults);
                for claim in &told.claims {
                    let _ = write!(said, "{:?} {:?}", told.verdict(claim), claim.all_stcs().next());
                }
            }
            Self::Ack => {
                let told = ack_999::read(&mut Reader::new(file));
                let _ = write!(said, "{} {} {:?} {}", told.ta1s.len(), told.groups.len(), told.faults, told.is_whole());
                for group in &told.groups {
                    let _ = write!(said, "{:?} {:?}", group.verdict, group.verdict_of("0001"));
                }
            }
            Self::Claims => {
                let _ = write!(said, "{:?}", kind_of(file));
                for position in [1, 9, 40, u32::MAX] {
                    let _ = write!(said, "{:?}", claims_at(&mut Reader::new(file), "17", "0001", position));
                }
            }
        }
        digest(&said)
    }
}

fn segments(file: &[u8], said: &mut String) {
    let (mut reader, mut line) = (Reader::new(file), String::new());
    let (mut from, mut count) = (0, 0_usize);
    loop {
        match reader.next() {
            Ok(Some(segment)) => {
                assert!(segment.offset >= from && segment.end <= file.len() as u64, "a segment stands where it was read");
                from = segment.end;
                count += 1;
                line.clear();
                segment.canonical(&mut line);
                let _ = (segment.cents(2), segment.number(1), segment.day(3), segment.part(1, 2).len(), segment.parts(1).count());
            }
            Ok(None) => break,
            Err(e) => {
                let _ = write!(said, "{e}");
                break;
            }
        }
    }
    let _ = write!(said, "{}", count.min(40));
}

fn era(file: &[u8], said: &mut String) {
    let (mut reader, mut parser, mut envelope, mut parts) = (Reader::new(file), Parser::default(), Envelope::default(), Vec::new());
    loop {
        let segment = match reader.next() {
            Ok(Some(segment)) => segment,
            Ok(None) => break,
            Err(e) => {
                let _ = write!(said, "{e}");
                return;
            }
        };
        envelope.see(&segment);
        if let Err(e) = parser.see(&segment, &mut parts) {
            let _ = write!(said, "{e}");
            return;
        }
        for part in parts.drain(..) {
            match part {
                Part::Payment(_) => said.push('p'),
                Part::Claim(claim) => {
                    assert!(claim.from < claim.to && claim.to <= file.len() as u64, "a claim stands where it was read");
                    let _ = write!(said, "c{}", claim.lines.len().min(9));
                }
                Part::Item(_) => said.push('i'),
                Part::End(end) => {
                    let levels: Vec<_> = end.balance.imbalances().iter().map(|i| i.level).take(3).collect();
                    let _ = write!(said, "e{levels:?}");
                }
            }
        }
    }
    let _ = write!(said, "{:?}", envelope.finish().len());
}

/// Without figures and what was quoted, which are new in every file.
fn digest(said: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    let mut quoted = false;
    for c in said.chars() {
        match c {
            '"' => quoted = !quoted,
            _ if quoted || c.is_ascii_digit() => {}
            _ => c.hash(&mut hasher),
        }
    }
    hasher.finish()
}
