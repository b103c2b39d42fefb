//! The queries of offices.

use super::OrganizationFilter;
use super::view::OrganizationRow;
use crate::app::App;
use crate::db;
use crate::entity::{affiliation, organization, organization_contact, provider, referral};
use crate::error::{AppError, Result};
use crate::network::organization::{ContactDraft, OrganizationDraft, name_key};
use crate::network::provider::Source;
use crate::network::search::search_terms;
use crate::network::view::named;
use crate::types::found::{Found, MOST_FOUND};
use crate::types::{Cursor, Listing, person_name};
use crate::work::Work;
use chrono::NaiveDate;
use sea_orm::sea_query::{Expr, ExprTrait, LikeExpr};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Set,
};
use std::collections::HashMap;
use uuid::Uuid;

pub async fn organization_by_npi(db: &impl ConnectionTrait, npi: &str) -> Result<Option<organization::Model>> {
    let living = organization::Entity::find().filter(organization::Column::Npi.eq(npi)).filter(organization::Column::DeletedAt.is_null());
    Ok(living.one(db).await?)
}

pub async fn organization_by_name(db: &impl ConnectionTrait, name: &str) -> Result<Option<organization::Model>> {
    let living = organization::Entity::find()
        .filter(organization::Column::NameKey.eq(name_key(name)))
        .filter(organization::Column::DeletedAt.is_null());
    Ok(living.filter(organization::Column::MergedIntoId.is_null()).one(db).await?)
}

