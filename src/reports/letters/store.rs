//! The queries of reports to doctors.

use crate::db;
use crate::entity::{
    activity, disclosure, misdirected, outbox, patient, payer, referral, report, report_note, restriction, state_move, visit,
};
use crate::error::{AppError, Result};
use crate::mail::outbox_state::OutboxState;
use crate::network::activity::Purpose;
use crate::network::provider::{ReportFrequency, Stage};
use crate::payers::payer::CoverageKind;
use crate::referrals::referral::{LostReason, ReferralState};
use crate::reports::report::{ReportKind, ReportState, ShownState};
use crate::types::Cursor;
use crate::work::Work;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::sea_query::{Expr, NullOrdering};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, JoinType, Order, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, RelationDef, Set, Value,
};
use std::collections::{BTreeSet, HashMap, HashSet};
use uuid::Uuid;

/// What a list of reports is asked.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    pub shown: Option<ShownState>,
    pub kind: Option<ReportKind>,
    pub provider_id: Option<i64>,
    pub referral_id: Option<i64>,
    pub month: Option<NaiveDate>,
    /// Only this therapist's own.
    pub therapist_id: Option<i64>,
    pub after: Option<i64>,
    pub limit: u64,
}

/// A report's row and the state people see.
#[derive(Clone, Copy, Debug, FromQueryResult)]
pub struct Listed {
    pub id: i64,
    pub shown: ShownState,
}

/// How many reports are in a state.
#[derive(Clone, Copy, Debug, FromQueryResult)]
pub struct Counted {
    pub shown: ShownState,
    pub n: i64,
}

