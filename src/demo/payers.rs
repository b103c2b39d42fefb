//! The payers: what their sheets say, and how they behave. All money of the year follows from these habits.

use crate::payers::payer::NewPayer;
use crate::payers::rule_sheet::{NewRuleSheet, NewSheetCode, NewTier};
use crate::types::{Amount, Text, TextList, UnitsRule};
use chrono::{NaiveDate, Weekday};

/// What a unit costs, whoever pays: the practice's own schedule.
pub const FEES: &[(&str, i64)] = &[("97140", 3_700), ("97112", 3_700), ("97124", 3_300), ("97110", 3_500)];
/// Taken off a massage that is paid at the desk.
pub const CASH_DISCOUNT: i64 = 4_200;
/// Wages, rent and supplies of one visit.
pub const VISIT_COST: i64 = 5_800;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pays {
    StateFund,
    PacificAuto,
    Evergreen,
    Harbor,
    Cascade,
    Veterans,
    /// Only ever the second payer.
    Olympic,
    Patient,
}

/// What the patient owes of an allowed amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Share {
    Nothing,
    Copay(i64),
    /// Percent, after the deductible of the calendar year.
    Coinsurance(i64),
}

/// How an insurer answers.
#[derive(Debug)]
pub struct Habit {
    pub pays: Pays,
    pub name: &'static str,
    pub kind: &'static str,
    pub channel: &'static str,
    pub payer_id: &'static str,
    pub units_rule: UnitsRule,
    pub filing_days: i64,
    pub appeal_days: i64,
    /// What it allows for a unit.
    pub allowed: i64,
    /// The reason of group CO under which the rest is taken off.
    pub agreed: &'static str,
    pub share: Share,
    /// Days from the sending to the decision.
    pub wait: (i64, i64),
    pub pay_day: Weekday,
    /// In a thousand claims: refused, and why.
    pub denials: &'static [(&'static str, i64)],
    /// In a thousand claims with two treatments: the second one is refused.
    pub refuses_second: i64,
    /// In a thousand claims: the clearinghouse or payer sends it back unread.
    pub rejects: i64,
    /// In a thousand claims: no decision for months.
    pub sleeps: i64,
    /// Visits that are approved without a word; what comes after is refused mostly.
    pub approved_visits: Option<i64>,
}

pub const HABITS: &[Habit] = &[
    Habit {
        pays: Pays::StateFund,
        name: "State Fund",
        kind: "workers_comp",
        channel: "837p",
        payer_id: "SFWA1",
        units_rule: UnitsRule::Cms8Minute,
        filing_days: 365,
        appeal_days: 30,
        allowed: 1_550,
        agreed: "P12",
        share: Share::Nothing,
        wait: (14, 30),
        pay_day: Weekday::Thu,
        denials: &[("197", 35), ("16", 15)],
        refuses_second: 0,
        rejects: 40,
        sleeps: 45,
        approved_visits: Some(12),
    },
    Habit {
        pays: Pays::PacificAuto,
        name: "Pacific Auto PIP",
        kind: "auto_pip",
        channel: "paper",
        payer_id: "",
        units_rule: UnitsRule::CptMidpoint,
        filing_days: 365,
        appeal_days: 90,
        allowed: 2_850,
        agreed: "P23",
        share: Share::Nothing,
        wait: (12, 28),
        pay_day: Weekday::Wed,
        denials: &[("50", 15), ("119", 10)],
        refuses_second: 15,
        rejects: 0,
        sleeps: 30,
        approved_visits: None,
    },
    Habit {
        pays: Pays::Evergreen,
        name: "Evergreen PPO",
        kind: "health",
        channel: "837p",
        payer_id: "EVGR7",
        units_rule: UnitsRule::Cms8Minute,
        filing_days: 180,
        appeal_days: 90,
        allowed: 2_700,
        agreed: "45",
        share: Share::Coinsurance(20),
        wait: (8, 18),
        pay_day: Weekday::Tue,
        denials: &[("16", 20), ("167", 14), ("50", 8)],
        refuses_second: 25,
        rejects: 30,
        sleeps: 15,
        approved_visits: None,
    },
    Habit {
        pays: Pays::Harbor,
        name: "Harbor Health Plan",
        kind: "health",
        channel: "837p",
        payer_id: "HHP22",
        units_rule: UnitsRule::CptMidpoint,
        filing_days: 120,
        appeal_days: 60,
        allowed: 2_600,
        agreed: "45",
        share: Share::Copay(2_500),
        wait: (6, 14),
        pay_day: Weekday::Fri,
        denials: &[("4", 20), ("96", 8)],
        refuses_second: 10,
        rejects: 20,
        sleeps: 10,
        approved_visits: None,
    },
    Habit {
        pays: Pays::Cascade,
        name: "Cascade Choice",
        kind: "health",
        channel: "portal",
        payer_id: "",
        units_rule: UnitsRule::Cms8Minute,
        filing_days: 90,
        appeal_days: 45,
        allowed: 2_500,
        agreed: "45",
        share: Share::Coinsurance(10),
        wait: (12, 26),
        pay_day: Weekday::Mon,
        denials: &[("167", 25), ("16", 15)],
        refuses_second: 20,
        rejects: 0,
        sleeps: 25,
        approved_visits: None,
    },
    Habit {
        pays: Pays::Veterans,
        name: "Veterans Community Care",
        kind: "va_ccn",
        channel: "837p",
        payer_id: "VACC3",
        units_rule: UnitsRule::Cms8Minute,
        filing_days: 180,
        appeal_days: 90,
        allowed: 2_900,
        agreed: "45",
        share: Share::Nothing,
        wait: (14, 24),
        pay_day: Weekday::Thu,
        denials: &[("197", 30)],
        refuses_second: 0,
        rejects: 20,
        sleeps: 20,
        approved_visits: None,
    },
    Habit {
        pays: Pays::Olympic,
        name: "Olympic Benefit Trust",
        kind: "health",
        channel: "paper",
        payer_id: "",
        units_rule: UnitsRule::CptMidpoint,
        filing_days: 365,
        appeal_days: 60,
        allowed: 2_400,
        agreed: "45",
        share: Share::Nothing,
        wait: (20, 30),
        pay_day: Weekday::Fri,
        denials: &[],
        refuses_second: 0,
        rejects: 0,
        sleeps: 0,
        approved_visits: None,
    },
];

