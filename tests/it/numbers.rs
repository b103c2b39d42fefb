//! The numbers that people quote on the phone: from a counter row, by the year of the practice's own day, and each given once.

use crate::support::TestApp;
use crate::support::chain::{Cast, id, slip};
use serde_json::{Value, json};
use tributary::auth::role::Role;

fn number(thing: &Value) -> String {
    thing["number"].as_str().expect("a number").to_string()
}

/// Receives a referral and bills one visit of it, both on a day; gives the two numbers.
async fn quoted(t: &TestApp, cast: &Cast, last: &str, on: &str) -> (String, String) {
    let referral = t.referral(&cast.doctor, &cast.payer, last, on).await;
    let claim = t.claim_drafted(&referral, on).await;
    (number(&referral), number(&claim))
}

crate::both_databases! {
    async fn on_new_years_eve_the_number_is_of_the_practices_year_while_the_clock_of_the_world_is_in_the_next(t: &TestApp) {
        let cast = t.cast("2026-12-30").await;
        // Half past eleven at night in Seattle: in UTC it is half past seven on January 1.
        t.at("2026-12-31T23:30:00-08:00");
        assert_eq!(t.app.now().format("%Y").to_string(), "2027", "or nothing is tested");
        assert_eq!(quoted(t, &cast, "Quist", "2026-12-31").await, ("R-2026-0002".into(), "C-2026-00001".into()));
        t.at("2027-01-01T00:00:00-08:00");
        assert_eq!(quoted(t, &cast, "Lund", "2027-01-01").await, ("R-2027-0001".into(), "C-2027-00001".into()));
        // A claim of the old year that is written in the new one is of the day on which it is written.
        let late = t.referral(&cast.doctor, &cast.payer, "Moss", "2026-12-31").await;
        let claim = t.claim_drafted(&late, "2026-12-31").await;
        assert_eq!((number(&late), number(&claim)), ("R-2027-0002".into(), "C-2027-00002".into()));
    }

    async fn a_number_comes_from_the_counter_and_not_from_what_is_there(t: &TestApp) {
        let cast = t.cast("2026-03-02").await;
        t.by_sql("update counter set last = 141 where kind = 'referral' and year = 2026").await.expect("counted on");
        let next = t.referral(&cast.doctor, &cast.payer, "Quist", "2026-03-02").await;
        assert_eq!(number(&next), "R-2026-0142");
        assert_eq!(t.count("select last from counter where kind = 'referral' and year = 2026").await, 142);
        t.by_sql("update counter set last = 9999 where kind = 'referral'").await.expect("counted on");
        let many = t.referral(&cast.doctor, &cast.payer, "Lund", "2026-03-02").await;
        assert_eq!(number(&many), "R-2026-10000", "it grows and does not begin anew");
    }

    async fn a_number_is_not_given_again_when_what_had_it_was_given_up(t: &TestApp) {
        let cast = t.cast("2026-03-02").await;
        let first = t.claim_drafted(&cast.referral, "2026-03-02").await;
        t.done(&format!("/api/v1/claims/{}/void", id(&first)), json!({ "why": "entered twice" })).await;
        t.by_sql("update referral set deleted_at = created_at").await.expect("gone");
        let (referral, claim) = quoted(t, &cast, "Quist", "2026-03-02").await;
        assert_eq!((referral.as_str(), claim.as_str()), ("R-2026-0002", "C-2026-00002"));
    }

    async fn what_was_refused_takes_no_number_and_several_at_once_take_one_each(t: &TestApp) {
        let cast = t.cast("2026-03-02").await;
        let mut wrong = slip(&cast.doctor, &cast.payer, "Quist", "2026-03-02");
        wrong["prescription"]["signed_on"] = json!("2026-03-03");
        assert_eq!(t.post(Role::Owner, "/api/v1/referrals", wrong).await.status, 422, "signed tomorrow");
        let receive = |last: &'static str| t.referral(&cast.doctor, &cast.payer, last, "2026-03-02");
        let at_once = tokio::join!(receive("Lund"), receive("Moss"), receive("Reed"), receive("Brook"));
        let mut numbers = [number(&at_once.0), number(&at_once.1), number(&at_once.2), number(&at_once.3)];
        numbers.sort();
        assert_eq!(numbers, ["R-2026-0002", "R-2026-0003", "R-2026-0004", "R-2026-0005"]);
    }
}
