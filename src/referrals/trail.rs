//! What came of a referral: each visit with its note, its claim and its money; what got better; what was told to the doctor.

use super::card::Episode;
use super::referral::ReferralState;
use super::{find, store};
use crate::app::{Actor, App};
use crate::audit::Entry;
use crate::audit::view::{MoveView, moves};
use crate::auth::role::{Reach, Thing};
use crate::error::{AppError, Result};
use crate::mail::outbox_state::OutboxState;
use crate::network::activity::{ActivityKind, Outcome, Purpose};
use crate::patients;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use schemars::JsonSchema;
use sea_orm::FromQueryResult;
use serde::Serialize;
use std::collections::BTreeMap;
use uuid::Uuid;

/// One line of what happened: a move of the referral, or a call about it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct HistoryLine {
    pub on: NaiveDate,
    pub at: DateTime<Utc>,
    /// `Booked`, `Call: left a message`.
    pub what: String,
    pub detail: Option<String>,
    pub by: Option<String>,
}

/// The chain of one referral, as far as the reader may see it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Trail {
    pub visits: Vec<VisitLine>,
    /// Null for roles that see no money.
    pub money: Option<Money>,
    pub payments: Vec<PaymentLine>,
    /// Empty for roles that read no notes.
    pub measures: Vec<MeasureLine>,
    pub reports: Vec<ReportLine>,
    /// Calls, letters and moves, last first.
    pub history: Vec<HistoryLine>,
    /// The source was thanked.
    pub thanked: bool,
    /// The next visit that is booked.
    pub next_visit_on: Option<NaiveDate>,
    /// The visit whose note the reader has begun and not signed.
    pub my_draft: Option<Uuid>,
    /// The latest measurements stand in a note that is not signed yet.
    pub measures_are_unsigned: bool,
}

/// One visit: one row of the chain.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct VisitLine {
    pub id: Uuid,
    /// The place of an attended visit in its episode.
    pub place: Option<i64>,
    pub visit_on: NaiveDate,
    pub starts_at: Option<NaiveTime>,
    pub state: String,
    pub therapist: String,
    /// For an attended visit: whether an order covers it.
    pub covered: Option<bool>,
    pub note_state: Option<String>,
    /// The reader is the author of its draft.
    pub is_my_draft: bool,
    pub claims: Vec<ClaimLine>,
    /// Collected for it so far; null for roles that see no money.
    pub paid_cents: Option<i64>,
    /// What the patient who pays alone was charged.
    pub charge_cents: Option<i64>,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ClaimLine {
    pub id: Uuid,
    pub number: String,
    pub state: String,
    pub payer: String,
    pub sent_on: Option<NaiveDate>,
}

/// Billed = collected + taken off + written off + outstanding; what was not billed yet stands apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Money {
    pub billed_cents: i64,
    pub billed_visits: i64,
    pub collected_cents: i64,
    pub contractual_cents: i64,
    pub written_off_cents: i64,
    pub outstanding_cents: i64,
    pub unbilled_cents: i64,
    pub unbilled_visits: i64,
}

/// A deposit of a payer, or what the patient paid.
#[derive(Clone, Debug, Serialize, JsonSchema, FromQueryResult)]
pub struct PaymentLine {
    /// Null where the patient paid.
    pub payer: Option<String>,
    pub payment_id: Option<Uuid>,
    /// The check or trace number; for patients how they paid.
    pub trace: Option<String>,
    pub posted_on: NaiveDate,
    pub cents: i64,
    pub claims: i64,
}

/// One measure from first to latest.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct MeasureLine {
    /// nprs, ndi, odi, psfs, rom, lower_better, higher_better.
    pub instrument: String,
    pub label: String,
    /// `Pain now`, `Neck disability index`, `Neck rotation, left`.
    pub title: String,
    pub first: String,
    pub latest: String,
    /// In hundredths, oldest first.
    pub values: Vec<i64>,
    /// The latest one stands in a note that is not signed yet.
    pub is_unsigned: bool,
}

#[derive(Clone, Debug, Serialize, JsonSchema, FromQueryResult)]
pub struct ReportLine {
    #[sea_orm(from_alias = "public_id")]
    pub id: Uuid,
    pub reference: String,
    pub kind: String,
    pub version_no: i64,
    pub state: String,
    pub sent_at: Option<DateTime<Utc>>,
    pub span_to: Option<NaiveDate>,
}

impl ReportLine {
    /// A thank-you that a person let go.
    fn is_thanks_on_the_way(&self) -> bool {
        self.kind == "thank_you" && matches!(self.state.as_str(), "queued" | "sent" | "delivered" | "released")
    }

