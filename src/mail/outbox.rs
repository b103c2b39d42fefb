//! The queue of frozen mails: every query of it. What happens to a row happens by one of these moves, each of which names the
//! state it comes from, so that two workers can never both make it.

use super::message::Frozen;
use super::outbox_state::{HandWay, MailChannel, OutboxState};
use super::throttle::Recent;
use super::verdict::{Step, scrubbed};
use crate::app::App;
use crate::entity::outbox::{ActiveModel, Column, Entity, Model};
use crate::entity::{disclosure, frozen_mail, outbox_attempt, outbox_patient};
use crate::error::{AppError, Result};
use crate::types::day::span;
use crate::work::Work;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, LockBehavior, LockType, OnConflict};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, Set, Statement,
    UpdateMany,
};
use std::collections::HashMap;
use uuid::Uuid;

/// What a release puts into the queue.
pub struct NewMail<'a> {
    pub id: Uuid,
    pub channel: MailChannel,
    pub report_id: Option<i64>,
    pub provider_id: i64,
    /// The disclosure in words: `Progress report`.
    pub what: &'a str,
    pub idempotency_key: String,
    pub frozen: Frozen,
    /// Whom it tells about.
    pub patient_ids: &'a [i64],
    pub resend_no: i64,
    pub next_at: DateTime<Utc>,
}

/// Puts a mail into the queue, in the transaction of the release that it comes from. The unique key is the last word on "twice".
pub async fn insert(work: &Work<'_>, new: NewMail<'_>) -> Result<Model> {
    // Signed before it is frozen, where we sign: the same bytes on every attempt.
    let mime = match new.channel {
        MailChannel::Paper => new.frozen.mime,
        _ => work.app.post.signed(&new.frozen.mime, &new.frozen.from_address, work.now)?,
    };
    let row = ActiveModel {
        public_id: Set(new.id),
        report_id: Set(new.report_id),
        provider_id: Set(new.provider_id),
        approved_by_id: Set(work.by.user_id()),
        channel: Set(new.channel),
        what: Set(new.what.into()),
        idempotency_key: Set(new.idempotency_key),
        message_id: Set(new.frozen.message_id),
        from_address: Set(new.frozen.from_address),
        to_address: Set(new.frozen.to_address),
        subject: Set(new.frozen.subject),
        state: Set(OutboxState::Approved),
        mime_sha256: Set(super::message::sha256(&mime)),
        attempts: Set(0),
        resend_no: Set(new.resend_no),
        approved_at: Set(work.now),
        phase_at: Set(work.now),
        next_at: Set(new.next_at),
        ..Default::default()
    };
    let inserted = Entity::insert(row).exec_with_returning(&work.tx).await;
    let row =
        inserted.map_err(|e| AppError::unless_unique(e, "this report was released already. Send it again by name if that is meant"))?;
    let bytes = frozen_mail::ActiveModel { outbox_id: Set(row.id), mime: Set(mime), key_id: Set(0) };
    frozen_mail::Entity::insert(bytes).exec_without_returning(&work.tx).await?;
    let told = new.patient_ids.iter().map(|id| outbox_patient::ActiveModel { outbox_id: Set(row.id), patient_id: Set(*id) });
    if !new.patient_ids.is_empty() {
        outbox_patient::Entity::insert_many(told).exec_without_returning(&work.tx).await?;
    }
    Ok(row)
}

/// The bytes of a mail, as they were approved.
pub async fn mime(db: &impl ConnectionTrait, mail: &Model) -> Result<Vec<u8>> {
    let frozen = crate::db::find::<frozen_mail::Entity>(db, mail.id).await?;
    Ok(frozen.ok_or_else(|| anyhow::anyhow!("the bytes of mail {} are gone", mail.id))?.mime)
}

/// All mails of a report, first to last.
pub async fn of_report(db: &impl ConnectionTrait, report_id: i64) -> Result<Vec<Model>> {
    Ok(Entity::find().filter(Column::ReportId.eq(report_id)).order_by_asc(Column::Id).all(db).await?)
}

