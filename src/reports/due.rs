//! Which letters are due by themselves on a day, of one referral. Pure. A letter that was begun is not due again, whatever became of it:
//! also one that a person skipped.

use super::report::ReportKind;
use crate::network::provider::{ReportFrequency, Stage};
use crate::outreach::course::{ENOUGH_FOR_RENEWAL, REPORT_EVERY};
use crate::referrals::referral::{LostReason, ReferralState};
use chrono::NaiveDate;

/// A doctor hears after so many visits, or `REPORT_EVERY` days, whichever is first [domain 4.4].
pub const EVERY_VISITS: i64 = 8;
/// What is older than this is past: a letter about it is a person's to begin.
pub const LATELY: i64 = 14;

/// A referral, its course, and what was written about it.
#[derive(Clone, Debug)]
pub struct Course {
    pub state: ReferralState,
    pub lost_reason: Option<LostReason>,
    /// Since when it stands so.
    pub since_on: NaiveDate,
    pub received_on: NaiveDate,
    /// Somebody thanked for it by hand.
    pub is_thanked: bool,
    pub wants: ReportFrequency,
    pub stage: Stage,
    /// The days of the attended visits.
    pub attended_on: Vec<NaiveDate>,
    /// The order that runs out now, where one does.
    pub running_out: Option<RunningOut>,
    /// Who is written to by rule.
    pub provider_id: i64,
    /// The letters that exist, to whomever.
    pub letters: Vec<Letter>,
    /// The payer asks for a report of its own after so many visits, or days.
    pub payer_after_visits: Option<i64>,
    pub payer_after_days: Option<i64>,
}

/// A letter that exists.
#[derive(Clone, Copy, Debug)]
pub struct Letter {
    pub kind: ReportKind,
    pub provider_id: i64,
    /// An order or an episode.
    pub about: i64,
    /// The last day of which it tells; of one that nobody signed, the day on which it was begun.
    pub until: NaiveDate,
    /// It was begun, and has not left.
    pub waits: bool,
}

#[derive(Clone, Copy, Debug)]
pub struct RunningOut {
    pub order: i64,
    /// Who signed it, and is asked.
    pub prescriber_id: i64,
    /// Visits that it covered.
    pub used: i64,
}

/// The letters that are due on a day. A renewal request tells how the patient does, so it stands in for a progress report.
pub fn due(course: &Course, today: NaiveDate) -> Vec<ReportKind> {
    let is_standard = course.wants == ReportFrequency::Standard;
    let is_late = |on: NaiveDate| (today - on).num_days() > LATELY;
    let has = |kind: ReportKind| to_reader(course).any(|l| l.kind == kind);
    let mut found = Vec::new();
    if is_unthanked(course, today) && !has(ReportKind::ThankYou) {
        found.push(ReportKind::ThankYou);
    }
    match course.state {
        // Nobody came for long: what is still open there is for a person to end.
        ReferralState::Converted if course.attended_on.last().is_none_or(|on| (today - *on).num_days() > REPORT_EVERY + LATELY) => {}
        ReferralState::Converted => {
            let first = course.attended_on.first().copied();
            if is_standard && first.is_some_and(|on| !is_late(on)) && !has(ReportKind::InitialReport) {
                found.push(ReportKind::InitialReport);
            }
            if is_standard && is_renewal_due(course) {
                found.push(ReportKind::RenewalRequest);
            } else if is_report_due(course, today) {
                found.push(ReportKind::Progress);
            }
        }
        ReferralState::Closed => {
            let wants = matches!(course.wants, ReportFrequency::Standard | ReportFrequency::DischargeOnly);
            if wants && !course.attended_on.is_empty() && !is_late(course.since_on) && !has(ReportKind::DischargeLetter) {
                found.push(ReportKind::DischargeLetter);
            }
        }
        ReferralState::Lost => {
            let tells = course.wants != ReportFrequency::None && course.lost_reason != Some(LostReason::Duplicate);
            if tells && !is_late(course.since_on) && !has(ReportKind::LostReferralNote) {
                found.push(ReportKind::LostReferralNote);
            }
        }
        ReferralState::Received | ReferralState::Attempting | ReferralState::Scheduled => {}
    }
    found
}

/// Thanks go at once, or not at all: and never to who asked not to be written to.
fn is_unthanked(course: &Course, today: NaiveDate) -> bool {
    let is_new = (today - course.received_on).num_days() <= LATELY;
    let open = matches!(course.state, ReferralState::Received | ReferralState::Attempting | ReferralState::Scheduled);
    is_new && open && !course.is_thanked && course.stage != Stage::DoNotContact
}