    /// The state in the words that people see.
    pub fn shown(self) -> Self {
        use OutboxState::{Abandoned, Bounced, Cancelled, Complained, Expired, Failed};
        let state = match self.state.parse::<OutboxState>() {
            Ok(state) if state.is_underway() => "queued",
            Ok(Bounced | Complained) => "bounced",
            Ok(Failed | Expired | Abandoned) => "failed",
            Ok(Cancelled) => "signed",
            _ => return self,
        };
        Self { state: state.into(), ..self }
    }
}

/// A call or letter as the query gives it.
#[derive(FromQueryResult)]
pub struct ActivityFact {
    pub kind: ActivityKind,
    pub purpose: Purpose,
    pub outcome: Option<Outcome>,
    pub words: Option<String>,
    pub on_day: NaiveDate,
    pub at: DateTime<Utc>,
    pub by_name: Option<String>,
}

/// A visit as the query gives it.
#[derive(FromQueryResult)]
pub struct VisitFact {
    pub id: i64,
    pub public_id: Uuid,
    pub visit_on: NaiveDate,
    pub starts_at: Option<NaiveTime>,
    pub state: String,
    pub charge_cents: Option<i64>,
    pub discount_cents: i64,
    pub first_name: String,
    pub last_name: String,
    pub credential: Option<String>,
    pub note_state: Option<String>,
    pub author_user_id: Option<i64>,
    pub desk_cents: i64,
}

impl VisitFact {
    /// What the patient who pays alone owes for it.
    fn desk_charge(&self) -> Option<i64> {
        self.charge_cents.map(|cents| cents - self.discount_cents)
    }

    fn is_draft_of(&self, by: &Actor) -> bool {
        self.note_state.as_deref() == Some("draft") && by.user_id().is_some() && self.author_user_id == by.user_id()
    }
}

/// A claim as the query gives it.
#[derive(FromQueryResult)]
pub struct ClaimFact {
    pub visit_id: Option<i64>,
    pub public_id: Uuid,
    pub number: String,
    pub state: String,
    pub payer: String,
    pub first_sent_on: Option<NaiveDate>,
    pub charge_cents: i64,
    pub insurer_cents: i64,
    pub patient_cents: i64,
    pub contractual_cents: i64,
    pub written_off_cents: i64,
    pub draft_cents: i64,
}

impl ClaimFact {
    fn collected(&self) -> i64 {
        self.insurer_cents + self.patient_cents
    }

    fn was_sent(&self) -> bool {
        self.first_sent_on.is_some()
    }
}

/// A measurement, as its instrument shows it.
pub struct MeasureFact {
    /// Pain, then what was measured by hand, then the indices and counts; within them as the note has them.
    pub rank: (u8, i64),
    pub instrument: &'static str,
    pub label: String,
    pub title: String,
    pub shown: String,
    pub value_hundredths: i64,
    pub visit_on: NaiveDate,
    pub starts_at: Option<NaiveTime>,
    pub is_signed: bool,
}

/// What of the chain the reader may see.
struct Sight {
    claims: bool,
    money: bool,
    notes: bool,
    reports: bool,
}

impl Sight {
    async fn of(app: &App, by: &Actor, patient_id: i64) -> Result<Self> {
        let (claims, notes, reports) = (by.rights(Thing::Claims), by.rights(Thing::Notes), by.rights(Thing::Reports));
        let money = within(app, by, claims.read, patient_id).await?;
        let reports_read = within(app, by, reports.read, patient_id).await?;
        Ok(Self {
            claims: claims.outline || money,
            money,
            notes: within(app, by, notes.read, patient_id).await?,
            reports: reports.outline || reports_read,
        })
    }
}

async fn within(app: &App, by: &Actor, reach: Reach, patient_id: i64) -> Result<bool> {
    match patients::within(&app.db, by, reach, patient_id, "referral").await {
        Ok(()) => Ok(true),
        Err(AppError::NotFound(_)) => Ok(false),
        Err(other) => Err(other),
    }
}

