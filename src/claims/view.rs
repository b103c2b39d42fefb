//! What pages and programs see of claims.

use super::claim::{AnswerKind, ClaimState};
use super::finding::{Finding, Severity};
use super::preflight::{self, Before};
use super::versions::additional::Additional;
use super::{draft, store, versions};
use crate::app::{Actor, App};
use crate::audit::view::{MoveView, moves};
use crate::auth::role::{Reach, Thing};
use crate::db;
use crate::entity::{claim, claim_line, claim_version, patient, payer, therapist, transmission, transmission_answer};
use crate::error::Result;
use crate::patients::view::PatientRef;
use crate::payers::payer::ClaimChannel;
use crate::referrals::view::source_words;
use crate::types::{Texts, service_code};
use crate::{care, network, patients, payers, practice, referrals};
use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use sea_orm::ConnectionTrait;
use serde::Serialize;
use std::collections::HashMap;
use uuid::Uuid;

/// A claim in a list. Money is null for roles that see only how claims stand.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ClaimRow {
    pub id: Uuid,
    pub number: String,
    pub state: ClaimState,
    pub patient: PatientRef,
    pub payer: String,
    pub service_on: NaiveDate,
    pub sent_on: Option<NaiveDate>,
    pub deadline_on: Option<NaiveDate>,
    /// The total of the last version sent; of the draft where nothing was sent yet.
    pub charge_cents: Option<i64>,
    pub insurer_cents: Option<i64>,
    pub patient_cents: Option<i64>,
    pub balance_cents: Option<i64>,
}

/// Several claims for a list, with a fixed number of queries.
pub async fn rows(db: &impl ConnectionTrait, claims: &[claim::Model], sees_money: bool) -> Result<HashMap<i64, ClaimRow>> {
    let patients = db::by_ids::<patient::Entity>(db, claims.iter().map(|c| c.patient_id)).await?;
    let payers = db::by_ids::<payer::Entity>(db, claims.iter().map(|c| c.payer_id)).await?;
    let drafts = versions::store::totals_of(db, claims.iter().filter_map(|c| c.draft_version_id).collect()).await?;
    let one = |c: &claim::Model| {
        let patient = patients.get(&c.patient_id)?;
        let payer = payers.get(&c.payer_id)?;
        let charge = shown_charge(c, &drafts);
        let money = |cents: i64| sees_money.then_some(cents);
        let row = ClaimRow {
            id: c.public_id,
            number: c.number.clone(),
            state: c.state,
            patient: PatientRef::of(patient),
            payer: payer.name.clone(),
            service_on: c.service_on,
            sent_on: c.first_sent_on,
            deadline_on: c.deadline_on,
            charge_cents: money(charge),
            insurer_cents: money(c.insurer_cents),
            patient_cents: money(c.patient_cents),
            balance_cents: money(c.standing().balance()),
        };
        Some((c.id, row))
    };
    Ok(claims.iter().filter_map(one).collect())
}

fn shown_charge(claim: &claim::Model, drafts: &HashMap<i64, i64>) -> i64 {
    if claim.sent_version_id.is_some() {
        return claim.charge_cents;
    }
    claim.draft_version_id.and_then(|id| drafts.get(&id).copied()).unwrap_or(0)
}

/// Everything about a claim. Its ledger and decisions stand at `/claims/{id}/ledger`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ClaimView {
    pub id: Uuid,
    pub number: String,
    pub state: ClaimState,
    pub may_become: Vec<ClaimState>,
    pub patient: PatientRef,
    pub payer_id: Uuid,
    pub payer: String,
    pub payer_claim_no: Option<String>,
    /// The clearinghouse's own number for it.
    pub clearinghouse_claim_no: Option<String>,
    pub referral_id: Option<Uuid>,
    pub referral_number: Option<String>,
    /// Who sent the patient.
    pub source: Option<String>,
    pub visit_id: Option<Uuid>,
    pub prescription_id: Option<Uuid>,
    pub coverage_id: Uuid,
    pub service_on: NaiveDate,
    pub deadline_on: Option<NaiveDate>,
    /// 1 original, 7 replacement, 8 void: of the draft, or of what was sent last.
    pub frequency: i64,
    pub version: Option<VersionView>,
    /// All of them, first to last.
    pub versions: Vec<VersionView>,
    pub transmissions: Vec<TransmissionView>,
    /// What stands against sending it, while it is a draft.
    pub findings: Vec<Finding>,
    /// What this payer did with the same treatments before, while it is a draft or ready; counted, never guessed.
    pub before: Vec<Before>,
    pub blocks: i64,
    pub charge_cents: Option<i64>,
    pub insurer_cents: Option<i64>,
    pub patient_cents: Option<i64>,
    pub contractual_cents: Option<i64>,
    pub written_off_cents: Option<i64>,
    pub balance_cents: Option<i64>,
    /// What the payers left to the patient, of their current decisions.
    pub patient_share_cents: Option<i64>,
    pub history: Vec<MoveView>,
}

