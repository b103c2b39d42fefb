//! The queries behind the alerts: what each family of rules needs, with a fixed number of queries, and what people did.

use super::rule::{AlertAction, Rule};
use crate::app::App;
use crate::claims::claim::ClaimState;
use crate::db;
use crate::entity::{alert_action, payer, provider};
use crate::error::Result;
use crate::mail::outbox_state::{MailChannel, OutboxState};
use crate::network::provider::NpiStatus;
use crate::payers::payer::ClaimChannel;
use crate::reports::misdirected::answers::Outcome;
use crate::reports::report::ReportKind;
use crate::reports::sign_backs::answer::Answer;
use crate::types::Texts;
use crate::work::Work;
use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use sea_orm::sea_query::{ExprTrait, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, Set};
use std::collections::HashMap;
use uuid::Uuid;

/// A course of treatment of which something may be due.
#[derive(FromQueryResult)]
pub struct CourseRow {
    pub episode_id: i64,
    pub patient_id: i64,
    pub therapist_id: Option<i64>,
    pub referral_id: Uuid,
    pub provider_id: Option<i64>,
    pub is_reported: i32,
    pub payer_id: Option<i64>,
    pub reported_at: Option<DateTime<Utc>>,
}

#[derive(FromQueryResult)]
pub struct ReferralRow {
    pub id: Uuid,
    pub patient_id: i64,
    pub provider_id: Option<i64>,
    pub received_on: NaiveDate,
    pub reopened_on: Option<NaiveDate>,
    pub tries: i64,
}

#[derive(FromQueryResult)]
pub struct ThanksRow {
    pub id: Uuid,
    pub patient_id: i64,
    pub provider_id: i64,
    pub received_on: NaiveDate,
    pub received_at: DateTime<Utc>,
}

#[derive(FromQueryResult)]
pub struct UnsignedRow {
    pub id: Uuid,
    pub patient_id: i64,
    pub therapist_id: i64,
    pub visit_on: NaiveDate,
    pub starts_at: Option<NaiveTime>,
    pub ends_at: Option<NaiveTime>,
    pub drafted: i32,
}

#[derive(FromQueryResult)]
pub struct UnbilledRow {
    pub id: Uuid,
    pub patient_id: i64,
    pub therapist_id: i64,
    pub visit_on: NaiveDate,
    pub signed_at: DateTime<Utc>,
    pub claim_id: Option<Uuid>,
    pub money_cents: Option<i64>,
}

#[derive(FromQueryResult)]
pub struct ClaimRow {
    pub id: Uuid,
    pub state: ClaimState,
    pub patient_id: i64,
    pub payer_id: i64,
    pub service_on: NaiveDate,
    pub deadline_on: Option<NaiveDate>,
    pub was_decided: i32,
    pub money_cents: i64,
    pub therapist_id: Option<i64>,
    pub n: Option<i64>,
    pub sent_on: Option<NaiveDate>,
    pub channel: Option<ClaimChannel>,
    pub answers: i64,
    pub lost_on: Option<NaiveDate>,
    pub taken_in_on: Option<NaiveDate>,
    pub rejected_on: Option<NaiveDate>,
    pub said: Option<String>,
}

#[derive(FromQueryResult)]
pub struct DenialRow {
    pub id: Uuid,
    pub reasons: Texts,
    pub money_cents: i64,
    pub received_on: NaiveDate,
    pub appeal_by: Option<NaiveDate>,
    pub claim_id: Uuid,
    pub patient_id: i64,
    pub payer_id: i64,
    pub service_on: NaiveDate,
    pub therapist_id: Option<i64>,
}

#[derive(FromQueryResult)]
pub struct QuietRow {
    pub provider_id: i64,
    pub id: Uuid,
    pub last_on: NaiveDate,
    pub contact_on: Option<NaiveDate>,
}

#[derive(FromQueryResult)]
pub struct BenefitRow {
    pub id: Uuid,
    pub patient_id: i64,
    pub payer_id: Option<i64>,
    pub visit_limit: Option<i64>,
    pub dollar_limit_cents: Option<i64>,
    pub verified_on: Option<NaiveDate>,
    pub created_at: DateTime<Utc>,
    pub visits_used: i64,
    pub dollars_used_cents: i64,
}

