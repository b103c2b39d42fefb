//! Claims that leave as files: written once, kept byte for byte, under numbers that are never used again; and claims on paper.

use crate::support::TestApp;
use crate::support::chain::{Cast, id};
use crate::support::many::claims_of_many_patients;
use crate::support::partners::{clearinghouse, may_send};
use poem::http::Method;
use sea_orm::{ConnectionTrait, QueryResult, Statement};
use serde_json::{Value, json};
use tributary::auth::role::Role;
use tributary::claims::batch;
use tributary::documents::exchange;

async fn ready(t: &TestApp, referral: &Value, on: &str) -> Value {
    let claim = t.claim_drafted(referral, on).await;
    t.done(&format!("/api/v1/claims/{}/ready", id(&claim)), json!({})).await
}

async fn cast(t: &TestApp) -> Cast {
    let cast = t.cast("2026-03-31").await;
    may_send(t, &cast.payer).await;
    cast
}

async fn bytes(t: &TestApp, batch: &Value) -> Vec<u8> {
    let path = format!("/api/v1/claims/batches/{}/file", id(batch));
    let bearer = format!("Bearer {}", t.token(Role::Owner).await);
    let answer = t.raw(Method::GET, &path, &[("authorization", bearer.as_str())], "").await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.body.to_vec()
}

/// Where the sendings stand in their files: first and last position, and the transaction.
async fn places(t: &TestApp) -> Vec<(i64, i64, String)> {
    let sql = "select first_segment, last_segment, wire_transaction from transmission order by id";
    let rows = t.app.db.query_all_raw(Statement::from_string(t.app.db.get_database_backend(), sql)).await.expect("rows");
    let number = |row: &QueryResult, column: &str| row.try_get::<i64>("", column).expect("a position");
    let place = |row: &QueryResult| {
        (number(row, "first_segment"), number(row, "last_segment"), row.try_get("", "wire_transaction").expect("a transaction"))
    };
    rows.iter().map(place).collect()
}

fn written(answer: &Value) -> Vec<Value> {
    answer["batches"].as_array().expect("batches").clone()
}

