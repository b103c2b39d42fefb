//! Everything that stands on a claim, gathered for many claims at once: what both the file and the paper form are made from.

use crate::claims::claim::ORIGINAL;
use crate::claims::cob::{EarlierPayer, earlier_payers};
use crate::claims::store;
use crate::db::{by_id, by_ids};
use crate::entity::{claim, claim_line, claim_version, coverage, patient, payer, practice, provider, therapist};
use crate::error::{AppError, Result};
use crate::types::person_name::{self, Parts};
use sea_orm::ConnectionTrait;
use std::collections::HashMap;

/// One claim with the rows that it is written from.
pub struct Bill {
    pub claim: claim::Model,
    pub version: claim_version::Model,
    pub lines: Vec<claim_line::Model>,
    pub coverage: coverage::Model,
    pub patient: patient::Model,
    pub payer: payer::Model,
    pub therapist: therapist::Model,
    pub referrer: Option<provider::Model>,
    /// The name of the insured in its parts, where it is not the patient.
    pub insured: Option<Parts>,
    /// Who decided before the payer that this bill goes to.
    pub earlier: Vec<Earlier>,
    /// 1 original, 7 replacement, 8 void.
    pub frequency: i64,
    /// The payer's number of the claim that is replaced or voided.
    pub replaces: Option<String>,
}

/// A payer that decided before, with the policy it decided under.
pub struct Earlier {
    pub said: EarlierPayer,
    pub coverage: coverage::Model,
    pub payer: payer::Model,
    pub insured: Option<Parts>,
}

impl Bill {
    /// The one who treats bills in their own name: so the practice said, or it has no other number than theirs.
    pub fn is_billed_by_a_person(&self, practice: &practice::Model) -> bool {
        practice.bills_as_person || (practice.npi.is_some() && practice.npi == self.therapist.npi)
    }

    /// Somebody else is insured, and known by name.
    pub fn insured_person(&self) -> Option<&Parts> {
        use crate::patients::coverage::Relationship;
        self.insured.as_ref().filter(|_| self.coverage.relationship != Relationship::Myself)
    }
}

/// What an insurer knows the policy or the injury by.
pub fn insured_no(coverage: &coverage::Model) -> Option<&str> {
    let (claim_no, member_no) = (coverage.claim_no.as_deref(), coverage.member_no.as_deref());
    if coverage.kind.goes_by_claim_number() { claim_no.or(member_no) } else { member_no }
}

fn insured(coverage: &coverage::Model) -> Option<Parts> {
    coverage.insured_name.as_deref().map(person_name::split)
}

/// A claim that was sent as its bill to a later payer: under that payer's policy, with what those before it decided.
pub async fn for_later_payer(db: &impl ConnectionTrait, claim_id: i64, coverage_id: i64) -> Result<Bill> {
    let mut bill = gather(db, &[claim_id]).await?.pop().ok_or(AppError::NotFound("claim"))?;
    let coverage = by_id::<coverage::Entity>(db, Some(coverage_id)).await?.ok_or(AppError::NotFound("coverage"))?;
    bill.payer = by_id::<payer::Entity>(db, coverage.payer_id).await?.ok_or(AppError::NotFound("payer"))?;
    for said in earlier_payers(db, claim_id, coverage.rank).await? {
        let payer = by_id::<payer::Entity>(db, Some(said.payer_id)).await?.ok_or(AppError::NotFound("payer"))?;
        let unknown = || AppError::conflict(format!("under which policy {} decided is not on file", payer.name));
        let coverage = by_id::<coverage::Entity>(db, said.coverage_id).await?.ok_or_else(unknown)?;
        bill.earlier.push(Earlier { insured: insured(&coverage), said, coverage, payer });
    }
    (bill.frequency, bill.replaces) = (ORIGINAL, None);
    (bill.insured, bill.coverage) = (insured(&coverage), coverage);
    Ok(bill)
}

/// Gathers claims by their ids, in the order given, with as many questions for one as for a thousand.
pub async fn gather(db: &impl ConnectionTrait, ids: &[i64]) -> Result<Vec<Bill>> {
    let mut claims = by_ids::<claim::Entity>(db, ids.iter().copied()).await?;
    let claims: Vec<claim::Model> = ids.iter().filter_map(|id| claims.remove(id)).collect();
    let mut versions = by_ids::<claim_version::Entity>(db, claims.iter().filter_map(claim::Model::shown_version)).await?;
    let mut lines: HashMap<i64, Vec<claim_line::Model>> = HashMap::new();
    for line in store::lines_of_versions(db, versions.keys().copied().collect()).await? {
        lines.entry(line.claim_version_id).or_default().push(line);
    }
    let coverages = by_ids::<coverage::Entity>(db, versions.values().map(|v| v.coverage_id)).await?;
    let patients = by_ids::<patient::Entity>(db, claims.iter().map(|c| c.patient_id)).await?;
    let payers = by_ids::<payer::Entity>(db, claims.iter().map(|c| c.payer_id)).await?;
    let therapists = by_ids::<therapist::Entity>(db, versions.values().map(|v| v.therapist_id)).await?;
    let referrers = by_ids::<provider::Entity>(db, versions.values().filter_map(|v| v.referring_provider_id)).await?;
    let sent = store::last_transmissions(db, claims.iter().filter(|c| !c.state.is_unsent()).map(|c| c.id).collect()).await?;
    let missing = |what| move || AppError::NotFound(what);
    let mut bills = Vec::with_capacity(claims.len());
    for claim in claims {
        let nothing = || AppError::conflict(format!("{} has nothing that could be sent", claim.number));
        let version = claim.shown_version().and_then(|id| versions.remove(&id)).ok_or_else(nothing)?;
        let (frequency, replaces) = match sent.get(&claim.id) {
            Some(last) => (last.frequency, last.original_reference.clone()),
            None => (claim.draft_frequency, claim.payer_claim_no.clone().filter(|_| claim.draft_frequency != ORIGINAL)),
        };
        let coverage = coverages.get(&version.coverage_id).cloned().ok_or_else(missing("coverage"))?;
        bills.push(Bill {
            lines: lines.remove(&version.id).unwrap_or_default(),
            insured: insured(&coverage),
            earlier: Vec::new(),
            patient: patients.get(&claim.patient_id).cloned().ok_or_else(missing("patient"))?,
            payer: payers.get(&claim.payer_id).cloned().ok_or_else(missing("payer"))?,
            therapist: therapists.get(&version.therapist_id).cloned().ok_or_else(missing("therapist"))?,
            referrer: version.referring_provider_id.and_then(|id| referrers.get(&id).cloned()),
            coverage,
            frequency,
            replaces,
            version,
            claim,
        });
    }
    Ok(bills)
}
