//! Who sent whom for what: the referral, the episode of care it opens, the orders that cover its visits.

pub mod api;
pub mod board;
pub mod card;
pub mod counting;
pub mod form;
pub mod orders;
pub mod pages;
pub mod slip;
pub mod steps;
pub mod store;
pub mod trail;
pub mod view;

use crate::app::{Actor, App, read_id};
use crate::audit::{Entry, Moved};
use crate::auth::role::Thing;
use crate::entity;
use crate::error::{AppError, FieldErrors, Result};
use crate::patients::coverage::CoverageDraft;
use crate::patients::patient::PatientDraft;
use crate::practice::{Numbered, next_number};
use crate::types::{Check, Listing, Text};
use crate::work::{Work, check_version};
use crate::{documents, network, patients, practice};
use card::Card;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
pub use model::referrals::{prescription, referral};
use prescription::PrescriptionDraft;
use referral::{DischargeReason, LostReason, NewReferral, ReferralDraft, ReferralState};
use schemars::JsonSchema;
use sea_orm::{ConnectionTrait, IntoActiveModel, Set};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use view::{ReferralRow, ReferralView};

pub use orders::{cancel_in as cancel_order_in, record_in as record_order_in, sign_in as sign_order_in};
pub use store::{
    by_number, by_public_id, countable, episode_and_orders, episode_for_counting, episode_of, episode_row, episodes_and_orders,
    episodes_for_counting, episodes_of, ids_of_episodes, orders_of, prescription_row, referrals_of, row,
};

/// A referral as typed, with all its parts checked.
pub struct Checked {
    pub referral: ReferralDraft,
    pub patient_id: Option<String>,
    pub new_patient: Option<PatientDraft>,
    pub coverage: Option<CoverageDraft>,
    pub known_coverage: Option<String>,
    pub prescription: Option<PrescriptionDraft>,
}

/// Checks the slip whole, so that everything to mend is said at once.
pub fn check(new: &NewReferral, today: NaiveDate) -> Result<Checked, FieldErrors> {
    let mut check = Check::new(today);
    let referral = check.merge("", new.check(today));
    let knows_patient = !new.patient.is_blank();
    let says_patient = !(new.new_patient.first_name.is_blank() && new.new_patient.last_name.is_blank());
    let new_patient = (!knows_patient && says_patient).then(|| check.merge("new_patient", new.new_patient.check(today))).flatten();
    let coverage = (!new.coverage.is_blank()).then(|| check.merge("coverage", new.coverage.check(today))).flatten();
    let prescription = (!new.prescription.is_blank()).then(|| check.merge("prescription", new.prescription.check(today))).flatten();
    let no_prescriber =
        prescription.as_ref().is_some_and(|p| p.prescriber.is_none()) && new.provider.is_blank() && new.ordering_provider.is_blank();
    if no_prescriber {
        check.say("prescription.prescriber", "Say who signed the order");
    }
    match referral {
        Some(referral) => check.done(Checked {
            referral,
            patient_id: new.patient.some(),
            new_patient,
            coverage,
            known_coverage: new.known_coverage.some(),
            prescription,
        }),
        None => check.done(()).and(Err(FieldErrors::default())),
    }
}

/// Receives a referral: the patient, who pays and what was ordered are recorded with it, or nothing is.
pub async fn receive(app: &App, by: &Actor, new: &NewReferral) -> Result<ReferralView> {
    by.rights(Thing::Referrals).to_write("referral")?;
    let checked = check(new, app.today())?;
    let work = app.work(by).await?;
    if let Some(id) = work.already() {
        return view::referral(&work.tx, id, work.today()).await;
    }
    let referral = receive_in(&work, checked).await?;
    work.made(referral.id).await?;
    let view = view::referral(&work.tx, referral.id, work.today()).await?;
    work.commit().await?;
    Ok(view)
}

/// What came of the same form before, where it was sent already.
pub async fn made_before(app: &App, by: &Actor) -> Result<Option<ReferralView>> {
    if by.once.is_none() {
        return Ok(None);
    }
    let work = app.work(by).await?;
    match work.already() {
        Some(id) => Ok(Some(view::referral(&work.tx, id, work.today()).await?)),
        None => Ok(None),
    }
}

