//! The command line: one short file a command, each over a use case. Commands need no login: they act as the operator.

mod acks;
mod claims;
mod config;
mod demo;
mod exchange;
mod import;
mod init;
mod mail;
mod payers;
mod remittances;
mod reports;
mod serve;
mod sources;
mod token;

use crate::app::App;
use crate::config::{Config, Given, Origin, SETTINGS};
use crate::error::AppError;
use anyhow::Context;
use clap::{Args, Parser, Subcommand};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Done, and somebody has to look at it.
const NEEDS_A_PERSON: u8 = 3;

/// A CRM for your referral network: which sources pay, and reports back to the doctors who send.
#[derive(Parser)]
#[command(name = "tributary", version, about, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    settings: Settings,
    /// The settings file (tributary.toml in the working directory, if it is there)
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Say more on stderr
    #[arg(long, short, global = true)]
    verbose: bool,
}

/// Settings may be given as flags; `tributary config print` shows where each value came from.
#[derive(Args, Clone, Default)]
struct Settings {
    #[arg(long, global = true, value_name = "URL", help = help("database_url"))]
    database_url: Option<String>,
    #[arg(long, global = true, value_name = "FOLDER", help = help("data"))]
    data: Option<String>,
    #[arg(long, global = true, value_name = "ADDRESS:PORT", help = help("listen"))]
    listen: Option<String>,
    #[arg(long, global = true, value_name = "INSTANT", help = help("now"))]
    now: Option<String>,
    #[arg(long, global = true, value_name = "ROUTE", help = help("mail"))]
    mail: Option<String>,
    #[arg(long, global = true, value_name = "EMAIL", help = help("mail_from"))]
    mail_from: Option<String>,
    #[arg(long, global = true, value_name = "FILE", help = help("mail_ca"))]
    mail_ca: Option<String>,
    #[arg(long, global = true, value_name = "MINUTES", help = help("undo_minutes"))]
    undo_minutes: Option<String>,
}

/// What the settings file says about a setting is what the flag says.
fn help(key: &str) -> &'static str {
    SETTINGS.iter().find(|s| s.key == key).map_or("", |s| s.help)
}

#[derive(Subcommand)]
enum Command {
    /// Serve the pages and deliver mail (the default)
    Serve,
    /// Look around: a year of an invented practice, served on this machine
    Demo(demo::Demo),
    /// Set up a new practice without the first-run page
    Init(init::Init),
    /// Bring the database up to date
    Migrate,
    /// Bring contacts from a file
    #[command(subcommand)]
    Import(import::Import),
    /// Check claims, send them as files, print them as forms
    #[command(subcommand)]
    Claims(claims::Claims),
    /// Take in a clearinghouse's list of payers
    #[command(subcommand)]
    Payers(payers::Payers),
    /// Take in remittances (835), look at them, post them, take them back
    #[command(subcommand)]
    Remittances(remittances::Remittances),
    /// Take in what clearinghouses answer to claims (TA1, 999, 277CA)
    #[command(subcommand)]
    Acks(acks::Acks),
    /// Reports to doctors: what is due, drafted, read, let go or put aside
    #[command(subcommand)]
    Reports(reports::Reports),
    /// Deliver reports, list what went out, prove the way out
    #[command(subcommand)]
    Mail(mail::Mail),
    /// Look into the folders of clearinghouses
    #[command(subcommand)]
    Exchange(exchange::Exchange),
    /// Show which sources of referrals pay
    Sources(sources::Sources),
    /// Make API tokens
    #[command(subcommand)]
    Token(token::Token),
    /// Show the settings
    #[command(subcommand)]
    Config(config::ConfigCommand),
    /// Print the OpenAPI document of /api/v1
    Openapi,
}

