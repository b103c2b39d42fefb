//! What pages and programs see of referrals and orders.

use super::card::{Card, Episode};
use super::counting::{Count, state};
use super::prescription::{NewPrescription, PrescriptionState, SignatureKind, is_ambiguous, missing};
use super::referral::{Channel, DischargeReason, LostReason, ReferralState, SourceKind, Urgency};
use super::store;
use crate::audit::view::{MoveView, moves};
use crate::db;
use crate::entity::{coverage, episode, organization, patient, payer, prescription, provider, referral, therapist};
use crate::error::{AppError, Result};
use crate::network::view::PersonRef;
use crate::patients::view::PatientRef;
use crate::payers::payer::CoverageKind;
use crate::practice::view::therapist_name;
use crate::types::{Phone, Text, TextList, Texts};
use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use sea_orm::ConnectionTrait;
use serde::Serialize;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// A referral in a list.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ReferralRow {
    pub id: Uuid,
    pub number: String,
    pub state: ReferralState,
    pub patient: PatientRef,
    /// Who sent the patient: a provider's name, or the kind of source; "Unattributed" where it is not known.
    pub source: String,
    pub source_kind: Option<SourceKind>,
    pub provider_id: Option<Uuid>,
    pub complaint: Option<String>,
    pub payer: Option<String>,
    pub received_on: NaiveDate,
    pub converted_on: Option<NaiveDate>,
    /// The next visit that is booked.
    pub next_visit_on: Option<NaiveDate>,
    pub card: Card,
    /// Two visits or two weeks are left, or nothing is: a renewal should be asked for.
    pub runs_out: bool,
}

/// Everything about a referral.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ReferralView {
    pub id: Uuid,
    pub number: String,
    pub state: ReferralState,
    pub may_become: Vec<ReferralState>,
    pub patient: PatientRef,
    /// The patient's phone as people read it: a new referral begins with a call.
    pub patient_phone: Option<String>,
    pub source: String,
    pub source_kind: Option<SourceKind>,
    pub provider: Option<PersonRef>,
    pub organization_id: Option<Uuid>,
    /// The office at receipt.
    pub organization: Option<String>,
    pub ordering_provider: Option<PersonRef>,
    pub received_at: DateTime<Utc>,
    pub received_on: NaiveDate,
    pub converted_on: Option<NaiveDate>,
    pub channel: Channel,
    pub urgency: Urgency,
    pub reason: Option<String>,
    pub coverage_guess: Option<String>,
    pub document_id: Option<Uuid>,
    pub lost_reason: Option<LostReason>,
    pub lost_note: Option<String>,
    pub episode: EpisodeView,
    pub card: Card,
    /// Two visits or two weeks are left, or nothing is: a renewal should be asked for.
    pub runs_out: bool,
    /// The order that the card shows: the one in use, else the one that ended last.
    pub prescription_id: Option<Uuid>,
    pub prescriptions: Vec<PrescriptionView>,
    pub history: Vec<MoveView>,
    pub version: i64,
}

/// The care that a referral opened.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct EpisodeView {
    pub id: Uuid,
    pub complaint: Option<String>,
    pub diagnoses: Texts,
    pub therapist_id: Option<Uuid>,
    pub therapist: Option<String>,
    pub coverage_id: Option<Uuid>,
    pub payer_id: Option<Uuid>,
    /// The payer's name, or "Patient pays"; null where it is not known who pays.
    pub payer: Option<String>,
    pub coverage_kind: Option<CoverageKind>,
    pub injured_on: Option<NaiveDate>,
    pub authorization_no: Option<String>,
    pub started_on: Option<NaiveDate>,
    pub discharged_on: Option<NaiveDate>,
    pub discharge_reason: Option<DischargeReason>,
}

/// An order, with the state it is in today.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PrescriptionView {
    pub id: Uuid,
    pub referral_id: Uuid,
    pub prescriber: PersonRef,
    pub state: PrescriptionState,
    /// What is missing, in words.
    pub missing: Vec<String>,
    pub is_ambiguous: bool,
    pub diagnoses: Texts,
    pub services: Texts,
    pub words: Option<String>,
    pub units_per_visit: Option<i64>,
    pub minutes_per_visit: Option<i64>,
    pub frequency_min: Option<i64>,
    pub frequency_max: Option<i64>,
    pub duration_weeks: Option<i64>,
    pub visits_authorized: Option<i64>,
    pub visits_used: i64,
    pub visits_left: i64,
    pub signed_on: Option<NaiveDate>,
    pub signature_kind: Option<SignatureKind>,
    pub valid_from: Option<NaiveDate>,
    /// The last day, also where the first visit set it; null: no end.
    pub valid_to: Option<NaiveDate>,
    pub valid_days_after_first: Option<i64>,
    pub no_expiration: bool,
    pub precautions: Option<String>,
    pub goals: Option<String>,
    pub medically_necessary: bool,
    pub renewal_of: Option<Uuid>,
    pub document_id: Option<Uuid>,
    pub version: i64,
    #[serde(skip)]
    stated: Stated,
}

