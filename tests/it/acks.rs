//! What clearinghouses answer: TA1, 999 and 277CA land on the batch and on each claim. A 999 is no acknowledgment, a rejection no denial.

use crate::support::TestApp;
use crate::support::acks::{Left, from, from_house, receipt, said, status, ta1, wire};
use crate::support::chain::{self, id};
use crate::support::partners::may_send;
use serde_json::{Value, json};
use tributary::auth::role::Role;

/// A clearinghouse, and claims of March 2 that left to it on March 3; it is March 20.
struct Cast {
    house: Value,
    payer: String,
    claims: Vec<Value>,
    left: Left,
}

async fn cast(t: &TestApp, claims: usize, split: bool) -> Cast {
    let chain::Cast { referral, payer, .. } = t.cast("2026-03-03").await;
    may_send(t, &payer).await;
    let one_each = if split { "yes" } else { "" };
    let house = t.house("First House", "HOUSE", json!({ "one_claim_per_transaction": one_each })).await;
    let mut drafts = Vec::new();
    for _ in 0..claims {
        drafts.push(t.claim_drafted(&referral, "2026-03-02").await);
    }
    let left = t.left(&house, &drafts.iter().collect::<Vec<_>>()).await;
    t.at("2026-03-20");
    Cast { house, payer, claims: drafts, left }
}

impl Cast {
    /// A 999 of a day: `inner` with `{0}`, `{1}` ... for the ST02 of its transactions.
    fn receipt(&self, on: &str, inner: &str) -> String {
        let named = (0..4).fold(inner.to_string(), |text, n| text.replace(&format!("{{{n}}}"), &self.left.st(n)));
        receipt(self.left.group, on, &named)
    }

    fn ta1(&self, verdict: &str, note: &str) -> String {
        ta1(self.left.interchange, verdict, note)
    }

    /// What a 277CA of a day says of the first claim.
    fn first(&self, codes: &str, on: &str) -> String {
        status(&self.left.reference, on, &said(&wire(&self.claims[0]), codes, on, ""))
    }
}

fn counts(ack: &Value) -> [i64; 7] {
    ["read", "acknowledged", "accepted", "rejected", "kept", "known", "unknown"].map(|f| ack[f].as_i64().expect(f))
}

/// The answers to the last sending of a claim: kind, words, code.
async fn history(t: &TestApp, claim: &Value) -> Vec<(String, String, String)> {
    let text = |v: &Value| v.as_str().unwrap_or_default().to_string();
    let fresh = t.fresh(claim).await;
    let sent = fresh["transmissions"].as_array().and_then(|s| s.last()).expect("a sending").clone();
    let answers = sent["answers"].as_array().expect("answers").clone();
    answers.iter().map(|a| (text(&a["kind"]), text(&a["words"]), text(&a["code"]))).collect()
}

