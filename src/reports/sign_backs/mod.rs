//! Answers to renewal requests that doctors give at a link. What is an order files itself, incomplete: it covers no visit until a person
//! has checked it.

pub mod api;
pub mod pages;
mod store;
pub mod view;

use crate::app::{Actor, App, read_id};
use crate::audit::Entry;
use crate::auth::role::{Reach, Thing};
use crate::entity::sign_back::{ActiveModel, Model};
use crate::entity::{prescription, report};
use crate::error::{AppError, Result};
use crate::mail::kinds::AskedFor;
use crate::reports::letters::facts;
use crate::reports::letters::letter::Letter;
use crate::types::{Check, Text, TextList};
use crate::work::Work;
use crate::{chain, db, patients, referrals};
use answer::{AnswerDraft, NewAnswer, Settled};
pub use model::reports::sign_backs::answer;
use referrals::prescription::{NewPrescription, SignatureKind};
use sea_orm::{ConnectionTrait, IntoActiveModel, Set};
use view::SignBackView;

/// Takes a doctor's answer in. It is given once: who thinks better of it calls.
pub async fn receive(app: &App, by: &Actor, report: &report::Model, letter: &Letter, link_id: i64, new: &NewAnswer) -> Result<()> {
    let Letter::RenewalRequest(renewal) = letter else { return Err(AppError::conflict("this report asks for no answer here")) };
    let draft = new.check(app.today())?;
    let work = app.work(by).await?;
    if store::of_report(&work.tx, report.id).await?.is_some() {
        return Err(AppError::conflict("this was answered already. Call us, and we change it"));
    }
    let order = match renewal.report.asked.as_ref().filter(|_| draft.is_an_order()) {
        Some(asked) => filed(&work, report, &draft, asked).await?,
        None => None,
    };
    let row = ActiveModel {
        report_id: Set(report.id),
        link_id: Set(link_id),
        prescription_id: Set(order.map(|o| o.id)),
        answer: Set(draft.answer),
        words: Set(draft.words),
        signed_name: Set(draft.name),
        visits: Set(draft.visits),
        per_week: Set(draft.per_week),
        until_on: Set(draft.until),
        ..Default::default()
    };
    work.insert(row).await?;
    let entry = Entry::of("answered", "report", report.id).named(report.public_id);
    work.note(Entry { patient_id: report.patient_id, ..entry }).await?;
    work.commit().await
}

/// The order that follows from an answer: as the one before it, with what was approved. Nobody has checked it, so it is not signed yet.
/// None where there is no order to follow, or the same one is on file by now.
async fn filed(work: &Work<'_>, report: &report::Model, draft: &AnswerDraft, asked: &AskedFor) -> Result<Option<prescription::Model>> {
    let episode = referrals::episode_row(&work.tx, report.episode_id.unwrap_or(0)).await?;
    let referral = referrals::row(&work.tx, episode.referral_id).await?;
    let told = facts::told(&work.tx, std::slice::from_ref(&episode)).await?;
    let Some(before) = facts::order(&work.tx, &episode, work.today(), &told).await?.filter(|o| o.id > 0) else { return Ok(None) };
    let before = referrals::prescription_row(&work.tx, before.id).await?;
    let number = |n: Option<i64>| n.map(|n| n.to_string()).unwrap_or_default();
    let per_week = number(draft.per_week.or(asked.per_week));
    let new = NewPrescription {
        diagnoses: TextList::from(before.diagnoses.0.as_slice()),
        services: TextList::from(before.services.0.as_slice()),
        words: draft.words.clone().unwrap_or_default().into(),
        units_per_visit: number(before.units_per_visit).into(),
        minutes_per_visit: number(before.minutes_per_visit).into(),
        frequency_min: per_week.clone().into(),
        frequency_max: per_week.into(),
        visits: draft.visits.unwrap_or(asked.visits).to_string().into(),
        valid_from: asked.from.to_string().into(),
        valid_to: std::cmp::max(asked.from, draft.until.unwrap_or(asked.until)).to_string().into(),
        renewal_of: before.public_id.to_string().into(),
        ..NewPrescription::default()
    };
    let made = referrals::record_order_in(work, &referral, &episode, new.check(work.today())?, Some(report.provider_id)).await;
    match made {
        Ok(order) => {
            chain::episode_changed(work, referral.id).await?;
            Ok(Some(order))
        }
        Err(AppError::Conflict { .. }) => Ok(None),
        Err(other) => Err(other),
    }
}