pub async fn find(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<report::Model>> {
    Ok(report::Entity::find().filter(report::Column::PublicId.eq(id)).filter(report::Column::DeletedAt.is_null()).one(db).await?)
}

pub async fn row(db: &impl ConnectionTrait, id: i64) -> Result<report::Model> {
    db::find::<report::Entity>(db, id).await?.ok_or(AppError::NotFound("report"))
}

/// The latest version of a report, whatever became of it.
pub async fn by_identity(db: &impl ConnectionTrait, identity: &str) -> Result<Option<report::Model>> {
    let versions = report::Entity::find().filter(report::Column::Identity.eq(identity)).filter(report::Column::DeletedAt.is_null());
    Ok(versions.order_by_desc(report::Column::VersionNo).one(db).await?)
}

/// A version of a report that nobody has released or skipped yet.
pub async fn open_version_of(db: &impl ConnectionTrait, identity: &str) -> Result<Option<report::Model>> {
    let open = report::Entity::find()
        .filter(report::Column::Identity.eq(identity))
        .filter(report::Column::State.is_in([ReportState::Draft, ReportState::Signed]))
        .filter(report::Column::DeletedAt.is_null());
    Ok(open.one(db).await?)
}

/// The progress report about an episode to one doctor that waits to be signed or released. A copy of another doctor's is none of theirs.
pub async fn waiting_for_episode(db: &impl ConnectionTrait, provider_id: i64, episode_id: i64) -> Result<Option<report::Model>> {
    let waiting = report::Entity::find()
        .filter(report::Column::Kind.eq(ReportKind::Progress))
        .filter(report::Column::ProviderId.eq(provider_id))
        .filter(report::Column::EpisodeId.eq(episode_id))
        .filter(report::Column::CopyOfId.is_null())
        .filter(report::Column::State.is_in([ReportState::Draft, ReportState::Signed]))
        .filter(report::Column::DeletedAt.is_null());
    Ok(waiting.order_by_desc(report::Column::Id).one(db).await?)
}

/// Summaries of one month that exist, by provider.
pub async fn summaries_of(db: &impl ConnectionTrait, month: NaiveDate) -> Result<HashSet<i64>> {
    let all = report::Entity::find()
        .select_only()
        .column(report::Column::ProviderId)
        .filter(report::Column::Kind.eq(ReportKind::MonthlySummary))
        .filter(report::Column::PeriodOn.eq(month))
        .filter(report::Column::DeletedAt.is_null());
    Ok(all.into_tuple::<i64>().all(db).await?.into_iter().collect())
}

/// The last letter that introduced us to a doctor and was not put aside.
pub async fn latest_introduction(db: &impl ConnectionTrait, provider_id: i64) -> Result<Option<report::Model>> {
    let all = report::Entity::find()
        .filter(report::Column::Kind.eq(ReportKind::Introduction))
        .filter(report::Column::ProviderId.eq(provider_id))
        .filter(report::Column::State.ne(ReportState::Skipped))
        .filter(report::Column::DeletedAt.is_null());
    Ok(all.order_by_desc(report::Column::Id).one(db).await?)
}

/// The last introduction to anybody that was let go, of one therapist where one is named.
pub async fn said_in_introduction(db: &impl ConnectionTrait, therapist_id: Option<i64>) -> Result<Option<report::Model>> {
    let mut all = report::Entity::find()
        .filter(report::Column::Kind.eq(ReportKind::Introduction))
        .filter(report::Column::State.eq(ReportState::Released))
        .filter(report::Column::DeletedAt.is_null());
    if let Some(id) = therapist_id {
        all = all.filter(report::Column::TherapistId.eq(id));
    }
    Ok(all.order_by_desc(report::Column::Id).one(db).await?)
}

/// What kinds of payers are on file.
pub async fn kinds_of_payers(db: &impl ConnectionTrait) -> Result<BTreeSet<CoverageKind>> {
    let kinds = payer::Entity::find().select_only().column(payer::Column::Kind).distinct().filter(payer::Column::DeletedAt.is_null());
    Ok(kinds.into_tuple::<CoverageKind>().all(db).await?.into_iter().collect())
}

/// Which signed notes a report is made of.
pub async fn set_notes(work: &Work<'_>, report_id: i64, note_ids: &[i64]) -> Result<()> {
    report_note::Entity::delete_many().filter(report_note::Column::ReportId.eq(report_id)).exec(&work.tx).await?;
    let rows = note_ids.iter().map(|note_id| report_note::ActiveModel { report_id: Set(report_id), note_id: Set(*note_id) });
    if !note_ids.is_empty() {
        report_note::Entity::insert_many(rows).exec_without_returning(&work.tx).await?;
    }
    Ok(())
}

const WENT: [OutboxState; 2] = [OutboxState::Sent, OutboxState::Delivered];

fn to_outbox() -> RelationDef {
    report::Entity::belongs_to(outbox::Entity).from(report::Column::Id).to(outbox::Column::ReportId).into()
}

/// When a doctor was last told how a patient does.
pub async fn last_sent_at(db: &impl ConnectionTrait, provider_id: i64, episode_id: i64, but: i64) -> Result<Option<DateTime<Utc>>> {
    let sent = report::Entity::find()
        .select_only()
        .column_as(outbox::Column::SentAt.max(), "at")
        .join(JoinType::InnerJoin, to_outbox())
        .filter(report::Column::Kind.is_in(ReportKind::TELLING.iter().copied()))
        .filter(report::Column::ProviderId.eq(provider_id))
        .filter(report::Column::EpisodeId.eq(episode_id))
        .filter(report::Column::Id.ne(but))
        .filter(outbox::Column::State.is_in(WENT));
    Ok(sent.into_tuple::<Option<DateTime<Utc>>>().one(db).await?.flatten())
}

/// The first report of a course that told its own doctor how the patient does, with the mail that it went as.
pub async fn first_sent(db: &impl ConnectionTrait, episode_id: i64) -> Result<Option<(report::Model, outbox::Model)>> {
    let reports = report::Entity::find()
        .filter(report::Column::Kind.is_in(ReportKind::TELLING.iter().copied()))
        .filter(report::Column::EpisodeId.eq(episode_id))
        .filter(report::Column::CopyOfId.is_null())
        .filter(report::Column::DeletedAt.is_null());
    let reports = reports.all(db).await?;
    let mail = outbox::Entity::find()
        .filter(outbox::Column::ReportId.is_in(reports.iter().map(|r| r.id)))
        .filter(outbox::Column::State.is_in(WENT))
        .order_by_asc(outbox::Column::SentAt)
        .order_by_asc(outbox::Column::Id);
    let Some(mail) = mail.one(db).await? else { return Ok(None) };
    Ok(reports.into_iter().find(|r| Some(r.id) == mail.report_id).map(|report| (report, mail)))
}

/// How often a doctor was told how a patient does, between two instants.
pub async fn count_sent(db: &impl ConnectionTrait, provider_id: i64, from: DateTime<Utc>, to: DateTime<Utc>) -> Result<i64> {
    let sent = report::Entity::find()
        .join(JoinType::InnerJoin, to_outbox())
        .filter(report::Column::Kind.is_in(ReportKind::TELLING.iter().copied()))
        .filter(report::Column::ProviderId.eq(provider_id))
        .filter(outbox::Column::State.is_in(WENT))
        .filter(outbox::Column::ResendNo.eq(0))
        .filter(outbox::Column::SentAt.gte(from))
        .filter(outbox::Column::SentAt.lt(to));
    Ok(i64::try_from(sent.count(db).await?).unwrap_or(0))
}

/// Reports, newest first.
pub async fn list(db: &impl ConnectionTrait, asked: &Asked) -> Result<Vec<Listed>> {
    let sql = format!("{} order by id desc limit {}", filtered("id, shown", asked), asked.limit);
    Ok(db::rows(db, &sql, values(asked)).await?)
}

/// How many there are of each state, whatever state was asked.
pub async fn counts(db: &impl ConnectionTrait, asked: &Asked) -> Result<HashMap<ShownState, i64>> {
    let all = Asked { shown: None, after: None, ..asked.clone() };
    let sql = format!("{} group by shown", filtered("shown, count(*) as n", &all));
    let rows: Vec<Counted> = db::rows(db, &sql, values(&all)).await?;
    Ok(rows.into_iter().map(|c| (c.shown, c.n)).collect())
}

fn filtered(columns: &str, asked: &Asked) -> String {
    let mut sql = include_str!("../sql/letters.sql").replace("/* columns */", columns);
    let mut n = 0;
    let mut and = |condition: &str, is_asked: bool| {
        if is_asked {
            n += 1;
            sql.push_str(&format!("\nand {}", condition.replace('?', &format!("${n}"))));
        }
    };
    and("shown = ?", asked.shown.is_some());
    and("kind = ?", asked.kind.is_some());
    and("provider_id = ?", asked.provider_id.is_some());
    and("referral_id = ?", asked.referral_id.is_some());
    and("period_on = ?", asked.month.is_some());
    and("therapist_id = ?", asked.therapist_id.is_some());
    and("id < ?", asked.after.is_some());
    sql
}

fn values(asked: &Asked) -> Vec<Value> {
    let given = [
        asked.shown.map(|s| s.word().into()),
        asked.kind.map(|k| k.word().into()),
        asked.provider_id.map(Value::from),
        asked.referral_id.map(Value::from),
        asked.month.map(Value::from),
        asked.therapist_id.map(Value::from),
        asked.after.map(Value::from),
    ];
    given.into_iter().flatten().collect()
}

/// What stands in the way of a report that waits.
#[derive(Clone, Copy, Debug, FromQueryResult)]
pub struct Held {
    pub id: i64,
    pub unsigned_notes: i64,
    pub addresses: i64,
    pub restrictions: i64,
}

impl Held {
    /// The first reason, short enough for a card.
    pub fn words(self) -> Option<&'static str> {
        match self {
            Self { unsigned_notes: 1.., .. } => Some("Held: a note is unsigned"),
            Self { restrictions: 1.., .. } => Some("Held: the patient restricted it"),
            Self { addresses: 0, .. } => Some("Held: address not checked"),
            _ => None,
        }
    }
}

