//! Answers find the batches, sendings and claims that they are about. What they do there is `settle`'s matter.

use super::landing::same_id;
use super::reading::{self, Told, Words, code_of};
use super::settle::{Point, Settled, settle};
use super::store::{self, Carried, Control};
use crate::claims;
use crate::claims::ack_state::{Level, Outcome};
use crate::claims::claim::AnswerKind;
use crate::documents::exchange;
use crate::entity::claim_batch::Model as Batch;
use crate::entity::partner::Model as Partner;
use crate::error::Result;
use crate::work::Work;
use crate::x12::ack_999::{Ack999, SegmentError, Ta1, TransactionAnswer, Verdict as Receipt};
use crate::x12::claim_837p::wire_number;
use crate::x12::claims_at::Places;
use crate::x12::envelope::same_control;
use crate::x12::segment::Reader;
use crate::x12::status_277ca::{self, Verdict};
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What a file says of one thing, and what that did.
#[derive(Clone, Debug)]
pub struct Item {
    pub level: Level,
    pub number: String,
    pub said: AnswerKind,
    pub outcome: Outcome,
    pub words: Option<String>,
    pub code: Option<String>,
    pub source: Option<String>,
    pub why: Option<String>,
    pub on: NaiveDate,
    pub batch_id: Option<i64>,
    pub claim_id: Option<i64>,
}

/// A batch that the file is about, with the claims it carried.
struct Ours {
    batch: Batch,
    carried: Vec<Carried>,
}

/// A file on its way into the database.
struct Landing<'w, 'a> {
    work: &'w Work<'a>,
    partners: Vec<Partner>,
    batches: BTreeMap<i64, Ours>,
    items: Vec<Item>,
    points: Vec<Point>,
}

/// Lands everything that a file says, in the transaction that keeps the file.
pub async fn land(work: &Work<'_>, file_id: i64, told: &Told) -> Result<Settled> {
    let partners = store::partners(&work.tx).await?;
    let mut landing = Landing { work, partners, batches: BTreeMap::new(), items: Vec::new(), points: Vec::new() };
    for ta1 in &told.acks.ta1s {
        landing.interchange(ta1).await?;
    }
    for group in &told.acks.groups {
        landing.group(group).await?;
    }
    landing.statuses(&told.statuses).await?;
    let Landing { batches, items, points, .. } = landing;
    settle(work, file_id, items, points, batches.into_values().map(|o| o.batch).collect()).await
}

impl Landing<'_, '_> {
    /// An answer's day, never a later one than today.
    fn day(&self, on: Option<NaiveDate>) -> NaiveDate {
        on.unwrap_or(self.work.today()).min(self.work.today())
    }

    /// Who may have sent this: those whose ids are the speaker's, else those who know us by the name it speaks to.
    fn speakers(&self, from: &str, to: &str) -> Vec<i64> {
        let by = |ids: fn(&Partner) -> [&str; 3], id: &str| {
            let same = |p: &&Partner| ids(p).into_iter().any(|known| same_id(known, id));
            self.partners.iter().filter(same).map(|p| p.id).collect::<Vec<_>>()
        };
        let named = by(|p| [&p.receiver_id, &p.group_receiver, &p.receiver_code], from);
        if named.is_empty() { by(|p| [&p.sender_id, &p.group_sender, &p.submitter_id], to) } else { named }
    }

    /// The one batch of these partners under a number; none where several could be meant.
    async fn batch_by(&mut self, from: &str, to: &str, number: &str, control: fn(i64) -> Control) -> Result<Option<i64>> {
        let Ok(n) = number.trim().parse::<i64>() else { return Ok(None) };
        let found = store::batches_by(&self.work.tx, self.speakers(from, to), control(n)).await?;
        match <[Batch; 1]>::try_from(found) {
            Ok([batch]) => self.keep(batch).await.map(Some),
            Err(_) => Ok(None),
        }
    }

