//! Segments, as the reader takes them from any stream: one at a time and in flat memory.

use chrono::NaiveDate;
use std::io::Read;

/// No segment of any real file comes near it; more is a file of another kind, or an attack.
const LONGEST: usize = 64 * 1024;
const CHUNK: usize = 64 * 1024;
/// Sixteen elements follow the letters ISA, each of fixed width.
const ISA_ELEMENTS: usize = 16;

/// What separates the parts of a file. Every ISA says it anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delimiters {
    pub element: u8,
    pub component: u8,
    /// Between repeated elements; 4010 files have none.
    pub repetition: Option<u8>,
    pub segment: u8,
}

impl Default for Delimiters {
    /// What we write unless a partner wants others.
    fn default() -> Self {
        Self { element: b'*', component: b':', repetition: Some(b'^'), segment: b'~' }
    }
}

/// What is wrong with a file, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("segment {segment}{} at byte {offset}{}: {words}", name(id), element.map(|e| format!(", element {e}")).unwrap_or_default())]
pub struct X12Error {
    /// Its place in the file, from 1.
    pub segment: u64,
    /// Where it begins, in bytes from 0.
    pub offset: u64,
    /// Its letters, like `CLP`; empty where it has none.
    pub id: String,
    pub element: Option<usize>,
    pub words: String,
}

fn name(id: &str) -> String {
    if id.is_empty() { String::new() } else { format!(" ({id})") }
}

/// One segment of a file. Elements are counted as the guides count them: 0 is the segment's own name.
#[derive(Clone, Copy, Debug)]
pub struct Segment<'a> {
    /// Its place in the file, from 1.
    pub number: u64,
    /// Where it begins and where it ends behind its terminator, in bytes from the start of the file.
    pub offset: u64,
    pub end: u64,
    pub delimiters: Delimiters,
    text: &'a str,
    /// The end of each element within the text.
    ends: &'a [usize],
}

impl<'a> Segment<'a> {
    pub fn id(&self) -> &'a str {
        self.get(0)
    }

    /// As it stands in the file, without its terminator.
    pub fn text(&self) -> &'a str {
        self.text
    }

    /// How many elements it has, its name not counted.
    pub fn len(&self) -> usize {
        self.ends.len() - 1
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// An element without the blanks around it; empty where the segment ends before it.
    pub fn get(&self, n: usize) -> &'a str {
        let Some(end) = self.ends.get(n) else { return "" };
        let start = if n == 0 { 0 } else { self.ends[n - 1] + 1 };
        self.text[start..*end].trim_ascii()
    }

    /// An element, where something stands in it.
    pub fn some(&self, n: usize) -> Option<&'a str> {
        Some(self.get(n)).filter(|text| !text.is_empty())
    }

    /// A component of an element, from 1; empty where there is none.
    pub fn part(&self, n: usize, component: usize) -> &'a str {
        let parts = self.get(n).split(char::from(self.delimiters.component));
        parts.into_iter().nth(component - 1).unwrap_or("").trim_ascii()
    }

    /// The components of an element.
    pub fn parts(&self, n: usize) -> impl Iterator<Item = &'a str> + use<'a> {
        self.get(n).split(char::from(self.delimiters.component)).map(str::trim_ascii)
    }

    /// Money in cents: `12`, `12.5`, `.50`, `-0`. Nothing there is 0.
    pub fn cents(&self, n: usize) -> Result<i64, X12Error> {
        match self.some(n) {
            None => Ok(0),
            Some(text) => cents(text).ok_or_else(|| self.wrong(n, format!("\"{}\" is no amount of dollars and cents", clip(text)))),
        }
    }

    /// A whole number, also written as `3.0`; nothing where there is none.
    pub fn number(&self, n: usize) -> Result<Option<i64>, X12Error> {
        let Some(text) = self.some(n) else { return Ok(None) };
        let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
        let plain = rest.bytes().all(|b| b == b'0') && whole.len() <= 15;
        match whole.parse() {
            Ok(number) if plain => Ok(Some(number)),
            _ => Err(self.wrong(n, format!("\"{}\" is no whole number", clip(text)))),
        }
    }

    /// A day as CCYYMMDD; nothing where there is none.
    pub fn day(&self, n: usize) -> Result<Option<NaiveDate>, X12Error> {
        match self.some(n) {
            None => Ok(None),
            Some(text) => day(text).map(Some).ok_or_else(|| self.wrong(n, format!("\"{}\" is no day", clip(text)))),
        }
    }

    /// The segment as it would stand in a file with our separators: the same content gives the same text, however it travelled.
    pub fn canonical(&self, into: &mut String) {
        let used = (0..=self.len()).rev().find(|n| !self.get(*n).is_empty()).unwrap_or(0);
        for n in 0..=used {
            if n > 0 {
                into.push('*');
            }
            let component = char::from(self.delimiters.component);
            let text = self.get(n).trim_end_matches(component);
            into.extend(text.chars().map(|c| if c == component { ':' } else { c }));
        }
        into.push('~');
    }

    /// Something is wrong with one element.
    pub fn wrong(&self, element: usize, words: impl Into<String>) -> X12Error {
        X12Error { element: Some(element), ..self.error(words) }
    }

    /// Something is wrong with the segment.
    pub fn error(&self, words: impl Into<String>) -> X12Error {
        X12Error { segment: self.number, offset: self.offset, id: clip(self.id()).into(), element: None, words: words.into() }
    }
}

