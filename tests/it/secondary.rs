//! The second payer of a claim: offered once the first has answered and did not forward it, billed under the same number.

use crate::support::TestApp;
use crate::support::acks::{said, status, wire};
use crate::support::chain::{Cast, id, sheet, with};
use crate::support::era::{Era, Line};
use serde_json::{Value, json};
use tributary::auth::role::Role;
use tributary::claims::cob::earlier_payers;

/// The patient has a second plan, which gives 90 days from the first decision.
async fn second_plan(t: &TestApp, referral: &Value) -> String {
    let payer = t.payer_of("health", "837p", "Evergreen Mutual", with(sheet(), json!({ "timely_filing_days": 90 }))).await;
    let patient = referral["patient"]["id"].as_str().expect("a patient");
    t.done("/api/v1/coverages", json!({ "patient": patient, "payer": payer, "kind": "health", "member_no": "E-2", "rank": "2" })).await;
    payer
}

async fn list(t: &TestApp, of: &str) -> Vec<Value> {
    t.read("/api/v1/claims/secondary").await[of].as_array().expect(of).clone()
}

/// A claim of two lines that the first payer decided and that waits to be sent to the second.
struct Waiting {
    second: String,
    claim: Value,
    /// Of the claim at its second payer.
    path: String,
}

async fn waiting(t: &TestApp, house: &str) -> Waiting {
    let Cast { payer, referral, .. } = t.cast("2026-03-31").await;
    crate::support::partners::may_send(t, &payer).await;
    t.house(house, "HOUSE", json!({})).await;
    let second = second_plan(t, &referral).await;
    t.changed(&format!("/api/v1/payers/{second}"), json!({ "clearinghouse_payer_id": "EVGR7" })).await;
    let draft = t.two_lines_drafted(&referral, "2026-03-02").await;
    let told = json!({ "note": "After a fall", "attachment_kind": "PN", "attachment_how": "FX", "delay_reason": "11" });
    t.done(&format!("/api/v1/claims/{}/additional", id(&draft)), told).await;
    let claim = t.sent(&draft, "2026-03-02").await;
    let number = claim["number"].as_str().expect("a number");
    let lines: &[Line<'_>] =
        &[("97140", 12_000, 8_000, &[("CO", "45", 2_500), ("PR", "2", 1_500)]), ("97112", 4_000, 0, &[("CO", "151", 4_000)])];
    t.posted_era(&Era::new("EFT-1", "2026-03-20").lines(number, "1", "MARSH", lines).file()).await;
    let path = format!("/api/v1/claims/{}/secondary", id(&claim));
    t.done(&path, json!({})).await;
    Waiting { second, claim, path }
}

/// A file that left.
struct File {
    reference: String,
    text: String,
}

async fn last_file(t: &TestApp) -> File {
    let batches = t.read("/api/v1/claims/batches").await["items"].as_array().expect("batches").clone();
    let last = batches.first().expect("a file");
    let text = t.get(Role::Owner, &format!("/api/v1/claims/batches/{}/file", id(last))).await.text();
    File { reference: last["reference"].as_str().expect("a reference").into(), text }
}

/// The printed sheets, with their words as they stand in the file.
async fn printed(t: &TestApp, claim: &Value, more: Value) -> String {
    let asked = with(json!({ "ids": [claim["number"]] }), more);
    let answer = t.post(Role::Owner, "/api/v1/claims/cms1500", asked).await;
    assert!(answer.status == 200 && answer.body.starts_with(b"%PDF-"), "{}: {}", answer.status, answer.text());
    if let Some(text) = crate::letters::text_of(&answer.body) {
        assert!(!text.trim().is_empty(), "it can be read");
    }
    answer.body.iter().map(|byte| char::from(*byte)).collect()
}

/// The file with one claim that becomes ready now, accepted by the independent check where there is one.
async fn first_file(t: &TestApp, draft: &Value) -> String {
    t.done(&format!("/api/v1/claims/{}/ready", id(draft)), json!({})).await;
    let written = t.done("/api/v1/claims/batches", json!({ "ids": [draft["number"]] })).await;
    assert_eq!(written["left"], json!([]), "{written}");
    let text = last_file(t).await.text;
    if let Some(validator) = crate::pyx12::validator() {
        let there = t.folder.path().join("first.837");
        std::fs::write(&there, &text).expect("written");
        crate::pyx12::verdict(&validator, &there).expect("accepted");
    }
    text
}

fn warned(claim: &Value) -> Vec<&str> {
    claim["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .filter(|f| f["item"] == "9")
        .map(|f| f["message"].as_str().expect("words"))
        .collect()
}

crate::both_databases! {
    async fn a_claim_to_the_first_payer_names_the_plan_that_pays_next_without_amounts(t: &TestApp) {
        let Cast { payer, referral, .. } = t.cast("2026-03-31").await;
        crate::support::partners::may_send(t, &payer).await;
        t.house("Office Ally", "HOUSE", json!({})).await;
        let second = second_plan(t, &referral).await;
        t.changed(&format!("/api/v1/payers/{second}"), json!({ "clearinghouse_payer_id": "EVGR7", "street": "7 Fir Road", "city": "Tacoma", "state": "WA", "zip": "98402" })).await;
        let patient = referral["patient"]["id"].as_str().expect("a patient");
        let spouse = json!({ "patient": patient, "payer": t.payer_of("medicaid", "paper", "State Aid", sheet()).await, "kind": "medicaid", "member_no": "S-33", "rank": "3", "group_no": "G-5", "relationship": "spouse", "insured_name": "Lee Marsh" });
        t.done("/api/v1/coverages", spouse).await;
        let draft = t.claim_drafted(&referral, "2026-03-02").await;
        assert_eq!(warned(&draft), [""; 0], "{draft}");
        let text = first_file(t, &draft).await;
        let others = "SBR*S*18*******CI~OI***Y***Y~NM1*IL*1*MARSH*NORA****MI*E2~NM1*PR*2*EVERGREEN MUTUAL*****PI*EVGR7~";
        let third = "SBR*T*01*G-5******MC~OI***Y***Y~NM1*IL*1*MARSH*LEE****MI*S33~NM1*PR*2*STATE AID*****PI*CH001~";
        assert!(text.contains(&format!("{others}{third}LX*1~")), "{text}");
        assert!(!text.contains("AMT*D") && !text.contains("SVD*") && !text.contains("DTP*573"), "nobody decided: {text}");
    }

    async fn the_form_says_that_there_is_another_plan_and_names_it_as_it_was_when_the_claim_left(t: &TestApp) {
        let Cast { referral, .. } = t.cast("2026-03-31").await;
        let draft = t.claim_drafted(&referral, "2026-03-02").await;
        let alone = printed(t, &draft, json!({})).await;
        assert!(!alone.contains("EVERGREEN MUTUAL"));
        second_plan(t, &referral).await;
        let named = printed(t, &draft, json!({})).await;
        assert!(named.contains("(EVERGREEN MUTUAL)") && named.contains("(E-2)"), "items 9a and 9d");
        assert_eq!((named.matches("(MARSH, NORA)").count(), alone.matches("(MARSH, NORA)").count()), (3, 2), "item 9 beside 2 and 4");
        let early = t.claim_drafted(&referral, "2026-03-03").await;
        t.sent(&early, "2026-03-03").await;
        let plans = t.read(&format!("/api/v1/patients/{}", referral["patient"]["id"].as_str().expect("an id"))).await["coverages"].clone();
        let plan = plans.as_array().expect("plans").iter().find(|c| c["rank"] == 2).expect("the second").clone();
        t.at("2026-04-02");
        t.changed(&format!("/api/v1/coverages/{}", id(&plan)), json!({ "effective_to": "2026-03-01", "plan_name": "Evergreen Plus" })).await;
        assert!(printed(t, &early, json!({})).await.contains("(EVERGREEN MUTUAL)"), "what left says what it said");
        assert!(!printed(t, &draft, json!({})).await.contains("EVERGREEN"), "it was over on the day of service");
    }

    async fn where_a_file_cannot_name_the_next_plan_the_draft_says_why_and_leaves_without_it(t: &TestApp) {
        let Cast { payer, referral, .. } = t.cast("2026-03-31").await;
        crate::support::partners::may_send(t, &payer).await;
        t.house("Office Ally", "HOUSE", json!({})).await;
        let second = second_plan(t, &referral).await;
        t.changed(&format!("/api/v1/payers/{second}"), json!({ "clearinghouse_payer_id": "" })).await;
        let draft = t.claim_drafted(&referral, "2026-03-02").await;
        assert_eq!(warned(&draft), ["The payer id of Evergreen Mutual is missing or wrong"]);
        let text = first_file(t, &draft).await;
        assert!(!text.contains("EVERGREEN") && !text.contains("SBR*S"), "{text}");
    }

    async fn an_injury_at_work_names_no_other_plan(t: &TestApp) {
        let Cast { doctor, .. } = t.cast("2026-03-31").await;
        let fund = t.payer_of("workers_comp", "paper", "State Fund", sheet()).await;
        let mut slip = crate::support::chain::slip(&doctor, &fund, "Lund", "2026-03-02");
        slip["coverage"] = json!({ "payer": fund, "kind": "workers_comp", "claim_no": "WC-1", "employer": "Foundry Street Bakery", "injured_on": "2026-02-20" });
        let referral = t.done("/api/v1/referrals", slip).await;
        second_plan(t, &referral).await;
        let draft = t.claim_drafted(&referral, "2026-03-02").await;
        assert!(!printed(t, &draft, json!({})).await.contains("EVERGREEN"));
    }

    async fn the_form_for_a_second_payer_has_the_first_one_in_item_9_and_its_answer_named_as_attached(t: &TestApp) {
        let Waiting { second, claim, path, .. } = waiting(t, "Office Ally").await;
        let first_form = printed(t, &claim, json!({})).await;
        let asked = json!({ "second": "yes" });
        let form = printed(t, &claim, asked.clone()).await;
        assert_eq!((form.matches("/MediaBox").count(), first_form.matches("(M-1)").count(), form.matches("(M-1)").count()), (1, 1, 1));
        let at = |text: &str, words: &str| text.find(words).unwrap_or_else(|| panic!("no {words}"));
        assert!(at(&form, "(EVERGREEN MUTUAL)") < at(&form, "(E-2)") && at(&form, "(E-2)") < at(&form, "(M-1)"), "the payer, 1a, then 9a");
        assert!(form.contains("(CASCADE HEALTH)") && !form.contains("(80 00)"), "item 9d; this payer did not ask what the first one paid");
        let number = wire(&claim);
        assert!(form.contains(&format!("(NTEADDAFTER A FALL PWKEBBM{number})")) || form.contains(&format!("NTEADDAFTER A FALL   PWKEBBM{number}")), "item 19");
        t.changed(&format!("/api/v1/payers/{second}"), json!({ "claim_channel": "paper", "wants_payers_paid": "yes" })).await;
        let explained = printed(t, &claim, json!({ "second": "yes", "explained": "yes" })).await;
        assert_eq!(explained.matches("/MediaBox").count(), 2, "the form, and a page for plain paper behind it");
        for words in ["(80 00)", "(WHAT THE PAYERS BEFORE DECIDED)", "(CO 151)", "(PR 2)", "(03 20 2026)", "(120.00)"] {
            assert!(explained.contains(words), "{words}");
        }
        let Some(text) = crate::letters::text_of(&explained.bytes().collect::<Vec<_>>()) else { return };
        assert!(text.contains("WHAT THE PAYERS BEFORE DECIDED"), "{text}");
        t.done(&format!("{path}/sent"), json!({ "sent_on": "2026-03-25" })).await;
        printed(t, &claim, asked).await;
    }

    async fn a_form_for_a_second_payer_waits_until_the_claim_is_billed_to_it(t: &TestApp) {
        let Cast { payer, referral, .. } = t.cast("2026-03-31").await;
        second_plan(t, &referral).await;
        let claim = t.billed(&referral, "2026-03-02").await;
        let asked = json!({ "ids": [claim["number"]], "second": "yes" });
        let early = t.post(Role::Owner, "/api/v1/claims/cms1500", asked.clone()).await;
        assert!(early.status == 409 && early.text().contains("billed to no second payer"), "{}", early.text());
        t.answered(&payer, &claim, "2026-03-20", 9_000, &[("CO", "45", 5_000), ("PR", "2", 2_000)]).await;
        t.done(&format!("/api/v1/claims/{}/secondary", id(&claim)), json!({})).await;
        assert_eq!(t.post(Role::Owner, "/api/v1/claims/cms1500", asked.clone()).await.status, 200);
        let page = t.signed_in(Role::Biller).await.open("/claims/secondary").await.html;
        assert!(page.contains("Print the form") && page.contains("/claims/print"), "{page}");
        t.done(&format!("/api/v1/claims/{}/correct", id(&claim)), json!({ "frequency": "7" })).await;
        let open = t.post(Role::Owner, "/api/v1/claims/cms1500", asked).await;
        assert!(open.status == 409 && open.text().contains("once its own has decided"), "{}", open.text());
    }

    async fn a_second_payer_is_offered_once_the_first_has_answered_and_left_something(t: &TestApp) {
        let Cast { payer, referral, .. } = t.cast("2026-03-31").await;
        second_plan(t, &referral).await;
        let claim = t.billed(&referral, "2026-03-02").await;
        assert!(list(t, "offered").await.is_empty(), "nobody has answered");
        let whole = t.billed(&referral, "2026-03-03").await;
        t.answered(&payer, &whole, "2026-03-20", 16_000, &[]).await;
        assert!(list(t, "offered").await.is_empty(), "nothing is left");
        t.answered(&payer, &claim, "2026-03-20", 9_000, &[("CO", "45", 5_000), ("PR", "2", 2_000)]).await;
        let offered = list(t, "offered").await;
        assert_eq!(offered.len(), 1);
        let offer = &offered[0];
        assert_eq!((&offer["claim"], &offer["payer"], offer["left_cents"].as_i64()), (&claim["number"], &json!("Evergreen Mutual"), Some(2_000)));
        assert_eq!(offer["deadline_on"], "2026-06-18", "90 days from the first payer's decision");
    }

    async fn a_claim_that_the_first_payer_forwarded_is_not_billed_again(t: &TestApp) {
        let Cast { referral, .. } = t.cast("2026-03-31").await;
        second_plan(t, &referral).await;
        let claim = t.billed(&referral, "2026-03-02").await;
        let number = claim["number"].as_str().expect("a number");
        t.posted_era(&Era::new("EFT-1", "2026-03-20").claim(number, "19", 16_000, 9_000, &[("CO", "45", 5_000), ("PR", "2", 2_000)]).file()).await;
        assert!(list(t, "offered").await.is_empty());
        let whole = t.read(&format!("/api/v1/claims/{}/whole", id(&claim))).await;
        assert_eq!(whole["secondary"]["state"], "forwarded");
        let refused = t.post(Role::Biller, &format!("/api/v1/claims/{}/secondary", id(&claim)), json!({})).await;
        assert!(refused.status == 409 && refused.text().contains("forwarded"), "{}", refused.text());
    }

    async fn billed_to_a_second_payer_it_stays_one_claim_and_its_answer_closes_it(t: &TestApp) {
        let Cast { payer, referral, .. } = t.cast("2026-03-31").await;
        let second = second_plan(t, &referral).await;
        let claim = t.billed(&referral, "2026-03-02").await;
        t.answered(&payer, &claim, "2026-03-20", 9_000, &[("CO", "45", 5_000), ("PR", "2", 2_000)]).await;
        let path = format!("/api/v1/claims/{}/secondary", id(&claim));
        assert_eq!(t.done(&path, json!({})).await["state"], "ready");
        assert_eq!(t.post(Role::Owner, &path, json!({})).await.status, 409, "not twice");
        let early = t.post(Role::Owner, &format!("{path}/sent"), json!({ "sent_on": "2026-03-19" })).await;
        assert_eq!(early.status, 422, "not before the first decision: {}", early.text());
        let sent = t.done(&format!("{path}/sent"), json!({ "sent_on": "2026-03-25", "reference": "B-7" })).await;
        assert_eq!((&sent["state"], &sent["sent_on"]), (&json!("sent"), &json!("2026-03-25")));
        assert_eq!((list(t, "sent").await.len(), t.read("/api/v1/claims").await["items"].as_array().map(Vec::len)), (1, Some(1)));
        t.answered(&second, &claim, "2026-03-31", 2_000, &[("OA", "23", 14_000)]).await;
        let after = t.fresh(&claim).await;
        assert_eq!((&after["state"], after["insurer_cents"].as_i64(), after["balance_cents"].as_i64()), (&json!("closed"), Some(11_000), Some(0)));
        assert!(list(t, "sent").await.is_empty());
    }

    async fn the_file_for_a_second_payer_carries_what_the_first_one_said_line_by_line(t: &TestApp) {
        let Waiting { second, claim, path, .. } = waiting(t, "Office Ally").await;
        t.changed(&format!("/api/v1/payers/{second}"), json!({ "claim_channel": "paper" })).await;
        let paper = t.post(Role::Owner, &format!("{path}/file"), json!({})).await;
        assert!(paper.status == 409 && paper.text().contains("takes no files"), "{}", paper.text());
        t.changed(&format!("/api/v1/payers/{second}"), json!({ "claim_channel": "837p" })).await;
        let sent = t.done(&format!("{path}/file"), json!({})).await;
        assert_eq!((&sent["state"], &sent["reference"], &sent["sent_on"]), (&json!("sent"), &json!("T1B1"), &json!("2026-03-31")));
        let text = last_file(t).await.text;
        let promised = text.contains("PWK*") || text.contains("***11~");
        assert!(text.contains("NTE*ADD*AFTER A FALL~") && !promised, "papers and clock were the first payer's: {text}");
        let lines: Vec<&str> = text.split("LX*").skip(1).collect();
        let [treated, exercised] = lines.as_slice() else { panic!("{} lines in {text}", lines.len()) };
        for (part, segments) in [
            (&text.as_str(), &["SBR*S*18*", "SBR*P*18*", "AMT*D*80~"][..]),
            (treated, &["SV1*HC:97140*", "SVD*CSCD1*80*HC:97140**3~", "CAS*CO*45*25~", "CAS*PR*2*15~", "DTP*573*D8*20260320~"]),
            (exercised, &["SV1*HC:97112*", "SVD*CSCD1*0*HC:97112**1~", "CAS*CO*151*40~", "DTP*573*D8*20260320~"]),
        ] {
            for segment in segments {
                assert!(part.contains(segment), "no {segment} in {part}");
            }
        }
        let fresh = t.fresh(&claim).await;
        assert_eq!((&fresh["state"], fresh["transmissions"].as_array().map(Vec::len)), (&json!("partially_paid"), Some(2)), "what it stands at stays");
        let again = t.post(Role::Owner, &format!("{path}/file"), json!({})).await;
        assert_eq!(again.status, 409, "once");
        let Some(validator) = crate::pyx12::validator() else { return };
        let there = t.folder.path().join("second.837");
        std::fs::write(&there, text).expect("written");
        crate::pyx12::verdict(&validator, &there).expect("accepted");
    }

    async fn a_claim_that_is_open_for_a_correction_does_not_leave_to_a_second_payer(t: &TestApp) {
        let Waiting { claim, path, .. } = waiting(t, "Office Ally").await;
        t.done(&format!("/api/v1/claims/{}/correct", id(&claim)), json!({ "frequency": "7" })).await;
        let refused = t.post(Role::Owner, &format!("{path}/file"), json!({})).await;
        assert!(refused.status == 409, "{}: {}", refused.status, refused.text());
        assert!(t.read("/api/v1/claims/batches").await["items"].as_array().is_some_and(Vec::is_empty), "no file was written");
    }

    async fn a_second_payer_that_has_answered_is_not_billed_again(t: &TestApp) {
        let Waiting { second, claim, path, .. } = waiting(t, "Office Ally").await;
        t.answered(&second, &claim, "2026-03-31", 1_500, &[("OA", "23", 14_500)]).await;
        for door in ["file", "sent"] {
            let refused = t.post(Role::Owner, &format!("{path}/{door}"), json!({ "sent_on": "2026-03-31" })).await;
            assert!(refused.status == 409 && refused.text().contains("does not wait"), "{door}: {}", refused.text());
        }
    }

    async fn a_file_that_a_second_payer_sends_back_waits_again_and_moves_nothing_at_the_first(t: &TestApp) {
        let Waiting { claim, path, .. } = waiting(t, "First House").await;
        let before = t.fresh(&claim).await;
        t.done(&format!("{path}/file"), json!({})).await;
        let first = last_file(t).await;
        let ack = t.acked(&status(&first.reference, "2026-03-31", &said(&wire(&claim), "A2:20:PR", "2026-03-31", "REF*1K*SECOND9~"))).await;
        assert_eq!((ack["kept"].as_i64(), list(t, "sent").await.len()), (Some(1), 1), "taken in: {ack}");
        t.acked(&status(&first.reference, "2026-03-31", &said(&wire(&claim), "A7:562:85", "2026-03-31", ""))).await;
        let after = t.fresh(&claim).await;
        for field in ["state", "payer_claim_no", "insurer_cents", "balance_cents", "rejection"] {
            assert_eq!(after[field], before[field], "{field} is the first payer's");
        }
        assert!(list(t, "sent").await.is_empty(), "it came back");
        let again = t.done(&format!("{path}/file"), json!({})).await;
        assert_eq!(again["state"], "sent");
        let second = last_file(t).await;
        assert_ne!(again["reference"], json!(first.reference), "another file");
        t.acked(&status(&first.reference, "2026-03-31", &said(&wire(&claim), "A7:21:PR", "2026-03-31", ""))).await;
        assert_eq!(list(t, "sent").await.len(), 1, "what is said of the first file calls the second one not back");
        assert_eq!(again["reference"], json!(second.reference));
    }

    async fn what_the_first_payer_said_stands_raw_for_the_claim_to_the_second(t: &TestApp) {
        let Cast { referral, .. } = t.cast("2026-03-31").await;
        second_plan(t, &referral).await;
        let claim = t.two_lines(&referral, "2026-03-02").await;
        let number = claim["number"].as_str().expect("a number");
        let lines: &[Line<'_>] =
            &[("97140", 12_000, 8_000, &[("CO", "45", 2_500), ("PR", "2", 1_500)]), ("97112", 4_000, 0, &[("CO", "151", 4_000)])];
        t.posted_era(&Era::new("EFT-1", "2026-03-20").lines(number, "1", "MARSH", lines).file()).await;
        let row = tributary::claims::store::by_number(&t.app.db, number).await.expect("read").expect("the claim");
        let payers = earlier_payers(&t.app.db, row.id, 2).await.expect("read");
        assert_eq!(payers.len(), 1);
        let first = &payers[0];
        assert_eq!((first.rank, first.paid_cents, first.charge_cents(), first.adjustments.len()), (1, 8_000, 16_000, 0));
        assert_eq!(first.claim_number.as_deref(), Some(format!("ICN{}", number.replace('-', "")).as_str()));
        let said: Vec<Vec<(String, i64)>> = first.lines.iter().map(|l| l.adjustments.iter().map(|a| (format!("{}-{}", a.group, a.reason), a.cents)).collect()).collect();
        assert_eq!(said, [vec![("CO-45".to_string(), 2_500), ("PR-2".to_string(), 1_500)], vec![("CO-151".to_string(), 4_000)]]);
        assert_eq!(first.lines.iter().map(|l| l.paid_cents).collect::<Vec<_>>(), [8_000, 0]);
        assert_eq!(earlier_payers(&t.app.db, row.id, 1).await.expect("read"), [], "nobody came before the first");
    }
}
