//! Remittances that come as 835 files: taken in and shown first, posted whole by a person, by the same law as typed EOBs.
//! A file never posts by itself, a payment never posts twice, and no cent of a deposit is lost from sight.

mod answer;
pub mod answer_view;
pub mod api;
pub mod clash;
mod draft;
mod expected;
mod intake;
mod matching;
mod odd;
pub mod pages;
mod placing;
mod reading;
mod sent;
mod store;
pub mod view;
mod words;

use super::TakeBack;
use super::era_state::{EraState, FoundBy, MatchState};
use super::posting::{self, Posted};
use crate::app::{Actor, App, read_id};
use crate::audit::Entry;
use crate::auth::role::{Reach, Role, Thing};
use crate::claims;
use crate::entity::era::Model as Era;
use crate::entity::era_claim::Model as EraClaim;
use crate::entity::remittance::Model as Remittance;
use crate::error::{AppError, Result};
use crate::types::{Check, Cursor, Listing, Text, Texts, day};
use crate::work::Work;
use crate::x12::remittance_835;
use chrono::NaiveDate;
use schemars::JsonSchema;
use sea_orm::{ConnectionTrait, IntoActiveModel, Set};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use view::{EraRow, EraView};

pub use clash::{Another, tell_apart};
pub use intake::{MOST_BYTES, Taken, take_in};

fn may_write(by: &Actor) -> Result<()> {
    by.rights(Thing::Claims).to_write("remittance")?;
    Ok(())
}

fn may_read(by: &Actor) -> Result<()> {
    match by.rights(Thing::Claims).to_read("remittance")? {
        Reach::All => Ok(()),
        _ => Err(AppError::NotFound("remittance")),
    }
}

async fn find(db: &impl ConnectionTrait, by: &Actor, id: &str) -> Result<Era> {
    may_read(by)?;
    store::find(db, read_id(id, "remittance")?).await?.ok_or(AppError::NotFound("remittance"))
}

/// Finds a staged payment to change it; it is held until the end of the work.
async fn find_to_write(work: &Work<'_>, id: &str) -> Result<Era> {
    may_write(work.by)?;
    let found = find(&work.tx, work.by, id).await?;
    Ok(crate::db::hold::<crate::entity::era::Entity>(&work.tx, found.id).await?.unwrap_or(found))
}

pub async fn show(app: &App, by: &Actor, id: &str) -> Result<EraView> {
    let era = find(&app.db, by, id).await?;
    crate::audit::seen(app, by, Entry::of("read", "era", era.id).named(era.public_id)).await?;
    view::era(&app.db, era).await
}

/// What lists of staged payments can be asked.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct EraFilter {
    /// staged, unbalanced, duplicate, refused, posted or reversed.
    pub state: Text,
    /// Part of a check or trace number.
    pub q: Text,
    pub limit: Text,
    pub cursor: Text,
}

/// Payments of files, newest first.
pub async fn list(app: &App, by: &Actor, filter: &EraFilter) -> Result<Listing<EraRow>> {
    may_read(by)?;
    let cursor = Cursor::read(&filter.cursor, &filter.limit).map_err(AppError::BadRequest)?;
    let rows = store::list(&app.db, filter, &cursor).await?;
    let shown = view::rows(&app.db, &rows).await?;
    let mut shown: HashMap<i64, EraRow> = rows.iter().map(|r| r.id).zip(shown).collect();
    Ok(cursor.cut(rows, |r| r.id, |r| shown.remove(&r.id)).shown())
}

/// The file as it came, byte for byte, with its name.
pub async fn file(app: &App, by: &Actor, id: &str) -> Result<(String, Vec<u8>)> {
    let era = find(&app.db, by, id).await?;
    crate::audit::seen(app, by, Entry::of("downloaded", "era", era.id).named(era.public_id)).await?;
    let file = crate::documents::exchange::content(&app.db, era.exchange_file_id).await?;
    Ok((file.name, file.content))
}

/// What the file says of one claim, segment by segment.
pub async fn raw(app: &App, by: &Actor, claim_id: &str) -> Result<Vec<String>> {
    may_read(by)?;
    let said = store::find_claim(&app.db, read_id(claim_id, "answer")?).await?.ok_or(AppError::NotFound("answer"))?;
    let era = store::row(&app.db, said.era_id).await?;
    let file = crate::documents::exchange::content(&app.db, era.exchange_file_id).await?;
    Ok(reading::segments(&file.content, said.from_byte, said.to_byte))
}

