//! Letters that are begun by themselves on the day they are due. They are drafts: a person reads each before anything leaves.

use super::drafting::{self, once_in, progress_in, subject};
use super::facts;
use super::store::{self, DueRow};
use crate::app::{Actor, App, Who};
use crate::auth::role::Thing;
use crate::care::visit::VisitState;
use crate::db;
use crate::entity::report::Model as Report;
use crate::entity::{episode, patient, provider, rule_sheet};
use crate::error::{AppError, Result};
use crate::network::view::PersonRef;
use crate::patients::view::PatientRef;
use crate::referrals;
use crate::referrals::card::Episode;
use crate::referrals::counting::{Order, state};
use crate::referrals::prescription::PrescriptionState;
use crate::reports::due::{Course, LATELY, Letter, RunningOut, due};
use crate::reports::report::{ReportKind, ReportState};
use crate::reports::standing;
use crate::types::Month;
use chrono::{Datelike, Days, NaiveDate};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::HashMap;
use uuid::Uuid;

/// Summaries of the month before are begun by themselves in these first days; later ones are a person's to begin.
const DAYS_FOR_SUMMARIES: u32 = 10;

/// A letter that is due.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct DueView {
    pub kind: ReportKind,
    pub referral_id: Uuid,
    pub referral: String,
    pub patient: PatientRef,
    pub provider: PersonRef,
}

/// What was begun by itself.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct DraftedView {
    pub drafted: usize,
    /// Summaries that left by a standing approval.
    pub released: usize,
    /// The numbers of referrals whose letter cannot be begun yet, each with the reason.
    pub left: Vec<String>,
}

/// The letters that are due on a day, as things stand now.
pub async fn list(app: &App, by: &Actor, on: NaiveDate) -> Result<Vec<DueView>> {
    by.rights(Thing::Reports).to_write("report")?;
    let found = gather(app, on).await?;
    let patients = db::by_ids::<patient::Entity>(&app.db, found.iter().map(|due| due.row.patient_id)).await?;
    let providers = db::by_ids::<provider::Entity>(&app.db, found.iter().map(|due| due.provider_id)).await?;
    let one = |due: &Due| {
        Some(DueView {
            kind: due.kind,
            referral_id: due.row.public_id,
            referral: due.row.number.clone(),
            patient: PatientRef::of(patients.get(&due.row.patient_id)?),
            provider: PersonRef::provider(providers.get(&due.provider_id)?),
        })
    };
    Ok(found.iter().filter_map(one).collect())
}

/// Begins all that is due today, each letter about a patient for itself, the summaries of a month together; asked again, nothing twice.
pub async fn draft(app: &App, by: &Actor) -> Result<DraftedView> {
    by.rights(Thing::Reports).to_write("report")?;
    let mut view = DraftedView::default();
    for Due { row, kind, .. } in gather(app, app.today()).await? {
        match begin(app, by, &row, kind).await {
            Ok(_) => view.drafted += 1,
            Err(error) => view.left.push(why_left(&row.number, error)?),
        }
    }
    if app.today().day() <= DAYS_FOR_SUMMARIES {
        let month = Month::of(app.today()).previous();
        match drafting::summaries(app, by, &month.to_string().into()).await {
            Ok(done) => view.drafted += done.drafted.len(),
            // Another process began them this moment.
            Err(AppError::Conflict { message, .. }) => view.left.push(format!("{}: {message}", month.name())),
            Err(other) => return Err(other),
        }
        // What the owner approved beforehand goes; a person's own call of this only begins.
        if by.who == Who::Job {
            let (released, left) = standing::release(app).await?;
            view.released = released;
            view.left.extend(left);
        }
    }
    Ok(view)
}

/// Why something that is due waits for a person: what is wrong about one thing holds no other. A database that is gone holds all.
pub fn why_left(about: &str, error: AppError) -> Result<String> {
    match error {
        AppError::Unavailable => Err(error),
        AppError::Internal(cause) => {
            tracing::error!(about, "what is due cannot be done: {cause:#}");
            Ok(format!("{about}: something went wrong on our side. The log says what"))
        }
        other => Ok(format!("{about}: {other}")),
    }
}

async fn begin(app: &App, by: &Actor, row: &DueRow, kind: ReportKind) -> Result<Report> {
    let work = app.work(by).await?;
    let referral = referrals::row(&work.tx, row.id).await?;
    let report = match kind {
        ReportKind::Progress => progress_in(&work, &referral, row.provider_id).await?,
        kind => {
            let about = subject(&work, kind, &referral).await?;
            let provider_id = about.answers.unwrap_or(row.provider_id);
            once_in(&work, kind, &referral, provider_id, &about).await?
        }
    };
    work.commit().await?;
    Ok(report)
}

