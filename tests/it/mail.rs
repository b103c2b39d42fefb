//! The way out: to a folder, or to a relay over TLS; once, or known not to be known.

use crate::support::chain::id;
use crate::support::letters::{Case, DOCTOR};
use crate::support::relay::{At, Fault, Relay, Security};
use crate::support::{TestApp, database::Database, on_each};
use sea_orm::{ConnectionTrait, EntityTrait};
use serde_json::{Value, json};
use std::time::Duration;
use tributary::app::App;
use tributary::auth::role::Role;
use tributary::entity::{disclosure, outbox, outbox_attempt};
use tributary::mail::outbox_state::OutboxState;

/// A practice whose mail goes to the relay, with waits short enough for a test.
async fn connected(database: Database, relay: &Relay, more: &[(&str, &str)]) -> TestApp {
    let own = relay.settings();
    let mut settings: Vec<(&str, &str)> = own.iter().map(|(k, v)| (*k, v.as_str())).collect();
    settings.extend([("mail_step", "300ms"), ("mail_after_dot", "300ms"), ("mail_backoff", "1m 5m"), ("mail_address_wait", "0s")]);
    settings.extend(more);
    TestApp::with(database, &settings).await
}

async fn approved(t: &TestApp) -> (Case, Value) {
    let case = t.treated("Quist").await;
    let report = t.drafted(&case).await;
    t.approved(&report).await;
    (case, report)
}

async fn only_mail(app: &App) -> outbox::Model {
    let mut all = outbox::Entity::find().all(&app.db).await.expect("mails");
    assert_eq!(all.len(), 1);
    all.remove(0)
}

async fn state(t: &TestApp) -> OutboxState {
    only_mail(&t.app).await.state
}

/// The oldest due mail, as a worker has it in hand.
pub async fn in_hand(app: &App) -> outbox::Model {
    let due = tributary::mail::outbox::due(&app.db, app.now(), 1).await.expect("asked").remove(0);
    tributary::mail::outbox::claim(app, &app.db, &due).await.expect("asked").expect("claimed")
}

/// Moves the clock on.
fn later(t: &TestApp, minutes: i64) {
    t.app.clock.set(t.app.now() + chrono::TimeDelta::minutes(minutes));
}

