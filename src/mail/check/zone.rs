//! What the DNS records of our domain say to a server that gets our mail: SPF, DKIM, DMARC. Pure.

use super::Finding;

/// An SPF record may make the receiver ask so many more names [RFC 7208, 4.6.4].
const MOST_LOOKUPS: usize = 10;

/// Which names an SPF record sends the receiver on to.
pub fn spf_goes_on_to(record: &str) -> Vec<String> {
    let on = |term: &str| {
        let term = term.trim_start_matches(['+', '-', '~', '?']);
        term.strip_prefix("include:").or(term.strip_prefix("redirect=")).map(|name| name.trim_end_matches('.').to_ascii_lowercase())
    };
    record.split_whitespace().filter_map(on).collect()
}

/// How often a record itself makes the receiver ask.
pub fn spf_lookups(record: &str) -> usize {
    let asks = |term: &&str| {
        let term = term.trim_start_matches(['+', '-', '~', '?']).to_ascii_lowercase();
        let word = term.split([':', '/', '=']).next().unwrap_or_default();
        ["include", "a", "mx", "ptr", "exists", "redirect"].contains(&word)
    };
    record.split_whitespace().skip(1).filter(asks).count()
}

pub fn is_spf(record: &str) -> bool {
    let record = record.trim().to_ascii_lowercase();
    record == "v=spf1" || record.starts_with("v=spf1 ")
}

/// Judges SPF: `records` are the texts of the domain, `lookups` what all of them together make a receiver ask.
pub fn spf(domain: &str, records: &[String], lookups: usize, missing: &[String]) -> Finding {
    let ours: Vec<&String> = records.iter().filter(|r| is_spf(r)).collect();
    let record = match ours.as_slice() {
        [] if records.iter().any(|r| r.to_ascii_lowercase().contains("spf1")) => {
            return Finding::bad(
                "spf",
                format!("{domain} has a text that is nearly SPF: it must begin with \"v=spf1 \", nothing before it"),
            );
        }
        [] => {
            return Finding::bad(
                "spf",
                format!("{domain} names no servers that may send for it (no SPF). Your mail provider says what to enter"),
            );
        }
        [one] => one.to_ascii_lowercase(),
        _ => return Finding::bad("spf", format!("{domain} has {} SPF records. Only one may stand there: put them together", ours.len())),
    };
    if let Some(name) = missing.first() {
        return Finding::bad("spf", format!("the SPF of {domain} names {name}, which says nothing: receivers count that as an error"));
    }
    if lookups > MOST_LOOKUPS {
        return Finding::bad("spf", format!("the SPF of {domain} makes receivers ask {lookups} names; after {MOST_LOOKUPS} they give up"));
    }
    let terms: Vec<&str> = record.split_whitespace().skip(1).collect();
    if let Some(odd) = terms.iter().find(|t| !is_known_term(t)) {
        return Finding::bad(
            "spf",
            format!("the SPF of {domain} holds \"{odd}\", which is no part of SPF: receivers count that as an error"),
        );
    }
    match terms.iter().find(|t| t.trim_start_matches(['+', '-', '~', '?']) == "all").copied() {
        Some("all" | "+all") => Finding::bad("spf", format!("the SPF of {domain} ends with +all: everybody may send for it")),
        Some("?all") => {
            Finding::look("spf", format!("the SPF of {domain} ends with ?all, which says nothing about others. Make it ~all or -all"))
        }
        Some(_) => Finding::ok("spf", format!("{domain} says who may send for it")),
        None if terms.iter().any(|t| t.starts_with("redirect=")) => Finding::ok("spf", format!("{domain} says who may send for it")),
        None => Finding::look("spf", format!("the SPF of {domain} does not say what becomes of others. End it with ~all or -all")),
    }
}

fn is_known_term(term: &str) -> bool {
    let bare = term.trim_start_matches(['+', '-', '~', '?']);
    let word = bare.split([':', '/', '=']).next().unwrap_or_default();
    let value = bare.get(word.len()..).unwrap_or_default();
    match word {
        "all" => value.is_empty(),
        "a" | "mx" | "ptr" => true,
        "include" | "exists" => value.len() > 1 && value.starts_with(':'),
        "ip4" => value.strip_prefix(':').is_some_and(|v| is_net::<std::net::Ipv4Addr>(v, 32)),
        "ip6" => value.strip_prefix(':').is_some_and(|v| is_net::<std::net::Ipv6Addr>(v, 128)),
        // What is said with "=" is a modifier; unknown ones are passed over.
        _ => value.starts_with('=') && value.len() > 1 && !word.is_empty(),
    }
}

