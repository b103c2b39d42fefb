//! How a report begins: about one patient, about all patients of one doctor in a month, or about us.

use super::facts;
use super::inspect;
use super::store;
use super::view::{self, ReportView};
use crate::app::{Actor, App};
use crate::audit::{Entry, Moved};
use crate::auth::role::{Reach, Role, Thing};
use crate::care::visit::VisitState;
use crate::db;
use crate::entity::episode::Model as Episode;
use crate::entity::provider;
use crate::entity::referral::Model as Referral;
use crate::entity::report::{ActiveModel, Model as Report};
use crate::error::{AppError, Result};
use crate::referrals::referral::{LostReason, ReferralState};
use crate::reports::report::{ReportKind, ReportState};
use crate::reports::wording::Wording;
use crate::types::{Check, Month, Text, day};
use crate::work::Work;
use crate::{network, patients, practice, referrals};
use chrono::NaiveDate;
use network::provider::{ReportFrequency, WhenQuiet};
use network::view::PersonRef;
use schemars::JsonSchema;
use sea_orm::{ConnectionTrait, Set};
use serde::{Deserialize, Serialize};

/// A second introduction within so many days is an advertisement that nobody reads.
const INTRODUCED_EVERY: i64 = 365;

/// What a report shall be about.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewReport {
    /// progress, renewal_request, initial_report, discharge_letter, lost_referral_note, thank_you, monthly_summary or introduction.
    pub kind: Text,
    /// About one patient: id or number of the referral.
    pub referral: Text,
    /// Who reads it. A summary needs it; a report about one patient goes to the one who sent them, a renewal request to the one who
    /// signed the order, unless it says otherwise. An introduction needs it, too.
    pub provider: Text,
    /// A summary: the month, like 2026-11.
    pub month: Text,
}

/// Begins a report. One that waits already is given back as it stands.
pub async fn draft(app: &App, by: &Actor, new: &NewReport) -> Result<ReportView> {
    let reach = by.rights(Thing::Reports).to_write("report")?;
    let mut check = Check::new(app.today());
    let kind: Option<ReportKind> = check.choice("kind", &new.kind);
    let kind = check.done(kind)?.unwrap_or(if new.month.is_blank() { ReportKind::Progress } else { ReportKind::MonthlySummary });
    let work = app.work(by).await?;
    if let Some(id) = work.already() {
        return view::report(app, &work.tx, by, id).await;
    }
    let report = match kind {
        ReportKind::Progress => {
            let referral = about(&work, reach, new).await?;
            let provider_id = reader(&work, &referral, new, None).await?;
            progress_in(&work, &referral, provider_id).await?
        }
        ReportKind::Introduction => {
            let provider = network::find(&work.tx, new.provider.as_str())
                .await
                .map_err(|_| AppError::field("provider", "Choose the doctor whom it is for"))?;
            introduction_in(&work, provider.id).await?
        }
        ReportKind::MonthlySummary => {
            only_all(reach)?;
            let month = month_of(app, &new.month)?;
            let provider = network::find(&work.tx, new.provider.as_str())
                .await
                .map_err(|_| AppError::field("provider", "Choose the doctor whom the summary is for"))?;
            summary_in(&work, provider.id, month, signatory(&work).await?).await?
        }
        kind => {
            let referral = about(&work, reach, new).await?;
            let subject = subject(&work, kind, &referral).await?;
            let provider_id = reader(&work, &referral, new, subject.answers).await?;
            once_in(&work, kind, &referral, provider_id, &subject).await?
        }
    };
    work.made(report.id).await?;
    let view = view::report(app, &work.tx, by, report.id).await?;
    work.commit().await?;
    Ok(view)
}

/// A summary tells about all patients of a doctor, whoever treats them.
fn only_all(reach: Reach) -> Result<()> {
    if reach == Reach::All {
        Ok(())
    } else {
        Err(AppError::Forbidden("a summary tells about patients of every therapist. The owner writes it"))
    }
}

