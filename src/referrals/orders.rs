//! Orders: recorded from the slip, completed when something was missing, renewed, replaced, cancelled.

use super::prescription::{NewPrescription, PrescriptionDraft, PrescriptionState, SignatureKind, is_ambiguous, missing};
use super::{find, store, view};
use crate::app::{Actor, App, read_id};
use crate::audit::{Entry, Moved};
use crate::auth::role::Thing;
use crate::entity;
use crate::entity::prescription::Model as Prescription;
use crate::error::{AppError, Result};
use crate::types::{Caution, Check, Listing, Text, Texts, icd10};
use crate::work::{Work, check_version};
use crate::{documents, network, payers};
use chrono::NaiveDate;
use schemars::JsonSchema;
use sea_orm::{ConnectionTrait, IntoActiveModel, Set};
use serde::{Deserialize, Serialize};
use view::PrescriptionView;

/// Records an order on a referral that is here already: a renewal, a second order, a late slip.
pub async fn record(app: &App, by: &Actor, new: &NewPrescription) -> Result<(PrescriptionView, Vec<Caution>)> {
    by.rights(Thing::Referrals).to_write("prescription")?;
    let draft = new.check(app.today())?;
    if new.referral.is_blank() {
        return Err(AppError::field("referral", "Say to which referral this order belongs"));
    }
    let work = app.work(by).await?;
    if let Some(id) = work.already() {
        return shown(&work, id).await;
    }
    let referral = find(&work.tx, by, new.referral.as_str()).await.map_err(|_| AppError::field("referral", "There is no such referral"))?;
    let episode = store::episode_of(&work.tx, referral.id).await?;
    let order = record_in(&work, &referral, &episode, draft, referral.ordering_provider_id.or(referral.provider_id)).await?;
    work.made(order.id).await?;
    crate::chain::episode_changed(&work, referral.id).await?;
    let shown = shown(&work, order.id).await?;
    work.commit().await?;
    Ok(shown)
}

async fn shown(work: &Work<'_>, id: i64) -> Result<(PrescriptionView, Vec<Caution>)> {
    let order = store::prescription_row(&work.tx, id).await?;
    let cautions = cautions(work, &order).await?;
    Ok((view::prescription(&work.tx, id, work.today()).await?, cautions))
}

/// The same within a larger unit of work. `source` signs where the slip names nobody else.
pub async fn record_in(
    work: &Work<'_>,
    referral: &entity::referral::Model,
    episode: &entity::episode::Model,
    draft: PrescriptionDraft,
    source: Option<i64>,
) -> Result<Prescription> {
    let prescriber_id = match (&draft.prescriber, source) {
        (Some(id), _) => network::find(&work.tx, id).await.map_err(|_| AppError::field("prescriber", "There is no such provider"))?.id,
        (None, Some(source)) => source,
        (None, None) => return Err(AppError::field("prescriber", "Say who signed the order")),
    };
    refuse_twice(work, episode.patient_id, prescriber_id, &draft).await?;
    let renewed = other_order(work, episode.id, "renewal_of", draft.renewal_of.as_deref()).await?;
    let replaced = other_order(work, episode.id, "replaces", draft.replaces.as_deref()).await?;
    let row = entity::prescription::ActiveModel {
        episode_id: Set(episode.id),
        prescriber_id: Set(prescriber_id),
        renewal_of_id: Set(renewed.map(|r| r.id)),
        ..Default::default()
    };
    let order = work.insert(filled(work, row, &draft).await?).await?;
    if let Some(replaced) = replaced {
        supersede(work, &replaced, &order).await?;
    }
    work.note(Entry::of("recorded", "prescription", order.id).named(order.public_id).patient(referral.patient_id)).await?;
    moved(work, &order, None, stands(&order), None).await?;
    Ok(order)
}

/// The slip that comes by fax and again by mail is one order.
async fn refuse_twice(work: &Work<'_>, patient_id: i64, prescriber_id: i64, draft: &PrescriptionDraft) -> Result<()> {
    let twin = store::same_order(&work.tx, patient_id, prescriber_id, draft).await?;
    match twin {
        Some(number) => Err(AppError::conflict(format!("this prescription was already recorded, on {number}"))),
        None => Ok(()),
    }
}

async fn other_order(work: &Work<'_>, episode_id: i64, field: &str, id: Option<&str>) -> Result<Option<Prescription>> {
    let Some(id) = id else { return Ok(None) };
    let wrong = || AppError::field(field, "This is no order of the same referral");
    let found = store::find_prescription(&work.tx, read_id(id, "prescription")?).await?.ok_or_else(wrong)?;
    if found.episode_id == episode_id { Ok(Some(found)) } else { Err(wrong()) }
}

/// The old order ends the day before the new one begins.
async fn supersede(work: &Work<'_>, old: &Prescription, new: &Prescription) -> Result<()> {
    let from = new.valid_from.unwrap_or(work.today());
    let mut row = old.clone().into_active_model();
    row.superseded_on = Set(Some(from));
    row.superseded_by_id = Set(Some(new.id));
    work.save(old, row).await?;
    moved(work, old, Some(stands(old)), PrescriptionState::Superseded, None).await
}

