//! `tributary demo`: fills a folder of its own with a living practice, once, and serves it on this machine.

use super::{say, serve};
use crate::app::App;
use crate::config::{Config, MailRoute, is_loopback};
use crate::db;
use crate::demo::{self, Found, Play, cast};
use crate::error::{AppError, Result};
use anyhow::Context;
use clap::Args;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(Args)]
pub struct Demo {
    /// Begin anew, also where a filled demo is there
    #[arg(long)]
    fresh: bool,
    /// Another number makes another practice
    #[arg(long, default_value_t = demo::SHOWN.seed)]
    seed: u64,
    /// Percent of the year's referrals; for tests that need no whole year
    #[arg(long, hide = true, default_value_t = demo::SHOWN.share)]
    share: i64,
    /// For benches: so many times the practice, by rows that are copied
    #[arg(long, hide = true, default_value_t = 1)]
    times: u32,
}

impl Demo {
    pub async fn run(&self, mut config: Config, owns_file: bool) -> Result<ExitCode> {
        let host = config.listen.rsplit_once(':').map_or("", |(host, _)| host);
        if !is_loopback(host) {
            return Err(AppError::conflict(format!(
                "the demo listens on this machine only, not on {}. Its passwords are known",
                config.listen
            )));
        }
        // Its links open here, so that the way of a doctor can be walked.
        if !config.listen.ends_with(":0") {
            config.public_url = config.public_url.or_else(|| Some(format!("http://{}", config.listen)));
        }
        let lock = serve::hold_lock(&config)?;
        let file = db::sqlite_file(&config.database_url).filter(|_| owns_file);
        match file {
            Some(file) => self.fill_file(&config, &file).await?,
            None => self.fill_named(&config).await?,
        }
        let app = App::open(config).await?;
        for colleague in cast::COLLEAGUES {
            if let Some(called) = colleague.called {
                say(&format!("{called}:"));
                say(&format!("sign in as {} / {}", colleague.email, cast::PASSWORD));
            }
        }
        let code = serve::serve(app).await;
        drop(lock);
        code
    }

    /// The demo's own file: filled under another name and renamed when it is whole, so that a fill that was cut off is begun anew.
    async fn fill_file(&self, config: &Config, file: &Path) -> Result<()> {
        if file.exists() {
            let connection = db::connect(&config.database_url, false).await?;
            let found = demo::find(&connection).await;
            connection.close().await.context("closing the database")?;
            if found != Found::Demo {
                let words = format!("{} holds a practice that is no demo. Choose another folder with --data", file.display());
                return Err(AppError::conflict(words));
            }
            if !self.fresh {
                return Ok(());
            }
            remove(file)?;
        }
        let unfinished = file.with_extension("filling");
        remove(&unfinished)?;
        if let MailRoute::Folder(folder) = &config.mail
            && folder.starts_with(&config.data)
        {
            remove_mails(folder)?;
        }
        let filling = Config { database_url: format!("sqlite://{}", unfinished.display()), fast_fill: true, ..config.clone() };
        self.fill(filling).await?;
        std::fs::rename(&unfinished, file).with_context(|| format!("{} cannot be written", file.display()))?;
        Ok(())
    }

    /// A database that was named: filled while it is empty, never emptied.
    async fn fill_named(&self, config: &Config) -> Result<()> {
        let app = App::open(config.clone()).await?;
        let found = demo::find(&app.db).await;
        let is_empty = crate::auth::is_new(&app).await?;
        app.close().await?;
        match found {
            Found::Demo if self.fresh => {
                Err(AppError::conflict("the demo never empties a database that you named. Empty it yourself, then start again"))
            }
            Found::Demo => Ok(()),
            Found::Unfinished => Err(AppError::conflict("an earlier fill of this database did not finish. Empty it, then start again")),
            Found::Other if is_empty => self.fill(Config { fast_fill: true, ..config.clone() }).await,
            Found::Other => {
                Err(AppError::conflict("this database holds a practice already. The demo fills only an empty one: name another, or none"))
            }
        }
    }

    async fn fill(&self, config: Config) -> Result<()> {
        // Nobody outside hears of a year that never was: its mails go into the folder, whatever is set.
        let mail = match &config.mail {
            MailRoute::Relay(_) => MailRoute::Folder(config.data.join("mail")),
            folder => folder.clone(),
        };
        let config = Config { mail, undo_minutes: 0, ..config };
        eprintln!("filling a year of {}; this takes about a minute, once", cast::PRACTICE);
        let app = App::open(config).await?;
        demo::fill(&app, Play { seed: self.seed, share: self.share }).await?;
        if self.times > 1 {
            demo::copy(&app, self.times).await?;
        }
        db::into_one_file(&app.db).await?;
        app.close().await?;
        Ok(())
    }
}

/// An SQLite file with what stands beside it.
fn remove(file: &Path) -> Result<()> {
    for suffix in ["", "-wal", "-shm"] {
        let path = PathBuf::from(format!("{}{suffix}", file.display()));
        match std::fs::remove_file(&path) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
                return Err(anyhow::Error::new(e).context(format!("{} cannot be removed", path.display())).into());
            }
            _ => {}
        }
    }
    Ok(())
}

/// The mails of the demo before.
fn remove_mails(folder: &Path) -> Result<()> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Ok(()) };
    for entry in entries.flatten().filter(|e| e.path().extension().is_some_and(|x| x == "eml")) {
        std::fs::remove_file(entry.path()).with_context(|| format!("{} cannot be removed", entry.path().display()))?;
    }
    Ok(())
}
