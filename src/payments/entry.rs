//! Entering a payer's answer from the paper: whose claims wait for one, and the chosen ones laid out line by line.

use super::eob::tally::ClaimTally;
use super::eob::{NewAdjustment, NewClaimAnswer, NewEob, NewLineAnswer};
use super::money::{CONTRACTUAL_REASONS, DecisionOutcome};
use super::posting::past;
use super::store;
use crate::app::{Actor, App};
use crate::auth::role::Thing;
use crate::claims;
use crate::claims::claim::ClaimState;
use crate::claims::view::ClaimRow;
use crate::db;
use crate::documents::{self, DocumentView, upload::Upload};
use crate::entity::{claim, patient, payer};
use crate::error::Result;
use crate::patients::view::PatientRef;
use crate::payers::payer::{ClaimChannel, CoverageKind};
use crate::payers::view::PayerName;
use crate::types::{Money, Text, service_code};
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

/// A payer, and how much of ours it has not answered.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct WaitingPayer {
    pub payer: PayerName,
    pub claims: i64,
    pub cents: i64,
}

/// All payers, those with the most to answer first.
pub async fn payers(app: &App, by: &Actor) -> Result<Vec<WaitingPayer>> {
    by.rights(Thing::Claims).to_write("payment")?;
    let away = store::away_by_payer(&app.db).await?;
    let mut found: Vec<WaitingPayer> = Vec::new();
    for payer in crate::payers::names(app, by).await? {
        let of = away.iter().find(|a| a.payer == payer.id);
        found.push(WaitingPayer { claims: of.map_or(0, |a| a.claims), cents: of.map_or(0, |a| a.cents), payer });
    }
    found.sort_by_key(|p| (-p.claims, p.payer.name.clone()));
    Ok(found)
}

/// The payer that was chosen.
pub async fn payer(app: &App, by: &Actor, id: &Text) -> Result<PayerName> {
    by.rights(Thing::Claims).to_write("payment")?;
    let row = crate::payers::by_id(&app.db, id.as_str()).await?;
    Ok(PayerName { id: row.public_id, name: row.name, kind: row.kind })
}

/// A claim that a payer may answer.
#[derive(Clone, Debug, Serialize)]
pub struct Choice {
    #[serde(flatten)]
    pub claim: ClaimRow,
    /// It was not taken in yet, as far as we know: that is said first.
    pub is_early: bool,
}

/// The claims that a payer may answer next: those it has, and those of patients whom it covers in second place.
pub async fn choices(app: &App, by: &Actor, payer: &PayerName) -> Result<Vec<Choice>> {
    by.rights(Thing::Claims).to_write("payment")?;
    let rows = store::answerable(&app.db, payer.id).await?;
    let mut shown = claims::view::rows(&app.db, &rows, true).await?;
    let channel = crate::payers::by_id(&app.db, &payer.id.to_string()).await?.claim_channel;
    let early = |state: ClaimState| state.is_before_a_decision() && !state.may_be_decided(channel == ClaimChannel::Electronic);
    let one = |c: &claim::Model| Some(Choice { is_early: early(c.state), claim: shown.remove(&c.id)? });
    Ok(rows.iter().filter_map(one).collect())
}

