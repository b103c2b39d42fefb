//! `tributary config print`: each setting, its value, and where it came from.

use super::say;
use crate::config::{Given, SETTINGS};
use crate::error::AppError;
use clap::Subcommand;
use serde_json::json;
use std::process::ExitCode;

#[derive(Subcommand)]
pub enum ConfigCommand {
    /// Show each value and where it came from, secrets masked
    Print {
        #[arg(long)]
        json: bool,
    },
}

impl ConfigCommand {
    pub fn run(&self, given: Given) -> Result<ExitCode, AppError> {
        let Self::Print { json } = self;
        if *json {
            let rows: Vec<_> = SETTINGS
                .iter()
                .map(|s| json!({ "key": s.key, "env": s.env, "value": given.shown(s), "from": given.origin(s.key).to_string() }))
                .collect();
            say(&serde_json::to_string_pretty(&rows).map_err(|e| anyhow::anyhow!(e))?);
        } else {
            for s in SETTINGS {
                say(&format!("{:<24} {:<40} {}", s.key, given.shown(s), given.origin(s.key)));
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}
