//! `tributary serve`: the pages, the API, and the jobs behind them.

use super::say;
use crate::app::App;
use crate::auth;
use crate::config::Config;
use crate::error::AppError;
use anyhow::Context;
use std::process::ExitCode;

pub async fn run(config: Config) -> Result<ExitCode, AppError> {
    let lock = hold_lock(&config)?;
    let app = App::open(config).await?;
    let code = serve(app).await;
    drop(lock);
    code
}

/// Serves until it is told to stop; mails in hand are finished first.
pub async fn serve(app: App) -> Result<ExitCode, AppError> {
    let listening = crate::web::listen::bind(&app).await?;
    let address = listening.address;
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let jobs = tokio::spawn(crate::jobs::run(app.clone(), stopped));
    if auth::is_new(&app).await? {
        let token = auth::setup_token(&app).await?;
        say(&format!("set up your practice at http://{address}/setup?token={token}"));
    }
    say(&format!("listening on http://{address}"));
    let outcome = listening.serve(told_to_stop()).await;
    let _ = stop.send(true);
    jobs.await.context("the jobs ended badly")?;
    app.close().await?;
    outcome.map(|()| ExitCode::SUCCESS)
}

/// Ctrl-C, or SIGTERM.
pub async fn told_to_stop() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        let Ok(mut terminate) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) else {
            let _ = interrupt.await;
            return;
        };
        tokio::select! { _ = interrupt => {}, _ = terminate.recv() => {} }
    }
    #[cfg(not(unix))]
    let _ = interrupt.await;
}

/// One process delivers from an SQLite file; a second one refuses to start. Commands open the file without the lock.
pub fn hold_lock(config: &Config) -> Result<Option<std::fs::File>, AppError> {
    let Some(file) = crate::db::sqlite_file(&config.database_url) else { return Ok(None) };
    crate::db::make_private_folder(&file)?;
    let path = file.with_extension("lock");
    let lock = std::fs::File::create(&path).with_context(|| format!("{} cannot be written", path.display()))?;
    match lock.try_lock() {
        Ok(()) => Ok(Some(lock)),
        Err(_) => Err(AppError::conflict(
            "another Tributary serves this database already. Stop it first, or choose another data folder with --data",
        )),
    }
}
