//! The queue, search, the palette: reads everyone, writes nothing.

pub mod glance;
pub mod pages;

use crate::app::{Actor, App};
use crate::error::Result;
use serde::Serialize;

/// What waits, for the marks beside the navigation.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Badges {
    pub today: i64,
    pub referrals: i64,
    pub claims: i64,
    pub reports: i64,
}

pub async fn badges(_app: &App, _by: &Actor) -> Result<Badges> {
    Ok(Badges::default())
}
