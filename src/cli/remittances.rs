//! `tributary remittances`: 835 files taken in, looked at, posted and taken back.

use super::{NEEDS_A_PERSON, json, read_file, say};
use crate::app::{Actor, App};
use crate::error::{AppError, Result};
use crate::payments::TakeBack;
use crate::payments::era::answer_view::{AdjustmentView, AnswerView, LineView};
use crate::payments::era::view::EraView;
use crate::payments::era::{self, Another, EraFilter, Posting};
use crate::payments::era_state::EraState;
use crate::types::{Money, day};
use clap::{Args, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Subcommand)]
pub enum Remittances {
    /// Take an 835 in: its payments are staged, nothing is posted
    Import(Import),
    /// Look at what waits: one payment whole, or the list of a state
    Review(Review),
    /// Show one payment with every answer
    Show(One),
    /// Post a payment: what is matched goes to its claims, the rest waits under Unmatched
    Post(PostOne),
    /// Take a posted payment back whole
    Reverse(ReverseOne),
    /// Say that a payment is one of its own although another has its number
    Another(AnotherOne),
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
    /// One payment; without it those of a state
    id: Option<String>,
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
    #[arg(long, default_value = "", hide_default_value = true)]
    why: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
pub struct AnotherOne {
    id: String,
    /// How you know it
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
                let why = TakeBack { why: one.why.as_str().into(), ..TakeBack::default() }.or("Taken back from the command line");
                told(era::reverse(&app, &by, &one.id, &why).await?, one.json)
            }
            Self::Another(one) => told(era::tell_apart(&app, &by, &one.id, &Another { why: one.why.as_str().into() }).await?, one.json),
        }
    }
}

impl Import {
    async fn run(&self, app: &App, by: &Actor) -> Result<ExitCode, AppError> {
        let content = read_file(&self.file, era::MOST_BYTES)?;
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
        // Refused is said louder than what waits beside it.
        let refused = taken.remittances.iter().any(|e| e.state == EraState::Refused);
        Ok(if refused { ExitCode::FAILURE } else { exit(&taken.remittances) })
    }
}

impl Review {
    async fn run(&self, app: &App, by: &Actor) -> Result<ExitCode, AppError> {
        if let Some(id) = &self.id {
            return told(era::show(app, by, id).await?, self.json);
        }
        let filter = EraFilter { state: self.state.as_str().into(), limit: "500".into(), ..EraFilter::default() };
        let found = era::list(app, by, &filter).await?;
        if self.json {
            json(&found)?;
            return Ok(ExitCode::SUCCESS);
        }
        for row in &found.items {
            let paid_on = row.paid_on.map(day::long).unwrap_or_default();
            say(&format!(
                "{}  {:>12}  {:<24} {:<18} {paid_on}, {} claims{}{}",
                row.id,
                Money(row.amount_cents),
                row.payer,
                row.trace,
                row.claims,
                if row.overridden { ", out of balance by the owner's leave" } else { "" },
                if row.clashes { ", another payment has its number" } else { "" }
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
    if let Some(over) = &era.overridden {
        say(&format!("  Does not balance; the owner lets it be posted: {}", over.why));
    }
    match &era.clash {
        Some(clash) if clash.another.is_none() => {
            say(&format!("  {}: tributary remittances another {} --why WORDS", clash.words, era.id));
        }
        _ => {}
    }
    era.claims.iter().for_each(print_answer);
    for item in &era.items {
        say(&format!("  {:>10}  {} {} {}", Money(-item.amount_cents), item.reason, item.words, item.reference));
    }
}

fn print_answer(one: &AnswerView) {
    let claim = one.claim.as_ref().map_or("no claim of ours", |c| c.number.as_str());
    let why = one.why.as_deref().map(|w| format!(": {w}")).unwrap_or_default();
    let unusual = if one.is_unusual { ", unusual" } else { "" };
    say(&format!(
        "  {:>10} paid of {:>10}  {:<20} -> {claim}, {}{unusual}{why}",
        Money(one.paid_cents),
        Money(one.charge_cents),
        one.number,
        one.state.label()
    ));
    one.lines.iter().for_each(print_line);
    one.adjustments.iter().for_each(|a| say(&format!("      {}", reason(a))));
    one.notes.iter().for_each(|note| say(&format!("      {note}")));
}

fn print_line(line: &LineView) {
    let expected = line.expected_cents.map(|cents| format!(" (the sheet says {})", Money(cents))).unwrap_or_default();
    say(&format!(
        "      {} billed {}, allowed {}{expected}, paid {}, patient {}",
        [&line.code].into_iter().chain(&line.modifiers).cloned().collect::<Vec<_>>().join(" "),
        Money(line.charge_cents),
        Money(line.allowed_cents),
        Money(line.paid_cents),
        Money(line.patient_cents)
    ));
    line.adjustments.iter().for_each(|a| say(&format!("        {}", reason(a))));
}

fn reason(one: &AdjustmentView) -> String {
    let words = if one.words.is_empty() { "not known to us" } else { one.words.as_str() };
    format!("{}-{} {} {words}", one.group, one.reason, Money(one.amount_cents))
}
