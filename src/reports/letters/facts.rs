//! Gathers what a report is made of: signed notes, the visits they belong to, the order they stand on. A fixed number of queries,
//! however many visits or patients there are.

use super::letter::Letter;
use super::store;
use crate::app::App;
use crate::care;
use crate::care::measure::Instrument;
use crate::care::visit::VisitState;
use crate::db;
use crate::entity::report::Model as Report;
use crate::entity::{coverage, episode, measure, note, patient, provider, referral, visit};
use crate::error::{AppError, Result};
use crate::mail::kinds::{Correction, Letterhead, MonthlySummary, PatientLine, ProgressReport, Recipient};
use crate::network;
use crate::patients;
use crate::payers::payer::CoverageKind;
use crate::practice;
use crate::referrals;
use crate::referrals::counting::{count, shown_order};
use crate::referrals::referral::{LostReason, ReferralState};
use crate::reports::monthly_summary::{self, Measured, Patient, Stands};
use crate::reports::progress_report::{self, Facts, Note, Order, Visit};
use crate::reports::wording::Wording;
use crate::types::{Month, Phone};
use chrono::{NaiveDate, NaiveTime};
use sea_orm::ConnectionTrait;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// A report as it would be written now, and what stands behind it.
pub struct Gathered {
    pub letter: Letter,
    /// What we would say where the therapist says nothing.
    pub ours: Option<progress_report::Said>,
    /// The signed notes that it is made of.
    pub note_ids: Vec<i64>,
    /// Whom it tells about.
    pub patient_ids: Vec<i64>,
    pub unsigned: Vec<Unsigned>,
    /// Patients who are left out because they asked for it.
    pub left_out: usize,
    pub attended: usize,
    pub is_quiet: bool,
}

/// An attended visit in the span of the report whose note is not signed.
#[derive(Clone, Debug)]
pub struct Unsigned {
    pub on: NaiveDate,
    pub visit_id: Uuid,
}

/// Gathers a report of either kind.
pub async fn gather(app: &App, db: &impl ConnectionTrait, report: &Report, wording: &Wording) -> Result<Gathered> {
    match (report.episode_id, report.period_on) {
        (Some(episode_id), _) => progress(app, db, report, episode_id, wording).await,
        (None, Some(month)) => summary(app, db, report, Month::of(month)).await,
        (None, None) => Err(AppError::NotFound("report")),
    }
}

/// Visits with their notes, as reports count them.
struct Seen {
    visits: Vec<visit::Model>,
    notes: HashMap<i64, note::Model>,
    measures: Vec<measure::Model>,
}

impl Seen {
    /// Visits that a patient pays alone within an insured episode are nobody's business but the patient's.
    async fn of(db: &impl ConnectionTrait, episodes: &[episode::Model]) -> Result<Self> {
        let mut visits = store::visits_of(db, episodes.iter().map(|e| e.id).collect()).await?;
        let ids = visits.iter().filter_map(|v| v.coverage_id).chain(episodes.iter().filter_map(|e| e.coverage_id));
        let coverages = db::by_ids::<coverage::Entity>(db, ids).await?;
        let is_cash = |id: Option<i64>| id.and_then(|id| coverages.get(&id)).is_some_and(|c| c.kind == CoverageKind::Cash);
        visits.retain(|v| {
            let insured = episodes.iter().find(|e| e.id == v.episode_id).is_some_and(|e| !is_cash(e.coverage_id));
            !(insured && is_cash(v.coverage_id))
        });
        let notes = care::notes_of(db, &visits.iter().map(|v| v.id).collect::<Vec<_>>()).await?;
        let signed: Vec<i64> = notes.values().filter(|n| n.signed_at.is_some()).map(|n| n.id).collect();
        let measures = care::measures_of(db, &signed).await?;
        Ok(Self { visits, notes, measures })
    }

    fn signed(&self, visit: &visit::Model) -> Option<&note::Model> {
        self.notes.get(&visit.id).filter(|n| n.signed_at.is_some())
    }

    fn of_episode(&self, episode_id: i64, until: NaiveDate) -> impl Iterator<Item = &visit::Model> {
        self.visits.iter().filter(move |v| v.episode_id == episode_id && v.visit_on <= until)
    }

    fn measures_of(&self, note: &note::Model) -> Vec<(Instrument, String, i64)> {
        let own = self.measures.iter().filter(|m| m.note_id == note.id);
        own.map(|m| (m.instrument, m.label.clone(), m.value_hundredths)).collect()
    }

    fn mdc_of(&self, note: &note::Model) -> Vec<(String, i64)> {
        self.measures.iter().filter(|m| m.note_id == note.id).filter_map(|m| Some((m.label.clone(), m.mdc_hundredths?))).collect()
    }