/// A letter that is due, and to whom.
struct Due {
    row: DueRow,
    kind: ReportKind,
    provider_id: i64,
}

/// Referrals with the letters that are due; not to a doctor who shall hear nothing of the patient.
async fn gather(app: &App, on: NaiveDate) -> Result<Vec<Due>> {
    let lately = on.checked_sub_days(Days::new(LATELY.unsigned_abs())).unwrap_or(on);
    let rows = store::may_be_due(&app.db, lately).await?;
    let episode_ids: Vec<i64> = rows.iter().map(|r| r.episode_id).collect();
    let counted = referrals::episodes_for_counting(&app.db, &episode_ids).await?;
    let mut letters: HashMap<i64, Vec<Letter>> = HashMap::new();
    for letter in store::letters_about(&app.db, &episode_ids).await? {
        letters.entry(letter.episode_id.unwrap_or(0)).or_default().push(Letter {
            kind: letter.kind,
            provider_id: letter.provider_id,
            about: subject_of(&letter),
            until: letter.span_to.unwrap_or(app.clock.day_of(letter.created_at)),
            waits: matches!(letter.state, ReportState::Draft | ReportState::Signed),
        });
    }
    let episodes: Vec<episode::Model> = db::by_ids::<episode::Entity>(&app.db, episode_ids.iter().copied()).await?.into_values().collect();
    let mut attended: HashMap<i64, Vec<NaiveDate>> = HashMap::new();
    for visit in facts::told(&app.db, &episodes).await? {
        if visit.state == VisitState::Attended && visit.visit_on <= on {
            attended.entry(visit.episode_id).or_default().push(visit.visit_on);
        }
    }
    let orders = referrals::orders_of(&app.db, &episode_ids).await?;
    let prescribers: HashMap<i64, i64> = orders.into_iter().map(|order| (order.id, order.prescriber_id)).collect();
    let restrictions = store::restrictions_of(&app.db, rows.iter().map(|r| r.patient_id).collect()).await?;
    let sheets = crate::payers::latest_sheets(&app.db, on).await?;
    let mut found = Vec::new();
    for row in rows {
        let sheet = row.payer_id.and_then(|id| sheets.get(&id));
        let counted = counted.get(&row.episode_id).cloned().unwrap_or_default();
        let letters = letters.remove(&row.episode_id).unwrap_or_default();
        let course = course(&row, &counted, attended.remove(&row.episode_id).unwrap_or_default(), letters, &prescribers, sheet, on);
        let reader = |kind| match (kind, course.running_out) {
            (ReportKind::RenewalRequest, Some(order)) => order.prescriber_id,
            _ => row.provider_id,
        };
        let kinds = due(&course, on).into_iter().map(|kind| (kind, reader(kind)));
        let hears = |doctor: i64| !restrictions.iter().any(|(of, whom)| *of == row.patient_id && whom.is_none_or(|whom| whom == doctor));
        found.extend(kinds.filter(|(_, doctor)| hears(*doctor)).map(|(kind, provider_id)| Due { row: row.clone(), kind, provider_id }));
    }
    Ok(found)
}

/// `renewal_request:12:34` is about 34.
fn subject_of(letter: &Report) -> i64 {
    letter.identity.split(':').nth(2).and_then(|id| id.parse().ok()).unwrap_or(0)
}

fn course(
    row: &DueRow,
    counted: &Episode,
    mut attended_on: Vec<NaiveDate>,
    letters: Vec<Letter>,
    prescribers: &HashMap<i64, i64>,
    sheet: Option<&rule_sheet::Model>,
    on: NaiveDate,
) -> Course {
    attended_on.sort_unstable();
    let count = counted.counted();
    let in_force = |order: &&Order| {
        use PrescriptionState::{Active, Exhausted, Expired};
        matches!(state(order, &count, on), Active | Exhausted | Expired)
    };
    let shown = counted.runs_out(on).then(|| counted.shown(on)).flatten();
    let order = counted.orders.iter().filter(|o| Some(o.id) == shown).find(in_force);
    Course {
        state: row.state,
        lost_reason: row.lost_reason,
        since_on: row.since_on.unwrap_or(row.received_on),
        received_on: row.received_on,
        // Nobody is thanked for an order alone.
        is_thanked: row.is_thanked == 1 || row.sender_id.is_none(),
        wants: row.wants,
        stage: row.stage,
        attended_on,
        running_out: order.map(|order| RunningOut {
            order: order.id,
            prescriber_id: prescribers.get(&order.id).copied().unwrap_or(row.provider_id),
            used: count.used.get(&order.id).copied().unwrap_or(0),
        }),
        provider_id: row.provider_id,
        letters,
        payer_after_visits: sheet.and_then(|s| s.report_after_visits),
        payer_after_days: sheet.and_then(|s| s.report_after_days),
    }
}