/// The same within a larger unit of work.
pub async fn receive_in(work: &Work<'_>, checked: Checked) -> Result<entity::referral::Model> {
    let patient = match (&checked.patient_id, &checked.new_patient) {
        (Some(id), _) => patients::find(&work.tx, work.by, id).await.map_err(|_| AppError::field("patient", "There is no such patient"))?,
        (None, Some(draft)) => patients::enter_in(work, draft).await.map_err(|e| e.under("new_patient"))?,
        (None, None) => return Err(AppError::field("new_patient.last_name", "Say who the patient is")),
    };
    let sender = Sender::of(work, &checked.referral).await?;
    let coverage_id = match (&checked.coverage, &checked.known_coverage) {
        (Some(draft), _) => Some(patients::add_coverage_in(work, &patient, draft).await.map_err(|e| e.under("coverage"))?.id),
        (None, Some(id)) => Some(own_coverage(work, "known_coverage", id, patient.id).await?),
        (None, None) => None,
    };
    let therapist_id = therapist_of(work, &checked.referral).await?;
    let referral = insert(work, &checked.referral, &patient, &sender).await?;
    let episode = store::insert_episode(work, &referral, &checked, coverage_id, therapist_id).await?;
    if let Some(draft) = checked.prescription {
        let prescriber = sender.ordering_id.or(sender.provider_id);
        orders::record_in(work, &referral, &episode, draft, prescriber).await.map_err(|e| e.under("prescription"))?;
    }
    if let Some(provider_id) = sender.provider_id {
        network::referred(work, provider_id, referral.received_on).await?;
    }
    Ok(referral)
}

/// A coverage that is this patient's.
async fn own_coverage(work: &Work<'_>, field: &str, id: &str, patient_id: i64) -> Result<i64> {
    let found = patients::find_coverage(&work.tx, work.by, id).await.map_err(|_| AppError::field(field, "There is no such coverage"))?;
    if found.patient_id == patient_id { Ok(found.id) } else { Err(AppError::field(field, "This coverage belongs to somebody else")) }
}

/// Who sent, from where, and who ordered.
struct Sender {
    provider_id: Option<i64>,
    organization_id: Option<i64>,
    ordering_id: Option<i64>,
    document_id: Option<i64>,
}

impl Sender {
    async fn of(work: &Work<'_>, draft: &ReferralDraft) -> Result<Self> {
        let provider_id = provider_id(work, "provider", draft.provider.as_deref()).await?;
        let ordering_id = provider_id_of(work, draft).await?;
        let organization_id = match (&draft.organization, provider_id) {
            (Some(id), _) => Some(
                network::organization_by_id(&work.tx, id)
                    .await
                    .map_err(|_| AppError::field("organization", "There is no such organization"))?
                    .id,
            ),
            (None, Some(provider)) => network::office_on(&work.tx, provider, draft.received_on).await?,
            (None, None) => None,
        };
        let document_id = match &draft.document {
            Some(id) => Some(documents::id_of(&work.tx, id).await.map_err(|_| AppError::field("document", "There is no such document"))?),
            None => None,
        };
        Ok(Self { provider_id, organization_id, ordering_id, document_id })
    }
}

async fn provider_id_of(work: &Work<'_>, draft: &ReferralDraft) -> Result<Option<i64>> {
    provider_id(work, "ordering_provider", draft.ordering_provider.as_deref()).await
}

async fn provider_id(work: &Work<'_>, field: &str, id: Option<&str>) -> Result<Option<i64>> {
    match id {
        Some(id) => Ok(Some(network::find(&work.tx, id).await.map_err(|_| AppError::field(field, "There is no such provider"))?.id)),
        None => Ok(None),
    }
}

/// The named therapist; else the one who enters it; else the only one there is.
async fn therapist_of(work: &Work<'_>, draft: &ReferralDraft) -> Result<Option<i64>> {
    if let Some(id) = &draft.therapist {
        let found =
            practice::therapist_by_id(&work.tx, id).await.map_err(|_| AppError::field("therapist", "There is no such therapist"))?;
        return Ok(Some(found.id));
    }
    if work.by.therapist_id.is_some() {
        return Ok(work.by.therapist_id);
    }
    let all = practice::therapists(&work.tx).await?;
    Ok(if let [only] = all.as_slice() { Some(only.id) } else { None })
}

