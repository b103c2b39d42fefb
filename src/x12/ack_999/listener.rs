//! Segments of a TA1 or a 999 in, answers out.

use super::super::envelope::{Envelope, short_day, time};
use super::super::segment::{Segment, X12Error};
use super::super::told::{Private, short};
use super::{Ack999, Acknowledgements, Context, Counts, ElementError, SegmentError, Ta1, TransactionAnswer, Trigger, Verdict};

/// More answers than any batch has parts: beyond it, memory is not ours to fill.
pub(super) const MOST_ITEMS: usize = 50_000;

/// What is being told at the moment: a group, a transaction of it, a segment of that.
#[derive(Default)]
pub(super) struct Listener {
    pub(super) found: Acknowledgements,
    group: Option<Ack999>,
    transaction: Option<TransactionAnswer>,
    error: Option<SegmentError>,
    items: usize,
}

impl Listener {
    pub(super) fn take(&mut self, segment: &Segment<'_>, envelope: &mut Envelope) -> Result<(), X12Error> {
        match segment.id() {
            "TA1" => self.count(segment)?.found.ta1s.push(ta1(segment, envelope)),
            "ST" if !matches!(segment.get(1), "999" | "997") => self.note_other(segment),
            "ST" | "SE" | "GE" | "IEA" | "ISA" | "GS" => self.close_group(),
            _ if !envelope.transaction().is_some_and(|t| matches!(t.kind.as_str(), "999" | "997")) => {}
            "AK1" => {
                self.close_group();
                self.count(segment)?.group = Some(group(segment, envelope));
            }
            "AK2" => {
                self.close_transaction();
                self.count(segment)?.transaction = Some(transaction(segment));
            }
            "IK3" | "AK3" => {
                self.close_error();
                self.count(segment)?.error = Some(segment_error(segment));
            }
            "IK4" | "AK4" => match &mut self.error {
                Some(error) => {
                    error.elements.push(element_error(segment));
                    self.count(segment)?;
                }
                None => envelope.misplaced(segment.error("an element is named wrong, and no segment before it")),
            },
            "CTX" => {
                self.context(segment);
                self.count(segment)?;
            }
            "IK5" | "AK5" => self.end_transaction(segment, envelope),
            "AK9" => self.end_group(segment, envelope),
            _ => {}
        }
        Ok(())
    }

    /// One more thing to keep.
    fn count(&mut self, segment: &Segment<'_>) -> Result<&mut Self, X12Error> {
        self.items += 1;
        if self.items > MOST_ITEMS {
            return Err(segment.error(format!("more than {MOST_ITEMS} answers and errors in one file: no batch of ours has so many")));
        }
        Ok(self)
    }

    fn note_other(&mut self, segment: &Segment<'_>) {
        self.close_group();
        if self.found.others.len() < 20 {
            self.found.others.insert(short(segment.get(1)));
        }
    }

    fn context(&mut self, segment: &Segment<'_>) {
        let Some(error) = &mut self.error else { return };
        if segment.part(1, 1).eq_ignore_ascii_case("SITUATIONAL TRIGGER") {
            let trigger = trigger(segment);
            match error.elements.last_mut() {
                Some(element) => element.triggers.push(trigger),
                None => error.triggers.push(trigger),
            }
        } else if segment.part(1, 1) == "CLM01" {
            error.claim_number = Some(short(segment.part(1, 2)));
        } else {
            error.contexts.push(Context { name: short(segment.part(1, 1)), value: Private::new(segment.part(1, 2)) });
        }
    }

    fn end_transaction(&mut self, segment: &Segment<'_>, envelope: &mut Envelope) {
        self.close_error();
        let Some(transaction) = &mut self.transaction else {
            return envelope.misplaced(segment.error("a transaction is decided, and no AK2 before it names which"));
        };
        transaction.verdict = Verdict::of(segment.get(1));
        transaction.verdict_code = short(segment.get(1));
        transaction.codes = codes_of(segment, 2..=6);
        self.close_transaction();
    }

