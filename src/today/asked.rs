//! What was typed into the one search box, as each kind of number reads it. Pure.

/// A number has at least so many letters and digits; shorter texts are parts of names.
const LEAST: usize = 4;

/// The text as it is compared with every number: without dashes, spaces and dots, in capitals. Nothing where it can be
/// none. A referral's or claim's number is also read the way people say it.
pub fn numbers(typed: &str) -> Vec<String> {
    let plain = squeezed(typed);
    if plain.len() < LEAST || !plain.bytes().any(|b| b.is_ascii_digit()) {
        return Vec::new();
    }
    let mut found = vec![plain.clone()];
    found.extend(padded(&plain, 'R', 4));
    found.extend(padded(&plain, 'C', 5));
    // Reports are quoted as "[ref 7F3K]".
    found.extend(plain.strip_prefix("REF").filter(|rest| rest.len() >= LEAST).map(String::from));
    found.dedup();
    found
}

/// Letters and digits alone, in capitals.
pub fn squeezed(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

/// `C2026311` as it is written: `C202600311`.
fn padded(plain: &str, letter: char, digits: usize) -> Option<String> {
    let rest = plain.strip_prefix(letter).filter(|r| r.len() > 4 && r.bytes().all(|b| b.is_ascii_digit()))?;
    let (year, n) = rest.split_at(4);
    let n = n.trim_start_matches('0');
    (n.len() <= digits).then(|| format!("{letter}{year}{n:0>digits$}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_with_and_without_its_dashes_and_noughts() {
        for typed in ["C-2026-00311", "c202600311", "C 2026 311", "c2026-311"] {
            assert!(numbers(typed).contains(&"C202600311".to_string()), "{typed}");
        }
        assert!(numbers("r-2026-142").contains(&"R20260142".to_string()));
        assert!(numbers("[ref 7F3K]").contains(&"7F3K".to_string()));
    }

    #[test]
    fn a_name_is_no_number() {
        assert_eq!((numbers("Raman"), numbers("R2"), numbers("")), (vec![], vec![], vec![]));
    }
}
