//! A clearinghouse's list of payers: taken in from CSV, again without effect, and never over what a person entered.

use crate::support::TestApp;
use crate::support::chain::id;
use poem::http::StatusCode;
use serde_json::{Value, json};
use tributary::auth::role::Role;

const LIST: &str = "Payer list\n\nPayer Name,Payer ID,Phone,Address,City,State,Zip,Claims,ERA,Enrollment\n\
    Evergreen PPO,EVGR7,206-555-0142,1 Elm St,Yelm,WA,98597,Y,Y,N\n\
    Harbor Health Plan,HHP22,,,,,,Y,N,Y\n\
    Cascade Choice,CASC1,,,,,,Y,,\n\
    Cascade Choice,CASC2,,,,,,Y,,\n\
    ,X12,,,,,,,,\n\
    Evergreen PPO,evgr7,,,,,,,,\n";

async fn take(t: &TestApp, query: &str, content: &str) -> Value {
    let answer = t.send_list(query, content).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    answer.json()
}

impl TestApp {
    async fn send_list(&self, query: &str, content: &str) -> crate::support::http::Answer {
        let token = self.token(Role::Owner).await;
        let headers = [("authorization", format!("Bearer {token}")), ("content-type", "text/csv".into())];
        let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.raw(poem::http::Method::POST, &format!("/api/v1/payers/directory?{query}"), &headers, content).await
    }
}

async fn payer(t: &TestApp, more: Value) -> String {
    let new = crate::support::chain::with(json!({ "kind": "health", "claim_channel": "837p" }), more);
    id(&t.done("/api/v1/payers", new).await)
}

fn counts(taken: &Value) -> [i64; 6] {
    let bad = taken["bad"].as_array().expect("bad").len();
    let [rows, new, changed, same, twice] = ["rows", "new", "changed", "same", "twice"].map(|f| taken[f].as_i64().expect(f));
    [rows, new, changed, same, twice, i64::try_from(bad).expect("a count")]
}

async fn entries(t: &TestApp, q: &str) -> Vec<Value> {
    t.read(&format!("/api/v1/payers/directory?q={q}")).await["items"].as_array().expect("items").clone()
}