fn is_net<A: std::str::FromStr>(text: &str, most: u8) -> bool {
    let (address, bits) = text.split_once('/').map_or((text, None), |(a, b)| (a, Some(b)));
    address.parse::<A>().is_ok() && bits.is_none_or(|b| b.parse::<u8>().is_ok_and(|n| n <= most))
}

/// Judges the DKIM key under one selector; `ours` is the public half of the key we sign with, where we do.
pub fn dkim(selector: &str, domain: &str, records: &[String], ours: Option<&str>) -> Finding {
    let name = format!("{selector}._domainkey.{domain}");
    let keys: Vec<&String> = records.iter().filter(|r| tag(r, "p").is_some()).collect();
    let record = match keys.as_slice() {
        [] => return Finding::bad("dkim", format!("there is no key under {name}: what is signed with it counts as forged")),
        [one] => *one,
        _ => return Finding::bad("dkim", format!("{} keys stand under {name}. Only one may", keys.len())),
    };
    if tag(record, "v").is_some_and(|v| v != "DKIM1") {
        return Finding::bad("dkim", format!("the record under {name} is of a version that nobody knows"));
    }
    let key: String = tag(record, "p").unwrap_or_default().split_whitespace().collect();
    match ours {
        _ if key.is_empty() => Finding::bad("dkim", format!("the key under {name} was taken back (p= is empty)")),
        Some(ours) if ours != key => Finding::bad("dkim", format!("the key under {name} is not the half of the one we sign with")),
        _ if tag(record, "t").is_some_and(|t| t.split(':').any(|f| f == "y")) => {
            Finding::look("dkim", format!("the key under {name} is marked as a test (t=y): receivers may pass it over"))
        }
        // An RSA key of 1,024 bits takes 216 letters.
        _ if tag(record, "k").is_none_or(|k| k == "rsa") && key.len() < 210 => {
            Finding::bad("dkim", format!("the key under {name} is too short: receivers want at least 1,024 bits"))
        }
        _ => Finding::ok("dkim", format!("there is a key under {name}")),
    }
}

/// Judges DMARC: `records` stand under `name`, which is the domain or one above it.
pub fn dmarc(domain: &str, name: &str, records: &[String]) -> Finding {
    let starts = |r: &&String| r.trim().to_ascii_lowercase().replace(' ', "").starts_with("v=dmarc1");
    let ours: Vec<&String> = records.iter().filter(starts).collect();
    let record = match ours.as_slice() {
        [] => {
            return Finding::bad(
                "dmarc",
                format!("{domain} says nothing about forged mail (no DMARC). Enter at least \"v=DMARC1; p=none\" under _dmarc.{domain}"),
            );
        }
        [one] => *one,
        _ => return Finding::bad("dmarc", format!("{domain} has {} DMARC records. With more than one, none counts", ours.len())),
    };
    let below = if name == domain { None } else { tag(record, "sp") };
    match tag(record, "p").map(|p| below.unwrap_or(p).to_ascii_lowercase()).as_deref() {
        Some("reject" | "quarantine") if tag(record, "pct").is_some_and(|p| p != "100") => {
            Finding::look("dmarc", format!("the DMARC of {domain} counts for a part of the mail only (pct)"))
        }
        Some("reject" | "quarantine") => Finding::ok("dmarc", format!("{domain} has forged mail turned away")),
        Some("none") => Finding::look(
            "dmarc",
            format!(
                "the DMARC of {domain} only watches ({}=none): anybody may still write in its name",
                if below.is_some() { "sp" } else { "p" }
            ),
        ),
        _ => Finding::bad("dmarc", format!("the DMARC of {domain} says no policy (p=), so it does not count")),
    }
}

