//! From a visit and everything known about it to the claim it makes, and to what is wrong with it. Pure:
//! the same facts always give the same claim.

use super::claim::LINES_A_CLAIM;
use super::finding::{Finding, Findings, Rule, Severity};
use super::modifiers;
use super::others::plan::OtherPlan;
use super::parties::{Address, Location, Name, Patient, Payer, Practice, Sent, Treating};
use super::scrub;
use crate::care::units;
use crate::patients::coverage::Relationship;
use crate::payers::asks::{Agreement, Approval, CountedPer, Pair, Tier, agreement};
use crate::payers::payer::CoverageKind;
use crate::types::{UnitsRule, day, place_of_service, service_code};
use crate::x12::claim_837p::is_unlisted;
use chrono::NaiveDate;

/// Everything that a claim is made of.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    pub today: NaiveDate,
    pub service_on: NaiveDate,
    pub services: Vec<(String, Option<i64>)>,
    pub place_of_service: String,
    pub location: Option<Location>,
    pub payer_name: String,
    pub payer: Payer,
    pub sheet: Option<Sheet>,
    pub fees: Vec<Fee>,
    pub order: Option<Order>,
    /// Why no order covers the visit, in words.
    pub uncovered: Option<String>,
    pub episode_diagnoses: Vec<String>,
    pub referral: Option<Sent>,
    pub referrer: Option<Referrer>,
    pub coverage: Coverage,
    /// The plans that pay after it.
    pub others: Vec<OtherPlan>,
    pub patient: Patient,
    pub rendering_npi: Option<String>,
    pub therapist: String,
    pub treating: Treating,
    pub therapist_credential: Option<String>,
    pub practice: Practice,
    pub cap_accepted: bool,
    pub frequency: i64,
    pub payer_claim_no: Option<String>,
    /// Other attended visits of the same day for the same payer.
    pub visits_that_day: i64,
    /// Lines of the patient's other claims of the same day.
    pub twins: Vec<Twin>,
    /// Which visit it is, counted as the sheet counts for approval; only where approval depends on it.
    pub visit_no: Option<i64>,
    /// The same as the sheet counts for its limit; only where there is one.
    pub visit_of_limit: Option<i64>,
    /// Which visit of the payer's approval it is; only where that is for a number of visits.
    pub visit_of_approval: Option<i64>,
    /// When the payer decided what is now corrected.
    pub decided_on: Option<NaiveDate>,
    /// Which six lines this claim takes, where the visit makes more.
    pub part: i64,
}

/// The payer's sheet of the day of service.
#[derive(Clone, Debug, Default)]
pub struct Sheet {
    pub id: i64,
    pub units_rule: Option<UnitsRule>,
    pub max_units_per_visit: Option<i64>,
    pub max_visits_per_day: Option<i64>,
    pub requires_prescription: Option<bool>,
    pub who_may_prescribe: Vec<String>,
    pub timely_filing_days: Option<i64>,
    pub corrected_claim_days: Option<i64>,
    pub requires_authorization: Option<Approval>,
    pub approval_tiers: Vec<Tier>,
    pub approval_counted_per: Option<CountedPer>,
    pub authorization_route: Option<String>,
    pub visit_limit: Option<i64>,
    pub visit_limit_per: Option<CountedPer>,
    pub daily_max_cents: Option<i64>,
    pub line_modifiers: Vec<String>,
    pub modifier_pairs: Vec<Pair>,
    /// Something is said of modifiers in words: at least that there is nothing to put on a line by itself.
    pub says_of_modifiers: bool,
    /// Diagnoses or families of them: empty is unknown, for each of the three.
    pub diagnoses_accepted: Vec<String>,
    pub diagnoses_refused: Vec<String>,
    pub seventh_characters: Vec<String>,
    /// Credentials that are paid; empty is unknown.
    pub provider_types: Vec<String>,
    pub patient_may_be_billed: Option<bool>,
    pub codes: Vec<SheetCode>,
}

impl Sheet {
    /// Whether the visit of this number needs the payer's agreement, and whose.
    pub fn agreement(&self, visit_no: Option<i64>) -> Agreement {
        agreement(self.requires_authorization, &self.approval_tiers, visit_no)
    }

    pub fn code(&self, code: &str) -> Option<&SheetCode> {
        self.codes.iter().find(|c| c.code == code)
    }
}