#[tokio::test]
async fn a_report_goes_to_the_relay_over_required_tls_with_our_login() {
    on_each(async |database| {
        for security in [Security::StartTls, Security::FromTheStart] {
            let relay = Relay::start(security).await;
            let t = connected(database.clone(), &relay, &[]).await;
            let (_, report) = approved(&t).await;
            t.delivered().await;
            let received = relay.received();
            assert_eq!(received.len(), 1, "{security:?} {:?}", only_mail(&t.app).await.last_text);
            assert!(received[0].encrypted && received[0].login.is_some());
            assert_eq!(received[0].to, ["p.raman@northgate.example"]);
            assert!(received[0].from.ends_with("@willow.example"), "{}", received[0].from);
            assert!(received[0].header("Message-ID").is_some() && received[0].header("X-Resent").is_none());
            assert_eq!(t.state_of(&report).await, "sent");
            assert_eq!(only_mail(&t.app).await.last_text.as_deref(), Some("2.0.0 queued as A1"));
            t.close().await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_relay_without_encryption_or_with_anothers_certificate_gets_neither_password_nor_mail() {
    on_each(async |database| {
        let plain = Relay::start(Security::None).await;
        let route = format!("smtp://reports:secret@localhost:{}", plain.address.port());
        let t = TestApp::with(database.clone(), &[("mail", &route), ("undo_minutes", "0"), ("mail_step", "1s")]).await;
        approved(&t).await;
        t.delivered().await;
        assert_eq!(state(&t).await, OutboxState::RetryWait);
        assert!(plain.received().is_empty() && plain.lines().iter().all(|l| l.starts_with("EHLO") || l == "QUIT"), "{:?}", plain.lines());

        let stranger = Relay::named(Security::StartTls, "mail.stranger.example").await;
        t.close().await;
        let t = connected(database.clone(), &stranger, &[("mail_step", "1s")]).await;
        approved(&t).await;
        t.delivered().await;
        assert!(
            stranger.received().is_empty() && stranger.lines().iter().all(|l| !l.contains("AUTH") && !l.contains("MAIL")),
            "{:?}",
            stranger.lines()
        );
        let words = only_mail(&t.app).await.last_text.unwrap_or_default();
        assert!(words.to_lowercase().contains("certificate"), "{words}");
        // Our own root was not given: a certificate that nobody vouches for is refused as well.
        let unknown = Relay::start(Security::StartTls).await;
        let route = format!("smtp://reports:secret@localhost:{}", unknown.address.port());
        t.close().await;
        let t = TestApp::with(database.clone(), &[("mail", &route), ("undo_minutes", "0"), ("mail_step", "1s")]).await;
        approved(&t).await;
        t.delivered().await;
        assert!(unknown.received().is_empty());
        t.close().await;
    })
    .await;
}

#[tokio::test]
async fn trouble_at_any_step_before_the_body_is_tried_again_and_arrives_once() {
    on_each(async |database| {
        let troubles = [
            (At::Greeting, Fault::Say("421 busy")),
            (At::Greeting, Fault::Drop),
            (At::Hello, Fault::Drop),
            (At::StartTls, Fault::Say("454 not now")),
            (At::Login, Fault::Say("454 not now")),
            (At::Sender, Fault::Say("451 later")),
            (At::Recipient, Fault::Say("450 greylisted")),
            (At::Recipient, Fault::Drop),
            (At::Data, Fault::Drop),
            (At::Data, Fault::Silence),
            (At::Data, Fault::Say("250 early")),
            (At::Body, Fault::Say("451 later")),
        ];
        for (at, how) in troubles {
            let relay = Relay::start(Security::StartTls).await;
            let t = connected(database.clone(), &relay, &[]).await;
            approved(&t).await;
            relay.fail(at, how);
            t.delivered().await;
            assert_eq!(state(&t).await, OutboxState::RetryWait, "{at:?} {how:?}");
            assert!(relay.received().is_empty(), "{at:?} {how:?}");
            relay.recover();
            assert_eq!(t.delivered().await, 0, "it waits: {at:?}");
            later(&t, 6);
            t.delivered().await;
            assert_eq!((state(&t).await, relay.received().len()), (OutboxState::Sent, 1), "{at:?} {how:?}");
            t.close().await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_refusal_is_final_and_a_mailbox_that_does_not_exist_gets_no_more_mail() {
    on_each(async |database| {
        for (at, line, suppresses) in [
            (At::Recipient, "550 5.1.1 no such user", true),
            (At::Recipient, "554 5.7.1 policy", false),
            (At::Body, "554 5.6.0 not accepted", false),
        ] {
            let relay = Relay::start(Security::StartTls).await;
            let t = connected(database.clone(), &relay, &[]).await;
            let (case, report) = approved(&t).await;
            relay.fail(at, Fault::Say(line));
            t.delivered().await;
            relay.recover();
            later(&t, 600);
            t.delivered().await;
            assert_eq!((t.state_of(&report).await.as_str(), relay.received().len()), ("failed", 0), "{line}");
            assert_eq!(disclosure::Entity::find().all(&t.app.db).await.expect("rows").len(), 0, "nobody was told");
            let (status, words) = t.refused(Role::Owner, &format!("/api/v1/reports/{}/resend", id(&report)), json!({ "why": "try" })).await;
            assert_eq!(status == 409, suppresses, "{line}: {words}");
            if suppresses {
                // Checked again by a person, mail may go there.
                let doctor = t.read(&format!("/api/v1/providers/{}", case.doctor)).await;
                t.done(
                    &format!("/api/v1/providers/{}/verify-email", case.doctor),
                    json!({ "email": doctor["emails"][0]["id"], "how": "phone" }),
                )
                .await;
                t.done(&format!("/api/v1/reports/{}/resend", id(&report)), json!({ "why": "spelled right now" })).await;
            }
            t.delivered().await;
            assert_eq!(relay.received().len(), 1, "{line}");
            assert!(relay.received()[0].header("X-Resent").is_none(), "the first one surely did not arrive");
            t.close().await;
        }
    })
    .await;
}

#[tokio::test]
async fn when_the_answer_to_the_body_is_lost_it_may_have_arrived_and_never_goes_again_by_itself() {
    on_each(async |database| {
        let losses = [Fault::SaveAndDrop, Fault::SaveAndSay("!@#$ 25O ok"), Fault::Drop, Fault::Silence];
        for how in losses {
            let relay = Relay::start(Security::StartTls).await;
            let t = connected(database.clone(), &relay, &[]).await;
            let (_, report) = approved(&t).await;
            relay.fail(At::Body, how);
            t.delivered().await;
            assert_eq!(state(&t).await, OutboxState::Unknown, "{how:?}");
            relay.recover();
            let saved = relay.received().len();
            later(&t, 60 * 50);
            t.delivered().await;
            assert_eq!((state(&t).await, relay.received().len()), (OutboxState::Unknown, saved), "{how:?}");
            let shown = t.read(&format!("/api/v1/reports/{}", id(&report))).await;
            assert_eq!((&shown["state"], &shown["mail"]["state"]), (&json!("queued"), &json!("unknown")));
            assert_eq!(disclosure::Entity::find().all(&t.app.db).await.expect("rows").len(), 1, "what may have left counts as told");
            t.close().await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_person_decides_about_a_mail_that_may_have_arrived() {
    on_each(async |database| {
        let relay = Relay::start(Security::StartTls).await;
        let t = connected(database.clone(), &relay, &[]).await;
        let (_, report) = approved(&t).await;
        relay.fail(At::Body, Fault::SaveAndDrop);
        t.delivered().await;
        relay.recover();
        let resend = format!("/api/v1/reports/{}/resend", id(&report));
        let (status, words) = t.refused(Role::Owner, &resend, json!({ "why": "they say no" })).await;
        assert_eq!(status, 409);
        assert!(words.contains("Wait 12 minutes"), "{words}");
        later(&t, 13);
        t.done(&resend, json!({ "why": "they say no" })).await;
        t.delivered().await;
        let received = relay.received();
        assert_eq!(received.len(), 2);
        assert_eq!(received[0].header("Message-ID"), received[1].header("Message-ID"), "provably the same message");
        assert_eq!((received[0].header("X-Resent"), received[1].header("X-Resent").as_deref()), (None, Some("1")));
        assert_eq!(t.state_of(&report).await, "sent");
        // Or: it arrived.
        t.close().await;
        let t = connected(database.clone(), &relay, &[]).await;
        let (_, report) = approved(&t).await;
        relay.fail(At::Body, Fault::SaveAndDrop);
        t.delivered().await;
        t.done(&format!("/api/v1/reports/{}/arrived", id(&report)), json!({})).await;
        assert_eq!(t.state_of(&report).await, "sent");
        t.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_refused_login_stops_all_mail_and_is_tried_once_at_a_time() {
    on_each(async |database| {
        let relay = Relay::start(Security::StartTls).await;
        let t = connected(database, &relay, &[]).await;
        let (case, _) = approved(&t).await;
        let second = t.treated_for(&case.doctor, "Lund").await;
        let report = t.drafted(&second).await;
        t.approved(&report).await;
        relay.fail(At::Login, Fault::Say("535 5.7.8 wrong password"));
        t.delivered().await;
        assert_eq!(relay.connections(), 1, "one bad password must not burn all mails");
        later(&t, 2);
        t.delivered().await;
        assert_eq!(relay.connections(), 2, "then one that tries again");
        relay.recover();
        later(&t, 30);
        t.delivered().await;
        assert_eq!(relay.received().len(), 2);
        t.close().await;
    })
    .await;
}

#[tokio::test]
async fn what_changed_after_the_approval_stops_the_mail() {
    on_each(async |database| {
        for change in ["address", "unverified", "restriction", "message"] {
            let t = TestApp::on(database.clone()).await;
            let (case, report) = approved(&t).await;
            match change {
                "address" => {
                    let doctor = t.read(&format!("/api/v1/providers/{}", case.doctor)).await;
                    let new = json!({ "emails": [{ "address": "else@northgate.example" }], "version": doctor["version"] });
                    t.patch(Role::Owner, &format!("/api/v1/providers/{}", case.doctor), new).await;
                }
                "unverified" => drop(t.app.db.execute_unprepared("update provider_email set verified_on = null").await.expect("done")),
                "restriction" => {
                    let patient = case.referral["patient"]["id"].as_str().expect("a patient");
                    t.done(&format!("/api/v1/patients/{patient}/restrictions"), json!({ "reason": "asked" })).await;
                }
                _ => drop(t.app.db.execute_unprepared("update outbox set mime_sha256 = mime").await.expect("done")),
            }
            t.delivered().await;
            assert!(t.mails().is_empty(), "{change}");
            assert_eq!(t.state_of(&report).await, "failed", "{change}");
            assert!(only_mail(&t.app).await.last_text.unwrap_or_default().starts_with("not sent: "), "{change}");
            t.close().await;
        }
    })
    .await;
}

#[tokio::test]
async fn an_approved_report_can_be_taken_back_until_it_leaves_and_not_after() {
    on_each(async |database| {
        let relay = Relay::start(Security::StartTls).await;
        let t = connected(database, &relay, &[("undo_minutes", "10")]).await;
        let (_, report) = approved(&t).await;
        assert_eq!(t.delivered().await, 0, "the time for second thoughts");
        let take_back = format!("/api/v1/reports/{}/take-back", id(&report));
        assert_eq!(t.done(&take_back, json!({})).await["state"], "signed");
        later(&t, 11);
        assert_eq!(t.delivered().await, 0);
        t.approved(&report).await;
        later(&t, 11);
        t.delivered().await;
        assert_eq!(relay.received().len(), 1, "an undone release may be released again");
        assert_eq!(t.refused(Role::Owner, &take_back, json!({})).await.0, 409);
        t.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_mail_a_dead_worker_had_claimed_goes_and_one_in_the_body_is_unknown() {
    on_each(async |database| {
        let relay = Relay::start(Security::StartTls).await;
        for (left_in, becomes, arrives) in [(OutboxState::Claimed, OutboxState::Sent, 1), (OutboxState::Body, OutboxState::Unknown, 0)] {
            let before = relay.received().len();
            let t = connected(database.clone(), &relay, &[]).await;
            approved(&t).await;
            let claimed = in_hand(&t.app).await;
            if left_in == OutboxState::Body {
                assert!(tributary::mail::outbox::mark_body(&t.app, &t.app.db, &claimed).await.expect("marked"));
            }
            // The process is gone; another one starts, when the lease and the wait for an answer are over.
            t.app.db.execute_unprepared("update outbox set lease_until = '2020-01-01 00:00:00+00:00'").await.expect("time passes");
            let own = relay.settings();
            let settings: Vec<(&str, &str)> = own.iter().map(|(k, v)| (*k, v.as_str())).collect();
            let next = t.again(&settings).await;
            next.clock.set(t.app.now() + chrono::TimeDelta::minutes(13));
            tributary::mail::deliver::all_due(&next).await.expect("a delivery");
            // What ended the program is not tried again at once.
            next.clock.set(next.now() + chrono::TimeDelta::minutes(2));
            tributary::mail::deliver::all_due(&next).await.expect("a delivery");
            assert_eq!((only_mail(&next).await.state, relay.received().len() - before), (becomes, arrives), "{left_in}");
            // The late worker wakes up and may not send.
            assert!(!tributary::mail::outbox::mark_body(&t.app, &t.app.db, &claimed).await.expect("asked"));
            next.db.close().await.expect("closed");
            t.close().await;
        }
    })
    .await;
}

#[tokio::test]
async fn mails_of_a_worker_that_died_wait_before_they_are_tried_again_and_are_given_up_after_two_days() {
    on_each(async |database| {
        let relay = Relay::start(Security::None).await;
        let t = connected(database, &relay, &[("mail_lease", "1ms")]).await;
        approved(&t).await;
        t.approved_like_it(9).await;
        let lost = async || {
            for _ in 0..10 {
                in_hand(&t.app).await;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
            t.app.clock.set(t.app.now() + chrono::TimeDelta::milliseconds(20));
            tributary::mail::deliver::recover(&t.app).await.expect("recovered");
            outbox::Entity::find().all(&t.app.db).await.expect("mails")
        };
        let mails = lost().await;
        assert!(mails.iter().all(|m| m.state == OutboxState::RetryWait && m.next_at >= t.app.now()), "{mails:?}");
        assert!(mails.iter().any(|m| m.next_at > t.app.now()), "they wait");
        later(&t, 60 * 49);
        let mails = lost().await;
        assert!(mails.iter().all(|m| m.state == OutboxState::Expired), "{mails:?}");
        assert!(relay.received().is_empty());
        t.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_mark_that_the_database_does_not_take_stops_the_body_and_is_tried_again() {
    on_each(async |database| {
        let relay = Relay::start(Security::None).await;
        let t = connected(database, &relay, &[]).await;
        approved(&t).await;
        let mail = in_hand(&t.app).await;
        let parcel = tributary::mail::transport::Parcel {
            id: mail.public_id,
            from: "owner@willow.example",
            to: DOCTOR,
            mime: &mail.mime,
            token: None,
        };
        let (step, broke) = t.app.post.carry(&parcel, || async { Err(tributary::error::AppError::conflict("the database is away")) }).await;
        assert_eq!(tributary::mail::verdict::verdict(step, &broke), tributary::mail::verdict::Verdict::Retry, "{step} {broke:?}");
        assert!(relay.received().is_empty());
        t.close().await;
    })
    .await;
}

#[tokio::test]
async fn behind_any_number_of_mails_that_wait_their_turn_the_others_go() {
    on_each(async |database| {
        let relay = Relay::start(Security::None).await;
        let t = connected(
            database,
            &relay,
            &[("mail_address_wait", "10m"), ("mail_domain_per_minute", "1000"), ("mail_address_per_day", "1000")],
        )
        .await;
        approved(&t).await;
        t.approved_like_it(120).await;
        let doctor = t.reachable_doctor("Lind", "lind@harbor.example").await;
        let case = t.treated_for(&doctor, "Lund").await;
        let report = t.drafted(&case).await;
        t.approved(&report).await;
        t.app
            .db
            .execute_unprepared("update outbox set next_at = approved_at where to_address = 'p.raman@northgate.example'")
            .await
            .expect("the oldest");
        t.delivered().await;
        let to: Vec<String> = relay.received().iter().map(|r| r.to[0].clone()).collect();
        assert_eq!(to, [DOCTOR, "lind@harbor.example"]);
        t.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_mail_given_up_before_it_left_goes_again_as_the_first_and_one_that_may_have_arrived_as_a_second_copy() {
    on_each(async |database| {
        for is_held in [true, false] {
            let relay = Relay::start(Security::None).await;
            let t = connected(database.clone(), &relay, &[("mail_address_per_day", if is_held { "0" } else { "9" })]).await;
            let (_, report) = approved(&t).await;
            let mail = id(&t.read("/api/v1/mails").await["items"][0]);
            let give_up = format!("/api/v1/mails/{mail}/give-up");
            let (status, words) = t.refused(Role::Owner, &give_up, json!({})).await;
            assert!(status == 409 && words.contains("Take its report back"), "one that goes by itself is no matter of giving up: {words}");
            if !is_held {
                relay.fail(At::Body, Fault::SaveAndDrop);
            }
            t.delivered().await;
            relay.recover();
            later(&t, 13);
            t.done(&give_up, json!({})).await;
            let before = relay.received().len();
            t.done(&format!("/api/v1/reports/{}/resend", id(&report)), json!({ "why": "they wait for it" })).await;
            if is_held {
                t.delivered().await;
                let again = id(&t.read("/api/v1/mails").await["items"][0]);
                t.done(&format!("/api/v1/mails/{again}/let-go"), json!({})).await;
            }
            t.delivered().await;
            let received = relay.received();
            assert_eq!(received.len(), before + 1);
            assert_eq!(received[before].header("X-Resent").is_some(), !is_held, "a mark where one may have arrived, and only there");
            t.close().await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_mail_that_a_person_moved_keeps_no_code_of_an_older_answer() {
    on_each(async |database| {
        let relay = Relay::start(Security::None).await;
        let t = connected(database, &relay, &[]).await;
        let (_, report) = approved(&t).await;
        relay.fail(At::Recipient, Fault::Say("450 greylisted"));
        t.delivered().await;
        assert_eq!(only_mail(&t.app).await.last_code.as_deref(), Some("450"));
        t.done(&format!("/api/v1/reports/{}/take-back", id(&report)), json!({})).await;
        let mail = only_mail(&t.app).await;
        assert_eq!((mail.last_code, mail.last_text.as_deref()), (None, Some("taken back")));
        t.close().await;
    })
    .await;
}

#[tokio::test]
async fn several_workers_send_each_mail_once() {
    on_each(async |database| {
        let relay = Relay::start(Security::None).await;
        let t = connected(database, &relay, &[("mail_domain_per_minute", "1000"), ("mail_address_per_day", "1000")]).await;
        let (case, _) = approved(&t).await;
        for n in 0..7 {
            let more = t.treated_for(&case.doctor, &format!("Lund{}", char::from(b'a' + n))).await;
            let report = t.drafted(&more).await;
            t.approved(&report).await;
        }
        let own = relay.settings();
        let mut settings: Vec<(&str, &str)> = own.iter().map(|(k, v)| (*k, v.as_str())).collect();
        settings.extend([("mail_domain_per_minute", "1000"), ("mail_address_per_day", "1000"), ("mail_address_wait", "0s")]);
        let mut workers = tokio::task::JoinSet::new();
        for _ in 0..4 {
            // On PostgreSQL these are like four processes; an SQLite file has one process, with four tasks.
            let app = if t.url.starts_with("postgres") { t.again(&settings).await } else { t.app.clone() };
            workers.spawn(async move { tributary::mail::deliver::all_due(&app).await.expect("a delivery") });
        }
        let attempts: usize = workers.join_all().await.into_iter().sum();
        let mut ids: Vec<String> = relay.received().iter().filter_map(|r| r.header("Message-ID")).collect();
        assert_eq!((attempts, ids.len()), (8, 8));
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 8, "no message twice");
        let noted = outbox_attempt::Entity::find().all(&t.app.db).await.expect("attempts");
        assert_eq!(noted.len(), 8);
        t.close().await;
    })
    .await;
}

#[tokio::test]
async fn one_address_is_not_flooded() {
    on_each(async |database| {
        let relay = Relay::start(Security::None).await;
        let t = connected(database, &relay, &[("mail_address_wait", "10m")]).await;
        let (case, _) = approved(&t).await;
        let second = t.treated_for(&case.doctor, "Lund").await;
        let report = t.drafted(&second).await;
        t.approved(&report).await;
        t.delivered().await;
        assert_eq!(relay.received().len(), 1);
        later(&t, 5);
        t.delivered().await;
        assert_eq!(relay.received().len(), 1);
        later(&t, 6);
        t.delivered().await;
        assert_eq!(relay.received().len(), 2);
        t.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_mail_that_is_too_old_is_given_up() {
    on_each(async |database| {
        let relay = Relay::start(Security::None).await;
        let t = connected(database, &relay, &[]).await;
        let (_, report) = approved(&t).await;
        relay.fail(At::Recipient, Fault::Say("450 greylisted"));
        for _ in 0..4 {
            t.delivered().await;
            later(&t, 60 * 17);
        }
        t.delivered().await;
        assert_eq!((t.state_of(&report).await.as_str(), state(&t).await), ("failed", OutboxState::Expired));
        t.close().await;
    })
    .await;
}

#[tokio::test]
async fn serve_delivers_an_approved_report_within_seconds() {
    on_each(async |database| {
        let t = TestApp::on(database).await;
        let (_, report) = approved(&t).await;
        let mut server = std::process::Command::new(env!("CARGO_BIN_EXE_tributary"))
            .current_dir(t.folder.path())
            .env_clear()
            .env("DATABASE_URL", &t.url)
            .env("TRIBUTARY_DATA", t.folder.path())
            .env("TRIBUTARY_LISTEN", "127.0.0.1:0")
            .env("TRIBUTARY_NOW", t.app.now().to_rfc3339())
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .expect("a server");
        let started = std::time::Instant::now();
        while t.state_of(&report).await != "sent" && started.elapsed() < Duration::from_secs(30) {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        let state = t.state_of(&report).await;
        server.kill().expect("stopped");
        server.wait().expect("ended");
        assert_eq!((t.mails().len(), state.as_str()), (1, "sent"));
        t.close().await;
    })
    .await;
}
