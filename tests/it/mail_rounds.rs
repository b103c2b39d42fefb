//! Many mails in one go: over lines that stay open, two at once, with one commit for several.

use crate::mail_faults::connected;
use crate::support::relay::{At, Fault, Relay, Security};
use crate::support::{TestApp, on_each};
use sea_orm::EntityTrait;
use std::collections::HashSet;
use tributary::entity::{outbox, outbox_attempt};
use tributary::mail::outbox_state::OutboxState;

async fn all_went_once(t: &TestApp, relay: &Relay) {
    let mails = outbox::Entity::find().all(&t.app.db).await.expect("mails");
    let not: Vec<_> = mails.iter().filter(|m| m.state != OutboxState::Sent).map(|m| (m.state, &m.last_text)).collect();
    assert!(not.is_empty(), "{not:?}");
    let taken: Vec<String> = relay.received().iter().map(|r| r.header("Message-ID").expect("an id")).collect();
    assert_eq!(taken.len(), mails.len());
    assert_eq!(taken.iter().collect::<HashSet<_>>().len(), mails.len(), "none twice");
    assert!(relay.received().iter().all(|r| r.to.len() == 1), "one recipient each");
    let tries = outbox_attempt::Entity::find().all(&t.app.db).await.expect("attempts");
    assert!(tries.len() == mails.len() && tries.iter().all(|a| a.n == 1 && a.step == "done"), "each at the first try");
}

#[tokio::test]
async fn mails_of_one_round_go_over_a_line_that_stays_open_and_the_round_ends_with_a_good_bye() {
    on_each(async |database| {
        let relay = Relay::start(Security::StartTls).await;
        let t = connected(database, &relay, &[]).await;
        t.approved_like_it(9).await;
        t.delivered().await;
        assert_eq!(relay.connections(), 1, "to one domain one line");
        all_went_once(&t, &relay).await;
        assert_eq!(relay.lines().iter().filter(|l| l.starts_with("QUIT")).count(), 1);
        assert_eq!(relay.lines().iter().filter(|l| l.starts_with("AUTH")).count(), 1, "one login for all");
        t.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_relay_that_ends_a_line_after_some_mails_is_called_again_and_no_mail_waits_for_it() {
    on_each(async |database| {
        let relay = Relay::start(Security::None).await;
        let t = connected(database, &relay, &[]).await;
        relay.carry(2);
        t.approved_like_it(8).await;
        t.delivered().await;
        all_went_once(&t, &relay).await;
        assert_eq!(relay.connections(), 5, "nine mails, two a line");
        t.close().await;
    })
    .await;
}

#[tokio::test]
async fn mails_to_many_domains_go_over_two_lines_and_to_each_domain_one_at_a_time() {
    on_each(async |database| {
        let relay = Relay::start(Security::None).await;
        let t = connected(database, &relay, &[]).await;
        let more = t.approved_like_it(60).await;
        t.spread(&more, 12).await;
        relay.dawdle(8);
        t.delivered().await;
        all_went_once(&t, &relay).await;
        assert_eq!((relay.at_once(), relay.connections()), ((2, 1, false), 2), "two past DATA, one body on its way");
        t.close().await;
    })
    .await;
}

#[tokio::test]
async fn the_limits_of_a_domain_hold_for_what_is_taken_in_hand_together() {
    on_each(async |database| {
        let relay = Relay::start(Security::None).await;
        let t = connected(database, &relay, &[("mail_domain_per_minute", "3")]).await;
        t.delivered().await;
        let more = t.approved_like_it(20).await;
        t.spread(&more, 2).await;
        t.delivered().await;
        let to = |n: usize| relay.received().iter().filter(|r| r.to[0].ends_with(&format!("office{n}.example"))).count();
        assert_eq!((to(0), to(1)), (3, 3));
        let waiting = outbox::Entity::find().all(&t.app.db).await.expect("mails");
        let waiting: Vec<_> = waiting.iter().filter(|m| m.state != OutboxState::Sent).collect();
        assert!(
            waiting.len() == 14 && waiting.iter().all(|m| m.state == OutboxState::Approved && m.attempts == 0 && m.next_at > t.app.now())
        );
        t.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_relay_that_refuses_us_half_way_lets_go_of_what_is_in_hand() {
    on_each(async |database| {
        let relay = Relay::start(Security::None).await;
        let t = connected(database, &relay, &[]).await;
        let more = t.approved_like_it(40).await;
        t.spread(&more, 40).await;
        relay.dawdle(6);
        let worker = {
            let app = t.app.clone();
            tokio::spawn(async move { tributary::mail::deliver::all_due(&app).await })
        };
        while relay.received().len() < 12 {
            tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        }
        relay.fail(At::Sender, Fault::Say("554 5.7.1 you are listed"));
        let attempts = worker.await.expect("it ends").expect("a round");
        let mails = outbox::Entity::find().all(&t.app.db).await.expect("mails");
        let count = |state| mails.iter().filter(|m| m.state == state).count();
        assert_eq!(count(OutboxState::Sent), relay.received().len());
        assert_eq!(count(OutboxState::Sent) + count(OutboxState::RetryWait) + count(OutboxState::Approved), 41, "nothing is left in hand");
        assert!(attempts <= relay.received().len() + 2, "a refusal is not heard once for each mail");
        assert!((1..=2).contains(&count(OutboxState::RetryWait)), "what was not tried does not count as tried");
        assert!(mails.iter().all(|m| (m.attempts == 0) == (m.state == OutboxState::Approved)), "it stands as before");
        relay.recover();
        t.app.clock.set(t.app.now() + chrono::TimeDelta::minutes(2));
        t.delivered().await;
        let mails = outbox::Entity::find().all(&t.app.db).await.expect("mails");
        let left: Vec<_> =
            mails.iter().filter(|m| m.state != OutboxState::Sent).map(|m| (m.state, m.next_at - t.app.now(), &m.last_text)).collect();
        assert!(left.is_empty() && relay.received().len() == 41, "{left:?}, {} arrived", relay.received().len());
        t.close().await;
    })
    .await;
}
