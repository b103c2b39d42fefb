//! Reading and balancing an 835 of 10,000 claims against a plain splitter in Python that reads the same file in turns with us
//! (limit half its time, aim a fifth), and the memory of the reader for one such file and for eight in one.
//! `TRIBUTARY_BENCH_FOLDER=... cargo bench --bench x12`: the folder holds `gen.py` and `x12_bench.py`; `TRIBUTARY_BENCH_PYTHON`
//! names another Python than `python3`, and with `TRIBUTARY_BENCH_VALID=1` its pyx12 validates the file once, too.

#[path = "support/mod.rs"]
mod figures;
#[path = "support/peer.rs"]
mod peer;

use figures::{ms, ratio, say};
use peer::{Peer, load, median};
use std::fs::File;
use std::path::Path;
use std::process::Command;
use std::time::Instant;
use tributary::x12::remittance_835::{Parser, Part};
use tributary::x12::{Envelope, Reader};

const RUNS: usize = 7;

/// Claims and lines of the file, all of it balanced.
fn read(path: &Path) -> (usize, usize) {
    let mut reader = Reader::new(File::open(path).expect("the file"));
    let (mut parser, mut envelope, mut parts) = (Parser::default(), Envelope::default(), Vec::new());
    let (mut claims, mut lines) = (0, 0);
    while let Some(segment) = reader.next().expect("a segment") {
        envelope.see(&segment);
        parser.see(&segment, &mut parts).expect("understood");
        for part in parts.drain(..) {
            match part {
                Part::Claim(claim) => {
                    claims += 1;
                    lines += claim.lines.len();
                }
                Part::End(end) => assert!(end.balance.holds(), "{:?}", end.balance.imbalances().first()),
                Part::Payment(_) | Part::Item(_) => {}
            }
        }
    }
    (claims, lines)
}

/// Peak memory of a process that reads the file, in KiB.
fn peak(path: &Path) -> u64 {
    let program = std::env::current_exe().expect("this program");
    let output = Command::new(program).arg("--read").arg(path).output().expect("it runs");
    String::from_utf8_lossy(&output.stdout).trim().parse().expect("a number")
}

fn say_peak(path: &str) {
    read(Path::new(path));
    let status = std::fs::read_to_string("/proc/self/status").expect("a status");
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:")).expect("its peak");
    say(line.trim().trim_end_matches(" kB"));
}

fn main() {
    let given: Vec<String> = std::env::args().collect();
    if let [_, word, path] = given.as_slice()
        && word == "--read"
    {
        return say_peak(path);
    }
    let Some(peer) = Peer::found() else { return };
    let path = peer.data.join("era.835");
    let ours = || {
        let begun = Instant::now();
        let read = read(&path);
        (begun.elapsed().as_micros(), read)
    };
    let (mut mine, mut theirs) = (Vec::new(), Vec::new());
    let (_, (claims, lines)) = ours();
    for n in 0..RUNS {
        if n % 2 == 0 {
            theirs.push(peer.micros("split"));
            mine.push(ours().0);
        } else {
            mine.push(ours().0);
            theirs.push(peer.micros("split"));
        }
    }
    let (mine, theirs) = (median(mine), median(theirs));
    say(&format!("835 of {claims} claims and {lines} lines, read and balanced, median of {RUNS} in turns (load {})", load()));
    say(&format!(
        "  the splitter {}, ours {}: {} of half of it, {} of a fifth",
        ms(theirs),
        ms(mine),
        ratio(mine, theirs / 2),
        ratio(mine, theirs / 5)
    ));
    if std::env::var("TRIBUTARY_BENCH_VALID").is_ok() {
        let valid = peer.micros("pyx12-valid");
        say(&format!(
            "  pyx12 validates it in {}; 1/500 of that is {}: ours is {} of it",
            ms(valid),
            ms(valid / 500),
            ratio(mine, valid / 500)
        ));
    }
    let eight = peer.data.join("eight.835");
    std::fs::write(&eight, std::fs::read(&path).expect("read").repeat(8)).expect("written");
    let (one, more) = (peak(&path), peak(&eight));
    say(&format!("  memory: {one} KiB for the file, {more} KiB for eight in one"));
    assert!(more < one + 1_024, "the memory grows with the file");
    assert!(mine * 2 <= theirs, "reading is over its limit");
}
