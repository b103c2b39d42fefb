//! The letters of the day, begun as the program begins them: at six in the morning where the practice is, once a day, by one worker.

use crate::support::letters::DOCTOR;
use crate::support::{TestApp, on_each};
use std::time::Duration;
use tokio::sync::watch;
use tributary::app::App;
use tributary::jobs::draft_letters;

/// A doctor who sends, and a payer.
async fn senders(t: &TestApp) -> (String, String) {
    t.fees().await;
    (t.reachable_doctor("Raman", DOCTOR).await, t.payer("Cascade Health").await)
}

/// A program that was started, looks at the clock once, and is told to stop.
async fn looked(app: &App) {
    let (stop, stopped) = watch::channel(false);
    let told = async {
        tokio::task::yield_now().await;
        stop.send(true).expect("it listens");
    };
    tokio::join!(draft_letters(app.clone(), stopped, Duration::from_secs(3_600)), told);
}

/// Who is to be thanked, and the thank-you is begun.
async fn thanks(t: &TestApp) -> usize {
    t.read("/api/v1/reports?kind=thank_you&limit=100").await["items"].as_array().map_or(0, Vec::len)
}

crate::both_databases! {
    async fn letters_are_begun_at_six_in_the_morning_and_not_before_also_when_the_clocks_changed_in_the_night(t: &TestApp) {
        let (doctor, payer) = senders(t).await;
        let mornings = [
            ("Quist", "2026-03-02", "2026-03-03T05:59:59-08:00", "2026-03-03T06:00:00-08:00"),
            ("Lund", "2026-03-06", "2026-03-08T05:59:59-07:00", "2026-03-08T06:00:00-07:00"),
            ("Moss", "2026-10-30", "2026-11-01T05:59:59-08:00", "2026-11-01T06:00:00-08:00"),
        ];
        for (n, (last, received, before, six)) in mornings.into_iter().enumerate() {
            t.at(received);
            t.referral(&doctor, &payer, last, received).await;
            t.at(before);
            looked(&t.app).await;
            assert_eq!(thanks(t).await, n, "{before}");
            t.at(six);
            looked(&t.app).await;
            assert_eq!(thanks(t).await, n + 1, "{six}");
        }
        assert_eq!(t.delivered().await, 0, "they are drafts");
    }

    async fn letters_are_begun_once_a_day_whenever_the_program_is_started_again(t: &TestApp) {
        let (doctor, payer) = senders(t).await;
        t.referral(&doctor, &payer, "Quist", "2026-03-02").await;
        t.at("2026-03-03T06:00:00-08:00");
        looked(&t.app).await;
        t.at("2026-03-03T10:00:00-08:00");
        t.referral(&doctor, &payer, "Lund", "2026-03-03").await;
        for _ in 0..3 {
            looked(&t.app).await;
        }
        assert_eq!(thanks(t).await, 1, "what comes in the day waits for the morning, or for a person");
        t.at("2026-03-04T05:59:59-08:00");
        looked(&t.app).await;
        assert_eq!(thanks(t).await, 1);
        t.at("2026-03-04T06:00:00-08:00");
        looked(&t.app).await;
        assert_eq!(thanks(t).await, 2);
    }

    async fn two_workers_in_the_same_morning_begin_no_letter_twice(t: &TestApp) {
        let (doctor, payer) = senders(t).await;
        // On PostgreSQL these are like two processes; an SQLite file has one process, with two tasks.
        let other = if t.url.starts_with("postgres") { t.again(&[]).await } else { t.app.clone() };
        for (n, last) in ["Quist", "Lund", "Moss"].into_iter().enumerate() {
            let received = format!("2026-03-0{}", n + 3);
            t.at(&received);
            t.referral(&doctor, &payer, last, &received).await;
            t.at(&format!("2026-03-0{}T06:00:00-08:00", n + 4));
            other.clock.set(t.app.now());
            tokio::join!(looked(&t.app), looked(&other));
            looked(&other).await;
            assert_eq!((thanks(t).await, t.count("select count(*) from report").await), (n + 1, n as i64 + 1), "{last}");
        }
    }

    async fn when_the_database_fails_in_the_morning_letters_are_begun_a_while_later(t: &TestApp) {
        let (doctor, payer) = senders(t).await;
        t.referral(&doctor, &payer, "Quist", "2026-03-02").await;
        t.at("2026-03-03T06:00:00-08:00");
        t.by_sql("alter table restriction rename to restriction_away").await.expect("it is away");
        looked(&t.app).await;
        t.by_sql("alter table restriction_away rename to restriction").await.expect("it is back");
        looked(&t.app).await;
        assert_eq!(thanks(t).await, 0, "it is not tried again at once");
        t.at("2026-03-03T06:02:00-08:00");
        for _ in 0..2 {
            looked(&t.app).await;
            assert_eq!(thanks(t).await, 1);
        }
    }

    async fn a_program_that_runs_into_the_morning_begins_the_letters_of_the_day_by_itself(t: &TestApp) {
        let (doctor, payer) = senders(t).await;
        t.referral(&doctor, &payer, "Quist", "2026-03-02").await;
        t.at("2026-03-03T05:59:00-08:00");
        let (stop, stopped) = watch::channel(false);
        let program = tokio::spawn(draft_letters(t.app.clone(), stopped, Duration::from_millis(5)));
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert_eq!(thanks(t).await, 0);
        t.at("2026-03-03T06:00:00-08:00");
        for _ in 0..500 {
            if thanks(t).await > 0 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        stop.send(true).expect("it listens");
        program.await.expect("it ends");
        assert_eq!(thanks(t).await, 1);
    }
}

#[tokio::test]
async fn in_a_practice_that_begins_letters_by_hand_none_is_begun_by_itself() {
    on_each(async |database| {
        let t = TestApp::with(database, &[("draft_letters", "no")]).await;
        let (doctor, payer) = senders(&t).await;
        t.referral(&doctor, &payer, "Quist", "2026-03-02").await;
        let (_stop, stopped) = watch::channel(false);
        draft_letters(t.app.clone(), stopped, Duration::from_secs(3_600)).await;
        assert_eq!(thanks(&t).await, 0);
        t.close().await;
    })
    .await;
}
