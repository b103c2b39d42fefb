//! What would become of a case: billed how, allowed how much, and what stands against it, each with its reason. Made by the same
//! functions that make claims. Pure.

use super::case::{Case, Rules};
use super::compose::{Composed, Line, Sheet, compose};
use super::finding::{Finding, Severity};
use crate::care::units;
use crate::payers::asks::{Agreement, Approval, expected_allowed};
use crate::types::{Money, UnitsRule, day, service_code};
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;

/// How a case ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// Nothing that is known stands against it.
    Billed,
    /// The claim would wait for something.
    Stopped,
}

/// How one rule looks on the case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Looks {
    Fine,
    Stops,
    Look,
    /// The sheet does not say, or the case does not: nothing was checked.
    NotChecked,
}

/// One rule on the case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Checked {
    pub looks: Looks,
    pub words: String,
    pub why: Option<String>,
}

/// One treatment of the case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CaseLine {
    pub code: String,
    pub label: String,
    pub modifiers: Vec<String>,
    pub minutes: Option<i64>,
    /// What would be billed.
    pub units: i64,
    /// Units past a cap: shown, never billed.
    pub excess_units: i64,
    pub fee_cents: Option<i64>,
    /// Where the fee stands.
    pub fee_from: Option<String>,
    pub charge_cents: i64,
    pub allowed_cents: Option<i64>,
    /// What the payer is expected to allow for the line, at most what is charged.
    pub expected_cents: Option<i64>,
}

/// The answer to a case.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Verdict {
    pub ending: Ending,
    pub words: String,
    pub visit_on: NaiveDate,
    pub units_rule: Option<UnitsRule>,
    /// From which day the sheet holds that was used.
    pub sheet_effective_on: Option<NaiveDate>,
    pub lines: Vec<CaseLine>,
    pub charge_cents: i64,
    /// Null: not known for every line.
    pub expected_cents: Option<i64>,
    pub deadline_on: Option<NaiveDate>,
    pub checks: Vec<Checked>,
}

/// What the rules say to a case.
pub fn judge(case: &Case, rules: &Rules, sheet_effective_on: Option<NaiveDate>) -> Verdict {
    let strict = compose(&case.facts(rules, 1, false));
    let lines = lines(case, rules, &billed(case, rules));
    let charge_cents = lines.iter().map(|l| l.charge_cents).sum();
    let expected_cents = expected(rules, &lines);
    let checks = checks(case, rules, &strict, &lines);
    let stops = checks.iter().find(|c| c.looks == Looks::Stops);
    Verdict {
        ending: if stops.is_some() { Ending::Stopped } else { Ending::Billed },
        words: words(stops, charge_cents, expected_cents, &rules.payer_name),
        visit_on: case.visit_on,
        units_rule: rules.sheet.as_ref().and_then(|s| s.units_rule),
        sheet_effective_on,
        charge_cents,
        expected_cents,
        deadline_on: strict.deadline_on,
        lines,
        checks,
    }
}

/// What the claims of the case say once its cap is accepted: what is past it is never billed.
fn billed(case: &Case, rules: &Rules) -> Vec<Line> {
    let parts = compose(&case.facts(rules, 1, true)).parts;
    (1..=parts).flat_map(|part| compose(&case.facts(rules, part, true)).lines).collect()
}

/// Every treatment of the case, also those that make no line of a claim.
fn lines(case: &Case, rules: &Rules, billed: &[Line]) -> Vec<CaseLine> {
    let mut left = billed.iter().peekable();
    let plain: Vec<(&str, Option<i64>)> = case.services.iter().map(|(c, m)| (c.as_str(), *m)).collect();
    let counted = rules.sheet.as_ref().and_then(|s| s.units_rule).map(|rule| units::units(rule, &plain)).unwrap_or_default();
    let one = |(at, (code, minutes)): (usize, &(String, Option<i64>))| {
        let line = left.next_if(|l| l.code == *code && l.minutes == *minutes);
        let sheet_code = rules.sheet.as_ref().and_then(|s| s.code(code));
        let allowed_cents = sheet_code.and_then(|c| c.allowed_cents);
        let units = line.map_or(0, |l| l.units);
        // A cap may leave nothing of a treatment: then it makes no line, and all of it is excess.
        let has_fee = rules.fees.iter().any(|f| f.code == *code) || sheet_code.is_some_and(|c| c.fee_cents.is_some());
        let past_the_cap = counted.get(at).copied().filter(|_| has_fee).unwrap_or(0);
        let charge_cents = line.map_or(0, |l| l.charge_cents);
        let expected = expected_allowed(allowed_cents, sheet_code.and_then(|c| c.accepted), units);
        CaseLine {
            label: service_code::label(code).to_string(),
            code: code.clone(),
            modifiers: line.map(|l| l.modifiers.clone()).unwrap_or_default(),
            minutes: *minutes,
            units,
            excess_units: line.map_or(past_the_cap, |l| l.excess_units),
            fee_cents: line.map(|l| l.fee_cents),
            fee_from: line.map(|l| fee_from(l, rules)),
            charge_cents,
            allowed_cents,
            expected_cents: if units == 0 { Some(0) } else { expected.map(|cents| std::cmp::min(cents, charge_cents)) },
        }
    };
    case.services.iter().enumerate().map(one).collect()
}