#[derive(FromQueryResult)]
pub struct UndeliveredRow {
    pub id: Uuid,
    pub kind: ReportKind,
    pub patient_id: Option<i64>,
    pub provider_id: i64,
    pub therapist_id: Option<i64>,
    pub outbox_id: Uuid,
    pub channel: MailChannel,
    pub state: OutboxState,
    pub phase_at: DateTime<Utc>,
    /// Since when it waits for a person.
    pub held_at: Option<DateTime<Utc>>,
}

#[derive(FromQueryResult)]
pub struct WrongRow {
    pub id: Uuid,
    pub provider_id: i64,
    pub therapist_id: Option<i64>,
    pub to_address: String,
    pub created_at: DateTime<Utc>,
    pub outcome: Option<Outcome>,
}

#[derive(FromQueryResult)]
pub struct AnsweredRow {
    pub id: Uuid,
    pub provider_id: i64,
    pub patient_id: Option<i64>,
    pub therapist_id: Option<i64>,
    pub answer: Answer,
    pub visits: Option<i64>,
    pub created_at: DateTime<Utc>,
}

#[derive(FromQueryResult)]
pub struct ApprovalRow {
    pub id: Uuid,
    pub kind: ReportKind,
    pub patient_id: Option<i64>,
    pub provider_id: i64,
    pub therapist_id: Option<i64>,
    pub signed: i32,
    pub created_at: DateTime<Utc>,
}

/// The instant at which a local day begins.
fn begins(app: &App, day: NaiveDate) -> DateTime<Utc> {
    app.clock.at(day, NaiveTime::MIN)
}

fn ago(app: &App, days: i64) -> NaiveDate {
    super::raised::after(app.today(), -days)
}

/// Courses that are still going. `asking` are the payers that want reports of their own.
pub async fn courses(app: &App, asking: &[i64]) -> Result<Vec<CourseRow>> {
    let payers = std::iter::once(&0).chain(asking).map(i64::to_string).collect::<Vec<_>>().join(", ");
    let sql = include_str!("sql/courses.sql").replace("/* payers */", &payers);
    let long_ago = ago(app, super::course::REPORT_EVERY);
    let values = vec![
        app.today().into(),
        super::raised::after(app.today(), super::course::ENDS_SOON).into(),
        long_ago.into(),
        begins(app, long_ago + Days::new(1)).into(),
    ];
    Ok(db::rows(&app.db, &sql, values).await?)
}

/// The orders of some episodes that are not cancelled.
pub async fn unscheduled(app: &App) -> Result<Vec<ReferralRow>> {
    Ok(db::rows(&app.db, include_str!("sql/unscheduled.sql"), vec![ago(app, super::people::BOOKED_WITHIN).into()]).await?)
}

pub async fn unthanked(app: &App) -> Result<Vec<ThanksRow>> {
    let before = app.now() - chrono::TimeDelta::hours(super::people::THANKED_WITHIN);
    Ok(db::rows(&app.db, include_str!("sql/unthanked.sql"), vec![before.into()]).await?)
}

pub async fn unsigned(app: &App) -> Result<Vec<UnsignedRow>> {
    Ok(db::rows(&app.db, include_str!("sql/unsigned.sql"), vec![app.today().into()]).await?)
}

pub async fn unbilled(app: &App) -> Result<Vec<UnbilledRow>> {
    let before = begins(app, ago(app, super::billing::BILLED_WITHIN) + Days::new(1));
    Ok(db::rows(&app.db, include_str!("sql/unbilled.sql"), vec![before.into()]).await?)
}

pub async fn claims(app: &App) -> Result<Vec<ClaimRow>> {
    let soon = super::raised::after(app.today(), super::billing::FILING_SOON);
    let values = vec![soon.into(), ago(app, super::billing::ANSWERED_WITHIN).into(), ago(app, super::billing::DECIDED_WITHIN).into()];
    Ok(db::rows(&app.db, include_str!("sql/claims.sql"), values).await?)
}

