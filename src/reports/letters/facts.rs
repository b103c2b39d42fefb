//! Gathers what a report is made of: signed notes, the visits they belong to, the order they stand on. A fixed number of queries,
//! however many visits or patients there are.

use super::letter::Letter;
use super::parties::{Parties, letterhead};
use super::{copies, introduced, month, store, unseen};
use crate::app::App;
use crate::care;
use crate::care::measure::Instrument;
use crate::care::visit::VisitState;
use crate::db;
use crate::entity::report::Model as Report;
use crate::entity::{coverage, episode, measure, note, patient, visit};
use crate::error::{AppError, Result};
use crate::mail::kinds::{Ask, Correction, DischargeLetter, Head, InitialReport, PatientLine, ProgressReport, Recipient, RenewalRequest};
use crate::patients;
use crate::payers::payer::CoverageKind;
use crate::practice;
use crate::referrals;
use crate::referrals::counting::{Attended, count, shown_order};
use crate::reports::course::{Facts, Note, Order, Visit};
use crate::reports::discharge_letter::{self, Ending};
use crate::reports::initial_report::{self, Opening};
use crate::reports::origins::{self, Origin, origins};
use crate::reports::report::ReportKind;
use crate::reports::wording::Wording;
use crate::reports::{progress_report, renewal_request};
use crate::types::Month;
use chrono::NaiveDate;
use sea_orm::ConnectionTrait;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// A report as it would be written now, and what stands behind it.
pub struct Gathered {
    pub letter: Letter,
    pub parties: Parties,
    /// What we would say where the therapist says nothing; none where nothing can be said differently.
    pub ours: Option<Wording>,
    /// The signed notes that it is made of,
    pub note_ids: Vec<i64>,
    /// and which of its numbers stands in which of them.
    pub origins: Vec<Origin>,
    /// Whom it tells about.
    pub patient_ids: Vec<i64>,
    pub unsigned: Vec<Unsigned>,
    /// Patients who are left out because they asked for it.
    pub left_out: usize,
    pub is_quiet: bool,
}

/// An attended visit in the span of the report whose note is not signed.
#[derive(Clone, Debug)]
pub struct Unsigned {
    pub on: NaiveDate,
    pub visit_id: Uuid,
}

/// Gathers a report of any kind.
pub async fn gather(app: &App, db: &impl ConnectionTrait, report: &Report, wording: &Wording) -> Result<Gathered> {
    let parties = Box::pin(Parties::of(app, db, report)).await?;
    match (report.kind, report.episode_id, report.period_on) {
        (ReportKind::Introduction, ..) => introduced::gather(app, db, report, parties, wording).await,
        (ReportKind::MonthlySummary, _, Some(month)) => month::gather(app, db, report, parties, Month::of(month)).await,
        (kind, Some(_), _) if !kind.is_of_notes() => unseen::gather(app, db, report, parties, wording).await,
        (_, Some(_), _) => Course::of(app, db, report, &parties).await?.letter(app, db, report, parties, wording).await,
        _ => Err(AppError::NotFound("report")),
    }
}

/// The visits that reports tell of. Those that a patient pays alone within an insured episode are nobody's business but the patient's.
pub async fn told(db: &impl ConnectionTrait, episodes: &[episode::Model]) -> Result<Vec<visit::Model>> {
    Ok(told_and_paid(db, episodes).await?.0)
}

/// The same with what pays for the visits and the episodes, by id.
async fn told_and_paid(
    db: &impl ConnectionTrait,
    episodes: &[episode::Model],
) -> Result<(Vec<visit::Model>, HashMap<i64, coverage::Model>)> {
    let mut visits = store::visits_of(db, episodes.iter().map(|e| e.id).collect()).await?;
    let ids = visits.iter().filter_map(|v| v.coverage_id).chain(episodes.iter().filter_map(|e| e.coverage_id));
    let coverages = db::by_ids::<coverage::Entity>(db, ids).await?;
    let is_cash = |id: Option<i64>| id.and_then(|id| coverages.get(&id)).is_some_and(|c| c.kind == CoverageKind::Cash);
    let insured: HashSet<i64> = episodes.iter().filter(|e| !is_cash(e.coverage_id)).map(|e| e.id).collect();
    visits.retain(|v| !(insured.contains(&v.episode_id) && is_cash(v.coverage_id)));
    Ok((visits, coverages))
}