crate::both_databases! {
    async fn a_dry_run_counts_the_same_and_keeps_nothing(t: &TestApp) {
        let evergreen = payer(t, json!({ "name": "Evergreen PPO" })).await;
        let tried = take(t, "list=Office%20Ally&dry_run=true", LIST).await;
        assert_eq!((counts(&tried), &tried["filled"][0]["payer_code"]), ([6, 4, 0, 0, 1, 1], &json!("EVGR7")));
        assert_eq!((entries(t, "").await, &t.read(&format!("/api/v1/payers/{evergreen}")).await["clearinghouse_payer_id"]), (vec![], &Value::Null));
        let taken = take(t, "list=Office%20Ally", LIST).await;
        let same = |v: &Value| (counts(v), v["bad"].clone(), v["filled"].clone());
        assert_eq!(same(&taken), same(&tried));
        assert_eq!(taken["bad"], json!([{ "row": 8, "why": "The payer has no name" }]));
    }

    async fn the_same_list_again_changes_nothing_and_a_newer_one_says_what_changed(t: &TestApp) {
        payer(t, json!({ "name": "Evergreen PPO" })).await;
        take(t, "list=Office%20Ally", LIST).await;
        let before = entries(t, "").await;
        let again = take(t, "list=office%20ally", LIST).await;
        assert_eq!((counts(&again), &again["filled"]), ([6, 0, 0, 4, 1, 1], &json!([])));
        assert_eq!(entries(t, "").await, before);
        let newer = take(t, "list=Office%20Ally", "Payer,Payer ID,ERA\nHarbor Health Plan,HHP22,Yes\nOlympic,OLY1,\n").await;
        assert_eq!(counts(&newer), [2, 1, 1, 0, 0, 0]);
        let harbor = &entries(t, "harbor").await[0];
        assert_eq!((&harbor["gives_remittances"], &harbor["needs_enrollment"]), (&json!(true), &json!(true)), "what it does not say stays");
        assert_eq!(counts(&take(t, "list=Other", "Payer,Payer ID\nOlympic,OLY1\n").await), [1, 1, 0, 0, 0, 0], "another clearinghouse's own list");
    }

    async fn blanks_of_our_payers_are_filled_and_what_was_entered_is_never_overwritten(t: &TestApp) {
        let blank = payer(t, json!({ "name": "Evergreen P.P.O." })).await;
        let other = payer(t, json!({ "name": "Harbor", "aliases": ["Harbor Health Plan"], "clearinghouse_payer_id": "MINE1", "phone": "206-555-0199" })).await;
        let several = payer(t, json!({ "name": "Cascade Choice" })).await;
        let taken = take(t, "", LIST).await;
        let read = async |id: &str| t.read(&format!("/api/v1/payers/{id}")).await;
        let filled = read(&blank).await;
        for (field, value) in [("clearinghouse_payer_id", "EVGR7"), ("phone", "(206) 555-0142"), ("street", "1 Elm St"), ("zip", "98597")] {
            assert_eq!(filled[field], value, "{field}");
        }
        assert_eq!((&read(&other).await["clearinghouse_payer_id"], &read(&several).await["clearinghouse_payer_id"]), (&json!("MINE1"), &Value::Null));
        let review: Vec<(Value, Value, usize)> = taken["review"].as_array().expect("review").iter()
            .map(|r| (r["name"].clone(), r["ours"].clone(), r["entries"].as_array().expect("entries").len())).collect();
        assert_eq!(review, [(json!("Cascade Choice"), Value::Null, 2), (json!("Harbor"), json!("MINE1"), 1)]);
        let entry = &taken["review"][0]["entries"][1]["id"];
        assert_eq!(t.done(&format!("/api/v1/payers/{several}/listing"), json!({ "listing": entry })).await["clearinghouse_payer_id"], "CASC2");
        assert_eq!(t.read("/api/v1/payers/directory/review").await["items"].as_array().expect("review").len(), 1, "settled by a person");
    }

    async fn a_claim_that_waited_for_the_payers_id_waits_no_longer_when_a_list_brings_it(t: &TestApp) {
        let cast = t.cast("2026-03-31").await;
        crate::support::partners::may_send(t, &cast.payer).await;
        t.changed(&format!("/api/v1/payers/{}", cast.payer), json!({ "clearinghouse_payer_id": "" })).await;
        let claim = t.claim_drafted(&cast.referral, "2026-03-02").await;
        let stops = async || t.read("/api/v1/claims/board?list=not_ready").await.to_string().contains("payer id");
        assert!(stops().await, "{claim}");
        take(t, "list=House", "Payer,Payer ID\nCascade Health,CSCD1\n").await;
        assert!(!stops().await, "the draft followed the payer");
    }

    async fn a_payers_form_takes_its_id_from_the_directory(t: &TestApp) {
        take(t, "", LIST).await;
        let mut browser = t.signed_in(Role::Biller).await;
        let page = browser.open("/payers/new").await;
        let found = browser.open("/payers/directory/find?q=harbor").await;
        assert!(found.html.contains("HHP22"), "{}", found.html);
        let several = browser.submit(&page, "/payers/new", &[("name", "Cascade"), ("kind", "health"), ("listing_name", "Cascade Choice")]).await;
        assert_eq!(several.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(several.all(".errsum li")[0].contains("CASC1"), "{}", several.words());
        browser.submit(&several, "/payers/new", &[("listing_name", "Harbor Health Plan")]).await;
        let made = t.read("/api/v1/payers").await["items"][0].clone();
        assert_eq!(t.read(&format!("/api/v1/payers/{}", id(&made))).await["clearinghouse_payer_id"], "HHP22");
    }

    async fn a_list_is_taken_in_on_its_page_which_says_what_became_of_each_row(t: &TestApp) {
        let cascade = payer(t, json!({ "name": "Cascade Choice" })).await;
        let mut browser = t.signed_in(Role::Owner).await;
        let page = browser.open("/payers/directory").await;
        let nothing = browser.upload(&page, "/payers/directory", &[], ("file", "list.csv", b"Doctor,City\nFeld,Yelm\n")).await;
        assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(nothing.words().contains("Call them Payer and Payer ID"), "{}", nothing.words());
        let tried = browser.upload(&page, "/payers/directory", &[("dry_run", "yes")], ("file", "list.csv", LIST.as_bytes())).await;
        assert!(tried.words().contains("What would become of it") && tried.words().contains("6 rows: 4 new, 0 changed, 0 the same, 1 twice in the file"), "{}", tried.words());
        let page = browser.open("/payers/directory").await;
        let taken = browser.upload(&page, "/payers/directory", &[("list", "Office Ally")], ("file", "list.csv", LIST.as_bytes())).await;
        assert!(taken.words().contains("Row 8: The payer has no name") && taken.words().contains("Look at these"), "{}", taken.words());
        let chosen = browser.submit_nth(&taken, &format!("/payers/{cascade}/listing"), 1, &[]).await;
        assert!(chosen.words().contains("Cascade Choice is CASC2 at the clearinghouse"), "{}", chosen.words());
        let found = browser.open("/payers/directory?q=evgr7").await;
        assert!(found.words().contains("Evergreen PPO Yelm WA EVGR7 Office Ally yes yes no"), "{}", found.words());
    }

    async fn a_list_of_thousands_is_one_directory_and_no_payers(t: &TestApp) {
        let rows: String = (0..4_000).map(|n| format!("Plan {n:04} of the West,PW{n:04}\n")).collect();
        let list = format!("Payer,Payer ID\n{rows}");
        assert_eq!(counts(&take(t, "", &list).await), [4_000, 4_000, 0, 0, 0, 0]);
        assert_eq!(counts(&take(t, "", &list).await), [4_000, 0, 0, 4_000, 0, 0]);
        assert_eq!(t.read("/api/v1/payers").await["items"], json!([]));
        let first = t.read("/api/v1/payers/directory?limit=500").await;
        let next = t.read(&format!("/api/v1/payers/directory?limit=500&cursor={}", first["next_cursor"].as_str().expect("more"))).await;
        assert_eq!((&first["items"][0]["payer_code"], &next["items"][0]["payer_code"]), (&json!("PW0000"), &json!("PW0500")));
    }

    async fn the_same_list_at_the_same_moment_is_kept_once(t: &TestApp) {
        let (one, two) = tokio::join!(t.send_list("", LIST), t.send_list("", LIST));
        let mut new: Vec<i64> = [one.json(), two.json()].iter().map(|v| v["new"].as_i64().unwrap_or(-1)).collect();
        new.sort_unstable();
        assert_eq!((new, entries(t, "").await.len()), (vec![0, 4], 4));
    }
}
