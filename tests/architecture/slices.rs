//! Slices call each other downhill, and only what they are meant to see; pure files see nothing that changes.

use super::sources::{NOTHING, Source, sources};
use std::fs;
use std::path::Path;

/// From the ground up: a slice calls those of a lower step, and its neighbours on its own.
const STEPS: &[&[&str]] = &[
    &["audit"],
    &["practice", "documents", "mail", "auth"],
    &["payers", "network"],
    &["patients"],
    &["referrals"],
    &["care"],
    &["claims"],
    &["payments"],
    &["exchange", "imports", "outreach", "reports", "today"],
];

pub fn step_of(slice: &str) -> Option<usize> {
    STEPS.iter().position(|step| step.contains(&slice))
}

#[test]
fn every_folder_of_the_sources_has_its_place() {
    let known = ["cli", "demo", "entity", "packed", "pdf", "types", "web", "x12"];
    for entry in fs::read_dir("src").expect("src") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let placed = path.is_file() || step_of(&name).is_some() || known.contains(&name.as_str());
        assert!(placed, "src/{name} is no slice of ARCHITECTURE.md: give it a step here and there");
    }
}

#[test]
fn slices_call_each_other_downhill() {
    let mut calling = Vec::new();
    for source in sources() {
        let Some(step) = source.slice().and_then(step_of) else { continue };
        for (other_step, other) in STEPS.iter().enumerate().flat_map(|(n, step)| step.iter().map(move |s| (n, *s))) {
            let uphill = other_step > step && uses(source, other);
            // A query may join anyone's tables, and then names their states.
            let only_states = source.is(&["/store.rs"]) && used_parts(source, other).iter().all(|part| is_pure_part(other, part));
            if uphill && !only_states {
                calling.push(format!("{} calls {other}, which stands above it: tell chain.rs what happened instead", source.path));
            }
        }
    }
    assert_eq!(calling, NOTHING);
}

#[test]
fn slices_know_each_others_mod_rs_views_and_pure_files_only() {
    let mut reaching = Vec::new();
    for source in sources() {
        let Some(own) = source.slice() else { continue };
        for other in STEPS.iter().flat_map(|s| s.iter()).filter(|s| **s != own) {
            for part in used_parts(source, other) {
                let open = is_pure_part(other, &part) || part == "view" || !Path::new(&format!("src/{other}/{part}.rs")).exists();
                if !open {
                    reaching.push(format!("{} reaches into {other}::{part}: let {other}/mod.rs offer it", source.path));
                }
            }
        }
    }
    assert_eq!(reaching, NOTHING);
}

/// `crate::network::...`, or `network::...` after `use crate::{network, ...}`.
fn uses(source: &Source, slice: &str) -> bool {
    source.says(&format!("crate::{slice}")) || (imports_whole(source, slice) && source.says(&format!("{slice}::")))
}

fn imports_whole(source: &Source, slice: &str) -> bool {
    let lists = source.text.split("use crate::{").skip(1).filter_map(|rest| rest.split("};").next());
    source.says(&format!("use crate::{slice}")) || lists.flat_map(|l| l.split([',', '{', '}'])).any(|name| name.trim() == slice)
}

/// The first name after `network::` wherever it stands.
fn used_parts(source: &Source, slice: &str) -> Vec<String> {
    let marks = [format!("crate::{slice}::"), format!("{slice}::")];
    let mut parts = Vec::new();
    for (n, mark) in marks.iter().enumerate() {
        if n == 1 && !imports_whole(source, slice) {
            continue;
        }
        for (at, _) in source.text.match_indices(mark.as_str()) {
            if source.text[..at].chars().next_back().is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':') {
                continue;
            }
            let rest = &source.text[at + mark.len()..];
            let names: Vec<&str> = match rest.strip_prefix('{') {
                Some(list) => list.split('}').next().unwrap_or_default().split(',').collect(),
                None => vec![rest],
            };
            // A call is a use case, also where a file has the same name.
            let first = |name: &str| {
                let part: String = name.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                if name.trim()[part.len()..].starts_with('(') { String::new() } else { part }
            };
            parts.extend(names.iter().map(|n| first(n)).filter(|n| !n.is_empty() && n != "self"));
        }
    }
    parts
}

fn is_pure_part(slice: &str, part: &str) -> bool {
    let path = format!("src/{slice}/{part}.rs");
    sources().iter().any(|s| s.path == path && is_pure(s))
}

/// `crate::claims::batch::state`, where each such path of the source leads to a pure file in the part's folder.
fn is_pure_within(source: &Source, slice: &str, part: &str) -> bool {
    let mark = format!("crate::{slice}::{part}::");
    let name = |rest: &str| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let mut named = source.text.split(mark.as_str()).skip(1).map(name).peekable();
    let is_pure_file = |name: &String| {
        let path = format!("src/{slice}/{part}/{name}.rs");
        sources().iter().any(|s| s.path == path && is_pure(s))
    };
    named.peek().is_some() && named.all(|n| is_pure_file(&n))
}

