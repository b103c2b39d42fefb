//! From the chain and the clock to the alerts of now. Nothing of it is stored; each family of rules asks its few queries,
//! and only where somebody wants to know.

use super::billing::{self, ClaimFact, DenialFact, SentFact};
use super::course::{self, Course, OrderFact};
use super::people::{self, Benefit};
use super::raised::Raised;
use super::rule::Rule;
use super::store::{self, AnsweredRow, ClaimRow, CourseRow, DenialRow, UndeliveredRow, UnsignedRow, WrongRow};
use crate::app::App;
use crate::auth::role::Role;
use crate::db;
use crate::entity::patient;
use crate::entity::payer::Model as Payer;
use crate::entity::prescription::Model as Prescription;
use crate::entity::rule_sheet::Model as Sheet;
use crate::error::Result;
use crate::mail::outbox_state::{MailChannel, OutboxState};
use crate::payers::payer::ClaimChannel;
use crate::payments::money::reason_words;
use crate::referrals::counting::Attended;
use crate::referrals::prescription::missing;
use crate::reports::report::ReportKind;
use crate::reports::sign_backs::answer::Answer;
use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// An alert with whom it is about, and the page where it is settled.
#[derive(Clone, Debug)]
pub struct Alert {
    pub raised: Raised,
    pub owner: Role,
    pub page: Page,
    pub patient_id: Option<i64>,
    pub provider_id: Option<i64>,
    /// Named where the alert is about the payer itself.
    pub payer: Option<String>,
    pub therapist_id: Option<i64>,
    /// The visit's day, which tells the visits and claims of one patient apart.
    pub visit_on: Option<NaiveDate>,
    pub report: Option<ReportKind>,
    pub money_cents: Option<i64>,
}

/// Plural noun and id: `/claims/0193...`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Page(pub &'static str, pub Uuid);

impl Alert {
    fn of(raised: Raised, page: Page) -> Self {
        Self {
            owner: raised.rule.owner(),
            raised,
            page,
            patient_id: None,
            provider_id: None,
            payer: None,
            therapist_id: None,
            visit_on: None,
            report: None,
            money_cents: None,
        }
    }
}

/// Payers and the sheets that hold today, for the families that need them.
struct Payers {
    by_id: HashMap<i64, Payer>,
    sheets: HashMap<i64, Sheet>,
}

async fn payers(app: &App) -> Result<Arc<Payers>> {
    let gather =
        async { Ok(Payers { by_id: store::payers(app).await?, sheets: crate::payers::latest_sheets(&app.db, app.today()).await? }) };
    app.held("payers of alerts".into(), gather).await
}

impl Payers {
    fn name(&self, id: Option<i64>) -> String {
        id.and_then(|id| self.by_id.get(&id)).map_or_else(|| "The payer".into(), |p| p.name.clone())
    }
}

const COURSE: &[Rule] = &[
    Rule::RxExpiring,
    Rule::RxExpired,
    Rule::VisitsLow,
    Rule::RxExhausted,
    Rule::RenewalReportDue,
    Rule::ReportOverdue,
    Rule::PayerReportDue,
    Rule::PlanDue,
    Rule::RxUnsigned,
];
const CLAIM: &[Rule] = &[Rule::ClaimRejected, Rule::ClaimNoAck, Rule::ClaimStale, Rule::TimelyFiling, Rule::TimelyFilingMissed];
const DENIAL: &[Rule] = &[Rule::DenialOpen, Rule::AppealDue];

