//! What happens in the room: visits, minutes, SOAP notes, measures.

pub mod api;
pub mod booking;
pub mod counted;
pub mod course;
pub mod day;
pub mod notes;
pub mod pages;
pub mod private;
pub mod slots;
pub mod store;
pub mod texts;
pub mod units;
pub mod view;
pub mod writing;

use crate::app::{Actor, App, read_id};
use crate::audit::{Entry, Moved};
use crate::auth::role::{Reach, Thing};
use crate::entity;
use crate::entity::visit::Model as Visit;
use crate::error::{AppError, Result};
use crate::types::{Caution, Check, Listing, Text};
use crate::work::{Work, check_version};
use crate::{patients, practice, referrals};
pub use model::care::{body, carried, instruments, measure, note, visit};
use schemars::JsonSchema;
use sea_orm::{ConnectionTrait, IntoActiveModel, Set};
use serde::{Deserialize, Serialize};
use view::{VisitRow, VisitView};
use visit::{NewVisit, VisitDraft, VisitState};

pub use notes::{key_of as note_key, signed_for_appeal};
pub use store::{first_attended, measures_of, note_of, notes_of, services_by_visit, services_of, visit_row};

/// Books a visit, or enters a past one as attended. One past the order is taken, with a warning.
pub async fn book(app: &App, by: &Actor, new: &NewVisit) -> Result<(VisitView, Vec<Caution>)> {
    by.rights(Thing::Patients).to_write("visit")?;
    let draft = new.check(app.today())?;
    if draft.referral.is_none() {
        return Err(AppError::field("referral", "Say to which referral the visit belongs"));
    }
    let work = app.work(by).await?;
    if let Some(id) = work.already() {
        return shown(&work, id).await;
    }
    let visit = book_in(&work, &draft).await?;
    work.made(visit.id).await?;
    let shown = shown(&work, visit.id).await?;
    work.commit().await?;
    Ok(shown)
}

async fn shown(work: &Work<'_>, id: i64) -> Result<(VisitView, Vec<Caution>)> {
    let view = view::visit(&work.tx, work.by, id, work.today()).await?;
    let cautions = cautions(&view);
    Ok((view, cautions))
}

/// The same within a larger unit of work.
pub async fn book_in(work: &Work<'_>, draft: &VisitDraft) -> Result<Visit> {
    let referral = referral_of(work, draft.referral.as_deref()).await?;
    let episode = referrals::episode_of(&work.tx, referral.id).await?;
    let therapist_id = therapist_of(work, draft.therapist.as_deref(), episode.therapist_id).await?;
    let reach = work.by.rights(Thing::Patients).to_write("visit")?;
    if reach == Reach::Own && work.by.therapist_id != Some(therapist_id) {
        patients::within(&work.tx, work.by, reach, episode.patient_id, "referral").await?;
    }
    let coverage_id = coverage_of(work, draft.coverage.as_deref(), episode.patient_id).await?;
    let location_id = practice::locations::of_visit(work, draft.location.as_deref(), None).await?;
    referrals::booked(work, referral.id, draft.visit_on).await?;
    let visit = store::insert_visit(work, draft, &episode, therapist_id, coverage_id, location_id).await?;
    if !draft.services.is_empty() {
        store::set_services(work, visit.id, &draft.services).await?;
    }
    work.note(Entry::of("booked", "visit", visit.id).named(visit.public_id).patient(visit.patient_id)).await?;
    moved(work, &visit, None, VisitState::Booked, None).await?;
    match draft.state {
        VisitState::Booked => Ok(visit),
        state => set_state(work, &visit, state, None).await,
    }
}

async fn referral_of(work: &Work<'_>, id: Option<&str>) -> Result<entity::referral::Model> {
    let found = match id {
        Some(id) if id.starts_with("R-") => referrals::by_number(&work.tx, id).await?,
        Some(id) => match referrals::by_public_id(&work.tx, id).await {
            Err(AppError::NotFound(_)) => None,
            other => Some(other?),
        },
        None => None,
    };
    found.ok_or_else(|| AppError::field("referral", "There is no such referral"))
}

/// The named therapist; else the episode's; else the one who books; else the only one there is.
async fn therapist_of(work: &Work<'_>, id: Option<&str>, of_episode: Option<i64>) -> Result<i64> {
    if let Some(id) = id {
        return Ok(practice::therapist_by_id(&work.tx, id)
            .await
            .map_err(|_| AppError::field("therapist", "There is no such therapist"))?
            .id);
    }
    if let Some(id) = of_episode.or(work.by.therapist_id) {
        return Ok(id);
    }
    match practice::therapists(&work.tx).await?.as_slice() {
        [only] => Ok(only.id),
        _ => Err(AppError::field("therapist", "Choose the therapist")),
    }
}

