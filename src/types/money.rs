//! Money is i64 cents. `Money` reads what people type and prints what they read; sums stay plain `i64`.

use std::fmt;

/// US dollars in cents. May be negative (a refund, money taken back).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Money(pub i64);

/// Nothing in this program bills more than ten million dollars at once; a longer number is a slip of the finger.
const MOST_CENTS: i64 = 1_000_000_000;

impl Money {
    /// Reads `$1,234.5`, `1234`, `.50`, `-3.20` and `(50)`.
    pub fn parse(typed: &str) -> Result<Self, String> {
        let wrong = || format!("\"{typed}\" is not an amount. Enter dollars and cents, like 148.00");
        let text = typed.trim();
        let (negative, text) = match text.strip_prefix('(').and_then(|t| t.strip_suffix(')')) {
            Some(inner) => (true, inner.trim()),
            None => (false, text),
        };
        let (minus, text) = match text.strip_prefix(['-', '\u{2212}']) {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let text: String = text.chars().filter(|c| !matches!(c, '$' | ',' | ' ')).collect();
        let (dollars, cents) = text.split_once('.').unwrap_or((&text, ""));
        let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if (dollars.is_empty() && cents.is_empty()) || !digits(dollars) || !digits(cents) || dollars.len() > 9 {
            return Err(wrong());
        }
        if cents.len() > 2 {
            return Err(format!("\"{typed}\" has a part of a cent. Enter at most two digits after the point"));
        }
        let whole: i64 = if dollars.is_empty() { 0 } else { dollars.parse().map_err(|_| wrong())? };
        let part: i64 = format!("{cents:0<2}").parse().map_err(|_| wrong())?;
        let total = whole * 100 + part;
        if total > MOST_CENTS {
            return Err(wrong());
        }
        Ok(Self(if negative != minus { -total } else { total }))
    }

    /// Without sign of currency or groups, cents only where there are some: `120`, `87.5` is `87.50`. For files.
    pub fn plain(self) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, part) = (self.0.unsigned_abs() / 100, self.0.unsigned_abs() % 100);
        if part == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part:02}") }
    }

    /// Whole dollars for overviews, rounded half away from zero: `$1,285`.
    pub fn whole(self) -> String {
        let dollars = (self.0.unsigned_abs() + 50) / 100;
        format!("{}${}", if self.0 < 0 && dollars > 0 { "\u{2212}" } else { "" }, grouped(dollars))
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "\u{2212}" } else { "" };
        let cents = self.0.unsigned_abs();
        write!(f, "{sign}${}.{:02}", grouped(cents / 100), cents % 100)
    }
}

fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_people_type_them() {
        for (typed, cents) in [("$1,234.5", 123_450), ("1234", 123_400), (".50", 50), ("(50)", -5_000), ("-3.20", -320), ("0", 0)] {
            assert_eq!(Money::parse(typed), Ok(Money(cents)), "{typed}");
        }
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        for typed in ["", ".", "12.345", "1e5", "12,5.00.1", "abc", "--3", "99999999999"] {
            assert!(Money::parse(typed).is_err(), "{typed}");
        }
    }

    #[test]
    fn money_is_printed_for_people_and_for_files() {
        assert_eq!(Money(123_450).to_string(), "$1,234.50");
        assert_eq!(Money(-2_600).to_string(), "−$26.00");
        assert_eq!(Money(128_450).whole(), "$1,285");
        assert_eq!((Money(12_000).plain(), Money(8_750).plain()), ("120".into(), "87.50".into()));
    }
}
