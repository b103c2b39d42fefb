//! 277CA (005010X214): what a clearinghouse or payer did with each claim of a batch before anybody decided it.
//! Claims come one at a time, so that a file of any size needs the memory of one claim. Loops that an answer leaves out are done without.

use super::codes;
use super::envelope::{Envelope, EnvelopeFault};
use super::segment::{Reader, Segment, X12Error, day};
use super::told::{Private, short};
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::BTreeSet;
use std::io::Read;

/// Lines and statuses of one claim; an 837P claim has at most 50 lines.
const MOST_OF_A_CLAIM: usize = 2_000;
/// Batches, providers and their statuses in one file.
const MOST_OF_A_FILE: usize = 20_000;

/// Everything that one file answers.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Status277 {
    pub batches: Vec<Batch>,
    pub claims: Vec<Claim>,
    /// Transactions of other kinds in the same file, like `999`; they were not read here.
    pub others: BTreeSet<String>,
    #[serde(skip)]
    pub faults: Vec<EnvelopeFault>,
}

/// The answer to one batch of ours (loops 2100A to 2200B).
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Batch {
    /// ISA06 of the answer, ST02, GS08.
    pub from: String,
    pub control: String,
    pub version: String,
    /// BHT03 and BHT04 of the answer.
    pub answer_reference: String,
    pub answered_on: Option<NaiveDate>,
    /// The payer or clearinghouse that speaks, and when it received and processed the batch.
    pub source: Party,
    pub received_on: Option<NaiveDate>,
    pub processed_on: Option<NaiveDate>,
    /// Whom it tells: us.
    pub receiver: Party,
    /// TRN02 at the receiver: our BHT03, or our ST02.
    pub reference: String,
    pub stcs: Vec<Stc>,
    pub totals: Totals,
    pub providers: Vec<ProviderAnswer>,
}

/// What is said of one billing provider as a whole (loop 2200C).
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ProviderAnswer {
    pub provider: Party,
    pub reference: String,
    pub stcs: Vec<Stc>,
    pub totals: Totals,
}

/// Who an NM1 names, other than a patient.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Party {
    /// NM101, like `PR` payer or `AY` clearinghouse.
    pub entity: String,
    pub name: String,
    pub id_qualifier: String,
    pub id: String,
}

/// Counts and charges, as far as they are told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    pub accepted: Option<i64>,
    pub rejected: Option<i64>,
    pub accepted_cents: Option<i64>,
    pub rejected_cents: Option<i64>,
}

/// The answer to one claim (loops 2000D to 2220D).
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Claim {
    /// Its batch among `batches`, and its provider among the batch's.
    pub batch: usize,
    pub provider: Option<usize>,
    /// TRN02: our claim number as it travelled, or whatever came back.
    pub claim_number: String,
    pub patient: Patient,
    pub stcs: Vec<Stc>,
    /// REF*1K: replacement and void need it.
    pub payer_claim_no: String,
    /// REF*D9.
    pub clearinghouse_no: String,
    /// REF*BLT.
    pub bill_type: String,
    pub service_from: Option<NaiveDate>,
    pub service_to: Option<NaiveDate>,
    pub lines: Vec<Line>,
    /// Its segments in the file: the first byte, and the byte behind the last.
    pub raw: (u64, u64),
}

/// The patient as the answer names them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Patient {
    pub last: Private,
    pub first: Private,
    pub middle: Private,
    pub id_qualifier: String,
    pub id: Private,
}

/// A service line.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Line {
    /// REF*FJ: our REF*6R.
    pub number: String,
    pub code: String,
    pub modifiers: Vec<String>,
    pub charge_cents: Option<i64>,
    pub service_from: Option<NaiveDate>,
    pub service_to: Option<NaiveDate>,
    pub stcs: Vec<Stc>,
}

/// One STC: up to three codes, when, and what it does.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Stc {
    /// STC01, STC10 and STC11.
    pub codes: Vec<StatusCode>,
    pub day: Option<NaiveDate>,
    pub action: Action,
    pub charge_cents: Option<i64>,
    /// STC12: free text, which may name anybody.
    pub text: Private,
}

/// What happened, why, and about whom.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct StatusCode {
    pub category: String,
    pub status: String,
    pub entity: String,
}

/// STC03.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// WQ
    Accept,
    /// U
    Reject,
    #[default]
    Untold,
    Other(String),
}

/// What an answer means for the claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// A0: passed on to another entity. The claim stays submitted.
    Forwarded,
    /// A1: received, not yet accepted.
    Received,
    /// A2: accepted for adjudication.
    Accepted,
    /// A3, A6, A7, A8 or U, anywhere on the claim or its lines. It never existed at the payer, and the filing clock runs on.
    Rejected,
    /// A4: they have no such claim.
    NotFound,
    /// A5: accepted, and split into several.
    Split,
    /// A status of the full 276/277, one that we do not know, or none.
    Other,
}

impl Claim {
    /// What all that is said about the claim comes to.
    pub fn verdict(&self) -> Verdict {
        let of_lines = || self.lines.iter().flat_map(|l| &l.stcs);
        match verdict(self.stcs.iter().chain(of_lines())) {
            Verdict::Rejected => Verdict::Rejected,
            _ if self.stcs.is_empty() => verdict(of_lines()),
            _ => verdict(&self.stcs),
        }
    }