#[derive(Clone, Debug, Default)]
pub struct SheetCode {
    pub id: i64,
    pub code: String,
    pub accepted: Option<bool>,
    pub fee_cents: Option<i64>,
    /// What the payer allows for a unit.
    pub allowed_cents: Option<i64>,
    pub max_units: Option<i64>,
    pub modifiers: Vec<String>,
}

/// A row of the practice's own schedule, of the day of service.
#[derive(Clone, Debug)]
pub struct Fee {
    pub id: i64,
    pub code: String,
    /// What the practice calls it.
    pub label: Option<String>,
    pub cents: i64,
}

/// A line of another claim.
#[derive(Clone, Debug)]
pub struct Twin {
    /// The number of the claim.
    pub claim: String,
    pub code: String,
    pub modifiers: Vec<String>,
}

/// The order that covers the visit.
#[derive(Clone, Debug, Default)]
pub struct Order {
    pub id: i64,
    pub diagnoses: Vec<String>,
    pub services: Vec<String>,
    pub prescriber: Referrer,
    /// Its scan is on file.
    pub has_document: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Referrer {
    pub provider_id: i64,
    pub name: String,
    /// The same name in its parts.
    pub parts: Name,
    pub npi: Option<String>,
    pub credentials: Vec<String>,
}

#[derive(Clone, Debug)]
pub struct Coverage {
    pub kind: CoverageKind,
    /// 1 pays first.
    pub rank: i64,
    pub member_no: Option<String>,
    pub claim_no: Option<String>,
    pub group_no: Option<String>,
    pub plan_name: Option<String>,
    /// What the patient is to the one insured.
    pub relationship: Relationship,
    /// The payer gave the patient a number of their own, whoever is insured.
    pub number_is_patients_own: bool,
    pub insured_name: Option<String>,
    pub insured_address: Address,
    pub employer: Option<String>,
    pub injured_on: Option<NaiveDate>,
    pub accident_state: Option<String>,
    /// What the payer agreed to, of the day of service where there were several.
    pub authorization_no: Option<String>,
    pub authorization_from: Option<NaiveDate>,
    pub authorization_until: Option<NaiveDate>,
    pub authorization_visits: Option<i64>,
    pub effective_from: Option<NaiveDate>,
    pub effective_to: Option<NaiveDate>,
}

impl Default for Coverage {
    fn default() -> Self {
        Self {
            kind: CoverageKind::Health,
            rank: 1,
            member_no: None,
            claim_no: None,
            group_no: None,
            plan_name: None,
            relationship: Relationship::Myself,
            number_is_patients_own: false,
            insured_name: None,
            insured_address: Address::default(),
            employer: None,
            injured_on: None,
            accident_state: None,
            authorization_no: None,
            authorization_from: None,
            authorization_until: None,
            authorization_visits: None,
            effective_from: None,
            effective_to: None,
        }
    }
}

impl Facts {
    /// Where it was, if that stands on the claim: neither at the practice's own address nor at the patient's home.
    pub fn elsewhere(&self) -> Option<&Location> {
        self.location.as_ref().filter(|_| self.place_of_service.trim() != place_of_service::HOME)
    }

