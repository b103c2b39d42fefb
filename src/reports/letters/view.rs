//! What pages and programs see of reports.

use super::copies;
use super::inspect::{Inspected, inspect, wording};
use super::release::may;
use super::safety::{Safety, reasons};
use super::store;
use crate::app::{Actor, App};
use crate::audit::view::{MoveView, moves};
use crate::auth::role::{Reach, Thing};
use crate::db;
use crate::entity::provider_email::Model as Address;
use crate::entity::report::Model as Report;
use crate::entity::{outbox_attempt, patient, provider, report};
use crate::error::{AppError, Result};
use crate::mail::outbox_state::{HandWay, MailChannel, OutboxState};
use crate::mail::{self, Standing};
use crate::network::provider::VerifiedHow;
use crate::network::view::PersonRef;
use crate::patients::view::PatientRef;
use crate::reports::links;
use crate::reports::links::view::LinkView;
use crate::reports::origins::Origin;
use crate::reports::report::{ReportKind, ReportState, ShownState};
use crate::reports::wording::{NewWording, Wording};
use crate::types::Month;
use crate::{auth, referrals};
use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use sea_orm::ConnectionTrait;
use serde::Serialize;
use std::collections::HashMap;
use uuid::Uuid;

/// A report in a list: how it stands, not what it says.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ReportRow {
    pub id: Uuid,
    /// `7F3K`, for the phone.
    pub reference: String,
    pub kind: ReportKind,
    pub state: ShownState,
    pub provider: PersonRef,
    /// Null for a summary.
    pub patient: Option<PatientRef>,
    pub referral_id: Option<Uuid>,
    /// `2026-11`, for a summary.
    pub month: Option<String>,
    pub version_no: i64,
    /// The report of another doctor that this is a copy of.
    pub copy_of: Option<Uuid>,
    /// Somebody read it.
    pub opened: bool,
    pub created_at: DateTime<Utc>,
    pub sent_at: Option<DateTime<Utc>>,
    /// Where a mail is, or why it did not arrive.
    pub mail: Option<MailView>,
}

/// One message of a report on its way.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct MailView {
    /// The message; on paper, the letter to print.
    pub id: Uuid,
    pub channel: MailChannel,
    /// How a person sent it, on paper.
    pub sent_how: Option<HandWay>,
    pub state: OutboxState,
    pub to: String,
    /// 0 is the first; each one more was ordered by a person.
    pub resend_no: i64,
    pub approved_at: DateTime<Utc>,
    /// When it goes, or is tried again.
    pub next_at: DateTime<Utc>,
    pub sent_at: Option<DateTime<Utc>>,
    /// No server took it: it is a file in the mail folder.
    pub in_folder: bool,
    /// What their mail server answered.
    pub code: Option<String>,
    pub words: Option<String>,
    pub attempts: Vec<AttemptView>,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct AttemptView {
    pub n: i64,
    /// How far it got.
    pub step: String,
    pub code: Option<String>,
    pub at: DateTime<Utc>,
}

/// A report with what it says and everything that was looked at.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ReportView {
    #[serde(flatten)]
    pub row: ReportRow,
    pub replaces: Option<Uuid>,
    /// Of a copy: who got the report.
    pub copy_of_provider: Option<PersonRef>,
    /// For whom copies begin when it goes; each waits for its own approval.
    pub copies_ahead: Vec<PersonRef>,
    pub amend_reason: Option<String>,
    pub skip_reason: Option<String>,
    /// What a person says in place of our words.
    pub wording: NewWording,
    /// Our words, part by part, for a report that can be said differently.
    pub ours: Option<Wording>,
    /// The parts of it that a person may say, in the order they are read.
    pub parts: Vec<&'static str>,
    /// Where its numbers come from, each with its note.
    pub origins: Vec<Origin>,
    /// The doctor's addresses.
    pub addresses: Vec<AddressView>,
    /// Is it safe to send? Those with the look "bad" stop it. An approval answers with what was looked at before it.
    pub safety: Vec<Safety>,
    /// What stops it, in one sentence after the other.
    pub held: Option<String>,
    /// How it goes if nobody says otherwise.
    pub way: MailChannel,
    /// Why it may not go by email, and why not on paper; null where it may.
    pub not_by_email: Option<String>,
    pub not_on_paper: Option<String>,
    /// Nor behind a link,
    pub not_by_link: Option<String>,
    /// nor by the fax service.
    pub not_by_fax: Option<String>,
    /// How the latest link stands, where one was sent.
    pub link: Option<LinkView>,
    /// Exactly what arrives; null where it cannot be written yet, or is not yours to read.
    pub message: Option<MessageView>,
    pub mails: Vec<MailView>,
    pub may: Vec<&'static str>,
    pub signed_at: Option<DateTime<Utc>>,
    pub signed_by: Option<String>,
    pub released_at: Option<DateTime<Utc>>,
    pub released_by: Option<String>,
    pub history: Vec<MoveView>,
    pub version: i64,
}

