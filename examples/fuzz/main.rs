//! Fuzzing on the stable toolchain: files of a corpus, mutated with an eye on their structure, go through a reader for so many
//! seconds. A panic, a file that takes more than five seconds of the processor, or more than 256 MB of memory ends the run with exit code 1,
//! and the file is kept. What makes a reader say something new joins the corpus.
//! `cargo run --release --example fuzz -- TARGET SECONDS [SEED]`; targets: segments, era, status, ack, claims.

mod corpus;
#[path = "../../src/x12/mangle.rs"]
#[allow(dead_code, reason = "its tests want the rest of it")]
mod mangle;
mod mutate;
mod targets;

use mangle::Dice;
use std::collections::HashSet;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::{Arc, LazyLock, Mutex};
use std::time::{Duration, Instant};
use targets::Target;

const MOST_KIB: u64 = 256 * 1024;
const LONGEST: Duration = Duration::from_secs(5);
/// The corpus does not grow beyond it: then what is new takes the place of something old.
const MOST_KEPT: usize = 2_000;

/// What is being read, and since when; the watchdog looks at it.
type Now = Arc<Mutex<Option<(Instant, Vec<u8>)>>>;

fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// The most memory that the process has held, in KiB.
fn peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse().unwrap_or(0)
}

/// Keeps a file that broke something.
fn keep(target: Target, seed: u64, case: u64, file: &[u8]) -> String {
    let path = std::env::temp_dir().join(format!("tributary-fuzz-{target}-{seed}-{case}"));
    match std::fs::write(&path, file) {
        Ok(()) => path.display().to_string(),
        Err(e) => format!("(it could not be kept: {e})"),
    }
}

/// Ends the process when one file is read for too long, in time of the processor: others may want the machine, too.
fn watch(target: Target, seed: u64, now: Now) {
    std::thread::spawn(move || {
        let mut seen: Option<(Instant, Duration)> = None;
        loop {
            std::thread::sleep(Duration::from_millis(500));
            let held = now.lock().map(|held| held.clone()).unwrap_or_default();
            match (held, seen) {
                (Some((begun, file)), Some((same, worked))) if begun == same => {
                    if reader_worked().saturating_sub(worked) > LONGEST || begun.elapsed() > 60 * LONGEST {
                        say(&format!(
                            "{target}: a file of {} bytes hangs since {} s: {}",
                            file.len(),
                            begun.elapsed().as_secs(),
                            keep(target, seed, 0, &file)
                        ));
                        std::process::exit(1);
                    }
                }
                (held, _) => seen = held.map(|(begun, _)| (begun, reader_worked())),
            }
        }
    });
}

/// For how long the first thread, which reads, was on a processor; for how long it has been there, where the system does not tell.
fn reader_worked() -> Duration {
    static BEGUN: LazyLock<Instant> = LazyLock::new(Instant::now);
    let told = std::fs::read_to_string(format!("/proc/self/task/{}/schedstat", std::process::id())).unwrap_or_default();
    let nanos = told.split(' ').next().and_then(|nanos| nanos.parse().ok()).filter(|nanos| *nanos > 0);
    nanos.map_or_else(|| BEGUN.elapsed(), Duration::from_nanos)
}

fn main() -> ExitCode {
    let mut given = std::env::args().skip(1);
    let target: Option<Target> = given.next().and_then(|word| word.parse().ok());
    let seconds: Option<u64> = given.next().and_then(|word| word.parse().ok());
    let seed: u64 = given.next().and_then(|word| word.parse().ok()).unwrap_or(1);
    let (Some(target), Some(seconds)) = (target, seconds) else {
        say("fuzz TARGET SECONDS [SEED]; targets: segments, era, status, ack, claims");
        return ExitCode::from(2);
    };
    run(target, Duration::from_secs(seconds), seed)
}

fn run(target: Target, limit: Duration, seed: u64) -> ExitCode {
    let now = Now::default();
    watch(target, seed, now.clone());
    let mut dice = Dice::new(seed);
    let mut corpus = corpus::files();
    let mut known = HashSet::new();
    let (begun, mut cases, mut news) = (Instant::now(), 0_u64, 0_u64);
    while begun.elapsed() < limit {
        cases += 1;
        let file = mutate::mutated(&corpus, &mut dice);
        if let Ok(mut held) = now.lock() {
            *held = Some((Instant::now(), file.clone()));
        }
        let said = catch_unwind(AssertUnwindSafe(|| target.read(&file)));
        if let Ok(mut held) = now.lock() {
            *held = None;
        }
        let Ok(said) = said else {
            say(&format!("{target}: case {cases} of seed {seed} panics: {}", keep(target, seed, cases, &file)));
            return ExitCode::FAILURE;
        };
        if file.len() < 64 * 1024 && known.insert(said) {
            news += 1;
            match corpus.len() {
                MOST_KEPT => {
                    let at = dice.below(MOST_KEPT);
                    corpus[at] = file;
                }
                _ => corpus.push(file),
            }
        }
        if cases.is_multiple_of(32) && peak_kib() > MOST_KIB {
            break;
        }
    }
    if peak_kib() > MOST_KIB {
        say(&format!("{target}: {} KiB of memory after case {cases} of seed {seed}", peak_kib()));
        return ExitCode::FAILURE;
    }
    say(&format!(
        "{target}: {cases} files in {} s, {news} of them said something new; no panic, none over {} s, memory at most {} KiB",
        begun.elapsed().as_secs(),
        LONGEST.as_secs(),
        peak_kib()
    ));
    ExitCode::SUCCESS
}
