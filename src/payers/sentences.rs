//! A payer's sheet in sentences, as one would tell a colleague; what is not known is said as not known. Pure.

use super::asks::{Approval, CountedPer, Tier};
use super::view::{PayerView, SheetView};
use crate::types::{Money, Texts, UnitsRule, service_code};
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
    pub modifiers: Vec<String>,
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
        modifiers: c.modifiers.clone().unwrap_or_default().0,
        refused: c.accepted == Some(false),
    };
    sheet.codes.iter().map(one).collect()
}

fn rules(sheet: &SheetView) -> Vec<Rule> {
    let all = [
        ("Units and visits", units(sheet)),
        ("Who may order", orders(sheet)),
        ("Who may treat", treats(sheet)),
        ("Approval", approval(sheet)),
        ("Diagnoses", diagnoses(sheet)),
        ("Modifiers", modifiers(sheet)),
        ("Reports", reports(sheet)),
        ("Deadlines", deadlines(sheet)),
        ("Patient", patient(sheet)),
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
    let most = sheet.daily_max_cents.map(|cents| format!("At most {} a day, whatever was done", Money(cents)));
    [rule, a_visit, a_day, most].into_iter().flatten().chain(limit(sheet)).collect()
}

fn limit(sheet: &SheetView) -> Vec<String> {
    let per = sheet.visit_limit_per.map_or("in all", CountedPer::spoken);
    let most = sheet.visit_limit.map(|n| format!("At most {} {per}", many(n, "visit")));
    let shared = sheet.visit_limit_shared.map(|yes| match yes {
        true => "Visits of physical therapy count into the same limit",
        false => "Visits of physical therapy are counted apart",
    });
    [most, shared.map(String::from)].into_iter().flatten().collect()
}

fn orders(sheet: &SheetView) -> Vec<String> {
    let needed = sheet.requires_prescription.map(|yes| if yes { "A signed order is needed" } else { "No order is needed" }.to_string());
    let who = sheet.who_may_prescribe.as_ref().map(|who| who.0.join(", "));
    let days = sheet.rx_valid_days.map(|n| format!("An order holds for {} from its signature", many(n, "day")));
    [who, needed, days].into_iter().flatten().collect()
}

/// Which credentials of ours are paid.
fn treats(sheet: &SheetView) -> Vec<String> {
    sheet.provider_types.iter().map(|types| format!("They pay treatment by {} alone", types.0.join(" or "))).collect()
}

fn listed(texts: &Texts) -> String {
    texts.0.join(", ")
}

fn approval(sheet: &SheetView) -> Vec<String> {
    let tiers = sheet.approval_tiers.as_ref().map(|t| t.0.as_slice()).unwrap_or_default();
    let mut lines = match sheet.requires_authorization {
        Some(Approval::Never) => vec!["None is needed".to_string()],
        Some(Approval::Always) if tiers.is_empty() => vec!["Before the first visit".to_string()],
        Some(_) if tiers.is_empty() => vec!["From some visit on: it is not known from which".to_string()],
        Some(_) => steps(tiers),
        None => Vec::new(),
    };
    lines.extend(sheet.approval_counted_per.map(counted));
    lines.extend(sheet.authorization_route.iter().flat_map(|text| sentences(text)));
    lines
}

/// `Visits 7 to 12: the phone line`.
fn steps(tiers: &[Tier]) -> Vec<String> {
    let free = tiers.first().map_or(0, |t| t.after_visits);
    let mut lines = Vec::new();
    if free > 0 {
        lines.push(format!("{}: none", span(1, Some(free))));
    }
    for (at, tier) in tiers.iter().enumerate() {
        let until = tiers.get(at + 1).map(|next| next.after_visits);
        lines.push(format!("{}: {}", span(tier.after_visits + 1, until), tier.ask.as_deref().unwrap_or("approval is needed")));
    }
    lines
}

fn span(from: i64, until: Option<i64>) -> String {
    match until {
        Some(until) if until == from => format!("Visit {from}"),
        Some(until) => format!("Visits {from} to {until}"),
        None if from == 1 => "Every visit".into(),
        None => format!("Visit {from} and on"),
    }
}

fn counted(per: CountedPer) -> String {
    match per {
        CountedPer::Injury => "Counted for the whole injury. A new order does not start again at 1".into(),
        CountedPer::Order => "Counted for each order: a new one starts again at 1".into(),
        other => format!("Counted over {}", other.spoken()),
    }
}

/// A field of several sentences as a list.
fn sentences(text: &str) -> Vec<String> {
    text.split(". ").map(|s| s.trim().trim_end_matches('.').to_string()).filter(|s| !s.is_empty()).collect()
}

fn diagnoses(sheet: &SheetView) -> Vec<String> {
    let only = sheet.diagnoses_accepted.iter().map(|d| format!("They pay for {} alone", listed(d)));
    let never = sheet.diagnoses_refused.iter().map(|d| format!("They never pay for {}", listed(d)));
    let last = sheet.seventh_characters.iter().map(|d| format!("Codes of injuries end in {}", d.0.join(" or ")));
    only.chain(never).chain(last).collect()
}

fn modifiers(sheet: &SheetView) -> Vec<String> {
    let all = sheet.line_modifiers.iter().map(|m| format!("{} on every line", listed(m)));
    let of_code = |c: &super::view::SheetCodeView| c.modifiers.as_ref().map(|m| format!("{} on {}", listed(m), c.code));
    let of_codes = sheet.codes.iter().filter_map(of_code);
    let pairs = sheet.modifier_pairs.iter().flat_map(|p| &p.0);
    let of_pairs = pairs.map(|p| format!("{} on {} where {} is billed beside it", p.modifier, p.code, p.beside));
    all.chain(of_codes).chain(of_pairs).chain(sheet.modifiers.clone()).collect()
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
    let tiers = sheet.approval_tiers.as_ref().is_some_and(|t| !t.0.is_empty());
    let allowed = sheet.codes.iter().any(|c| c.accepted != Some(false) && c.allowed_cents.is_none());
    let fields = [
        (sheet.units_rule.is_none(), "How are units counted?", "units_rule"),
        (sheet.max_units_per_visit.is_none(), "How many units a visit do they pay?", "max_units_per_visit"),
        (sheet.visit_limit.is_none(), "How many visits do they pay, and over what time?", "visit_limit"),
        (sheet.visit_limit.is_some() && sheet.visit_limit_per.is_none(), "Over what time is the limit of visits?", "visit_limit_per"),
        (
            sheet.visit_limit.is_some() && sheet.visit_limit_shared.is_none(),
            "Do visits of physical therapy count into the same limit?",
            "visit_limit_shared",
        ),
        (sheet.requires_prescription.is_none(), "Is an order needed?", "requires_prescription"),
        (sheet.who_may_prescribe.is_none() && sheet.requires_prescription != Some(false), "Who may order?", "who_may_prescribe"),
        (sheet.rx_valid_days.is_none() && sheet.requires_prescription != Some(false), "How long does an order hold?", "rx_valid_days"),
        (sheet.provider_types.is_none(), "Whom do they pay: massage therapists too?", "provider_types"),
        (sheet.requires_authorization.is_none(), "Is approval needed, and from which visit on?", "requires_authorization"),
        (
            sheet.requires_authorization == Some(Approval::AfterVisits) && !tiers,
            "From which visit on is approval needed?",
            "approval_tiers[0][after_visits]",
        ),
        (tiers && sheet.approval_counted_per.is_none(), "Does a new order start the count of visits again?", "approval_counted_per"),
        (modifiers(sheet).is_empty(), "Which modifiers do they want?", "line_modifiers"),
        (diagnoses(sheet).is_empty(), "Are there diagnoses that they do not pay?", "diagnoses_refused"),
        (sheet.timely_filing_days.is_none(), "How long may a claim be sent?", "timely_filing_days"),
        (sheet.corrected_claim_days.is_none(), "How long may a correction be sent?", "corrected_claim_days"),
        (sheet.appeal_days.is_none(), "How long may a denial be appealed?", "appeal_days"),
        (sheet.patient_may_be_billed.is_none(), "May patients be billed for what is left?", "patient_may_be_billed"),
        (sheet.report_after_visits.is_none() && sheet.report_after_days.is_none(), "When do they want a report?", "report_after_visits"),
        (sheet.documentation.is_none(), "What must be attached?", "documentation"),
        (sheet.codes.is_empty(), "Which treatments do they pay, and how much?", "codes[0][code]"),
        (allowed, "What do they allow for a unit of each treatment?", "codes[0][allowed_dollars]"),
    ];
    fields.into_iter().filter(|(is_unknown, ..)| *is_unknown).map(|(_, ask, field)| Unknown { ask, field }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payers::asks::{Pair, Pairs, Tiers};

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
            approval_tiers: None,
            approval_counted_per: None,
            authorization_route: None,
            visit_limit: None,
            visit_limit_per: None,
            visit_limit_shared: None,
            daily_max_cents: None,
            line_modifiers: None,
            modifier_pairs: None,
            modifiers: None,
            diagnoses_accepted: None,
            diagnoses_refused: None,
            seventh_characters: None,
            provider_types: None,
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
        assert_eq!((told.rules, told.unknown.len(), told.is_stale), (vec![], 17, true));
    }

    #[test]
    fn the_rules_are_sentences() {
        let sheet = SheetView {
            units_rule: Some(UnitsRule::Cms8Minute),
            max_units_per_visit: Some(4),
            max_visits_per_day: Some(1),
            report_after_visits: Some(6),
            report_after_days: Some(30),
            requires_authorization: Some(Approval::AfterVisits),
            approval_tiers: Some(Tiers(vec![
                Tier { after_visits: 6, ask: Some("the phone line".into()) },
                Tier { after_visits: 12, ask: Some("the claim manager".into()) },
            ])),
            approval_counted_per: Some(CountedPer::Injury),
            visit_limit: Some(16),
            visit_limit_per: Some(CountedPer::CalendarYear),
            visit_limit_shared: Some(true),
            daily_max_cents: Some(10_775),
            provider_types: Some(Texts(vec!["LMT".into()])),
            diagnoses_refused: Some(Texts(vec!["M79.7".into()])),
            seventh_characters: Some(Texts(vec!["A".into(), "D".into()])),
            line_modifiers: Some(Texts(vec!["GP".into()])),
            modifier_pairs: Some(Pairs(vec![Pair { code: "97124".into(), beside: "97140".into(), modifier: "59".into() }])),
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
                "At most $107.75 a day, whatever was done",
                "At most 16 visits a calendar year",
                "Visits of physical therapy count into the same limit",
                "They pay treatment by LMT alone",
                "Visits 1 to 6: none",
                "Visits 7 to 12: the phone line",
                "Visit 13 and on: the claim manager",
                "Counted for the whole injury. A new order does not start again at 1",
                "They never pay for M79.7",
                "Codes of injuries end in A or D",
                "GP on every line",
                "59 on 97124 where 97140 is billed beside it",
                "To the doctor and the payer after 6 visits or 30 days, whichever comes first",
                "May never be billed",
            ]
        );
    }
}