/// All that holds now, of the rules that are wanted.
pub async fn alerts(app: &App, wants: impl Fn(Rule) -> bool) -> Result<Vec<Alert>> {
    let any = |rules: &[Rule]| rules.iter().any(|r| wants(*r));
    // Each family asks for itself, and so follows from them; read once here, they are there for all.
    let payers = payers(app).await?;
    // Side by side on as many connections as there are: one after the other they would be the slowest part of a page.
    let families = tokio::try_join!(
        family(app, "courses", any(COURSE), courses(app)),
        family(app, "claims", any(CLAIM), claims(app)),
        family(app, "denials", any(DENIAL), denials(app)),
        family(app, "unbilled", wants(Rule::ClaimUnbilled), unbilled(app)),
        family(app, "notes", wants(Rule::NoteMissing), notes(app)),
        family(app, "referrals", any(&[Rule::ReferralUnscheduled, Rule::ThankYouLate]), referrals(app)),
        family(app, "reports", any(&[Rule::EmailFailed, Rule::ReportToApprove]), reports(app)),
        family(app, "answers", any(&[Rule::WrongRecipient, Rule::RenewalAnswered]), answers(app)),
        family(app, "providers", any(&[Rule::ReferrerSilent, Rule::NpiDeactivated]), providers(app)),
        family(app, "benefits", wants(Rule::BenefitLow), benefits(app)),
    )?;
    let families = <[Arc<Vec<Alert>>; 10]>::from(families);
    let mut found: Vec<Alert> = families.iter().flat_map(|f| f.iter()).filter(|a| wants(a.raised.rule)).cloned().collect();
    if wants(Rule::PayerRuleStale) {
        found.extend(stale_rules(app, &payers));
    }
    Ok(found)
}

/// What a family has, where somebody wants to know. A change makes old only the families that read what was changed.
async fn family(app: &App, name: &str, wanted: bool, gather: impl Future<Output = Result<Vec<Alert>>>) -> Result<Arc<Vec<Alert>>> {
    if wanted { app.held(format!("alerts of {name}"), gather).await } else { Ok(Arc::default()) }
}

/// Orders and reports, course by course.
async fn courses(app: &App) -> Result<Vec<Alert>> {
    let payers = payers(app).await?;
    let asks = |s: &&Sheet| s.report_after_visits.is_some() || s.report_after_days.is_some();
    let mut asking: Vec<i64> = payers.sheets.values().filter(asks).map(|s| s.payer_id).collect();
    asking.extend(payers.by_id.values().filter(|p| p.kind.certifies_plans()).map(|p| p.id));
    let rows = store::courses(app, &asking).await?;
    let ids: Vec<i64> = rows.iter().map(|r| r.episode_id).collect();
    let (mut counted, all) = crate::referrals::episodes_and_orders(&app.db, &ids).await?;
    let mut orders: HashMap<i64, Vec<Prescription>> = HashMap::new();
    for order in all.into_iter().filter(|order| order.cancelled_on.is_none()) {
        orders.entry(order.episode_id).or_default().push(order);
    }
    let mut found = Vec::new();
    for row in rows {
        let attended = counted.remove(&row.episode_id).unwrap_or_default().attended;
        let orders = orders.remove(&row.episode_id).unwrap_or_default();
        let course = course_of(app, &payers, &row, attended, &orders);
        found.extend(course::raised(&course, app.today()).into_iter().map(|raised| Alert {
            patient_id: Some(row.patient_id),
            provider_id: row.provider_id,
            therapist_id: row.therapist_id,
            ..Alert::of(raised, Page("referrals", row.referral_id))
        }));
    }
    Ok(found)
}

fn course_of(app: &App, payers: &Payers, row: &CourseRow, attended: Vec<Attended>, orders: &[Prescription]) -> Course {
    let sheet = row.payer_id.and_then(|id| payers.sheets.get(&id));
    let order = |o: &Prescription| OrderFact {
        order: crate::referrals::countable(o),
        id: o.public_id,
        recorded_on: app.clock.day_of(o.created_at),
        missing: missing(&o.diagnoses.0, o.signed_on, o.visits_authorized),
    };
    Course {
        referral: row.referral_id,
        orders: orders.iter().map(order).collect(),
        attended,
        reported_on: row.reported_at.map(|at| app.clock.day_of(at)),
        is_reported: row.is_reported == 1,
        payer_after_visits: sheet.and_then(|s| s.report_after_visits),
        payer_after_days: sheet.and_then(|s| s.report_after_days),
        certifies: row.payer_id.and_then(|id| payers.by_id.get(&id)).is_some_and(|p| p.kind.certifies_plans()),
        payer: payers.name(row.payer_id),
    }
}

