//! A payer's sheet in sentences, as one would tell a colleague; what is not known is said as not known. Pure.

use super::view::{PayerView, SheetView};
use crate::types::{UnitsRule, service_code};
use chrono::{Days, NaiveDate};
use serde::Serialize;
use uuid::Uuid;

/// A sheet is read again after so many days [domain 2.15, PAYER_RULE_STALE].
const FRESH_DAYS: u64 = 180;

/// A sheet as it is told.
#[derive(Clone, Debug, Serialize)]
pub struct Told {
    pub id: Uuid,
    pub effective_on: NaiveDate,
    /// The last day of it, where a later one took its place.
    pub until: Option<NaiveDate>,
    pub is_current: bool,
    pub source: Option<String>,
    pub checked_on: Option<NaiveDate>,
    pub check_again_by: Option<NaiveDate>,
    pub is_stale: bool,
    pub prices: Vec<Price>,
    pub rules: Vec<Rule>,
    pub unknown: Vec<Unknown>,
    pub notes: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Price {
    pub code: String,
    pub label: String,
    /// Null: our own schedule.
    pub fee_cents: Option<i64>,
    pub allowed_cents: Option<i64>,
    pub max_units: Option<i64>,
    /// They do not pay it.
    pub refused: bool,
}

/// One matter of the sheet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Rule {
    pub title: &'static str,
    pub lines: Vec<String>,
}

/// Something to ask the payer, and the field where the answer goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unknown {
    pub ask: &'static str,
    pub field: &'static str,
}

/// The versions of a payer's sheet, newest first.
pub fn versions(payer: &PayerView, today: NaiveDate) -> Vec<Told> {
    let current = payer.sheets.iter().position(|s| s.effective_on <= today);
    let one = |(at, sheet): (usize, &SheetView)| {
        let until = at.checked_sub(1).and_then(|later| payer.sheets.get(later)).map(|later| later.effective_on - Days::new(1));
        told(sheet, until, Some(at) == current, today)
    };
    payer.sheets.iter().enumerate().map(one).collect()
}

fn told(sheet: &SheetView, until: Option<NaiveDate>, is_current: bool, today: NaiveDate) -> Told {
    let check_again_by = sheet.checked_on.and_then(|on| on.checked_add_days(Days::new(FRESH_DAYS)));
    Told {
        id: sheet.id,
        effective_on: sheet.effective_on,
        until,
        is_current,
        source: sheet.source.clone(),
        checked_on: sheet.checked_on,
        check_again_by,
        is_stale: check_again_by.is_none_or(|by| by < today),
        prices: prices(sheet),
        rules: rules(sheet),
        unknown: unknown(sheet),
        notes: sheet.notes.clone(),
    }
}

fn prices(sheet: &SheetView) -> Vec<Price> {
    let one = |c: &super::view::SheetCodeView| Price {
        label: service_code::label(&c.code).to_string(),
        code: c.code.clone(),
        fee_cents: c.fee_cents,
        allowed_cents: c.allowed_cents,
        max_units: c.max_units,
        refused: c.accepted == Some(false),
    };
    sheet.codes.iter().map(one).collect()
}

fn rules(sheet: &SheetView) -> Vec<Rule> {
    let all = [
        ("Units", units(sheet)),
        ("Who may order", orders(sheet)),
        ("Approval", approval(sheet)),
        ("Reports", reports(sheet)),
        ("Deadlines", deadlines(sheet)),
        ("Patient", patient(sheet)),
        ("Modifiers", sheet.modifiers.clone().into_iter().collect()),
        ("To attach", sheet.documentation.clone().into_iter().collect()),
    ];
    all.into_iter().filter(|(_, lines)| !lines.is_empty()).map(|(title, lines)| Rule { title, lines }).collect()
}

/// `3 visits`, `1 visit`.
fn many(n: i64, one: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") }
}

fn units(sheet: &SheetView) -> Vec<String> {
    let rule = sheet.units_rule.map(|r| match r {
        UnitsRule::None => "One unit a code, whatever the minutes".to_string(),
        other => other.label().to_string(),
    });
    let a_visit = sheet.max_units_per_visit.map(|n| format!("At most {} a visit", many(n, "unit")));
    let a_day = sheet.max_visits_per_day.map(|n| if n == 1 { "One visit a day".into() } else { format!("At most {n} visits a day") });
    let limit = sheet.visit_limit.map(|n| format!("At most {} in all", many(n, "visit")));
    [rule, a_visit, a_day, limit].into_iter().flatten().collect()
}

fn orders(sheet: &SheetView) -> Vec<String> {
    let needed = sheet.requires_prescription.map(|yes| if yes { "A signed order is needed" } else { "No order is needed" }.to_string());
    let who = sheet.who_may_prescribe.as_ref().map(|who| who.0.join(", "));
    let days = sheet.rx_valid_days.map(|n| format!("An order holds for {} from its signature", many(n, "day")));
    [who, needed, days].into_iter().flatten().collect()
}