/// What a claim says: the draft, or the last version that was sent.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct VersionView {
    pub n: i64,
    pub frozen_at: Option<DateTime<Utc>>,
    /// A correction that was opened and given up: it never left.
    pub abandoned_at: Option<DateTime<Utc>>,
    pub diagnoses: Texts,
    pub referring_qualifier: Option<String>,
    pub referring_name: Option<String>,
    pub referring_npi: Option<String>,
    pub rendering: String,
    pub rendering_npi: Option<String>,
    pub billing_npi: Option<String>,
    pub authorization_no: Option<String>,
    /// What it tells beside its services.
    pub additional: Additional,
    pub place_of_service: String,
    pub total_cents: Option<i64>,
    pub lines: Vec<LineView>,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct LineView {
    pub n: i64,
    pub service_on: NaiveDate,
    pub code: String,
    pub modifiers: Texts,
    pub label: String,
    pub minutes: Option<i64>,
    pub units: i64,
    /// Units past the payer's cap: shown, never billed.
    pub excess_units: i64,
    pub pointers: String,
    pub charge_cents: Option<i64>,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct TransmissionView {
    pub n: i64,
    /// Which version left.
    pub version: i64,
    pub frequency: i64,
    pub channel: ClaimChannel,
    pub sent_on: NaiveDate,
    pub reference: Option<String>,
    pub answers: Vec<AnswerView>,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct AnswerView {
    pub kind: AnswerKind,
    pub code: Option<String>,
    pub words: Option<String>,
    pub on: NaiveDate,
    /// Who said it: a clearinghouse or payer, where it came in a file.
    pub source: Option<String>,
    /// The file that said it (`/acknowledgments/{id}`).
    pub file: Option<Uuid>,
    /// Their own numbers for the claim, as they came with this answer.
    pub payer_claim_no: Option<String>,
    pub clearinghouse_no: Option<String>,
    /// Who entered it, or took the file in.
    pub by: String,
}

/// Gathers a claim.
pub async fn claim(app: &App, db: &impl ConnectionTrait, by: &Actor, id: i64) -> Result<ClaimView> {
    let row = store::row(db, id).await?;
    let patient = patients::row(db, row.patient_id).await?;
    let payer = payers::row(db, row.payer_id).await?;
    let coverage = patients::coverage_row(db, row.coverage_id).await?;
    let referral = match row.referral_id {
        Some(id) => Some(referrals::row(db, id).await?),
        None => None,
    };
    let sender = match referral.as_ref().and_then(|r| r.provider_id) {
        Some(id) => Some(network::provider_row(db, id).await?),
        None => None,
    };
    let sees_money = by.rights(Thing::Claims).read != Reach::None;
    let money = |cents: i64| sees_money.then_some(cents);
    let is_draft = row.state.is_unsent();
    let mut findings = if is_draft && sees_money { draft::findings(app, db, &row).await?.findings } else { Vec::new() };
    // What stops the claim goes before what is only good to know.
    findings.sort_by_key(|f| f.severity == Severity::Warns);
    let rows = versions::store::versions_of(db, id).await?;
    let versions = version_views(db, &rows, sees_money).await?;
    let shown = rows.iter().position(|v| Some(v.id) == row.shown_version());
    let version = shown.and_then(|at| versions.get(at).cloned());
    let transmissions = transmission_views(db, id, &rows).await?;
    let codes: Vec<String> = version.iter().flat_map(|v| v.lines.iter().map(|l| l.code.clone())).collect();
    let before = match is_draft && sees_money {
        true => {
            let name = format!("answers of payer {} to {codes:?}", row.payer_id);
            let answered = app.held(name, store::answered(db, row.payer_id, &codes, preflight::since(app.today()))).await?;
            preflight::before(&payer.name, &codes, &answered, row.id)
        }
        false => Vec::new(),
    };
    let sent = row.sent_version_id.is_some();
    let total = version.as_ref().and_then(|v| v.total_cents);
    Ok(ClaimView {
        id: row.public_id,
        may_become: row.state.may_become().to_vec(),
        patient: PatientRef::of(&patient),
        payer_id: payer.public_id,
        payer: payer.name,
        source: referral.as_ref().map(|r| source_words(r.source_kind, sender.as_ref())),
        referral_id: referral.as_ref().map(|r| r.public_id),
        referral_number: referral.map(|r| r.number),
        visit_id: match row.visit_id {
            Some(id) => Some(care::visit_row(db, id).await?.public_id),
            None => None,
        },
        prescription_id: match row.prescription_id {
            Some(id) => Some(referrals::prescription_row(db, id).await?.public_id),
            None => None,
        },
        coverage_id: coverage.public_id,
        frequency: if is_draft { row.draft_frequency } else { transmissions.last().map_or(row.draft_frequency, |t| t.frequency) },
        version,
        versions,
        transmissions,
        blocks: i64::try_from(findings.iter().filter(|f| f.severity == Severity::Blocks).count()).unwrap_or(0),
        findings,
        before,
        charge_cents: if sent { money(row.charge_cents) } else { total },
        insurer_cents: money(row.insurer_cents),
        patient_cents: money(row.patient_cents),
        contractual_cents: money(row.contractual_cents),
        written_off_cents: money(row.written_off_cents),
        balance_cents: money(row.standing().balance()),
        patient_share_cents: money(row.patient_share_cents),
        history: moves(db, "claim", id).await?,
        number: row.number,
        state: row.state,
        payer_claim_no: row.payer_claim_no,
        clearinghouse_claim_no: row.clearinghouse_claim_no,
        service_on: row.service_on,
        deadline_on: row.deadline_on,
    })
}

async fn version_views(db: &impl ConnectionTrait, rows: &[claim_version::Model], sees_money: bool) -> Result<Vec<VersionView>> {
    let lines = versions::store::lines_of_versions(db, rows.iter().map(|v| v.id).collect()).await?;
    let therapists = db::by_ids::<therapist::Entity>(db, rows.iter().map(|v| v.therapist_id)).await?;
    let one = |row: &claim_version::Model| VersionView {
        n: row.n,
        frozen_at: row.frozen_at,
        abandoned_at: row.abandoned_at,
        diagnoses: row.diagnoses.clone(),
        referring_qualifier: row.referring_qualifier.clone(),
        referring_name: row.referring_name.clone(),
        referring_npi: row.referring_npi.clone(),
        rendering: therapists.get(&row.therapist_id).map(practice::view::therapist_name).unwrap_or_default(),
        rendering_npi: row.rendering_npi.clone(),
        billing_npi: row.billing_npi.clone(),
        authorization_no: row.authorization_no.clone(),
        additional: row.additional(),
        place_of_service: row.place_of_service.clone(),
        total_cents: sees_money.then_some(row.total_cents),
        lines: lines.iter().filter(|l| l.claim_version_id == row.id).map(|l| line_view(l, sees_money)).collect(),
    };
    Ok(rows.iter().map(one).collect())
}

fn line_view(row: &claim_line::Model, sees_money: bool) -> LineView {
    LineView {
        n: row.n,
        service_on: row.service_on,
        label: row.description.clone().unwrap_or_else(|| service_code::label(&row.code).to_string()),
        code: row.code.clone(),
        modifiers: row.modifiers.clone(),
        minutes: row.minutes,
        units: row.units,
        excess_units: row.excess_units,
        pointers: row.pointers.clone(),
        charge_cents: sees_money.then_some(row.charge_cents),
    }
}

async fn transmission_views(db: &impl ConnectionTrait, claim_id: i64, versions: &[claim_version::Model]) -> Result<Vec<TransmissionView>> {
    let sent: Vec<transmission::Model> = store::transmissions_of(db, claim_id).await?;
    let answers = store::answers_of(db, sent.iter().map(|t| t.id).collect()).await?;
    let files = super::acks::files_of(db, answers.iter().filter_map(|a| a.exchange_file_id).collect()).await?;
    let of = |id: i64| answers.iter().filter(|a| a.transmission_id == id).map(|a| answer_view(a, &files)).collect();
    let one = |t: transmission::Model| TransmissionView {
        n: t.n,
        version: versions.iter().find(|v| v.id == t.claim_version_id).map_or(0, |v| v.n),
        frequency: t.frequency,
        channel: t.channel,
        sent_on: t.sent_on,
        answers: of(t.id),
        reference: t.reference,
    };
    Ok(sent.into_iter().map(one).collect())
}

fn answer_view(row: &transmission_answer::Model, files: &HashMap<i64, Uuid>) -> AnswerView {
    AnswerView {
        kind: row.kind,
        code: row.code.clone(),
        words: row.words.clone(),
        on: row.on_day,
        source: row.source.clone(),
        file: row.exchange_file_id.and_then(|id| files.get(&id).copied()),
        payer_claim_no: row.reference.clone(),
        clearinghouse_no: row.clearinghouse_no.clone(),
        by: row.actor_name.clone(),
    }
}
