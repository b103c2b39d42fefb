//! US addresses: two-letter states and ZIP codes.

/// Five digits or nine with a dash.
pub fn zip(typed: &str) -> Result<String, String> {
    let typed = typed.trim();
    let digits: String = typed.chars().filter(|c| !matches!(c, '-' | ' ')).collect();
    match digits.len() {
        5 | 9 if digits.bytes().all(|b| b.is_ascii_digit()) => Ok(match &digits[5..] {
            "" => digits,
            more => format!("{}-{more}", &digits[..5]),
        }),
        _ => Err(format!("\"{typed}\" is not a ZIP code, like 98101")),
    }
}

/// The same from a spreadsheet, which made it a number: the leading zero comes back.
pub fn zip_of_cell(cell: &str) -> Result<String, String> {
    let cell = cell.trim().strip_suffix(".0").unwrap_or(cell.trim());
    match cell.len() {
        4 | 8 if cell.bytes().all(|b| b.is_ascii_digit()) => zip(&format!("0{cell}")),
        _ => zip(cell),
    }
}

/// The two letters of a state, from the letters or the full name.
pub fn state(typed: &str) -> Result<String, String> {
    let plain: String = typed.trim().chars().filter(|c| *c != '.').collect();
    let text = plain.as_str();
    let found = STATES.iter().find(|(code, name)| code.eq_ignore_ascii_case(text) || name.eq_ignore_ascii_case(text));
    found.map(|(code, _)| code.to_string()).ok_or_else(|| format!("\"{text}\" is not a US state, like WA"))
}

/// For a list that people choose from.
pub fn by_name() -> Vec<(&'static str, &'static str)> {
    let mut states = STATES.to_vec();
    states.sort_by_key(|(_, name)| *name);
    states
}

pub const STATES: &[(&str, &str)] = &[
    ("AA", "Armed Forces Americas"),
    ("AE", "Armed Forces Europe"),
    ("AL", "Alabama"),
    ("AK", "Alaska"),
    ("AP", "Armed Forces Pacific"),
    ("AS", "American Samoa"),
    ("AZ", "Arizona"),
    ("AR", "Arkansas"),
    ("CA", "California"),
    ("CO", "Colorado"),
    ("CT", "Connecticut"),
    ("DE", "Delaware"),
    ("DC", "District of Columbia"),
    ("FL", "Florida"),
    ("GA", "Georgia"),
    ("GU", "Guam"),
    ("HI", "Hawaii"),
    ("ID", "Idaho"),
    ("IL", "Illinois"),
    ("IN", "Indiana"),
    ("IA", "Iowa"),
    ("KS", "Kansas"),
    ("KY", "Kentucky"),
    ("LA", "Louisiana"),
    ("ME", "Maine"),
    ("MD", "Maryland"),
    ("MA", "Massachusetts"),
    ("MI", "Michigan"),
    ("MN", "Minnesota"),
    ("MS", "Mississippi"),
    ("MO", "Missouri"),
    ("MP", "Northern Mariana Islands"),
    ("MT", "Montana"),
    ("NE", "Nebraska"),
    ("NV", "Nevada"),
    ("NH", "New Hampshire"),
    ("NJ", "New Jersey"),
    ("NM", "New Mexico"),
    ("NY", "New York"),
    ("NC", "North Carolina"),
    ("ND", "North Dakota"),
    ("OH", "Ohio"),
    ("OK", "Oklahoma"),
    ("OR", "Oregon"),
    ("PA", "Pennsylvania"),
    ("PR", "Puerto Rico"),
    ("RI", "Rhode Island"),
    ("SC", "South Carolina"),
    ("SD", "South Dakota"),
    ("TN", "Tennessee"),
    ("TX", "Texas"),
    ("UT", "Utah"),
    ("VT", "Vermont"),
    ("VI", "Virgin Islands"),
    ("VA", "Virginia"),
    ("WA", "Washington"),
    ("WV", "West Virginia"),
    ("WI", "Wisconsin"),
    ("WY", "Wyoming"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zip_code_gets_its_dash_and_in_a_spreadsheet_its_lost_zero_back() {
        assert_eq!(
            (zip("98101"), zip("981011234"), zip("98101 1234")),
            (Ok("98101".into()), Ok("98101-1234".into()), Ok("98101-1234".into()))
        );
        assert!(["9810", "981", "9810A", "981O1", "", "éé1"].iter().all(|typed| zip(typed).is_err()));
        assert_eq!((zip_of_cell("2139"), zip_of_cell("21391234.0")), (Ok("02139".into()), Ok("02139-1234".into())));
        assert!(zip_of_cell("213").is_err() && zip_of_cell("98101") == zip("98101"));
    }

    #[test]
    fn a_state_is_known_by_letters_and_by_name() {
        assert_eq!(state("D.C."), Ok("DC".into()));
        assert_eq!((state("wa"), state("Washington")), (Ok("WA".into()), Ok("WA".into())));
        assert!(state("Cascadia").is_err());
    }
}