/// How a mail stands.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Standing {
    pub id: i64,
    pub public_id: Uuid,
    pub report_id: Option<i64>,
    pub channel: MailChannel,
    pub sent_how: Option<HandWay>,
    pub state: OutboxState,
    pub to_address: String,
    pub resend_no: i64,
    pub approved_at: DateTime<Utc>,
    pub phase_at: DateTime<Utc>,
    pub next_at: DateTime<Utc>,
    pub sent_at: Option<DateTime<Utc>>,
    pub last_code: Option<String>,
    pub last_text: Option<String>,
    pub held_at: Option<DateTime<Utc>>,
}

/// How the mails of several reports stand, first to last: one query however many they are.
pub async fn standings(db: &impl ConnectionTrait, report_ids: &[i64]) -> Result<HashMap<i64, Vec<Standing>>> {
    let all = Entity::find().select_only().columns([
        Column::Id,
        Column::PublicId,
        Column::ReportId,
        Column::Channel,
        Column::SentHow,
        Column::State,
        Column::ToAddress,
        Column::ResendNo,
        Column::ApprovedAt,
        Column::PhaseAt,
        Column::NextAt,
        Column::SentAt,
        Column::LastCode,
        Column::LastText,
        Column::HeldAt,
    ]);
    let all = all.filter(Column::ReportId.is_in(report_ids.iter().copied())).order_by_asc(Column::Id);
    let mut found: HashMap<i64, Vec<Standing>> = HashMap::new();
    for standing in all.into_model::<Standing>().all(db).await? {
        found.entry(standing.report_id.unwrap_or(0)).or_default().push(standing);
    }
    Ok(found)
}

/// How many mails are in a state, the held ones apart.
#[derive(Clone, Copy, Debug, FromQueryResult)]
pub struct Counted {
    pub state: OutboxState,
    pub held: i64,
    pub n: i64,
}

/// The latest mail of each report that no newer version replaces, counted by its state.
pub async fn counted(db: &impl ConnectionTrait) -> Result<Vec<Counted>> {
    Ok(crate::db::rows(db, include_str!("sql/standing.sql"), vec![]).await?)
}

pub async fn patients_of(db: &impl ConnectionTrait, outbox_id: i64) -> Result<Vec<i64>> {
    let told = outbox_patient::Entity::find().filter(outbox_patient::Column::OutboxId.eq(outbox_id)).all(db).await?;
    Ok(told.into_iter().map(|t| t.patient_id).collect())
}

/// What was tried, first to last.
pub async fn attempts_of(db: &impl ConnectionTrait, outbox_ids: Vec<i64>) -> Result<Vec<outbox_attempt::Model>> {
    let tries = outbox_attempt::Entity::find().filter(outbox_attempt::Column::OutboxId.is_in(outbox_ids));
    Ok(tries.order_by_asc(outbox_attempt::Column::Id).all(db).await?)
}

/// Whether a mail that did not end as sent may have arrived all the same: its body went out, and nobody said no to it.
pub async fn may_have_left(db: &impl ConnectionTrait, outbox_id: i64) -> Result<bool> {
    let is_refusal = |code: &str| code.starts_with('4') || code.starts_with('5');
    let went = |t: &outbox_attempt::Model| t.step == Step::Body.word() && !t.code.as_deref().is_some_and(is_refusal);
    Ok(attempts_of(db, vec![outbox_id]).await?.iter().any(went))
}

/// The clock that leases are measured by: the database's own, for processes may disagree about the time but not about that one.
fn lease_clock(app: &App, db: &impl ConnectionTrait) -> Expr {
    match db.get_database_backend() {
        DbBackend::Sqlite => Expr::value(app.now()),
        _ => Expr::cust("clock_timestamp()"),
    }
}

/// What it shows now.
async fn lease_now(app: &App, db: &impl ConnectionTrait) -> Result<DateTime<Utc>> {
    if db.get_database_backend() == DbBackend::Sqlite {
        return Ok(app.now());
    }
    let row = db.query_one_raw(Statement::from_string(DbBackend::Postgres, "select clock_timestamp()")).await?;
    Ok(row.ok_or_else(|| anyhow::anyhow!("the database gave no time"))?.try_get_by_index(0)?)
}

/// A mail whose time has come.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Due {
    pub id: i64,
    pub state: OutboxState,
    pub channel: MailChannel,
    pub to_address: String,
    pub let_go_at: Option<DateTime<Utc>>,
}

