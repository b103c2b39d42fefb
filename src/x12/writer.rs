//! Segments put together: counted, laid out, and refused where data would break the file.

use super::segment::Delimiters;

/// Puts segments together, counts them, and refuses data that would break the file.
#[derive(Debug)]
pub struct Writer {
    delimiters: Delimiters,
    out: String,
    /// Segments since the ST, itself included.
    segments: usize,
    /// What was refused, in the order of writing.
    refused: Vec<String>,
}

impl Writer {
    pub fn new(delimiters: Delimiters) -> Self {
        Self { delimiters, out: String::new(), segments: 0, refused: Vec::new() }
    }

    /// Writes a segment. Empty elements at its end fall away.
    pub fn segment(&mut self, id: &str, elements: &[&str]) -> &mut Self {
        let used = elements.iter().rposition(|e| !e.is_empty()).map_or(0, |at| at + 1);
        self.out.push_str(id);
        for (at, element) in elements[..used].iter().enumerate() {
            self.check(id, at + 1, element);
            self.out.push(char::from(self.delimiters.element));
            self.out.push_str(element);
        }
        self.out.push(char::from(self.delimiters.segment));
        self.segments = if id == "ST" { 1 } else { self.segments + 1 };
        self
    }

    /// The segments from the ST on, and the one to be written now: what SE01 says.
    pub fn count_with_trailer(&self) -> usize {
        self.segments + 1
    }

    /// Components of one element, empty ones at the end left out.
    pub fn composite(&self, parts: &[&str]) -> String {
        let used = parts.iter().rposition(|p| !p.is_empty()).map_or(0, |at| at + 1);
        let mut out = String::with_capacity(parts[..used].iter().map(|p| p.len() + 1).sum());
        for (at, part) in parts[..used].iter().enumerate() {
            if at > 0 {
                out.push(char::from(self.delimiters.component));
            }
            out.push_str(part);
        }
        out
    }

    /// An ISA: its elements have fixed widths, and its last two characters say the component separator and the terminator.
    pub fn isa(&mut self, elements: &[&str; 15]) -> &mut Self {
        const WIDTHS: [usize; 15] = [2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1];
        self.out.push_str("ISA");
        for (at, (element, width)) in elements.iter().zip(WIDTHS).enumerate() {
            if element.len() > width {
                self.refused.push(format!("ISA{:02} holds {width} characters, not \"{element}\"", at + 1));
            }
            // The repetition separator stands in ISA11 as itself.
            if at != 10 {
                self.check("ISA", at + 1, element);
            }
            self.out.push(char::from(self.delimiters.element));
            self.out.push_str(&format!("{element:width$}"));
        }
        self.out.push(char::from(self.delimiters.element));
        self.out.push(char::from(self.delimiters.component));
        self.out.push(char::from(self.delimiters.segment));
        self
    }

    /// The file, or what it could not hold.
    pub fn finish(self) -> Result<String, Vec<String>> {
        if self.refused.is_empty() { Ok(self.out) } else { Err(self.refused) }
    }

    /// Data must not hold what separates; a component separator only stands where `composite` put it.
    fn check(&mut self, id: &str, at: usize, element: &str) {
        let d = self.delimiters;
        let breaks = |b: u8| b == d.element || b == d.segment || Some(b) == d.repetition || !(b' '..=b'~').contains(&b);
        if element.bytes().any(breaks) {
            self.refused.push(format!("{id}{at:02} holds a character that separates, or none of X12's: \"{}\"", element.escape_debug()));
        }
    }
}

