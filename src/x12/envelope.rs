//! Envelopes: ISA/IEA, GS/GE and ST/SE must pair, count and agree. Sees every segment while any file is read, and never stops the reading.

use super::segment::{Reader, Segment, X12Error, day};
use super::told::short;
use chrono::{NaiveDate, NaiveTime};
use serde::Serialize;
use std::io::Read;

/// Enough for a person; a file that is wrong in every segment shall not fill our memory.
const MOST_FAULTS: usize = 200;

/// What is wrong with a file as a whole, or with a value that we could do without.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{at}")]
pub struct EnvelopeFault {
    /// Where, and in which words.
    pub at: X12Error,
    pub kind: FaultKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// It cannot be read on: cut off within a segment, a broken header, or beyond every measure.
    Unreadable,
    /// SE, GE or IEA did not come: cut off between two segments, or never finished.
    MissingTrailer,
    /// The file holds no interchange.
    Empty,
    /// Trailer and header name different numbers.
    ControlNumber,
    /// A trailer counts other than there is.
    Count,
    /// A segment stands where none of its kind can.
    OutOfPlace,
    /// An element is not of its kind; what it says was left out.
    Value,
}

impl EnvelopeFault {
    /// Part of the file is missing: what was read is true, but not all.
    pub fn is_fatal(&self) -> bool {
        matches!(self.kind, FaultKind::Unreadable | FaultKind::MissingTrailer | FaultKind::Empty)
    }
}

/// What an ISA says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Interchange {
    pub control: String,
    pub sender: String,
    pub receiver: String,
    pub day: Option<NaiveDate>,
    pub time: Option<NaiveTime>,
    pub is_test: bool,
    #[serde(skip)]
    groups: u64,
}

/// What a GS says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Group {
    /// GS01, like `HP` for remittances and `FA` for acknowledgements.
    pub kind: String,
    pub sender: String,
    pub receiver: String,
    pub day: Option<NaiveDate>,
    pub control: String,
    pub version: String,
    #[serde(skip)]
    transactions: u64,
}

/// What an ST says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Transaction {
    /// ST01, like `835`.
    pub kind: String,
    pub control: String,
    /// ST03; payers leave it out where the guide wants it, and write it where it does not.
    pub version: String,
    /// Segments so far, the ST counted: the position that a 999 would name.
    pub position: u64,
}

/// The three levels, outermost first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Interchange,
    Group,
    Transaction,
}

/// Watches the envelopes of a file.
#[derive(Debug, Default)]
pub struct Envelope {
    interchange: Option<Interchange>,
    group: Option<Group>,
    transaction: Option<Transaction>,
    faults: Vec<EnvelopeFault>,
    left_out: u64,
    /// Where the last segment stood, and where it ended.
    last: Option<(u64, u64)>,
    is_astray: bool,
    is_over: bool,
    /// Why it cannot be read on, until a reader has told its caller.
    failure: Option<X12Error>,
}