fn is_renewal_due(course: &Course) -> bool {
    course.running_out.is_some_and(|out| {
        let asked = course.letters.iter().any(|l| l.kind == ReportKind::RenewalRequest && l.about == out.order);
        out.used >= ENOUGH_FOR_RENEWAL && !asked
    })
}

/// What exists for the doctor who is written to by rule.
fn to_reader(course: &Course) -> impl Iterator<Item = &Letter> {
    course.letters.iter().filter(|l| l.provider_id == course.provider_id)
}

/// Every 30 days or 8 visits for who wants reports, as often as the payer asks for whoever sent the patient; after a visit that no letter
/// told of, and not while one waits for a person.
fn is_report_due(course: &Course, today: NaiveDate) -> bool {
    if to_reader(course).any(|l| l.kind == ReportKind::Progress && l.waits) {
        return false;
    }
    let last = to_reader(course).filter(|l| ReportKind::TELLING.contains(&l.kind)).max_by_key(|l| l.until);
    let told_on = last.map(|l| l.until);
    let untold = course.attended_on.iter().filter(|on| told_on.is_none_or(|told| **on > told)).count();
    // The initial report promises the next one by its number from the first visit on.
    let first = last.is_some_and(|l| l.kind == ReportKind::InitialReport);
    let untold = i64::try_from(untold + usize::from(first && untold > 0)).unwrap_or(0);
    let Some(from) = told_on.or(course.attended_on.first().copied()) else { return false };
    let days = (today - from).num_days();
    let after = |visits: Option<i64>, every: Option<i64>| visits.is_some_and(|n| untold >= n) || every.is_some_and(|n| days >= n);
    let standard = course.wants == ReportFrequency::Standard && after(Some(EVERY_VISITS), Some(REPORT_EVERY));
    untold > 0 && (standard || after(course.payer_after_visits, course.payer_after_days))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Days;

    fn on(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    const DOCTOR: i64 = 1;

    fn letter(kind: ReportKind, about: i64, until: &str) -> Letter {
        Letter { kind, provider_id: DOCTOR, about, until: on(until), waits: false }
    }

    /// In care since March 2, with so many visits on the days after.
    fn course(visits: u64) -> Course {
        Course {
            state: ReferralState::Converted,
            lost_reason: None,
            since_on: on("2026-03-02"),
            received_on: on("2026-02-20"),
            is_thanked: true,
            wants: ReportFrequency::Standard,
            stage: Stage::ActiveReferrer,
            attended_on: (0..visits).filter_map(|n| on("2026-03-02").checked_add_days(Days::new(n))).collect(),
            running_out: None,
            provider_id: DOCTOR,
            letters: vec![letter(ReportKind::InitialReport, 1, "2026-03-02")],
            payer_after_visits: None,
            payer_after_days: None,
        }
    }

    #[test]
    fn the_first_visit_makes_an_initial_report_due_once_and_not_months_later() {
        let new = Course { letters: vec![], ..course(1) };
        assert_eq!(due(&new, on("2026-03-02")), [ReportKind::InitialReport]);
        assert_eq!(due(&new, on("2026-03-17")), [], "a person begins what is past");
        assert_eq!(due(&course(1), on("2026-03-04")), []);
        for wants in [ReportFrequency::MonthlyOnly, ReportFrequency::DischargeOnly, ReportFrequency::None] {
            assert_eq!(due(&Course { wants, ..new.clone() }, on("2026-03-04")), [], "{wants}");
        }
    }

    #[test]
    fn a_report_is_due_after_thirty_days_or_eight_visits_and_only_after_a_visit_that_none_told_of() {
        assert_eq!(due(&course(3), on("2026-03-31")), [], "29 days after the first visit, of which the initial report tells");
        assert_eq!(due(&course(3), on("2026-04-01")), [ReportKind::Progress]);
        assert_eq!(due(&course(7), on("2026-03-08")), [], "the seventh visit");
        assert_eq!(due(&course(8), on("2026-03-09")), [ReportKind::Progress], "as the initial report promised");
        let told = Course { letters: vec![letter(ReportKind::Progress, 1, "2026-03-20")], ..course(10) };
        assert_eq!(due(&told, on("2026-06-01")), [], "nothing happened since");
    }

    #[test]
    fn a_letter_to_another_doctor_and_one_that_waits_are_no_reason_for_a_second_one() {
        let other = Letter { provider_id: DOCTOR + 1, ..letter(ReportKind::InitialReport, 1, "2026-03-02") };
        assert_eq!(due(&Course { letters: vec![other], ..course(1) }, on("2026-03-03")), [ReportKind::InitialReport]);
        let waits = Letter { waits: true, ..letter(ReportKind::Progress, 1, "2026-03-05") };
        assert_eq!(due(&Course { letters: vec![waits], ..course(20) }, on("2026-04-20")), [], "it is there, and says what the notes say");
    }

    #[test]
    fn a_course_that_nobody_came_to_for_long_is_a_persons_to_end() {
        let old = Course { letters: vec![], ..course(9) };
        let out = Some(RunningOut { order: 7, prescriber_id: 2, used: 9 });
        assert_eq!(due(&Course { running_out: out, ..old }, on("2027-03-10")), []);
    }

    #[test]
    fn a_payer_is_reported_to_as_often_as_it_asks_whatever_the_doctor_wants() {
        let asks =
            Course { wants: ReportFrequency::None, payer_after_visits: Some(6), payer_after_days: Some(31), letters: vec![], ..course(5) };
        assert_eq!(due(&asks, on("2026-03-08")), []);
        assert_eq!(due(&Course { attended_on: course(6).attended_on, ..asks.clone() }, on("2026-03-08")), [ReportKind::Progress]);
        assert_eq!(due(&asks, on("2026-04-02")), [ReportKind::Progress]);
    }

    #[test]
    fn a_renewal_is_due_once_an_order_after_three_visits_and_stands_in_for_a_report() {
        let out = |used, letters: &[Letter]| Course {
            running_out: Some(RunningOut { order: 7, prescriber_id: 2, used }),
            letters: [&[letter(ReportKind::InitialReport, 1, "2026-03-03")], letters].concat(),
            ..course(10)
        };
        assert_eq!(due(&out(2, &[]), on("2026-03-12")), [ReportKind::Progress]);
        assert_eq!(due(&out(3, &[]), on("2026-03-12")), [ReportKind::RenewalRequest]);
        assert_eq!(due(&out(3, &[letter(ReportKind::RenewalRequest, 7, "2026-03-12")]), on("2026-03-13")), []);
        assert_eq!(due(&out(3, &[letter(ReportKind::RenewalRequest, 6, "2026-03-01")]), on("2026-03-13")), [ReportKind::RenewalRequest]);
    }

    #[test]
    fn the_end_of_care_and_a_lost_referral_are_told_once_and_soon() {
        let ended = Course { state: ReferralState::Closed, since_on: on("2026-05-01"), ..course(3) };
        assert_eq!(due(&ended, on("2026-05-02")), [ReportKind::DischargeLetter]);
        assert_eq!(
            due(&Course { wants: ReportFrequency::DischargeOnly, ..ended.clone() }, on("2026-05-02")),
            [ReportKind::DischargeLetter]
        );
        assert_eq!(due(&Course { wants: ReportFrequency::MonthlyOnly, ..ended.clone() }, on("2026-05-02")), []);
        assert_eq!(due(&ended, on("2026-05-16")), []);
        let lost = Course { state: ReferralState::Lost, lost_reason: Some(LostReason::Unreachable), ..ended };
        assert_eq!(due(&lost, on("2026-05-02")), [ReportKind::LostReferralNote]);
        assert_eq!(due(&Course { lost_reason: Some(LostReason::Duplicate), ..lost }, on("2026-05-02")), []);
    }

    #[test]
    fn a_new_referral_is_thanked_for_once_and_never_to_who_asked_not_to_be_written_to() {
        let new = Course { state: ReferralState::Received, is_thanked: false, letters: vec![], received_on: on("2026-03-02"), ..course(0) };
        assert_eq!(due(&new, on("2026-03-02")), [ReportKind::ThankYou]);
        assert_eq!(due(&Course { is_thanked: true, ..new.clone() }, on("2026-03-02")), []);
        assert_eq!(due(&Course { stage: Stage::DoNotContact, ..new.clone() }, on("2026-03-02")), []);
        assert_eq!(due(&Course { letters: vec![letter(ReportKind::ThankYou, 1, "2026-03-02")], ..new }, on("2026-03-03")), []);
    }
}