pub async fn find_organization(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<organization::Model>> {
    let living =
        organization::Entity::find().filter(organization::Column::PublicId.eq(id)).filter(organization::Column::DeletedAt.is_null());
    let mut found = living.one(db).await?;
    while let Some(into) = found.as_ref().and_then(|o| o.merged_into_id) {
        found = db::find::<organization::Entity>(db, into).await?;
    }
    Ok(found)
}

pub async fn organization_row(db: &impl ConnectionTrait, id: i64) -> Result<organization::Model> {
    db::find::<organization::Entity>(db, id).await?.ok_or(AppError::NotFound("organization"))
}

/// Offices that fit what was typed so far.
pub async fn find_organizations(db: &impl ConnectionTrait, typed: &str) -> Result<Vec<Found>> {
    let terms = search_terms(typed);
    let Some(first) = terms.first() else { return Ok(Vec::new()) };
    let mut condition = Condition::all().add(organization::Column::DeletedAt.is_null()).add(organization::Column::MergedIntoId.is_null());
    for term in &terms {
        condition = condition.add(Expr::col(organization::Column::SearchText).like(LikeExpr::new(db::like(term)).escape('!')));
    }
    let mut rows = organization::Entity::find().filter(condition).order_by_asc(organization::Column::NameKey).limit(50).all(db).await?;
    rows.sort_by_key(|o| !o.name_key.starts_with(first.as_str()));
    rows.truncate(MOST_FOUND);
    let place = |o: &organization::Model| [o.street.clone(), o.city.clone()].into_iter().flatten().collect::<Vec<_>>().join(", ");
    Ok(rows.iter().map(|o| Found { id: o.public_id, label: o.name.clone(), detail: place(o) }).collect())
}

pub async fn insert_organization(work: &Work<'_>, draft: &OrganizationDraft, source: Source) -> Result<organization::Model> {
    work.insert(filled_organization(organization::ActiveModel { source: Set(source), ..Default::default() }, draft)).await
}

pub fn filled_organization(row: organization::ActiveModel, draft: &OrganizationDraft) -> organization::ActiveModel {
    let mut parts = vec![person_name::fold(&draft.name)];
    parts.extend(draft.dba.as_deref().map(person_name::fold));
    parts.extend(draft.city.as_deref().map(person_name::fold));
    parts.extend(draft.npi.clone());
    parts.extend([&draft.phone, &draft.fax].into_iter().flatten().map(|p| p.trim_start_matches("+1").to_string()));
    parts.extend(draft.email.clone());
    organization::ActiveModel {
        name: Set(draft.name.clone()),
        dba: Set(draft.dba.clone()),
        npi: Set(draft.npi.clone()),
        phone: Set(draft.phone.clone()),
        phone_extension: Set(draft.phone_extension.clone()),
        fax: Set(draft.fax.clone()),
        email: Set(draft.email.clone()),
        website: Set(draft.website.clone()),
        street: Set(draft.street.clone()),
        street2: Set(draft.street2.clone()),
        city: Set(draft.city.clone()),
        state: Set(draft.state.clone()),
        zip: Set(draft.zip.clone()),
        hours: Set(draft.hours.clone()),
        hospital_owned: Set(draft.hospital_owned),
        notes: Set(draft.notes.clone()),
        name_key: Set(name_key(&draft.name)),
        search_text: Set(parts.join(" ")),
        ..row
    }
}

pub async fn contacts_of(db: &impl ConnectionTrait, organization_id: i64) -> Result<Vec<organization_contact::Model>> {
    let living = organization_contact::Entity::find().filter(organization_contact::Column::OrganizationId.eq(organization_id));
    Ok(living.filter(organization_contact::Column::DeletedAt.is_null()).order_by_asc(organization_contact::Column::Id).all(db).await?)
}

/// Makes the staff of an office what the draft says.
pub async fn set_contacts(work: &Work<'_>, organization_id: i64, drafts: &[ContactDraft]) -> Result<()> {
    let before = contacts_of(&work.tx, organization_id).await?;
    let said = |c: &organization_contact::Model| ContactDraft {
        name: c.name.clone(),
        role: c.role.clone(),
        phone: c.phone.clone(),
        phone_extension: c.phone_extension.clone(),
        email: c.email.clone(),
        notes: c.notes.clone(),
    };
    for gone in before.iter().filter(|b| !drafts.contains(&said(b))) {
        let row = organization_contact::ActiveModel { deleted_at: Set(Some(work.now)), ..gone.clone().into_active_model() };
        work.save(gone, row).await?;
    }
    for draft in drafts.iter().filter(|d| !before.iter().any(|b| said(b) == **d)) {
        let row = organization_contact::ActiveModel {
            organization_id: Set(organization_id),
            name: Set(draft.name.clone()),
            role: Set(draft.role.clone()),
            phone: Set(draft.phone.clone()),
            phone_extension: Set(draft.phone_extension.clone()),
            email: Set(draft.email.clone()),
            notes: Set(draft.notes.clone()),
            ..Default::default()
        };
        work.insert(row).await?;
    }
    Ok(())
}

/// Offices, newest first.
pub async fn list_organizations(app: &App, filter: &OrganizationFilter) -> Result<Listing<OrganizationRow>> {
    let cursor = Cursor::read(&filter.cursor, &filter.limit).map_err(AppError::BadRequest)?;
    let mut condition = Condition::all().add(organization::Column::DeletedAt.is_null()).add(organization::Column::MergedIntoId.is_null());
    for term in search_terms(filter.q.as_str()) {
        condition = condition.add(Expr::col(organization::Column::SearchText).like(LikeExpr::new(db::like(&term)).escape('!')));
    }
    if let Some(after) = cursor.after {
        condition = condition.add(organization::Column::Id.lt(after));
    }
    let query = organization::Entity::find().filter(condition).order_by_desc(organization::Column::Id).limit(cursor.limit + 1);
    let rows = query.all(&app.db).await?;
    let ids: Vec<i64> = rows.iter().map(|o| o.id).collect();
    let (mut people, referrals) = (people_at(&app.db, ids.clone()).await?, referrals_at(&app.db, ids).await?);
    let shown = |o: organization::Model| {
        OrganizationRow::of(&o, people.remove(&o.id).unwrap_or_default(), referrals.get(&o.id).copied().unwrap_or(0))
    };
    Ok(cursor.cut(rows, |o| o.id, shown))
}

/// Names of the people who work at some offices now.
async fn people_at(db: &impl ConnectionTrait, organization_ids: Vec<i64>) -> Result<HashMap<i64, Vec<String>>> {
    let there = affiliation::Entity::find()
        .filter(affiliation::Column::OrganizationId.is_in(organization_ids))
        .filter(affiliation::Column::DeletedAt.is_null())
        .filter(affiliation::Column::ToOn.is_null())
        .all(db)
        .await?;
    let ids: Vec<i64> = there.iter().map(|a| a.provider_id).collect();
    let living = provider::Entity::find().filter(provider::Column::Id.is_in(ids)).filter(provider::Column::DeletedAt.is_null());
    let mut names: HashMap<i64, Vec<String>> = HashMap::new();
    for person in living.order_by_asc(provider::Column::LastKey).all(db).await? {
        for place in there.iter().filter(|a| a.provider_id == person.id) {
            names.entry(place.organization_id).or_default().push(named(&person).spoken());
        }
    }
    Ok(names)
}

/// Referrals received while their doctor worked at some offices.
async fn referrals_at(db: &impl ConnectionTrait, organization_ids: Vec<i64>) -> Result<HashMap<i64, i64>> {
    let counted: Vec<(i64, i64)> = referral::Entity::find()
        .select_only()
        .column(referral::Column::OrganizationId)
        .column_as(referral::Column::Id.count(), "n")
        .filter(referral::Column::OrganizationId.is_in(organization_ids))
        .filter(referral::Column::DeletedAt.is_null())
        .group_by(referral::Column::OrganizationId)
        .into_tuple()
        .all(db)
        .await?;
    Ok(counted.into_iter().collect())
}

/// What somebody sent so far.
#[derive(Clone, Debug)]
pub struct Sent {
    pub referrals: i64,
    pub last_on: Option<NaiveDate>,
}

/// What some providers sent so far.
pub async fn sent_by(db: &impl ConnectionTrait, provider_ids: Vec<i64>) -> Result<HashMap<i64, Sent>> {
    let counted: Vec<(i64, i64, Option<NaiveDate>)> = referral::Entity::find()
        .select_only()
        .column(referral::Column::ProviderId)
        .column_as(referral::Column::Id.count(), "n")
        .column_as(referral::Column::ReceivedOn.max(), "last_on")
        .filter(referral::Column::ProviderId.is_in(provider_ids))
        .filter(referral::Column::DeletedAt.is_null())
        .group_by(referral::Column::ProviderId)
        .into_tuple()
        .all(db)
        .await?;
    Ok(counted.into_iter().map(|(id, referrals, last_on)| (id, Sent { referrals, last_on })).collect())
}

/// The people who work at an office now.
pub async fn providers_at(db: &impl ConnectionTrait, organization_id: i64) -> Result<Vec<provider::Model>> {
    let there = affiliation::Entity::find()
        .filter(affiliation::Column::OrganizationId.eq(organization_id))
        .filter(affiliation::Column::DeletedAt.is_null())
        .filter(affiliation::Column::ToOn.is_null())
        .all(db)
        .await?;
    let ids: Vec<i64> = there.iter().map(|a| a.provider_id).collect();
    let living = provider::Entity::find().filter(provider::Column::Id.is_in(ids)).filter(provider::Column::DeletedAt.is_null());
    Ok(living.order_by_asc(provider::Column::LastName).all(db).await?)
}

pub async fn count_referrals_at(db: &impl ConnectionTrait, organization_id: i64) -> Result<i64> {
    let there =
        referral::Entity::find().filter(referral::Column::OrganizationId.eq(organization_id)).filter(referral::Column::DeletedAt.is_null());
    Ok(i64::try_from(there.count(db).await?).unwrap_or(i64::MAX))
}