async fn coverage_of(work: &Work<'_>, id: Option<&str>, patient_id: i64) -> Result<Option<i64>> {
    let Some(id) = id else { return Ok(None) };
    let wrong = || AppError::field("coverage", "This is no coverage of this patient");
    let coverage = patients::find_coverage(&work.tx, work.by, id).await.map_err(|_| wrong())?;
    if coverage.patient_id == patient_id { Ok(Some(coverage.id)) } else { Err(wrong()) }
}

async fn moved(work: &Work<'_>, visit: &Visit, from: Option<VisitState>, to: VisitState, why: Option<String>) -> Result<()> {
    let moved = Moved { kind: "visit", id: visit.id, from: from.map(VisitState::word), to: to.word(), on: visit.visit_on, why };
    work.moved(moved).await
}

/// A visit held until the end of the work: its money and its claim have one writer at a time.
pub async fn hold_visit(work: &Work<'_>, id: i64) -> Result<Visit> {
    crate::db::hold::<entity::visit::Entity>(&work.tx, id).await?.ok_or(AppError::NotFound("visit"))
}

/// A visit the actor may see, by the id of a form or program.
pub async fn find(db: &impl ConnectionTrait, by: &Actor, id: &str) -> Result<Visit> {
    let reach = by.rights(Thing::Patients).to_read("visit")?;
    let visit = store::find_visit(db, read_id(id, "visit")?).await?.ok_or(AppError::NotFound("visit"))?;
    if reach == Reach::Own && by.therapist_id == Some(visit.therapist_id) {
        return Ok(visit);
    }
    patients::within(db, by, reach, visit.patient_id, "visit").await?;
    Ok(visit)
}

pub async fn show(app: &App, by: &Actor, id: &str) -> Result<VisitView> {
    let visit = find(&app.db, by, id).await?;
    view::visit(&app.db, by, visit.id, app.today()).await
}

/// What lists of visits can be asked.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct VisitFilter {
    /// Id of a referral, patient or therapist.
    pub referral: Text,
    pub patient: Text,
    pub therapist: Text,
    pub state: Text,
    /// First and last day.
    pub from: Text,
    pub to: Text,
    pub limit: Text,
    pub cursor: Text,
}

/// Visits, newest entry first; a therapist sees their own patients'.
pub async fn list(app: &App, by: &Actor, filter: &VisitFilter) -> Result<Listing<VisitRow>> {
    let reach = by.rights(Thing::Patients).to_read("visit")?;
    store::list(app, by, reach, filter).await
}

/// Changes when, with whom or how long. Minutes are locked by the note's signature.
pub async fn change(app: &App, by: &Actor, id: &str, new: &NewVisit) -> Result<(VisitView, Vec<Caution>)> {
    by.rights(Thing::Patients).to_write("visit")?;
    let draft = new.check(app.today())?;
    let work = app.work(by).await?;
    let before = find(&work.tx, by, id).await?;
    check_version(draft.version, before.version, view::visit(&work.tx, by, before.id, work.today())).await?;
    if before.state != VisitState::Booked && draft.visit_on > work.today() {
        return Err(AppError::field("visit_on", before.state.cannot_lie_ahead()));
    }
    let signed = store::note_of(&work.tx, before.id).await?.is_some_and(|n| n.signed_at.is_some());
    if signed {
        return Err(AppError::conflict("the note of this visit is signed. What it says cannot be changed; write an addendum"));
    }
    let episode = referrals::episode_row(&work.tx, before.episode_id).await?;
    let mut row = store::filled_visit(before.clone().into_active_model(), &draft);
    row.therapist_id = Set(therapist_of(&work, draft.therapist.as_deref(), Some(before.therapist_id)).await?);
    row.location_id = Set(practice::locations::of_visit(&work, draft.location.as_deref(), before.location_id).await?);
    if draft.coverage.is_some() {
        row.coverage_id = Set(coverage_of(&work, draft.coverage.as_deref(), episode.patient_id).await?);
    }
    let (after, mut fields) = work.save(&before, row).await?;
    if store::set_services(&work, after.id, &draft.services).await? {
        fields.push("services".into());
    }
    crate::chain::visit_changed(&work, after.id).await?;
    if after.state == VisitState::Attended && (before.visit_on, before.starts_at) != (after.visit_on, after.starts_at) {
        referrals::unattended(&work, episode.referral_id).await?;
        crate::chain::attendance_changed(&work, episode.referral_id).await?;
    }
    work.note(Entry::of("changed", "visit", after.id).named(after.public_id).patient(after.patient_id).fields(fields)).await?;
    let shown = shown(&work, after.id).await?;
    work.commit().await?;
    Ok(shown)
}

