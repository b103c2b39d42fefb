//! Our own profile, our therapists, our fees, and the numbers we give out.

pub mod api;
pub mod fee;
pub mod locations;
mod numbers;
pub mod pages;
mod store;
pub mod therapist;
pub mod view;

use crate::app::{Actor, App, read_id};
use crate::audit::Entry;
use crate::auth::role::{Reach, Thing};
use crate::entity;
use crate::error::{AppError, Result};
use crate::types::Texts;
use crate::work::{Work, check_version};
pub use model::practice::practice;
use practice::NewPractice;
use sea_orm::{ConnectionTrait, IntoActiveModel, Set};
use view::{FeeView, PracticeView, TherapistView};

pub use numbers::{Numbered, next_number};
pub use store::{fees_on, find_therapist_row, profile, therapist_of_user, therapists};

/// Reads the practice's zone into the clock. A database without a practice keeps UTC until there is one.
pub async fn set_clock_zone(app: &App) -> Result<()> {
    if let Some(practice) = store::profile(&app.db).await?
        && let Ok(zone) = practice.timezone.parse()
    {
        app.clock.set_zone(zone);
    }
    Ok(())
}

/// The profile as it must exist once the practice is set up.
pub async fn of(db: &impl ConnectionTrait) -> Result<entity::practice::Model> {
    store::profile(db).await?.ok_or_else(|| AppError::conflict("the practice is not set up yet"))
}

/// Makes the practice; the first thing that happens in a database.
pub async fn found(work: &Work<'_>, new: &NewPractice) -> Result<entity::practice::Model> {
    let draft = new.check(work.today())?;
    let practice = store::insert(work, &draft).await?;
    if let Ok(zone) = practice.timezone.parse() {
        work.app.clock.set_zone(zone);
    }
    work.note(Entry::of("founded", "practice", practice.id)).await?;
    Ok(practice)
}

/// Shows the profile to everybody who signs in, for it stands on every page; what belongs to the money only to those who see all of it.
pub async fn show(app: &App, by: &Actor) -> Result<PracticeView> {
    let profile = PracticeView::of(&of(&app.db).await?);
    Ok(if by.rights(Thing::Claims).read == Reach::All { profile } else { profile.letterhead() })
}

/// Changes the profile.
pub async fn change(app: &App, by: &Actor, new: &NewPractice) -> Result<PracticeView> {
    by.only_owner_changes()?;
    let draft = new.check(app.today())?;
    let work = app.work(by).await?;
    let before = of(&work.tx).await?;
    check_version(draft.version, before.version, async { Ok(PracticeView::of(&before)) }).await?;
    let row = store::filled(before.clone().into_active_model(), &draft);
    let (after, fields) = work.save(&before, row).await?;
    work.note(Entry::of("changed", "practice", after.id).fields(fields)).await?;
    crate::chain::practice_changed(&work).await?;
    work.commit().await?;
    if let Ok(zone) = after.timezone.parse() {
        app.clock.set_zone(zone);
        app.changed();
    }
    Ok(PracticeView::of(&after))
}

/// Enters somebody who treats.
pub async fn add_therapist(app: &App, by: &Actor, new: &therapist::NewTherapist) -> Result<TherapistView> {
    by.only_owner_changes()?;
    let draft = new.check(app.today())?;
    let work = app.work(by).await?;
    if let Some(id) = work.already() {
        return store::therapist_view(&work.tx, id).await;
    }
    let therapist = add_therapist_in(&work, &draft).await?;
    work.made(therapist.id).await?;
    let view = store::therapist_view(&work.tx, therapist.id).await?;
    work.commit().await?;
    Ok(view)
}

/// The same within a larger unit of work.
pub async fn add_therapist_in(work: &Work<'_>, draft: &therapist::TherapistDraft) -> Result<entity::therapist::Model> {
    let therapist = store::insert_therapist(work, draft).await?;
    work.note(Entry::of("added", "therapist", therapist.id).named(therapist.public_id)).await?;
    Ok(therapist)
}