/// Dollars and cents as cents; nothing where it is none, has a part of a cent, or is beyond every bill.
pub fn cents(text: &str) -> Option<i64> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let plain = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    let (part, beyond) = part.split_at_checked(2).unwrap_or((part, ""));
    if (whole.is_empty() && part.is_empty()) || !plain(whole) || !plain(part) || beyond.bytes().any(|b| b != b'0') {
        return None;
    }
    let whole = whole.trim_start_matches('0');
    if whole.len() > 9 {
        return None;
    }
    let dollars: i64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let part = part.bytes().chain([b'0'; 2]).take(2).fold(0, |sum, b| sum * 10 + i64::from(b - b'0'));
    Some(sign * (dollars * 100 + part))
}

/// CCYYMMDD.
pub fn day(text: &str) -> Option<NaiveDate> {
    if text.len() != 8 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    NaiveDate::from_ymd_opt(text[..4].parse().ok()?, text[4..6].parse().ok()?, text[6..].parse().ok()?)
}

/// The beginning of a text that may be anything.
fn clip(text: &str) -> &str {
    let end = text.char_indices().nth(40).map_or(text.len(), |(at, _)| at);
    &text[..end]
}

/// Reads segments from a stream. It holds one segment and one chunk, whatever the size of the file.
pub struct Reader<R> {
    from: R,
    buffer: Vec<u8>,
    /// What of the buffer was given out already.
    start: usize,
    /// The place of the buffer's first byte in the file.
    base: u64,
    ended: bool,
    number: u64,
    delimiters: Option<Delimiters>,
    text: String,
    ends: Vec<usize>,
}

impl<R: Read> Reader<R> {
    pub fn new(from: R) -> Self {
        Self {
            from,
            buffer: Vec::new(),
            start: 0,
            base: 0,
            ended: false,
            number: 0,
            delimiters: None,
            text: String::new(),
            ends: Vec::new(),
        }
    }