/// `p` of `v=DKIM1; k=rsa; p=...`.
fn tag<'a>(record: &'a str, name: &str) -> Option<&'a str> {
    record.split(';').filter_map(|part| part.split_once('=')).find(|(n, _)| n.trim() == name).map(|(_, value)| value.trim())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::Look;

    fn texts(all: &[&str]) -> Vec<String> {
        all.iter().map(|t| t.to_string()).collect()
    }

    fn long() -> String {
        "M".repeat(216)
    }

    #[test]
    fn twenty_bad_zones_each_get_the_finding_that_fits() {
        let s = |records: &[&str], lookups, missing: &[&str]| spf("cedar.example", &texts(records), lookups, &texts(missing));
        let k = |records: &[String], ours| dkim("t1", "cedar.example", records, ours);
        let d = |records: &[&str]| dmarc("cedar.example", "cedar.example", &texts(records));
        let above = |records: &[&str]| dmarc("mail.cedar.example", "cedar.example", &texts(records));
        let key = |more: &str| vec![format!("v=DKIM1; {more}p={}", long())];
        let cases = [
            (s(&[], 0, &[]), Look::Bad, "no SPF"),
            (s(&["hello"], 0, &[]), Look::Bad, "no SPF"),
            (s(&["\"v=spf1 -all"], 0, &[]), Look::Bad, "nearly"),
            (s(&["v=spf1 -all", "v=spf1 mx ~all"], 0, &[]), Look::Bad, "2 SPF records"),
            (s(&["v=spf1 include:gone.example -all"], 1, &["gone.example"]), Look::Bad, "gone.example"),
            (s(&["v=spf1 a mx -all"], 11, &[]), Look::Bad, "11 names"),
            (s(&["v=spf1 ip4:1.2.3 -all"], 0, &[]), Look::Bad, "ip4:1.2.3"),
            (s(&["v=spf1 inlcude:relay.example -all"], 0, &[]), Look::Bad, "inlcude"),
            (s(&["v=spf1 +all"], 0, &[]), Look::Bad, "+all"),
            (s(&["v=spf1 mx ?all"], 1, &[]), Look::Wait, "?all"),
            (s(&["v=spf1 mx"], 1, &[]), Look::Wait, "does not say"),
            (k(&[], None), Look::Bad, "no key"),
            (k(&[key(""), key("")].concat(), None), Look::Bad, "2 keys"),
            (k(&texts(&["v=DKIM1; p="]), None), Look::Bad, "taken back"),
            (k(&texts(&["v=DKIM1; k=rsa; p=MIGf"]), None), Look::Bad, "too short"),
            (k(&texts(&["v=DKIM2; p=MIGf"]), None), Look::Bad, "version"),
            (k(&key("t=y; "), None), Look::Wait, "test"),
            (k(&key(""), Some("other")), Look::Bad, "not the half"),
            (d(&[]), Look::Bad, "no DMARC"),
            (d(&["v=DMARC1; p=reject", "v=DMARC1; p=none"]), Look::Bad, "2 DMARC"),
            (d(&["v=DMARC1; rua=mailto:a@cedar.example"]), Look::Bad, "no policy"),
            (d(&["v=DMARC1; p=none"]), Look::Wait, "only watches"),
            (d(&["v=DMARC1; p=reject; pct=20"]), Look::Wait, "part"),
            (above(&["v=DMARC1; p=reject; sp=none"]), Look::Wait, "sp=none"),
            (above(&["v=DMARC1; p=none"]), Look::Wait, "p=none"),
        ];
        for (finding, look, words) in cases {
            assert!(finding.look == look && finding.words.contains(words), "{finding:?}, not {look:?} {words}");
        }
    }

    #[test]
    fn a_good_zone_has_nothing_to_mend() {
        let good = [
            spf(
                "cedar.example",
                &texts(&["v=spf1 include:relay.example ip4:192.0.2.0/24 ip6:2001:db8::/32 a:x.example/24 exp=why.example ~all", "other"]),
                2,
                &[],
            ),
            dkim("t1", "cedar.example", &[format!("v=DKIM1; k=rsa; p={}", long())], Some(&long())),
            dkim("t1", "cedar.example", &["k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=".into()], None),
            dmarc("cedar.example", "cedar.example", &texts(&["v=DMARC1;p=reject;sp=none;rua=mailto:a@cedar.example"])),
            dmarc("mail.cedar.example", "cedar.example", &texts(&["v=DMARC1; p=none; sp=quarantine"])),
            dmarc("mail.cedar.example", "cedar.example", &texts(&["v=DMARC1; p=reject"])),
        ];
        assert!(good.iter().all(|f| f.look == Look::Ok), "{good:?}");
    }

    #[test]
    fn what_a_receiver_has_to_ask_is_counted() {
        assert_eq!(spf_lookups("v=spf1 include:a.example a mx:b.example ptr exists:%{i}.x ip4:192.0.2.1 -all redirect=c.example"), 6);
        assert_eq!(
            spf_goes_on_to("v=spf1 include:A.example. ~include:b.example redirect=c.example"),
            ["a.example", "b.example", "c.example"]
        );
    }
}
