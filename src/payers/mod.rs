//! Insurers, and what each of them told us, as dated sheets.

pub mod api;
pub mod directory;
pub mod examples;
pub mod pages;
pub mod partners;
pub mod rule_sheet;
pub mod sentences;
pub mod store;
pub mod view;

use crate::app::{Actor, App, read_id};
use crate::audit::Entry;
use crate::auth::role::Thing;
use crate::entity;
use crate::error::{AppError, Result};
use crate::types::{Listing, Text};
use crate::work::{Work, check_version};
use examples::Example;
pub use model::payers::{asks, payer};
use payer::{NewPayer, PayerDraft};
use rule_sheet::{NewRuleSheet, SheetDraft};
use schemars::JsonSchema;
use sea_orm::{ConnectionTrait, IntoActiveModel, Set};
use serde::{Deserialize, Serialize};
use view::{PayerRow, PayerView};

pub use store::{by_name, codes_of, latest_sheets, row, sheet_on, sheets_of};

/// Refuses who may not change payers, before a form is drawn for it.
pub fn may_write(by: &Actor) -> Result<()> {
    by.rights(Thing::PayerRules).to_write("payer")?;
    Ok(())
}

/// Enters an insurer.
pub async fn add(app: &App, by: &Actor, new: &NewPayer) -> Result<PayerView> {
    by.rights(Thing::PayerRules).to_write("payer")?;
    let draft = listed(app, by, new).await?;
    let work = app.work(by).await?;
    if let Some(id) = work.already() {
        return view::payer(&work.tx, id).await;
    }
    let draft = with_partner(&work, draft).await?;
    let payer = add_in(&work, &draft).await?;
    work.made(payer.id).await?;
    let view = view::payer(&work.tx, payer.id).await?;
    work.commit().await?;
    Ok(view)
}

/// The draft, with the id of the directory's entry that was chosen.
async fn listed(app: &App, by: &Actor, new: &NewPayer) -> Result<PayerDraft> {
    let mut draft = new.check(app.today())?;
    if let Some(code) = directory::code_of(app, by, &new.listing, &new.listing_name).await? {
        draft.clearinghouse_payer_id = Some(code);
    }
    Ok(draft)
}

/// The clearinghouse that was chosen.
async fn with_partner(work: &Work<'_>, draft: PayerDraft) -> Result<PayerDraft> {
    let Some(id) = &draft.partner else { return Ok(draft) };
    let partner = partners::by_id(&work.tx, id).await.map_err(|_| AppError::field("partner", "Choose one of the clearinghouses"))?;
    Ok(PayerDraft { partner_id: Some(partner.id), ..draft })
}

/// The same within a larger unit of work.
pub async fn add_in(work: &Work<'_>, draft: &PayerDraft) -> Result<entity::payer::Model> {
    if let Some(known) = store::by_name(&work.tx, &draft.name).await? {
        return Err(AppError::field("name", format!("{} is here already", known.name)));
    }
    let payer = store::insert(work, draft).await?;
    work.note(Entry::of("added", "payer", payer.id).named(payer.public_id)).await?;
    Ok(payer)
}

/// Changes an insurer's own data; its rules are sheets of their own.
pub async fn change(app: &App, by: &Actor, id: &str, new: &NewPayer) -> Result<PayerView> {
    by.rights(Thing::PayerRules).to_write("payer")?;
    let draft = listed(app, by, new).await?;
    let work = app.work(by).await?;
    let draft = with_partner(&work, draft).await?;
    let before = by_id(&work.tx, id).await?;
    check_version(draft.version, before.version, view::payer(&work.tx, before.id)).await?;
    match store::by_name(&work.tx, &draft.name).await? {
        Some(other) if other.id != before.id => return Err(AppError::field("name", format!("{} is here already", other.name))),
        _ => {}
    }
    let (after, fields) = work.save(&before, store::filled(before.clone().into_active_model(), &draft)).await?;
    work.note(Entry::of("changed", "payer", after.id).named(after.public_id).fields(fields)).await?;
    crate::chain::rules_changed(&work, Some(after.id)).await?;
    let view = view::payer(&work.tx, after.id).await?;
    work.commit().await?;
    Ok(view)
}

