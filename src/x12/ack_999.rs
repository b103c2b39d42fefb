//! TA1 and 999 (and the 997 where it has the same shape): was our file taken, and if not, which segment of which transaction is why.
//! A 999 says nothing about claims as such: what it accepts was read, not received by the payer.

mod listener;

use super::codes;
use super::envelope::{Envelope, EnvelopeFault, same_control};
use super::segment::Reader;
use super::told::Private;
use chrono::{NaiveDate, NaiveTime};
use listener::Listener;
use serde::Serialize;
use std::collections::BTreeSet;
use std::io::Read;

/// Everything that one file answers.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Acknowledgements {
    pub ta1s: Vec<Ta1>,
    pub groups: Vec<Ack999>,
    /// Transactions of other kinds in the same file, like `277`; they were not read here.
    pub others: BTreeSet<String>,
    #[serde(skip)]
    pub faults: Vec<EnvelopeFault>,
}

impl Acknowledgements {
    /// Nothing is missing from the file. Of a file that was cut off, what was read still counts.
    pub fn is_whole(&self) -> bool {
        !self.faults.iter().any(EnvelopeFault::is_fatal)
    }
}

/// The answer to one interchange of ours.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Ta1 {
    /// ISA06 and ISA08 of the answer: who speaks, and to whom.
    pub from: String,
    pub to: String,
    /// ISA09 of the answer.
    pub answered_on: Option<NaiveDate>,
    /// Our ISA13, and the day and time our ISA said.
    pub interchange_control: String,
    pub day: Option<NaiveDate>,
    pub time: Option<NaiveTime>,
    pub verdict: Verdict,
    pub verdict_code: String,
    pub note: String,
}

/// The answer to one group of ours.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Ack999 {
    /// ISA06 and ISA08 of the answer: who speaks, and to whom.
    pub from: String,
    pub to: String,
    pub answered_on: Option<NaiveDate>,
    /// AK101, `HC` for claims; AK102, our GS06; AK103, our GS08 (a 997 leaves it out).
    pub group_kind: String,
    pub group_control: String,
    pub version: String,
    pub transactions: Vec<TransactionAnswer>,
    /// `Untold` where AK9 did not come.
    pub verdict: Verdict,
    pub verdict_code: String,
    /// AK905 to AK909.
    pub codes: Vec<String>,
    pub counts: Counts,
}

/// What AK9 counts, as far as it can be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    pub included: Option<i64>,
    pub received: Option<i64>,
    pub accepted: Option<i64>,
}

/// The answer to one transaction of ours.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct TransactionAnswer {
    /// AK201, like `837`; AK202, our ST02; AK203, our ST03.
    pub kind: String,
    pub control: String,
    pub version: String,
    /// `Untold` where IK5 did not come.
    pub verdict: Verdict,
    pub verdict_code: String,
    /// IK502 to IK506.
    pub codes: Vec<String>,
    pub errors: Vec<SegmentError>,
}

/// One segment of ours that was not liked.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct SegmentError {
    /// IK301, like `NM1`.
    pub segment: String,
    /// IK302: its place in our transaction, the ST being 1.
    pub position: Option<u32>,
    /// IK303, like `2010AA`.
    pub loop_id: String,
    /// IK304; an older 997 may give up to five.
    pub codes: Vec<String>,
    pub elements: Vec<ElementError>,
    /// CTX `CLM01`: the claim that the segment belongs to.
    pub claim_number: Option<String>,
    /// Other units that CTX names, like `NM109` and its value.
    pub contexts: Vec<Context>,
    /// Segments that made the rule apply.
    pub triggers: Vec<Trigger>,
}

/// One element of the segment.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ElementError {
    /// IK401: its place in the segment, the component in it, and which repetition.
    pub position: Option<u32>,
    pub component: Option<u32>,
    pub repetition: Option<u32>,
    /// IK402: its number in the dictionary.
    pub data_element: String,
    /// IK403.
    pub code: String,
    /// IK404: what we had written. It may be a patient's.
    pub bad_value: Private,
    pub triggers: Vec<Trigger>,
}

/// A unit of our file that CTX names, and what stood there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Context {
    pub name: String,
    pub value: Private,
}

