//! The pack for an initial certification: the signed order that is on file, and the proof of when the plan of care went to the doctor,
//! with the clock that it runs by.

pub mod clock;
mod letter;

use super::disclosures;
use super::letters::store;
use crate::app::{Actor, App};
use crate::audit::{self, Entry};
use crate::auth::role::Thing;
use crate::entity::outbox::Model as Mail;
use crate::entity::prescription::Model as Order;
use crate::entity::report::Model as Report;
use crate::error::Result;
use crate::mail::outbox_state::{HandWay, MailChannel};
use crate::mail::{self, Head};
use crate::patients::view::full_name;
use crate::pdf::letter::Scan;
use crate::types::{Texts, day};
use crate::{auth, care, documents, network, patients, practice, referrals};
use chrono::{DateTime, NaiveDate, Utc};
use clock::CertificationState;
use letter::Pack;
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

/// What is known of it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Certification {
    pub state: CertificationState,
    pub patient: String,
    pub born_on: Option<NaiveDate>,
    /// The first visit that was attended.
    pub began_on: Option<NaiveDate>,
    /// The last day on which the plan goes in time.
    pub last_on: Option<NaiveDate>,
    /// The first order of the course that somebody signed.
    pub order: Option<SignedOrder>,
    /// The first report of the course that went to a doctor.
    pub plan: Option<PlanProof>,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct SignedOrder {
    pub prescriber: String,
    pub npi: Option<String>,
    pub signed_on: Option<NaiveDate>,
    /// `by hand`.
    pub signature: Option<String>,
    pub diagnoses: Texts,
    /// Its scan is on file.
    pub has_scan: bool,
}

/// When and how the plan went, and by what it can be found again.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PlanProof {
    pub report: Uuid,
    pub reference: String,
    /// `Initial report`.
    pub what: String,
    pub to: String,
    pub address: String,
    /// `by email`.
    pub how: String,
    pub sent_at: DateTime<Utc>,
    pub sent_on: NaiveDate,
    /// `March 5, 2026, 9:14 AM`.
    pub when: String,
    pub approved_by: Option<String>,
    pub message_id: String,
    /// What the mail server answered.
    pub answer: Option<String>,
    /// SHA-256 of the message as it left, as hex.
    pub sha256: String,
}

/// The pack of a referral, for who reads its reports.
pub async fn show(app: &App, by: &Actor, referral: &str) -> Result<Certification> {
    let gathered = gather(app, by, referral).await?;
    audit::seen(app, by, gathered.entry("read")).await?;
    Ok(gathered.shown)
}

/// The same as one PDF, with the order's scan and the plan as it went behind it; and the name of its file.
pub async fn print(app: &App, by: &Actor, referral: &str) -> Result<(String, Vec<u8>)> {
    let gathered = gather(app, by, referral).await?;
    audit::seen(app, by, gathered.entry("printed_certification")).await?;
    let scans = gathered.scans(app).await?;
    let own = Head::of(&practice::of(&app.db).await?);
    let pack = Pack { practice: own, on: day::long(app.today()), state: gathered.shown.state.label(), certification: gathered.shown };
    Ok((format!("certification-{}.pdf", app.today()), mail::print(&pack, scans).await?.pdf))
}

/// The pack, and the rows behind it.
struct Gathered {
    shown: Certification,
    referral: (i64, Uuid),
    patient_id: i64,
    order: Option<Order>,
    plan: Option<(Report, Mail)>,
}

async fn gather(app: &App, by: &Actor, id: &str) -> Result<Gathered> {
    let reach = by.rights(Thing::Reports).to_read("referral")?;
    let referral = referrals::find(&app.db, by, id).await?;
    patients::within(&app.db, by, reach, referral.patient_id, "referral").await?;
    let patient = patients::row(&app.db, referral.patient_id).await?;
    let episode = referrals::episode_of(&app.db, referral.id).await?;
    let began_on = care::first_attended(&app.db, episode.id).await?;
    let orders = referrals::orders_of(&app.db, &[episode.id]).await?;
    let order = orders.into_iter().filter(|o| o.signed_on.is_some() && o.cancelled_on.is_none()).min_by_key(|o| (o.signed_on, o.id));
    let plan = store::first_sent(&app.db, episode.id).await?;
    let proof = match &plan {
        Some((report, mail)) => Some(proof(app, report, mail).await?),
        None => None,
    };
    let shown = Certification {
        state: clock::state(began_on, order.is_some(), proof.as_ref().map(|p| p.sent_on), app.today()),
        patient: full_name(&patient),
        born_on: patient.born_on,
        began_on,
        last_on: began_on.map(clock::last_day),
        order: match &order {
            Some(order) => Some(signed(app, order).await?),
            None => None,
        },
        plan: proof,
    };
    Ok(Gathered { shown, referral: (referral.id, referral.public_id), patient_id: patient.id, order, plan })
}

async fn signed(app: &App, order: &Order) -> Result<SignedOrder> {
    let prescriber = network::provider_row(&app.db, order.prescriber_id).await?;
    Ok(SignedOrder {
        prescriber: network::view::named(&prescriber).formal(),
        npi: prescriber.npi,
        signed_on: order.signed_on,
        signature: order.signature_kind.map(|kind| kind.label().to_lowercase()),
        diagnoses: order.diagnoses.clone(),
        has_scan: order.document_id.is_some(),
    })
}

async fn proof(app: &App, report: &Report, mail: &Mail) -> Result<PlanProof> {
    let to = network::provider_row(&app.db, mail.provider_id).await?;
    let by = auth::names_of(&app.db, mail.approved_by_id.into_iter().collect()).await?;
    let sent_at = mail.sent_at.unwrap_or(mail.phase_at);
    let sent_on = mail.sent_on.unwrap_or(app.clock.day_of(sent_at));
    let answer = [mail.last_code.as_deref(), mail.last_text.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" ");
    Ok(PlanProof {
        report: report.public_id,
        reference: report.reference.clone(),
        what: report.kind.label().into(),
        to: network::view::named(&to).formal(),
        address: mail.to_address.clone(),
        how: disclosures::how(mail.sent_how.map_or(mail.channel.word(), HandWay::word)),
        sent_at,
        sent_on,
        when: match mail.sent_how {
            Some(_) => day::long(sent_on),
            None => format!("{}, {}", day::long(sent_on), day::clock(app.clock.time_of(sent_at))),
        },
        approved_by: mail.approved_by_id.and_then(|id| by.get(&id).cloned()),
        message_id: mail.message_id.clone(),
        answer: Some(answer).filter(|a| !a.is_empty()),
        sha256: hex::encode(&mail.mime_sha256),
    })
}

impl Gathered {
    fn entry<'a>(&self, action: &'a str) -> Entry<'a> {
        Entry::of(action, "referral", self.referral.0).named(self.referral.1).patient(self.patient_id)
    }

    /// The order's scan and the plan as it went, where they are pages that can go into a letter.
    async fn scans(&self, app: &App) -> Result<Vec<Scan>> {
        let order = self.order.as_ref().and_then(|o| o.document_id);
        let mut scans: Vec<Scan> = documents::scan(&app.db, order, "The order".into()).await?.into_iter().collect();
        let page = match &self.plan {
            Some((_, mail)) => {
                let mime = mail::mime(&app.db, mail).await?;
                if mail.channel == MailChannel::Paper { Some(mime) } else { mail::attached_pdf(&mime) }
            }
            None => None,
        };
        scans.extend(page.map(|content| Scan { title: "The plan, as it went".into(), media_type: "application/pdf".into(), content }));
        Ok(scans)
    }
}
