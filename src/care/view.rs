//! What pages and programs see of visits and notes.

use super::body::{self, Mark, NewMark};
use super::carried::{Copied, Part};
use super::measure::{Instrument, NewMeasure};
use super::note::{Goal, NewGoal, NewNote, NoteState};
use super::store::{self, BilledBy};
use super::visit::{NewService, NewVisit, Service, VisitState};
use crate::app::Actor;
use crate::audit::view::{MoveView, moves};
use crate::auth::role::{Reach, Thing};
use crate::db;
use crate::entity::{addendum, location, measure, note, patient, therapist, visit};
use crate::error::{AppError, Result};
use crate::patients::view::PatientRef;
use crate::payers::payer::CoverageKind;
use crate::practice::view::therapist_name;
use crate::referrals::card::{Card, Episode};
use crate::types::{Amount, Text, TextList, service_code};
use crate::{patients, payers, practice, referrals};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use schemars::JsonSchema;
use sea_orm::ConnectionTrait;
use serde::Serialize;
use std::collections::HashMap;
use uuid::Uuid;

/// A visit in a list.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct VisitRow {
    pub id: Uuid,
    pub visit_on: NaiveDate,
    pub starts_at: Option<NaiveTime>,
    pub ends_at: Option<NaiveTime>,
    pub state: VisitState,
    pub patient: PatientRef,
    pub therapist: String,
    /// draft, signed, or null where nothing was written yet.
    pub note_state: Option<NoteState>,
}

/// Everything about a visit that is not clinical text.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct VisitView {
    pub id: Uuid,
    pub visit_on: NaiveDate,
    pub starts_at: Option<NaiveTime>,
    pub ends_at: Option<NaiveTime>,
    pub state: VisitState,
    pub may_become: Vec<VisitState>,
    pub patient: PatientRef,
    pub referral_id: Uuid,
    pub referral_number: String,
    pub complaint: Option<String>,
    pub therapist_id: Uuid,
    pub therapist: String,
    pub coverage_id: Option<Uuid>,
    pub payer: Option<String>,
    pub coverage_kind: Option<CoverageKind>,
    pub place_of_service: String,
    /// Where it is, if not at the practice's own address.
    pub location_id: Option<Uuid>,
    pub location: Option<String>,
    pub services: Vec<ServiceView>,
    /// What the patient who pays alone is charged, before the discount; null for insured visits and where no fee is known.
    pub charge_cents: Option<i64>,
    pub discount_cents: i64,
    pub discount_reason: Option<String>,
    pub cover: Cover,
    /// The visit card of its referral.
    pub card: Card,
    pub note_id: Option<Uuid>,
    pub note_state: Option<NoteState>,
    /// The claims that this visit is billed by.
    pub claims: Vec<BilledBy>,
    pub history: Vec<MoveView>,
    pub version: i64,
}

/// Hands-on minutes, with our word for the code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ServiceView {
    pub code: String,
    pub label: String,
    pub minutes: Option<i64>,
    pub area: Option<String>,
}

impl ServiceView {
    pub fn of(service: Service) -> Self {
        Self { label: service_code::label(&service.code).to_string(), code: service.code, minutes: service.minutes, area: service.area }
    }

    pub fn as_typed(&self) -> NewService {
        NewService {
            code: Text::new(&self.code),
            minutes: self.minutes.map(|m| m.to_string()).unwrap_or_default().into(),
            area: Text::new(self.area.as_deref().unwrap_or_default()),
        }
    }
}

/// Whether an order covers the visit.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct Cover {
    /// The place of an attended visit in its episode: 13 of 12 is the first past the order.
    pub place: Option<i64>,
    pub prescription_id: Option<Uuid>,
    /// For an attended visit: whether an order covers it.
    pub covered: Option<bool>,
    /// What to tell the one who books or enters it.
    pub caution: Option<String>,
}