    /// Holds a batch until the end of the work, with what it carried.
    async fn keep(&mut self, batch: Batch) -> Result<i64> {
        let id = batch.id;
        if !self.batches.contains_key(&id) {
            let held = crate::db::hold::<crate::entity::claim_batch::Entity>(&self.work.tx, id).await?.unwrap_or(batch);
            let carried = store::carried(&self.work.tx, id).await?;
            self.batches.insert(id, Ours { batch: held, carried });
        }
        Ok(id)
    }

    fn carried(&self, batch_id: i64) -> &[Carried] {
        self.batches.get(&batch_id).map_or(&[], |o| &o.carried)
    }

    fn item(&mut self, (level, number): (Level, &str), said: AnswerKind, on: NaiveDate, batch_id: Option<i64>, words: Words, source: &str) {
        let outcome = match batch_id {
            None => Outcome::Unknown,
            Some(_) if said == AnswerKind::Rejected => Outcome::Moved,
            Some(_) => Outcome::Kept,
        };
        let why = batch_id.is_none().then(|| format!("We know no {} of ours under this number with them", level.label().to_lowercase()));
        self.items.push(Item {
            level,
            number: number.into(),
            said,
            outcome,
            words: some(words.words),
            code: some(words.code),
            source: some(source.into()),
            why,
            on,
            batch_id,
            claim_id: None,
        });
    }

    /// TA1: a whole file of ours was taken, or not.
    async fn interchange(&mut self, ta1: &Ta1) -> Result<()> {
        let batch_id = self.batch_by(&ta1.from, &ta1.to, &ta1.interchange_control, Control::Interchange).await?;
        let said = match ta1.verdict {
            Receipt::Accepted => AnswerKind::Read,
            Receipt::AcceptedWithErrors | Receipt::Partly => AnswerKind::Warned,
            Receipt::Rejected => AnswerKind::Rejected,
            Receipt::Untold => AnswerKind::Told,
        };
        let words = match said {
            AnswerKind::Rejected => reading::ta1_words("The whole file was refused", &ta1.verdict_code, &ta1.note),
            AnswerKind::Warned => reading::ta1_words("The file was taken, with an error", &ta1.verdict_code, &ta1.note),
            _ => Words { words: String::new(), code: format!("TA1 {}:{}", ta1.verdict_code, ta1.note) },
        };
        let on = self.day(ta1.answered_on);
        self.item((Level::File, &ta1.interchange_control), said, on, batch_id, words.clone(), &ta1.from);
        if let (Some(id), AnswerKind::Rejected) = (batch_id, said) {
            let all: Vec<Point> = self.carried(id).iter().map(|c| point(c, id, said, on, words.clone(), &ta1.from)).collect();
            self.points.extend(all);
        }
        Ok(())
    }

    /// 999: the transactions of a group could be read, or not.
    async fn group(&mut self, group: &Ack999) -> Result<()> {
        let on = self.day(group.answered_on);
        let source = group.from.clone();
        let is_of_claims = group.group_kind.is_empty() || group.group_kind.eq_ignore_ascii_case("HC");
        let batch_id = match is_of_claims {
            true => self.batch_by(&group.from, &group.to, &group.group_control, Control::Group).await?,
            false => None,
        };
        let Some(id) = batch_id else {
            let code = format!("999 {}", group.verdict_code);
            let words = Words { words: String::new(), code };
            self.item((Level::Group, &group.group_control), of_receipt(group.verdict), on, None, words, &source);
            return Ok(());
        };
        let places = self.places(id, group).await?;
        let ours = self.transactions(id);
        for control in &ours {
            self.transaction(group, id, control, ours.len() == 1, &places, on);
        }
        let is_ours = |t: &&TransactionAnswer| ours.iter().any(|c| same_control(c, &t.control));
        for other in group.transactions.iter().filter(|t| !t.control.is_empty() && !is_ours(t)) {
            let words = Words { words: String::new(), code: format!("999 {}", other.verdict_code) };
            self.item((Level::Transaction, &other.control), of_receipt(other.verdict), on, None, words, &source);
        }
        Ok(())
    }

