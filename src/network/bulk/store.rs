//! The queries over many providers and offices at once.

use crate::db;
use crate::entity::{affiliation, organization, provider, provider_email, provider_phone};
use crate::error::Result;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect};
use std::collections::HashMap;
use uuid::Uuid;

/// Keys in one condition; more are asked in parts.
const PART: usize = 1_000;

/// A provider by what tells people apart.
#[derive(Clone, Debug)]
pub struct KnownPerson {
    pub id: i64,
    /// The key of the record itself, which differs where it was merged into another.
    pub own_id: i64,
    pub npi: Option<String>,
    pub first_name: Option<String>,
    pub last_name: String,
    pub emails: Vec<String>,
    /// Their own numbers, then the main phones of where they work.
    pub phones: Vec<String>,
}

/// An office by its name and what may contradict it.
#[derive(Clone, Debug)]
pub struct KnownOffice {
    pub id: i64,
    pub name: String,
    pub npi: Option<String>,
    pub zip: Option<String>,
    pub phone: Option<String>,
}

/// Merged records speak for the one they became.
pub async fn known_people(db: &impl ConnectionTrait) -> Result<Vec<KnownPerson>> {
    use provider::Column::{DeletedAt, FirstName, Id, LastName, MergedIntoId, Npi};
    type Row = (i64, Option<i64>, Option<String>, Option<String>, String);
    let rows = provider::Entity::find()
        .select_only()
        .columns([Id, MergedIntoId, Npi, FirstName, LastName])
        .filter(DeletedAt.is_null())
        .order_by_asc(Id);
    let rows: Vec<Row> = rows.into_tuple().all(db).await?;
    let (mut emails, mut phones) = (addresses(db).await?, numbers(db).await?);
    for (id, phone) in office_numbers(db).await? {
        phones.entry(id).or_default().push(phone);
    }
    let whole = |(own, into, npi, first_name, last_name): Row| KnownPerson {
        id: into.unwrap_or(own),
        own_id: own,
        emails: emails.remove(&own).unwrap_or_default(),
        phones: phones.remove(&own).unwrap_or_default(),
        npi,
        first_name,
        last_name,
    };
    Ok(rows.into_iter().map(whole).collect())
}

async fn addresses(db: &impl ConnectionTrait) -> Result<HashMap<i64, Vec<String>>> {
    use provider_email::Column::{Address, DeletedAt, Id, ProviderId};
    let rows = provider_email::Entity::find().select_only().columns([ProviderId, Address]).filter(DeletedAt.is_null()).order_by_asc(Id);
    Ok(grouped(rows.into_tuple().all(db).await?))
}

async fn numbers(db: &impl ConnectionTrait) -> Result<HashMap<i64, Vec<String>>> {
    use provider_phone::Column::{DeletedAt, E164, Id, ProviderId};
    let rows = provider_phone::Entity::find().select_only().columns([ProviderId, E164]).filter(DeletedAt.is_null()).order_by_asc(Id);
    Ok(grouped(rows.into_tuple().all(db).await?))
}

async fn office_numbers(db: &impl ConnectionTrait) -> Result<Vec<(i64, String)>> {
    #[derive(FromQueryResult)]
    struct Row {
        provider_id: i64,
        phone: String,
    }
    let sql = "select a.provider_id, o.phone from affiliation a join organization o on o.id = a.organization_id \
               where a.deleted_at is null and a.to_on is null and o.phone is not null order by a.id";
    let rows: Vec<Row> = db::rows(db, sql, Vec::new()).await?;
    Ok(rows.into_iter().map(|row| (row.provider_id, row.phone)).collect())
}

fn grouped(rows: Vec<(i64, String)>) -> HashMap<i64, Vec<String>> {
    let mut found: HashMap<i64, Vec<String>> = HashMap::new();
    for (id, text) in rows {
        found.entry(id).or_default().push(text);
    }
    found
}

/// Merged records speak for the one they became.
pub async fn known_offices(db: &impl ConnectionTrait) -> Result<Vec<KnownOffice>> {
    use organization::Column::{DeletedAt, Id, MergedIntoId, Name, Npi, Phone, Zip};
    type Row = (i64, Option<i64>, String, Option<String>, Option<String>, Option<String>);
    let rows = organization::Entity::find()
        .select_only()
        .columns([Id, MergedIntoId, Name, Npi, Zip, Phone])
        .filter(DeletedAt.is_null())
        .order_by_asc(Id);
    let rows: Vec<Row> = rows.into_tuple().all(db).await?;
    let whole = |(own, into, name, npi, zip, phone): Row| KnownOffice { id: into.unwrap_or(own), name, npi, zip, phone };
    Ok(rows.into_iter().map(whole).collect())
}