impl Pays {
    /// The insurer's habit; a patient who pays alone has none.
    pub fn habit(self) -> Option<&'static Habit> {
        HABITS.iter().find(|h| h.pays == self)
    }
}

impl Habit {
    /// Acknowledges what it takes in.
    pub fn acknowledges(&self) -> bool {
        self.channel == "837p"
    }

    /// Where an accident is behind it, the claim goes by the number of the injury.
    pub fn is_injury(&self) -> bool {
        matches!(self.pays, Pays::StateFund | Pays::PacificAuto)
    }

    pub fn patient_may_owe(&self) -> bool {
        !matches!(self.pays, Pays::StateFund | Pays::Veterans)
    }

    /// Units that it pays for a visit.
    pub fn cap(&self) -> Option<i64> {
        (!matches!(self.pays, Pays::PacificAuto | Pays::Olympic)).then_some(4)
    }

    pub fn typed(&self) -> NewPayer {
        NewPayer {
            name: self.name.into(),
            kind: self.kind.into(),
            claim_channel: self.channel.into(),
            clearinghouse_payer_id: self.payer_id.into(),
            era_enrolled: if self.acknowledges() { "yes".into() } else { Text::default() },
            phone: super::cast::phone(800, 70 + self.pays as u64).into(),
            street: "PO Box 1400".into(),
            city: "Olympia".into(),
            state: "WA".into(),
            zip: "98501-1400".into(),
            appeals_address: "Appeals, PO Box 1401, Olympia, WA 98501".into(),
            ..Default::default()
        }
    }

    /// The sheet as Gwen wrote it down after her call. What was not asked stays unknown.
    pub fn sheet(&self, effective_on: NaiveDate, checked_on: NaiveDate) -> NewRuleSheet {
        let code = |code: &str, accepted: &str, allowed: i64| NewSheetCode {
            code: code.into(),
            accepted: accepted.into(),
            allowed_cents: if accepted == "yes" { Amount::Cents(allowed) } else { Amount::Blank },
            ..Default::default()
        };
        let knows = |yes: bool, words: &str| if yes { Text::from(words) } else { Text::default() };
        let state_fund = self.pays == Pays::StateFund;
        NewRuleSheet {
            effective_on: effective_on.to_string().into(),
            checked_on: checked_on.to_string().into(),
            units_rule: self.units_rule.word().into(),
            max_units_per_visit: self.cap().map(|n| Text::from(n.to_string())).unwrap_or_default(),
            max_visits_per_day: "1".into(),
            requires_prescription: "yes".into(),
            who_may_prescribe: prescribers(self.pays),
            rx_valid_days: knows(self.pays == Pays::Cascade, "180"),
            requires_authorization: match self.pays {
                Pays::StateFund => "after_visits".into(),
                Pays::Veterans => "always".into(),
                Pays::Evergreen | Pays::Harbor => "never".into(),
                _ => Text::default(),
            },
            approval_tiers: if state_fund { state_fund_approval() } else { Vec::new() },
            approval_counted_per: knows(state_fund, "injury"),
            visit_limit: match self.pays {
                Pays::Evergreen => "16".into(),
                Pays::Harbor => "20".into(),
                _ => Text::default(),
            },
            visit_limit_per: knows(matches!(self.pays, Pays::Evergreen | Pays::Harbor), "calendar_year"),
            visit_limit_shared: knows(self.pays == Pays::Harbor, "yes"),
            line_modifiers: TextList(if self.pays == Pays::Veterans { vec!["GP".into()] } else { Vec::new() }),
            provider_types: TextList(if state_fund { vec!["LMT".into(), "PT".into()] } else { Vec::new() }),
            timely_filing_days: self.filing_days.to_string().into(),
            corrected_claim_days: knows(self.acknowledges(), "180"),
            appeal_days: self.appeal_days.to_string().into(),
            patient_may_be_billed: if self.patient_may_owe() { "yes" } else { "no" }.into(),
            report_after_visits: knows(state_fund, "6"),
            report_after_days: knows(state_fund, "30"),
            documentation: knows(state_fund, "Chart notes with work status and what holds recovery back"),
            source: "Provider line, asked by Gwen Hollis".into(),
            codes: vec![
                code("97140", "yes", self.allowed),
                code("97112", "yes", self.allowed),
                code("97124", if matches!(self.pays, Pays::Harbor | Pays::StateFund) { "no" } else { "" }, 0),
            ],
            ..Default::default()
        }
    }
}

/// Six visits without a word, six by phone, then the claim manager.
fn state_fund_approval() -> Vec<NewTier> {
    let tier = |after: &str, ask: &str| NewTier { after_visits: after.into(), ask: ask.into() };
    vec![tier("6", "State Fund's phone line"), tier("12", "The claim manager, by letter")]
}

fn prescribers(pays: Pays) -> TextList {
    let words: &[&str] = match pays {
        Pays::StateFund => &["MD", "DO", "DC", "ND", "ARNP", "PA-C"],
        Pays::Veterans => &["MD", "DO", "ARNP"],
        _ => &[],
    };
    TextList(words.iter().map(|w| Text::from(*w)).collect())
}
