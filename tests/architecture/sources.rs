//! The sources, as the rules read them.

use super::slices::step_of;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// A source without its comments and without the tests at its end.
pub struct Source {
    pub path: String,
    pub text: String,
}

pub fn files(folder: &str, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap_or_else(|e| panic!("{folder}: {e}")) {
        let path = entry.expect("an entry").path();
        match path.is_dir() {
            true if path.file_name().is_some_and(|n| n == "node_modules") => {}
            true => found.extend(files(&path.to_string_lossy(), endings)),
            false if endings.iter().any(|e| path.to_string_lossy().ends_with(e)) => found.push(path),
            false => {}
        }
    }
    found.sort();
    found
}

pub fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// All of `src`, read once.
pub fn sources() -> &'static [Source] {
    static ALL: LazyLock<Vec<Source>> = LazyLock::new(read_sources);
    &ALL
}

fn read_sources() -> Vec<Source> {
    let one = |path: PathBuf| {
        let whole = read(&path);
        let code = whole.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
        let text = code.lines().filter(|l| !l.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
        Source { path: path.to_string_lossy().into_owned(), text }
    };
    files("src", &[".rs"]).into_iter().map(one).collect()
}

impl Source {
    /// Where a path of Rust, like `poem::` or `std::env`, begins: not inside a longer word.
    pub fn says(&self, word: &str) -> bool {
        self.text.match_indices(word).any(|(at, _)| {
            let before = self.text[..at].chars().next_back();
            let after = self.text[at + word.len()..].chars().next();
            let in_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
            let longer =
                in_word(before) && word.starts_with(char::is_alphabetic) || in_word(after) && word.ends_with(char::is_alphanumeric);
            !longer
        })
    }

    /// `network` for `src/network/store.rs`; nothing for what is no slice.
    pub fn slice(&self) -> Option<&str> {
        let name = self.path.split('/').nth(1)?;
        step_of(name).map(|_| name)
    }

    pub fn is(&self, names: &[&str]) -> bool {
        names.iter().any(|n| if n.ends_with('/') { self.path.starts_with(n) } else { self.path.ends_with(n) })
    }
}

/// The files that say one of `words` although they are not among `allowed`.
pub fn saying(words: &[&str], allowed: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources().iter().filter(|s| !s.is(allowed)) {
        found.extend(words.iter().filter(|w| source.says(w)).map(|w| format!("{} says {w}", source.path)));
    }
    found
}

pub const NOTHING: [String; 0] = [];