/// Visits with their notes, as reports count them.
pub struct Seen {
    pub visits: Vec<visit::Model>,
    coverages: HashMap<i64, coverage::Model>,
    notes: HashMap<i64, note::Model>,
    measures: Vec<measure::Model>,
}

impl Seen {
    pub async fn of(db: &impl ConnectionTrait, episodes: &[episode::Model]) -> Result<Self> {
        let (visits, coverages) = told_and_paid(db, episodes).await?;
        let notes = care::notes_of(db, &visits.iter().map(|v| v.id).collect::<Vec<_>>()).await?;
        let signed: Vec<i64> = notes.values().filter(|n| n.signed_at.is_some()).map(|n| n.id).collect();
        let measures = care::measures_of(db, &signed).await?;
        Ok(Self { visits, coverages, notes, measures })
    }

    /// Of the attended visits those alone that were told with these notes.
    fn told_with(&mut self, note_ids: &[i64]) {
        let notes = &self.notes;
        let is_told = |v: &visit::Model| notes.get(&v.id).is_some_and(|n| note_ids.contains(&n.id));
        self.visits.retain(|v| v.state != VisitState::Attended || is_told(v));
    }

    /// Whether reports tell of a visit at all.
    pub fn tells(&self, visit_id: i64) -> bool {
        self.visits.iter().any(|v| v.id == visit_id)
    }

    pub fn signed(&self, visit: &visit::Model) -> Option<&note::Model> {
        self.notes.get(&visit.id).filter(|n| n.signed_at.is_some())
    }

    pub fn of_episode(&self, episode_id: i64, until: NaiveDate) -> impl Iterator<Item = &visit::Model> {
        self.visits.iter().filter(move |v| v.episode_id == episode_id && v.visit_on <= until)
    }

    pub fn measures_of(&self, note: &note::Model) -> Vec<(Instrument, String, i64)> {
        let own = self.measures.iter().filter(|m| m.note_id == note.id);
        own.map(|m| (m.instrument, m.label.clone(), m.value_hundredths)).collect()
    }

    /// What fits of the signed notes of some visits, as the numbers of a report lead to them.
    pub fn origins_of<'a>(
        &self,
        visits: impl Iterator<Item = &'a visit::Model>,
        whose: Option<&str>,
        fits: fn(Instrument, &str) -> bool,
    ) -> Vec<Origin> {
        let measures = |note| self.measures_of(note).into_iter().filter(|(i, label, _)| fits(*i, label)).collect();
        let signed = visits.filter_map(|v| Some((v, self.signed(v)?)));
        let notes = signed.map(|(v, n)| origins::Signed { on: v.visit_on, visit_id: v.public_id, measures: measures(n) });
        origins(&notes.collect::<Vec<_>>(), whose)
    }

    fn mdc_of(&self, note: &note::Model) -> Vec<(String, i64)> {
        self.measures.iter().filter(|m| m.note_id == note.id).filter_map(|m| Some((m.label.clone(), m.mdc_hundredths?))).collect()
    }

    pub fn next_visit(&self, episode_id: i64, today: NaiveDate) -> Option<NaiveDate> {
        let ahead = self.visits.iter().filter(|v| v.episode_id == episode_id && v.state == VisitState::Booked && v.visit_on >= today);
        ahead.map(|v| v.visit_on).min()
    }
}

pub fn unsigned<'a>(seen: &Seen, visits: impl Iterator<Item = &'a visit::Model>) -> Vec<Unsigned> {
    let open = visits.filter(|v| v.state == VisitState::Attended && seen.signed(v).is_none());
    open.map(|v| Unsigned { on: v.visit_on, visit_id: v.public_id }).collect()
}

/// One course of treatment, up to the last visit that a report tells about.
struct Course {
    facts: Facts,
    patient: patient::Model,
    line: PatientLine,
    note_ids: Vec<i64>,
    origins: Vec<Origin>,
    unsigned: Vec<Unsigned>,
}

