//! Phone numbers: read in any format, kept as E.164, shown the US way.

use std::fmt;

/// A number and, for an office, its extension. The practices are in the US, so ten digits are enough;
/// a number of another country needs its plus sign.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Phone {
    pub e164: String,
    pub extension: Option<String>,
}

impl Phone {
    /// Reads `(206) 555-0117`, `206.555.0117 x12`, `+1 206 555 0117`, `+44 20 7946 0958`.
    pub fn parse(typed: &str) -> Result<Self, String> {
        let text = typed.trim();
        // Spreadsheets turn a column of numbers into decimals.
        let text = text.strip_suffix(".0").unwrap_or(text);
        let (number, extension) = split_extension(text);
        let odd = |c: char| !(c.is_ascii_digit() || "+()-. /\u{a0}\u{2011}\u{2013}".contains(c));
        if number.contains(odd) {
            return Err(format!("\"{text}\" is not a phone number. Enter ten digits, like (206) 555-0117"));
        }
        let digits: String = number.chars().filter(char::is_ascii_digit).collect();
        let foreign = number.trim_start().starts_with('+') && !digits.starts_with('1');
        let e164 = match digits.len() {
            8..=15 if foreign && !digits.starts_with('0') => format!("+{digits}"),
            10 if is_north_american(&digits) => format!("+1{digits}"),
            11 if digits.starts_with('1') && is_north_american(&digits[1..]) => format!("+{digits}"),
            10 | 11 => return Err(format!("\"{text}\" is no US number: area code and exchange never begin with 0 or 1")),
            7 => return Err(format!("\"{text}\" has no area code. Enter all ten digits")),
            n => return Err(format!("\"{text}\" has {n} digits. Enter ten, like (206) 555-0117")),
        };
        Ok(Self { e164, extension })
    }

    /// A stored number as people read it; what cannot be read stays as it is.
    pub fn show(e164: &str, extension: Option<&str>) -> String {
        let number = match e164.strip_prefix("+1") {
            Some(ten) if ten.len() == 10 => format!("({}) {}-{}", &ten[..3], &ten[3..6], &ten[6..]),
            _ => e164.to_string(),
        };
        match extension {
            Some(extension) => format!("{number} x{extension}"),
            None => number,
        }
    }
}

/// Area code and exchange begin with 2 to 9 [NANP].
fn is_north_american(ten: &str) -> bool {
    let digit = |at: usize| ten.as_bytes().get(at).copied().unwrap_or(b'0');
    digit(0) >= b'2' && digit(3) >= b'2'
}

fn split_extension(text: &str) -> (&str, Option<String>) {
    let lower = text.to_ascii_lowercase();
    for mark in ["extension", "ext.", "ext", "x", "#"] {
        if let Some(at) = lower.find(mark) {
            let tail: String = lower[at + mark.len()..].chars().filter(|c| !c.is_whitespace()).collect();
            if !tail.is_empty() && tail.len() <= 6 && tail.bytes().all(|b| b.is_ascii_digit()) {
                return (&text[..at], Some(tail));
            }
        }
    }
    (text, None)
}

impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&Phone::show(&self.e164, self.extension.as_deref()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_in_any_format_is_the_same_number() {
        for typed in ["(206) 555-0117", "206.555.0117", "2065550117", "+1 206 555 0117", "1-206-555-0117", "2065550117.0"] {
            assert_eq!(Phone::parse(typed).map(|p| p.e164), Ok("+12065550117".into()), "{typed}");
        }
    }

    #[test]
    fn an_extension_is_kept() {
        let phone = Phone::parse("206 555 0117 ext. 12").expect("a phone");
        assert_eq!(phone.to_string(), "(206) 555-0117 x12");
    }

    #[test]
    fn a_number_without_area_code_says_so() {
        assert!(Phone::parse("555-0133").unwrap_err().contains("area code"));
        assert!(Phone::parse("call Jess").is_err() && Phone::parse("106 555 0117").is_err() && Phone::parse("+0000000000").is_err());
    }
}