async fn insert(
    work: &Work<'_>,
    draft: &ReferralDraft,
    patient: &entity::patient::Model,
    sender: &Sender,
) -> Result<entity::referral::Model> {
    let received_at = received_at(work, draft)?;
    let row = entity::referral::ActiveModel {
        number: Set(next_number(work, Numbered::Referral).await?),
        patient_id: Set(patient.id),
        provider_id: Set(sender.provider_id),
        organization_id: Set(sender.organization_id),
        ordering_provider_id: Set(sender.ordering_id),
        document_id: Set(sender.document_id),
        source_kind: Set(draft.source_kind),
        channel: Set(draft.channel),
        urgency: Set(draft.urgency),
        reason: Set(draft.reason.clone()),
        coverage_guess: Set(draft.coverage_guess.clone()),
        state: Set(ReferralState::Received),
        received_at: Set(received_at),
        received_on: Set(work.app.clock.day_of(received_at)),
        ..Default::default()
    };
    let referral = work.insert(row).await?;
    work.note(Entry::of("received", "referral", referral.id).named(referral.public_id).patient(patient.id)).await?;
    moved(work, &referral, None, ReferralState::Received, referral.received_on, None).await?;
    Ok(referral)
}

/// The instant a referral came in: as said, else now if it was today, else noon of that day.
fn received_at(work: &Work<'_>, draft: &ReferralDraft) -> Result<DateTime<Utc>> {
    let noon = NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default();
    let at = match (draft.received_at, draft.received_time) {
        (Some(at), _) => at,
        (None, Some(time)) => work.app.clock.at(draft.received_on, time),
        (None, None) if draft.received_on == work.today() => work.now,
        (None, None) => work.app.clock.at(draft.received_on, noon),
    };
    if at > work.now + chrono::TimeDelta::minutes(5) {
        return Err(AppError::field("received_at", "A referral may not be in the future"));
    }
    Ok(at)
}

async fn moved(
    work: &Work<'_>,
    referral: &entity::referral::Model,
    from: Option<ReferralState>,
    to: ReferralState,
    on: NaiveDate,
    why: Option<String>,
) -> Result<()> {
    let moved = Moved { kind: "referral", id: referral.id, from: from.map(ReferralState::word), to: to.word(), on, why };
    work.moved(moved).await
}

/// A referral the actor may see, by the id or the number.
pub async fn find(db: &impl ConnectionTrait, by: &Actor, id: &str) -> Result<entity::referral::Model> {
    by.rights(Thing::Referrals).to_read("referral")?;
    let found = if id.starts_with("R-") { store::by_number(db, id).await? } else { store::find(db, read_id(id, "referral")?).await? };
    found.ok_or(AppError::NotFound("referral"))
}

/// The visit card of a referral that another page names; none for who may not read referrals.
pub async fn card_of(app: &App, by: &Actor, id: Option<Uuid>) -> Result<Option<Card>> {
    let Some(id) = id.filter(|_| by.rights(Thing::Referrals).to_read("referral").is_ok()) else { return Ok(None) };
    let Some(referral) = store::find(&app.db, id).await? else { return Ok(None) };
    let episode = store::episode_of(&app.db, referral.id).await?;
    Ok(Some(store::episode_for_counting(&app.db, episode.id).await?.card(app.today())))
}

/// Everything about one referral.
pub async fn show(app: &App, by: &Actor, id: &str) -> Result<ReferralView> {
    let referral = find(&app.db, by, id).await?;
    let seen = Entry::of("read", "referral", referral.id).named(referral.public_id).patient(referral.patient_id);
    crate::audit::seen(app, by, seen).await?;
    view::referral(&app.db, referral.id, app.today()).await
}

/// The same for those who are about to change it.
pub async fn show_to_change(app: &App, by: &Actor, id: &str) -> Result<ReferralView> {
    by.rights(Thing::Referrals).to_write("referral")?;
    show(app, by, id).await
}

