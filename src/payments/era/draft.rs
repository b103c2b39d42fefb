//! A payment of a file in the words of the posting, and which of its answers the law takes.

use super::{answer, caution, may_be_posted, sent, store};
use crate::claims;
use crate::entity::era::Model as Era;
use crate::entity::era_claim::Model as EraClaim;
use crate::error::{AppError, Result};
use crate::payments::eob::{EobDraft, Parked, ProviderItem};
use crate::payments::era_state::MatchState;
use crate::payments::money::Method;
use crate::payments::posting;
use crate::work::Work;
use crate::x12::remittance_835;
use chrono::NaiveDate;

/// A payment as the posting takes it.
pub struct Draft {
    pub eob: EobDraft,
    /// The answers that are parked, in the order of the draft.
    pub parked: Vec<i64>,
}

/// Puts a payment together from what was said and matched.
pub async fn draft(work: &Work<'_>, era: &Era, known: &[EraClaim], posted_on: NaiveDate) -> Result<Draft> {
    let payer = match era.payer_id {
        Some(id) => crate::payers::row(&work.tx, id).await?,
        None => return Err(AppError::field("payer", format!("Say which payer {} is", era.payer_name))),
    };
    let items = store::items_of(&work.tx, era.id).await?;
    let ids = known.iter().filter_map(|c| c.claim_id).chain(items.iter().filter_map(|i| i.claim_id));
    let claims = claims::names_of(&work.tx, ids).await?;
    let lines = sent::lines(&work.tx, known).await?;
    let mut eob = EobDraft {
        payer: payer.public_id.to_string(),
        method: method(&era.method),
        trace: era.trace.clone(),
        paid_on: era.paid_on.unwrap_or(posted_on),
        amount_cents: era.amount_cents,
        posted_on,
        note: era.overridden_why.as_ref().map(|why| format!("Posted although it does not balance: {why}")),
        overridden_why: era.overridden_why.clone(),
        document: None,
        claims: Vec::new(),
        provider_items: Vec::new(),
        parked: Vec::new(),
    };
    let mut parked = Vec::new();
    for one in known {
        let claim = one.claim_id.and_then(|id| claims.get(&id));
        match (one.state, claim) {
            (MatchState::Passed, _) => {}
            (MatchState::Matched, Some(claim)) => {
                let ours = lines.get(&claim.id).map(Vec::as_slice).unwrap_or_default();
                let told = answer::told(one.n as usize, &claim.number, &one.said.0, ours).map_err(AppError::conflict)?;
                eob.claims.push(told.answer);
                eob.provider_items.extend(told.interest);
            }
            _ => {
                parked.push(one.n);
                eob.parked.push(Parked { cents: one.paid_cents, reference: one.number.clone() });
            }
        }
    }
    for item in items {
        eob.provider_items.push(ProviderItem {
            at: item.n as usize,
            amount_cents: item.amount_cents,
            reason: Some(item.reason),
            reference: Some(item.reference).filter(|r| !r.is_empty()),
            claim: item.claim_id.and_then(|id| claims.get(&id)).map(|c| c.number.clone()),
            note: None,
        });
    }
    if era.overridden_why.is_some() {
        eob.provider_items.extend(unexplained(&eob));
    }
    Ok(Draft { eob, parked })
}

/// What an overridden payment does not explain itself: it stays in sight as an item of its own.
fn unexplained(eob: &EobDraft) -> Option<ProviderItem> {
    let claims: i64 = eob.claims.iter().map(|c| c.paid_cents).chain(eob.parked.iter().map(|p| p.cents)).sum();
    let items: i64 = eob.provider_items.iter().map(|i| i.amount_cents).sum();
    let off = claims - items - eob.amount_cents;
    let note = Some("not explained by the payer's file".to_string());
    (off != 0).then(|| ProviderItem { at: 0, amount_cents: off, reason: Some("unexplained".into()), reference: None, claim: None, note })
}

fn method(code: &str) -> Method {
    match code {
        "ACH" | "FWT" | "BOP" => Method::Eft,
        "CHK" => Method::Check,
        "NON" => Method::None,
        _ => Method::Other,
    }
}

/// What was held when the file came may fit by now: the decision that it takes back was posted since. What ties is tried again,
/// for the day on which it is to count. Gives the answers as they stand then.
pub async fn judge_again(work: &Work<'_>, era: &Era, posted_on: NaiveDate) -> Result<Vec<EraClaim>> {
    let mut known = store::claims_of(&work.tx, era.id).await?;
    let mut changed = Vec::new();
    for one in &mut known {
        if one.state == MatchState::Held && one.claim_id.is_some() && remittance_835::ties(&one.said.0) {
            let before = one.clone();
            (one.state, one.why) = (MatchState::Matched, None);
            changed.push((before, one.clone()));
        }
    }
    if changed.is_empty() {
        return Ok(known);
    }
    store::save_claims(work, &changed).await?;
    judge_for(work, era, known, posted_on).await
}

/// Judges matched answers by trying them: what the law refuses is held, with the reason.
pub async fn judge(work: &Work<'_>, era: &Era, posted_on: NaiveDate) -> Result<()> {
    let known = store::claims_of(&work.tx, era.id).await?;
    judge_for(work, era, known, posted_on).await.map(|_| ())
}

async fn judge_for(work: &Work<'_>, era: &Era, mut known: Vec<EraClaim>, posted_on: NaiveDate) -> Result<Vec<EraClaim>> {
    if era.payer_id.is_none() || may_be_posted(era).is_err() {
        return Ok(known);
    }
    // Each round holds at least one answer more, so this ends.
    while known.iter().any(|c| c.state == MatchState::Matched) {
        let tried = match draft(work, era, &known, posted_on).await {
            Ok(draft) => posting::try_file(work, &draft.eob).await,
            Err(error) => Err(error),
        };
        let refused = match tried {
            Ok(refused) if refused.is_empty() => break,
            Ok(refused) => refused,
            // The same deposit was entered by hand, or something about the whole of it is wrong.
            Err(AppError::Conflict { message, .. }) => {
                caution(work, era, message).await?;
                break;
            }
            Err(AppError::Invalid(errors)) => {
                caution(work, era, errors.to_string()).await?;
                break;
            }
            Err(other) => return Err(other),
        };
        let mut changed = Vec::new();
        for one in &mut known {
            if let Some(why) = refused.get(&(one.n as usize)) {
                let before = one.clone();
                (one.state, one.why) = (MatchState::Held, Some(why.clone()));
                changed.push((before, one.clone()));
            }
        }
        store::save_claims(work, &changed).await?;
    }
    Ok(known)
}