pub async fn denials(app: &App) -> Result<Vec<DenialRow>> {
    Ok(db::rows(&app.db, include_str!("sql/denials.sql"), vec![]).await?)
}

pub async fn quiet(app: &App) -> Result<Vec<QuietRow>> {
    Ok(db::rows(&app.db, include_str!("sql/quiet.sql"), vec![ago(app, super::people::QUIET_AFTER).into()]).await?)
}

pub async fn benefits(app: &App) -> Result<Vec<BenefitRow>> {
    Ok(db::rows(&app.db, include_str!("sql/benefits.sql"), vec![]).await?)
}

pub async fn undelivered(app: &App) -> Result<Vec<UndeliveredRow>> {
    Ok(db::rows(&app.db, include_str!("sql/undelivered.sql"), vec![]).await?)
}

pub async fn wrong_recipients(app: &App) -> Result<Vec<WrongRow>> {
    Ok(db::rows(&app.db, include_str!("sql/wrong_recipients.sql"), vec![]).await?)
}

/// Answers to renewal requests that nobody has checked.
pub async fn answered(app: &App) -> Result<Vec<AnsweredRow>> {
    Ok(db::rows(&app.db, include_str!("sql/answered.sql"), vec![]).await?)
}

pub async fn to_approve(app: &App) -> Result<Vec<ApprovalRow>> {
    Ok(db::rows(&app.db, include_str!("sql/to_approve.sql"), vec![]).await?)
}

/// Providers whom the registry no longer knows.
pub async fn deactivated(app: &App) -> Result<Vec<provider::Model>> {
    let living = provider::Entity::find()
        .filter(provider::Column::NpiStatus.eq(NpiStatus::Deactivated))
        .filter(provider::Column::DeletedAt.is_null())
        .filter(provider::Column::MergedIntoId.is_null());
    Ok(living.all(&app.db).await?)
}

pub async fn payers(app: &App) -> Result<HashMap<i64, payer::Model>> {
    let rows = payer::Entity::find().filter(payer::Column::DeletedAt.is_null()).all(&app.db).await?;
    Ok(rows.into_iter().map(|p| (p.id, p)).collect())
}

/// Everything that people did with alerts and that still holds.
pub async fn actions(app: &App) -> Result<Vec<alert_action::Model>> {
    let holds = alert_action::Column::UntilOn.is_null().or(alert_action::Column::UntilOn.gt(app.today()));
    Ok(alert_action::Entity::find().filter(holds).all(&app.db).await?)
}

/// Keeps what a person did; the latest counts.
pub async fn keep(
    work: &Work<'_>,
    rule: Rule,
    subject_id: Uuid,
    occurrence: &str,
    action: AlertAction,
    until: Option<NaiveDate>,
    why: Option<String>,
) -> Result<()> {
    use alert_action::Column as C;
    let row = alert_action::ActiveModel {
        rule: Set(rule),
        subject_kind: Set(rule.subject().into()),
        subject_id: Set(subject_id),
        occurrence: Set(occurrence.into()),
        action: Set(action),
        actor_name: Set(work.by.name.clone()),
        user_id: Set(work.by.user_id()),
        until_on: Set(until),
        why: Set(why),
        at: Set(work.now),
        ..Default::default()
    };
    let latest = OnConflict::columns([C::Rule, C::SubjectKind, C::SubjectId, C::Occurrence])
        .update_columns([C::Action, C::ActorName, C::UserId, C::UntilOn, C::Why, C::At])
        .to_owned();
    alert_action::Entity::insert(row).on_conflict(latest).exec_without_returning(&work.tx).await?;
    Ok(())
}

/// Forgets what was done: the alert stands as its cause does.
pub async fn forget(work: &Work<'_>, rule: Rule, subject_id: Uuid, occurrence: &str) -> Result<()> {
    alert_action::Entity::delete_many()
        .filter(alert_action::Column::Rule.eq(rule))
        .filter(alert_action::Column::SubjectId.eq(subject_id))
        .filter(alert_action::Column::Occurrence.eq(occurrence))
        .exec(&work.tx)
        .await?;
    Ok(())
}
