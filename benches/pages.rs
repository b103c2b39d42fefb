//! Server time of every page on the demo's data twenty times over, against the limit of 50 ms. What pages hold until something changes
//! [ADR 16] is held, as it is for whoever looks around; the first look after a change is told beside it, and not held against the limit:
//! after a call was logged, after a visit was booked, and after something of which nobody knows what it changed.
//! `cargo bench --bench pages`; `TRIBUTARY_BENCH_TIMES=1` takes the plain demo; `cargo bench --bench pages -- /claims /help` those pages.

mod support;

use chrono::Days;
use serde_json::json;
use std::time::Instant;
use support::{Served, ask, filled, ids, ms, pages, ratio, say, serve, tell};

const LIMIT: u128 = 50_000;
const WARM: usize = 3;
const RUNS: usize = 30;
/// So often each change is made, before a page is looked at.
const ANEW: usize = 3;

/// What somebody did just before.
#[derive(Clone, Copy)]
enum Change {
    Call,
    Visit,
    Anything,
}

const CHANGES: [Change; 3] = [Change::Call, Change::Visit, Change::Anything];

/// Those whom changes are about: many, so that no page grows from run to run.
struct Cast {
    providers: Vec<String>,
    referrals: Vec<String>,
}

impl Cast {
    async fn of(of: &Served) -> Self {
        let ids = async |list: &str| ids(&of.server, &format!("/api/v1/{list}&limit=200"), &of.token).await;
        Self { providers: ids("providers?stage=active_referrer").await, referrals: ids("referrals?state=converted").await }
    }

    /// Makes a change for the nth time.
    async fn change(&self, of: &Served, change: Change, n: usize) {
        match change {
            Change::Call => {
                let call = json!({ "kind": "call", "providers": [self.providers[n % self.providers.len()]], "outcome": "reached" });
                tell(&of.server, "/api/v1/activities", &of.token, &call).await;
            }
            Change::Visit => {
                let on = of.app.today() + Days::new(60 + n as u64 % 300);
                let visit = json!({ "referral": self.referrals[n % self.referrals.len()], "visit_on": on, "starts_at": "07:00" });
                tell(&of.server, "/api/v1/visits", &of.token, &visit).await;
            }
            Change::Anything => of.app.changed(),
        }
    }
}

/// How long an answer takes, in microseconds, and how many bytes it has.
async fn answered(of: &Served, address: &str) -> (u128, usize) {
    let begun = Instant::now();
    let (status, body) = ask(&of.server, address, "cookie", &of.cookie).await;
    assert!(status.as_u16() < 400, "{address}: {status}");
    (begun.elapsed().as_micros(), body.len())
}

/// The value at so many hundredths of what was measured.
fn at(mut micros: Vec<u128>, hundredths: usize) -> u128 {
    micros.sort_unstable();
    micros[micros.len() * hundredths / 100]
}

#[tokio::main]
async fn main() {
    let times = std::env::var("TRIBUTARY_BENCH_TIMES").ok().and_then(|t| t.parse().ok()).unwrap_or(20);
    let of = serve(times).await;
    let heads = ["bytes", "call", "visit", "anything", "p50", "p95"].map(|head| format!("{head:>9}")).join(" ");
    say(&format!("{:<44} {heads}   p95 / 50 ms", format!("page (demo x {times})")));
    let (cast, mut changes) = (Cast::of(&of).await, 0..);
    let (mut worst, mut worst_anew) = (0, [0; CHANGES.len()]);
    let wanted: Vec<String> = std::env::args().skip(1).filter(|a| a.starts_with('/')).collect();
    for path in pages().into_iter().filter(|path| wanted.is_empty() || wanted.contains(path)) {
        let Some(address) = filled(&path, &of.first) else {
            say(&format!("{path:<44} nothing to show"));
            continue;
        };
        // The bytes of a mail are not copied with it; some pages show nothing to whoever asks for nothing.
        if [404, 422].contains(&ask(&of.server, &address, "cookie", &of.cookie).await.0.as_u16()) {
            say(&format!("{path:<44} nothing to show"));
            continue;
        }
        let mut figures = Vec::new();
        for (change, worst) in CHANGES.into_iter().zip(&mut worst_anew) {
            let mut micros = Vec::new();
            for n in changes.by_ref().take(ANEW) {
                cast.change(&of, change, n).await;
                micros.push(answered(&of, &address).await.0);
            }
            let median = at(micros, 50);
            *worst = median.max(*worst);
            figures.push(median);
        }
        let (mut micros, mut bytes) = (Vec::new(), 0);
        for n in 0..WARM + RUNS {
            let (took, size) = answered(&of, &address).await;
            bytes = size;
            micros.extend((n >= WARM).then_some(took));
        }
        let p95 = at(micros.clone(), 95);
        figures.extend([at(micros, 50), p95]);
        worst = worst.max(p95);
        let figures: Vec<String> = figures.into_iter().map(|micros| format!("{:>9}", ms(micros))).collect();
        say(&format!("{path:<44} {bytes:>9} {}   {}", figures.join(" "), ratio(p95, LIMIT)));
    }
    let [call, visit, anything] = worst_anew.map(ms);
    say(&format!("slowest page: {}, {} of the limit", ms(worst), ratio(worst, LIMIT)));
    say(&format!("slowest first look after a call: {call}; after a visit: {visit}; after anything: {anything}"));
    assert!(worst < LIMIT, "a page is over its limit");
}
