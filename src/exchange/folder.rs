//! One clearinghouse's folder: files for us lie in it or in its `in`, ours in its `out`; what was dealt with goes to `done` or `unreadable`.
//! It may be a mount of somebody else's server: nothing here trusts it to be quick, whole or writable.

use crate::x12::kind::{Kind, kind_of};
use sha2::{Digest, Sha256};
use std::fs;
use std::io::Result;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// Endings of files that somebody is still writing.
const UNFINISHED: [&str; 7] = [".tmp", ".part", ".partial", ".filepart", ".crdownload", ".swp", "~"];

/// More files than any clearinghouse leaves lying; the others come at a later look.
const MOST_FILES: usize = 2_000;

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

/// The files that lie there for us, by name. A folder that is not there yet is made.
pub fn files(folder: &Path) -> Result<Vec<Found>> {
    if !folder.is_dir() {
        fs::create_dir_all(folder)?;
    }
    let mut found = Vec::new();
    gather(folder, &mut found)?;
    let within = folder.join("in");
    if within.is_dir() {
        gather(&within, &mut found)?;
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found.truncate(MOST_FILES);
    Ok(found)
}

/// Plain files alone: a link leads who knows where, and a hidden file is its program's own.
fn gather(folder: &Path, found: &mut Vec<Found>) -> Result<()> {
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

/// Its last segment is an IEA with its control number, so that nothing more is to come.
pub fn ends_as_x12(content: &[u8]) -> bool {
    let tail = String::from_utf8_lossy(&content[content.len().saturating_sub(200)..]).into_owned();
    let tail = tail.trim_end_matches(['\r', '\n', ' ', '\t', '\0', '\u{1a}']);
    let last = tail.rfind("IEA").map(|at| &tail[at + 3..]).unwrap_or_default();
    let Some(separator) = last.chars().next().filter(|c| !c.is_alphanumeric()) else { return false };
    let elements: Vec<&str> = last.split(separator).collect();
    let [_, _, control] = elements[..] else { return false };
    let digits = control.chars().take_while(char::is_ascii_digit).count();
    // Where a line break ends the segments, the number's nine digits say that it is whole.
    let behind: Vec<char> = control.chars().skip(digits).collect();
    matches!(behind[..], [terminator] if !terminator.is_alphanumeric() && digits > 0) || behind.is_empty() && digits >= 9
}

/// What a file is, by its beginning.
pub fn kind_at(path: &Path) -> Kind {
    match fs::File::open(path) {
        Ok(file) => kind_of(std::io::BufReader::new(file)),
        Err(error) => Kind::BrokenX12 { words: format!("the file cannot be read: {error}") },
    }
}

/// Moves a file that was dealt with, never over another one. `why` lies beside it as a text.
pub fn put_aside(to: &Path, file: &Path, why: Option<&str>) -> Result<()> {
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

/// The files that could not be read, each with why. Somebody takes them away when they were looked at.
pub fn unreadable(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let _ = gather(&folder.join("unreadable"), &mut found);
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
    fn a_file_is_whole_when_its_last_segment_is_an_iea() {
        for whole in ["SE*1*1~GE*1*1~IEA*1*000000001~", "GE*1*1~\r\nIEA*1*000000001~\r\n", "GE|1|1\nIEA|1|000000001\n", "IEA*1*1~\u{1a}"] {
            assert!(ends_as_x12(whole.as_bytes()), "{whole}");
        }
        for cut in ["", "IE", "IEA", "IEA*1", "IEA*1*0000", "ISA*00~IEA*1*000000001~ISA*00*", "GE*1*1~", "IEA*1*~"] {
            assert!(!ends_as_x12(cut.as_bytes()), "{cut}");
        }
    }

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
