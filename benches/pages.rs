//! Server time of every page on the demo's data twenty times over, against the limit of 50 ms. What pages hold until something changes
//! [ADR 16] is held, as it is for whoever looks around; "anew" is the first look after a change, told and not held against it.
//! `cargo bench --bench pages`; `TRIBUTARY_BENCH_TIMES=1` takes the plain demo; `cargo bench --bench pages -- /claims /help` those pages.

mod support;

use std::time::Instant;
use support::{Served, ask, filled, ms, pages, ratio, say, serve};

const LIMIT: u128 = 50_000;
const WARM: usize = 3;
const RUNS: usize = 30;
const ANEW: usize = 3;

#[tokio::main]
async fn main() {
    let times = std::env::var("TRIBUTARY_BENCH_TIMES").ok().and_then(|t| t.parse().ok()).unwrap_or(20);
    let Served { app, server, cookie, first, .. } = serve(times).await;
    say(&format!("{:<44} {:>9} {:>9} {:>9} {:>9}   {}", format!("page (demo x {times})"), "bytes", "anew", "p50", "p95", "p95 / 50 ms"));
    let (mut worst, mut worst_anew) = (0, 0);
    let wanted: Vec<String> = std::env::args().skip(1).filter(|a| a.starts_with('/')).collect();
    for path in pages().into_iter().filter(|path| wanted.is_empty() || wanted.contains(path)) {
        let Some(address) = filled(&path, &first) else {
            say(&format!("{path:<44} nothing to show"));
            continue;
        };
        // The bytes of a mail are not copied with it.
        if ask(&server, &address, "cookie", &cookie).await.0 == 404 {
            say(&format!("{path:<44} nothing to show"));
            continue;
        }
        let (mut micros, mut anew) = (Vec::new(), Vec::new());
        let mut bytes = 0;
        for n in 0..ANEW + WARM + RUNS {
            if n < ANEW {
                app.changed();
            }
            let begun = Instant::now();
            let (status, body) = ask(&server, &address, "cookie", &cookie).await;
            assert!(status.as_u16() < 400, "{address}: {status}");
            match n {
                n if n < ANEW => anew.push(begun.elapsed().as_micros()),
                n if n < ANEW + WARM => {}
                _ => micros.push(begun.elapsed().as_micros()),
            }
            bytes = body.len();
        }
        micros.sort_unstable();
        anew.sort_unstable();
        let (p50, p95) = (micros[RUNS / 2], micros[RUNS * 95 / 100]);
        (worst, worst_anew) = (worst.max(p95), worst_anew.max(anew[ANEW / 2]));
        let figures = [anew[ANEW / 2], p50, p95].map(|micros| format!("{:>9}", ms(micros)));
        say(&format!("{path:<44} {bytes:>9} {}   {}", figures.join(" "), ratio(p95, LIMIT)));
    }
    say(&format!("slowest page: {}, {} of the limit; slowest after a change: {}", ms(worst), ratio(worst, LIMIT), ms(worst_anew)));
    assert!(worst < LIMIT, "a page is over its limit");
}
