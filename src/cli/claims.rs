//! `tributary claims`: what is ready, what is missing, files for the clearinghouse, forms for the printer.

use super::{NEEDS_A_PERSON, json, say};
use crate::app::{Actor, App};
use crate::claims::batch::printing::{self, Printing};
use crate::claims::batch::view::BatchView;
use crate::claims::batch::{self, NewBatch, Written};
use crate::claims::bulk::Outcome;
use crate::claims::view::ClaimRow;
use crate::claims::{self, Chosen, ClaimFilter, SendingMany};
use crate::error::{AppError, Result};
use crate::payments::proof;
use crate::types::{Money, Text, TextList, day};
use anyhow::Context;
use clap::{Args, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Subcommand)]
pub enum Claims {
    /// List claims, newest first
    List(List),
    /// Check drafts; those that nothing blocks become ready
    Check(Check),
    /// Write the 837P files of what is ready, and mark it as sent
    Batch(WriteBatch),
    /// Mark ready claims as sent: they left on paper or through a portal
    MarkSent(MarkSent),
    /// Print claims on the CMS-1500 form, the data alone, for the red form in the printer
    Cms1500(Cms1500),
    /// Print when a claim left, in which files, and who answered what: one PDF for a payer that calls it late
    Proof(PrintProof),
}

