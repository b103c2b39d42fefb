//! Addresses that look like others: a slip of the finger, or somebody who wants to be taken for a doctor's office. Nothing is refused for
//! it; a person is asked to look twice. Pure.

use super::email::{domain_of, is_free_mail};

/// Domains that people mean when they nearly write them.
const USUAL: [&str; 16] = [
    "aol.com",
    "comcast.net",
    "gmail.com",
    "gmx.com",
    "googlemail.com",
    "hotmail.com",
    "icloud.com",
    "live.com",
    "mac.com",
    "msn.com",
    "outlook.com",
    "proton.me",
    "protonmail.com",
    "sbcglobal.net",
    "verizon.net",
    "yahoo.com",
];

/// Endings that exist nowhere, and what was meant.
const ENDINGS: [(&str, &str); 14] = [
    ("con", "com"),
    ("cmo", "com"),
    ("ocm", "com"),
    ("comm", "com"),
    ("coom", "com"),
    ("cpm", "com"),
    ("vom", "com"),
    ("xom", "com"),
    ("ogr", "org"),
    ("rog", "org"),
    ("orgg", "org"),
    ("nte", "net"),
    ("ent", "net"),
    ("nett", "net"),
];

/// What is odd about an address, in a sentence; `known` are domains of addresses that were checked before.
pub fn caution(address: &str, known: &[String]) -> Option<String> {
    let domain = domain_of(address).to_ascii_lowercase();
    if known.contains(&domain) {
        return is_free_mail(&domain).then(|| free(&domain));
    }
    if is_free_mail(&domain) {
        return Some(free(&domain));
    }
    if domain.split('.').any(|label| label.starts_with("xn--")) {
        return Some(format!("{domain} is written in letters of another script. It may only look like the one that is meant"));
    }
    if let Some((rest, meant)) = domain.rsplit_once('.').and_then(|(rest, end)| Some((rest, ENDINGS.iter().find(|(e, _)| *e == end)?.1))) {
        return Some(format!("{domain} ends as nothing does. {rest}.{meant}?"));
    }
    let all = known.iter().map(String::as_str).chain(USUAL);
    let near = all.filter(|k| *k != domain && is_near(&domain, k)).min_by_key(|k| distance(&domain, k));
    near.map(|near| format!("{domain} looks like {near}. Is it spelled right?"))
}

fn free(domain: &str) -> String {
    format!("{domain} is a free mail provider: anybody can have an address there. Be sure whose it is, or ask for one of the office")
}

/// Whether one is easily taken for the other.
fn is_near(domain: &str, known: &str) -> bool {
    if skeleton(domain) == skeleton(known) {
        return true;
    }
    let (name, end) = domain.rsplit_once('.').unwrap_or((domain, ""));
    let (known_name, known_end) = known.rsplit_once('.').unwrap_or((known, ""));
    // The same office under another ending; a short name may well be two offices.
    if name == known_name && end != known_end && name.len() >= 6 {
        return true;
    }
    let slips = distance(domain, known);
    match known_name.len() {
        0..=2 => false,
        3..=4 => slips == 1 && end == known_end,
        5..=9 => slips == 1,
        _ => slips <= 2,
    }
}

/// How it looks at a glance.
fn skeleton(domain: &str) -> String {
    let letters = domain.replace('0', "o").replace('1', "l").replace('5', "s");
    letters.replace("rn", "m").replace("vv", "w").replace("cl", "d").replace('i', "l").replace('-', "")
}

