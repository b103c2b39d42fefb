//! A clearinghouse's list of payers as CSV: read here, kept by `payers::directory`.

pub mod api;
pub mod columns;
pub mod pages;

use crate::app::{Actor, App};
use crate::error::{AppError, Result};
use crate::payers;
use crate::payers::directory::Taking;
use crate::payers::directory::view::TakenIn;

/// Takes a file in, or tries it.
pub async fn take_in(app: &App, by: &Actor, taking: &Taking, content: &[u8]) -> Result<TakenIn> {
    payers::may_write(by)?;
    if content.is_empty() {
        return Err(AppError::field("file", "Choose the list of payers as a CSV file"));
    }
    let said = columns::read(content).map_err(|words| AppError::field("file", words))?;
    payers::directory::take_in(app, by, taking, said).await
}