/// Why reports wait longer than they should, by report.
pub async fn held(db: &impl ConnectionTrait, today: NaiveDate) -> Result<HashMap<i64, &'static str>> {
    let rows: Vec<Held> = db::rows(db, include_str!("../sql/held.sql"), vec![today.into()]).await?;
    Ok(rows.into_iter().filter_map(|h| Some((h.id, h.words()?))).collect())
}

/// The referrals of one doctor received by a day.
pub async fn referrals_of(db: &impl ConnectionTrait, provider_id: i64, until: NaiveDate) -> Result<Vec<referral::Model>> {
    let all = referral::Entity::find()
        .filter(referral::Column::ProviderId.eq(provider_id))
        .filter(referral::Column::ReceivedOn.lte(until))
        .filter(referral::Column::DeletedAt.is_null());
    Ok(all.order_by_asc(referral::Column::Id).all(db).await?)
}

/// Each time somebody tried to reach the patient of a referral, first to last.
pub async fn tries_to_reach(db: &impl ConnectionTrait, referral_id: i64) -> Result<Vec<activity::Model>> {
    let tries = activity::Entity::find()
        .filter(activity::Column::ReferralId.eq(referral_id))
        .filter(activity::Column::Purpose.eq(Purpose::Scheduling))
        .filter(activity::Column::DeletedAt.is_null());
    Ok(tries.order_by_asc(activity::Column::OnDay).order_by_asc(activity::Column::Id).all(db).await?)
}

