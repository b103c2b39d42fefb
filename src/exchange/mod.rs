//! The folders of clearinghouses: what lies there for us is taken in by what stands in it, kept, and put aside; what waits for its folder is
//! put there. A file is never taken twice: its bytes decide, also after a crash between taking and moving, and where nothing can be moved.

pub mod api;
mod folder;
pub mod pages;
pub mod view;

use crate::app::{Actor, App};
use crate::auth::role::{Reach, Thing};
use crate::claims::{acks, batch};
use crate::entity::partner::Model as Partner;
use crate::error::{AppError, Result};
use crate::inbox::{Found, Watch, at, files, is_unfinished, put_aside, with_reasons};
use crate::payers::partners;
use crate::payments::era;
use crate::x12::kind::{Kind, kind_of};
use std::path::{Path, PathBuf};
use std::time::Duration;
use view::{FolderRound, FolderView, LeftFile, Round, Taking};

/// A file that does not end as X12 ends may still be on its way: so many looks it must lie still before it counts as cut off.
const PATIENCE: u32 = 10;

/// Looks into the folder of each clearinghouse once. A file is taken when it lay still since the look before.
pub async fn look(app: &App, by: &Actor, watch: &mut Watch) -> Result<Round> {
    by.rights(Thing::Claims).to_write("file")?;
    let mut round = Round::default();
    let mut away: Vec<i64> = Vec::new();
    let mut there: Vec<PathBuf> = Vec::new();
    for partner in partners::all(&app.db).await? {
        let Some(folder) = partners::folder(app, &partner) else { continue };
        let mut of = FolderRound { partner: partner.name.clone(), folder: folder.display().to_string(), ..FolderRound::default() };
        match watch.files(&folder, "in").await {
            Ok(files) => {
                there.extend(files.iter().map(|f| f.path.clone()));
                for file in files {
                    one(app, by, watch, &folder, file, &mut of).await?;
                }
            }
            Err(words) => {
                away.push(partner.id);
                of.problem = Some(words);
            }
        }
        round.folders.push(of);
    }
    if let Err(error) = batch::place_all(app, &away).await {
        tracing::warn!("files of claims wait for their folders: {error}");
    }
    watch.keep(&there);
    Ok(round)
}

/// One round by hand: two looks with a pause, so that nothing is taken which is just being written.
pub async fn run(app: &App, by: &Actor, pause: Duration) -> Result<Round> {
    let mut watch = Watch::default();
    look(app, by, &mut watch).await?;
    tokio::time::sleep(pause).await;
    look(app, by, &mut watch).await
}

/// What becomes of a file.
enum Fate {
    Taken(Taking),
    /// It is one of the kinds that we take, and cannot be taken.
    Unreadable(String),
    /// None of ours: it stays where it is.
    Left(String),
    /// It may still be on its way.
    Waiting,
}

async fn one(app: &App, by: &Actor, watch: &mut Watch, folder: &Path, file: Found, of: &mut FolderRound) -> Result<()> {
    if is_unfinished(&file.name) {
        of.waiting.push(file.name);
        return Ok(());
    }
    if !watch.lies_still(&file) {
        if !watch.is_settled(&file) {
            of.waiting.push(file.name);
        }
        return Ok(());
    }
    match fate(app, by, &file, watch.looks(&file)).await? {
        Fate::Waiting => of.waiting.push(file.name),
        Fate::Left(what) => {
            watch.settle(&file);
            of.left.push(LeftFile { name: file.name, what });
        }
        Fate::Taken(taking) => {
            aside(watch, folder, file, "done", None).await;
            of.taken.push(taking);
        }
        Fate::Unreadable(what) => {
            let name = file.name.clone();
            aside(watch, folder, file, "unreadable", Some(what.clone())).await;
            of.unreadable.push(LeftFile { name, what });
        }
    }
    Ok(())
}

