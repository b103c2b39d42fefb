//! `tributary token create`: prints an API token and nothing else.

use super::say;
use crate::app::{Actor, App};
use crate::auth;
use crate::error::AppError;
use clap::Subcommand;
use std::process::ExitCode;

#[derive(Subcommand)]
pub enum Token {
    /// Make a token for a user and print it
    Create {
        /// Email of the user it acts for
        #[arg(long)]
        user: String,
        /// What it is for
        #[arg(long, default_value = "command line")]
        name: String,
    },
}

impl Token {
    pub async fn run(&self, app: App) -> Result<ExitCode, AppError> {
        let Self::Create { user, name } = self;
        let made = auth::create_token(&app, &Actor::operator(), user, name).await?;
        say(&made.token);
        Ok(ExitCode::SUCCESS)
    }
}