    fn end_group(&mut self, segment: &Segment<'_>, envelope: &mut Envelope) {
        self.close_transaction();
        let Some(group) = &mut self.group else {
            return envelope.misplaced(segment.error("a group is decided, and no AK1 before it names which"));
        };
        group.verdict = Verdict::of(segment.get(1));
        group.verdict_code = short(segment.get(1));
        group.codes = codes_of(segment, 5..=9);
        let mut count = |n| {
            segment.number(n).unwrap_or_else(|error| {
                envelope.note(error);
                None
            })
        };
        group.counts = Counts { included: count(2), received: count(3), accepted: count(4) };
        self.close_group();
    }

    fn close_error(&mut self) {
        let Some(error) = self.error.take() else { return };
        // An error that no AK2 precedes is kept under a transaction without a number: it must not get lost.
        self.transaction.get_or_insert_default().errors.push(error);
    }

    fn close_transaction(&mut self) {
        self.close_error();
        let Some(transaction) = self.transaction.take() else { return };
        self.group.get_or_insert_default().transactions.push(transaction);
    }

    pub(super) fn close_group(&mut self) {
        self.close_transaction();
        self.found.groups.extend(self.group.take());
    }
}

fn ta1(segment: &Segment<'_>, envelope: &mut Envelope) -> Ta1 {
    Ta1 {
        from: envelope.interchange().map(|i| i.sender.clone()).unwrap_or_default(),
        to: envelope.interchange().map(|i| i.receiver.clone()).unwrap_or_default(),
        answered_on: envelope.interchange().and_then(|i| i.day),
        interchange_control: short(segment.get(1)),
        day: short_day(segment.get(2)),
        time: time(segment.get(3)),
        verdict: Verdict::of(segment.get(4)),
        verdict_code: short(segment.get(4)),
        note: short(segment.get(5)),
    }
}

fn group(segment: &Segment<'_>, envelope: &Envelope) -> Ack999 {
    Ack999 {
        from: envelope.interchange().map(|i| i.sender.clone()).unwrap_or_default(),
        to: envelope.interchange().map(|i| i.receiver.clone()).unwrap_or_default(),
        answered_on: envelope.group().and_then(|g| g.day).or_else(|| envelope.interchange().and_then(|i| i.day)),
        group_kind: short(segment.get(1)),
        group_control: short(segment.get(2)),
        version: short(segment.get(3)),
        ..Ack999::default()
    }
}

fn transaction(segment: &Segment<'_>) -> TransactionAnswer {
    TransactionAnswer {
        kind: short(segment.get(1)),
        control: short(segment.get(2)),
        version: short(segment.get(3)),
        ..TransactionAnswer::default()
    }
}

fn segment_error(segment: &Segment<'_>) -> SegmentError {
    SegmentError {
        segment: short(segment.get(1)),
        position: segment.get(2).parse().ok(),
        // Some write the loop's whole name, beyond the four characters of the guide.
        loop_id: short(segment.get(3)),
        codes: codes_of(segment, 4..=8),
        ..SegmentError::default()
    }
}

fn element_error(segment: &Segment<'_>) -> ElementError {
    ElementError {
        position: segment.part(1, 1).parse().ok(),
        component: segment.part(1, 2).parse().ok(),
        repetition: segment.part(1, 3).parse().ok(),
        data_element: short(segment.get(2)),
        code: short(segment.get(3)),
        bad_value: Private::new(segment.get(4)),
        triggers: Vec::new(),
    }
}

fn trigger(segment: &Segment<'_>) -> Trigger {
    Trigger {
        segment: short(segment.get(2)),
        position: segment.get(3).parse().ok(),
        loop_id: short(segment.get(4)),
        element: segment.part(5, 1).parse().ok(),
        component: segment.part(5, 2).parse().ok(),
    }
}

fn codes_of(segment: &Segment<'_>, elements: std::ops::RangeInclusive<usize>) -> Vec<String> {
    elements.filter_map(|n| segment.some(n)).map(short).collect()
}