/// Mails whose time has come, oldest first. On PostgreSQL those that another worker looks at are left to it.
pub async fn due(db: &impl ConnectionTrait, now: DateTime<Utc>, most: u64) -> Result<Vec<Due>> {
    let mut query = Entity::find()
        .select_only()
        .columns([Column::Id, Column::State, Column::Channel, Column::ToAddress, Column::LetGoAt])
        .filter(Column::Channel.is_in(MailChannel::MAILED))
        .filter(Column::State.is_in([OutboxState::Approved, OutboxState::RetryWait]))
        .filter(Column::HeldAt.is_null())
        .filter(Column::NextAt.lte(now))
        .order_by_asc(Column::NextAt)
        .order_by_asc(Column::Id)
        .limit(most);
    if db.get_database_backend() == DbBackend::Postgres {
        query = query.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
    }
    Ok(query.into_model::<Due>().all(db).await?)
}

/// Takes a mail in hand for as long as the lease holds. None: it does not wait any more.
pub async fn claim(app: &App, db: &impl ConnectionTrait, mail: &Due) -> Result<Option<Model>> {
    let token = hex::encode(rand::random::<[u8; 16]>());
    let until = lease_now(app, db).await? + span(app.config.waits.lease);
    let claimed = Entity::update_many()
        .col_expr(Column::State, Expr::value(OutboxState::Claimed))
        .col_expr(Column::Attempts, Expr::col(Column::Attempts).add(1))
        .col_expr(Column::PhaseAt, Expr::value(app.now()))
        .col_expr(Column::LeaseToken, Expr::value(Some(token)))
        .col_expr(Column::LeaseUntil, Expr::value(Some(until)))
        .col_expr(Column::BootId, Expr::value(Some(app.post.boot_id.clone())))
        .filter(Column::Id.eq(mail.id))
        .filter(Column::State.eq(mail.state));
    Ok(claimed.exec_with_returning(db).await?.pop())
}

/// Gives a mail back that was taken in hand and not tried: it stands as before, and goes when its turn comes.
pub async fn give_back(db: &impl ConnectionTrait, mail: &Model) -> Result<()> {
    let before = if mail.attempts > 1 { OutboxState::RetryWait } else { OutboxState::Approved };
    let held = Entity::update_many()
        .col_expr(Column::State, Expr::value(before))
        .col_expr(Column::Attempts, Expr::col(Column::Attempts).sub(1))
        .col_expr(Column::LeaseUntil, Expr::value(Option::<DateTime<Utc>>::None))
        .filter(Column::Id.eq(mail.id))
        .filter(Column::State.eq(OutboxState::Claimed))
        .filter(Column::LeaseToken.eq(mail.lease_token.clone()));
    held.exec(db).await?;
    Ok(())
}

/// Puts a mail off without trying it.
pub async fn put_off(db: &impl ConnectionTrait, mail: &Due, until: DateTime<Utc>, why: &str) -> Result<()> {
    let held = Entity::update_many().filter(Column::Id.eq(mail.id)).filter(Column::State.eq(mail.state));
    held.col_expr(Column::NextAt, Expr::value(until)).col_expr(Column::LastText, Expr::value(why)).exec(db).await?;
    Ok(())
}

/// Lays a mail aside until a person lets it go.
pub async fn hold(db: &impl ConnectionTrait, mail: &Due, at: DateTime<Utc>, why: &str) -> Result<()> {
    let held = Entity::update_many().filter(Column::Id.eq(mail.id)).filter(Column::State.eq(mail.state));
    held.col_expr(Column::HeldAt, Expr::value(Some(at))).col_expr(Column::LastText, Expr::value(why)).exec(db).await?;
    Ok(())
}

/// A person looked at a mail that was laid aside: it goes now, whatever went to the address today. False: it is not held any more.
pub async fn let_go(db: &impl ConnectionTrait, mail: &Model, at: DateTime<Utc>, by: Option<i64>) -> Result<bool> {
    let held = Entity::update_many()
        .col_expr(Column::HeldAt, Expr::value(Option::<DateTime<Utc>>::None))
        .col_expr(Column::LetGoAt, Expr::value(Some(at)))
        .col_expr(Column::LetGoById, Expr::value(by))
        .col_expr(Column::NextAt, Expr::value(at))
        .filter(Column::Id.eq(mail.id))
        .filter(Column::HeldAt.is_not_null())
        .filter(Column::State.is_in([OutboxState::Approved, OutboxState::RetryWait]));
    Ok(held.exec(db).await?.rows_affected == 1)
}

