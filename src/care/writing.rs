//! What the page of a note needs: the visit, what is written so far, and what to write beside.

use super::carried::Copies;
use super::counted::{Counted, Counting};
use super::course::{Course, Trend};
use super::measure::Instrument;
use super::note::NewNote;
use super::slots::{CopySlot, GoalSlot, RegionSlot, ServiceSlot, Slot, copy_slots, goal_slots, region_slots, service_slots, slots};
use super::view::{MeasureView, NoteView, ServiceView, VisitView};
use super::visit::NewService;
use super::{coverage_of_visit, find, notes, store, view};
use crate::app::{Actor, App};
use crate::entity::visit::Model as Visit;
use crate::error::{AppError, Result};
use crate::payers::payer::CoverageKind;
use crate::referrals;
use crate::referrals::view::PrescriptionView;
use crate::types::service_code;
use crate::{payers, practice};
use chrono::NaiveDate;
use sea_orm::ConnectionTrait;
use serde::Serialize;
use std::collections::BTreeMap;

/// The desk at which a note is written or read.
#[derive(Clone, Debug, Serialize)]
pub struct Desk {
    pub visit: VisitView,
    /// The place of this visit among the attended ones, or the one it would take.
    pub nth: i64,
    pub note: Option<NoteView>,
    /// The actor is or would be its author, and it is not signed.
    pub may_write: bool,
    /// The signed note of the visit before.
    pub last: Option<NoteView>,
    /// The order, where there is no note before.
    pub order: Option<PrescriptionView>,
    /// The payer asks about work, too.
    pub asks_about_work: bool,
    /// What the payer's sheet says about caps.
    pub cap: Option<String>,
    #[serde(skip)]
    copies: Copies,
    #[serde(skip)]
    courses: Vec<Course>,
    #[serde(skip)]
    today: NaiveDate,
    /// A questionnaire that the writer asked for.
    #[serde(skip)]
    pub asked: Option<Instrument>,
    #[serde(skip)]
    counting: Counting,
}

/// The rows of the form, with what was typed in them.
#[derive(Clone, Debug, Serialize)]
pub struct Rows {
    pub measures: Vec<Slot>,
    pub services: Vec<ServiceSlot>,
    pub goals: Vec<GoalSlot>,
    pub counted: Counted,
    /// The body chart, and whether anything is marked on it.
    pub regions: Vec<RegionSlot>,
    pub is_marked: bool,
    /// The note before has marks to go on with.
    pub was_marked: bool,
    /// What is still as it was copied, by part.
    pub copied: BTreeMap<&'static str, CopySlot>,
}

impl Desk {
    /// The note as it stands, for its form: the draft, or an empty one with the minutes that the visit has already.
    pub fn as_typed(&self) -> NewNote {
        match &self.note {
            Some(note) => note.as_typed(),
            None => NewNote { services: self.visit.as_typed().services, ..NewNote::default() },
        }
    }

    /// How each measure of the note went so far, in the order of the note.
    pub fn trends(&self) -> Vec<Option<Trend>> {
        let Some(note) = &self.note else { return Vec::new() };
        let of = |m: &MeasureView| {
            let course = self.courses.iter().find(|c| c.is_of(m))?;
            course.trend(Some((self.visit.visit_on, m.value_hundredths)), self.today)
        };
        note.measures.iter().map(of).collect()
    }

    /// The rows of the form for a text of the note.
    pub fn rows(&self, typed: &NewNote) -> Rows {
        let complaint = self.visit.complaint.as_deref().unwrap_or_default();
        let before = self.last.as_ref().map(|n| n.services.as_slice()).unwrap_or_default();
        let ordered = self.order.as_ref().map(|o| o.services.0.as_slice()).unwrap_or_default();
        Rows {
            measures: slots(&typed.measures, &self.courses, complaint, self.asked, self.today),
            services: service_slots(&typed.services, before, ordered),
            goals: goal_slots(&typed.goals, self.last.as_ref()),
            counted: self.counting.count(&typed.services),
            is_marked: typed.body.iter().any(|m| !m.region.is_blank()),
            was_marked: self.last.as_ref().is_some_and(|n| !n.body.is_empty()),
            regions: region_slots(&typed.body),
            copied: copy_slots(typed, &self.copies).into_iter().map(|c| (c.part.word(), c)).collect(),
        }
    }
}