fn month_of(app: &App, typed: &Text) -> Result<Month> {
    if typed.is_blank() {
        return Err(AppError::field("month", "Enter the month, like 2026-11"));
    }
    let month = Month::parse(typed.as_str()).map_err(|why| AppError::field("month", why))?;
    if month.first() > app.today() {
        return Err(AppError::field("month", "This month has not begun"));
    }
    Ok(month)
}

/// The referral that a report is about.
async fn about(work: &Work<'_>, reach: Reach, new: &NewReport) -> Result<Referral> {
    let wrong = |_| AppError::field("referral", "Choose the referral that the report is about");
    let referral = referrals::find(&work.tx, work.by, new.referral.as_str()).await.map_err(wrong)?;
    patients::within(&work.tx, work.by, reach, referral.patient_id, "referral").await.map_err(wrong)?;
    Ok(referral)
}

/// Which of its doctors reads the report: who was asked for, else whose it is to answer, else who sent the patient.
async fn reader(work: &Work<'_>, referral: &Referral, new: &NewReport, answers: Option<i64>) -> Result<i64> {
    match new.provider.some() {
        Some(id) => {
            let found = network::find(&work.tx, &id).await.map_err(|_| AppError::field("provider", "There is no such provider"))?;
            refuse_stranger(work, referral, found.id).await?;
            Ok(found.id)
        }
        None => answers.or(referral.provider_id).or(referral.ordering_provider_id).ok_or_else(|| {
            AppError::field("provider", format!("No doctor sent {}. Say on the referral who did, or who ordered", referral.number))
        }),
    }
}

/// What a letter is written about once.
pub struct Subject {
    /// An order or an episode.
    pub id: i64,
    /// The doctor whose it is to answer.
    pub answers: Option<i64>,
    /// Visits after this day are no part of it.
    pub until: Option<NaiveDate>,
}

/// What a letter is about; an error says why there is none yet.
pub async fn subject(work: &Work<'_>, kind: ReportKind, referral: &Referral) -> Result<Subject> {
    let episode = referrals::episode_of(&work.tx, referral.id).await?;
    let no = &referral.number;
    let whole = Subject { id: episode.id, answers: None, until: None };
    match kind {
        ReportKind::RenewalRequest => {
            let told = facts::told(&work.tx, std::slice::from_ref(&episode)).await?;
            let order = facts::order(&work.tx, &episode, work.today(), &told).await?.filter(|o| o.id > 0);
            let order =
                order.ok_or_else(|| AppError::conflict(format!("there is no order on {no} to renew. Record the doctor's order first")))?;
            Ok(Subject { id: order.id, answers: Some(order.prescriber_id), until: None })
        }
        ReportKind::InitialReport => {
            let visits = facts::told(&work.tx, std::slice::from_ref(&episode)).await?;
            let first = visits.iter().find(|v| v.state == VisitState::Attended).map(|v| v.visit_on);
            Ok(Subject { until: first, ..whole })
        }
        ReportKind::DischargeLetter if referral.state != ReferralState::Closed => {
            Err(AppError::conflict(format!("care on {no} has not ended. End it on the referral's page first")))
        }
        ReportKind::LostReferralNote if referral.state != ReferralState::Lost => {
            Err(AppError::conflict(format!("{no} has not been given up. Say on its page why it came to nothing first")))
        }
        ReportKind::LostReferralNote if referral.lost_reason == Some(LostReason::Duplicate) => {
            Err(AppError::conflict(format!("{no} was entered twice. There is nothing to tell the doctor")))
        }
        ReportKind::ThankYou if referral.provider_id.is_none() => {
            Err(AppError::conflict(format!("no doctor sent {no}. Nobody is thanked for it")))
        }
        ReportKind::ThankYou => Ok(Subject { answers: referral.provider_id, ..whole }),
        _ => Ok(whole),
    }
}

/// A report goes to those who sent, ordered or signed for this patient, and to nobody else by accident.
async fn refuse_stranger(work: &Work<'_>, referral: &Referral, provider_id: i64) -> Result<()> {
    let episode = referrals::episode_of(&work.tx, referral.id).await?;
    let orders = referrals::orders_of(&work.tx, &[episode.id]).await?;
    let has_part = [referral.provider_id, referral.ordering_provider_id].contains(&Some(provider_id))
        || orders.iter().any(|order| order.prescriber_id == provider_id);
    if has_part {
        return Ok(());
    }
    Err(AppError::field("provider", format!("This doctor neither sent nor ordered on {}. Reports go to those who did", referral.number)))
}

