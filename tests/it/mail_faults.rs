//! Each step of SMTP against each way it can go wrong, over real sockets: the verdict is the one of the table.

use crate::support::database::Database;
use crate::support::relay::{At, Fault, Relay, Security};
use crate::support::{TestApp, letters::DOCTOR, on_each};
use sea_orm::{ConnectionTrait, EntityTrait};
use std::fmt;
use std::io::Write;
use tributary::entity::{disclosure, mail_pause, outbox};
use tributary::mail::outbox_state::OutboxState;

/// What is to become of a mail, in the words of the table [email-delivery.md 3.3].
#[derive(Clone, Copy, PartialEq, Eq)]
enum Becomes {
    Sent,
    Retry,
    Failed,
    /// It waits, and everything else with it.
    Stop,
    Unknown,
}

impl fmt::Display for Becomes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Sent => "sent",
            Self::Retry => "retry",
            Self::Failed => "failed",
            Self::Stop => "stop",
            Self::Unknown => "unknown",
        })
    }
}

const STEPS: [At; 9] = [At::Greeting, At::Hello, At::StartTls, At::SecondHello, At::Login, At::Sender, At::Recipient, At::Data, At::Body];

const FAULTS: [(&str, Fault); 8] = [
    ("4xx", Fault::Say("451 4.3.0 later")),
    ("5xx", Fault::Say("554 5.7.1 no")),
    ("drop", Fault::Drop),
    ("reset", Fault::Reset),
    ("hang", Fault::Silence),
    ("garbage", Fault::SaveAndSay("!@#$ 25O ok")),
    ("slow", Fault::Drip),
    ("early 250", Fault::Early),
];

/// The table, written once more from its words.
fn meant(step: At, fault: &str) -> Becomes {
    match (step, fault) {
        (_, "4xx") => Becomes::Retry,
        (At::Recipient | At::Data | At::Body, "5xx") => Becomes::Failed,
        (_, "5xx") => Becomes::Stop,
        // Before a byte of it: nothing left, nothing is unknown.
        (At::Body, "early 250") => Becomes::Retry,
        (At::Body, _) => Becomes::Unknown,
        _ => Becomes::Retry,
    }
}

/// A practice with one approved report whose mail goes to the relay, with waits of a test and no limits.
pub async fn connected(database: Database, relay: &Relay, more: &[(&str, &str)]) -> TestApp {
    let own = relay.settings();
    let mut settings: Vec<(&str, &str)> = own.iter().map(|(k, v)| (*k, v.as_str())).collect();
    settings.extend([("mail_step", "400ms"), ("mail_after_dot", "400ms"), ("mail_backoff", "1m 5m"), ("mail_address_wait", "0s")]);
    settings.extend([("mail_domain_per_minute", "100000"), ("mail_address_per_day", "100000"), ("mail_per_day", "1000000")]);
    settings.extend(more);
    let t = TestApp::with(database, &settings).await;
    let case = t.treated("Quist").await;
    let report = t.drafted(&case).await;
    t.approved(&report).await;
    t
}

async fn became(t: &TestApp, id: i64) -> Becomes {
    let mail = outbox::Entity::find_by_id(id).one(&t.app.db).await.expect("asked").expect("the mail");
    let pauses = mail_pause::Entity::find().all(&t.app.db).await.expect("asked");
    match mail.state {
        OutboxState::Sent => Becomes::Sent,
        OutboxState::RetryWait if pauses.iter().any(|p| p.ended_at.is_none() && p.until_at > t.app.now()) => Becomes::Stop,
        OutboxState::RetryWait => Becomes::Retry,
        OutboxState::Failed => Becomes::Failed,
        OutboxState::Unknown => Becomes::Unknown,
        other => panic!("{other} is no end of an attempt: {:?}", mail.last_text),
    }
}

