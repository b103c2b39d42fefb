//! Reports to doctors, and the figures that tell which sources pay.

pub mod api;
pub mod certification;
pub mod course;
pub mod discharge_letter;
pub mod disclosures;
pub mod due;
pub mod initial_report;
pub mod introduction;
pub mod kpi;
pub mod letters;
pub mod links;
pub mod lost_referral;
pub mod mails;
pub mod misdirected;
pub mod monthly_summary;
pub mod origins;
pub mod owner;
pub mod pages;
pub mod payers_do;
pub mod progress_report;
pub mod renewal_request;
pub mod sign_backs;
pub mod sources;
pub mod standing;
pub mod stops;
pub mod store;
pub mod table;
pub mod thanks;
pub mod what_pays;
pub mod wording;

pub use disclosures::{DisclosureFilter, DisclosureView, disclosures};
pub use letters::facts::head_to_ourselves;
pub use model::reports::report;
pub use sources::{SourcesFilter, Span, of_provider as source_of_provider, sources, tallied};

use crate::app::{Actor, App, read_id};
use crate::audit::Entry;
use crate::auth::role::{Reach, Thing};
use crate::db;
use crate::entity;
use crate::entity::report::Model as Report;
use crate::error::{AppError, Result};
use crate::held;
use crate::mail::compose::Composed;
use crate::mail::{self, Tried};
use crate::patients;
use crate::referrals::referral::ReferralState;
use crate::types::{Check, Cursor, Listing, Month, Text};
use crate::work::Work;
use letters::store::Asked;
use letters::view::{ReportRow, ReportView};
use letters::{release, store as letter_store, view};
use report::{ReportKind, ShownState};
use schemars::JsonSchema;
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A report that the actor may see at all. A summary tells about patients of every therapist: only who sees all sees it.
pub async fn find(db: &impl ConnectionTrait, by: &Actor, id: &str) -> Result<Report> {
    let reach = by.rights(Thing::Reports).to_see("report")?;
    let report = letter_store::find(db, read_id(id, "report")?).await?.ok_or(AppError::NotFound("report"))?;
    match report.patient_id {
        Some(patient_id) => patients::within(db, by, reach, patient_id, "report").await?,
        // It tells about nobody: who signs it sees it.
        None if report.kind == ReportKind::Introduction && by.therapist_id.is_some_and(|id| report.therapist_id == Some(id)) => {}
        None if reach != Reach::All => return Err(AppError::NotFound("report")),
        None => {}
    }
    Ok(report)
}

/// A report that will be changed.
async fn find_to_write(work: &Work<'_>, id: &str) -> Result<Report> {
    let report = find(&work.tx, work.by, id).await?;
    work.by.rights(Thing::Reports).to_write("report")?;
    Ok(report)
}

/// A report with what it says. Reading it leaves a trace.
pub async fn show(app: &App, by: &Actor, id: &str) -> Result<ReportView> {
    let report = find(&app.db, by, id).await?;
    let entry = Entry::of("read", "report", report.id).named(report.public_id);
    crate::audit::seen(app, by, Entry { patient_id: report.patient_id, ..entry }).await?;
    let view = view::report(app, &app.db, by, report.id).await?;
    let is_new = |seen: &str| report.seen_mark.as_deref() != Some(seen);
    if let Some(message) = view.message.as_ref().filter(|message| by.may_release() && is_new(&message.seen)) {
        letter_store::mark_opened(&app.db, report.id, &message.seen, app.now()).await?;
    }
    Ok(view)
}

/// Why something was decided, in a person's words.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Why {
    pub why: Text,
}

/// What lists of reports can be asked.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ReportFilter {
    /// draft, signed, queued, sent, delivered, bounced, failed or skipped.
    pub state: Text,
    pub kind: Text,
    /// Id of a provider or a referral.
    pub provider: Text,
    pub referral: Text,
    /// 2026-11, for summaries.
    pub month: Text,
    pub limit: Text,
    pub cursor: Text,
}