    /// All statuses: of the claim, then of its lines.
    pub fn all_stcs(&self) -> impl Iterator<Item = &Stc> {
        self.stcs.iter().chain(self.lines.iter().flat_map(|l| &l.stcs))
    }

    /// Something is told about it.
    fn says_something(&self) -> bool {
        !(self.claim_number.is_empty() && self.stcs.is_empty() && self.lines.is_empty() && self.payer_claim_no.is_empty())
    }
}

/// Rejected before all; then the furthest that is said.
fn verdict<'a>(stcs: impl IntoIterator<Item = &'a Stc>) -> Verdict {
    let rank = |v: &Verdict| match v {
        Verdict::Rejected => 6,
        Verdict::Split => 5,
        Verdict::Accepted => 4,
        Verdict::Received => 3,
        Verdict::Forwarded => 2,
        Verdict::NotFound => 1,
        Verdict::Other => 0,
    };
    stcs.into_iter().flat_map(Stc::verdicts).max_by_key(rank).unwrap_or(Verdict::Other)
}

impl Stc {
    fn verdicts(&self) -> impl Iterator<Item = Verdict> {
        let refused = (self.action == Action::Reject).then_some(Verdict::Rejected);
        refused.into_iter().chain(self.codes.iter().map(StatusCode::verdict))
    }

    /// It refuses, by its action or by one of its codes.
    pub fn rejects(&self) -> bool {
        self.verdicts().any(|v| v == Verdict::Rejected)
    }
}

impl StatusCode {
    fn verdict(&self) -> Verdict {
        match self.category.to_ascii_uppercase().as_str() {
            "A0" => Verdict::Forwarded,
            "A1" => Verdict::Received,
            "A2" => Verdict::Accepted,
            "A3" | "A6" | "A7" | "A8" => Verdict::Rejected,
            "A4" => Verdict::NotFound,
            "A5" => Verdict::Split,
            _ => Verdict::Other,
        }
    }

    /// In our words, the codes behind: `rejected, something is not valid: NPI (billing provider) [A7:562:85]`.
    pub fn words(&self) -> String {
        codes::status_words(&self.category, &self.status, &self.entity)
    }
}

impl Batch {
    /// The batch is refused as a whole: each claim of ours in it that the answer does not name is rejected.
    pub fn is_refused(&self) -> bool {
        is_refused(&self.stcs, &self.totals)
    }
}

impl ProviderAnswer {
    /// All claims of the provider are refused, named or not.
    pub fn is_refused(&self) -> bool {
        is_refused(&self.stcs, &self.totals)
    }
}

/// A refusal beside a count of accepted claims is a summary: then each claim speaks for itself.
fn is_refused(stcs: &[Stc], totals: &Totals) -> bool {
    verdict(stcs) == Verdict::Rejected && totals.accepted.unwrap_or(0) == 0
}

impl Status277 {
    /// Nothing is missing from the file. Of a file that was cut off, the claims that were read still count.
    pub fn is_whole(&self) -> bool {
        !self.faults.iter().any(EnvelopeFault::is_fatal)
    }

    /// The verdict of a claim, and that of its provider or batch where nothing is said of the claim itself.
    pub fn verdict(&self, claim: &Claim) -> Verdict {
        let batch = self.batches.get(claim.batch);
        let provider = batch.zip(claim.provider).and_then(|(batch, at)| batch.providers.get(at));
        let refused = batch.is_some_and(Batch::is_refused) || provider.is_some_and(ProviderAnswer::is_refused);
        if refused && claim.all_stcs().next().is_none() { Verdict::Rejected } else { claim.verdict() }
    }
}

/// Reads a whole file into memory.
pub fn read<R: Read>(reader: &mut Reader<R>) -> Status277 {
    let mut statuses = Statuses::new(reader);
    let mut claims = Vec::new();
    // What stops the reading is among the faults.
    while let Ok(Some(claim)) = statuses.next_claim() {
        claims.push(claim);
    }
    Status277 { claims, ..statuses.finish() }
}

/// Reads a file claim by claim.
pub struct Statuses<'r, R> {
    reader: &'r mut Reader<R>,
    envelope: Envelope,
    listener: Listener,
}

impl<'r, R: Read> Statuses<'r, R> {
    pub fn new(reader: &'r mut Reader<R>) -> Self {
        Self { reader, envelope: Envelope::default(), listener: Listener::default() }
    }

    /// The next claim; nothing at the end. A claim is told once the segment behind it was read, so a cut never halves one.
    pub fn next_claim(&mut self) -> Result<Option<Claim>, X12Error> {
        while let Some(segment) = self.envelope.next(self.reader) {
            match self.listener.take(&segment, &mut self.envelope) {
                Ok(None) => {}
                Ok(claim) => return Ok(claim),
                Err(error) => self.envelope.fail(error),
            }
        }
        self.listener.claim = None;
        match self.envelope.take_failure() {
            Some(error) => Err(error),
            None => Ok(None),
        }
    }

    /// The batches named so far; a claim's `batch` counts in it.
    pub fn batches(&self) -> &[Batch] {
        &self.listener.batches
    }