async fn claims(app: &App) -> Result<Vec<Alert>> {
    let payers = payers(app).await?;
    Ok(store::claims(app).await?.into_iter().flat_map(|row| claim(app, &payers, row)).collect())
}

fn claim(app: &App, payers: &Payers, row: ClaimRow) -> Vec<Alert> {
    let sent = row.n.zip(row.sent_on).map(|(n, on)| SentFact {
        n,
        on,
        electronic: row.channel == Some(ClaimChannel::Electronic),
        answered: row.answers > 0,
        lost_on: row.lost_on,
        taken_in_on: row.taken_in_on,
        rejected_on: row.rejected_on,
    });
    let fact = ClaimFact {
        id: row.id,
        state: row.state,
        payer: payers.name(Some(row.payer_id)),
        deadline_on: row.deadline_on,
        was_decided: row.was_decided == 1,
        sent,
        said: row.said,
    };
    let one = |raised| Alert {
        patient_id: Some(row.patient_id),
        therapist_id: row.therapist_id,
        visit_on: Some(row.service_on),
        money_cents: Some(std::cmp::max(0, row.money_cents)),
        ..Alert::of(raised, Page("claims", row.id))
    };
    billing::of_claim(&fact, app.today()).into_iter().map(one).collect()
}

async fn denials(app: &App) -> Result<Vec<Alert>> {
    let payers = payers(app).await?;
    Ok(store::denials(app).await?.into_iter().flat_map(|row| denial(app, &payers, row)).collect())
}

fn denial(app: &App, payers: &Payers, row: DenialRow) -> Vec<Alert> {
    let words = |reason: &String| {
        let (group, code) = reason.split_once('-').unwrap_or(("", reason));
        reason_words(group, code).map_or_else(|| reason.clone(), String::from)
    };
    let fact = DenialFact {
        id: row.id,
        payer: payers.name(Some(row.payer_id)),
        reasons: row.reasons.0.iter().map(words).collect::<Vec<_>>().join(", "),
        received_on: row.received_on,
        appeal_by: row.appeal_by,
    };
    let one = |raised| Alert {
        patient_id: Some(row.patient_id),
        therapist_id: row.therapist_id,
        visit_on: Some(row.service_on),
        money_cents: Some(row.money_cents),
        ..Alert::of(raised, Page("claims", row.claim_id))
    };
    billing::of_denial(&fact, app.today()).into_iter().map(one).collect()
}

async fn unbilled(app: &App) -> Result<Vec<Alert>> {
    let mut found: Vec<Alert> = Vec::new();
    for row in store::unbilled(app).await? {
        // A claim in two parts is one visit that is not billed.
        if let Some(known) = found.iter_mut().find(|a| a.raised.subject == row.id) {
            known.money_cents = known.money_cents.zip(row.money_cents).map(|(a, b)| a + b);
            continue;
        }
        let page = row.claim_id.map_or(Page("visits", row.id), |claim| Page("claims", claim));
        let signed_on = app.clock.day_of(row.signed_at);
        found.extend(billing::unbilled(row.id, signed_on, row.claim_id.is_some(), app.today()).map(|raised| Alert {
            patient_id: Some(row.patient_id),
            therapist_id: Some(row.therapist_id),
            visit_on: Some(row.visit_on),
            money_cents: row.money_cents,
            ..Alert::of(raised, page)
        }));
    }
    Ok(found)
}

async fn notes(app: &App) -> Result<Vec<Alert>> {
    Ok(store::unsigned(app).await?.into_iter().filter_map(|row| unsigned(app, row)).collect())
}

fn unsigned(app: &App, row: UnsignedRow) -> Option<Alert> {
    let ended_at = ended_at(app, row.visit_on, row.starts_at, row.ends_at);
    let raised = people::unsigned(row.id, row.visit_on, ended_at, row.drafted == 1, app.now(), app.today())?;
    Some(Alert {
        patient_id: Some(row.patient_id),
        therapist_id: Some(row.therapist_id),
        visit_on: Some(row.visit_on),
        ..Alert::of(raised, Page("visits", row.id))
    })
}

