//! The thank-you for a referral: by when the findings follow. Pure. Neither the patient's name nor initials can stand in it: the office
//! matches it by the day.

use chrono::{Datelike, Days, NaiveDate, Weekday};

/// Findings come so many working days after the first visit [domain 4.3].
const FINDINGS_WITHIN: u32 = 3;

/// By when they hear: of the findings after the first visit, booked or attended, or whether we reached the patient.
pub fn report_by(today: NaiveDate, first_visit_on: Option<NaiveDate>) -> NaiveDate {
    let mut day = first_visit_on.unwrap_or(today);
    let mut left = FINDINGS_WITHIN;
    while left > 0 {
        day = day.checked_add_days(Days::new(1)).unwrap_or(day);
        if !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) {
            left -= 1;
        }
    }
    day
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn findings_come_three_working_days_after_the_first_visit() {
        let by = |first: Option<&str>| report_by(on("2026-11-23"), first.map(on));
        assert_eq!(by(Some("2026-12-01")), on("2026-12-04"), "Tuesday to Friday");
        assert_eq!(by(Some("2026-12-03")), on("2026-12-08"), "over the weekend");
        assert_eq!(by(None), on("2026-11-26"), "whether the patient was reached");
    }
}
