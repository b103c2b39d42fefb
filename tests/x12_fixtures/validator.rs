//! Asks pyx12; what includes this has `x12` and `x12_fixtures` in scope.

use super::x12::claim_837p::write;
use super::x12_fixtures::{Situation, envelope, situations, too_many_for_one_transaction};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The validator; without one the tests say aloud that they were skipped, and in CI that is a failure.
fn validator() -> Option<PathBuf> {
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
fn verdict(validator: &Path, file: &Path) -> Result<(), String> {
    let told = Command::new(validator).arg("-q").arg(file).output().map_err(|e| e.to_string())?;
    let words = String::from_utf8_lossy(&told.stderr).into_owned() + &String::from_utf8_lossy(&told.stdout);
    let good = words.lines().any(|l| l.ends_with(": OK")) && !words.contains(": Failure") && !words.contains("ERROR");
    if good { Ok(()) } else { Err(words) }
}

/// Writes a situation's file into a folder of its own and asks about it.
fn judge(validator: &Path, name: &str, situation: &Situation, spoil: impl Fn(String) -> String) -> Result<(), String> {
    let batch = write(&situation.partner, &envelope(), &situation.claims).unwrap_or_else(|e| panic!("{}: {e:?}", situation.name));
    let folder = std::env::temp_dir().join(format!("tributary-837p-{}-{name}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let file = folder.join("claims.837");
    std::fs::write(&file, spoil(batch.text)).expect("written");
    let told = verdict(validator, &file);
    std::fs::remove_dir_all(&folder).expect("removed");
    told.map_err(|words| format!("{}: {words}", situation.name))
}

#[test]
fn another_validator_accepts_every_situation() {
    let Some(validator) = validator() else { return };
    let failed: Vec<String> = situations().iter().filter_map(|s| judge(&validator, "each", s, |text| text).err()).collect();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn another_validator_accepts_more_claims_than_one_transaction_takes() {
    let Some(validator) = validator() else { return };
    judge(&validator, "many", &too_many_for_one_transaction(), |text| text).expect("accepted");
}

/// A judge that accepts everything would be none.
#[test]
fn the_other_validator_refuses_a_broken_file() {
    let Some(validator) = validator() else { return };
    let told = judge(&validator, "broken", &situations()[0], |text| text.replacen("DMG*D8*19710308", "DMG*D8*19711308", 1));
    assert!(told.is_err_and(|words| words.contains(": Failure")));
}
