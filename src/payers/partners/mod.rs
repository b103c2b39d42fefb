//! Clearinghouse partners: whom files of claims go to, and in which envelopes.

pub mod api;
pub mod pages;
pub mod partner;
mod store;
pub mod view;

use crate::app::{Actor, App, read_id};
use crate::audit::Entry;
use crate::auth::role::Thing;
use crate::entity::partner::Model as Partner;
use crate::entity::payer::Model as Payer;
use crate::error::{AppError, Result};
use crate::types::Listing;
use crate::work::{Work, check_version};
use partner::NewPartner;
use sea_orm::{ConnectionTrait, IntoActiveModel, Set};
use std::path::PathBuf;
use uuid::Uuid;
use view::PartnerView;

pub use store::{all, by_name, row};

/// The folder of a partner within the exchange folder: files for it lie in `out`, files from it are looked for beside.
pub fn folder(app: &App, partner: &Partner) -> Option<PathBuf> {
    partner.folder.as_ref().map(|name| app.config.exchange.join(name))
}

/// Enters a partner.
pub async fn add(app: &App, by: &Actor, new: &NewPartner) -> Result<PartnerView> {
    by.rights(Thing::PayerRules).to_write("partner")?;
    let draft = new.check(app.today())?;
    let work = app.work(by).await?;
    if let Some(id) = work.already() {
        return Ok(PartnerView::of(row(&work.tx, id).await?));
    }
    if let Some(known) = by_name(&work.tx, &draft.name).await? {
        return Err(AppError::field("name", format!("{} is here already", known.name)));
    }
    let partner = store::insert(&work, &draft).await?;
    work.note(Entry::of("added", "partner", partner.id).named(partner.public_id)).await?;
    work.made(partner.id).await?;
    work.commit().await?;
    Ok(PartnerView::of(partner))
}

/// Changes a partner. Files that left keep what they said.
pub async fn change(app: &App, by: &Actor, id: &str, new: &NewPartner) -> Result<PartnerView> {
    by.rights(Thing::PayerRules).to_write("partner")?;
    let draft = new.check(app.today())?;
    let work = app.work(by).await?;
    let before = hold(&work, by_id(&work.tx, id).await?.id).await?;
    check_version(draft.version, before.version, async { Ok(PartnerView::of(before.clone())) }).await?;
    match by_name(&work.tx, &draft.name).await? {
        Some(other) if other.id != before.id => return Err(AppError::field("name", format!("{} is here already", other.name))),
        _ => {}
    }
    let (after, fields) = work.save(&before, store::filled(before.clone().into_active_model(), &draft)).await?;
    work.note(Entry::of("changed", "partner", after.id).named(after.public_id).fields(fields)).await?;
    work.commit().await?;
    Ok(PartnerView::of(after))
}

/// A partner that will be changed, held until the end of the work.
async fn hold(work: &Work<'_>, id: i64) -> Result<Partner> {
    crate::db::hold::<crate::entity::partner::Entity>(&work.tx, id).await?.ok_or(AppError::NotFound("partner"))
}

/// A partner by the id of a form or program.
pub async fn by_id(db: &impl ConnectionTrait, id: &str) -> Result<Partner> {
    store::find(db, read_id(id, "partner")?).await?.ok_or(AppError::NotFound("partner"))
}

pub async fn show(app: &App, by: &Actor, id: &str) -> Result<PartnerView> {
    by.rights(Thing::PayerRules).to_read("partner")?;
    Ok(PartnerView::of(by_id(&app.db, id).await?))
}

pub async fn list(app: &App, by: &Actor) -> Result<Listing<PartnerView>> {
    by.rights(Thing::PayerRules).to_read("partner")?;
    Ok(all(&app.db).await?.into_iter().map(PartnerView::of).collect::<Vec<_>>().into())
}

/// Ids and names, for choosing.
pub async fn names(app: &App, by: &Actor) -> Result<Vec<(Uuid, String)>> {
    by.rights(Thing::PayerRules).to_read("partner")?;
    Ok(all(&app.db).await?.into_iter().map(|p| (p.public_id, p.name)).collect())
}

/// The partner that a payer's electronic claims go to; the only one where the payer names none.
pub fn of_payer<'a>(partners: &'a [Partner], payer: &Payer) -> Option<&'a Partner> {
    match (payer.partner_id, partners) {
        (Some(id), _) => partners.iter().find(|p| p.id == id),
        (None, [only]) => Some(only),
        _ => None,
    }
}

/// Numbers of one file that are taken for ever.
#[derive(Clone, Copy, Debug)]
pub struct Numbers {
    pub interchange: i64,
    pub group: i64,
    pub first_transaction: i64,
}

/// Takes the numbers of the next file. The partner is held until the end of the work, so that two files never get the same;
/// what a failed work took, it gives back, for nothing has left under it.
pub async fn take_numbers(work: &Work<'_>, partner_id: i64, transactions: i64) -> Result<Numbers> {
    let before = hold(work, partner_id).await?;
    let taken =
        Numbers { interchange: before.last_interchange + 1, group: before.last_group + 1, first_transaction: before.last_transaction + 1 };
    let mut row = before.clone().into_active_model();
    row.last_interchange = Set(taken.interchange);
    row.last_group = Set(taken.group);
    row.last_transaction = Set(before.last_transaction + transactions);
    work.save(&before, row).await?;
    Ok(taken)
}
