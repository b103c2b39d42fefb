//! Gathers a doctor's month: how all their patients stand, whoever treats them, but for those who asked that they hear nothing.

use super::facts::{Gathered, Seen, head, unsigned};
use super::letter::Letter;
use super::parties::Parties;
use super::store;
use crate::app::App;
use crate::care::measure::Instrument;
use crate::care::visit::VisitState;
use crate::db;
use crate::entity::report::Model as Report;
use crate::entity::{episode, patient, referral, visit};
use crate::error::Result;
use crate::mail::kinds::MonthlySummary;
use crate::referrals;
use crate::referrals::referral::{LostReason, ReferralState};
use crate::reports::monthly_summary::{self, Measured, Patient, Stands};
use crate::reports::origins::Origin;
use crate::types::Month;
use chrono::{NaiveDate, NaiveTime};
use sea_orm::ConnectionTrait;
use std::collections::{HashMap, HashSet};

pub async fn gather(app: &App, db: &impl ConnectionTrait, report: &Report, parties: Parties, month: Month) -> Result<Gathered> {
    let today = app.today();
    let until = std::cmp::min(month.last(), today);
    let mut sent = store::referrals_of(db, report.provider_id, until).await?;
    let mut restricted = store::restricted(db, sent.iter().map(|r| r.patient_id).collect(), report.provider_id).await?;
    restricted.extend(store::unconsented(db, sent.iter().map(|r| r.patient_id).collect(), today).await?);
    let left_out = sent.iter().filter(|r| restricted.contains(&r.patient_id)).map(|r| r.patient_id).collect::<HashSet<_>>().len();
    sent.retain(|r| !restricted.contains(&r.patient_id));
    let gathering = Gathering::of(db, &sent, month, until, today).await?;
    let people: Vec<(&referral::Model, Patient)> = sent.iter().filter_map(|r| Some((r, gathering.patient(r)?))).collect();
    let shown: Vec<Patient> = people.iter().map(|(_, p)| p.clone()).collect();
    let at = |day: NaiveDate| app.clock.at(day, NaiveTime::MIN);
    let reports_sent = store::count_sent(db, report.provider_id, at(month.first()), at(month.next().first())).await?;
    let head = head(app, db, report, &parties).await?;
    let (summary, ask) = monthly_summary::compose(month, today, &shown, parties.provider.summary_naming, reports_sent, &head.practice);
    let mail = MonthlySummary { head, month, summary, ask };
    let within = |v: &&visit::Model| v.visit_on >= month.first() && v.visit_on <= until;
    let told: HashSet<i64> = people.iter().map(|(r, _)| r.patient_id).collect();
    let of_told = |v: &&visit::Model| told.contains(&v.patient_id);
    let in_month: Vec<&visit::Model> = gathering.seen.visits.iter().filter(within).filter(of_told).collect();
    let mut patient_ids: Vec<i64> = told.iter().copied().collect();
    patient_ids.sort_unstable();
    Ok(Gathered {
        letter: Letter::from(mail),
        parties,
        ours: None,
        note_ids: gathering.note_ids(until, &told),
        origins: people.iter().flat_map(|(r, p)| gathering.origins(r, &format!("{} {}", p.first_name, p.last_name))).collect(),
        patient_ids,
        unsigned: unsigned(&gathering.seen, in_month.iter().copied()),
        left_out,
        is_quiet: monthly_summary::is_quiet(month, &shown),
    })
}

/// Everything about several referrals of one doctor in one month.
struct Gathering {
    month: Month,
    until: NaiveDate,
    today: NaiveDate,
    seen: Seen,
    episodes: HashMap<i64, episode::Model>,
    patients: HashMap<i64, patient::Model>,
    counted: HashMap<i64, referrals::card::Episode>,
    moves: HashMap<i64, crate::entity::state_move::Model>,
}

impl Gathering {
    async fn of(db: &impl ConnectionTrait, sent: &[referral::Model], month: Month, until: NaiveDate, today: NaiveDate) -> Result<Self> {
        let ids: Vec<i64> = sent.iter().map(|r| r.id).collect();
        let all = referrals::episodes_of(db, ids.clone()).await?;
        Ok(Self {
            month,
            until,
            today,
            seen: Seen::of(db, &all).await?,
            patients: db::by_ids::<patient::Entity>(db, sent.iter().map(|r| r.patient_id)).await?,
            counted: referrals::episodes_for_counting(db, &all.iter().map(|e| e.id).collect::<Vec<_>>()).await?,
            moves: store::states_on(db, ids, until).await?,
            episodes: all.into_iter().map(|e| (e.referral_id, e)).collect(),
        })
    }

