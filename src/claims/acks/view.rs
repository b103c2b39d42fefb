//! What pages and programs see of files of answers.

use super::store;
use crate::claims::ack_state::{Level, Outcome};
use crate::claims::claim::{AnswerKind, ClaimState};
use crate::db;
use crate::documents::exchange;
use crate::entity::acknowledgment::Model as Ack;
use crate::entity::acknowledgment_item::Model as Item;
use crate::entity::{acknowledgment, claim, claim_batch, patient};
use crate::error::Result;
use crate::patients::view::PatientRef;
use crate::types::Texts;
use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use sea_orm::ConnectionTrait;
use serde::Serialize;
use std::collections::HashMap;
use uuid::Uuid;

/// A file of answers in a list. Its numbers count claims, by what the file did to them.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct AckRow {
    pub id: Uuid,
    /// TA1, 999, 277CA.
    pub kinds: Texts,
    /// Who speaks in it.
    pub source: String,
    pub answered_on: NaiveDate,
    /// In a file that could be read, which says nothing about the claims themselves.
    pub read: i64,
    pub acknowledged: i64,
    pub accepted: i64,
    pub rejected: i64,
    /// It is in their history, and they stand as before.
    pub kept: i64,
    /// The same was told before.
    pub known: i64,
    /// Claims, batches and files that are none of ours.
    pub unknown: i64,
    pub needs_a_person: bool,
    /// All of it was there. Of a file that was cut off, what came before the cut counts.
    pub is_whole: bool,
    /// In a sentence: what it did.
    pub summary: String,
    pub file_name: String,
    pub taken_in_at: DateTime<Utc>,
}

/// A file of answers, item by item.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct AckView {
    #[serde(flatten)]
    pub row: AckRow,
    /// Where it was cut off.
    pub cut: Option<String>,
    pub cautions: Texts,
    pub file_size: i64,
    pub items: Vec<ItemView>,
}

/// What it says of one thing, and what that did.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ItemView {
    pub level: Level,
    /// As the file says it.
    pub number: String,
    pub said: AnswerKind,
    pub outcome: Outcome,
    pub words: Option<String>,
    pub code: Option<String>,
    pub source: Option<String>,
    /// Why it changed nothing.
    pub why: Option<String>,
    pub on: NaiveDate,
    /// The batch of ours that it is about, by its reference.
    pub batch: Option<String>,
    pub claim: Option<ClaimOf>,
}

/// The claim it is about, as it stands now.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ClaimOf {
    pub id: Uuid,
    pub number: String,
    pub state: ClaimState,
    pub patient: PatientRef,
    pub service_on: NaiveDate,
}

fn row(ack: &Ack, file_name: String) -> AckRow {
    AckRow {
        id: ack.public_id,
        kinds: ack.kinds.clone(),
        source: ack.source.clone(),
        answered_on: ack.answered_on,
        read: ack.read,
        acknowledged: ack.acknowledged,
        accepted: ack.accepted,
        rejected: ack.rejected,
        kept: ack.kept,
        known: ack.known,
        unknown: ack.unknown,
        needs_a_person: ack.needs_a_person,
        is_whole: ack.cut.is_none(),
        summary: summary(ack),
        file_name,
        taken_in_at: ack.created_at,
    }
}

/// `2 claims rejected, 14 taken in`. What came back stands first.
fn summary(ack: &Ack) -> String {
    let parts = [
        (ack.rejected, "rejected"),
        (ack.unknown, "not ours"),
        (ack.accepted, "taken in"),
        (ack.acknowledged, "received"),
        (ack.read, "in a file that could be read"),
        (ack.kept, "noted"),
        (ack.known, "known before"),
    ];
    let said: Vec<String> = parts.iter().filter(|(n, _)| *n > 0).map(|(n, words)| format!("{n} {words}")).collect();
    if said.is_empty() { "Nothing about a claim".into() } else { said.join(", ") }
}

/// Several files, with one query beside.
pub async fn rows(db: &impl ConnectionTrait, acks: &[Ack]) -> Result<Vec<AckRow>> {
    let mut files = exchange::files(db, acks.iter().map(|a| a.exchange_file_id).collect()).await?;
    Ok(acks.iter().map(|a| row(a, files.remove(&a.exchange_file_id).map(|f| f.name).unwrap_or_default())).collect())
}

/// The files of answers that speak of some batches, by batch and oldest first.
pub async fn about(db: &impl ConnectionTrait, batch_ids: Vec<i64>) -> Result<HashMap<i64, Vec<AckRow>>> {
    let pairs = store::about(db, batch_ids).await?;
    let acks: Vec<Ack> = db::by_ids::<acknowledgment::Entity>(db, pairs.iter().map(|(_, ack)| *ack)).await?.into_values().collect();
    let shown: HashMap<i64, AckRow> = acks.iter().map(|a| a.id).zip(rows(db, &acks).await?).collect();
    let mut found: HashMap<i64, Vec<AckRow>> = HashMap::new();
    for (batch, ack) in pairs {
        found.entry(batch).or_default().extend(shown.get(&ack).cloned());
    }
    Ok(found)
}

pub async fn ack(db: &impl ConnectionTrait, ack: Ack) -> Result<AckView> {
    let file = exchange::files(db, vec![ack.exchange_file_id]).await?.remove(&ack.exchange_file_id);
    let items = store::items_of(db, ack.id).await?;
    let claims = db::by_ids::<claim::Entity>(db, items.iter().filter_map(|i| i.claim_id)).await?;
    let patients = db::by_ids::<patient::Entity>(db, claims.values().map(|c| c.patient_id)).await?;
    let batches = db::by_ids::<claim_batch::Entity>(db, items.iter().filter_map(|i| i.claim_batch_id)).await?;
    let claim_of = |id: i64| {
        let claim = claims.get(&id)?;
        Some(ClaimOf {
            id: claim.public_id,
            number: claim.number.clone(),
            state: claim.state,
            patient: PatientRef::of(patients.get(&claim.patient_id)?),
            service_on: claim.service_on,
        })
    };
    let one = |i: Item| ItemView {
        claim: i.claim_id.and_then(claim_of),
        batch: i.claim_batch_id.and_then(|id| batches.get(&id)).map(|b| b.reference.clone()),
        level: i.level,
        number: i.number,
        said: i.said,
        outcome: i.outcome,
        words: i.words,
        code: i.code,
        source: i.source,
        why: i.why,
        on: i.on_day,
    };
    let file_size = file.as_ref().map_or(0, |f| f.size);
    let row = row(&ack, file.map(|f| f.name).unwrap_or_default());
    Ok(AckView { row, cut: ack.cut, cautions: ack.cautions, file_size, items: items.into_iter().map(one).collect() })
}
