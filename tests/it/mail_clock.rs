//! Clocks that are wrong, and nights in which they change: nothing leaves twice, too early or never.

use crate::links_flood::{HERE, linked};
use crate::mail::in_hand;
use crate::mail_faults::connected;
use crate::support::chain::id;
use crate::support::database::{Database, postgres};
use crate::support::letters::{DOCTOR, measured};
use crate::support::relay::{At, Fault, Relay, Security};
use crate::support::{TestApp, on_each};
use chrono::TimeDelta;
use sea_orm::EntityTrait;
use serde_json::json;
use std::collections::HashSet;
use std::time::Duration;
use tributary::app::{Actor, App};
use tributary::entity::outbox;
use tributary::mail::deliver;
use tributary::mail::outbox::mark_body;
use tributary::mail::outbox_state::OutboxState;
use tributary::reports::letters::due::draft;

/// Time enough for a relay that is slow to answer.
const PATIENT: [(&str, &str); 2] = [("mail_step", "5s"), ("mail_after_dot", "5s")];

/// The settings of a practice without limits whose mail goes to the relay.
fn settings(relay: &Relay, more: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    let mut all = relay.settings();
    let limits = [("mail_domain_per_minute", "100000"), ("mail_address_per_day", "100000"), ("mail_per_day", "1000000")];
    for (key, value) in PATIENT.iter().chain(&[("mail_backoff", "1m 5m"), ("mail_address_wait", "0s")]).chain(&limits).chain(more) {
        all.push((*key, String::from(*value)));
    }
    all
}

/// Another process at the same database and relay, whose clock is so much off.
async fn another(t: &TestApp, relay: &Relay, off: TimeDelta) -> App {
    let own = settings(relay, &[]);
    let own: Vec<(&str, &str)> = own.iter().map(|(k, v)| (*k, v.as_str())).collect();
    let app = t.again(&own).await;
    app.clock.set(t.app.now() + off);
    app
}

async fn mails(t: &TestApp) -> Vec<outbox::Model> {
    outbox::Entity::find().all(&t.app.db).await.expect("mails")
}

async fn only(t: &TestApp) -> outbox::Model {
    let mut all = mails(t).await;
    assert_eq!(all.len(), 1);
    all.remove(0)
}

