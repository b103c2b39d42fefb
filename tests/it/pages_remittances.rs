//! The pages of remittances that come as files: taken in, looked at, matched, posted, taken back.

use crate::support::TestApp;
use crate::support::chain::id;
use crate::support::era::Era;
use serde_json::Value;
use tributary::auth::role::Role;

/// A claim of $160.00 with its payer since March 2, and another one like it; it is March 31.
async fn two_claims(t: &TestApp) -> [Value; 2] {
    let referral = t.cast("2026-03-31").await.referral;
    [t.billed(&referral, "2026-03-02").await, t.billed(&referral, "2026-03-02").await]
}

fn number(claim: &Value) -> &str {
    claim["number"].as_str().expect("a number")
}

const USUAL: &[(&str, &str, i64)] = &[("CO", "45", 5_000), ("PR", "3", 2_000)];

crate::both_databases! {
    async fn a_file_is_taken_in_matched_posted_and_taken_back_on_its_page(t: &TestApp) {
        let [claim, other] = two_claims(t).await;
        let era = Era::new("EFT-88214", "2026-03-20").claim(number(&claim), "1", 16_000, 9_000, USUAL).claim("X-99", "1", 16_000, 9_000, USUAL);
        let mut browser = t.signed_in(Role::Biller).await;
        let form = browser.open("/payments/files").await;
        let page = browser.upload(&form, "/payments/files", &[], ("file", "march.835", era.file().as_bytes())).await;
        assert_eq!(page.all("h1"), ["Can this be posted?"], "{}", page.words());
        assert_eq!(page.all(".ties b"), ["$180.00", "$180.00"]);
        assert!(page.words().contains("Ties to the cent") && page.words().contains("needs a match"), "{}", page.words());
        assert_eq!(page.all(".sum tbody td"), ["$90.00", "$90.00"], "onto one claim, and under Unmatched");
        let assign = page.document().select(&crate::support::browser::css("form[action*=assign]")).next().and_then(|f| f.value().attr("action")).expect("a form").to_string();
        let wrong = browser.submit(&page, &assign, &[("claim", "C-2026-99999")]).await;
        assert!(wrong.status == 422 && wrong.words().contains("is no claim of ours"), "{}", wrong.words());
        let matched = browser.submit(&page, &assign, &[("claim", number(&other))]).await;
        assert_eq!(matched.all(".sum tbody td"), ["$180.00"], "{}", matched.words());
        let post = matched.document().select(&crate::support::browser::css("form[action$=post]")).next().and_then(|f| f.value().attr("action")).expect("a form").to_string();
        let posted = browser.submit(&matched, &post, &[]).await;
        assert_eq!(posted.all("h1"), ["What became of this payment?"], "{}", posted.words());
        assert_eq!(t.read(&format!("/api/v1/claims/{}", id(&other))).await["insurer_cents"], 9_000);
        let reverse = post.replace("/post", "/reverse");
        let refused = browser.submit(&posted, &reverse, &[("why", "")]).await;
        assert!(refused.status == 422 && refused.words().contains("Say what was wrong"), "{}", refused.words());
        let back = browser.submit(&posted, &reverse, &[("why", "wrong practice")]).await;
        assert_eq!(back.all("h1"), ["Can this be posted?"], "{}", back.words());
        assert_eq!(t.read(&format!("/api/v1/claims/{}", id(&other))).await["insurer_cents"], 0);
        assert!(browser.open("/payments/files").await.words().contains("EFT-88214"));
    }

    async fn one_that_does_not_balance_says_where_and_only_the_owner_is_offered_a_way(t: &TestApp) {
        let [claim, _] = two_claims(t).await;
        let era = Era::new("EFT-1", "2026-03-20").claim(number(&claim), "1", 16_000, 9_000, USUAL).file().replace("BPR*I*90*", "BPR*I*91*");
        let staged = t.staged(&era).await;
        let path = format!("/payments/files/{}", id(&staged));
        let page = t.signed_in(Role::Biller).await.open(&path).await;
        assert_eq!((page.all("h1"), page.has("form[action$=post]"), page.has("form[action$=override]")), (vec!["Why is this not posted?".into()], false, false));
        assert!(page.words().contains("off by $1.00") && page.words().contains("Ask the payer for a corrected file"), "{}", page.words());
        let mut owner = t.signed_in(Role::Owner).await;
        let page = owner.open(&path).await;
        let let_through = owner.submit(&page, &format!("{path}/override"), &[("why", "The bank shows $91.00")]).await;
        assert!(let_through.has("form[action$=post]") && let_through.words().contains("The bank shows $91.00"), "{}", let_through.words());
    }

    async fn a_wrong_file_draws_the_page_again_with_what_it_is(t: &TestApp) {
        let mut browser = t.signed_in(Role::Biller).await;
        let form = browser.open("/payments/files").await;
        for (content, word) in [(&b"name,amount\n1,2\n"[..], "table"), (b"%PDF-1.7", "PDF"), (b"", "empty")] {
            let page = browser.upload(&form, "/payments/files", &[], ("file", "x.835", content)).await;
            assert!(page.status == 422 && page.words().contains(word), "{word}: {}", page.words());
        }
    }
}