    /// The transactions of a batch, as they are numbered in its file.
    fn transactions(&self, batch_id: i64) -> Vec<String> {
        let named: BTreeSet<String> = self.carried(batch_id).iter().filter_map(|c| c.wire_transaction.clone()).collect();
        named.into_iter().collect()
    }

    /// Where the claims stand in the file as it left, for the positions that the answer names.
    async fn places(&self, batch_id: i64, group: &Ack999) -> Result<Places> {
        let errors = group.transactions.iter().flat_map(|t| &t.errors);
        let wanted: BTreeSet<u32> = errors.filter_map(|e| e.position).collect();
        let Some(ours) = self.batches.get(&batch_id).filter(|_| !wanted.is_empty()) else { return Ok(Places::default()) };
        let file = exchange::content(&self.work.tx, ours.batch.exchange_file_id).await?;
        Ok(Places::read(&mut Reader::new(file.content.as_slice()), &wanted).unwrap_or_default())
    }

    fn transaction(&mut self, group: &Ack999, batch_id: i64, control: &str, is_only: bool, places: &Places, on: NaiveDate) {
        let said = of_receipt(group.verdict_of(control));
        if said == AnswerKind::Told {
            return;
        }
        // An answer that names a transaction twice, or errors and no transaction, is about this one all the same.
        let about = |t: &&TransactionAnswer| same_control(&t.control, control) || (is_only && t.control.is_empty());
        let answers: Vec<&TransactionAnswer> = group.transactions.iter().filter(about).collect();
        let errors: Vec<&SegmentError> = answers.iter().flat_map(|t| &t.errors).collect();
        let touched = touched(self.carried(batch_id), &errors, places, &group.group_control, control);
        let verdict = if said == AnswerKind::Rejected { "R" } else { "E" };
        let code = code_of(verdict, &errors);
        let all: Vec<String> = errors.iter().flat_map(|e| reading::error_words(e, places, &group.group_control, control)).collect();
        let whole = match said {
            AnswerKind::Read => Words { words: String::new(), code: "999 A".into() },
            _ => reading::refused_words(group, answers.first().copied(), &all, code),
        };
        self.item((Level::Transaction, control), said, on, Some(batch_id), whole, &group.from);
        let mut points = Vec::new();
        for one in self.carried(batch_id).iter().filter(|c| c.wire_transaction.as_deref() == Some(control)) {
            let own = touched.get(&one.claim_id).map(Vec::as_slice).unwrap_or_default();
            let words: Vec<String> = own.iter().flat_map(|e| reading::error_words(e, places, &group.group_control, control)).collect();
            let (said, words) = match said {
                AnswerKind::Rejected => (said, reading::refused_words(group, answers.first().copied(), &words, code_of("R", own))),
                AnswerKind::Warned if !own.is_empty() => {
                    (said, reading::refused_words(group, answers.first().copied(), &words, code_of("E", own)))
                }
                _ => (AnswerKind::Read, Words { words: String::new(), code: "999 A".into() }),
            };
            points.push(point(one, batch_id, said, on, words, &group.from));
        }
        self.points.extend(points);
    }

