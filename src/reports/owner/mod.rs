//! The month of the practice for its owner: what came in, who sent, what is stuck, and the one thing to do. It stands on a page, and on the
//! 5th it is mailed to every owner, once. It names no patient.

pub mod api;
pub mod figures;
pub mod pages;
mod store;

use super::kpi::SourceKey;
use super::{head_to_ourselves, mail_one_of_us, sources};
use crate::app::{Actor, App};
use crate::audit::Entry;
use crate::auth;
use crate::auth::role::Role;
use crate::db;
use crate::entity::provider;
use crate::error::{AppError, Result};
use crate::mail::compose::compose;
use crate::mail::kinds::{OwnerMonth, OwnerReport, Todo};
use crate::mail::{self, Tried};
use crate::network::view::named;
use crate::outreach::rule::Rule;
use crate::outreach::{self, Alert};
use crate::practice;
use crate::types::{Month, Text};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use figures::Facts;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// From this day of the month on the month before is mailed [domain 2.15]; what could not leave is tried on the days after it.
const MAILED_FROM: u32 = 5;
const MAILED_UNTIL: u32 = 14;
/// Deadlines of so many days are told.
const DAYS_AHEAD: u64 = 30;

/// Which month; the one before this where nothing is said.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct MonthAsk {
    /// 2026-10.
    pub month: Text,
}

impl MonthAsk {
    fn read(&self, today: NaiveDate) -> Result<Month> {
        let Some(typed) = self.month.some() else { return Ok(Month::of(today).previous()) };
        let month = Month::parse(&typed).map_err(|why| AppError::field("month", why))?;
        if month.first() > today {
            return Err(AppError::field("month", "This month has not begun"));
        }
        Ok(month)
    }
}

/// The month, as it is read and as it is mailed.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct OwnerMonthView {
    /// `2026-10`.
    pub month: String,
    pub as_of: NaiveDate,
    pub report: OwnerMonth,
    pub todo: Option<Todo>,
    pub subject: String,
    pub text: String,
    pub html: String,
    /// When it was mailed to who asks, if it was.
    pub mailed_at: Option<DateTime<Utc>>,
}

/// It holds the money of the practice: for others than the owner it does not exist.
fn only_owner(by: &Actor) -> Result<()> {
    if by.has(Role::Owner) { Ok(()) } else { Err(AppError::NotFound("page")) }
}

/// The report of a month.
pub async fn show(app: &App, by: &Actor, ask: &MonthAsk) -> Result<OwnerMonthView> {
    only_owner(by)?;
    let month = ask.read(app.today())?;
    let report = gather(app, month, &by.name).await?;
    let composed = compose(&report)?;
    let mailed = match by.user_id() {
        Some(id) => store::of_user(&app.db, id, month).await?,
        None => None,
    };
    Ok(OwnerMonthView {
        month: month.to_string(),
        as_of: app.today(),
        report: report.owner,
        todo: report.todo,
        subject: composed.subject,
        text: composed.text,
        html: composed.html,
        mailed_at: mailed.and_then(|m| m.sent_at),
    })
}

/// The same on paper, with the name of its file.
pub async fn pdf(app: &App, by: &Actor, ask: &MonthAsk) -> Result<(String, Vec<u8>)> {
    only_owner(by)?;
    let month = ask.read(app.today())?;
    let report = gather(app, month, &by.name).await?;
    Ok((format!("month-{month}.pdf"), mail::print_page(&report).await?.pdf))
}

/// Mails it to the owner who asks, now.
pub async fn send(app: &App, by: &Actor, ask: &MonthAsk) -> Result<Tried> {
    only_owner(by)?;
    let month = ask.read(app.today())?;
    let to = match by.user_id() {
        Some(id) => auth::email_of(&app.db, id).await?,
        None => None,
    };
    let to = to.ok_or_else(|| AppError::conflict("say who you are: sign in, or use a token of an owner"))?;
    let own = practice::of(&app.db).await?;
    let mail = compose(&gather(app, month, &by.name).await?)?;
    let work = app.work(by).await?;
    if work.already().is_some() {
        return Err(AppError::conflict("this month was mailed already. Load the page again to mail it once more"));
    }
    work.note(Entry::of("sent_month", "practice", own.id)).await?;
    work.made(own.id).await?;
    work.commit().await?;
    mail_one_of_us(app, &to, &mail).await
}