    /// One patient's line, if the month has anything to say: in care or waiting at its end, or something happened in it.
    fn patient(&self, referral: &referral::Model) -> Option<Patient> {
        let episode = self.episodes.get(&referral.id)?;
        let person = self.patients.get(&referral.patient_id)?;
        let visits: Vec<&visit::Model> = self.seen.of_episode(episode.id, self.until).collect();
        let in_month = |v: &&&visit::Model| v.visit_on >= self.month.first() && v.state.counts_for_attendance();
        let of_month: Vec<&&visit::Model> = visits.iter().filter(in_month).collect();
        let attended = visits.iter().filter(|v| v.state == VisitState::Attended).count();
        let (stands, since) = self.stands(referral, episode, attended)?;
        let ended_before = matches!(stands, Stands::Discharged { .. } | Stands::Lost { .. }) && Month::of(since) != self.month;
        if ended_before && of_month.is_empty() {
            return None;
        }
        let card = self.counted.get(&episode.id).map(|c| {
            let mut known = c.clone();
            known.attended.retain(|v| v.on <= self.until && self.seen.tells(v.id));
            known.card(self.until)
        });
        let card = card.unwrap_or_default();
        let kept = of_month.iter().filter(|v| v.state == VisitState::Attended).count();
        Some(Patient {
            first_name: person.first_name.clone(),
            last_name: person.last_name.clone(),
            received_on: referral.received_on,
            stands,
            kept: whole(kept),
            scheduled: whole(of_month.len()),
            pain: self.series(&visits, is_pain),
            index: self.series(&visits, |i, _| is_index(i)),
            used: if card.authorized > 0 { card.used + card.over } else { whole(attended) },
            authorized: (card.authorized > 0).then_some(card.authorized),
            next_visit_on: self.seen.next_visit(episode.id, self.today),
        })
    }

    /// How the referral stood at the end of the month, and since when.
    fn stands(&self, referral: &referral::Model, episode: &episode::Model, attended: usize) -> Option<(Stands, NaiveDate)> {
        let last = self.moves.get(&referral.id)?;
        let state: ReferralState = last.to_state.parse().ok()?;
        let stands = match state {
            ReferralState::Received | ReferralState::Attempting => Stands::NotBooked,
            ReferralState::Scheduled => Stands::Booked,
            ReferralState::Converted => Stands::Active,
            ReferralState::Lost => Stands::Lost { reason: referral.lost_reason.map_or("Not treated", LostReason::label).to_string() },
            ReferralState::Closed => Stands::Discharged {
                on: last.on_day,
                reason: episode.discharge_reason.map_or("Treatment ended", |r| r.label()).to_string(),
                visits: whole(attended),
            },
        };
        Some((stands, last.on_day))
    }

    /// The first and the latest value of what fits, over the signed notes.
    fn series(&self, visits: &[&visit::Model], fits: fn(Instrument, &str) -> bool) -> Option<Measured> {
        let of_note = |v: &&visit::Model| self.seen.signed(v).map(|n| self.seen.measures_of(n)).unwrap_or_default();
        let values: Vec<(Instrument, String, i64)> = visits.iter().flat_map(of_note).filter(|(i, label, _)| fits(*i, label)).collect();
        let (instrument, _, first) = values.first()?.clone();
        let same: Vec<i64> = values.iter().filter(|(i, ..)| *i == instrument).map(|(_, _, v)| *v).collect();
        Some(Measured { instrument, first, latest: same.last().copied().filter(|_| same.len() > 1) })
    }

    /// Where the numbers of one patient's line come from.
    fn origins(&self, referral: &referral::Model, whose: &str) -> Vec<Origin> {
        let Some(episode) = self.episodes.get(&referral.id) else { return Vec::new() };
        self.seen.origins_of(self.seen.of_episode(episode.id, self.until), Some(whose), |i, label| is_pain(i, label) || is_index(i))
    }

    fn note_ids(&self, until: NaiveDate, told: &HashSet<i64>) -> Vec<i64> {
        let visits = self.seen.visits.iter().filter(|v| v.visit_on <= until && told.contains(&v.patient_id));
        visits.filter_map(|v| self.seen.signed(v)).map(|n| n.id).collect()
    }
}

fn is_pain(instrument: Instrument, label: &str) -> bool {
    instrument == Instrument::Nprs && label == "now"
}

fn is_index(instrument: Instrument) -> bool {
    matches!(instrument, Instrument::Ndi | Instrument::Odi)
}

fn whole(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(0)
}
