//! What pages gather is held until something changes that it follows from: whoever changes something sees it on the next page, at once.

use crate::support::TestApp;
use crate::support::chain::{eob, id};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};
use tributary::auth::role::Role;
use tributary::practice;
use tributary::tx::Tx;

/// The open alerts of a rule: their words.
async fn words(t: &TestApp, rule: &str) -> Vec<String> {
    let all = t.read(&format!("/api/v1/alerts?rule={rule}")).await["items"].clone();
    all.as_array().expect("items").iter().map(|alert| alert["words"].as_str().expect("words").to_string()).collect()
}

async fn count(t: &TestApp, rule: &str) -> usize {
    words(t, rule).await.len()
}

/// The number beside "Today" in the navigation of a page that shows nothing else.
async fn mark(t: &TestApp) -> Value {
    t.read("/api/v1/today").await["waiting"].clone()
}

crate::both_databases! {
    async fn each_family_of_alerts_follows_what_was_done_a_moment_ago(t: &TestApp) {
        let cast = t.cast("2026-03-20").await;
        let claim = t.claim_drafted(&cast.referral, "2026-03-02").await;
        t.at("2026-03-31");
        let path = format!("/api/v1/claims/{}", id(&claim));
        // Claims: signed and never sent, sent and never answered, then answered.
        assert_eq!((count(t, "claim_unbilled").await, count(t, "claim_no_ack").await), (1, 0));
        t.done(&format!("{path}/ready"), json!({})).await;
        assert_eq!(count(t, "claim_unbilled").await, 0);
        t.done(&format!("{path}/submit"), json!({ "sent_on": "2026-03-03", "channel": "837p" })).await;
        assert_eq!(words(t, "claim_no_ack").await, ["Cascade Health: sent Mar 3, no answer since"]);
        // The payer is part of what is said.
        t.changed(&format!("/api/v1/payers/{}", cast.payer), json!({ "name": "Cascade Mutual" })).await;
        assert_eq!(words(t, "claim_no_ack").await, ["Cascade Mutual: sent Mar 3, no answer since"]);
        t.done(&format!("{path}/accept"), json!({ "on": "2026-03-31" })).await;
        assert_eq!(count(t, "claim_no_ack").await, 0);
        // Denials.
        let refusal = eob(&cast.payer, &claim, "2026-03-31", 0, &[("CO", "197", 16_000)]);
        assert_eq!(count(t, "denial_open").await, 0);
        t.done("/api/v1/payments", refusal).await;
        assert_eq!(count(t, "denial_open").await, 1);
        // Notes, and orders that run out.
        let visit = t.attended(&cast.referral, "2026-03-20").await;
        assert_eq!(count(t, "note_missing").await, 1);
        t.signed_note(&visit).await;
        assert_eq!(count(t, "note_missing").await, 0);
        // Referrals.
        let waiting = t.referral(&cast.doctor, &cast.payer, "Quist", "2026-03-20").await;
        assert_eq!(count(t, "referral_unscheduled").await, 1);
        t.done(&format!("/api/v1/referrals/{}/lose", id(&waiting)), json!({ "reason": "declined" })).await;
        assert_eq!(count(t, "referral_unscheduled").await, 0);
        // Reports.
        assert_eq!(count(t, "report_to_approve").await, 0);
        let report = t.done("/api/v1/reports", json!({ "referral": id(&cast.referral) })).await;
        assert_eq!(count(t, "report_to_approve").await, 1);
        t.done(&format!("/api/v1/reports/{}/skip", id(&report)), json!({ "why": "Told by phone" })).await;
        assert_eq!(count(t, "report_to_approve").await, 0);
    }

    async fn what_was_put_aside_is_gone_from_the_next_page_and_back_on_the_one_after(t: &TestApp) {
        let cast = t.cast("2026-03-20").await;
        t.claim_drafted(&cast.referral, "2026-03-02").await;
        t.at("2026-03-31");
        let before = mark(t).await;
        let alert = t.read("/api/v1/alerts?rule=claim_unbilled").await["items"][0].clone();
        let path = format!("/api/v1/alerts/{}", alert["id"].as_str().expect("an id"));
        t.done(&format!("{path}/snooze"), json!({ "until": "2026-04-03" })).await;
        assert_eq!(mark(t).await, json!(before.as_i64().expect("a number") - 1));
        t.done(&format!("{path}/undo"), json!({})).await;
        assert_eq!(mark(t).await, before);
    }

    async fn what_was_gathered_in_a_transaction_that_was_taken_back_is_not_shown(t: &TestApp) {
        let name = async |db: &Tx| t.app.held("name".into(), async { Ok(practice::of(db).await?.name) }).await.expect("a name").to_string();
        let before = name(&t.app.begin().await.expect("a transaction")).await;
        let taken_back = t.app.begin().await.expect("a transaction");
        let sql = "update practice set name = 'Somebody else'";
        taken_back.execute_raw(Statement::from_string(taken_back.get_database_backend(), sql)).await.expect("written");
        assert_eq!(name(&taken_back).await, "Somebody else");
        drop(taken_back);
        assert_eq!(name(&t.app.begin().await.expect("a transaction")).await, before);
    }

    async fn sums_and_boards_follow_what_was_done_a_moment_ago(t: &TestApp) {
        let cast = t.cast("2026-03-31").await;
        let claim = t.two_lines(&cast.referral, "2026-03-02").await;
        let paid = async || t.read("/api/v1/sources").await["total"]["insurer_cents"].clone();
        assert_eq!(paid().await, 0);
        t.answered(&cast.payer, &claim, "2026-03-31", 9_000, &[("CO", "45", 5_000), ("PR", "3", 2_000)]).await;
        assert_eq!(paid().await, 9_000);
        let mut browser = t.signed_in(Role::Owner).await;
        let running_out = async |browser: &mut crate::support::browser::Browser| {
            browser.open("/referrals?view=running_out").await.words().contains("Nora Marsh")
        };
        assert!(!running_out(&mut browser).await);
        for day in 3..13 {
            t.attended(&cast.referral, &format!("2026-03-{day:02}")).await;
        }
        assert!(running_out(&mut browser).await, "two of twelve are left");
    }
}
