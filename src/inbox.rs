//! A folder in which somebody else leaves files for us: a clearinghouse, a mail program. It may be a mount of another's server: nothing here
//! trusts it to be quick, whole or writable.

use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

/// Endings of files that somebody is still writing.
const UNFINISHED: [&str; 7] = [".tmp", ".part", ".partial", ".filepart", ".crdownload", ".swp", "~"];

/// More files than anybody leaves lying; the others come at a later look.
const MOST_FILES: usize = 2_000;

/// A folder that does not answer, like a mount that lost its network, holds up nobody longer.
const ANSWERS_WITHIN: Duration = Duration::from_secs(20);

/// How a file looks from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    pub size: u64,
    modified_nanos: u128,
}

#[derive(Clone, Debug)]
pub struct Found {
    pub path: PathBuf,
    pub name: String,
    pub mark: Mark,
}

/// What was seen of each file at the looks before.
#[derive(Debug, Default)]
pub struct Watch {
    seen: HashMap<PathBuf, Seen>,
    /// Held by whoever still waits for a folder: until it answers it is not asked again, so that no thread is lost at each look.
    asked: HashMap<PathBuf, Arc<()>>,
}

#[derive(Clone, Copy, Debug)]
struct Seen {
    mark: Mark,
    /// Looks at which it lay still.
    looks: u32,
    /// Taken, or none of ours: nothing is done with it until it changes.
    is_settled: bool,
}

impl Watch {
    /// The files that lie in a folder and in one within it, by name. A folder that is not there yet is made.
    pub async fn files(&mut self, folder: &Path, within: &'static str) -> Result<Vec<Found>, String> {
        let asked = self.asked.entry(folder.to_path_buf()).or_default().clone();
        // The watch and we hold it; a third is an older look that got no answer yet.
        if Arc::strong_count(&asked) != 2 {
            return Err(format!("{} does not answer", folder.display()));
        }
        let ask = move |folder: PathBuf| {
            let files = files(&folder, within);
            drop(asked);
            files
        };
        at(folder, ask).await
    }

    /// Whether a file lies still since the last look, and is to be dealt with.
    pub fn lies_still(&mut self, file: &Found) -> bool {
        let seen = self.seen.entry(file.path.clone()).or_insert(Seen { mark: file.mark, looks: 0, is_settled: false });
        if seen.mark != file.mark {
            *seen = Seen { mark: file.mark, looks: 0, is_settled: false };
        }
        seen.looks = seen.looks.saturating_add(1);
        seen.looks > 1 && !seen.is_settled
    }

    pub fn looks(&self, file: &Found) -> u32 {
        self.seen.get(&file.path).map_or(0, |s| s.looks)
    }

    pub fn is_settled(&self, file: &Found) -> bool {
        self.seen.get(&file.path).is_some_and(|s| s.is_settled)
    }

    pub fn settle(&mut self, file: &Found) {
        if let Some(seen) = self.seen.get_mut(&file.path) {
            seen.is_settled = true;
        }
    }

    /// Forgets all files but those that lie there.
    pub fn keep(&mut self, there: &[PathBuf]) {
        self.seen.retain(|path, _| there.contains(path));
    }
}

/// Asks the file system, on a thread of its own and not for ever.
pub async fn at<T: Send + 'static>(path: &Path, ask: impl FnOnce(PathBuf) -> std::io::Result<T> + Send + 'static) -> Result<T, String> {
    let (path, shown) = (path.to_path_buf(), path.display().to_string());
    match tokio::time::timeout(ANSWERS_WITHIN, tokio::task::spawn_blocking(move || ask(path))).await {
        Ok(Ok(Ok(found))) => Ok(found),
        Ok(Ok(Err(error))) => Err(format!("{shown}: {error}")),
        Ok(Err(_)) => Err(format!("{shown}: looking there failed")),
        Err(_) => Err(format!("{shown} does not answer")),
    }
}

/// The files that lie in a folder and in the one within it, by name.
pub fn files(folder: &Path, within: &str) -> std::io::Result<Vec<Found>> {
    if !folder.is_dir() {
        fs::create_dir_all(folder)?;
    }
    let mut found = Vec::new();
    gather(folder, &mut found)?;
    let within = folder.join(within);
    if within.is_dir() {
        gather(&within, &mut found)?;
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found.truncate(MOST_FILES);
    Ok(found)
}

/// Plain files alone: a link leads who knows where, and a hidden file is its program's own.
fn gather(folder: &Path, found: &mut Vec<Found>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        // It may have been taken away between the two questions.
        let Ok(known) = fs::symlink_metadata(entry.path()) else { continue };
        if known.is_file() && !name.starts_with('.') {
            let modified = known.modified().ok().and_then(|m| m.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
            found.push(Found { path: entry.path(), name, mark: Mark { size: known.len(), modified_nanos: modified.as_nanos() } });
        }
    }
    Ok(())
}

/// Its name says that it is not whole yet.
pub fn is_unfinished(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    UNFINISHED.iter().any(|ending| name.ends_with(ending))
}

/// Moves a file that was dealt with, never over another one. `why` lies beside it as a text.
pub fn put_aside(to: &Path, file: &Path, why: Option<&str>) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut goal = to.join(&name);
    if goal.exists() {
        let mark = hex::encode(Sha256::digest(fs::read(file)?));
        goal = to.join(format!("{}-{name}", mark.get(..12).unwrap_or_default()));
    }
    fs::rename(file, &goal)?;
    match why {
        Some(why) => fs::write(text_of(&goal), format!("{why}\n")),
        None => Ok(()),
    }
}

fn text_of(file: &Path) -> PathBuf {
    let mut name = file.file_name().unwrap_or_default().to_os_string();
    name.push(".txt");
    file.with_file_name(name)
}

/// The files that were put aside with a reason, and the reason. Somebody takes them away when they were looked at.
pub fn with_reasons(aside: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let _ = gather(aside, &mut found);
    found.sort_by(|a, b| a.name.cmp(&b.name));
    let names: Vec<String> = found.iter().map(|f| f.name.clone()).collect();
    let is_text_of = |name: &str| name.strip_suffix(".txt").is_some_and(|of| names.iter().any(|n| n == of));
    found.retain(|f| !is_text_of(&f.name));
    found.truncate(MOST_FILES);
    let why = |f: &Found| fs::read_to_string(text_of(&f.path)).unwrap_or_else(|_| "The reason is not beside it".into());
    found.into_iter().map(|f| (f.name.clone(), why(&f).trim().to_string())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_when_a_file_is_still_being_written() {
        assert!(["a.835.part", "A.TMP", "x.filepart", "b.277~"].iter().all(|n| is_unfinished(n)));
        assert!(["a.835", "part.277", "tmp"].iter().all(|n| !is_unfinished(n)));
    }

    #[test]
    fn nothing_is_moved_over_another_file() {
        let folder = std::env::temp_dir().join(format!("tributary-aside-{}", std::process::id()));
        let done = folder.join("done");
        for content in ["one", "two", "three"] {
            fs::create_dir_all(&folder).expect("a folder");
            fs::write(folder.join("a.835"), content).expect("written");
            put_aside(&done, &folder.join("a.835"), None).expect("moved");
        }
        let mut contents: Vec<String> =
            fs::read_dir(&done).expect("a folder").map(|e| fs::read_to_string(e.expect("an entry").path()).expect("read")).collect();
        contents.sort();
        assert_eq!(contents, ["one", "three", "two"]);
        fs::remove_dir_all(&folder).expect("cleared");
    }
}
