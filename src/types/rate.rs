//! Shares and averages without floats on the way: a numerator, a denominator, one rounding at the end.

use serde::{Serialize, Serializer};

/// `part / whole` as a fraction of 1 with four decimals, rounded half away from zero. Kept as ten-thousandths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rate(pub i64);

impl Rate {
    /// Nothing where there is nothing to divide by (a whole of zero or less).
    pub fn of(part: i64, whole: i64) -> Option<Self> {
        (whole > 0).then(|| Self(divide(i128::from(part) * 10_000, i128::from(whole))))
    }

    /// Reads a fraction as it is written: `0.4074`, `-0.03`, `1`.
    pub fn read(text: &str) -> Option<Self> {
        let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        let whole: i64 = whole.parse().ok()?;
        let part: i64 = format!("{part:0<4}").get(..4)?.parse().ok()?;
        Some(Self(sign * (whole * 10_000 + part)))
    }

    /// `40.7%`, for people.
    pub fn percent(self) -> String {
        let tenths = divide(i128::from(self.0), 10);
        format!("{}.{}%", tenths / 10, (tenths % 10).abs())
    }
}

/// As a fraction of 1: `0.4074`.
impl std::fmt::Display for Rate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        write!(f, "{sign}{}.{:04}", self.0.unsigned_abs() / 10_000, self.0.unsigned_abs() % 10_000)
    }
}

/// Integer division rounded half away from zero. `whole` is positive.
pub fn divide(part: i128, whole: i128) -> i64 {
    let half = if part < 0 { -(whole / 2) } else { whole / 2 };
    // An even `whole` rounds its exact half away from zero; an odd one has no exact half.
    i64::try_from((part + half) / whole).unwrap_or(i64::MAX)
}

impl Serialize for Rate {
    #[expect(clippy::float_arithmetic, reason = "JSON knows no other fraction; the value is exact to its four decimals")]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.0 as f64 / 10_000.0)
    }
}

impl schemars::JsonSchema for Rate {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Rate".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "number", "description": "A fraction of 1 with four decimals" })
    }
}

/// The middle of a histogram of whole days, as the mean of the two middle ones where the count is even: `19` or `19.5`.
pub fn median(counts: &[(i64, i64)]) -> Option<Halves> {
    let total: i64 = counts.iter().map(|(_, n)| n).sum();
    if total == 0 {
        return None;
    }
    let mut sorted = counts.to_vec();
    sorted.sort_unstable();
    let at = |place: i64| {
        let mut seen = 0;
        sorted.iter().find(|(_, n)| {
            seen += n;
            seen > place
        })
    };
    let low = at((total - 1) / 2)?.0;
    let high = at(total / 2)?.0;
    Some(Halves(low + high))
}

/// A number of halves: `Halves(39)` is 19.5.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Halves(pub i64);

impl std::fmt::Display for Halves {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", self.0 / 2, if self.0 % 2 == 0 { "" } else { ".5" })
    }
}

impl Serialize for Halves {
    #[expect(clippy::float_arithmetic, reason = "a half is exact in a float")]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0 % 2 == 0 { serializer.serialize_i64(self.0 / 2) } else { serializer.serialize_f64(self.0 as f64 / 2.0) }
    }
}

impl schemars::JsonSchema for Halves {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Days".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "number", "description": "Whole or half days" })
    }
}

/// The 95% range of Wilson for `k` of `n`, in tenths of a percent: 1 of 5 is (36, 624).
#[expect(clippy::float_arithmetic, reason = "a statistic shown beside a count, never money")]
pub fn wilson(k: i64, n: i64) -> Option<(i64, i64)> {
    if n <= 0 {
        return None;
    }
    let (k, n, z) = (k as f64, n as f64, 1.959_964_f64);
    let p = k / n;
    let denominator = 1.0 + z * z / n;
    let middle = (p + z * z / (2.0 * n)) / denominator;
    let half = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt() / denominator;
    let tenths = |share: f64| (share * 1_000.0).round() as i64;
    Some((tenths((middle - half).max(0.0)), tenths((middle + half).min(1.0))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_have_four_decimals_rounded_half_away_from_zero() {
        assert_eq!(Rate::of(110, 270).map(|r| r.0), Some(4_074));
        assert_eq!(Rate::of(20, 320).map(|r| r.0), Some(625));
        assert_eq!(
            (Rate(4_074).to_string(), Rate(-312).to_string(), Rate(10_200).to_string()),
            ("0.4074".into(), "-0.0312".into(), "1.0200".into())
        );
        assert_eq!((divide(5, 2), divide(-5, 2), divide(-1, 3), divide(7, 3)), (3, -3, 0, 2));
    }

    #[test]
    fn a_rate_is_read_as_it_is_written() {
        assert_eq!(
            ["0.4074", "-0.03", "1", "0.8298"].map(|t| Rate::read(t).map(|r| r.0)),
            [Some(4_074), Some(-300), Some(10_000), Some(8_298)]
        );
        assert_eq!(Rate::read("none"), None);
    }

    #[test]
    fn nothing_to_divide_by_is_no_rate() {
        assert_eq!((Rate::of(1, 0), Rate::of(1, -5)), (None, None));
    }

    #[test]
    fn the_median_of_an_even_count_is_the_mean_of_the_two_middle_ones() {
        assert_eq!(median(&[(20, 1), (18, 1)]).map(|m| m.to_string()), Some("19".into()));
        assert_eq!(median(&[(10, 2), (21, 2)]).map(|m| m.to_string()), Some("15.5".into()));
        assert_eq!(median(&[]), None);
    }

    #[test]
    fn one_of_five_has_the_range_that_the_domain_brief_prints() {
        assert_eq!(wilson(1, 5), Some((36, 624)));
    }
}
