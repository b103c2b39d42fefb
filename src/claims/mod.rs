//! What we ask a payer for: a claim drafts itself, is checked, sent, answered, corrected.

pub mod acks;
mod answering;
pub mod api;
pub mod batch;
pub mod bulk;
pub mod case;
pub mod cob;
pub mod compose;
mod correcting;
pub mod draft;
mod facts;
pub mod finding;
pub mod form;
pub mod modifiers;
mod others;
pub mod pages;
pub mod parties;
pub mod preflight;
mod scrub;
mod sending;
pub mod store;
pub mod try_out;
pub mod verdict;
pub mod versions;
pub mod view;

use crate::app::{Actor, App, read_id};
use crate::audit::{Entry, Moved};
use crate::auth::role::{Reach, Rights, Thing};
use crate::entity::claim::Model as Claim;
use crate::error::{AppError, FieldErrors, Result};
use crate::patients;
use crate::types::found::{self, MOST_FOUND};
use crate::types::{Check, Found, Listing, Text, day};
use crate::work::Work;
use chrono::NaiveDate;
use claim::{ClaimState, refusal};
pub use model::claims::{ack_state, claim};
use schemars::JsonSchema;
use sea_orm::{ConnectionTrait, IntoActiveModel, Set};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};
use versions::additional::NewAdditional;
use view::{ClaimRow, ClaimView};

pub use answering::{Answer, answer, answer_in, answer_said};
pub use bulk::{Chosen, SendingMany, chosen, make_ready as make_many_ready, submit as submit_many};
pub use correcting::{Correcting, abandon, correct};
pub use form::{Part, of as form_of_claim, show as form_of};
pub use sending::{Sending, submit, submit_in};
pub use store::{Sums, names_of, number_of, of_visit, row, transmissions_of};
pub use versions::store::{lines_of, lines_of_versions, totals_of, version_row};

/// What a claim is called, where nothing else of it is asked.
#[derive(Clone, Debug)]
pub struct Named {
    pub id: i64,
    pub public_id: uuid::Uuid,
    pub number: String,
    patient_id: i64,
}

impl Named {
    fn of(claim: &Claim) -> Self {
        Self { id: claim.id, public_id: claim.public_id, number: claim.number.clone(), patient_id: claim.patient_id }
    }
}

/// A claim the actor may see at all, by id or number.
pub async fn find(db: &impl ConnectionTrait, by: &Actor, id: &str) -> Result<Claim> {
    let rights = by.rights(Thing::Claims);
    let reach = reach_of(rights)?;
    let found = match store::number_of(id) {
        Some(number) => store::by_number(db, &number).await?,
        None => store::find(db, read_id(id, "claim")?).await?,
    };
    let claim = found.ok_or(AppError::NotFound("claim"))?;
    patients::within(db, by, reach, claim.patient_id, "claim").await?;
    Ok(claim)
}

/// The claims under these ids and numbers, as they were said. Those that the actor may not see, and words that name none, are
/// left out.
pub async fn find_all(db: &impl ConnectionTrait, by: &Actor, said: impl Iterator<Item = &str>) -> Result<HashMap<String, Named>> {
    let reach = reach_of(by.rights(Thing::Claims))?;
    let said: BTreeSet<&str> = said.collect();
    let numbers = said.iter().filter_map(|word| store::number_of(word));
    let numbered = store::by_numbers(db, numbers.collect()).await?;
    let mut found = HashMap::with_capacity(said.len());
    for word in said {
        let claim = match (store::number_of(word), uuid::Uuid::parse_str(word)) {
            (Some(number), _) => numbered.get(&number).cloned(),
            (None, Ok(id)) => store::find(db, id).await?.map(|claim| Named::of(&claim)),
            (None, Err(_)) => None,
        };
        found.extend(claim.map(|claim| (word.to_string(), claim)));
    }
    if reach != Reach::All {
        let own = patients::own_among(db, by, found.values().map(|c| c.patient_id).collect()).await?;
        found.retain(|_, claim| own.contains(&claim.patient_id));
    }
    Ok(found)
}

/// Who sees only a claim's status sees all claims' status.
fn reach_of(rights: Rights) -> Result<Reach> {
    Ok(rights.to_see("claim")?)
}