/// Moves a visit: arrived, attended, did not come, cancelled, or back to booked with a reason.
pub async fn move_to(app: &App, by: &Actor, id: &str, to: VisitState, why: &Text) -> Result<(VisitView, Vec<Caution>)> {
    by.rights(Thing::Patients).to_write("visit")?;
    let mut check = Check::new(app.today());
    let why = check.line("why", why);
    let why = check.done(why)?;
    let work = app.work(by).await?;
    let before = find(&work.tx, by, id).await?;
    let after = set_state(&work, &before, to, why).await?;
    let shown = shown(&work, after.id).await?;
    work.commit().await?;
    Ok(shown)
}

/// The same within a larger unit of work.
pub async fn set_state(work: &Work<'_>, before: &Visit, to: VisitState, why: Option<String>) -> Result<Visit> {
    let allowed: Vec<String> = before.state.may_become().iter().map(VisitState::to_string).collect();
    if !before.state.may_become().contains(&to) {
        let message = format!("a visit that is {} cannot become {to}. It can become: {}", before.state, allowed.join(", "));
        return Err(AppError::Conflict { message, allowed });
    }
    if to == VisitState::Attended && before.visit_on > work.today() {
        return Err(AppError::conflict("this visit lies ahead. It can be attended on its day"));
    }
    if to == VisitState::Booked {
        check_take_back(work, before, why.as_deref()).await?;
    }
    let episode = referrals::episode_row(&work.tx, before.episode_id).await?;
    let mut row = before.clone().into_active_model();
    row.state = Set(to);
    row.cancel_reason = Set(why.clone());
    if to == VisitState::Attended && before.coverage_id.is_none() {
        // From now on the visit keeps who paid on its day.
        row.coverage_id = Set(episode.coverage_id);
    }
    let (after, _) = work.save(before, row).await?;
    moved(work, before, Some(before.state), to, why).await?;
    work.note(Entry::of("moved", "visit", before.id).named(before.public_id).patient(before.patient_id).fields(vec!["state".into()]))
        .await?;
    if to == VisitState::Attended {
        referrals::attended(work, episode.referral_id, before.visit_on).await?;
    } else if before.state == VisitState::Attended {
        referrals::unattended(work, episode.referral_id).await?;
    }
    crate::chain::visit_changed(work, after.id).await?;
    if [before.state, to].contains(&VisitState::Attended) {
        crate::chain::attendance_changed(work, episode.referral_id).await?;
    }
    Ok(after)
}

/// What ended is taken back only with a reason, and not under a signed note or money [domain 2.10].
async fn check_take_back(work: &Work<'_>, visit: &Visit, why: Option<&str>) -> Result<()> {
    if why.is_none() {
        return Err(AppError::field("why", "Say why this is taken back"));
    }
    if store::note_of(&work.tx, visit.id).await?.is_some_and(|n| n.signed_at.is_some()) {
        return Err(AppError::conflict("the note of this visit is signed. It cannot be taken back"));
    }
    if store::money_on(&work.tx, visit.id).await? != 0 {
        return Err(AppError::conflict("the patient paid for this visit. Refund that first"));
    }
    Ok(())
}

/// What went through and should still be looked at: no order covers the visit.
fn cautions(visit: &VisitView) -> Vec<Caution> {
    visit.cover.caution.iter().map(|words| Caution::new("uncovered", words.clone())).collect()
}

/// What the patient who pays alone is charged, as the claims slice prices it.
pub async fn set_charge(work: &Work<'_>, visit: &Visit, cents: Option<i64>) -> Result<()> {
    let mut row = visit.clone().into_active_model();
    row.charge_cents = Set(cents);
    work.save(visit, row).await.map(|_| ())
}

/// Visits go on under the new row of a coverage.
pub async fn follow_coverage(work: &Work<'_>, before: i64, after: i64) -> Result<()> {
    store::follow_coverage(work, before, after).await
}

/// The coverage that pays for a visit: its own, else the episode's.
pub async fn coverage_of_visit(db: &impl ConnectionTrait, visit: &Visit) -> Result<Option<entity::coverage::Model>> {
    let id = match visit.coverage_id {
        Some(id) => Some(id),
        None => referrals::episode_row(db, visit.episode_id).await?.coverage_id,
    };
    match id {
        Some(id) => Ok(Some(patients::coverage_row(db, id).await?)),
        None => Ok(None),
    }
}