/// A payer by the id of a form or program.
pub async fn by_id(db: &impl ConnectionTrait, id: &str) -> Result<entity::payer::Model> {
    store::find(db, read_id(id, "payer")?).await?.ok_or(AppError::NotFound("payer"))
}

pub async fn show(app: &App, by: &Actor, id: &str) -> Result<PayerView> {
    by.rights(Thing::PayerRules).to_read("payer")?;
    view::payer(&app.db, by_id(&app.db, id).await?.id).await
}

/// What lists of payers can be asked.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PayerFilter {
    /// Part of the name.
    pub q: Text,
    pub limit: Text,
    pub cursor: Text,
}

pub async fn list(app: &App, by: &Actor, filter: &PayerFilter) -> Result<Listing<PayerRow>> {
    by.rights(Thing::PayerRules).to_read("payer")?;
    store::list(app, filter).await
}

/// Names and ids for forms; everybody who enters a coverage needs them.
pub async fn names(app: &App, by: &Actor) -> Result<Vec<view::PayerName>> {
    by.rights(Thing::Patients).to_read("payer")?;
    store::names(&app.db).await
}

/// Sheets to begin with. They are read, never kept.
pub fn sheet_examples(by: &Actor) -> Result<Vec<Example>> {
    by.rights(Thing::PayerRules).to_read("payer")?;
    Ok(examples::all())
}

/// Writes a new version of a payer's sheet. Claims of earlier days keep the version of their day.
pub async fn write_sheet(app: &App, by: &Actor, payer_id: &str, new: &NewRuleSheet) -> Result<PayerView> {
    by.rights(Thing::PayerRules).to_write("rule sheet")?;
    let draft = new.check(app.today())?;
    let work = app.work(by).await?;
    let payer = by_id(&work.tx, payer_id).await?;
    if work.already().is_some() {
        return view::payer(&work.tx, payer.id).await;
    }
    let sheet = write_sheet_in(&work, &payer, &draft).await?;
    work.made(sheet.id).await?;
    crate::chain::rules_changed(&work, Some(payer.id)).await?;
    let view = view::payer(&work.tx, payer.id).await?;
    work.commit().await?;
    Ok(view)
}

/// The same within a larger unit of work.
pub async fn write_sheet_in(work: &Work<'_>, payer: &entity::payer::Model, draft: &SheetDraft) -> Result<entity::rule_sheet::Model> {
    store::replace_sheet(work, payer.id, draft.effective_on).await?;
    let sheet = store::insert_sheet(work, payer.id, draft).await?;
    work.note(Entry::of("wrote", "rule_sheet", sheet.id).named(sheet.public_id)).await?;
    Ok(sheet)
}

/// Somebody asked again and nothing changed: the sheet is fresh from that day.
pub async fn mark_checked(app: &App, by: &Actor, payer_id: &str) -> Result<PayerView> {
    by.rights(Thing::PayerRules).to_write("rule sheet")?;
    let work = app.work(by).await?;
    let payer = by_id(&work.tx, payer_id).await?;
    let sheet = store::sheet_on(&work.tx, payer.id, work.today()).await?;
    let (sheet, _) = sheet.ok_or_else(|| AppError::conflict("this payer has no sheet yet. Write one first"))?;
    let mut row = sheet.clone().into_active_model();
    row.checked_on = Set(Some(work.today()));
    work.save(&sheet, row).await?;
    work.note(Entry::of("checked", "rule_sheet", sheet.id).named(sheet.public_id)).await?;
    let view = view::payer(&work.tx, payer.id).await?;
    work.commit().await?;
    Ok(view)
}