/// The provider whom the claim names as the one who referred or ordered.
pub async fn referrer_id(db: &impl ConnectionTrait, claim: &Claim) -> Result<Option<uuid::Uuid>> {
    let Some(id) = claim.shown_version() else { return Ok(None) };
    match versions::store::version_row(db, id).await?.referring_provider_id {
        Some(id) => Ok(Some(crate::network::provider_row(db, id).await?.public_id)),
        None => Ok(None),
    }
}

/// A claim that will be changed, held until the end of the work.
async fn find_to_write(work: &Work<'_>, id: &str) -> Result<Claim> {
    work.by.rights(Thing::Claims).to_write("claim")?;
    hold(work, find(&work.tx, work.by, id).await?.id).await
}

/// A claim as it stands now, held until the end of the work: its sums and its state have one writer at a time.
pub async fn hold(work: &Work<'_>, id: i64) -> Result<Claim> {
    crate::db::hold::<crate::entity::claim::Entity>(&work.tx, id).await?.ok_or(AppError::NotFound("claim"))
}

pub async fn show(app: &App, by: &Actor, id: &str) -> Result<ClaimView> {
    shown(app, by, &find(&app.db, by, id).await?).await
}

/// A claim that was found, shown; reading it leaves a trace.
pub async fn shown(app: &App, by: &Actor, claim: &Claim) -> Result<ClaimView> {
    let seen = Entry::of("read", "claim", claim.id).named(claim.public_id).patient(claim.patient_id);
    crate::audit::seen(app, by, seen).await?;
    view::claim(app, &app.db, by, claim.id).await
}

/// What lists of claims can be asked.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ClaimFilter {
    /// Part of a number or of a patient's name.
    pub q: Text,
    pub state: Text,
    /// Id of a patient, referral, payer or provider.
    pub patient: Text,
    pub referral: Text,
    pub payer: Text,
    pub provider: Text,
    pub limit: Text,
    pub cursor: Text,
}

impl ClaimFilter {
    /// Whether anything was asked beside the place in the list.
    pub fn is_asked(&self) -> bool {
        [&self.q, &self.state, &self.patient, &self.referral, &self.payer, &self.provider].iter().any(|t| !t.is_blank())
    }
}

/// Claims, newest first.
pub async fn list(app: &App, by: &Actor, filter: &ClaimFilter) -> Result<Listing<ClaimRow>> {
    let reach = reach_of(by.rights(Thing::Claims))?;
    store::list(app, by, reach, filter).await
}

/// The numbers of all drafts, oldest first.
pub async fn drafts(app: &App, by: &Actor) -> Result<Vec<String>> {
    by.rights(Thing::Claims).to_write("claim")?;
    let unsent = store::unsent(&app.db, store::Of::Payer(None)).await?;
    Ok(unsent.into_iter().filter(|c| c.state == ClaimState::Draft).map(|c| c.number).collect())
}

/// Claims for a field that looks them up while it is typed: by number, the payer's number, or a patient's name.
pub async fn find_by_words(app: &App, by: &Actor, typed: &Text) -> Result<Vec<Found>> {
    let reach = reach_of(by.rights(Thing::Claims))?;
    if typed.is_blank() {
        return Ok(Vec::new());
    }
    let filter = ClaimFilter { q: typed.clone(), limit: MOST_FOUND.to_string().into(), ..Default::default() };
    let today = app.today();
    let words = |c: &ClaimRow| format!("{}, {}, {}, {}", c.patient.name, day::short(c.service_on, today), c.payer, c.state.spoken());
    let found = store::list(app, by, reach, &filter).await?;
    Ok(found.items.iter().map(|c| Found { id: c.id, label: c.number.clone(), detail: words(c) }).collect())
}

/// The claim that was typed: its id, its number, or a name that only one claim has. None or several: told by `field`.
pub async fn named(app: &App, by: &Actor, field: &str, typed: &Text) -> Result<Claim> {
    match find(&app.db, by, typed.as_str()).await {
        Err(AppError::NotFound(_)) => {}
        found => return found,
    }
    let found = find_by_words(app, by, typed).await?;
    match found.as_slice() {
        [only] => find(&app.db, by, &only.id.to_string()).await,
        several => Err(AppError::field(field, found::not_one("claim", typed.as_str(), several))),
    }
}

