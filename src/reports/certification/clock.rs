//! How an initial certification stands. With a signed order on file Medicare asks for no signature under the plan of care, where the plan
//! went to the doctor within thirty days of the first visit [42 CFR 424.24(c)(5), from 2025]. Pure.

use crate::outreach::course::PLAN_WITHIN;
use crate::outreach::raised::after;
use chrono::NaiveDate;

crate::words! {
    /// How it stands.
    pub enum CertificationState {
        NotBegun = "not_begun", "No visit yet";
        Waits = "waits", "The plan has not gone yet";
        Complete = "complete", "Complete";
        Unsigned = "unsigned", "The plan went in time; no signed order is on file";
        Late = "late", "The plan went late";
        Missed = "missed", "The plan has not gone, and the days are over";
    }
}

/// The last day on which the plan goes in time.
pub fn last_day(began_on: NaiveDate) -> NaiveDate {
    after(began_on, PLAN_WITHIN)
}

pub fn state(began_on: Option<NaiveDate>, is_signed: bool, sent_on: Option<NaiveDate>, today: NaiveDate) -> CertificationState {
    let Some(last) = began_on.map(last_day) else { return CertificationState::NotBegun };
    match sent_on {
        Some(on) if on > last => CertificationState::Late,
        Some(_) if is_signed => CertificationState::Complete,
        Some(_) => CertificationState::Unsigned,
        None if today > last => CertificationState::Missed,
        None => CertificationState::Waits,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plan_goes_within_thirty_days_of_the_first_visit_and_stands_on_a_signed_order() {
        let on = |text: &str| Some(text.parse::<NaiveDate>().expect("a day"));
        let stands = |signed, sent: &str, today: &str| {
            state(on("2026-03-02"), signed, if sent.is_empty() { None } else { on(sent) }, on(today).expect("today"))
        };
        assert_eq!(state(None, true, None, on("2026-03-02").expect("today")), CertificationState::NotBegun);
        assert_eq!(stands(true, "", "2026-04-01"), CertificationState::Waits);
        assert_eq!(stands(true, "", "2026-04-02"), CertificationState::Missed);
        assert_eq!(stands(true, "2026-04-01", "2026-06-01"), CertificationState::Complete);
        assert_eq!(stands(false, "2026-04-01", "2026-06-01"), CertificationState::Unsigned);
        assert_eq!(stands(true, "2026-04-02", "2026-06-01"), CertificationState::Late);
    }
}