    /// 277CA: what became of each claim.
    async fn statuses(&mut self, told: &status_277ca::Status277) -> Result<()> {
        let mut ours: Vec<Option<i64>> = Vec::with_capacity(told.batches.len());
        for batch in &told.batches {
            ours.push(self.batch_of(batch).await?);
        }
        let numbers: BTreeSet<String> = told.claims.iter().filter_map(|c| claims::number_of(&c.claim_number)).collect();
        let by_number = claims::store::by_numbers(&self.work.tx, numbers.into_iter().collect()).await?;
        let by_number: HashMap<String, i64> = by_number.into_iter().map(|(number, claim)| (number, claim.id)).collect();
        let by_wire: HashMap<(i64, String), Carried> =
            self.batches.iter().flat_map(|(id, o)| o.carried.iter().map(|c| ((*id, wire_number(&c.number)), c.clone()))).collect();
        let mut named: BTreeSet<(i64, i64)> = BTreeSet::new();
        let mut found: BTreeSet<usize> = BTreeSet::new();
        for claim in &told.claims {
            let batch_id = ours.get(claim.batch).copied().flatten();
            let carried = batch_id.and_then(|id| by_wire.get(&(id, wire_number(&claim.claim_number))));
            let claim_id = carried.map(|c| c.claim_id).or_else(|| by_number.get(&claims::number_of(&claim.claim_number)?).copied());
            named.extend(batch_id.zip(claim_id));
            let on = self.day(reading::day_of(told, claim, told.verdict(claim)));
            let batch_id = batch_id.filter(|_| carried.is_some());
            found.extend(claim_id.map(|_| claim.batch));
            self.points.push(of_claim(told, claim, claim_id, carried.map(|c| c.transmission_id), batch_id, on));
        }
        for (at, (batch, id)) in told.batches.iter().zip(&ours).enumerate() {
            self.whole_batch(batch, *id, &named);
            // Some answer under a reference of their own; the claims' numbers say enough.
            if let Some(item) = self.items.last_mut().filter(|_| id.is_none() && found.contains(&at)) {
                item.outcome = Outcome::Kept;
                item.why = Some("The reference is not one of ours. Its claims are looked for by their numbers".into());
            }
        }
        Ok(())
    }

    /// The batch under the reference that comes back: our BHT03, or our ST02.
    async fn batch_of(&mut self, batch: &status_277ca::Batch) -> Result<Option<i64>> {
        let reference = batch.reference.trim();
        for reference in [reference.to_string(), reference.to_ascii_uppercase()] {
            if let Some(found) = store::batch_by_reference(&self.work.tx, &reference).await? {
                return self.keep(found).await.map(Some);
            }
        }
        self.batch_by(&batch.from, &batch.to, reference, Control::Transaction).await
    }

    /// The transaction that a reference names, where a batch has several and it is not the reference of them all.
    fn transaction_of(&self, batch_id: i64, reference: &str) -> Option<String> {
        let whole = &self.batches.get(&batch_id)?.batch.reference;
        let all = self.transactions(batch_id);
        let is_part = all.len() > 1 && !whole.eq_ignore_ascii_case(reference.trim());
        all.into_iter().find(|control| is_part && same_control(control, reference))
    }

    /// What is said of a batch as a whole. One that is refused takes its claims along, but for those that it names.
    fn whole_batch(&mut self, batch: &status_277ca::Batch, id: Option<i64>, named: &BTreeSet<(i64, i64)>) {
        let on = self.day(batch.processed_on.or(batch.answered_on));
        let source = name_of(batch);
        let said = if batch.is_refused() { AnswerKind::Rejected } else { AnswerKind::Acknowledged };
        let mut words = reading::stc_words(&batch.stcs);
        if said != AnswerKind::Rejected {
            words.words = String::new();
        }
        let one_of = id.and_then(|id| self.transaction_of(id, &batch.reference));
        let about = match &one_of {
            Some(control) if said == AnswerKind::Rejected => (Level::Transaction, control.as_str()),
            _ => (Level::Batch, batch.reference.as_str()),
        };
        self.item(about, said, on, id, words.clone(), &source);
        let Some(id) = id else { return };
        let is_within = |c: &Carried| one_of.as_ref().is_none_or(|control| c.wire_transaction.as_ref() == Some(control));
        let refused = batch.providers.iter().filter(|p| p.is_refused());
        let refused: Vec<(&str, Words)> = refused.map(|p| (p.provider.id.as_str(), reading::stc_words(&p.stcs))).collect();
        let mut points = Vec::new();
        for one in self.carried(id).iter().filter(|c| is_within(c) && !named.contains(&(id, c.claim_id))) {
            let of_provider = refused.iter().find(|(npi, _)| one.billing_npi.as_deref() == Some(*npi)).map(|(_, words)| words.clone());
            let why = if said == AnswerKind::Rejected { Some(words.clone()) } else { of_provider };
            points.extend(why.map(|why| point(one, id, AnswerKind::Rejected, on, why, &source)));
        }
        self.points.extend(points);
    }
}