/// Text as X12 carries it: upper case, no accents, none of the characters that separate, single blanks.
pub fn plain(text: &str, delimiters: Delimiters) -> String {
    let d = delimiters;
    let separators = [d.element, d.component, d.repetition.unwrap_or(d.element), d.segment].map(char::from);
    let separates = |c: char| separators.contains(&c) || matches!(c, '*' | ':' | '^' | '~');
    let mut out = String::with_capacity(text.len());
    let mut put = |c: char| {
        let c = if !matches!(c, '!'..='~') || separates(c) { ' ' } else { c };
        if c != ' ' || !(out.is_empty() || out.ends_with(' ')) {
            out.push(c);
        }
    };
    for c in text.chars() {
        // Nearly all text is plain already; the long way is for the rest.
        match c.is_ascii() {
            true => put(c.to_ascii_uppercase()),
            false => unaccented(c).flat_map(char::to_uppercase).for_each(&mut put),
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// The letter under an accent, and what typographers put in place of plain signs.
fn unaccented(c: char) -> impl Iterator<Item = char> {
    const LATIN: &str = "AAAAAAACEEEEIIIIDNOOOOO*OUUUUYTSaaaaaaaceeeeiiiidnooooo*ouuuuyty";
    let replaced = match c {
        'À'..='ÿ' => LATIN.chars().nth(c as usize - 'À' as usize).filter(|l| *l != '*').unwrap_or(' '),
        'Ā' | 'Ă' | 'Ą' | 'ā' | 'ă' | 'ą' => 'A',
        'Ć' | 'Č' | 'ć' | 'č' => 'C',
        'Ď' | 'Đ' | 'ď' | 'đ' => 'D',
        'Ē' | 'Ę' | 'Ě' | 'ē' | 'ę' | 'ě' => 'E',
        'Ğ' | 'ğ' => 'G',
        'Ī' | 'İ' | 'ī' | 'ı' => 'I',
        'Ł' | 'ł' => 'L',
        'Ń' | 'Ň' | 'ń' | 'ň' => 'N',
        'Ō' | 'Ő' | 'ō' | 'ő' => 'O',
        'Ř' | 'ř' => 'R',
        'Ś' | 'Ş' | 'Š' | 'ś' | 'ş' | 'š' => 'S',
        'Ţ' | 'Ť' | 'ţ' | 'ť' => 'T',
        'Ū' | 'Ů' | 'Ű' | 'ū' | 'ů' | 'ű' => 'U',
        'Ź' | 'Ż' | 'Ž' | 'ź' | 'ż' | 'ž' => 'Z',
        '‘' | '’' => '\'',
        '“' | '”' => '"',
        '–' | '—' => '-',
        other => other,
    };
    std::iter::once(replaced)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::x12::Reader;

    #[test]
    fn the_writer_counts_drops_empty_ends_and_refuses_what_separates() {
        let mut writer = Writer::new(Delimiters::default());
        writer.segment("ST", &["837", "0001"]).segment("NM1", &["QC", "1", "ROSSI", "", ""]);
        let code = writer.composite(&["HC", "97124", "", ""]);
        writer.segment("SV1", &[&code, "80"]);
        assert_eq!(writer.count_with_trailer(), 4);
        assert_eq!(writer.finish().expect("good"), "ST*837*0001~NM1*QC*1*ROSSI~SV1*HC:97124*80~");
        let mut writer = Writer::new(Delimiters::default());
        writer.segment("NM1", &["QC", "1", "RO~SSI"]).segment("N3", &["Straße"]);
        let refused = writer.finish().expect_err("broken");
        assert_eq!(refused.len(), 2, "{refused:?}");
    }

    #[test]
    fn text_is_made_plain() {
        let plain = |text| super::plain(text, Delimiters::default());
        assert_eq!(plain("  Zoë  O’Brien-Peña*\n"), "ZOE O'BRIEN-PENA");
        assert_eq!(plain("a:b^c~d"), "A B C D");
        assert_eq!(plain("李"), "");
    }

    #[test]
    fn what_was_written_is_read_again() {
        let mut writer = Writer::new(Delimiters::default());
        writer.isa(&["00", "", "00", "", "ZZ", "US", "ZZ", "PAYER", "261125", "1200", "^", "00501", "000000001", "0", "P"]);
        writer.segment("IEA", &["0", "000000001"]);
        let file = writer.finish().expect("good");
        assert_eq!(file.find("IEA"), Some(106));
        let mut reader = Reader::new(file.as_bytes());
        let isa = reader.next().expect("read").expect("isa");
        assert_eq!((isa.get(6), isa.get(13), isa.delimiters), ("US", "000000001", Delimiters::default()));
    }
}