/// The payment to which an answer belongs.
pub async fn of_answer(app: &App, by: &Actor, answer_id: &str) -> Result<uuid::Uuid> {
    may_read(by)?;
    let said = store::find_claim(&app.db, read_id(answer_id, "answer")?).await?.ok_or(AppError::NotFound("answer"))?;
    Ok(store::row(&app.db, said.era_id).await?.public_id)
}

/// When a payment counts.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Posting {
    /// Today unless an earlier day is given.
    pub posted_on: Text,
}

/// Posts a payment whole: what is matched goes to its claims, the rest waits under Unmatched, and the deposit ties to the cent.
/// One transaction: all of it, or nothing.
pub async fn post(app: &App, by: &Actor, id: &str, new: &Posting) -> Result<EraView> {
    let mut check = Check::new(app.today());
    let posted_on = check.posted_on(&new.posted_on);
    let posted_on = check.done(posted_on)?;
    let work = app.work(by).await?;
    let era = find_to_write(&work, id).await?;
    if let Some(done) = work.already() {
        return view::era(&work.tx, store::row(&work.tx, done).await?).await;
    }
    may_be_posted(&era)?;
    clash::told_apart(&work.tx, &era).await?;
    let known = draft::judge_again(&work, &era, posted_on).await?;
    let draft = draft::draft(&work, &era, &known, posted_on).await?;
    match posting::post_file(&work, &draft.eob).await? {
        Posted::Whole { remittance, parked } => settle(&work, &era, &known, &draft, &remittance, &parked).await?,
        Posted::Refused(refused) => {
            drop(work);
            hold_what_no_longer_fits(app, by, id, posted_on).await?;
            return Err(no_longer_fits(&known, &refused));
        }
    }
    work.made(era.id).await?;
    let view = view::era(&work.tx, store::row(&work.tx, era.id).await?).await?;
    work.commit().await?;
    Ok(view)
}

/// Writes what became of the answers, and that the payment is posted.
async fn settle(
    work: &Work<'_>,
    era: &Era,
    known: &[EraClaim],
    draft: &draft::Draft,
    remittance: &Remittance,
    parked: &[Option<i64>],
) -> Result<()> {
    store::mark_claims(work, era.id, MatchState::Matched, MatchState::Posted).await?;
    let mut changed = Vec::new();
    for (n, event) in draft.parked.iter().zip(parked) {
        if let Some(before) = known.iter().find(|c| c.n == *n) {
            // What nobody confirmed is no match: after a taking back it needs a person again.
            let found_by = before.found_by.filter(|_| before.state == MatchState::Held);
            changed.push((before.clone(), EraClaim { state: MatchState::Parked, found_by, money_event_id: *event, ..before.clone() }));
        }
    }
    store::save_claims(work, &changed).await?;
    let mut row = era.clone().into_active_model();
    row.state = Set(EraState::Posted);
    row.remittance_id = Set(Some(remittance.id));
    let (after, _) = work.save(era, row).await?;
    work.note(Entry::of("posted", "era", after.id).named(after.public_id)).await
}

/// An answer that fitted when the file came and no longer does is held from now on: who looks again sees it, and may post the
/// payment with it waiting under Unmatched.
async fn hold_what_no_longer_fits(app: &App, by: &Actor, id: &str, posted_on: NaiveDate) -> Result<()> {
    let work = app.work(by).await?;
    let era = find_to_write(&work, id).await?;
    if may_be_posted(&era).is_ok() {
        draft::judge(&work, &era, posted_on).await?;
    }
    work.commit().await
}

fn no_longer_fits(known: &[EraClaim], refused: &BTreeMap<usize, String>) -> AppError {
    let Some((at, why)) = refused.iter().next() else { return AppError::conflict("the payment no longer fits") };
    let number = known.iter().find(|c| c.n == *at as i64).map_or("", |c| c.number.as_str());
    AppError::conflict(format!(
        "The answer to {number} no longer fits: {why}. It is held now. Look at the payment again before you post it"
    ))
}