/// Moves a claim where its state allows, with a row of its history.
pub async fn move_to(work: &Work<'_>, before: &Claim, to: ClaimState, on: NaiveDate, why: Option<String>) -> Result<Claim> {
    refuse_move(before, to)?;
    set_state(work, before, to, on, why).await
}

fn refuse_move(claim: &Claim, to: ClaimState) -> Result<()> {
    match claim.state.may_become().contains(&to) {
        true => Ok(()),
        false => {
            let allowed = claim.state.allowed();
            Err(AppError::Conflict { message: format!("{}: {}", claim.number, refusal(claim.state, to)), allowed })
        }
    }
}

/// Moves a claim without asking the table: for the moves that posting derives by its own law.
pub async fn set_state(work: &Work<'_>, before: &Claim, to: ClaimState, on: NaiveDate, why: Option<String>) -> Result<Claim> {
    if before.state == to {
        return Ok(before.clone());
    }
    let mut row = before.clone().into_active_model();
    row.state = Set(to);
    let (after, _) = work.save(before, row).await?;
    work.moved(Moved { kind: "claim", id: before.id, from: Some(before.state.word()), to: to.word(), on, why }).await?;
    work.note(Entry::of("moved", "claim", before.id).named(before.public_id).patient(before.patient_id).fields(vec!["state".into()]))
        .await?;
    Ok(after)
}

/// The answer of a verb; sent a second time under the same one-time key, it is this one again.
async fn done(work: Work<'_>, claim: &Claim) -> Result<ClaimView> {
    work.made(claim.id).await?;
    let view = view::claim(work.app, &work.tx, work.by, claim.id).await?;
    work.commit().await?;
    Ok(view)
}

/// A person asks for it: the claim is made anew, checked, and ready if nothing blocks.
pub async fn make_ready(app: &App, by: &Actor, id: &str) -> Result<ClaimView> {
    let work = app.work(by).await?;
    if let Some(done) = work.already() {
        return view::claim(app, &work.tx, by, done).await;
    }
    let before = find_to_write(&work, id).await?;
    let after = make_ready_in(&work, &before).await?;
    done(work, &after).await
}

/// The same within a larger unit of work.
pub async fn make_ready_in(work: &Work<'_>, before: &Claim) -> Result<Claim> {
    if before.state != ClaimState::Draft {
        return move_to(work, before, ClaimState::Ready, work.today(), None).await;
    }
    refuse_blocked(&draft::again(work, before).await?)?;
    let fresh = store::row(&work.tx, before.id).await?;
    move_to(work, &fresh, ClaimState::Ready, work.today(), None).await
}

/// What blocks a claim, each with what mends it.
fn refuse_blocked(composed: &compose::Composed) -> Result<()> {
    let mut errors = FieldErrors::default();
    for finding in composed.blocks() {
        errors.push(finding.code, format!("{}. {}", finding.message, finding.mend));
    }
    if errors.is_empty() { Ok(()) } else { Err(errors.into()) }
}

/// Back to draft: a ready claim that is not to go, or a rejected one that is to be fixed.
pub async fn back_to_draft(app: &App, by: &Actor, id: &str) -> Result<ClaimView> {
    let work = app.work(by).await?;
    if let Some(done) = work.already() {
        return view::claim(app, &work.tx, by, done).await;
    }
    let before = find_to_write(&work, id).await?;
    if !matches!(before.state, ClaimState::Ready | ClaimState::Rejected) {
        let allowed = before.state.allowed();
        let message = format!(
            "{} is {}. Only a ready or rejected claim goes back to draft; a decided one is corrected",
            before.number,
            before.state.spoken()
        );
        return Err(AppError::Conflict { message, allowed });
    }
    let after = move_to(&work, &before, ClaimState::Draft, work.today(), None).await?;
    draft::open_version(&work, &after).await?;
    done(work, &after).await
}

/// A person accepts the payer's cap: the units above it stand beside the claim and are not billed.
pub async fn accept_cap(app: &App, by: &Actor, id: &str) -> Result<ClaimView> {
    let work = app.work(by).await?;
    if let Some(done) = work.already() {
        return view::claim(app, &work.tx, by, done).await;
    }
    let before = find_to_write(&work, id).await?;
    if before.state != ClaimState::Draft {
        return Err(AppError::conflict(format!("{} is {}. Units are settled while it is a draft", before.number, before.state.spoken())));
    }
    let mut row = before.clone().into_active_model();
    row.cap_accepted_at = Set(Some(work.now));
    row.cap_accepted_by_id = Set(by.user_id());
    let (after, _) = work.save(&before, row).await?;
    work.note(Entry::of("accepted_cap", "claim", before.id).named(before.public_id).patient(before.patient_id)).await?;
    draft::again(&work, &after).await?;
    done(work, &after).await
}

