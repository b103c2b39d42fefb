//! Claims that leave together as one file for one clearinghouse, and claims on paper.
//! What leaves is kept byte for byte; its numbers are given once and never again.

pub mod api;
mod bill;
mod explanation;
pub mod pages;
mod paper;
mod place;
pub mod printing;
mod store;
pub mod view;
mod wire;

use super::bulk::{Left, in_order};
use super::claim::{ClaimState, ORIGINAL};
use super::sending::{PlaceInBatch, SendingDraft, leave, may_leave};
use super::store::{Left as Leaving, insert_transmission};
use super::{find, hold};
use crate::app::{Actor, App, read_id};
use crate::audit::Entry;
use crate::auth::role::{Reach, Thing};
use crate::documents::exchange;
use crate::documents::exchange::file::{Direction, FileKind};
use crate::entity::claim::Model as Claim;
use crate::entity::claim_batch::{ActiveModel as NewRow, Model as Batch};
use crate::entity::partner::Model as Partner;
use crate::entity::payer::Model as Payer;
use crate::entity::practice::Model as Practice;
use crate::error::{AppError, Result};
use crate::payers::partners::{self, partner::file_name};
use crate::payers::payer::ClaimChannel;
use crate::types::{Listing, Text, TextList};
use crate::work::Work;
use crate::x12::claim_837p as x12;
use chrono::{NaiveDateTime, TimeZone};
pub use model::claims::batch::state;
use schemars::JsonSchema;
use sea_orm::{ConnectionTrait, Set};
use serde::{Deserialize, Serialize};
use state::BatchState;
use std::collections::{BTreeMap, HashMap};
use view::{BatchRow, BatchView};

pub use bill::{Bill, gather};
pub use place::{copy_to, place, place_all};

/// Which claims leave.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewBatch {
    /// Ids or numbers; all that are ready where none is named.
    pub ids: TextList,
    /// Only what goes to this clearinghouse: its id or name.
    pub partner: Text,
}

/// What left, a file for each clearinghouse, and what stayed.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Written {
    pub batches: Vec<BatchView>,
    pub left: Vec<Left>,
}

impl Written {
    /// "1 file with 3 claims is written. 1 claim stays: C-2026-00004, there is no fee for 97140."
    pub fn said(&self) -> String {
        let claims: usize = self.batches.iter().map(|b| b.claims.len()).sum();
        let (files, claims_word) = (self.batches.len(), if claims == 1 { "claim" } else { "claims" });
        let wrote = match files {
            0 => "Nothing was written".to_string(),
            1 => format!("1 file with {claims} {claims_word} is written"),
            n => format!("{n} files with {claims} {claims_word} are written"),
        };
        let kept = self.left.iter().map(|l| format!(". {} stays: {}", l.claim.number, l.reason.trim_end_matches('.')));
        kept.fold(wrote, |said, one| said + &one)
    }

    /// The page of the file; of all files where there are several or none.
    pub fn leads_to(&self) -> String {
        match self.batches.as_slice() {
            [only] => format!("/claims/batches/{}", only.id),
            _ => "/claims/batches".into(),
        }
    }
}

/// Writes files of ready claims and marks them as sent. Claims that cannot be written stay ready, each with its reason.
pub async fn write(app: &App, by: &Actor, new: &NewBatch) -> Result<Written> {
    by.rights(Thing::Claims).to_write("claim")?;
    let work = app.work(by).await?;
    if let Some(id) = work.already() {
        let batches = view::batches(&work.tx, store::with(&work.tx, id).await?).await?;
        return Ok(Written { batches, left: Vec::new() });
    }
    let partners = partners::all(&work.tx).await?;
    if partners.is_empty() {
        return Err(AppError::conflict("no clearinghouse is entered yet. Enter one under Settings, Payers and rules, Clearinghouses"));
    }
    let only = only(&partners, &new.partner)?;
    let claims = chosen(&work, by, &new.ids).await?;
    let (batches, left) = write_in(&work, &partners, only, claims).await?;
    if let Some(first) = batches.first() {
        work.made(first.id).await?;
    }
    let (kept, reasons): (Vec<Claim>, Vec<String>) = left.into_iter().unzip();
    let kept = in_order(&work.tx, &kept).await?;
    let ids: Vec<i64> = batches.iter().map(|b| b.id).collect();
    let written = Written {
        batches: view::batches(&work.tx, batches).await?,
        left: kept.into_iter().zip(reasons).map(|(claim, reason)| Left { claim, reason }).collect(),
    };
    work.commit().await?;
    // The files are safe in the database: a folder that is away for a while gets them later.
    for id in ids {
        if let Err(error) = place::place(app, id).await {
            tracing::warn!("a file of claims waits for its folder: {error}");
        }
    }
    Ok(written)
}