/// The doctor's address, and how it was checked.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct AddressView {
    pub id: Uuid,
    pub address: String,
    pub verified_on: Option<NaiveDate>,
    pub verified_how: Option<VerifiedHow>,
    /// This one is used.
    pub chosen: bool,
}

/// The message as it arrives.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct MessageView {
    pub from: Option<String>,
    pub to: Option<String>,
    pub subject: String,
    pub preheader: String,
    pub text: String,
    pub html: String,
    pub words: i64,
    pub patients: i64,
    /// Names exactly this message and recipient; an approval sends it back.
    pub seen: String,
}

/// What a person says in a report, as it would be typed.
pub fn wording_of(report: &Report) -> NewWording {
    NewWording { version: report.version.to_string().into(), ..wording(report).as_typed() }
}

/// The parts of a report that a person may say. Who gets a copy is asked nothing.
pub fn parts_of(report: &Report) -> Vec<&'static str> {
    let is_asked = report.copy_of_id.is_none();
    report.kind.parts().iter().copied().filter(|part| is_asked || !matches!(*part, "ask" | "meanwhile")).collect()
}

impl ReportView {
    /// What is said after an approval, with the way back while there is one.
    pub fn flash(&self, app: &App) -> serde_json::Value {
        if self.row.mail.as_ref().is_some_and(|m| m.channel == MailChannel::Paper) {
            return serde_json::json!({ "text": "Approved. It waits to be printed", "undo": format!("/reports/{}/take-back", self.row.id) });
        }
        let next_at = self.row.mail.as_ref().map(|m| m.next_at).filter(|at| *at > app.now());
        if let Some(digits) = self.link.as_ref().and_then(|l| l.digits.as_ref()) {
            let text = format!("Approved. Tell the office these digits by phone: {digits}");
            return serde_json::json!({ "text": text, "undo": next_at.map(|_| format!("/reports/{}/take-back", self.row.id)) });
        }
        match next_at {
            Some(at) => serde_json::json!({
                "text": format!("Approved. It goes at {}", crate::types::day::clock(app.clock.time_of(at))),
                "undo": format!("/reports/{}/take-back", self.row.id),
            }),
            None => serde_json::json!({ "text": "Approved. It is going out" }),
        }
    }

    /// What is said after it went once more.
    pub fn said_again(&self) -> &'static str {
        match self.row.mail.as_ref().map(|m| m.channel) {
            Some(MailChannel::Paper) => "It waits to be printed",
            Some(MailChannel::Fax) => "It is faxed once more",
            Some(MailChannel::Link) => "A new link goes out. The one before opens no more",
            _ => "It goes once more, as the same message",
        }
    }

    /// The wording as it stands in the form: a person's words where there are any, ours elsewhere.
    pub fn as_typed(&self) -> NewWording {
        let Some(ours) = &self.ours else { return self.wording.clone() };
        let address = self.addresses.iter().find(|a| a.chosen).map(|a| a.id.to_string()).unwrap_or_default();
        NewWording { address: address.into(), ..self.wording.or(ours) }
    }
}

/// Several reports for a list, with a fixed number of queries.
pub async fn rows(db: &impl ConnectionTrait, reports: &[&Report]) -> Result<HashMap<i64, ReportRow>> {
    let standings = mail::standings(db, &reports.iter().map(|r| r.id).collect::<Vec<_>>()).await?;
    rows_with(db, reports, &standings).await
}