/// Puts a file aside that was dealt with. Where nothing can be moved it stays, and is known by its bytes.
async fn aside(watch: &mut Watch, folder: &Path, file: Found, to: &'static str, why: Option<String>) {
    watch.settle(&file);
    let path = file.path.clone();
    if let Err(words) = at(folder, move |folder| put_aside(&folder.join(to), &path, why.as_deref())).await {
        tracing::debug!("a file of a clearinghouse stays where it is: {words}");
    }
}

async fn fate(app: &App, by: &Actor, file: &Found, looks: u32) -> Result<Fate> {
    if file.mark.size > era::MOST_BYTES as u64 {
        return Ok(Fate::Left(format!("It is larger than {} MB", era::MOST_BYTES / 1024 / 1024)));
    }
    let content = match at(&file.path, std::fs::read).await {
        Ok(content) => content,
        Err(_) => return Ok(Fate::Waiting),
    };
    let kind = kind_of(content.as_slice());
    let is_taken = kind == Kind::Remittance || kind.is_acknowledgement();
    let is_broken = matches!(kind, Kind::BrokenX12 { .. });
    if (is_taken || is_broken) && !folder::ends_as_x12(&content) && looks < PATIENCE {
        return Ok(Fate::Waiting);
    }
    let taken = match () {
        () if kind == Kind::Remittance => era::take_in(app, by, &file.name, content).await.map(|t| Taking::of_era(&file.name, &t)),
        () if is_taken => acks::take_in(app, by, &file.name, content).await.map(|t| Taking::of_ack(&file.name, &t)),
        () if is_broken => return Ok(Fate::Unreadable(told(&kind))),
        () => return Ok(Fate::Left(told(&kind))),
    };
    match taken {
        Ok(taking) => Ok(Fate::Taken(taking)),
        Err(AppError::Invalid(errors)) => Ok(Fate::Unreadable(errors.to_string())),
        Err(AppError::Conflict { message, .. }) => Ok(Fate::Unreadable(message)),
        Err(error @ AppError::Forbidden(_)) => Err(error),
        // The next look tries again, and no other file waits for this one.
        Err(error) => {
            tracing::error!("a file of a clearinghouse could not be taken in: {error}");
            Ok(Fate::Waiting)
        }
    }
}

fn told(kind: &Kind) -> String {
    format!("This is {}. {}", kind.words(), kind.advice())
}

fn may_read(by: &Actor) -> Result<()> {
    match by.rights(Thing::Claims).to_read("file")? {
        Reach::All => Ok(()),
        _ => Err(AppError::NotFound("file")),
    }
}

/// What lies in the folders now: what waits for the next look, what is none of ours, what could not be read. Nothing is taken.
pub async fn show(app: &App, by: &Actor) -> Result<Vec<FolderView>> {
    may_read(by)?;
    let mut shown = Vec::new();
    for partner in partners::all(&app.db).await? {
        let Some(folder) = partners::folder(app, &partner) else { continue };
        shown.push(folder_view(&partner, &folder).await);
    }
    Ok(shown)
}

async fn folder_view(partner: &Partner, path: &Path) -> FolderView {
    let mut view = FolderView { partner: partner.name.clone(), folder: path.display().to_string(), ..FolderView::default() };
    let looked = at(path, |folder| {
        let files = files(&folder, "in")?;
        let kinds: Vec<(String, Kind)> = files.into_iter().map(|f| (f.name, folder::kind_at(&f.path))).collect();
        Ok((kinds, with_reasons(&folder.join("unreadable"))))
    });
    match looked.await {
        Err(words) => view.problem = Some(words),
        Ok((kinds, unreadable)) => {
            for (name, kind) in kinds {
                let is_taken = kind == Kind::Remittance || kind.is_acknowledgement();
                if is_taken || is_unfinished(&name) || matches!(kind, Kind::BrokenX12 { .. }) {
                    view.waiting.push(name);
                } else {
                    view.left.push(LeftFile { what: told(&kind), name });
                }
            }
            view.unreadable = unreadable.into_iter().map(|(name, what)| LeftFile { name, what }).collect();
        }
    }
    view
}