/// How many messages the relay took, none of them twice.
fn different(relay: &Relay) -> usize {
    let taken: Vec<String> = relay.received().iter().map(|r| r.header("Message-ID").expect("an id")).collect();
    assert_eq!(taken.iter().collect::<HashSet<_>>().len(), taken.len(), "one arrived twice: {taken:?}");
    taken.len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_workers_whose_clocks_are_three_days_apart_none_sends_a_mail_twice_or_loses_one() {
    let Some(database) = postgres().await else { return };
    for days in [3, -3] {
        let relay = Relay::start(Security::None).await;
        let t = connected(database.clone(), &relay, &PATIENT).await;
        let more = t.approved_like_it(40).await;
        t.spread(&more, 8).await;
        // Due for both, also for the one that is behind.
        t.app.clock.set(t.app.now() + TimeDelta::days(3));
        let other = another(&t, &relay, TimeDelta::days(days)).await;
        relay.dawdle(20);
        let app = t.app.clone();
        let first = tokio::spawn(async move { deliver::all_due(&app).await });
        while !first.is_finished() {
            deliver::all_due(&other).await.expect("a delivery");
        }
        first.await.expect("it ends").expect("a delivery");
        let not: Vec<_> = mails(&t).await.into_iter().filter(|m| m.state != OutboxState::Sent).map(|m| (m.state, m.last_text)).collect();
        assert!(not.is_empty(), "{days} days: {not:?}");
        assert_eq!(different(&relay), 41);
        assert_eq!(t.count("select count(*) from disclosure").await, 41);
        let _ = other.db.close().await;
        t.close().await;
    }
}

#[tokio::test]
async fn a_lease_holds_by_the_clock_of_the_database_whatever_another_worker_believes() {
    let Some(database) = postgres().await else { return };
    for days in [3, -3] {
        let relay = Relay::start(Security::None).await;
        let t = connected(database.clone(), &relay, &[]).await;
        let other = another(&t, &relay, TimeDelta::days(days)).await;
        let claimed = in_hand(&t.app).await;
        deliver::all_due(&other).await.expect("a delivery");
        assert_eq!((only(&t).await.state, relay.connections()), (OutboxState::Claimed, 0), "{days} days: it is in another hand");
        assert!(mark_body(&t.app, &t.app.db, &claimed).await.expect("asked"), "{days} days: and may leave it");
        let _ = other.db.close().await;
        t.close().await;
    }
}

#[tokio::test]
async fn a_lease_ends_by_the_clock_of_the_database_though_a_worker_is_three_days_behind() {
    let Some(database) = postgres().await else { return };
    let relay = Relay::start(Security::None).await;
    let t = connected(database, &relay, &[("mail_lease", "1ms")]).await;
    let other = another(&t, &relay, TimeDelta::days(-3)).await;
    let claimed = in_hand(&t.app).await;
    tokio::time::sleep(Duration::from_millis(20)).await;
    deliver::recover(&other).await.expect("it looks");
    assert_eq!(only(&t).await.state, OutboxState::RetryWait);
    assert!(!mark_body(&t.app, &t.app.db, &claimed).await.expect("asked"), "who was late may not send");
    other.clock.set(t.app.now());
    deliver::all_due(&other).await.expect("a delivery");
    assert_eq!((only(&t).await.state, different(&relay)), (OutboxState::Sent, 1));
    let _ = other.db.close().await;
    t.close().await;
}

#[tokio::test]
async fn what_a_clock_three_days_ahead_gives_up_a_person_is_told_and_it_goes_when_they_say_so() {
    on_each(async |database| {
        let relay = Relay::start(Security::None).await;
        let t = connected(database, &relay, &PATIENT).await;
        let right = t.app.now();
        relay.fail(At::Recipient, Fault::Say("450 4.2.0 greylisted"));
        t.forget_held();
        t.app.clock.set(right + TimeDelta::days(3));
        t.delivered().await;
        assert_eq!(only(&t).await.state, OutboxState::Expired, "it believes that two days are over");
        let told = t.read("/api/v1/alerts?rule=email_bounced").await;
        assert_eq!(told["items"].as_array().map(Vec::len), Some(1), "{told}");
        relay.recover();
        t.forget_held();
        t.app.clock.set(right + TimeDelta::hours(1));
        let report = id(&t.read("/api/v1/reports").await["items"][0]);
        t.done(&format!("/api/v1/reports/{report}/resend"), json!({ "why": "our clock was wrong" })).await;
        t.delivered().await;
        assert_eq!((different(&relay), relay.received()[0].header("X-Resent")), (1, None), "it goes as the first");
        t.close().await;
    })
    .await;
}

// On SQLite, where one process serves: what an earlier one left is nobody's any more, whatever the clock says. On PostgreSQL it may be
// in the hands of another process, so it waits for the end of its lease.
#[tokio::test]
async fn a_program_started_again_with_its_clock_three_days_back_and_then_right_sends_nothing_twice_and_all_in_its_time() {
    let relay = Relay::start(Security::None).await;
    let t = connected(Database::Sqlite, &relay, &[("undo_minutes", "10"), PATIENT[0], PATIENT[1]]).await;
    let waits = only(&t).await.id;
    t.approved_like_it(2).await;
    // The program ends with one in hand and one in the body.
    let (claimed, in_body) = (in_hand(&t.app).await, in_hand(&t.app).await);
    assert!(mark_body(&t.app, &t.app.db, &in_body).await.expect("marked"));

    let back = another(&t, &relay, TimeDelta::days(-3)).await;
    deliver::all_due(&back).await.expect("a delivery");
    let _ = back.db.close().await;
    let states: Vec<_> = mails(&t).await.into_iter().map(|m| (m.id, m.state)).collect();
    assert!(states.contains(&(waits, OutboxState::Approved)), "its time has not come: {states:?}");
    assert!(states.contains(&(in_body.id, OutboxState::Unknown)), "it may have arrived: {states:?}");
    assert!(!mark_body(&t.app, &t.app.db, &claimed).await.expect("asked"), "the program that ended may not send");

    let right = another(&t, &relay, TimeDelta::minutes(9)).await;
    deliver::all_due(&right).await.expect("a delivery");
    assert_eq!(different(&relay), 1, "what was in hand; the time to take the other one back is not over");
    right.clock.set(t.app.now() + TimeDelta::minutes(10));
    deliver::all_due(&right).await.expect("a delivery");
    assert_eq!(different(&relay), 2);
    let _ = right.db.close().await;

    for off in [TimeDelta::days(-3), TimeDelta::days(1)] {
        let again = another(&t, &relay, off).await;
        assert_eq!(deliver::all_due(&again).await.expect("a delivery"), 0);
        let _ = again.db.close().await;
    }
    let mut states: Vec<_> = mails(&t).await.iter().map(|m| m.state.word()).collect();
    states.sort_unstable();
    assert_eq!((states, different(&relay)), (vec!["sent", "sent", "unknown"], 2));
    t.close().await;
}

crate::both_databases! {
    with &[("public_url", HERE)];

    async fn a_link_does_not_open_after_its_expiry_though_the_clock_went_three_days_back_in_between(t: &TestApp) {
        let case = t.treated("Quist").await;
        let path = linked(t, &t.drafted(&case).await).await;
        let made = t.app.now();
        for (after, status) in [(TimeDelta::days(1), 200), (TimeDelta::days(-2), 200), (TimeDelta::days(29), 200), (TimeDelta::days(30), 404)] {
            t.forget_held();
            t.app.clock.set(made + after);
            assert_eq!(t.browser().open(&path).await.status.as_u16(), status, "{after}");
        }
    }

    async fn a_link_made_while_the_clock_was_three_days_back_opens_no_longer_than_others(t: &TestApp) {
        let case = t.treated("Quist").await;
        t.at("2026-03-20");
        let right = t.app.now();
        t.at("2026-03-17");
        let path = linked(t, &t.drafted(&case).await).await;
        for (after, status) in [(TimeDelta::days(0), 200), (TimeDelta::days(26), 200), (TimeDelta::days(27), 404), (TimeDelta::days(30), 404)] {
            t.forget_held();
            t.app.clock.set(right + after);
            assert_eq!(t.browser().open(&path).await.status.as_u16(), status, "{after}");
        }
    }
}

/// The visits before a night in which the clocks change, and five minutes to two in it.
const NIGHTS: [([&str; 3], &str); 2] = [
    (["2026-03-02", "2026-03-04", "2026-03-06"], "2026-03-08T01:55:00-08:00"),
    (["2026-10-12", "2026-10-19", "2026-10-26"], "2026-11-01T01:55:00-07:00"),
];

/// A report that is approved in such a night, with ten minutes to take it back.
async fn approved_at_night(database: Database, relay: &Relay, days: [&str; 3], night: &str, more: &[(&'static str, &str)]) -> TestApp {
    let own = [settings(relay, more), vec![("undo_minutes", "10".into())]].concat();
    let own: Vec<(&str, &str)> = own.iter().map(|(k, v)| (*k, v.as_str())).collect();
    let t = TestApp::with(database, &own).await;
    let doctor = t.reachable_doctor("Raman", DOCTOR).await;
    t.fees().await;
    let payer = t.payer("Cascade Health").await;
    t.at(days[0]);
    let referral = t.referral(&doctor, &payer, "Quist", days[0]).await;
    for (day, pain) in days.into_iter().zip([7, 5, 3]) {
        t.at(day);
        let visit = t.attended(&referral, day).await;
        t.signed(&visit, measured(pain, 3)).await;
    }
    t.at(night);
    let report = t.done("/api/v1/reports", json!({ "referral": id(&referral) })).await;
    t.approved(&report).await;
    t
}

#[tokio::test]
async fn in_a_night_in_which_the_clocks_change_a_mail_leaves_after_ten_minutes_and_not_by_the_clock_on_the_wall() {
    on_each(async |database| {
        for (days, night) in NIGHTS {
            let relay = Relay::start(Security::None).await;
            let t = approved_at_night(database.clone(), &relay, days, night, &[]).await;
            let approved = t.app.now();
            for (seconds, arrived) in [(0, 0), (300, 0), (599, 0), (600, 1), (3_600, 1), (4_200, 1)] {
                t.app.clock.set(approved + TimeDelta::seconds(seconds));
                t.delivered().await;
                assert_eq!(different(&relay), arrived, "{night}, {seconds} seconds later");
            }
            assert_eq!(only(&t).await.sent_at, Some(approved + TimeDelta::minutes(10)));
            t.close().await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_worker_that_looks_every_twenty_minutes_through_such_a_night_tries_when_it_is_due_begins_nothing_twice_and_sends_once() {
    on_each(async |database| {
        for (days, night) in NIGHTS {
            let relay = Relay::start(Security::None).await;
            let t = approved_at_night(database.clone(), &relay, days, night, &[("mail_backoff", "60m")]).await;
            let approved = t.app.now();
            relay.fail(At::Recipient, Fault::Say("450 4.2.0 greylisted"));
            let mut begun = Vec::new();
            for look in 0..=15 {
                t.app.clock.set(approved + TimeDelta::minutes(20 * look));
                begun.push(draft(&t.app, &Actor::job()).await.expect("looked after").drafted);
                let before = only(&t).await;
                t.delivered().await;
                let after = only(&t).await;
                let is_due = before.next_at <= t.app.now();
                assert_eq!(after.attempts > before.attempts, is_due, "{night}, look {look}: it was due at {}", before.next_at);
            }
            assert!(begun[1..].iter().all(|n| *n == 0), "{night}: letters were begun again: {begun:?}");
            relay.recover();
            t.app.clock.set(t.app.now() + TimeDelta::minutes(61));
            t.delivered().await;
            assert_eq!((only(&t).await.state, different(&relay)), (OutboxState::Sent, 1), "{night}");
            t.close().await;
        }
    })
    .await;
}