/// The same where it is known how their mails stand.
async fn rows_with(
    db: &impl ConnectionTrait,
    reports: &[&Report],
    standings: &HashMap<i64, Vec<Standing>>,
) -> Result<HashMap<i64, ReportRow>> {
    let providers = db::by_ids::<provider::Entity>(db, reports.iter().map(|r| r.provider_id)).await?;
    let patients = db::by_ids::<patient::Entity>(db, reports.iter().filter_map(|r| r.patient_id)).await?;
    let originals = db::by_ids::<report::Entity>(db, reports.iter().filter_map(|r| r.copy_of_id)).await?;
    let referrals = referrals::ids_of_episodes(db, reports.iter().filter_map(|r| r.episode_id).collect()).await?;
    let one = |r: &&Report| {
        let mail = standings.get(&r.id).and_then(|all| latest(all));
        let row = ReportRow {
            id: r.public_id,
            reference: r.reference.clone(),
            kind: r.kind,
            state: ShownState::of(r.state, mail.map(|m| m.state)),
            provider: PersonRef::provider(providers.get(&r.provider_id)?),
            patient: r.patient_id.and_then(|id| patients.get(&id)).map(PatientRef::of),
            referral_id: r.episode_id.and_then(|id| referrals.get(&id).copied()),
            month: r.period_on.map(|day| Month::of(day).to_string()),
            version_no: r.version_no,
            copy_of: r.copy_of_id.and_then(|id| originals.get(&id)).map(|original| original.public_id),
            opened: r.opened_at.is_some(),
            created_at: r.created_at,
            sent_at: mail.and_then(|m| m.sent_at),
            mail: mail.filter(|_| r.state == ReportState::Released).map(|m| mail_view(m, &[])),
        };
        Some((r.id, row))
    };
    Ok(reports.iter().filter_map(one).collect())
}

/// The one that says how a report stands: what was taken back never was.
fn latest(all: &[Standing]) -> Option<&Standing> {
    all.iter().rfind(|m| m.state != OutboxState::Cancelled)
}

fn mail_view(m: &Standing, tries: &[outbox_attempt::Model]) -> MailView {
    let one = |t: &outbox_attempt::Model| AttemptView { n: t.n, step: t.step.clone(), code: t.code.clone(), at: t.at };
    MailView {
        id: m.public_id,
        channel: m.channel,
        sent_how: m.sent_how,
        state: m.state,
        to: m.to_address.clone(),
        resend_no: m.resend_no,
        approved_at: m.approved_at,
        next_at: m.next_at,
        sent_at: m.sent_at,
        in_folder: m.last_text.as_deref().is_some_and(mail::is_of_folder),
        code: m.last_code.clone(),
        words: m.last_text.clone().filter(|t| !t.is_empty()),
        attempts: tries.iter().filter(|t| t.outbox_id == m.id).map(one).collect(),
    }
}

/// Gathers a report. Who sees only how it stands gets no word of it; who releases sees it once it is signed.
pub async fn report(app: &App, db: &impl ConnectionTrait, by: &Actor, id: i64) -> Result<ReportView> {
    let row = store::row(db, id).await?;
    let looked = if reads(by, &row) { Some(inspect(app, db, &row).await?) } else { None };
    looked_at(app, db, by, &row, looked).await
}

