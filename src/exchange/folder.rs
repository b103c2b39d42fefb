//! What lies in a clearinghouse's folder: whether a file is whole, and what it is.

use crate::x12::kind::{Kind, kind_of};
use std::fs;
use std::path::Path;

/// Its last segment is an IEA with its control number, so that nothing more is to come.
pub fn ends_as_x12(content: &[u8]) -> bool {
    let tail = String::from_utf8_lossy(&content[content.len().saturating_sub(200)..]).into_owned();
    let tail = tail.trim_end_matches(['\r', '\n', ' ', '\t', '\0', '\u{1a}']);
    let last = tail.rfind("IEA").map(|at| &tail[at + 3..]).unwrap_or_default();
    let Some(separator) = last.chars().next().filter(|c| !c.is_alphanumeric()) else { return false };
    let elements: Vec<&str> = last.split(separator).collect();
    let [_, _, control] = elements[..] else { return false };
    let digits = control.chars().take_while(char::is_ascii_digit).count();
    // Where a line break ends the segments, the number's nine digits say that it is whole.
    let behind: Vec<char> = control.chars().skip(digits).collect();
    matches!(behind[..], [terminator] if !terminator.is_alphanumeric() && digits > 0) || behind.is_empty() && digits >= 9
}

/// What a file is, by its beginning.
pub fn kind_at(path: &Path) -> Kind {
    match fs::File::open(path) {
        Ok(file) => kind_of(std::io::BufReader::new(file)),
        Err(error) => Kind::BrokenX12 { words: format!("the file cannot be read: {error}") },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_whole_when_its_last_segment_is_an_iea() {
        for whole in ["SE*1*1~GE*1*1~IEA*1*000000001~", "GE*1*1~\r\nIEA*1*000000001~\r\n", "GE|1|1\nIEA|1|000000001\n", "IEA*1*1~\u{1a}"] {
            assert!(ends_as_x12(whole.as_bytes()), "{whole}");
        }
        for cut in ["", "IE", "IEA", "IEA*1", "IEA*1*0000", "ISA*00~IEA*1*000000001~ISA*00*", "GE*1*1~", "IEA*1*~"] {
            assert!(!ends_as_x12(cut.as_bytes()), "{cut}");
        }
    }
}
