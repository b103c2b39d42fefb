//! Alerts about what we ask payers for: claims, their deadlines, their denials. Pure.

use super::raised::{Raised, after, counted, days};
use super::rule::Rule;
use crate::claims::claim::ClaimState;
use crate::types::day;
use chrono::NaiveDate;
use uuid::Uuid;

/// The last days before a filing deadline,
pub const FILING_SOON: i64 = 15;
/// and before the end of an appeal.
pub const APPEAL_SOON: i64 = 10;
/// An electronic claim is answered within so many days,
pub const ANSWERED_WITHIN: i64 = 7;
/// and decided within so many.
pub const DECIDED_WITHIN: i64 = 30;
/// A signed visit is billed within so many days.
pub const BILLED_WITHIN: i64 = 3;

/// A claim, as far as the rules need it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimFact {
    pub id: Uuid,
    pub state: ClaimState,
    pub payer: String,
    /// The last day for filing; no payer has decided anything yet.
    pub deadline_on: Option<NaiveDate>,
    pub was_decided: bool,
    /// The last sending: which it is, when, and whether it went electronically.
    pub sent: Option<SentFact>,
    /// What was said when it was rejected.
    pub said: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SentFact {
    pub n: i64,
    pub on: NaiveDate,
    pub electronic: bool,
    /// The payer, not only the clearinghouse, has said something.
    pub answered: bool,
    /// The day on which they said that they do not find it.
    pub lost_on: Option<NaiveDate>,
    /// The day on which the payer took it in.
    pub taken_in_on: Option<NaiveDate>,
    pub rejected_on: Option<NaiveDate>,
}

/// All that a claim raises today.
pub fn of_claim(claim: &ClaimFact, today: NaiveDate) -> Vec<Raised> {
    [rejected(claim), filing(claim, today), unanswered(claim, today), stale(claim, today)].into_iter().flatten().collect()
}

fn rejected(claim: &ClaimFact) -> Option<Raised> {
    let sent = claim.sent.as_ref().filter(|_| claim.state == ClaimState::Rejected)?;
    let words = claim.said.as_ref().map_or_else(|| format!("{} rejected it", claim.payer), |said| format!("{}: “{said}”", claim.payer));
    Some(Raised::new(Rule::ClaimRejected, claim.id, sent.n, sent.rejected_on.unwrap_or(sent.on), words))
}

/// The clock runs until the payer has taken the claim in; the last day counts.
fn filing(claim: &ClaimFact, today: NaiveDate) -> Option<Raised> {
    let deadline = claim.deadline_on.filter(|_| claim.state.filing_clock_runs() && !claim.was_decided)?;
    let left = days(today, deadline);
    let last = day::short(deadline, today);
    match left {
        ..0 => Some(
            Raised::new(
                Rule::TimelyFilingMissed,
                claim.id,
                deadline,
                after(deadline, 1),
                format!("{}: the last day was {last}", claim.payer),
            )
            .due(deadline),
        ),
        0..=FILING_SOON => {
            let words = match left {
                0 => format!("{}: today is the last day", claim.payer),
                n => format!("{}: last day {last}, in {}", claim.payer, counted(n, "day", "days")),
            };
            Some(Raised::new(Rule::TimelyFiling, claim.id, deadline, after(deadline, -FILING_SOON), words).due(deadline))
        }
        _ => None,
    }
}

fn unanswered(claim: &ClaimFact, today: NaiveDate) -> Option<Raised> {
    let sent = claim.sent.as_ref().filter(|s| claim.state == ClaimState::Submitted && s.electronic)?;
    if sent.answered && sent.lost_on.is_none() {
        return None;
    }
    if let Some(on) = sent.lost_on {
        let words = format!("{}: not found there on {}", claim.payer, day::short(on, today));
        return Some(Raised::new(Rule::ClaimNoAck, claim.id, sent.n, on, words));
    }
    let words = format!("{}: sent {}, no answer since", claim.payer, day::short(sent.on, today));
    (days(sent.on, today) >= ANSWERED_WITHIN)
        .then(|| Raised::new(Rule::ClaimNoAck, claim.id, sent.n, after(sent.on, ANSWERED_WITHIN), words))
}

fn stale(claim: &ClaimFact, today: NaiveDate) -> Option<Raised> {
    let waits = matches!(claim.state, ClaimState::Accepted | ClaimState::Pended);
    let sent = claim.sent.as_ref().filter(|_| waits)?;
    let from = sent.taken_in_on?;
    let words = format!("{} has it since {}, no decision", claim.payer, day::short(from, today));
    (days(from, today) >= DECIDED_WITHIN).then(|| Raised::new(Rule::ClaimStale, claim.id, sent.n, after(from, DECIDED_WITHIN), words))
}

/// An open denial.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DenialFact {
    pub id: Uuid,
    pub payer: String,
    /// Why, in words.
    pub reasons: String,
    pub received_on: NaiveDate,
    pub appeal_by: Option<NaiveDate>,
}

/// All that an open denial raises today.
pub fn of_denial(denial: &DenialFact, today: NaiveDate) -> Vec<Raised> {
    let words = format!("{}: {}", denial.payer, denial.reasons);
    let open = Raised::new(Rule::DenialOpen, denial.id, denial.received_on, denial.received_on, words);
    let open = Raised { due_on: denial.appeal_by, ..open };
    let appeal = denial.appeal_by.filter(|by| (0..=APPEAL_SOON).contains(&days(today, *by))).map(|by| {
        let words = match days(today, by) {
            0 => "appeal today, the last day".to_string(),
            n => format!("appeal by {}, in {}", day::short(by, today), counted(n, "day", "days")),
        };
        Raised::new(Rule::AppealDue, denial.id, by, after(by, -APPEAL_SOON), words).due(by)
    });
    std::iter::once(open).chain(appeal).collect()
}