#[derive(Args)]
pub struct List {
    /// draft, ready, submitted, rejected, denied ...
    #[arg(long, default_value = "", hide_default_value = true)]
    state: String,
    /// Part of a number or of a patient's name
    #[arg(long, value_name = "WORDS", default_value = "", hide_default_value = true)]
    find: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
pub struct Check {
    /// Numbers of claims; all drafts where none is named
    numbers: Vec<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
pub struct WriteBatch {
    /// Only these; all that is ready where none is named
    numbers: Vec<String>,
    /// Only what goes to this clearinghouse
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    partner: String,
    /// Where the files are put
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
    /// Write the file of a batch that left once more, the same bytes: its reference or id
    #[arg(long, value_name = "BATCH", conflicts_with_all = ["partner", "numbers"])]
    again: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
pub struct MarkSent {
    #[arg(required = true)]
    numbers: Vec<String>,
    /// The day on which they left (today)
    #[arg(long, value_name = "DAY", default_value = "", hide_default_value = true)]
    on: String,
    /// 837p, portal or paper; each payer's own way where nothing is said
    #[arg(long, default_value = "", hide_default_value = true)]
    channel: String,
    /// A number of the sending
    #[arg(long, default_value = "", hide_default_value = true)]
    reference: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
pub struct Cms1500 {
    #[arg(required = true)]
    numbers: Vec<String>,
    #[arg(long, value_name = "FILE.pdf")]
    out: PathBuf,
    /// On a drawing of the form, to be read and never sent
    #[arg(long)]
    preview: bool,
    /// For the second payer, with what the first one decided named as attached
    #[arg(long)]
    second: bool,
    /// With a page of what the payers before decided, behind the forms and for plain paper
    #[arg(long, requires = "second")]
    explained: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
pub struct PrintProof {
    number: String,
    #[arg(long, value_name = "FILE.pdf")]
    out: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Claims {
    pub async fn run(&self, app: App) -> Result<ExitCode, AppError> {
        let by = Actor::operator();
        match self {
            Self::List(list) => list.run(&app, &by).await,
            Self::Check(check) => check.run(&app, &by).await,
            Self::Batch(batch) => batch.run(&app, &by).await,
            Self::MarkSent(sent) => sent.run(&app, &by).await,
            Self::Cms1500(print) => print.run(&app, &by).await,
            Self::Proof(print) => print.run(&app, &by).await,
        }
    }
}

impl PrintProof {
    async fn run(&self, app: &App, by: &Actor) -> Result<ExitCode, AppError> {
        let (_, drawn) = proof::print(app, by, &self.number).await?;
        std::fs::write(&self.out, &drawn.pdf).with_context(|| format!("{} cannot be written", self.out.display()))?;
        match self.json {
            true => json(&proof::show(app, by, &self.number).await?)?,
            false => say(&format!("{}: {} {}", self.out.display(), drawn.pages, if drawn.pages == 1 { "page" } else { "pages" })),
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn texts(numbers: &[String]) -> TextList {
    TextList(numbers.iter().map(|n| Text::from(n.as_str())).collect())
}

impl List {
    async fn run(&self, app: &App, by: &Actor) -> Result<ExitCode, AppError> {
        let filter =
            ClaimFilter { q: self.find.as_str().into(), state: self.state.as_str().into(), limit: "500".into(), ..ClaimFilter::default() };
        let found = claims::list(app, by, &filter).await?;
        match self.json {
            true => json(&found)?,
            false if found.items.is_empty() => say("There is none"),
            false => found.items.iter().for_each(print),
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn print(row: &ClaimRow) {
    let charge = row.charge_cents.map(|c| Money(c).to_string()).unwrap_or_default();
    say(&format!(
        "{}  {:<16} {charge:>10}  {:<14} {:<24} {}",
        row.number,
        row.state.label(),
        day::long(row.service_on),
        row.payer,
        row.patient.name
    ));
}

impl Check {
    /// Five hundred at a time, as the use case takes them.
    async fn run(&self, app: &App, by: &Actor) -> Result<ExitCode, AppError> {
        let mut whole = Outcome { done: Vec::new(), left: Vec::new() };
        let numbers = if self.numbers.is_empty() { claims::drafts(app, by).await? } else { self.numbers.clone() };
        for some in numbers.chunks(claims::bulk::MOST) {
            let outcome = claims::make_many_ready(app, by, &Chosen { ids: texts(some) }).await?;
            whole.done.extend(outcome.done);
            whole.left.extend(outcome.left);
        }
        told(&whole, self.json, "is ready", "are ready")
    }
}

impl MarkSent {
    async fn run(&self, app: &App, by: &Actor) -> Result<ExitCode, AppError> {
        let sending = SendingMany {
            ids: texts(&self.numbers),
            channel: self.channel.as_str().into(),
            sent_on: self.on.as_str().into(),
            reference: self.reference.as_str().into(),
        };
        told(&claims::submit_many(app, by, &sending).await?, self.json, "is marked as sent", "are marked as sent")
    }
}

fn told(outcome: &Outcome, as_json: bool, one: &str, many: &str) -> Result<ExitCode, AppError> {
    if as_json {
        json(outcome)?;
    } else {
        let (n, words) = (outcome.done.len(), if outcome.done.len() == 1 { one } else { many });
        say(&format!("{n} {words}"));
        outcome.left.iter().for_each(|l| say(&format!("{} stays: {}", l.claim.number, l.reason)));
    }
    Ok(exit(outcome.left.is_empty()))
}

fn exit(all_went: bool) -> ExitCode {
    if all_went { ExitCode::SUCCESS } else { ExitCode::from(NEEDS_A_PERSON) }
}

impl WriteBatch {
    async fn run(&self, app: &App, by: &Actor) -> Result<ExitCode, AppError> {
        if let Some(out) = &self.out {
            std::fs::create_dir_all(out).with_context(|| format!("{} cannot be made", out.display()))?;
        }
        if let Some(id) = &self.again {
            let batch = batch::show(app, by, id).await?;
            self.put(app, by, &batch).await?;
            let written = Written { batches: vec![batch], left: Vec::new() };
            return self.told(&written);
        }
        let new = NewBatch { ids: texts(&self.numbers), partner: self.partner.as_str().into() };
        let written = batch::write(app, by, &new).await?;
        // What left is told first: a copy that fails hides none of it.
        let code = self.told(&written)?;
        for batch in &written.batches {
            self.put(app, by, batch).await?;
        }
        Ok(code)
    }

    async fn put(&self, app: &App, by: &Actor, one: &BatchView) -> Result<()> {
        let Some(out) = &self.out else { return Ok(()) };
        let (name, content) = batch::file(app, by, &one.id.to_string()).await?;
        // It has left already, whatever becomes of this copy.
        batch::copy_to(out, &name, &content).map_err(|error| {
            let again = format!("tributary claims batch --again {} --out FOLDER", one.reference);
            AppError::conflict(format!("{} is written and kept, but not in the folder: {error}. Get it with: {again}", one.reference))
        })
    }

    fn told(&self, written: &Written) -> Result<ExitCode, AppError> {
        if self.json {
            json(written)?;
            return Ok(exit(written.left.is_empty()));
        }
        for one in &written.batches {
            say(&format!(
                "{}  {}, {}: ISA {:09}, GS {}, ST from {:04}, {}",
                one.file_name,
                one.reference,
                one.partner,
                one.interchange_control,
                one.group_control,
                one.first_transaction,
                Money(one.total_cents)
            ));
            one.claims.iter().for_each(|c| say(&format!("  {}", c.claim.number)));
        }
        if written.batches.is_empty() {
            say("Nothing was written");
        }
        written.left.iter().for_each(|l| say(&format!("{} stays: {}", l.claim.number, l.reason)));
        Ok(exit(written.left.is_empty()))
    }
}

impl Cms1500 {
    async fn run(&self, app: &App, by: &Actor) -> Result<ExitCode, AppError> {
        let tick = |is_set: bool| if is_set { Text::from("yes") } else { Text::default() };
        let printing =
            Printing { ids: texts(&self.numbers), preview: tick(self.preview), second: tick(self.second), explained: tick(self.explained) };
        let sheets = printing::print(app, by, &printing).await?;
        std::fs::write(&self.out, &sheets.pdf).with_context(|| format!("{} cannot be written", self.out.display()))?;
        if self.json {
            json(&serde_json::json!({ "file": self.out.display().to_string(), "pages": sheets.pages, "warnings": sheets.warnings }))?;
        } else {
            let pages = if sheets.pages == 1 { "1 page".to_string() } else { format!("{} pages", sheets.pages) };
            say(&format!("{}: {pages}", self.out.display()));
            sheets.warnings.iter().for_each(|w| say(w));
        }
        Ok(exit(sheets.warnings.is_empty()))
    }
}
