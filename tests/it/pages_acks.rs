//! The pages of answers: files taken in, what each did, and a claim's history in plain words.

use crate::support::TestApp;
use crate::support::acks::{Left, receipt, said, status, wire};
use crate::support::chain::{self, id};
use crate::support::partners::may_send;
use serde_json::{Value, json};
use tributary::auth::role::Role;

/// A claim of March 2 that left on March 3; it is March 20.
async fn one_claim(t: &TestApp) -> (Value, Left) {
    let chain::Cast { referral, payer, .. } = t.cast("2026-03-03").await;
    may_send(t, &payer).await;
    let house = t.house("First House", "HOUSE", json!({})).await;
    let claim = t.claim_drafted(&referral, "2026-03-02").await;
    let left = t.left(&house, &[&claim]).await;
    t.at("2026-03-20");
    (claim, left)
}

crate::both_databases! {
    async fn a_file_of_answers_is_taken_in_and_shows_what_it_did_claim_by_claim(t: &TestApp) {
        let (claim, left) = one_claim(t).await;
        let mut browser = t.signed_in(Role::Biller).await;
        let form = browser.open("/claims/answers").await;
        let told = said(&wire(&claim), "A7:562:DN", "2026-03-05", "") + &said("XYZ", "A2:20", "2026-03-05", "");
        let file = status(&left.reference, "2026-03-05", &told);
        let page = browser.upload(&form, "/claims/answers", &[], ("file", "march.277", file.as_bytes())).await;
        assert_eq!(page.all("h1"), ["What did this file say?"], "{}", page.words());
        let words = page.words();
        assert!(words.contains("1 rejected, 1 not ours") && words.contains("NPI (referring provider)") && words.contains("Not ours"), "{words}");
        let again = browser.upload(&form, "/claims/answers", &[], ("file", "march.277", file.as_bytes())).await;
        assert!(again.words().contains("taken in before"), "{}", again.words());
        let list = browser.open("/claims/answers").await;
        assert!(list.words().contains("FIRST HOUSE") && list.words().contains("Needs a look"), "{}", list.words());
        let shown = browser.open(&format!("/claims/{}", id(&claim))).await;
        assert!(shown.words().contains("2026: Rejected, something is not valid: NPI (referring provider)"), "{}", shown.words());
        assert_eq!(shown.all(".checks .code"), ["A7:562:DN"], "codes stand grey behind");
        let board = browser.open("/claims?list=rejected").await;
        assert!(board.words().contains("NPI (referring provider)"), "{}", board.words());
    }

    async fn a_receipt_is_told_as_no_acknowledgment(t: &TestApp) {
        let (claim, left) = one_claim(t).await;
        t.acked(&receipt(left.group, "2026-03-04", "AK9*A*1*1*1~")).await;
        let page = t.signed_in(Role::Biller).await.open(&format!("/claims/{}", id(&claim))).await;
        assert!(page.words().contains("could be read, which is no receipt of the claim"), "{}", page.words());
        let board = t.signed_in(Role::Biller).await.open("/claims?list=sent").await;
        assert!(board.words().contains("Sent Mar 3, no answer"), "{}", board.words());
    }

    async fn a_wrong_file_draws_the_page_of_answers_again_with_what_it_is(t: &TestApp) {
        let mut browser = t.signed_in(Role::Biller).await;
        let form = browser.open("/claims/answers").await;
        for (content, word) in [(&b"name,amount\n1,2\n"[..], "table"), (b"%PDF-1.7", "PDF"), (b"", "empty")] {
            let page = browser.upload(&form, "/claims/answers", &[], ("file", "x.277", content)).await;
            assert!(page.status == 422 && page.words().contains(word), "{word}: {}", page.words());
        }
    }
}
