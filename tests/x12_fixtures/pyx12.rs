//! pyx12, a validator of X12 that somebody else wrote: `x12valid`, which TRIBUTARY_TEST_PYX12 names.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The validator; without one the tests say aloud that they were skipped, and in CI that is a failure.
pub fn validator() -> Option<PathBuf> {
    static SAID: OnceLock<()> = OnceLock::new();
    match std::env::var("TRIBUTARY_TEST_PYX12") {
        Ok(named) if !named.is_empty() => Some(named.into()),
        _ if std::env::var("CI").is_ok_and(|ci| !ci.is_empty() && ci != "0") => {
            panic!("TRIBUTARY_TEST_PYX12 is not set: in CI another validator reads every 837P")
        }
        _ => {
            SAID.get_or_init(|| {
                // Past the capture of the test harness: this must be read.
                let words = "\nTRIBUTARY_TEST_PYX12 is not set: NO other validator reads the 837P (see CONTRIBUTING.md)\n\n";
                let _ = std::io::stderr().write_all(words.as_bytes());
            });
            None
        }
    }
}

/// It exits with 1 for good and bad files alike and tells the truth in its last words; it leaves a file beside the one it reads.
pub fn verdict(validator: &Path, file: &Path) -> Result<(), String> {
    let told = Command::new(validator).arg("-q").arg(file).output().map_err(|e| e.to_string())?;
    let words = String::from_utf8_lossy(&told.stderr).into_owned() + &String::from_utf8_lossy(&told.stdout);
    let good = words.lines().any(|l| l.ends_with(": OK")) && !words.contains(": Failure") && !words.contains("ERROR");
    if good { Ok(()) } else { Err(words) }
}