/// Begins a progress report within a larger unit of work.
pub async fn progress_in(work: &Work<'_>, referral: &Referral, provider_id: i64) -> Result<Report> {
    let episode = referrals::episode_of(&work.tx, referral.id).await?;
    if let Some(waiting) = store::waiting_for_episode(&work.tx, provider_id, episode.id).await? {
        return Ok(waiting);
    }
    begin_about(work, ReportKind::Progress, referral, &episode, (provider_id, draft_identity(provider_id, episode.id)), None).await
}

/// Begins a letter that is written once about its subject, within a larger unit of work. It is given back if it exists.
pub async fn once_in(work: &Work<'_>, kind: ReportKind, referral: &Referral, provider_id: i64, subject: &Subject) -> Result<Report> {
    let identity = format!("{kind}:{provider_id}:{}", subject.id);
    if let Some(known) = store::by_identity(&work.tx, &identity).await? {
        return Ok(known);
    }
    let episode = referrals::episode_of(&work.tx, referral.id).await?;
    begin_about(work, kind, referral, &episode, (provider_id, identity), subject.until).await
}

/// Begins a letter about one patient to a doctor, under what it is known by; not where it is of notes and nobody was treated yet.
async fn begin_about(
    work: &Work<'_>,
    kind: ReportKind,
    referral: &Referral,
    episode: &Episode,
    (provider_id, identity): (i64, String),
    span_to: Option<NaiveDate>,
) -> Result<Report> {
    let row = ActiveModel {
        kind: Set(kind),
        identity: Set(identity),
        version_no: Set(1),
        wording: Set(in_our_words()),
        provider_id: Set(provider_id),
        patient_id: Set(Some(referral.patient_id)),
        episode_id: Set(Some(episode.id)),
        therapist_id: Set(episode.therapist_id.or(work.by.therapist_id)),
        span_to: Set(span_to),
        ..Default::default()
    };
    // Thanks name nobody.
    if kind != ReportKind::ThankYou {
        facts::born(&patients::row(&work.tx, referral.patient_id).await?)?;
    }
    if kind.is_of_notes() {
        let until = span_to.unwrap_or(work.today());
        let told = facts::told(&work.tx, std::slice::from_ref(episode)).await?;
        if !told.iter().any(|v| v.state == VisitState::Attended && v.visit_on <= until) {
            let message = format!("nobody was treated on {} yet. There is something to report after the first visit", referral.number);
            return Err(AppError::conflict(message));
        }
    }
    insert(work, row).await
}

/// Begins a monthly summary within a larger unit of work. There is one a doctor and month; it is given back if it exists.
async fn summary_in(work: &Work<'_>, provider_id: i64, month: Month, therapist_id: Option<i64>) -> Result<Report> {
    let identity = summary_identity(provider_id, month);
    if let Some(known) = store::by_identity(&work.tx, &identity).await? {
        return Ok(known);
    }
    let row = ActiveModel {
        kind: Set(ReportKind::MonthlySummary),
        identity: Set(identity),
        version_no: Set(1),
        wording: Set(in_our_words()),
        provider_id: Set(provider_id),
        period_on: Set(Some(month.first())),
        therapist_id: Set(therapist_id),
        ..Default::default()
    };
    insert(work, row).await
}

/// Begins the letter that introduces us. One that waits is given back; who had one lately gets no second.
async fn introduction_in(work: &Work<'_>, provider_id: i64) -> Result<Report> {
    let last = store::latest_introduction(&work.tx, provider_id).await?;
    if let Some(waits) = last.clone().filter(|r| matches!(r.state, ReportState::Draft | ReportState::Signed)) {
        return Ok(waits);
    }
    let went_on = last.as_ref().and_then(|r| r.released_at).map(|at| work.app.clock.day_of(at));
    if let Some(on) = went_on.filter(|on| (work.today() - *on).num_days() < INTRODUCED_EVERY) {
        let message = format!("we introduced ourselves on {}. Call instead, or send that letter again", day::long(on));
        return Err(AppError::Conflict { message, allowed: vec!["resend".into()] });
    }
    let row = ActiveModel {
        kind: Set(ReportKind::Introduction),
        identity: Set(format!("introduction:{provider_id}:{}", work.today())),
        version_no: Set(1),
        wording: Set(said_before(work).await?),
        provider_id: Set(provider_id),
        therapist_id: Set(work.by.therapist_id.or(signatory(work).await?)),
        ..Default::default()
    };
    insert(work, row).await
}

