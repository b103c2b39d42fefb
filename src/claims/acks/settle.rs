//! What answers do: each goes into the history of the sending that it answers, and moves its claim where the law of `landing` says so.

use super::land::Item;
use super::landing::{self, Given, Landing, Stays, batch_state};
use super::store;
use crate::audit::{Entry, Moved};
use crate::claims::ack_state::{Level, Outcome};
use crate::claims::batch::state::BatchState;
use crate::claims::claim::{AnswerKind, ClaimState};
use crate::db;
use crate::entity::claim::Model as Claim;
use crate::entity::claim_batch::Model as Batch;
use crate::entity::patient;
use crate::entity::transmission::Model as Transmission;
use crate::entity::transmission_answer::{ActiveModel as NewAnswer, Model as Answer};
use crate::error::Result;
use crate::types::person_name;
use crate::work::Work;
use chrono::NaiveDate;
use sea_orm::{IntoActiveModel, NotSet, Set};
use std::collections::{BTreeSet, HashMap};

/// An answer to one claim, found or not.
#[derive(Clone, Debug)]
pub struct Point {
    pub claim_id: Option<i64>,
    /// The sending it answers, where the batch is known.
    pub transmission_id: Option<i64>,
    pub batch_id: Option<i64>,
    pub number: String,
    pub said: AnswerKind,
    pub on: NaiveDate,
    pub words: Option<String>,
    pub code: Option<String>,
    pub source: Option<String>,
    pub payer_no: Option<String>,
    pub house_no: Option<String>,
    /// As the answer names the patient, and the charge, to doubt a number that somebody else has too.
    pub patient: Option<String>,
    pub charge_cents: Option<i64>,
}

impl Default for Point {
    fn default() -> Self {
        Self {
            claim_id: None,
            transmission_id: None,
            batch_id: None,
            number: String::new(),
            said: AnswerKind::Told,
            on: NaiveDate::MIN,
            words: None,
            code: None,
            source: None,
            payer_no: None,
            house_no: None,
            patient: None,
            charge_cents: None,
        }
    }
}

/// What came of a file: its items, and how many claims it did what to.
#[derive(Debug, Default)]
pub struct Settled {
    pub items: Vec<Item>,
    pub read: i64,
    pub acknowledged: i64,
    pub accepted: i64,
    pub rejected: i64,
    pub kept: i64,
    pub known: i64,
    pub unknown: i64,
    pub needs_a_person: bool,
    /// Batches whose transactions were answered, or refused as a whole.
    batches: Vec<Batch>,
}

/// Everything that the answers of a file touch, as it stands while they land one by one.
struct Ledger {
    claims: HashMap<i64, Claim>,
    sendings: HashMap<i64, Vec<Transmission>>,
    answers: HashMap<i64, Vec<Answer>>,
    patients: HashMap<i64, patient::Model>,
}

impl Ledger {
    async fn open(work: &Work<'_>, points: &[Point]) -> Result<Self> {
        let claims = store::hold_claims(&work.tx, points.iter().filter_map(|p| p.claim_id).collect()).await?;
        let mut sendings: HashMap<i64, Vec<Transmission>> = HashMap::new();
        for one in store::sendings(&work.tx, claims.iter().map(|c| c.id).collect()).await? {
            sendings.entry(one.claim_id).or_default().push(one);
        }
        let mut answers: HashMap<i64, Vec<Answer>> = HashMap::new();
        for one in store::answers(&work.tx, sendings.values().flatten().map(|t| t.id).collect()).await? {
            answers.entry(one.transmission_id).or_default().push(one);
        }
        let doubted: Vec<i64> = points.iter().filter(|p| p.transmission_id.is_none()).filter_map(|p| p.claim_id).collect();
        let whose = claims.iter().filter(|c| doubted.contains(&c.id)).map(|c| c.patient_id);
        let patients = db::by_ids::<patient::Entity>(&work.tx, whose).await?;
        Ok(Self { claims: claims.into_iter().map(|c| (c.id, c)).collect(), sendings, answers, patients })
    }

