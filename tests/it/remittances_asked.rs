//! Where a remittance file needs a person: a number that stands on two payments, figures that do not agree, a price below the
//! sheet, lines that were only guessed, and a payment that the owner let through out of balance.

use crate::support::TestApp;
use crate::support::chain::{self, id, sheet, with};
use crate::support::era::Era;
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use tributary::auth::role::Role;
use tributary::entity::audit;

const USUAL: &[(&str, &str, i64)] = &[("CO", "45", 5_000), ("PR", "3", 2_000)];

/// Two claims of $160.00 with one payer since March 2; it is March 31.
async fn two_claims(t: &TestApp) -> (String, [Value; 2]) {
    let chain::Cast { payer, referral, .. } = t.cast("2026-03-31").await;
    (payer, [t.billed(&referral, "2026-03-02").await, t.billed(&referral, "2026-03-02").await])
}

fn number(claim: &Value) -> &str {
    claim["number"].as_str().expect("a number")
}

fn path(era: &Value) -> String {
    format!("/api/v1/remittances/{}", id(era))
}

async fn paid(t: &TestApp, claim: &Value) -> i64 {
    t.fresh(claim).await["insurer_cents"].as_i64().expect("cents")
}

async fn unbalanced(t: &TestApp, claim: &Value) -> Value {
    let mut era = Era::new("EFT-1", "2026-03-20").claim(number(claim), "1", 16_000, 9_000, USUAL);
    era.amount = Some(9_100);
    t.staged(&era.file()).await
}

