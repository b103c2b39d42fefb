//! A relay that cannot be reached: at the fifth failure alike all mail stops for a while, people see why, and it goes on by itself.

use crate::mail_faults::connected;
use crate::support::relay::{At, Fault, Relay, Security};
use crate::support::{TestApp, instant, on_each};
use chrono::TimeDelta;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicUsize, Ordering};
use tributary::auth::role::Role;
use tributary::mail::deliver;

const BUSY: Fault = Fault::Say("421 4.3.2 busy");

/// What the API says about the stop of all mail.
async fn paused(t: &TestApp) -> Value {
    t.read("/api/v1/mail/pause").await
}

/// What the page of reports says about it.
async fn banners(t: &TestApp) -> Vec<String> {
    let mut browser = t.signed_in(Role::Owner).await;
    let told = browser.open("/reports").await.all(".banner");
    assert_eq!(browser.open("/").await.all(".banner"), told, "Today says it, too");
    told
}

/// So many attempts to send, and no more.
async fn tried(t: &TestApp, times: usize) {
    let begun = AtomicUsize::new(0);
    let stopped = || begun.fetch_add(1, Ordering::Relaxed) >= times;
    assert_eq!(deliver::until(&t.app, stopped).await.expect("a round"), times);
}

fn later(t: &TestApp, by: TimeDelta) {
    t.forget_held();
    t.app.clock.set(t.app.now() + by);
}

/// The way to a port at which nobody listens.
async fn nowhere() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    format!("smtp://reports:secret@127.0.0.1:{}?tls=none", listener.local_addr().expect("an address").port())
}

#[tokio::test]
async fn at_the_fifth_failure_alike_all_mail_stops_people_see_why_and_it_goes_on_by_itself() {
    on_each(async |database| {
        let relay = Relay::start(Security::None).await;
        let t = connected(database, &relay, &[]).await;
        t.approved_like_it(5).await;
        relay.fail(At::Greeting, BUSY);
        assert_eq!((t.delivered().await, relay.connections()), (5, 5), "the sixth is not tried");
        let stop = paused(&t).await;
        assert_eq!((&stop["times"], &stop["code"], &stop["step"]), (&json!(5), &json!("421"), &json!("Its greeting")), "{stop}");
        assert_eq!(instant(stop["until_at"].as_str().expect("until when")), t.app.now() + TimeDelta::minutes(1));
        let banner = banners(&t).await.join(" ");
        assert!(banner.contains("No report leaves at the moment") && banner.contains("Tried 5 times"), "{banner}");
        later(&t, TimeDelta::seconds(59));
        assert_eq!((t.delivered().await, relay.connections()), (0, 5), "nothing is tried while it lasts");
        later(&t, TimeDelta::seconds(2));
        assert_eq!((t.delivered().await, relay.connections()), (1, 6), "then one, to see");
        relay.recover();
        later(&t, TimeDelta::minutes(6));
        t.delivered().await;
        assert_eq!(relay.received().len(), 6, "it goes on by itself");
        assert_eq!((paused(&t).await, banners(&t).await), (Value::Null, Vec::new()));
        t.close().await;
    })
    .await;
}

#[tokio::test]
async fn five_connections_that_nobody_takes_stop_all_mail() {
    on_each(async |database| {
        let relay = Relay::start(Security::None).await;
        let route = nowhere().await;
        let t = connected(database, &relay, &[("mail", &route)]).await;
        t.approved_like_it(5).await;
        assert_eq!(t.delivered().await, 5, "the sixth is not tried");
        let stop = paused(&t).await;
        assert_eq!((&stop["times"], &stop["code"], &stop["step"]), (&json!(5), &Value::Null, &json!("Reaching the mail server")), "{stop}");
        assert_eq!(banners(&t).await.len(), 1);
        later(&t, TimeDelta::seconds(61));
        assert_eq!(t.delivered().await, 1, "then one, to see");
        t.close().await;
    })
    .await;
}

#[tokio::test]
async fn four_failures_alike_stop_nothing() {
    on_each(async |database| {
        let relay = Relay::start(Security::None).await;
        let t = connected(database, &relay, &[]).await;
        t.approved_like_it(5).await;
        relay.fail(At::Greeting, BUSY);
        tried(&t, 4).await;
        assert_eq!((paused(&t).await, banners(&t).await), (Value::Null, Vec::new()));
        tried(&t, 1).await;
        assert_eq!((paused(&t).await["times"].clone(), banners(&t).await.len()), (json!(5), 1));
        assert_eq!(t.delivered().await, 0);
        t.close().await;
    })
    .await;
}

#[tokio::test]
async fn four_failures_alike_over_some_hours_stop_nothing_and_nobody_is_told_that_mail_stands_still() {
    on_each(async |database| {
        let relay = Relay::start(Security::None).await;
        let t = connected(database, &relay, &[]).await;
        t.approved_like_it(5).await;
        relay.fail(At::Greeting, BUSY);
        for n in 1..=4 {
            tried(&t, 1).await;
            later(&t, TimeDelta::minutes(70));
            assert_eq!((paused(&t).await, banners(&t).await), (Value::Null, Vec::new()), "after {n}");
        }
        tried(&t, 1).await;
        assert_eq!((paused(&t).await["times"].clone(), banners(&t).await.len()), (json!(5), 1));
        t.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_mail_that_arrives_in_between_begins_the_count_anew() {
    on_each(async |database| {
        let relay = Relay::start(Security::None).await;
        let t = connected(database, &relay, &[]).await;
        t.approved_like_it(4).await;
        relay.fail(At::Greeting, BUSY);
        tried(&t, 4).await;
        relay.recover();
        later(&t, TimeDelta::minutes(6));
        t.delivered().await;
        assert_eq!(relay.received().len(), 5);
        t.approved_like_it(5).await;
        relay.fail(At::Greeting, BUSY);
        tried(&t, 4).await;
        assert_eq!((paused(&t).await, banners(&t).await), (Value::Null, Vec::new()));
        tried(&t, 1).await;
        assert_eq!(paused(&t).await["times"], 5);
        t.close().await;
    })
    .await;
}

#[tokio::test]
async fn failures_that_are_not_alike_are_not_counted_together() {
    on_each(async |database| {
        let relay = Relay::start(Security::None).await;
        let t = connected(database, &relay, &[]).await;
        t.approved_like_it(9).await;
        relay.fail(At::Greeting, BUSY);
        tried(&t, 4).await;
        relay.fail(At::Hello, Fault::Drop);
        tried(&t, 4).await;
        assert_eq!((paused(&t).await, banners(&t).await), (Value::Null, Vec::new()));
        tried(&t, 1).await;
        let stop = paused(&t).await;
        assert_eq!((&stop["times"], &stop["step"]), (&json!(5), &json!("Introducing ourselves")), "{stop}");
        t.close().await;
    })
    .await;
}