    /// The sending that an answer belongs to: that of its batch, else the last one that had left by its day.
    fn sending(&self, point: &Point) -> Option<&Transmission> {
        let all = self.sendings.get(&point.claim_id?)?;
        let of_batch = all.iter().find(|t| Some(t.id) == point.transmission_id);
        of_batch.or_else(|| all.iter().rfind(|t| t.sent_on <= point.on)).or_else(|| all.first())
    }

    /// Neither the patient nor the charge is the claim's: the number is somebody else's too.
    fn is_anothers(&self, point: &Point, claim: &Claim) -> bool {
        let (Some(last), Some(charge)) = (&point.patient, point.charge_cents) else { return false };
        let Some(ours) = self.patients.get(&claim.patient_id).filter(|_| point.transmission_id.is_none()) else { return false };
        person_name::fold(last) != person_name::fold(&ours.last_name) && charge != claim.charge_cents
    }

    fn is_last(&self, sending: &Transmission) -> bool {
        let to_same = |all: &Vec<Transmission>| all.iter().rev().find(|s| s.payer_rank == sending.payer_rank).map(|s| s.id);
        self.sendings.get(&sending.claim_id).and_then(to_same) == Some(sending.id)
    }

    fn before(&self, sending: &Transmission) -> &[Answer] {
        self.answers.get(&sending.id).map_or(&[], Vec::as_slice)
    }
}

/// What waits to be written at once.
#[derive(Default)]
struct Pages {
    /// Claims that stand otherwise now.
    claims: BTreeSet<i64>,
    answers: Vec<NewAnswer>,
    moves: Vec<Moved<'static>>,
    notes: Vec<Entry<'static>>,
    /// What a later payer sent back: claim, and which payer.
    sent_back: BTreeSet<(i64, i64)>,
}

/// Lands the answers of a file, one after the other.
pub async fn settle(work: &Work<'_>, file_id: i64, items: Vec<Item>, points: Vec<Point>, batches: Vec<Batch>) -> Result<Settled> {
    let mut ledger = Ledger::open(work, &points).await?;
    let mut settled = Settled { batches, ..Settled::default() };
    let mut pages = Pages::default();
    settled.unknown = items.iter().filter(|i| i.outcome == Outcome::Unknown).count() as i64;
    settled.items = items;
    for point in points {
        let (outcome, why) = one(work, file_id, &mut ledger, &mut pages, &point);
        settled.take(point, outcome, why);
    }
    // What was told before was looked at before.
    let of_files =
        |i: &Item| i.level != Level::Claim && (i.outcome == Outcome::Unknown || settled.known == 0 && needs_a_person(i.said, i.outcome));
    settled.needs_a_person |= settled.items.iter().any(of_files);
    let changed: Vec<&Claim> = pages.claims.iter().filter_map(|id| ledger.claims.get(id)).collect();
    store::save_claims(work, &changed).await?;
    work.insert_all(pages.answers).await?;
    work.moved_all(pages.moves).await?;
    work.note_all(pages.notes).await?;
    for (claim_id, rank) in pages.sent_back {
        crate::chain::later_payer_sent_back(work, claim_id, rank).await?;
    }
    Ok(settled)
}

fn needs_a_person(said: AnswerKind, outcome: Outcome) -> bool {
    outcome == Outcome::Unknown || matches!(said, AnswerKind::Rejected | AnswerKind::NotFound | AnswerKind::Warned)
}

impl Settled {
    fn take(&mut self, point: Point, outcome: Outcome, why: Option<String>) {
        let count = match (outcome, point.said) {
            (Outcome::Unknown, _) => &mut self.unknown,
            (Outcome::Known, _) => &mut self.known,
            (Outcome::Moved, AnswerKind::Rejected) => &mut self.rejected,
            (Outcome::Moved, AnswerKind::Accepted) => &mut self.accepted,
            (Outcome::Moved, _) => &mut self.acknowledged,
            (Outcome::Kept, AnswerKind::Read) => &mut self.read,
            (Outcome::Kept, _) => &mut self.kept,
        };
        *count += 1;
        self.needs_a_person |= match outcome {
            Outcome::Known => false,
            Outcome::Kept => why.is_some() && point.said != AnswerKind::Acknowledged || needs_a_person(point.said, outcome),
            _ => needs_a_person(point.said, outcome),
        };
        // That its file could be read is said once, of the file.
        if point.said == AnswerKind::Read && outcome != Outcome::Unknown {
            return;
        }
        self.items.push(Item {
            level: Level::Claim,
            number: point.number,
            said: point.said,
            outcome,
            words: point.words,
            code: point.code,
            source: point.source,
            why,
            on: point.on,
            batch_id: point.batch_id,
            claim_id: point.claim_id.filter(|_| outcome != Outcome::Unknown),
        });
    }
}