crate::both_databases! {
    async fn a_number_that_was_posted_with_other_content_is_not_posted_before_a_person_says_it_is_another_payment(t: &TestApp) {
        let (_, [claim, other]) = two_claims(t).await;
        let first = t.posted_era(&Era::new("EFT-1", "2026-03-20").claim(number(&claim), "1", 16_000, 9_000, USUAL).file()).await;
        let again = Era::new("EFT-1", "2026-03-20").claim(number(&other), "1", 16_000, 8_000, &[("CO", "45", 8_000)]);
        let staged = t.staged(&again.file()).await;
        assert_eq!((&staged["state"], &staged["needs_a_person"]), (&json!("staged"), &json!(true)), "{staged}");
        assert_eq!((&staged["clash"]["with"], &staged["clash"]["state"]), (&first["id"], &json!("posted")));
        let words = staged["clash"]["words"].as_str().expect("words");
        assert!(["EFT-1", "$80.00", "$90.00", &id(&first)].iter().all(|w| words.contains(w)), "{words}");
        let refused = t.post(Role::Owner, &format!("{}/post", path(&staged)), json!({})).await;
        assert!(refused.status == 409 && refused.text().contains("$90.00"), "{}", refused.text());
        assert_eq!(paid(t, &other).await, 0);
        assert_eq!(t.post(Role::Owner, &format!("{}/another", path(&staged)), json!({})).await.status, 422, "not without a reason");
        assert_eq!(t.post(Role::Owner, &format!("{}/another", path(&first)), json!({ "why": "x" })).await.status, 409, "it is posted");
        let told = t.done(&format!("{}/another", path(&staged)), json!({ "why": "The bank shows both" })).await;
        assert_eq!((&told["clash"]["another"]["why"], &told["needs_a_person"]), (&json!("The bank shows both"), &json!(false)));
        t.done(&format!("{}/post", path(&staged)), json!({})).await;
        assert_eq!((paid(t, &claim).await, paid(t, &other).await), (9_000, 8_000));
        let noted = audit::Entity::find().all(&t.app.db).await.expect("the audit");
        assert_eq!(noted.iter().filter(|row| row.action == "told_apart").count(), 1);
    }

    async fn two_that_wait_under_one_number_stop_each_other_until_each_is_told_apart(t: &TestApp) {
        let (_, [claim, other]) = two_claims(t).await;
        let first = t.staged(&Era::new("EFT-1", "2026-03-20").claim(number(&claim), "1", 16_000, 9_000, USUAL).file()).await;
        assert_eq!(first["clash"], json!(null));
        let second = t.staged(&Era::new("EFT-1", "2026-03-21").claim(number(&other), "1", 16_000, 8_000, &[("CO", "45", 8_000)]).file()).await;
        for one in [&first, &second] {
            let refused = t.post(Role::Owner, &format!("{}/post", path(one)), json!({})).await;
            assert_eq!(refused.status, 409, "{}", refused.text());
        }
        t.done(&format!("{}/another", path(&second)), json!({ "why": "The corrected one" })).await;
        t.done(&format!("{}/post", path(&second)), json!({})).await;
        assert_eq!(t.post(Role::Owner, &format!("{}/post", path(&first)), json!({})).await.status, 409, "nobody said so of this one");
        assert_eq!((paid(t, &claim).await, paid(t, &other).await), (0, 8_000));
    }

    async fn a_number_of_another_payer_or_the_same_content_again_asks_nobody(t: &TestApp) {
        let (_, [claim, other]) = two_claims(t).await;
        let era = Era::new("1001", "2026-03-20").claim(number(&claim), "1", 16_000, 9_000, USUAL);
        t.posted_era(&era.file()).await;
        let again = t.staged(&era.file().replace('~', "~\n")).await;
        assert_eq!((&again["state"], &again["clash"]), (&json!("duplicate"), &json!(null)));
        let theirs = Era::new("1001", "2026-03-20").claim(number(&other), "1", 16_000, 8_000, &[("CO", "45", 8_000)]).file();
        let theirs = theirs.replace("CASCADE HEALTH", "PUGET MUTUAL").replace("1912345678", "1555000111");
        t.payer("Puget Mutual").await;
        assert_eq!(t.staged(&theirs).await["clash"], json!(null), "another payer counts its checks, too");
    }

    async fn a_number_that_was_entered_by_hand_with_another_amount_needs_a_person(t: &TestApp) {
        let (payer, [claim, other]) = two_claims(t).await;
        let mut paper = chain::eob(&payer, &claim, "2026-03-20", 9_000, USUAL);
        paper["trace"] = json!("EFT-1");
        t.done("/api/v1/payments", paper).await;
        let staged = t.staged(&Era::new("EFT-1", "2026-03-20").claim(number(&other), "1", 16_000, 8_000, &[("CO", "45", 8_000)]).file()).await;
        let words = staged["cautions"][0].as_str().expect("a caution");
        assert!(words.contains("$90.00") && words.contains("$80.00") && staged["needs_a_person"] == true, "{words}");
    }

    async fn the_page_shows_both_payments_and_offers_to_post_only_after_a_person_spoke(t: &TestApp) {
        let (_, [claim, other]) = two_claims(t).await;
        let first = t.posted_era(&Era::new("EFT-1", "2026-03-20").claim(number(&claim), "1", 16_000, 9_000, USUAL).file()).await;
        let staged = t.staged(&Era::new("EFT-1", "2026-03-20").claim(number(&other), "1", 16_000, 8_000, &[("CO", "45", 8_000)]).file()).await;
        let here = format!("/payments/files/{}", id(&staged));
        let mut browser = t.signed_in(Role::Biller).await;
        assert!(browser.open("/payments/files").await.words().contains("Number used twice"));
        let page = browser.open(&here).await;
        assert!(!page.has("form[action$=post]") && page.has(&format!("a[href='/payments/files/{}']", id(&first))), "{}", page.words());
        let refused = browser.submit(&page, &format!("{here}/another"), &[("why", "")]).await;
        assert!(refused.status == 422 && refused.words().contains("payment of its own"), "{}", refused.words());
        let told = browser.submit(&page, &format!("{here}/another"), &[("why", "Both are in the bank")]).await;
        assert!(told.has("form[action$=post]") && told.words().contains("Both are in the bank"), "{}", told.words());
    }

    async fn figures_that_do_not_agree_and_break_no_law_are_told_with_level_and_both_amounts(t: &TestApp) {
        let (_, [claim, _]) = two_claims(t).await;
        let right = Era::new("EFT-1", "2026-03-20").claim(number(&claim), "1", 16_000, 9_000, USUAL).file();
        let staged = t.staged(&right.replace("*1*160*90*20*12", "*1*160*90*25*12")).await;
        let one = &staged["claims"][0];
        let notes = one["notes"].to_string();
        assert_eq!((&staged["ties"], &one["is_unusual"], &one["state"]), (&json!(true), &json!(true), &json!("matched")), "{staged}");
        assert!(["CLP05", "$25.00", "$20.00", "off by $5.00", "level: claim"].iter().all(|w| notes.contains(w)), "{notes}");
    }

    async fn a_payment_dated_where_no_payment_is_needs_a_person(t: &TestApp) {
        let (_, [claim, _]) = two_claims(t).await;
        for (n, day) in ["2062-03-20", "2019-03-20"].iter().enumerate() {
            let staged = t.staged(&Era::new(&format!("EFT-{n}"), day).claim(number(&claim), "1", 16_000, 9_000, USUAL).file()).await;
            let words = staged["cautions"][0].as_str().expect("a caution");
            assert!(words.contains("BPR16") && words.contains(&day[..4]) && words.contains("March 31, 2026"), "{words}");
            assert_eq!(staged["needs_a_person"], true);
        }
    }

    async fn each_line_shows_what_was_allowed_and_less_than_the_sheet_says_is_unusual(t: &TestApp) {
        t.at("2026-03-31");
        t.fees().await;
        let priced = with(sheet(), json!({ "codes": [{ "code": "97140", "accepted": "yes", "allowed_cents": 3_000 }] }));
        let payer = t.payer_of("health", "837p", "Puget Mutual", priced).await;
        let doctor = t.doctor("Marcus", "Feld").await;
        let referral = t.referral(&doctor, &payer, "Marsh", "2026-03-02").await;
        let [low, fair] = [t.billed(&referral, "2026-03-02").await, t.billed(&referral, "2026-03-02").await];
        let era = Era::new("EFT-1", "2026-03-20")
            .claim(number(&low), "1", 16_000, 9_000, USUAL)
            .claim(number(&fair), "1", 16_000, 10_000, &[("CO", "45", 4_000), ("PR", "3", 2_000)]);
        let staged = t.staged(&era.file().replace("CASCADE HEALTH", "PUGET MUTUAL")).await;
        assert_eq!(staged["payer"]["name"], "Puget Mutual", "{staged}");
        let [low, fair] = [&staged["claims"][0], &staged["claims"][1]];
        assert_eq!((&low["lines"][0]["allowed_cents"], &low["lines"][0]["expected_cents"]), (&json!(11_000), &json!(12_000)), "{low}");
        assert_eq!((&low["is_unusual"], &fair["is_unusual"]), (&json!(true), &json!(false)), "{staged}");
        assert!(low["notes"][0].as_str().expect("a note").contains("allowed $110.00; the payer's sheet says $120.00"), "{low}");
        let page = t.signed_in(Role::Biller).await.open(&format!("/payments/files/{}", id(&staged))).await;
        assert!(page.all("th").contains(&"Allowed".to_string()) && page.words().contains("the payer's sheet says $120.00"), "{}", page.words());
    }

    async fn a_line_is_found_by_our_number_and_one_that_was_only_guessed_is_told(t: &TestApp) {
        let (_, [claim, other]) = two_claims(t).await;
        let era = Era::new("EFT-1", "2026-03-20").claim(number(&claim), "1", 16_000, 9_000, USUAL).file();
        let numbered = t.staged(&era).await;
        assert_eq!((&numbered["claims"][0]["lines"][0]["line"], &numbered["claims"][0]["lines"][0]["found_by"]), (&json!(1), &json!("number")));
        let bare = Era::new("EFT-2", "2026-03-20").claim(number(&other), "1", 16_000, 9_000, USUAL).file();
        let bare = bare.replace("REF*6R*1~", "").replace("DTM*472*20260302~", "DTM*472*20260303~");
        let guessed = t.staged(&bare).await;
        let one = &guessed["claims"][0];
        assert_eq!((&one["lines"][0]["found_by"], &one["is_unusual"]), (&json!("alike"), &json!(true)), "{one}");
        assert!(one["notes"].to_string().contains("is taken for our line 1"), "{one}");
    }

    async fn what_the_owner_let_through_out_of_balance_is_marked_wherever_its_money_is_shown(t: &TestApp) {
        let (_, [claim, _]) = two_claims(t).await;
        let staged = unbalanced(t, &claim).await;
        t.done(&format!("{}/override", path(&staged)), json!({ "why": "The bank shows $91.00" })).await;
        let posted = t.done(&format!("{}/post", path(&staged)), json!({})).await;
        let deposit = posted["payment_id"].as_str().expect("a deposit");
        let why = json!("The bank shows $91.00");
        let ledger = t.read(&format!("/api/v1/claims/{}/ledger", id(&claim))).await;
        assert_eq!((&ledger["decisions"][0]["overridden"], &ledger["events"][0]["overridden"]), (&why, &why), "{ledger}");
        assert_eq!(t.read(&format!("/api/v1/payments/{deposit}")).await["overridden"], why);
        assert_eq!(t.read("/api/v1/payments").await["items"][0]["overridden"], why);
        assert_eq!(t.read("/api/v1/remittances").await["items"][0]["overridden"], true);
        let mut browser = t.signed_in(Role::Biller).await;
        let pages = [format!("/claims/{}", id(&claim)), format!("/payments/{deposit}"), "/payments".into(), "/payments/files".into()];
        for page in pages.into_iter().chain([format!("/payments/files/{}", id(&staged))]) {
            let shown = browser.open(&page).await;
            assert!(shown.words().contains("Out of balance"), "{page}: {}", shown.words());
        }
    }

    async fn the_mark_stays_with_its_deposit_when_the_payment_is_taken_back_and_posted_again(t: &TestApp) {
        let (_, [claim, _]) = two_claims(t).await;
        let staged = unbalanced(t, &claim).await;
        t.done(&format!("{}/override", path(&staged)), json!({ "why": "The bank shows $91.00" })).await;
        t.done(&format!("{}/post", path(&staged)), json!({})).await;
        t.done(&format!("{}/reverse", path(&staged)), json!({ "why": "wrong day" })).await;
        t.done(&format!("{}/post", path(&staged)), json!({})).await;
        let ledger = t.read(&format!("/api/v1/claims/{}/ledger", id(&claim))).await;
        let marked = ledger["decisions"].as_array().expect("decisions").iter().filter(|d| !d["overridden"].is_null()).count();
        assert_eq!(marked, 2, "{ledger}");
    }
}