fn approval(sheet: &SheetView) -> Vec<String> {
    let asked = sheet.requires_authorization.iter().flat_map(|text| sentences(text));
    asked.chain(sheet.authorization_route.clone().map(|route| format!("Ask {route}"))).collect()
}

/// A field of several sentences as a list.
fn sentences(text: &str) -> Vec<String> {
    text.split(". ").map(|s| s.trim().trim_end_matches('.').to_string()).filter(|s| !s.is_empty()).collect()
}

fn reports(sheet: &SheetView) -> Vec<String> {
    let after = [sheet.report_after_visits.map(|n| many(n, "visit")), sheet.report_after_days.map(|n| many(n, "day"))];
    let after: Vec<String> = after.into_iter().flatten().collect();
    match after.as_slice() {
        [] => Vec::new(),
        [one] => vec![format!("To the doctor and the payer after {one}")],
        both => vec![format!("To the doctor and the payer after {}, whichever comes first", both.join(" or "))],
    }
}

fn deadlines(sheet: &SheetView) -> Vec<String> {
    let send = sheet.timely_filing_days.map(|n| format!("Send the claim within {} of the visit", many(n, "day")));
    let correct = sheet.corrected_claim_days.map(|n| format!("Send a correction within {}", many(n, "day")));
    let appeal = sheet.appeal_days.map(|n| format!("Appeal within {} of a denial", many(n, "day")));
    [send, correct, appeal].into_iter().flatten().collect()
}

fn patient(sheet: &SheetView) -> Vec<String> {
    let may =
        sheet.patient_may_be_billed.map(|yes| if yes { "May be billed for the share the payer leaves" } else { "May never be billed" });
    may.map(String::from).into_iter().collect()
}

/// What to ask: the fields that claims and deadlines stand on.
fn unknown(sheet: &SheetView) -> Vec<Unknown> {
    let fields = [
        (sheet.units_rule.is_none(), "How are units counted?", "units_rule"),
        (sheet.requires_prescription.is_none(), "Is an order needed?", "requires_prescription"),
        (sheet.who_may_prescribe.is_none(), "Who may order?", "who_may_prescribe"),
        (sheet.requires_authorization.is_none(), "Is approval needed, and from which visit on?", "requires_authorization"),
        (sheet.timely_filing_days.is_none(), "How long may a claim be sent?", "timely_filing_days"),
        (sheet.appeal_days.is_none(), "How long may a denial be appealed?", "appeal_days"),
        (sheet.patient_may_be_billed.is_none(), "May patients be billed for what is left?", "patient_may_be_billed"),
        (sheet.modifiers.is_none(), "Which modifiers do they want?", "modifiers"),
        (sheet.codes.is_empty(), "Which treatments do they pay, and how much?", "codes[0][code]"),
    ];
    fields.into_iter().filter(|(is_unknown, ..)| *is_unknown).map(|(_, ask, field)| Unknown { ask, field }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blank() -> SheetView {
        SheetView {
            id: Uuid::nil(),
            effective_on: NaiveDate::from_ymd_opt(2026, 7, 1).expect("a day"),
            checked_on: None,
            units_rule: None,
            max_units_per_visit: None,
            max_visits_per_day: None,
            requires_prescription: None,
            who_may_prescribe: None,
            rx_valid_days: None,
            requires_authorization: None,
            authorization_route: None,
            visit_limit: None,
            modifiers: None,
            timely_filing_days: None,
            corrected_claim_days: None,
            appeal_days: None,
            patient_may_be_billed: None,
            report_after_visits: None,
            report_after_days: None,
            documentation: None,
            source: None,
            notes: None,
            codes: vec![],
        }
    }

    #[test]
    fn a_blank_sheet_says_nothing_and_asks_for_all_that_claims_stand_on() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 23).expect("a day");
        let told = told(&blank(), None, true, today);
        assert_eq!((told.rules, told.unknown.len(), told.is_stale), (vec![], 9, true));
    }

    #[test]
    fn the_rules_are_sentences() {
        let sheet = SheetView {
            units_rule: Some(UnitsRule::Cms8Minute),
            max_units_per_visit: Some(4),
            max_visits_per_day: Some(1),
            report_after_visits: Some(6),
            report_after_days: Some(30),
            requires_authorization: Some("Visits 1 to 6: none. Visit 7 and on: the claim manager".into()),
            patient_may_be_billed: Some(false),
            ..blank()
        };
        let lines: Vec<String> = rules(&sheet).into_iter().flat_map(|r| r.lines).collect();
        assert_eq!(
            lines,
            [
                "8-minute rule, all timed minutes of the day together",
                "At most 4 units a visit",
                "One visit a day",
                "Visits 1 to 6: none",
                "Visit 7 and on: the claim manager",
                "To the doctor and the payer after 6 visits or 30 days, whichever comes first",
                "May never be billed",
            ]
        );
    }
}