/// Where in our transaction the situation lies that asks for the segment or element.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Trigger {
    pub segment: String,
    pub position: Option<u32>,
    pub loop_id: String,
    pub element: Option<u32>,
    pub component: Option<u32>,
}

/// What TA104, IK501 and AK901 say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Accepted,
    AcceptedWithErrors,
    /// Some transactions of the group.
    Partly,
    Rejected,
    /// Nothing is said, or by a code that we do not know. It is no acceptance.
    #[default]
    Untold,
}

impl Verdict {
    pub fn of(code: &str) -> Self {
        match code {
            "A" => Self::Accepted,
            "E" => Self::AcceptedWithErrors,
            "P" => Self::Partly,
            // M, W and X: it could not be authenticated or read, so it was not taken either.
            "R" | "M" | "W" | "X" => Self::Rejected,
            _ => Self::Untold,
        }
    }

    /// What it is about went through.
    pub fn lets_through(self) -> bool {
        matches!(self, Self::Accepted | Self::AcceptedWithErrors)
    }

    /// The code that stands for it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Accepted => "A",
            Self::AcceptedWithErrors => "E",
            Self::Partly => "P",
            Self::Rejected => "R",
            Self::Untold => "",
        }
    }
}

impl Ack999 {
    /// Whether the answer is about this group of ours.
    pub fn answers(&self, group_control: &str) -> bool {
        same_control(&self.group_control, group_control)
    }

    /// What became of one transaction of the group, also where the answer lists only those in error, or none.
    pub fn verdict_of(&self, control: &str) -> Verdict {
        let mut named = self.transactions.iter().filter(|t| same_control(&t.control, control)).map(|t| t.verdict);
        let own = named.clone().find(|v| *v == Verdict::Rejected).or_else(|| named.next());
        match (self.verdict, own) {
            (Verdict::Rejected, Some(verdict)) if verdict.lets_through() && self.counts_as_listed() => verdict,
            (Verdict::Rejected, _) => Verdict::Rejected,
            (_, Some(verdict)) if verdict != Verdict::Untold => verdict,
            (Verdict::Accepted | Verdict::AcceptedWithErrors, _) => self.verdict,
            (Verdict::Partly, None) if self.lists_all_refused() => Verdict::Accepted,
            _ => Verdict::Untold,
        }
    }

    /// Some write R for the group where P is meant: the counts say that something was taken, and it is what is listed as taken.
    fn counts_as_listed(&self) -> bool {
        let listed = self.transactions.iter().filter(|t| t.verdict.lets_through()).count();
        self.counts.accepted.and_then(|taken| usize::try_from(taken).ok()) == Some(listed)
    }

    /// As many transactions are listed as refused as the counts say; the others went through.
    fn lists_all_refused(&self) -> bool {
        let listed = self.transactions.iter().filter(|t| t.verdict == Verdict::Rejected).count();
        let (Some(received), Some(accepted)) = (self.counts.received, self.counts.accepted) else { return false };
        received.checked_sub(accepted).and_then(|refused| usize::try_from(refused).ok()) == Some(listed)
    }
}

impl SegmentError {
    /// IK304, the first where there are several.
    pub fn code(&self) -> &str {
        self.codes.first().map_or("", String::as_str)
    }

    /// In our words, without what we had written: `NM1 (segment 22, loop 2310A): something in this segment is wrong; element 9: the value is no valid code`.
    pub fn words(&self) -> String {
        let places = [self.position.map(|p| format!("segment {p}")), some(&self.loop_id).map(|l| format!("loop {l}"))];
        let place = places.into_iter().flatten().collect::<Vec<_>>().join(", ");
        let place = if place.is_empty() { String::new() } else { format!(" ({place})") };
        let what = self.codes.iter().map(|c| codes::or_code(codes::segment_error(c), c)).collect::<Vec<_>>().join(", ");
        let what = if what.is_empty() { "something is wrong".into() } else { what };
        let elements: String = self.elements.iter().map(|e| format!("; {}", e.words())).collect();
        format!("{}{place}: {what}{elements}", self.segment)
    }
}