/// Opens the desk of a visit's note. Reading it, and the one before, leaves a trace.
pub async fn desk(app: &App, by: &Actor, visit_id: &str) -> Result<Desk> {
    notes::readable_at_all(by)?;
    let visit = find(&app.db, by, visit_id).await?;
    let note = notes::of_visit(app, by, &visit).await?;
    let last = notes::before_visit(app, by, &visit).await?;
    let episode = referrals::episode_for_counting(&app.db, visit.episode_id).await?;
    let counted = episode.counted();
    let place = counted.place.get(&visit.id).copied();
    let counting = counting(&app.db, &visit).await?;
    Ok(Desk {
        visit: view::visit(&app.db, by, visit.id, app.today()).await?,
        nth: place.unwrap_or(episode.attended.len() as i64 + 1),
        may_write: notes::may_write(&app.db, by, &visit).await?,
        order: match (&last, episode.shown(app.today())) {
            (None, Some(order)) => Some(referrals::view::prescription(&app.db, order, app.today()).await?),
            _ => None,
        },
        asks_about_work: coverage_of_visit(&app.db, &visit).await?.is_some_and(|c| c.kind == CoverageKind::WorkersComp),
        cap: counting.cap_words(),
        copies: notes::copies_of(&app.db, &visit).await?,
        courses: notes::measured_before(&app.db, &visit).await?,
        today: app.today(),
        asked: None,
        counting,
        note,
        last,
    })
}

/// How the minutes of a visit are counted: by the payer's sheet of its day; for cash by the practice's own rule.
pub async fn counting(db: &impl ConnectionTrait, visit: &Visit) -> Result<Counting> {
    let Some(coverage) = coverage_of_visit(db, visit).await? else { return Ok(Counting::default()) };
    let Some(payer_id) = coverage.payer_id.filter(|_| coverage.kind != CoverageKind::Cash) else {
        return Ok(Counting { rule: Some(practice::of(db).await?.cash_units_rule), ..Counting::default() });
    };
    let payer = Some(payers::row(db, payer_id).await?.name);
    let Some((sheet, codes)) = payers::sheet_on(db, payer_id, visit.visit_on).await? else {
        return Ok(Counting { payer, ..Counting::default() });
    };
    Ok(Counting {
        payer,
        rule: sheet.units_rule,
        max_units_per_visit: sheet.max_units_per_visit,
        max_units: codes.into_iter().filter_map(|c| c.max_units.map(|max| (c.code, max))).collect(),
    })
}

/// The units of minutes as they are typed.
pub async fn units_of(app: &App, by: &Actor, visit_id: &str, typed: &[NewService]) -> Result<Counted> {
    let visit = find(&app.db, by, visit_id).await?;
    Ok(counting(&app.db, &visit).await?.count(typed))
}

/// The units of the minutes that stand on a visit.
pub async fn units_of_visit(app: &App, by: &Actor, visit_id: &str) -> Result<Counted> {
    let visit = find(&app.db, by, visit_id).await?;
    let stands = store::services_of(&app.db, visit.id).await?.into_iter().map(ServiceView::of);
    let typed: Vec<NewService> = stands.map(|s| s.as_typed()).collect();
    Ok(counting(&app.db, &visit).await?.count(&typed))
}

/// The codes that a form offers: those of the fee schedule first known by our own labels, then the rest we know.
pub async fn codes_on_offer(app: &App) -> Result<Vec<(String, String)>> {
    let fees = practice::fees_on(&app.db, app.today()).await?;
    let mut codes: Vec<(String, String)> =
        fees.into_iter().map(|f| (f.code.clone(), f.label.unwrap_or_else(|| service_code::label(&f.code).to_string()))).collect();
    let known = service_code::KNOWN.iter().filter(|k| !codes.iter().any(|(code, _)| code == k.code));
    let rest: Vec<(String, String)> = known.map(|k| (k.code.into(), k.label.into())).collect();
    codes.extend(rest);
    Ok(codes.into_iter().map(|(code, label)| (code.clone(), format!("{label} ({code})"))).collect())
}

/// The id of a visit's note, for those who may read notes.
pub async fn note_of(app: &App, by: &Actor, visit_id: &str) -> Result<String> {
    notes::readable_at_all(by)?;
    let visit = find(&app.db, by, visit_id).await?;
    let note = store::note_of(&app.db, visit.id).await?.ok_or(AppError::NotFound("note"))?;
    Ok(note.public_id.to_string())
}
