//! `tributary remittances`: 835 files taken in, looked at, posted and taken back.

use super::{NEEDS_A_PERSON, json, say};
use crate::app::{Actor, App};
use crate::error::{AppError, Result};
use crate::payments::TakeBack;
use crate::payments::era::view::EraView;
use crate::payments::era::{self, EraFilter, Posting};
use crate::payments::era_state::EraState;
use crate::types::{Money, day};
use anyhow::Context;
use clap::{Args, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Subcommand)]
pub enum Remittances {
    /// Take an 835 in: its payments are staged, nothing is posted
    Import(Import),
    /// List payments: those that wait, or all of a state
    Review(Review),
    /// Show one payment with every answer
    Show(One),
    /// Post a payment: what is matched goes to its claims, the rest waits under Unmatched
    Post(PostOne),
    /// Take a posted payment back whole
    Reverse(ReverseOne),
}

#[derive(Args)]
pub struct Import {
    file: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
pub struct Review {
    /// staged, unbalanced, duplicate, refused, posted or reversed
    #[arg(long, default_value = "staged")]
    state: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
pub struct One {
    id: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
pub struct PostOne {
    id: String,
    /// The day on which it counts (today)
    #[arg(long, value_name = "DAY", default_value = "", hide_default_value = true)]
    on: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
pub struct ReverseOne {
    id: String,
    /// What was wrong
    #[arg(long)]
    why: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Remittances {
    pub async fn run(&self, app: App) -> Result<ExitCode, AppError> {
        let by = Actor::operator();
        match self {
            Self::Import(import) => import.run(&app, &by).await,
            Self::Review(review) => review.run(&app, &by).await,
            Self::Show(one) => told(era::show(&app, &by, &one.id).await?, one.json),
            Self::Post(one) => told(era::post(&app, &by, &one.id, &Posting { posted_on: one.on.as_str().into() }).await?, one.json),
            Self::Reverse(one) => {
                let why = TakeBack { why: one.why.as_str().into(), ..TakeBack::default() };
                told(era::reverse(&app, &by, &one.id, &why).await?, one.json)
            }
        }
    }
}

impl Import {
    async fn run(&self, app: &App, by: &Actor) -> Result<ExitCode, AppError> {
        let content = std::fs::read(&self.file).with_context(|| format!("{} cannot be read", self.file.display()))?;
        let name = self.file.file_name().unwrap_or_default().to_string_lossy();
        let taken = era::take_in(app, by, &name, content).await?;
        if self.json {
            json(&taken)?;
        } else {
            if taken.again {
                say(&format!("{name} was taken in before. Nothing new was kept"));
            }
            taken.remittances.iter().for_each(print);
        }
        Ok(exit(&taken.remittances))
    }
}

impl Review {
    async fn run(&self, app: &App, by: &Actor) -> Result<ExitCode, AppError> {
        let filter = EraFilter { state: self.state.as_str().into(), limit: "500".into(), ..EraFilter::default() };
        let found = era::list(app, by, &filter).await?;
        if self.json {
            json(&found)?;
            return Ok(ExitCode::SUCCESS);
        }
        for row in &found.items {
            let paid_on = row.paid_on.map(day::long).unwrap_or_default();
            say(&format!(
                "{}  {:>12}  {:<24} {:<18} {paid_on}, {} claims",
                row.id,
                Money(row.amount_cents),
                row.payer,
                row.trace,
                row.claims
            ));
        }
        if found.items.is_empty() {
            say("There is none");
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn told(era: EraView, as_json: bool) -> Result<ExitCode, AppError> {
    match as_json {
        true => json(&era)?,
        false => print(&era),
    }
    Ok(exit(&[era]))
}

fn exit(eras: &[EraView]) -> ExitCode {
    if eras.iter().any(|e| e.needs_a_person) { ExitCode::from(NEEDS_A_PERSON) } else { ExitCode::SUCCESS }
}

fn print(era: &EraView) {
    let payer = era.payer.as_ref().map_or(era.payer_name.as_str(), |p| p.name.as_str());
    say(&format!("{}  {}: {payer}, {} of {}", era.id, era.state.label(), era.trace, era.paid_on.map(day::long).unwrap_or_default()));
    if let Some(why) = &era.why {
        say(&format!("  {why}"));
    }
    if let (EraState::Duplicate, Some(of)) = (era.state, era.duplicate_of) {
        say(&format!("  The same payment is {of}"));
        return;
    }
    say(&format!("  {}", era.balance));
    for words in era.imbalances.iter().chain(&era.cautions) {
        say(&format!("  {words}"));
    }
    for one in &era.claims {
        let claim = one.claim.as_ref().map_or("no claim of ours", |c| c.number.as_str());
        let why = one.why.as_deref().map(|w| format!(": {w}")).unwrap_or_default();
        say(&format!(
            "  {:>10} paid of {:>10}  {:<20} -> {claim}, {}{why}",
            Money(one.paid_cents),
            Money(one.charge_cents),
            one.number,
            one.state.label()
        ));
    }
    for item in &era.items {
        say(&format!("  {:>10}  {} {} {}", Money(-item.amount_cents), item.reason, item.words, item.reference));
    }
}
