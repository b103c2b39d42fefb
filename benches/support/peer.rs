//! The plain programs in Python that ours is compared with, over the data that their generator makes once.

use super::figures::{folder, say};
use std::path::PathBuf;
use std::process::Command;

/// Where the scripts and their data are.
pub struct Peer {
    python: String,
    scripts: PathBuf,
    pub data: PathBuf,
}

impl Peer {
    /// The peer in `TRIBUTARY_BENCH_FOLDER`, where it names the folder of `gen.py` and `x12_bench.py`; its data is made once.
    pub fn found() -> Option<Self> {
        let Some(scripts) = std::env::var_os("TRIBUTARY_BENCH_FOLDER").map(PathBuf::from) else {
            say("TRIBUTARY_BENCH_FOLDER names no folder with gen.py and x12_bench.py: nothing to compare with");
            return None;
        };
        let python = std::env::var("TRIBUTARY_BENCH_PYTHON").unwrap_or_else(|_| "python3".into());
        let peer = Self { python, scripts, data: folder("x12") };
        if !peer.data.join("x12claims.json").exists() {
            std::fs::create_dir_all(&peer.data).expect("a folder");
            peer.run("gen.py", &[&peer.data.display().to_string(), "--only", "x12"]);
        }
        Some(peer)
    }

    fn run(&self, script: &str, arguments: &[&str]) -> String {
        let mut command = Command::new(&self.python);
        command.arg(self.scripts.join(script)).args(arguments).env("PYTHONDONTWRITEBYTECODE", "1");
        let output = command.output().expect("python runs");
        assert!(output.status.success(), "{script} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// The micros that one run of a method says it took.
    pub fn micros(&self, method: &str) -> u128 {
        let said = self.run("x12_bench.py", &[method, &self.data.display().to_string(), "1"]);
        let seconds = said.split("median=").nth(1).and_then(|rest| rest.split('s').next()).expect("a time");
        let (whole, part) = seconds.split_once('.').unwrap_or((seconds, "0"));
        let micros: u128 = format!("{part:0<6}").parse().expect("micros");
        whole.parse::<u128>().expect("seconds") * 1_000_000 + micros
    }
}

/// How busy the machine is.
pub fn load() -> String {
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    load.split(' ').next().unwrap_or_default().to_string()
}

/// The one in the middle.
pub fn median(mut all: Vec<u128>) -> u128 {
    all.sort_unstable();
    all[all.len() / 2]
}
