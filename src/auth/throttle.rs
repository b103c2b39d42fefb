//! A growing delay on failed logins, by account and by address. Never for good, and the same for accounts that do not exist.

use super::store;
use crate::app::App;
use crate::error::{AppError, Result};
use chrono::TimeDelta;
use sha2::{Digest, Sha256};

/// After this long without a failure the count begins anew.
const FORGOTTEN_AFTER: TimeDelta = TimeDelta::hours(24);
const LONGEST: i64 = 900;
/// One office has many people behind one address.
const FREE_TRIES_OF_AN_ADDRESS: i64 = 20;

/// What is slowed down. Only hashes are stored.
pub fn account_key(email: &str) -> String {
    format!("account:{}", hex::encode(Sha256::digest(email.trim().to_lowercase())))
}

pub fn address_key(address: &str) -> String {
    format!("address:{}", hex::encode(Sha256::digest(address)))
}

/// Refuses while one of the keys has to wait, and counts the attempt before it is evaluated: guesses that come
/// at the same moment are counted one after the other.
pub async fn enter(app: &App, keys: &[String]) -> Result<()> {
    let tx = app.begin().await?;
    let now = app.now();
    for key in keys {
        let before = store::throttle(&tx, key).await?.filter(|b| now - b.blocked_until < FORGOTTEN_AFTER);
        let wait = before.as_ref().map_or(0, |b| (b.blocked_until - now).num_seconds());
        if wait > 0 {
            return Err(AppError::SlowDown(wait));
        }
        let failures = before.map_or(0, |b| b.failures) + 1;
        store::put_throttle(&tx, key, failures, now + TimeDelta::seconds(delay(key, failures))).await?;
    }
    Ok(tx.commit().await?)
}

/// A right password clears the account and takes the attempt back from the address.
pub async fn succeeded(app: &App, account: &str, address: Option<&str>) -> Result<()> {
    store::clear_throttle(&app.db, account).await?;
    let Some(address) = address else { return Ok(()) };
    if let Some(row) = store::throttle(&app.db, address).await? {
        store::put_throttle(&app.db, address, row.failures - 1, app.now()).await?;
    }
    Ok(())
}

/// 1, 2, 4 ... seconds, at most a quarter of an hour: at most ten guesses at one account in fifteen minutes.
fn delay(key: &str, failures: i64) -> i64 {
    let counted = if key.starts_with("address:") { failures - FREE_TRIES_OF_AN_ADDRESS } else { failures };
    if counted < 1 { 0 } else { std::cmp::min(LONGEST, 1 << std::cmp::min(counted - 1, 10)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delay_of_an_account_doubles_up_to_a_quarter_of_an_hour() {
        let delays: Vec<i64> = (1..=12).map(|n| delay("account:x", n)).collect();
        assert_eq!(delays, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
        assert!(delays.iter().take(10).sum::<i64>() >= 900, "the eleventh guess comes after fifteen minutes");
    }

    #[test]
    fn an_office_behind_one_address_may_mistype_twenty_times() {
        assert_eq!((delay("address:x", 20), delay("address:x", 21)), (0, 1));
    }
}