    fn next_visit(&self, episode_id: i64, today: NaiveDate) -> Option<NaiveDate> {
        let ahead = self.visits.iter().filter(|v| v.episode_id == episode_id && v.state == VisitState::Booked && v.visit_on >= today);
        ahead.map(|v| v.visit_on).min()
    }
}

fn unsigned<'a>(seen: &Seen, visits: impl Iterator<Item = &'a visit::Model>) -> Vec<Unsigned> {
    let open = visits.filter(|v| v.state == VisitState::Attended && seen.signed(v).is_none());
    open.map(|v| Unsigned { on: v.visit_on, visit_id: v.public_id }).collect()
}

async fn progress(app: &App, db: &impl ConnectionTrait, report: &Report, episode_id: i64, wording: &Wording) -> Result<Gathered> {
    let episode = referrals::episode_row(db, episode_id).await?;
    let patient = patients::row(db, episode.patient_id).await?;
    let until = report.span_to.unwrap_or(app.today());
    let seen = Seen::of(db, std::slice::from_ref(&episode)).await?;
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
        order: order(db, &episode, until).await?,
        next_visit_on: seen.next_visit(episode_id, app.today()),
    };
    let letterhead = letterhead(db, report.therapist_id).await?;
    let (body, ask) = progress_report::compose(&facts, wording, &letterhead);
    let mail = ProgressReport {
        reference: report.reference.clone(),
        sent_on: app.today(),
        to: recipient(app, db, report.provider_id).await?,
        correction: correction(app, db, report).await?,
        patient: patient_line(db, &patient, &episode).await?,
        report: body,
        ask,
        practice: letterhead.clone(),
    };
    Ok(Gathered {
        ours: Some(progress_report::said(&facts, &letterhead)),
        letter: Letter::Progress(Box::new(mail)),
        note_ids: signed.iter().map(|(_, n)| n.id).collect(),
        patient_ids: vec![patient.id],
        unsigned: unsigned(&seen, visits.iter().copied()),
        left_out: 0,
        attended: attended.len(),
        is_quiet: false,
    })
}

/// The order that the visits stand on, as it was counted by a day.
async fn order(db: &impl ConnectionTrait, episode: &episode::Model, until: NaiveDate) -> Result<Option<Order>> {
    let mut counted = referrals::episode_for_counting(db, episode.id).await?;
    counted.attended.retain(|v| v.on <= until);
    let used = count(&counted.orders, &counted.attended);
    let over = used.covered_by.values().filter(|o| o.is_none()).count();
    let Some(id) = shown_order(&counted.orders, &used, until) else {
        let diagnoses = episode.diagnoses.0.clone();
        return Ok((!diagnoses.is_empty()).then(|| Order { diagnoses, ..Order::default() }));
    };
    let row = referrals::prescription_row(db, id).await?;
    Ok(Some(Order {
        diagnoses: if row.diagnoses.is_empty() { episode.diagnoses.0.clone() } else { row.diagnoses.0 },
        signed_on: row.signed_on,
        valid_from: row.valid_from,
        valid_to: used.last_days.get(&id).copied().flatten(),
        authorized: row.visits_authorized,
        used: used.used.get(&id).copied().unwrap_or(0),
        over: i64::try_from(over).unwrap_or(0),
    }))
}

async fn patient_line(db: &impl ConnectionTrait, patient: &patient::Model, episode: &episode::Model) -> Result<PatientLine> {
    let coverage: Option<coverage::Model> = match episode.coverage_id {
        Some(id) => Some(patients::coverage_row(db, id).await?),
        None => None,
    };
    let injury = coverage.filter(|c| c.kind.is_injury());
    Ok(PatientLine {
        name: patients::view::full_name(patient),
        born: patient.born_on.ok_or_else(|| {
            AppError::conflict("The report names the patient's birth date, and it is not on file. Enter it on the patient's page first")
        })?,
        injured: injury.as_ref().and_then(|c| c.injured_on),
        // A doctor of an injured worker files by the claim's number; nobody else needs it [domain 4.2].
        claim: injury.filter(|c| c.kind == CoverageKind::WorkersComp).and_then(|c| c.claim_no),
    })
}