/// What lists of referrals can be asked.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ReferralFilter {
    /// Part of a number or of a patient's name.
    pub q: Text,
    /// new, to_schedule, active, running_out, lost or all.
    pub view: Text,
    pub state: Text,
    /// Id of a provider.
    pub provider: Text,
    /// Id of a patient.
    pub patient: Text,
    /// First and last day of receipt.
    pub from: Text,
    pub to: Text,
    pub limit: Text,
    pub cursor: Text,
}

/// Referrals with their visit cards, newest first.
pub async fn list(app: &App, by: &Actor, filter: &ReferralFilter) -> Result<Listing<ReferralRow>> {
    by.rights(Thing::Referrals).to_read("referral")?;
    store::list(app, by, filter).await
}

/// The newest referrals of every state, of one doctor or of all: most of them in care, ten each of the others.
pub async fn newest_by_state(app: &App, by: &Actor, provider: &Text) -> Result<Vec<ReferralRow>> {
    by.rights(Thing::Referrals).to_read("referral")?;
    let provider_id = match provider.some() {
        Some(id) => Some(network::find(&app.db, &id).await?.id),
        None => None,
    };
    store::newest_by_state(app, provider_id, (ReferralState::Converted, 50), 10).await
}

/// Moves a referral where its state allows, with a row of its history.
async fn move_to(
    work: &Work<'_>,
    before: &entity::referral::Model,
    to: ReferralState,
    on: NaiveDate,
    why: Option<String>,
) -> Result<entity::referral::Model> {
    let allowed: Vec<String> = before.state.may_become().iter().map(ReferralState::to_string).collect();
    if !before.state.may_become().contains(&to) {
        let can = if allowed.is_empty() { "It stays as it is".into() } else { format!("It can become: {}", allowed.join(", ")) };
        return Err(AppError::Conflict {
            message: format!("{} is {} and cannot become {to}. {can}", before.number, before.state),
            allowed,
        });
    }
    set_state(work, before, to, on, why).await
}

async fn set_state(
    work: &Work<'_>,
    before: &entity::referral::Model,
    to: ReferralState,
    on: NaiveDate,
    why: Option<String>,
) -> Result<entity::referral::Model> {
    let mut row = before.clone().into_active_model();
    row.state = Set(to);
    let (after, _) = work.save(before, row).await?;
    moved(work, before, Some(before.state), to, on, why).await?;
    work.note(Entry::of("moved", "referral", before.id).named(before.public_id).patient(before.patient_id).fields(vec!["state".into()]))
        .await?;
    Ok(after)
}

/// A try to reach the patient.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Attempt {
    /// reached, left_message, no_answer ...
    pub outcome: Text,
    pub words: Text,
    pub on: Text,
}

/// Logs a try to reach the patient; the first one moves the referral on, also out of "lost".
pub async fn attempt(app: &App, by: &Actor, id: &str, new: &Attempt) -> Result<ReferralView> {
    by.rights(Thing::Referrals).to_write("referral")?;
    let work = app.work(by).await?;
    let referral = find(&work.tx, by, id).await?;
    let typed = network::activity::NewActivity {
        kind: "call".into(),
        purpose: "scheduling".into(),
        on: new.on.clone(),
        outcome: new.outcome.clone(),
        words: new.words.clone(),
        referral: referral.public_id.to_string().into(),
        ..Default::default()
    };
    let draft = typed.check(work.today())?;
    let on = draft.on;
    network::insert_activity(&work, &draft, None, Some(referral.id), &[]).await?;
    if matches!(referral.state, ReferralState::Received | ReferralState::Lost) {
        move_to(&work, &referral, ReferralState::Attempting, on, new.words.some()).await?;
    }
    let view = view::referral(&work.tx, referral.id, work.today()).await?;
    work.commit().await?;
    Ok(view)
}

/// The patient has an appointment that is kept elsewhere (one entered here does this by itself).
pub async fn schedule(app: &App, by: &Actor, id: &str) -> Result<ReferralView> {
    by.rights(Thing::Referrals).to_write("referral")?;
    let work = app.work(by).await?;
    let referral = find(&work.tx, by, id).await?;
    move_to(&work, &referral, ReferralState::Scheduled, work.today(), None).await?;
    let view = view::referral(&work.tx, referral.id, work.today()).await?;
    work.commit().await?;
    Ok(view)
}