    /// All but the claims, which were told before.
    pub fn finish(self) -> Status277 {
        Status277 { batches: self.listener.batches, claims: Vec::new(), others: self.listener.others, faults: self.envelope.finish() }
    }
}

/// Where in the hierarchy we are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd)]
enum Level {
    #[default]
    Head,
    Source,
    Receiver,
    Provider,
    Patient,
}

#[derive(Debug, Default)]
struct Listener {
    level: Level,
    /// What the head of the transaction and its source say, for each batch that follows.
    head: Batch,
    has_batch: bool,
    batches: Vec<Batch>,
    claim: Option<Claim>,
    others: BTreeSet<String>,
    of_file: usize,
    of_claim: usize,
}

impl Listener {
    /// Takes a segment, and gives the claim that it ends.
    fn take(&mut self, segment: &Segment<'_>, envelope: &mut Envelope) -> Result<Option<Claim>, X12Error> {
        match segment.id() {
            "ISA" | "GS" | "SE" | "GE" | "IEA" => return Ok(self.close()),
            "ST" => return Ok(self.begin(segment, envelope)),
            _ if envelope.transaction().is_none_or(|t| t.kind != "277") => return Ok(None),
            "HL" => return self.enter(level(segment.get(3)), segment),
            "NM1" => return self.name(segment),
            "TRN" if self.level == Level::Patient => return Ok(self.claim_number(segment)),
            "BHT" => {
                self.head.answer_reference = short(segment.get(3));
                self.head.answered_on = known(segment.day(4), envelope);
            }
            "TRN" => self.reference(segment)?,
            "STC" => self.status(segment, envelope)?,
            "QTY" => self.quantity(segment, envelope)?,
            "AMT" => self.amount(segment, envelope)?,
            "DTP" => self.days(segment, envelope),
            "REF" => self.number(segment),
            "SVC" => self.line(segment, envelope)?,
            _ => {}
        }
        if let Some(claim) = &mut self.claim {
            claim.raw.1 = segment.end;
        }
        Ok(None)
    }

    fn begin(&mut self, segment: &Segment<'_>, envelope: &Envelope) -> Option<Claim> {
        let ended = self.close();
        self.level = Level::Head;
        self.has_batch = false;
        self.head = Batch {
            from: envelope.interchange().map(|i| i.sender.clone()).unwrap_or_default(),
            control: short(segment.get(2)),
            version: envelope.version().to_string(),
            ..Batch::default()
        };
        if segment.get(1) != "277" && self.others.len() < 20 {
            self.others.insert(short(segment.get(1)));
        }
        ended
    }

    fn enter(&mut self, level: Level, segment: &Segment<'_>) -> Result<Option<Claim>, X12Error> {
        let ended = self.close();
        self.level = level;
        match level {
            Level::Head => {}
            Level::Source => {
                self.has_batch = false;
                self.head.source = Party::default();
            }
            Level::Receiver => {
                self.has_batch = false;
                self.batch(segment)?;
            }
            Level::Provider => {
                self.count(segment)?;
                self.batch(segment)?.providers.push(ProviderAnswer::default());
            }
            Level::Patient => self.open(Patient::default(), segment)?,
        }
        Ok(ended)
    }

    /// The name decides the level too, where the HL before it was left out.
    fn name(&mut self, segment: &Segment<'_>) -> Result<Option<Claim>, X12Error> {
        let told = match segment.get(1) {
            "QC" => Level::Patient,
            "41" => Level::Receiver,
            "85" => Level::Provider,
            "PR" | "AY" => Level::Source,
            _ => self.level,
        };
        let is_known = self.claim.as_ref().is_some_and(|c| c.says_something() || !c.patient.last.is_empty());
        let missed = told > self.level || (segment.get(1) == "QC" && is_known);
        let ended = if missed { self.enter(told, segment)? } else { None };
        match self.level {
            Level::Head => {}
            Level::Source => self.head.source = party(segment),
            Level::Receiver => self.batch(segment)?.receiver = party(segment),
            Level::Provider => {
                if let Some(answer) = self.batch(segment)?.providers.last_mut() {
                    answer.provider = party(segment);
                }
            }
            Level::Patient => {
                if let Some(claim) = &mut self.claim {
                    claim.patient = patient(segment);
                    claim.raw.1 = segment.end;
                }
            }
        }
        Ok(ended)
    }

    /// A patient with several claims has a TRN for each.
    fn claim_number(&mut self, segment: &Segment<'_>) -> Option<Claim> {
        let open = self.claim.as_mut()?;
        if !open.says_something() {
            open.claim_number = short(segment.get(2));
            open.raw.1 = segment.end;
            return None;
        }
        let next = Claim {
            batch: open.batch,
            provider: open.provider,
            claim_number: short(segment.get(2)),
            patient: open.patient.clone(),
            raw: (segment.offset, segment.end),
            ..Claim::default()
        };
        let ended = self.close();
        self.claim = Some(next);
        ended
    }

    fn reference(&mut self, segment: &Segment<'_>) -> Result<(), X12Error> {
        let reference = match self.level {
            Level::Receiver => &mut self.batch(segment)?.reference,
            Level::Provider => match self.batch(segment)?.providers.last_mut() {
                Some(answer) => &mut answer.reference,
                None => return Ok(()),
            },
            _ => return Ok(()),
        };
        if reference.is_empty() {
            *reference = short(segment.get(2));
        }
        Ok(())
    }