/// One answer lands: what it did, and why not more.
fn one(work: &Work<'_>, file_id: i64, ledger: &mut Ledger, pages: &mut Pages, point: &Point) -> (Outcome, Option<String>) {
    let unknown = |why: &str| (Outcome::Unknown, Some(why.to_string()));
    let Some(claim) = point.claim_id.and_then(|id| ledger.claims.get(&id)).cloned() else {
        return unknown("No claim of ours has this number");
    };
    let Some(sending) = ledger.sending(point).cloned() else { return unknown("We never sent this claim") };
    if ledger.is_anothers(point, &claim) {
        return unknown("The number is ours, the patient and the charge are not");
    }
    let on = point.on.max(sending.sent_on);
    if ledger.before(&sending).iter().any(|a| is_same(a, point, on)) {
        return (Outcome::Known, None);
    }
    let given: Vec<Given> = ledger.before(&sending).iter().map(|a| Given { kind: a.kind, on: a.on_day }).collect();
    let landing = match ledger.is_last(&sending) {
        true if sending.payer_rank > 1 => {
            if point.said == AnswerKind::Rejected {
                pages.sent_back.insert((claim.id, sending.payer_rank));
            }
            Landing::Stays(if point.said.leads_to().is_some() { Stays::LaterPayer } else { Stays::NoChange })
        }
        true => landing::land(claim.state, &given, Given { kind: point.said, on }),
        false if point.said.leads_to().is_some() => Landing::Stays(Stays::EarlierSending),
        false => Landing::Stays(Stays::NoChange),
    };
    let answer = answer(work, file_id, &sending, point, on);
    pages.answers.push(NewAnswer { id: NotSet, ..answer.clone().into_active_model() });
    ledger.answers.entry(sending.id).or_default().push(answer);
    let to = match landing {
        Landing::Moves(to) => Some(to),
        Landing::Stays(_) => None,
    };
    // The numbers of a later payer replace nothing at the claim's own.
    if sending.payer_rank == 1 {
        let is_of_now = ledger.is_last(&sending) && claim.state.is_before_a_decision();
        let after = write(pages, &claim, to, on, point, is_of_now);
        ledger.claims.insert(after.id, after);
    }
    match landing {
        Landing::Moves(_) => (Outcome::Moved, None),
        Landing::Stays(why) => (Outcome::Kept, why.words().map(String::from)),
    }
}

/// The same was said before, in another file or by the same one cut off.
fn is_same(known: &Answer, point: &Point, on: NaiveDate) -> bool {
    known.exchange_file_id.is_some()
        && known.kind == point.said
        && known.on_day == on
        && known.code == point.code
        && known.words == point.words
        && known.source == point.source
        && known.reference == point.payer_no
        && known.clearinghouse_no == point.house_no
}

/// An answer as it is kept. Its id is the database's matter.
fn answer(work: &Work<'_>, file_id: i64, sending: &Transmission, point: &Point, on: NaiveDate) -> Answer {
    Answer {
        id: 0,
        transmission_id: sending.id,
        user_id: work.by.user_id(),
        kind: point.said,
        code: point.code.clone(),
        words: point.words.clone(),
        reference: point.payer_no.clone(),
        actor_name: work.by.name.clone(),
        on_day: on,
        at: work.now,
        exchange_file_id: Some(file_id),
        source: point.source.clone(),
        clearinghouse_no: point.house_no.clone(),
    }
}

