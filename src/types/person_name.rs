//! Names of people: taken apart for matching and search, never changed for show.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Credentials that stand behind a name, without dots, in capitals.
pub const CREDENTIALS: &[&str] = &[
    "MD", "DO", "DC", "ND", "PA", "PAC", "PA-C", "NP", "FNP", "ARNP", "APRN", "RN", "DDS", "DMD", "DPM", "PT", "DPT", "OT", "OTR", "LMT",
    "LMP", "LAC", "LCSW", "LMHC", "PHD", "PSYD", "DAOM", "EAMP", "MPH", "MS", "MSW", "CNM", "FAAP", "FACS", "OD", "CMT", "BCTMB",
];
const PREFIXES: &[&str] = &["dr", "mr", "mrs", "ms", "mx", "miss", "prof"];
const SUFFIXES: &[&str] = &["jr", "sr", "ii", "iii", "iv"];
/// Words that belong to the last name behind them.
const PARTICLES: &[&str] = &["de", "del", "der", "den", "di", "da", "dos", "du", "la", "le", "st.", "van", "von", "ten", "al", "el"];

/// Lower case without accents, marks or double spaces: what two spellings of one thing share.
pub fn fold(text: &str) -> String {
    let plain = text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase);
    let spaced: String = plain
        .map(|c| match c {
            'ł' => 'l',
            'ø' => 'o',
            'đ' => 'd',
            'ß' => 's',
            '\u{2019}' | '\'' | '.' => '\u{0}',
            c if c.is_alphanumeric() => c,
            _ => ' ',
        })
        .filter(|c| *c != '\u{0}')
        .collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A folded name without titles and credentials: `Dr. Jane Smith MD, PhD` and `jane smith` are alike. A name that is nothing else stays:
/// people are called Do, Lac and Ot.
pub fn key(name: &str) -> String {
    let words = fold(name);
    let plain = |c: char| c != '-';
    let degree = |w: &str| CREDENTIALS.iter().any(|c| c.chars().filter(|c| plain(*c)).map(|c| c.to_ascii_lowercase()).eq(w.chars()));
    let key = words.split(' ').filter(|w| !PREFIXES.contains(w) && !degree(w)).collect::<Vec<_>>().join(" ");
    if key.is_empty() { words } else { key }
}

/// A name as it stood in one cell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    pub prefix: Option<String>,
    pub first: Option<String>,
    pub middle: Option<String>,
    pub last: Option<String>,
    pub suffix: Option<String>,
    pub credentials: Vec<String>,
}

/// Takes one cell apart: `Dr. Jane Q. Smith MD, PhD`, `SMITH, JANE MD`, `Smith Jr., John`, `Maria de la Cruz`.
pub fn split(cell: &str) -> Parts {
    let mut parts = Parts::default();
    let pieces = cell.split(',').map(|piece| piece.split_whitespace().collect::<Vec<_>>());
    let mut pieces: Vec<Vec<&str>> = pieces.filter(|words| !words.is_empty()).collect();
    let whole_name = |pieces: &[Vec<&str>]| pieces[0].len() > 1 && cell.contains(char::is_lowercase);
    while pieces.len() > 1 {
        let tail = &pieces[pieces.len() - 1];
        // A degree we do not know stands in capitals behind a whole name: `Jane Smith, LCSW, CCTP`.
        let unknown = tail.len() == 1 && tail[0].len() > 1 && !tail[0].contains(char::is_lowercase) && whole_name(&pieces);
        if !unknown && !tail.iter().all(|word| is_suffix(word) || word.split('/').all(is_credential)) {
            break;
        }
        for word in pieces.pop().unwrap_or_default().into_iter().rev() {
            parts.put_behind(word);
        }
    }
    let turned = pieces.len() > 1;
    let mut given = if turned { pieces.swap_remove(1) } else { pieces.pop().unwrap_or_default() };
    let mut last = if turned { pieces.swap_remove(0) } else { Vec::new() };
    if given.first().is_some_and(|w| is_prefix(w)) {
        parts.prefix = Some(given.remove(0).to_string());
    }
    for words in [&mut given, &mut last] {
        while words.len() > 1 && words.last().is_some_and(|w| is_suffix(w) || is_credential(w) && !reads_like_a_name(w)) {
            parts.put_behind(words.pop().unwrap_or_default());
        }
    }
    if !turned {
        let mut at = given.len().saturating_sub(1);
        while at > 1 && PARTICLES.contains(&given[at - 1].to_lowercase().as_str()) {
            at -= 1;
        }
        last = given.split_off(at);
    }
    parts.last = joined(&last);
    parts.first = given.first().map(|w| w.to_string());
    parts.middle = joined(given.get(1..).unwrap_or_default());
    parts
}

