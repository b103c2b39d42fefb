//! Taking a file in: kept as it came, read whole, its payments staged and matched. Nothing is posted.

use super::matching::{Candidates, Known, Match};
use super::reading::Read;
use super::view::{self, EraView};
use super::{answer, clash, draft, matching, may_write, odd, reading, store};
use crate::app::{Actor, App};
use crate::audit::Entry;
use crate::db;
use crate::documents::exchange;
use crate::documents::exchange::file::{Direction, FileKind};
use crate::entity::claim::Model as Claim;
use crate::entity::era::{ActiveModel as NewEra, Model as Era};
use crate::entity::era_claim::ActiveModel as NewClaim;
use crate::entity::era_item::ActiveModel as NewItem;
use crate::entity::patient;
use crate::error::{AppError, Result};
use crate::payments::era_state::{EraState, MatchState, Said};
use crate::types::Texts;
use crate::work::Work;
use crate::x12::remittance_835::{ClaimPayment, ProviderItem};
use crate::{claims, practice};
use schemars::JsonSchema;
use sea_orm::Set;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::{BTreeSet, HashMap};

/// Larger than any remittance of a small practice, and small enough to hold.
pub const MOST_BYTES: usize = 100 * 1024 * 1024;

/// A file that was taken in.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Taken {
    /// The file was here before: nothing new was kept.
    pub again: bool,
    pub remittances: Vec<EraView>,
}

/// Takes an 835 in. Its payments are staged; the same payment in any file is staged once.
pub async fn take_in(app: &App, by: &Actor, name: &str, content: Vec<u8>) -> Result<Taken> {
    may_write(by)?;
    if content.len() > MOST_BYTES {
        return Err(AppError::TooLarge(MOST_BYTES / 1024 / 1024));
    }
    let payments = reading::payments(&content).map_err(|words| AppError::field("file", words))?;
    let work = app.work(by).await?;
    // Two who take the same file in at the same moment go one after the other.
    db::hold::<crate::entity::practice::Entity>(&work.tx, practice::of(&work.tx).await?.id).await?;
    let sha256 = Sha256::digest(&content).to_vec();
    if let Some(file_id) = exchange::by_hash(&work.tx, Direction::In, &sha256).await? {
        let known = store::of_file(&work.tx, file_id).await?;
        return Ok(Taken { again: true, remittances: view::eras(&work.tx, known).await? });
    }
    let file_id = exchange::insert(&work, Direction::In, FileKind::Remittance, name, content).await?.id;
    let mut staged = Vec::new();
    for (n, read) in payments.into_iter().enumerate() {
        let era = stage(&work, file_id, n, read).await?;
        draft::judge(&work, &era, work.today()).await?;
        staged.push(store::row(&work.tx, era.id).await?);
    }
    let remittances = view::eras(&work.tx, staged).await?;
    work.commit().await?;
    Ok(Taken { again: false, remittances })
}