/// From its approval on a mail could go; one that was laid aside, from when a person let it go.
fn could_go_by(since: DateTime<Utc>) -> Condition {
    let approved = Column::LetGoAt.is_null().and(Column::ApprovedAt.lte(since));
    Condition::any().add(approved).add(Column::LetGoAt.lte(since))
}

/// Gives up mails that could have gone since before an instant, and have not; tells how many. One that a person may still take back has
/// not begun to wait.
pub async fn expire_waiting(db: &impl ConnectionTrait, since: DateTime<Utc>, now: DateTime<Utc>, words: &str) -> Result<u64> {
    let ready = Condition::any().add(Column::State.eq(OutboxState::RetryWait)).add(Column::NextAt.lte(now));
    let waiting = ended(OutboxState::Expired, words)
        .filter(Column::Channel.is_in(MailChannel::MAILED))
        .filter(Column::State.is_in([OutboxState::Approved, OutboxState::RetryWait]))
        .filter(Column::HeldAt.is_null())
        .filter(could_go_by(since))
        .filter(ready);
    Ok(waiting.exec(db).await?.rows_affected)
}

/// Stops what has not left for an address, also what a worker has in hand: without its mark before the body nothing of it goes.
pub async fn stop_waiting(db: &impl ConnectionTrait, address: &str, words: &str) -> Result<()> {
    let waiting =
        ended(OutboxState::Failed, words).filter(Column::Channel.is_in(MailChannel::MAILED)).filter(Column::ToAddress.eq(address));
    let still = [OutboxState::Approved, OutboxState::RetryWait, OutboxState::Claimed];
    waiting.filter(Column::State.is_in(still)).exec(db).await?;
    Ok(())
}

/// Mails that come to an end, or to another state, outside of an attempt.
fn ended(to: OutboxState, words: &str) -> UpdateMany<Entity> {
    Entity::update_many()
        .col_expr(Column::State, Expr::value(to))
        .col_expr(Column::LastCode, Expr::value(Option::<String>::None))
        .col_expr(Column::LastText, Expr::value(words))
        .col_expr(Column::LeaseUntil, Expr::value(Option::<DateTime<Utc>>::None))
}

/// The point of no return: committed before the first byte of the body. False: somebody else has the mail, or the lease passed.
pub async fn mark_body(app: &App, db: &impl ConnectionTrait, mail: &Model) -> Result<bool> {
    let marked = Entity::update_many()
        .col_expr(Column::State, Expr::value(OutboxState::Body))
        .col_expr(Column::PhaseAt, Expr::value(app.now()))
        .filter(Column::Id.eq(mail.id))
        .filter(Column::State.eq(OutboxState::Claimed))
        .filter(Column::LeaseToken.eq(mail.lease_token.clone()))
        .filter(Expr::col(Column::LeaseUntil).gt(lease_clock(app, db)));
    Ok(marked.exec(db).await?.rows_affected == 1)
}

/// Ends an attempt. Only the worker that holds the mail may; for `sent` a mail that counts as unknown meanwhile is fine, too.
pub async fn settle(app: &App, db: &impl ConnectionTrait, mail: &Model, to: OutboxState, end: &Attempt) -> Result<bool> {
    let mut from = vec![OutboxState::Claimed, OutboxState::Body];
    if to == OutboxState::Sent {
        from.push(OutboxState::Unknown);
    }
    let now = app.now();
    let mut update = Entity::update_many()
        .col_expr(Column::State, Expr::value(to))
        .col_expr(Column::LastCode, Expr::value(end.code.map(|c| c.to_string())))
        .col_expr(Column::LastText, Expr::value(scrubbed(&end.words)))
        .col_expr(Column::LeaseUntil, Expr::value(Option::<DateTime<Utc>>::None))
        .filter(Column::Id.eq(mail.id))
        .filter(Column::State.is_in(from))
        .filter(Column::LeaseToken.eq(mail.lease_token.clone()));
    if to != OutboxState::Unknown {
        update = update.col_expr(Column::PhaseAt, Expr::value(now));
    }
    if to == OutboxState::Sent {
        update = update.col_expr(Column::SentAt, Expr::value(Some(now)));
    }
    if let Some(next_at) = end.next_at {
        update = update.col_expr(Column::NextAt, Expr::value(next_at));
    }
    let settled = update.exec(db).await?.rows_affected == 1;
    if settled {
        note_attempt(app, db, mail, end.step, end.code.map(|c| c.to_string())).await?;
    }
    Ok(settled)
}