/// What was typed where the order shows what follows from it.
#[derive(Clone, Debug, Default)]
struct Stated {
    visits: Option<i64>,
    valid_to: Option<NaiveDate>,
}

/// Who sent a patient, in words.
pub fn source_words(kind: Option<SourceKind>, provider: Option<&provider::Model>) -> String {
    match (provider, kind) {
        (Some(provider), _) => crate::network::view::named(provider).spoken(),
        (None, Some(SourceKind::Myself)) => "Self".into(),
        (None, Some(SourceKind::Provider) | None) => "Unattributed".into(),
        (None, Some(kind)) => bucket(kind).into(),
    }
}

/// The name of a kind's bucket in the tables [domain 5.4].
pub fn bucket(kind: SourceKind) -> &'static str {
    match kind {
        SourceKind::Provider => "Unattributed",
        SourceKind::Myself => "Self",
        SourceKind::Patient => "Patient",
        SourceKind::Attorney => "Attorney",
        SourceKind::Event => "Event",
        SourceKind::Web => "Web",
        SourceKind::Other => "Other",
    }
}

/// Several referrals for a list, with a fixed number of queries.
pub async fn rows(db: &impl ConnectionTrait, referrals: &[referral::Model], today: NaiveDate) -> Result<HashMap<i64, ReferralRow>> {
    let patients = db::by_ids::<patient::Entity>(db, referrals.iter().map(|r| r.patient_id)).await?;
    let providers = db::by_ids::<provider::Entity>(db, referrals.iter().filter_map(|r| r.provider_id)).await?;
    let episodes = store::episodes_of(db, referrals.iter().map(|r| r.id).collect()).await?;
    let coverages = db::by_ids::<coverage::Entity>(db, episodes.iter().filter_map(|e| e.coverage_id)).await?;
    let payers = db::by_ids::<payer::Entity>(db, coverages.values().filter_map(|c| c.payer_id)).await?;
    let episode_ids: Vec<i64> = episodes.iter().map(|e| e.id).collect();
    let counted = store::episodes_for_counting(db, &episode_ids).await?;
    let booked = store::next_visits(db, &episode_ids, today).await?;
    let episodes: HashMap<i64, &episode::Model> = episodes.iter().map(|e| (e.referral_id, e)).collect();
    let one = |r: &referral::Model| {
        let episode = episodes.get(&r.id)?;
        let coverage = episode.coverage_id.and_then(|id| coverages.get(&id));
        let provider = r.provider_id.and_then(|id| providers.get(&id));
        let row = ReferralRow {
            id: r.public_id,
            number: r.number.clone(),
            state: r.state,
            patient: PatientRef::of(patients.get(&r.patient_id)?),
            source: source_words(r.source_kind, provider),
            source_kind: r.source_kind,
            provider_id: provider.map(|p| p.public_id),
            complaint: episode.complaint.clone(),
            payer: coverage.map(|c| payer_words(c, c.payer_id.and_then(|id| payers.get(&id)))),
            received_on: r.received_on,
            converted_on: r.converted_on,
            next_visit_on: booked.get(&episode.id).copied(),
            card: counted.get(&episode.id).map(|e| e.card(today)).unwrap_or_default(),
            runs_out: r.state == ReferralState::Converted && counted.get(&episode.id).is_some_and(|e| e.runs_out(today)),
        };
        Some((r.id, row))
    };
    Ok(referrals.iter().filter_map(one).collect())
}

fn payer_words(coverage: &coverage::Model, payer: Option<&payer::Model>) -> String {
    payer.map_or_else(|| coverage.kind.label().to_string(), |p| p.name.clone())
}