/// The same within a larger unit of work: the files, and the claims that stay, each with its reason.
pub async fn write_in(
    work: &Work<'_>,
    partners: &[Partner],
    only: Option<&Partner>,
    claims: Vec<Claim>,
) -> Result<(Vec<Batch>, Vec<(Claim, String)>)> {
    let mut left = Vec::new();
    let mut batches = Vec::new();
    for (partner_id, claims) in sorted(work, partners, only, claims, &mut left).await? {
        let Some(partner) = partners.iter().find(|p| p.id == partner_id) else { continue };
        batches.extend(write_one(work, partner, claims, &mut left).await?);
    }
    Ok((batches, left))
}

fn only<'a>(partners: &'a [Partner], typed: &Text) -> Result<Option<&'a Partner>> {
    if typed.is_blank() {
        return Ok(None);
    }
    let key = crate::types::person_name::fold(typed.as_str());
    let found = partners.iter().find(|p| p.public_id.to_string() == typed.as_str() || p.name_key == key);
    let names: Vec<&str> = partners.iter().map(|p| p.name.as_str()).collect();
    let unknown = || AppError::field("partner", format!("There is no clearinghouse \"{typed}\". There are: {}", names.join(", ")));
    found.map(Some).ok_or_else(unknown)
}

/// The claims that are meant: those that were named, else all that are ready and go through a clearinghouse.
async fn chosen(work: &Work<'_>, by: &Actor, ids: &TextList) -> Result<Vec<Claim>> {
    if ids.said().next().is_none() {
        return store::ready(&work.tx).await;
    }
    let mut claims: Vec<Claim> = Vec::new();
    for id in ids.said() {
        let claim = hold(work, find(&work.tx, by, id.as_str()).await?.id).await?;
        if !claims.iter().any(|c| c.id == claim.id) {
            claims.push(claim);
        }
    }
    Ok(claims)
}

/// The claims of each partner, in their order; what cannot go stays with its reason.
async fn sorted(
    work: &Work<'_>,
    partners: &[Partner],
    only: Option<&Partner>,
    claims: Vec<Claim>,
    left: &mut Vec<(Claim, String)>,
) -> Result<BTreeMap<i64, Vec<Claim>>> {
    let payers = crate::db::by_ids::<crate::entity::payer::Entity>(&work.tx, claims.iter().map(|c| c.payer_id)).await?;
    let mut groups: BTreeMap<i64, Vec<Claim>> = BTreeMap::new();
    for claim in claims {
        let payer = payers.get(&claim.payer_id).ok_or(AppError::NotFound("payer"))?;
        match goes_to(partners, &claim, payer) {
            Err(reason) => left.push((claim, reason)),
            Ok(partner) if only.is_none_or(|only| only.id == partner) => groups.entry(partner).or_default().push(claim),
            Ok(_) => {}
        }
    }
    Ok(groups)
}

fn goes_to(partners: &[Partner], claim: &Claim, payer: &Payer) -> Result<i64, String> {
    if claim.state != ClaimState::Ready {
        return Err(format!("it is {}. Only ready claims are sent", claim.state.spoken()));
    }
    match payer.claim_channel {
        ClaimChannel::Electronic => {}
        ClaimChannel::Portal => return Err(format!("{} takes claims in its portal", payer.name)),
        ClaimChannel::Paper => return Err(format!("{} takes claims on paper. Print its form", payer.name)),
    }
    let partner = partners::of_payer(partners, payer).map(|p| p.id);
    partner.ok_or_else(|| format!("say with {} which clearinghouse its claims go through", payer.name))
}

/// One file for one partner. First it is tried whether every claim can be written; then the claims leave; then the file is written
/// with its numbers for ever.
async fn write_one(work: &Work<'_>, partner: &Partner, claims: Vec<Claim>, left: &mut Vec<(Claim, String)>) -> Result<Option<Batch>> {
    let practice = crate::practice::of(&work.tx).await?;
    let created = local(work, &practice);
    let mut bills = bill::gather(&work.tx, &claims.iter().map(|c| c.id).collect::<Vec<_>>()).await?;
    let mut claims: HashMap<i64, Claim> = claims.into_iter().map(|c| (c.id, c)).collect();
    for (claim_id, words) in drop_refused(partner, &practice, created, &mut bills)? {
        left.extend(claims.remove(&claim_id).map(|claim| (claim, words)));
    }
    if bills.is_empty() {
        return Ok(None);
    }
    let mut going = Vec::with_capacity(bills.len());
    for bill in bills {
        let Some(claim) = claims.get(&bill.claim.id) else { continue };
        let refused = match may_leave(work, claim, work.today()).await {
            Ok(()) => {
                going.push(bill);
                continue;
            }
            Err(AppError::Invalid(errors)) => errors.to_string(),
            Err(AppError::Conflict { message, .. }) => message,
            Err(other) => return Err(other),
        };
        left.extend(claims.remove(&bill.claim.id).map(|claim| (claim, refused)));
    }
    if going.is_empty() {
        return Ok(None);
    }
    let (batch, places) = keep(work, partner, &practice, &going, created).await?;
    let reference = Some(batch.reference.clone());
    let sending = SendingDraft { channel: Some(ClaimChannel::Electronic), sent_on: work.today(), reference };
    for (bill, placed) in going.iter().zip(places) {
        let claim = claims.get(&bill.claim.id).ok_or(AppError::NotFound("claim"))?;
        leave(work, claim, sending.clone(), Some(PlaceInBatch { batch_id: batch.id, placed })).await?;
    }
    Ok(Some(batch))
}