/// Follows the chain of a referral. Its measurements are clinical: reading them leaves a trace.
pub async fn trail(app: &App, by: &Actor, id: &str) -> Result<Trail> {
    let referral = find(&app.db, by, id).await?;
    let episode = store::episode_of(&app.db, referral.id).await?;
    let sees = Sight::of(app, by, referral.patient_id).await?;
    let counted = store::episode_for_counting(&app.db, episode.id).await?;
    let visits = store::trail_visits(&app.db, episode.id).await?;
    let claims = if sees.claims { store::trail_claims(&app.db, episode.id).await? } else { Vec::new() };
    let measures = if sees.notes { measure_lines(store::trail_measures(&app.db, episode.id).await?) } else { Vec::new() };
    if !measures.is_empty() {
        let seen = Entry::of("read", "measure", episode.id).named(episode.public_id).patient(referral.patient_id);
        crate::audit::seen(app, by, seen).await?;
    }
    let reports = store::trail_reports(&app.db, episode.id).await?;
    let activities = store::trail_activities(&app.db, referral.id).await?;
    let moves = moves(&app.db, "referral", referral.id).await?;
    let ahead = |v: &&VisitFact| v.state == "booked" && v.visit_on >= app.today();
    Ok(Trail {
        my_draft: visits.iter().filter(|v| v.is_draft_of(by)).map(|v| v.public_id).next_back(),
        measures_are_unsigned: measures.iter().any(|m| m.is_unsigned),
        next_visit_on: visits.iter().filter(ahead).map(|v| v.visit_on).min(),
        money: sees.money.then(|| money(&visits, &claims)),
        payments: if sees.money { store::trail_payments(&app.db, episode.id).await? } else { Vec::new() },
        thanked: activities.iter().any(|a| a.purpose == Purpose::ThankYou) || reports.iter().any(ReportLine::is_thanks_on_the_way),
        reports: if sees.reports { reports } else { Vec::new() },
        visits: visit_lines(by, &counted, visits, &claims, sees.money),
        measures,
        history: history(&moves, &activities),
    })
}

fn history(moves: &[MoveView], activities: &[ActivityFact]) -> Vec<HistoryLine> {
    let moved = |m: &MoveView| {
        let state: Option<ReferralState> = m.to.parse().ok();
        let what = match (state, m.from.as_deref()) {
            (Some(ReferralState::Attempting), Some("lost")) => "Tried again",
            (Some(ReferralState::Scheduled), Some("converted")) => "Back to booked",
            (state, _) => state.map_or("Moved", ReferralState::label),
        };
        HistoryLine { on: m.on, at: m.at, what: what.into(), detail: m.why.clone(), by: Some(m.by.clone()) }
    };
    let called = |a: &ActivityFact| {
        let kind = if a.purpose == Purpose::ThankYou { a.purpose.label() } else { a.kind.label() };
        let what = a.outcome.map_or(kind.into(), |o| format!("{kind}: {}", o.label().to_lowercase()));
        HistoryLine { on: a.on_day, at: a.at, what, detail: a.words.clone(), by: a.by_name.clone() }
    };
    // A call that moved the referral says more than the move does.
    let is_call = |m: &&MoveView| m.to == ReferralState::Attempting.word() && activities.iter().any(|a| a.on_day == m.on);
    let mut lines: Vec<HistoryLine> = moves.iter().filter(|m| !is_call(m)).map(moved).collect();
    lines.extend(activities.iter().map(called));
    // Nothing happens to a referral before it is received, whenever that was entered.
    let received = ReferralState::Received.label();
    lines.sort_by_key(|line| std::cmp::Reverse((line.on, line.what != received, line.at)));
    lines
}

fn visit_lines(by: &Actor, episode: &Episode, mut visits: Vec<VisitFact>, claims: &[ClaimFact], sees_money: bool) -> Vec<VisitLine> {
    let counted = episode.counted();
    visits.sort_by_key(|v| (v.visit_on, v.starts_at.is_none(), v.starts_at, v.id));
    let line = |v: VisitFact| {
        let own: Vec<&ClaimFact> = claims.iter().filter(|c| c.visit_id == Some(v.id)).collect();
        let name = format!("{} {}", v.first_name, v.last_name);
        let paid = own.iter().map(|c| c.collected()).sum::<i64>() + v.desk_cents;
        VisitLine {
            id: v.public_id,
            place: counted.place.get(&v.id).copied(),
            covered: counted.covered_by.get(&v.id).map(Option::is_some),
            visit_on: v.visit_on,
            starts_at: v.starts_at,
            is_my_draft: v.is_draft_of(by),
            charge_cents: v.desk_charge().filter(|_| sees_money),
            state: v.state,
            therapist: v.credential.map_or(name.clone(), |c| format!("{name}, {c}")),
            note_state: v.note_state,
            claims: own.iter().map(|c| claim_line(c)).collect(),
            paid_cents: sees_money.then_some(paid),
        }
    };
    visits.into_iter().map(line).collect()
}

fn claim_line(c: &ClaimFact) -> ClaimLine {
    ClaimLine { id: c.public_id, number: c.number.clone(), state: c.state.clone(), payer: c.payer.clone(), sent_on: c.first_sent_on }
}

