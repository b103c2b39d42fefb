//! Passwords: argon2id, in a thread that may block; and random tokens of which only a hash is kept.

use crate::error::{AppError, Result};
use crate::types::FieldErrors;
use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use sha2::{Digest, Sha256};
use std::sync::Mutex;
use subtle::ConstantTimeEq;

/// One check after the other: each works in 19 MiB, and a crowd at the door would fill the machine.
static TURN: Mutex<()> = Mutex::new(());

/// Room is asked for in one piece so large (40 MiB, of which only what is used becomes memory) that allocators give it back to the
/// system at once. A smaller one they keep for the next time: glibc holds on to anything below 32 MiB.
const ROOM_IN_BLOCKS: usize = 40 * 1024;

/// Verified for accounts that do not exist, so that both answers take the same work.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c29tZS1zYWx0LTE2Yg$9Y3tpUY0xLNtx+5K6gRVwAiXGBH0oKXCSbY0PpQHsMo";

/// Eight characters or more, and no other rule.
pub fn check(password: &str) -> Result<(), FieldErrors> {
    match password.chars().count() {
        0..8 => Err(FieldErrors::one("password", "Choose a password of 8 characters or more")),
        1_000.. => Err(FieldErrors::one("password", "This password is too long")),
        _ => Ok(()),
    }
}

pub async fn hash(password: String) -> Result<String> {
    blocking(move || hashed(&password)).await?.map_err(|e| AppError::Internal(anyhow::anyhow!("hashing a password: {e}")))
}

/// In the form that says by what and with which salt it was hashed [PHC string format].
fn hashed(password: &str) -> argon2::password_hash::Result<String> {
    let params = Params::default();
    let salt = Salt::new(&rand::random::<[u8; 16]>())?;
    let hash = PasswordHash {
        algorithm: Algorithm::default().ident(),
        version: Some(Version::default().into()),
        params: ParamsString::try_from(&params)?,
        hash: Some(derived(&params, password, &salt)?),
        salt: Some(salt),
    };
    Ok(hash.to_string())
}

/// Whether the password is right. Without an account the same work is done and the answer is no.
pub async fn verify(password: String, stored: Option<String>) -> Result<bool> {
    let known = stored.is_some();
    let stored = stored.unwrap_or_else(|| NOBODY.into());
    let fits = blocking(move || fits(&password, &stored).unwrap_or(false)).await?;
    Ok(fits && known)
}

/// What cannot be read fits nothing.
fn fits(password: &str, stored: &str) -> Option<bool> {
    let stored = PasswordHash::new(stored).ok()?;
    let params = Params::try_from(&stored).ok()?;
    let given = derived(&params, password, stored.salt.as_ref()?).ok()?;
    Some(given.as_bytes().ct_eq(stored.hash?.as_bytes()).into())
}

fn derived(params: &Params, password: &str, salt: &[u8]) -> argon2::password_hash::Result<Output> {
    let _turn = TURN.lock().unwrap_or_else(|e| e.into_inner());
    let mut room: Vec<Block> = Vec::with_capacity(ROOM_IN_BLOCKS);
    room.resize(params.block_count(), Block::default());
    let mut output = vec![0; params.output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN)];
    Argon2::from(params).hash_password_into_with_memory(password.as_bytes(), salt, &mut output, room.as_mut_slice())?;
    Ok(Output::new(&output)?)
}

async fn blocking<T: Send + 'static>(job: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(job).await.map_err(|e| AppError::Internal(e.into()))
}

/// 256 random bits as hex.
pub fn random_token() -> String {
    hex::encode(rand::random::<[u8; 32]>())
}

/// What is kept of a token.
pub fn token_hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

/// An API token: a prefix that secret scanners know, 256 random bits, and a checksum against typing errors.
pub fn api_token() -> String {
    let body = random_token();
    let sum = hex::encode(&token_hash(&body)[..4]);
    format!("trib_live_{body}{sum}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_verified_against_its_hash_and_nobody_never() {
        let stored = hash("correct horse".into()).await.expect("a hash");
        assert!(stored.starts_with("$argon2id$"));
        assert!(verify("correct horse".into(), Some(stored.clone())).await.expect("verified"));
        assert!(!verify("wrong horse".into(), Some(stored)).await.expect("verified"));
        assert!(!verify("anything".into(), None).await.expect("verified"));
    }

    #[test]
    fn eight_characters_are_enough_and_seven_are_not() {
        assert!(check("12345678").is_ok() && check("pässwört").is_ok() && check("1234567").is_err());
    }
}