/// Who we are and what we bill is said once, and the same to the next doctor; whom we call and when is another matter.
async fn said_before(work: &Work<'_>) -> Result<serde_json::Value> {
    let before = store::said_in_introduction(&work.tx, work.by.therapist_id).await?.map(|r| inspect::wording(&r)).unwrap_or_default();
    let kept = Wording { who: before.who, coverage: before.coverage, ..Wording::default() };
    Ok(serde_json::to_value(kept).unwrap_or_default())
}

/// A progress report belongs to the notes it is made of once it is signed; before that there is one draft an episode and doctor.
pub fn draft_identity(provider_id: i64, episode_id: i64) -> String {
    format!("progress:{provider_id}:{episode_id}:draft")
}

/// Nothing is said in anybody's own words yet.
fn in_our_words() -> serde_json::Value {
    serde_json::to_value(Wording::default()).unwrap_or_default()
}

fn summary_identity(provider_id: i64, month: Month) -> String {
    format!("monthly_summary:{provider_id}:{month}")
}

/// Who signs a summary: the one who drafts it, else the owner who treats, else the first who treats.
async fn signatory(work: &Work<'_>) -> Result<Option<i64>> {
    if work.by.therapist_id.is_some() && work.by.has(Role::Owner) {
        return Ok(work.by.therapist_id);
    }
    let all = practice::therapists(&work.tx).await?;
    let owners = crate::auth::users_with(&work.tx, Role::Owner).await?;
    let of_owner = all.iter().find(|t| t.user_id.is_some_and(|id| owners.contains(&id)));
    Ok(of_owner.or(all.first()).map(|t| t.id))
}

pub async fn insert(work: &Work<'_>, row: ActiveModel) -> Result<Report> {
    let row = ActiveModel { reference: Set(reference(&work.tx).await?), state: Set(ReportState::Draft), ..row };
    let report = work.insert(row).await?;
    noted(work, "drafted", &report).await?;
    moved(work, &report, None, ReportState::Draft, None).await?;
    Ok(report)
}

pub async fn noted(work: &Work<'_>, action: &str, report: &Report) -> Result<()> {
    let entry = Entry::of(action, "report", report.id).named(report.public_id);
    work.note(Entry { patient_id: report.patient_id, ..entry }).await
}

pub async fn moved(work: &Work<'_>, report: &Report, from: Option<ReportState>, to: ReportState, why: Option<String>) -> Result<()> {
    work.moved(Moved { kind: "report", id: report.id, from: from.map(ReportState::word), to: to.word(), on: work.today(), why }).await
}

/// Four marks that can be told apart on the phone. It opens nothing.
async fn reference(db: &impl ConnectionTrait) -> Result<String> {
    const MARKS: &[u8] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    let mark = |byte: &u8| char::from(MARKS[usize::from(*byte) % MARKS.len()]);
    for length in [4, 4, 4, 4, 5, 5, 6, 8] {
        let drawn: String = rand::random::<[u8; 8]>()[..length].iter().map(mark).collect();
        if !store::is_taken(db, &drawn).await? {
            return Ok(drawn);
        }
    }
    Err(anyhow::anyhow!("no free reference was found").into())
}

/// What became of a month.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct SummariesView {
    /// `2026-11`.
    pub month: String,
    /// Doctors with a new draft.
    pub drafted: Vec<PersonRef>,
    /// Doctors who have theirs already, in whatever state.
    pub there: Vec<PersonRef>,
    /// Doctors for whom there is none, and why.
    pub left_out: Vec<LeftOut>,
}

