//! What pages and programs see of offices.

use super::store;
use crate::entity;
use crate::error::Result;
use crate::network::organization::{NewContact, NewOrganization};
use crate::network::provider::Stage;
use crate::network::view::named;
use crate::types::{Phone, Text};
use chrono::NaiveDate;
use schemars::JsonSchema;
use sea_orm::ConnectionTrait;
use serde::Serialize;
use uuid::Uuid;

/// An office in a list.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct OrganizationRow {
    pub id: Uuid,
    pub name: String,
    pub npi: Option<String>,
    pub phone: Option<String>,
    pub city: Option<String>,
    pub state: Option<String>,
    /// Who works there now.
    pub people: Vec<String>,
    /// Referrals received while their doctor worked there.
    pub referrals: i64,
}

impl OrganizationRow {
    pub fn of(row: &entity::organization::Model, people: Vec<String>, referrals: i64) -> Self {
        Self {
            people,
            referrals,
            id: row.public_id,
            name: row.name.clone(),
            npi: row.npi.clone(),
            phone: row.phone.as_deref().map(|p| Phone::show(p, row.phone_extension.as_deref())),
            city: row.city.clone(),
            state: row.state.clone(),
        }
    }
}

/// Everything about an office.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct OrganizationView {
    pub id: Uuid,
    pub name: String,
    pub dba: Option<String>,
    pub npi: Option<String>,
    pub phone: Option<String>,
    pub fax: Option<String>,
    pub email: Option<String>,
    pub website: Option<String>,
    pub street: Option<String>,
    pub street2: Option<String>,
    pub city: Option<String>,
    pub state: Option<String>,
    pub zip: Option<String>,
    pub hours: Option<String>,
    pub hospital_owned: Option<bool>,
    pub notes: Option<String>,
    pub contacts: Vec<ContactView>,
    pub providers: Vec<AtOffice>,
    /// Referrals received while their doctor worked here.
    pub referrals: i64,
    pub version: i64,
}

/// Somebody who refers, at their office.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct AtOffice {
    pub id: Uuid,
    pub name: String,
    pub specialty: Option<String>,
    pub stage: Stage,
    /// Of all time.
    pub referrals: i64,
    pub last_referral_on: Option<NaiveDate>,
}

impl AtOffice {
    fn of(row: &entity::provider::Model, sent: Option<&store::Sent>) -> Self {
        Self {
            id: row.public_id,
            name: named(row).spoken(),
            specialty: row.specialty.clone(),
            stage: row.stage,
            referrals: sent.map_or(0, |s| s.referrals),
            last_referral_on: sent.and_then(|s| s.last_on),
        }
    }
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ContactView {
    pub id: Uuid,
    pub name: String,
    pub role: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub notes: Option<String>,
}

/// Gathers an office.
pub async fn organization(db: &impl ConnectionTrait, id: i64) -> Result<OrganizationView> {
    let row = store::organization_row(db, id).await?;
    let people = store::providers_at(db, id).await?;
    let contacts = store::contacts_of(db, id).await?;
    let sent = store::sent_by(db, people.iter().map(|p| p.id).collect()).await?;
    Ok(OrganizationView {
        id: row.public_id,
        phone: row.phone.as_deref().map(|p| Phone::show(p, row.phone_extension.as_deref())),
        fax: row.fax.as_deref().map(|p| Phone::show(p, None)),
        providers: people.iter().map(|p| AtOffice::of(p, sent.get(&p.id))).collect(),
        contacts: contacts.into_iter().map(contact).collect(),
        referrals: store::count_referrals_at(db, id).await?,
        name: row.name,
        dba: row.dba,
        npi: row.npi,
        email: row.email,
        website: row.website,
        street: row.street,
        street2: row.street2,
        city: row.city,
        state: row.state,
        zip: row.zip,
        hours: row.hours,
        hospital_owned: row.hospital_owned,
        notes: row.notes,
        version: row.version,
    })
}

impl OrganizationView {
    /// The office as it would be typed, for the form that changes it.
    pub fn as_typed(&self) -> NewOrganization {
        let text = |value: &Option<String>| Text::new(value.as_deref().unwrap_or_default());
        let typed_contact = |c: &ContactView| NewContact {
            name: Text::new(&c.name),
            role: text(&c.role),
            phone: text(&c.phone),
            email: text(&c.email),
            notes: text(&c.notes),
        };
        NewOrganization {
            name: Text::new(&self.name),
            dba: text(&self.dba),
            npi: text(&self.npi),
            phone: text(&self.phone),
            fax: text(&self.fax),
            email: text(&self.email),
            website: text(&self.website),
            street: text(&self.street),
            street2: text(&self.street2),
            city: text(&self.city),
            state: text(&self.state),
            zip: text(&self.zip),
            hours: text(&self.hours),
            hospital_owned: self.hospital_owned.map(|yes| yes.to_string()).unwrap_or_default().into(),
            notes: text(&self.notes),
            contacts: self.contacts.iter().map(typed_contact).collect(),
            version: self.version.to_string().into(),
        }
    }
}

fn contact(row: entity::organization_contact::Model) -> ContactView {
    ContactView {
        id: row.public_id,
        name: row.name,
        role: row.role,
        phone: row.phone.as_deref().map(|p| Phone::show(p, row.phone_extension.as_deref())),
        email: row.email,
        notes: row.notes,
    }
}
