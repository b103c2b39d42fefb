//! ICD-10-CM codes as the prescriber wrote them. We check the shape and warn; we never change a diagnosis.

/// Shape: letter, digit, alphanumeric, then up to four more behind a dot. Kept in capitals with the dot.
pub fn parse(typed: &str) -> Result<String, String> {
    let plain: String = typed.chars().filter(|c| !c.is_whitespace() && *c != '.').collect::<String>().to_ascii_uppercase();
    let bytes = plain.as_bytes();
    let shape = (3..=7).contains(&bytes.len())
        && bytes.iter().all(u8::is_ascii_alphanumeric)
        && bytes[0].is_ascii_alphabetic()
        && bytes[1].is_ascii_digit();
    if !shape {
        return Err(format!("\"{typed}\" does not look like a diagnosis code, like M54.2"));
    }
    Ok(if bytes.len() == 3 { plain } else { format!("{}.{}", &plain[..3], &plain[3..]) })
}

/// What a payer may object to; the prescriber's text stays.
pub fn caution(code: &str) -> Option<String> {
    let plain = code.replace('.', "");
    let injury = plain.starts_with(['S', 'T']);
    if injury && plain.len() < 7 {
        return Some(format!("{code} is an injury code without its seventh character (A, D or S). Ask the prescriber"));
    }
    // M54.5 was split in October 2021; only .50, .51 and .59 exist below it.
    if plain == "M545" || (plain.starts_with("M545") && !matches!(plain.as_str(), "M5450" | "M5451" | "M5459")) {
        return Some(format!("{code} is not billable since October 2021 (M54.50, M54.51 or M54.59 are). Ask the prescriber"));
    }
    None
}

/// Our own short words for the codes seen daily; others are shown as the bare code.
pub fn words(code: &str) -> Option<&'static str> {
    let found = match code {
        "M54.2" => "neck pain",
        "M54.50" | "M54.51" | "M54.59" => "low back pain",
        "M54.6" => "upper back pain",
        "M54.12" => "neck nerve root pain",
        "M54.16" => "low back nerve root pain",
        "M62.830" => "back muscle spasm",
        "M62.838" => "muscle spasm",
        "M79.10" | "M79.18" => "muscle pain",
        "M79.7" => "fibromyalgia",
        "M25.511" => "right shoulder pain",
        "M25.512" => "left shoulder pain",
        "G44.209" => "tension headache",
        "G43.909" => "migraine",
        "S13.4XXA" | "S13.4XXD" => "neck sprain",
        "S16.1XXA" | "S16.1XXD" => "neck strain",
        "S23.3XXA" => "upper back sprain",
        "S33.5XXA" => "low back sprain",
        "S39.012A" | "S39.012D" => "low back strain",
        "S46.011A" => "right shoulder strain",
        _ => return None,
    };
    Some(found)
}

/// `M54.2 neck pain`, or the bare code.
pub fn show(code: &str) -> String {
    match words(code) {
        Some(words) => format!("{code} {words}"),
        None => code.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_kept_with_their_dot_in_capitals() {
        assert_eq!(parse("m542"), Ok("M54.2".into()));
        assert_eq!(parse("s13.4xxa"), Ok("S13.4XXA".into()));
        assert!(parse("neck").is_err() && parse("54.2").is_err());
    }

    #[test]
    fn doubtful_codes_warn_and_stay() {
        assert!(caution("S13.4").is_some() && caution("S13.4XXA").is_none());
        assert!(caution("M54.5").is_some() && caution("M54.52").is_some() && caution("M54.50").is_none());
    }
}
