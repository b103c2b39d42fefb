//! Walks the loops of a 277CA and puts together what they say: batches, providers, and one claim at a time.

use super::super::envelope::Envelope;
use super::super::segment::{Segment, X12Error, day};
use super::super::told::{Private, short};
use super::{Action, Batch, Claim, Line, Party, Patient, ProviderAnswer, StatusCode, Stc, Totals};
use chrono::NaiveDate;
use std::collections::BTreeSet;

/// Lines and statuses of one claim; an 837P claim has at most 50 lines.
pub(super) const MOST_OF_A_CLAIM: usize = 2_000;
/// Batches, providers and their statuses in one file.
pub(super) const MOST_OF_A_FILE: usize = 20_000;

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
pub(super) struct Listener {
    level: Level,
    /// What the head of the transaction and its source say, for each batch that follows.
    head: Batch,
    has_batch: bool,
    pub(super) batches: Vec<Batch>,
    pub(super) claim: Option<Claim>,
    pub(super) others: BTreeSet<String>,
    of_file: usize,
    of_claim: usize,
}

impl Listener {
    /// Takes a segment, and gives the claim that it ends.
    pub(super) fn take(&mut self, segment: &Segment<'_>, envelope: &mut Envelope) -> Result<Option<Claim>, X12Error> {
        match segment.id() {
            "ISA" | "GS" | "SE" | "GE" | "IEA" => return Ok(self.close()),
            "ST" => return Ok(self.begin(segment, envelope)),
            _ if envelope.transaction().is_none_or(|t| t.kind != "277") => return Ok(None),
            "HL" => return self.enter(level(segment.get(3)), segment),
            "NM1" => return self.name(segment),
            "TRN" if self.level == Level::Patient => return Ok(self.claim_number(segment, envelope)),
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
            to: envelope.interchange().map(|i| i.receiver.clone()).unwrap_or_default(),
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
    fn claim_number(&mut self, segment: &Segment<'_>, envelope: &mut Envelope) -> Option<Claim> {
        let open = self.claim.as_mut()?;
        if open.claim_number.is_empty() {
            if open.says_something() {
                envelope.misplaced(segment.error("the claim's number stands behind what is said about the claim"));
            }
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
