//! The numbers that people quote on the phone: R-2026-0142, C-2026-00311. From a counter row in the same
//! transaction, by the year of the practice's local day, never reused [domain 2.17].

use crate::entity::counter;
use crate::error::Result;
use crate::work::Work;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{EntityTrait, Set};

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
    let one = counter::ActiveModel { kind: Set(what.kind().into()), year: Set(year), last: Set(1) };
    let one_more = OnConflict::columns([counter::Column::Kind, counter::Column::Year])
        .value(counter::Column::Last, Expr::col((counter::Entity, counter::Column::Last)).add(1))
        .to_owned();
    let row = counter::Entity::insert(one).on_conflict(one_more).exec_with_returning(&work.tx).await?;
    Ok(what.show(year, row.last))
}
