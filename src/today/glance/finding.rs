//! The one thing to know about a provider before reading on, and what to do about it.

use crate::network::provider::{PreferredChannel, ReportFrequency, Stage};
use crate::types::Money;
use schemars::JsonSchema;
use serde::Serialize;

/// What the rules look at.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// `Dr. Feld`.
    pub name: String,
    pub stage: Option<Stage>,
    /// Referrals that are neither lost nor closed.
    pub active: i64,
    /// Those of them with one covered visit left, or none.
    pub near_limit: i64,
    /// Written off in twelve months on visits that no order covered; nothing for those who see no money.
    pub uncovered_cents: Option<i64>,
    pub quiet_days: Option<i64>,
    pub has_npi: bool,
    pub has_email: bool,
    pub has_verified_email: bool,
    pub channel: Option<PreferredChannel>,
    pub frequency: Option<ReportFrequency>,
}

/// A sentence, what is behind it, and its single action.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Finding {
    pub code: String,
    pub strong: String,
    pub more: String,
    /// What the button says.
    pub action: String,
}

fn found(code: &str, strong: String, more: String, action: impl Into<String>) -> Option<Finding> {
    Some(Finding { code: code.into(), strong, more, action: action.into() })
}

/// The first rule that fires, the dearest first.
pub fn finding(facts: &Facts) -> Option<Finding> {
    written_off(facts).or_else(|| renewals(facts)).or_else(|| npi(facts)).or_else(|| address(facts)).or_else(|| quiet(facts))
}

fn patients(n: i64) -> String {
    if n == 1 { "1 patient is".into() } else { format!("{n} patients are") }
}

fn ask(n: i64) -> String {
    if n == 1 { "Ask for 1 renewal".into() } else { format!("Ask for {n} renewals") }
}

fn written_off(facts: &Facts) -> Option<Finding> {
    let cents = facts.uncovered_cents.filter(|cents| *cents > 0)?;
    let strong = format!("{} was written off in 12 months on visits that no order covered.", Money(cents).whole());
    match facts.near_limit {
        0 => found("written_off", strong, "No patient is near the limit now.".into(), "See the referrals"),
        n => found("written_off", strong, format!("{} within one visit of the limit now.", patients(n)), ask(n)),
    }
}

fn renewals(facts: &Facts) -> Option<Finding> {
    let n = facts.near_limit;
    let strong = format!("{} within one visit of the limit.", patients(n));
    if n > 0 { found("renewals", strong, "After it the payer pays nothing without a new order.".into(), ask(n)) } else { None }
}

fn npi(facts: &Facts) -> Option<Finding> {
    if facts.active == 0 || facts.has_npi {
        return None;
    }
    let strong = format!("The NPI of {} is not known.", facts.name);
    found("npi", strong, "Claims for these patients name the referrer and wait for it.".into(), "Enter the NPI")
}

/// Reports go to a verified address only.
fn address(facts: &Facts) -> Option<Finding> {
    let by_email = facts.channel == Some(PreferredChannel::Email) && facts.frequency != Some(ReportFrequency::None);
    if facts.active == 0 || !by_email || facts.has_verified_email {
        return None;
    }
    let more = "Reports go only where a person said how the address was checked.".to_string();
    if facts.has_email {
        return found("unverified", format!("No email address of {} is verified.", facts.name), more, "Say how it was checked");
    }
    found("no_email", format!("{} wants reports by email, and no address is known.", facts.name), more, "Add an email")
}

fn quiet(facts: &Facts) -> Option<Finding> {
    let days = facts.quiet_days.filter(|_| matches!(facts.stage, Some(Stage::ActiveReferrer | Stage::Lapsed)))?;
    let more = match facts.stage {
        Some(Stage::ActiveReferrer) if days >= 180 => "Half a year is long enough to call the relationship lapsed.",
        _ => "A short call often finds out why.",
    };
    found("quiet", format!("No referral for {days} days."), more.into(), "Plan a call")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feld() -> Facts {
        Facts {
            name: "Dr. Feld".into(),
            stage: Some(Stage::ActiveReferrer),
            active: 5,
            has_npi: true,
            has_email: true,
            has_verified_email: true,
            channel: Some(PreferredChannel::Email),
            frequency: Some(ReportFrequency::Standard),
            ..Facts::default()
        }
    }

    #[test]
    fn money_written_off_past_the_order_comes_first_and_asks_for_the_renewals() {
        let facts = Facts { uncovered_cents: Some(208_600), near_limit: 3, quiet_days: Some(90), ..feld() };
        let finding = finding(&facts).expect("a finding");
        assert_eq!(finding.strong, "$2,086 was written off in 12 months on visits that no order covered.");
        assert_eq!(
            (finding.more.as_str(), finding.action.as_str()),
            ("3 patients are within one visit of the limit now.", "Ask for 3 renewals")
        );
    }

    #[test]
    fn who_sees_no_money_gets_the_next_rule() {
        let facts = Facts { uncovered_cents: None, near_limit: 1, ..feld() };
        assert_eq!(finding(&facts).map(|f| f.code).as_deref(), Some("renewals"));
    }

    #[test]
    fn a_missing_npi_an_unverified_address_and_silence_are_found_in_this_order() {
        let mut facts = Facts { has_npi: false, has_verified_email: false, quiet_days: Some(74), ..feld() };
        let mut codes = Vec::new();
        for mend in 0..3 {
            codes.push(finding(&facts).map(|f| f.code).unwrap_or_default());
            facts.has_npi = true;
            facts.has_verified_email = mend > 0;
        }
        assert_eq!(codes, ["npi", "unverified", "quiet"]);
        assert_eq!(finding(&feld()), None);
    }
}