impl SummariesView {
    /// "4 drafted, 2 were there already, 3 left out."
    pub fn in_words(&self) -> String {
        let there = if self.there.is_empty() { String::new() } else { format!(", {} were there already", self.there.len()) };
        let left_out = if self.left_out.is_empty() {
            String::new()
        } else {
            format!(", {} left out: nothing to tell, or not wanted", self.left_out.len())
        };
        format!("{} drafted{there}{left_out}", self.drafted.len())
    }
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct LeftOut {
    pub provider: PersonRef,
    pub why: String,
}

/// Drafts the summaries of a month for everybody who sends. Asked again, it adds what is missing and nothing twice.
pub async fn summaries(app: &App, by: &Actor, month: &Text) -> Result<SummariesView> {
    only_all(by.rights(Thing::Reports).to_write("report")?)?;
    let month = month_of(app, month)?;
    let work = app.work(by).await?;
    let view = summaries_in(&work, month).await?;
    work.commit().await?;
    Ok(view)
}

/// The same within a larger unit of work.
pub async fn summaries_in(work: &Work<'_>, month: Month) -> Result<SummariesView> {
    let until = std::cmp::min(month.last(), work.today());
    let there = store::summaries_of(&work.tx, month.first()).await?;
    let when_quiet = practice::of(&work.tx).await?.summary_when_quiet;
    let signatory = signatory(work).await?;
    let mut view = SummariesView { month: month.to_string(), ..Default::default() };
    let senders = db::by_ids::<provider::Entity>(&work.tx, store::senders(&work.tx, until).await?.into_iter()).await?;
    let mut senders: Vec<_> = senders.into_values().collect();
    senders.sort_by(|a, b| (&a.last_name, &a.first_name).cmp(&(&b.last_name, &b.first_name)));
    for provider in senders {
        let who = PersonRef::provider(&provider);
        if there.contains(&provider.id) {
            view.there.push(who);
        } else if matches!(provider.report_frequency, ReportFrequency::None | ReportFrequency::DischargeOnly) {
            view.left_out.push(LeftOut { provider: who, why: format!("wants: {}", provider.report_frequency.label().to_lowercase()) });
        } else {
            let when_quiet = provider.summary_when_quiet.map_or(when_quiet, |wants| wants == WhenQuiet::Send);
            match worth_telling(work, provider.id, month, signatory, when_quiet).await? {
                true => view.drafted.push(who),
                false => view.left_out.push(LeftOut { provider: who, why: format!("nothing happened in {}", month.name()) }),
            }
        }
    }
    Ok(view)
}

/// Drafts one, unless nothing happened.
async fn worth_telling(work: &Work<'_>, provider_id: i64, month: Month, therapist_id: Option<i64>, when_quiet: bool) -> Result<bool> {
    let probe = Report { provider_id, period_on: Some(month.first()), therapist_id, ..blank() };
    let gathered = facts::gather(work.app, &work.tx, &probe, &Wording::default()).await?;
    if gathered.patient_ids.is_empty() || (gathered.is_quiet && !when_quiet) {
        return Ok(false);
    }
    summary_in(work, provider_id, month, therapist_id).await?;
    Ok(true)
}

/// A report that does not exist yet, for looking at what it would say.
fn blank() -> Report {
    Report {
        id: 0,
        public_id: uuid::Uuid::nil(),
        reference: "----".into(),
        kind: ReportKind::MonthlySummary,
        identity: String::new(),
        state: ReportState::Draft,
        skip_reason: None,
        amend_reason: None,
        version_no: 1,
        replaces_id: None,
        copy_of_id: None,
        provider_id: 0,
        provider_email_id: None,
        patient_id: None,
        episode_id: None,
        therapist_id: None,
        period_on: None,
        span_from: None,
        span_to: None,
        wording: serde_json::Value::Null,
        content: None,
        content_hash: None,
        opened_at: None,
        seen_mark: None,
        signed_at: None,
        released_at: None,
        deleted_at: None,
        signed_by_id: None,
        released_by_id: None,
        created_at: chrono::DateTime::UNIX_EPOCH,
        updated_at: chrono::DateTime::UNIX_EPOCH,
        created_by_id: None,
        updated_by_id: None,
        version: 1,
    }
}