async fn moved(
    work: &Work<'_>,
    order: &Prescription,
    from: Option<PrescriptionState>,
    to: PrescriptionState,
    why: Option<String>,
) -> Result<()> {
    let moved = Moved { kind: "prescription", id: order.id, from: from.map(PrescriptionState::word), to: to.word(), on: work.today(), why };
    work.moved(moved).await
}

async fn filled(
    work: &Work<'_>,
    row: entity::prescription::ActiveModel,
    draft: &PrescriptionDraft,
) -> Result<entity::prescription::ActiveModel> {
    let document_id = match &draft.document {
        Some(id) => Some(documents::id_of(&work.tx, id).await.map_err(|_| AppError::field("document", "There is no such document"))?),
        None => row.document_id.clone().take().flatten(),
    };
    Ok(entity::prescription::ActiveModel {
        document_id: Set(document_id),
        diagnoses: Set(Texts(draft.diagnoses.clone())),
        services: Set(Texts(draft.services.clone())),
        words: Set(draft.words.clone()),
        precautions: Set(draft.precautions.clone()),
        goals: Set(draft.goals.clone()),
        signature_kind: Set(draft.signature_kind),
        frequency_min: Set(draft.frequency_min),
        frequency_max: Set(draft.frequency_max),
        duration_weeks: Set(draft.duration_weeks),
        visits_stated: Set(draft.visits_stated),
        visits_authorized: Set(draft.visits_authorized),
        units_per_visit: Set(draft.units_per_visit),
        minutes_per_visit: Set(draft.minutes_per_visit),
        valid_days_after_first: Set(draft.valid_days_after_first),
        signed_on: Set(draft.signed_on),
        valid_from: Set(draft.valid_from),
        valid_to: Set(draft.valid_to),
        no_expiration: Set(draft.no_expiration),
        medically_necessary: Set(draft.medically_necessary),
        ..row
    })
}

/// Whether an order says enough to cover a visit.
pub fn is_complete(order: &Prescription) -> bool {
    missing(&order.diagnoses.0, order.signed_on, order.visits_authorized).is_empty()
}

/// Fills in what was missing, or mends what was typed wrong.
pub async fn change(app: &App, by: &Actor, id: &str, new: &NewPrescription) -> Result<(PrescriptionView, Vec<Caution>)> {
    by.rights(Thing::Referrals).to_write("prescription")?;
    let draft = new.check(app.today())?;
    let work = app.work(by).await?;
    let before = find_order(&work.tx, by, id).await?;
    check_version(draft.version, before.version, view::prescription(&work.tx, before.id, work.today())).await?;
    let mut row = filled(&work, before.clone().into_active_model(), &draft).await?;
    if let Some(id) = &draft.prescriber {
        row.prescriber_id =
            Set(network::find(&work.tx, id).await.map_err(|_| AppError::field("prescriber", "There is no such provider"))?.id);
    }
    let (after, fields) = work.save(&before, row).await?;
    if stands(&before) != stands(&after) {
        moved(&work, &after, Some(stands(&before)), stands(&after), None).await?;
    }
    followed(&work, "changed", &after, fields).await?;
    let shown = shown(&work, after.id).await?;
    work.commit().await?;
    Ok(shown)
}

/// Takes an order out of force from today on.
pub async fn cancel(app: &App, by: &Actor, id: &str, why: &Text) -> Result<PrescriptionView> {
    by.rights(Thing::Referrals).to_write("prescription")?;
    let mut check = Check::new(app.today());
    let why = check.required_line("why", why, "Say why the order is cancelled");
    let why = check.done(why)?;
    let work = app.work(by).await?;
    let before = find_order(&work.tx, by, id).await?;
    if before.cancelled_on.is_some() {
        return Err(AppError::conflict("this order is cancelled already"));
    }
    cancel_in(&work, &before, why).await?;
    let view = view::prescription(&work.tx, before.id, work.today()).await?;
    work.commit().await?;
    Ok(view)
}

/// The same within a larger unit of work.
pub async fn cancel_in(work: &Work<'_>, before: &Prescription, why: String) -> Result<()> {
    let row = entity::prescription::ActiveModel { cancelled_on: Set(Some(work.today())), ..before.clone().into_active_model() };
    let (after, _) = work.save(before, row).await?;
    moved(work, &after, Some(stands(before)), PrescriptionState::Cancelled, Some(why)).await?;
    followed(work, "cancelled", &after, Vec::new()).await
}

/// A person checked an order that came in by itself: it is signed as the doctor signed it, and covers visits from here on.
pub async fn sign_in(work: &Work<'_>, before: &Prescription, on: NaiveDate, kind: SignatureKind) -> Result<()> {
    if before.cancelled_on.is_some() {
        return Err(AppError::conflict("this order was cancelled"));
    }
    let row = entity::prescription::ActiveModel {
        signed_on: Set(before.signed_on.or(Some(on))),
        signature_kind: Set(before.signature_kind.or(Some(kind))),
        ..before.clone().into_active_model()
    };
    let (after, fields) = work.save(before, row).await?;
    if stands(before) != stands(&after) {
        moved(work, &after, Some(stands(before)), stands(&after), None).await?;
    }
    followed(work, "changed", &after, fields).await
}