/// How an attempt ended.
pub struct Attempt {
    pub step: Step,
    pub code: Option<u16>,
    pub words: String,
    pub next_at: Option<DateTime<Utc>>,
}

pub async fn note_attempt(app: &App, db: &impl ConnectionTrait, mail: &Model, step: Step, code: Option<String>) -> Result<()> {
    let row = outbox_attempt::ActiveModel {
        outbox_id: Set(mail.id),
        n: Set(mail.attempts),
        worker: Set(app.post.boot_id.clone()),
        step: Set(step.word().into()),
        code: Set(code),
        at: Set(app.now()),
        ..Default::default()
    };
    outbox_attempt::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// Records whom a mail told about, once each. "May have arrived" is told as well: what may have left counts as left. A mail with a
/// link tells nothing: what was opened behind it does.
pub async fn disclose(db: &impl ConnectionTrait, mail: &Model, at: DateTime<Utc>) -> Result<()> {
    if mail.channel == MailChannel::Link { Ok(()) } else { disclose_view(db, mail, 0, at).await }
}

/// Records one look at what a mail leads to; of what it holds itself there is one, number 0.
pub async fn disclose_view(db: &impl ConnectionTrait, mail: &Model, view_no: i64, at: DateTime<Utc>) -> Result<()> {
    let told = patients_of(db, mail.id).await?;
    if told.is_empty() {
        return Ok(());
    }
    let rows = told.iter().map(|patient_id| disclosure::ActiveModel {
        patient_id: Set(*patient_id),
        provider_id: Set(Some(mail.provider_id)),
        report_id: Set(mail.report_id),
        outbox_id: Set(Some(mail.id)),
        to_address: Set(mail.to_address.clone()),
        what: Set(mail.what.clone()),
        purpose: Set("treatment".into()),
        channel: Set(mail.sent_how.map_or(mail.channel.word(), HandWay::word).into()),
        at: Set(at),
        view_no: Set(view_no),
        ..Default::default()
    });
    let of_view = [disclosure::Column::OutboxId, disclosure::Column::PatientId, disclosure::Column::ViewNo];
    let once = OnConflict::columns(of_view).do_nothing().to_owned();
    disclosure::Entity::insert_many(rows).on_conflict(once).exec_without_returning(db).await?;
    Ok(())
}

pub async fn find(db: &impl ConnectionTrait, public_id: Uuid) -> Result<Option<Model>> {
    Ok(Entity::find().filter(Column::PublicId.eq(public_id)).one(db).await?)
}

/// Whether a mail ever left for an address.
pub async fn went_to(db: &impl ConnectionTrait, address: &str) -> Result<bool> {
    let gone = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::ToAddress.eq(address))
        .filter(Column::State.is_in([OutboxState::Sent, OutboxState::Delivered]));
    Ok(gone.into_tuple::<i64>().one(db).await?.is_some())
}

/// A mail whose worker is gone.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Left {
    pub id: i64,
    pub lease_token: Option<String>,
    pub attempts: i64,
    pub approved_at: DateTime<Utc>,
    pub let_go_at: Option<DateTime<Utc>>,
}

/// Claims of a worker that died: these mails surely did not leave.
pub async fn abandoned_claims(app: &App, db: &impl ConnectionTrait) -> Result<Vec<Left>> {
    let mut dead = Condition::any().add(Column::LeaseUntil.lt(lease_now(app, db).await?));
    if db.get_database_backend() == DbBackend::Sqlite {
        // One process delivers from a file: another boot's claims are a dead one's.
        dead = dead.add(Column::BootId.ne(app.post.boot_id.clone()));
    }
    let claims =
        Entity::find().select_only().columns([Column::Id, Column::LeaseToken, Column::Attempts, Column::ApprovedAt, Column::LetGoAt]);
    Ok(claims.filter(Column::State.eq(OutboxState::Claimed)).filter(dead).into_model::<Left>().all(db).await?)
}

