//! An email address of one mailbox, lower case.

use std::fmt;

/// One address that is safe to put into a header and an envelope.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Email(String);

impl Email {
    /// Exactly one "@", a dot in the domain, no spaces, commas, quotes or line breaks.
    pub fn parse(typed: &str) -> Result<Self, String> {
        let text = typed.trim();
        if text.chars().any(char::is_control) || typed.trim_matches(' ').contains(['\r', '\n']) {
            return Err("An email address may not hold a line break".into());
        }
        if text.matches('@').count() > 1 {
            return Err("Enter one email address, not several".into());
        }
        if text.contains([',', ';']) {
            return Err("Enter one email address, without commas, like front@clinic.example".into());
        }
        let wrong = || format!("\"{text}\" is not a full email address, like front@clinic.example");
        let (local, domain) = text.split_once('@').ok_or_else(wrong)?;
        let local_fits = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+/=?^_`{|}~.-".contains(c);
        let labels: Vec<&str> = domain.split('.').collect();
        let label_fits = |l: &&str| {
            !l.is_empty() && !l.starts_with('-') && !l.ends_with('-') && l.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        };
        let local_ok =
            !local.is_empty() && local.chars().all(local_fits) && !local.starts_with('.') && !local.ends_with('.') && !local.contains("..");
        if !local_ok || labels.len() < 2 || !labels.iter().all(label_fits) || text.len() > 254 || local.len() > 64 {
            return Err(wrong());
        }
        Ok(Self(text.to_ascii_lowercase()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands before the "@".
    pub fn local(&self) -> &str {
        self.0.split('@').next().unwrap_or_default()
    }

    pub fn domain(&self) -> &str {
        domain_of(&self.0)
    }
}

/// What stands behind the "@" of an address.
pub fn domain_of(address: &str) -> &str {
    address.rsplit('@').next().unwrap_or_default()
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Mailboxes that anybody can have: a report to one is asked about first.
const FREE: [&str; 22] = [
    "aim.com",
    "aol.com",
    "comcast.net",
    "cox.net",
    "gmail.com",
    "gmx.com",
    "googlemail.com",
    "hotmail.com",
    "icloud.com",
    "live.com",
    "mac.com",
    "mail.com",
    "me.com",
    "msn.com",
    "outlook.com",
    "proton.me",
    "protonmail.com",
    "rocketmail.com",
    "sbcglobal.net",
    "verizon.net",
    "yahoo.com",
    "ymail.com",
];

/// Whether a domain is one of a provider where anybody may have a mailbox.
pub fn is_free_mail(domain: &str) -> bool {
    FREE.contains(&domain.to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_kept_in_lower_case() {
        assert_eq!(Email::parse(" Front@FeldChiro.example ").map(|e| e.to_string()), Ok("front@feldchiro.example".into()));
    }

    #[test]
    fn a_line_break_in_an_address_is_refused() {
        assert!(Email::parse("a@b.example\r\nBcc: x@y.example").unwrap_err().contains("line break"));
        assert!(Email::parse("a@b.example\n").unwrap_err().contains("line break"));
    }

    #[test]
    fn two_addresses_half_an_address_and_odd_marks_are_refused() {
        for typed in [
            "a@x.example, b@y.example",
            "stern@lakeview",
            "@x.example",
            "a b@x.example",
            "a@x..example",
            "\"a\"@x.example",
            "a@@x.example",
            "a@-x.example",
        ] {
            assert!(Email::parse(typed).is_err(), "{typed}");
        }
    }
}