impl ElementError {
    fn words(&self) -> String {
        let place = match (self.position, self.component) {
            (Some(at), Some(component)) => format!("element {at}-{component}"),
            (Some(at), None) => format!("element {at}"),
            (None, _) => "an element".to_string(),
        };
        format!("{place}: {}", codes::or_code(codes::element_error(&self.code), &self.code))
    }
}

fn some(text: &str) -> Option<&str> {
    Some(text).filter(|t| !t.is_empty())
}

/// Reads all answers of a file. What cannot be read is among the faults; what was read before it stands.
pub fn read<R: Read>(reader: &mut Reader<R>) -> Acknowledgements {
    let mut envelope = Envelope::default();
    let mut file = Listener::default();
    while let Some(segment) = envelope.next(reader) {
        if let Err(error) = file.take(&segment, &mut envelope) {
            envelope.fail(error);
        }
    }
    file.close_group();
    Acknowledgements { faults: envelope.finish(), ..file.found }
}

#[cfg(test)]
mod tests {
    use super::super::mangle::{ISA, each_cut, mangled};
    use super::listener::MOST_ITEMS;
    use super::*;

    const GS: &str = "GS*FA*PAYER*CEDARTIDE*20261125*1201*5*X*005010X231A1~";

    fn read(file: impl AsRef<[u8]>) -> Acknowledgements {
        super::read(&mut Reader::new(file.as_ref()))
    }

    /// One 999 around its inner segments.
    fn file(inner: &str) -> String {
        let count = inner.matches('~').count() + 2;
        format!("{ISA}{GS}ST*999*0001*005010X231A1~{inner}SE*{count}*0001~GE*1*5~IEA*1*000000001~")
    }

    fn partial() -> String {
        file(concat!(
            "AK1*HC*17*005010X222A1~",
            "AK2*837*0001*005010X222A1~IK5*A~",
            "AK2*837*0002*005010X222A1~",
            "IK3*NM1*22*2310A*8~CTX*CLM01:C202600311~IK4*9*67*7*2999999999~",
            "IK3*N4*10*2010AA*8~CTX*SITUATIONAL TRIGGER*NM1*8*2010AA*8:2*66~IK4*3:1:1*116*5*98101XX~CTX*SITUATIONAL TRIGGER*N3*9**1~",
            "IK3*REF*25*2300*I7~CTX*NM109:W000000001~",
            "IK5*R*5*I5~",
            "AK9*P*2*2*1*5*ZZ~",
        ))
    }

    #[test]
    fn a_ta1_names_our_interchange_and_its_verdict() {
        let told = read(format!("{ISA}TA1*000000042*261124*0915*R*025~TA1*000000043*261124*091501*A*000~TA1*44*x*99*Q*9~IEA*0*000000001~"));
        let [refused, taken, odd] = &told.ta1s[..] else { panic!("{told:?}") };
        assert_eq!((refused.interchange_control.as_str(), refused.note.as_str(), refused.verdict), ("000000042", "025", Verdict::Rejected));
        assert_eq!((refused.day, refused.time), (NaiveDate::from_ymd_opt(2026, 11, 24), NaiveTime::from_hms_opt(9, 15, 0)));
        assert_eq!(refused.from, "PAYER");
        assert!(taken.verdict.lets_through() && taken.time == NaiveTime::from_hms_opt(9, 15, 1));
        assert_eq!((odd.verdict, odd.verdict_code.as_str(), odd.day, odd.time), (Verdict::Untold, "Q", None, None));
        assert!(told.is_whole() && told.faults.is_empty());
    }

    #[test]
    fn an_accepted_group_accepts_each_of_its_transactions_listed_or_not() {
        let told = read(file("AK1*HC*17*005010X222A1~AK2*837*0001*005010X222A1~IK5*A~AK9*A*1*1*1~"));
        let group = &told.groups[0];
        assert_eq!((group.group_kind.as_str(), group.version.as_str(), group.verdict), ("HC", "005010X222A1", Verdict::Accepted));
        assert_eq!(group.counts, Counts { included: Some(1), received: Some(1), accepted: Some(1) });
        assert!(group.answers("000000017") && !group.answers("170"));
        assert_eq!((group.verdict_of("1"), group.verdict_of("0009")), (Verdict::Accepted, Verdict::Accepted));
        assert_eq!(group.answered_on, NaiveDate::from_ymd_opt(2026, 11, 25));
        assert_eq!(told.faults, []);
    }

