//! The claims' pages: the board of work lists, and one claim with everything about it.

use crate::support::TestApp;
use crate::support::chain::{Cast, id, sheet};
use poem::http::StatusCode;
use serde_json::{Value, json};
use tributary::auth::role::Role;
use tributary::payments::board::{self, BoardAsk};

/// One claim in each place: complete, rejected, denied, away and late, with a patient's share, done.
async fn every_list(t: &TestApp, board: &Cast) -> Vec<Value> {
    let (payer, referral) = (&board.payer, &board.referral);
    let rejected = t.claim_drafted(referral, "2026-05-04").await;
    let path = format!("/api/v1/claims/{}", id(&rejected));
    t.done(&format!("{path}/ready"), json!({})).await;
    t.done(&format!("{path}/submit"), json!({ "sent_on": "2026-05-05" })).await;
    t.done(&format!("{path}/reject"), json!({ "code": "A6", "words": "The referring NPI was left off" })).await;
    let denied = t.billed(referral, "2026-04-01").await;
    t.answered(payer, &denied, "2026-04-20", 0, &[("CO", "197", 16_000)]).await;
    let late = t.billed(referral, "2026-03-10").await;
    let owed = t.billed(referral, "2026-04-02").await;
    t.answered(payer, &owed, "2026-04-21", 9_000, &[("CO", "45", 5_000), ("PR", "3", 2_000)]).await;
    let reduced = t.billed(referral, "2026-04-03").await;
    t.answered(payer, &reduced, "2026-04-22", 9_000, &[("CO", "45", 5_000), ("CO", "151", 2_000)]).await;
    let paid = t.billed(referral, "2026-04-04").await;
    t.answered(payer, &paid, "2026-04-23", 9_000, &[("CO", "45", 7_000)]).await;
    let complete = t.claim_drafted(referral, "2026-05-11").await;
    vec![rejected, denied, late, owed, reduced, paid, complete]
}

