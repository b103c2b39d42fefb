//! Writes segments for one claim at a time, makes text plain, and keeps what had to be refused.

use super::Refusal;
use super::{Delimiters, Writer, plain};
use chrono::{Datelike, NaiveDate};

/// Nobody bills more, and sums of it stay sums.
const MOST_CENTS: i64 = 9_999_999_999;

pub(super) struct Pen<'a> {
    pub out: Writer,
    pub delimiters: Delimiters,
    pub refusals: Vec<Refusal>,
    claim: Option<&'a str>,
    line: Option<u32>,
}

impl<'a> Pen<'a> {
    pub fn new(delimiters: Delimiters) -> Self {
        Self { out: Writer::new(delimiters), delimiters, refusals: Vec::new(), claim: None, line: None }
    }

    /// What is refused from here on is this claim's.
    pub fn begin(&mut self, claim: Option<&'a str>) {
        (self.claim, self.line) = (claim, None);
    }

    /// What is refused from here on is this line's, or the whole claim's.
    pub fn at_line(&mut self, line: Option<u32>) {
        self.line = line;
    }

    pub fn segment(&mut self, id: &str, elements: &[&str]) {
        self.out.segment(id, elements);
    }

    /// The place of the last segment in its transaction, counting ST as 1.
    pub fn position(&self) -> usize {
        self.out.count_with_trailer() - 1
    }

    pub fn composite(&self, parts: &[&str]) -> String {
        self.out.composite(parts)
    }

    pub fn refuse(&mut self, field: impl Into<String>, words: impl Into<String>) {
        let field = match self.line {
            Some(line) => format!("line {line}, {}", field.into()),
            None => field.into(),
        };
        self.refusals.push(Refusal { claim: self.claim.map(str::to_string), field, words: words.into() });
    }

    /// The refusals of a shared part hold for the next claim too.
    pub fn repeat(&mut self, shared: &[Refusal]) {
        let claim = self.claim.map(str::to_string);
        self.refusals.extend(shared.iter().map(|r| Refusal { claim: claim.clone(), ..r.clone() }));
    }

    /// Plain text that must be there.
    pub fn need(&mut self, whose: &str, what: &str, text: &str, most: usize) -> String {
        let plain = self.fit(whose, what, text, most);
        if plain.is_empty() {
            let words = if text.trim().is_empty() { "is missing" } else { "has no letter or digit that X12 carries" };
            self.refuse(format!("{whose}{what}"), words);
        }
        plain
    }

    /// Plain text that may be missing.
    pub fn may(&mut self, whose: &str, what: &str, text: Option<&str>, most: usize) -> String {
        text.map_or_else(String::new, |text| self.fit(whose, what, text, most))
    }

    fn fit(&mut self, whose: &str, what: &str, text: &str, most: usize) -> String {
        let plain = plain(text, self.delimiters);
        if plain.len() > most {
            self.refuse(format!("{whose}{what}"), format!("is longer than {most} characters"));
        }
        plain
    }

    /// An id of two characters at least, as the other side gave it.
    pub fn id(&mut self, whose: &str, what: &str, text: &str) -> String {
        let id = self.need(whose, what, text, 80);
        if id.len() == 1 {
            self.refuse(format!("{whose}{what}"), "has only one character");
        }
        id
    }

    /// The number on a card, without the blanks and hyphens that are printed for the eye.
    pub fn member_id(&mut self, whose: &str, text: &str) -> String {
        let bare: String = text.chars().filter(|c| *c != '-' && !c.is_whitespace()).collect();
        self.id(whose, "member id", &bare)
    }

    /// A code of letters and digits that has one of these lengths.
    pub fn code(&mut self, what: &str, text: &str, lengths: std::ops::RangeInclusive<usize>) -> String {
        let code = text.trim().to_ascii_uppercase();
        if !lengths.contains(&code.len()) || !code.bytes().all(|b| b.is_ascii_alphanumeric()) {
            let length = if lengths.start() == lengths.end() {
                lengths.end().to_string()
            } else {
                format!("{} to {}", lengths.start(), lengths.end())
            };
            self.refuse(what, if code.is_empty() { "is missing".into() } else { format!("is not {length} letters and digits") });
        }
        code
    }

    /// Exactly so many digits; what people put between them falls away.
    pub fn digits(&mut self, whose: &str, what: &str, text: &str, count: usize) -> String {
        let digits: String = text.chars().filter(|c| !matches!(c, ' ' | '-' | '.' | '(' | ')' | '/')).collect();
        if digits.len() != count || !digits.bytes().all(|b| b.is_ascii_digit()) {
            self.refuse(
                format!("{whose}{what}"),
                if digits.is_empty() { "is missing".into() } else { format!("does not have {count} digits") },
            );
        }
        digits
    }

    /// Ten digits without the country.
    pub fn phone(&mut self, whose: &str, text: &str) -> String {
        let bare: String = text.chars().filter(|c| !matches!(c, '+' | ' ' | '-' | '.' | '(' | ')' | '/')).collect();
        let national = bare.strip_prefix('1').filter(|_| bare.len() == 11).unwrap_or(&bare);
        self.digits(whose, "phone", national, 10)
    }

    pub fn npi(&mut self, whose: &str, text: &str) -> String {
        let npi = text.trim().to_string();
        if npi.is_empty() {
            self.refuse(format!("{whose}NPI"), "is missing");
        } else if !is_npi(&npi) {
            self.refuse(format!("{whose}NPI"), "is none: a digit is wrong");
        }
        npi
    }

    /// An amount: `120`, `46.50`, `-3.20`.
    pub fn dollars(&mut self, what: &str, cents: i64) -> String {
        if !(-MOST_CENTS..=MOST_CENTS).contains(&cents) {
            self.refuse(what, "is more than any bill");
        }
        dollars(cents)
    }
}

/// As X12 wants it: no trailing zeros of whole dollars, never a bare `.5`.
pub(super) fn dollars(cents: i64) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    let (whole, part) = (cents.unsigned_abs() / 100, cents.unsigned_abs() % 100);
    if part == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part:02}") }
}

/// CCYYMMDD.
pub(super) fn day(day: NaiveDate) -> String {
    format!("{:04}{:02}{:02}", day.year(), day.month(), day.day())
}

/// Ten digits, the first 1 or 2, the last the check digit over `80840` and the rest, which adds 24 to the sum.
fn is_npi(text: &str) -> bool {
    let shape = text.len() == 10 && text.starts_with(['1', '2']) && text.bytes().all(|b| b.is_ascii_digit());
    let weigh = |(place, byte): (usize, u8)| match (place % 2, u32::from(byte.wrapping_sub(b'0'))) {
        (0, digit) => digit,
        (_, digit) if digit > 4 => digit * 2 - 9,
        (_, digit) => digit * 2,
    };
    shape && (text.bytes().rev().enumerate().map(weigh).sum::<u32>() + 24).is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_have_no_trailing_zeros_of_whole_dollars_and_never_a_bare_point() {
        let told = [12_000, 4_650, 50, 5, 0, -320, -5, 9_999_999_999].map(dollars);
        assert_eq!(told, ["120", "46.50", "0.50", "0.05", "0", "-3.20", "-0.05", "99999999.99"]);
    }

    #[test]
    fn an_npi_has_ten_digits_and_its_check_digit() {
        assert!(is_npi("1234567893") && is_npi("2003000124"));
        for wrong in ["1234567890", "3000000000", "123456789", "12345678931", "12345678a3", ""] {
            assert!(!is_npi(wrong), "{wrong}");
        }
    }
}
