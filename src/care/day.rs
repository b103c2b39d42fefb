//! The visits of one day, in the order of the clock.

use super::note::NoteState;
use super::visit::VisitState;
use super::{store, view};
use crate::app::{Actor, App};
use crate::auth::role::Thing;
use crate::error::Result;
use crate::referrals;
use crate::referrals::card::Card;
use crate::types::Text;
use crate::types::day::{self, Leaning};
use chrono::{Days, NaiveDate};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Which day.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DayAsk {
    /// Today where nothing is said; read as people type days.
    pub day: Text,
}

/// A day's list.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Day {
    pub day: NaiveDate,
    pub before: NaiveDate,
    pub after: NaiveDate,
    /// What was asked is no day: today is shown instead.
    pub unread: bool,
    pub rows: Vec<DayRow>,
    /// Visits that are still to come or to be marked.
    pub open: usize,
    /// Attended visits whose note is not signed.
    pub unsigned: usize,
}

/// A visit of the day, with its referral and the card of its order.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct DayRow {
    #[serde(flatten)]
    pub visit: view::VisitRow,
    pub referral_id: Uuid,
    pub complaint: Option<String>,
    pub card: Card,
    /// For an attended visit: whether an order covers it.
    pub covered: Option<bool>,
}

/// Shows a day; a therapist sees their own patients'.
pub async fn day(app: &App, by: &Actor, ask: &DayAsk) -> Result<Day> {
    let reach = by.rights(Thing::Patients).to_read("visit")?;
    let read = day::parse(ask.day.as_str(), app.today(), Leaning::Nearest);
    let unread = read.is_err() && !ask.day.is_blank();
    let day = read.unwrap_or(app.today());
    let visits = store::visits_of_day(&app.db, by, reach, day).await?;
    let mut shown = view::rows(&app.db, &visits).await?;
    let episode_ids: Vec<i64> = visits.iter().map(|v| v.episode_id).collect();
    let episodes = referrals::episodes_for_counting(&app.db, &episode_ids).await?;
    let of = referrals::referrals_of(&app.db, &episode_ids).await?;
    let mut rows = Vec::new();
    for visit in &visits {
        let (Some(row), Some(brief)) = (shown.remove(&visit.id), of.get(&visit.episode_id)) else { continue };
        let episode = episodes.get(&visit.episode_id);
        rows.push(DayRow {
            visit: row,
            referral_id: brief.id,
            complaint: brief.complaint.clone(),
            card: episode.map(|e| e.card(app.today())).unwrap_or_default(),
            covered: episode.and_then(|e| e.counted().covered_by.get(&visit.id).map(Option::is_some)),
        });
    }
    Ok(Day {
        day,
        before: day.checked_sub_days(Days::new(1)).unwrap_or(day),
        after: day.checked_add_days(Days::new(1)).unwrap_or(day),
        unread,
        open: rows.iter().filter(|r| matches!(r.visit.state, VisitState::Booked | VisitState::Arrived)).count(),
        unsigned: rows.iter().filter(|r| r.visit.state == VisitState::Attended && r.visit.note_state != Some(NoteState::Signed)).count(),
        rows,
    })
}