/// Whether an order says enough, as its history tells it.
fn stands(order: &Prescription) -> PrescriptionState {
    if is_complete(order) { PrescriptionState::Active } else { PrescriptionState::Incomplete }
}

/// What follows from a change of an order, and its trace.
async fn followed(work: &Work<'_>, verb: &str, order: &Prescription, fields: Vec<String>) -> Result<()> {
    let episode = store::episode_row(&work.tx, order.episode_id).await?;
    work.note(Entry::of(verb, "prescription", order.id).named(order.public_id).patient(episode.patient_id).fields(fields)).await?;
    crate::chain::episode_changed(work, episode.referral_id).await
}

/// An order by the id of a form or program.
pub async fn find_order(db: &impl ConnectionTrait, by: &Actor, id: &str) -> Result<Prescription> {
    by.rights(Thing::Referrals).to_read("prescription")?;
    store::find_prescription(db, read_id(id, "prescription")?).await?.ok_or(AppError::NotFound("prescription"))
}

/// One order; reading it leaves a trace.
pub async fn show(app: &App, by: &Actor, id: &str) -> Result<PrescriptionView> {
    let order = find_order(&app.db, by, id).await?;
    read(app, by, &[&order]).await?;
    view::prescription(&app.db, order.id, app.today()).await
}

/// What lists of orders can be asked.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PrescriptionFilter {
    /// Id of a referral.
    pub referral: Text,
    pub limit: Text,
    pub cursor: Text,
}

/// Orders, newest first.
pub async fn list(app: &App, by: &Actor, filter: &PrescriptionFilter) -> Result<Listing<PrescriptionView>> {
    by.rights(Thing::Referrals).to_read("prescription")?;
    let found = store::list_prescriptions(app, by, filter).await?;
    read(app, by, &found.items.iter().collect::<Vec<_>>()).await?;
    let mut shown = view::prescriptions(&app.db, &found.items, app.today()).await?;
    let items = found.items.iter().filter_map(|order| shown.remove(&order.id)).collect();
    Ok(Listing { items, next_cursor: found.next_cursor })
}

/// What an order says is clinical: whoever reads it is noted.
async fn read(app: &App, by: &Actor, orders: &[&Prescription]) -> Result<()> {
    let episodes = crate::db::by_ids::<entity::episode::Entity>(&app.db, orders.iter().map(|o| o.episode_id)).await?;
    let seen = orders.iter().filter_map(|order| {
        let patient = episodes.get(&order.episode_id)?.patient_id;
        Some(Entry::of("read", "prescription", order.id).named(order.public_id).patient(patient))
    });
    crate::audit::seen_all(app, by, seen.collect()).await
}

/// What went through and should still be looked at.
async fn cautions(work: &Work<'_>, order: &Prescription) -> Result<Vec<Caution>> {
    let mut found = Vec::new();
    let lacks = missing(&order.diagnoses.0, order.signed_on, order.visits_authorized);
    if !lacks.is_empty() {
        found.push(Caution::new("incomplete", format!("The order lacks {}. Until then it covers no visit", lacks.join(" and "))));
    }
    if is_ambiguous(order.visits_stated, order.frequency_min, order.frequency_max) {
        let (min, max, visits) = (order.frequency_min.unwrap_or(0), order.frequency_max.unwrap_or(0), order.visits_authorized.unwrap_or(0));
        found.push(Caution::new(
            "ambiguous",
            format!("{min} to {max} a week leaves open how many visits were meant. {visits} are counted; ask the prescriber"),
        ));
    }
    found.extend(order.diagnoses.0.iter().filter_map(|code| icd10::caution(code)).map(|words| Caution::new("diagnosis", words)));
    found.extend(prescriber_caution(work, order).await?);
    Ok(found)
}

/// The payer of the episode may not take orders from this kind of prescriber.
async fn prescriber_caution(work: &Work<'_>, order: &Prescription) -> Result<Option<Caution>> {
    let episode = store::episode_row(&work.tx, order.episode_id).await?;
    let Some(payer) = store::payer_of_episode(&work.tx, &episode).await? else { return Ok(None) };
    let Some((sheet, _)) = payers::sheet_on(&work.tx, payer.id, work.today()).await? else { return Ok(None) };
    let may = sheet.who_may_prescribe.unwrap_or_default().0;
    let prescriber = network::provider_row(&work.tx, order.prescriber_id).await?;
    let allowed = may.is_empty() || prescriber.credentials.0.iter().any(|c| may.contains(&c.to_uppercase()));
    let words =
        || format!("{} takes orders from {}. {} is none of these", payer.name, may.join(", "), network::view::named(&prescriber).formal());
    Ok((!allowed).then(|| Caution::new("prescriber_not_allowed", words())))
}
