//! US addresses: two-letter states and ZIP codes.

/// Five digits or nine with a dash. Spreadsheets drop the leading zero, so four digits get it back.
pub fn zip(typed: &str) -> Result<String, String> {
    let typed = typed.trim().strip_suffix(".0").unwrap_or(typed);
    let digits: String = typed.chars().filter(|c| !matches!(c, '-' | ' ')).collect();
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(format!("\"{typed}\" is not a ZIP code, like 98101"));
    }
    match digits.len() {
        4 => Ok(format!("0{digits}")),
        5 => Ok(digits),
        8 => Ok(format!("0{}-{}", &digits[..4], &digits[4..])),
        9 => Ok(format!("{}-{}", &digits[..5], &digits[5..])),
        _ => Err(format!("\"{typed}\" is not a ZIP code, like 98101")),
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
    fn a_zip_code_gets_its_lost_zero_and_its_dash_back() {
        assert_eq!((zip("2139"), zip("981011234")), (Ok("02139".into()), Ok("98101-1234".into())));
        assert!(zip("9810").is_ok() && zip("981").is_err() && zip("9810A").is_err());
    }

    #[test]
    fn a_state_is_known_by_letters_and_by_name() {
        assert_eq!(state("D.C."), Ok("DC".into()));
        assert_eq!((state("wa"), state("Washington")), (Ok("WA".into()), Ok("WA".into())));
        assert!(state("Cascadia").is_err());
    }
}