/// A claim that was decided leaves to a later payer, alone in its file, with what the payers before said. What it stands at stays.
pub async fn write_to_later_payer(work: &Work<'_>, claim: &Claim, coverage_id: i64) -> Result<Batch> {
    if !claim.state.may_be_corrected() {
        return Err(undecided(claim));
    }
    let practice = crate::practice::of(&work.tx).await?;
    let bill = bill::for_later_payer(&work.tx, claim.id, coverage_id).await?;
    let partners = partners::all(&work.tx).await?;
    if bill.payer.claim_channel != ClaimChannel::Electronic {
        return Err(AppError::conflict(format!("{} takes no files. Send it its claim and mark it as sent", bill.payer.name)));
    }
    let partner = partners::of_payer(&partners, &bill.payer);
    let partner =
        partner.ok_or_else(|| AppError::conflict(format!("say with {} which clearinghouse its claims go through", bill.payer.name)))?;
    let created = local(work, &practice);
    let (batch, places) = keep(work, partner, &practice, std::slice::from_ref(&bill), created).await?;
    for placed in places {
        let left = Leaving {
            channel: ClaimChannel::Electronic,
            frequency: ORIGINAL,
            sent_on: work.today(),
            reference: Some(batch.reference.clone()),
            place: Some(PlaceInBatch { batch_id: batch.id, placed }),
            payer_rank: bill.coverage.rank,
        };
        insert_transmission(work, claim, bill.version.id, left).await?;
    }
    Ok(batch)
}

fn undecided(claim: &Claim) -> AppError {
    AppError::conflict(format!("{} is {}. It goes to the next payer once its own has decided", claim.number, claim.state.spoken()))
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn local(work: &Work<'_>, practice: &Practice) -> NaiveDateTime {
    let zone: chrono_tz::Tz = practice.timezone.parse().unwrap_or(work.app.clock.zone());
    zone.from_utc_datetime(&work.now.naive_utc()).naive_local()
}

/// The numbers of a file; a trial has the first ones, and leaves nowhere.
fn envelope<'a>(created: NaiveDateTime, reference: &'a str, numbers: Option<partners::Numbers>) -> x12::Envelope<'a> {
    let one = |n: Option<i64>| n.and_then(|n| u32::try_from(n).ok()).unwrap_or(1);
    x12::Envelope {
        interchange_control: one(numbers.map(|n| n.interchange)),
        group_control: one(numbers.map(|n| n.group)),
        first_transaction_control: one(numbers.map(|n| n.first_transaction)),
        created,
        batch_reference: reference,
    }
}

/// The bills as bytes.
pub fn encode(partner: &Partner, practice: &Practice, envelope: &x12::Envelope, bills: &[Bill]) -> Result<x12::Batch, Vec<x12::Refusal>> {
    // Those of one provider share it, so that the writer tells them together.
    let mut providers: HashMap<Option<i64>, x12::BillingProvider> = HashMap::new();
    let key = |bill: &Bill| bill.is_billed_by_a_person(practice).then_some(bill.therapist.id);
    for bill in bills {
        let person = key(bill);
        providers.entry(person).or_insert_with(|| wire::billing(practice, &bill.therapist, person.is_some()));
    }
    let claims: Vec<x12::Claim> = bills.iter().filter_map(|b| Some(wire::claim(b, providers.get(&key(b))?))).collect();
    x12::write(&wire::partner(partner, practice), envelope, &claims)
}

/// Takes out the claims that cannot be written, and tells why. What is wrong with the practice or the partner stops them all.
fn drop_refused(partner: &Partner, practice: &Practice, created: NaiveDateTime, bills: &mut Vec<Bill>) -> Result<Vec<(i64, String)>> {
    let mut left = Vec::new();
    while !bills.is_empty() {
        let Err(refusals) = encode(partner, practice, &envelope(created, "TRIAL", None), bills) else { break };
        let mut reasons: HashMap<String, Vec<String>> = HashMap::new();
        for refusal in &refusals {
            if let Some(number) = &refusal.claim {
                reasons.entry(number.clone()).or_default().push(format!("{} {}", refusal.field, refusal.words));
            }
        }
        if reasons.is_empty() {
            return Err(whole_file(refusals));
        }
        let (kept, refused): (Vec<Bill>, Vec<Bill>) =
            std::mem::take(bills).into_iter().partition(|b| !reasons.contains_key(&b.claim.number));
        *bills = kept;
        left.extend(refused.into_iter().map(|b| {
            let words = reasons.get(&b.claim.number).map(|w| w.join(". ")).unwrap_or_default();
            (b.claim.id, words)
        }));
    }
    Ok(left)
}

