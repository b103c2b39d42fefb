//! Which referrals the page counts: a named period or two days, and the day of the figures. Pure.

use crate::reports::sources::SourcesFilter;
use crate::types::Text;
use chrono::{Datelike, Months, NaiveDate};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

crate::words! {
    /// The periods that are one click away.
    pub enum Period {
        Quarter = "quarter", "This quarter";
        Months = "12_months", "Last 12 months";
        Year = "year", "This year";
        All = "all", "All time";
    }
}

impl Period {
    /// The first day of receipt that counts.
    pub fn from(self, today: NaiveDate) -> Option<NaiveDate> {
        match self {
            Self::Quarter => NaiveDate::from_ymd_opt(today.year(), (today.month0() / 3) * 3 + 1, 1),
            // Whole months: twelve of them, with the one that runs.
            Self::Months => today.with_day(1).and_then(|first| first.checked_sub_months(Months::new(11))),
            Self::Year => NaiveDate::from_ymd_opt(today.year(), 1, 1),
            Self::All => None,
        }
    }
}

/// What the page can be asked.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct WhatPays {
    /// quarter, 12_months, year or all; 12 months where neither it nor a day is given.
    pub period: Text,
    pub from: Text,
    pub to: Text,
    pub as_of: Text,
    /// per_referral (where nothing is said), per_visit, referrals, visits, net, outstanding or written_off.
    pub sort: Text,
    /// "all" for every figure of the table.
    pub columns: Text,
    /// The row that is opened: its kind, or its provider's id.
    pub open: Text,
}

impl WhatPays {
    /// The named period, unless days were given.
    pub fn period(&self) -> Option<Period> {
        if !self.from.is_blank() || !self.to.is_blank() {
            return None;
        }
        Some(self.period.as_str().parse().unwrap_or(Period::Months))
    }

    pub fn filter(&self, today: NaiveDate) -> SourcesFilter {
        let from = self.period().and_then(|p| p.from(today)).map_or_else(|| self.from.clone(), |day| day.to_string().into());
        SourcesFilter { from, to: self.to.clone(), as_of: self.as_of.clone() }
    }
}

crate::words! {
    /// By what the table is sorted.
    pub enum Sort {
        PerReferral = "per_referral", "Per referral";
        PerVisit = "per_visit", "Per visit";
        Referrals = "referrals", "Referrals";
        Visits = "visits", "Visits";
        Net = "net", "Collected";
        Outstanding = "outstanding", "Outstanding";
        WrittenOff = "written_off", "Written off";
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn periods_begin_on_a_first() {
        let today = on("2026-11-23");
        assert_eq!(Period::Quarter.from(today), Some(on("2026-10-01")));
        assert_eq!(Period::Months.from(today), Some(on("2025-12-01")));
        assert_eq!((Period::Year.from(today), Period::All.from(today)), (Some(on("2026-01-01")), None));
    }

    #[test]
    fn days_go_before_a_named_period() {
        let asked = WhatPays { period: "quarter".into(), from: "2026-01-05".into(), ..Default::default() };
        assert_eq!((asked.period(), asked.filter(on("2026-11-23")).from.to_string()), (None, "2026-01-05".into()));
        assert_eq!(WhatPays::default().filter(on("2026-11-23")).from.to_string(), "2025-12-01");
    }
}