    fn status(&mut self, segment: &Segment<'_>, envelope: &mut Envelope) -> Result<(), X12Error> {
        let stc = stc(segment, envelope);
        match self.level {
            Level::Patient => {
                self.count_of_claim(segment)?;
                let Some(claim) = &mut self.claim else { return Ok(()) };
                match claim.lines.last_mut() {
                    Some(line) => line.stcs.push(stc),
                    None => claim.stcs.push(stc),
                }
            }
            Level::Receiver => {
                self.count(segment)?;
                self.batch(segment)?.stcs.push(stc);
            }
            Level::Provider => {
                self.count(segment)?;
                if let Some(answer) = self.batch(segment)?.providers.last_mut() {
                    answer.stcs.push(stc);
                }
            }
            Level::Head | Level::Source => envelope.misplaced(segment.error("a status stands before any batch or claim")),
        }
        Ok(())
    }

    fn quantity(&mut self, segment: &Segment<'_>, envelope: &mut Envelope) -> Result<(), X12Error> {
        let count = known(segment.number(2), envelope);
        let Some(totals) = self.totals(segment)? else { return Ok(()) };
        match segment.get(1) {
            "90" | "QA" => totals.accepted = count,
            "AA" | "QC" => totals.rejected = count,
            _ => {}
        }
        Ok(())
    }

    fn amount(&mut self, segment: &Segment<'_>, envelope: &mut Envelope) -> Result<(), X12Error> {
        let cents = dollars(segment, 2, envelope);
        let Some(totals) = self.totals(segment)? else { return Ok(()) };
        match segment.get(1) {
            "YU" => totals.accepted_cents = cents,
            "YY" => totals.rejected_cents = cents,
            _ => {}
        }
        Ok(())
    }

    fn totals(&mut self, segment: &Segment<'_>) -> Result<Option<&mut Totals>, X12Error> {
        Ok(match self.level {
            Level::Receiver => Some(&mut self.batch(segment)?.totals),
            Level::Provider => self.batch(segment)?.providers.last_mut().map(|answer| &mut answer.totals),
            _ => None,
        })
    }

    fn days(&mut self, segment: &Segment<'_>, envelope: &mut Envelope) {
        match (self.level, segment.get(1)) {
            (Level::Source, "050") => self.head.received_on = days(segment, envelope).0,
            (Level::Source, "009") => self.head.processed_on = days(segment, envelope).0,
            (Level::Patient, "472" | "232" | "434") => {
                let Some(claim) = &mut self.claim else { return };
                let days = days(segment, envelope);
                match claim.lines.last_mut() {
                    Some(line) => (line.service_from, line.service_to) = days,
                    None => (claim.service_from, claim.service_to) = days,
                }
            }
            _ => {}
        }
    }

    fn number(&mut self, segment: &Segment<'_>) {
        let Some(claim) = &mut self.claim else { return };
        let place = match segment.get(1) {
            "1K" => &mut claim.payer_claim_no,
            "D9" => &mut claim.clearinghouse_no,
            "BLT" => &mut claim.bill_type,
            // The full 277 names our claim here.
            "EJ" if claim.claim_number.is_empty() => &mut claim.claim_number,
            "FJ" => match claim.lines.last_mut() {
                Some(line) => &mut line.number,
                None => return,
            },
            _ => return,
        };
        *place = short(segment.get(2));
    }

    fn line(&mut self, segment: &Segment<'_>, envelope: &mut Envelope) -> Result<(), X12Error> {
        self.count_of_claim(segment)?;
        let Some(claim) = &mut self.claim else { return Ok(()) };
        claim.lines.push(Line {
            code: short(segment.part(1, 2)),
            modifiers: segment.parts(1).skip(2).take(4).filter(|m| !m.is_empty()).map(short).collect(),
            charge_cents: dollars(segment, 2, envelope),
            ..Line::default()
        });
        Ok(())
    }

    fn open(&mut self, patient: Patient, segment: &Segment<'_>) -> Result<(), X12Error> {
        let provider = self.batch(segment)?.providers.len().checked_sub(1);
        let batch = self.batches.len() - 1;
        self.claim = Some(Claim { batch, provider, patient, raw: (segment.offset, segment.end), ..Claim::default() });
        Ok(())
    }

    /// The claim that was told, unless nothing was told.
    fn close(&mut self) -> Option<Claim> {
        self.of_claim = 0;
        self.claim.take().filter(Claim::says_something)
    }

    /// The batch that is told; begun here where its loop was left out.
    fn batch(&mut self, segment: &Segment<'_>) -> Result<&mut Batch, X12Error> {
        if !self.has_batch || self.batches.is_empty() {
            self.count(segment)?;
            self.batches.push(self.head.clone());
            self.has_batch = true;
        }
        let last = self.batches.len() - 1;
        Ok(&mut self.batches[last])
    }

    fn count(&mut self, segment: &Segment<'_>) -> Result<(), X12Error> {
        self.of_file += 1;
        if self.of_file > MOST_OF_A_FILE {
            return Err(segment.error(format!("more than {MOST_OF_A_FILE} batches, providers and statuses of theirs in one file")));
        }
        Ok(())
    }