impl Course {
    async fn of(app: &App, db: &impl ConnectionTrait, report: &Report, parties: &Parties) -> Result<Self> {
        let episode = &parties.care()?.episode;
        let episode_id = episode.id;
        let patient = patients::row(db, episode.patient_id).await?;
        let until = report.span_to.unwrap_or(app.today());
        let mut seen = Seen::of(db, std::slice::from_ref(episode)).await?;
        if let Some(original) = report.copy_of_id {
            seen.told_with(&copies::notes_of(db, original).await?);
        }
        let mut services = care::services_by_visit(db, &seen.visits.iter().map(|v| v.id).collect::<Vec<_>>()).await?;
        let sent_at = store::last_sent_at(db, report.provider_id, episode_id, report.replaces_id.unwrap_or(report.id)).await?;
        let visits: Vec<&visit::Model> = seen.of_episode(episode_id, until).collect();
        let attended: Vec<&&visit::Model> = visits.iter().filter(|v| v.state == VisitState::Attended).collect();
        let signed: Vec<(&visit::Model, &note::Model)> = attended.iter().filter_map(|v| Some((**v, seen.signed(v)?))).collect();
        let note = |(visit, note): &(&visit::Model, &note::Model), services: Vec<care::visit::Service>| Note {
            on: visit.visit_on,
            measures: seen.measures_of(note),
            mdc: seen.mdc_of(note),
            services: services.into_iter().map(|s| (s.code, s.minutes, s.area)).collect(),
            goals: note.goals.0.clone(),
            assessment: note.assessment.clone(),
            plan: note.plan.clone(),
            flags: note.flags.clone(),
        };
        let facts = Facts {
            today: app.today(),
            visits: visits.iter().map(|v| Visit { on: v.visit_on, state: v.state, signed: seen.signed(v).is_some() }).collect(),
            notes: signed.iter().map(|pair| note(pair, services.remove(&pair.0.id).unwrap_or_default())).collect(),
            last_report_on: sent_at.map(|at| app.clock.day_of(at)),
            order: order(db, episode, until, &seen.visits).await?,
            next_visit_on: seen.next_visit(episode_id, app.today()),
        };
        Ok(Self {
            facts,
            line: patient_line(&patient, episode, &seen)?,
            note_ids: signed.iter().map(|(_, n)| n.id).collect(),
            origins: seen.origins_of(signed.iter().map(|(v, _)| *v), None, |_, _| true),
            unsigned: unsigned(&seen, visits.iter().copied()),
            patient,
        })
    }

    /// What opened it, as the reader knows it; of a copy, as the doctor knows it whose report that is.
    fn opening(parties: &Parties) -> Result<Opening> {
        let referral = &parties.care()?.referral;
        let provider = parties.original.as_ref().map_or(&parties.provider, |(_, provider)| provider);
        let sent = referral.provider_id == Some(provider.id);
        Ok(Opening {
            referred_on: sent.then_some(referral.received_on),
            wants: Some(provider.report_frequency),
            copy_of: parties.copy_of(),
        })
    }

    fn ending(&self, parties: &Parties) -> Result<Ending> {
        let episode = &parties.care()?.episode;
        Ok(Ending { on: episode.discharged_on.unwrap_or(self.facts.today), reason: episode.discharge_reason })
    }

    /// What the report says of it.
    async fn letter(self, app: &App, db: &impl ConnectionTrait, report: &Report, parties: Parties, wording: &Wording) -> Result<Gathered> {
        let head = head(app, db, report, &parties).await?;
        let ending = self.ending(&parties)?;
        // A question is for one doctor to answer.
        let asked = |ask: Option<Ask>| ask.filter(|_| report.copy_of_id.is_none());
        let (facts, by, patient) = (&self.facts, head.practice.clone(), self.line.clone());
        let (letter, ours) = match report.kind {
            ReportKind::RenewalRequest => {
                let (body, ask) = renewal_request::compose(facts, wording, &by);
                (Letter::from(RenewalRequest { head, patient, report: body, ask }), renewal_request::said(facts, wording, &by))
            }
            ReportKind::InitialReport => {
                let opening = Self::opening(&parties)?;
                let (body, ask) = initial_report::compose(facts, &opening, wording, &by);
                (Letter::from(InitialReport { head, patient, report: body, ask: asked(ask) }), initial_report::said(facts, &opening, &by))
            }
            ReportKind::DischargeLetter => {
                let body = discharge_letter::compose(facts, &ending, wording);
                (Letter::from(DischargeLetter { head, patient, report: body }), discharge_letter::said(facts, &ending))
            }
            _ => {
                let (body, ask) = progress_report::compose(facts, wording, &by);
                (Letter::from(ProgressReport { head, patient, report: body, ask: asked(ask) }), progress_report::said(facts, &by))
            }
        };
        Ok(Gathered {
            letter,
            parties,
            ours: Some(ours),
            note_ids: self.note_ids,
            origins: self.origins,
            patient_ids: vec![self.patient.id],
            unsigned: self.unsigned,
            left_out: 0,
            is_quiet: false,
        })
    }
}