impl Parts {
    fn put_behind(&mut self, word: &str) {
        if is_suffix(word) {
            self.suffix = Some(word.to_string());
        } else {
            self.credentials.splice(0..0, word.split('/').map(credential));
        }
    }
}

/// Whether a word stands before a name, like `Dr.`.
pub fn is_prefix(word: &str) -> bool {
    PREFIXES.contains(&fold(word).as_str())
}

/// Whether a word stands behind a name and belongs to it, like `Jr.`.
pub fn is_suffix(word: &str) -> bool {
    SUFFIXES.contains(&fold(word).as_str())
}

/// Two letters, written like a name: Kim Do and Anna Ot are people, KIM DO and Kim D.O. have a degree.
pub fn reads_like_a_name(word: &str) -> bool {
    word.len() == 2 && word.ends_with(char::is_lowercase)
}

fn joined(words: &[&str]) -> Option<String> {
    (!words.is_empty()).then(|| words.join(" "))
}

/// Whether a word is one of the credentials we know, with or without dots.
pub fn is_credential(word: &str) -> bool {
    let plain = credential(word);
    !plain.is_empty() && word.chars().any(char::is_uppercase) && CREDENTIALS.contains(&plain.to_ascii_uppercase().as_str())
}

/// A credential without dots and spaces, as people write it: `Ph.D.` is `PhD`.
pub fn credential(word: &str) -> String {
    word.chars().filter(|c| c.is_alphanumeric() || *c == '-').collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_name_share_a_key() {
        assert_eq!(key("Dr. José Núñez, MD"), "jose nunez");
        assert_eq!(key("JOSE  NUNEZ"), "jose nunez");
        assert_eq!(fold("O’Brien-Łuczak"), "obrien luczak");
    }

    #[test]
    fn a_cell_with_title_and_credentials_is_taken_apart() {
        let name = split("Dr. Jane Q. Smith MD, PhD");
        assert_eq!((name.first.as_deref(), name.middle.as_deref(), name.last.as_deref()), (Some("Jane"), Some("Q."), Some("Smith")));
        assert_eq!(name.credentials, ["MD", "PhD"]);
        assert_eq!(name.prefix.as_deref(), Some("Dr."));
    }

    #[test]
    fn what_stands_behind_a_name_is_no_part_of_it_and_nobody_is_lost() {
        let shown = |cell: &str| {
            let p = split(cell);
            let part = |text: Option<String>| text.unwrap_or_default();
            format!("{}/{}/{}/{}/{}", part(p.first), part(p.middle), part(p.last), part(p.suffix), p.credentials.join(" "))
        };
        for (cell, parts) in [
            ("OKAFOR, HELEN MD", "HELEN//OKAFOR//MD"),
            ("Smith MD, Jane", "Jane//Smith//MD"),
            ("John Smith, Jr., MD", "John//Smith/Jr./MD"),
            ("Smith Jr., John", "John//Smith/Jr./"),
            ("Jane Smith, LCSW, CCTP", "Jane//Smith//LCSW CCTP"),
            ("Ann Lee, PT, OTR/L", "Ann//Lee//PT OTR L"),
            ("Maria de la Cruz", "Maria//de la Cruz//"),
            ("Kim Do", "Kim//Do//"),
            ("Do, Kim", "Kim//Do//"),
            ("Kim Tran DO", "Kim//Tran//DO"),
        ] {
            assert_eq!(shown(cell), parts, "{cell}");
        }
        assert_eq!((key("Do"), key("Lac"), key("Dr. Feld DC")), ("do".into(), "lac".into(), "feld".into()));
    }

    #[test]
    fn last_comma_first_is_turned_around() {
        let name = split("DE LA CRUZ, ANA, MD");
        assert_eq!((name.first.as_deref(), name.last.as_deref()), (Some("ANA"), Some("DE LA CRUZ")));
        assert_eq!(name.credentials, ["MD"]);
    }
}