    fn count_of_claim(&mut self, segment: &Segment<'_>) -> Result<(), X12Error> {
        self.of_claim += 1;
        if self.of_claim > MOST_OF_A_CLAIM {
            return Err(segment.error(format!("more than {MOST_OF_A_CLAIM} lines and statuses of one claim")));
        }
        Ok(())
    }
}

fn level(code: &str) -> Level {
    match code {
        "20" => Level::Source,
        "21" => Level::Receiver,
        "19" => Level::Provider,
        // PT in a 277CA; subscriber and dependent in the full 277.
        "PT" | "22" | "23" => Level::Patient,
        _ => Level::Head,
    }
}

fn party(segment: &Segment<'_>) -> Party {
    let name = [3, 4].into_iter().filter_map(|n| segment.some(n)).collect::<Vec<_>>().join(", ");
    Party { entity: short(segment.get(1)), name: short(&name), id_qualifier: short(segment.get(8)), id: short(segment.get(9)) }
}

fn patient(segment: &Segment<'_>) -> Patient {
    Patient {
        last: Private::new(segment.get(3)),
        first: Private::new(segment.get(4)),
        middle: Private::new(segment.get(5)),
        id_qualifier: short(segment.get(8)),
        id: Private::new(segment.get(9)),
    }
}

fn stc(segment: &Segment<'_>, envelope: &mut Envelope) -> Stc {
    let code = |n| StatusCode { category: short(segment.part(n, 1)), status: short(segment.part(n, 2)), entity: short(segment.part(n, 3)) };
    Stc {
        codes: [1, 10, 11].into_iter().filter(|n| segment.some(*n).is_some()).map(code).collect(),
        day: known(segment.day(2), envelope),
        action: match segment.get(3) {
            "WQ" => Action::Accept,
            "U" => Action::Reject,
            "" => Action::Untold,
            other => Action::Other(short(other)),
        },
        charge_cents: dollars(segment, 4, envelope),
        text: Private::new(segment.get(12)),
    }
}

/// A day, or the first and the last of a range.
fn days(segment: &Segment<'_>, envelope: &mut Envelope) -> (Option<NaiveDate>, Option<NaiveDate>) {
    let text = segment.get(3);
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    // A time may follow the day (DTP02 DT).
    let plain = |text: &str| day(text.trim().get(..8).unwrap_or(text.trim()));
    let read = (plain(first), plain(last));
    if !text.is_empty() && (read.0.is_none() || read.1.is_none()) {
        envelope.note(segment.wrong(3, "this is no day and no range of days"));
    }
    read
}

fn dollars(segment: &Segment<'_>, n: usize, envelope: &mut Envelope) -> Option<i64> {
    segment.some(n)?;
    known(segment.cents(n).map(Some), envelope)
}

/// A value that cannot be read is noted and left out: the answer counts without it.
fn known<T>(read: Result<Option<T>, X12Error>, envelope: &mut Envelope) -> Option<T> {
    read.unwrap_or_else(|error| {
        envelope.note(error);
        None
    })
}

#[cfg(test)]
mod tests {
    use super::super::mangle::{ISA, each_cut, mangled};
    use super::*;

    const GS: &str = "GS*HN*PAYER*CEDARTIDE*20261126*0700*5*X*005010X214~";
    const HEAD: &str = concat!(
        "BHT*0085*08*ANSWER7*20261126*0700*TH~",
        "HL*1**20*1~NM1*PR*2*HARBOR MUTUAL*****PI*90001~TRN*1*SRC1~DTP*050*D8*20261125~DTP*009*D8*20261126~",
        "HL*2*1*21*1~NM1*41*2*CEDAR AND TIDE MASSAGE*****46*CEDARTIDE~TRN*2*BATCH0042~STC*A1:19:PR*20261126*WQ*360~QTY*90*2~QTY*AA*1~AMT*YU*240~AMT*YY*120~",
        "HL*3*2*19*1~NM1*85*2*CEDAR AND TIDE MASSAGE*****XX*2000000004~TRN*1*P1~STC*A1:19:85**WQ*360~QTY*QA*2~QTY*QC*1~AMT*YU*240~AMT*YY*120~",
    );
    const ACCEPTED: &str = concat!(
        "HL*4*3*PT~NM1*QC*1*WHITFIELD*DANA*Q***MI*W000000001~TRN*2*C202600311~STC*A2:20:PR*20261126*WQ*120~",
        "REF*1K*PAYER555~REF*D9*HOUSE777~REF*BLT*11:B:1~DTP*472*D8*20261103~",
    );
    const REJECTED: &str = concat!(
        "HL*5*3*PT~NM1*QC*1*FIELD*ROWAN****MI*W000000002~TRN*2*C202600312~",
        "STC*A7:562:DN*20261126*U*120******A6:164:IL*A3:21*REFERRING NPI FOR FIELD~DTP*472*RD8*20261103-20261105~",
        "SVC*HC:97124:GP*60*****4~STC*A7:453*20261126*U~REF*FJ*1~DTP*472*D8*20261103~",
        "SVC*HC:97140*60*****2~STC*A1:19*20261126*WQ~REF*FJ*2~",
    );