async fn stage(work: &Work<'_>, file_id: i64, n: usize, read: Read) -> Result<Era> {
    let known = store::by_fingerprint(&work.tx, &read.fingerprint).await?;
    let refusal = refusal(work, &read).await?;
    let state = match (&known, &refusal, read.balance.holds()) {
        (Some(_), ..) => EraState::Duplicate,
        (_, Some(_), _) => EraState::Refused,
        (.., false) => EraState::Unbalanced,
        _ => EraState::Staged,
    };
    let (matches, claims) = match state {
        EraState::Staged | EraState::Unbalanced => match_all(work, &read.claims).await?,
        _ => (Vec::new(), HashMap::new()),
    };
    let payer_id = payer(work, &read, &matches, &claims).await?;
    let payment = &read.payment;
    let era = NewEra {
        exchange_file_id: Set(file_id),
        payer_id: Set(payer_id),
        duplicate_of_id: Set(known.map(|k| k.id)),
        n: Set(whole(n + 1)),
        from_byte: Set(read.from as i64),
        to_byte: Set(read.to as i64),
        amount_cents: Set(payment.amount_cents),
        charge_cents: Set(read.balance.charge_cents),
        paid_cents: Set(read.balance.paid_cents),
        items_cents: Set(read.balance.items_cents),
        claims: Set(whole(read.claims.len())),
        broken: Set(read.balance.broken as i64),
        state: Set(state),
        fingerprint: Set(read.fingerprint.clone()),
        handling: Set(payment.handling.clone()),
        method: Set(payment.method.clone()),
        trace: Set(payment.trace.clone()),
        originator: Set(payment.originator.clone()),
        payer_name: Set(payment.payer.name.clone()),
        payer_no: Set(payment.payer.id.clone()),
        payee_name: Set(payment.payee.name.clone()),
        payee_no: Set(payment.payee.id.clone()),
        why: Set(refusal),
        cautions: Set(Texts(read.cautions.iter().cloned().chain(odd::of(payment, work.today())).collect())),
        imbalances: Set(serde_json::to_value(read.balance.imbalances()).map_err(anyhow::Error::from)?),
        paid_on: Set(payment.paid_on),
        ..Default::default()
    };
    let era = work.insert(era).await?;
    if !matches.is_empty() {
        insert_answers(work, &era, &read.claims, &matches).await?;
    }
    if matches!(state, EraState::Staged | EraState::Unbalanced) {
        insert_items(work, &era, &read.items).await?;
    }
    work.note(Entry::of("took_in", "era", era.id).named(era.public_id)).await?;
    let era = clash::mark(work, era).await?;
    clash::by_hand(work, &era).await?;
    store::row(&work.tx, era.id).await
}

