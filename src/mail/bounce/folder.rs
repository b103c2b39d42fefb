//! A folder that messages come back to: the mailbox of the envelope's sender, fetched or delivered as files (a Maildir's `new`, or `.eml`
//! files). Each is taken in once and put aside; a flood is taken in a part at a time.

use super::take_in;
use crate::app::{Actor, App};
use crate::db::private_folder;
use crate::error::{AppError, Result};
use crate::inbox::{Found, Watch, at, is_unfinished, put_aside};
use std::path::Path;

/// So many at one look; the rest waits for the next.
const MOST: usize = 200;

/// What a look found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    pub taken: usize,
    /// Proved to be about a mail of ours.
    pub proven: usize,
    pub unread: usize,
}

/// Looks into the folder once. A file is taken when it lay still since the look before. Without the setting there is none.
pub async fn look(app: &App, by: &Actor, watch: &mut Watch) -> Result<Look> {
    let Some(folder) = &app.config.mail_bounces else { return Ok(Look::default()) };
    let files = watch.files(folder, "new").await.map_err(|words| anyhow::anyhow!(words))?;
    watch.keep(&files.iter().map(|f| f.path.clone()).collect::<Vec<_>>());
    let still: Vec<Found> = files.into_iter().filter(|f| !is_unfinished(&f.name) && watch.lies_still(f)).take(MOST).collect();
    let mut found = Look::default();
    for file in still {
        let to = match fate(app, by, &file).await? {
            Fate::Waiting => continue,
            Fate::Taken { proven } => {
                found.taken += 1;
                found.proven += usize::from(proven);
                "taken"
            }
            Fate::Unread => {
                found.unread += 1;
                "unread"
            }
        };
        aside(watch, folder, file, to).await;
    }
    Ok(found)
}

/// What becomes of a file.
enum Fate {
    Taken {
        proven: bool,
    },
    /// It is no message, or none that anybody would send to say that something failed.
    Unread,
    /// It could not be read or taken in for now: the next look tries again, and no other file waits for this one.
    Waiting,
}

async fn fate(app: &App, by: &Actor, file: &Found) -> Result<Fate> {
    if file.mark.size > super::LARGEST as u64 {
        return Ok(Fate::Unread);
    }
    let Ok(raw) = at(&file.path, std::fs::read).await else { return Ok(Fate::Waiting) };
    match take_in(app, by, &raw).await {
        Ok(taken) => Ok(Fate::Taken { proven: taken.proven }),
        Err(AppError::Invalid(_)) => Ok(Fate::Unread),
        Err(error @ AppError::Forbidden(_)) => Err(error),
        Err(error) => {
            tracing::error!("a message that came back could not be taken in: {error}");
            Ok(Fate::Waiting)
        }
    }
}

/// Puts a file aside that was dealt with. Where nothing can be moved it stays: taken in again it changes nothing.
async fn aside(watch: &mut Watch, folder: &Path, file: Found, to: &'static str) {
    watch.settle(&file);
    let move_it = move |folder: std::path::PathBuf| {
        private_folder(&folder.join(to)).map_err(std::io::Error::other)?;
        put_aside(&folder.join(to), &file.path, None)
    };
    if let Err(words) = at(folder, move_it).await {
        tracing::warn!("a message that came back stays where it is: {words}");
    }
}