/// Counts a visit among those of its episode.
async fn cover(db: &impl ConnectionTrait, visit: &visit::Model, episode: &Episode, today: NaiveDate) -> Result<Cover> {
    let counted = episode.counted();
    let needs_order = needs_order(db, visit).await?;
    let authorized: i64 = episode.orders.iter().filter_map(|o| o.visits).sum();
    match (visit.state, counted.covered_by.get(&visit.id)) {
        (VisitState::Attended, Some(order)) => {
            let place = counted.place.get(&visit.id).copied();
            let id = match order {
                Some(id) => Some(referrals::prescription_row(db, *id).await?.public_id),
                None => None,
            };
            let words = || match (place, authorized) {
                (_, 0) => "No order covers this visit. Its claim waits for one".to_string(),
                (Some(place), n) if place > n => format!("This is visit {place} of {n}. No order covers it; ask for a renewal"),
                _ => "This visit lies outside the dates of the order. No order covers it".to_string(),
            };
            Ok(Cover { place, prescription_id: id, covered: Some(order.is_some()), caution: (order.is_none() && needs_order).then(words) })
        }
        (VisitState::Booked | VisitState::Arrived, _) if needs_order => {
            let day = std::cmp::max(visit.visit_on, today);
            let next = referrals::counting::next_order(&episode.orders, &episode.attended, day, None);
            let caution = next.is_none().then(|| {
                let used = episode.attended.len() + 1;
                if authorized == 0 {
                    "There is no order yet. The visit is not covered until there is one".into()
                } else {
                    format!("This would be visit {used} of {authorized}, or past the order's last day. No order covers it")
                }
            });
            Ok(Cover { caution, ..Cover::default() })
        }
        _ => Ok(Cover::default()),
    }
}

/// Only a payer that asks for an order makes its absence matter; "unknown" counts as asking.
async fn needs_order(db: &impl ConnectionTrait, visit: &visit::Model) -> Result<bool> {
    let Some(coverage) = super::coverage_of_visit(db, visit).await? else { return Ok(true) };
    let Some(payer_id) = coverage.payer_id else { return Ok(false) };
    let sheet = payers::sheet_on(db, payer_id, visit.visit_on).await?;
    Ok(sheet.and_then(|(s, _)| s.requires_prescription) != Some(false))
}

/// Several visits for a list, with a fixed number of queries.
pub async fn rows(db: &impl ConnectionTrait, visits: &[visit::Model]) -> Result<HashMap<i64, VisitRow>> {
    let ids: Vec<i64> = visits.iter().map(|v| v.id).collect();
    let patients = db::by_ids::<patient::Entity>(db, visits.iter().map(|v| v.patient_id)).await?;
    let therapists = db::by_ids::<therapist::Entity>(db, visits.iter().map(|v| v.therapist_id)).await?;
    let notes = store::notes_of(db, &ids).await?;
    let one = |v: &visit::Model| {
        let row = VisitRow {
            id: v.public_id,
            visit_on: v.visit_on,
            starts_at: v.starts_at,
            ends_at: v.ends_at,
            state: v.state,
            patient: PatientRef::of(patients.get(&v.patient_id)?),
            therapist: therapist_name(therapists.get(&v.therapist_id)?),
            note_state: notes.get(&v.id).map(|n| n.state),
        };
        Some((v.id, row))
    };
    Ok(visits.iter().filter_map(one).collect())
}