/// Gathers a referral.
pub async fn referral(db: &impl ConnectionTrait, id: i64, today: NaiveDate) -> Result<ReferralView> {
    let row = store::row(db, id).await?;
    let patient = crate::patients::row(db, row.patient_id).await?;
    let provider = db::by_id::<provider::Entity>(db, row.provider_id).await?;
    let office = db::by_id::<organization::Entity>(db, row.organization_id).await?;
    let ordering = db::by_id::<provider::Entity>(db, row.ordering_provider_id).await?;
    let episode = store::episode_of(db, id).await?;
    let orders = store::orders_of(db, &[episode.id]).await?;
    let mut counted = store::episodes_for_counting(db, &[episode.id]).await?;
    let mut shown = counted_orders(db, &orders, &counted, today).await?;
    let counted = counted.remove(&episode.id).unwrap_or_default();
    let in_use = counted.shown(today);
    Ok(ReferralView {
        id: row.public_id,
        may_become: row.state.may_become().to_vec(),
        patient: PatientRef::of(&patient),
        patient_phone: patient.phone.as_deref().map(|p| Phone::show(p, patient.phone_extension.as_deref())),
        source: source_words(row.source_kind, provider.as_ref()),
        provider: provider.as_ref().map(PersonRef::provider),
        organization_id: office.as_ref().map(|o| o.public_id),
        organization: office.map(|o| o.name),
        ordering_provider: ordering.as_ref().map(PersonRef::provider),
        document_id: store::document_of(db, row.document_id).await?,
        episode: episode_view(db, episode).await?,
        card: counted.card(today),
        runs_out: row.state == ReferralState::Converted && counted.runs_out(today),
        prescription_id: orders.iter().find(|o| Some(o.id) == in_use).map(|o| o.public_id),
        prescriptions: orders.iter().filter_map(|o| shown.remove(&o.id)).collect(),
        history: moves(db, "referral", id).await?,
        number: row.number,
        state: row.state,
        source_kind: row.source_kind,
        received_at: row.received_at,
        received_on: row.received_on,
        converted_on: row.converted_on,
        channel: row.channel,
        urgency: row.urgency,
        reason: row.reason,
        coverage_guess: row.coverage_guess,
        lost_reason: row.lost_reason,
        lost_note: row.lost_note,
        version: row.version,
    })
}

async fn episode_view(db: &impl ConnectionTrait, row: episode::Model) -> Result<EpisodeView> {
    let coverage = db::by_id::<coverage::Entity>(db, row.coverage_id).await?;
    let payer = db::by_id::<payer::Entity>(db, coverage.as_ref().and_then(|c| c.payer_id)).await?;
    let therapist = db::by_id::<therapist::Entity>(db, row.therapist_id).await?;
    Ok(EpisodeView {
        id: row.public_id,
        therapist_id: therapist.as_ref().map(|t| t.public_id),
        therapist: therapist.as_ref().map(therapist_name),
        coverage_id: coverage.as_ref().map(|c| c.public_id),
        payer_id: payer.as_ref().map(|p| p.public_id),
        payer: coverage.as_ref().map(|c| payer_words(c, payer.as_ref())),
        coverage_kind: coverage.as_ref().map(|c| c.kind),
        injured_on: coverage.as_ref().and_then(|c| c.injured_on),
        authorization_no: coverage.as_ref().and_then(|c| c.authorization_no.clone()),
        complaint: row.complaint,
        diagnoses: row.diagnoses,
        started_on: row.started_on,
        discharged_on: row.discharged_on,
        discharge_reason: row.discharge_reason,
    })
}

/// Gathers one order.
pub async fn prescription(db: &impl ConnectionTrait, id: i64, today: NaiveDate) -> Result<PrescriptionView> {
    let row = store::prescription_row(db, id).await?;
    prescriptions(db, &[row], today).await?.remove(&id).ok_or(AppError::NotFound("prescription"))
}

/// Gathers several orders, with a fixed number of queries.
pub async fn prescriptions(
    db: &impl ConnectionTrait,
    orders: &[prescription::Model],
    today: NaiveDate,
) -> Result<HashMap<i64, PrescriptionView>> {
    let episode_ids: HashSet<i64> = orders.iter().map(|o| o.episode_id).collect();
    let counted = store::episodes_for_counting(db, &episode_ids.into_iter().collect::<Vec<_>>()).await?;
    counted_orders(db, orders, &counted, today).await
}

/// The same where the visits of their episodes are counted already.
async fn counted_orders(
    db: &impl ConnectionTrait,
    orders: &[prescription::Model],
    counted: &HashMap<i64, Episode>,
    today: NaiveDate,
) -> Result<HashMap<i64, PrescriptionView>> {
    let episodes = db::by_ids::<episode::Entity>(db, orders.iter().map(|o| o.episode_id)).await?;
    let referrals = db::by_ids::<referral::Entity>(db, episodes.values().map(|e| e.referral_id)).await?;
    let prescribers = db::by_ids::<provider::Entity>(db, orders.iter().map(|o| o.prescriber_id)).await?;
    let renewed = db::by_ids::<prescription::Entity>(db, orders.iter().filter_map(|o| o.renewal_of_id)).await?;
    let documents = store::document_ids(db, orders.iter().filter_map(|o| o.document_id).collect()).await?;
    let counts: HashMap<i64, Count> = counted.iter().map(|(id, e)| (*id, e.counted())).collect();
    let mut shown = HashMap::new();
    for order in orders {
        let Some(episode) = episodes.get(&order.episode_id) else { continue };
        let Some(referral) = referrals.get(&episode.referral_id) else { continue };
        let Some(prescriber) = prescribers.get(&order.prescriber_id) else { continue };
        let Some(count) = counts.get(&episode.id) else { continue };
        let document_id = order.document_id.and_then(|id| documents.get(&id).copied());
        let renewal_of = order.renewal_of_id.and_then(|id| renewed.get(&id)).map(|p| p.public_id);
        shown.insert(order.id, order_view(order, referral, prescriber, count, document_id, renewal_of, today));
    }
    Ok(shown)
}