/// Reads a filter; an answer that cannot be read is told with the list of known ones.
async fn asked(app: &App, by: &Actor, filter: &ReportFilter) -> Result<Asked> {
    let reach = by.rights(Thing::Reports).to_see("report")?;
    let mut check = Check::new(app.today());
    let shown: Option<ShownState> = check.choice("state", &filter.state);
    let kind: Option<ReportKind> = check.choice("kind", &filter.kind);
    check.done(())?;
    let cursor = Cursor::read(&filter.cursor, &filter.limit).map_err(AppError::BadRequest)?;
    Ok(Asked {
        shown,
        kind,
        provider_id: match filter.provider.some() {
            Some(id) => Some(crate::network::find(&app.db, &id).await?.id),
            None => None,
        },
        referral_id: match filter.referral.some() {
            Some(id) => Some(crate::referrals::find(&app.db, by, &id).await?.id),
            None => None,
        },
        month: match filter.month.some() {
            Some(month) => Some(Month::parse(&month).map_err(AppError::BadRequest)?.first()),
            None => None,
        },
        therapist_id: (reach == Reach::Own).then(|| by.therapist_id.unwrap_or(0)),
        after: cursor.after,
        limit: cursor.limit + 1,
    })
}

/// Reports, newest first; a therapist sees those they sign.
pub async fn list(app: &App, by: &Actor, filter: &ReportFilter) -> Result<Listing<ReportRow>> {
    let asked = asked(app, by, filter).await?;
    let found = letter_store::list(&app.db, &asked).await?;
    let reports = db::by_ids::<entity::report::Entity>(&app.db, found.iter().map(|f| f.id)).await?;
    let mut shown = view::rows(&app.db, &reports.values().collect::<Vec<_>>()).await?;
    let cursor = Cursor { after: asked.after, limit: asked.limit - 1 };
    Ok(cursor.cut(found, |f| f.id, |f| shown.remove(&f.id)).shown())
}

/// How many reports are in each state, for the tabs.
pub async fn counts(app: &App, by: &Actor) -> Result<BTreeMap<ShownState, i64>> {
    let asked = asked(app, by, &ReportFilter::default()).await?;
    Ok(letter_store::counts(&app.db, &asked).await?.into_iter().collect())
}

/// A report that waits for somebody, and why it may not go yet.
#[derive(Clone, Debug, Serialize)]
pub struct Waiting {
    #[serde(flatten)]
    pub report: ReportRow,
    pub held: Option<&'static str>,
}

/// Reports that wait to be read and approved, oldest first.
pub async fn waiting(app: &App, by: &Actor) -> Result<Arc<Vec<Waiting>>> {
    app.held(held::of_person("reports that wait", by), gather_waiting(app, by)).await
}

/// Mails something to one of us, past the queue, from the practice's own address.
pub async fn mail_one_of_us(app: &App, to: &str, mail: &Composed) -> Result<Tried> {
    let no_sender = || AppError::conflict("the practice has no email address to send from. Enter it in the settings");
    let sender = letters::inspect::sender(app, &app.db).await?.ok_or_else(no_sender)?;
    mail::to_ourselves(app, &sender, to, mail).await
}

async fn gather_waiting(app: &App, by: &Actor) -> Result<Vec<Waiting>> {
    let own = asked(app, by, &ReportFilter::default()).await?;
    let mut found = Vec::new();
    for shown in [ShownState::Draft, ShownState::Signed] {
        found.extend(letter_store::list(&app.db, &Asked { shown: Some(shown), limit: 200, ..own.clone() }).await?);
    }
    found.sort_by_key(|f| f.id);
    let reports = db::by_ids::<entity::report::Entity>(&app.db, found.iter().map(|f| f.id)).await?;
    let mut shown = view::rows(&app.db, &reports.values().collect::<Vec<_>>()).await?;
    let held = letter_store::held(&app.db, app.today()).await?;
    Ok(found.iter().filter_map(|f| Some(Waiting { report: shown.remove(&f.id)?, held: held.get(&f.id).copied() })).collect())
}

