//! The modifiers that a payer's sheet asks for, on the lines of a claim. Pure.

use super::compose::{Line, Sheet};

/// How many a line can carry [NUCC 1500, item 24D; 837P SV101].
pub const MODIFIERS_A_LINE: usize = 4;

/// Gives each line what the sheet asks for. Those of a pair come first: they decide whether a line is paid, the others only inform.
pub fn give(sheet: &Sheet, lines: &mut [Line]) {
    let billed: Vec<String> = lines.iter().map(|l| l.code.clone()).collect();
    for line in lines {
        line.modifiers = of(sheet, &line.code, &billed);
    }
}

fn of(sheet: &Sheet, code: &str, billed: &[String]) -> Vec<String> {
    let of_pairs = sheet.modifier_pairs.iter().filter(|p| p.code == code && billed.contains(&p.beside)).map(|p| &p.modifier);
    let of_code = sheet.codes.iter().filter(|c| c.code == code).flat_map(|c| &c.modifiers);
    let mut found: Vec<String> = Vec::new();
    for modifier in of_pairs.chain(of_code).chain(&sheet.line_modifiers) {
        if !found.contains(modifier) {
            found.push(modifier.clone());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claims::compose::SheetCode;
    use crate::payers::asks::Pair;

    fn sheet() -> Sheet {
        Sheet {
            codes: vec![SheetCode { code: "97140".into(), modifiers: vec!["CQ".into(), "GP".into()], ..Default::default() }],
            line_modifiers: vec!["GP".into()],
            modifier_pairs: vec![Pair { code: "97140".into(), beside: "97124".into(), modifier: "59".into() }],
            ..Default::default()
        }
    }

    fn given(codes: &[&str]) -> Vec<Vec<String>> {
        let mut lines: Vec<Line> = codes.iter().map(|c| Line { code: c.to_string(), ..Default::default() }).collect();
        give(&sheet(), &mut lines);
        lines.into_iter().map(|l| l.modifiers).collect()
    }

    #[test]
    fn a_pair_gets_its_modifier_only_where_both_are_billed() {
        assert_eq!(given(&["97140", "97124"]), [vec!["59", "CQ", "GP"], vec!["GP"]]);
        assert_eq!(given(&["97140", "97112"]), [vec!["CQ", "GP"], vec!["GP"]]);
    }
}
