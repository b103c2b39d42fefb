//! The proof of sending as a letter.

use super::Proof;
use crate::mail::{Head, Paper};
use serde::Serialize;

#[derive(Clone, Debug, Serialize)]
pub struct ProofLetter {
    pub practice: Head,
    pub on: String,
    pub proof: Proof,
}

impl Paper for ProofLetter {
    const NAME: &'static str = "proof";

    fn reference(&self) -> String {
        self.proof.claim.clone()
    }
}