crate::both_databases! {
    async fn ready_claims_leave_as_one_file_for_each_clearinghouse_and_are_sent(t: &TestApp) {
        let cast = cast(t).await;
        clearinghouse(t, "Office Ally", json!({})).await;
        let (first, second) = (ready(t, &cast.referral, "2026-03-02").await, ready(t, &cast.referral, "2026-03-09").await);
        let draft = t.claim_drafted(&cast.referral, "2026-03-16").await;
        let answer = t.done("/api/v1/claims/batches", json!({})).await;
        let [batch] = written(&answer).try_into().expect("one file");
        assert_eq!((batch["claims"].as_array().map(Vec::len), &batch["total_cents"]), (Some(2), &json!(32_000)), "{batch}");
        assert_eq!((&batch["interchange_control"], &batch["group_control"], &batch["reference"]), (&json!(1), &json!(1), &json!("T1B1")));
        for claim in [&first, &second] {
            let claim = t.fresh(claim).await;
            assert_eq!((&claim["state"], &claim["transmissions"][0]["reference"]), (&json!("submitted"), &json!("T1B1")));
        }
        assert_eq!(t.fresh(&draft).await["state"], "draft");
        let text = String::from_utf8(bytes(t, &batch).await).expect("text");
        assert!(text.starts_with("ISA*00*") && text.contains("*005010X222A1~") && text.contains("BHT*0019*00*T1B1*20260331*"), "{text}");
        assert!(text.contains("CLM*C202600001*160***11:B:1*Y*A*"), "{text}");
        assert!(text.contains("NM1*DN*1*RAMAN*PRIYA****XX*"), "who sent: {text}");
        let nothing = t.done("/api/v1/claims/batches", json!({})).await;
        assert_eq!(written(&nothing).len(), 0, "nothing is ready any more");
    }

    async fn gathering_many_claims_asks_no_more_than_gathering_one(t: &TestApp) {
        let cast = cast(t).await;
        clearinghouse(t, "Office Ally", json!({})).await;
        let model = t.billed(&cast.referral, "2026-03-02").await;
        let lines = vec![vec![("97140", 12_000), ("97124", 4_000)]; 120];
        let numbers = claims_of_many_patients(&t.app.db, model["number"].as_str().expect("a number"), &lines).await;
        let known = tributary::claims::find_all(&t.app.db, &t.owner().await, numbers.iter().map(String::as_str)).await.expect("found");
        let ids: Vec<i64> = numbers.iter().map(|number| known[number].id).collect();
        let (one, few) = t.queries_of(batch::gather(&t.app.db, &ids[..1])).await;
        let (all, many) = t.queries_of(batch::gather(&t.app.db, &ids)).await;
        assert_eq!((one.expect("one").len(), few), (1, many));
        let all = all.expect("all");
        let said: Vec<(&str, usize)> = all.iter().map(|b| (b.claim.number.as_str(), b.lines.len())).collect();
        assert_eq!(said, numbers.iter().map(|n| (n.as_str(), 2)).collect::<Vec<_>>(), "in the order given, each with its lines");
        let members: std::collections::BTreeSet<_> = all.iter().map(|b| b.coverage.member_no.clone()).collect();
        assert_eq!(members.len(), 120, "each under its own policy");
    }

    async fn a_file_is_the_same_bytes_every_time_whatever_changed_since(t: &TestApp) {
        let cast = cast(t).await;
        clearinghouse(t, "Office Ally", json!({})).await;
        ready(t, &cast.referral, "2026-03-02").await;
        let [batch] = written(&t.done("/api/v1/claims/batches", json!({})).await).try_into().expect("one file");
        let before = bytes(t, &batch).await;
        let moved = json!({ "street": "9 Birch Road", "last_name": "Marshall" });
        t.changed(&format!("/api/v1/patients/{}", id(&cast.referral["patient"])), moved).await;
        t.at("2026-04-20");
        assert_eq!(bytes(t, &batch).await, before);
        let hash = hex::encode(<sha2::Sha256 as sha2::Digest>::digest(&before));
        assert_eq!(batch["sha256"], hash);
    }

    async fn numbers_of_files_rise_and_are_never_given_twice(t: &TestApp) {
        let cast = cast(t).await;
        clearinghouse(t, "Office Ally", json!({ "one_claim_per_transaction": "yes" })).await;
        let mut seen = Vec::new();
        for (first, second) in [("2026-03-02", "2026-03-03"), ("2026-03-04", "2026-03-05")] {
            ready(t, &cast.referral, first).await;
            ready(t, &cast.referral, second).await;
            let [batch] = written(&t.done("/api/v1/claims/batches", json!({})).await).try_into().expect("one file");
            seen.push(["interchange_control", "group_control", "first_transaction", "transactions"].map(|f| batch[f].as_i64().expect(f)));
        }
        assert_eq!(seen, [[1, 1, 1, 2], [2, 2, 3, 2]]);
    }

    async fn two_who_write_at_the_same_moment_send_each_claim_once(t: &TestApp) {
        let cast = cast(t).await;
        clearinghouse(t, "Office Ally", json!({})).await;
        for day in 2..=5 {
            ready(t, &cast.referral, &format!("2026-03-0{day}")).await;
        }
        let write = || t.post(Role::Owner, "/api/v1/claims/batches", json!({}));
        let (one, two) = tokio::join!(write(), write());
        let claims: Vec<usize> = [one, two]
            .iter()
            .filter(|a| a.status == 201)
            .flat_map(|a| written(&a.json()))
            .map(|b| b["claims"].as_array().expect("claims").len())
            .collect();
        assert_eq!(claims.iter().sum::<usize>(), 4, "{claims:?}");
        let sent = t.read("/api/v1/claims?state=submitted").await;
        for claim in sent["items"].as_array().expect("items") {
            assert_eq!(t.fresh(claim).await["transmissions"].as_array().map(Vec::len), Some(1));
        }
    }

    async fn what_goes_on_paper_or_nowhere_stays_with_its_reason(t: &TestApp) {
        let cast = cast(t).await;
        let on_paper = t.payer_of("health", "paper", "Harbor Mutual", crate::support::chain::sheet()).await;
        let other = t.referral(&cast.doctor, &on_paper, "Reed", "2026-03-02").await;
        let paper = ready(t, &other, "2026-03-02").await;
        let refused = t.post(Role::Owner, "/api/v1/claims/batches", json!({})).await;
        assert_eq!(refused.status, 409, "no clearinghouse yet: {}", refused.text());
        clearinghouse(t, "Office Ally", json!({})).await;
        clearinghouse(t, "Second House", json!({ "sender_id": "CT2" })).await;
        let electronic = ready(t, &cast.referral, "2026-03-03").await;
        let both = json!({ "ids": [paper["number"], electronic["number"]] });
        let answer = t.done("/api/v1/claims/batches", both).await;
        assert_eq!(written(&answer).len(), 0);
        let reasons = answer["left"].to_string();
        assert!(reasons.contains("Harbor Mutual takes claims on paper") && reasons.contains("which clearinghouse"), "{reasons}");
        let partners = t.read("/api/v1/partners").await;
        t.changed(&format!("/api/v1/payers/{}", cast.payer), json!({ "partner": id(&partners["items"][1]) })).await;
        let answer = t.done("/api/v1/claims/batches", json!({})).await;
        assert_eq!(written(&answer)[0]["partner"], "Second House");
    }

    async fn a_file_lies_in_the_folder_of_its_clearinghouse_whole_and_over_nothing(t: &TestApp) {
        let cast = cast(t).await;
        clearinghouse(t, "Office Ally", json!({ "folder": "office-ally", "file_name": "{date}-{control}.837" })).await;
        let out = t.app.config.exchange.join("office-ally").join("out");
        std::fs::create_dir_all(&out).expect("a folder");
        std::fs::write(out.join("20260331-000000001.837"), "somebody else's").expect("a file");
        ready(t, &cast.referral, "2026-03-02").await;
        let [batch] = written(&t.done("/api/v1/claims/batches", json!({})).await).try_into().expect("one file");
        let waits = t.read(&format!("/api/v1/claims/batches/{}", id(&batch))).await;
        assert_eq!((&waits["waits_for_folder"], &waits["placed_at"]), (&json!(true), &Value::Null), "nothing is written over");
        std::fs::remove_file(out.join("20260331-000000001.837")).expect("gone");
        tributary::claims::batch::place_all(&t.app, &[]).await.expect("placed");
        assert_eq!(std::fs::read(out.join("20260331-000000001.837")).expect("there"), bytes(t, &batch).await);
        assert_eq!(std::fs::read_dir(&out).expect("a folder").count(), 1, "nothing unfinished is left");
        let placed = t.read(&format!("/api/v1/claims/batches/{}", id(&batch))).await;
        assert_eq!(placed["waits_for_folder"], false);
    }

    async fn a_file_that_cannot_be_placed_holds_up_no_other(t: &TestApp) {
        let cast = cast(t).await;
        clearinghouse(t, "Office Ally", json!({ "folder": "office-ally" })).await;
        let out = t.app.config.exchange.join("office-ally").join("out");
        std::fs::create_dir_all(&out).expect("a folder");
        for (n, day) in [(1, "2026-03-02"), (2, "2026-03-03")] {
            std::fs::write(out.join(format!("20260331-{n:09}.837")), "somebody else's").expect("a file");
            ready(t, &cast.referral, day).await;
            t.done("/api/v1/claims/batches", json!({})).await;
        }
        std::fs::remove_file(out.join("20260331-000000002.837")).expect("gone");
        tributary::claims::batch::place_all(&t.app, &[]).await.expect("asked");
        assert!(std::fs::read_to_string(out.join("20260331-000000002.837")).expect("there").starts_with("ISA"));
    }

    async fn a_replacement_names_the_payers_number_and_keeps_its_own(t: &TestApp) {
        let cast = cast(t).await;
        clearinghouse(t, "Office Ally", json!({})).await;
        let claim = ready(t, &cast.referral, "2026-03-02").await;
        t.done("/api/v1/claims/batches", json!({})).await;
        let accepted = json!({ "on": "2026-03-31", "payer_claim_no": "ICN77" });
        t.done(&format!("/api/v1/claims/{}/accept", id(&claim)), accepted).await;
        t.answered(&cast.payer, &claim, "2026-03-31", 9_000, &[("CO", "45", 5_000), ("PR", "3", 2_000)]).await;
        t.done(&format!("/api/v1/claims/{}/correct", id(&claim)), json!({ "frequency": "7" })).await;
        t.done(&format!("/api/v1/claims/{}/ready", id(&claim)), json!({})).await;
        let [batch] = written(&t.done("/api/v1/claims/batches", json!({})).await).try_into().expect("one file");
        let text = String::from_utf8(bytes(t, &batch).await).expect("text");
        assert!(text.contains("CLM*C202600001*160***11:B:7*") && text.contains("REF*F8*ICN77~"), "{text}");
    }

    async fn a_remark_papers_that_follow_and_a_reason_for_being_late_leave_with_the_claim(t: &TestApp) {
        let cast = cast(t).await;
        clearinghouse(t, "Office Ally", json!({})).await;
        let claim = ready(t, &cast.referral, "2026-03-02").await;
        let told = format!("/api/v1/claims/{}/additional", id(&claim));
        let half = t.post(Role::Owner, &told, json!({ "attachment_kind": "PN" })).await;
        assert!(half.status == 422 && half.field("/attachment_how").contains("how it comes"), "{}", half.text());
        let all = json!({ "note": "New episode after a fall", "attachment_kind": "PN", "attachment_how": "FX", "delay_reason": "9" });
        let kept = t.done(&told, all).await;
        assert_eq!(kept["version"]["additional"]["attachment"], json!({ "kind": "PN", "how": "FX" }));
        assert_eq!(kept["state"], "ready", "it is still checked: nothing that was checked has changed");
        let form = t.read(&format!("/api/v1/claims/{}/form", id(&claim))).await.to_string();
        assert!(form.contains("New episode after a fall") && form.contains("PWK PN FX, C202600001") && form.contains("CLM20 9"), "{form}");
        let [batch] = written(&t.done("/api/v1/claims/batches", json!({})).await).try_into().expect("one file");
        let text = String::from_utf8(bytes(t, &batch).await).expect("text");
        assert!(text.contains("CLM*C202600001*160***11:B:1*Y*A*Y*Y***********9~"), "{text}");
        assert!(text.contains("PWK*PN*FX***AC*C202600001~") && text.contains("NTE*ADD*NEW EPISODE AFTER A FALL~"), "{text}");
        let page = t.post(Role::Owner, "/api/v1/claims/cms1500", json!({ "ids": [claim["number"]] })).await;
        if let Some(words) = crate::letters::text_of(&page.body) {
            assert!(words.contains("NTEADDNEW EPISODE AFTER A FALL PWKPNFXC202600001"), "item 19: {words}");
        }
        let late = t.post(Role::Owner, &told, json!({})).await;
        assert!(late.status == 409 && late.text().contains("What was sent stays"), "{}", late.text());
        t.done(&format!("/api/v1/claims/{}/accept", id(&claim)), json!({ "on": "2026-03-31", "payer_claim_no": "ICN77" })).await;
        t.answered(&cast.payer, &claim, "2026-03-31", 9_000, &[("CO", "45", 5_000), ("PR", "3", 2_000)]).await;
        let again = t.done(&format!("/api/v1/claims/{}/correct", id(&claim)), json!({ "frequency": "7" })).await;
        assert_eq!(again["version"]["additional"], kept["version"]["additional"], "a correction tells it again");
        let Some(validator) = crate::pyx12::validator() else { return };
        let there = t.folder.path().join("beside.837");
        std::fs::write(&there, text).expect("written");
        crate::pyx12::verdict(&validator, &there).expect("accepted");
    }

    async fn a_code_that_names_nothing_leaves_with_the_words_of_the_fee_schedule(t: &TestApp) {
        let cast = cast(t).await;
        clearinghouse(t, "Office Ally", json!({})).await;
        t.done("/api/v1/fees", json!({ "code": "97139", "fee_cents": 4_000, "effective_on": "2026-01-01" })).await;
        let visit = t.attended(&cast.referral, "2026-03-02").await;
        t.signed(&visit, json!({ "services": [{ "code": "97139", "minutes": 30 }] })).await;
        let claim = t.claim_of(&visit).await;
        let findings = claim["findings"].as_array().expect("findings");
        let unnamed = findings.iter().find(|f| f["code"] == "code_unlisted").unwrap_or_else(|| panic!("{findings:?}"));
        assert!(unnamed["mend"].as_str().expect("words").contains("fee schedule"), "{unnamed}");
        t.done("/api/v1/fees", json!({ "code": "97139", "label": "Cupping", "fee_cents": 4_000, "effective_on": "2026-02-01" })).await;
        t.done(&format!("/api/v1/claims/{}/ready", id(&claim)), json!({})).await;
        let [batch] = written(&t.done("/api/v1/claims/batches", json!({})).await).try_into().expect("one file");
        let text = String::from_utf8(bytes(t, &batch).await).expect("text");
        assert!(text.contains("SV1*HC:97139:::::CUPPING*80*UN*2***1"), "{text}");
        let page = t.post(Role::Owner, "/api/v1/claims/cms1500", json!({ "ids": [claim["number"]] })).await;
        if let Some(words) = crate::letters::text_of(&page.body) {
            assert!(words.contains("ZZCUPPING"), "item 24, shaded: {words}");
        }
        let Some(validator) = crate::pyx12::validator() else { return };
        let there = t.folder.path().join("unlisted.837");
        std::fs::write(&there, text).expect("written");
        crate::pyx12::verdict(&validator, &there).expect("accepted");
    }

    async fn a_written_file_passes_our_own_reader_and_says_where_each_claim_stands(t: &TestApp) {
        let cast = cast(t).await;
        clearinghouse(t, "Office Ally", json!({ "breaks_lines": "yes" })).await;
        let claims = [ready(t, &cast.referral, "2026-03-02").await, ready(t, &cast.referral, "2026-03-09").await];
        let [batch] = written(&t.done("/api/v1/claims/batches", json!({})).await).try_into().expect("one file");
        let rows = places(t).await;
        assert_eq!(rows.len(), 2, "{rows:?}");
        let content = bytes(t, &batch).await;
        for (claim, (first, last, transaction)) in claims.iter().zip(rows) {
            for position in first..=last {
                let mut reader = tributary::x12::Reader::new(content.as_slice());
                let position = u32::try_from(position).expect("a position");
                let found = tributary::x12::claims_at::claims_at(&mut reader, "1", &transaction, position).expect("readable");
                let number = claim["number"].as_str().expect("a number").replace('-', "");
                assert!(found.contains(&number), "{position} of {first}..={last}: {found:?}");
            }
        }
        let file = exchange::content(&t.app.db, 1).await.expect("kept");
        assert_eq!(file.content, content);
    }

    async fn another_validator_accepts_what_leaves_for_every_kind_of_payer(t: &TestApp) {
        let Some(validator) = crate::pyx12::validator() else { return };
        let cast = cast(t).await;
        clearinghouse(t, "Office Ally", json!({})).await;
        ready(t, &cast.referral, "2026-03-02").await;
        let injury = json!({ "claim_no": "INJ-7", "injured_on": "2026-02-20" });
        let cases = [
            ("auto_pip", "Pacific Auto", json!({ "accident_state": "WA" })),
            ("workers_comp", "State Fund", json!({ "employer": "Harbor Freight Yard" })),
            ("va_ccn", "Veterans Care", json!({})),
            ("health", "Family Plan", json!({ "relationship": "child", "insured_name": "Marsh, Ellen Q", "group_no": "G-77", "authorization_no": "A-1" })),
        ];
        for (n, (kind, name, more)) in cases.into_iter().enumerate() {
            let payer = t.payer_of(kind, "837p", name, crate::support::chain::sheet()).await;
            t.changed(&format!("/api/v1/payers/{payer}"), json!({ "clearinghouse_payer_id": format!("PID{n}") })).await;
            let mut slip = crate::support::chain::slip(&cast.doctor, &payer, &format!("Reed{n}"), "2026-03-02");
            let extra = if kind.starts_with(['a', 'w']) { injury.clone() } else { json!({}) };
            for fields in [json!({ "kind": kind }), extra, more] {
                slip["coverage"].as_object_mut().expect("a coverage").extend(fields.as_object().expect("fields").clone());
            }
            let referral = t.done("/api/v1/referrals", slip).await;
            ready(t, &referral, "2026-03-05").await;
        }
        let answer = t.done("/api/v1/claims/batches", json!({})).await;
        assert_eq!(answer["left"], json!([]), "all of them can be written");
        let [batch] = written(&answer).try_into().expect("one file");
        assert_eq!(batch["claims"].as_array().map(Vec::len), Some(5));
        let file = t.folder.path().join("claims.837");
        std::fs::write(&file, bytes(t, &batch).await).expect("written");
        crate::pyx12::verdict(&validator, &file).expect("accepted");
    }

    async fn a_claim_prints_on_the_form_and_a_draft_that_is_not_whole_has_a_preview_alone(t: &TestApp) {
        let cast = cast(t).await;
        let claim = ready(t, &cast.referral, "2026-03-02").await;
        let pdf = t.post(Role::Owner, "/api/v1/claims/cms1500", json!({ "ids": [claim["number"]] })).await;
        assert_eq!((pdf.status.as_u16(), &pdf.body[..5]), (200, &b"%PDF-"[..]), "{}", pdf.text());
        t.done(&format!("/api/v1/claims/{}/draft", id(&claim)), json!({})).await;
        let payer = t.read(&format!("/api/v1/payers/{}", cast.payer)).await;
        let mut sheet = crate::support::chain::sheet();
        sheet["units_rule"] = json!("");
        t.done(&format!("/api/v1/payers/{}/rule-sheets", id(&payer)), sheet).await;
        let refused = t.post(Role::Owner, "/api/v1/claims/cms1500", json!({ "ids": [claim["number"]] })).await;
        assert_eq!(refused.status, 422, "{}", refused.text());
        let preview = t.post(Role::Owner, "/api/v1/claims/cms1500", json!({ "ids": [claim["number"]], "preview": "yes" })).await;
        assert_eq!(preview.status, 200, "{}", preview.text());
    }
}