    #[test]
    fn a_partly_accepted_group_tells_which_transaction_segment_element_and_claim() {
        let told = read(partial());
        assert_eq!(told.faults, []);
        let group = &told.groups[0];
        assert_eq!((group.verdict, group.codes.join(" ")), (Verdict::Partly, "5 ZZ".to_string()));
        assert_eq!((group.verdict_of("0001"), group.verdict_of("0002")), (Verdict::Accepted, Verdict::Rejected));
        assert_eq!(group.verdict_of("0003"), Verdict::Accepted, "one was refused, and it is listed");
        let refused = &group.transactions[1];
        assert_eq!((refused.verdict_code.as_str(), refused.codes.join(" ")), ("R", "5 I5".to_string()));
        let [name, city, reference] = &refused.errors[..] else { panic!("{refused:?}") };
        assert_eq!((name.segment.as_str(), name.position, name.loop_id.as_str(), name.code()), ("NM1", Some(22), "2310A", "8"));
        assert_eq!(name.claim_number.as_deref(), Some("C202600311"));
        let element = &name.elements[0];
        assert_eq!((element.position, element.component, element.data_element.as_str()), (Some(9), None, "67"));
        assert_eq!((element.code.as_str(), &*element.bad_value), ("7", "2999999999"));
        let of_segment =
            Trigger { segment: "NM1".into(), position: Some(8), loop_id: "2010AA".into(), element: Some(8), component: Some(2) };
        assert_eq!(city.triggers, [of_segment]);
        assert_eq!((city.elements[0].component, city.elements[0].repetition), (Some(1), Some(1)));
        assert_eq!(city.elements[0].triggers[0].segment, "N3", "what follows an element is about the element");
        assert_eq!((reference.code(), reference.contexts[0].name.as_str()), ("I7", "NM109"));
    }

    #[test]
    fn a_rejected_group_rejects_whatever_its_transactions_say() {
        for code in ["R", "M", "W", "X"] {
            let told = read(file(&format!("AK1*HC*17~AK2*837*0001~IK5*A~AK9*{code}*1*1*0*2~")));
            assert_eq!(told.groups[0].verdict_of("0001"), Verdict::Rejected, "{code}");
            assert_eq!(told.groups[0].codes, ["2"]);
        }
    }

    #[test]
    fn a_group_rejected_beside_a_transaction_that_counts_as_taken_is_read_as_partly_accepted() {
        let told = read(file("AK1*HC*17~AK2*837*0001~IK5*A~AK2*837*0002~IK5*R*5~AK9*R*2*2*1~"));
        assert_eq!((told.groups[0].verdict_of("0001"), told.groups[0].verdict_of("0002")), (Verdict::Accepted, Verdict::Rejected));
        assert_eq!(told.groups[0].verdict_of("0003"), Verdict::Rejected);
    }

    #[test]
    fn an_error_is_told_in_words_without_what_we_had_written() {
        let told = read(partial());
        let words: Vec<String> = told.groups[0].transactions[1].errors.iter().map(SegmentError::words).collect();
        assert_eq!(
            words,
            [
                "NM1 (segment 22, loop 2310A): something in this segment is wrong; element 9: the value is no valid code",
                "N4 (segment 10, loop 2010AA): something in this segment is wrong; element 3-1: the value is too long",
                "REF (segment 25, loop 2300): this part occurs too seldom",
            ]
        );
    }

    #[test]
    fn where_nothing_is_said_nothing_is_accepted() {
        let told = read(file("AK1*HC*17~AK2*837*0001~AK2*837*0002~IK5*Q*99~AK9*P*3*3*1~"));
        let group = &told.groups[0];
        for control in ["0001", "0002", "0003"] {
            assert_eq!(group.verdict_of(control), Verdict::Untold, "{control}");
        }
        assert_eq!(group.transactions[1].codes, ["99"], "unknown codes are kept");
        let unfinished = read(file("AK1*HC*17~AK2*837*0001~IK5*A~"));
        assert_eq!((unfinished.groups[0].verdict, unfinished.groups[0].verdict_of("0001")), (Verdict::Untold, Verdict::Accepted));
        assert_eq!(unfinished.groups[0].verdict_of("0002"), Verdict::Untold);
    }