crate::both_databases! {
    async fn the_board_shows_each_list_with_its_count_and_dollars_and_ties_to_what_pays(t: &TestApp) {
        let board = t.cast("2026-05-15").await;
        every_list(t, &board).await;
        let mut browser = t.signed_in(Role::Owner).await;
        let page = browser.open("/claims").await;
        assert_eq!(page.all("h1"), ["Which claims do not move?"]);
        assert_eq!(
            page.all(".wl a"),
            [
                "Needs you 3 $480", "Not ready 1 $160", "Ready 0 $0", "Sent 1 $160", "Rejected 1 $160", "Denied 1 $160", "Over 45 days 1 $160",
                "Underpaid 1 $20", "Patients owe 1 $20",
            ]
        );
        let outstanding = t.read("/api/v1/sources").await["total"]["outstanding_cents"].as_i64().expect("cents");
        assert_eq!(outstanding, 52_000);
        assert!(page.words().contains("$520 is billed and not yet in. $160 more is not billed yet. 3 claims wait for you."), "{}", page.words());
        assert!(page.words().contains("The payer never looked at these") && page.words().contains("The payer looked and said no"));
        for (list, words) in [
            ("rejected", "The referring NPI was left off. Send by May 4, 2027 A6 Fix it"),
            ("denied", "No authorization. Appeal by Jun 19 CO-197 Appeal"),
            ("late", "Taken in Mar 10, no decision Enter the answer"),
            ("underpaid", "Paid less: too many units or visits CO-151 Decide"),
            ("patients", "Copay PR-3 Take payment"),
            ("not_ready", "Nothing stops it Make ready"),
            ("done", "Paid"),
        ] {
            let rows = browser.open(&format!("/claims?list={list}")).await.all("tbody tr:not(.grp)");
            assert!(rows.len() == 1 && rows[0].ends_with(words), "{list}: {rows:?}");
        }
    }

    async fn chosen_claims_are_made_ready_and_marked_as_sent_by_plain_forms(t: &TestApp) {
        let board = t.cast("2026-05-15").await;
        let first = t.claim_drafted(&board.referral, "2026-05-11").await;
        let second = t.claim_drafted(&board.referral, "2026-05-12").await;
        let mut browser = t.signed_in(Role::Biller).await;
        let page = browser.open("/claims?list=not_ready").await;
        let csrf = page.value("csrf").expect("a token");
        let ids = |key: &str| -> Vec<(String, String)> {
            vec![("csrf".into(), csrf.clone()), ("_once".into(), key.into()), ("ids".into(), id(&first)), ("ids".into(), id(&second))]
        };
        let ready = browser.post("/claims/ready", &ids("ready-1234")).await;
        assert!(ready.words().contains("2 claims are ready to send"), "{}", ready.words());
        let ask = browser.post("/claims/send", &ids("send-12345")).await;
        assert_eq!(ask.all("h1"), ["Did these 2 claims leave?"]);
        let late = [ids("sent-12345"), vec![("sent_on".into(), "5/16/2026".into())]].concat();
        let refused = browser.post("/claims/sent", &late).await;
        assert_eq!((refused.status, refused.value("sent_on").as_deref()), (StatusCode::UNPROCESSABLE_ENTITY, Some("5/16/2026")));
        assert!(refused.has(".errsum a[href='#f-sent-on']") && refused.words().contains("may not be in the future"));
        let sent = browser.submit(&ask, "/claims/sent", &[("sent_on", "5/14"), ("reference", "B-7")]).await;
        assert_eq!(sent.path, "/claims?list=sent");
        assert!(sent.words().contains("marked as sent"), "{}", sent.words());
    }

    async fn a_refused_move_draws_the_claim_again_and_names_what_it_can_become(t: &TestApp) {
        let board = t.cast("2026-05-15").await;
        let claim = t.claim_drafted(&board.referral, "2026-05-11").await;
        let mut browser = t.signed_in(Role::Owner).await;
        let path = format!("/claims/{}", id(&claim));
        let page = browser.open(&path).await;
        assert_eq!(page.all("h1"), ["Nora Marsh, May 11"]);
        let token = vec![("csrf".to_string(), page.value("csrf").expect("a token")), ("kind".to_string(), "accepted".to_string())];
        let refused = browser.post(&format!("{path}/answer"), &token).await;
        assert_eq!((refused.status, refused.all("h1")), (StatusCode::CONFLICT, vec!["Nora Marsh, May 11".to_string()]));
        assert!(refused.all(".errsum")[0].contains("It can become: ready to send, voided"), "{}", refused.words());
    }

    async fn a_claim_walks_from_draft_to_paid_by_its_page_and_the_balance_ties(t: &TestApp) {
        let board = t.cast("2026-05-15").await;
        let claim = t.claim_drafted(&board.referral, "2026-05-11").await;
        let path = format!("/claims/{}", id(&claim));
        let mut browser = t.signed_in(Role::Biller).await;
        let page = browser.open(&path).await;
        assert!(page.words().contains("Nothing that stops it") && page.words().contains("is not on file as a scan"), "{}", page.words());
        for words in ["Referred by 17", "Priya Raman, MD DN", "A. neck pain M54.2", "Tax id 25 EIN 91-1234567", "Total 28 $160.00"] {
            assert!(page.words().contains(words), "{words}: {}", page.words());
        }
        let page = browser.submit(&page, &format!("{path}/ready"), &[]).await;
        let page = browser.submit(&page, &format!("{path}/submit"), &[("sent_on", "5/12"), ("channel", "portal"), ("reference", "UP-1")]).await;
        assert!(page.words().contains("is marked as sent") && page.words().contains("The payer's portal UP-1"), "{}", page.words());
        let said = [("kind", "accepted"), ("on", "5/13"), ("code", "A2"), ("payer_claim_no", "P-77")];
        let page = browser.submit(&page, &format!("{path}/answer"), &said).await;
        assert!(page.words().contains("May 13, 2026: taken in A2") && page.words().contains("their P-77"), "{}", page.words());
        t.answered(&board.payer, &claim, "2026-05-14", 9_000, &[("CO", "45", 5_000), ("PR", "3", 2_000)]).await;
        let page = browser.open(&path).await;
        let equation = "$160.00 charged = $90.00 from the payer + $50.00 taken off, agreed price + $20.00 left Ties to the cent";
        assert_eq!(page.all(".ties"), [equation]);
        assert!(page.words().contains("entered May 15, for an earlier day"), "{}", page.words());
        let page = browser.submit(&page, &format!("{path}/write-off"), &[("amount_dollars", "20.01"), ("reason", "Hardship")]).await;
        assert_eq!((page.status, page.value("reason").as_deref()), (StatusCode::UNPROCESSABLE_ENTITY, Some("Hardship")));
        assert!(page.words().contains("has $20.00 left. Write off at most that"));
        let page = browser.submit(&page, &format!("{path}/write-off"), &[("amount_dollars", "20"), ("reason", "Hardship")]).await;
        assert!(page.all(".who .chip")[0] == "Closed" && page.words().contains("$20.00 written off by us"), "{}", page.words());
        let past = browser.open(&format!("{path}?as_of=5/13")).await;
        assert_eq!(past.all(".ties"), ["$160.00 charged = $0.00 from the payer + $160.00 left Ties to the cent"]);
    }

    async fn a_denied_claim_is_appealed_corrected_and_its_history_told(t: &TestApp) {
        let board = t.cast("2026-05-15").await;
        let claim = t.billed(&board.referral, "2026-04-01").await;
        t.answered(&board.payer, &claim, "2026-04-20", 0, &[("CO", "197", 16_000)]).await;
        let path = format!("/claims/{}", id(&claim));
        let mut browser = t.signed_in(Role::Owner).await;
        let page = browser.open(&path).await;
        assert!(page.words().contains("No authorization CO-197") && page.words().contains("Appeal by June 19, 2026."), "{}", page.words());
        let page = browser.submit(&page, &format!("{path}/appeal"), &[("on", "5/1"), ("note", "Authorization found")]).await;
        assert_eq!(page.all(".who .chip"), ["Appealed"]);
        t.answered(&board.payer, &claim, "2026-05-10", 0, &[("CO", "197", 16_000)]).await;
        let page = browser.open(&path).await;
        let no_number = browser.submit(&page, &format!("{path}/correct"), &[("frequency", "7")]).await;
        let page = browser.open(&path).await;
        assert!(no_number.words().contains("is open again") && page.words().contains("A replacement needs the payer's own claim number"), "{}", page.words());
    }

    async fn a_denial_is_explained_and_a_correction_given_up_on_the_claims_page(t: &TestApp) {
        let board = t.cast("2026-05-15").await;
        let claim = t.billed(&board.referral, "2026-04-01").await;
        t.answered(&board.payer, &claim, "2026-04-20", 0, &[("CO", "197", 16_000)]).await;
        let path = format!("/claims/{}", id(&claim));
        let mut browser = t.signed_in(Role::Biller).await;
        let page = browser.open(&path).await;
        let page = browser.submit(&page, &format!("{path}/denial"), &[("root_cause", "expired_rx"), ("appeal_by", "5/20")]).await;
        assert!(page.words().contains("Appeal by May 20, 2026.") && page.words().contains("Behind it: Past the order"), "{}", page.words());
        let wrong = browser.submit(&page, &format!("{path}/denial"), &[("appeal_by", "4/1")]).await;
        assert_eq!((wrong.status, wrong.value("appeal_by").as_deref()), (StatusCode::UNPROCESSABLE_ENTITY, Some("4/1")));
        let page = browser.open(&path).await;
        let open = browser.submit(&page, &format!("{path}/correct"), &[("frequency", "7"), ("payer_claim_no", "P-1")]).await;
        let page = browser.submit(&open, &format!("{path}/abandon"), &[]).await;
        assert_eq!(page.all(".who .chip"), ["Denied"]);
        assert!(page.words().contains("Given up May 15, 2026, never sent"), "{}", page.words());
        assert!(!page.has("form[action$=\"/abandon\"]"));
    }

    async fn findings_lead_to_where_they_are_mended(t: &TestApp) {
        let board = t.cast("2026-05-15").await;
        let payer = t.payer_of("auto_pip", "837p", "Pacific Auto", { let mut s = sheet(); s["max_units_per_visit"] = json!(3); s }).await;
        let patient = board.referral["patient"]["id"].as_str().expect("a patient").to_string();
        let auto = t.done("/api/v1/coverages", json!({ "patient": patient, "payer": payer, "kind": "auto_pip" })).await;
        let new = json!({ "referral": id(&board.referral), "visit_on": "2026-05-11", "state": "attended", "coverage": id(&auto) });
        let visit = t.done("/api/v1/visits", new).await;
        t.signed_note(&visit).await;
        let claim = t.claim_of(&visit).await;
        let mut browser = t.signed_in(Role::Owner).await;
        let path = format!("/claims/{}", id(&claim));
        let page = browser.open(&path).await;
        assert_eq!(page.links(&format!("/coverages/{}/edit", id(&auto))).len(), 3, "number, day and state of the accident: {}", page.words());
        assert!(page.words().contains("4 units were given, Pacific Auto pays 3 a visit: 1 too many item 24G"));
        let page = browser.submit(&page, &format!("{path}/accept-cap"), &[]).await;
        assert!(page.words().contains("1 more not billed"), "{}", page.words());
        let refused = browser.post(&format!("{path}/ready"), &[("csrf".into(), page.value("csrf").expect("a token"))]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.all(".errsum")[0].contains("The claim number of the injury is missing"), "{}", refused.words());
    }

    async fn the_front_desk_sees_how_claims_stand_without_money_and_a_marketer_sees_no_page(t: &TestApp) {
        let board = t.cast("2026-05-15").await;
        let claims = every_list(t, &board).await;
        let mut desk = t.signed_in(Role::FrontDesk).await;
        for path in ["/claims".to_string(), "/claims?list=patients".into(), format!("/claims/{}", id(&claims[1])), "/claims?q=marsh".into()] {
            let page = desk.open(&path).await;
            assert_eq!(page.status, StatusCode::OK, "{path}");
            assert!(!page.words().contains('$') && !page.words().contains("CO-197"), "{path}: {}", page.words());
        }
        let token = desk.open("/claims").await.value("csrf").expect("a token");
        let refused = desk.post(&format!("/claims/{}/close", id(&claims[5])), &[("csrf".into(), token)]).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        let mut marketer = t.signed_in(Role::Marketer).await;
        for path in ["/claims".to_string(), format!("/claims/{}", id(&claims[1])), "/claims/find?q=marsh".into(), "/payments".into()] {
            let page = marketer.open(&path).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
            assert!(!page.words().contains("Marsh"), "{path}");
        }
    }

    async fn the_board_asks_the_database_as_often_for_many_claims_as_for_few(t: &TestApp) {
        let board = t.cast("2026-05-15").await;
        every_list(t, &board).await;
        let few = asked(t).await;
        for last in ["Quist", "Sayle"] {
            let referral = t.referral(&board.doctor, &board.payer, last, "2026-03-02").await;
            every_list(t, &Cast { referral, doctor: board.doctor.clone(), payer: board.payer.clone() }).await;
        }
        assert!(few > 3 && asked(t).await == few, "{few} statements for few, {} for many", asked(t).await);
    }
}

/// How many statements the board makes.
async fn asked(t: &TestApp) -> usize {
    let by = t.owner().await;
    let (board, statements) = t.queries_of(board::show(&t.app, &by, &BoardAsk::default())).await;
    board.expect("a board");
    statements
}
