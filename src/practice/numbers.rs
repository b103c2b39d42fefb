//! The numbers that people quote on the phone: R-2026-0142, C-2026-00311. From a counter row in the same
//! transaction, by the year of the practice's local day, never reused [domain 2.17].

use super::store;
use crate::error::Result;
use crate::work::Work;

/// What is numbered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Numbered {
    Referral,
    Claim,
}

impl Numbered {
    fn kind(self) -> &'static str {
        match self {
            Self::Referral => "referral",
            Self::Claim => "claim",
        }
    }

    /// How a number is written.
    pub fn show(self, year: i64, n: i64) -> String {
        match self {
            Self::Referral => format!("R-{year}-{n:04}"),
            Self::Claim => format!("C-{year}-{n:05}"),
        }
    }
}

/// Takes the next number. A transaction that is given up gives its number back; one that commits keeps it for ever.
pub async fn next_number(work: &Work<'_>, what: Numbered) -> Result<String> {
    let year = i64::from(chrono::Datelike::year(&work.today()));
    Ok(what.show(year, store::next_count(work, what.kind(), year).await?))
}