fn fee_from(line: &Line, rules: &Rules) -> String {
    if line.sheet_code_id.is_some() { format!("the sheet of {}", rules.payer_name) } else { "your fee schedule".into() }
}

/// Nothing is expected where one line is not known: half a sum would be read as the whole.
fn expected(rules: &Rules, lines: &[CaseLine]) -> Option<i64> {
    let sum = lines.iter().map(|l| l.expected_cents).sum::<Option<i64>>().filter(|_| lines.iter().any(|l| l.units > 0))?;
    Some(rules.sheet.as_ref().and_then(|s| s.daily_max_cents).map_or(sum, |most| std::cmp::min(most, sum)))
}

fn words(stops: Option<&Checked>, charge_cents: i64, expected_cents: Option<i64>, payer: &str) -> String {
    let money = match expected_cents {
        Some(cents) => format!("{payer} would allow {} of {}", Money(cents), Money(charge_cents)),
        None => format!("{} would be billed. What {payer} allows is not known", Money(charge_cents)),
    };
    match stops {
        Some(stop) if charge_cents == 0 => format!("Not as it stands. {}", stop.words),
        Some(stop) => format!("Not as it stands. {}. Once that is settled: {money}", stop.words),
        None => format!("Nothing known stands against it. {money}"),
    }
}

fn checked(looks: Looks, words: impl Into<String>) -> Checked {
    Checked { looks, words: words.into(), why: None }
}

/// In the order in which a person would ask.
fn checks(case: &Case, rules: &Rules, strict: &Composed, lines: &[CaseLine]) -> Vec<Checked> {
    let mut found: Vec<Checked> = strict.findings.iter().filter(|f| of_the_case(f)).map(found_by_compose).collect();
    let Some(sheet) = &rules.sheet else { return found };
    found.push(approval(case, sheet));
    found.extend(order(case, sheet, strict));
    found.push(treats(case, sheet));
    found.extend(counted(case, sheet));
    found.extend(limit(case, sheet));
    found.push(diagnoses(case, sheet));
    found.push(modifiers(sheet, lines));
    found.push(deadline(strict));
    found.extend(allowed(sheet, lines));
    found.push(patient(sheet));
    found.sort_by_key(|c| match c.looks {
        Looks::Stops => 0,
        Looks::Look => 1,
        Looks::Fine => 2,
        Looks::NotChecked => 3,
    });
    found
}

/// What the claim's own checks find by the rules alone; the rest is about patients and files that the case has not.
fn of_the_case(finding: &Finding) -> bool {
    matches!(
        finding.code,
        "units_rule_unknown"
            | "code_not_accepted"
            | "code_retired"
            | "code_unlisted"
            | "no_treatment"
            | "no_units"
            | "nothing_to_bill"
            | "fee_missing"
            | "over_cap"
            | "modifiers_too_many"
            | "not_covered"
            | "prescriber_not_allowed"
    )
}

fn found_by_compose(finding: &Finding) -> Checked {
    let looks = if finding.severity == Severity::Blocks { Looks::Stops } else { Looks::Look };
    Checked { looks, words: finding.message.clone(), why: Some(finding.mend.to_string()) }
}