/// Mails the month before to every owner who had it not; tells how many went. Nothing is mailed of a practice that has not begun.
pub async fn mail_due(app: &App) -> Result<usize> {
    let today = app.today();
    if !(MAILED_FROM..=MAILED_UNTIL).contains(&today.day()) || practice::of(&app.db).await?.owner_report_off {
        return Ok(0);
    }
    let month = Month::of(today).previous();
    if store::months(&app.db, month, today).await?.is_empty() {
        return Ok(0);
    }
    let mut gone = 0;
    for user_id in auth::users_with(&app.db, Role::Owner).await? {
        let by = auth::person_by_id(app, user_id).await?;
        let Some(row) = store::begin(&app.db, user_id, month, app.now()).await? else { continue };
        // Of two processes one has it; what went is over.
        if row.sent_at.is_some() || !store::take(&app.db, &row).await? {
            continue;
        }
        let Some(to) = auth::email_of(&app.db, user_id).await? else { continue };
        let tried = match compose(&gather(app, month, &by.name).await?) {
            Ok(mail) => mail_one_of_us(app, &to, &mail).await,
            Err(error) => Err(error.into()),
        };
        match tried {
            Ok(tried) => {
                store::settle(&app.db, &row, tried.sent.then(|| app.now()), &tried.words).await?;
                gone += usize::from(tried.sent);
            }
            Err(AppError::Conflict { message, .. }) => store::settle(&app.db, &row, None, &message).await?,
            Err(other) => return Err(other),
        }
    }
    Ok(gone)
}

/// The report as it stands: read once until something changes.
async fn gather(app: &App, month: Month, owner: &str) -> Result<OwnerReport> {
    let gathered = app.held(format!("month {month} for {owner}"), gather_anew(app, month, owner)).await?;
    Ok(OwnerReport::clone(&gathered))
}

async fn gather_anew(app: &App, month: Month, owner: &str) -> Result<OwnerReport> {
    let today = app.today();
    let mut deadlines = store::deadlines(&app.db, today, DAYS_AHEAD).await?;
    let wanted = |rule: Rule| matches!(rule, Rule::RxExpiring | Rule::VisitsLow | Rule::ReferrerSilent);
    let alerts = outreach::that_hold(app, wanted).await?;
    let doctors = db::by_ids::<provider::Entity>(&app.db, alerts.iter().filter_map(|a| a.provider_id)).await?;
    let name = |alert: &Alert| alert.provider_id.and_then(|id| doctors.get(&id)).map(|p| named(p).spoken());
    let (quiet, orders): (Vec<&Alert>, Vec<&Alert>) = alerts.iter().partition(|a| a.raised.rule == Rule::ReferrerSilent);
    deadlines.to_renew = to_renew(orders.into_iter().filter_map(|a| Some((name(a)?, a))).collect());
    let facts = Facts {
        today,
        month,
        months: store::months(&app.db, month, today).await?,
        sources: by_source(app, month).await?,
        aging: store::aging(&app.db, today).await?,
        denials: store::denials(&app.db, month).await?,
        deadlines,
        quiet: quiet.into_iter().filter_map(|a| Some((name(a)?, a.raised.words.clone()))).collect(),
        outreach: store::outreach(&app.db, month).await?,
        tidy: store::tidy(&app.db, today).await?,
    };
    let (report, todo) = figures::compose(&facts);
    let head = head_to_ourselves(app, "For the owner", owner, month.to_string()).await?;
    Ok(OwnerReport { head, month, owner: report, todo })
}

/// Orders that run out, by the doctor who is asked; each order once, the doctor with the first day first.
fn to_renew(orders: Vec<(String, &Alert)>) -> Vec<(String, i64, Option<NaiveDate>)> {
    let mut found: Vec<(String, Vec<uuid::Uuid>, Option<NaiveDate>)> = Vec::new();
    for (name, alert) in orders {
        let (order, due) = (alert.raised.subject, alert.raised.due_on);
        match found.iter_mut().find(|(known, ..)| *known == name) {
            Some((_, subjects, first)) => {
                if !subjects.contains(&order) {
                    subjects.push(order);
                }
                *first = [*first, due].into_iter().flatten().min();
            }
            None => found.push((name, vec![order], due)),
        }
    }
    found.sort_by(|a, b| (a.2.is_none(), a.2, &a.0).cmp(&(b.2.is_none(), b.2, &b.0)));
    found.into_iter().map(|(name, orders, due)| (name, i64::try_from(orders.len()).unwrap_or(0), due)).collect()
}

/// Cash of a month by who sent the patient, with the referrals that each sent in it.
async fn by_source(app: &App, month: Month) -> Result<Vec<(String, i64, i64)>> {
    let mut sums: HashMap<SourceKey, (i64, i64)> = HashMap::new();
    for (key, cents) in store::cash_by_source(&app.db, month).await? {
        sums.entry(key).or_default().1 += cents;
    }
    let span = sources::Span { from: Some(month.first()), to: Some(month.last()), as_of: app.today() };
    for (key, tally) in super::store::referrals_of(&app.db, span).await? {
        sums.entry(key).or_default().0 += tally;
    }
    let ids = sums.keys().filter_map(|key| if let SourceKey::Provider(id) = key { Some(*id) } else { None });
    let providers = db::by_ids::<provider::Entity>(&app.db, ids).await?;
    let provider = |id: i64| providers.get(&id).map_or_else(String::new, |p| named(p).spoken());
    Ok(sums.into_iter().map(|(key, (referrals, cents))| (sources::name(key, provider), referrals, cents)).collect())
}
