//! Letters on paper: appeals with what they enclose, statements, what was paid too little, and the proof of sending. What left
//! stays as it left, and is read by those who may.

use crate::documents;
use crate::support::chain::{Cast, id, sheet, slip, with};
use crate::support::partners::{clearinghouse, may_send};
use crate::support::{TestApp, on_each};
use poem::http::Method;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use std::io::Write;
use std::process::{Command, Stdio};
use tributary::auth::role::Role;
use tributary::payments::{appeals, proof, statements, underpaid};

/// One white point, as a scanner would send it.
const POINT: &[u8] = b"\x89\x50\x4e\x47\x0d\x0a\x1a\x0a\x00\x00\x00\x0d\x49\x48\x44\x52\x00\x00\x00\x01\x00\x00\x00\x01\
      \x08\x00\x00\x00\x00\x3a\x7e\x9b\x55\x00\x00\x00\x0a\x49\x44\x41\x54\x78\x9c\x63\xf8\x0f\x00\x01\
      \x01\x01\x00\xb1\x38\xf6\x14\x00\x00\x00\x00\x49\x45\x4e\x44\xae\x42\x60\x82";

/// The bytes of a PDF, as somebody of a role gets them.
async fn pdf(t: &TestApp, role: Role, path: &str) -> Vec<u8> {
    let bearer = format!("Bearer {}", t.token(role).await);
    let answer = t.raw(Method::GET, path, &[("authorization", &bearer)], "").await;
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, "application/pdf"), "{path}");
    answer.body.clone()
}