impl Envelope {
    /// The reader's next segment, seen. Nothing where the file ends or cannot be read on; `finish` tells which.
    pub fn next<'r, R: Read>(&mut self, reader: &'r mut Reader<R>) -> Option<Segment<'r>> {
        if self.is_over {
            return None;
        }
        match reader.next() {
            Ok(Some(segment)) => {
                self.see(&segment);
                Some(segment)
            }
            Ok(None) => {
                self.end();
                None
            }
            Err(error) => {
                self.fail(error);
                None
            }
        }
    }

    /// Takes a segment, in the order of the file, and tells what is wrong at this place.
    pub fn see(&mut self, segment: &Segment<'_>) -> &[EnvelopeFault] {
        let before = self.faults.len();
        if let Some(transaction) = &mut self.transaction {
            transaction.position += 1;
        }
        match segment.id() {
            "ISA" => self.open_interchange(segment),
            "GS" => self.open_group(segment),
            "ST" => self.open_transaction(segment),
            "SE" => self.close_transaction(segment),
            "GE" => self.close_group(segment),
            "IEA" => self.close_interchange(segment),
            _ if self.transaction.is_some() => {}
            "TA1" => {}
            _ => self.stray(segment),
        }
        self.last = Some((segment.number, segment.end));
        &self.faults[before..]
    }

    /// The interchange that is open.
    pub fn interchange(&self) -> Option<&Interchange> {
        self.interchange.as_ref()
    }

    /// The group that is open.
    pub fn group(&self) -> Option<&Group> {
        self.group.as_ref()
    }

    /// The transaction that is open.
    pub fn transaction(&self) -> Option<&Transaction> {
        self.transaction.as_ref()
    }

    /// GS08, or ST03 where the group says none.
    pub fn version(&self) -> &str {
        let of_group = self.group.as_ref().map_or("", |g| g.version.as_str());
        if of_group.is_empty() { self.transaction.as_ref().map_or("", |t| t.version.as_str()) } else { of_group }
    }

    /// What was wrong so far.
    pub fn faults(&self) -> &[EnvelopeFault] {
        &self.faults
    }

    /// Notes an element that a reader could not take.
    pub fn note(&mut self, at: X12Error) {
        self.push(at, FaultKind::Value);
    }

    /// Notes a segment that a reader has no place for.
    pub fn misplaced(&mut self, at: X12Error) {
        self.push(at, FaultKind::OutOfPlace);
    }

    /// The file cannot be read on.
    pub fn fail(&mut self, at: X12Error) {
        self.is_over = true;
        self.failure = Some(at.clone());
        // It must be told whatever else was.
        self.faults.push(EnvelopeFault { at, kind: FaultKind::Unreadable });
    }

    /// Why the file cannot be read on; told once.
    pub fn take_failure(&mut self) -> Option<X12Error> {
        self.failure.take()
    }

    /// All that was wrong, once the file is over.
    pub fn finish(mut self) -> Vec<EnvelopeFault> {
        self.end();
        if self.left_out > 0 {
            let words = format!("and {} more of the same kinds", self.left_out);
            self.faults.push(EnvelopeFault { at: self.behind_last(words), kind: FaultKind::Value });
        }
        self.faults
    }

    fn open_interchange(&mut self, segment: &Segment<'_>) {
        self.miss_trailers(Level::Interchange, segment);
        self.is_astray = false;
        self.interchange = Some(Interchange {
            control: short(segment.get(13)),
            sender: short(segment.get(6)),
            receiver: short(segment.get(8)),
            day: short_day(segment.get(9)),
            time: time(segment.get(10)),
            is_test: segment.get(15) == "T",
            groups: 0,
        });
    }

    fn open_group(&mut self, segment: &Segment<'_>) {
        self.miss_trailers(Level::Group, segment);
        self.is_astray = false;
        match &mut self.interchange {
            Some(interchange) => interchange.groups += 1,
            None => self.push(segment.error("a group stands outside of every interchange: its ISA is missing"), FaultKind::OutOfPlace),
        }
        self.group = Some(Group {
            kind: short(segment.get(1)),
            sender: short(segment.get(2)),
            receiver: short(segment.get(3)),
            day: day(segment.get(4)).or_else(|| short_day(segment.get(4))),
            control: short(segment.get(6)),
            version: short(segment.get(8)),
            transactions: 0,
        });
    }

    fn open_transaction(&mut self, segment: &Segment<'_>) {
        self.miss_trailers(Level::Transaction, segment);
        self.is_astray = false;
        match &mut self.group {
            Some(group) => group.transactions += 1,
            None => self.push(segment.error("a transaction stands outside of every group: its GS is missing"), FaultKind::OutOfPlace),
        }
        let (kind, control, version) = (short(segment.get(1)), short(segment.get(2)), short(segment.get(3)));
        self.transaction = Some(Transaction { kind, control, version, position: 1 });
    }

    fn close_transaction(&mut self, segment: &Segment<'_>) {
        match self.transaction.take() {
            None => self.push(segment.error("this SE closes nothing: no ST is open"), FaultKind::OutOfPlace),
            // SE01 counts ST and SE themselves.
            Some(open) => self.compare(segment, "segments", open.position, "ST02", &open.control),
        }
    }

    fn close_group(&mut self, segment: &Segment<'_>) {
        self.miss_trailers(Level::Transaction, segment);
        match self.group.take() {
            None => self.push(segment.error("this GE closes nothing: no GS is open"), FaultKind::OutOfPlace),
            Some(open) => self.compare(segment, "transactions", open.transactions, "GS06", &open.control),
        }
    }

    fn close_interchange(&mut self, segment: &Segment<'_>) {
        self.miss_trailers(Level::Group, segment);
        match self.interchange.take() {
            None => self.push(segment.error("this IEA closes nothing: no ISA is open"), FaultKind::OutOfPlace),
            Some(open) => self.compare(segment, "groups", open.groups, "ISA13", &open.control),
        }
    }

    /// A trailer says how many there were and repeats the number of its header.
    fn compare(&mut self, trailer: &Segment<'_>, what: &str, counted: u64, header: &str, control: &str) {
        match trailer.number(1) {
            Ok(Some(told)) if u64::try_from(told) == Ok(counted) => {}
            Ok(Some(told)) => self.push(trailer.wrong(1, format!("it counts {told} {what}, and there are {counted}")), FaultKind::Count),
            Ok(None) => self.push(trailer.wrong(1, format!("it counts no {what}, and there are {counted}")), FaultKind::Count),
            Err(error) => self.push(error, FaultKind::Count),
        }
        if !same_control(trailer.get(2), control) {
            let words = format!("it closes number \"{}\", and {header} opened \"{control}\"", short(trailer.get(2)));
            self.push(trailer.wrong(2, words), FaultKind::ControlNumber);
        }
    }

    /// Something begins or ends at a level while that level, or what it holds, is still open.
    fn miss_trailers(&mut self, from: Level, segment: &Segment<'_>) {
        if let Some(missing) = self.take_open(from) {
            let words = format!("before this segment {missing} did not come: what came before was never finished");
            self.push(segment.error(words), FaultKind::MissingTrailer);
        }
    }

    /// Closes all that is open at a level and within it, and names the trailers that were to come.
    fn take_open(&mut self, from: Level) -> Option<String> {
        let transaction = self.transaction.take().map(|_| "SE");
        let group = if from <= Level::Group { self.group.take().map(|_| "GE") } else { None };
        let interchange = if from == Level::Interchange { self.interchange.take().map(|_| "IEA") } else { None };
        let missing: Vec<&str> = [transaction, group, interchange].into_iter().flatten().collect();
        if missing.is_empty() { None } else { Some(missing.join(", ")) }
    }

    fn stray(&mut self, segment: &Segment<'_>) {
        if !self.is_astray {
            self.push(segment.error("it stands between the transactions, where nothing can stand"), FaultKind::OutOfPlace);
        }
        self.is_astray = true;
    }

    fn end(&mut self) {
        if self.is_over {
            return;
        }
        self.is_over = true;
        if self.last.is_none() {
            let at = self.behind_last("the file is empty".into());
            self.faults.push(EnvelopeFault { at, kind: FaultKind::Empty });
        } else if let Some(missing) = self.take_open(Level::Interchange) {
            let at = self.behind_last(format!("the file ends here and {missing} did not come: it was cut off"));
            self.faults.push(EnvelopeFault { at, kind: FaultKind::MissingTrailer });
        }
    }

    fn behind_last(&self, words: String) -> X12Error {
        let (segment, offset) = self.last.unwrap_or((0, 0));
        X12Error { segment: segment + 1, offset, id: String::new(), element: None, words }
    }

    /// Faults beyond the limit are counted, but one that says that something is missing is always kept once.
    fn push(&mut self, at: X12Error, kind: FaultKind) {
        let fault = EnvelopeFault { at, kind };
        let is_first_fatal = fault.is_fatal() && !self.faults.iter().any(EnvelopeFault::is_fatal);
        if self.faults.len() < MOST_FAULTS || is_first_fatal {
            self.faults.push(fault);
        } else {
            self.left_out += 1;
        }
    }
}