/// The claims that errors of a transaction touch, each with its errors: by CTX where it names one of ours, else by position.
fn touched<'e>(
    carried: &[Carried],
    errors: &[&'e SegmentError],
    places: &Places,
    group: &str,
    control: &str,
) -> HashMap<i64, Vec<&'e SegmentError>> {
    let by_number: HashMap<String, i64> =
        carried.iter().filter(|c| c.wire_transaction.as_deref() == Some(control)).map(|c| (wire_number(&c.number), c.claim_id)).collect();
    let mut found: HashMap<i64, Vec<&SegmentError>> = HashMap::new();
    for error in errors {
        let named = error.claim_number.as_deref().and_then(|n| by_number.get(&wire_number(n)).copied());
        let ids: Vec<i64> = match (named, error.position) {
            (Some(id), _) => vec![id],
            (None, Some(at)) => {
                let there = places.claims_at(group, control, at);
                there.iter().filter_map(|n| by_number.get(&wire_number(n)).copied()).collect()
            }
            (None, None) => Vec::new(),
        };
        for id in ids {
            found.entry(id).or_default().push(error);
        }
    }
    found
}

fn of_receipt(verdict: Receipt) -> AnswerKind {
    match verdict {
        Receipt::Accepted => AnswerKind::Read,
        Receipt::AcceptedWithErrors => AnswerKind::Warned,
        Receipt::Rejected => AnswerKind::Rejected,
        Receipt::Partly | Receipt::Untold => AnswerKind::Told,
    }
}

fn of_verdict(verdict: Verdict) -> AnswerKind {
    match verdict {
        Verdict::Forwarded => AnswerKind::Forwarded,
        Verdict::Received => AnswerKind::Acknowledged,
        Verdict::Accepted | Verdict::Split => AnswerKind::Accepted,
        Verdict::Rejected => AnswerKind::Rejected,
        Verdict::NotFound => AnswerKind::NotFound,
        Verdict::Other => AnswerKind::Told,
    }
}

fn name_of(batch: &status_277ca::Batch) -> String {
    [&batch.source.name, &batch.source.id, &batch.from].into_iter().find(|n| !n.is_empty()).cloned().unwrap_or_default()
}

fn some(text: String) -> Option<String> {
    Some(text).filter(|t| !t.is_empty())
}

/// What is said of a claim by what is said of its file.
fn point(carried: &Carried, batch_id: i64, said: AnswerKind, on: NaiveDate, words: Words, source: &str) -> Point {
    Point {
        claim_id: Some(carried.claim_id),
        transmission_id: Some(carried.transmission_id),
        batch_id: Some(batch_id),
        number: carried.number.clone(),
        said,
        on,
        words: some(words.words),
        code: some(words.code),
        source: some(source.into()),
        ..Point::default()
    }
}

fn of_claim(
    told: &status_277ca::Status277,
    claim: &status_277ca::Claim,
    claim_id: Option<i64>,
    transmission_id: Option<i64>,
    batch_id: Option<i64>,
    on: NaiveDate,
) -> Point {
    let verdict = told.verdict(claim);
    let batch = told.batches.get(claim.batch);
    let provider = batch.zip(claim.provider).and_then(|(batch, at)| batch.providers.get(at));
    let own = claim.all_stcs().next().is_some();
    let words = match (own, provider, batch) {
        (true, ..) => reading::status_words(claim, verdict),
        (false, Some(provider), _) if provider.is_refused() => reading::stc_words(&provider.stcs),
        (false, _, Some(batch)) => reading::stc_words(&batch.stcs),
        (false, _, None) => Words::default(),
    };
    Point {
        claim_id,
        transmission_id,
        batch_id,
        number: claim.claim_number.clone(),
        said: of_verdict(verdict),
        on,
        words: some(words.words),
        code: some(words.code),
        source: batch.map(name_of).and_then(some),
        payer_no: some(claim.payer_claim_no.trim().to_string()),
        house_no: some(claim.clearinghouse_no.trim().to_string()),
        patient: some(claim.patient.last.to_string()),
        charge_cents: claim.stcs.iter().find_map(|s| s.charge_cents),
    }
}
