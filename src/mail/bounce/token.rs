//! The mark in the envelope of each mail: which one it is, and that we wrote it. A notice that does not bring it back is about nothing
//! of ours, whatever it says. Pure.

use crate::types::Email;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use uuid::Uuid;

const MAC_BYTES: usize = 8;
const LENGTH: usize = 32 + 1 + 2 * MAC_BYTES;
/// What stands before the "@" has 64 letters at most [RFC 5321, 4.5.3.1.1]; so many are left beside the token.
pub const ROOM: usize = 64 - "+".len() - LENGTH;
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

/// The sender that stands in the envelope: `bounce+{token}@willow.example`.
pub fn envelope(mailbox: &Email, token: &Token) -> String {
    format!("{}+{token}@{}", mailbox.local(), mailbox.domain())
}

/// Whether the token fits beside the name of a mailbox.
pub fn fits(mailbox: &Email) -> bool {
    mailbox.local().len() <= ROOM
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
    fn a_mailbox_of_fourteen_letters_has_room_for_the_token_and_a_longer_one_has_not() {
        let mailbox = |letters: usize| Email::parse(&format!("{}@willow.example", "a".repeat(letters))).expect("an address");
        assert!(Email::parse(&envelope(&mailbox(14), &Token::of(Uuid::from_u128(7), KEY))).is_ok());
        assert_eq!((fits(&mailbox(14)), fits(&mailbox(15)), ROOM), (true, false, 14));
    }
}