/// Gathers a visit.
pub async fn visit(db: &impl ConnectionTrait, by: &Actor, id: i64, today: NaiveDate) -> Result<VisitView> {
    let row = store::visit_row(db, id).await?;
    let episode = referrals::episode_row(db, row.episode_id).await?;
    let referral = referrals::row(db, episode.referral_id).await?;
    let patient = patients::row(db, row.patient_id).await?;
    let therapist = practice::find_therapist_row(db, row.therapist_id).await?;
    let coverage = super::coverage_of_visit(db, &row).await?;
    let coverage = match coverage {
        Some(c) => Some(patients::view::coverage(db, c.id).await?),
        None => None,
    };
    let location = db::by_id::<location::Entity>(db, row.location_id).await?;
    let note = store::note_of(db, id).await?;
    let counted = referrals::episode_for_counting(db, row.episode_id).await?;
    let sees_notes = by.rights(Thing::Notes).read != Reach::None;
    let sees_claims = by.rights(Thing::Claims).to_see("claim").is_ok();
    Ok(VisitView {
        id: row.public_id,
        may_become: row.state.may_become().to_vec(),
        patient: PatientRef::of(&patient),
        referral_id: referral.public_id,
        referral_number: referral.number,
        complaint: episode.complaint,
        therapist_id: therapist.public_id,
        therapist: therapist_name(&therapist),
        coverage_id: coverage.as_ref().map(|c| c.id),
        coverage_kind: coverage.as_ref().map(|c| c.kind),
        payer: coverage.map(|c| c.payer),
        services: store::services_of(db, id).await?.into_iter().map(ServiceView::of).collect(),
        cover: cover(db, &row, &counted, today).await?,
        card: counted.card(today),
        note_id: note.as_ref().filter(|_| sees_notes).map(|n| n.public_id),
        note_state: note.map(|n| n.state),
        claims: if sees_claims { store::claims_of(db, id).await? } else { Vec::new() },
        history: moves(db, "visit", id).await?,
        visit_on: row.visit_on,
        starts_at: row.starts_at,
        ends_at: row.ends_at,
        state: row.state,
        place_of_service: row.place_of_service,
        location_id: location.as_ref().map(|place| place.public_id),
        location: location.map(|place| place.name),
        charge_cents: row.charge_cents,
        discount_cents: row.discount_cents,
        discount_reason: row.discount_reason,
        version: row.version,
    })
}

/// A note with its measurements, minutes and addenda.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct NoteView {
    pub id: Uuid,
    pub visit_id: Uuid,
    pub visit_on: NaiveDate,
    pub state: NoteState,
    pub author: Option<String>,
    pub therapist: String,
    pub subjective: String,
    pub objective: String,
    pub assessment: String,
    pub plan: String,
    pub work_status: String,
    pub restrictions: String,
    pub flags: String,
    pub goals: Vec<Goal>,
    pub measures: Vec<MeasureView>,
    pub services: Vec<ServiceView>,
    pub body: Vec<MarkView>,
    /// What was carried on from the note before, and whether it was read again.
    pub copied: Vec<CopiedView>,
    pub signed_at: Option<DateTime<Utc>>,
    pub addenda: Vec<AddendumView>,
    pub updated_at: DateTime<Utc>,
    pub version: i64,
}

/// A marked region of the body chart.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct MarkView {
    pub region: String,
    /// `Top of the shoulder, right`.
    pub name: String,
    pub word: Option<String>,
}

/// A part that says what the note before said.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CopiedView {
    pub part: Part,
    pub name: &'static str,
    pub from_on: NaiveDate,
    pub confirmed: bool,
}

/// One measurement.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct MeasureView {
    pub instrument: Instrument,
    pub label: String,
    /// `Pain now`, `Neck rotation, left`.
    pub title: String,
    /// Hundredths of the scored value (percent for the indices).
    pub value_hundredths: i64,
    /// As people read it: `3`, `36%`, `62°`.
    pub shown: String,
    pub answered: Option<i64>,
    /// The answers as they were given, in the order of the form; empty where there was none.
    pub items: Vec<String>,
    /// What the answers add up to, where that is what is typed (18 of 50).
    pub sum: Option<i64>,
    /// What the score is called: `moderate disability`.
    pub band: Option<&'static str>,
    /// `9 of 10 items answered`, where some were left out.
    pub omitted: String,
    /// What a count said of its range and of the smallest change that means something, in hundredths.
    pub least_hundredths: Option<i64>,
    pub most_hundredths: Option<i64>,
    pub mdc_hundredths: Option<i64>,
    /// The same in words; empty for the instruments that have their own.
    pub scale: String,
}

