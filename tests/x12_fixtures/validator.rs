//! Asks pyx12; what includes this has `x12`, `x12_fixtures` and `pyx12` in scope.

use super::pyx12::{validator, verdict};
use super::x12::claim_837p::write;
use super::x12_fixtures::{Situation, envelope, situations, too_many_for_one_transaction};
use std::path::Path;

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