    /// Who is named as the one who sent or ordered. The claim's own referral goes first; an order of another provider stands
    /// in where there is none. A payer that wants orders named as such (DK) is told who ordered.
    pub fn named_referrer(&self) -> Option<(&Referrer, &'static str)> {
        let ordered = self.order.as_ref().map(|o| &o.prescriber);
        match (self.payer.order_qualifier.as_deref(), &self.referrer, ordered) {
            (Some("DK"), referrer, prescriber) => prescriber.or(referrer.as_ref()).map(|who| (who, "DK")),
            (_, Some(referrer), _) => Some((referrer, "DN")),
            (Some("DN"), None, Some(prescriber)) => Some((prescriber, "DN")),
            (_, None, Some(prescriber)) => Some((prescriber, "DK")),
            (_, None, None) => None,
        }
    }
}

/// The claim that the facts make.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Composed {
    pub lines: Vec<Line>,
    pub diagnoses: Vec<String>,
    pub referrer: Option<(Referrer, &'static str)>,
    pub total_cents: i64,
    pub deadline_on: Option<NaiveDate>,
    pub findings: Vec<Finding>,
    /// How many claims the visit makes.
    pub parts: i64,
}

impl Composed {
    /// What stands against sending the claim.
    pub fn blocks(&self) -> Vec<&Finding> {
        self.findings.iter().filter(|f| f.severity == Severity::Blocks).collect()
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    pub code: String,
    /// What it was, where the code names nothing.
    pub description: Option<String>,
    pub modifiers: Vec<String>,
    pub minutes: Option<i64>,
    pub units: i64,
    /// Units past the payer's cap: shown, never billed.
    pub excess_units: i64,
    pub fee_cents: i64,
    pub charge_cents: i64,
    pub fee_id: Option<i64>,
    pub sheet_code_id: Option<i64>,
    pub pointers: String,
}

/// Makes the claim and checks it.
pub fn compose(facts: &Facts) -> Composed {
    let mut findings = Findings::default();
    let mut all_lines = lines(facts, &mut findings);
    if let Some(sheet) = &facts.sheet {
        modifiers::give(sheet, &mut all_lines);
    }
    let parts = std::cmp::max(1, all_lines.len().div_ceil(LINES_A_CLAIM));
    let from = usize::try_from(facts.part.saturating_sub(1)).unwrap_or(0) * LINES_A_CLAIM;
    let mut lines: Vec<Line> = all_lines.into_iter().skip(from).take(LINES_A_CLAIM).collect();
    if lines.is_empty() && findings.0.iter().all(|f| f.severity == Severity::Warns) {
        findings.say(Rule::NothingToBill, "Nothing of this visit is left for this claim");
    }
    let diagnoses = diagnoses(facts);
    let pointers: String = "ABCD".chars().take(diagnoses.len()).collect();
    for line in &mut lines {
        line.pointers.clone_from(&pointers);
    }
    let deadline_on = scrub::check(facts, &lines, &diagnoses, &mut findings);
    let referrer = facts.named_referrer().map(|(referrer, qualifier)| (referrer.clone(), qualifier));
    Composed {
        total_cents: lines.iter().fold(0, |sum, l| l.charge_cents.saturating_add(sum)),
        lines,
        diagnoses,
        referrer,
        deadline_on,
        findings: findings.0,
        parts: i64::try_from(parts).unwrap_or(1),
    }
}

/// What a patient who pays alone is charged: the practice's own rule and fees [domain 5.4].
pub fn cash_charge(rule: UnitsRule, services: &[(String, Option<i64>)], fees: &[Fee]) -> Option<i64> {
    let plain: Vec<(&str, Option<i64>)> = services.iter().map(|(c, m)| (c.as_str(), *m)).collect();
    let mut total = 0;
    for ((code, _), n) in plain.iter().zip(units::units(rule, &plain)) {
        total += n * fees.iter().find(|f| f.code == *code)?.cents;
    }
    (!services.is_empty()).then_some(total)
}

/// Lines in the order of the visit. A line without units is left out, and said so.
fn lines(facts: &Facts, findings: &mut Findings) -> Vec<Line> {
    let payer = &facts.payer_name;
    let Some(rule) = facts.sheet.as_ref().and_then(|s| s.units_rule) else {
        findings.say(Rule::UnitsRuleUnknown, format!("How {payer} counts units is not known"));
        return Vec::new();
    };
    if facts.services.is_empty() {
        findings.say(Rule::NoTreatment, "The visit has no treatment code");
        return Vec::new();
    }
    let plain: Vec<(&str, Option<i64>)> = facts.services.iter().map(|(c, m)| (c.as_str(), *m)).collect();
    let counted = units::units(rule, &plain);
    let billed = capped(facts, &plain, &counted, findings);
    let mut lines = Vec::new();
    for ((code, minutes), (units, excess_units)) in plain.iter().zip(billed) {
        // What a cap leaves nothing of was told with the cap.
        if units == 0 && excess_units == 0 {
            let words = format!("{} {code}: {} minutes make no unit", service_code::label(code), minutes.unwrap_or(0));
            findings.say(Rule::NoUnits, words);
        }
        if units == 0 {
            continue;
        }
        let sheet_code = facts.sheet.as_ref().and_then(|s| s.code(code));
        if sheet_code.is_some_and(|c| c.accepted == Some(false)) {
            findings.say(Rule::CodeNotAccepted, format!("{payer} does not pay {code}"));
        }
        let own = facts.fees.iter().find(|f| f.code == *code);
        let special = sheet_code.and_then(|c| c.fee_cents.map(|cents| (c.id, cents)));
        let Some(fee_cents) = special.map(|(_, cents)| cents).or(own.map(|f| f.cents)) else {
            findings.say(Rule::FeeMissing, format!("There is no fee for {code} on {}", day::long(facts.service_on)));
            continue;
        };
        lines.push(Line {
            code: code.to_string(),
            description: own.and_then(|f| f.label.clone()).filter(|_| is_unlisted(code)),
            modifiers: Vec::new(),
            minutes: *minutes,
            units,
            excess_units,
            fee_cents,
            charge_cents: units.saturating_mul(fee_cents),
            fee_id: if special.is_some() { None } else { own.map(|f| f.id) },
            sheet_code_id: special.map(|(id, _)| id),
            pointers: String::new(),
        });
    }
    if counted.iter().all(|n| *n == 0) {
        findings.say(Rule::NothingToBill, "No minutes of this visit make a unit");
    }
    lines
}

/// Over a cap the claim waits until a person accepts the capped units [domain 3.2, read as].
fn capped(facts: &Facts, services: &[(&str, Option<i64>)], counted: &[i64], findings: &mut Findings) -> Vec<(i64, i64)> {
    let Some(sheet) = &facts.sheet else { return counted.iter().map(|n| (*n, 0)).collect() };
    let per_code: Vec<Option<i64>> =
        services.iter().map(|(code, _)| sheet.codes.iter().find(|c| c.code == *code).and_then(|c| c.max_units)).collect();
    let capped = units::capped(counted, &per_code, sheet.max_units_per_visit);
    let excess: i64 = capped.iter().map(|(_, over)| over).sum();
    if excess == 0 {
        return capped;
    }
    let billable: i64 = capped.iter().map(|(n, _)| n).sum();
    let words = format!("{} units were given, {} pays {billable} a visit: {excess} too many", billable + excess, facts.payer_name);
    if facts.cap_accepted {
        findings.say(Rule::OverCapAccepted, words);
        return capped;
    }
    findings.say(Rule::OverCap, words);
    counted.iter().map(|n| (*n, 0)).collect()
}

/// From the order; only where the payer asks for none may they come from the episode. Never altered.
fn diagnoses(facts: &Facts) -> Vec<String> {
    let from_order = facts.order.as_ref().map(|o| o.diagnoses.clone()).unwrap_or_default();
    if from_order.is_empty() && facts.order_is_lifted() { facts.episode_diagnoses.clone() } else { from_order }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claims::scrub::tests::{day_of, work_injury as sound};

    #[test]
    fn the_sheets_modifiers_stand_on_the_lines_and_a_fifth_is_not_dropped_silently() {
        let mut facts = sound();
        let sheet = facts.sheet.as_mut().expect("a sheet");
        sheet.line_modifiers = vec!["GP".into()];
        sheet.modifier_pairs = vec![Pair { code: "97112".into(), beside: "97140".into(), modifier: "59".into() }];
        let claim = compose(&facts);
        assert_eq!(claim.lines.iter().map(|l| l.modifiers.join(" ")).collect::<Vec<_>>(), ["GP", "59 GP"]);
        facts.sheet.as_mut().expect("a sheet").line_modifiers = ["GP", "KX", "CQ", "76"].map(String::from).into();
        assert_eq!(codes(&facts), ["modifiers_too_many"]);
    }

    fn codes(facts: &Facts) -> Vec<&'static str> {
        compose(facts).findings.iter().map(|f| f.code).collect()
    }

