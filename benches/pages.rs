//! Server time of every page on the demo's data twenty times over, against the limit of 50 ms.
//! `cargo bench --bench pages`; `TRIBUTARY_BENCH_TIMES=1` takes the plain demo.

mod support;

use std::time::Instant;
use support::{Served, ask, filled, ms, pages, ratio, say, serve};

const LIMIT: u128 = 50_000;
const WARM: usize = 3;
const RUNS: usize = 30;

#[tokio::main]
async fn main() {
    let times = std::env::var("TRIBUTARY_BENCH_TIMES").ok().and_then(|t| t.parse().ok()).unwrap_or(20);
    let Served { server, cookie, first, .. } = serve(times).await;
    say(&format!("{:<44} {:>9} {:>9} {:>9}   {}", format!("page (demo x {times})"), "bytes", "p50", "p95", "p95 / 50 ms"));
    let mut worst = 0;
    for path in pages() {
        let Some(address) = filled(&path, &first) else {
            say(&format!("{path:<44} nothing to show"));
            continue;
        };
        let mut micros = Vec::new();
        let mut bytes = 0;
        for n in 0..WARM + RUNS {
            let begun = Instant::now();
            let (status, body) = ask(&server, &address, "cookie", &cookie).await;
            assert!(status.as_u16() < 400, "{address}: {status}");
            if n >= WARM {
                micros.push(begun.elapsed().as_micros());
            }
            bytes = body.len();
        }
        micros.sort_unstable();
        let (p50, p95) = (micros[RUNS / 2], micros[RUNS * 95 / 100]);
        worst = std::cmp::max(worst, p95);
        say(&format!("{path:<44} {bytes:>9} {:>9} {:>9}   {}", ms(p50), ms(p95), ratio(p95, LIMIT)));
    }
    say(&format!("slowest page: {}, {} of the limit", ms(worst), ratio(worst, LIMIT)));
    assert!(worst < LIMIT, "a page is over its limit");
}
