//! What pages and programs see of patients and their coverage.

use super::coverage::{NewCoverage, Relationship};
use super::patient::{NewPatient, Sex};
use super::store;
use crate::db;
use crate::entity::{coverage, patient, payer, provider};
use crate::error::Result;
use crate::network;
use crate::packed;
use crate::payers::payer::CoverageKind;
use crate::types::{Amount, Phone, Text};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use schemars::JsonSchema;
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde::Serialize;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// A patient by id and name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PatientRef {
    pub id: Uuid,
    pub name: String,
}

/// `Dana Whitfield`.
pub fn full_name(row: &patient::Model) -> String {
    spoken(&row.first_name, &row.last_name)
}

fn spoken(first_name: &str, last_name: &str) -> String {
    format!("{first_name} {last_name}")
}

crate::packed! {
    /// What a patient is called.
    pub struct Named of patient {
        id: i64 = Id,
        first_name: String = FirstName,
        last_name: String = LastName,
    }
}

/// The names of many, as [`full_name`] says them: a year's alerts are about a thousand people, of whom nothing else is asked.
pub async fn names(db: &impl ConnectionTrait, ids: impl Iterator<Item = i64>) -> Result<HashMap<i64, String>> {
    let ids: HashSet<i64> = ids.collect();
    let named = packed::rows::<Named>(db, patient::Column::Id, ids.into_iter()).await?;
    Ok(named.into_iter().map(|p| (p.id, spoken(&p.first_name, &p.last_name))).collect())
}

impl PatientRef {
    pub fn of(row: &patient::Model) -> Self {
        Self { id: row.public_id, name: full_name(row) }
    }
}

/// A patient in a list.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PatientRow {
    pub id: Uuid,
    pub name: String,
    pub born_on: Option<NaiveDate>,
    pub phone: Option<String>,
    /// Who pays first.
    pub payer: Option<String>,
    pub last_visit_on: Option<NaiveDate>,
    pub next_visit_on: Option<NaiveDate>,
}

/// What a list shows beside the name.
#[derive(Clone, Debug, Default, FromQueryResult)]
pub struct Beside {
    pub id: i64,
    pub payer: Option<String>,
    pub kind: Option<CoverageKind>,
    pub last_visit_on: Option<NaiveDate>,
    pub next_visit_on: Option<NaiveDate>,
}

impl PatientRow {
    pub fn of(row: &patient::Model, beside: Option<Beside>) -> Self {
        let phone = row.phone.as_deref().map(|p| Phone::show(p, row.phone_extension.as_deref()));
        let beside = beside.unwrap_or_default();
        let payer = beside.payer.or(beside.kind.map(|k| k.label().to_string()));
        let (last_visit_on, next_visit_on) = (beside.last_visit_on, beside.next_visit_on);
        Self { id: row.public_id, name: full_name(row), born_on: row.born_on, phone, payer, last_visit_on, next_visit_on }
    }
}

/// Everything about a patient that is not clinical.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PatientView {
    pub id: Uuid,
    pub name: String,
    pub first_name: String,
    pub middle_name: Option<String>,
    pub last_name: String,
    pub preferred_name: Option<String>,
    pub born_on: Option<NaiveDate>,
    pub sex: Option<Sex>,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub street: Option<String>,
    pub street2: Option<String>,
    pub city: Option<String>,
    pub state: Option<String>,
    pub zip: Option<String>,
    pub account_no: Option<String>,
    pub guardian: Option<String>,
    pub emergency_contact: Option<String>,
    pub notes: Option<String>,
    pub no_email: bool,
    pub marketing_consent: bool,
    pub treatment_consent_on: Option<NaiveDate>,
    pub part2_records: bool,
    pub part2_consent_on: Option<NaiveDate>,
    pub part2_consent_until: Option<NaiveDate>,
    pub privacy_notice_on: Option<NaiveDate>,
    pub release_signed_on: Option<NaiveDate>,
    pub assignment_signed_on: Option<NaiveDate>,
    pub coverages: Vec<CoverageView>,
    pub restrictions: Vec<RestrictionView>,
    pub version: i64,
}

/// A visit on the patient's page.
#[derive(Clone, Debug, Serialize, JsonSchema, FromQueryResult)]
pub struct PatientVisit {
    pub id: Uuid,
    pub visit_on: NaiveDate,
    pub starts_at: Option<NaiveTime>,
    pub state: String,
    pub therapist: String,
    pub complaint: Option<String>,
    pub referral_id: Uuid,
    /// draft, signed, or null where nothing was written yet.
    pub note_state: Option<String>,
    pub claim_id: Option<Uuid>,
    pub claim: Option<String>,
    pub claim_state: Option<String>,
}