/// A referral of which a letter may be due.
#[derive(Clone, Debug, FromQueryResult)]
pub struct DueRow {
    pub id: i64,
    pub public_id: Uuid,
    pub number: String,
    pub patient_id: i64,
    pub state: ReferralState,
    pub lost_reason: Option<LostReason>,
    pub received_on: NaiveDate,
    /// Who sent the patient; the doctor of the letter is who ordered where nobody did.
    pub sender_id: Option<i64>,
    pub provider_id: i64,
    pub since_on: Option<NaiveDate>,
    pub is_thanked: i32,
    pub episode_id: i64,
    pub wants: ReportFrequency,
    pub stage: Stage,
    pub payer_id: Option<i64>,
}

/// Referrals of which a letter may be due; what ended before `lately` is past.
pub async fn may_be_due(db: &impl ConnectionTrait, lately: NaiveDate) -> Result<Vec<DueRow>> {
    Ok(db::rows(db, include_str!("../sql/due.sql"), vec![lately.into()]).await?)
}

/// Every letter about several episodes, whatever became of it.
pub async fn letters_about(db: &impl ConnectionTrait, episode_ids: &[i64]) -> Result<Vec<report::Model>> {
    let all = report::Entity::find()
        .filter(report::Column::EpisodeId.is_in(episode_ids.iter().copied()))
        .filter(report::Column::DeletedAt.is_null());
    Ok(all.all(db).await?)
}

/// Who sent anybody by a day.
pub async fn senders(db: &impl ConnectionTrait, until: NaiveDate) -> Result<Vec<i64>> {
    let all = referral::Entity::find()
        .select_only()
        .column(referral::Column::ProviderId)
        .distinct()
        .filter(referral::Column::ProviderId.is_not_null())
        .filter(referral::Column::ReceivedOn.lte(until))
        .filter(referral::Column::DeletedAt.is_null());
    let ids: Vec<Option<i64>> = all.into_tuple().all(db).await?;
    Ok(ids.into_iter().flatten().collect())
}

/// Where each of several referrals stood at the end of a day: its last move by then.
pub async fn states_on(db: &impl ConnectionTrait, referral_ids: Vec<i64>, day: NaiveDate) -> Result<HashMap<i64, state_move::Model>> {
    let moves = state_move::Entity::find()
        .filter(state_move::Column::ThingKind.eq("referral"))
        .filter(state_move::Column::ThingId.is_in(referral_ids))
        .filter(state_move::Column::OnDay.lte(day));
    let moves = moves.order_by_asc(state_move::Column::OnDay).order_by_asc(state_move::Column::Id).all(db).await?;
    Ok(moves.into_iter().map(|m| (m.thing_id, m)).collect())
}

/// All visits of several episodes, in the order they happened.
pub async fn visits_of(db: &impl ConnectionTrait, episode_ids: Vec<i64>) -> Result<Vec<visit::Model>> {
    let all = visit::Entity::find().filter(visit::Column::EpisodeId.is_in(episode_ids)).filter(visit::Column::DeletedAt.is_null());
    let all = all.order_by_asc(visit::Column::VisitOn).order_by_with_nulls(visit::Column::StartsAt, Order::Asc, NullOrdering::Last);
    Ok(all.order_by_asc(visit::Column::Id).all(db).await?)
}