/// Says what an unsent claim tells the payer beside its services: a remark, papers that follow, why it comes late.
pub async fn tell(app: &App, by: &Actor, id: &str, new: &NewAdditional) -> Result<ClaimView> {
    let told = new.check(app.today())?;
    let work = app.work(by).await?;
    if let Some(done) = work.already() {
        return view::claim(app, &work.tx, by, done).await;
    }
    let before = find_to_write(&work, id).await?;
    let unsent = before.draft_version_id.filter(|_| before.state.is_unsent());
    let Some(version_id) = unsent else {
        let message = format!("{} is {}. What was sent stays as it was", before.number, before.state.spoken());
        return Err(AppError::Conflict { message, allowed: before.state.allowed() });
    };
    let fields = versions::store::tell(&work, version_id, told).await?;
    let entry = Entry::of("changed", "claim", before.id).named(before.public_id).patient(before.patient_id);
    if !fields.is_empty() {
        work.note(entry.fields(fields)).await?;
    }
    done(work, &before).await
}

/// Gives a claim up that no payer ever decided. After a decision only frequency 8 voids it.
pub async fn void(app: &App, by: &Actor, id: &str, why: &Text) -> Result<ClaimView> {
    by.rights(Thing::Claims).to_write("claim")?;
    let mut check = Check::new(app.today());
    let why = check.required_line("why", why, "Say why the claim is given up");
    check.done(())?;
    let work = app.work(by).await?;
    if let Some(done) = work.already() {
        return view::claim(app, &work.tx, by, done).await;
    }
    let before = find_to_write(&work, id).await?;
    if before.first_decided_on.is_some() {
        let message = format!("a payer decided {}. Void it with frequency 8 (correct), so that the payer knows", before.number);
        return Err(AppError::Conflict { message, allowed: vec!["correct".into()] });
    }
    let moved = move_to(&work, &before, ClaimState::Voided, work.today(), Some(why)).await?;
    let mut row = moved.clone().into_active_model();
    row.voided_on = Set(Some(work.today()));
    let (after, _) = work.save(&moved, row).await?;
    done(work, &after).await
}

/// Puts a paid claim aside.
pub async fn close(app: &App, by: &Actor, id: &str) -> Result<ClaimView> {
    let work = app.work(by).await?;
    if let Some(done) = work.already() {
        return view::claim(app, &work.tx, by, done).await;
    }
    let before = find_to_write(&work, id).await?;
    let balance = before.standing().balance();
    if before.state == ClaimState::PartiallyPaid && balance > 0 {
        let message =
            format!("{} has {} left. It closes by itself when that comes to nothing", before.number, crate::types::Money(balance));
        return Err(AppError::Conflict { message, allowed: vec!["write-off".into(), "patient payment".into()] });
    }
    let after = move_to(&work, &before, ClaimState::Closed, work.today(), None).await?;
    done(work, &after).await
}

/// Writes the ledger's sums on the claim, in the transaction of the event that changed them.
pub async fn restate(work: &Work<'_>, claim: &Claim, sums: &store::Sums) -> Result<Claim> {
    let mut after = claim.clone();
    sum_up(&mut after, sums);
    store::save_sums(work, claim, &after).await
}

/// The ledger's sums, as they stand on the claim.
pub fn sum_up(claim: &mut Claim, sums: &store::Sums) {
    claim.insurer_cents = sums.insurer_cents;
    claim.patient_cents = sums.patient_cents;
    claim.contractual_cents = sums.contractual_cents;
    claim.written_off_cents = sums.written_off_cents;
    claim.patient_share_cents = sums.patient_share_cents;
    claim.ever_denied = sums.ever_denied;
    claim.now_denied = sums.now_denied;
    claim.first_decided_on = sums.first_decided_on;
    if claim.state != ClaimState::Voided {
        claim.voided_on = sums.voided_on;
    }
}