/// Our own head of the paper, with who treats.
async fn letterhead(db: &impl ConnectionTrait, therapist_id: Option<i64>) -> Result<Letterhead> {
    let own = practice::of(db).await?;
    let therapist = match therapist_id {
        Some(id) => Some(practice::find_therapist_row(db, id).await?),
        None => None,
    };
    let shown = |phone: &Option<String>| phone.as_deref().map(|p| Phone::show(p, None));
    let city = match (&own.city, &own.state, &own.zip) {
        (Some(city), Some(state), Some(zip)) => format!("{city}, {state} {zip}"),
        _ => String::new(),
    };
    Ok(Letterhead {
        therapist: therapist.as_ref().map(practice::view::therapist_name).unwrap_or_default(),
        npi: therapist.and_then(|t| t.npi),
        phone: shown(&own.phone).unwrap_or_default(),
        fax: shown(&own.fax),
        street: [own.street, own.street2].into_iter().flatten().collect::<Vec<_>>().join(", "),
        city,
        name: own.name,
    })
}

async fn recipient(app: &App, db: &impl ConnectionTrait, provider_id: i64) -> Result<Recipient> {
    let provider: provider::Model = network::provider_row(db, provider_id).await?;
    let place = match network::office_on(db, provider_id, app.today()).await? {
        Some(id) => Some(network::organization_row(db, id).await?.name),
        None => None,
    };
    Ok(Recipient { name: network::view::named(&provider).formal(), place })
}

/// An amended report says what it takes the place of.
async fn correction(app: &App, db: &impl ConnectionTrait, report: &Report) -> Result<Option<Correction>> {
    let Some(id) = report.replaces_id else { return Ok(None) };
    let before = store::row(db, id).await?;
    let at = before.released_at.unwrap_or(before.created_at);
    Ok(Some(Correction { of: app.clock.day_of(at), why: report.amend_reason.clone().unwrap_or_default() }))
}

async fn summary(app: &App, db: &impl ConnectionTrait, report: &Report, month: Month) -> Result<Gathered> {
    let today = app.today();
    let until = std::cmp::min(month.last(), today);
    let provider = network::provider_row(db, report.provider_id).await?;
    let mut sent = store::referrals_of(db, report.provider_id, until).await?;
    let restricted = store::restricted(db, sent.iter().map(|r| r.patient_id).collect(), report.provider_id).await?;
    let left_out = sent.iter().filter(|r| restricted.contains(&r.patient_id)).map(|r| r.patient_id).collect::<HashSet<_>>().len();
    sent.retain(|r| !restricted.contains(&r.patient_id));
    let gathering = Gathering::of(db, &sent, month, until, today).await?;
    let people: Vec<(&referral::Model, Patient)> = sent.iter().filter_map(|r| Some((r, gathering.patient(r)?))).collect();
    let shown: Vec<Patient> = people.iter().map(|(_, p)| p.clone()).collect();
    let at = |day: NaiveDate| app.clock.at(day, NaiveTime::MIN);
    let reports_sent = store::count_sent(db, report.provider_id, at(month.first()), at(month.next().first())).await?;
    let letterhead = letterhead(db, report.therapist_id).await?;
    let (body, ask) = monthly_summary::compose(month, today, &shown, provider.summary_naming, reports_sent, &letterhead);
    let mail = MonthlySummary {
        reference: report.reference.clone(),
        sent_on: today,
        month,
        to: recipient(app, db, report.provider_id).await?,
        correction: correction(app, db, report).await?,
        summary: body,
        ask,
        practice: letterhead,
    };
    let within = |v: &&visit::Model| v.visit_on >= month.first() && v.visit_on <= until;
    let told: HashSet<i64> = people.iter().map(|(r, _)| r.patient_id).collect();
    let of_told = |v: &&visit::Model| told.contains(&v.patient_id);
    let in_month: Vec<&visit::Model> = gathering.seen.visits.iter().filter(within).filter(of_told).collect();
    let mut patient_ids: Vec<i64> = told.iter().copied().collect();
    patient_ids.sort_unstable();
    Ok(Gathered {
        letter: Letter::MonthlySummary(Box::new(mail)),
        ours: None,
        note_ids: gathering.note_ids(until, &told),
        patient_ids,
        unsigned: unsigned(&gathering.seen, in_month.iter().copied()),
        left_out,
        attended: in_month.iter().filter(|v| v.state == VisitState::Attended).count(),
        is_quiet: monthly_summary::is_quiet(month, &shown),
    })
}

/// Everything about several referrals of one doctor in one month.
struct Gathering {
    month: Month,
    until: NaiveDate,
    today: NaiveDate,
    seen: Seen,
    episodes: HashMap<i64, episode::Model>,
    patients: HashMap<i64, patient::Model>,
    counted: HashMap<i64, referrals::card::Episode>,
    moves: HashMap<i64, crate::entity::state_move::Model>,
}

