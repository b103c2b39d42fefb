//! Where a visit was, in the two digits of claims (CMS place-of-service codes).

pub const OFFICE: &str = "11";
pub const HOME: &str = "12";

const KNOWN: [&str; 52] = [
    "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12", "13", "14", "15", "16", "17", "18", "19", "20", "21", "22",
    "23", "24", "25", "26", "27", "31", "32", "33", "34", "41", "42", "49", "50", "51", "52", "53", "54", "55", "56", "57", "58", "60",
    "61", "62", "65", "66", "71", "72", "81", "99",
];

/// Where outpatient care most often is, for a form's list.
const OFFERED: [(&str, &str); 6] = [
    (OFFICE, "Office"),
    (HOME, "The patient's home"),
    ("10", "By video, the patient at home"),
    ("02", "By video, the patient elsewhere"),
    ("13", "Assisted living"),
    ("18", "Their place of work"),
];

/// What to choose from; a place that stands and is not on the list stays.
pub fn options(stands: &str) -> Vec<(String, String)> {
    let mut offered: Vec<_> = OFFERED.iter().map(|(code, words)| (code.to_string(), words.to_string())).collect();
    if !stands.is_empty() && offered.iter().all(|(code, _)| code != stands) {
        offered.push((stands.into(), format!("Place {stands}")));
    }
    offered
}

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

    #[test]
    fn what_is_offered_is_known_and_what_stands_stays() {
        assert!(OFFERED.iter().all(|(code, _)| is_known(code)));
        assert_eq!((options("").len(), options("12").len()), (OFFERED.len(), OFFERED.len()));
        assert_eq!(options("31").last(), Some(&("31".to_string(), "Place 31".to_string())));
    }
}