/// What every report begins with: who writes, to whom, and what it takes the place of.
pub async fn head(app: &App, db: &impl ConnectionTrait, report: &Report, parties: &Parties) -> Result<Head> {
    Ok(Head {
        practice: parties.letterhead(),
        reference: report.reference.clone(),
        sent_on: app.today(),
        to: parties.recipient(),
        correction: correction(app, db, report).await?,
        copy_of: parties.copy_of(),
    })
}

/// The order that the visits stand on, as a report that tells of these visits counts it by a day.
pub async fn order(db: &impl ConnectionTrait, episode: &episode::Model, until: NaiveDate, told: &[visit::Model]) -> Result<Option<Order>> {
    let (mut counted, mut orders) = referrals::episode_and_orders(db, episode.id).await?;
    counted.attended.retain(|v| v.on <= until && told.iter().any(|t| t.id == v.id));
    let used = count(&counted.orders, &counted.attended);
    let Some(id) = shown_order(&counted.orders, &used, until) else {
        let diagnoses = episode.diagnoses.0.clone();
        return Ok((!diagnoses.is_empty()).then(|| Order { diagnoses, ..Order::default() }));
    };
    let at = orders.iter().position(|order| order.id == id).ok_or(AppError::NotFound("prescription"))?;
    let row = orders.swap_remove(at);
    // What no order covered before this one began is past an earlier one.
    let is_past_it = |v: &&Attended| used.covered_by.get(&v.id) == Some(&None) && row.valid_from.is_none_or(|from| v.on >= from);
    let over = counted.attended.iter().filter(is_past_it).count();
    Ok(Some(Order {
        id,
        prescriber_id: row.prescriber_id,
        per_week: row.frequency_max.or(row.frequency_min),
        services: row.services.0.clone(),
        units: row.units_per_visit,
        minutes: row.minutes_per_visit,
        diagnoses: if row.diagnoses.is_empty() { episode.diagnoses.0.clone() } else { row.diagnoses.0 },
        signed_on: row.signed_on,
        valid_from: row.valid_from,
        valid_to: used.last_days.get(&id).copied().flatten(),
        authorized: row.visits_authorized,
        used: used.used.get(&id).copied().unwrap_or(0),
        over: i64::try_from(over).unwrap_or(0),
    }))
}

fn patient_line(patient: &patient::Model, episode: &episode::Model, seen: &Seen) -> Result<PatientLine> {
    let injury = episode.coverage_id.and_then(|id| seen.coverages.get(&id)).filter(|c| c.kind.is_injury());
    Ok(PatientLine {
        name: patients::view::full_name(patient),
        born: born(patient)?,
        injured: injury.and_then(|c| c.injured_on),
        // A doctor of an injured worker files by the claim's number; nobody else needs it [domain 4.2].
        claim: injury.filter(|c| c.kind == CoverageKind::WorkersComp).and_then(|c| c.claim_no.clone()),
    })
}

/// Every report tells patients of one name apart by it.
pub fn born(patient: &patient::Model) -> Result<NaiveDate> {
    patient.born_on.ok_or_else(|| {
        AppError::conflict("The report names the patient's birth date, and it is not on file. Enter it on the patient's page first")
    })
}

/// What a mail to one of us begins with: what it is about stands where a letter says who treats. It may go before the settings are complete.
pub async fn head_to_ourselves(app: &App, about: &str, name: &str, reference: String) -> Result<Head> {
    let mut practice = letterhead(&practice::of(&app.db).await?, None);
    practice.therapist = about.into();
    for blank in [&mut practice.phone, &mut practice.street, &mut practice.city].into_iter().filter(|text| text.is_empty()) {
        *blank = "–".into();
    }
    let to = Recipient { name: name.into(), place: None, has_sent: true };
    Ok(Head { practice, reference, sent_on: app.today(), to, correction: None, copy_of: None })
}

/// An amended report says what it takes the place of.
async fn correction(app: &App, db: &impl ConnectionTrait, report: &Report) -> Result<Option<Correction>> {
    let Some(id) = report.replaces_id else { return Ok(None) };
    let before = store::row(db, id).await?;
    let at = before.released_at.unwrap_or(before.created_at);
    Ok(Some(Correction { of: app.clock.day_of(at), why: report.amend_reason.clone().unwrap_or_default() }))
}
