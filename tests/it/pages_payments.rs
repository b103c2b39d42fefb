//! The payments' pages: a deposit typed from the paper, and money of patients.

use crate::support::TestApp;
use crate::support::browser::Page;
use crate::support::chain::{Cast, id, sheet};
use poem::http::StatusCode;
use serde_json::json;
use tributary::auth::role::Role;

async fn deposits(t: &TestApp) -> usize {
    t.read("/api/v1/payments").await["items"].as_array().expect("deposits").len()
}

/// What stands on the paper for a claim of two lines: $90.00 and $10.00 paid.
const PAPER: &[(&str, &str)] = &[
    ("amount_dollars", "100.00"),
    ("method", "eft"),
    ("trace", "EFT-88214"),
    ("paid_on", "3/20"),
    ("claims[0][lines][0][paid_dollars]", "90"),
    ("claims[0][lines][0][adjustments][0][amount_dollars]", "25.00"),
    ("claims[0][lines][0][adjustments][1][reason]", "3"),
    ("claims[0][lines][0][adjustments][1][amount_dollars]", "5"),
    ("claims[0][lines][1][paid_dollars]", "10"),
    ("claims[0][lines][1][adjustments][2][group]", "co-151"),
    ("claims[0][lines][1][adjustments][2][amount_dollars]", "30"),
    ("claims[0][lines][1][adjustments][2][remarks]", "N362"),
];

fn with<'a>(fields: &[(&'a str, &'a str)], more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = fields.iter().filter(|(name, _)| !more.iter().any(|(n, _)| n == name));
    kept.chain(more).copied().collect()
}

fn ties(page: &Page) -> String {
    page.all(".ties").join(" ")
}

