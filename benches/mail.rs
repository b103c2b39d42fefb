//! A thousand reports to a thousand doctors, composed and approved with their pages, then sent: against Python's plain build (email and
//! reportlab; limit its time, aim a fifth of it), Python's whole run (build and smtplib; limit a fifth of it, aim a twentieth) and
//! `smtp-source` with one session, which generates nothing (limit four times its time, aim twice). Every mark and every end is durable,
//! and the sink's own count is what we say went. To each domain go eight, within the limits of life; that of a whole day is raised.
//! `TRIBUTARY_BENCH_FOLDER=... TRIBUTARY_BENCH_POSTFIX=... cargo bench --bench mail`: the one holds `mail_bench.py`, the other is
//! where Postfix was unpacked; `TRIBUTARY_BENCH_PYTHON` names a Python that has reportlab.

#[path = "support/mod.rs"]
mod figures;
#[path = "support/peer.rs"]
#[allow(dead_code, reason = "its data is for other benches")]
mod peer;
#[path = "support/sink.rs"]
mod sink;
#[path = "../tests/it/support/mod.rs"]
#[allow(dead_code, reason = "the bench takes what it needs")]
mod support;

use figures::{ms, ratio, say};
use peer::{load, median};
use sea_orm::{ConnectionTrait, EntityTrait};
use serde_json::json;
use sink::Sink;
use std::time::Instant;
use support::TestApp;
use support::chain::id;
use support::database::Database;
use support::letters::measured;
use tributary::entity::{frozen_mail, outbox};
use tributary::mail::outbox_state::OutboxState;

const RUNS: usize = 5;
const REPORTS: usize = 1_000;
const TO_A_DOMAIN: usize = 8;

/// A practice with so many patients of as many doctors, each with three signed notes.
async fn practice(database: Database, sink: &Sink) -> (TestApp, Vec<String>) {
    let route = sink.route();
    let t = TestApp::with(database, &[("mail", &route), ("undo_minutes", "0"), ("mail_per_day", "1000000")]).await;
    t.at("2026-03-02");
    t.fees().await;
    let payer = t.payer("Cascade Health").await;
    let mut referrals = Vec::with_capacity(REPORTS);
    for n in 0..REPORTS {
        let doctor = t.reachable_doctor(&named("Raman", n), &format!("doctor{n}@office{}.example", n / TO_A_DOMAIN)).await;
        referrals.push(t.referral(&doctor, &payer, &named("Quist", n), "2026-03-02").await);
    }
    for (day, pain, headaches) in [("2026-03-02", 7, 3), ("2026-03-09", 5, 3), ("2026-03-16", 3, 4)] {
        t.at(day);
        for referral in &referrals {
            let visit = t.attended(referral, day).await;
            t.signed(&visit, measured(pain, headaches)).await;
        }
    }
    (t, referrals.iter().map(id).collect())
}

/// Names differ in letters: `Quistabc`.
fn named(name: &str, n: usize) -> String {
    let letters = [n / 676, n / 26 % 26, n % 26].map(|at| char::from(b"abcdefghijklmnopqrstuvwxyz"[at]));
    format!("{name}{}", letters.iter().collect::<String>())
}

async fn approve(t: &TestApp, referrals: &[String]) {
    for referral in referrals {
        let report = t.done("/api/v1/reports", json!({ "referral": referral })).await;
        t.approved(&report).await;
    }
}

/// The mails as they were before they were sent; what was noted of it is kept for ever. An hour later, so that no limit holds any.
async fn again(t: &TestApp) {
    let back = "update outbox set state = 'approved', sent_at = null, lease_token = null, lease_until = null, next_at = approved_at";
    t.app.db.execute_unprepared(back).await.expect("as before");
    t.app.clock.set(t.app.now() + chrono::TimeDelta::hours(1));
}

async fn measure(database: Database, sink: &mut Sink) -> bool {
    let name = if matches!(database, Database::Sqlite) { "SQLite" } else { "PostgreSQL" };
    let (t, referrals) = practice(database, sink).await;
    let (mut composed, mut built) = (Vec::new(), Vec::new());
    let part = REPORTS / RUNS;
    for some in referrals.chunks(part) {
        let begun = Instant::now();
        approve(&t, some).await;
        composed.push(begun.elapsed().as_micros());
        built.push(sink.python("build", part));
    }
    let mails = frozen_mail::Entity::find().all(&t.app.db).await.expect("mails");
    let bytes = mails.iter().map(|m| m.mime.len()).sum::<usize>() / mails.len();
    let (mut mine, mut python, mut plain) = (Vec::new(), Vec::new(), Vec::new());
    for run in 0..=RUNS {
        again(&t).await;
        let before = sink.taken();
        let begun = Instant::now();
        let attempts = tributary::mail::deliver::all_due(&t.app).await.expect("a delivery");
        let took = begun.elapsed().as_micros();
        assert_eq!((attempts, sink.taken() - before), (REPORTS, REPORTS), "the sink counts what we say");
        let states: Vec<_> = outbox::Entity::find().all(&t.app.db).await.expect("mails").iter().map(|m| m.state).collect();
        assert!(states.iter().all(|s| *s == OutboxState::Sent));
        let (whole, source) = (sink.python("smtplib1", REPORTS), sink.source(REPORTS));
        // The first warms all.
        if run > 0 {
            mine.push(took);
            python.push(whole);
            plain.push(source);
        }
    }
    let (composed, built, mine, python, plain) = (median(composed), median(built), median(mine), median(python), median(plain));
    say(&format!("{name}: {REPORTS} reports of {bytes} bytes, median of {RUNS} in turns (load {})", load()));
    let of = |limit: &str, took: u128, most: u128| format!("{} of {limit}", ratio(took, most));
    say(&format!("  composed and approved, {part}: {}, Python's build {}: {}", ms(composed), ms(built), of("it", composed, built)));
    say(&format!("  sent: {}, Python's whole run {}: {}", ms(mine), ms(python), of("a fifth of it", mine, python / 5)));
    say(&format!("  smtp-source, one session {}: {}", ms(plain), of("four times it", mine, plain * 4)));
    t.close().await;
    composed <= built && mine <= python / 5 && mine <= plain * 4
}

#[tokio::main]
async fn main() {
    let Some(mut sink) = Sink::start() else { return };
    let mut within = true;
    for database in support::databases().await {
        within &= measure(database, &mut sink).await;
    }
    assert!(within, "mail is over its limit");
}
