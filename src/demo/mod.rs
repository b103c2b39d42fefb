//! A living practice for looking around: a year of Cedar & Tide Massage, played through the same use cases that the
//! pages call. The year ends on the clock's today; the same seed and day give the same practice.
//!
//! `plan` thinks the year up (pure), `year` plays it day by day. The demo calls use cases and reads rows; it writes
//! nothing by itself, and nobody imports it but the command.

mod bills;
mod calendar;
pub mod cast;
mod complaints;
mod deposits;
mod dice;
mod files;
mod front_desk;
mod mail_room;
mod outreach;
mod patient_money;
mod payers;
mod people;
mod plan;
mod reports;
mod room;
mod second_thoughts;
mod setup;
mod slip;
mod stage;
mod stars;
mod store;
mod year;

use crate::app::{Actor, App};
use crate::audit::{self, Entry};
use crate::error::Result;
use sea_orm::ConnectionTrait;

pub use plan::Play;
pub use store::copy;

/// The practice that everybody sees.
pub const SHOWN: Play = Play { seed: 7, share: 100 };

/// Fills an empty practice with a year that ends now.
pub async fn fill(app: &App, play: Play) -> Result<()> {
    let zone = cast::ZONE.parse().map_err(|_| anyhow::anyhow!("the time zone of the demo"))?;
    app.clock.set_zone(zone);
    note(app, BEGAN).await?;
    let plan = plan::Plan::of(play, app.today());
    let stage = setup::open(app, plan).await?;
    year::Year::of(&stage).play().await?;
    app.clock.set(stage.now);
    note(app, FILLED).await
}

const BEGAN: &str = "began";
const FILLED: &str = "filled";
const DEMO: &str = "demo";

/// What a database is to the demo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// Filled by an earlier start.
    Demo,
    /// A fill that was cut off.
    Unfinished,
    /// A practice of somebody, or no practice at all.
    Other,
}

/// Looks for the marks that a fill leaves at its beginning and at its end.
pub async fn find(db: &impl ConnectionTrait) -> Found {
    let happened = async |action| audit::happened(db, action, DEMO).await.unwrap_or(false);
    match (happened(BEGAN).await, happened(FILLED).await) {
        (_, true) => Found::Demo,
        (true, false) => Found::Unfinished,
        (false, false) => Found::Other,
    }
}

async fn note(app: &App, action: &str) -> Result<()> {
    let by = Actor::operator();
    let work = app.work(&by).await?;
    work.note(Entry::of(action, DEMO, 0)).await?;
    work.commit().await
}