/// Such a mail goes back into the queue until `next_at`, or where there is none is given up; unless somebody else has it by now.
pub async fn let_back(db: &impl ConnectionTrait, left: &Left, next_at: Option<DateTime<Utc>>) -> Result<()> {
    let to = if next_at.is_some() { OutboxState::RetryWait } else { OutboxState::Expired };
    let mut back = ended(to, "the program ended before the message went out");
    if let Some(next_at) = next_at {
        back = back.col_expr(Column::NextAt, Expr::value(next_at));
    }
    let still = back.filter(Column::Id.eq(left.id)).filter(Column::State.eq(OutboxState::Claimed));
    still.filter(Column::LeaseToken.eq(left.lease_token.clone())).exec(db).await?;
    Ok(())
}

/// Mails that have been in the body for too long, or since another start of the program. They may have arrived, and never go back by
/// themselves.
pub async fn stuck_in_body(app: &App, db: &impl ConnectionTrait) -> Result<Vec<Model>> {
    let mut stuck = Condition::any().add(Column::PhaseAt.lt(app.now() - span(app.config.waits.body)));
    if db.get_database_backend() == DbBackend::Sqlite {
        stuck = stuck.add(Column::BootId.ne(app.post.boot_id.clone()));
    }
    Ok(Entity::find().filter(Column::State.eq(OutboxState::Body)).filter(stuck).all(db).await?)
}

/// A person says that they sent what was printed: how, on which day, and where it went. None: it does not wait to be printed any more.
pub async fn sent_by_hand(
    work: &Work<'_>,
    mail: &Model,
    how: HandWay,
    on: NaiveDate,
    to: &str,
    at: DateTime<Utc>,
) -> Result<Option<Model>> {
    let sent = ended(OutboxState::Sent, "sent by a person")
        .col_expr(Column::SentHow, Expr::value(Some(how)))
        .col_expr(Column::SentOn, Expr::value(Some(on)))
        .col_expr(Column::SentById, Expr::value(work.by.user_id()))
        .col_expr(Column::SentAt, Expr::value(Some(at)))
        .col_expr(Column::PhaseAt, Expr::value(work.now))
        .col_expr(Column::ToAddress, Expr::value(to))
        .filter(Column::Id.eq(mail.id))
        .filter(Column::Channel.eq(MailChannel::Paper))
        .filter(Column::State.eq(OutboxState::Approved));
    let Some(after) = sent.exec_with_returning(&work.tx).await?.pop() else { return Ok(None) };
    disclose(&work.tx, &after, at).await?;
    Ok(Some(after))
}

/// Moves a mail by hand or by recovery, if it still stands where it was seen. `phase_at` stays: it says when the body began.
pub async fn move_by_hand(
    db: &impl ConnectionTrait,
    mail: &Model,
    to: OutboxState,
    words: &str,
    sent_at: Option<DateTime<Utc>>,
) -> Result<bool> {
    let mut moved = ended(to, words);
    if sent_at.is_some() {
        moved = moved.col_expr(Column::SentAt, Expr::value(sent_at));
    }
    let moved = moved.filter(Column::Id.eq(mail.id)).filter(Column::State.eq(mail.state));
    Ok(moved.exec(db).await?.rows_affected == 1)
}

/// Mails of the last day that left or may have, and those that are leaving now.
pub async fn recent(db: &impl ConnectionTrait, since: DateTime<Utc>) -> Result<Vec<Recent>> {
    let gone = [
        OutboxState::Claimed,
        OutboxState::Body,
        OutboxState::Sent,
        OutboxState::Delivered,
        OutboxState::Bounced,
        OutboxState::Complained,
        OutboxState::Unknown,
    ];
    let query = Entity::find().select_only().column(Column::ToAddress).column(Column::PhaseAt).column(Column::SentAt);
    let rows: Vec<(String, DateTime<Utc>, Option<DateTime<Utc>>)> = query
        .filter(Column::Channel.is_in(MailChannel::COUNTED))
        .filter(Column::State.is_in(gone))
        .filter(Column::PhaseAt.gt(since))
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|(to, phase_at, sent_at)| Recent { to, at: sent_at.unwrap_or(phase_at) }).collect())
}