fn approval(case: &Case, sheet: &Sheet) -> Checked {
    let visit = case.visit_no.map_or_else(|| "The visit".to_string(), |n| format!("Visit {n}"));
    match sheet.agreement(case.visit_no) {
        Agreement::None => checked(Looks::Fine, format!("{visit} needs no approval")),
        Agreement::Needed(_) if case.is_approved => checked(Looks::Fine, format!("{visit} needs approval and has it")),
        Agreement::Needed(who) => Checked {
            looks: Looks::Stops,
            words: format!("{visit} needs approval first{}", who.map(|w| format!(": {w}")).unwrap_or_default()),
            why: sheet.authorization_route.clone(),
        },
        Agreement::Unknown if sheet.requires_authorization == Some(Approval::AfterVisits) && case.visit_no.is_none() => {
            checked(Looks::NotChecked, "Approval depends on which visit it is: enter its number")
        }
        Agreement::Unknown => checked(Looks::NotChecked, "Approval: not known, not checked"),
    }
}

fn order(case: &Case, sheet: &Sheet, strict: &Composed) -> Option<Checked> {
    let stopped = strict.findings.iter().any(|f| matches!(f.code, "not_covered" | "prescriber_not_allowed"));
    if sheet.requires_prescription == Some(false) {
        return Some(checked(Looks::Fine, "No order is needed"));
    }
    if stopped {
        return None;
    }
    let needed = if sheet.requires_prescription.is_some() { "An order is needed" } else { "Whether an order is needed is not known" };
    Some(match (case.has_order, &case.ordered_by) {
        (None, _) => checked(Looks::NotChecked, format!("{needed}: say whether there is one")),
        (Some(_), None) => checked(Looks::NotChecked, "There is an order. Who gave it was not said, not checked"),
        (Some(_), Some(by)) if sheet.who_may_prescribe.is_empty() => {
            checked(Looks::NotChecked, format!("There is an order of {}. Who may order is not known, not checked", one(by)))
        }
        (Some(_), Some(by)) => checked(Looks::Fine, format!("There is an order, and {} may order", one(by))),
    })
}

/// `a DC`, `an LMT`: credentials are read letter by letter.
fn one(credential: &str) -> String {
    let article = if credential.starts_with(['A', 'E', 'F', 'H', 'I', 'L', 'M', 'N', 'O', 'R', 'S', 'X']) { "an" } else { "a" };
    format!("{article} {credential}")
}

fn treats(case: &Case, sheet: &Sheet) -> Checked {
    let paid = sheet.provider_types.join(", ");
    match &case.treated_by {
        _ if sheet.provider_types.is_empty() => checked(Looks::NotChecked, "Whose treatment they pay: not known, not checked"),
        None => checked(Looks::NotChecked, format!("They pay {paid} alone. Who treated was not said, not checked")),
        Some(by) if sheet.provider_types.contains(by) => checked(Looks::Fine, format!("They pay treatment by {}", one(by))),
        Some(by) => checked(Looks::Stops, format!("They pay {paid} alone, not {}", one(by))),
    }
}

/// Minutes to units, told by the rule that made them.
fn counted(case: &Case, sheet: &Sheet) -> Option<Checked> {
    let rule = sheet.units_rule?;
    let plain: Vec<(&str, Option<i64>)> = case.services.iter().map(|(c, m)| (c.as_str(), *m)).collect();
    let counted = units::units(rule, &plain);
    let timed = plain.iter().zip(&counted).filter(|((code, _), _)| service_code::is_timed(code));
    let minutes: i64 = timed.clone().map(|((_, minutes), _)| minutes.unwrap_or(0)).sum();
    let all: i64 = counted.iter().sum();
    let units = if all == 1 { "1 unit".to_string() } else { format!("{all} units") };
    let each: Vec<String> = plain
        .iter()
        .zip(&counted)
        .map(|((code, minutes), n)| match minutes {
            Some(minutes) if service_code::is_timed(code) => format!("{code}: {minutes} minutes, {n}"),
            _ => format!("{code}: {n}"),
        })
        .collect();
    let by = match rule {
        UnitsRule::Cms8Minute => format!("{minutes} timed minutes together make {units}"),
        UnitsRule::CptMidpoint => format!("Each code alone makes {units} in all"),
        UnitsRule::None => format!("One unit a code makes {units}, whatever the minutes"),
    };
    Some(Checked { looks: Looks::Fine, words: by, why: Some(each.join("; ")) })
}