/// The end of a visit: as said, else its beginning, else the end of its day.
fn ended_at(app: &App, on: NaiveDate, starts: Option<NaiveTime>, ends: Option<NaiveTime>) -> DateTime<Utc> {
    match ends.or(starts) {
        Some(time) => app.clock.at(on, time),
        None => app.clock.at(on + Days::new(1), NaiveTime::MIN),
    }
}

async fn referrals(app: &App) -> Result<Vec<Alert>> {
    let mut found = Vec::new();
    for row in store::unscheduled(app).await? {
        let raised = people::unscheduled(row.id, row.received_on, row.reopened_on, row.tries, app.today());
        found.extend(raised.map(|raised| Alert {
            patient_id: Some(row.patient_id),
            provider_id: row.provider_id,
            ..Alert::of(raised, Page("referrals", row.id))
        }));
    }
    for row in store::unthanked(app).await? {
        let raised = people::unthanked(row.id, row.received_on, row.received_at, app.now(), app.today());
        found.extend(raised.map(|raised| Alert {
            patient_id: Some(row.patient_id),
            provider_id: Some(row.provider_id),
            ..Alert::of(raised, Page("referrals", row.id))
        }));
    }
    Ok(found)
}

async fn reports(app: &App) -> Result<Vec<Alert>> {
    let mut found: Vec<Alert> = store::undelivered(app).await?.into_iter().map(|row| undelivered(app, row)).collect();
    for row in store::to_approve(app).await? {
        let signed = row.signed == 1;
        let words = if signed { "signed, waits to be sent" } else { "waits to be read and signed" };
        let raised =
            Raised::new(Rule::ReportToApprove, row.id, if signed { "signed" } else { "draft" }, app.clock.day_of(row.created_at), words);
        found.push(Alert {
            // Whoever may release it sends a signed one; its author signs a draft.
            owner: if signed { Role::FrontDesk } else { raised.rule.owner() },
            patient_id: row.patient_id,
            provider_id: Some(row.provider_id),
            therapist_id: row.therapist_id,
            report: Some(row.kind),
            ..Alert::of(raised, Page("reports", row.id))
        });
    }
    Ok(found)
}

fn undelivered(app: &App, row: UndeliveredRow) -> Alert {
    let words = match row.state {
        OutboxState::Approved if row.channel == MailChannel::Paper => "waits to be printed and sent by hand",
        _ if row.held_at.is_some() && row.state.may_be_cancelled() => "waits for you: many reports went to this address today",
        OutboxState::Bounced => "their mail server sent it back",
        OutboxState::Complained => "they say that they did not want it. Call before anything more goes there",
        OutboxState::Unknown => "may have arrived. Ask before it is sent again",
        OutboxState::Expired => "their mail server did not take it in time",
        _ => "their mail server refused it",
    };
    // What is done away with while it waits comes up again when it fails.
    let held = if row.held_at.is_some() && row.state.may_be_cancelled() { ":held" } else { "" };
    let occurrence = format!("{}{held}", row.outbox_id);
    let raised = Raised::new(Rule::EmailFailed, row.id, occurrence, app.clock.day_of(row.phase_at), words);
    Alert {
        patient_id: row.patient_id,
        provider_id: Some(row.provider_id),
        therapist_id: row.therapist_id,
        report: Some(row.kind),
        ..Alert::of(raised, Page("reports", row.id))
    }
}

/// Mails to the wrong person, and what doctors answered.
async fn answers(app: &App) -> Result<Vec<Alert>> {
    let mut found: Vec<Alert> = store::wrong_recipients(app).await?.into_iter().map(|row| wrong_recipient(app, row)).collect();
    found.extend(store::answered(app).await?.into_iter().map(|row| answered(app, row)));
    Ok(found)
}