impl PatientVisit {
    /// For those who do not know of claims.
    pub fn without_claim(self) -> Self {
        Self { claim_id: None, claim: None, claim_state: None, ..self }
    }
}

/// What is open between the practice, the patient and those who pay.
#[derive(Clone, Debug, Default, Serialize, JsonSchema, FromQueryResult)]
pub struct Balance {
    /// What payers left to the patient, and visits the patient pays alone, less what was paid.
    pub owes_cents: i64,
    /// Paid in advance, on no visit or claim yet.
    pub in_advance_cents: i64,
    /// What payers have not answered for.
    pub with_payers_cents: i64,
}

/// Who looked, or what was changed.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct LookView {
    pub at: DateTime<Utc>,
    pub who: String,
    /// "looked at the patient", "changed the coverage: member no".
    pub what: String,
}

impl LookView {
    pub fn of(row: crate::entity::audit::Model) -> Self {
        let verb = match row.action.as_str() {
            "read" => "looked at".to_string(),
            other => other.replace('_', " "),
        };
        let fields: Vec<String> = row.fields.0.iter().map(|f| f.replace('_', " ")).collect();
        let fields = if fields.is_empty() { String::new() } else { format!(": {}", fields.join(", ")) };
        Self { at: row.at, who: row.actor_name, what: format!("{verb} the {}{fields}", row.thing_kind.replace('_', " ")) }
    }
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RestrictionView {
    pub id: Uuid,
    /// The provider who hears nothing; null: nobody does.
    pub provider: Option<network::view::PersonRef>,
    pub reason: Option<String>,
    pub set_on: NaiveDate,
}

/// Who pays, and what they told us.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CoverageView {
    pub id: Uuid,
    pub patient: PatientRef,
    pub payer_id: Option<Uuid>,
    /// The payer's name, or "Patient pays".
    pub payer: String,
    pub kind: CoverageKind,
    pub rank: i64,
    pub member_no: Option<String>,
    pub claim_no: Option<String>,
    pub group_no: Option<String>,
    pub plan_name: Option<String>,
    pub insured_name: Option<String>,
    pub insured_street: Option<String>,
    pub insured_city: Option<String>,
    pub insured_state: Option<String>,
    pub insured_zip: Option<String>,
    pub insured_born_on: Option<NaiveDate>,
    pub insured_sex: Option<Sex>,
    pub member_no_is_patients_own: bool,
    pub relationship: Relationship,
    pub injured_on: Option<NaiveDate>,
    pub accident_state: Option<String>,
    pub employer: Option<String>,
    pub adjuster_name: Option<String>,
    pub adjuster_phone: Option<String>,
    pub adjuster_fax: Option<String>,
    pub adjuster_email: Option<String>,
    pub effective_from: Option<NaiveDate>,
    pub effective_to: Option<NaiveDate>,
    pub authorization_no: Option<String>,
    pub authorization_from: Option<NaiveDate>,
    pub authorization_until: Option<NaiveDate>,
    /// How many visits the payer agreed to,
    pub authorization_visits: Option<i64>,
    /// and how many of them were attended; null where nobody said how many there are.
    pub authorization_used: Option<i64>,
    pub visit_limit: Option<i64>,
    pub visits_used_elsewhere: Option<i64>,
    pub dollar_limit_cents: Option<i64>,
    pub dollars_used_cents: Option<i64>,
    pub copay_cents: Option<i64>,
    pub verified_on: Option<NaiveDate>,
    pub verified_with: Option<String>,
    pub verified_ref: Option<String>,
    pub notes: Option<String>,
    pub version: i64,
}