fn order_view(
    order: &prescription::Model,
    referral: &referral::Model,
    prescriber: &provider::Model,
    count: &Count,
    document_id: Option<Uuid>,
    renewal_of: Option<Uuid>,
    today: NaiveDate,
) -> PrescriptionView {
    let used = count.used.get(&order.id).copied().unwrap_or(0);
    PrescriptionView {
        id: order.public_id,
        referral_id: referral.public_id,
        prescriber: PersonRef::provider(prescriber),
        state: state(&store::countable(order), count, today),
        missing: missing(&order.diagnoses.0, order.signed_on, order.visits_authorized).into_iter().map(String::from).collect(),
        is_ambiguous: is_ambiguous(order.visits_stated, order.frequency_min, order.frequency_max),
        diagnoses: order.diagnoses.clone(),
        services: order.services.clone(),
        words: order.words.clone(),
        units_per_visit: order.units_per_visit,
        minutes_per_visit: order.minutes_per_visit,
        frequency_min: order.frequency_min,
        frequency_max: order.frequency_max,
        duration_weeks: order.duration_weeks,
        visits_authorized: order.visits_authorized,
        visits_used: used,
        visits_left: std::cmp::max(0, order.visits_authorized.unwrap_or(0) - used),
        signed_on: order.signed_on,
        signature_kind: order.signature_kind,
        valid_from: order.valid_from,
        valid_to: count.last_days.get(&order.id).copied().flatten(),
        valid_days_after_first: order.valid_days_after_first,
        no_expiration: order.no_expiration,
        precautions: order.precautions.clone(),
        goals: order.goals.clone(),
        medically_necessary: order.medically_necessary,
        renewal_of,
        document_id,
        version: order.version,
        stated: Stated { visits: order.visits_stated, valid_to: order.valid_to },
    }
}

impl PrescriptionView {
    /// The order as it would be typed, for the form that changes it.
    pub fn as_typed(&self) -> NewPrescription {
        let text = |value: &Option<String>| Text::new(value.as_deref().unwrap_or_default());
        let number = |value: Option<i64>| Text::from(value.map(|n| n.to_string()).unwrap_or_default());
        let day = |value: Option<NaiveDate>| Text::from(value.map(|d| d.to_string()).unwrap_or_default());
        NewPrescription {
            referral: self.referral_id.to_string().into(),
            prescriber: self.prescriber.id.to_string().into(),
            diagnoses: TextList::from(self.diagnoses.0.as_slice()),
            services: TextList::from(self.services.0.as_slice()),
            words: text(&self.words),
            units_per_visit: number(self.units_per_visit),
            minutes_per_visit: number(self.minutes_per_visit),
            frequency: Text::default(),
            frequency_min: number(self.frequency_min),
            frequency_max: number(self.frequency_max),
            duration_weeks: number(self.duration_weeks),
            visits: number(self.stated.visits),
            valid_from: day(self.valid_from),
            valid_to: day(self.stated.valid_to),
            valid_days_after_first: number(self.valid_days_after_first),
            no_expiration: if self.no_expiration { "yes" } else { "" }.into(),
            signed_on: day(self.signed_on),
            signature_kind: self.signature_kind.map_or("", SignatureKind::word).into(),
            precautions: text(&self.precautions),
            goals: text(&self.goals),
            medically_necessary: self.medically_necessary.to_string().into(),
            renewal_of: Text::default(),
            replaces: Text::default(),
            document: self.document_id.map(|id| id.to_string()).unwrap_or_default().into(),
            version: self.version.to_string().into(),
        }
    }
}

impl ReferralView {
    /// What of the referral may be changed, as it would be typed.
    pub fn as_typed(&self) -> super::Correction {
        let text = |value: &Option<String>| Text::new(value.as_deref().unwrap_or_default());
        let id = |value: Option<Uuid>| Text::from(value.map(|id| id.to_string()).unwrap_or_default());
        super::Correction {
            complaint: text(&self.episode.complaint),
            reason: text(&self.reason),
            urgency: self.urgency.word().into(),
            therapist: id(self.episode.therapist_id),
            coverage: id(self.episode.coverage_id),
            diagnoses: TextList::from(self.episode.diagnoses.0.as_slice()),
            source_kind: self.source_kind.map_or("", SourceKind::word).into(),
            provider: id(self.provider.as_ref().map(|p| p.id)),
            document: Text::default(),
            version: self.version.to_string().into(),
        }
    }
}
