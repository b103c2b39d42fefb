//! Where a visit was, in the two digits of claims (CMS place-of-service codes).

const KNOWN: [&str; 52] = [
    "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12", "13", "14", "15", "16", "17", "18", "19", "20", "21", "22",
    "23", "24", "25", "26", "27", "31", "32", "33", "34", "41", "42", "49", "50", "51", "52", "53", "54", "55", "56", "57", "58", "60",
    "61", "62", "65", "66", "71", "72", "81", "99",
];

/// Whether the code is on the list.
pub fn is_known(code: &str) -> bool {
    KNOWN.contains(&code.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn office_home_and_video_are_places_and_a_number_that_nobody_gave_is_none() {
        assert!(["11", "12", "02", "10", "99"].into_iter().all(is_known));
        assert!(!is_known("29") && !is_known("1") && !is_known(""));
    }
}