/// The same of one that was looked at just now: what stood in its way or did not is told as it was then.
pub async fn looked_at(
    app: &App,
    db: &impl ConnectionTrait,
    by: &Actor,
    row: &Report,
    looked: Option<Box<Inspected>>,
) -> Result<ReportView> {
    let (id, reads) = (row.id, reads(by, row));
    let looked = looked.filter(|_| reads);
    let rights = by.rights(Thing::Reports);
    let mut standings = mail::standings(db, &[id]).await?;
    let shown = rows_with(db, &[row], &standings).await?.remove(&id).ok_or(AppError::NotFound("report"))?;
    let mails = standings.remove(&id).unwrap_or_default();
    let tries = mail::attempts_of(db, mails.iter().map(|m| m.id).collect()).await?;
    let chosen = looked.as_ref().and_then(|l| l.address.as_ref()).map(|a| a.id);
    let way = looked.as_ref().map_or(MailChannel::Email, |l| l.way);
    let safety_of = |way| looked.as_ref().map(|l| l.safety(way)).unwrap_or_default();
    let safety = safety_of(way);
    let is_gone = row.state == ReportState::Released;
    // What went is not looked over again; by which other way it could go is.
    let not = |way| reasons(&if is_gone { looked.as_ref().map(|l| l.by_way(way).to_vec()).unwrap_or_default() } else { safety_of(way) });
    let of_copy = match &looked {
        Some(looked) => looked.gathered.parties.original.as_ref().map(|(_, provider)| provider.clone()),
        None => copies::original(db, row).await?.map(|(_, provider)| provider),
    };
    let replaces = match row.replaces_id {
        Some(id) => Some(store::row(db, id).await?.public_id),
        None => None,
    };
    let names = auth::names_of(db, [row.signed_by_id, row.released_by_id].into_iter().flatten().collect()).await?;
    let name = |id: Option<i64>| id.and_then(|id| names.get(&id).cloned());
    Ok(ReportView {
        may: may(row, shown.state, latest(&mails), by, rights.write != Reach::None),
        row: shown,
        replaces,
        copy_of_provider: of_copy.as_ref().map(PersonRef::provider),
        copies_ahead: if reads { copies::ahead(db, row).await?.iter().map(PersonRef::provider).collect() } else { Vec::new() },
        amend_reason: row.amend_reason.clone(),
        skip_reason: row.skip_reason.clone(),
        wording: if reads { wording_of(row) } else { NewWording::default() },
        parts: parts_of(row),
        ours: looked.as_ref().and_then(|l| l.gathered.ours.clone()),
        origins: looked.as_ref().map(|l| l.gathered.origins.clone()).unwrap_or_default(),
        addresses: looked.iter().flat_map(|l| &l.addresses).map(|a| address(a, chosen)).collect(),
        held: not(way).filter(|_| !is_gone),
        way,
        not_by_email: not(MailChannel::Email),
        not_on_paper: not(MailChannel::Paper),
        not_by_link: not(MailChannel::Link),
        not_by_fax: not(MailChannel::Fax),
        link: links::view::of_mails(app, db, by, mails.iter().map(|m| m.id).collect())
            .await?
            .into_iter()
            .max_by_key(|(id, _)| *id)
            .map(|(_, l)| l),
        safety,
        message: looked.as_deref().and_then(message),
        mails: mails.iter().map(|m| mail_view(m, &tries)).collect(),
        signed_at: row.signed_at,
        signed_by: name(row.signed_by_id),
        released_at: row.released_at,
        released_by: name(row.released_by_id),
        history: moves(db, "report", id).await?,
        version: row.version,
    })
}

/// Whether one may read what a report says, and not only how it stands.
pub(super) fn reads(by: &Actor, report: &Report) -> bool {
    by.rights(Thing::Reports).read != Reach::None || (by.may_release() && report.state != ReportState::Draft)
}

fn address(row: &Address, chosen: Option<i64>) -> AddressView {
    AddressView {
        id: row.public_id,
        address: row.address.clone(),
        verified_on: row.verified_on,
        verified_how: row.verified_how,
        chosen: Some(row.id) == chosen,
    }
}

fn message(looked: &Inspected) -> Option<MessageView> {
    let mail = looked.mail.as_ref()?;
    Some(MessageView {
        from: looked.sender.as_ref().map(|s| format!("{}, {}", s.name, s.address)),
        to: looked.address.as_ref().map(|a| a.address.clone()),
        subject: mail.subject.clone(),
        preheader: mail.preheader.clone(),
        text: mail.text.clone(),
        html: mail.html.clone(),
        words: i64::try_from(super::letter::words_of(mail)).unwrap_or(0),
        patients: i64::try_from(looked.gathered.patient_ids.len()).unwrap_or(0),
        seen: looked.seen()?,
    })
}