fn limit(case: &Case, sheet: &Sheet) -> Option<Checked> {
    let most = sheet.visit_limit?;
    let per = sheet.visit_limit_per.map_or("in all", |per| per.spoken());
    Some(match case.visit_no {
        Some(n) if n > most => checked(Looks::Stops, format!("They pay {most} visits {per}, and this is visit {n}")),
        Some(n) => checked(Looks::Fine, format!("Visit {n} of {most} {per}")),
        None => checked(Looks::NotChecked, format!("They pay {most} visits {per}. Which visit it is was not said")),
    })
}

fn diagnoses(case: &Case, sheet: &Sheet) -> Checked {
    let knows = [&sheet.diagnoses_accepted, &sheet.diagnoses_refused, &sheet.seventh_characters].iter().any(|list| !list.is_empty());
    let refused = case.refused_diagnoses(sheet);
    match (case.diagnoses.is_empty(), knows) {
        (_, false) => checked(Looks::NotChecked, "Diagnoses: not known, not checked"),
        (true, true) => checked(Looks::NotChecked, "They do not pay for every diagnosis. None was said, none was checked"),
        (false, true) if refused.is_empty() => checked(Looks::Fine, "They pay for these diagnoses"),
        (false, true) => checked(Looks::Stops, refused.join("; ")),
    }
}

fn modifiers(sheet: &Sheet, lines: &[CaseLine]) -> Checked {
    let with = lines.iter().filter(|l| !l.modifiers.is_empty());
    let with: Vec<String> = with.map(|l| format!("{} with {}", l.code, l.modifiers.join(" "))).collect();
    let knows = !sheet.line_modifiers.is_empty()
        || !sheet.modifier_pairs.is_empty()
        || sheet.codes.iter().any(|c| !c.modifiers.is_empty())
        || sheet.says_of_modifiers;
    match (with.is_empty(), knows) {
        (false, _) => checked(Looks::Fine, format!("Modifiers: {}", with.join(", "))),
        (true, true) => checked(Looks::Fine, "No modifier is asked for here"),
        (true, false) => checked(Looks::NotChecked, "Modifiers: not known, not checked"),
    }
}

fn deadline(strict: &Composed) -> Checked {
    match strict.deadline_on {
        Some(on) => checked(Looks::Fine, format!("Send by {}", day::long(on))),
        None => checked(Looks::NotChecked, "How long the claim may be sent is not known"),
    }
}

fn allowed(sheet: &Sheet, lines: &[CaseLine]) -> Option<Checked> {
    let unknown: Vec<&str> = lines.iter().filter(|l| l.expected_cents.is_none()).map(|l| l.code.as_str()).collect();
    if !unknown.is_empty() {
        return Some(checked(Looks::NotChecked, format!("What they allow for {} is not known", unknown.join(", "))));
    }
    let sum: i64 = lines.iter().filter_map(|l| l.expected_cents).sum();
    let most = sheet.daily_max_cents.filter(|most| *most < sum)?;
    Some(checked(Looks::Look, format!("{} would be allowed, {} a day is the most", Money(sum), Money(most))))
}

