//! The queue, search, the palette: reads everyone, writes nothing.

pub mod api;
pub mod asked;
pub mod commands;
pub mod glance;
pub mod morning;
pub mod next;
pub mod pages;
pub mod queue;
pub mod search;
mod store;
pub mod words;

use crate::app::{Actor, App};
use crate::auth::role::{Reach, Role, Thing};
use crate::care::visit::VisitState;
use crate::db;
use crate::entity::provider;
use crate::error::Result;
use crate::outreach::rule::Group;
use crate::outreach::view::AlertView;
use crate::outreach::{self, AlertFilter};
use crate::payers::payer::CoverageKind;
use crate::payments::board;
use crate::referrals::card::Card;
use crate::referrals::view::source_words;
use crate::reports::kpi::Tally;
use crate::reports::{self, Span};
use crate::types::Month;
use chrono::{Days, NaiveDate, NaiveTime};
use next::{Asked, Next};
use queue::GroupView;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::HashMap;
use uuid::Uuid;

/// Referrals of so many days are new.
const NEW_FOR: u64 = 7;

/// What waits, for the marks beside the navigation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Badges {
    /// Rows of "Needs you".
    pub today: i64,
    /// Referrals that nobody has booked.
    pub referrals: i64,
    /// Claims of the list "Needs you".
    pub claims: i64,
    /// Reports to sign or send.
    pub reports: i64,
}

/// Counts what waits for one person. A mark stands only where they can do something about it.
pub async fn badges(app: &App, by: &Actor) -> Result<Badges> {
    let (mine, referrals, claims) = tokio::try_join!(
        mine(app, by),
        if_theirs(by, Thing::Referrals, store::waiting_referrals(app)),
        if_theirs(by, Thing::Claims, board::waiting(app, by)),
    )?;
    let reports = mine.iter().filter(|a| a.group == Group::ToApprove).count();
    Ok(Badges {
        today: queue::groups(&mine, app.today()).iter().map(|g| g.count).sum(),
        referrals,
        claims,
        reports: i64::try_from(reports).unwrap_or(0),
    })
}

async fn if_theirs(by: &Actor, thing: Thing, count: impl Future<Output = Result<i64>>) -> Result<i64> {
    if by.rights(thing).write == Reach::None { Ok(0) } else { count.await }
}

/// The open alerts that one person is to act on.
async fn mine(app: &App, by: &Actor) -> Result<Vec<AlertView>> {
    outreach::alerts(app, by, &AlertFilter { mine: "yes".into(), ..Default::default() }).await
}

/// Everything that Today shows.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct TodayView {
    pub today: NaiveDate,
    /// Things that need a decision: the rows of all groups.
    pub waiting: i64,
    pub groups: Vec<GroupView>,
    /// Null for roles that see no patients.
    pub visits: Option<DayView>,
    /// Null for roles that see no totals.
    pub money: Option<MoneyView>,
    pub arrivals: ArrivalsView,
    /// Null for roles that see no reports.
    pub outgoing: Option<OutgoingView>,
    /// What a new practice does first; empty once it has.
    pub first_steps: Vec<Step>,
    /// Whoever only treats sees the visits first.
    pub visits_first: bool,
}

/// The visits of today.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct DayView {
    pub visits: Vec<DayVisit>,
    pub done: i64,
    /// Those still to come, or those of the next day.
    pub next_on: Option<NaiveDate>,
    pub next_visits: i64,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct DayVisit {
    pub id: Uuid,
    pub starts_at: Option<NaiveTime>,
    pub state: VisitState,
    pub patient_id: Uuid,
    pub patient: String,
    pub referral_id: Uuid,
    /// Who sent the patient.
    pub source: String,
    /// Who treats, by first name, where there is more than one of us.
    pub therapist: Option<String>,
    /// Null where nobody asks for an order.
    pub card: Option<Card>,
    pub next: Next,
    /// The patient is gone, or did not come.
    pub is_done: bool,
    /// The one whose hour it is.
    pub is_now: bool,
}

