//! An appeal as a letter: its fields are all that the template can say.

use crate::mail::{Head, Paper};
use serde::Serialize;

#[derive(Clone, Debug, Serialize)]
pub struct AppealLetter {
    pub practice: Head,
    /// Who decides about appeals, line by line.
    pub to: Vec<String>,
    pub on: String,
    pub claim: String,
    pub patient: AboutPatient,
    pub service_on: String,
    pub payer_claim_no: Option<String>,
    pub authorization_no: Option<String>,
    pub charge_cents: i64,
    pub denied_cents: i64,
    pub received_on: String,
    pub appeal_by: Option<String>,
    /// Paragraphs, with an empty line between.
    pub words: String,
    pub denied: Vec<DeniedLine>,
    pub order: Option<String>,
    pub enclosed: Vec<String>,
    pub signer: String,
    pub notes: Vec<NotePage>,
    pub proof: Option<Vec<ProofLine>>,
}

impl Paper for AppealLetter {
    const NAME: &'static str = "appeal";

    fn reference(&self) -> String {
        self.claim.clone()
    }
}

#[derive(Clone, Debug, Serialize)]
pub struct AboutPatient {
    pub name: String,
    pub born: String,
    pub member: Option<String>,
    pub injured: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
pub struct DeniedLine {
    pub line: String,
    pub reason: String,
    pub charge_cents: i64,
    pub denied_cents: i64,
}

/// A signed note as text.
#[derive(Clone, Debug, Serialize)]
pub struct NotePage {
    pub title: String,
    pub signed: String,
    pub parts: Vec<NotePart>,
}

#[derive(Clone, Debug, Serialize)]
pub struct NotePart {
    pub title: &'static str,
    pub text: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct ProofLine {
    pub on: String,
    pub what: String,
    pub details: String,
}
