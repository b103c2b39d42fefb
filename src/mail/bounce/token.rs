//! The mark in the envelope of each mail: which one it is, and that we wrote it. A notice that does not bring it back is about nothing
//! of ours, whatever it says. Pure.

use crate::types::Email;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use uuid::Uuid;

const MAC_BYTES: usize = 8;
const LENGTH: usize = 32 + 1 + 2 * MAC_BYTES;
/// A notice brings one token back, in a few places.
const MOST: usize = 20;

/// `0197...ab.0123456789abcdef`: the mail's id, and eight bytes of a keyed mark over it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Token {
    pub id: Uuid,
    mac: [u8; MAC_BYTES],
}

impl Token {
    pub fn of(id: Uuid, key: &[u8]) -> Self {
        let mut whole = match Hmac::<Sha256>::new_from_slice(key) {
            Ok(mac) => mac,
            // Any length of key will do.
            Err(_) => return Self { id, mac: [0; MAC_BYTES] },
        };
        whole.update(b"bounce");
        whole.update(id.as_bytes());
        let mut mac = [0; MAC_BYTES];
        mac.copy_from_slice(&whole.finalize().into_bytes()[..MAC_BYTES]);
        Self { id, mac }
    }

    /// Whether we wrote it.
    pub fn is_ours(&self, key: &[u8]) -> bool {
        Self::of(self.id, key).mac.ct_eq(&self.mac).into()
    }

    fn read(text: &str) -> Option<Self> {
        let (id, mac) = text.split_once('.')?;
        let mut bytes = [0; MAC_BYTES];
        hex::decode_to_slice(mac, &mut bytes).ok()?;
        Some(Self { id: Uuid::try_parse(id).ok()?, mac: bytes })
    }
}

impl std::fmt::Display for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.id.simple(), hex::encode(self.mac))
    }
}

/// The sender that stands in the envelope: `bounce+{token}@willow.example`. An address with no room for it stays as it is.
pub fn envelope(mailbox: &Email, token: &Token) -> String {
    let (local, domain) = mailbox.as_str().split_once('@').unwrap_or((mailbox.as_str(), ""));
    let with = format!("{local}+{token}@{domain}");
    if local.len() + 1 + LENGTH > 64 { mailbox.to_string() } else { with }
}

/// Everything in a text that could be a token.
pub fn found_in(text: &[u8]) -> Vec<Token> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(dot) = text[at..].iter().position(|b| *b == b'.').map(|n| at + n) {
        at = dot + 1;
        let (Some(start), end) = (dot.checked_sub(32), dot + 1 + 2 * MAC_BYTES) else { continue };
        let Some(token) = text.get(start..end).and_then(|t| std::str::from_utf8(t).ok()).and_then(Token::read) else { continue };
        found.push(token);
        if found.len() == MOST {
            break;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &[u8] = b"a key of this database";

    #[test]
    fn a_token_comes_back_from_anywhere_and_a_forged_one_is_not_ours() {
        let token = Token::of(Uuid::from_u128(7), KEY);
        let mailbox = Email::parse("bounce@willow.example").expect("an address");
        let address = envelope(&mailbox, &token);
        assert_eq!(address, format!("bounce+{token}@willow.example"));
        assert!(Email::parse(&address).is_ok(), "{address}");
        let text = format!("Delivered-To: {address}\r\nx.y\r\nOriginal-Envelope-Id: {token}\r\n");
        assert_eq!(found_in(text.as_bytes()), [token.clone(), token.clone()]);
        assert!(token.is_ours(KEY) && !token.is_ours(b"another key"));
        let other = Token { id: Uuid::from_u128(8), ..token.clone() };
        assert!(!other.is_ours(KEY), "the mark is of one mail");
    }

    #[test]
    fn what_is_nearly_a_token_is_none() {
        for text in [
            "",
            ".",
            "0".repeat(49).as_str(),
            &format!("{}.{}", "g".repeat(32), "0".repeat(16)),
            &format!("{}.{}", "0".repeat(31), "0".repeat(16)),
        ] {
            assert_eq!(found_in(text.as_bytes()), [], "{text}");
        }
    }

    #[test]
    fn a_flood_of_tokens_is_cut() {
        let text = format!("{}.{} ", "0".repeat(32), "0".repeat(16)).repeat(10_000);
        assert_eq!(found_in(text.as_bytes()).len(), MOST);
    }

    #[test]
    fn a_mailbox_with_a_long_name_stays_as_it_is() {
        let mailbox = Email::parse(&format!("{}@willow.example", "a".repeat(20))).expect("an address");
        assert_eq!(envelope(&mailbox, &Token::of(Uuid::from_u128(7), KEY)), mailbox.as_str());
    }
}
