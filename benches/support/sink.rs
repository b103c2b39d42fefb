//! Postfix's `smtp-sink`, which counts what it takes, and the peers that send to it.

use super::figures::say;
use std::io::Read;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Bytes of one mail of Python's [figures.md, row d].
const BYTES: &str = "25700";
/// So many mails at once for a time that short.
const MANY: usize = 10_000;

pub struct Sink {
    child: Child,
    postfix: PathBuf,
    scripts: PathBuf,
    address: String,
    counted: Arc<AtomicUsize>,
}

impl Sink {
    /// Starts it, where the settings name the peers.
    pub fn start() -> Option<Self> {
        let folder = |name: &str| {
            let found = std::env::var_os(name).map(PathBuf::from);
            if found.is_none() {
                say(&format!("{name} is not set: nothing to compare with"));
            }
            found
        };
        let (scripts, postfix) = (folder("TRIBUTARY_BENCH_FOLDER")?, folder("TRIBUTARY_BENCH_POSTFIX")?);
        let free = std::net::TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a port");
        let address = free.to_string();
        let mut child =
            tool(&postfix, "smtp-sink").args(["-u", "nobody", "-c", &address, "200"]).stdout(Stdio::piped()).spawn().expect("it starts");
        let counted = Arc::new(AtomicUsize::new(0));
        let (mut said, count) = (child.stdout.take().expect("stdout"), counted.clone());
        std::thread::spawn(move || {
            let mut block = [0; 4_096];
            let mut text = String::new();
            while let Ok(n @ 1..) = said.read(&mut block) {
                text.push_str(&String::from_utf8_lossy(&block[..n]));
                // Each count is said over the one before: what comes last is read, and a piece of one is kept.
                let numbers = text
                    .rsplit("mesg=")
                    .filter_map(|rest| rest.split_once(|c: char| !c.is_ascii_digit()).and_then(|(n, _)| n.parse().ok()));
                if let Some(last) = numbers.max() {
                    count.store(last, Ordering::Relaxed);
                }
                text = text.split_off(text.floor_char_boundary(text.len().saturating_sub(100)));
            }
        });
        let begun = Instant::now();
        while std::net::TcpStream::connect(&address).is_err() {
            assert!(begun.elapsed() < Duration::from_secs(5), "the sink does not listen");
            std::thread::sleep(Duration::from_millis(20));
        }
        Some(Self { child, postfix, scripts, address, counted })
    }

    /// The setting that leads to it.
    pub fn route(&self) -> String {
        format!("smtp://{}?tls=none", self.address)
    }

    /// How many mails it took, when it says no more.
    pub fn taken(&self) -> usize {
        let mut last = self.counted.load(Ordering::Relaxed);
        loop {
            std::thread::sleep(Duration::from_millis(200));
            let now = self.counted.load(Ordering::Relaxed);
            if now == last {
                return now;
            }
            last = now;
        }
    }

    /// The micros of one run of Python's over so many mails.
    pub fn python(&self, what: &str, mails: usize) -> u128 {
        let python = std::env::var("TRIBUTARY_BENCH_PYTHON").unwrap_or_else(|_| "python3".into());
        let mut command = Command::new(python);
        command.arg(self.scripts.join("mail_bench.py")).args([what, &mails.to_string()]).env("SINK", &self.address);
        let output = command.env("PYTHONDONTWRITEBYTECODE", "1").output().expect("python runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let (whole, part) = said.split(' ').nth(1).and_then(|seconds| seconds.split_once('.')).expect("a time");
        whole.parse::<u128>().expect("seconds") * 1_000_000 + format!("{part:0<6}").parse::<u128>().expect("micros")
    }

    /// The micros that `smtp-source` with one session takes for so many mails, from a run over more of them.
    pub fn source(&self, mails: usize) -> u128 {
        let begun = Instant::now();
        let many = MANY.to_string();
        let arguments = ["-s", "1", "-d", "-m", &many, "-l", BYTES, "-f", "a@practice.example", "-t", "b@clinic.example", &self.address];
        let status = tool(&self.postfix, "smtp-source").args(arguments).status().expect("it runs");
        assert!(status.success());
        begun.elapsed().as_micros() * mails as u128 / MANY as u128
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn tool(postfix: &std::path::Path, name: &str) -> Command {
    let mut command = Command::new(postfix.join("usr/sbin").join(name));
    command.env("LD_LIBRARY_PATH", postfix.join("usr/lib/postfix"));
    command
}