/// Adds up the chain. A visit that the patient pays is billed when it was attended, an insured one when its claim was sent.
fn money(visits: &[VisitFact], claims: &[ClaimFact]) -> Money {
    let mut sum = Money::default();
    for v in visits {
        let own: Vec<&ClaimFact> = claims.iter().filter(|c| c.visit_id == Some(v.id)).collect();
        let desk_charge = v.desk_charge().filter(|_| own.is_empty()).unwrap_or(0);
        let sent = own.iter().any(|c| c.was_sent());
        sum.billed_cents += desk_charge;
        sum.collected_cents += v.desk_cents;
        sum.outstanding_cents += std::cmp::max(0, desk_charge - v.desk_cents);
        sum.billed_visits += i64::from(sent || desk_charge > 0);
        sum.unbilled_visits += i64::from(!sent && desk_charge == 0 && v.state == "attended");
    }
    for c in claims {
        sum.billed_cents += c.charge_cents;
        sum.collected_cents += c.collected();
        sum.contractual_cents += c.contractual_cents;
        sum.written_off_cents += c.written_off_cents;
        sum.outstanding_cents += std::cmp::max(0, c.charge_cents - c.collected() - c.contractual_cents - c.written_off_cents);
        sum.unbilled_cents += if c.was_sent() { 0 } else { c.draft_cents };
    }
    sum
}

/// Measures in the order in which a note takes them, each from first to latest.
fn measure_lines(mut facts: Vec<MeasureFact>) -> Vec<MeasureLine> {
    facts.sort_by_key(|f| (f.visit_on, f.starts_at.is_none(), f.starts_at));
    let mut lines: BTreeMap<(&str, &str), Vec<&MeasureFact>> = BTreeMap::new();
    for fact in &facts {
        lines.entry((fact.instrument, &fact.label)).or_default().push(fact);
    }
    let line = |facts: Vec<&MeasureFact>| {
        let (first, latest) = (facts.first()?, facts.last()?);
        let line = MeasureLine {
            instrument: latest.instrument.into(),
            label: latest.label.clone(),
            title: latest.title.clone(),
            // "56 to 36%" says the unit once.
            first: first.shown.trim_end_matches(['%', '°']).to_string(),
            latest: latest.shown.clone(),
            values: facts.iter().map(|f| f.value_hundredths).collect(),
            is_unsigned: !latest.is_signed,
        };
        Some((latest.rank, line))
    };
    let mut shown: Vec<((u8, i64), MeasureLine)> = lines.into_values().filter_map(line).collect();
    shown.sort_by_key(|(rank, _)| *rank);
    shown.into_iter().map(|(_, line)| line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visit(id: i64, charge: Option<i64>, desk: i64) -> VisitFact {
        VisitFact {
            id,
            public_id: Uuid::nil(),
            visit_on: NaiveDate::MIN,
            starts_at: None,
            state: "attended".into(),
            charge_cents: charge,
            discount_cents: 500,
            first_name: "Maya".into(),
            last_name: "Ortiz".into(),
            credential: None,
            note_state: None,
            author_user_id: None,
            desk_cents: desk,
        }
    }

    fn claim(visit_id: i64, sent: bool) -> ClaimFact {
        ClaimFact {
            visit_id: Some(visit_id),
            public_id: Uuid::nil(),
            number: "C-2026-00001".into(),
            state: "draft".into(),
            payer: "State Fund".into(),
            first_sent_on: sent.then_some(NaiveDate::MIN),
            charge_cents: if sent { 14_800 } else { 0 },
            insurer_cents: if sent { 9_000 } else { 0 },
            patient_cents: 0,
            contractual_cents: if sent { 3_000 } else { 0 },
            written_off_cents: 0,
            draft_cents: if sent { 0 } else { 14_800 },
        }
    }

    #[test]
    fn what_was_billed_is_what_became_of_it_and_unbilled_work_stands_apart() {
        let visits = [visit(1, None, 0), visit(2, None, 0), visit(3, Some(7_000), 2_000)];
        let sum = money(&visits, &[claim(1, true), claim(2, false)]);
        assert_eq!(sum.billed_cents, sum.collected_cents + sum.contractual_cents + sum.written_off_cents + sum.outstanding_cents);
        assert_eq!((sum.billed_cents, sum.collected_cents, sum.outstanding_cents), (21_300, 11_000, 7_300));
        assert_eq!((sum.billed_visits, sum.unbilled_visits, sum.unbilled_cents), (2, 1, 14_800));
    }
}
