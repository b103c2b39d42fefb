//! The chain, end to end: provider -> referral -> prescription -> visit -> claim -> remittance line.

use crate::support::chain::id;
use serde_json::json;

crate::both_databases! {
    async fn a_signed_note_drafts_its_claim_and_an_eob_pays_it(t: &TestApp) {
        t.fees().await;
        let doctor = t.doctor("Priya", "Raman").await;
        let payer = t.payer("Cascade Health").await;
        let referral = t.referral(&doctor, &payer, "Marsh", "2026-02-27").await;
        let claim = t.billed(&referral, "2026-03-02").await;
        assert_eq!((claim["state"].as_str(), claim["charge_cents"].as_i64()), (Some("accepted"), Some(16_000)));
        t.answered(&payer, &claim, "2026-03-02", 9_000, &[("CO", "45", 5_000), ("PR", "3", 2_000)]).await;
        let ledger = t.read(&format!("/api/v1/claims/{}/ledger", id(&claim))).await;
        assert_eq!((ledger["state"].as_str(), ledger["balance_cents"].as_i64()), (Some("partially_paid"), Some(2_000)));
        t.done("/api/v1/payments/patient", json!({ "claim": claim["number"], "amount_cents": 2_000, "method": "card" })).await;
        let ledger = t.read(&format!("/api/v1/claims/{}/ledger", id(&claim))).await;
        assert_eq!((ledger["state"].as_str(), ledger["balance_cents"].as_i64()), (Some("closed"), Some(0)));
    }
}
