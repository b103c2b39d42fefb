//! Gathers what is told of a referral itself, before or without care: thanks for it, or that it came to nothing. No note is read.

use super::facts::{Gathered, head, told};
use super::letter::Letter;
use super::parties::{Care, Parties};
use super::store;
use crate::app::App;
use crate::care::visit::VisitState;
use crate::entity::report::Model as Report;
use crate::error::Result;
use crate::mail::kinds::{LostReferralNote, NotSeen, ThankYou};
use crate::network::provider::ReportFrequency;
use crate::reports::lost_referral::{self, Try};
use crate::reports::report::ReportKind;
use crate::reports::thanks;
use crate::reports::wording::Wording;
use crate::{network, patients};
use sea_orm::ConnectionTrait;

pub async fn gather(app: &App, db: &impl ConnectionTrait, report: &Report, parties: Parties, wording: &Wording) -> Result<Gathered> {
    let Care { episode, referral } = parties.care()?;
    let head = head(app, db, report, &parties).await?;
    let today = app.today();
    let (letter, ours) = if report.kind == ReportKind::ThankYou {
        let visits = told(db, std::slice::from_ref(episode)).await?;
        let came_on = visits.iter().find(|v| v.state == VisitState::Attended).map(|v| v.visit_on);
        let comes = |v: &&crate::entity::visit::Model| matches!(v.state, VisitState::Booked | VisitState::Arrived) && v.visit_on >= today;
        let first_visit_on = came_on.or_else(|| visits.iter().find(comes).map(|v| v.visit_on));
        let hears = first_visit_on.is_none() || parties.provider.report_frequency == ReportFrequency::Standard;
        let letter = ThankYou {
            head,
            greeting: network::view::named(&parties.provider).spoken(),
            received_on: referral.received_on,
            first_visit_on,
            has_come: came_on.is_some(),
            report_by: hears.then(|| thanks::report_by(today, first_visit_on)),
            promise: wording.promise.clone(),
        };
        (Letter::from(letter), Wording::default())
    } else {
        let patient = patients::row(db, referral.patient_id).await?;
        let name = patients::view::full_name(&patient);
        let tries = store::tries_to_reach(db, referral.id).await?;
        let facts = lost_referral::Facts {
            patient: name.clone(),
            reason: referral.lost_reason,
            tries: tries.iter().map(|t| Try { on: t.on_day, kind: t.kind, outcome: t.outcome }).collect(),
            today,
        };
        let born = super::facts::born(&patient)?;
        let lost = lost_referral::compose(&facts, wording);
        let letter = LostReferralNote { head, received_on: referral.received_on, patient: NotSeen { name, born }, lost };
        (Letter::from(letter), lost_referral::said(&facts))
    };
    Ok(Gathered {
        letter,
        ours: Some(ours),
        origins: Vec::new(),
        note_ids: Vec::new(),
        // Also thanks tell who reads them that their patient comes.
        patient_ids: vec![referral.patient_id],
        parties,
        unsigned: Vec::new(),
        left_out: 0,
        is_quiet: false,
    })
}
