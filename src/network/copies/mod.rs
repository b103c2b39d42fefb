//! Whom a doctor wants to hear of the patients they share: they get a copy of each report about a patient to this doctor, as a report of
//! their own [domain 2.11].

mod store;

use super::{find, may_write, provider_named, view};
use crate::app::{Actor, App, read_id};
use crate::audit::Entry;
use crate::entity::provider::Model as Provider;
use crate::error::{AppError, Result};
use crate::types::Text;
use crate::work::Work;
use schemars::JsonSchema;
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use view::ProviderView;

/// Who gets the copies.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CopyTo {
    /// Id of the provider who gets them,
    pub to: Text,
    /// or the name, where no id is known.
    pub to_name: Text,
}

/// From now on another doctor gets a copy of each report about a patient to this one.
pub async fn add(app: &App, by: &Actor, id: &str, new: &CopyTo) -> Result<ProviderView> {
    may_write(by)?;
    let work = app.work(by).await?;
    let provider = find(&work.tx, id).await?;
    let to = chosen(&work, new).await?;
    let name = view::named(&to).spoken();
    if to.id == provider.id {
        return Err(AppError::field("to", format!("{name} is the one who gets the reports. Choose another doctor")));
    }
    let is_there = of(&work.tx, provider.id).await?.iter().any(|known| known.id == to.id);
    if is_there || !store::insert(&work, provider.id, to.id).await? {
        return Err(AppError::field("to", format!("{name} gets copies already")));
    }
    noted(&work, &provider, "added_copies_to", &to).await?;
    done(work, &provider).await
}

/// They get no more copies. What was begun stays as it is.
pub async fn remove(app: &App, by: &Actor, id: &str, gone: &CopyTo) -> Result<ProviderView> {
    may_write(by)?;
    let work = app.work(by).await?;
    let provider = find(&work.tx, id).await?;
    let to = chosen(&work, gone).await?;
    let rows = store::of(&work.tx, provider.id).await?.into_iter().filter(|(_, known)| known.id == to.id);
    let rows: Vec<_> = rows.map(|(row, _)| row).collect();
    if rows.is_empty() {
        return Err(AppError::field("to", format!("{} gets no copies", view::named(&to).spoken())));
    }
    for row in rows {
        store::delete(&work, row).await?;
    }
    noted(&work, &provider, "ended_copies_to", &to).await?;
    done(work, &provider).await
}

/// Who gets copies of what a doctor is told, by name; each once, whoever was merged into whom.
pub async fn of(db: &impl ConnectionTrait, provider_id: i64) -> Result<Vec<Provider>> {
    let mut seen = HashSet::from([provider_id]);
    let found = store::of(db, provider_id).await?.into_iter().map(|(_, known)| known);
    let mut found: Vec<_> = found.filter(|known| known.deleted_at.is_none() && seen.insert(known.id)).collect();
    found.sort_by(|a, b| (&a.last_key, &a.first_key, a.id).cmp(&(&b.last_key, &b.first_key, b.id)));
    Ok(found)
}

/// The doctor who was chosen, by id or by name. An entry that was merged is another one by now: a person says whether they mean it.
async fn chosen(work: &Work<'_>, new: &CopyTo) -> Result<Provider> {
    let Some(id) = new.to.some() else {
        if new.to_name.is_blank() {
            return Err(AppError::field("to", "Choose the doctor who gets the copies"));
        }
        return provider_named(&work.tx, "to_name", &new.to_name).await;
    };
    let unknown = |_| AppError::field("to", "There is no such provider");
    let found = find(&work.tx, &id).await.map_err(unknown)?;
    if found.public_id != read_id(&id, "provider").map_err(unknown)? {
        return Err(AppError::field("to", format!("This entry became {}. Choose that one", view::named(&found).formal())));
    }
    Ok(found)
}

/// Both of them have it on file: whose list it is, and who gets the copies.
async fn noted(work: &Work<'_>, provider: &Provider, action: &str, to: &Provider) -> Result<()> {
    let changed = Entry::of("changed", "provider", provider.id).named(provider.public_id);
    work.note(changed.fields(vec!["copies_to".into()])).await?;
    work.note(Entry::of(action, "provider", to.id).named(to.public_id)).await
}

async fn done(work: Work<'_>, provider: &Provider) -> Result<ProviderView> {
    let shown = view::provider(&work.tx, provider.id).await?;
    work.commit().await?;
    Ok(shown)
}