/// Changes a therapist's record.
pub async fn change_therapist(app: &App, by: &Actor, id: &str, new: &therapist::NewTherapist) -> Result<TherapistView> {
    by.only_owner_changes()?;
    let draft = new.check(app.today())?;
    let work = app.work(by).await?;
    let before = store::find_therapist(&work.tx, read_id(id, "therapist")?).await?.ok_or(AppError::NotFound("therapist"))?;
    check_version(draft.version, before.version, store::therapist_view(&work.tx, before.id)).await?;
    let row = store::filled_therapist(&work, before.clone().into_active_model(), &draft).await?;
    let (after, fields) = work.save(&before, row).await?;
    work.note(Entry::of("changed", "therapist", after.id).named(after.public_id).fields(fields)).await?;
    crate::chain::practice_changed(&work).await?;
    let view = store::therapist_view(&work.tx, after.id).await?;
    work.commit().await?;
    Ok(view)
}

/// Everybody who treats; their names stand on forms, so all who sign in may see them.
pub async fn list_therapists(app: &App, _by: &Actor) -> Result<Vec<TherapistView>> {
    store::therapist_views(&app.db).await
}

/// One of them.
pub async fn show_therapist(app: &App, _by: &Actor, id: &str) -> Result<TherapistView> {
    let row = therapist_by_id(&app.db, id).await?;
    store::therapist_view(&app.db, row.id).await
}

/// Those who treat now, for a form's list.
pub async fn therapist_options(app: &App, by: &Actor) -> Result<Vec<(String, String)>> {
    let here = list_therapists(app, by).await?.into_iter().filter(|t| t.left_on.is_none());
    Ok(here.map(|t| (t.id.to_string(), t.name)).collect())
}

/// A therapist by the id of a form or program.
pub async fn therapist_by_id(db: &impl ConnectionTrait, id: &str) -> Result<entity::therapist::Model> {
    store::find_therapist(db, read_id(id, "therapist")?).await?.ok_or(AppError::NotFound("therapist"))
}

/// Sets the charge of a code from a day on. The row before stays for the days before.
pub async fn set_fee(app: &App, by: &Actor, new: &fee::NewFee) -> Result<FeeView> {
    by.rights(Thing::PayerRules).to_write("fee")?;
    let draft = new.check(app.today())?;
    let work = app.work(by).await?;
    if let Some(id) = work.already() {
        return Ok(FeeView::of(&store::find_fee(&work.tx, id).await?));
    }
    let fee = set_fee_in(&work, &draft).await?;
    work.made(fee.id).await?;
    crate::chain::rules_changed(&work, None).await?;
    work.commit().await?;
    Ok(FeeView::of(&fee))
}

/// The same within a larger unit of work.
pub async fn set_fee_in(work: &Work<'_>, draft: &fee::FeeDraft) -> Result<entity::fee::Model> {
    store::replace_fee(work, draft).await?;
    let row = entity::fee::ActiveModel {
        code: Set(draft.code.clone()),
        label: Set(draft.label.clone()),
        effective_on: Set(draft.effective_on),
        fee_cents: Set(draft.fee_cents),
        ..Default::default()
    };
    let fee = work.insert(row).await?;
    work.note(Entry::of("set", "fee", fee.id).named(fee.public_id).fields(vec![draft.code.clone()])).await?;
    Ok(fee)
}

/// The schedule, code by code, newest first.
pub async fn list_fees(app: &App, by: &Actor) -> Result<Vec<FeeView>> {
    by.rights(Thing::PayerRules).to_read("fee")?;
    Ok(store::fees(&app.db).await?.iter().map(FeeView::of).collect())
}

/// The fee-schedule reasons with which a practice starts.
pub fn default_contractual_reasons() -> Texts {
    ["45", "P12", "P23", "24", "94", "237", "253"].iter().map(|r| r.to_string()).collect()
}