/// Nothing leaves: what is wrong stands in the settings or with the partner.
fn whole_file(refusals: Vec<x12::Refusal>) -> AppError {
    let words: Vec<String> = refusals.iter().map(|r| format!("{} {}", r.field, r.words)).collect();
    AppError::field("partner", format!("No file can be written: {}", words.join(". ")))
}

/// Writes the file under numbers that are taken for it, and keeps it; where each claim stands in it is told beside.
async fn keep(
    work: &Work<'_>,
    partner: &Partner,
    practice: &Practice,
    bills: &[Bill],
    created: NaiveDateTime,
) -> Result<(Batch, Vec<x12::Placed>)> {
    let transactions = x12::transactions(partner.one_claim_per_transaction, bills.len());
    let numbers = partners::take_numbers(work, partner.id, count(transactions)).await?;
    // What the answers call the file: of its number, which nobody else has.
    let reference = format!("T{}B{}", partner.id, numbers.interchange);
    let written = encode(partner, practice, &envelope(created, &reference, Some(numbers)), bills).map_err(whole_file)?;
    let name = file_name(&partner.file_name, created, numbers.interchange, partner.is_test);
    let text = match partner.breaks_lines {
        true => written.text.replace(&partner.segment_terminator, &format!("{}\n", partner.segment_terminator)),
        false => written.text,
    };
    let file = exchange::insert(work, Direction::Out, FileKind::Claims, &name, text.into_bytes()).await?;
    let row = NewRow {
        partner_id: Set(partner.id),
        exchange_file_id: Set(file.id),
        reference: Set(reference),
        state: Set(BatchState::Sent),
        interchange_control: Set(numbers.interchange),
        group_control: Set(numbers.group),
        first_transaction: Set(numbers.first_transaction),
        transactions: Set(count(written.transactions)),
        claims: Set(count(bills.len())),
        total_cents: Set(bills.iter().map(|b| b.version.total_cents).sum()),
        is_test: Set(partner.is_test),
        sent_on: Set(work.today()),
        ..Default::default()
    };
    let batch = work.insert(row).await?;
    work.note(Entry::of("wrote", "claim_batch", batch.id).named(batch.public_id)).await?;
    Ok((batch, written.claims))
}

/// A file holds the claims of everybody: who sees only their own, or only how a claim stands, sees none.
fn may_read(by: &Actor) -> Result<()> {
    match by.rights(Thing::Claims).to_read("batch")? {
        Reach::All => Ok(()),
        _ => Err(AppError::NotFound("batch")),
    }
}

/// A batch by its id, its reference, or the number of its file.
async fn by_id(db: &impl ConnectionTrait, id: &str) -> Result<Batch> {
    let found = match read_id(id, "batch") {
        Ok(id) => store::find(db, id).await?,
        Err(_) if id.bytes().all(|b| b.is_ascii_alphanumeric()) => store::by_reference(db, id).await?,
        Err(_) => None,
    };
    found.ok_or(AppError::NotFound("batch"))
}

pub async fn show(app: &App, by: &Actor, id: &str) -> Result<BatchView> {
    may_read(by)?;
    let batch = by_id(&app.db, id).await?;
    crate::audit::seen(app, by, Entry::of("read", "claim_batch", batch.id).named(batch.public_id)).await?;
    view::batches(&app.db, vec![batch]).await?.pop().ok_or(AppError::NotFound("batch"))
}

/// What lists of batches can be asked.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct BatchFilter {
    pub limit: Text,
    pub cursor: Text,
}

/// Files of claims, newest first.
pub async fn list(app: &App, by: &Actor, filter: &BatchFilter) -> Result<Listing<BatchRow>> {
    may_read(by)?;
    store::list(&app.db, filter).await
}

/// The file as it left: its name and its bytes, the same every time.
pub async fn file(app: &App, by: &Actor, id: &str) -> Result<(String, Vec<u8>)> {
    by.rights(Thing::Claims).to_write("batch")?;
    let batch = by_id(&app.db, id).await?;
    let file = exchange::content(&app.db, batch.exchange_file_id).await?;
    crate::audit::seen(app, by, Entry::of("downloaded", "claim_batch", batch.id).named(batch.public_id)).await?;
    Ok((file.name, file.content))
}
