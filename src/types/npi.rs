//! National Provider Identifier: ten digits, first digit 1 or 2, Luhn check digit over "80840" and the number.

use serde::{Serialize, Serializer};
use std::fmt;

/// A checked NPI. Whether it belongs to a person (type 1) or an organization (type 2) is not in the digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Npi(String);

impl Npi {
    /// Reads a typed NPI; spaces, dots and dashes are ignored, a digit is never mended.
    pub fn parse(typed: &str) -> Result<Self, String> {
        // A spreadsheet that takes the column for numbers adds a ".0"; no digit is lost by it.
        let typed = typed.trim().strip_suffix(".0").unwrap_or(typed);
        let text: String = typed.chars().filter(|c| !matches!(c, ' ' | '-' | '.' | '\u{a0}')).collect();
        let spreadsheet = typed.contains(['e', 'E', '+']) && typed.starts_with(|c: char| c.is_ascii_digit());
        if spreadsheet {
            return Err(format!("A spreadsheet turned the NPI into \"{typed}\". The real digits are gone; copy them again as text"));
        }
        if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(format!("\"{typed}\" is not an NPI. It has ten digits and nothing else"));
        }
        if text.len() != 10 {
            return Err(format!("This NPI has {} digits. It needs ten", text.len()));
        }
        if !text.starts_with(['1', '2']) {
            return Err("An NPI begins with 1 or 2. Check it with the office".into());
        }
        if !check_digit_fits(&text) {
            return Err("One digit of this NPI is wrong. Check it with the office".into());
        }
        Ok(Self(text))
    }

    /// Completes nine digits with their check digit; for synthetic data only.
    pub fn complete(nine: u64) -> Self {
        let body = format!("{nine:09}");
        let last = (0..10).find(|d| check_digit_fits(&format!("{body}{d}"))).unwrap_or(0);
        Self(format!("{body}{last}"))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The prefix 80840 adds a constant 24 to the Luhn sum [CMS, NPI check digit].
fn check_digit_fits(ten: &str) -> bool {
    let sum: u32 = ten
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| {
            let digit = u32::from(byte - b'0');
            match place % 2 {
                0 => digit,
                _ if digit > 4 => digit * 2 - 9,
                _ => digit * 2,
            }
        })
        .sum();
    (sum + 24).is_multiple_of(10)
}

impl fmt::Display for Npi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Npi {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_cms_is_valid_and_one_wrong_digit_is_not() {
        assert!(Npi::parse("1234567893").is_ok());
        assert!(Npi::parse("1234 567-893").is_ok() && Npi::parse("1234567893.0").is_ok());
        assert!(Npi::parse("1234567890").unwrap_err().contains("One digit"));
    }

    #[test]
    fn a_first_digit_of_three_is_refused_although_luhn_fits() {
        assert!(Npi::parse("3000000000").unwrap_err().contains("begins with 1 or 2"));
    }

    #[test]
    fn a_number_in_scientific_notation_is_refused_with_its_cause() {
        assert!(Npi::parse("1.00E+09").unwrap_err().contains("spreadsheet"));
    }

    #[test]
    fn synthetic_numbers_pass_their_own_check() {
        for nine in 200_000_000..200_000_200 {
            assert!(Npi::parse(Npi::complete(nine).as_str()).is_ok());
        }
    }
}