    #[test]
    fn the_older_997_is_read_the_same_way() {
        let text = partial().replace("IK", "AK").replace("ST*999", "ST*997").replace("AK3*REF*25*2300*I7", "AK3*REF*25**3*4*5");
        let told = read(text);
        assert_eq!(told.groups[0].transactions[1].errors.len(), 3);
        assert_eq!(told.groups[0].transactions[1].errors[2].codes, ["3", "4", "5"]);
        assert_eq!(told.groups[0].verdict_of("0002"), Verdict::Rejected);
    }

    #[test]
    fn several_groups_and_interchanges_in_one_file_are_all_read() {
        let second = partial().replace("AK1*HC*17", "AK1*HC*18").replace('*', "|").replace('~', "\n");
        let ta1 = format!("{ISA}TA1*1*261125*1200*A*000~IEA*0*000000001~");
        let other = format!("{ISA}{GS}ST*277*0001*005010X214~BHT*0085*08*1~AK1*HC*99~SE*4*0001~GE*1*5~IEA*1*000000001~");
        let told = read(format!("{}{second}{ta1}{other}", partial()));
        let groups: Vec<&str> = told.groups.iter().map(|g| g.group_control.as_str()).collect();
        assert_eq!((groups, told.ta1s.len()), (vec!["17", "18"], 1));
        assert_eq!(told.others.iter().collect::<Vec<_>>(), ["277"]);
        assert_eq!(told.faults, []);
    }

    #[test]
    fn what_stands_in_the_wrong_place_is_told_and_an_error_is_never_lost() {
        let told = read(file("AK1*HC*17~IK3*NM1*8*2010AA*3~XX9*unknown~IK5*R~IK4*1*2*3~CTX*CLM01:C1~AK9*R*x*1*0~AK9*A~"));
        assert_eq!(told.groups[0].transactions[0].errors[0].segment, "NM1");
        assert_eq!(told.groups.len(), 1);
        assert_eq!(told.groups[0].counts, Counts { included: None, received: Some(1), accepted: Some(0) });
        let words: Vec<&str> = told.faults.iter().map(|f| f.at.words.as_str()).collect();
        assert_eq!(words.len(), 3, "{words:?}");
        assert!(told.is_whole());
    }

    #[test]
    fn what_we_had_written_is_not_in_the_log() {
        let shown = format!("{:?}", read(partial()));
        assert!(!shown.contains("98101XX") && !shown.contains("W000000001"), "{shown}");
        assert!(shown.contains("C202600311"));
    }

    #[test]
    fn a_file_cut_off_at_any_byte_is_known_to_be_incomplete_and_keeps_what_was_read() {
        let text = partial();
        let enough = text.len() - "*1*000000001~".len();
        each_cut(&text, |cut, at| {
            let told = read(cut);
            assert!(!told.is_whole() || at >= enough, "cut at {at}");
            let accepts_second = told.groups.first().is_some_and(|g| g.verdict_of("0002").lets_through());
            assert!(!accepts_second, "cut at {at}");
        });
    }

    #[test]
    fn nothing_that_a_file_holds_makes_the_reader_panic() {
        mangled(&partial(), 6_000, |bytes| drop(read(bytes)));
    }

    #[test]
    fn a_file_without_end_fills_no_memory() {
        let told = read(format!("{ISA}{GS}ST*999*0001~AK1*HC*1~AK2*837*1~IK3*N1*1~{}", "IK4*1*1*7*X~".repeat(MOST_ITEMS + 10)));
        assert!(!told.is_whole());
        assert!(told.faults[0].at.words.starts_with("more than 50000 answers"), "{}", told.faults[0]);
        assert_eq!(told.groups[0].transactions[0].errors[0].elements.len(), MOST_ITEMS - 2);
    }
}