/// Runs one command. Exit codes: 0 done, 1 refused or failed, 2 usage, 3 done with problems listed.
pub async fn run(cli: Cli) -> Result<ExitCode, AppError> {
    let settings = |data: &str| load(&cli, data);
    match &cli.command {
        None | Some(Command::Serve) => serve::run(settings("data")?.0).await,
        Some(Command::Demo(demo)) => {
            let (config, given) = settings("demo-data")?;
            demo.run(config, given.origin("database_url") == Origin::Default).await
        }
        Some(Command::Init(init)) => opened(settings("data")?.0, async |app| init.run(app).await).await,
        Some(Command::Migrate) => {
            opened(settings("data")?.0, async |_| {
                say("the database is up to date");
                Ok(ExitCode::SUCCESS)
            })
            .await
        }
        Some(Command::Import(import)) => opened(settings("data")?.0, async |app| import.run(app).await).await,
        Some(Command::Claims(claims)) => opened(settings("data")?.0, async |app| claims.run(app).await).await,
        Some(Command::Payers(payers)) => opened(settings("data")?.0, async |app| payers.run(app).await).await,
        Some(Command::Reports(reports)) => opened(settings("data")?.0, async |app| reports.run(app).await).await,
        Some(Command::Remittances(remittances)) => opened(settings("data")?.0, async |app| remittances.run(app).await).await,
        Some(Command::Acks(acks)) => opened(settings("data")?.0, async |app| acks.run(app).await).await,
        Some(Command::Mail(mail)) => mail.run(settings("data")?.0).await,
        Some(Command::Exchange(exchange)) => opened(settings("data")?.0, async |app| exchange.run(app).await).await,
        Some(Command::Sources(sources)) => opened(settings("data")?.0, async |app| sources.run(app).await).await,
        Some(Command::Token(token)) => opened(settings("data")?.0, async |app| token.run(app).await).await,
        Some(Command::Config(command)) => command.run(settings("data")?.1),
        Some(Command::Openapi) => {
            say(&serde_json::to_string_pretty(&crate::web::openapi_document()).map_err(|e| anyhow::anyhow!(e))?);
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// Opens the database for one command and closes it after, so that its one file holds everything.
async fn opened(config: Config, work: impl AsyncFnOnce(App) -> Result<ExitCode, AppError>) -> Result<ExitCode, AppError> {
    let app = App::open(config).await?;
    let code = work(app.clone()).await;
    app.close().await?;
    code
}

/// Gathers the settings: flag, environment, file, default.
fn load(cli: &Cli, data: &str) -> Result<(Config, Given), AppError> {
    let s = &cli.settings;
    let flags = [
        ("database_url", &s.database_url),
        ("data", &s.data),
        ("listen", &s.listen),
        ("now", &s.now),
        ("mail", &s.mail),
        ("mail_from", &s.mail_from),
        ("mail_ca", &s.mail_ca),
        ("undo_minutes", &s.undo_minutes),
    ];
    let known = |key: &str| SETTINGS.iter().find(|s| s.key == key).map(|s| s.key);
    let flags: BTreeMap<&'static str, String> = flags.iter().filter_map(|(key, value)| Some((known(key)?, (*value).clone()?))).collect();
    let file = crate::config::file_text(cli.config.as_deref())?;
    let given = Given::gather(&flags, &|name| std::env::var(name).ok(), file.as_deref())?;
    Ok(Config::read(given, data)?)
}

/// Logs go to stderr; stdout belongs to what was asked for.
pub fn start_log(cli: &Cli) {
    let default = if cli.verbose { "info,tributary=debug" } else { "warn,tributary=info" };
    let quiet = !matches!(cli.command, None | Some(Command::Serve | Command::Demo(_)));
    let filter = std::env::var("RUST_LOG").unwrap_or_else(|_| if quiet && !cli.verbose { "warn".into() } else { default.into() });
    let filter = tracing_subscriber::EnvFilter::new(filter);
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
        .with_target(false)
        .try_init();
}

/// The same words that a page would show.
pub fn words(error: &AppError) -> String {
    match error {
        AppError::Internal(cause) => format!("{cause:#}"),
        AppError::Invalid(errors) => errors.to_string(),
        other => other.to_string(),
    }
}

/// A file, if it is not larger than may be taken in: of one that is, no more is read than shows it.
pub fn read_file(path: &Path, most: usize) -> Result<Vec<u8>, AppError> {
    use std::io::Read;
    let cannot = || format!("{} cannot be read", path.display());
    let mut content = Vec::new();
    let file = std::fs::File::open(path).with_context(cannot)?;
    file.take(most as u64 + 1).read_to_end(&mut content).with_context(cannot)?;
    if content.len() > most { Err(AppError::TooLarge(most / 1024 / 1024)) } else { Ok(content) }
}

/// The answer of a read as JSON, and nothing else.
pub fn json(value: &impl serde::Serialize) -> Result<(), AppError> {
    say(&serde_json::to_string_pretty(value).map_err(|e| anyhow::anyhow!(e))?);
    Ok(())
}

/// A line of what was asked for.
pub fn say(line: &str) {
    use std::io::Write;
    let mut out = std::io::stdout().lock();
    // A reader that went away (`| head`) is no error of ours.
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}
