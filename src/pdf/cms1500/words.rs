//! How things are written on the form: upper case, no accents, no `#` or `$`, and no marks that the form prints itself.

use super::form::{Address, Name};
use chrono::NaiveDate;

/// Upper case, accents folded, runs of blanks made one. Letters of other scripts stay, for the one who places them to tell.
pub fn plain(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for letter in text.chars().flat_map(char::to_uppercase) {
        fold(letter, &mut folded);
    }
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn fold(letter: char, onto: &mut String) {
    let base = match letter {
        // An accent that stands behind its letter.
        '\u{300}'..='\u{36f}' => return,
        'À'..='Å' | 'Ā' | 'Ă' | 'Ą' | 'Ǎ' | 'Ạ'..='Ặ' => 'A',
        'Ç' | 'Ć' | 'Ĉ' | 'Ċ' | 'Č' => 'C',
        'Ď' | 'Đ' | 'Ð' => 'D',
        'È'..='Ë' | 'Ē' | 'Ĕ' | 'Ė' | 'Ę' | 'Ě' | 'Ẹ'..='Ệ' => 'E',
        'Ĝ' | 'Ğ' | 'Ġ' | 'Ģ' => 'G',
        'Ĥ' | 'Ħ' => 'H',
        'Ì'..='Ï' | 'Ĩ' | 'Ī' | 'Ĭ' | 'Į' | 'İ' | 'Ỉ' | 'Ị' => 'I',
        'Ĵ' => 'J',
        'Ķ' => 'K',
        'Ĺ' | 'Ļ' | 'Ľ' | 'Ŀ' | 'Ł' => 'L',
        'Ñ' | 'Ń' | 'Ņ' | 'Ň' => 'N',
        'Ò'..='Ö' | 'Ø' | 'Ō' | 'Ŏ' | 'Ő' | 'Ơ' | 'Ọ'..='Ợ' => 'O',
        'Ŕ' | 'Ŗ' | 'Ř' => 'R',
        'Ś' | 'Ŝ' | 'Ş' | 'Š' | 'Ș' => 'S',
        'Ţ' | 'Ť' | 'Ŧ' | 'Ț' => 'T',
        'Ù'..='Ü' | 'Ũ' | 'Ū' | 'Ŭ' | 'Ů' | 'Ű' | 'Ų' | 'Ư' | 'Ụ'..='Ự' => 'U',
        'Ŵ' => 'W',
        'Ý' | 'Ŷ' | 'Ÿ' | 'Ỳ'..='Ỹ' => 'Y',
        'Ź' | 'Ż' | 'Ž' => 'Z',
        'Æ' => return onto.push_str("AE"),
        'Œ' => return onto.push_str("OE"),
        'Þ' => return onto.push_str("TH"),
        '‘' | '’' | 'ʻ' | 'ʼ' | '`' | '´' => '\'',
        '“' | '”' => '"',
        '‐'..='―' | '−' => '-',
        '#' | '$' => ' ',
        other if other.is_control() => ' ',
        other => other,
    };
    onto.push(base);
}

/// Without commas and points: `N.W. 5th St., Apt. 4` is `NW 5TH ST APT 4`.
pub fn unmarked(text: &str) -> String {
    plain(&text.replace('.', "").replace(',', " "))
}

/// Letters and digits alone.
pub fn bare(text: &str) -> String {
    plain(text).chars().filter(char::is_ascii_alphanumeric).collect()
}

pub fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// `FIELD JR, DANA, M`
pub fn listed(name: &Name) -> String {
    let last = spaced(&[unmarked(&name.last), unmarked(&name.suffix)]);
    let parts = [last, unmarked(&name.first), initial(&name.middle)];
    parts.into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(", ")
}

/// `DANA M FIELD JR MD`
pub fn spoken(name: &Name, credentials: &str) -> String {
    spaced(&[unmarked(&name.first), initial(&name.middle), unmarked(&name.last), unmarked(&name.suffix), unmarked(credentials)])
}

fn initial(middle: &str) -> String {
    unmarked(middle).chars().take(1).collect()
}

fn spaced(parts: &[String]) -> String {
    parts.iter().filter(|p| !p.is_empty()).map(String::as_str).collect::<Vec<_>>().join(" ")
}

/// Both streets in one row.
pub fn streets(address: &Address) -> String {
    spaced(&[unmarked(&address.street), unmarked(&address.street2)])
}

/// `SEATTLE WA 98107-1234`
pub fn town(address: &Address) -> String {
    spaced(&[unmarked(&address.city), unmarked(&address.state), zip(&address.zip)])
}

/// Nine digits with their hyphen, however they were typed.
pub fn zip(text: &str) -> String {
    match digits(text) {
        nine if nine.len() == 9 => format!("{}-{}", &nine[..5], &nine[5..]),
        _ => plain(text),
    }
}

/// Area code and number, where there are ten digits; a leading 1 is the country's.
pub fn phone(text: &str) -> Option<(String, String)> {
    let all = digits(text);
    let ten = if all.len() == 11 { all.strip_prefix('1')? } else { &all };
    (ten.len() == 10).then(|| (ten[..3].to_string(), ten[3..].to_string()))
}

/// `06 14 1980`, for birthdays.
pub fn long_day(day: NaiveDate) -> String {
    day.format("%m %d %Y").to_string()
}

/// `06 14 26`, for all other days of a form.
pub fn short_day(day: NaiveDate) -> String {
    day.format("%m %d %y").to_string()
}

/// Dollars, the blank that the rule of the form runs through, and two digits of cents: `148 00`.
pub fn amount(cents: i64) -> Option<String> {
    (0..=9_999_999).contains(&cents).then(|| format!("{} {:02}", cents / 100, cents % 100))
}

/// Blocks of one item, three blanks apart.
pub fn blocks(texts: &[String]) -> String {
    texts.iter().map(|t| plain(t)).filter(|t| !t.is_empty()).collect::<Vec<_>>().join("   ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_in_upper_case_without_accents_and_signs() {
        assert_eq!(plain("  Zoë  Núñez\u{a0}O’Brien-Weiß #4 $5 "), "ZOE NUNEZ O'BRIEN-WEISS 4 5");
        assert_eq!(plain("Nguye\u{302}\u{303}n Nguyễn Łukasz Ægir"), "NGUYEN NGUYEN LUKASZ AEGIR");
    }

    #[test]
    fn streets_lose_their_commas_points_and_number_signs() {
        assert_eq!(unmarked("418 N.W. Dock St., Apt. #4"), "418 NW DOCK ST APT 4");
    }

    #[test]
    fn a_name_is_listed_with_commas_and_spoken_without() {
        let name = Name { last: "Field".into(), suffix: "Jr.".into(), first: "Dana".into(), middle: "marie".into() };
        assert_eq!(listed(&name), "FIELD JR, DANA, M");
        assert_eq!(spoken(&name, "D.C."), "DANA M FIELD JR DC");
        let employer = Name { last: "Ballard Boat Works, Inc.".into(), ..Name::default() };
        assert_eq!(listed(&employer), "BALLARD BOAT WORKS INC");
    }

    #[test]
    fn nine_digits_of_a_zip_have_a_hyphen() {
        assert_eq!((zip("981071234").as_str(), zip("98107-1234").as_str(), zip(" 98107 ").as_str()), ("98107-1234", "98107-1234", "98107"));
    }

    #[test]
    fn a_phone_number_is_ten_digits_or_none() {
        let seattle = Some(("206".to_string(), "5550142".to_string()));
        assert_eq!(phone("(206) 555-0142"), seattle);
        assert_eq!(phone("+1 206 555 0142"), seattle);
        assert_eq!((phone("555-0142"), phone("20655501422"), phone("")), (None, None, None));
    }

    #[test]
    fn an_amount_has_two_digits_of_cents_and_no_point() {
        assert_eq!(amount(14_800).as_deref(), Some("148 00"));
        assert_eq!(amount(5).as_deref(), Some("0 05"));
        assert_eq!(amount(9_999_999).as_deref(), Some("99999 99"));
        assert_eq!((amount(-1), amount(10_000_000)), (None, None));
    }
}
