//! Putting a file where somebody else looks for it: whole, once, and never over another file.

use super::store;
use crate::app::{Actor, App};
use crate::audit::Entry;
use crate::documents::exchange;
use crate::error::{AppError, Result};
use crate::payers::partners;
use anyhow::Context;
use sea_orm::{IntoActiveModel, Set};
use std::fs;
use std::io::Write;
use std::path::Path;
use std::time::Duration;

/// A folder that does not answer holds up nobody longer.
const ANSWERS_WITHIN: Duration = Duration::from_secs(20);

/// Files that wait for a folder that was away. One that cannot be put there holds up no other; partners that are `away` now are not asked.
pub async fn place_all(app: &App, away: &[i64]) -> Result<()> {
    for (id, partner_id) in store::unplaced(&app.db).await? {
        if away.contains(&partner_id) {
            continue;
        }
        if let Err(error) = place(app, id).await {
            tracing::warn!("a file of claims waits for its folder: {error}");
        }
    }
    Ok(())
}

/// Puts the file of a batch into its partner's folder, if it has one, and remembers when.
pub async fn place(app: &App, batch_id: i64) -> Result<()> {
    let batch = store::row(&app.db, batch_id).await?;
    let partner = partners::row(&app.db, batch.partner_id).await?;
    let Some(folder) = partners::folder(app, &partner).filter(|_| batch.placed_at.is_none()) else { return Ok(()) };
    let file = exchange::content(&app.db, batch.exchange_file_id).await?;
    let out = folder.join("out");
    let writing = tokio::task::spawn_blocking(move || copy_to(&out, &file.name, &file.content));
    tokio::time::timeout(ANSWERS_WITHIN, writing).await.context("the folder does not answer")?.context("the file was not written")??;
    let by = Actor::job();
    let work = app.work(&by).await?;
    let before = store::row(&work.tx, batch_id).await?;
    let mut row = before.clone().into_active_model();
    row.placed_at = Set(Some(work.now));
    work.save(&before, row).await?;
    work.note(Entry::of("placed", "claim_batch", batch_id).named(batch.public_id)).await?;
    work.commit().await
}

/// Writes a file under another name first, and gives it its own when it is whole. The same bytes again change nothing;
/// a file of that name with other bytes stays as it is.
pub fn copy_to(folder: &Path, name: &str, content: &[u8]) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    let whole = folder.join(name);
    match fs::read(&whole) {
        Ok(there) if there == content => return Ok(()),
        Ok(_) => return Err(AppError::conflict(format!("{} is there already with other content", whole.display()))),
        Err(_) => {}
    }
    let unfinished = folder.join(format!(".{name}.tmp"));
    let written = fs::File::create(&unfinished).and_then(|mut file| {
        file.write_all(content)?;
        file.sync_all()
    });
    written.with_context(|| format!("{} cannot be written", unfinished.display()))?;
    fs::rename(&unfinished, &whole).with_context(|| format!("{} cannot be written", whole.display()))?;
    Ok(())
}
