//! The queries of the proof of sending.

use super::{AnswerFile, AnswerProof, DecisionProof, FileProof, SendingProof, sent_as};
use crate::claims;
use crate::db;
use crate::documents::exchange::{self, FileRow};
use crate::entity::claim::Model as Claim;
use crate::entity::{claim_batch, era, exchange_file, partner, payer, remittance, transmission, transmission_answer};
use crate::error::Result;
use crate::payments::store::decisions_of;
use crate::types::day;
use crate::x12::envelope::{Envelope, same_control};
use crate::x12::segment::Reader;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use std::collections::HashMap;

/// Segments of one claim that are shown: a claim has at most fifty lines of a few segments.
const MOST_SEGMENTS: usize = 600;

/// Every sending of a claim, first to last.
pub async fn sendings(db: &impl ConnectionTrait, claim: &Claim) -> Result<Vec<SendingProof>> {
    let sent = claims::transmissions_of(db, claim.id).await?;
    let totals = claims::totals_of(db, sent.iter().map(|t| t.claim_version_id).collect()).await?;
    let answers = transmission_answer::Entity::find()
        .filter(transmission_answer::Column::TransmissionId.is_in(sent.iter().map(|t| t.id)))
        .order_by_asc(transmission_answer::Column::Id)
        .all(db)
        .await?;
    let batches = db::by_ids::<claim_batch::Entity>(db, sent.iter().filter_map(|t| t.claim_batch_id)).await?;
    let partners = db::by_ids::<partner::Entity>(db, batches.values().map(|b| b.partner_id)).await?;
    let told_in = answers.iter().filter_map(|a| a.exchange_file_id);
    let files = exchange::files(db, batches.values().map(|b| b.exchange_file_id).chain(told_in).collect()).await?;
    let contents = db::by_ids::<exchange_file::Entity>(db, batches.values().map(|b| b.exchange_file_id)).await?;
    let mut found = Vec::new();
    for t in &sent {
        let batch = t.claim_batch_id.and_then(|id| batches.get(&id));
        let left = batch.and_then(|b| Some((b, contents.get(&b.exchange_file_id)?)));
        let segments = left.map(|(b, file)| own_segments(&file.content, b, t)).unwrap_or_default();
        found.push(SendingProof {
            on: day::long(t.sent_on),
            what: if t.payer_rank > 1 { "to a payer after the first".into() } else { sent_as(t.frequency).into() },
            how: t.channel.label().into(),
            total_cents: totals.get(&t.claim_version_id).copied().unwrap_or(0),
            reference: t.reference.clone(),
            original_reference: t.original_reference.clone(),
            file: batch.and_then(|b| file_proof(b, t, &partners, &files)),
            answers: answers.iter().filter(|a| a.transmission_id == t.id).map(|a| answer_proof(a, &files)).collect(),
            segments,
        });
    }
    Ok(found)
}

fn file_proof(
    batch: &claim_batch::Model,
    sent: &transmission::Model,
    partners: &HashMap<i64, partner::Model>,
    files: &HashMap<i64, FileRow>,
) -> Option<FileProof> {
    let file = files.get(&batch.exchange_file_id)?;
    Some(FileProof {
        partner: partners.get(&batch.partner_id).map(|p| p.name.clone()).unwrap_or_default(),
        name: file.name.clone(),
        size: file.size,
        sha256: hex::encode(&file.sha256),
        batch: batch.reference.clone(),
        interchange: format!("{:09}", batch.interchange_control),
        group: batch.group_control.to_string(),
        transaction: sent.wire_transaction.clone(),
    })
}

/// Who answered: whoever speaks in the file that said it, or the person who entered it.
fn answer_proof(answer: &transmission_answer::Model, files: &HashMap<i64, FileRow>) -> AnswerProof {
    let file = answer.exchange_file_id.and_then(|id| files.get(&id));
    AnswerProof {
        on: day::long(answer.on_day),
        what: answer.kind.label().into(),
        code: answer.code.clone(),
        words: answer.words.clone(),
        reference: answer.reference.clone(),
        by: answer.source.clone().unwrap_or_else(|| format!("entered by {}", answer.actor_name)),
        file: file.map(|f| AnswerFile { name: f.name.clone(), sha256: hex::encode(&f.sha256) }),
    }
}

/// The head of the file (ISA, GS, ST, BHT) and the claim's own segments, as they left.
fn own_segments(content: &[u8], batch: &claim_batch::Model, sent: &transmission::Model) -> Vec<String> {
    let (Some(transaction), Some(first), Some(last)) = (&sent.wire_transaction, sent.first_segment, sent.last_segment) else {
        return Vec::new();
    };
    let own = u64::try_from(first).unwrap_or(0)..=u64::try_from(last).unwrap_or(0);
    let mut reader = Reader::new(content);
    let mut envelope = Envelope::default();
    let mut shown = Vec::new();
    while let Some(segment) = envelope.next(&mut reader) {
        let in_group = envelope.group().is_some_and(|g| same_control(&g.control, &batch.group_control.to_string()));
        let open = envelope.transaction().filter(|t| in_group && same_control(&t.control, transaction));
        let is_head = matches!(segment.id(), "ISA" | "GS") || open.is_some() && matches!(segment.id(), "ST" | "BHT");
        if shown.len() < MOST_SEGMENTS && (is_head || open.is_some_and(|t| own.contains(&t.position))) {
            shown.push(segment.text().to_string());
        }
    }
    shown
}

/// What payers decided, first to last; what we took back as entered wrong is left out.
pub async fn decisions(db: &impl ConnectionTrait, claim: &Claim) -> Result<Vec<DecisionProof>> {
    let rows = decisions_of(db, claim.id).await?;
    let deposits = db::by_ids::<remittance::Entity>(db, rows.iter().map(|d| d.remittance_id)).await?;
    let payers = db::by_ids::<payer::Entity>(db, deposits.values().map(|r| r.payer_id)).await?;
    let eras = era::Entity::find().filter(era::Column::RemittanceId.is_in(deposits.keys().copied())).all(db).await?;
    let files = exchange::files(db, eras.iter().map(|e| e.exchange_file_id).collect()).await?;
    let file_of = |remittance_id: i64| {
        let era = eras.iter().find(|e| e.remittance_id == Some(remittance_id))?;
        let file = files.get(&era.exchange_file_id)?;
        Some(AnswerFile { name: file.name.clone(), sha256: hex::encode(&file.sha256) })
    };
    let one = |d: &crate::entity::decision::Model| {
        let deposit = deposits.get(&d.remittance_id)?;
        Some(DecisionProof {
            on: day::long(d.posted_on),
            payer: payers.get(&deposit.payer_id).map(|p| p.name.clone()).unwrap_or_default(),
            what: d.outcome.label().into(),
            paid_cents: d.paid_cents,
            trace: deposit.trace.clone(),
            payer_claim_no: d.payer_claim_no.clone(),
            file: file_of(d.remittance_id),
        })
    };
    Ok(rows.iter().filter(|d| d.taken_back_on.is_none()).filter_map(one).collect())
}
