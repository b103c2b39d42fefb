//! `tributary mail`: what is due goes out, what went out is listed, and the way out is proved before the first report needs it.

use super::serve::{hold_lock, told_to_stop};
use super::{NEEDS_A_PERSON, json, opened, read_file, say};
use crate::app::{Actor, App};
use crate::config::Config;
use crate::documents::upload::MOST_BYTES;
use crate::error::{AppError, Result};
use crate::mail::bounce::take_in;
use crate::mail::check::{self, Checked};
use crate::mail::deliver;
use crate::reports::mails::{self, MailFilter};
use crate::types::{Look, day};
use clap::{Args, Subcommand};
use serde::Serialize;
use std::process::ExitCode;

#[derive(Subcommand)]
pub enum Mail {
    /// Take out what is due: with --once until nothing more may go now, else until it is told to stop
    Deliver(Deliver),
    /// List mails: how each stands
    List(List),
    /// Prove the mail server, its encryption, our login, and what our domain says in DNS; with --test, send a message about nobody
    Check(CheckOf),
    /// Take in a message that came back (.eml): a delivery notice or a complaint
    Bounce(BounceOf),
}

#[derive(Args)]
pub struct BounceOf {
    file: std::path::PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
pub struct Deliver {
    /// Stop when nothing more may go now
    #[arg(long)]
    once: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
pub struct List {
    /// approved, retry_wait, sent, unknown, failed, expired, bounced ...
    #[arg(long, default_value = "", hide_default_value = true)]
    state: String,
    /// Only those that wait for a person
    #[arg(long)]
    held: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
pub struct CheckOf {
    /// Also send a test to this address
    #[arg(long, value_name = "EMAIL")]
    test: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Mail {
    pub async fn run(&self, config: Config) -> Result<ExitCode, AppError> {
        match self {
            Self::Deliver(deliver) => {
                // From an SQLite file one process delivers: a server that runs does it by itself.
                let lock = hold_lock(&config)?;
                let code = opened(config, async |app| deliver.run(app).await).await;
                drop(lock);
                code
            }
            Self::List(list) => opened(config, async |app| list.run(&app).await).await,
            Self::Bounce(of) => opened(config, async |app| of.run(&app).await).await,
            Self::Check(of) => opened(config, async |app| of.run(&app).await).await,
        }
    }
}

/// How the mails stand after a round.
#[derive(Serialize)]
struct Round {
    attempts: usize,
    #[serde(flatten)]
    stands: deliver::Stands,
}

impl Deliver {
    async fn run(&self, app: App) -> Result<ExitCode, AppError> {
        if !self.once {
            let (stop, stopped) = tokio::sync::watch::channel(false);
            let work = tokio::spawn(crate::jobs::deliver_mail(app, stopped));
            told_to_stop().await;
            let _ = stop.send(true);
            work.await.map_err(|e| anyhow::anyhow!("the delivery ended badly: {e}"))?;
            return Ok(ExitCode::SUCCESS);
        }
        let attempts = deliver::all_due(&app).await?;
        let stands = deliver::stands(&app).await?;
        let needs_a_person = stands.needs_a_person();
        let round = Round { attempts, stands };
        if self.json {
            json(&round)?;
        } else {
            print(&round);
        }
        Ok(if needs_a_person { ExitCode::from(NEEDS_A_PERSON) } else { ExitCode::SUCCESS })
    }
}

fn print(round: &Round) {
    let s = &round.stands;
    say(&format!("{} tried. {} sent in all, {} wait their time", round.attempts, s.sent, s.waiting));
    for (n, words) in [
        (s.unknown, "may have arrived: ask before they are sent again"),
        (s.held, "wait for a person"),
        (s.not_sent, "were not sent"),
        (s.came_back, "came back"),
    ] {
        if n > 0 {
            say(&format!("{n} {words}"));
        }
    }
    if let Some(pause) = &s.paused {
        say(&format!("All mail is paused: {pause}"));
    }
}

impl List {
    async fn run(&self, app: &App) -> Result<ExitCode, AppError> {
        let held = if self.held { "yes" } else { "" };
        let filter = MailFilter { state: self.state.as_str().into(), held: held.into(), limit: "500".into(), ..MailFilter::default() };
        let found = mails::list(app, &Actor::operator(), &filter).await?;
        if self.json {
            json(&found)?;
            return Ok(ExitCode::SUCCESS);
        }
        for m in &found.items {
            let state = if m.held_at.is_some() { "Waits for a person" } else { m.state.label() };
            let on = day::long(app.clock.day_of(m.sent_at.unwrap_or(m.approved_at)));
            say(&format!("{}  {state:<20} {:<34} {}, {on}", m.id, m.to, m.what));
        }
        if found.items.is_empty() {
            say("There is none");
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl CheckOf {
    async fn run(&self, app: &App) -> Result<ExitCode, AppError> {
        let by = Actor::operator();
        let checked = check::check(app, &by).await?;
        let tested = match &self.test {
            Some(to) => Some(check::send_test(app, &by, to).await?),
            None => None,
        };
        let fine = checked.ready && tested.as_ref().is_none_or(|t| t.sent);
        if self.json {
            let mut whole = serde_json::to_value(&checked).map_err(|e| anyhow::anyhow!(e))?;
            whole["test"] = serde_json::to_value(&tested).map_err(|e| anyhow::anyhow!(e))?;
            json(&whole)?;
        } else {
            tell(&checked);
            if let Some(test) = &tested {
                say(&format!("{}  test     to {}: {}, {}", mark(test.sent), test.to, test.step, test.words));
            }
        }
        Ok(if fine { ExitCode::SUCCESS } else { ExitCode::from(NEEDS_A_PERSON) })
    }
}

impl BounceOf {
    async fn run(&self, app: &App) -> Result<ExitCode, AppError> {
        let raw = read_file(&self.file, MOST_BYTES)?;
        let taken = take_in(app, &Actor::operator(), &raw).await?;
        if self.json {
            json(&taken)?;
        } else {
            let mail = taken.mail.map(|id| format!("{id}  ")).unwrap_or_default();
            say(&format!("{mail}{}: {}", taken.kind.label(), taken.words));
        }
        Ok(if taken.proven { ExitCode::SUCCESS } else { ExitCode::from(NEEDS_A_PERSON) })
    }
}

fn mark(fine: bool) -> &'static str {
    if fine { "ok  " } else { "MEND" }
}

fn tell(checked: &Checked) {
    say(&format!("{}, as {}", checked.route, checked.from.as_deref().unwrap_or("nobody yet")));
    for finding in &checked.findings {
        let mark = match finding.look {
            Look::Bad => "MEND",
            Look::Wait => "look",
            _ => "ok  ",
        };
        say(&format!("{mark}  {:<8} {}", finding.code, finding.words));
    }
}