/// Why a referral came to nothing.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Loss {
    pub reason: Text,
    pub note: Text,
}

/// Gives a referral up, with the reason that the doctor may be told.
pub async fn lose(app: &App, by: &Actor, id: &str, loss: &Loss) -> Result<ReferralView> {
    by.rights(Thing::Referrals).to_write("referral")?;
    let mut check = Check::new(app.today());
    let reason: Option<LostReason> = check.required_choice("reason", &loss.reason, "Choose why");
    let note = check.line("note", &loss.note);
    let reason = check.done(reason)?;
    let work = app.work(by).await?;
    let before = find(&work.tx, by, id).await?;
    let after = move_to(&work, &before, ReferralState::Lost, work.today(), reason.map(|r| r.label().to_string())).await?;
    let mut row = after.clone().into_active_model();
    row.lost_reason = Set(reason);
    row.lost_note = Set(note);
    work.save(&after, row).await?;
    let view = view::referral(&work.tx, before.id, work.today()).await?;
    work.commit().await?;
    Ok(view)
}

/// How care ended.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Discharge {
    pub reason: Text,
    /// The day; today where nothing is said.
    pub on: Text,
}

/// Ends the episode of care and closes its referral.
pub async fn discharge(app: &App, by: &Actor, id: &str, end: &Discharge) -> Result<ReferralView> {
    by.rights(Thing::Referrals).to_write("referral")?;
    let mut check = Check::new(app.today());
    let reason: Option<DischargeReason> = check.required_choice("reason", &end.reason, "Choose why care ended");
    let on = check.past_day("on", &end.on, "The end of care").unwrap_or(app.today());
    let reason = check.done(reason)?;
    let work = app.work(by).await?;
    let before = find(&work.tx, by, id).await?;
    move_to(&work, &before, ReferralState::Closed, on, reason.map(|r| r.label().to_string())).await?;
    let episode = store::episode_of(&work.tx, before.id).await?;
    let mut row = episode.clone().into_active_model();
    row.discharged_on = Set(Some(on));
    row.discharge_reason = Set(reason);
    work.save(&episode, row).await?;
    let view = view::referral(&work.tx, before.id, work.today()).await?;
    work.commit().await?;
    Ok(view)
}

/// What of a referral may be changed after its receipt.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Correction {
    pub complaint: Text,
    pub reason: Text,
    pub urgency: Text,
    /// Id of the therapist who treats.
    pub therapist: Text,
    /// Id of the coverage of the episode.
    pub coverage: Text,
    /// ICD-10 codes of the episode, where the payer asks for no order.
    pub diagnoses: crate::types::TextList,
    /// Who sent the patient, where it was not known or wrong: kind and provider.
    pub source_kind: Text,
    pub provider: Text,
    /// Id of the slip.
    pub document: Text,
    pub version: Text,
}

/// Mends a referral. Who sent whom is history: changing it is possible, audited, and changes every figure that hangs on it.
pub async fn correct(app: &App, by: &Actor, id: &str, new: &Correction) -> Result<ReferralView> {
    by.rights(Thing::Referrals).to_write("referral")?;
    let mut check = Check::new(app.today());
    let source_kind = referral::source(&mut check, &new.source_kind, &new.provider);
    let urgency = check.choice("urgency", &new.urgency);
    let complaint = check.line("complaint", &new.complaint);
    let reason = check.text("reason", &new.reason);
    let diagnoses = check.list("diagnoses", &new.diagnoses, crate::types::icd10::parse);
    let version = check.whole("version", &new.version, 0..=i64::MAX);
    check.done(())?;
    let work = app.work(by).await?;
    let before = find(&work.tx, by, id).await?;
    check_version(version, before.version, view::referral(&work.tx, before.id, work.today())).await?;
    let provider_id = provider_id(&work, "provider", new.provider.some().as_deref()).await?;
    let mut row = before.clone().into_active_model();
    row.source_kind = Set(source_kind);
    if before.provider_id != provider_id {
        row.provider_id = Set(provider_id);
        row.organization_id = Set(match provider_id {
            Some(provider) => network::office_on(&work.tx, provider, before.received_on).await?,
            None => None,
        });
    }
    if let Some(urgency) = urgency {
        row.urgency = Set(urgency);
    }
    row.reason = Set(reason);
    if let Some(document) = new.document.some() {
        row.document_id = Set(Some(documents::id_of(&work.tx, &document).await?));
    }
    let (after, mut fields) = work.save(&before, row).await?;
    if let Some(provider_id) = provider_id.filter(|_| before.provider_id != provider_id) {
        network::referred(&work, provider_id, before.received_on).await?;
    }
    fields.extend(correct_episode(&work, &after, complaint, diagnoses, new).await?);
    crate::chain::episode_changed(&work, after.id).await?;
    work.note(Entry::of("changed", "referral", after.id).named(after.public_id).patient(after.patient_id).fields(fields)).await?;
    let view = view::referral(&work.tx, after.id, work.today()).await?;
    work.commit().await?;
    Ok(view)
}

