//! What was paid too little, as a letter to the payer.

use crate::mail::{Head, Paper};
use serde::Serialize;

#[derive(Clone, Debug, Serialize)]
pub struct UnderpaidLetter {
    pub practice: Head,
    pub to: Vec<String>,
    pub on: String,
    pub payer: String,
    pub note: Option<String>,
    pub rows: Vec<ShortRow>,
    pub short_cents: i64,
    pub signer: String,
}

impl Paper for UnderpaidLetter {
    const NAME: &'static str = "underpaid";

    fn reference(&self) -> String {
        format!("{} {}", self.payer, self.on)
    }
}

#[derive(Clone, Debug, Serialize)]
pub struct ShortRow {
    pub claim: String,
    pub theirs: Option<String>,
    pub patient: String,
    pub member: Option<String>,
    pub service_on: String,
    pub treatment: String,
    pub units: i64,
    pub expected_cents: i64,
    pub allowed_cents: i64,
    pub short_cents: i64,
}