crate::both_databases! {
    async fn a_999_says_that_the_file_could_be_read_and_acknowledges_no_claim(t: &TestApp) {
        let cast = cast(t, 2, false).await;
        let ack = t.acked(&cast.receipt("2026-03-04", "AK2*837*{0}*005010X222A1~IK5*A~AK9*A*1*1*1~")).await;
        assert_eq!((counts(&ack), &ack["kinds"], &ack["needs_a_person"]), ([2, 0, 0, 0, 0, 0, 0], &json!(["999"]), &json!(false)), "{ack}");
        assert_eq!((t.batch_state(&cast.left).await.as_str(), t.claim_state(&cast.claims[0]).await.as_str()), ("read", "submitted"));
        let answers = t.read(&format!("/api/v1/claims/batches/{}", cast.left.id)).await["answers"].clone();
        let [answer] = answers.as_array().expect("answers").as_slice() else { panic!("{answers}") };
        assert_eq!((&answer["id"], &answer["kinds"]), (&ack["id"], &json!(["999"])), "the batch tells what answered it");
        assert_eq!(history(t, &cast.claims[1]).await[0].0, "read");
        t.at("2026-03-31");
        let alerts = t.read("/api/v1/alerts?rule=claim_no_ack").await;
        assert_eq!(alerts["items"].as_array().map(Vec::len), Some(2), "still unanswered: {alerts}");
        t.acked(&cast.first("A1:19:PR", "2026-03-30")).await;
        let alerts = t.read("/api/v1/alerts?rule=claim_no_ack").await;
        assert_eq!(alerts["items"].as_array().map(Vec::len), Some(1), "{alerts}");
    }

    async fn each_status_of_a_277ca_leads_where_the_list_says(t: &TestApp) {
        let cast = cast(t, 9, false).await;
        let codes = ["A0:16", "A1:19", "A2:20", "A3:21", "A4:35", "A5:0", "A6:164:IL", "A7:562:DN", "P1:0"];
        let told: String = cast.claims.iter().zip(codes).map(|(c, codes)| said(&wire(c), codes, "2026-03-05", "")).collect();
        let ack = t.acked(&status(&cast.left.reference, "2026-03-05", &told)).await;
        assert_eq!(counts(&ack), [0, 1, 2, 3, 3, 0, 0], "{ack}");
        let mut states = Vec::new();
        for claim in &cast.claims {
            states.push(t.claim_state(claim).await);
        }
        let wanted =
            ["submitted", "acknowledged", "accepted", "rejected", "submitted", "accepted", "rejected", "rejected", "submitted"];
        assert_eq!(states, wanted);
        let kinds = ["forwarded", "acknowledged", "accepted", "rejected", "not_found", "accepted", "rejected", "rejected", "told"];
        for (claim, kind) in cast.claims.iter().zip(kinds) {
            assert_eq!(history(t, claim).await[0].0, kind);
        }
        let alerts = t.read("/api/v1/alerts?rule=claim_no_ack").await;
        let lost = alerts["items"].as_array().expect("alerts");
        assert!(lost.len() == 1 && lost[0].to_string().contains("not found there"), "what they do not find is on a work list: {alerts}");
        let told = history(t, &cast.claims[7]).await;
        assert_eq!((told[0].1.as_str(), told[0].2.as_str()), ("Rejected, something is not valid: NPI (referring provider)", "A7:562:DN"));
        assert_eq!(t.fresh(&cast.claims[7]).await["may_become"], json!(["draft"]), "a rejection has no appeal");
        assert_eq!(t.batch_state(&cast.left).await, "read", "who answers for claims has read them");
        let ledger = t.read(&format!("/api/v1/claims/{}/ledger", id(&cast.claims[7]))).await;
        assert_eq!(ledger["denials"], json!([]), "a rejection is no denial");
    }

    async fn the_numbers_of_payer_and_clearinghouse_are_saved(t: &TestApp) {
        let cast = cast(t, 1, false).await;
        let numbers = "REF*1K*PAYER555~REF*D9*HOUSE777~DTP*472*D8*20260302~";
        t.acked(&status(&cast.left.reference, "2026-03-05", &said(&wire(&cast.claims[0]), "A2:20:PR", "2026-03-05", numbers))).await;
        let claim = t.fresh(&cast.claims[0]).await;
        assert_eq!((&claim["payer_claim_no"], &claim["clearinghouse_claim_no"]), (&json!("PAYER555"), &json!("HOUSE777")));
        let answer = &claim["transmissions"][0]["answers"][0];
        assert_eq!((&answer["source"], &answer["payer_claim_no"], &answer["clearinghouse_no"]), (&json!("FIRST HOUSE"), &json!("PAYER555"), &json!("HOUSE777")));
        assert!(answer["file"].is_string(), "{answer}");
    }

    async fn a_later_rejection_beats_an_earlier_acceptance_and_an_older_answer_undoes_nothing(t: &TestApp) {
        let cast = cast(t, 1, false).await;
        let claim = &cast.claims[0];
        t.acked(&cast.first("A2:20:PR", "2026-03-05")).await;
        t.acked(&cast.first("A3:21", "2026-03-08")).await;
        assert_eq!(t.claim_state(claim).await, "rejected");
        let moved = t.fresh(claim).await["history"].as_array().and_then(|h| h.last().cloned()).expect("a move");
        assert!(moved["why"].as_str().is_some_and(|w| w.starts_with("Sent back after it was taken in")), "{moved}");
        let late = t.acked(&cast.first("A2:20:40", "2026-03-06")).await;
        assert_eq!((counts(&late), t.claim_state(claim).await.as_str()), ([0, 0, 0, 0, 1, 0, 0], "rejected"), "{late}");
        assert_eq!(late["items"][1]["why"], "A later answer stands");
        let kinds: Vec<String> = history(t, claim).await.into_iter().map(|a| a.0).collect();
        assert_eq!(kinds, ["accepted", "accepted", "rejected"], "by their days");
        t.acked(&cast.first("A2:20:PR", "2026-03-10")).await;
        assert_eq!(t.claim_state(claim).await, "accepted", "put right at the clearinghouse and taken in after all");
        t.acked(&cast.first("A7:562:DN", "2026-03-09")).await;
        assert_eq!(t.claim_state(claim).await, "accepted");
    }

    async fn the_same_file_twice_also_at_the_same_moment_changes_nothing_and_says_so(t: &TestApp) {
        let cast = cast(t, 1, false).await;
        let file = cast.first("A7:562:DN", "2026-03-05");
        let (one, other) = tokio::join!(t.ack(&file), t.ack(&file));
        let mut again = [one.json()["again"].clone(), other.json()["again"].clone()];
        again.sort_by_key(|v| v.as_bool());
        assert_eq!(again, [json!(false), json!(true)], "{} {}", one.text(), other.text());
        assert_eq!(one.json()["id"], other.json()["id"]);
        assert_eq!(t.acked(&file).await["again"], true);
        assert_eq!((history(t, &cast.claims[0]).await.len(), t.read("/api/v1/acknowledgments").await["items"].as_array().map(Vec::len)), (1, Some(1)));
    }

    async fn the_same_answer_in_another_envelope_is_known(t: &TestApp) {
        let cast = cast(t, 1, false).await;
        let file = cast.first("A7:562:DN", "2026-03-05");
        t.acked(&file).await;
        for other in [file.replace('~', "~\r\n"), file.replace('*', "|"), file.replace("000000777", "000000778")] {
            let ack = t.acked(&other).await;
            assert_eq!((&ack["again"], counts(&ack)), (&json!(false), [0, 0, 0, 0, 0, 1, 0]), "{ack}");
            assert_eq!(ack["needs_a_person"], false, "{ack}");
        }
        assert_eq!(history(t, &cast.claims[0]).await.len(), 1);
    }

    async fn claims_and_batches_that_are_not_ours_are_kept_and_listed_and_stop_nothing(t: &TestApp) {
        let cast = cast(t, 1, false).await;
        let ours = said(&wire(&cast.claims[0]), "A2:20:PR", "2026-03-05", "");
        let strange = said("C209900001", "A2:20:PR", "2026-03-05", "") + &said("XYZ", "A7:21", "2026-03-05", "");
        let ack = t.acked(&status(&cast.left.reference, "2026-03-05", &(strange + &ours))).await;
        assert_eq!((counts(&ack), &ack["needs_a_person"]), ([0, 0, 1, 0, 0, 0, 2], &json!(true)), "{ack}");
        let unknown: Vec<&Value> = ack["items"].as_array().expect("items").iter().filter(|i| i["outcome"] == "unknown").collect();
        assert_eq!((&unknown[0]["number"], &unknown[1]["number"]), (&json!("C209900001"), &json!("XYZ")));
        let nobodys = t.acked(&receipt(99, "2026-03-05", "AK2*837*0001~IK5*R*5~AK9*R*1*1*0~")).await;
        assert_eq!((counts(&nobodys)[6], t.batch_state(&cast.left).await.as_str()), (1, "read"));
        let other_house = t.acked(&from("STRANGER", &format!("TA1*{:09}*260302*0900*R*025~", cast.left.interchange)).replace("*WILLOW  ", "*SOMEBODY")).await;
        assert_eq!((counts(&other_house)[6], t.claim_state(&cast.claims[0]).await.as_str()), (1, "accepted"), "{other_house}");
    }

    async fn a_claim_is_found_by_its_number_where_the_batch_is_not_known_unless_patient_and_charge_are_others(t: &TestApp) {
        let cast = cast(t, 2, false).await;
        let number = wire(&cast.claims[0]).to_lowercase();
        let ack = t.acked(&status("THEIRS-1", "2026-03-05", &said(&format!(" {number} "), "A2:20:PR", "2026-03-05", ""))).await;
        assert_eq!((counts(&ack), t.claim_state(&cast.claims[0]).await.as_str()), ([0, 0, 1, 0, 0, 0, 0], "accepted"), "{ack}");
        assert_eq!(ack["needs_a_person"], false, "{ack}");
        let other = said(&wire(&cast.claims[1]), "A7:21", "2026-03-05", "").replace("MARSH*NORA", "OTHER*PERSON").replace("*U*160", "*U*75");
        let ack = t.acked(&status("THEIRS-2", "2026-03-05", &other)).await;
        assert_eq!((counts(&ack)[6], t.claim_state(&cast.claims[1]).await.as_str()), (1, "submitted"), "{ack}");
    }

    async fn a_claim_that_was_decided_keeps_its_state(t: &TestApp) {
        let cast = cast(t, 1, false).await;
        let claim = &cast.claims[0];
        t.acked(&cast.first("A2:20:PR", "2026-03-05")).await;
        t.answered(&cast.payer, claim, "2026-03-10", 11_000, &[("CO", "45", 5_000)]).await;
        assert_eq!(t.claim_state(claim).await, "paid");
        let ack = t.acked(&cast.first("A3:21", "2026-03-12")).await;
        assert_eq!((counts(&ack), t.claim_state(claim).await.as_str()), ([0, 0, 0, 0, 1, 0, 0], "paid"));
        assert_eq!(ack["items"][1]["why"], "The payer has decided it already");
    }

    async fn an_answer_to_an_earlier_sending_is_kept_there_and_moves_nothing(t: &TestApp) {
        let cast = cast(t, 1, false).await;
        let claim = &cast.claims[0];
        t.acked(&cast.first("A7:562:DN", "2026-03-05")).await;
        t.done(&format!("/api/v1/claims/{}/draft", id(claim)), json!({})).await;
        let late = t.acked(&cast.first("A3:21", "2026-03-06")).await;
        assert_eq!((late["items"][1]["why"].as_str(), t.claim_state(claim).await.as_str()), (Some("The claim is a draft again, being put right"), "draft"));
        t.at("2026-03-21");
        let second = t.left(&cast.house, &[claim]).await;
        let late = t.acked(&cast.first("A3:33", "2026-03-12")).await;
        assert_eq!((counts(&late)[4], t.claim_state(claim).await.as_str()), (1, "submitted"), "{late}");
        let sendings = t.fresh(claim).await["transmissions"].clone();
        assert_eq!((sendings[0]["answers"].as_array().map(Vec::len), sendings[1]["answers"].as_array().map(Vec::len)), (Some(3), Some(0)));
        t.acked(&status(&second.reference, "2026-03-21", &said(&wire(claim), "A2:20:PR", "2026-03-21", ""))).await;
        assert_eq!(t.claim_state(claim).await, "accepted");
    }

    async fn a_refused_transaction_sends_its_claims_back_each_with_what_is_wrong_with_it(t: &TestApp) {
        let cast = cast(t, 3, false).await;
        let [first, second, _] = &cast.claims[..] else { panic!("three") };
        let (hi, clm) = (cast.left.at(first, "HI*"), cast.left.at(first, "CLM*"));
        let ack = t.acked(&cast.receipt("2026-03-04", &format!(
            "AK2*837*{{0}}*005010X222A1~IK3*HI*{hi}*2300*8~IK4*1:2*1271*I12*M542~IK3*CLM*{clm}*2300*8~CTX*CLM01:{}~IK4*2*782*5~IK5*R*5~AK9*R*1*1*0~",
            wire(second)
        ))).await;
        assert_eq!((counts(&ack)[3], t.batch_state(&cast.left).await.as_str()), (3, "refused"), "{ack}");
        let mut told = Vec::new();
        for claim in &cast.claims {
            assert_eq!(t.claim_state(claim).await, "rejected");
            told.push(history(t, claim).await.remove(0));
        }
        assert_eq!(told[0].1, "The diagnoses (item 21): the value does not have the shape that is asked for");
        assert_eq!(told[0].2, "999 R, HI01:I12");
        assert_eq!(told[1].1, "The total charge (item 28): the value is too long", "CTX names the claim, whatever the position");
        assert!(told[2].1.contains("Nothing is wrong with this one"), "{told:?}");
    }

    async fn positions_count_in_the_transaction_that_the_999_names(t: &TestApp) {
        let cast = cast(t, 3, true).await;
        let clm = cast.left.at(&cast.claims[1], "CLM*");
        let inner =
            format!("AK2*837*{{0}}~IK5*A~AK2*837*{{1}}~IK3*CLM*{clm}*2300*8~IK4*2*782*5~IK5*R*5~AK2*837*{{2}}~IK5*A~AK9*P*3*3*2~");
        let ack = t.acked(&cast.receipt("2026-03-04", &inner)).await;
        assert_eq!((counts(&ack), t.batch_state(&cast.left).await.as_str()), ([2, 0, 0, 1, 0, 0, 0], "partly"), "{ack}");
        let mut states = Vec::new();
        for claim in &cast.claims {
            states.push(t.claim_state(claim).await);
        }
        assert_eq!(states, ["submitted", "rejected", "submitted"]);
        assert_eq!(history(t, &cast.claims[1]).await[0].1, "The total charge (item 28): the value is too long");
        // The batch stands by the last answer to each of its transactions.
        t.acked(&cast.receipt("2026-03-06", "AK2*837*{1}~IK5*A~AK9*A*3*3*3~")).await;
        assert_eq!(t.batch_state(&cast.left).await, "read");
    }

    async fn an_error_above_the_claims_touches_all_that_stand_under_it(t: &TestApp) {
        let cast = cast(t, 2, false).await;
        let ack = t.acked(&cast.receipt("2026-03-04", "AK2*837*{0}~IK3*N4*9*2010AA*8~IK4*3*116*5~IK5*R*5~AK9*R*1*1*0~")).await;
        assert_eq!(counts(&ack)[3], 2, "{ack}");
        for claim in &cast.claims {
            assert_eq!(history(t, claim).await[0].1, "Our ZIP code (item 33): the value is too long");
        }
    }

    async fn errors_beside_an_acceptance_are_told_and_reject_nothing(t: &TestApp) {
        let cast = cast(t, 2, false).await;
        let clm = cast.left.at(&cast.claims[1], "CLM*");
        let ack = t.acked(&cast.receipt("2026-03-04", &format!("AK2*837*{{0}}~IK3*CLM*{clm}*2300*8~IK4*2*782*5~IK5*E*5~AK9*E*1*1*1~"))).await;
        assert_eq!((counts(&ack), &ack["needs_a_person"]), ([1, 0, 0, 0, 1, 0, 0], &json!(true)), "{ack}");
        assert_eq!((history(t, &cast.claims[0]).await[0].0.as_str(), history(t, &cast.claims[1]).await[0].0.as_str()), ("read", "warned"));
        assert_eq!((t.claim_state(&cast.claims[1]).await.as_str(), t.batch_state(&cast.left).await.as_str()), ("submitted", "read"));
    }

    async fn a_ta1_that_refuses_a_file_sends_all_its_claims_back(t: &TestApp) {
        let cast = cast(t, 2, false).await;
        let fine = t.acked(&cast.ta1("A", "000")).await;
        assert_eq!((t.batch_state(&cast.left).await.as_str(), &fine["needs_a_person"]), ("sent", &json!(false)), "a TA1 that takes it says nothing of the claims");
        let ack = t.acked(&cast.ta1("R", "025")).await;
        assert_eq!((counts(&ack)[3], t.batch_state(&cast.left).await.as_str()), (2, "refused"), "{ack}");
        let told = history(t, &cast.claims[0]).await.remove(0);
        assert_eq!((told.0.as_str(), told.2.as_str()), ("rejected", "TA1 R:025"));
        assert!(told.1.starts_with("The whole file was refused: "), "{told:?}");
    }

    async fn a_batch_that_a_277ca_refuses_whole_sends_back_the_claims_that_it_does_not_name(t: &TestApp) {
        let cast = cast(t, 2, false).await;
        let file = cast.first("A7:562:DN", "2026-03-05").replace("STC*A1:19:PR*20260305*WQ*160", "STC*A8:24:41*20260305*U*320");
        let ack = t.acked(&file).await;
        assert_eq!((counts(&ack)[3], t.batch_state(&cast.left).await.as_str()), (2, "refused"), "{ack}");
        assert_eq!(history(t, &cast.claims[1]).await[0].2, "A8:24:41");
    }

    async fn a_batch_that_was_refused_whole_stays_refused_when_its_999_comes_late(t: &TestApp) {
        let cast = cast(t, 1, false).await;
        let refused = status(&cast.left.reference, "2026-03-05", "").replace("STC*A1:19:PR*20260305*WQ*160", "STC*A3:24:41*20260305*U*160");
        t.acked(&refused).await;
        assert_eq!((t.batch_state(&cast.left).await.as_str(), t.claim_state(&cast.claims[0]).await.as_str()), ("refused", "rejected"));
        t.acked(&cast.receipt("2026-03-04", "AK2*837*{0}*005010X222A1~IK5*A~AK9*A*1*1*1~")).await;
        assert_eq!((t.batch_state(&cast.left).await.as_str(), t.claim_state(&cast.claims[0]).await.as_str()), ("refused", "rejected"));
    }

    async fn one_transaction_that_a_277ca_refuses_sends_back_its_own_claims_alone(t: &TestApp) {
        let cast = cast(t, 2, true).await;
        let refused = status(&cast.left.st(1), "2026-03-05", "").replace("STC*A1:19:PR*20260305*WQ*160", "STC*A3:24:41*20260305*U*160");
        t.acked(&refused).await;
        let states = [t.claim_state(&cast.claims[0]).await, t.claim_state(&cast.claims[1]).await];
        assert_eq!((states, t.batch_state(&cast.left).await.as_str()), (["submitted", "rejected"].map(String::from), "partly"));
    }

    async fn several_kinds_in_one_file_all_land(t: &TestApp) {
        let cast = cast(t, 1, false).await;
        let inside = |file: String| file.split_once("*P*:~").and_then(|(_, rest)| rest.rsplit_once("IEA")).expect("a file").0.to_string();
        let all = inside(cast.ta1("A", "000"))
            + &inside(cast.receipt("2026-03-04", "AK2*837*{0}~IK5*A~AK9*A*1*1*1~"))
            + &inside(cast.first("A2:20:PR", "2026-03-05"));
        let ack = t.acked(&from_house(&all)).await;
        assert_eq!((counts(&ack), &ack["kinds"]), ([1, 0, 1, 0, 0, 0, 0], &json!(["TA1", "999", "277CA"])), "{ack}");
        assert_eq!((t.claim_state(&cast.claims[0]).await.as_str(), t.batch_state(&cast.left).await.as_str()), ("accepted", "read"));
    }

    async fn a_file_cut_off_says_so_and_what_was_read_whole_counts(t: &TestApp) {
        let cast = cast(t, 2, false).await;
        let told: String = cast.claims.iter().map(|c| said(&wire(c), "A2:20:PR", "2026-03-05", "REF*1K*ABC~")).collect();
        let file = status(&cast.left.reference, "2026-03-05", &told);
        let within_second = file.rfind("TRN*2").expect("the second claim") + 12;
        let ack = t.acked(&file[..within_second]).await;
        assert_eq!((counts(&ack), &ack["is_whole"], &ack["needs_a_person"]), ([0, 0, 1, 0, 0, 0, 0], &json!(false), &json!(true)), "{ack}");
        assert_eq!((t.claim_state(&cast.claims[0]).await.as_str(), t.claim_state(&cast.claims[1]).await.as_str()), ("accepted", "submitted"));
        // Downloaded again whole: the first is known, the second lands.
        let ack = t.acked(&file).await;
        assert_eq!((counts(&ack), &ack["is_whole"]), ([0, 0, 1, 0, 0, 1, 0], &json!(true)), "{ack}");
        assert_eq!(t.fresh(&cast.claims[1]).await["payer_claim_no"], "ABC");
    }

    async fn a_file_cut_at_any_byte_is_refused_or_counts_as_far_as_it_goes(t: &TestApp) {
        let cast = cast(t, 1, false).await;
        let file = cast.first("A2:20:PR", "2026-03-05");
        let mut taken = 0;
        // Without its last character alone nothing of it is missing.
        for end in (0..file.len() - 1).step_by(9) {
            let answer = t.ack(&file[..end]).await;
            match answer.status.as_u16() {
                422 => assert!(taken == 0, "{end}: a longer one is no worse: {}", answer.text()),
                201 => {
                    taken += 1;
                    let told = answer.json();
                    let says_so = told["is_whole"] == false || told["cautions"].as_array().is_some_and(|c| !c.is_empty());
                    assert!(says_so, "{end}: {told}");
                }
                other => panic!("{end}: {other} {}", answer.text()),
            }
        }
        assert!(taken > 10);
        assert_eq!((history(t, &cast.claims[0]).await.len(), t.claim_state(&cast.claims[0]).await.as_str()), (1, "accepted"));
    }

    async fn another_kind_of_file_is_refused_with_what_it_is_and_where_it_belongs(t: &TestApp) {
        let era = crate::support::era::Era::new("EFT-1", "2026-03-20").claim("C-2026-00001", "1", 16_000, 9_000, &[("CO", "45", 7_000)]).file();
        let claims = from_house("GS*HC*A*B*20260304*1200*1*X*005010X222A1~ST*837*0001*005010X222A1~BHT*0019~SE*3*0001~GE*1*1~");
        for (file, what, belongs) in [
            (era.as_str(), "a remittance (835)", "under Remittances"),
            (claims.as_str(), "a file of claims (837P)", "835, 999 or 277CA"),
            ("PK\u{3}\u{4}rest of it", "a zip file", "Unpack it first"),
            ("Claim,State\nC1,ok\n", "a table", "X12"),
        ] {
            let answer = t.ack(file).await;
            let told = answer.text();
            assert!(answer.status == 422 && told.contains(what) && told.contains(belongs), "{told}");
        }
        assert_eq!(t.read("/api/v1/acknowledgments").await["items"], json!([]), "nothing of it is kept");
    }

    async fn the_file_is_kept_as_it_came(t: &TestApp) {
        let cast = cast(t, 1, false).await;
        let file = cast.first("A2:20:PR", "2026-03-05").replace('~', "~\r\n");
        let ack = t.acked(&file).await;
        let kept = t.get(Role::Biller, &format!("/api/v1/acknowledgments/{}/file", id(&ack))).await;
        assert_eq!((kept.text(), kept.status.as_u16()), (file, 200));
    }

    async fn an_answer_finds_its_partner_by_ids_padded_or_not(t: &TestApp) {
        let cast = cast(t, 1, false).await;
        t.house("Second House", "000HOUSE2", json!({})).await;
        // The second house has had no file of ours: its refusal is not the first one's.
        let ack = t.acked(&from("HOUSE2", &format!("TA1*{:09}*260302*0900*R*025~", cast.left.interchange))).await;
        assert_eq!((counts(&ack)[6], t.batch_state(&cast.left).await.as_str()), (1, "sent"));
        // A relay speaks under an id that is nobody's, to us, and one batch alone has the number.
        let ack = t.acked(&from("RELAY9", &format!("TA1*{}*260302*0900*R*025~", cast.left.interchange))).await;
        assert_eq!((counts(&ack)[3], t.batch_state(&cast.left).await.as_str()), (1, "refused"), "{ack}");
    }

    async fn the_command_takes_files_in_and_says_by_its_exit_what_a_person_must_see(t: &TestApp) {
        let cast = cast(t, 1, false).await;
        let path = |name: &str, content: &str| {
            let path = t.folder.path().join(name);
            std::fs::write(&path, content).expect("written");
            path.to_string_lossy().into_owned()
        };
        let fine = path("fine.999", &cast.receipt("2026-03-04", "AK2*837*{0}~IK5*A~AK9*A*1*1*1~"));
        let bad = path("bad.277", &cast.first("A7:562:DN", "2026-03-05"));
        let wrong = path("wrong.zip", "PK\u{3}\u{4}");
        let run = |files: &[&str]| {
            let arguments: Vec<&str> = ["acks", "import"].into_iter().chain(files.iter().copied()).chain(["--json"]).collect();
            let output = t.command(&arguments);
            (output.status.code(), serde_json::from_slice::<Value>(&output.stdout).unwrap_or_default())
        };
        let (code, told) = run(&[&fine]);
        assert_eq!((code, &told[0]["read"], &told[0]["again"]), (Some(0), &json!(1), &json!(false)), "{told}");
        let (code, told) = run(&[&bad, &fine]);
        assert_eq!((code, &told[0]["rejected"], &told[1]["again"]), (Some(3), &json!(1), &json!(true)), "{told}");
        let (code, told) = run(&[&wrong, &fine]);
        assert!(code == Some(1) && told[0]["refused"].as_str().is_some_and(|w| w.contains("zip")) && told[1]["again"] == true, "{told}");
    }

    async fn files_that_wait_too_long_for_their_answer_are_listed(t: &TestApp) {
        let cast = cast(t, 1, false).await;
        let waiting = async || tributary::claims::acks::unanswered(&t.app, &t.owner().await).await.expect("a list").len();
        t.at("2026-03-04T08:00:00-08:00");
        assert_eq!(waiting().await, 0, "it left less than a day ago");
        t.at("2026-03-04T10:00:00-08:00");
        assert_eq!(waiting().await, 1, "no 999 after a day");
        t.acked(&cast.receipt("2026-03-04", "AK2*837*{0}~IK5*A~AK9*A*1*1*1~")).await;
        assert_eq!(waiting().await, 0);
        t.at("2026-03-07");
        assert_eq!(waiting().await, 1, "read, and no word about its claims after three");
        t.acked(&cast.first("A1:19:PR", "2026-03-07")).await;
        assert_eq!(waiting().await, 0);
    }
}