/// Its text as `pdftotext` reads it; nothing where that is not here (in CI it has to be).
pub fn text_of(pdf: &[u8]) -> Option<String> {
    let run =
        Command::new("pdftotext").args(["-layout", "-", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let Ok(mut run) = run else {
        assert!(std::env::var_os("CI").is_none(), "poppler-utils must be installed in CI");
        return None;
    };
    run.stdin.take().expect("stdin").write_all(pdf).expect("written");
    let out = run.wait_with_output().expect("read");
    Some(String::from_utf8_lossy(&out.stdout).split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Says what of `words` is missing in a PDF.
fn missing(pdf: &[u8], words: &[&str]) -> Vec<String> {
    let Some(text) = text_of(pdf) else { return Vec::new() };
    words.iter().filter(|w| !text.contains(**w)).map(|w| format!("\"{w}\" in: {text}")).collect()
}

const NONE: [String; 0] = [];

/// A claim of $160.00 that was denied for want of an authorization, under an order of which the scan is on file.
async fn denied(t: &TestApp) -> (Cast, Value) {
    let mut cast = t.cast("2026-03-31").await;
    let scan = documents::send(t, Role::Owner, "order.png", POINT).await.json();
    let mut new = slip(&cast.doctor, &cast.payer, "Okafor", "2026-03-02");
    new["prescription"]["document"] = scan["id"].clone();
    cast.referral = t.done("/api/v1/referrals", new).await;
    let claim = t.billed(&cast.referral, "2026-03-02").await;
    t.answered(&cast.payer, &claim, "2026-03-20", 0, &[("CO", "197", 16_000)]).await;
    (cast, claim)
}

fn everything() -> Value {
    json!({ "words": "The care was ordered.\n\nPlease pay it.", "note": "yes", "order": "yes", "scan": "yes", "proof": "yes" })
}

async fn owes(t: &TestApp, referral: &Value) -> Value {
    t.read(&format!("/api/v1/patients/{}/statements", referral["patient"]["id"].as_str().expect("a patient"))).await
}

crate::both_databases! {
    async fn an_appeal_leaves_as_one_pdf_with_the_note_the_order_its_scan_and_the_proof(t: &TestApp) {
        let (_, claim) = denied(t).await;
        let path = format!("/api/v1/claims/{}/appeal-letter", id(&claim));
        let offer = t.read(&path).await;
        assert_eq!((offer["denied_cents"].as_i64(), offer["appeal_by"].as_str(), offer["sendings"].as_i64()), (Some(16_000), Some("2026-05-19"), Some(1)));
        assert!(offer["words"].as_str().expect("words").contains("want of an authorization"), "{offer}");
        let letter = t.done(&path, everything()).await;
        assert_eq!(letter["enclosed"], json!(["The signed note of the visit of March 2, 2026", "When the claim left, and what was answered", "The order of March 2, 2026"]));
        assert_eq!(t.fresh(&claim).await["state"], "appealed");
        let content = pdf(t, Role::Biller, &format!("/api/v1/letters/{}", id(&letter))).await;
        let said = [
            "Appeal of a denied claim", "Cascade Health", "Nora Okafor", "The care was ordered.", "No authorization (CO-197)", "$160.00", "Priya Raman, MD", "M54.2", "Neck feels looser.", "Go on weekly.",
            "Sent", "Taken in", "The order of March 2, 2026", "page 1 of",
        ];
        assert_eq!(missing(&content, &said), NONE);
        assert!(letter["pages"].as_i64() >= Some(4), "{letter}");
    }

    async fn an_appeal_encloses_what_was_chosen_and_stays_as_it_left(t: &TestApp) {
        let (cast, claim) = denied(t).await;
        let path = format!("/api/v1/claims/{}/appeal-letter", id(&claim));
        let letter = t.done(&path, json!({ "words": "Please look again." })).await;
        assert_eq!((letter["enclosed"].clone(), letter["pages"].as_i64()), (json!([]), Some(1)));
        let file = format!("/api/v1/letters/{}", id(&letter));
        let before = pdf(t, Role::Owner, &file).await;
        if let Some(text) = text_of(&before) {
            assert!(!text.contains("Neck feels looser.") && !text.contains("M54.2"), "{text}");
        }
        let patient = cast.referral["patient"]["id"].as_str().expect("a patient");
        let known = t.read(&format!("/api/v1/patients/{patient}")).await;
        t.patch(Role::Owner, &format!("/api/v1/patients/{patient}"), json!({ "last_name": "Adeyemi", "version": known["version"] })).await;
        assert_eq!(pdf(t, Role::Owner, &file).await, before);
        for sql in ["update letter set pages = 9", "delete from letter"] {
            assert!(t.app.db.execute_unprepared(sql).await.is_err(), "the database itself keeps it: {sql}");
        }
        let again = t.post(Role::Owner, &path, everything()).await;
        assert_eq!(again.status, 409, "nothing is open any more: {}", again.text());
    }

    async fn a_note_in_an_appeal_is_read_by_the_biller_and_by_nobody_who_reads_no_notes(t: &TestApp) {
        let (_, claim) = denied(t).await;
        let letter = t.done(&format!("/api/v1/claims/{}/appeal-letter", id(&claim)), everything()).await;
        let file = format!("/api/v1/letters/{}", id(&letter));
        for role in [Role::FrontDesk, Role::Marketer, Role::ReadOnly] {
            assert_eq!(t.get(role, &file).await.status, 404, "{role:?}");
        }
        pdf(t, Role::Biller, &file).await;
        let note = t.read(&format!("/api/v1/claims/{}", id(&claim))).await;
        let entries = t.read("/api/v1/audit?limit=200").await.to_string();
        assert!(entries.contains("enclosed") && entries.contains("letter"), "who enclosed and who read is on record: {note}");
    }

    async fn what_an_appeal_recovers_is_credited_to_the_doctor_who_sent_the_patient(t: &TestApp) {
        let (cast, claim) = denied(t).await;
        t.done(&format!("/api/v1/claims/{}/appeal-letter", id(&claim)), everything()).await;
        t.answered(&cast.payer, &claim, "2026-03-31", 12_000, &[("CO", "45", 4_000)]).await;
        let ledger = t.read(&format!("/api/v1/claims/{}/ledger", id(&claim))).await;
        assert_eq!((&ledger["denials"][0]["state"], &ledger["state"]), (&json!("overturned"), &json!("paid")));
        let table = t.read("/api/v1/sources").await;
        let rows = table["rows"].as_array().expect("rows");
        let row = rows.iter().find(|r| r["source_id"] == cast.doctor).expect("the doctor");
        assert_eq!((row["insurer_cents"].as_i64(), row["ever_denied"].as_i64(), row["now_denied"].as_i64()), (Some(12_000), Some(1), Some(0)));
    }

    async fn a_character_that_no_font_has_is_told_and_nothing_leaves(t: &TestApp) {
        let (_, claim) = denied(t).await;
        let path = format!("/api/v1/claims/{}/appeal-letter", id(&claim));
        let refused = t.post(Role::Owner, &path, json!({ "words": "Please see 山田, and Nguyễn." })).await;
        assert_eq!(refused.status, 409);
        assert!(refused.text().contains('山') && !refused.text().contains('ễ'), "{}", refused.text());
        assert_eq!((t.fresh(&claim).await["state"].clone(), t.read(&path).await["letters"].clone()), (json!("denied"), json!([])));
    }

    async fn a_scan_that_is_broken_is_named_and_nothing_leaves(t: &TestApp) {
        let mut cast = t.cast("2026-03-31").await;
        let scan = documents::send(t, Role::Owner, "order.pdf", b"%PDF-1.7 and then nothing").await.json();
        let mut new = slip(&cast.doctor, &cast.payer, "Okafor", "2026-03-02");
        new["prescription"]["document"] = scan["id"].clone();
        cast.referral = t.done("/api/v1/referrals", new).await;
        let claim = t.billed(&cast.referral, "2026-03-02").await;
        t.answered(&cast.payer, &claim, "2026-03-20", 0, &[("CO", "197", 16_000)]).await;
        let refused = t.post(Role::Owner, &format!("/api/v1/claims/{}/appeal-letter", id(&claim)), everything()).await;
        assert_eq!(refused.status, 409);
        assert!(refused.text().contains("The order of March 2, 2026"), "{}", refused.text());
        assert_eq!(t.fresh(&claim).await["state"], "denied");
    }

    async fn the_proof_of_sending_tells_every_sending_who_answered_and_whether_it_was_in_time(t: &TestApp) {
        let (_, claim) = denied(t).await;
        let told = t.read(&format!("/api/v1/claims/{}/proof", id(&claim))).await;
        assert_eq!((&told["in_time"], &told["first_sent_on"], &told["deadline_on"]), (&json!(true), &json!("2026-03-02"), &json!("2027-03-02")));
        assert_eq!((&told["sendings"][0]["answers"][0]["what"], told["decisions"][0]["what"].as_str()), (&json!("Taken in"), Some("Denied")));
        let path = format!("/api/v1/claims/{}/proof/file", id(&claim));
        let content = pdf(t, Role::ReadOnly, &path).await;
        assert_eq!(missing(&content, &["It left in time.", "March 2, 2026", "Taken in", "Denied", claim["number"].as_str().expect("a number")]), NONE);
        assert_eq!(pdf(t, Role::ReadOnly, &path).await, content, "the same letter is the same bytes");
    }

    async fn the_proof_holds_the_files_numbers_its_hash_and_the_claims_own_segments_and_no_other_claims(t: &TestApp) {
        let cast = t.cast("2026-03-31").await;
        may_send(t, &cast.payer).await;
        clearinghouse(t, "Office Ally", json!({})).await;
        let mut claims = Vec::new();
        for day in ["2026-03-02", "2026-03-09"] {
            let claim = t.claim_drafted(&cast.referral, day).await;
            claims.push(t.done(&format!("/api/v1/claims/{}/ready", id(&claim)), json!({})).await);
        }
        let written = t.done("/api/v1/claims/batches", json!({})).await;
        let told = t.read(&format!("/api/v1/claims/{}/proof", id(&claims[0]))).await;
        let sending = &told["sendings"][0];
        assert_eq!((&sending["file"]["partner"], &sending["file"]["batch"], &sending["file"]["interchange"]), (&json!("Office Ally"), &json!("T1B1"), &json!("000000001")));
        assert_eq!(sending["file"]["sha256"].as_str().map(str::len), Some(64), "{written}");
        let segments = sending["segments"].to_string();
        let own = |n: usize| format!("CLM*{}*", claims[n]["number"].as_str().expect("a number").replace('-', ""));
        assert!(segments.contains("ISA*00*") && segments.contains("ST*837*") && segments.contains(&own(0)) && segments.contains("SV1*HC:97140"), "{segments}");
        assert!(!segments.contains(&own(1)), "{segments}");
        let folder = tempfile::tempdir().expect("a folder");
        let out = folder.path().join("proof.pdf").to_string_lossy().into_owned();
        let run = t.command(&["claims", "proof", claims[0]["number"].as_str().expect("a number"), "--out", &out]);
        assert_eq!(run.status.code(), Some(0), "{}", String::from_utf8_lossy(&run.stderr));
        let content = std::fs::read(&out).expect("a file");
        assert_eq!(missing(&content, &["T1B1", "000000001", "Office Ally", sending["file"]["sha256"].as_str().and_then(|h| h.get(..32)).expect("a hash"), &own(0)]), NONE);
    }

    async fn a_statement_asks_for_the_share_and_never_for_what_an_agreement_takes_off(t: &TestApp) {
        let Cast { payer, referral, .. } = t.cast("2026-03-31").await;
        let claim = t.billed(&referral, "2026-03-02").await;
        t.answered(&payer, &claim, "2026-03-20", 9_000, &[("CO", "45", 5_000), ("PR", "3", 2_000)]).await;
        t.done("/api/v1/payments/patient", json!({ "claim": claim["number"], "amount_cents": 500, "method": "card" })).await;
        let offer = owes(t, &referral).await;
        let row = &offer["rows"][0];
        assert_eq!(["charge_cents", "insurer_cents", "adjusted_cents", "paid_cents", "owed_cents"].map(|f| row[f].as_i64()), [16_000, 9_000, 5_000, 500, 1_500].map(Some));
        let patient = referral["patient"]["id"].as_str().expect("a patient");
        let made = t.done(&format!("/api/v1/patients/{patient}/statements"), json!({ "note": "Thank you." })).await;
        assert_eq!(made["amount_cents"], 1_500);
        let content = pdf(t, Role::Biller, &format!("/api/v1/letters/{}", id(&made))).await;
        assert_eq!(missing(&content, &["What you owe: $15.00", "Nora Marsh", "1 Alder Way", "Seattle, WA 98102", "$50.00", "Thank you."]), NONE);
        // Paid in advance counts against it.
        t.done("/api/v1/payments/patient", json!({ "patient": patient, "amount_cents": 400, "method": "cash" })).await;
        assert_eq!((owes(t, &referral).await["due_cents"].as_i64(), owes(t, &referral).await["owed_cents"].as_i64()), (Some(1_100), Some(1_500)));
    }

    async fn injured_workers_and_whom_a_sheet_protects_get_no_statement_and_no_balance(t: &TestApp) {
        let Cast { doctor, .. } = t.cast("2026-03-31").await;
        let protected = with(sheet(), json!({ "patient_may_be_billed": "no" }));
        let insurer = t.payer_of("workers_comp", "837p", "State Fund", sheet()).await;
        let plan = t.payer_of("health", "837p", "Careful Health", protected).await;
        for (payer, last, coverage) in [
            (&insurer, "Reed", json!({ "payer": insurer, "kind": "workers_comp", "claim_no": "W-1", "employer": "Foundry Street Bakery", "injured_on": "2026-02-01" })),
            (&plan, "Quist", json!({ "payer": plan, "kind": "health", "member_no": "M-2" })),
        ] {
            let mut new = slip(&doctor, payer, last, "2026-03-02");
            new["coverage"] = coverage;
            let referral = t.done("/api/v1/referrals", new).await;
            let claim = t.billed(&referral, "2026-03-02").await;
            t.answered(payer, &claim, "2026-03-20", 9_000, &[("CO", "45", 5_000), ("PR", "3", 2_000)]).await;
            let offer = owes(t, &referral).await;
            assert_eq!((&offer["rows"], offer["due_cents"].as_i64()), (&json!([]), Some(0)), "{last}");
            let patient = referral["patient"]["id"].as_str().expect("a patient");
            assert_eq!(t.post(Role::Owner, &format!("/api/v1/patients/{patient}/statements"), json!({})).await.status, 409);
            let balance = t.read(&format!("/api/v1/patients/{patient}/balance")).await;
            assert_eq!(balance["owes_cents"], 0, "{balance}");
        }
    }

    async fn a_statement_whose_figures_changed_since_is_flagged_and_a_payment_changes_none(t: &TestApp) {
        let Cast { payer, referral, .. } = t.cast("2026-03-31").await;
        let claim = t.billed(&referral, "2026-03-02").await;
        let first = t.answered(&payer, &claim, "2026-03-20", 9_000, &[("CO", "45", 5_000), ("PR", "3", 2_000)]).await;
        let patient = referral["patient"]["id"].as_str().expect("a patient");
        t.done(&format!("/api/v1/patients/{patient}/statements"), json!({})).await;
        t.done("/api/v1/payments/patient", json!({ "claim": claim["number"], "amount_cents": 2_000, "method": "card" })).await;
        assert_eq!(owes(t, &referral).await["statements"][0]["changed"], json!([]));
        t.done(&format!("/api/v1/payments/{}/take-back", id(&first)), json!({ "why": "Another claim" })).await;
        t.answered(&payer, &claim, "2026-03-31", 10_000, &[("CO", "45", 5_000), ("PR", "3", 1_000)]).await;
        let statements = owes(t, &referral).await["statements"].clone();
        assert_eq!(statements[0]["changed"], json!([claim["number"]]), "{statements}");
        let page = t.signed_in(Role::Biller).await.open(&format!("/patients/{patient}/statements")).await;
        assert!(page.words().contains("Figures changed"), "{}", page.words());
    }

    async fn what_was_allowed_below_the_payers_sheet_is_listed_and_asked_for_by_letter(t: &TestApp) {
        let Cast { payer, referral, .. } = t.cast("2026-03-31").await;
        let priced = with(sheet(), json!({ "effective_on": "2026-01-01", "codes": [{ "code": "97140", "accepted": "yes", "allowed_cents": 3_000 }] }));
        t.done(&format!("/api/v1/payers/{payer}/rule-sheets"), priced).await;
        let (short, right, refused) = (t.billed(&referral, "2026-03-02").await, t.billed(&referral, "2026-03-03").await, t.billed(&referral, "2026-03-04").await);
        // $120.00 are expected for four units: $90.00 and a share of $20.00 is $10.00 too little.
        t.answered(&payer, &short, "2026-03-20", 9_000, &[("CO", "45", 5_000), ("PR", "3", 2_000)]).await;
        t.answered(&payer, &right, "2026-03-20", 10_000, &[("CO", "45", 4_000), ("PR", "3", 2_000)]).await;
        t.answered(&payer, &refused, "2026-03-20", 0, &[("CO", "197", 16_000)]).await;
        let list = t.read("/api/v1/claims/underpaid").await;
        assert_eq!((list["lines"].as_i64(), list["short_cents"].as_i64()), (Some(1), Some(1_000)), "{list}");
        let row = &list["payers"][0]["rows"][0];
        assert_eq!((&row["claim"], row["expected_cents"].as_i64(), row["allowed_cents"].as_i64()), (&short["number"], Some(12_000), Some(11_000)));
        let letter = t.done("/api/v1/claims/underpaid/letter", json!({ "payer": payer, "claims": [id(&short)] })).await;
        let content = pdf(t, Role::Owner, &format!("/api/v1/letters/{}", id(&letter))).await;
        assert_eq!(missing(&content, &["Paid less than agreed: $10.00", "Nora Marsh", "M-1", short["number"].as_str().expect("a number"), "$120.00"]), NONE);
        assert_eq!(t.read("/api/v1/claims/underpaid").await["payers"][0]["rows"][0]["asked_on"], "2026-03-31");
        let none = t.post(Role::Owner, "/api/v1/claims/underpaid/letter", json!({ "payer": payer, "claims": [id(&right)] })).await;
        assert_eq!(none.status, 422);
        // Once the payer mends it, it is gone.
        let reversal = json!({
            "payer": payer, "trace": "REV-1", "paid_on": "2026-03-31", "amount_cents": 1_000,
            "claims": [{ "claim": short["number"], "status_code": "22", "paid_cents": -9_000 },
                       { "claim": short["number"], "paid_cents": 10_000, "adjustments": [{ "group": "CO", "reason": "45", "amount_cents": 4_000 }, { "group": "PR", "reason": "3", "amount_cents": 2_000 }] }]
        });
        t.done("/api/v1/payments", reversal).await;
        assert_eq!(t.read("/api/v1/claims/underpaid").await["lines"], 0);
    }

    async fn a_payers_most_for_a_day_is_no_low_price(t: &TestApp) {
        let Cast { payer, referral, .. } = t.cast("2026-03-31").await;
        let capped = json!({ "effective_on": "2026-01-01", "daily_max_cents": 10_775, "codes": [{ "code": "97140", "accepted": "yes", "allowed_cents": 3_000 }] });
        t.done(&format!("/api/v1/payers/{payer}/rule-sheets"), with(sheet(), capped)).await;
        let (at_most, below) = (t.billed(&referral, "2026-03-02").await, t.billed(&referral, "2026-03-03").await);
        t.answered(&payer, &at_most, "2026-03-20", 10_775, &[("CO", "45", 5_225)]).await;
        t.answered(&payer, &below, "2026-03-20", 10_000, &[("CO", "45", 6_000)]).await;
        let list = t.read("/api/v1/claims/underpaid").await;
        assert_eq!((list["lines"].as_i64(), &list["payers"][0]["rows"][0]["claim"]), (Some(1), &below["number"]), "{list}");
    }

    async fn the_pages_lead_from_a_denial_to_its_letter_and_back(t: &TestApp) {
        let (_, claim) = denied(t).await;
        let mut biller = t.signed_in(Role::Biller).await;
        let board = biller.open("/claims?list=denied").await;
        let to = format!("/claims/{}/letter", id(&claim));
        assert!(board.html.contains(&to), "{}", board.words());
        let page = biller.open(&to).await;
        assert!(page.words().contains("Appeal to Cascade Health") && page.words().contains("The order of March 2, 2026, as it was scanned"), "{}", page.words());
        assert!(!page.words().contains("Neck feels looser."), "a note is read within the letter alone");
        let empty = biller.submit(&page, &to, &[("words", "")]).await;
        assert!(empty.status == 422 && empty.words().contains("Say why the denial does not hold"), "{}", empty.words());
        let kept = biller.submit(&page, &to, &[("words", "Please look again.")]).await;
        assert!(kept.words().contains("Letters that left") && kept.words().contains("Appealed"), "{}", kept.words());
    }
}

#[tokio::test]
async fn no_letter_makes_the_typesetter_complain() {
    on_each(async |database| {
        let t = TestApp::on(database).await;
        let (cast, claim) = denied(&t).await;
        let priced = with(
            sheet(),
            json!({ "effective_on": "2026-01-01", "codes": [{ "code": "97140", "accepted": "yes", "allowed_cents": 3_900 }] }),
        );
        t.done(&format!("/api/v1/payers/{}/rule-sheets", cast.payer), priced).await;
        let paid = t.billed(&cast.referral, "2026-03-03").await;
        t.answered(&cast.payer, &paid, "2026-03-20", 9_000, &[("CO", "45", 5_000), ("PR", "3", 2_000)]).await;
        let by = t.actor(Role::Owner).await;
        let new: appeals::NewAppeal = serde_json::from_value(everything()).expect("an appeal");
        let patient = cast.referral["patient"]["id"].as_str().expect("a patient");
        let asking = underpaid::Asking { payer: cast.payer.as_str().into(), ..Default::default() };
        let drawn = [
            appeals::preview(&t.app, &by, &id(&claim), &new).await.expect("an appeal"),
            proof::print(&t.app, &by, &id(&claim)).await.expect("a proof").1,
            statements::preview(&t.app, &by, patient, &statements::NewStatement::default()).await.expect("a statement"),
            underpaid::preview(&t.app, &by, &asking).await.expect("a letter"),
        ];
        for letter in drawn {
            assert_eq!(letter.warnings, NONE);
            assert!(letter.pages >= 1 && letter.pdf.starts_with(b"%PDF"));
        }
        t.close().await;
    })
    .await;
}