impl MeasureView {
    pub fn of(row: &measure::Model) -> Self {
        let sheet = row.instrument.sheet();
        let asked = sheet.items.map_or(0, |i| i.count as i64);
        let omitted = row.answered.filter(|n| *n < asked).map(|n| format!("{n} of {asked} items answered"));
        Self {
            sum: sheet.types_sum().then(|| sheet.sum_of(row.value_hundredths, row.answered.unwrap_or(asked))),
            band: sheet.band(row.value_hundredths),
            omitted: omitted.unwrap_or_default(),
            instrument: row.instrument,
            label: row.label.clone(),
            title: row.instrument.title(&row.label),
            value_hundredths: row.value_hundredths,
            shown: row.instrument.show(row.value_hundredths),
            answered: row.answered,
            items: row.items.clone().unwrap_or_default().0,
            least_hundredths: row.least_hundredths,
            most_hundredths: row.most_hundredths,
            mdc_hundredths: row.mdc_hundredths,
            scale: row.scale().words(),
        }
    }
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct AddendumView {
    pub id: Uuid,
    pub words: String,
    pub reason: String,
    pub by: String,
    pub at: DateTime<Utc>,
}

/// Gathers a note.
pub async fn note(db: &impl ConnectionTrait, id: i64) -> Result<NoteView> {
    let row = store::note_row(db, id).await?;
    notes(db, vec![row]).await?.pop().ok_or(AppError::NotFound("note"))
}

/// Gathers several notes, with a fixed number of queries.
pub async fn notes(db: &impl ConnectionTrait, rows: Vec<note::Model>) -> Result<Vec<NoteView>> {
    let ids: Vec<i64> = rows.iter().map(|n| n.id).collect();
    let visit_ids: Vec<i64> = rows.iter().map(|n| n.visit_id).collect();
    let visits = db::by_ids::<visit::Entity>(db, visit_ids.iter().copied()).await?;
    let therapists = db::by_ids::<therapist::Entity>(db, rows.iter().map(|n| n.therapist_id)).await?;
    let authors = crate::auth::names_of(db, rows.iter().filter_map(|n| n.author_user_id).collect()).await?;
    let measures = store::measures_of(db, &ids).await?;
    let addenda = store::addenda_of(db, &ids).await?;
    let mut services = store::services_by_visit(db, &visit_ids).await?;
    let one = |row: note::Model| {
        let visit = visits.get(&row.visit_id)?;
        let therapist = therapists.get(&row.therapist_id)?;
        Some(NoteView {
            id: row.public_id,
            visit_id: visit.public_id,
            visit_on: visit.visit_on,
            author: row.author_user_id.and_then(|id| authors.get(&id).cloned()),
            therapist: therapist_name(therapist),
            measures: measures.iter().filter(|m| m.note_id == row.id).map(MeasureView::of).collect(),
            services: services.remove(&row.visit_id).unwrap_or_default().into_iter().map(ServiceView::of).collect(),
            addenda: addenda.iter().filter(|a| a.note_id == row.id).map(AddendumView::of).collect(),
            goals: row.goals.0,
            body: row.body.unwrap_or_default().0.into_iter().map(MarkView::of).collect(),
            copied: row.copied.unwrap_or_default().0.iter().map(CopiedView::of).collect(),
            state: row.state,
            subjective: row.subjective,
            objective: row.objective,
            assessment: row.assessment,
            plan: row.plan,
            work_status: row.work_status,
            restrictions: row.restrictions,
            flags: row.flags,
            signed_at: row.signed_at,
            updated_at: row.updated_at,
            version: row.version,
        })
    };
    Ok(rows.into_iter().filter_map(one).collect())
}

impl MarkView {
    fn of(mark: Mark) -> Self {
        let name = body::region(&mark.region).map_or_else(|| mark.region.clone(), |r| r.name.to_string());
        Self { name, region: mark.region, word: mark.word }
    }
}

impl CopiedView {
    fn of(copy: &Copied) -> Self {
        Self { part: copy.part, name: copy.part.label(), from_on: copy.from_on, confirmed: copy.confirmed }
    }
}

impl AddendumView {
    fn of(row: &addendum::Model) -> Self {
        Self { id: row.public_id, words: row.words.clone(), reason: row.reason.clone(), by: row.actor_name.clone(), at: row.at }
    }
}

impl VisitView {
    /// The visit as it would be typed, for the form that changes it.
    pub fn as_typed(&self) -> NewVisit {
        let time = |t: Option<NaiveTime>| Text::from(t.map(|t| t.format("%H:%M:%S").to_string()).unwrap_or_default());
        NewVisit {
            referral: self.referral_id.to_string().into(),
            therapist: self.therapist_id.to_string().into(),
            coverage: self.coverage_id.map(|id| id.to_string()).unwrap_or_default().into(),
            visit_on: self.visit_on.to_string().into(),
            starts_at: time(self.starts_at),
            ends_at: time(self.ends_at),
            place_of_service: Text::new(&self.place_of_service),
            location: self.location_id.map(|id| id.to_string()).unwrap_or_default().into(),
            state: Text::default(),
            services: self.services.iter().map(ServiceView::as_typed).collect(),
            discount_cents: if self.discount_cents == 0 { Amount::Blank } else { Amount::Cents(self.discount_cents) },
            discount_reason: Text::new(self.discount_reason.as_deref().unwrap_or_default()),
            version: self.version.to_string().into(),
        }
    }
}

impl NoteView {
    /// The note as it would be typed, for the form that goes on with it.
    pub fn as_typed(&self) -> NewNote {
        let goal = |g: &Goal| NewGoal {
            text: Text::new(&g.text),
            state: g.state.word().into(),
            detail: Text::new(g.detail.as_deref().unwrap_or_default()),
        };
        NewNote {
            visit: self.visit_id.to_string().into(),
            subjective: Text::new(&self.subjective),
            objective: Text::new(&self.objective),
            assessment: Text::new(&self.assessment),
            plan: Text::new(&self.plan),
            work_status: Text::new(&self.work_status),
            restrictions: Text::new(&self.restrictions),
            flags: Text::new(&self.flags),
            goals: self.goals.iter().map(goal).collect(),
            measures: self.measures.iter().map(MeasureView::as_typed).collect(),
            services: self.services.iter().map(ServiceView::as_typed).collect(),
            body: self.body.iter().map(MarkView::as_typed).collect(),
            copy: TextList::default(),
            confirmed: TextList(self.copied.iter().filter(|c| c.confirmed).map(|c| c.part.word().into()).collect()),
            version: self.version.to_string().into(),
        }
    }
}

impl MarkView {
    fn as_typed(&self) -> NewMark {
        NewMark { region: self.region.as_str().into(), word: self.word.clone().unwrap_or_default().into() }
    }
}

impl MeasureView {
    /// A value of its own, for tests of what is made of it.
    #[cfg(test)]
    pub fn bare(instrument: Instrument, label: &str, value_hundredths: i64) -> Self {
        Self::of(&measure::Model {
            id: 0,
            note_id: 0,
            episode_id: 0,
            instrument,
            label: label.into(),
            position: 1,
            value_hundredths,
            answered: None,
            items: None,
            least_hundredths: None,
            most_hundredths: None,
            mdc_hundredths: None,
        })
    }

    /// The measurement as it would be typed: for the two indices the raw sum; where there are answers, they alone.
    pub fn as_typed(&self) -> NewMeasure {
        let value = match self.sum {
            _ if !self.items.is_empty() => String::new(),
            Some(sum) => sum.to_string(),
            None => crate::types::Money(self.value_hundredths).plain(),
        };
        let plain = |hundredths: Option<i64>| Text::new(hundredths.map(|h| crate::types::Money(h).plain()).unwrap_or_default());
        NewMeasure {
            instrument: self.instrument.word().into(),
            label: Text::new(&self.label),
            value: value.into(),
            answered: self.answered.map(|n| n.to_string()).unwrap_or_default().into(),
            items: self.items.iter().map(Text::new).collect(),
            least: plain(self.least_hundredths),
            most: plain(self.most_hundredths),
            mdc: plain(self.mdc_hundredths),
        }
    }
}