    #[test]
    fn a_sound_visit_makes_a_claim_with_nothing_missing() {
        let claim = compose(&sound());
        assert_eq!(claim.findings, []);
        assert_eq!(claim.lines.iter().map(|l| (l.units, l.charge_cents)).collect::<Vec<_>>(), [(3, 11_100), (1, 3_700)]);
        assert_eq!((claim.total_cents, claim.lines[0].pointers.as_str(), claim.deadline_on), (14_800, "AB", Some(day_of("2027-11-23"))));
        assert_eq!(claim.referrer.map(|(_, qualifier)| qualifier), Some("DN"));
    }

    #[test]
    fn the_one_who_sent_is_named_as_the_payer_wants_it() {
        let named = |wanted: Option<&str>, referrer: bool| {
            let mut facts = sound();
            facts.payer.order_qualifier = wanted.map(String::from);
            facts.referrer = facts.referrer.filter(|_| referrer);
            facts.named_referrer().map(|(_, qualifier)| qualifier)
        };
        assert_eq!((named(None, true), named(None, false)), (Some("DN"), Some("DK")));
        assert_eq!((named(Some("DK"), true), named(Some("DK"), false)), (Some("DK"), Some("DK")));
        assert_eq!((named(Some("DN"), true), named(Some("DN"), false)), (Some("DN"), Some("DN")));
    }

