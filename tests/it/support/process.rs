//! The program as a process that serves.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// A server that was started and is stopped when it is let go.
pub struct Serving {
    child: Child,
    pub address: String,
}

impl Serving {
    /// Starts it, and waits until it says where it listens.
    pub fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("it starts");
        let lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let mut addresses = lines.map_while(Result::ok).filter_map(|line| line.strip_prefix("listening on http://").map(String::from));
        let address = addresses.next();
        // Stopped also where it never listened.
        let serving = Self { child, address: address.clone().unwrap_or_default() };
        assert!(address.is_some(), "it listens");
        serving
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