/// Gathers a patient.
pub async fn patient(db: &impl ConnectionTrait, id: i64) -> Result<PatientView> {
    let row = store::row(db, id).await?;
    let coverages = coverages(db, store::coverages_of(db, id).await?).await?;
    let restrictions = store::restrictions_of(db, id).await?;
    let providers = db::by_ids::<provider::Entity>(db, restrictions.iter().filter_map(|r| r.provider_id)).await?;
    let restrictions = restrictions.into_iter().map(|r| RestrictionView {
        id: r.public_id,
        provider: r.provider_id.and_then(|id| providers.get(&id)).map(network::view::PersonRef::provider),
        reason: r.reason,
        set_on: r.set_on,
    });
    Ok(PatientView {
        id: row.public_id,
        name: full_name(&row),
        phone: row.phone.as_deref().map(|p| Phone::show(p, row.phone_extension.as_deref())),
        coverages,
        restrictions: restrictions.collect(),
        first_name: row.first_name,
        middle_name: row.middle_name,
        last_name: row.last_name,
        preferred_name: row.preferred_name,
        born_on: row.born_on,
        sex: row.sex,
        email: row.email,
        street: row.street,
        street2: row.street2,
        city: row.city,
        state: row.state,
        zip: row.zip,
        account_no: row.account_no,
        guardian: row.guardian,
        emergency_contact: row.emergency_contact,
        notes: row.notes,
        no_email: row.no_email,
        marketing_consent: row.marketing_consent,
        treatment_consent_on: row.treatment_consent_on,
        part2_records: row.part2_records,
        part2_consent_on: row.part2_consent_on,
        part2_consent_until: row.part2_consent_until,
        privacy_notice_on: row.privacy_notice_on,
        release_signed_on: row.release_signed_on,
        assignment_signed_on: row.assignment_signed_on,
        version: row.version,
    })
}

/// Gathers one coverage.
pub async fn coverage(db: &impl ConnectionTrait, id: i64) -> Result<CoverageView> {
    let row = store::coverage_row(db, id).await?;
    let mut views = coverages(db, vec![row]).await?;
    views.pop().ok_or(crate::error::AppError::NotFound("coverage"))
}

/// Gathers several, with as many queries for one as for all.
pub async fn coverages(db: &impl ConnectionTrait, rows: Vec<coverage::Model>) -> Result<Vec<CoverageView>> {
    let payers = db::by_ids::<payer::Entity>(db, rows.iter().filter_map(|r| r.payer_id)).await?;
    let patients = db::by_ids::<patient::Entity>(db, rows.iter().map(|r| r.patient_id)).await?;
    let used = store::approved_visits(db, rows.iter().filter(|r| r.authorization_visits.is_some()).map(|r| r.id).collect()).await?;
    Ok(rows.into_iter().filter_map(|row| one(row, &payers, &patients, &used)).collect())
}

fn one(
    row: coverage::Model,
    payers: &HashMap<i64, payer::Model>,
    patients: &HashMap<i64, patient::Model>,
    used: &HashMap<i64, i64>,
) -> Option<CoverageView> {
    let payer = row.payer_id.and_then(|id| payers.get(&id));
    let patient = patients.get(&row.patient_id)?;
    let shown = |phone: &Option<String>| phone.as_deref().map(|p| Phone::show(p, None));
    Some(CoverageView {
        id: row.public_id,
        patient: PatientRef::of(patient),
        payer_id: payer.map(|p| p.public_id),
        payer: payer.map_or_else(|| row.kind.label().to_string(), |p| p.name.clone()),
        adjuster_phone: shown(&row.adjuster_phone),
        adjuster_fax: shown(&row.adjuster_fax),
        kind: row.kind,
        rank: row.rank,
        member_no: row.member_no,
        claim_no: row.claim_no,
        group_no: row.group_no,
        plan_name: row.plan_name,
        insured_name: row.insured_name,
        insured_street: row.insured_street,
        insured_city: row.insured_city,
        insured_state: row.insured_state,
        insured_zip: row.insured_zip,
        insured_born_on: row.insured_born_on,
        insured_sex: row.insured_sex,
        member_no_is_patients_own: row.member_no_is_patients_own,
        relationship: row.relationship,
        injured_on: row.injured_on,
        accident_state: row.accident_state,
        employer: row.employer,
        adjuster_name: row.adjuster_name,
        adjuster_email: row.adjuster_email,
        effective_from: row.effective_from,
        effective_to: row.effective_to,
        authorization_no: row.authorization_no,
        authorization_from: row.authorization_from,
        authorization_until: row.authorization_until,
        authorization_visits: row.authorization_visits,
        authorization_used: row.authorization_visits.map(|_| used.get(&row.id).copied().unwrap_or(0)),
        visit_limit: row.visit_limit,
        visits_used_elsewhere: row.visits_used_elsewhere,
        dollar_limit_cents: row.dollar_limit_cents,
        dollars_used_cents: row.dollars_used_cents,
        copay_cents: row.copay_cents,
        verified_on: row.verified_on,
        verified_with: row.verified_with,
        verified_ref: row.verified_ref,
        notes: row.notes,
        version: row.version,
    })
}

