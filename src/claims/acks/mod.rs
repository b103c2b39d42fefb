//! What clearinghouses and payers answer in files before anybody decides: TA1, 999 and 277CA. A file is kept once, byte for byte; what it
//! says lands on the batch, on each claim's sendings, and on the claim. A 999 says that a file could be read, which is no
//! acknowledgment of a claim; and a rejection is no denial.

pub mod api;
mod fields;
mod land;
mod landing;
pub mod pages;
mod reading;
mod settle;
mod store;
pub mod view;

use crate::app::{Actor, App, read_id};
use crate::audit::Entry;
use crate::auth::role::{Reach, Thing};
use crate::db;
use crate::documents::exchange;
use crate::documents::exchange::file::{Direction, FileKind};
use crate::entity::acknowledgment::{ActiveModel as NewAck, Model as Ack};
use crate::entity::acknowledgment_item::ActiveModel as NewItem;
use crate::error::{AppError, Result};
use crate::practice;
use crate::types::{Cursor, Listing, Text, Texts};
use crate::work::Work;
use crate::x12::kind::Kind;
use chrono::TimeDelta;
use schemars::JsonSchema;
use sea_orm::{ConnectionTrait, Set};
use serde::{Deserialize, Serialize};
use settle::Settled;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use uuid::Uuid;
use view::{AckRow, AckView};

pub use store::Unanswered;

/// Larger than all answers to a small practice, and small enough to hold.
pub const MOST_BYTES: usize = 100 * 1024 * 1024;

/// A 999 comes within a day,
const READ_WITHIN: TimeDelta = TimeDelta::hours(24);
/// and a word about the claims within three.
const TOLD_WITHIN: TimeDelta = TimeDelta::hours(72);

/// A file that was taken in.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Taken {
    /// The file was here before: nothing changed.
    pub again: bool,
    #[serde(flatten)]
    pub acknowledgment: AckView,
}

fn may_write(by: &Actor) -> Result<()> {
    by.rights(Thing::Claims).to_write("acknowledgment")?;
    Ok(())
}

fn may_read(by: &Actor) -> Result<()> {
    match by.rights(Thing::Claims).to_read("acknowledgment")? {
        Reach::All => Ok(()),
        _ => Err(AppError::NotFound("acknowledgment")),
    }
}

/// Takes a file of answers in. What was read whole counts, also of a file that was cut off; the same file changes nothing.
pub async fn take_in(app: &App, by: &Actor, name: &str, content: Vec<u8>) -> Result<Taken> {
    may_write(by)?;
    if content.len() > MOST_BYTES {
        return Err(AppError::TooLarge(MOST_BYTES / 1024 / 1024));
    }
    let (kind, told) = reading::read(&content).map_err(|words| AppError::field("file", words))?;
    let work = app.work(by).await?;
    // Two who take the same file in at the same moment go one after the other.
    db::hold::<crate::entity::practice::Entity>(&work.tx, practice::of(&work.tx).await?.id).await?;
    let sha256 = Sha256::digest(&content).to_vec();
    if let Some(file_id) = exchange::by_hash(&work.tx, Direction::In, &sha256).await? {
        let known =
            store::of_file(&work.tx, file_id).await?.ok_or_else(|| AppError::conflict("This file was taken in as another kind before"))?;
        return Ok(Taken { again: true, acknowledgment: view::ack(&work.tx, known).await? });
    }
    let file_id = exchange::insert(&work, Direction::In, file_kind(&kind), name, content).await?.id;
    let settled = land::land(&work, file_id, &told).await?;
    let ack = keep(&work, file_id, &told, &settled).await?;
    settle::restate(&work, &settled).await?;
    work.note(Entry::of("took_in", "acknowledgment", ack.id).named(ack.public_id)).await?;
    work.made(ack.id).await?;
    let acknowledgment = view::ack(&work.tx, ack).await?;
    work.commit().await?;
    Ok(Taken { again: false, acknowledgment })
}

fn file_kind(kind: &Kind) -> FileKind {
    match kind {
        Kind::Status277Ca => FileKind::Status,
        Kind::Ta1Only => FileKind::Receipt,
        _ => FileKind::Acknowledgment,
    }
}

