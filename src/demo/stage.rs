//! Where the play stands: the practice with its people, doctors and payers, as their ids; and the clock's hands.

use super::cast;
use super::payers::Pays;
use super::plan::Plan;
use crate::app::{Actor, App};
use chrono::{DateTime, NaiveDate, Utc};

pub struct Stage {
    pub app: App,
    pub plan: Plan,
    /// What the clock showed when the play began. Nothing happens after it.
    pub now: DateTime<Utc>,
    /// By `cast::COLLEAGUES`.
    pub colleagues: Vec<Actor>,
    pub therapists: Vec<String>,
    /// `cast::ROOM`.
    pub room: String,
    pub offices: Vec<String>,
    /// By `cast::DOCTORS`.
    pub doctors: Vec<String>,
    pub payers: Vec<(Pays, String)>,
}

impl Stage {
    /// Sets the clock to a time of a day; on the last day no later than it is.
    pub fn at(&self, day: NaiveDate, hour: u32, minute: u32) -> DateTime<Utc> {
        let instant = self.app.clock.at(day, super::calendar::time(hour, minute)).min(self.now);
        self.app.clock.set(instant);
        instant
    }

    pub fn today(&self) -> NaiveDate {
        self.plan.calendar.today
    }

    pub fn owner(&self) -> &Actor {
        &self.colleagues[cast::MAYA]
    }

    pub fn front_desk(&self) -> &Actor {
        &self.colleagues[cast::ROSA]
    }

    pub fn biller(&self) -> &Actor {
        &self.colleagues[cast::GWEN]
    }

    pub fn marketer(&self) -> &Actor {
        &self.colleagues[cast::DEV]
    }

    pub fn payer(&self, pays: Pays) -> &str {
        self.payers.iter().find(|(known, _)| *known == pays).map_or("", |(_, id)| id)
    }
}
