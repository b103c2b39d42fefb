//! `tributary token create`: prints an API token and nothing else.

use super::say;
use crate::app::{Actor, App};
use crate::auth;
use crate::auth::user::NewToken;
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
        /// The last day on which it holds
        #[arg(long, value_name = "DAY")]
        expires_on: Option<String>,
    },
}

impl Token {
    pub async fn run(&self, app: App) -> Result<ExitCode, AppError> {
        let Self::Create { user, name, expires_on } = self;
        let new = NewToken {
            user: user.as_str().into(),
            name: name.as_str().into(),
            expires_on: expires_on.as_deref().unwrap_or_default().into(),
        };
        let made = auth::create_token(&app, &Actor::operator(), &new).await?;
        say(&made.token);
        Ok(ExitCode::SUCCESS)
    }
}