    /// The next segment, or nothing at the end of the file.
    #[expect(clippy::should_implement_trait, reason = "a segment lives only until the next one, which no iterator can say")]
    pub fn next(&mut self) -> Result<Option<Segment<'_>>, X12Error> {
        self.skip_blank()?;
        if self.rest().is_empty() {
            return Ok(None);
        }
        if self.is_header()? {
            self.delimiters = Some(self.read_delimiters()?);
        }
        let Some(delimiters) = self.delimiters else {
            return Err(self.error("this is no X12 file: it does not begin with an ISA segment"));
        };
        let (length, closed) = self.find_end(delimiters.segment)?;
        self.number += 1;
        let offset = self.base + self.start as u64;
        self.take(length, delimiters);
        self.start += length + usize::from(closed);
        let end = self.base + self.start as u64;
        let segment = Segment { number: self.number, offset, end, delimiters, text: &self.text, ends: &self.ends };
        // Many files end without the last terminator; one that ends elsewhere was cut off.
        if !closed && segment.id() != "IEA" {
            return Err(segment.error("the file is cut off here"));
        }
        Ok(Some(segment))
    }

    fn rest(&self) -> &[u8] {
        &self.buffer[self.start..]
    }

    /// Reads on. At the end of the file nothing more comes.
    fn more(&mut self) -> Result<(), X12Error> {
        self.buffer.drain(..self.start);
        self.base += self.start as u64;
        self.start = 0;
        let before = self.buffer.len();
        // Copied, not filled: without optimization a fill goes byte by byte, and tests read many small files.
        self.buffer.extend_from_slice(&[0; CHUNK]);
        loop {
            match self.from.read(&mut self.buffer[before..]) {
                Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
                Err(e) => return Err(self.error(format!("the file cannot be read: {e}"))),
                Ok(read) => {
                    self.buffer.truncate(before + read);
                    self.ended = read == 0;
                    return Ok(());
                }
            }
        }
    }

    /// Line breaks and blanks stand between segments in many files, and a byte order mark before the first.
    fn skip_blank(&mut self) -> Result<(), X12Error> {
        loop {
            if self.base == 0 && self.start == 0 && self.rest().starts_with(b"\xef\xbb\xbf") {
                self.start = 3;
            }
            let blank = self.rest().iter().take_while(|b| matches!(b, b' ' | b'\r' | b'\n' | b'\t' | 0)).count();
            self.start += blank;
            if self.ended || self.rest().len() >= 3 {
                return Ok(());
            }
            self.more()?;
        }
    }

    fn is_header(&self) -> Result<bool, X12Error> {
        let rest = self.rest();
        Ok(rest.starts_with(b"ISA") && rest.get(3).is_none_or(|b| !b.is_ascii_alphanumeric()))
    }

    /// What the header says. Its elements are counted, since not every ISA keeps to its 106 bytes.
    fn read_delimiters(&mut self) -> Result<Delimiters, X12Error> {
        const ENOUGH: usize = 300;
        while !self.ended && self.rest().len() < ENOUGH {
            self.more()?;
        }
        let rest = &self.rest()[..std::cmp::min(ENOUGH, self.rest().len())];
        let Some(&element) = rest.get(3) else { return Err(self.error("the file is cut off in its ISA")) };
        let ends: Vec<usize> = rest.iter().enumerate().filter(|(_, b)| **b == element).map(|(at, _)| at).take(ISA_ELEMENTS).collect();
        let (Some(&last), true) = (ends.last(), ends.len() == ISA_ELEMENTS) else {
            return Err(self.error("the ISA has fewer than sixteen elements, so nobody can say how the file is separated"));
        };
        let (Some(&component), Some(&segment)) = (rest.get(last + 1), rest.get(last + 2)) else {
            return Err(self.error("the file is cut off in its ISA"));
        };
        let repetition = match &rest[ends[10] + 1..ends[11]] {
            [one] if one.is_ascii() && !one.is_ascii_alphanumeric() => Some(*one),
            _ => None,
        };
        let all = [element, component, segment];
        let distinct = element != component && component != segment && element != segment;
        if !distinct || all.iter().any(|b| b.is_ascii_alphanumeric() || !b.is_ascii()) {
            return Err(self.error("the ISA names separators that cannot be told from data or from each other"));
        }
        Ok(Delimiters { element, component, repetition, segment })
    }

    /// How long the segment is, and whether a terminator ends it.
    fn find_end(&mut self, terminator: u8) -> Result<(usize, bool), X12Error> {
        let mut searched = 0;
        loop {
            if let Some(at) = self.rest()[searched..].iter().position(|b| *b == terminator) {
                return if searched + at > LONGEST { Err(self.too_long()) } else { Ok((searched + at, true)) };
            }
            searched = self.rest().len();
            if searched > LONGEST {
                return Err(self.too_long());
            }
            if self.ended {
                let length = self.rest().trim_ascii_end().len();
                return Ok((length, false));
            }
            self.more()?;
        }
    }

    /// Copies the segment and marks where its elements end.
    fn take(&mut self, length: usize, delimiters: Delimiters) {
        let raw = &self.buffer[self.start..self.start + length];
        self.text.clear();
        match std::str::from_utf8(raw) {
            Ok(text) => self.text.push_str(text),
            // Old systems write Latin-1.
            Err(_) => self.text.extend(raw.iter().map(|b| char::from(*b))),
        }
        self.ends.clear();
        self.ends.extend(self.text.bytes().enumerate().filter(|(_, b)| *b == delimiters.element).map(|(at, _)| at));
        self.ends.push(self.text.len());
    }

    fn too_long(&self) -> X12Error {
        self.error(format!("a segment of more than {LONGEST} bytes: its terminator is missing, or this is no X12 file"))
    }

    /// Something is wrong where the next segment would begin.
    fn error(&self, words: impl Into<String>) -> X12Error {
        X12Error { segment: self.number + 1, offset: self.base + self.start as u64, id: String::new(), element: None, words: words.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub const ISA: &str = "ISA*00*          *00*          *ZZ*PAYER          *ZZ*US             *261125*1200*^*00501*000000001*0*P*:~";

    /// Gives its bytes a few at a time, as a slow disk would.
    struct Drops<'a>(&'a [u8], usize);

    impl Read for Drops<'_> {
        fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
            let n = self.1.min(self.0.len()).min(into.len());
            into[..n].copy_from_slice(&self.0[..n]);
            self.0 = &self.0[n..];
            Ok(n)
        }
    }

    fn all(bytes: &[u8]) -> Result<Vec<String>, X12Error> {
        let mut reader = Reader::new(Drops(bytes, 7));
        let mut found = Vec::new();
        while let Some(segment) = reader.next()? {
            found.push(segment.text().to_string());
        }
        Ok(found)
    }

    #[test]
    fn a_separator_outside_ascii_is_refused_since_it_may_be_half_of_a_letter() {
        for separator in [b'\xbf', b'\xc3'] {
            let file = ISA.as_bytes().iter().map(|b| if *b == b'*' { separator } else { *b }).collect::<Vec<u8>>();
            let error = all(&[file.as_slice(), b"\xe9~"].concat()).expect_err("refused");
            assert!(error.words.contains("cannot be told from data"), "{error}");
        }
    }

    #[test]
    fn separators_are_read_from_the_header_whatever_they_are() {
        let file = format!("{ISA}GS*HP*A*B~ST*835*0001~IEA*1*000000001~");
        assert_eq!(all(file.as_bytes()).expect("read")[1..], ["GS*HP*A*B", "ST*835*0001", "IEA*1*000000001"]);
        for (from, to) in [("*", "|"), ("~", "\n"), ("~", "\r\n"), (":", "\u{1f}"), ("~", "\u{1c}"), ("~", "~\r\n"), ("~", "~  \n\n")] {
            let other = file.replace(from, to);
            let told = all(other.as_bytes()).unwrap_or_else(|e| panic!("{from} {to:?}: {e}"));
            assert_eq!(told.len(), 4, "{to:?}");
            assert_eq!(told[1].replace('|', "*"), "GS*HP*A*B", "{to:?}");
        }
        assert_eq!(all(format!("\u{feff}\n {file}").as_bytes()).expect("a mark before it").len(), 4);
        assert_eq!(all(file.trim_end_matches('~').as_bytes()).expect("no last terminator").len(), 4);
    }

    #[test]
    fn every_header_may_name_other_separators() {
        let second = ISA.replace('*', "|").replace('~', "!");
        let file = format!("{ISA}GS*A~IEA*1~\n{second}GS|B!IEA|1!");
        assert_eq!(all(file.as_bytes()).expect("both")[4], "GS|B");
    }

    #[test]
    fn an_element_is_trimmed_and_what_is_not_there_is_empty() {
        let file = format!("{ISA}SVC*HC:97124: GP *12.5**  2  ~IEA*1~");
        let mut reader = Reader::new(file.as_bytes());
        reader.next().expect("isa");
        let svc = reader.next().expect("read").expect("a segment");
        assert_eq!((svc.id(), svc.len(), svc.get(4), svc.get(9)), ("SVC", 4, "2", ""));
        assert_eq!((svc.part(1, 2), svc.part(1, 3), svc.part(1, 7)), ("97124", "GP", ""));
        assert_eq!((svc.cents(2), svc.cents(3), svc.number(4)), (Ok(1_250), Ok(0), Ok(Some(2))));
        assert_eq!((svc.number, svc.offset, svc.end), (2, ISA.len() as u64, ISA.len() as u64 + 30));
    }

    #[test]
    fn amounts_are_read_as_payers_write_them() {
        let good =
            [("12", 1_200), ("12.5", 1_250), (".5", 50), ("-0", 0), ("100.00", 10_000), ("-3.20", -320), ("0012.340", 1_234), ("+1", 100)];
        for (text, expected) in good {
            assert_eq!(cents(text), Some(expected), "{text}");
        }
        for text in ["", ".", "-", "1.005", "1,000", "1e3", "abc", "99999999999", "1.2.3", "--1", "NaN"] {
            assert_eq!(cents(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_named_by_segment_byte_and_element() {
        let file = format!("{ISA}CLP*C202600311*1*x*80~IEA*1~");
        let mut reader = Reader::new(file.as_bytes());
        reader.next().expect("isa");
        let error = reader.next().expect("read").expect("a segment").cents(3).expect_err("no amount");
        assert_eq!(error.to_string(), format!("segment 2 (CLP) at byte {}, element 3: \"x\" is no amount of dollars and cents", ISA.len()));
    }

    #[test]
    fn a_file_cut_off_at_any_byte_is_an_error_and_never_a_panic() {
        let file = format!("{ISA}GS*HP*A*B~ST*835*0001~SE*2*0001~GE*1*1~IEA*1*000000001~");
        for end in 1..file.len() - "*1*000000001~".len() {
            let whole_segment = file[..end].ends_with('~');
            let told = all(&file.as_bytes()[..end]);
            assert_eq!(told.is_ok(), whole_segment, "{end}: {told:?}");
        }
    }

    #[test]
    fn other_files_are_told_apart_and_a_line_without_end_is_refused_in_flat_memory() {
        for other in [&b"PK\x03\x04zip"[..], b"%PDF-1.7", b"a,b,c\n1,2,3", b"\xff\xfe\x00", b"ISAAC", b"ISA"] {
            assert!(all(other).is_err(), "{other:?}");
        }
        struct Endless(u64);
        impl Read for Endless {
            fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
                self.0 += into.len() as u64;
                into.fill(b'A');
                Ok(into.len())
            }
        }
        let mut reader = Reader::new(ISA.as_bytes().chain(Endless(0)));
        reader.next().expect("isa");
        let error = reader.next().expect_err("endless");
        assert!(error.words.contains("more than 65536 bytes"), "{error}");
        assert!(reader.buffer.len() <= LONGEST + 2 * CHUNK);
    }

    #[test]
    fn latin_1_is_read_and_never_refused() {
        let mut file = ISA.as_bytes().to_vec();
        file.extend(b"NM1*QC*1*PE\xd1A~IEA*1~");
        assert_eq!(all(&file).expect("read")[1], "NM1*QC*1*PEÑA");
    }
}
