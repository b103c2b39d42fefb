//! `tributary init`: what the first-run page does, for scripts.

use super::say;
use crate::app::App;
use crate::auth;
use crate::auth::user::NewSetup;
use crate::error::AppError;
use clap::Args;
use std::io::Read;
use std::process::ExitCode;

#[derive(Args)]
pub struct Init {
    /// Name of the practice
    #[arg(long)]
    practice: String,
    /// Time zone, like America/Los_Angeles
    #[arg(long)]
    timezone: String,
    /// Email of the owner
    #[arg(long)]
    owner: String,
    /// Read the owner's password from standard input
    #[arg(long, required = true)]
    password_stdin: bool,
    /// Name of the owner; taken from the email where it is not said
    #[arg(long)]
    owner_name: Option<String>,
    /// Credential of the owner, who also treats patients
    #[arg(long)]
    credential: Option<String>,
    /// NPI of the owner as a therapist
    #[arg(long)]
    therapist_npi: Option<String>,
    /// NPI of the practice
    #[arg(long)]
    npi: Option<String>,
}

impl Init {
    pub async fn run(&self, app: App) -> Result<ExitCode, AppError> {
        let mut password = String::new();
        std::io::stdin().read_to_string(&mut password).map_err(|e| anyhow::anyhow!("the password cannot be read: {e}"))?;
        let typed = |value: &Option<String>| value.as_deref().unwrap_or_default().into();
        let new = NewSetup {
            practice: self.practice.as_str().into(),
            timezone: self.timezone.as_str().into(),
            email: self.owner.as_str().into(),
            name: typed(&self.owner_name),
            password: password.trim_end_matches(['\r', '\n']).into(),
            // A solo owner also holds the role of a therapist [domain 2.16].
            treats: "yes".into(),
            credential: typed(&self.credential),
            therapist_npi: typed(&self.therapist_npi),
            npi: typed(&self.npi),
            ..Default::default()
        };
        let user = auth::found(&app, &new).await?;
        say(&format!("{} is set up. {} may sign in", self.practice, user.email));
        Ok(ExitCode::SUCCESS)
    }
}