/// Writes on a claim what an answer brings: the move, and the numbers that a replacement and a question on the phone need.
fn write(pages: &mut Pages, claim: &Claim, to: Option<ClaimState>, on: NaiveDate, point: &Point, is_of_now: bool) -> Claim {
    let mut after = claim.clone();
    // A claim that was sent back never existed at the payer: a number that comes with it is no number to replace.
    if let Some(number) =
        point.payer_no.clone().filter(|_| point.said != AnswerKind::Rejected && (is_of_now || claim.payer_claim_no.is_none()))
    {
        after.payer_claim_no = Some(number);
    }
    if let Some(number) = point.house_no.clone().filter(|_| is_of_now || claim.clearinghouse_claim_no.is_none()) {
        after.clearinghouse_claim_no = Some(number);
    }
    if let Some(to) = to {
        after.state = to;
        let why = reason(claim.state, to, point);
        pages.moves.push(Moved { kind: "claim", id: claim.id, from: Some(claim.state.word()), to: to.word(), on, why });
    }
    let fields = [
        ("state", after.state != claim.state),
        ("payer_claim_no", after.payer_claim_no != claim.payer_claim_no),
        ("clearinghouse_claim_no", after.clearinghouse_claim_no != claim.clearinghouse_claim_no),
    ];
    let fields: Vec<String> = fields.into_iter().filter(|(_, is_new)| *is_new).map(|(name, _)| name.to_string()).collect();
    if !fields.is_empty() {
        pages.claims.insert(claim.id);
        pages.notes.push(Entry::of("answered", "claim", claim.id).named(claim.public_id).patient(claim.patient_id).fields(fields));
    }
    after
}

/// Why a claim moved, for its history.
fn reason(from: ClaimState, to: ClaimState, point: &Point) -> Option<String> {
    let words = point.words.clone().unwrap_or_default();
    match (from, to) {
        (ClaimState::Accepted | ClaimState::Pended, ClaimState::Rejected) => {
            Some(format!("Sent back after it was taken in: {words}").trim_end_matches([' ', ':']).to_string())
        }
        (_, ClaimState::Rejected) => Some(words).filter(|w| !w.is_empty()),
        (ClaimState::Rejected, _) => Some("Taken in after all".into()),
        _ => None,
    }
}

/// Restates the batches that a file is about, once its items are kept.
pub async fn restate(work: &Work<'_>, settled: &Settled) -> Result<()> {
    for batch in &settled.batches {
        let about = |level: Level, said: fn(AnswerKind) -> bool| {
            settled.items.iter().any(|i| i.batch_id == Some(batch.id) && i.level == level && said(i.said))
        };
        let is_refused = |k: AnswerKind| k == AnswerKind::Rejected;
        let state = match () {
            () if about(Level::File, is_refused) || about(Level::Batch, is_refused) => Some(BatchState::Refused),
            () if about(Level::Transaction, |_| true) => by_transactions(work, batch).await?,
            // Who answers for the claims has read them, also where the 999 was lost.
            () if batch.state == BatchState::Sent
                && [Level::Claim, Level::Batch].into_iter().any(|l| about(l, AnswerKind::is_about_the_claim)) =>
            {
                Some(BatchState::Read)
            }
            () => None,
        };
        let Some(state) = state.filter(|s| *s != batch.state) else { continue };
        let mut row = batch.clone().into_active_model();
        row.state = Set(state);
        work.save(batch, row).await?;
        let (from, to) = (Some(batch.state.word()), state.word());
        work.moved(Moved { kind: "claim_batch", id: batch.id, from, to, on: work.today(), why: None }).await?;
    }
    Ok(())
}

/// By the last answer to each transaction; on one day a refusal outweighs. That a file could be read takes no refusal of the whole back.
async fn by_transactions(work: &Work<'_>, batch: &Batch) -> Result<Option<BatchState>> {
    if store::is_refused_whole(&work.tx, batch.id).await? {
        return Ok(Some(BatchState::Refused));
    }
    let mut last: HashMap<String, (NaiveDate, AnswerKind)> = HashMap::new();
    for (number, said, on) in store::answered_transactions(&work.tx, batch.id).await? {
        let weight = |on: NaiveDate, said: AnswerKind| (on, said == AnswerKind::Rejected);
        let stands = last.entry(number).or_insert((on, said));
        if weight(on, said) > weight(stands.0, stands.1) {
            *stands = (on, said);
        }
    }
    let kinds: Vec<AnswerKind> = last.into_values().map(|(_, said)| said).collect();
    Ok(batch_state(usize::try_from(batch.transactions).unwrap_or(0), &kinds))
}