/// A visit whose note is signed and for which nothing was ever sent or made ready.
pub fn unbilled(visit: Uuid, signed_on: NaiveDate, has_claim: bool, today: NaiveDate) -> Option<Raised> {
    let signed = day::short(signed_on, today);
    let words = match has_claim {
        true => format!("signed {signed}, the claim is a draft"),
        false => format!("signed {signed}, nobody to bill is on file"),
    };
    (days(signed_on, today) >= BILLED_WITHIN)
        .then(|| Raised::new(Rule::ClaimUnbilled, visit, signed_on, after(signed_on, BILLED_WITHIN), words))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn claim(state: ClaimState) -> ClaimFact {
        let sent = SentFact { n: 1, on: on("2026-03-02"), electronic: true, ..Default::default() };
        ClaimFact {
            id: Uuid::nil(),
            state,
            payer: "State Fund".into(),
            deadline_on: None,
            was_decided: false,
            sent: Some(sent),
            said: None,
        }
    }

    fn rules(claim: &ClaimFact, today: &str) -> Vec<Rule> {
        of_claim(claim, on(today)).into_iter().map(|r| r.rule).collect()
    }

    #[test]
    fn a_filing_deadline_is_near_from_fifteen_days_ahead_and_its_last_day_counts() {
        let draft = ClaimFact { deadline_on: Some(on("2026-06-30")), sent: None, ..claim(ClaimState::Draft) };
        for (today, expected) in [
            ("2026-06-14", vec![]),
            ("2026-06-15", vec![Rule::TimelyFiling]),
            ("2026-06-30", vec![Rule::TimelyFiling]),
            ("2026-07-01", vec![Rule::TimelyFilingMissed]),
        ] {
            assert_eq!(rules(&draft, today), expected, "{today}");
        }
        for state in [ClaimState::Ready, ClaimState::Submitted, ClaimState::Acknowledged, ClaimState::Rejected] {
            assert!(rules(&ClaimFact { state, ..draft.clone() }, "2026-06-20").contains(&Rule::TimelyFiling), "{state}");
        }
        assert_eq!(rules(&ClaimFact { state: ClaimState::Accepted, ..draft.clone() }, "2026-07-20"), []);
        assert_eq!(rules(&ClaimFact { was_decided: true, ..draft }, "2026-07-20"), [], "a replacement was filed in time");
    }

    #[test]
    fn an_electronic_claim_without_an_answer_is_noticed_after_seven_days() {
        let sent = claim(ClaimState::Submitted);
        assert_eq!(rules(&sent, "2026-03-08"), []);
        assert_eq!(rules(&sent, "2026-03-09"), [Rule::ClaimNoAck]);
        let with = |change: fn(&mut SentFact)| {
            let mut claim = sent.clone();
            claim.sent.as_mut().map(change);
            claim
        };
        assert_eq!(rules(&with(|s| s.electronic = false), "2026-03-20"), [], "paper payers never acknowledge");
        assert_eq!(rules(&with(|s| s.answered = true), "2026-03-20"), []);
        assert_eq!(rules(&with(|s| s.lost_on = Some(on("2026-03-04"))), "2026-03-04"), [Rule::ClaimNoAck], "they do not find it");
    }

    #[test]
    fn a_claim_with_the_payer_is_stale_after_thirty_days() {
        for state in [ClaimState::Accepted, ClaimState::Pended] {
            let mut claim = claim(state);
            claim.sent = claim.sent.map(|s| SentFact { answered: true, taken_in_on: Some(on("2026-03-03")), ..s });
            assert_eq!(rules(&claim, "2026-04-01"), []);
            assert_eq!(rules(&claim, "2026-04-02"), [Rule::ClaimStale]);
        }
    }

    #[test]
    fn a_rejected_claim_says_what_was_said() {
        let claim = ClaimFact { said: Some("referring NPI missing".into()), ..claim(ClaimState::Rejected) };
        assert_eq!(of_claim(&claim, on("2026-03-03"))[0].words, "State Fund: “referring NPI missing”");
    }

    #[test]
    fn an_appeal_is_due_from_ten_days_ahead_to_its_last_day() {
        let denial = DenialFact {
            id: Uuid::nil(),
            payer: "State Fund".into(),
            reasons: "no authorization".into(),
            received_on: on("2026-03-02"),
            appeal_by: Some(on("2026-05-01")),
        };
        let rules = |today: &str| of_denial(&denial, on(today)).into_iter().map(|r| r.rule).collect::<Vec<_>>();
        assert_eq!(rules("2026-04-20"), [Rule::DenialOpen]);
        assert_eq!(rules("2026-04-21"), [Rule::DenialOpen, Rule::AppealDue]);
        assert_eq!(rules("2026-05-01"), [Rule::DenialOpen, Rule::AppealDue]);
        assert_eq!(rules("2026-05-02"), [Rule::DenialOpen]);
    }

    #[test]
    fn a_signed_visit_is_unbilled_after_three_days() {
        assert_eq!(unbilled(Uuid::nil(), on("2026-03-02"), true, on("2026-03-04")), None);
        let found = unbilled(Uuid::nil(), on("2026-03-02"), true, on("2026-03-05")).expect("unbilled");
        assert_eq!(found.words, "signed Mar 2, the claim is a draft");
    }
}
