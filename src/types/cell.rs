//! Cells of files that a spreadsheet will open.

use std::borrow::Cow;

/// A cell that a spreadsheet would run as a formula gets a single quote in front [ASVS 1.2.10, promises C11].
pub fn neutralize(cell: &str) -> Cow<'_, str> {
    if cell.starts_with(begins_formula) { format!("'{cell}").into() } else { cell.into() }
}

/// Takes that quote away again; a quote that belongs to the text stays (`'t Hooft`).
pub fn restore(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| rest.starts_with(begins_formula)).unwrap_or(cell)
}

/// Also the fullwidth forms, which a spreadsheet may fold into the plain ones.
fn begins_formula(c: char) -> bool {
    matches!(c, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_is_made_harmless_and_comes_back_as_it_was() {
        assert_eq!(neutralize("=1+1"), "'=1+1");
        assert_eq!(restore("'=1+1"), "=1+1");
        assert_eq!((neutralize("Feld"), restore("'t Hooft")), ("Feld".into(), "'t Hooft"));
    }
}