crate::both_databases! {
    async fn a_deposit_is_typed_line_by_line_and_posts(t: &TestApp) {
        let Cast { payer, referral, .. } = t.cast("2026-03-31").await;
        let claim = t.two_lines(&referral, "2026-03-02").await;
        let mut browser = t.signed_in(Role::Biller).await;
        let page = browser.open("/payments/new").await;
        assert!(page.words().contains("Cascade Health 1 claim $160.00"), "{}", page.words());
        let page = browser.open(&page.links("/payments/new?payer=")[0]).await;
        assert_eq!(page.all("h1"), ["Which claims did Cascade Health answer?"]);
        assert!(page.words().contains("Nora Marsh"));
        let page = browser.open(&format!("/payments/new?payer={payer}&laid=yes&claims={}", id(&claim))).await;
        assert_eq!(page.value("claims[0][lines][0][adjustments][0][reason]").as_deref(), Some("45"));
        assert!(page.words().contains("Manual therapy 3 units 97140 $120.00"), "{}", page.words());
        let page = browser.submit(&page, "/payments/new", PAPER).await;
        assert!(page.path.starts_with("/payments/") && page.words().contains("The deposit is posted"), "{}", page.words());
        assert_eq!(ties(&page), "$100.00 arrived at your bank = $100.00 for claims Ties to the cent");
        for words in ["$25.00 above the agreed price CO-45", "$5.00 copay PR-3", "$30.00 too many units or visits CO-151 N362", "$30.00 to ask for or to write off", "$5.00 left to patients"] {
            assert!(page.words().contains(words), "{words}: {}", page.words());
        }
        let stands = t.fresh(&claim).await;
        assert_eq!((&stands["state"], &stands["insurer_cents"], &stands["balance_cents"]), (&json!("partially_paid"), &json!(10_000), &json!(3_500)));
        let list = browser.open("/payments?q=88214").await;
        assert!(list.words().contains("EFT-88214") && list.words().contains("Every dollar that came in belongs to a claim or a visit."), "{}", list.words());
    }

    async fn a_claim_that_was_not_taken_in_yet_is_not_offered_and_the_way_to_say_so_is(t: &TestApp) {
        let Cast { payer, referral, .. } = t.cast("2026-03-31").await;
        let visit = t.attended(&referral, "2026-03-02").await;
        t.signed(&visit, json!({ "services": [{ "code": "97140", "minutes": 45 }] })).await;
        let claim = t.claim_of(&visit).await;
        let address = format!("/api/v1/claims/{}", id(&claim));
        t.done(&format!("{address}/ready"), json!({})).await;
        t.done(&format!("{address}/submit"), json!({ "sent_on": "2026-03-03" })).await;
        let mut browser = t.signed_in(Role::Biller).await;
        let page = browser.open(&format!("/payments/new?payer={payer}")).await;
        assert!(!page.has(&format!("input[value='{}']", id(&claim))) && page.words().contains("Say that they took it in"), "{}", page.words());
        let page = browser.open(&format!("/claims/{}", id(&claim))).await;
        assert!(page.words().contains("entered once they took the claim in"), "{}", page.words());
        t.done(&format!("{address}/accept"), json!({ "on": "2026-03-05" })).await;
        let page = browser.open(&format!("/payments/new?payer={payer}")).await;
        assert!(page.has(&format!("input[value='{}']", id(&claim))), "{}", page.words());
    }

    async fn off_by_one_cent_everything_typed_comes_back_with_the_difference_by_the_field_and_nothing_is_kept(t: &TestApp) {
        let Cast { payer, referral, .. } = t.cast("2026-03-31").await;
        let claim = t.two_lines(&referral, "2026-03-02").await;
        let mut browser = t.signed_in(Role::Biller).await;
        let page = browser.open(&format!("/payments/new?payer={payer}&laid=yes&claims={}", id(&claim))).await;
        let off = with(PAPER, &[("claims[0][lines][1][adjustments][2][amount_dollars]", "29.99")]);
        let again = browser.submit(&page, "/payments/new", &off).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
        let by_the_field = again.all("#f-claims-0--lines--1--paid-dollars-e");
        assert!(by_the_field[0].contains("charged $40.00 is not paid $10.00 and adjusted $29.99: off by $0.01"), "{by_the_field:?}");
        for (name, typed) in &off {
            assert_eq!(again.value(name).as_deref(), Some(*typed), "{name}");
        }
        let off = with(PAPER, &[("amount_dollars", "100.01")]);
        let again = browser.submit(&again, "/payments/new", &off).await;
        assert_eq!(ties(&again), "$100.01 arrived = $100.00 for claims − $0.00 taken back Off by $0.01");
        assert!(again.all("#f-amount-dollars-e")[0].contains("off by $0.01") && again.has(".errsum a[href='#f-amount-dollars']"), "{}", again.words());
        assert_eq!((deposits(t).await, &t.fresh(&claim).await["state"]), (0, &json!("accepted")));
        let wrong = with(PAPER, &[("amount_dollars", "1oo"), ("paid_on", ""), ("claims[0][lines][0][adjustments][1][reason]", "")]);
        let again = browser.submit(&again, "/payments/new", &wrong).await;
        assert_eq!(again.value("amount_dollars").as_deref(), Some("1oo"));
        assert_eq!(again.all(".errsum li").len(), 3, "{:?}", again.all(".errsum li"));
        let posted = browser.submit(&again, "/payments/new", PAPER).await;
        assert_eq!((posted.status, deposits(t).await), (StatusCode::OK, 1), "mended, it posts from the same page");
    }

    async fn a_deposit_sent_twice_posts_once_and_the_same_paper_typed_again_is_refused(t: &TestApp) {
        let Cast { payer, referral, .. } = t.cast("2026-03-31").await;
        let claim = t.two_lines(&referral, "2026-03-02").await;
        let mut browser = t.signed_in(Role::Biller).await;
        let path = format!("/payments/new?payer={payer}&laid=yes&claims={}", id(&claim));
        let page = browser.open(&path).await;
        let first = browser.submit(&page, "/payments/new", PAPER).await;
        let second = browser.submit(&page, "/payments/new", PAPER).await;
        assert_eq!((first.path, second.status, deposits(t).await), (second.path.clone(), StatusCode::OK, 1));
        // The claim has an answer now: first stands what would take it back, then the new one.
        let page = browser.open(&path).await;
        let below: Vec<(String, &str)> = PAPER.iter().map(|(name, typed)| (name.replace("claims[0]", "claims[1]"), *typed)).collect();
        let below: Vec<(&str, &str)> = below.iter().map(|(name, typed)| (name.as_str(), *typed)).collect();
        let typed_again = browser.submit(&page, "/payments/new", &below).await;
        assert_eq!(typed_again.status, StatusCode::CONFLICT);
        assert!(typed_again.all(".errsum")[0].contains("entered already: EFT-88214 of March 20, 2026, $100.00"), "{}", typed_again.words());
    }

    async fn the_form_is_laid_out_again_with_one_more_claim_and_its_sums_and_keeps_nothing(t: &TestApp) {
        let Cast { payer, referral, .. } = t.cast("2026-03-31").await;
        let first = t.two_lines(&referral, "2026-03-02").await;
        let second = t.billed(&referral, "2026-03-03").await;
        let mut browser = t.signed_in(Role::Biller).await;
        let page = browser.open(&format!("/payments/new?payer={payer}&laid=yes&claims={}", id(&first))).await;
        let fields: Vec<(String, String)> = page.filled_in("/payments/new", &with(PAPER, &[("_add", second["number"].as_str().expect("a number"))]));
        let more = browser.post("/payments/lay-out", &fields).await;
        assert_eq!((more.status, more.value("claims[0][lines][0][paid_dollars]").as_deref()), (StatusCode::OK, Some("90")));
        assert_eq!(more.value("claims[1][claim]").as_deref(), Some(id(&second).as_str()));
        assert!(ties(&more).contains("$100.00 arrived = $100.00 for claims"), "{}", ties(&more));
        let fields: Vec<(String, String)> = more.filled_in("/payments/new", &[("_add", "marsh")]);
        let unclear = browser.post("/payments/lay-out", &fields).await;
        assert!(unclear.status == StatusCode::UNPROCESSABLE_ENTITY && unclear.all("#f--add-e, #f-add-e")[0].contains("Type more"), "{}", unclear.words());
        assert_eq!((deposits(t).await, &t.fresh(&first).await["state"]), (0, &json!("accepted")));
        let both = [("claims[1][lines][0][paid_dollars]", "160"), ("amount_dollars", "234"), ("provider_items[0][amount_dollars]", "26"), ("provider_items[0][reason]", "WO"), ("provider_items[0][note]", "An earlier overpayment")];
        let posted = browser.submit(&more, "/payments/new", &both).await;
        assert_eq!(posted.status, StatusCode::OK, "{}", posted.words());
        assert_eq!(ties(&posted), "$234.00 arrived at your bank = $260.00 for claims − $26.00 taken back Ties to the cent");
        assert!(posted.words().contains("$26.00 taken back Names no claim"), "{}", posted.words());
        assert!(browser.open("/payments").await.words().contains("−$26.00 of payers names no claim (Unallocated)"));
    }

    async fn a_decision_is_taken_back_and_made_anew_on_one_form(t: &TestApp) {
        let Cast { payer, referral, .. } = t.cast("2026-03-31").await;
        let claim = t.billed(&referral, "2026-03-02").await;
        t.answered(&payer, &claim, "2026-03-10", 9_000, &[("CO", "45", 7_000)]).await;
        let mut browser = t.signed_in(Role::Biller).await;
        let page = browser.open(&format!("/payments/new?payer={payer}&laid=yes&claims={}", id(&claim))).await;
        assert!(page.words().contains("$90.00 was paid Mar 10"), "{}", page.words());
        let paper = [
            ("amount_dollars", "10"), ("trace", "C-2"), ("paid_on", "3/20"), ("claims[0][paid_dollars]", "-90"),
            ("claims[1][lines][0][paid_dollars]", "100"), ("claims[1][lines][0][adjustments][0][amount_dollars]", "60"),
        ];
        let wrong = browser.submit(&page, "/payments/new", &with(&paper, &[("claims[0][paid_dollars]", "-89"), ("amount_dollars", "11")])).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.words());
        assert!(wrong.all("#f-claims-0--paid-dollars-e")[0].contains("the decision that stands paid $90.00"), "{}", wrong.words());
        let posted = browser.submit(&wrong, "/payments/new", &paper).await;
        assert_eq!(posted.all(".blk .chip:first-of-type"), ["Taken back", "Paid"], "{}", posted.words());
        assert_eq!(t.fresh(&claim).await["insurer_cents"], 10_000);
    }

    async fn a_denial_letter_without_money_is_entered_claim_by_claim(t: &TestApp) {
        let Cast { payer, referral, .. } = t.cast("2026-03-31").await;
        let claim = t.two_lines(&referral, "2026-03-02").await;
        let mut browser = t.signed_in(Role::Biller).await;
        let page = browser.open(&format!("/payments/new?payer={payer}&laid=yes&whole=yes&claims={}", id(&claim))).await;
        let paper = [
            ("amount_dollars", "0"), ("method", "none"), ("trace", "LETTER-1"), ("paid_on", "3/20"), ("claims[0][status_code]", "4"),
            ("claims[0][paid_dollars]", "0"), ("claims[0][adjustments][2][group]", "CO-197"), ("claims[0][adjustments][2][amount_dollars]", "160"),
        ];
        let posted = browser.submit(&page, "/payments/new", &paper).await;
        assert!(posted.words().contains("1 denial to answer"), "{}", posted.words());
        assert_eq!(t.fresh(&claim).await["state"], "denied");
    }

    async fn a_scan_is_kept_once_over_a_mistake_and_opens_from_the_deposit(t: &TestApp) {
        let Cast { payer, referral, .. } = t.cast("2026-03-31").await;
        let claim = t.two_lines(&referral, "2026-03-02").await;
        let mut browser = t.signed_in(Role::Biller).await;
        let page = browser.open(&format!("/payments/new?payer={payer}&laid=yes&claims={}", id(&claim))).await;
        let off = with(PAPER, &[("amount_dollars", "100.01")]);
        let again = browser.upload(&page, "/payments/new", &off, ("scan", "../../eob.pdf", b"%PDF-1.4 synthetic")).await;
        let kept = again.value("document").expect("a scan");
        assert!(again.status == StatusCode::UNPROCESSABLE_ENTITY && !kept.is_empty() && again.words().contains("A scan is kept with it"));
        let posted = browser.submit(&again, "/payments/new", PAPER).await;
        assert_eq!(posted.links("/documents/"), [format!("/documents/{kept}")], "{}", posted.words());
    }

    async fn a_deposit_is_taken_back_from_its_page_with_a_reason(t: &TestApp) {
        let Cast { payer, referral, .. } = t.cast("2026-03-31").await;
        let claim = t.billed(&referral, "2026-03-02").await;
        let deposit = t.answered(&payer, &claim, "2026-03-20", 9_000, &[("CO", "45", 7_000)]).await;
        let mut browser = t.signed_in(Role::Biller).await;
        let path = format!("/payments/{}", id(&deposit));
        let page = browser.open(&path).await;
        assert!(page.words().contains("counts on March 20, 2026, entered March 31, 2026 for an earlier day"), "{}", page.words());
        let silent = browser.submit(&page, &format!("{path}/take-back"), &[("why", "")]).await;
        assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
        let back = browser.submit(&silent, &format!("{path}/take-back"), &[("why", "Typed for the wrong claim")]).await;
        assert!(back.all(".who .chip")[0].starts_with("Taken back") && back.words().contains("It counts nowhere from March 31, 2026 on."), "{}", back.words());
        assert_eq!(t.fresh(&claim).await["state"], "accepted");
        let page = browser.open(&format!("/claims/{}", id(&claim))).await;
        assert!(page.words().contains("Entry taken back Mar 31") && page.words().contains("Takes an entry of ours back"), "{}", page.words());
    }

    async fn a_patient_pays_their_share_gets_some_back_and_an_entry_is_taken_back(t: &TestApp) {
        let Cast { payer, referral, .. } = t.cast("2026-03-31").await;
        let claim = t.billed(&referral, "2026-03-02").await;
        t.answered(&payer, &claim, "2026-03-20", 9_000, &[("CO", "45", 5_000), ("PR", "3", 2_000)]).await;
        let mut browser = t.signed_in(Role::Biller).await;
        let page = browser.open("/payments/patient?q=marsh").await;
        let page = browser.open(&page.links("/payments/patient?patient=")[0]).await;
        assert!(page.words().contains("$20.00, C-2026-00001 of Mar 2"), "{}", page.words());
        let page = browser.open(&page.links("/payments/patient?claim=")[0]).await;
        assert_eq!((page.all("h1"), page.value("amount_dollars").as_deref()), (vec!["What does Nora Marsh pay?".to_string()], Some("20")));
        let late = browser.submit(&page, "/payments/patient", &[("posted_on", "4/1"), ("reference", "R-9")]).await;
        assert_eq!((late.status, late.value("reference").as_deref()), (StatusCode::UNPROCESSABLE_ENTITY, Some("R-9")));
        let paid = browser.submit(&late, "/payments/patient", &[("posted_on", "3/25")]).await;
        assert_eq!(paid.all(".who .chip"), ["Closed"]);
        let refund = browser.open(&format!("/payments/refund?claim={}", id(&claim))).await;
        let more = browser.submit(&refund, "/payments/refund", &[("amount_dollars", "20.01"), ("note", "Paid twice")]).await;
        assert!(more.all("#f-amount-dollars-e")[0].contains("The patient paid $20.00 here"), "{}", more.words());
        let back = browser.submit(&more, "/payments/refund", &[("amount_dollars", "5")]).await;
        assert_eq!(back.all(".who .chip"), ["Partly paid"]);
        let entry = browser.open(back.links("/payments/events/").last().expect("the refund")).await;
        let undone = browser.submit(&entry, entry.form_actions()[0].as_str(), &[("why", "Never given")]).await;
        assert!(undone.words().contains("Both entries stay in sight"), "{}", undone.words());
        assert_eq!(t.fresh(&claim).await["state"], "closed");
    }

    async fn a_visit_paid_alone_and_money_in_advance_are_taken_and_what_is_loose_is_shown(t: &TestApp) {
        let Cast { referral, .. } = t.cast("2026-03-31").await;
        let patient = referral["patient"]["id"].as_str().expect("a patient").to_string();
        let cash = t.done("/api/v1/coverages", json!({ "patient": patient, "kind": "cash" })).await;
        let new = json!({ "referral": id(&referral), "visit_on": "2026-03-05", "state": "attended", "coverage": id(&cash), "services": [{ "code": "97140", "minutes": 30 }] });
        let visit = t.done("/api/v1/visits", new).await;
        let mut browser = t.signed_in(Role::Biller).await;
        let page = browser.open(&format!("/payments/patient?patient={patient}")).await;
        assert!(page.words().contains("In advance, for no claim or visit yet.") && page.words().contains("$80.00, visit of Mar 5"), "{}", page.words());
        let advance = browser.submit(&page, "/payments/patient", &[("amount_dollars", "12.34"), ("method", "check")]).await;
        assert!(advance.words().contains("$12.34 was paid."), "{}", advance.words());
        let page = browser.open(&format!("/payments/patient?visit={}", id(&visit))).await;
        assert_eq!(page.value("amount_dollars").as_deref(), Some("80"));
        let paid = browser.submit(&page, "/payments/patient", &[]).await;
        assert!(paid.words().contains("$80.00 was paid.") && paid.words().contains("Nothing else is owed."), "{}", paid.words());
        let list = browser.open("/payments").await;
        assert!(list.words().contains("$12.34 belongs to no claim or visit yet (Unmatched)"), "{}", list.words());
        assert!(list.words().contains("Paid by the patient, in advance") && list.words().contains("visit of Mar 5"), "{}", list.words());
    }

    async fn patients_who_may_not_be_billed_are_not_asked_for_money(t: &TestApp) {
        t.cast("2026-03-31").await;
        let doctor = t.doctor("Marcus", "Feld").await;
        let payer = t.payer_of("workers_comp", "paper", "State Fund", sheet()).await;
        let mut slip = crate::support::chain::slip(&doctor, &payer, "Vale", "2026-03-02");
        slip["coverage"] = json!({ "payer": payer, "kind": "workers_comp", "claim_no": "WC-1", "injured_on": "2026-01-05" });
        let referral = t.done("/api/v1/referrals", slip).await;
        let visit = t.attended(&referral, "2026-03-02").await;
        let mut browser = t.signed_in(Role::Biller).await;
        let page = browser.open(&format!("/payments/patient?visit={}", id(&visit))).await;
        assert!(page.words().contains("State Fund patients may not be billed") && !page.has("[name=amount_dollars]"), "{}", page.words());
    }

    async fn only_those_who_write_claims_enter_money_and_only_those_who_see_all_read_deposits(t: &TestApp) {
        let Cast { payer, referral, .. } = t.cast("2026-03-31").await;
        let claim = t.billed(&referral, "2026-03-02").await;
        let deposit = t.answered(&payer, &claim, "2026-03-20", 9_000, &[("CO", "45", 7_000)]).await;
        let one = format!("/payments/{}", id(&deposit));
        for (role, read, write) in [(Role::Biller, 200, 200), (Role::ReadOnly, 200, 403), (Role::FrontDesk, 404, 403), (Role::Therapist, 404, 403), (Role::Marketer, 404, 404)] {
            let mut browser = t.signed_in(role).await;
            for path in ["/payments", one.as_str()] {
                assert_eq!(browser.open(path).await.status.as_u16(), read, "{role} {path}");
            }
            for path in ["/payments/new", "/payments/patient"] {
                assert_eq!(browser.open(path).await.status.as_u16(), write, "{role} {path}");
            }
        }
    }
}
