//! Remittances that come as 835 files: shown first, posted whole, never twice, and taken back whole.

use crate::support::TestApp;
use crate::support::chain::{self, eob, id};
use crate::support::era::{Era, file};
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use tributary::auth::role::Role;
use tributary::entity::{decision, denial, rule_sheet};

/// A payer, and a claim of $160.00 with it since March 2; it is March 31.
struct Cast {
    payer: String,
    referral: Value,
    claim: Value,
}

impl Cast {
    fn number(&self) -> &str {
        self.claim["number"].as_str().expect("a number")
    }
}

async fn cast(t: &TestApp) -> Cast {
    let chain::Cast { payer, referral, .. } = t.cast("2026-03-31").await;
    let claim = t.billed(&referral, "2026-03-02").await;
    Cast { payer, referral, claim }
}

fn money(claim: &Value) -> [i64; 5] {
    ["insurer_cents", "patient_cents", "contractual_cents", "written_off_cents", "balance_cents"].map(|f| claim[f].as_i64().expect(f))
}

async fn deposits(t: &TestApp) -> Vec<Value> {
    t.read("/api/v1/payments").await["items"].as_array().expect("items").clone()
}

async fn loose(t: &TestApp) -> (i64, i64) {
    let loose = t.read("/api/v1/payments/loose").await;
    (loose["unmatched_cents"].as_i64().expect("cents"), loose["unallocated_cents"].as_i64().expect("cents"))
}

const USUAL: &[(&str, &str, i64)] = &[("CO", "45", 5_000), ("PR", "3", 2_000)];