/// A person checked an answer: the order that it made is signed as the doctor signed, and covers visits from its first day on.
pub async fn file(app: &App, by: &Actor, id: &str) -> Result<SignBackView> {
    let work = app.work(by).await?;
    let before = find_to_write(&work, id).await?;
    let nothing = || AppError::conflict("this answer made no order. Record it from the referral, then note it here");
    let order = db::by_id::<prescription::Entity>(&work.tx, before.prescription_id).await?.ok_or_else(nothing)?;
    referrals::sign_order_in(&work, &order, app.clock.day_of(before.created_at), SignatureKind::Electronic).await?;
    settled(work, before, Settled::Filed, None).await
}

/// A person read an answer from which no order follows, or not this one: what was filed is cancelled.
pub async fn note(app: &App, by: &Actor, id: &str, why: &Text) -> Result<SignBackView> {
    let work = app.work(by).await?;
    let before = find_to_write(&work, id).await?;
    let mut check = Check::new(app.today());
    let why = check.required_line("why", why, "Say what follows from it");
    let why = check.done(why)?;
    if let Some(order) = db::by_id::<prescription::Entity>(&work.tx, before.prescription_id).await?
        && order.cancelled_on.is_none()
    {
        referrals::cancel_order_in(&work, &order, why.clone()).await?;
    }
    settled(work, before, Settled::Noted, Some(why)).await
}

async fn find_to_write(work: &Work<'_>, id: &str) -> Result<Model> {
    let found = find(&work.tx, work.by, id).await?;
    work.by.rights(Thing::Referrals).to_write("answer")?;
    if found.settled_at.is_some() {
        return Err(AppError::conflict("this answer was checked already"));
    }
    Ok(found)
}

async fn settled(work: Work<'_>, before: Model, how: Settled, why: Option<String>) -> Result<SignBackView> {
    let row = ActiveModel {
        settled_how: Set(Some(how)),
        settled_why: Set(why),
        settled_at: Set(Some(work.now)),
        settled_by_id: Set(work.by.user_id()),
        ..before.clone().into_active_model()
    };
    let (after, _) = work.save(&before, row).await?;
    work.note(Entry::of(how.word(), "sign_back", after.id).named(after.public_id)).await?;
    let shown = view::one(&work.tx, &after, true).await?;
    work.commit().await?;
    Ok(shown)
}

/// One answer; reading what a doctor says leaves a trace.
pub async fn show(app: &App, by: &Actor, id: &str) -> Result<SignBackView> {
    let row = find(&app.db, by, id).await?;
    read(app, by, std::slice::from_ref(&row)).await?;
    view::one(&app.db, &row, by.rights(Thing::Referrals).write != Reach::None).await
}

/// All of them, those that wait first.
pub async fn list(app: &App, by: &Actor) -> Result<Vec<SignBackView>> {
    let reach = by.rights(Thing::Referrals).to_read("answer")?;
    let own = (reach == Reach::Own).then(|| by.therapist_id.unwrap_or(0));
    let rows = store::all(&app.db, own).await?;
    read(app, by, &rows).await?;
    view::many(&app.db, &rows, by.rights(Thing::Referrals).write != Reach::None).await
}

async fn read(app: &App, by: &Actor, rows: &[Model]) -> Result<()> {
    let reports = db::by_ids::<report::Entity>(&app.db, rows.iter().map(|row| row.report_id)).await?;
    let seen = rows.iter().map(|row| {
        let patient_id = reports.get(&row.report_id).and_then(|report| report.patient_id);
        Entry { patient_id, ..Entry::of("read", "sign_back", row.id).named(row.public_id) }
    });
    crate::audit::seen_all(app, by, seen.collect()).await
}

/// An answer about a patient whose referral one may see.
async fn find(db: &impl ConnectionTrait, by: &Actor, id: &str) -> Result<Model> {
    let reach = by.rights(Thing::Referrals).to_read("answer")?;
    let row = store::find(db, read_id(id, "answer")?).await?.ok_or(AppError::NotFound("answer"))?;
    let report = db::by_id::<report::Entity>(db, Some(row.report_id)).await?.ok_or(AppError::NotFound("answer"))?;
    patients::within(db, by, reach, report.patient_id.unwrap_or(0), "answer").await?;
    Ok(row)
}