async fn correct_episode(
    work: &Work<'_>,
    referral: &entity::referral::Model,
    complaint: Option<String>,
    diagnoses: Vec<String>,
    new: &Correction,
) -> Result<Vec<String>> {
    let episode = store::episode_of(&work.tx, referral.id).await?;
    let mut row = episode.clone().into_active_model();
    row.complaint = Set(complaint);
    row.diagnoses = Set(crate::types::Texts(diagnoses));
    if let Some(id) = new.therapist.some() {
        row.therapist_id = Set(Some(
            practice::therapist_by_id(&work.tx, &id).await.map_err(|_| AppError::field("therapist", "There is no such therapist"))?.id,
        ));
    }
    if let Some(id) = new.coverage.some() {
        row.coverage_id = Set(Some(own_coverage(work, "coverage", &id, episode.patient_id).await?));
    }
    let (_, fields) = work.save(&episode, row).await?;
    Ok(fields)
}

/// A visit was booked: the patient is scheduled, at the latest on the day of the visit.
pub async fn booked(work: &Work<'_>, referral_id: i64, visit_on: NaiveDate) -> Result<()> {
    let referral = store::row(&work.tx, referral_id).await?;
    match referral.state {
        ReferralState::Received | ReferralState::Attempting => {
            set_state(work, &referral, ReferralState::Scheduled, std::cmp::min(work.today(), visit_on), None).await.map(|_| ())
        }
        ReferralState::Scheduled | ReferralState::Converted => Ok(()),
        ReferralState::Closed => {
            Err(AppError::conflict(format!("{} is closed. A new injury or body region is a new referral", referral.number)))
        }
        ReferralState::Lost => Err(AppError::conflict(format!("{} was given up. Log an attempt first, then book", referral.number))),
    }
}

/// A visit was attended: the first one converts the referral, on the day of that visit. One that is closed stays closed.
pub async fn attended(work: &Work<'_>, referral_id: i64, on: NaiveDate) -> Result<()> {
    let referral = store::row(&work.tx, referral_id).await?;
    if !matches!(referral.state, ReferralState::Converted | ReferralState::Closed) {
        set_state(work, &referral, ReferralState::Converted, on, Some("first visit attended".into())).await?;
    }
    if referral.converted_on.is_none_or(|day| on < day) {
        store::set_converted_on(work, &referral, on).await?;
    }
    Ok(())
}

/// An attended visit was taken back: without any other the referral is not converted any more, also where it is closed.
pub async fn unattended(work: &Work<'_>, referral_id: i64) -> Result<()> {
    let referral = store::row(&work.tx, referral_id).await?;
    if let Some(first) = store::first_attended(&work.tx, referral_id).await? {
        return store::set_converted_on(work, &referral, first).await;
    }
    if referral.state == ReferralState::Converted {
        set_state(work, &referral, ReferralState::Scheduled, work.today(), Some("attended visit taken back".into())).await?;
    }
    store::clear_converted(work, referral_id).await
}

/// Episodes go on under the new row of a coverage.
pub async fn follow_coverage(work: &Work<'_>, before: i64, after: i64) -> Result<()> {
    store::follow_coverage(work, before, after).await
}
