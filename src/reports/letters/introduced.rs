//! Gathers the letter that introduces us, and what follows when it goes: it stands among the contacts, with the call that comes after it.

use super::facts::{Gathered, head};
use super::letter::Letter;
use super::parties::Parties;
use super::store;
use crate::app::App;
use crate::entity::report::Model as Report;
use crate::error::Result;
use crate::mail::kinds::{Ask, Head, Introduction, PatientLine, Progress, ProgressReport};
use crate::mail::outbox_state::MailChannel;
use crate::network;
use crate::network::activity::{ActivityDraft, ActivityKind, Purpose};
use crate::reports::introduction::{self, Facts};
use crate::reports::stops;
use crate::reports::wording::Wording;
use crate::types::Text;
use crate::work::Work;
use anyhow::Context;
use sea_orm::ConnectionTrait;
use serde::Deserialize;

pub async fn gather(app: &App, db: &impl ConnectionTrait, report: &Report, parties: Parties, wording: &Wording) -> Result<Gathered> {
    let head = head(app, db, report, &parties).await?;
    let facts = Facts {
        today: app.today(),
        kinds: store::kinds_of_payers(db).await?,
        specialty: parties.provider.specialty.clone(),
        contact: match &parties.office {
            Some(office) => network::contacts_of(db, office.id).await?.into_iter().next().map(|c| (c.name, c.role)),
            None => None,
        },
    };
    let ours = introduction::said(&facts, &head.practice);
    let letter = Introduction {
        greeting: network::view::named(&parties.provider).spoken(),
        intro: introduction::compose(&facts, wording, &head.practice),
        stop: stops::way(app, db, report).await?,
        head,
    };
    Ok(Gathered {
        letter: Letter::from(letter),
        parties,
        ours: Some(ours),
        origins: Vec::new(),
        note_ids: Vec::new(),
        patient_ids: Vec::new(),
        unsigned: Vec::new(),
        left_out: 0,
        is_quiet: false,
    })
}

/// The report that goes with it to show what one looks like: ours, about nobody real.
pub fn sample(letter: &Introduction) -> Result<ProgressReport> {
    #[derive(Deserialize)]
    struct Sample {
        patient: PatientLine,
        report: Progress,
        ask: Ask,
    }
    let made: Sample = serde_json::from_str(include_str!("sample.json")).context("the sample report")?;
    let head = Head { reference: "SAMPLE".into(), ..letter.head.clone() };
    let ask = Ask { reply: head.practice.ways_to_answer(), ..made.ask };
    Ok(ProgressReport { head, patient: made.patient, report: made.report, ask: Some(ask) })
}

/// It goes: the letter is on file with the doctor, and the call that it promises is planned.
pub async fn logged(work: &Work<'_>, report: &Report, letter: &Introduction, way: MailChannel) -> Result<()> {
    let provider = network::provider_row(&work.tx, report.provider_id).await?;
    let draft = ActivityDraft {
        kind: if way == MailChannel::Paper { ActivityKind::Letter } else { ActivityKind::Email },
        purpose: Purpose::Outreach,
        on: work.today(),
        at: None,
        providers: vec![provider.public_id.to_string()],
        provider_name: Text::default(),
        organization: None,
        referral: None,
        met: None,
        outcome: None,
        words: Some(format!("Introduction, ref {}", report.reference)),
        minutes: None,
        direct_cost_cents: None,
        gift_value_cents: None,
        attendees: None,
        next_step: Some("Call: how would they like to get reports?".into()),
        next_on: Some(letter.intro.call_on),
    };
    let activity = network::log_activity_in(work, &draft).await?;
    network::of_report(work, &activity, report.id).await
}