fn patient(sheet: &Sheet) -> Checked {
    match sheet.patient_may_be_billed {
        Some(true) => checked(Looks::Fine, "The patient may be billed for the share the payer leaves"),
        Some(false) => checked(Looks::Fine, "The patient may never be billed"),
        None => checked(Looks::NotChecked, "Whether the patient may be billed is not known"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claims::compose::{Fee, SheetCode};
    use crate::payers::asks::{Pair, Tier};

    fn sheet(rule: UnitsRule) -> Sheet {
        Sheet { units_rule: Some(rule), requires_prescription: Some(false), ..Default::default() }
    }

    fn rules(sheet: Sheet) -> Rules {
        let fees = ["97124", "97140", "97112", "97110", "97116", "97035", "97010"];
        let fee = |(at, code): (usize, &&str)| Fee { id: at as i64, code: code.to_string(), label: None, cents: 4_000 };
        Rules {
            payer_name: "State Fund".into(),
            sheet: Some(sheet),
            fees: fees.iter().enumerate().map(fee).collect(),
            ..Default::default()
        }
    }

    fn case(services: &[(&str, i64)]) -> Case {
        Case {
            visit_on: NaiveDate::from_ymd_opt(2026, 11, 30).expect("a day"),
            services: services.iter().map(|(c, m)| (c.to_string(), Some(*m))).collect(),
            ..Default::default()
        }
    }

    fn looks(verdict: &Verdict, looks: Looks) -> Vec<&str> {
        verdict.checks.iter().filter(|c| c.looks == looks).map(|c| c.words.as_str()).collect()
    }

    #[test]
    fn the_table_of_the_domain_brief_is_what_would_be_billed() {
        let both = |services: &[(&str, i64)]| {
            let of = |rule| judge(&case(services), &rules(sheet(rule)), None).lines.iter().map(|l| l.units).collect::<Vec<_>>();
            (of(UnitsRule::Cms8Minute), of(UnitsRule::CptMidpoint))
        };
        assert_eq!(both(&[("97124", 60)]), (vec![4], vec![4]));
        assert_eq!(both(&[("97140", 7)]), (vec![0], vec![0]));
        assert_eq!(both(&[("97112", 24), ("97110", 23)]), (vec![2, 1], vec![2, 2]));
        assert_eq!(both(&[("97112", 20), ("97110", 20)]), (vec![2, 1], vec![1, 1]));
        assert_eq!(both(&[("97110", 33), ("97140", 7)]), (vec![2, 1], vec![2, 0]));
        assert_eq!(both(&[("97110", 18), ("97140", 13), ("97116", 10), ("97035", 8)]), (vec![1, 1, 1, 0], vec![1, 1, 1, 1]));
        assert_eq!(both(&[("97112", 7), ("97110", 7), ("97140", 7)]), (vec![1, 0, 0], vec![0, 0, 0]));
        assert_eq!(both(&[("97140", 6), ("97124", 5)]), (vec![1, 0], vec![0, 0]));
        assert_eq!(both(&[("97140", 38), ("97124", 22)]), (vec![3, 1], vec![3, 1]));
        assert_eq!(both(&[("97140", 10), ("97124", 8)]), (vec![1, 0], vec![1, 1]));
    }

    #[test]
    fn the_case_of_the_prototype_is_answered_as_it_shows() {
        let mut sheet = sheet(UnitsRule::Cms8Minute);
        sheet.requires_prescription = Some(true);
        sheet.who_may_prescribe = vec!["MD".into(), "DC".into()];
        sheet.requires_authorization = Some(Approval::AfterVisits);
        sheet.approval_tiers = vec![Tier { after_visits: 12, ask: Some("the claim manager".into()) }];
        sheet.timely_filing_days = Some(365);
        sheet.codes = ["97140", "97112"].map(|c| SheetCode { code: c.into(), allowed_cents: Some(2_550), ..Default::default() }).into();
        let tried =
            Case { has_order: Some(true), ordered_by: Some("DC".into()), visit_no: Some(13), ..case(&[("97140", 38), ("97112", 15)]) };
        let verdict = judge(&tried, &rules(sheet.clone()), None);
        assert_eq!(
            verdict.words,
            "Not as it stands. Visit 13 needs approval first: the claim manager. Once that is settled: State Fund would allow $102.00 of $160.00"
        );
        assert_eq!(looks(&verdict, Looks::Stops), ["Visit 13 needs approval first: the claim manager"]);
        for fine in ["There is an order, and a DC may order", "53 timed minutes together make 4 units", "Send by November 30, 2027"] {
            assert!(looks(&verdict, Looks::Fine).contains(&fine), "{fine}: {:?}", verdict.checks);
        }
        assert!(looks(&verdict, Looks::NotChecked).contains(&"Modifiers: not known, not checked"));
        let approved = judge(&Case { is_approved: true, ..tried }, &rules(sheet), None);
        assert_eq!(
            (approved.ending, approved.words.as_str()),
            (Ending::Billed, "Nothing known stands against it. State Fund would allow $102.00 of $160.00")
        );
    }

    #[test]
    fn past_a_cap_the_excess_is_told_and_never_in_the_sum() {
        let capped = Sheet { max_units_per_visit: Some(4), ..sheet(UnitsRule::Cms8Minute) };
        let verdict = judge(&case(&[("97140", 75)]), &rules(capped), None);
        assert_eq!((verdict.lines[0].units, verdict.lines[0].excess_units, verdict.charge_cents), (4, 1, 16_000));
        assert_eq!(looks(&verdict, Looks::Stops), ["5 units were given, State Fund pays 4 a visit: 1 too many"]);
    }

    #[test]
    fn a_treatment_of_which_a_cap_leaves_nothing_is_all_excess() {
        let capped = Sheet { max_units_per_visit: Some(4), ..sheet(UnitsRule::Cms8Minute) };
        let verdict = judge(&case(&[("97140", 53), ("97112", 15)]), &rules(capped), None);
        assert_eq!(verdict.lines.iter().map(|l| (l.units, l.excess_units)).collect::<Vec<_>>(), [(4, 0), (0, 1)]);
        assert_eq!(looks(&verdict, Looks::Look), Vec::<&str>::new());
    }

    #[test]
    fn each_rule_stops_the_case_that_breaks_it() {
        let stops = |change: fn(&mut Sheet, &mut Case)| {
            let (mut sheet, mut case) = (sheet(UnitsRule::Cms8Minute), case(&[("97140", 30)]));
            change(&mut sheet, &mut case);
            let verdict = judge(&case, &rules(sheet), None);
            looks(&verdict, Looks::Stops).iter().map(|w| w.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(stops(|_, _| ()), Vec::<String>::new());
        assert_eq!(stops(|s, _| s.units_rule = None), ["How State Fund counts units is not known"]);
        assert_eq!(
            stops(|s, _| s.codes = vec![SheetCode { code: "97140".into(), accepted: Some(false), ..Default::default() }]),
            ["State Fund does not pay 97140"]
        );
        assert_eq!(stops(|_, c| c.services[0].0 = "97530".into()), ["There is no fee for 97530 on November 30, 2026"]);
        assert_eq!(stops(|_, c| c.services[0].1 = Some(5)), ["No minutes of this visit make a unit"]);
        assert_eq!(stops(|s, c| (s.requires_prescription, c.has_order) = (Some(true), Some(false))), ["There is no order"]);
        assert_eq!(
            stops(|s, c| {
                s.requires_prescription = Some(true);
                s.who_may_prescribe = vec!["MD".into()];
                (c.has_order, c.ordered_by) = (Some(true), Some("DC".into()));
            })
            .len(),
            1
        );
        assert_eq!(
            stops(|s, c| (s.provider_types, c.treated_by) = (vec!["PT".into()], Some("LMT".into()))),
            ["They pay PT alone, not an LMT"]
        );
        assert_eq!(stops(|s, c| (s.visit_limit, c.visit_no) = (Some(12), Some(13))), ["They pay 12 visits in all, and this is visit 13"]);
        assert_eq!(
            stops(|s, c| (s.seventh_characters, c.diagnoses) = (vec!["A".into()], vec!["S13.4XXD".into(), "M54.2".into()])),
            ["S13.4XXD: codes of injuries end in A"]
        );
        assert_eq!(stops(|s, c| (s.diagnoses_refused, c.diagnoses) = (vec!["M79".into()], vec!["M79.7".into()])), ["M79.7: never paid"]);
        assert_eq!(stops(|s, _| s.requires_authorization = Some(Approval::Always)), ["The visit needs approval first"]);
    }

    #[test]
    fn what_is_allowed_is_never_more_than_is_charged_nor_than_a_day_and_half_a_sum_is_none() {
        let mut sheet = sheet(UnitsRule::Cms8Minute);
        sheet.codes = vec![SheetCode { code: "97140".into(), allowed_cents: Some(5_000), ..Default::default() }];
        assert_eq!(judge(&case(&[("97140", 30)]), &rules(sheet.clone()), None).expected_cents, Some(8_000));
        assert_eq!(judge(&case(&[("97140", 30), ("97124", 30)]), &rules(sheet.clone()), None).expected_cents, None);
        sheet.daily_max_cents = Some(5_500);
        assert_eq!(judge(&case(&[("97140", 30)]), &rules(sheet), None).expected_cents, Some(5_500));
    }

    #[test]
    fn the_fee_says_where_it_comes_from_and_a_pair_gets_its_modifier() {
        let mut sheet = sheet(UnitsRule::CptMidpoint);
        sheet.codes = vec![SheetCode { code: "97140".into(), fee_cents: Some(4_500), ..Default::default() }];
        sheet.modifier_pairs = vec![Pair { code: "97124".into(), beside: "97140".into(), modifier: "59".into() }];
        let verdict = judge(&case(&[("97140", 15), ("97124", 15)]), &rules(sheet), None);
        let told: Vec<_> =
            verdict.lines.iter().map(|l| (l.fee_cents, l.fee_from.as_deref().unwrap_or(""), l.modifiers.join(" "))).collect();
        assert_eq!(told, [(Some(4_500), "the sheet of State Fund", String::new()), (Some(4_000), "your fee schedule", "59".into())]);
    }
}
