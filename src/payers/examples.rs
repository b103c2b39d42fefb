//! Where the rules of a payer may begin: what was published somewhere, some day. Examples, dated and to be checked, never truth:
//! an example fills the form, and nothing is kept until a person saves it. Pure.

use super::payer::CoverageKind;
use super::rule_sheet::{NewRuleSheet, NewSheetCode, NewTier};
use crate::types::{Amount, Text, TextList};
use schemars::JsonSchema;
use serde::{Serialize, Serializer};
use serde_json::Value;

/// A sheet to begin with.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Example {
    /// What addresses call it.
    pub slug: &'static str,
    pub title: &'static str,
    /// For which kind of payer.
    pub kind: CoverageKind,
    /// When its sources said so, as far as they tell.
    pub dated: &'static str,
    pub source: &'static str,
    /// What it says; what it does not say is left out.
    #[serde(serialize_with = "what_it_says")]
    pub sheet: NewRuleSheet,
}

fn what_it_says<S: Serializer>(sheet: &NewRuleSheet, to: S) -> Result<S::Ok, S::Error> {
    let blank = |value: &Value| match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    };
    match serde_json::to_value(sheet).map_err(serde::ser::Error::custom)? {
        Value::Object(fields) => to.collect_map(fields.into_iter().filter(|(_, value)| !blank(value))),
        other => other.serialize(to),
    }
}

impl Example {
    /// What the form begins with. From when it holds and when it was checked only the person can say.
    pub fn as_begun(&self) -> NewRuleSheet {
        let notes = [self.sheet.notes.as_str(), "From an example: check each line with the payer"];
        NewRuleSheet {
            source: format!("Example of {}: {}", self.dated, self.source).into(),
            notes: notes.iter().filter(|n| !n.is_empty()).copied().collect::<Vec<_>>().join(". ").into(),
            ..self.sheet.clone()
        }
    }
}

pub fn find(slug: &str) -> Option<Example> {
    all().into_iter().find(|e| e.slug == slug)
}

/// Those of a kind first.
pub fn for_kind(kind: CoverageKind) -> Vec<Example> {
    let mut found = all();
    found.sort_by_key(|e| e.kind != kind);
    found
}

/// All of them [domain 2.7].
pub fn all() -> Vec<Example> {
    let mut found = vec![labor_and_industries(), va_community_care(), uniform_medical(), regence(), florida_pip(), oregon_pip()];
    found.extend(filing_days());
    found
}

fn list(words: &[&str]) -> TextList {
    TextList(words.iter().map(|w| Text::from(*w)).collect())
}

fn tier(after_visits: &str, ask: &str) -> NewTier {
    NewTier { after_visits: after_visits.into(), ask: ask.into() }
}

fn code(code: &str, accepted: &str) -> NewSheetCode {
    NewSheetCode { code: code.into(), accepted: accepted.into(), ..Default::default() }
}

fn labor_and_industries() -> Example {
    Example {
        slug: "washington-labor-and-industries",
        title: "Washington L&I, workers' comp",
        kind: CoverageKind::WorkersComp,
        dated: "2023",
        source: "WAC 296-23-250; L&I therapy page; WSR 23-07-118",
        sheet: NewRuleSheet {
            max_visits_per_day: "1".into(),
            daily_max_cents: Amount::Cents(10_775),
            requires_prescription: "yes".into(),
            requires_authorization: "after_visits".into(),
            approval_tiers: vec![tier("6", "The hotline, with its authorization form"), tier("12", "The claim manager")],
            approval_counted_per: "injury".into(),
            authorization_route: "Counts are per claim and do not start again with a new referral".into(),
            report_after_visits: "6".into(),
            report_after_days: "30".into(),
            documentation: "Chart notes by SOAPER: SOAP, employment issues, restrictions to recovery".into(),
            patient_may_be_billed: "no".into(),
            notes: "A written order of the attending doctor or PA. Beyond 6 visits only with functional gains. \
                    The daily maximum is 75% of the PT/OT daily cap, which a notice of 2023 set at $143.66"
                .into(),
            ..Default::default()
        },
    }
}

fn va_community_care() -> Example {
    Example {
        slug: "va-community-care",
        title: "VA community care",
        kind: CoverageKind::VaCcn,
        dated: "an unknown year",
        source: "Northern Arizona VA; VA file-a-claim page; provider pages (lists disagree: 90 or 180 days to file)",
        sheet: NewRuleSheet {
            requires_authorization: "always".into(),
            approval_tiers: vec![tier("0", "The VA, by its referral")],
            authorization_route: "File with the regional administrator (Optum regions 1-3, TriWest 4-5) as the referral says".into(),
            visit_limit: "12".into(),
            visit_limit_per: "order".into(),
            timely_filing_days: "180".into(),
            patient_may_be_billed: "no".into(),
            notes: "The first 12 visits end 90 days after the first treatment, the next 12 after 180 days and only with objective \
                    improvement. Pays the lesser of the charge or the VA schedule"
                .into(),
            ..Default::default()
        },
    }
}

