//! The way a mail leaves: a folder, a relay, or (in tests) memory. The only place that speaks SMTP.

use crate::config::Config;
use crate::error::Result;

/// Where mails go.
pub struct Post {}

impl Post {
    pub fn new(_config: &Config) -> Result<Self> {
        Ok(Self {})
    }
}
