//! The page that goes with each mail, read by programs that are not ours: `qpdf` takes the file, and `pdftotext` reads what a person has
//! read and kept under `tests/it/mails/NAME.page.txt`.

use crate::letters::text_of;
use crate::mail_hostile::{KINDS, WITHOUT_PAGE, made_of};
use std::process::Command;
use tributary::mail::print_page;

/// Has qpdf look at a file; nothing where it is not here.
fn is_sound(name: &str, pdf: &[u8]) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("page.pdf");
    std::fs::write(&path, pdf).expect("written");
    let Ok(check) = Command::new("qpdf").arg("--check").arg(&path).output() else {
        assert!(std::env::var_os("CI").is_none(), "qpdf must be installed in CI");
        eprintln!("SKIPPED, nothing was checked: qpdf not found");
        return;
    };
    let said = format!("{}{}", String::from_utf8_lossy(&check.stdout), String::from_utf8_lossy(&check.stderr));
    assert!(check.status.success() && !said.contains("WARNING"), "{name}: {said}");
}

#[tokio::test]
async fn each_page_is_a_sound_file_and_says_what_a_person_read() {
    let mut other = Vec::new();
    for (name, _) in KINDS.into_iter().filter(|(name, _)| !WITHOUT_PAGE.contains(name)) {
        let drawn = print_page(&*made_of(name)).await.unwrap_or_else(|e| panic!("{name}: {e}"));
        is_sound(name, &drawn.pdf);
        let Some(text) = text_of(&drawn.pdf) else { continue };
        let path = format!("{}/tests/it/mails/{name}.page.txt", env!("CARGO_MANIFEST_DIR"));
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        if kept.split_whitespace().ne(text.split_whitespace()) {
            other.push(format!("{name}.page.txt: read it, then keep it:\n{}", folded(&text)));
        }
    }
    assert!(other.is_empty(), "{}", other.join("\n\n"));
}

/// As it is kept: lines that a person can read.
fn folded(text: &str) -> String {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let last = lines.last_mut().expect("a line");
        match last.chars().count() + word.chars().count() {
            0..100 => last.extend([if last.is_empty() { "" } else { " " }, word]),
            _ => lines.push(word.into()),
        }
    }
    lines.join("\n")
}