fn text(value: &Option<String>) -> Text {
    Text::new(value.as_deref().unwrap_or_default())
}

fn day(value: Option<NaiveDate>) -> Text {
    value.map(|d| d.to_string()).unwrap_or_default().into()
}

fn number(value: Option<i64>) -> Text {
    value.map(|n| n.to_string()).unwrap_or_default().into()
}

fn amount(cents: Option<i64>) -> Amount {
    cents.map_or(Amount::Blank, Amount::Cents)
}

impl PatientView {
    /// The patient as they would be typed, for the form that changes them.
    pub fn as_typed(&self) -> NewPatient {
        NewPatient {
            first_name: Text::new(&self.first_name),
            middle_name: text(&self.middle_name),
            last_name: Text::new(&self.last_name),
            preferred_name: text(&self.preferred_name),
            born_on: day(self.born_on),
            sex: self.sex.map_or("", Sex::word).into(),
            phone: text(&self.phone),
            email: text(&self.email),
            street: text(&self.street),
            street2: text(&self.street2),
            city: text(&self.city),
            state: text(&self.state),
            zip: text(&self.zip),
            account_no: text(&self.account_no),
            guardian: text(&self.guardian),
            emergency_contact: text(&self.emergency_contact),
            notes: text(&self.notes),
            no_email: self.no_email.to_string().into(),
            marketing_consent: self.marketing_consent.to_string().into(),
            treatment_consent_on: day(self.treatment_consent_on),
            part2_records: self.part2_records.to_string().into(),
            part2_consent_on: day(self.part2_consent_on),
            part2_consent_until: day(self.part2_consent_until),
            privacy_notice_on: day(self.privacy_notice_on),
            release_signed_on: day(self.release_signed_on),
            assignment_signed_on: day(self.assignment_signed_on),
            although_known: Text::default(),
            version: self.version.to_string().into(),
        }
    }
}

impl CoverageView {
    /// The same for the form of people, where "the patient pays" is one of the answers to who pays.
    pub fn for_form(&self) -> NewCoverage {
        let typed = self.as_typed();
        match self.kind {
            CoverageKind::Cash => NewCoverage { payer: CoverageKind::Cash.word().into(), kind: Text::default(), ..typed },
            _ => typed,
        }
    }

    /// The coverage as it would be typed, for the form that changes it.
    pub fn as_typed(&self) -> NewCoverage {
        NewCoverage {
            patient: Text::default(),
            payer: self.payer_id.map(|id| id.to_string()).unwrap_or_default().into(),
            kind: self.kind.word().into(),
            rank: self.rank.to_string().into(),
            member_no: text(&self.member_no),
            claim_no: text(&self.claim_no),
            group_no: text(&self.group_no),
            plan_name: text(&self.plan_name),
            insured_name: text(&self.insured_name),
            insured_street: text(&self.insured_street),
            insured_city: text(&self.insured_city),
            insured_state: text(&self.insured_state),
            insured_zip: text(&self.insured_zip),
            insured_born_on: day(self.insured_born_on),
            insured_sex: self.insured_sex.map(|s| s.word()).unwrap_or_default().into(),
            member_no_is_patients_own: self.member_no_is_patients_own.to_string().into(),
            relationship: self.relationship.word().into(),
            injured_on: day(self.injured_on),
            accident_state: text(&self.accident_state),
            employer: text(&self.employer),
            adjuster_name: text(&self.adjuster_name),
            adjuster_phone: text(&self.adjuster_phone),
            adjuster_fax: text(&self.adjuster_fax),
            adjuster_email: text(&self.adjuster_email),
            effective_from: day(self.effective_from),
            effective_to: day(self.effective_to),
            authorization_no: text(&self.authorization_no),
            authorization_from: day(self.authorization_from),
            authorization_until: day(self.authorization_until),
            authorization_visits: number(self.authorization_visits),
            visit_limit: number(self.visit_limit),
            visits_used_elsewhere: number(self.visits_used_elsewhere),
            dollar_limit_cents: amount(self.dollar_limit_cents),
            dollars_used_cents: amount(self.dollars_used_cents),
            copay_cents: amount(self.copay_cents),
            verified_on: day(self.verified_on),
            verified_with: text(&self.verified_with),
            verified_ref: text(&self.verified_ref),
            notes: text(&self.notes),
            version: self.version.to_string().into(),
        }
    }
}