    fn read(file: impl AsRef<[u8]>) -> Status277 {
        super::read(&mut Reader::new(file.as_ref()))
    }

    fn file(inner: &str) -> String {
        let count = inner.matches('~').count() + 2;
        format!("{ISA}{GS}ST*277*0001*005010X214~{inner}SE*{count}*0001~GE*1*5~IEA*1*000000001~")
    }

    fn two() -> String {
        file(&format!("{HEAD}{ACCEPTED}{REJECTED}"))
    }

    /// A claim with the statuses of these STC.
    fn claim(stcs: &str) -> Claim {
        let told = read(file(&format!("{HEAD}HL*4*3*PT~NM1*QC*1*FIELD*ROWAN~TRN*2*C1~{stcs}")));
        told.claims.into_iter().next().expect("a claim")
    }

    #[test]
    fn a_batch_tells_who_speaks_about_which_batch_and_how_much() {
        let told = read(two());
        assert_eq!(told.faults, []);
        let [batch] = &told.batches[..] else { panic!("{told:?}") };
        assert_eq!((batch.reference.as_str(), batch.answer_reference.as_str(), batch.control.as_str()), ("BATCH0042", "ANSWER7", "0001"));
        assert_eq!(
            (batch.source.name.as_str(), batch.source.id.as_str(), batch.receiver.id.as_str()),
            ("HARBOR MUTUAL", "90001", "CEDARTIDE")
        );
        assert_eq!((batch.received_on, batch.processed_on), (day("20261125"), day("20261126")));
        let totals = Totals { accepted: Some(2), rejected: Some(1), accepted_cents: Some(24_000), rejected_cents: Some(12_000) };
        assert_eq!((batch.totals, batch.providers[0].totals), (totals, totals));
        assert_eq!((batch.providers[0].provider.id.as_str(), batch.is_refused()), ("2000000004", false));
        assert_eq!((batch.from.as_str(), batch.version.as_str()), ("PAYER", "005010X214"));
    }

    #[test]
    fn an_accepted_claim_has_the_numbers_that_a_replacement_needs() {
        let text = two();
        let told = read(&text);
        let claim = &told.claims[0];
        assert_eq!((claim.claim_number.as_str(), claim.verdict()), ("C202600311", Verdict::Accepted));
        assert_eq!(
            (claim.payer_claim_no.as_str(), claim.clearinghouse_no.as_str(), claim.bill_type.as_str()),
            ("PAYER555", "HOUSE777", "11:B:1")
        );
        assert_eq!((&*claim.patient.last, &*claim.patient.first, &*claim.patient.id), ("WHITFIELD", "DANA", "W000000001"));
        assert_eq!((claim.service_from, claim.service_to), (day("20261103"), day("20261103")));
        assert_eq!((claim.stcs[0].day, claim.stcs[0].charge_cents), (day("20261126"), Some(12_000)));
        assert_eq!((claim.batch, claim.provider), (0, Some(0)));
        assert_eq!(&text[claim.raw.0 as usize..claim.raw.1 as usize], ACCEPTED);
    }

    #[test]
    fn a_rejected_claim_tells_every_reason_of_the_claim_and_its_lines() {
        let text = two();
        let told = read(&text);
        let claim = &told.claims[1];
        assert_eq!(claim.verdict(), Verdict::Rejected);
        let words: Vec<String> = claim.stcs[0].codes.iter().map(StatusCode::words).collect();
        assert_eq!(
            words,
            [
                "rejected, something is not valid: NPI (referring provider) [A7:562:DN]",
                "rejected, something is missing: member id (subscriber) [A6:164:IL]",
                "sent back, it could not be processed: information is missing or not valid [A3:21]",
            ]
        );
        assert_eq!(&*claim.stcs[0].text, "REFERRING NPI FOR FIELD");
        assert_eq!((claim.service_from, claim.service_to), (day("20261103"), day("20261105")));
        let [first, second] = &claim.lines[..] else { panic!("{claim:?}") };
        assert_eq!((first.number.as_str(), first.code.as_str(), first.modifiers.join(" ")), ("1", "97124", "GP".to_string()));
        assert_eq!((first.charge_cents, first.service_from, first.stcs[0].rejects()), (Some(6_000), day("20261103"), true));
        assert_eq!((second.number.as_str(), second.stcs[0].rejects()), ("2", false));
        assert_eq!(&text[claim.raw.0 as usize..claim.raw.1 as usize], REJECTED);
    }

    #[test]
    fn each_category_means_what_the_table_says() {
        let table = [
            ("STC*A0:16*20261126*WQ~", Verdict::Forwarded),
            ("STC*A1:19*20261126*WQ~", Verdict::Received),
            ("STC*A2:20*20261126*WQ~", Verdict::Accepted),
            ("STC*A3:21*20261126*WQ~", Verdict::Rejected),
            ("STC*A4:35*20261126*WQ~", Verdict::NotFound),
            ("STC*A5:20*20261126*WQ~", Verdict::Split),
            ("STC*A6:21~", Verdict::Rejected),
            ("STC*A7:21~", Verdict::Rejected),
            ("STC*A8:21~", Verdict::Rejected),
            ("STC*P1:20~", Verdict::Other),
            ("STC*Z9:9999:??*x*QQ*y~", Verdict::Other),
            ("", Verdict::Other),
        ];
        for (stc, expected) in table {
            assert_eq!(claim(stc).verdict(), expected, "{stc}");
        }
    }

