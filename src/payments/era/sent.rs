//! What we sent, where answers are laid beside it: the lines of their claims, and what the payer's sheet makes one expect.

use super::expected::Sheets;
use super::placing::OurLine;
use super::store;
use crate::entity::claim_line;
use crate::entity::era_claim::Model as EraClaim;
use crate::error::Result;
use crate::{claims, payers};
use sea_orm::ConnectionTrait;
use std::collections::HashMap;

/// Lines as they were sent, by claim.
pub type SentLines = HashMap<i64, Vec<OurLine>>;

/// The lines of the claims that answers belong to, as they were sent for the charge that was answered.
pub async fn lines(db: &impl ConnectionTrait, known: &[EraClaim]) -> Result<SentLines> {
    let charges: HashMap<i64, i64> = known.iter().filter_map(|c| Some((c.claim_id?, c.charge_cents.abs()))).collect();
    let versions = store::sent_versions(db, charges.keys().copied().collect()).await?;
    let mut chosen: HashMap<i64, i64> = HashMap::new();
    for (claim_id, version_id, total) in &versions {
        // The last one sent, unless the charge says that an earlier one was answered.
        if charges.get(claim_id) == Some(total) || !chosen.contains_key(claim_id) {
            chosen.insert(*claim_id, *version_id);
        }
    }
    let lines = claims::lines_of_versions(db, chosen.values().copied().collect()).await?;
    let owner: HashMap<i64, i64> = chosen.iter().map(|(claim, version)| (*version, *claim)).collect();
    let mut found = SentLines::new();
    for line in lines {
        if let Some(claim_id) = owner.get(&line.claim_version_id) {
            let claim_line::Model { n, code, modifiers, service_on, units, charge_cents, .. } = line;
            let sent = OurLine { n, code, modifiers: modifiers.0, service_on, units, charge_cents };
            found.entry(*claim_id).or_default().push(sent);
        }
    }
    Ok(found)
}

/// The sheets of the payer who answers, if it is one that we know.
pub async fn sheets(db: &impl ConnectionTrait, payer_id: Option<i64>) -> Result<Sheets> {
    let Some(payer_id) = payer_id else { return Ok(Sheets::default()) };
    let sheets = payers::sheets_of(db, payer_id).await?;
    let codes = payers::codes_of(db, sheets.iter().map(|s| s.id).collect()).await?;
    Ok(Sheets { sheets, codes })
}