    #[test]
    fn without_a_units_rule_or_a_fee_the_claim_says_what_to_fill_in() {
        assert_eq!(codes(&Facts { sheet: None, ..sound() }), ["units_rule_unknown"]);
        assert_eq!(codes(&Facts { fees: vec![], ..sound() }), ["fee_missing", "fee_missing"]);
    }

    #[test]
    fn over_a_cap_the_excess_is_stated_and_nothing_is_trimmed_until_a_person_accepts() {
        let long = Facts { services: vec![("97140".into(), Some(75))], ..sound() };
        let claim = compose(&long);
        assert_eq!((claim.lines[0].units, claim.findings[0].code), (5, "over_cap"));
        assert!(claim.findings[0].message.contains("1 too many"));
        let accepted = compose(&Facts { cap_accepted: true, ..long });
        assert_eq!((accepted.lines[0].units, accepted.lines[0].excess_units), (4, 1));
        assert_eq!(accepted.findings[0].severity, Severity::Warns);
    }

    #[test]
    fn an_uncovered_visit_is_stopped_unless_the_payer_asks_for_no_order() {
        let uncovered = Facts { order: None, uncovered: Some("Visit 13 of 12".into()), episode_diagnoses: vec!["M54.2".into()], ..sound() };
        assert_eq!(codes(&uncovered), ["diagnosis_missing", "not_covered"]);
        let mut free = uncovered.clone();
        free.sheet.as_mut().expect("a sheet").requires_prescription = Some(false);
        assert_eq!(codes(&free), Vec::<&str>::new());
        assert_eq!(compose(&free).diagnoses, ["M54.2"]);
    }

    #[test]
    fn an_unknown_need_for_an_order_does_not_lift_it() {
        let mut unknown = sound();
        unknown.sheet.as_mut().expect("a sheet").requires_prescription = None;
        unknown.order = None;
        assert!(codes(&unknown).contains(&"not_covered"));
    }

    #[test]
    fn a_prescriber_the_payer_does_not_take_is_named() {
        let mut facts = sound();
        facts.sheet.as_mut().expect("a sheet").who_may_prescribe = vec!["MD".into(), "DO".into()];
        assert_eq!(codes(&facts), ["prescriber_not_allowed"]);
    }

    #[test]
    fn more_than_six_lines_make_a_second_claim() {
        let codes = ["97140", "97124", "97112", "97110", "97530", "97535", "97035"];
        let mut facts = sound();
        facts.services = codes.iter().map(|c| (c.to_string(), Some(15))).collect();
        facts.fees =
            codes.iter().enumerate().map(|(at, c)| Fee { id: at as i64, code: c.to_string(), label: None, cents: 3_000 }).collect();
        facts.sheet.as_mut().expect("a sheet").max_units_per_visit = None;
        let first = compose(&facts);
        let second = compose(&Facts { part: 2, ..facts });
        assert_eq!((first.lines.len(), second.lines.len(), first.parts), (6, 1, 2));
    }

    #[test]
    fn cash_takes_units_by_the_practices_own_rule_and_no_guess_without_a_fee() {
        let services = [("97124".to_string(), Some(60))];
        let fees = [Fee { id: 1, code: "97124".into(), label: None, cents: 2_000 }];
        assert_eq!(cash_charge(UnitsRule::CptMidpoint, &services, &fees), Some(8_000));
        assert_eq!(cash_charge(UnitsRule::CptMidpoint, &services, &[]), None);
        // Twenty and twenty minutes: one unit each by the midpoint, three of forty minutes together.
        let two = [("97112".to_string(), Some(20)), ("97110".to_string(), Some(20))];
        let fee = |id: i64, code: &str| Fee { id, code: code.into(), label: None, cents: 2_000 };
        let fees = [fee(1, "97112"), fee(2, "97110")];
        assert_eq!(cash_charge(UnitsRule::CptMidpoint, &two, &fees), Some(4_000));
        assert_eq!(cash_charge(UnitsRule::Cms8Minute, &two, &fees), Some(6_000));
    }
}
