//! What doctors see of what is asked, and what we see of what they answered.

use super::answer::{Answer, Settled};
use super::store;
use crate::db;
use crate::entity::sign_back::Model;
use crate::entity::{patient, prescription, provider, report};
use crate::error::{AppError, Result};
use crate::network::view::PersonRef;
use crate::patients::view::PatientRef;
use crate::reports::letters::inspect::frozen;
use crate::reports::letters::letter::Letter;
use crate::{auth, referrals};
use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use sea_orm::ConnectionTrait;
use serde::Serialize;
use uuid::Uuid;

/// What a report asks, where an answer to it can be given at its link.
#[derive(Clone, Debug, Serialize)]
pub struct AskedView {
    pub label: String,
    pub text: String,
    pub meanwhile: String,
    /// Visits, how often, from when until when, in words.
    pub request: String,
}

pub fn asked(letter: &Letter) -> Option<AskedView> {
    let Letter::RenewalRequest(renewal) = letter else { return None };
    Some(AskedView {
        label: renewal.ask.label.clone(),
        text: renewal.ask.text.clone(),
        meanwhile: renewal.ask.meanwhile.clone(),
        request: renewal.report.request.clone(),
    })
}

/// What was answered, for who answered it.
#[derive(Clone, Debug, Serialize)]
pub struct AnsweredView {
    pub answer: Answer,
    pub name: String,
    pub at: DateTime<Utc>,
    pub is_checked: bool,
}

pub async fn answered(db: &impl ConnectionTrait, report_id: i64) -> Result<Option<AnsweredView>> {
    let known = store::of_report(db, report_id).await?;
    Ok(known.map(|s| AnsweredView { answer: s.answer, name: s.signed_name, at: s.created_at, is_checked: s.settled_at.is_some() }))
}

/// An answer with what it answers, for who checks it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct SignBackView {
    pub id: Uuid,
    pub provider: PersonRef,
    pub patient: Option<PatientRef>,
    pub report: Uuid,
    pub referral: Option<Uuid>,
    /// What we asked.
    pub request: String,
    pub answer: Answer,
    pub visits: Option<i64>,
    pub per_week: Option<i64>,
    pub until: Option<NaiveDate>,
    pub words: Option<String>,
    pub signed_name: String,
    pub at: DateTime<Utc>,
    /// The mailbox whose code opened the link.
    pub mailbox: Option<String>,
    /// The order that it made, incomplete until somebody has checked it.
    pub prescription: Option<Uuid>,
    pub settled_how: Option<Settled>,
    pub settled_why: Option<String>,
    pub settled_at: Option<DateTime<Utc>>,
    pub settled_by: Option<String>,
    pub may: Vec<&'static str>,
}

pub async fn one(db: &impl ConnectionTrait, row: &Model, writes: bool) -> Result<SignBackView> {
    many(db, std::slice::from_ref(row), writes).await?.pop().ok_or(AppError::NotFound("answer"))
}

/// Several, with a fixed number of queries.
pub async fn many(db: &impl ConnectionTrait, rows: &[Model], writes: bool) -> Result<Vec<SignBackView>> {
    let reports = db::by_ids::<report::Entity>(db, rows.iter().map(|r| r.report_id)).await?;
    let providers = db::by_ids::<provider::Entity>(db, reports.values().map(|r| r.provider_id)).await?;
    let patients = db::by_ids::<patient::Entity>(db, reports.values().filter_map(|r| r.patient_id)).await?;
    let orders = db::by_ids::<prescription::Entity>(db, rows.iter().filter_map(|r| r.prescription_id)).await?;
    let episodes = referrals::ids_of_episodes(db, reports.values().filter_map(|r| r.episode_id).collect()).await?;
    let names = auth::names_of(db, rows.iter().filter_map(|r| r.settled_by_id).collect()).await?;
    let mailboxes = store::mailboxes_of(db, rows.iter().map(|r| r.link_id).collect()).await?;
    let one = |row: &Model| {
        let report = reports.get(&row.report_id)?;
        let provider = providers.get(&report.provider_id)?;
        let mut may = Vec::new();
        if writes && row.settled_at.is_none() {
            may.extend(row.prescription_id.map(|_| "file"));
            may.push("note");
        }
        Some(SignBackView {
            id: row.public_id,
            provider: PersonRef::provider(provider),
            patient: report.patient_id.and_then(|id| patients.get(&id)).map(PatientRef::of),
            report: report.public_id,
            referral: report.episode_id.and_then(|id| episodes.get(&id).copied()),
            request: frozen(report).and_then(|signed| asked(&signed.letter)).map(|a| a.request).unwrap_or_default(),
            answer: row.answer,
            visits: row.visits,
            per_week: row.per_week,
            until: row.until_on,
            words: row.words.clone(),
            signed_name: row.signed_name.clone(),
            at: row.created_at,
            mailbox: mailboxes.get(&row.link_id).cloned(),
            prescription: row.prescription_id.and_then(|id| orders.get(&id)).map(|o| o.public_id),
            settled_how: row.settled_how,
            settled_why: row.settled_why.clone(),
            settled_at: row.settled_at,
            settled_by: row.settled_by_id.and_then(|id| names.get(&id).cloned()),
            may,
        })
    };
    Ok(rows.iter().filter_map(one).collect())
}