    #[test]
    fn one_refusal_anywhere_on_the_claim_rejects_it() {
        for stcs in [
            "STC*A2:20**WQ~STC*A7:21**U~",
            "STC*A7:21**U~STC*A2:20**WQ~",
            "STC*A1:19**U~",
            "STC*A2:20**WQ*******A1:19*A8:21~",
            "STC*A2:20**WQ~SVC*HC:97124*60~STC*A7:453**U~",
            "SVC*HC:97124*60~STC*A2:20~SVC*HC:97140*60~STC*A2:20**U~",
        ] {
            assert_eq!(claim(stcs).verdict(), Verdict::Rejected, "{stcs}");
        }
        assert_eq!(claim("STC*A1:19**WQ~STC*A2:20**WQ~").verdict(), Verdict::Accepted);
        assert_eq!(
            claim("STC*A1:19**WQ~SVC*HC:97124*60~STC*A2:20~").verdict(),
            Verdict::Received,
            "a line does not accept a claim that speaks"
        );
        assert_eq!(claim("SVC*HC:97124*60~STC*A2:20~").verdict(), Verdict::Accepted, "where the claim is silent, its lines speak");
    }

    #[test]
    fn a_batch_or_provider_refused_as_a_whole_is_told_apart() {
        let receiver = HEAD.replace("STC*A1:19:PR*20261126*WQ*360~QTY*90*2~", "STC*A3:24:41*20261126*U*360~QTY*90*0~");
        let (receiver, _) = receiver.split_once("HL*3").expect("a provider");
        let told = read(file(receiver));
        assert!(told.batches[0].is_refused() && told.claims.is_empty() && told.batches[0].providers.is_empty());
        let provider = HEAD.replace("STC*A1:19:85**WQ*360~QTY*QA*2~", "STC*A3:25:85**U*360~");
        let told = read(file(&format!("{provider}HL*4*3*PT~NM1*QC*1*FIELD~TRN*2*C1~HL*5*3*PT~NM1*QC*1*FIELD~TRN*2*C2~STC*A1:19~")));
        assert!(told.batches[0].providers[0].is_refused() && !told.batches[0].is_refused());
        assert_eq!((told.verdict(&told.claims[0]), told.claims[0].verdict()), (Verdict::Rejected, Verdict::Other));
        assert_eq!(told.verdict(&told.claims[1]), Verdict::Received, "a claim that the answer speaks of has its own verdict");
        let summary = HEAD.replace("STC*A1:19:PR*20261126*WQ*360", "STC*A3:24:41*20261126*U*360");
        assert!(!read(file(&summary)).batches[0].is_refused(), "two were accepted");
    }

    #[test]
    fn answers_that_leave_loops_out_are_read() {
        let bare = read(file("NM1*QC*1*FIELD*ROWAN~TRN*2*C1~STC*A2:20**WQ~NM1*QC*1*WHITFIELD*DANA~TRN*2*C2~STC*A7:21**U~"));
        let told: Vec<_> = bare.claims.iter().map(|c| (c.claim_number.as_str(), &*c.patient.last, c.verdict())).collect();
        assert_eq!(told, [("C1", "FIELD", Verdict::Accepted), ("C2", "WHITFIELD", Verdict::Rejected)]);
        assert_eq!((bare.claims[0].batch, bare.claims[0].provider, bare.batches.len()), (0, None, 1));
        let no_provider = HEAD.split_once("HL*3").map(|(before, _)| format!("{before}{ACCEPTED}")).expect("a provider");
        let told = read(file(&no_provider));
        assert_eq!((told.claims[0].provider, told.batches[0].reference.as_str()), (None, "BATCH0042"));
        let full =
            read(file(&format!("{HEAD}HL*4*3*22*1~NM1*IL*1*WHITFIELD*SAM~HL*5*4*23~NM1*QC*1*WHITFIELD*DANA~TRN*2*X~REF*EJ*C9~STC*P1:20~")));
        assert_eq!((full.claims.len(), &*full.claims[0].patient.first), (1, "DANA"));
    }

    #[test]
    fn a_patient_with_several_claims_has_each_of_them() {
        let text = file(&format!("{HEAD}{ACCEPTED}TRN*2*C202600399~STC*A6:21**U~REF*1K*OTHER~"));
        let told = read(&text);
        let [first, second] = &told.claims[..] else { panic!("{told:?}") };
        assert_eq!((first.payer_claim_no.as_str(), second.payer_claim_no.as_str()), ("PAYER555", "OTHER"));
        assert_eq!((second.claim_number.as_str(), second.verdict(), &*second.patient.last), ("C202600399", Verdict::Rejected, "WHITFIELD"));
        assert_eq!(first.raw.1, second.raw.0);
        assert!(text[second.raw.0 as usize..second.raw.1 as usize].starts_with("TRN*2*C202600399~"));
    }