pub async fn providers(db: &impl ConnectionTrait, ids: &[i64]) -> Result<Vec<provider::Model>> {
    let mut found = Vec::new();
    for part in ids.chunks(PART) {
        found.extend(provider::Entity::find().filter(provider::Column::Id.is_in(part.to_vec())).all(db).await?);
    }
    Ok(found)
}

pub async fn emails(db: &impl ConnectionTrait, provider_ids: &[i64]) -> Result<Vec<provider_email::Model>> {
    use provider_email::Column::{DeletedAt, Id, Position, ProviderId};
    let mut found = Vec::new();
    for part in provider_ids.chunks(PART) {
        let living = provider_email::Entity::find().filter(ProviderId.is_in(part.to_vec())).filter(DeletedAt.is_null());
        found.extend(living.order_by_asc(Position).order_by_asc(Id).all(db).await?);
    }
    Ok(found)
}

pub async fn phones(db: &impl ConnectionTrait, provider_ids: &[i64]) -> Result<Vec<provider_phone::Model>> {
    use provider_phone::Column::{DeletedAt, Id, Position, ProviderId};
    let mut found = Vec::new();
    for part in provider_ids.chunks(PART) {
        let living = provider_phone::Entity::find().filter(ProviderId.is_in(part.to_vec())).filter(DeletedAt.is_null());
        found.extend(living.order_by_asc(Position).order_by_asc(Id).all(db).await?);
    }
    Ok(found)
}

/// Where providers work now, the main office first.
pub async fn affiliations(db: &impl ConnectionTrait, provider_ids: &[i64]) -> Result<Vec<affiliation::Model>> {
    use affiliation::Column::{DeletedAt, Id, IsPrimary, ProviderId, ToOn};
    let mut found = Vec::new();
    for part in provider_ids.chunks(PART) {
        let living = affiliation::Entity::find().filter(ProviderId.is_in(part.to_vec())).filter(DeletedAt.is_null()).filter(ToOn.is_null());
        found.extend(living.order_by_desc(IsPrimary).order_by_asc(Id).all(db).await?);
    }
    Ok(found)
}

pub async fn organizations(db: &impl ConnectionTrait, ids: &[i64]) -> Result<Vec<organization::Model>> {
    let mut found = Vec::new();
    for part in ids.chunks(PART) {
        found.extend(organization::Entity::find().filter(organization::Column::Id.is_in(part.to_vec())).all(db).await?);
    }
    Ok(found)
}

pub async fn names_of_organizations(db: &impl ConnectionTrait, ids: &[i64]) -> Result<HashMap<i64, String>> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    Ok(organizations(db, &ids).await?.into_iter().map(|o| (o.id, o.name)).collect())
}

/// Public ids and rows of some providers, for naming them with a link.
pub async fn names_of(db: &impl ConnectionTrait, ids: &[i64]) -> Result<HashMap<i64, provider::Model>> {
    Ok(providers(db, ids).await?.into_iter().map(|p| (p.id, p)).collect())
}

/// The keys of rows that were just inserted, in the order of their public ids.
pub async fn ids_of_providers(db: &impl ConnectionTrait, public: &[Uuid]) -> Result<Vec<i64>> {
    use provider::Column::{Id, PublicId};
    let mut found: Vec<(Uuid, i64)> = Vec::new();
    for part in public.chunks(PART) {
        let rows = provider::Entity::find().select_only().columns([PublicId, Id]).filter(PublicId.is_in(part.to_vec()));
        found.extend(rows.into_tuple::<(Uuid, i64)>().all(db).await?);
    }
    in_order(public, found)
}

/// The same of offices.
pub async fn ids_of_organizations(db: &impl ConnectionTrait, public: &[Uuid]) -> Result<Vec<i64>> {
    use organization::Column::{Id, PublicId};
    let mut found: Vec<(Uuid, i64)> = Vec::new();
    for part in public.chunks(PART) {
        let rows = organization::Entity::find().select_only().columns([PublicId, Id]).filter(PublicId.is_in(part.to_vec()));
        found.extend(rows.into_tuple::<(Uuid, i64)>().all(db).await?);
    }
    in_order(public, found)
}

fn in_order(public: &[Uuid], found: Vec<(Uuid, i64)>) -> Result<Vec<i64>> {
    let found: HashMap<Uuid, i64> = found.into_iter().collect();
    let id = |public: &Uuid| found.get(public).copied().ok_or_else(|| anyhow::anyhow!("a row vanished while it was written").into());
    public.iter().map(id).collect()
}
