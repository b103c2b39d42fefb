//! `tributary exchange`: the folders of clearinghouses, looked into by hand.

use super::{NEEDS_A_PERSON, json, say};
use crate::app::{Actor, App};
use crate::error::AppError;
use crate::exchange;
use crate::exchange::view::FolderRound;
use clap::{Args, Subcommand};
use std::process::ExitCode;
use std::time::Duration;

#[derive(Subcommand)]
pub enum Exchange {
    /// Look into the folders once: take in what lies still, put out what waits
    Run(Run),
}

#[derive(Args)]
pub struct Run {
    /// Milliseconds between the two looks that show whether a file lies still
    #[arg(long, value_name = "MS", default_value_t = 2_000)]
    pause: u64,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Exchange {
    pub async fn run(&self, app: App) -> Result<ExitCode, AppError> {
        let Self::Run(run) = self;
        let round = exchange::run(&app, &Actor::operator(), Duration::from_millis(run.pause)).await?;
        match run.json {
            true => json(&round)?,
            false if round.folders.is_empty() => say("No clearinghouse has a folder"),
            false => round.folders.iter().for_each(print),
        }
        Ok(if round.needs_a_person() { ExitCode::from(NEEDS_A_PERSON) } else { ExitCode::SUCCESS })
    }
}

fn print(of: &FolderRound) {
    say(&format!("{}  {}", of.partner, of.folder));
    if let Some(problem) = &of.problem {
        say(&format!("  It cannot be looked into: {problem}"));
    }
    for one in &of.taken {
        say(&format!("  {}: {}, {}{}", one.name, one.kind, one.what, if one.again { " (taken in before)" } else { "" }));
    }
    of.waiting.iter().for_each(|name| say(&format!("  {name}: not whole yet, or just written")));
    of.unreadable.iter().for_each(|f| say(&format!("  {}: cannot be read, now in unreadable. {}", f.name, f.what)));
    of.left.iter().for_each(|f| say(&format!("  {}: left alone. {}", f.name, f.what)));
}
