//! The offices of those who refer.

pub mod store;
pub mod view;

use super::organization::{NewOrganization, OrganizationDraft};
use super::provider::Source;
use super::store as people;
use super::view::named;
use crate::app::{Actor, App, read_id};
use crate::audit::Entry;
use crate::auth::role::Thing;
use crate::entity;
use crate::error::{AppError, Result};
use crate::types::{Found, Listing, Text};
use crate::work::{Work, check_version};
use schemars::JsonSchema;
use sea_orm::{ConnectionTrait, IntoActiveModel};
use serde::{Deserialize, Serialize};
use view::{OrganizationRow, OrganizationView};

pub use store::contacts_of;

/// Offices for a field that looks names up.
pub async fn find_organizations(app: &App, by: &Actor, typed: &Text) -> Result<Vec<Found>> {
    by.rights(Thing::Network).to_read("organization")?;
    store::find_organizations(&app.db, typed.as_str()).await
}

/// Enters an office.
pub async fn add_organization(app: &App, by: &Actor, new: &NewOrganization) -> Result<OrganizationView> {
    by.rights(Thing::Network).to_write("organization")?;
    let draft = new.check(app.today())?;
    let work = app.work(by).await?;
    if let Some(id) = work.already() {
        return view::organization(&work.tx, id).await;
    }
    let organization = add_organization_in(&work, &draft, Source::Manual).await?;
    work.made(organization.id).await?;
    let view = view::organization(&work.tx, organization.id).await?;
    work.commit().await?;
    Ok(view)
}

/// The same within a larger unit of work.
pub async fn add_organization_in(work: &Work<'_>, draft: &OrganizationDraft, source: Source) -> Result<entity::organization::Model> {
    refuse_npi_of_persons(work, draft, None).await?;
    let organization = store::insert_organization(work, draft, source).await?;
    store::set_contacts(work, organization.id, &draft.contacts).await?;
    work.note(Entry::of("added", "organization", organization.id).named(organization.public_id)).await?;
    Ok(organization)
}

/// Changes an office.
pub async fn change_organization(app: &App, by: &Actor, id: &str, new: &NewOrganization) -> Result<OrganizationView> {
    by.rights(Thing::Network).to_write("organization")?;
    let draft = new.check(app.today())?;
    let work = app.work(by).await?;
    let before = organization_by_id(&work.tx, id).await?;
    check_version(draft.version, before.version, view::organization(&work.tx, before.id)).await?;
    refuse_npi_of_persons(&work, &draft, Some(before.id)).await?;
    let row = store::filled_organization(before.clone().into_active_model(), &draft);
    let (after, fields) = work.save(&before, row).await?;
    store::set_contacts(&work, after.id, &draft.contacts).await?;
    if fields.contains(&"name".to_string()) {
        for person in store::providers_at(&work.tx, after.id).await? {
            people::refresh_search(&work, person.id).await?;
        }
    }
    work.note(Entry::of("changed", "organization", after.id).named(after.public_id).fields(fields)).await?;
    let view = view::organization(&work.tx, after.id).await?;
    work.commit().await?;
    Ok(view)
}

async fn refuse_npi_of_persons(work: &Work<'_>, draft: &OrganizationDraft, own_id: Option<i64>) -> Result<()> {
    let Some(npi) = &draft.npi else { return Ok(()) };
    if let Some(person) = people::provider_by_npi(&work.tx, npi).await? {
        let words = format!("This is the NPI of {}, a person. Enter the organization's own", named(&person).formal());
        return Err(AppError::field("npi", words));
    }
    match store::organization_by_npi(&work.tx, npi).await? {
        Some(other) if Some(other.id) != own_id => Err(AppError::field("npi", format!("{} has this NPI already", other.name))),
        _ => Ok(()),
    }
}

/// An office by the id of a form or program.
pub async fn organization_by_id(db: &impl ConnectionTrait, id: &str) -> Result<entity::organization::Model> {
    store::find_organization(db, read_id(id, "organization")?).await?.ok_or(AppError::NotFound("organization"))
}

pub async fn show_organization(app: &App, by: &Actor, id: &str) -> Result<OrganizationView> {
    by.rights(Thing::Network).to_read("organization")?;
    let organization = organization_by_id(&app.db, id).await?;
    view::organization(&app.db, organization.id).await
}

/// What lists of offices can be asked.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct OrganizationFilter {
    pub q: Text,
    pub limit: Text,
    pub cursor: Text,
}

pub async fn list_organizations(app: &App, by: &Actor, filter: &OrganizationFilter) -> Result<Listing<OrganizationRow>> {
    by.rights(Thing::Network).to_read("organization")?;
    store::list_organizations(app, filter).await
}

/// The name of an office, for a form that begins with it.
pub async fn office_name(app: &App, by: &Actor, id: &Text) -> Result<String> {
    by.rights(Thing::Network).to_read("organization")?;
    if id.is_blank() {
        return Ok(String::new());
    }
    Ok(organization_by_id(&app.db, id.as_str()).await?.name)
}