/// The one to read next: what is held comes last.
pub async fn next_waiting(app: &App, by: &Actor) -> Result<Option<uuid::Uuid>> {
    let all = waiting(app, by).await?;
    Ok(all.iter().find(|w| w.held.is_none()).or(all.first()).map(|w| w.report.id))
}

/// What became of reports that were approved together.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ApprovedView {
    pub approved: usize,
    /// The references of those that stay, each with the reason.
    pub left: Vec<String>,
}

/// Approves several at once: only those that somebody opened, and only as they were then; a report that nobody read cannot
/// leave by a bulk.
pub async fn approve_opened(app: &App, by: &Actor) -> Result<ApprovedView> {
    by.only_who_releases()?;
    let (mut approved, mut left) = (0, Vec::new());
    for waits in waiting(app, by).await?.iter().filter(|w| w.report.opened && w.held.is_none()) {
        match release::approve_opened(app, by, &waits.report.id.to_string()).await {
            Ok(_) => approved += 1,
            Err(AppError::Conflict { message, .. }) => left.push(format!("{}: {message}", waits.report.reference)),
            Err(other) => return Err(other),
        }
    }
    Ok(ApprovedView { approved, left })
}

/// What a report may be about: patients in care or whose care ended, of one doctor or of all, and a doctor's months.
#[derive(Clone, Debug, Serialize)]
pub struct Choices {
    pub provider: Option<crate::network::view::PersonRef>,
    pub referrals: Vec<crate::referrals::view::ReferralRow>,
    /// `2026-11` and `November 2026`, newest first.
    pub months: Vec<(String, String)>,
}

pub async fn choices(app: &App, by: &Actor, provider: &Text) -> Result<Choices> {
    by.rights(Thing::Reports).to_write("report")?;
    let known = match provider.some() {
        Some(id) => Some(crate::network::show(app, by, &id).await?),
        None => None,
    };
    // In care first; of the others the newest, of whom somebody may still wait for word. Each one's own page has the rest.
    let mut referrals = crate::referrals::newest_by_state(app, by, provider).await?;
    use ReferralState::{Attempting, Closed, Converted, Lost, Received, Scheduled};
    referrals.sort_by_key(|r| [Converted, Closed, Received, Attempting, Scheduled, Lost].iter().position(|state| *state == r.state));
    let mut month = Month::of(app.today());
    let mut months = Vec::new();
    for _ in 0..4 {
        months.push((month.to_string(), month.first().format("%B %Y").to_string()));
        month = month.previous();
    }
    Ok(Choices { provider: known.map(|p| crate::network::view::PersonRef { id: p.id, name: p.name }), referrals, months })
}

/// Why no mail leaves at the moment, for those who release reports.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PauseView {
    /// What we were doing when the mail server refused us.
    pub step: String,
    pub code: Option<String>,
    pub words: String,
    pub times: i64,
    pub since_at: chrono::DateTime<chrono::Utc>,
    /// When it is tried again by itself.
    pub until_at: chrono::DateTime<chrono::Utc>,
}

/// Whether mail is paused because the relay refuses us as a whole.
pub async fn mail_pause(app: &App, by: &Actor) -> Result<Option<PauseView>> {
    asked(app, by, &ReportFilter::default()).await?;
    let held = crate::mail::paused(&app.db).await?.filter(|p| p.until_at > app.now());
    Ok(held.map(|p| PauseView {
        step: p.step.parse::<crate::mail::verdict::Step>().map_or(p.step.clone(), |s| s.label().to_string()),
        code: p.code,
        words: p.words,
        times: p.times,
        since_at: p.since_at,
        until_at: p.until_at,
    }))
}
