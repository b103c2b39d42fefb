//! A doctor may want others to hear what they hear about a patient: the cc list of domain 2.11. One message has one recipient, so a copy
//! is a report of its own: it begins as a draft when the report goes that it is a copy of, and a person reads it, with its own address,
//! checks and disclosure, before it leaves. Of a copy there is no copy: two doctors who name each other get one each.

mod store;

use super::changing::put_aside;
use super::drafting::insert;
use super::inspect::wording;
use super::safety::Safety;
use super::store as letters;
use crate::entity::provider::Model as Provider;
use crate::entity::report::{ActiveModel, Model as Report};
use crate::error::Result;
use crate::network;
use crate::network::provider::ReportFrequency;
use crate::reports::report::{ReportKind, ReportState};
use crate::reports::wording::Wording;
use crate::work::Work;
use sea_orm::{ConnectionTrait, Set};

pub use store::notes_of;

/// What a copy corrects where nobody says it: what it is a copy of was taken back and written anew.
const WRITTEN_ANEW: &str = "The report was written anew before it went.";

/// A copy that begins when a report goes.
struct Coming {
    to: Provider,
    identity: String,
    /// One before it, that is still here and says what the report says no more.
    stale: Option<Report>,
}

/// Whom copies will begin for when a report goes, as things stand now.
pub async fn ahead(db: &impl ConnectionTrait, report: &Report) -> Result<Vec<Provider>> {
    if !matches!(report.state, ReportState::Draft | ReportState::Signed) {
        return Ok(Vec::new());
    }
    Ok(coming(db, report).await?.into_iter().map(|coming| coming.to).collect())
}

/// A report goes: its copies begin, each a draft that waits for a person.
pub async fn begin(work: &Work<'_>, original: &Report) -> Result<()> {
    for copy in coming(&work.tx, original).await? {
        begin_one(work, original, copy).await?;
    }
    Ok(())
}

/// A report was taken back before it left: copies that nobody has signed for go with it.
pub async fn let_go(work: &Work<'_>, original: &Report) -> Result<()> {
    for copy in store::drafts_of(&work.tx, original.id).await? {
        put_aside(work, &copy, "the report that it is a copy of was taken back".into()).await?;
    }
    Ok(())
}

/// The report that one is a copy of, and who got it.
pub async fn original(db: &impl ConnectionTrait, report: &Report) -> Result<Option<(Report, Provider)>> {
    let Some(id) = report.copy_of_id else { return Ok(None) };
    let original = letters::row(db, id).await?;
    let provider = network::provider_row(db, original.provider_id).await?;
    Ok(Some((original, provider)))
}

/// A copy tells nothing that its own doctor was not told.
pub fn look(report: &Report, original: Option<&(Report, Provider)>) -> Option<Safety> {
    let (original, provider) = original.filter(|_| matches!(report.state, ReportState::Draft | ReportState::Signed))?;
    let who = network::view::named(provider).spoken();
    Some(match original.state {
        ReportState::Released => Safety::passed("copy", format!("The report to {who} was approved")),
        _ => Safety::stops("copy", format!("The report to {who}, of which this is a copy, was taken back"))
            .at(format!("/reports/{}", original.public_id)),
    })
}

async fn coming(db: &impl ConnectionTrait, original: &Report) -> Result<Vec<Coming>> {
    let Some(patient_id) = original.patient_id.filter(|_| original.kind.is_copied() && original.copy_of_id.is_none()) else {
        return Ok(Vec::new());
    };
    let provider = network::provider_row(db, original.provider_id).await?;
    let mut readers = network::copies::of(db, provider.merged_into_id.unwrap_or(provider.id)).await?;
    if readers.is_empty() {
        return Ok(Vec::new());
    }
    let restrictions = letters::restrictions_of(db, vec![patient_id]).await?;
    readers.retain(|to| wants(to.report_frequency, original.kind));
    readers.retain(|to| !restrictions.iter().any(|(_, whom)| whom.is_none_or(|whom| whom == to.id)));
    let mut copies = store::latest(db, &original.identity).await?;
    let told = store::told(db, original, readers.iter().map(|to| identity(original, to.id)).collect()).await?;
    let one = |to: Provider| {
        let stale = copies.remove(&to.id);
        let has_it = stale.as_ref().map_or(told.contains(&to.id), |copy| !is_stale(copy, original));
        (!has_it).then(|| Coming { identity: identity(original, to.id), to, stale })
    };
    Ok(readers.into_iter().filter_map(one).collect())
}

/// Of another version, or of words that were signed for anew since.
fn is_stale(copy: &Report, original: &Report) -> bool {
    copy.copy_of_id != Some(original.id) || copy.signed_at < original.signed_at
}

/// Whether a doctor wants reports of a kind at all, whoever asked for them.
fn wants(frequency: ReportFrequency, kind: ReportKind) -> bool {
    match frequency {
        ReportFrequency::Standard => true,
        ReportFrequency::DischargeOnly => kind == ReportKind::DischargeLetter,
        ReportFrequency::MonthlyOnly | ReportFrequency::None => false,
    }
}

/// The same subject, told to somebody else: `discharge_letter:12:34` is `discharge_letter:56:34`.
fn identity(original: &Report, provider_id: i64) -> String {
    let mut parts: Vec<&str> = original.identity.split(':').collect();
    let theirs = provider_id.to_string();
    if let Some(whose) = parts.get_mut(1) {
        *whose = &theirs;
    }
    parts.join(":")
}

async fn begin_one(work: &Work<'_>, original: &Report, copy: Coming) -> Result<()> {
    let mut row = ActiveModel {
        kind: Set(original.kind),
        identity: Set(copy.identity),
        version_no: Set(1),
        wording: Set(words(original)?),
        provider_id: Set(copy.to.id),
        patient_id: Set(original.patient_id),
        episode_id: Set(original.episode_id),
        therapist_id: Set(original.therapist_id),
        span_from: Set(original.span_from),
        span_to: Set(original.span_to),
        copy_of_id: Set(Some(original.id)),
        ..Default::default()
    };
    let sent = match copy.stale {
        Some(sent) if sent.state == ReportState::Released => Some(sent),
        Some(unsent) => {
            put_aside(work, &unsent, "the report that it is a copy of says something else by now".into()).await?;
            match unsent.replaces_id {
                Some(id) => Some(letters::row(&work.tx, id).await?),
                None => None,
            }
        }
        None => None,
    };
    // What went is corrected like the report itself, and says so.
    if let Some(sent) = sent {
        row.identity = Set(sent.identity);
        row.version_no = Set(sent.version_no + 1);
        row.replaces_id = Set(Some(sent.id));
        row.amend_reason = Set(Some(original.amend_reason.clone().unwrap_or_else(|| WRITTEN_ANEW.into())));
        row.provider_email_id = Set(sent.provider_email_id);
    }
    insert(work, row).await.map(|_| ())
}

/// The words of the report. Its question is for one doctor to answer: who gets a copy is asked nothing.
fn words(original: &Report) -> Result<serde_json::Value> {
    let said = Wording { ask: None, meanwhile: None, ..wording(original) };
    Ok(serde_json::to_value(said).map_err(|e| anyhow::anyhow!("{e}"))?)
}