fn wrong_recipient(app: &App, row: WrongRow) -> Alert {
    let on = app.clock.day_of(row.created_at);
    // What is done away with while it is looked into comes up again once it is a breach.
    let (occurrence, words) = match row.outcome {
        None => {
            (row.id.to_string(), format!("a report went to the wrong person at {}. Find out what happened, and decide", row.to_address))
        }
        Some(_) => {
            (format!("{}:breach", row.id), format!("a report went to the wrong person at {}, a breach. Tell the patient", row.to_address))
        }
    };
    let raised = Raised::new(Rule::WrongRecipient, row.id, occurrence, on, words).due(crate::reports::misdirected::answers::tell_by(on));
    Alert { provider_id: Some(row.provider_id), therapist_id: row.therapist_id, ..Alert::of(raised, Page("wrong-recipients", row.id)) }
}

fn answered(app: &App, row: AnsweredRow) -> Alert {
    let said = match (row.answer, row.visits) {
        (Answer::Approve, _) => "the doctor approved the renewal. Check it, and its order covers visits".to_string(),
        (Answer::Change, Some(n)) => format!("the doctor changed the renewal to {n} visits. Check it"),
        (Answer::Change, None) => "the doctor wants the renewal changed. Read how".into(),
        (Answer::Stop, _) => "the doctor says stop. Read it, and tell the patient".into(),
    };
    let raised = Raised::new(Rule::RenewalAnswered, row.id, "answered", app.clock.day_of(row.created_at), said);
    Alert {
        patient_id: row.patient_id,
        provider_id: Some(row.provider_id),
        therapist_id: row.therapist_id,
        ..Alert::of(raised, Page("sign-backs", row.id))
    }
}

async fn providers(app: &App) -> Result<Vec<Alert>> {
    let mut found = Vec::new();
    for row in store::quiet(app).await? {
        let raised = people::quiet(row.id, row.last_on, row.contact_on, app.today());
        found.extend(raised.map(|raised| Alert { provider_id: Some(row.provider_id), ..Alert::of(raised, Page("providers", row.id)) }));
    }
    for row in store::deactivated(app).await? {
        let npi = row.npi.unwrap_or_default();
        let words = format!("the registry says that NPI {npi} is deactivated");
        let raised = Raised::new(Rule::NpiDeactivated, row.public_id, npi, app.clock.day_of(row.updated_at), words);
        found.push(Alert { provider_id: Some(row.id), ..Alert::of(raised, Page("providers", row.public_id)) });
    }
    Ok(found)
}

async fn benefits(app: &App) -> Result<Vec<Alert>> {
    let payers = payers(app).await?;
    let rows = store::benefits(app).await?;
    let patients = db::by_ids::<patient::Entity>(&app.db, rows.iter().map(|r| r.patient_id)).await?;
    let one = |row: store::BenefitRow| {
        let benefit = Benefit {
            id: row.id,
            payer: payers.name(row.payer_id),
            visit_limit: row.visit_limit,
            visits_used: row.visits_used,
            dollar_limit_cents: row.dollar_limit_cents,
            dollars_used_cents: row.dollars_used_cents,
            told_on: row.verified_on.unwrap_or_else(|| app.clock.day_of(row.created_at)),
        };
        let raised = people::low_benefit(&benefit, app.today())?;
        let page = Page("patients", patients.get(&row.patient_id)?.public_id);
        Some(Alert { patient_id: Some(row.patient_id), ..Alert::of(raised, page) })
    };
    Ok(rows.into_iter().filter_map(one).collect())
}

fn stale_rules(app: &App, payers: &Payers) -> Vec<Alert> {
    let one = |sheet: &Sheet| {
        let payer = payers.by_id.get(&sheet.payer_id)?;
        let checked_on = sheet.checked_on.unwrap_or_else(|| app.clock.day_of(sheet.created_at));
        let raised = people::stale_rules(payer.public_id, checked_on, app.today())?;
        Some(Alert { payer: Some(payer.name.clone()), ..Alert::of(raised, Page("payers", payer.public_id)) })
    };
    payers.sheets.values().filter_map(one).collect()
}