fn may_be_posted(era: &Era) -> Result<()> {
    let words = match era.state {
        EraState::Staged | EraState::Reversed => return Ok(()),
        EraState::Unbalanced if era.overridden_why.is_some() => return Ok(()),
        EraState::Unbalanced => "This payment does not balance, so nothing of it is posted. Ask the payer for a corrected file",
        EraState::Posted => "This payment is posted already",
        EraState::Duplicate => "This payment was taken in before. Post it there",
        EraState::Refused => return Err(AppError::conflict(era.why.clone().unwrap_or_else(|| "This payment was refused".into()))),
    };
    Err(AppError::conflict(words))
}

async fn caution(work: &Work<'_>, era: &Era, words: String) -> Result<()> {
    if era.cautions.0.contains(&words) {
        return Ok(());
    }
    let mut row = era.clone().into_active_model();
    row.cautions = Set(Texts(era.cautions.0.iter().cloned().chain([words]).collect()));
    work.save(era, row).await.map(|_| ())
}

/// Says of whom a payment is, where the file's payer is none that we know.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct OfPayer {
    /// Id of the payer.
    pub payer: Text,
}

/// Names the payer of a staged payment.
pub async fn set_payer(app: &App, by: &Actor, id: &str, new: &OfPayer) -> Result<EraView> {
    let work = app.work(by).await?;
    let era = find_to_write(&work, id).await?;
    if era.remittance_id.is_some() && era.state == EraState::Posted {
        return Err(AppError::conflict("This payment is posted. Take it back before you change its payer"));
    }
    let payer = crate::payers::by_id(&work.tx, new.payer.as_str()).await.map_err(|_| AppError::field("payer", "Choose a payer"))?;
    let mut row = era.clone().into_active_model();
    row.payer_id = Set(Some(payer.id));
    let (after, fields) = work.save(&era, row).await?;
    if !fields.is_empty() {
        work.note(Entry::of("changed", "era", after.id).named(after.public_id).fields(fields)).await?;
    }
    draft::judge(&work, &after, work.today()).await?;
    done(work, after.id).await
}

async fn done(work: Work<'_>, era_id: i64) -> Result<EraView> {
    let view = view::era(&work.tx, store::row(&work.tx, era_id).await?).await?;
    work.commit().await?;
    Ok(view)
}

/// Which claim an answer belongs to.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Assigning {
    /// Number or id of our claim.
    pub claim: Text,
    /// After the posting: the day on which its money moves. Today unless an earlier day is given.
    pub posted_on: Text,
}

/// Assigns an answer to a claim. Before the posting it is matched; afterwards its money moves from Unmatched to the claim.
pub async fn assign(app: &App, by: &Actor, answer_id: &str, new: &Assigning) -> Result<EraView> {
    let mut check = Check::new(app.today());
    let posted_on = check.posted_on(&new.posted_on);
    let posted_on = check.done(posted_on)?;
    let work = app.work(by).await?;
    may_write(by)?;
    let one = store::find_claim(&work.tx, read_id(answer_id, "answer")?).await?.ok_or(AppError::NotFound("answer"))?;
    let era = store::row(&work.tx, one.era_id).await?;
    let era = find_to_write(&work, &era.public_id.to_string()).await?;
    let claim = claims::find(&work.tx, by, new.claim.as_str()).await.map_err(|_| {
        AppError::field("claim", format!("\"{}\" is no claim of ours. Enter its number, like C-2026-00311", new.claim.as_str()))
    })?;
    if !matches!(one.state, MatchState::ToMatch | MatchState::Held | MatchState::Parked | MatchState::Matched) {
        return Err(AppError::conflict("This answer is posted. Take the payment back before you move it"));
    }
    // Matched, it would stand in the way of its whole payment.
    if !matches!(answer::status(&one.said.0.status), Ok(Some(_))) {
        return Err(AppError::conflict("This answer carries no decision, so no claim can take it. Its money waits under Unmatched"));
    }
    let matched = EraClaim { claim_id: Some(claim.id), found_by: Some(FoundBy::Person), why: None, ..one.clone() };
    if era.state == EraState::Posted {
        post_one(&work, &era, &one, matched, &claim.number, posted_on).await?;
    } else {
        store::save_claims(&work, &[(one.clone(), EraClaim { state: MatchState::Matched, ..matched })]).await?;
        draft::judge(&work, &era, work.today()).await?;
    }
    done(work, era.id).await
}

