//! The process as a whole: from its start to the first answer (limit 1 s), and its memory when it is idle after each page
//! was opened once (limit 60 MB, for a process that prints no letter), on the plain demo. The program as it ships:
//! `cargo bench --bench process --profile release`

mod support;

use std::time::Duration;
use support::{Running, Served, filled, get, ms, pages, ratio, say, serve};

#[tokio::main]
async fn main() {
    let Served { data, app, server, cookie, first, .. } = serve(1).await;
    drop(server);
    app.db.close().await.expect("closed");

    let path = data.display().to_string();
    let mut starts: Vec<u128> = Vec::new();
    for _ in 0..5 {
        let running = Running::start(&["serve", "--data", &path, "--listen", "127.0.0.1:0"]);
        starts.push(running.first_answer.as_micros());
    }
    starts.sort_unstable();
    say(&format!("start to first answer, median of 5: {}, {} of 1 s", ms(starts[2]), ratio(starts[2], 1_000_000)));
    assert!(starts[2] < 1_000_000, "the start is over its limit");

    let running = Running::start(&["serve", "--data", &path, "--listen", "127.0.0.1:0"]);
    say(&format!("memory after the start: {} KiB", running.resident_kib()));
    // Only an introduction has a sample of what it promises, and the newest report is none.
    let opened = pages().into_iter().filter(|page| !page.ends_with("/sample.pdf"));
    let (printed, shown): (Vec<String>, Vec<String>) = opened.filter_map(|p| filled(&p, &first)).partition(|page| prints(page));
    let idle = |opened: &[String], what: &str| {
        for address in opened {
            let answer = get(&running.address, address, &cookie);
            let status = answer.split(' ').nth(1).unwrap_or_default();
            // Some say what they want to be asked.
            assert!(status.starts_with(['2', '3']) || status == "422", "{address}: {status}");
        }
        // What was freed is given back once a minute.
        std::thread::sleep(Duration::from_secs(65));
        let kib = running.resident_kib();
        let part = ratio(u128::from(kib) * 1024, 60_000_000);
        say(&format!("memory when idle after {} {what}: {kib} KiB, {part} of 60 MB", opened.len()));
        kib
    };
    let kib = idle(&shown, "pages");
    // Told, and not held against it: the fonts and the typesetter come into memory with the first letter.
    idle(&printed, "letters more");
    assert!(kib * 1024 < 60_000_000, "the memory is over its limit");
}

/// Whether opening an address sets a letter.
fn prints(address: &str) -> bool {
    address.ends_with(".pdf") || address.ends_with("/proof")
}
