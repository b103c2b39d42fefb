//! Where we treat beside the practice's own address. A claim names the place of its visit in item 32 and loop 2310C.

pub mod api;
pub mod location;
pub mod pages;
mod store;
pub mod view;

use crate::app::{Actor, App, read_id};
use crate::audit::Entry;
use crate::entity::location::Model as Location;
use crate::error::{AppError, Result};
use crate::work::{Work, check_version};
use location::NewLocation;
use sea_orm::{ConnectionTrait, IntoActiveModel};
use uuid::Uuid;
use view::LocationView;

/// Enters a place.
pub async fn add(app: &App, by: &Actor, new: &NewLocation) -> Result<LocationView> {
    by.only_owner_changes()?;
    let draft = new.check(app.today())?;
    let work = app.work(by).await?;
    if let Some(id) = work.already() {
        return Ok(LocationView::of(&store::row(&work.tx, id).await?));
    }
    let place = store::insert(&work, &draft).await?;
    work.made(place.id).await?;
    work.note(Entry::of("added", "location", place.id).named(place.public_id)).await?;
    work.commit().await?;
    Ok(LocationView::of(&place))
}

/// Changes a place; drafts of claims that name it are made anew.
pub async fn change(app: &App, by: &Actor, id: &str, new: &NewLocation) -> Result<LocationView> {
    by.only_owner_changes()?;
    let draft = new.check(app.today())?;
    let work = app.work(by).await?;
    let before = by_id(&work.tx, id).await?;
    check_version(draft.version, before.version, async { Ok(LocationView::of(&before)) }).await?;
    let (after, fields) = work.save(&before, store::filled(before.clone().into_active_model(), &draft)).await?;
    work.note(Entry::of("changed", "location", after.id).named(after.public_id).fields(fields)).await?;
    crate::chain::practice_changed(&work).await?;
    work.commit().await?;
    Ok(LocationView::of(&after))
}

/// All places, by name; they stand on forms, so all who sign in may see them.
pub async fn list(app: &App, _by: &Actor) -> Result<Vec<LocationView>> {
    Ok(store::all(&app.db).await?.iter().map(LocationView::of).collect())
}

/// One of them.
pub async fn show(app: &App, _by: &Actor, id: &str) -> Result<LocationView> {
    Ok(LocationView::of(&by_id(&app.db, id).await?))
}

/// Where somebody can be treated now, and where a visit was that stands already, for a form's list.
pub async fn options(app: &App, by: &Actor, stands: Option<Uuid>) -> Result<Vec<(String, String)>> {
    let offered = list(app, by).await?.into_iter().filter(|p| p.closed_on.is_none() || stands == Some(p.id));
    Ok(offered.map(|p| (p.id.to_string(), p.name)).collect())
}

/// The place of a visit that is booked: one of ours, and not closed, unless the visit was there before.
pub async fn of_visit(work: &Work<'_>, id: Option<&str>, before: Option<i64>) -> Result<Option<i64>> {
    let Some(id) = id else { return Ok(None) };
    let place = by_id(&work.tx, id).await.map_err(|_| AppError::field("location", "There is no such place. Choose one of the list"))?;
    match place.closed_on {
        Some(on) if before != Some(place.id) => {
            let day = crate::types::day::long(on);
            Err(AppError::field("location", format!("{} is closed since {day}. Choose another place", place.name)))
        }
        _ => Ok(Some(place.id)),
    }
}

async fn by_id(db: &impl ConnectionTrait, id: &str) -> Result<Location> {
    store::find(db, read_id(id, "location")?).await?.ok_or(AppError::NotFound("location"))
}
