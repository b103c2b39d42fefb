//! What stands in the address of a stop: which letter it came in, and that we wrote it. It opens nothing and tells nothing. Pure.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use uuid::Uuid;

const MAC_BYTES: usize = 16;

/// 64 hex digits: the letter's id, and sixteen bytes of a keyed mark over it.
pub fn written(letter: Uuid, key: &[u8]) -> String {
    format!("{}{}", letter.simple(), hex::encode(mark(letter, key)))
}

/// The letter, if we wrote this.
pub fn read(token: &str, key: &[u8]) -> Option<Uuid> {
    let (id, mac) = token.split_at_checked(32)?;
    let id = Uuid::try_parse(id).ok()?;
    let mut bytes = [0; MAC_BYTES];
    hex::decode_to_slice(mac, &mut bytes).ok()?;
    let is_ours: bool = mark(id, key).ct_eq(&bytes).into();
    is_ours.then_some(id)
}

fn mark(letter: Uuid, key: &[u8]) -> [u8; MAC_BYTES] {
    let mut mac = [0; MAC_BYTES];
    // Any length of key will do.
    if let Ok(mut whole) = Hmac::<Sha256>::new_from_slice(key) {
        whole.update(b"stop");
        whole.update(letter.as_bytes());
        mac.copy_from_slice(&whole.finalize().into_bytes()[..MAC_BYTES]);
    }
    mac
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &[u8] = b"a key of this database";

    #[test]
    fn a_token_comes_back_and_a_forged_or_broken_one_does_not() {
        let letter = Uuid::from_u128(7);
        let token = written(letter, KEY);
        assert_eq!((token.len(), read(&token, KEY)), (64, Some(letter)));
        assert_eq!(read(&token, b"another key"), None);
        let other = format!("{}{}", Uuid::from_u128(8).simple(), &token[32..]);
        for broken in ["", "a", &token[..63], &format!("{token}0"), &other, &"ä".repeat(32), &"0".repeat(64)] {
            assert_eq!(read(broken, KEY), None, "{broken}");
        }
    }
}