impl Gathering {
    async fn of(db: &impl ConnectionTrait, sent: &[referral::Model], month: Month, until: NaiveDate, today: NaiveDate) -> Result<Self> {
        let ids: Vec<i64> = sent.iter().map(|r| r.id).collect();
        let all = referrals::episodes_of(db, ids.clone()).await?;
        Ok(Self {
            month,
            until,
            today,
            seen: Seen::of(db, &all).await?,
            patients: db::by_ids::<patient::Entity>(db, sent.iter().map(|r| r.patient_id)).await?,
            counted: referrals::episodes_for_counting(db, &all.iter().map(|e| e.id).collect::<Vec<_>>()).await?,
            moves: store::states_on(db, ids, until).await?,
            episodes: all.into_iter().map(|e| (e.referral_id, e)).collect(),
        })
    }

    /// One patient's line, if the month has anything to say: in care or waiting at its end, or something happened in it.
    fn patient(&self, referral: &referral::Model) -> Option<Patient> {
        let episode = self.episodes.get(&referral.id)?;
        let person = self.patients.get(&referral.patient_id)?;
        let visits: Vec<&visit::Model> = self.seen.of_episode(episode.id, self.until).collect();
        let in_month = |v: &&&visit::Model| v.visit_on >= self.month.first() && v.state.counts_for_attendance();
        let of_month: Vec<&&visit::Model> = visits.iter().filter(in_month).collect();
        let attended = visits.iter().filter(|v| v.state == VisitState::Attended).count();
        let (stands, since) = self.stands(referral, episode, attended)?;
        let ended_before = matches!(stands, Stands::Discharged { .. } | Stands::Lost { .. }) && Month::of(since) != self.month;
        if ended_before && of_month.is_empty() {
            return None;
        }
        let card = self.counted.get(&episode.id).map(|c| {
            let mut known = c.clone();
            known.attended.retain(|v| v.on <= self.until);
            known.card(self.until)
        });
        let card = card.unwrap_or_default();
        let kept = of_month.iter().filter(|v| v.state == VisitState::Attended).count();
        Some(Patient {
            first_name: person.first_name.clone(),
            last_name: person.last_name.clone(),
            received_on: referral.received_on,
            stands,
            kept: whole(kept),
            scheduled: whole(of_month.len()),
            pain: self.series(&visits, |i, label| i == Instrument::Nprs && label == "now"),
            index: self.series(&visits, |i, _| matches!(i, Instrument::Ndi | Instrument::Odi)),
            used: if card.authorized > 0 { card.used + card.over } else { whole(attended) },
            authorized: (card.authorized > 0).then_some(card.authorized),
            next_visit_on: self.seen.next_visit(episode.id, self.today),
        })
    }

    /// How the referral stood at the end of the month, and since when.
    fn stands(&self, referral: &referral::Model, episode: &episode::Model, attended: usize) -> Option<(Stands, NaiveDate)> {
        let last = self.moves.get(&referral.id)?;
        let state: ReferralState = last.to_state.parse().ok()?;
        let stands = match state {
            ReferralState::Received | ReferralState::Attempting => Stands::NotBooked,
            ReferralState::Scheduled => Stands::Booked,
            ReferralState::Converted => Stands::Active,
            ReferralState::Lost => Stands::Lost { reason: referral.lost_reason.map_or("Not treated", LostReason::label).to_string() },
            ReferralState::Closed => Stands::Discharged {
                on: last.on_day,
                reason: episode.discharge_reason.map_or("Treatment ended", |r| r.label()).to_string(),
                visits: whole(attended),
            },
        };
        Some((stands, last.on_day))
    }

    /// The first and the latest value of what fits, over the signed notes.
    fn series(&self, visits: &[&visit::Model], fits: fn(Instrument, &str) -> bool) -> Option<Measured> {
        let of_note = |v: &&visit::Model| self.seen.signed(v).map(|n| self.seen.measures_of(n)).unwrap_or_default();
        let values: Vec<(Instrument, String, i64)> = visits.iter().flat_map(of_note).filter(|(i, label, _)| fits(*i, label)).collect();
        let (instrument, _, first) = values.first()?.clone();
        let same: Vec<i64> = values.iter().filter(|(i, ..)| *i == instrument).map(|(_, _, v)| *v).collect();
        Some(Measured { instrument, first, latest: same.last().copied().filter(|_| same.len() > 1) })
    }

    fn note_ids(&self, until: NaiveDate, told: &HashSet<i64>) -> Vec<i64> {
        let visits = self.seen.visits.iter().filter(|v| v.visit_on <= until && told.contains(&v.patient_id));
        visits.filter_map(|v| self.seen.signed(v)).map(|n| n.id).collect()
    }
}

fn whole(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(0)
}