/// Money of this month, and what is open: the same figures as on What pays.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct MoneyView {
    #[schemars(with = "String")]
    pub month: Month,
    pub collected_cents: i64,
    /// By this day of the month before.
    pub before_cents: i64,
    pub written_off_cents: i64,
    /// Everything outstanding, as What pays says of all referrals.
    pub outstanding_cents: i64,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ArrivalsView {
    pub since: NaiveDate,
    pub count: i64,
    /// Who came, for those who see patients.
    pub newest: Vec<Arrival>,
    /// Offices that wait for a thank-you.
    pub unthanked: i64,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Arrival {
    pub referral_id: Uuid,
    pub patient: String,
    pub source: String,
    pub complaint: Option<String>,
    pub visits: i64,
    pub received_on: NaiveDate,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct OutgoingView {
    /// Mails on their way,
    pub mails: i64,
    /// and when the first goes.
    pub next_at: Option<chrono::DateTime<chrono::Utc>>,
    /// Reports that wait for a signature or a release.
    pub to_approve: i64,
}

/// A step of the first run.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Step {
    pub done: bool,
    pub title: &'static str,
    pub why: &'static str,
    pub to: &'static str,
    pub button: &'static str,
}

/// Gathers Today for one person.
pub async fn today(app: &App, by: &Actor) -> Result<TodayView> {
    let mine = mine(app, by).await?;
    let groups = queue::groups(&mine, app.today());
    let count = |group: Group| i64::try_from(mine.iter().filter(|a| a.group == group).count()).unwrap_or(0);
    Ok(TodayView {
        today: app.today(),
        waiting: groups.iter().map(|g| g.count).sum(),
        visits: day(app, by).await?,
        money: money(app, by).await?,
        arrivals: arrivals(app, by, count(Group::Thanks)).await?,
        outgoing: outgoing(app, by, count(Group::ToApprove)).await?,
        first_steps: first_steps(app, by).await?,
        visits_first: by.has(Role::Therapist) && !by.has(Role::Owner) && !by.has(Role::FrontDesk),
        groups,
    })
}

async fn day(app: &App, by: &Actor) -> Result<Option<DayView>> {
    let therapist_id = match by.rights(Thing::Patients).read {
        Reach::None => return Ok(None),
        Reach::Own => Some(by.therapist_id.unwrap_or(-1)),
        Reach::All => None,
    };
    let rows = store::day(app, therapist_id).await?;
    let next_day = store::next_day(app, therapist_id).await?;
    let therapists = crate::practice::therapists(&app.db).await?;
    let providers = db::by_ids::<provider::Entity>(&app.db, rows.iter().filter_map(|r| r.provider_id)).await?;
    let counted = crate::referrals::episodes_for_counting(&app.db, &rows.iter().map(|r| r.episode_id).collect::<Vec<_>>()).await?;
    let sheets = crate::payers::latest_sheets(&app.db, app.today()).await?;
    let now = app.clock.time_of(app.now());
    let is_done = |state: VisitState| !matches!(state, VisitState::Booked | VisitState::Arrived);
    let current = current(&rows, now).map(|row| row.id);
    let one = |row: &store::DayRow| {
        let needs_order = row.coverage_kind != Some(CoverageKind::Cash)
            && row.payer_id.and_then(|id| sheets.get(&id)).and_then(|s| s.requires_prescription) != Some(false);
        let card = counted.get(&row.episode_id).map(|e| e.card(app.today())).filter(|_| needs_order);
        let asked = Asked {
            state: row.state,
            note: row.note_state,
            has_begun: row.starts_at.is_some_and(|at| at <= now) || current == Some(row.id),
            card: card.as_ref(),
            writes_notes: by.rights(Thing::Notes).write != Reach::None,
            writes_visits: by.rights(Thing::Patients).write != Reach::None,
        };
        let therapist = therapists.iter().find(|t| t.id == row.therapist_id).map(|t| t.first_name.clone());
        DayVisit {
            id: row.id,
            starts_at: row.starts_at,
            state: row.state,
            patient_id: row.patient_id,
            patient: format!("{} {}", row.first_name, row.last_name),
            referral_id: row.referral_id,
            source: source_words(row.source_kind, row.provider_id.and_then(|id| providers.get(&id))),
            therapist: therapist.filter(|_| therapist_id.is_none() && therapists.len() > 1),
            next: next::next(asked, app.today()),
            card,
            is_done: is_done(row.state),
            is_now: current == Some(row.id),
        }
    };
    let visits: Vec<DayVisit> = rows.iter().map(one).collect();
    Ok(Some(DayView {
        done: i64::try_from(visits.iter().filter(|v| v.is_done).count()).unwrap_or(0),
        next_on: next_day.as_ref().map(|d| d.visit_on),
        next_visits: next_day.map_or(0, |d| d.visits),
        visits,
    }))
}

/// The visit whose hour it is: the last one that has begun and is not over.
fn current(rows: &[store::DayRow], now: NaiveTime) -> Option<&store::DayRow> {
    let hour = chrono::TimeDelta::hours(1);
    let ends = |row: &store::DayRow, at: NaiveTime| row.ends_at.unwrap_or_else(|| at.overflowing_add_signed(hour).0);
    let is_here = |row: &&store::DayRow| row.state == VisitState::Arrived;
    let begun = |row: &&store::DayRow| row.state == VisitState::Booked && row.starts_at.is_some_and(|at| at <= now && now < ends(row, at));
    rows.iter().find(is_here).or_else(|| rows.iter().rev().find(begun))
}

async fn money(app: &App, by: &Actor) -> Result<Option<MoneyView>> {
    if by.rights(Thing::WhatPays).read == Reach::None {
        return Ok(None);
    }
    let month = store::month_money(app).await?;
    let span = Span { from: None, to: None, as_of: app.today() };
    let total: Tally = reports::tallied(app, by, span).await?.total.clone();
    Ok(Some(MoneyView {
        month: Month::of(app.today()),
        collected_cents: month.collected_cents,
        before_cents: month.before_cents,
        written_off_cents: month.written_off_cents,
        outstanding_cents: total.outstanding_cents(),
    }))
}

async fn arrivals(app: &App, by: &Actor, unthanked: i64) -> Result<ArrivalsView> {
    let since = app.today() - Days::new(NEW_FOR - 1);
    let (rows, count) = store::arrivals(app, since).await?;
    let sees = by.rights(Thing::Referrals).read == Reach::All && by.rights(Thing::Patients).read == Reach::All;
    let mut shown = if sees { crate::referrals::view::rows(&app.db, &rows, app.today()).await? } else { HashMap::new() };
    let one = |id: i64| {
        let row = shown.remove(&id)?;
        Some(Arrival {
            referral_id: row.id,
            patient: row.patient.name,
            source: row.source,
            complaint: row.complaint,
            visits: row.card.authorized,
            received_on: row.received_on,
        })
    };
    Ok(ArrivalsView { since, count, newest: rows.iter().map(|r| r.id).filter_map(one).collect(), unthanked })
}

async fn outgoing(app: &App, by: &Actor, to_approve: i64) -> Result<Option<OutgoingView>> {
    let rights = by.rights(Thing::Reports);
    if rights.read == Reach::None && !rights.outline {
        return Ok(None);
    }
    let underway = store::outgoing(app).await?;
    Ok(Some(OutgoingView { mails: underway.mails, next_at: underway.next_at, to_approve }))
}

/// Four steps from an empty practice to a report that was sent; shown to whoever can take them, until they are done or
/// the practice is past its beginning without them.
async fn first_steps(app: &App, by: &Actor) -> Result<Vec<Step>> {
    let Some(begun) = store::beginnings(app).await?.filter(|_| by.has(Role::Owner)) else { return Ok(Vec::new()) };
    let step = |done: i64, title, why, to, button| Step { done: done == 1, title, why, to, button };
    let steps = vec![
        step(
            begun.has_provider,
            "Bring your doctors",
            "From a file or an address book, or type the first one",
            "/imports/new",
            "Bring contacts",
        ),
        step(
            begun.has_rules * begun.has_fees,
            "Say who pays and what you charge",
            "An insurer with its rules, and your own fee for each code",
            if begun.has_rules == 1 { "/settings/fees" } else { "/payers/new" },
            if begun.has_rules == 1 { "Set your fees" } else { "Add a payer" },
        ),
        step(
            begun.has_referral,
            "Receive a referral",
            "Who sent whom, for what, with the slip beside the form",
            "/referrals/new",
            "Add a referral",
        ),
        step(
            begun.has_report,
            "Write back to a doctor",
            "After the first signed note; you read it before it goes",
            "/reports/new",
            "Write a report",
        ),
    ];
    Ok(if begun.is_settled == 1 || steps.iter().all(|s| s.done) { Vec::new() } else { steps })
}