/// A claim as the form lays it out.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Laid {
    pub id: Uuid,
    pub number: String,
    pub patient: PatientRef,
    pub payer: String,
    pub service_on: NaiveDate,
    pub state: ClaimState,
    pub charge_cents: i64,
    pub lines: Vec<LaidLine>,
    /// The decision that stands: a new one needs it reversed first, unless it was a denial.
    pub stands: Option<Stands>,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct LaidLine {
    pub n: i64,
    pub code: String,
    pub label: String,
    pub units: i64,
    pub charge_cents: i64,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Stands {
    pub paid_cents: i64,
    pub posted_on: NaiveDate,
    pub is_denial: bool,
}

/// The claims of a form in the order of its parts; one that is no claim of ours leaves a gap.
pub async fn lay_out(app: &App, by: &Actor, ids: &[Text]) -> Result<Vec<Option<Laid>>> {
    by.rights(Thing::Claims).to_write("payment")?;
    let rows = store::claims_by_words(&app.db, ids).await?;
    let patients = db::by_ids::<patient::Entity>(&app.db, rows.iter().map(|c| c.patient_id)).await?;
    let payers = db::by_ids::<payer::Entity>(&app.db, rows.iter().map(|c| c.payer_id)).await?;
    let lines = claims::lines_of_versions(&app.db, rows.iter().filter_map(|c| c.sent_version_id).collect()).await?;
    let decisions = store::decisions_of_claims(&app.db, rows.iter().map(|c| c.id).collect()).await?;
    let one = |row: &claim::Model| {
        let own: Vec<_> = decisions.iter().filter(|d| d.claim_id == row.id).cloned().collect();
        let current = past(&own).into_iter().rev().find(|d| d.rank == 1 && d.stands);
        Some(Laid {
            id: row.public_id,
            number: row.number.clone(),
            patient: PatientRef::of(patients.get(&row.patient_id)?),
            payer: payers.get(&row.payer_id)?.name.clone(),
            service_on: row.service_on,
            state: row.state,
            charge_cents: row.charge_cents,
            lines: lines.iter().filter(|l| Some(l.claim_version_id) == row.sent_version_id).map(laid_line).collect(),
            stands: current.map(|d| Stands { paid_cents: d.paid_cents, posted_on: d.posted_on, is_denial: d.is_denial }),
        })
    };
    let is = |row: &claim::Model, word: &Text| row.public_id.to_string() == word.as_str() || row.number == word.as_str();
    Ok(ids.iter().map(|id| rows.iter().find(|row| is(row, id)).and_then(one)).collect())
}

fn laid_line(row: &crate::entity::claim_line::Model) -> LaidLine {
    LaidLine {
        n: row.n,
        code: row.code.clone(),
        label: service_code::label(&row.code).to_string(),
        units: row.units,
        charge_cents: row.charge_cents,
    }
}

/// What a payer may have answered, as the form asks it.
pub const STATUSES: &[(&str, &str)] = &[
    ("1", "As the first payer (1)"),
    ("2", "As the second payer (2)"),
    ("3", "As the third payer (3)"),
    ("4", "Denied (4)"),
    ("22", "Takes its decision back (22)"),
];

/// The usual reasons of a patient's share.
pub const SHARES: &[(&str, &str)] =
    &[("1", "Deductible (1)"), ("2", "Coinsurance (2)"), ("3", "Copay (3)"), ("96", "Not covered (96)"), ("204", "Not in the plan (204)")];

/// One part of the form: an answer to one claim.
#[derive(Clone, Debug, Serialize)]
pub struct Block {
    pub laid: Option<Laid>,
    /// Only what was taken back: an amount and nothing else.
    pub is_reversal: bool,
    /// How many lines are laid out; none: the claim as a whole.
    pub lines: usize,
}

impl Block {
    /// Something is typed for the claim, and it does not come to the charge yet.
    pub fn is_unexplained(&self, said: &ClaimTally) -> bool {
        let charge = self.laid.as_ref().filter(|_| said.said && !self.is_reversal).map(|laid| laid.charge_cents);
        charge.is_some_and(|charge| charge != said.paid_cents + said.adjusted_cents)
    }
}

/// The parts of a form, from what it holds.
pub async fn blocks(app: &App, by: &Actor, eob: &NewEob) -> Result<Vec<Block>> {
    let ids: Vec<Text> = eob.claims.iter().map(|c| c.claim.clone()).collect();
    let laid = lay_out(app, by, &ids).await?;
    let block = |(answer, laid): (&NewClaimAnswer, Option<Laid>)| Block {
        is_reversal: answer.status_code.as_str() == "22"
            && answer.lines.is_empty()
            && answer.adjustments.is_empty()
            && laid.as_ref().is_some_and(|l| l.stands.is_some()),
        lines: answer.lines.len(),
        laid,
    };
    Ok(eob.claims.iter().zip(laid).map(block).collect())
}

/// The form as it begins: each chosen claim with its lines and the usual codes; one that was paid already has a part for
/// what is taken back before the part for what is decided anew.
pub async fn begun(app: &App, by: &Actor, payer: &PayerName, ids: &[Text], as_wholes: bool) -> Result<NewEob> {
    let chosen = lay_out(app, by, ids).await?;
    Ok(NewEob {
        payer: payer.id.to_string().into(),
        claims: chosen.iter().flatten().flat_map(|laid| parts(payer.kind, laid, as_wholes)).collect(),
        ..Default::default()
    })
}

/// The parts for one more claim, by its id, its number or a patient's name that only one claim has.
pub async fn one_more(app: &App, by: &Actor, payer: &PayerName, typed: &Text, as_wholes: bool) -> Result<Vec<NewClaimAnswer>> {
    let claim = claims::named(app, by, "_add", typed).await?;
    let laid = lay_out(app, by, &[claim.public_id.to_string().into()]).await?;
    Ok(laid.iter().flatten().flat_map(|laid| parts(payer.kind, laid, as_wholes)).collect())
}

/// The parts of one claim.
fn parts(kind: CoverageKind, laid: &Laid, as_wholes: bool) -> Vec<NewClaimAnswer> {
    let claim: Text = laid.id.to_string().into();
    let mut parts = Vec::new();
    if laid.stands.as_ref().is_some_and(|s| !s.is_denial) {
        parts.push(NewClaimAnswer { claim: claim.clone(), status_code: "22".into(), ..Default::default() });
    }
    let mut whole = NewClaimAnswer { claim, status_code: "1".into(), ..Default::default() };
    if as_wholes || laid.lines.is_empty() {
        whole.adjustments = usual_codes(kind);
    } else {
        let line = |l: &LaidLine| NewLineAnswer { line: l.n.to_string().into(), adjustments: usual_codes(kind), ..Default::default() };
        whole.lines = laid.lines.iter().map(line).collect();
    }
    parts.push(whole);
    parts
}

/// What stands in most answers: the agreed price under the reason of this kind of insurance, and the patient's share.
fn usual_codes(kind: CoverageKind) -> Vec<NewAdjustment> {
    let agreed = match kind {
        CoverageKind::WorkersComp => "P12",
        CoverageKind::AutoPip | CoverageKind::AutoMedpay => "P23",
        _ => "45",
    };
    debug_assert!(CONTRACTUAL_REASONS.contains(&agreed));
    let code = |group: &str, reason: &str| NewAdjustment { group: group.into(), reason: reason.into(), ..Default::default() };
    vec![code("CO", agreed), code("PR", ""), NewAdjustment::default(), NewAdjustment::default()]
}

/// The form for money of a patient, with what is owed.
pub fn desk_form(owed_cents: i64, is_refund: bool) -> serde_json::Value {
    let amount = if is_refund || owed_cents == 0 { String::new() } else { Money(owed_cents).plain() };
    serde_json::json!({ "amount_dollars": amount, "method": "card" })
}

/// Keeps the scan of an EOB.
pub async fn keep_scan(app: &App, by: &Actor, name: &str, content: Vec<u8>) -> Result<DocumentView> {
    by.rights(Thing::Claims).to_write("payment")?;
    let upload = Upload::new(name, content)?;
    let work = app.work(by).await?;
    let row = documents::keep_in(&work, &upload).await?;
    work.commit().await?;
    Ok(DocumentView::of(&row))
}

/// What the decisions of a deposit leave to be done.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct Next {
    pub denied: i64,
    pub reduced_cents: i64,
    pub patient_cents: i64,
}

/// The next steps after a deposit.
pub fn next_steps(decisions: &[super::view::DecisionView]) -> Next {
    let counts = || decisions.iter().filter(|d| !d.reversed && d.taken_back_on.is_none() && d.outcome != DecisionOutcome::Reversal);
    Next {
        denied: i64::try_from(counts().filter(|d| d.outcome == DecisionOutcome::Denied).count()).unwrap_or(0),
        reduced_cents: counts().filter(|d| d.outcome != DecisionOutcome::Denied).map(|d| d.reduced_cents + d.denied_cents).sum(),
        patient_cents: counts().filter(|d| d.outcome != DecisionOutcome::Denied).map(|d| d.patient_cents).sum(),
    }
}
