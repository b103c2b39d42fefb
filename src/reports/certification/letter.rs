//! The pack as a letter.

use super::Certification;
use crate::mail::{Head, Paper};
use serde::Serialize;

#[derive(Clone, Debug, Serialize)]
pub struct Pack {
    pub practice: Head,
    pub on: String,
    /// How it stands, in words.
    pub state: &'static str,
    pub certification: Certification,
}

impl Paper for Pack {
    const NAME: &'static str = "certification";

    fn reference(&self) -> String {
        self.on.clone()
    }
}