/// How many slips lie between two words: a letter too much, too few, another, or two swapped.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > 2 {
        return usize::MAX;
    }
    let mut rows = vec![(0..=b.len()).collect::<Vec<usize>>()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let cost = usize::from(a[i - 1] != b[j - 1]);
            let mut best = std::cmp::min(std::cmp::min(row[j - 1] + 1, rows[i - 1][j] + 1), rows[i - 1][j - 1] + cost);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = std::cmp::min(best, rows[i - 2][j - 2] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    const OFFICES: [&str; 20] = [
        "northgate-spine.com",
        "feldchiro.com",
        "cascadeortho.org",
        "harborfamily.com",
        "rainierpain.net",
        "cedarclinic.org",
        "lakesidept.com",
        "ballardmed.com",
        "queenanneortho.com",
        "evergreenneuro.com",
        "tacomaspine.com",
        "olympicrehab.org",
        "sounddoctors.com",
        "westseattlemd.com",
        "greenlakehealth.com",
        "capitolhillclinic.org",
        "everettbackcare.com",
        "bellevuejoint.com",
        "kirklandfamilymed.com",
        "redmondsports.net",
    ];

    fn offices() -> Vec<String> {
        OFFICES.iter().map(|o| o.to_string()).collect()
    }

    /// Slips of the finger in a domain: swapped, left out, doubled, a neighbour's key, another ending.
    fn slips(domain: &str) -> Vec<String> {
        let (name, end) = domain.rsplit_once('.').expect("an ending");
        let chars: Vec<char> = name.chars().collect();
        let middle = chars.len() / 2;
        let text = |c: Vec<char>| format!("{}.{end}", c.into_iter().collect::<String>());
        let mut made = Vec::new();
        for at in [1, middle, chars.len() - 2] {
            let mut swapped = chars.clone();
            swapped.swap(at, at - 1);
            let mut short = chars.clone();
            short.remove(at);
            let mut double = chars.clone();
            double.insert(at, chars[at]);
            let mut other = chars.clone();
            other[at] = if chars[at] == 'e' { 'r' } else { 'e' };
            made.extend([swapped, short, double, other].map(text));
        }
        made.extend(["con", "cmo", "ogr"].map(|e| format!("{name}.{e}")));
        made.extend([domain.replace('m', "rn"), domain.replace('o', "0"), domain.replace('l', "1")]);
        made.retain(|m| m != domain);
        made
    }

    #[test]
    fn five_hundred_slips_are_seen_and_no_right_address_is() {
        let known = offices();
        let domains = OFFICES.iter().copied().chain(USUAL);
        let all: Vec<String> = domains.flat_map(slips).filter(|s| !known.contains(s) && !USUAL.contains(&s.as_str())).collect();
        assert!(all.len() >= 500, "{}", all.len());
        let missed: Vec<&String> = all.iter().filter(|s| caution(&format!("front@{s}"), &known).is_none()).collect();
        assert!(missed.is_empty(), "{} of {} were missed: {missed:?}", missed.len(), all.len());
        let parts = ["north", "bay", "summit", "valley", "union", "harvest", "madrona", "alder", "pioneer", "granite", "willow", "juniper"];
        let kinds = ["familycare", "physiotherapy", "orthopedics", "internists", "painclinic", "wellness", "neurology"];
        let ends = ["com", "org", "net", "health", "clinic", "example"];
        let mut right: Vec<String> = Vec::new();
        for (part, kind) in parts.iter().flat_map(|p| kinds.iter().map(move |k| (p, k))) {
            right.extend(ends.iter().map(|end| format!("{part}{kind}.{end}")));
        }
        right.truncate(500);
        assert_eq!(right.len(), 500);
        for domain in right.iter().chain(&known) {
            assert_eq!(caution(&format!("front@{domain}"), &known), None, "{domain}");
        }
    }

    #[test]
    fn free_mail_and_foreign_letters_are_named() {
        assert!(caution("dr.feld@gmail.com", &[]).is_some_and(|w| w.contains("free mail provider")));
        assert!(caution("dr.feld@xn--nrthgate-n4a.com", &[]).is_some_and(|w| w.contains("another script")));
        assert!(caution("dr.feld@gmial.com", &[]).is_some_and(|w| w.contains("gmail.com")));
        assert!(caution("dr.feld@feldchiro.net", &offices()).is_some_and(|w| w.contains("feldchiro.com")));
        assert_eq!(caution("dr.feld@feldchiro.com", &offices()), None);
    }
}