fn uniform_medical() -> Example {
    Example {
        slug: "uniform-medical-plan",
        title: "Uniform Medical Plan, Washington",
        kind: CoverageKind::Health,
        dated: "2020",
        source: "WSMTA clinical practices, 2020",
        sheet: NewRuleSheet {
            requires_prescription: "yes".into(),
            visit_limit: "16".into(),
            visit_limit_per: "calendar_year".into(),
            authorization_route: "97112 needed approval after visit 6, while 97124 and 97140 did not".into(),
            codes: vec![code("97124", "yes"), code("97140", "yes"), code("97112", "yes")],
            ..Default::default()
        },
    }
}

fn regence() -> Example {
    Example {
        slug: "regence",
        title: "Regence, Washington",
        kind: CoverageKind::Health,
        dated: "an older manual",
        source: "Administrative manual for massage therapists",
        sheet: NewRuleSheet {
            requires_prescription: "yes".into(),
            max_units_per_visit: "4".into(),
            documentation: "The order is kept on file; the notes show functional loss".into(),
            notes: "Evaluation and management codes are not payable to massage therapists".into(),
            ..Default::default()
        },
    }
}

fn florida_pip() -> Example {
    Example {
        slug: "florida-pip",
        title: "Florida PIP",
        kind: CoverageKind::AutoPip,
        dated: "2013",
        source: "ABMP; Southern-Owners v. Hendrickson",
        sheet: NewRuleSheet {
            provider_types: list(&["PT", "DC", "MD", "DO"]),
            codes: vec![code("97124", "no")],
            notes: "Massage therapists are excluded from PIP since 2013. Rulings argued about manual therapy by one of them. \
                    Whom it does pay instead is not in these sources"
                .into(),
            ..Default::default()
        },
    }
}

fn oregon_pip() -> Example {
    Example {
        slug: "oregon-pip",
        title: "Oregon PIP",
        kind: CoverageKind::AutoPip,
        dated: "an unknown year",
        source: "ORS 742.524",
        sheet: NewRuleSheet {
            notes: "Charges are presumed reasonable unless denied within 60 days of the insurer's receipt. \
                    Its questions must be answered within 10 business days, which pauses the clock"
                .into(),
            ..Default::default()
        },
    }
}

/// Days to file in published lists, which disagree.
fn filing_days() -> Vec<Example> {
    let one = |slug: &'static str, title: &'static str, kind: CoverageKind, days: &'static str, notes: &'static str| Example {
        slug,
        title,
        kind,
        dated: "an unknown year",
        source: "Published lists of filing days (RCM Guide; Xceed; Apple B), which disagree",
        sheet: NewRuleSheet { timely_filing_days: days.into(), notes: notes.into(), ..Default::default() },
    };
    vec![
        one("aetna-filing", "Aetna, days to file", CoverageKind::Health, "120", ""),
        one("cigna-filing", "Cigna, days to file", CoverageKind::Health, "90", "90 days in network, 180 out of it"),
        one("uhc-filing", "UnitedHealthcare, days to file", CoverageKind::Health, "90", ""),
        one("bcbs-filing", "Blue Cross Blue Shield, days to file", CoverageKind::Health, "", "Each plan has its own days to file"),
        one("medicare-filing", "Medicare, days to file", CoverageKind::Medicare, "365", "Medicare does not pay massage therapists"),
        one("tricare-filing", "TRICARE, days to file", CoverageKind::Health, "365", "One year"),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;

    #[test]
    fn every_example_can_be_saved_once_a_person_says_from_when_it_holds() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 26).expect("a day");
        for example in all() {
            let begun = example.as_begun();
            assert!(begun.effective_on.is_blank() && begun.checked_on.is_blank(), "{}: nobody has checked it", example.slug);
            assert!(
                begun.source.as_str().starts_with("Example of ") && begun.notes.as_str().contains("check each line"),
                "{}",
                example.slug
            );
            let saved = NewRuleSheet { effective_on: "2026-01-01".into(), ..begun }.check(today);
            assert!(saved.is_ok(), "{}: {saved:?}", example.slug);
        }
    }

    #[test]
    fn examples_of_the_payers_kind_come_first_and_each_has_its_own_address() {
        assert_eq!(for_kind(CoverageKind::VaCcn)[0].slug, "va-community-care");
        let mut slugs: Vec<&str> = all().iter().map(|e| e.slug).collect();
        slugs.sort_unstable();
        slugs.dedup();
        assert_eq!(slugs.len(), all().len());
    }
}
