//! Passwords: argon2id, in a thread that may block; and random tokens of which only a hash is kept.

use crate::error::{AppError, Result};
use crate::types::FieldErrors;
use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use sha2::{Digest, Sha256};

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
    let hashed = blocking(move || Argon2::default().hash_password(password.as_bytes()).map(|h| h.to_string())).await?;
    hashed.map_err(|e| AppError::Internal(anyhow::anyhow!("hashing a password: {e}")))
}

/// Whether the password is right. Without an account the same work is done and the answer is no.
pub async fn verify(password: String, stored: Option<String>) -> Result<bool> {
    let known = stored.is_some();
    let stored = stored.unwrap_or_else(|| NOBODY.into());
    let fits = blocking(move || {
        PasswordHash::new(&stored).is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
    })
    .await?;
    Ok(fits && known)
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