/// Control numbers are numbers: `000000012` and `12` are one, `000` and nothing are not.
pub fn same_control(a: &str, b: &str) -> bool {
    let (a, b) = (a.trim(), b.trim());
    a.is_empty() == b.is_empty() && a.trim_start_matches('0').eq_ignore_ascii_case(b.trim_start_matches('0'))
}

/// YYMMDD, as ISA and TA1 write it.
pub fn short_day(text: &str) -> Option<NaiveDate> {
    if text.len() == 6 { day(&format!("20{text}")) } else { None }
}

/// HHMM, with seconds or without.
pub fn time(text: &str) -> Option<NaiveTime> {
    if text.len() < 4 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let two = |at: usize| text.get(at..at + 2).map_or(Some(0), |t| t.parse().ok());
    NaiveTime::from_hms_opt(two(0)?, two(2)?, two(4)?)
}

#[cfg(test)]
mod tests {
    use super::super::mangle::{ISA, each_cut, mangled};
    use super::*;

    const TWO: &str = "GS*HP*A*B*20261125*1200*7*X*005010X221A1~ST*835*0001~BPR*I*0~SE*3*0001~ST*835*0002~SE*2*0002~GE*2*7~";

    fn faults(file: &str) -> Vec<String> {
        watch(file.as_bytes()).iter().map(ToString::to_string).collect()
    }

    fn watch(file: &[u8]) -> Vec<EnvelopeFault> {
        let mut reader = Reader::new(file);
        let mut envelope = Envelope::default();
        while envelope.next(&mut reader).is_some() {}
        envelope.finish()
    }

    fn kinds(file: &str) -> Vec<(FaultKind, bool)> {
        watch(file.as_bytes()).iter().map(|f| (f.kind, f.is_fatal())).collect()
    }

    #[test]
    fn a_file_whose_envelopes_agree_has_no_fault() {
        let one = format!("{ISA}{TWO}IEA*1*000000001~");
        assert_eq!(faults(&one), [""; 0]);
        assert_eq!(faults(&format!("{one}\r\n{one}{ISA}TA1*1*261125*1200*A*000~IEA*0*1~")), [""; 0]);
    }