async fn post_one(work: &Work<'_>, era: &Era, one: &EraClaim, matched: EraClaim, number: &str, on: NaiveDate) -> Result<()> {
    let lines = sent::lines(&work.tx, std::slice::from_ref(&matched)).await?;
    let ours = matched.claim_id.and_then(|id| lines.get(&id)).map(Vec::as_slice).unwrap_or_default();
    let told = answer::told(0, number, &one.said.0, ours).map_err(AppError::conflict)?;
    if told.interest.is_some() {
        return Err(AppError::conflict("This answer carries interest. Take the payment back, match the claim, and post it again"));
    }
    let remittance = super::store::remittance_row(&work.tx, era.remittance_id.unwrap_or_default()).await?;
    if on < remittance.posted_on {
        let day = day::long(remittance.posted_on);
        return Err(AppError::field("posted_on", format!("This payment was posted on {day}. Its money moves on that day or later")));
    }
    posting::post_parked(work, &remittance, &told.answer, one.money_event_id, on).await?;
    store::save_claims(work, &[(one.clone(), EraClaim { state: MatchState::Posted, ..matched })]).await?;
    work.note(Entry::of("assigned", "era", era.id).named(era.public_id)).await
}

/// Why a payment is posted although it does not balance.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Override {
    pub why: Text,
}

/// The owner lets one payment be posted that does not balance. Claims that do not tie stay unmatched, and what the file does
/// not explain becomes an item of its own; both stay in sight.
pub async fn override_balance(app: &App, by: &Actor, id: &str, new: &Override) -> Result<EraView> {
    may_write(by)?;
    if !by.has(Role::Owner) {
        return Err(AppError::Forbidden("only the owner may post a payment that does not balance"));
    }
    let mut check = Check::new(app.today());
    let why = check.required_line("why", &new.why, "Say why it is posted although it does not balance");
    let why = check.done(why)?;
    let work = app.work(by).await?;
    let era = find_to_write(&work, id).await?;
    if era.state != EraState::Unbalanced {
        return Err(AppError::conflict("This payment needs no such leave"));
    }
    let mut changed = Vec::new();
    for one in store::claims_of(&work.tx, era.id).await? {
        if one.state == MatchState::Matched && !remittance_835::ties(&one.said.0) {
            let held = EraClaim { state: MatchState::Held, why: Some("Its amounts do not tie".into()), ..one.clone() };
            changed.push((one, held));
        }
    }
    store::save_claims(&work, &changed).await?;
    let mut row = era.clone().into_active_model();
    row.overridden_why = Set(Some(why));
    row.overridden_by_id = Set(by.user_id());
    row.overridden_at = Set(Some(work.now));
    let (after, _) = work.save(&era, row).await?;
    work.note(Entry::of("overrode_balance", "era", after.id).named(after.public_id)).await?;
    draft::judge(&work, &after, work.today()).await?;
    done(work, after.id).await
}

/// Takes a posted payment back whole: opposite events, and its claims stand as before it. It can be posted again.
pub async fn reverse(app: &App, by: &Actor, id: &str, new: &TakeBack) -> Result<EraView> {
    let era = find(&app.db, by, id).await?;
    may_write(by)?;
    let (EraState::Posted, Some(remittance_id)) = (era.state, era.remittance_id) else {
        return Err(AppError::conflict("This payment is not posted, so nothing of it can be taken back"));
    };
    let remittance = super::store::remittance_row(&app.db, remittance_id).await?;
    super::take_back(app, by, &remittance.public_id.to_string(), new).await?;
    show(app, by, id).await
}

/// A deposit was taken back: the payment it came from waits again.
pub async fn taken_back(work: &Work<'_>, remittance: &Remittance) -> Result<()> {
    let Some(era) = store::of_remittance(&work.tx, remittance.id).await? else { return Ok(()) };
    let mut row = era.clone().into_active_model();
    row.state = Set(EraState::Reversed);
    let (after, _) = work.save(&era, row).await?;
    let mut changed = Vec::new();
    for one in store::claims_of(&work.tx, era.id).await? {
        let state = match one.state {
            MatchState::Posted => MatchState::Matched,
            MatchState::Parked if one.claim_id.is_some() && one.found_by.is_some_and(|by| by != FoundBy::Likeness) => MatchState::Held,
            MatchState::Parked => MatchState::ToMatch,
            other => other,
        };
        changed.push((one.clone(), EraClaim { state, money_event_id: None, ..one }));
    }
    store::save_claims(work, &changed).await?;
    work.note(Entry::of("reversed", "era", after.id).named(after.public_id)).await
}
