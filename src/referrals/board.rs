//! The board of referrals: which wait for a call, which for a visit, which run out of visits.

use super::referral::ReferralState;
use super::store;
use super::view::ReferralRow;
use super::{ReferralFilter, list};
use crate::app::{Actor, App};
use crate::auth::role::Thing;
use crate::error::Result;
use crate::types::{Listing, Text};
use serde::Serialize;

crate::words! {
    /// A view of the board.
    pub enum BoardView {
        New = "new", "New";
        ToSchedule = "to_schedule", "To schedule";
        Active = "active", "Active";
        RunningOut = "running_out", "Running out";
        Lost = "lost", "Lost";
        All = "all", "All";
    }
}

impl BoardView {
    /// The states of a view; none means that the view does not ask for the state.
    pub fn states(self) -> &'static [ReferralState] {
        match self {
            Self::New => &[ReferralState::Received],
            Self::ToSchedule => &[ReferralState::Attempting],
            Self::Active => &[ReferralState::Scheduled, ReferralState::Converted],
            Self::Lost => &[ReferralState::Lost],
            Self::RunningOut | Self::All => &[],
        }
    }

    /// What to say where a view holds nothing.
    fn nothing(self) -> &'static str {
        match self {
            Self::New => "No new referrals",
            Self::ToSchedule => "Nobody waits for an appointment",
            Self::Active => "Nobody is booked or in care",
            Self::RunningOut => "Nobody runs out of visits",
            Self::Lost => "None was lost",
            Self::All => "No referrals yet",
        }
    }
}

/// One view of the board, with how many each view holds.
#[derive(Clone, Debug, Serialize)]
pub struct Board {
    pub view: BoardView,
    /// What to say where the view holds nothing.
    pub empty: &'static str,
    pub counts: Vec<ViewCount>,
    pub listing: Listing<ReferralRow>,
}

#[derive(Clone, Copy, Debug, Serialize)]
pub struct ViewCount {
    pub view: BoardView,
    pub label: &'static str,
    pub count: i64,
}

/// Opens the board: at what is new where something is, else at what is active.
pub async fn board(app: &App, by: &Actor, filter: &ReferralFilter) -> Result<Board> {
    by.rights(Thing::Referrals).to_read("referral")?;
    let counts = counts(app).await?;
    let of = |view: BoardView| counts.iter().find(|c| c.view == view).map_or(0, |c| c.count);
    let view = match filter.view.as_str() {
        "" if !filter.q.is_blank() => BoardView::All,
        "" => [BoardView::New, BoardView::ToSchedule, BoardView::Active].into_iter().find(|v| of(*v) > 0).unwrap_or(BoardView::All),
        typed => typed.parse().unwrap_or(BoardView::All),
    };
    let filter = ReferralFilter { view: Text::new(view.word()), ..filter.clone() };
    Ok(Board { view, empty: view.nothing(), counts, listing: list(app, by, &filter).await? })
}

async fn counts(app: &App) -> Result<Vec<ViewCount>> {
    let by_state = store::by_state(&app.db).await?;
    let running_out = store::running_out(app).await?.len();
    let count = |view: BoardView| match view {
        BoardView::RunningOut => i64::try_from(running_out).unwrap_or(0),
        BoardView::All => by_state.iter().map(|(_, n)| n).sum(),
        view => by_state.iter().filter(|(state, _)| view.states().contains(state)).map(|(_, n)| n).sum(),
    };
    Ok(BoardView::ALL.iter().map(|view| ViewCount { view: *view, label: view.label(), count: count(*view) }).collect())
}
