//! What a person does with a report that was begun: says it in their own words, puts it aside, or corrects what went out.

use super::drafting::{draft_identity, insert, moved, noted};
use super::facts;
use super::inspect;
use super::store;
use super::view::{self, ReportView};
use crate::app::{Actor, App};
use crate::audit::Entry;
use crate::auth::role::Thing;
use crate::entity::report::{ActiveModel, Model as Report};
use crate::error::{AppError, Result};
use crate::network;
use crate::reports::report::{ReportKind, ReportState};
use crate::reports::wording::NewWording;
use crate::reports::{find, find_to_write};
use crate::types::words::sentence;
use crate::types::{Check, Text};
use crate::work::{Work, check_version};
use sea_orm::{IntoActiveModel, Set};
use std::collections::BTreeSet;

/// Says it in one's own words, or to another of the doctor's addresses. A signed report that is changed has to be signed again.
pub async fn change(app: &App, by: &Actor, id: &str, new: &NewWording) -> Result<ReportView> {
    by.rights(Thing::Reports).to_write("report")?;
    let parts = view::parts_of(&find(&app.db, by, id).await?);
    let (typed, version) = new.check(&parts, app.today())?;
    let work = app.work(by).await?;
    let before = find_to_write(&work, id).await?;
    check_version(version, before.version, async { Ok(view::wording_of(&before)) }).await?;
    if !matches!(before.state, ReportState::Draft | ReportState::Signed) {
        return Err(AppError::Conflict { message: "this report was released. Amend it instead".into(), allowed: vec!["amend".into()] });
    }
    let ours = facts::gather(app, &work.tx, &before, &inspect::wording(&before)).await?.ours.unwrap_or_default();
    let wording = typed.unless_ours(&ours);
    let address_id = match new.address.some() {
        Some(_) => Some(network::email_of(&work.tx, before.provider_id, &new.address).await?.id),
        None => before.provider_email_id,
    };
    let row = ActiveModel {
        wording: Set(serde_json::to_value(&wording).map_err(|e| anyhow::anyhow!("{e}"))?),
        provider_email_id: Set(address_id),
        ..before.clone().into_active_model()
    };
    let (after, fields) = work.save(&before, row).await?;
    if !fields.is_empty() {
        let entry = Entry::of("changed", "report", after.id).named(after.public_id).fields(changed(&before, &after, fields));
        work.note(Entry { patient_id: after.patient_id, ..entry }).await?;
        back_to_draft(&work, &after, "changed after the signature").await?;
    }
    let view = view::report(app, &work.tx, by, after.id).await?;
    work.commit().await?;
    Ok(view)
}

/// The names of what changed: of the wording its parts, for it is one column.
fn changed(before: &Report, after: &Report, fields: Vec<String>) -> Vec<String> {
    let parts = |report: &Report| report.wording.as_object().cloned().unwrap_or_default();
    let (was, is) = (parts(before), parts(after));
    let names: BTreeSet<&String> = was.keys().chain(is.keys()).filter(|name| was.get(*name) != is.get(*name)).collect();
    fields.into_iter().filter(|field| field != "wording").chain(names.into_iter().cloned()).collect()
}

/// A signed report is a draft again.
pub async fn back_to_draft(work: &Work<'_>, report: &Report, why: &str) -> Result<()> {
    if report.state != ReportState::Signed {
        return Ok(());
    }
    let mut row =
        ActiveModel { state: Set(ReportState::Draft), signed_at: Set(None), signed_by_id: Set(None), ..report.clone().into_active_model() };
    // A copy tells what the report tells that it is a copy of, whenever it is signed.
    if let (Some(episode_id), None, None) = (report.episode_id, report.replaces_id, report.copy_of_id) {
        if report.kind != ReportKind::InitialReport {
            row.span_to = Set(None);
        }
        if report.kind == ReportKind::Progress {
            row.identity = Set(draft_identity(report.provider_id, episode_id));
        }
    }
    work.save(report, row).await?;
    moved(work, report, Some(ReportState::Signed), ReportState::Draft, Some(why.into())).await
}

/// Puts a report aside, with the reason.
pub async fn skip(app: &App, by: &Actor, id: &str, why: &Text) -> Result<ReportView> {
    find(&app.db, by, id).await?;
    by.rights(Thing::Reports).to_write("report")?;
    let mut check = Check::new(app.today());
    let why = check.required_line("why", why, "Say why it is not sent");
    let why = check.done(why)?;
    let work = app.work(by).await?;
    let before = find_to_write(&work, id).await?;
    if !matches!(before.state, ReportState::Draft | ReportState::Signed) {
        return Err(AppError::conflict("this report was released already. It can be taken back while it has not left"));
    }
    put_aside(&work, &before, why).await?;
    let view = view::report(app, &work.tx, by, before.id).await?;
    work.commit().await?;
    Ok(view)
}

/// The same within a larger unit of work.
pub async fn put_aside(work: &Work<'_>, before: &Report, why: String) -> Result<()> {
    let mut row =
        ActiveModel { state: Set(ReportState::Skipped), skip_reason: Set(Some(why.clone())), ..before.clone().into_active_model() };
    if before.kind != ReportKind::MonthlySummary {
        // The next report about this patient is another one; a month that was skipped stays skipped.
        row.identity = Set(format!("{}:skipped:{}", before.identity, before.id));
    }
    let (after, _) = work.save(before, row).await?;
    moved(work, before, Some(before.state), ReportState::Skipped, Some(why)).await?;
    noted(work, "skipped", &after).await
}

/// Writes a corrected version of a report that went out. What was sent stays as it was.
pub async fn amend(app: &App, by: &Actor, id: &str, why: &Text) -> Result<ReportView> {
    find(&app.db, by, id).await?;
    by.rights(Thing::Reports).to_write("report")?;
    let mut check = Check::new(app.today());
    let why = check.required_line("why", why, "Say what is corrected; the doctor reads it");
    let why = check.done(why)?;
    let work = app.work(by).await?;
    if let Some(id) = work.already() {
        return view::report(app, &work.tx, by, id).await;
    }
    let before = find_to_write(&work, id).await?;
    if before.state != ReportState::Released {
        return Err(AppError::conflict("only a report that was released is amended. This one can still be changed"));
    }
    if before.kind == ReportKind::Introduction {
        return Err(AppError::conflict("a letter about us is not corrected. Call them, or send it again"));
    }
    if let Some(open) = store::open_version_of(&work.tx, &before.identity).await? {
        return Err(AppError::conflict(format!("version {} of this report is being written already", open.version_no)));
    }
    let latest = store::by_identity(&work.tx, &before.identity).await?.unwrap_or_else(|| before.clone());
    let row = ActiveModel {
        kind: Set(before.kind),
        identity: Set(before.identity.clone()),
        version_no: Set(latest.version_no + 1),
        wording: Set(latest.wording.clone()),
        replaces_id: Set(Some(latest.id)),
        copy_of_id: Set(before.copy_of_id),
        amend_reason: Set(Some(sentence(&why))),
        provider_id: Set(before.provider_id),
        provider_email_id: Set(before.provider_email_id),
        patient_id: Set(before.patient_id),
        episode_id: Set(before.episode_id),
        therapist_id: Set(before.therapist_id),
        period_on: Set(before.period_on),
        span_to: Set(before.span_to),
        ..Default::default()
    };
    let report = insert(&work, row).await?;
    work.made(report.id).await?;
    let view = view::report(app, &work.tx, by, report.id).await?;
    work.commit().await?;
    Ok(view)
}