crate::both_databases! {
    async fn a_file_is_staged_first_and_posts_nothing_by_itself(t: &TestApp) {
        let cast = cast(t).await;
        let era = t.staged(&Era::new("EFT-1", "2026-03-20").claim(cast.number(), "1", 16_000, 9_000, USUAL).file()).await;
        assert_eq!((&era["state"], &era["ties"], &era["needs_a_person"]), (&json!("staged"), &json!(true), &json!(false)), "{era}");
        assert_eq!(era["balance"], "$90.00 = $90.00 in claims");
        assert_eq!((&era["claims"][0]["state"], &era["claims"][0]["claim"]["number"]), (&json!("matched"), &cast.claim["number"]));
        assert_eq!((deposits(t).await, t.fresh(&cast.claim).await["state"].clone()), (vec![], json!("accepted")));
    }

    async fn a_staged_payment_posts_as_the_same_eob_typed_by_hand(t: &TestApp) {
        let cast = cast(t).await;
        let era = t.posted_era(&Era::new("EFT-1", "2026-03-20").claim(cast.number(), "1", 16_000, 9_000, USUAL).file()).await;
        assert_eq!((&era["state"], &era["claims"][0]["state"]), (&json!("posted"), &json!("posted")));
        let claim = t.fresh(&cast.claim).await;
        assert_eq!((claim["state"].as_str(), money(&claim)), (Some("partially_paid"), [9_000, 0, 5_000, 0, 2_000]));
        let by_hand = t.billed(&cast.referral, "2026-03-02").await;
        t.answered(&cast.payer, &by_hand, "2026-03-31", 9_000, USUAL).await;
        let by_hand = t.fresh(&by_hand).await;
        assert_eq!((money(&by_hand), &by_hand["state"], &by_hand["patient_share_cents"]), (money(&claim), &claim["state"], &claim["patient_share_cents"]));
        assert_eq!(claim["payer_claim_no"], format!("ICN{}", cast.number().replace('-', "")));
    }

    async fn the_same_payment_in_any_file_posts_once(t: &TestApp) {
        let cast = cast(t).await;
        let era = Era::new("EFT-1", "2026-03-20").claim(cast.number(), "1", 16_000, 9_000, USUAL);
        let first = t.posted_era(&era.file()).await;
        let again = t.era(&era.file()).await.json();
        assert_eq!((&again["again"], &again["remittances"][0]["id"]), (&json!(true), &first["id"]), "the same bytes");
        let others = [era.file().replace('~', "~\r\n"), era.file().replace('*', "|"), file(&[era.transaction("0042")])];
        for other in others {
            let staged = t.staged(&other).await;
            assert_eq!((&staged["state"], &staged["duplicate_of"]), (&json!("duplicate"), &first["id"]));
            let refused = t.post(Role::Owner, &format!("/api/v1/remittances/{}/post", id(&staged)), json!({})).await;
            assert_eq!(refused.status, 409, "{}", refused.text());
        }
        let refused = t.post(Role::Owner, &format!("/api/v1/remittances/{}/post", id(&first)), json!({})).await;
        assert_eq!(refused.status, 409, "posted already");
        assert_eq!((deposits(t).await.len(), money(&t.fresh(&cast.claim).await)[0]), (1, 9_000));
    }

    async fn what_was_entered_by_hand_is_not_posted_from_a_file_again(t: &TestApp) {
        let cast = cast(t).await;
        let mut paper = eob(&cast.payer, &cast.claim, "2026-03-20", 9_000, USUAL);
        paper["trace"] = json!("EFT-1");
        t.done("/api/v1/payments", paper).await;
        let era = t.staged(&Era::new("EFT-1", "2026-03-20").claim(cast.number(), "1", 16_000, 9_000, USUAL).file()).await;
        assert_eq!(era["needs_a_person"], true);
        assert!(era["cautions"][0].as_str().expect("words").contains("entered already"), "{era}");
        let refused = t.post(Role::Owner, &format!("/api/v1/remittances/{}/post", id(&era)), json!({})).await;
        assert_eq!(refused.status, 409);
        assert_eq!(money(&t.fresh(&cast.claim).await)[0], 9_000);
    }

    async fn a_payment_that_does_not_balance_is_kept_shown_with_its_level_and_posts_nothing(t: &TestApp) {
        let cast = cast(t).await;
        let right = Era::new("EFT-1", "2026-03-20").claim(cast.number(), "1", 16_000, 9_000, USUAL).file();
        let cases = [
            ("SVC*HC:97140*160*90*", "SVC*HC:97140*160*90.01*", "level: line"),
            ("*1*160*90*20*", "*1*160.01*90*20*", "level: claim"),
            ("BPR*I*90*", "BPR*I*90.01*", "level: payment"),
        ];
        for (from, to, level) in cases {
            let era = t.staged(&right.replace(from, to)).await;
            assert_eq!((&era["state"], &era["ties"]), (&json!("unbalanced"), &json!(false)), "{to}");
            let told = era["imbalances"].to_string();
            assert!(told.contains(level) && told.contains("off by $0.01"), "{to}: {told}");
            let refused = t.post(Role::Owner, &format!("/api/v1/remittances/{}/post", id(&era)), json!({})).await;
            assert_eq!(refused.status, 409);
        }
        assert_eq!((deposits(t).await, t.fresh(&cast.claim).await["state"].clone()), (vec![], json!("accepted")));
    }

    async fn the_owner_may_let_one_be_posted_and_what_it_does_not_explain_stays_in_sight(t: &TestApp) {
        let cast = cast(t).await;
        let mut era = Era::new("EFT-1", "2026-03-20").claim(cast.number(), "1", 16_000, 9_000, USUAL);
        era.amount = Some(9_100);
        let staged = t.staged(&era.file()).await;
        let path = format!("/api/v1/remittances/{}", id(&staged));
        assert_eq!(t.post(Role::Biller, &format!("{path}/override"), json!({ "why": "I am in a hurry" })).await.status, 403);
        assert_eq!(t.post(Role::Owner, &format!("{path}/override"), json!({})).await.status, 422, "not without a reason");
        t.done(&format!("{path}/override"), json!({ "why": "The bank shows $91.00; they will send a letter" })).await;
        let posted = t.done(&format!("{path}/post"), json!({})).await;
        assert_eq!(posted["overridden"]["why"], "The bank shows $91.00; they will send a letter");
        assert_eq!((money(&t.fresh(&cast.claim).await)[0], loose(t).await), (9_000, (0, 100)));
        let deposit = t.read(&format!("/api/v1/payments/{}", posted["payment_id"].as_str().expect("a deposit"))).await;
        assert!(deposit["note"].as_str().expect("a note").contains("does not balance"), "{deposit}");
    }

    async fn what_nobody_confirmed_is_not_posted_after_a_taking_back_either(t: &TestApp) {
        let cast = cast(t).await;
        let own = t.billed(&cast.referral, "2026-03-02").await;
        let number = own["number"].as_str().expect("a number");
        let era = Era::new("EFT-1", "2026-03-20")
            .lines(cast.number(), "1", "QUIST", &[("97140", 16_000, 9_000, USUAL)])
            .claim(number, "1", 16_000, 9_000, USUAL);
        let posted = t.posted_era(&era.file()).await;
        assert_eq!((loose(t).await, money(&t.fresh(&cast.claim).await)[0]), ((9_000, 0), 0), "somebody else's name: {posted}");
        t.done(&format!("/api/v1/remittances/{}/reverse", id(&posted)), json!({ "why": "wrong day" })).await;
        t.done(&format!("/api/v1/remittances/{}/post", id(&posted)), json!({})).await;
        assert_eq!((loose(t).await, money(&t.fresh(&cast.claim).await)[0], money(&t.fresh(&own).await)[0]), ((9_000, 0), 0, 9_000));
    }

    async fn an_answer_without_a_decision_is_assigned_to_no_claim_and_stops_nothing(t: &TestApp) {
        let cast = cast(t).await;
        let staged = t.staged(&Era::new("EFT-1", "2026-03-20").claim("C-2026-77777", "25", 16_000, 9_000, USUAL).file()).await;
        let assign = format!("/api/v1/remittances/answers/{}/assign", id(&staged["claims"][0]));
        let refused = t.post(Role::Owner, &assign, json!({ "claim": cast.number() })).await;
        assert_eq!(refused.status, 409, "{}", refused.text());
        t.done(&format!("/api/v1/remittances/{}/post", id(&staged)), json!({})).await;
        assert_eq!((loose(t).await, money(&t.fresh(&cast.claim).await)[0]), ((9_000, 0), 0));
    }

    async fn items_that_write_one_claim_in_two_ways_are_both_its_money(t: &TestApp) {
        let cast = cast(t).await;
        let wire = cast.number().replace('-', "");
        let era = Era::new("EFT-1", "2026-03-20")
            .claim(cast.number(), "1", 16_000, 9_000, USUAL)
            .item("WO", &wire, 1_000)
            .item("WO", cast.number(), 500);
        t.posted_era(&era.file()).await;
        assert_eq!((loose(t).await, money(&t.fresh(&cast.claim).await)[0]), ((0, 0), 7_500));
    }

    async fn money_for_no_claim_of_ours_waits_under_unmatched_until_it_is_assigned(t: &TestApp) {
        let cast = cast(t).await;
        let other = t.billed(&cast.referral, "2026-03-02").await;
        let era = Era::new("EFT-1", "2026-03-20").claim(cast.number(), "1", 16_000, 9_000, USUAL).claim("X-99", "1", 16_000, 9_000, USUAL);
        let staged = t.staged(&era.file()).await;
        assert_eq!((&staged["claims"][1]["state"], &staged["needs_a_person"]), (&json!("to_match"), &json!(true)), "{staged}");
        let posted = t.done(&format!("/api/v1/remittances/{}/post", id(&staged)), json!({})).await;
        assert_eq!((&posted["claims"][1]["state"], loose(t).await), (&json!("parked"), (9_000, 0)));
        assert_eq!(deposits(t).await[0]["amount_cents"], 18_000);
        let assign = format!("/api/v1/remittances/answers/{}/assign", id(&posted["claims"][1]));
        assert_eq!(t.post(Role::Owner, &assign, json!({ "claim": "C-2026-77777" })).await.status, 422);
        let counts_on = deposits(t).await[0]["posted_on"].as_str().expect("a day").to_string();
        let unmatched = async |query: &str| {
            let view = t.read(&format!("/api/v1/sources?{query}")).await;
            let row = view["rows"].as_array().expect("rows").iter().find(|r| r["source_kind"] == "unmatched").cloned();
            row.and_then(|r| r["insurer_cents"].as_i64()).unwrap_or(0)
        };
        assert_eq!(unmatched(&format!("from={counts_on}&to={counts_on}")).await, 9_000, "money alone falls into the period of its day");
        assert_eq!(unmatched("to=2026-03-01").await, 0);
        // Weeks later: what was shown of the days between stays as it was.
        t.at("2026-05-15");
        let between = t.read("/api/v1/sources?as_of=2026-05-01").await;
        for (day, words) in [("2026-05-16", "may not be in the future"), ("2026-03-01", "on that day or later")] {
            let refused = t.post(Role::Owner, &assign, json!({ "claim": other["number"], "posted_on": day })).await;
            assert!(refused.field("/posted_on").contains(words), "{day}: {}", refused.text());
        }
        let moved = t.done(&assign, json!({ "claim": other["number"] })).await;
        assert_eq!((&moved["claims"][1]["state"], loose(t).await), (&json!("posted"), (0, 0)));
        assert_eq!(t.read("/api/v1/sources?as_of=2026-05-01").await, between, "the past stays");
        assert_eq!(money(&t.fresh(&other).await), [9_000, 0, 5_000, 0, 2_000]);
        assert_eq!(deposits(t).await[0]["amount_cents"], 18_000, "the deposit is what it was");
        let back = format!("/api/v1/payments/{}/take-back", id(&deposits(t).await[0]));
        let early = t.post(Role::Owner, &back, json!({ "why": "not ours", "posted_on": "2026-05-14" })).await;
        assert!(early.field("/posted_on").contains("counts from May 15, 2026 on"), "{}", early.text());
        t.done(&back, json!({ "why": "not ours", "posted_on": "2026-05-15" })).await;
        assert_eq!(money(&t.fresh(&other).await), [0, 0, 0, 0, 16_000]);
        assert_eq!(t.read("/api/v1/sources?as_of=2026-05-01").await, between, "nor does it change now");
    }

    async fn an_appeal_runs_from_the_deposit_however_late_its_claim_is_found(t: &TestApp) {
        let cast = cast(t).await;
        let staged = t.staged(&Era::new("EFT-1", "2026-03-20").claim("X-99", "1", 16_000, 0, &[("CO", "197", 16_000)]).file()).await;
        let posted = t.done(&format!("/api/v1/remittances/{}/post", id(&staged)), json!({})).await;
        t.at("2026-05-15");
        t.done(&format!("/api/v1/remittances/answers/{}/assign", id(&posted["claims"][0])), json!({ "claim": cast.number() })).await;
        let refused = denial::Entity::find().one(&t.app.db).await.expect("asked").expect("a denial");
        let decided = decision::Entity::find().one(&t.app.db).await.expect("asked").expect("a decision");
        let days = [decided.posted_on, refused.received_on].map(|day| day.to_string());
        assert_eq!(days, ["2026-05-15", "2026-03-31"]);
        let sheet = rule_sheet::Entity::find().one(&t.app.db).await.expect("asked").expect("a sheet");
        assert_eq!(refused.appeal_by.map(|by| (by - refused.received_on).num_days()), sheet.appeal_days);
    }

    async fn a_name_or_charge_that_is_not_ours_needs_a_person(t: &TestApp) {
        let cast = cast(t).await;
        let wrong_name = Era::new("EFT-1", "2026-03-20").lines(cast.number(), "1", "QUIST", &[("97140", 16_000, 9_000, USUAL)]);
        let wrong_charge = Era::new("EFT-2", "2026-03-20").lines(cast.number(), "1", "MARSH", &[("97140", 15_000, 9_000, &[("CO", "45", 6_000)])]);
        for (era, word) in [(wrong_name, "speaks of QUIST"), (wrong_charge, "was sent for $160.00")] {
            let staged = t.staged(&era.file()).await;
            let one = &staged["claims"][0];
            assert_eq!((&one["state"], &one["claim"]["number"]), (&json!("to_match"), &cast.claim["number"]), "{staged}");
            assert!(one["why"].as_str().expect("why").contains(word), "{one}");
        }
    }

    async fn a_reversal_and_its_correction_in_one_file_leave_the_corrected_decision(t: &TestApp) {
        let cast = cast(t).await;
        t.posted_era(&Era::new("EFT-1", "2026-03-20").claim(cast.number(), "1", 16_000, 9_000, USUAL).file()).await;
        let back = [("CO", "45", -5_000), ("PR", "3", -2_000)];
        let era = Era::new("EFT-2", "2026-03-27")
            .claim(cast.number(), "22", -16_000, -9_000, &back)
            .claim(cast.number(), "1", 16_000, 11_000, &[("CO", "45", 5_000)]);
        let staged = t.staged(&era.file()).await;
        assert_eq!(staged["claims"].as_array().expect("claims").iter().filter(|c| c["state"] == "matched").count(), 2, "{staged}");
        t.done(&format!("/api/v1/remittances/{}/post", id(&staged)), json!({})).await;
        let claim = t.fresh(&cast.claim).await;
        assert_eq!((claim["state"].as_str(), money(&claim)), (Some("paid"), [11_000, 0, 5_000, 0, 0]));
    }

    async fn a_reversal_of_nothing_is_held_and_takes_nothing_from_the_claim(t: &TestApp) {
        let cast = cast(t).await;
        let back = [("CO", "45", -5_000), ("PR", "3", -2_000)];
        let era = Era::new("EFT-2", "2026-03-27").claim(cast.number(), "22", -16_000, -9_000, &back).item("FB", "NEXT", -9_000);
        let staged = t.staged(&era.file()).await;
        assert_eq!(staged["claims"][0]["state"], "held", "{staged}");
        assert!(staged["claims"][0]["why"].as_str().expect("why").contains("no decision of this payer"), "{staged}");
        t.done(&format!("/api/v1/remittances/{}/post", id(&staged)), json!({})).await;
        assert_eq!((money(&t.fresh(&cast.claim).await), loose(t).await), ([0, 0, 0, 0, 16_000], (-9_000, 9_000)));
    }

    async fn a_payment_decides_a_claim_whose_acceptance_was_lost_and_the_acceptance_is_written_first(t: &TestApp) {
        let cast = cast(t).await;
        let visit = t.attended(&cast.referral, "2026-03-02").await;
        t.signed_note(&visit).await;
        let claim = t.claim_of(&visit).await;
        t.done(&format!("/api/v1/claims/{}/ready", id(&claim)), json!({})).await;
        t.done(&format!("/api/v1/claims/{}/submit", id(&claim)), json!({ "sent_on": "2026-03-02" })).await;
        t.posted_era(&Era::new("EFT-1", "2026-03-20").claim(claim["number"].as_str().expect("a number"), "1", 16_000, 16_000, &[]).file()).await;
        let claim = t.fresh(&claim).await;
        assert_eq!(claim["state"], "paid");
        let answers = claim["transmissions"][0]["answers"].to_string();
        assert!(answers.contains("accepted") && answers.contains("proved by the remittance EFT-1"), "{claim}");
    }

    async fn a_claim_answered_as_primary_with_every_line_refused_is_a_denial_and_all_deductible_is_not(t: &TestApp) {
        let cast = cast(t).await;
        let other = t.billed(&cast.referral, "2026-03-02").await;
        let era = Era::new("EFT-1", "2026-03-20")
            .claim(cast.number(), "1", 16_000, 0, &[("CO", "197", 16_000)])
            .claim(other["number"].as_str().expect("a number"), "1", 16_000, 0, &[("CO", "45", 6_000), ("PR", "1", 10_000)]);
        t.posted_era(&era.file()).await;
        assert_eq!(t.fresh(&cast.claim).await["state"], "denied");
        let deductible = t.fresh(&other).await;
        let ledger = t.read(&format!("/api/v1/claims/{}/ledger", id(&other))).await;
        assert_eq!((deductible["state"].as_str(), &ledger["denials"]), (Some("partially_paid"), &json!([])));
    }

    async fn interest_and_take_backs_go_to_unallocated_or_to_their_claim_both_signs_alike(t: &TestApp) {
        let cast = cast(t).await;
        t.posted_era(&Era::new("EFT-1", "2026-03-20").claim(cast.number(), "1", 16_000, 9_000, USUAL).file()).await;
        let other = t.billed(&cast.referral, "2026-03-02").await;
        let wire = cast.number().replace('-', "");
        let era = Era::new("EFT-2", "2026-03-27")
            .claim(other["number"].as_str().expect("a number"), "1", 16_000, 9_000, USUAL)
            .item("L6", "INTEREST", -150)
            .item("WO", &wire, 1_000)
            .item("WO", &wire, -400);
        let posted = t.posted_era(&era.file()).await;
        assert_eq!((&posted["amount_cents"], loose(t).await), (&json!(8_550), (0, 150)), "{posted}");
        assert_eq!(money(&t.fresh(&cast.claim).await)[0], 8_400);
    }

    async fn interest_within_a_claim_is_income_and_no_money_of_the_claim(t: &TestApp) {
        let cast = cast(t).await;
        let era = Era::new("EFT-1", "2026-03-20").claim(cast.number(), "1", 16_000, 9_123, &[("CO", "45", 5_000), ("PR", "3", 2_000), ("OA", "225", -123)]);
        t.posted_era(&era.file()).await;
        assert_eq!((money(&t.fresh(&cast.claim).await), loose(t).await), ([9_000, 0, 5_000, 0, 2_000], (0, 123)));
        assert_eq!(deposits(t).await[0]["amount_cents"], 9_123);
    }

    async fn a_posted_payment_is_taken_back_whole_and_can_be_posted_again(t: &TestApp) {
        let cast = cast(t).await;
        let era = Era::new("EFT-1", "2026-03-20").claim(cast.number(), "1", 16_000, 9_000, USUAL).claim("X-99", "1", 5_000, 5_000, &[]);
        let posted = t.posted_era(&era.file()).await;
        let path = format!("/api/v1/remittances/{}", id(&posted));
        let back = t.done(&format!("{path}/reverse"), json!({ "why": "wrong practice" })).await;
        assert_eq!((&back["state"], loose(t).await), (&json!("reversed"), (0, 0)));
        let claim = t.fresh(&cast.claim).await;
        assert_eq!((claim["state"].as_str(), money(&claim)), (Some("accepted"), [0, 0, 0, 0, 16_000]));
        assert_eq!(t.post(Role::Owner, &format!("{path}/reverse"), json!({ "why": "again" })).await.status, 409);
        t.done(&format!("{path}/post"), json!({})).await;
        assert_eq!((money(&t.fresh(&cast.claim).await)[0], loose(t).await), (9_000, (5_000, 0)));
    }

    async fn somebody_elses_payment_a_debit_and_an_undated_one_are_refused_and_shown(t: &TestApp) {
        let cast = cast(t).await;
        let right = Era::new("EFT-1", "2026-03-20").claim(cast.number(), "1", 16_000, 9_000, USUAL);
        let cases = [
            (right.clone().to("1999999984").file(), "none of ours"),
            (right.file().replace("*C*ACH", "*D*ACH"), "from your account"),
            (right.file().replace("************20260320~", "~"), "no date"),
        ];
        for (content, word) in cases {
            let era = t.staged(&content).await;
            assert_eq!(era["state"], "refused", "{word}: {era}");
            assert!(era["why"].as_str().expect("why").contains(word), "{era}");
            let refused = t.post(Role::Owner, &format!("/api/v1/remittances/{}/post", id(&era)), json!({})).await;
            assert_eq!(refused.status, 409);
        }
        assert_eq!(deposits(t).await, Vec::<Value>::new());
    }

    async fn a_file_that_is_no_835_or_cut_off_is_refused_whole_with_what_it_is(t: &TestApp) {
        let cast = cast(t).await;
        let right = Era::new("EFT-1", "2026-03-20").claim(cast.number(), "1", 16_000, 9_000, USUAL).file();
        let claims = right.replace("GS*HP", "GS*HC").replace("ST*835", "ST*837").replace("X221A1", "X222A1");
        for (content, word) in [(claims.as_str(), "claims"), ("PK\u{3}\u{4}", "zip"), ("a,b\n1,2\n", "table"), ("", "empty"), (&right[..right.len() - 40], "cut off")] {
            let refused = t.era(content).await;
            assert_eq!(refused.status, 422, "{word}: {}", refused.text());
            assert!(refused.text().contains(word), "{word}: {}", refused.text());
        }
        for cut in (120..right.len() - 14).step_by(37) {
            assert_eq!(t.era(&right[..cut]).await.status, 422, "{cut}");
        }
        assert_eq!(t.read("/api/v1/remittances").await["items"], json!([]), "nothing of them was kept");
    }

    async fn an_answer_that_no_longer_fits_when_it_is_posted_is_held_and_the_rest_can_be_posted(t: &TestApp) {
        let cast = cast(t).await;
        let other = t.billed(&cast.referral, "2026-03-02").await;
        let one = Era::new("EFT-1", "2026-03-20").claim(cast.number(), "1", 16_000, 9_000, USUAL).transaction("0001");
        let two = Era::new("EFT-2", "2026-03-20")
            .claim(cast.number(), "1", 16_000, 9_000, USUAL)
            .claim(other["number"].as_str().expect("a number"), "1", 16_000, 9_000, USUAL)
            .transaction("0002");
        let taken = t.era(&file(&[one, two])).await.json();
        let paths = [0, 1].map(|n| format!("/api/v1/remittances/{}", id(&taken["remittances"][n])));
        t.done(&format!("{}/post", paths[0]), json!({})).await;
        let refused = t.post(Role::Owner, &format!("{}/post", paths[1]), json!({})).await;
        assert!(refused.status == 409 && refused.text().contains("It is held now"), "{}", refused.text());
        let staged = t.read(&paths[1]).await;
        assert_eq!((&staged["claims"][0]["state"], &staged["claims"][1]["state"]), (&json!("held"), &json!("matched")), "{staged}");
        t.done(&format!("{}/post", paths[1]), json!({})).await;
        assert_eq!((money(&t.fresh(&cast.claim).await)[0], money(&t.fresh(&other).await)[0], loose(t).await), (9_000, 9_000, (9_000, 0)));
    }

    async fn money_with_an_answer_that_decides_nothing_waits_in_sight(t: &TestApp) {
        let cast = cast(t).await;
        t.posted_era(&Era::new("EFT-1", "2026-03-20").claim(cast.number(), "25", 16_000, 9_000, USUAL).file()).await;
        assert_eq!((t.fresh(&cast.claim).await["state"].clone(), loose(t).await), (json!("accepted"), (9_000, 0)));
    }

    async fn several_payments_of_one_file_are_staged_and_posted_each_for_itself(t: &TestApp) {
        let cast = cast(t).await;
        let other = t.billed(&cast.referral, "2026-03-02").await;
        let one = Era::new("EFT-1", "2026-03-20").claim(cast.number(), "1", 16_000, 9_000, USUAL).transaction("0001");
        let two = Era::new("EFT-2", "2026-03-20").claim(other["number"].as_str().expect("a number"), "4", 16_000, 0, &[("CO", "50", 16_000)]).transaction("0002");
        let taken = t.era(&file(&[one, two])).await.json();
        let ids: Vec<String> = taken["remittances"].as_array().expect("payments").iter().map(id).collect();
        assert_eq!(ids.len(), 2, "{taken}");
        t.done(&format!("/api/v1/remittances/{}/post", ids[1]), json!({})).await;
        assert_eq!((t.fresh(&other).await["state"].clone(), t.fresh(&cast.claim).await["state"].clone()), (json!("denied"), json!("accepted")));
    }

    async fn the_file_is_kept_byte_for_byte_and_leads_from_an_answer_to_its_segments(t: &TestApp) {
        let cast = cast(t).await;
        let content = Era::new("EFT-1", "2026-03-20").claim(cast.number(), "1", 16_000, 9_000, USUAL).file().replace('~', "~\r\n");
        let era = t.staged(&content).await;
        let kept = t.get(Role::Owner, &format!("/api/v1/remittances/{}/file", id(&era))).await;
        assert_eq!(kept.text(), content);
        let raw = t.read(&format!("/api/v1/remittances/answers/{}/raw", id(&era["claims"][0]))).await["items"].clone();
        let raw: Vec<&str> = raw.as_array().expect("segments").iter().map(|s| s.as_str().expect("text")).collect();
        assert!(raw[0].starts_with("CLP*") && raw.last().expect("one").starts_with("REF*6R"), "{raw:?}");
    }

    async fn the_command_stages_posts_and_tells_who_has_to_look(t: &TestApp) {
        let cast = cast(t).await;
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("march.835");
        let era = Era::new("EFT-1", "2026-03-20").claim(cast.number(), "1", 16_000, 9_000, USUAL).claim("X-99", "1", 5_000, 5_000, &[]);
        std::fs::write(&path, era.file()).expect("written");
        let path = path.to_string_lossy().into_owned();
        let output = t.command(&["remittances", "import", &path, "--json"]);
        assert_eq!(output.status.code(), Some(3), "one needs a match: {}", String::from_utf8_lossy(&output.stderr));
        let taken: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let era = &taken["remittances"][0];
        assert_eq!((&era["state"], era["claims"][1]["state"].as_str()), (&json!("staged"), Some("to_match")));
        let output = t.command(&["remittances", "post", &id(era)]);
        let words = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.code() == Some(3) && words.contains("$140.00 = $140.00 in claims"), "{words}");
        let output = t.command(&["remittances", "post", &id(era)]);
        assert_eq!(output.status.code(), Some(1), "posted already");
        let output = t.command(&["remittances", "reverse", &id(era), "--why", "wrong day"]);
        assert!(String::from_utf8_lossy(&output.stdout).contains("Taken back"));
        std::fs::write(folder.path().join("no.835"), "name,amount\n").expect("written");
        let output = t.command(&["remittances", "import", &folder.path().join("no.835").to_string_lossy()]);
        assert!(output.status.code() == Some(1) && String::from_utf8_lossy(&output.stderr).contains("table"));
    }
}

#[tokio::test]
async fn two_who_take_the_same_file_in_at_the_same_moment_stage_it_once() {
    for database in crate::support::databases().await {
        let t = TestApp::on(database).await;
        let cast = cast(&t).await;
        let content = Era::new("EFT-1", "2026-03-20").claim(cast.number(), "1", 16_000, 9_000, USUAL).file();
        let (one, two) = tokio::join!(t.era(&content), t.era(&content));
        let again = [one, two].map(|a| a.json()["again"].as_bool().expect("said"));
        assert_eq!(again.iter().filter(|a| **a).count(), 1, "{again:?}");
        assert_eq!(t.read("/api/v1/remittances").await["items"].as_array().expect("items").len(), 1);
        t.close().await;
    }
}