fn whole(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// Why a payment is none that we could post.
async fn refusal(work: &Work<'_>, read: &Read) -> Result<Option<String>> {
    let payment = &read.payment;
    if payment.amount_cents < 0 {
        return Ok(Some(format!(
            "The payer draws {} from your account. Such a payment is never posted from a file; speak with the payer",
            crate::types::Money(-payment.amount_cents)
        )));
    }
    if payment.handling == "P" {
        return Ok(Some("This is a test of the bank connection (prenote), not a payment".into()));
    }
    if payment.trace.is_empty() {
        return Ok(Some("It has no check or trace number (TRN02), so nobody could find it again".into()));
    }
    if payment.paid_on.is_none() {
        return Ok(Some("It has no date (BPR16). Ask the payer for a corrected file".into()));
    }
    if read.claims.is_empty() && read.items.is_empty() && payment.amount_cents != 0 {
        return Ok(Some("It says that money comes and not for what. Ask the payer for the full remittance".into()));
    }
    whose(work, read).await
}

/// A payment to somebody else: neither our NPIs nor our tax number are among the payee's.
async fn whose(work: &Work<'_>, read: &Read) -> Result<Option<String>> {
    let practice = practice::of(&work.tx).await?;
    let plain = |text: &str| text.chars().filter(char::is_ascii_alphanumeric).collect::<String>();
    let mut ours: BTreeSet<String> = store::therapist_npis(&work.tx).await?.into_iter().collect();
    ours.extend(practice.npi.clone());
    ours.extend(practice.tax_id.as_deref().map(plain));
    let payee = &read.payment.payee;
    let said: Vec<String> = std::iter::once(&payee.id).chain(payee.others.iter().map(|(_, id)| id)).map(|id| plain(id)).collect();
    if ours.is_empty() || said.iter().all(String::is_empty) || said.iter().any(|id| ours.contains(id)) {
        return Ok(None);
    }
    let named = if payee.name.is_empty() { payee.id.clone() } else { format!("{} ({})", payee.name, payee.id) };
    Ok(Some(format!(
        "This payment is for {named}, not for us: the number is none of ours. If it is, enter it in the settings and take the file in again"
    )))
}

/// The payer by its number, by its name, or else by whose claims it answers.
async fn payer(work: &Work<'_>, read: &Read, matches: &[Match], claims: &HashMap<i64, Claim>) -> Result<Option<i64>> {
    let party = &read.payment.payer;
    let mut numbers = vec![party.id.clone()];
    numbers.extend(party.others.iter().filter(|(kind, _)| kind == "2U").map(|(_, id)| id.clone()));
    numbers.retain(|n| !n.is_empty());
    if let Some(payer) = store::payer_by_number(&work.tx, &numbers).await? {
        return Ok(Some(payer.id));
    }
    if let Some(payer) = crate::payers::by_name(&work.tx, &party.name).await? {
        return Ok(Some(payer.id));
    }
    let sure = matches.iter().filter(|m| m.state == MatchState::Matched).filter_map(|m| m.claim_id);
    let payers: BTreeSet<i64> = sure.filter_map(|id| claims.get(&id)).map(|c| c.payer_id).collect();
    Ok(if payers.len() == 1 { payers.into_iter().next() } else { None })
}

/// Finds the claims of all answers, in a number of queries that does not grow with them.
async fn match_all(work: &Work<'_>, said: &[ClaimPayment]) -> Result<(Vec<Match>, HashMap<i64, Claim>)> {
    let numbers: BTreeSet<String> = said.iter().filter_map(|c| claims::number_of(&c.number)).collect();
    let theirs = said.iter().flat_map(|c| [&c.payer_claim_no, &c.original_claim_no]).filter(|n| !n.is_empty());
    let theirs: BTreeSet<String> = theirs.cloned().collect();
    let members = said.iter().flat_map(|c| [&c.patient.id, &c.subscriber.id]).filter(|n| !n.is_empty());
    let by_number = store::claims_by_numbers(&work.tx, numbers.into_iter().collect()).await?;
    let found: BTreeSet<String> = by_number.iter().map(|c| matching::key(&c.number)).collect();
    let unknown = said.iter().any(|c| !found.contains(&matching::key(&c.number)));
    // Most files name our numbers throughout; the other ways are asked only where one does not.
    let (by_payer_number, by_member) = match unknown {
        true => {
            let members: BTreeSet<String> = members.cloned().collect();
            (
                store::claims_by_payer_numbers(&work.tx, theirs.into_iter().collect()).await?,
                store::claims_by_members(&work.tx, members.into_iter().collect()).await?,
            )
        }
        false => (Vec::new(), Vec::new()),
    };
    let all = by_number.iter().chain(&by_payer_number).chain(by_member.iter().map(|(_, c)| c));
    let all: HashMap<i64, Claim> = all.map(|c| (c.id, c.clone())).collect();
    let known = known(work, &all).await?;
    let by_key: HashMap<String, &Known> = known.values().map(|k| (matching::key(&k.number), k)).collect();
    let mut matches = Vec::with_capacity(said.len());
    for one in said {
        matches.push(match answer::status(&one.status) {
            Ok(None) if one.paid_cents != 0 => {
                let why = Some("It decides nothing, and money came for it".to_string());
                Match { claim_id: None, by: None, state: MatchState::ToMatch, why }
            }
            Ok(None) => Match { claim_id: None, by: None, state: MatchState::Passed, why: None },
            Err(why) => Match { claim_id: None, by: None, state: MatchState::ToMatch, why: Some(why) },
            Ok(Some(_)) => {
                let numbered = by_payer_number.iter().filter(|c| {
                    let theirs = c.payer_claim_no.as_deref().unwrap_or_default();
                    theirs == one.payer_claim_no || theirs == one.original_claim_no
                });
                let member = by_member.iter().filter(|(no, _)| *no == one.patient.id || *no == one.subscriber.id);
                let candidates = Candidates {
                    by_number: by_key.get(&matching::key(&one.number)).copied(),
                    by_payer_number: numbered.filter_map(|c| known.get(&c.id)).collect(),
                    by_member: member.filter_map(|(_, c)| known.get(&c.id)).collect(),
                };
                matching::find(one, &candidates)
            }
        });
    }
    Ok((matches, all))
}

/// What matching compares: the patient's name and for how much each claim was sent.
async fn known(work: &Work<'_>, of: &HashMap<i64, Claim>) -> Result<HashMap<i64, Known>> {
    let patients = db::by_ids::<patient::Entity>(&work.tx, of.values().map(|c| c.patient_id)).await?;
    let totals = store::sent_totals(&work.tx, of.keys().copied().collect()).await?;
    let one = |claim: &Claim| {
        let patient = patients.get(&claim.patient_id)?;
        let known = Known {
            claim_id: claim.id,
            number: claim.number.clone(),
            last_name: patient.last_name.clone(),
            service_on: claim.service_on,
            totals: totals.get(&claim.id).cloned().unwrap_or_default(),
        };
        Some((claim.id, known))
    };
    Ok(of.values().filter_map(one).collect())
}

async fn insert_answers(work: &Work<'_>, era: &Era, said: &[ClaimPayment], matches: &[Match]) -> Result<()> {
    let mut rows = Vec::with_capacity(said.len());
    for (n, (one, found)) in said.iter().zip(matches).enumerate() {
        let named = if one.patient.last.is_empty() { &one.subscriber } else { &one.patient };
        let day = one.service_on.or_else(|| one.lines.iter().filter_map(|l| l.service_on).min());
        rows.push(NewClaim {
            era_id: Set(era.id),
            claim_id: Set(found.claim_id),
            n: Set(whole(n + 1)),
            charge_cents: Set(one.charge_cents),
            paid_cents: Set(one.paid_cents),
            patient_cents: Set(one.patient_cents),
            segment: Set(one.segment as i64),
            from_byte: Set(one.from as i64),
            to_byte: Set(one.to as i64),
            number: Set(one.number.clone()),
            status_code: Set(one.status.clone()),
            payer_claim_no: Set(one.payer_claim_no.clone()),
            patient_name: Set([named.last.as_str(), named.first.as_str()].join(", ").trim_matches([',', ' ']).to_string()),
            member_no: Set(named.id.clone()),
            state: Set(found.state),
            found_by: Set(found.by),
            why: Set(found.why.clone()),
            service_on: Set(day),
            said: Set(Said(one.clone())),
            ..Default::default()
        });
    }
    work.insert_all(rows).await
}

async fn insert_items(work: &Work<'_>, era: &Era, items: &[ProviderItem]) -> Result<()> {
    let named = claims_of_items(work, items).await?;
    let one = |(n, item): (usize, &ProviderItem)| NewItem {
        era_id: Set(era.id),
        claim_id: Set(item.reference.split_whitespace().filter(|_| is_about_a_claim(item)).find_map(|word| named.get(word).copied())),
        n: Set(whole(n + 1)),
        amount_cents: Set(item.amount_cents),
        segment: Set(item.segment as i64),
        reason: Set(item.reason.clone()),
        reference: Set(item.reference.clone()),
        ..Default::default()
    };
    work.insert_all(items.iter().enumerate().map(one).collect()).await
}

/// Interest, fees and levies are about the payment, whatever they name.
fn is_about_a_claim(item: &ProviderItem) -> bool {
    matches!(item.reason.as_str(), "WO" | "CS" | "FB" | "72" | "J1")
}

/// The sent claims that items name, by the words that name them: our number, or one that the payer gave to one claim alone.
/// An item that names a claim is that claim's money, both signs alike [x12 6.5].
async fn claims_of_items(work: &Work<'_>, items: &[ProviderItem]) -> Result<HashMap<String, i64>> {
    let words = items.iter().filter(|i| is_about_a_claim(i)).flat_map(|i| i.reference.split_whitespace());
    let words: BTreeSet<String> = words.map(String::from).collect();
    let ours: HashMap<String, String> = words.iter().filter_map(|w| Some((w.clone(), claims::number_of(w)?))).collect();
    let mut found: HashMap<String, Vec<Claim>> = HashMap::new();
    for claim in store::claims_by_payer_numbers(&work.tx, words.into_iter().collect()).await? {
        found.entry(claim.payer_claim_no.clone().unwrap_or_default()).or_default().push(claim);
    }
    let numbers: BTreeSet<String> = ours.values().cloned().collect();
    let own = store::claims_by_numbers(&work.tx, numbers.into_iter().collect()).await?;
    let own: HashMap<&str, &Claim> = own.iter().map(|c| (c.number.as_str(), c)).collect();
    for (word, number) in &ours {
        if let Some(claim) = own.get(number.as_str()) {
            found.insert(word.clone(), vec![(*claim).clone()]);
        }
    }
    let alone = |(word, claims): (String, Vec<Claim>)| match claims.as_slice() {
        [one] if one.first_sent_on.is_some() => Some((word, one.id)),
        _ => None,
    };
    Ok(found.into_iter().filter_map(alone).collect())
}
