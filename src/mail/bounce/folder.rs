//! A folder that messages come back to: the mailbox of the envelope's sender, fetched or delivered as files (a Maildir's `new`, or `.eml`
//! files). Each is taken in once and put aside; a flood is taken in a part at a time.

use super::{TakenBack, take_in};
use crate::app::{Actor, App};
use crate::error::Result;
use anyhow::Context;
use std::path::{Path, PathBuf};

/// So many at one look; the rest waits for the next.
const MOST: usize = 200;
/// Larger ones are put aside unread.
const LARGEST: u64 = 25 * 1024 * 1024;

/// What a look found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    pub taken: usize,
    /// Proved to be about a mail of ours.
    pub proven: usize,
    pub unread: usize,
}

/// Looks into the folder once. Without the setting there is none.
pub async fn look(app: &App, by: &Actor) -> Result<Look> {
    let Some(folder) = &app.config.mail_bounces else { return Ok(Look::default()) };
    let mut found = Look::default();
    for path in lying(folder)? {
        let taken = match read(&path) {
            Some(raw) => take_in(app, by, &raw).await.ok(),
            None => None,
        };
        match &taken {
            Some(TakenBack { proven, .. }) => {
                found.taken += 1;
                found.proven += usize::from(*proven);
            }
            None => found.unread += 1,
        }
        put_aside(folder, &path, if taken.is_some() { "taken" } else { "unread" })?;
    }
    Ok(found)
}

/// Files of the folder and of a Maildir's `new`, the oldest name first. Those that begin with a dot are still being written.
fn lying(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for place in [folder.to_path_buf(), folder.join("new")] {
        let Ok(entries) = std::fs::read_dir(&place) else { continue };
        let visible = |path: &PathBuf| path.file_name().is_some_and(|n| !n.to_string_lossy().starts_with('.'));
        // What is no plain file is nobody's notice: no link leads elsewhere.
        let plain = entries.filter_map(|e| e.ok()).filter(|e| e.file_type().is_ok_and(|t| t.is_file())).map(|e| e.path());
        found.extend(plain.filter(visible));
    }
    found.sort();
    found.truncate(MOST);
    Ok(found)
}

fn read(path: &Path) -> Option<Vec<u8>> {
    let size = std::fs::metadata(path).ok()?.len();
    (size <= LARGEST).then(|| std::fs::read(path).ok()).flatten()
}

fn put_aside(folder: &Path, path: &Path, to: &str) -> Result<()> {
    let aside = folder.join(to);
    crate::db::private_folder(&aside)?;
    let name = path.file_name().unwrap_or_default();
    std::fs::rename(path, aside.join(name)).with_context(|| format!("{} cannot be put aside", path.display()))?;
    Ok(())
}