    #[test]
    fn several_batches_transactions_and_interchanges_in_one_file_are_kept_apart() {
        let second = two().replace("BATCH0042", "BATCH0043").replace('*', "|").replace('~', "\r\n");
        let third = file(&format!("{HEAD}{}{ACCEPTED}", HEAD.split_once("HL*2").map(|(_, rest)| format!("HL*2{rest}")).expect("a batch")));
        let other = format!("{ISA}{GS}ST*999*0001~AK1*HC*1~HL*1**PT~NM1*QC*1*NOBODY~TRN*2*C0~SE*6*0001~GE*1*5~IEA*1*000000001~");
        let told = read(format!("{}{second}{other}{third}", two()));
        let batches: Vec<&str> = told.batches.iter().map(|b| b.reference.as_str()).collect();
        assert_eq!(batches, ["BATCH0042", "BATCH0043", "BATCH0042", "BATCH0042"]);
        assert_eq!(told.claims.iter().map(|c| c.batch).collect::<Vec<_>>(), [0, 0, 1, 1, 3]);
        assert_eq!(told.others.iter().collect::<Vec<_>>(), ["999"]);
        assert_eq!(told.faults, []);
    }

    #[test]
    fn what_cannot_be_read_is_told_with_its_place_and_the_claim_counts_without_it() {
        let told = read(file(&format!("{HEAD}HL*4*3*PT~NM1*QC*1*FIELD~TRN*2*C1~STC*A2:20*2026*WQ*12O~DTP*472*D8*LATE~ZZZ*1~")));
        let places: Vec<String> = told.faults.iter().map(|f| format!("{}{}", f.at.id, f.at.element.unwrap_or(0))).collect();
        assert_eq!(places, ["STC2", "STC4", "DTP3"]);
        assert_eq!((told.claims[0].verdict(), told.is_whole()), (Verdict::Accepted, true));
    }

    #[test]
    fn patients_are_not_in_the_log() {
        let shown = format!("{:?}", read(two()));
        for private in ["WHITFIELD", "DANA", "W000000001", "NPI FOR"] {
            assert!(!shown.contains(private), "{private}: {shown}");
        }
    }

    #[test]
    fn a_file_cut_off_at_any_byte_is_known_to_be_incomplete_and_halves_no_claim() {
        let text = two();
        let whole = read(&text).claims;
        let enough = text.len() - "*1*000000001~".len();
        each_cut(&text, |cut, at| {
            let told = read(cut);
            assert!(!told.is_whole() || at >= enough, "cut at {at}");
            assert_eq!(told.claims[..], whole[..told.claims.len()], "cut at {at}");
        });
    }

    #[test]
    fn nothing_that_a_file_holds_makes_the_reader_panic() {
        mangled(&two(), 6_000, |bytes| {
            let told = read(bytes);
            for claim in &told.claims {
                assert!(claim.batch < told.batches.len() && claim.raw.0 < claim.raw.1 && claim.raw.1 <= bytes.len() as u64);
                told.verdict(claim);
            }
        });
    }

    #[test]
    fn claims_come_one_at_a_time_and_the_error_that_ends_them_once() {
        let text = two();
        let mut reader = Reader::new(&text.as_bytes()[..text.len() - 17]);
        let mut statuses = Statuses::new(&mut reader);
        assert_eq!(statuses.next_claim().expect("read").expect("a claim").claim_number, "C202600311");
        assert_eq!(statuses.batches().len(), 1);
        let mut rest = Vec::new();
        let error = loop {
            match statuses.next_claim() {
                Ok(Some(claim)) => rest.push(claim),
                Ok(None) => panic!("it was cut off"),
                Err(error) => break error,
            }
        };
        assert_eq!(error.words, "the file is cut off here");
        assert_eq!((rest.len(), statuses.next_claim()), (1, Ok(None)));
        assert!(!statuses.finish().is_whole());
    }

    /// Repeats one patient for ever, up to a number of claims.
    struct Many {
        left: usize,
        chunk: Vec<u8>,
    }

    impl Read for Many {
        fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
            if self.chunk.is_empty() && self.left > 0 {
                self.left -= 1;
                self.chunk = REJECTED.as_bytes().to_vec();
            }
            let n = self.chunk.len().min(into.len());
            into[..n].copy_from_slice(&self.chunk[..n]);
            self.chunk.drain(..n);
            Ok(n)
        }
    }

    #[test]
    fn a_large_file_is_read_claim_by_claim_and_one_without_end_is_refused() {
        let head = format!("{ISA}{GS}ST*277*0001*005010X214~{HEAD}");
        let mut reader = Reader::new(head.as_bytes().chain(Many { left: 3_000, chunk: Vec::new() }));
        let mut statuses = Statuses::new(&mut reader);
        let mut count = 0;
        while statuses.next_claim().expect("read").is_some() {
            count += 1;
        }
        assert_eq!(count, 2_999, "the last one has nothing behind it");
        assert_eq!(statuses.batches().len(), 1);
        for endless in ["STC*A1:19~", "SVC*HC:97124*1~"] {
            let told = read(file(&format!("{HEAD}HL*4*3*PT~TRN*2*C1~{}", endless.repeat(MOST_OF_A_CLAIM + 1))));
            assert!(!told.is_whole() && told.claims.is_empty(), "{endless}");
        }
        assert!(!read(file(&"HL*2*1*21*1~".repeat(MOST_OF_A_FILE + 1))).is_whole());
    }
}