/// Of several patients those who asked that a doctor hears nothing.
pub async fn restricted(db: &impl ConnectionTrait, patient_ids: Vec<i64>, provider_id: i64) -> Result<HashSet<i64>> {
    let whom = Condition::any().add(restriction::Column::ProviderId.is_null()).add(restriction::Column::ProviderId.eq(provider_id));
    let held = restriction::Entity::find()
        .select_only()
        .column(restriction::Column::PatientId)
        .filter(restriction::Column::PatientId.is_in(patient_ids))
        .filter(restriction::Column::LiftedOn.is_null())
        .filter(whom);
    Ok(held.into_tuple::<i64>().all(db).await?.into_iter().collect())
}

/// Those of some patients whose records no doctor is told without a consent, where none holds today [42 CFR 2.31].
pub async fn unconsented(db: &impl ConnectionTrait, patient_ids: Vec<i64>, today: NaiveDate) -> Result<HashSet<i64>> {
    let over = Condition::any().add(patient::Column::Part2ConsentOn.is_null()).add(patient::Column::Part2ConsentUntil.lt(today));
    let held = patient::Entity::find()
        .select_only()
        .column(patient::Column::Id)
        .filter(patient::Column::Id.is_in(patient_ids))
        .filter(patient::Column::Part2Records.eq(true))
        .filter(over);
    Ok(held.into_tuple::<i64>().all(db).await?.into_iter().collect())
}

/// Those of some mails that went to the wrong person.
pub async fn misdirected_among(db: &impl ConnectionTrait, outbox_ids: Vec<i64>) -> Result<HashSet<i64>> {
    let of = misdirected::Entity::find().filter(misdirected::Column::OutboxId.is_in(outbox_ids)).select_only();
    Ok(of.column(misdirected::Column::OutboxId).into_tuple::<i64>().all(db).await?.into_iter().collect())
}

/// Which doctors shall hear nothing of some patients: patient and doctor, none for all of them.
pub async fn restrictions_of(db: &impl ConnectionTrait, patient_ids: Vec<i64>) -> Result<Vec<(i64, Option<i64>)>> {
    let held = restriction::Entity::find().filter(restriction::Column::LiftedOn.is_null()).select_only();
    let held = held.columns([restriction::Column::PatientId, restriction::Column::ProviderId]);
    Ok(held.filter(restriction::Column::PatientId.is_in(patient_ids)).into_tuple().all(db).await?)
}

/// A person looked at it: only what they saw may be approved together with others.
pub async fn mark_opened(db: &impl ConnectionTrait, id: i64, seen: &str, at: DateTime<Utc>) -> Result<()> {
    let other = Condition::any().add(report::Column::SeenMark.is_null()).add(report::Column::SeenMark.ne(seen));
    let unseen = report::Entity::update_many().filter(report::Column::Id.eq(id)).filter(other);
    unseen
        .col_expr(report::Column::OpenedAt, Expr::value(Some(at)))
        .col_expr(report::Column::SeenMark, Expr::value(Some(seen)))
        .exec(db)
        .await?;
    Ok(())
}

/// What was told about a patient, newest first, one row more than asked.
pub async fn disclosures_of(db: &impl ConnectionTrait, patient_id: i64, cursor: Cursor) -> Result<Vec<disclosure::Model>> {
    let mut told = disclosure::Entity::find().filter(disclosure::Column::PatientId.eq(patient_id));
    if let Some(after) = cursor.after {
        told = told.filter(disclosure::Column::Id.lt(after));
    }
    Ok(told.order_by_desc(disclosure::Column::Id).limit(cursor.limit + 1).all(db).await?)
}

/// All of it, first to last.
pub async fn all_disclosures_of(db: &impl ConnectionTrait, patient_id: i64) -> Result<Vec<disclosure::Model>> {
    let told = disclosure::Entity::find().filter(disclosure::Column::PatientId.eq(patient_id));
    Ok(told.order_by_asc(disclosure::Column::At).order_by_asc(disclosure::Column::Id).all(db).await?)
}

/// Whether a reference is taken.
pub async fn is_taken(db: &impl ConnectionTrait, reference: &str) -> Result<bool> {
    Ok(report::Entity::find().filter(report::Column::Reference.eq(reference)).count(db).await? > 0)
}
