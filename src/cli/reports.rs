//! `tributary reports`: what is due, drafted, read, let go or put aside.

use super::{NEEDS_A_PERSON, json, say};
use crate::app::{Actor, App};
use crate::error::{AppError, Result};
use crate::reports::letters::due::{self, DraftedView};
use crate::reports::letters::release::{Again, Approval};
use crate::reports::letters::view::ReportView;
use crate::reports::letters::{changing, drafting, print, release};
use crate::reports::{self, ReportFilter};
use crate::types::day::{self, Leaning};
use anyhow::Context;
use clap::{Args, Subcommand, ValueEnum};
use serde::Serialize;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Subcommand)]
pub enum Reports {
    /// The letters that are due, as things stand now
    Due(Due),
    /// Begin what is due today, or the summaries of a month; asked again, nothing twice
    Draft(Draft),
    /// List reports, newest first
    List(List),
    /// Show one report and what holds it
    Show(One),
    /// Write one as it would arrive into a file
    Preview(Preview),
    /// Sign and let go exactly what was read
    Approve(Approve),
    /// Put one aside
    Skip(Why),
    /// Send the same message once more
    Resend(Why),
}

#[derive(Args)]
pub struct Due {
    /// On another day than today
    #[arg(long, value_name = "DAY", default_value = "today")]
    on: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
pub struct Draft {
    /// The summaries of this month, like 2026-11
    #[arg(long, value_name = "YYYY-MM")]
    month: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
pub struct List {
    /// draft, signed, queued, sent, delivered, bounced, failed or skipped
    #[arg(long, default_value = "", hide_default_value = true)]
    state: String,
    /// progress, renewal_request, initial_report, monthly_summary ...
    #[arg(long, default_value = "", hide_default_value = true)]
    kind: String,
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

#[derive(Clone, Copy, ValueEnum)]
pub enum As {
    Email,
    Text,
    Pdf,
}

#[derive(Args)]
pub struct Preview {
    id: String,
    /// The HTML of the message, its text, or its page
    #[arg(long = "as", value_enum, default_value = "text")]
    kind: As,
    /// The file; the terminal where nothing is said
    #[arg(long)]
    out: Option<PathBuf>,
    /// Print JSON: the file and its size, or the content
    #[arg(long)]
    json: bool,
}

/// What a preview tells a script.
#[derive(Serialize)]
struct Previewed {
    file: Option<PathBuf>,
    bytes: usize,
    /// Where no file was named, and it is text.
    content: Option<String>,
}

#[derive(Args)]
pub struct Approve {
    id: String,
    /// message.seen of the report as it was read (reports show ID --json)
    #[arg(long)]
    seen: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
pub struct Why {
    id: String,
    /// The reason
    #[arg(long)]
    why: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Reports {
    pub async fn run(&self, app: App) -> Result<ExitCode, AppError> {
        let by = Actor::operator();
        match self {
            Self::Due(due) => due.run(&app, &by).await,
            Self::Draft(draft) => draft.run(&app, &by).await,
            Self::List(list) => list.run(&app, &by).await,
            Self::Show(one) => told(&reports::show(&app, &by, &one.id).await?, one.json),
            Self::Preview(preview) => preview.run(&app, &by).await,
            Self::Approve(one) => {
                let approval = Approval { seen: one.seen.as_str().into(), ..Approval::default() };
                told(&release::approve(&app, &by, &one.id, &approval).await?, one.json)
            }
            Self::Skip(one) => told(&changing::skip(&app, &by, &one.id, &one.why.as_str().into()).await?, one.json),
            Self::Resend(one) => {
                let again = Again { why: one.why.as_str().into(), ..Again::default() };
                told(&release::resend(&app, &by, &one.id, &again).await?, one.json)
            }
        }
    }
}

impl Due {
    async fn run(&self, app: &App, by: &Actor) -> Result<ExitCode, AppError> {
        let on = day::parse(&self.on, app.today(), Leaning::Nearest).map_err(AppError::BadRequest)?;
        let found = due::list(app, by, on).await?;
        if self.json {
            json(&found)?;
            return Ok(ExitCode::SUCCESS);
        }
        for one in &found {
            say(&format!("{:<20} {:<14} {}, to {}", one.kind.label(), one.referral, one.patient.name, one.provider.name));
        }
        if found.is_empty() {
            say(&format!("Nothing is due on {}", day::long(on)));
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Draft {
    async fn run(&self, app: &App, by: &Actor) -> Result<ExitCode, AppError> {
        if let Some(month) = &self.month {
            let done = drafting::summaries(app, by, &month.as_str().into()).await?;
            if self.json {
                json(&done)?
            } else {
                say(&done.in_words())
            }
            return Ok(ExitCode::SUCCESS);
        }
        let done = due::draft(app, by).await?;
        if self.json {
            json(&done)?
        } else {
            print_drafted(&done)
        }
        Ok(if done.left.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(NEEDS_A_PERSON) })
    }
}

fn print_drafted(done: &DraftedView) {
    say(&format!("{} drafted. Each waits to be read", done.drafted));
    done.left.iter().for_each(|why| say(&format!("  {why}")));
}

impl List {
    async fn run(&self, app: &App, by: &Actor) -> Result<ExitCode, AppError> {
        let filter = ReportFilter {
            state: self.state.as_str().into(),
            kind: self.kind.as_str().into(),
            limit: "500".into(),
            ..ReportFilter::default()
        };
        let found = reports::list(app, by, &filter).await?;
        if self.json {
            json(&found)?;
            return Ok(ExitCode::SUCCESS);
        }
        for row in &found.items {
            say(&format!("{}  {:<8} {:<20} {:<12} to {}", row.id, row.reference, row.kind.label(), row.state.label(), row.provider.name));
        }
        if found.items.is_empty() {
            say("There is none");
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Preview {
    async fn run(&self, app: &App, by: &Actor) -> Result<ExitCode, AppError> {
        let content = match self.kind {
            As::Pdf => print::pdf(app, by, &self.id).await?.1,
            kind => {
                let view = reports::show(app, by, &self.id).await?;
                let why = view.held.unwrap_or_else(|| "it cannot be written yet".into());
                let message = view.message.ok_or_else(|| AppError::conflict(why))?;
                if matches!(kind, As::Email) { message.html } else { message.text }.into_bytes()
            }
        };
        if let Some(file) = &self.out {
            std::fs::write(file, &content).with_context(|| format!("{} cannot be written", file.display()))?;
        }
        if self.json {
            let text = self.out.is_none().then(|| String::from_utf8(content.clone()).ok()).flatten();
            json(&Previewed { file: self.out.clone(), bytes: content.len(), content: text })?;
        } else if self.out.is_none() {
            say(String::from_utf8_lossy(&content).trim_end());
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// One that is held needs a person.
fn told(report: &ReportView, as_json: bool) -> Result<ExitCode, AppError> {
    if as_json {
        json(report)?;
    } else {
        let row = &report.row;
        say(&format!("{}  {} {}, to {}: {}", row.id, row.kind.label(), row.reference, row.provider.name, row.state.label()));
        report.safety.iter().for_each(|s| say(&format!("  {}", s.words)));
    }
    Ok(if report.held.is_some() { ExitCode::from(NEEDS_A_PERSON) } else { ExitCode::SUCCESS })
}
