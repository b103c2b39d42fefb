//! What kind of provider somebody is, as a code of the NUCC's list: ten letters and digits, the last an X, like 225700000X.

/// Reads a code that a person typed.
pub fn parse(text: &str) -> Result<String, String> {
    let code: String = text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_uppercase();
    if is_ten(&code) && code.ends_with('X') {
        Ok(code)
    } else {
        Err("A taxonomy code has ten letters and digits and ends with X, like 225700000X. Yours stands in the NPI registry".into())
    }
}

/// Ten letters and digits: what a file of claims takes, also of codes that were stored before they were read so.
pub fn is_ten(code: &str) -> bool {
    code.len() == 10 && code.bytes().all(|b| b.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_ten_letters_and_digits_that_end_with_an_x() {
        for (typed, code) in [("225700000X", "225700000X"), (" 2251x0800x ", "2251X0800X"), ("207Q00000X", "207Q00000X")] {
            assert_eq!(parse(typed).as_deref(), Ok(code));
        }
        for wrong in ["massage", "225700000", "22570000XX0", "2257000000", "225700-00X", "２２５７０００００X"] {
            assert!(parse(wrong).is_err_and(|words| words.contains("like 225700000X")), "{wrong}");
        }
    }
}