#[tokio::test]
async fn each_step_against_each_fault_comes_to_the_verdict_of_the_table() {
    on_each(async |database| {
        let name = if matches!(database, Database::Sqlite) { "SQLite" } else { "PostgreSQL" };
        let relay = Relay::start(Security::StartTls).await;
        let t = connected(database, &relay, &[]).await;
        t.delivered().await;
        assert_eq!(relay.received().len(), 1, "the first of them just arrives");
        let mut told = format!("\n{name}: what becomes of a mail\n{:12}", "");
        FAULTS.iter().for_each(|(fault, _)| told.push_str(&format!(" {fault:10}")));
        let (mut exact, mut wrong, mut saved) = (0, Vec::new(), 1);
        for step in STEPS {
            told.push_str(&format!("\n{:12}", format!("{step:?}")));
            for (fault, how) in FAULTS {
                let id = t.approved_like_it(1).await[0];
                let disclosed = disclosure::Entity::find().all(&t.app.db).await.expect("asked").len();
                relay.fail(step, how);
                t.delivered().await;
                let (is, should) = (became(&t, id).await, meant(step, fault));
                told.push_str(&format!(" {is:10}"));
                if is == should {
                    exact += 1
                } else {
                    wrong.push(format!("{step:?} {fault}: {is}, not {should}"))
                }
                // Whatever is tried again must not have been taken in; what may have arrived is disclosed, and nothing else.
                let taken = relay.received().len() - saved;
                saved += taken;
                let told_of = disclosure::Entity::find().all(&t.app.db).await.expect("asked").len() - disclosed;
                assert_eq!(taken, usize::from(step == At::Body && fault == "garbage"), "{step:?} {fault}");
                assert_eq!(told_of, usize::from(is == Becomes::Unknown), "{step:?} {fault}");
                relay.recover();
                // Out of the way of the next one.
                let aside = format!("update outbox set state = 'cancelled' where id = {id}");
                t.app.db.execute_unprepared(&aside).await.expect("aside");
                t.app.db.execute_unprepared("delete from mail_pause").await.expect("mended");
            }
        }
        let cells = STEPS.len() * FAULTS.len();
        let _ = std::io::stderr().write_all(format!("{told}\n{exact} of {cells} exact\n").as_bytes());
        assert_eq!(wrong, Vec::<String>::new());
        assert_eq!(exact, cells);
        t.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_server_that_says_yes_in_the_middle_of_a_message_leaves_it_unknown() {
    on_each(async |database| {
        use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let route = format!("smtp://127.0.0.1:{}?tls=none", listener.local_addr().expect("an address").port());
        tokio::spawn(async move {
            let (socket, _) = listener.accept().await.expect("a client");
            let mut stream = BufReader::new(socket);
            stream.write_all(b"220 hello\r\n").await.expect("said");
            let mut line = String::new();
            while stream.read_line(&mut line).await.is_ok_and(|n| n > 0) {
                let answer: &[u8] = if line.starts_with("DATA") { b"354 go on\r\n" } else { b"250 ok\r\n" };
                stream.write_all(answer).await.expect("said");
                if line.starts_with("DATA") {
                    // The first bytes of a long message, then a yes; only then the rest.
                    let mut some = [0; 1_000];
                    stream.read_exact(&mut some).await.expect("a beginning");
                    stream.write_all(b"250 2.0.0 queued\r\n").await.expect("said");
                    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
                }
                line.clear();
            }
        });
        let t = TestApp::with(database, &[("mail", &route), ("mail_step", "5s")]).await;
        let mime = "A long line of a long message.\r\n".repeat(500_000);
        let id = uuid::Uuid::from_u128(7);
        let parcel = tributary::mail::transport::Parcel { id, from: "a@willow.example", to: DOCTOR, mime: mime.as_bytes(), token: None };
        let (step, broke) = t.app.post.carry(&parcel, || async { Ok(true) }).await;
        let verdict = tributary::mail::verdict::verdict(step, &broke);
        assert_eq!(verdict, tributary::mail::verdict::Verdict::Unknown, "{step} {broke:?}");
        t.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_stop_of_all_mail_that_lasts_two_days_gives_it_up_where_a_person_sees_it() {
    on_each(async |database| {
        let relay = Relay::start(Security::StartTls).await;
        let t = connected(database, &relay, &[]).await;
        t.approved_like_it(3).await;
        relay.fail(At::Login, Fault::Say("535 5.7.8 wrong password"));
        let states = async || {
            let all = outbox::Entity::find().all(&t.app.db).await.expect("mails");
            all.iter().map(|m| m.state).collect::<Vec<_>>()
        };
        for _ in 0..47 {
            t.delivered().await;
            t.app.clock.set(t.app.now() + chrono::TimeDelta::hours(1));
        }
        assert!(states().await.iter().all(|s| s.is_underway()), "before the two days are over they wait: {:?}", states().await);
        let late = t.approved_like_it(1).await[0];
        for _ in 0..3 {
            t.delivered().await;
            t.app.clock.set(t.app.now() + chrono::TimeDelta::hours(1));
        }
        t.delivered().await;
        let all = outbox::Entity::find().all(&t.app.db).await.expect("mails");
        for mail in &all {
            let should = if mail.id == late { OutboxState::Approved } else { OutboxState::Expired };
            assert_eq!(mail.state.is_underway(), mail.id == late, "{} {:?}, not {should}", mail.state, mail.last_text);
        }
        assert!(relay.received().is_empty());
        let listed = t.read("/api/v1/alerts?rule=email_bounced").await;
        assert_eq!(listed["items"].as_array().map(Vec::len), Some(4), "{listed}");
        t.close().await;
    })
    .await;
}

#[tokio::test]
async fn more_than_five_reports_a_day_to_one_address_wait_for_a_person() {
    on_each(async |database| {
        let relay = Relay::start(Security::None).await;
        let t = connected(database, &relay, &[("mail_address_per_day", "5")]).await;
        t.approved_like_it(6).await;
        t.delivered().await;
        assert_eq!(relay.received().len(), 5);
        t.app.clock.set(t.app.now() + chrono::TimeDelta::hours(40));
        t.delivered().await;
        assert_eq!(relay.received().len(), 5, "a day later they still wait: nobody has looked");
        let listed = t.read("/api/v1/alerts?rule=email_bounced").await;
        assert_eq!(listed["items"].as_array().map(Vec::len), Some(2), "{listed}");
        let held = t.read("/api/v1/mails?held=yes").await;
        let first = held["items"][0]["id"].as_str().expect("an id").to_string();
        assert!(held["items"][0]["words"].as_str().is_some_and(|w| w.contains("within a day")), "{held}");
        t.done(&format!("/api/v1/mails/{first}/let-go"), serde_json::json!({})).await;
        t.delivered().await;
        assert_eq!(relay.received().len(), 6, "the one that a person let go, and no other");
        t.close().await;
    })
    .await;
}
