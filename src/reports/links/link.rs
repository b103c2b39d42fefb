//! What a secure link allows, how often and for how long [promises 4]. Pure.

use chrono::{DateTime, Utc};

/// A link opens for so many days,
pub const OPENS_DAYS: i64 = 30;
/// and in so many sittings.
pub const MOST_VIEWS: i64 = 20;
/// Wrong codes and digits of all browsers together: nobody guesses for long.
pub const MOST_TRIES: i64 = 20;
/// A code works once, for so many minutes,
pub const CODE_MINUTES: i64 = 15;
/// and takes so many tries.
pub const TRIES_OF_A_CODE: i64 = 5;
/// A mailbox is not flooded with codes.
pub const CODES_AN_HOUR: u64 = 5;
/// What was opened stays open for a sitting.
pub const READ_MINUTES: i64 = 30;
/// A browser of its owner's alone is not asked for a code again for so long.
pub const TRUSTED_DAYS: i64 = 30;

crate::words! {
    /// What somebody looked at behind a link.
    pub enum Seen {
        Page = "page", "Read it";
        Pdf = "pdf", "Opened the PDF";
    }
}

crate::words! {
    pub enum LinkState {
        Open = "open", "Opens";
        /// Somebody or something put an end to it; the reason stands beside it.
        Ended = "ended", "Closed";
        Expired = "expired", "Expired";
        UsedUp = "used_up", "Opened too often";
        Locked = "locked", "Too many wrong codes";
    }
}

/// How a link stands.
#[derive(Clone, Copy, Debug)]
pub struct Standing {
    pub has_ended: bool,
    pub expires_at: DateTime<Utc>,
    pub views: i64,
    pub tries: i64,
}

impl Standing {
    /// `sits`: this browser has it open already, which is not another view.
    pub fn state(self, sits: bool, now: DateTime<Utc>) -> LinkState {
        match self {
            Self { has_ended: true, .. } => LinkState::Ended,
            Self { expires_at, .. } if expires_at <= now => LinkState::Expired,
            Self { tries: MOST_TRIES.., .. } => LinkState::Locked,
            Self { views: MOST_VIEWS.., .. } if !sits => LinkState::UsedUp,
            _ => LinkState::Open,
        }
    }
}

/// `48210937` of what somebody typed: spaces and dashes are nothing.
pub fn digits(typed: &str) -> String {
    typed.chars().filter(char::is_ascii_digit).collect()
}

/// `4821 0937`, `482 913`: in groups that can be read out.
pub fn grouped(digits: &str) -> String {
    let (first, second) = digits.split_at_checked(digits.len() / 2).unwrap_or((digits, ""));
    format!("{first} {second}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    fn now() -> DateTime<Utc> {
        "2026-11-23T17:00:00Z".parse().expect("an instant")
    }

    fn fresh() -> Standing {
        Standing { has_ended: false, expires_at: now() + TimeDelta::days(OPENS_DAYS), views: 0, tries: 0 }
    }

    #[test]
    fn a_link_opens_until_its_day_its_views_or_its_tries_are_over_or_somebody_ends_it() {
        assert_eq!(fresh().state(false, now()), LinkState::Open);
        assert_eq!(fresh().state(false, now() + TimeDelta::days(OPENS_DAYS)), LinkState::Expired);
        assert_eq!(Standing { tries: MOST_TRIES, ..fresh() }.state(true, now()), LinkState::Locked);
        assert_eq!(Standing { has_ended: true, ..fresh() }.state(true, now()), LinkState::Ended);
        let often = Standing { views: MOST_VIEWS, ..fresh() };
        assert_eq!(
            (often.state(false, now()), often.state(true, now())),
            (LinkState::UsedUp, LinkState::Open),
            "who reads goes on reading"
        );
    }

    #[test]
    fn a_code_is_read_as_it_is_typed() {
        assert_eq!(digits(" 4821-0937 "), "48210937");
        assert_eq!((grouped("48210937"), grouped("482913"), grouped("")), ("4821 0937".into(), "482 913".into(), " ".into()));
    }
}
