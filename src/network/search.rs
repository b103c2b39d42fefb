//! What was typed into a search of the network, as words to look for. Pure.

use crate::types::person_name;

/// The words of a search, folded; a phone number in any format is one word of digits.
pub fn search_terms(typed: &str) -> Vec<String> {
    let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
    let only_number = digits.len() >= 4 && typed.chars().all(|c| c.is_ascii_digit() || " ()-.+/x".contains(c));
    if only_number {
        return vec![digits.strip_prefix('1').filter(|d| d.len() == 10).unwrap_or(&digits).to_string()];
    }
    if typed.contains('@') {
        return vec![typed.trim().to_lowercase()];
    }
    person_name::fold(typed).split(' ').filter(|w| !w.is_empty()).map(String::from).collect()
}

/// The words of a name as it is looked up: without titles and credentials, which a shown name carries.
pub fn name_terms(typed: &str) -> Vec<String> {
    let terms = search_terms(typed);
    let is_name = terms.iter().all(|t| t.chars().all(|c| c.is_alphabetic()));
    if is_name { person_name::key(typed).split(' ').filter(|w| !w.is_empty()).map(String::from).collect() } else { terms }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_number_in_any_format_is_one_search_term() {
        assert_eq!(search_terms("(206) 555-0117"), ["2065550117"]);
        assert_eq!(search_terms("+1 206.555.0117"), ["2065550117"]);
        assert_eq!(search_terms("Núñez  Priya"), ["nunez", "priya"]);
        assert_eq!(search_terms("Front@Feld.example"), ["front@feld.example"]);
    }
}
