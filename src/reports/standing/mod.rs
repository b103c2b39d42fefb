//! Standing approvals: the owner says once that a doctor's monthly summaries leave without being read first. For ninety days, for summaries
//! alone; each is looked over like any other, and one that is held waits for a person as ever.

pub mod api;
pub mod pages;
mod store;
pub mod view;

use super::letters::due::why_left;
use super::letters::release::{Grounds, approve_in};
use crate::app::{Actor, App, read_id};
use crate::audit::Entry;
use crate::auth;
use crate::auth::role::{Role, Thing};
use crate::entity::report::Model as Report;
use crate::entity::standing_approval::ActiveModel;
use crate::error::{AppError, Result};
use crate::network;
use crate::network::provider::ReportFrequency;
use crate::types::{Month, Text};
use chrono::Days;
use schemars::JsonSchema;
use sea_orm::Set;
use serde::{Deserialize, Serialize};
use view::StandingView;

/// So long nobody has to read them; then the owner does once, and may sign anew.
pub const DAYS: u64 = 90;

/// For whom.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewStanding {
    /// Id of the provider.
    pub provider: Text,
}

/// The owner signs, in their own name: a summary that leaves by it is theirs. Signed anew, the days begin again.
pub async fn sign(app: &App, by: &Actor, new: &NewStanding) -> Result<StandingView> {
    by.rights(Thing::Reports).to_see("standing approval")?;
    by.only_owner_changes()?;
    let in_person = || AppError::conflict("an owner signs this in their own name: sign in, or use a token of theirs");
    let owner = by.user_id().ok_or_else(in_person)?;
    let typed = new.provider.some().ok_or_else(|| AppError::field("provider", "Choose the doctor"))?;
    let work = app.work(by).await?;
    if let Some(id) = work.already() {
        return view::one(&work.tx, &store::row(&work.tx, id).await?, work.today()).await;
    }
    let provider = network::find(&work.tx, &typed).await.map_err(|_| AppError::field("provider", "There is no such provider"))?;
    if !matches!(provider.report_frequency, ReportFrequency::Standard | ReportFrequency::MonthlyOnly) {
        let words = format!("This doctor wants: {}. There are no summaries to send", provider.report_frequency.label().to_lowercase());
        return Err(AppError::field("provider", words));
    }
    store::end(&work, provider.id).await?;
    let row = ActiveModel {
        provider_id: Set(provider.id),
        signed_by_id: Set(owner),
        until_on: Set(work.today().checked_add_days(Days::new(DAYS)).unwrap_or(work.today())),
        signed_at: Set(work.now),
        ..Default::default()
    };
    let row = work.insert(row).await?;
    work.note(Entry::of("signed", "standing_approval", row.id).named(row.public_id)).await?;
    work.made(row.id).await?;
    let shown = view::one(&work.tx, &row, work.today()).await?;
    work.commit().await?;
    Ok(shown)
}

/// Ends one: the next summary waits for a person again.
pub async fn end(app: &App, by: &Actor, id: &str) -> Result<StandingView> {
    by.rights(Thing::Reports).to_see("standing approval")?;
    let work = app.work(by).await?;
    let found = store::find(&work.tx, read_id(id, "standing approval")?).await?.ok_or(AppError::NotFound("standing approval"))?;
    by.only_owner_changes()?;
    if found.ended_at.is_some() || !store::end(&work, found.provider_id).await? {
        return Err(AppError::conflict("this standing approval has ended already"));
    }
    work.note(Entry::of("ended", "standing_approval", found.id).named(found.public_id)).await?;
    let shown = view::one(&work.tx, &store::row(&work.tx, found.id).await?, work.today()).await?;
    work.commit().await?;
    Ok(shown)
}

/// Those that nobody has ended.
pub async fn list(app: &App, by: &Actor) -> Result<Vec<StandingView>> {
    by.rights(Thing::Reports).to_see("standing approval")?;
    view::many(&app.db, &store::living(&app.db).await?, app.today()).await
}

/// Doctors who were written a summary lately, to choose from: their ids and names.
pub async fn readers(app: &App, by: &Actor) -> Result<Vec<(String, String)>> {
    by.rights(Thing::Reports).to_see("standing approval")?;
    let since = Month::of(app.today()).previous().previous().previous();
    view::readers(&app.db, store::with_summaries(&app.db, since).await?).await
}

/// Lets the summaries of last month go that a standing approval covers; tells how many went, and why others wait for a person. The
/// owner who signed is asked anew each time: who owns the practice no more, or may not sign in, approves nothing.
pub async fn release(app: &App) -> Result<(usize, Vec<String>)> {
    let (today, mut gone, mut left) = (app.today(), 0, Vec::new());
    let owners = auth::users_with(&app.db, Role::Owner).await?;
    for (standing, report) in store::waiting(&app.db, Month::of(today).previous(), today).await? {
        if !owners.contains(&standing.signed_by_id) {
            left.push(format!("{}: who signed the standing approval is no owner any more", report.reference));
            continue;
        }
        match release_one(app, standing.signed_by_id, &report).await {
            Ok(()) => gone += 1,
            Err(error) => left.push(why_left(&report.reference, error)?),
        }
    }
    Ok((gone, left))
}

async fn release_one(app: &App, owner: i64, report: &Report) -> Result<()> {
    let by = auth::person_by_id(app, owner).await?;
    let work = app.work(&by).await?;
    approve_in(&work, report, Grounds::Standing).await?;
    work.commit().await
}
