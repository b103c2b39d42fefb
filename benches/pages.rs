//! Server time of every page on the demo's data twenty times over, against the limit of 50 ms.
//! `cargo bench --bench pages`; `TRIBUTARY_BENCH_TIMES=1` takes the plain demo.

mod support;

use poem::{Endpoint, EndpointExt, Request, Response};
use std::collections::BTreeMap;
use std::time::Instant;
use support::{LISTS, demo, enter, filled, first_id, ms, open, pages, ratio, say};

const LIMIT: u128 = 50_000;
const WARM: usize = 3;
const RUNS: usize = 30;

#[tokio::main]
async fn main() {
    let times = std::env::var("TRIBUTARY_BENCH_TIMES").ok().and_then(|t| t.parse().ok()).unwrap_or(20);
    let app = open(&demo(times)).await;
    let (cookie, token) = enter(&app).await;
    let server = tributary::web::server(app).await.expect("a server").boxed();
    let ask = async |path: &str, header: &str, value: &str| {
        let request = Request::builder().uri_str(path).header(header, value).finish();
        let response: Response = server.call(request).await.unwrap_or_else(|e| e.into_response());
        let status = response.status();
        (status, response.into_body().into_vec().await.expect("a body"))
    };
    let mut first = BTreeMap::new();
    for list in LISTS {
        let (status, body) = ask(&format!("/api/v1/{list}?limit=1"), "authorization", &token).await;
        let (status, body) =
            if status.is_success() { (status, body) } else { ask(&format!("/api/v1/{list}"), "authorization", &token).await };
        let id = serde_json::from_slice(&body).ok().filter(|_| status.is_success()).and_then(|list| first_id(&list));
        first.extend(id.map(|id| (list.to_string(), id)));
    }
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
            let (status, body) = ask(&address, "cookie", &cookie).await;
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
