//! The lists of payers that clearinghouses give out: thousands of names, each with the id by which it is reached. They are looked
//! up, and fill what is blank on the payers that the practice bills; they are no payers themselves.

pub mod api;
pub mod listed;
pub mod pages;
mod store;
pub mod view;

use super::view::PayerView;
use crate::app::{Actor, App};
use crate::audit::Entry;
use crate::auth::role::Thing;
use crate::entity;
use crate::error::{AppError, Result};
use crate::types::found::{self, MOST_FOUND};
use crate::types::{Found, Listing, Text, person_name};
use crate::work::Work;
use listed::{Merge, Said, merge};
use schemars::JsonSchema;
use sea_orm::{ConnectionTrait, Set};
use serde::{Deserialize, Serialize};
use view::{FilledPayer, ListingView, TakenIn, ToReview};

/// What is asked beside the file.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Taking {
    /// Whose list it is, like "Office Ally".
    pub list: Text,
    /// Say what would become of it, and keep nothing.
    pub dry_run: Text,
}

/// Takes a list in. What a person entered is never overwritten: blanks are filled, and what differs is told.
/// A dry run does the same and keeps nothing of it.
pub async fn take_in(app: &App, by: &Actor, taking: &Taking, said: Said) -> Result<TakenIn> {
    super::may_write(by)?;
    let work = app.work(by).await?;
    store::hold_lists(&work).await?;
    let list = taking.list.some().unwrap_or_else(|| "Clearinghouse".into());
    let Merge { new, changed, same, twice } = merge(&store::of_list(&work.tx, &list).await?, said.listed);
    let counts = [new.len(), changed.len(), same, twice].map(|n| i64::try_from(n).unwrap_or(i64::MAX));
    store::insert(&work, &list, new).await?;
    store::change_all(&work, changed).await?;
    let filled = fill_payers(&work).await?;
    let review = review_in(&work.tx).await?;
    let dry_run = taking.dry_run.is_yes();
    if !dry_run && counts[0] + counts[1] > 0 {
        work.note(Entry::of("took_in", "payer_list", 0).fields(vec![list.clone()])).await?;
    }
    if !dry_run {
        work.commit().await?;
    }
    let [new, changed, same, twice] = counts;
    Ok(TakenIn {
        list,
        dry_run,
        rows: said.rows,
        new,
        changed,
        same,
        twice,
        blank: said.blank,
        bad: said.bad,
        cautions: said.cautions,
        filled,
        review,
    })
}

/// The payers whose blanks the lists fill: an id where all entries of its name agree, and how to reach it.
async fn fill_payers(work: &Work<'_>) -> Result<Vec<FilledPayer>> {
    let mut filled = Vec::new();
    for (payer, entries) in store::matched(&work.tx).await? {
        let Some(entry) = listed::agreed(payer.clearinghouse_payer_id.as_deref(), &entries) else { continue };
        let (after, fields) = work.save(&payer, store::with_blanks_filled(&payer, entry)).await?;
        if fields.is_empty() {
            continue;
        }
        work.note(Entry::of("changed", "payer", after.id).named(after.public_id).fields(fields.clone())).await?;
        crate::chain::rules_changed(work, Some(after.id)).await?;
        filled.push(FilledPayer { id: after.public_id, name: after.name, fields, payer_code: entry.payer_code.clone() });
    }
    Ok(filled)
}

/// Payers whose id is another one in the lists, or for which the lists have several.
pub async fn review(app: &App, by: &Actor) -> Result<Vec<ToReview>> {
    by.rights(Thing::PayerRules).to_read("payer")?;
    review_in(&app.db).await
}

async fn review_in(db: &impl ConnectionTrait) -> Result<Vec<ToReview>> {
    let doubtful = |(payer, entries): (entity::payer::Model, Vec<entity::payer_listing::Model>)| {
        let settled = entries.is_empty() || listed::agreed(payer.clearinghouse_payer_id.as_deref(), &entries).is_some();
        (!settled).then(|| ToReview::of(&payer, &entries))
    };
    Ok(store::matched(db).await?.into_iter().filter_map(doubtful).collect())
}

/// What the directory can be asked.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DirectoryFilter {
    /// Part of a name, or an id.
    pub q: Text,
    pub limit: Text,
    pub cursor: Text,
}

pub async fn search(app: &App, by: &Actor, filter: &DirectoryFilter) -> Result<Listing<ListingView>> {
    by.rights(Thing::PayerRules).to_read("payer")?;
    store::search(app, filter).await
}

/// Entries for a field that looks them up while it is typed.
pub async fn find(app: &App, by: &Actor, typed: &Text) -> Result<Vec<Found>> {
    by.rights(Thing::PayerRules).to_read("payer")?;
    if typed.is_blank() {
        return Ok(Vec::new());
    }
    let filter = DirectoryFilter { q: typed.clone(), limit: MOST_FOUND.to_string().into(), ..Default::default() };
    let found = store::search(app, &filter).await?;
    Ok(found.items.into_iter().map(|l| Found { id: l.id, label: l.name, detail: format!("{}, {}", l.payer_code, l.list) }).collect())
}

/// Which entry of the directory a payer is.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TakeId {
    /// Id of the entry.
    pub listing: Text,
}

/// A person says which entry a payer is: its id becomes the payer's.
pub async fn take_id(app: &App, by: &Actor, payer_id: &str, new: &TakeId) -> Result<PayerView> {
    super::may_write(by)?;
    let work = app.work(by).await?;
    let payer = super::by_id(&work.tx, payer_id).await?;
    if work.already().is_some() {
        return super::view::payer(&work.tx, payer.id).await;
    }
    let entry = entry(&work.tx, &new.listing).await?;
    let mut row = store::with_blanks_filled(&payer, &entry);
    row.clearinghouse_payer_id = Set(Some(entry.payer_code.clone()));
    let (after, fields) = work.save(&payer, row).await?;
    work.note(Entry::of("changed", "payer", after.id).named(after.public_id).fields(fields)).await?;
    crate::chain::rules_changed(&work, Some(after.id)).await?;
    work.made(after.id).await?;
    let view = super::view::payer(&work.tx, after.id).await?;
    work.commit().await?;
    Ok(view)
}

async fn entry(db: &impl ConnectionTrait, id: &Text) -> Result<entity::payer_listing::Model> {
    let id = id.as_str().parse().map_err(|_| AppError::field("listing", "Choose an entry of the directory"))?;
    store::by_public_id(db, id).await?.ok_or_else(|| AppError::field("listing", "This entry is not in the directory any more"))
}

/// The id that a payer's form means: of the entry that was chosen, or the only one of the name that was typed.
pub async fn code_of(app: &App, by: &Actor, chosen: &Text, typed: &Text) -> Result<Option<String>> {
    if !chosen.is_blank() {
        return Ok(Some(entry(&app.db, chosen).await?.payer_code));
    }
    if typed.is_blank() {
        return Ok(None);
    }
    let found = find(app, by, typed).await?;
    match found::the_one(typed.as_str(), &found) {
        Some(id) => Ok(Some(entry(&app.db, &id.to_string().into()).await?.payer_code)),
        None => Err(AppError::field("listing_name", found::not_one("entry", typed.as_str(), &found))),
    }
}

/// What two spellings of a payer's name share.
pub fn key(name: &str) -> String {
    person_name::fold(name)
}