/// What a pure file may not see: a database, the runtime, files, the clock, chance.
const IMPURE: &[&str] = &[
    "crate::app",
    "crate::work",
    "crate::db",
    "crate::chain",
    "ConnectionTrait",
    "DatabaseTransaction",
    "DatabaseConnection",
    "EntityTrait",
    "tokio",
    "async fn",
    "std::fs",
    "std::env",
    "std::net",
    "rand",
    "Utc::now",
    "Local",
    "SystemTime",
    "Instant",
    "poem",
    "lettre",
    "super::store",
];

fn is_pure(source: &Source) -> bool {
    !IMPURE.iter().any(|word| source.says(word))
}

#[test]
fn pure_files_see_no_database_runtime_file_clock_or_chance() {
    let promised = [
        "src/types/",
        "src/x12/",
        "src/pdf/",
        "auth/role.rs",
        "auth/user.rs",
        "care/body.rs",
        "care/carried.rs",
        "care/course.rs",
        "care/instruments.rs",
        "care/measure.rs",
        "care/note.rs",
        "care/slots.rs",
        "care/texts/text.rs",
        "care/units.rs",
        "care/visit.rs",
        "claims/case.rs",
        "claims/ack_state.rs",
        "claims/acks/fields.rs",
        "claims/acks/landing.rs",
        "claims/acks/reading.rs",
        "claims/claim.rs",
        "claims/compose.rs",
        "claims/finding.rs",
        "claims/modifiers.rs",
        "claims/others/plan.rs",
        "claims/parties.rs",
        "claims/preflight.rs",
        "claims/scrub.rs",
        "claims/verdict.rs",
        "src/claims/scrub/",
        "documents/upload.rs",
        "imports/compare.rs",
        "src/imports/contact/",
        "imports/csv_table.rs",
        "imports/dedupe.rs",
        "imports/error_file.rs",
        "imports/fate.rs",
        "imports/held.rs",
        "imports/mapping.rs",
        "imports/merge.rs",
        "imports/payer_list/columns.rs",
        "imports/plan.rs",
        "imports/sheet.rs",
        "imports/state.rs",
        "mail/compose.rs",
        "src/mail/kinds/",
        "mail/outbox_state.rs",
        "mail/throttle.rs",
        "mail/verdict.rs",
        "network/activity.rs",
        "network/organization.rs",
        "network/provider.rs",
        "network/search.rs",
        "outreach/billing.rs",
        "outreach/course.rs",
        "outreach/people.rs",
        "outreach/raised.rs",
        "outreach/rule.rs",
        "patients/coverage.rs",
        "patients/patient.rs",
        "payers/asks.rs",
        "payers/directory/listed.rs",
        "payers/examples.rs",
        "payers/payer.rs",
        "payers/rule_sheet.rs",
        "payers/sentences.rs",
        "payments/eob/laws.rs",
        "payments/eob/mod.rs",
        "payments/eob/tally.rs",
        "payments/era/expected.rs",
        "payments/era/odd.rs",
        "payments/era/placing.rs",
        "payments/may.rs",
        "payments/money.rs",
        "payments/plan.rs",
        "practice/fee.rs",
        "practice/practice.rs",
        "practice/therapist.rs",
        "referrals/card.rs",
        "referrals/counting.rs",
        "referrals/prescription.rs",
        "referrals/referral.rs",
        "reports/course.rs",
        "reports/discharge_letter.rs",
        "reports/due.rs",
        "reports/initial_report.rs",
        "reports/kpi.rs",
        "reports/letters/letter.rs",
        "reports/letters/safety.rs",
        "reports/lost_referral.rs",
        "reports/monthly_summary.rs",
        "reports/progress_report.rs",
        "reports/renewal_request.rs",
        "reports/report.rs",
        "reports/table.rs",
        "reports/thanks.rs",
        "reports/what_pays/answer.rs",
        "reports/what_pays/behind.rs",
        "reports/what_pays/period.rs",
        "today/asked.rs",
        "today/commands.rs",
        "today/next.rs",
        "today/queue.rs",
        "today/words.rs",
        "web/chips.rs",
        "web/draw.rs",
        "web/tree.rs",
    ];
    let all = sources();
    for name in promised.iter().filter(|n| !matches!(**n, "src/x12/" | "src/pdf/")) {
        assert!(all.iter().any(|s| s.is(&[name])), "{name} is promised to be pure and is not there");
    }
    for source in all.iter().filter(|s| s.is(&promised)) {
        let seen: Vec<&&str> = IMPURE.iter().filter(|word| source.says(word)).collect();
        assert_eq!(seen, Vec::<&&str>::new(), "{}", source.path);
    }
}

#[test]
fn entities_hold_relations_and_nothing_that_asks() {
    for source in sources().iter().filter(|s| s.is(&["src/entity/"])) {
        for slice in STEPS.iter().flat_map(|s| s.iter()) {
            for part in used_parts(source, slice) {
                let is_pure = is_pure_part(slice, &part) || is_pure_within(source, slice, &part);
                assert!(is_pure, "{} names {slice}::{part}: a column's type stands in a pure file", source.path);
            }
        }
        assert!(!source.says("async fn") && !source.says("find"), "{} asks the database", source.path);
    }
}
