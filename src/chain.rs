//! What follows from what, a line each. The one way up: a slice tells what happened, inside its transaction,
//! and the slices that follow are called from here.

use crate::error::Result;
use crate::work::Work;

/// A fee or a payer's sheet changed: drafts that it prices are made anew.
pub async fn rules_changed(_work: &Work<'_>, _payer_id: Option<i64>) -> Result<()> {
    Ok(())
}

/// A provider's NPI changed: drafts that name them are made anew.
pub async fn referrer_changed(_work: &Work<'_>, _provider_id: i64) -> Result<()> {
    Ok(())
}
