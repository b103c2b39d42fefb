//! What a payer asks for where one word is not enough: approval by visit, how visits are counted, modifiers on pairs of
//! treatments. The shapes stand in columns of a sheet. Pure.

use schemars::JsonSchema;
use sea_orm::FromJsonQueryResult;
use serde::{Deserialize, Serialize};

crate::words! {
    /// Whether the payer must agree before a visit.
    pub enum Approval {
        Never = "never", "Never";
        Always = "always", "Before the first visit";
        AfterVisits = "after_visits", "From some visit on";
    }
}

crate::words! {
    /// Over what a payer counts visits.
    pub enum CountedPer {
        CalendarYear = "calendar_year", "A calendar year";
        PlanYear = "plan_year", "A year of the plan";
        /// A new order or referral does not start again at 1.
        Injury = "injury", "The whole injury";
        Episode = "episode", "A course of treatment";
        Order = "order", "An order";
    }
}

impl CountedPer {
    /// In a sentence, after a number of visits.
    pub fn spoken(self) -> &'static str {
        match self {
            Self::CalendarYear => "a calendar year",
            Self::PlanYear => "a year of the plan",
            Self::Injury => "for the whole injury",
            Self::Episode => "a course of treatment",
            Self::Order => "an order",
        }
    }
}

/// From the visit after so many on, somebody has to agree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Tier {
    /// Visits that are free of this.
    pub after_visits: i64,
    /// Who agrees: a phone line, a form, the claim manager.
    pub ask: Option<String>,
}

/// The tiers of a sheet, fewest visits first, in one column.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult, JsonSchema)]
pub struct Tiers(pub Vec<Tier>);

/// A modifier that a treatment needs on a day on which another one is billed too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Pair {
    /// The treatment that gets the modifier,
    pub code: String,
    /// where this one stands on the same claim.
    pub beside: String,
    pub modifier: String,
}

/// The pairs of a sheet, in one column.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult, JsonSchema)]
pub struct Pairs(pub Vec<Pair>);

/// Whether a visit needs somebody's agreement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Agreement {
    /// The sheet does not say: ask.
    Unknown,
    None,
    /// Who has to agree, where the sheet says so.
    Needed(Option<String>),
}

/// What a sheet says of the visit of this number; without a number only a plain answer is one.
pub fn agreement(approval: Option<Approval>, tiers: &[Tier], visit: Option<i64>) -> Agreement {
    let tier = |n: i64| tiers.iter().rfind(|t| t.after_visits < n);
    match (approval, visit) {
        (Some(Approval::Never), _) => Agreement::None,
        (Some(Approval::Always), n) => Agreement::Needed(n.and_then(tier).or(tiers.first()).and_then(|t| t.ask.clone())),
        (Some(Approval::AfterVisits), Some(n)) if !tiers.is_empty() => match tier(n) {
            Some(tier) => Agreement::Needed(tier.ask.clone()),
            None => Agreement::None,
        },
        _ => Agreement::Unknown,
    }
}

/// What a payer is expected to allow for units of a treatment, before the charge and the day limit it; nothing where it is not known.
pub fn expected_allowed(allowed_cents: Option<i64>, accepted: Option<bool>, units: i64) -> Option<i64> {
    if accepted == Some(false) { Some(0) } else { allowed_cents.map(|cents| cents * units) }
}

/// Two letters or digits, in capitals.
pub fn modifier(typed: &str) -> Result<String, String> {
    let found = typed.trim().to_ascii_uppercase();
    if found.len() == 2 && found.bytes().all(|b| b.is_ascii_alphanumeric()) {
        Ok(found)
    } else {
        Err(format!("\"{typed}\" is not a modifier. It has two letters or digits, like GP or 59"))
    }
}

/// A code of a diagnosis, or how a family of them begins.
pub fn diagnosis_family(typed: &str) -> Result<String, String> {
    let plain: String = typed.chars().filter(|c| c.is_ascii_alphanumeric()).collect::<String>().to_ascii_uppercase();
    let looks_right = (2..=7).contains(&plain.len())
        && plain.starts_with(|c: char| c.is_ascii_alphabetic())
        && plain.chars().nth(1).is_some_and(|c| c.is_ascii_digit());
    if !looks_right {
        return Err(format!("\"{typed}\" is no diagnosis, nor how a family of them begins. Enter M54.2, or M54 for all of them"));
    }
    Ok(if plain.len() > 3 { format!("{}.{}", &plain[..3], &plain[3..]) } else { plain })
}

/// Whether a diagnosis is one of these or of these families.
pub fn is_of(code: &str, families: &[String]) -> bool {
    families.iter().any(|family| code.to_ascii_uppercase().starts_with(family.as_str()))
}

/// The last letter of an injury's code; other codes have none.
pub fn seventh_character(code: &str) -> Option<char> {
    let plain: Vec<char> = code.chars().filter(|c| *c != '.').collect();
    plain.get(6).map(char::to_ascii_uppercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tiers() -> Vec<Tier> {
        vec![Tier { after_visits: 6, ask: Some("the phone line".into()) }, Tier { after_visits: 12, ask: Some("the claim manager".into()) }]
    }

    #[test]
    fn approval_is_asked_of_whoever_the_visits_number_leads_to() {
        let asked = |n| agreement(Some(Approval::AfterVisits), &tiers(), Some(n));
        assert_eq!((asked(1), asked(6)), (Agreement::None, Agreement::None));
        assert_eq!(
            (asked(7), asked(12)),
            (Agreement::Needed(Some("the phone line".into())), Agreement::Needed(Some("the phone line".into())))
        );
        assert_eq!(asked(13), Agreement::Needed(Some("the claim manager".into())));
    }

    #[test]
    fn what_the_sheet_does_not_say_is_never_taken_for_no() {
        assert_eq!(agreement(None, &tiers(), Some(1)), Agreement::Unknown);
        assert_eq!(agreement(Some(Approval::AfterVisits), &[], Some(1)), Agreement::Unknown);
        assert_eq!(agreement(Some(Approval::AfterVisits), &tiers(), None), Agreement::Unknown);
        assert_eq!(agreement(Some(Approval::Always), &[], None), Agreement::Needed(None));
        assert_eq!(agreement(Some(Approval::Never), &tiers(), Some(20)), Agreement::None);
    }

    #[test]
    fn a_family_of_diagnoses_takes_its_members() {
        assert_eq!(
            (diagnosis_family("m542"), diagnosis_family("S13"), diagnosis_family("M54.")),
            (Ok("M54.2".into()), Ok("S13".into()), Ok("M54".into()))
        );
        assert!(diagnosis_family("neck").is_err() && diagnosis_family("5").is_err());
        assert!(is_of("M54.2", &["M54".into()]) && !is_of("M62.830", &["M54".into()]));
    }

    #[test]
    fn only_a_code_of_seven_has_a_seventh_character() {
        assert_eq!((seventh_character("S13.4XXA"), seventh_character("M54.2")), (Some('A'), None));
    }

    #[test]
    fn a_modifier_has_two_marks() {
        assert_eq!((modifier(" gp "), modifier("59")), (Ok("GP".into()), Ok("59".into())));
        assert!(modifier("GPX").is_err() && modifier("").is_err());
    }
}
