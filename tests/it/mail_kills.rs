//! The program is killed at any moment while it delivers, or stopped past its lease and woken, against a mail server that keeps a
//! journal of what it took: nothing is lost, nothing arrives twice, and what may have arrived is shown.
//! `TRIBUTARY_TEST_KILLS` says how often (10 where it says nothing).

use crate::mail_faults::connected;
use crate::support::database::{Database, postgres};
use crate::support::mangle::Dice;
use crate::support::relay::{Relay, Security};
use crate::support::{TestApp, on_each};
use sea_orm::EntityTrait;
use std::collections::HashMap;
use std::process::{Child, Command};
use std::time::{Duration, Instant};
use tributary::entity::outbox;
use tributary::mail::outbox_state::OutboxState;

/// Reports for each kill.
const REPORTS: usize = 10;
/// They go to so many domains, so that several are in hand and two under way.
const DOMAINS: usize = 40;

fn kills() -> usize {
    std::env::var("TRIBUTARY_TEST_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(10)
}

const WAITS: [(&str, &str); 4] = [("mail_lease", "1s"), ("mail_body_wait", "1s"), ("mail_step", "5s"), ("mail_after_dot", "5s")];

/// A process that delivers what is due, with the waits of this test.
fn delivering(t: &TestApp, relay: &Relay) -> Command {
    let mut command = t.prepared(&["mail", "deliver", "--once"]);
    let own = relay.settings();
    let settings = own.iter().map(|(k, v)| (*k, v.as_str())).chain(WAITS).chain([
        ("mail_backoff", "1s"),
        ("mail_address_wait", "0s"),
        ("mail_domain_per_minute", "1000000"),
        ("mail_address_per_day", "1000000"),
        ("mail_per_day", "1000000"),
    ]);
    command.envs(settings.map(|(key, value)| (format!("TRIBUTARY_{}", key.to_uppercase()), value.to_string())));
    command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
    command
}

/// Until nothing is underway but what may have arrived.
fn drained(t: &TestApp, relay: &Relay) {
    for _ in 0..3 {
        t.app.clock.set(t.app.now() + chrono::TimeDelta::minutes(20));
        let ended = delivering(t, relay).spawn().expect("it starts").wait().expect("it ends");
        assert!(matches!(ended.code(), Some(0 | 3)), "{ended}");
        std::thread::sleep(Duration::from_millis(1_100));
    }
}

/// What the server took against what we say of it: nothing twice, nothing lost; gives how many may have arrived.
async fn journal_agrees(t: &TestApp, relay: &Relay, most_unknown: usize) -> usize {
    let mut taken: HashMap<String, usize> = HashMap::new();
    for received in relay.received() {
        *taken.entry(received.header("Message-ID").expect("an id")).or_default() += 1;
    }
    let twice = taken.values().filter(|n| **n > 1).count();
    assert_eq!(twice, 0, "messages arrived twice");
    let (mut unknown, mut lost) = (0, Vec::new());
    for mail in outbox::Entity::find().all(&t.app.db).await.expect("mails") {
        match mail.state {
            OutboxState::Sent if taken.contains_key(&mail.message_id) => {}
            OutboxState::Unknown => unknown += 1,
            state => lost.push(format!("{} {state} {:?}", mail.message_id, mail.last_text)),
        }
    }
    assert_eq!(lost, Vec::<String>::new(), "lost, or said to be sent and not there");
    assert!(unknown <= most_unknown, "{unknown} may have arrived after {most_unknown} interruptions");
    t.forget_held();
    let shown = t.read("/api/v1/alerts?rule=email_bounced").await;
    assert_eq!(shown["items"].as_array().map(Vec::len), Some(unknown), "each is shown to a person");
    unknown
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_any_moment_while_it_delivers_it_loses_nothing_and_sends_nothing_twice() {
    on_each(async |database| {
        let name = if matches!(database, Database::Sqlite) { "SQLite" } else { "PostgreSQL" };
        let relay = Relay::start(Security::None).await;
        let t = connected(database, &relay, &[]).await;
        t.delivered().await;
        let begun = Instant::now();
        assert!(delivering(&t, &relay).spawn().expect("it starts").wait().expect("it ends").success());
        let start = begun.elapsed().as_millis() as usize;
        let all = t.approved_like_it(kills() * REPORTS).await;
        t.spread(&all, DOMAINS).await;
        relay.dawdle(30);
        let mut dice = Dice::new(23);
        for _ in 0..kills() {
            t.app.clock.set(t.app.now() + chrono::TimeDelta::seconds(3));
            let mut child = delivering(&t, &relay).spawn().expect("it starts");
            let wait = start / 2 + dice.below(start / 2 + 600);
            tokio::time::sleep(Duration::from_millis(wait as u64)).await;
            child.kill().expect("killed");
            child.wait().expect("it ended");
        }
        let before = relay.received().len();
        relay.dawdle(0);
        drained(&t, &relay);
        let unknown = journal_agrees(&t, &relay, kills()).await;
        eprintln!(
            "{name}: killed {} times over {} reports ({} of them went before the last kill): 0 lost, 0 twice, {unknown} may have arrived",
            kills(),
            kills() * REPORTS + 1,
            before
        );
        assert!(before > kills(), "the kills met a process at work");
        t.close().await;
    })
    .await;
}

fn tell(child: &Child, signal: &str) {
    assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().expect("a signal").success());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_processes_one_that_sleeps_past_its_lease_and_wakes_sends_nothing_twice() {
    let Some(database) = postgres().await else { return };
    let relay = Relay::start(Security::None).await;
    let t = connected(database, &relay, &[]).await;
    t.delivered().await;
    let rounds = std::cmp::max(kills() / 4, 3);
    let mut dice = Dice::new(31);
    for _ in 0..rounds {
        t.approved_like_it(REPORTS * 2).await;
        t.app.clock.set(t.app.now() + chrono::TimeDelta::seconds(5));
        relay.dawdle(60);
        let mut sleeper = delivering(&t, &relay).spawn().expect("it starts");
        tokio::time::sleep(Duration::from_millis(150 + dice.below(700) as u64)).await;
        tell(&sleeper, "-STOP");
        tokio::time::sleep(Duration::from_millis(1_200)).await;
        t.app.clock.set(t.app.now() + chrono::TimeDelta::minutes(20));
        let mut other = delivering(&t, &relay).spawn().expect("it starts");
        tokio::time::sleep(Duration::from_millis(dice.below(1_000) as u64)).await;
        tell(&sleeper, "-CONT");
        for child in [&mut sleeper, &mut other] {
            let ended = child.wait().expect("it ends");
            assert!(matches!(ended.code(), Some(0 | 3)), "{ended}");
        }
    }
    relay.dawdle(0);
    drained(&t, &relay);
    let unknown = journal_agrees(&t, &relay, rounds).await;
    eprintln!(
        "{rounds} times asleep past the lease over {} reports: 0 lost, 0 twice, {unknown} may have arrived",
        rounds * REPORTS * 2 + 1
    );
    t.close().await;
}