/// Writes what a file said and did, item by item.
async fn keep(work: &Work<'_>, file_id: i64, told: &reading::Told, settled: &Settled) -> Result<Ack> {
    let mut sources = settled.items.iter().filter_map(|i| i.source.clone());
    let row = NewAck {
        exchange_file_id: Set(file_id),
        source: Set(sources.next_back().unwrap_or_default()),
        cut: Set(told.cut.clone()),
        kinds: Set(Texts(told.kinds.clone())),
        cautions: Set(Texts(told.cautions.clone())),
        answered_on: Set(settled.items.iter().map(|i| i.on).max().unwrap_or(work.today())),
        read: Set(settled.read),
        acknowledged: Set(settled.acknowledged),
        accepted: Set(settled.accepted),
        rejected: Set(settled.rejected),
        kept: Set(settled.kept),
        known: Set(settled.known),
        unknown: Set(settled.unknown),
        needs_a_person: Set(settled.needs_a_person || told.cut.is_some()),
        ..Default::default()
    };
    let ack = work.insert(row).await?;
    let items = settled.items.iter().enumerate().map(|(n, item)| NewItem {
        acknowledgment_id: Set(ack.id),
        claim_batch_id: Set(item.batch_id),
        claim_id: Set(item.claim_id),
        n: Set(i64::try_from(n).unwrap_or(i64::MAX)),
        level: Set(item.level),
        number: Set(item.number.clone()),
        said: Set(item.said),
        outcome: Set(item.outcome),
        words: Set(item.words.clone()),
        code: Set(item.code.clone()),
        source: Set(item.source.clone()),
        why: Set(item.why.clone()),
        on_day: Set(item.on),
        ..Default::default()
    });
    work.insert_all(items.collect()).await?;
    Ok(ack)
}

async fn find(db: &impl ConnectionTrait, by: &Actor, id: &str) -> Result<Ack> {
    may_read(by)?;
    store::find(db, read_id(id, "acknowledgment")?).await?.ok_or(AppError::NotFound("acknowledgment"))
}

pub async fn show(app: &App, by: &Actor, id: &str) -> Result<AckView> {
    let ack = find(&app.db, by, id).await?;
    crate::audit::seen(app, by, Entry::of("read", "acknowledgment", ack.id).named(ack.public_id)).await?;
    view::ack(&app.db, ack).await
}

/// What lists of files of answers can be asked.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct AckFilter {
    /// yes: those that a person has to look at.
    pub needs: Text,
    pub limit: Text,
    pub cursor: Text,
}

/// Files of answers, newest first.
pub async fn list(app: &App, by: &Actor, filter: &AckFilter) -> Result<Listing<AckRow>> {
    may_read(by)?;
    let cursor = Cursor::read(&filter.cursor, &filter.limit).map_err(AppError::BadRequest)?;
    let rows = store::list(&app.db, filter, &cursor).await?;
    let shown = view::rows(&app.db, &rows).await?;
    let mut shown: HashMap<i64, AckRow> = rows.iter().map(|r| r.id).zip(shown).collect();
    Ok(cursor.cut(rows, |r| r.id, |r| shown.remove(&r.id)).shown())
}

/// Batches that wait too long: a day for a 999, three for a word about their claims.
pub async fn unanswered(app: &App, by: &Actor) -> Result<Vec<Unanswered>> {
    may_read(by)?;
    store::unanswered(&app.db, app.now() - READ_WITHIN, app.now() - TOLD_WITHIN).await
}

/// The file as it came, byte for byte, with its name.
pub async fn file(app: &App, by: &Actor, id: &str) -> Result<(String, Vec<u8>)> {
    let ack = find(&app.db, by, id).await?;
    crate::audit::seen(app, by, Entry::of("downloaded", "acknowledgment", ack.id).named(ack.public_id)).await?;
    let file = exchange::content(&app.db, ack.exchange_file_id).await?;
    Ok((file.name, file.content))
}

/// The files behind some answers of claims, by the kept file.
pub async fn files_of(db: &impl ConnectionTrait, file_ids: Vec<i64>) -> Result<HashMap<i64, Uuid>> {
    Ok(store::ids_of_files(db, file_ids).await?.into_iter().collect())
}