    #[test]
    fn the_readers_see_what_is_open() {
        let file = format!("{ISA}{TWO}IEA*1*000000001~");
        let mut reader = Reader::new(file.as_bytes());
        let mut envelope = Envelope::default();
        for _ in 0..4 {
            assert!(envelope.next(&mut reader).is_some());
        }
        let interchange = envelope.interchange().expect("open");
        assert_eq!((interchange.sender.as_str(), interchange.control.as_str(), interchange.is_test), ("PAYER", "000000001", false));
        assert_eq!(interchange.day, NaiveDate::from_ymd_opt(2026, 11, 25));
        assert_eq!(envelope.group().map(|g| (g.control.as_str(), g.kind.as_str())), Some(("7", "HP")));
        assert_eq!(envelope.transaction().map(|t| (t.control.as_str(), t.position)), Some(("0001", 2)));
        assert_eq!(envelope.version(), "005010X221A1");
    }

    #[test]
    fn wrong_counts_and_numbers_are_told_with_both_and_are_not_fatal() {
        let file = format!(
            "{ISA}{}IEA*4*000000002~",
            TWO.replace("SE*3*0001", "SE*x*1").replace("SE*2*0002", "SE*9*0003").replace("GE*2*7", "GE**8")
        );
        let told = watch(file.as_bytes());
        let words: Vec<&str> = told.iter().map(|f| f.at.words.as_str()).collect();
        assert_eq!(
            words,
            [
                "\"x\" is no whole number",
                "it counts 9 segments, and there are 2",
                "it closes number \"0003\", and ST02 opened \"0002\"",
                "it counts no transactions, and there are 2",
                "it closes number \"8\", and GS06 opened \"7\"",
                "it counts 4 groups, and there are 1",
                "it closes number \"000000002\", and ISA13 opened \"000000001\"",
            ]
        );
        assert!(told.iter().all(|f| !f.is_fatal()));
    }

    #[test]
    fn every_missing_trailer_is_fatal_and_named() {
        let whole = format!("{ISA}{TWO}IEA*1*000000001~");
        let without = |part: &str| whole.replace(part, "");
        for part in ["SE*2*0002~", "GE*2*7~", "SE*2*0002~GE*2*7~"] {
            let told = faults(&without(part));
            let name = part[..2].to_string();
            assert!(told.iter().any(|t| t.contains(&name) && t.contains("did not come")), "{part}: {told:?}");
            assert!(watch(without(part).as_bytes()).iter().any(EnvelopeFault::is_fatal), "{part}");
        }
        assert_eq!(kinds(&without("IEA*1*000000001~")), [(FaultKind::MissingTrailer, true)]);
        assert_eq!(kinds(&format!("{}{whole}", without("IEA*1*000000001~"))), [(FaultKind::MissingTrailer, true)]);
        assert_eq!(kinds(""), [(FaultKind::Empty, true)]);
    }

    #[test]
    fn what_stands_outside_is_told_once_and_is_not_fatal() {
        let stray = format!("{ISA}{TWO}CLP*1~CAS*2~IEA*1*000000001~SE*1*1~GE*1*1~IEA*1*1~");
        let told = watch(stray.as_bytes());
        assert_eq!(told.iter().map(|f| f.kind).collect::<Vec<_>>(), [FaultKind::OutOfPlace; 4]);
        assert!(kinds(&format!("{ISA}ST*835*1~SE*2*1~IEA*0*1~")).contains(&(FaultKind::OutOfPlace, false)));
    }

    #[test]
    fn a_file_cut_off_at_any_byte_has_a_fatal_fault() {
        let file = format!("{ISA}{TWO}IEA*1*000000001~");
        // Behind "IEA*1*" the file is complete but for a number and a terminator that many leave out.
        let enough = file.len() - "*1*000000001~".len();
        each_cut(&file, |cut, at| {
            let is_told = watch(cut).iter().any(EnvelopeFault::is_fatal);
            assert!(is_told || at >= enough, "cut at {at}");
            assert!(at == file.len() - 1 || !watch(cut).is_empty(), "cut at {at}");
        });
    }

    #[test]
    fn whatever_a_file_holds_the_faults_are_few_and_nothing_panics() {
        let file = format!("{ISA}{TWO}IEA*1*000000001~");
        mangled(&file, 5_000, |bytes| assert!(watch(bytes).len() <= MOST_FAULTS + 3));
        let endless = format!("{ISA}{}", "SE*1*1~GS*1~".repeat(5_000));
        let told = watch(endless.as_bytes());
        assert!(told.len() <= MOST_FAULTS + 3 && told.last().is_some_and(|f| f.at.words.starts_with("and ")), "{}", told.len());
    }
}
