//! Reads the command line, opens the practice, hands over.

use clap::Parser;
use std::process::ExitCode;
use tributary::cli::{Cli, run};

fn main() -> ExitCode {
    tributary::memory::share();
    act()
}

#[tokio::main]
async fn act() -> ExitCode {
    let cli = Cli::parse();
    tributary::cli::start_log(&cli);
    match run(cli).await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("tributary: {}", tributary::cli::words(&error));
            ExitCode::from(1)
        }
    }
}
