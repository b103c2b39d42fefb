//! What a claim was priced, ruled and covered by: such rows are dated, never overwritten, and the claim remembers which it used.

use crate::support::TestApp;
use crate::support::chain::{Cast, id, sheet, with};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};
use tributary::entity::{claim, claim_line, claim_version, coverage, fee, rule_sheet};

/// The first version of a claim, and its only line.
async fn first_version(t: &TestApp, claim: &Value) -> (claim_version::Model, claim_line::Model) {
    let number = claim["number"].as_str().expect("a number");
    let row = claim::Entity::find().filter(claim::Column::Number.eq(number)).one(&t.app.db).await.expect("claims").expect("the claim");
    let versions = claim_version::Entity::find().filter(claim_version::Column::ClaimId.eq(row.id)).order_by_asc(claim_version::Column::N);
    let version = versions.one(&t.app.db).await.expect("versions").expect("a version");
    let lines = claim_line::Entity::find().filter(claim_line::Column::ClaimVersionId.eq(version.id));
    let line = lines.one(&t.app.db).await.expect("lines").expect("a line");
    (version, line)
}

async fn fee_of(t: &TestApp, line: &claim_line::Model) -> fee::Model {
    fee::Entity::find_by_id(line.fee_id.expect("a fee")).one(&t.app.db).await.expect("fees").expect("it is still there")
}

async fn sheet_of(t: &TestApp, version: &claim_version::Model) -> rule_sheet::Model {
    let found = rule_sheet::Entity::find_by_id(version.rule_sheet_id.expect("a sheet")).one(&t.app.db).await;
    found.expect("sheets").expect("it is still there")
}

async fn coverage_of(t: &TestApp, version: &claim_version::Model) -> coverage::Model {
    coverage::Entity::find_by_id(version.coverage_id).one(&t.app.db).await.expect("coverages").expect("it is still there")
}

crate::both_databases! {
    async fn a_new_fee_prices_visits_from_its_day_on_and_a_claim_remembers_the_one_it_used(t: &TestApp) {
        let Cast { referral, .. } = t.cast("2026-03-20").await;
        let sent = t.billed(&referral, "2026-03-02").await;
        let (_, before) = first_version(t, &sent).await;
        let raised = json!({ "code": "97140", "fee_cents": 4_500, "effective_on": "2026-03-10" });
        t.done("/api/v1/fees", raised).await;
        let older = t.claim_drafted(&referral, "2026-03-09").await;
        let newer = t.claim_drafted(&referral, "2026-03-10").await;
        assert_eq!([&t.fresh(&sent).await, &older, &newer].map(|c| c["charge_cents"].as_i64().expect("cents")), [16_000, 16_000, 18_000]);
        for (claim, cents) in [(&sent, 4_000), (&older, 4_000), (&newer, 4_500)] {
            assert_eq!(fee_of(t, &first_version(t, claim).await.1).await.fee_cents, cents);
        }
        // Said anew for the same day, it is another row: what was used stands as it was.
        t.done("/api/v1/fees", json!({ "code": "97140", "fee_cents": 4_100, "effective_on": "2020-01-01" })).await;
        let (_, after) = first_version(t, &sent).await;
        assert_eq!((after.fee_id, after.charge_cents), (before.fee_id, 16_000));
        assert_eq!(fee_of(t, &after).await.fee_cents, 4_000);
    }

    async fn a_claim_follows_the_rule_sheet_of_its_day_of_service_and_remembers_it(t: &TestApp) {
        let Cast { payer, referral, .. } = t.cast("2026-03-20").await;
        let sent = t.billed(&referral, "2026-03-02").await;
        let used = first_version(t, &sent).await.0.rule_sheet_id;
        let stricter = with(sheet(), json!({ "effective_on": "2026-03-10", "timely_filing_days": 90 }));
        t.done(&format!("/api/v1/payers/{payer}/rule-sheets"), stricter).await;
        let older = t.claim_drafted(&referral, "2026-03-09").await;
        let newer = t.claim_drafted(&referral, "2026-03-10").await;
        for (claim, days) in [(&sent, 365), (&older, 365), (&newer, 90)] {
            assert_eq!(sheet_of(t, &first_version(t, claim).await.0).await.timely_filing_days, Some(days));
        }
        t.done(&format!("/api/v1/payers/{payer}/rule-sheets"), with(sheet(), json!({ "timely_filing_days": 30 }))).await;
        assert_eq!(first_version(t, &sent).await.0.rule_sheet_id, used);
        assert_eq!(sheet_of(t, &first_version(t, &sent).await.0).await.timely_filing_days, Some(365), "what it was sent by");
    }

    async fn a_changed_coverage_is_a_new_row_and_what_was_sent_keeps_the_old_one(t: &TestApp) {
        let Cast { referral, .. } = t.cast("2026-03-20").await;
        let sent = t.billed(&referral, "2026-03-02").await;
        let draft = t.claim_drafted(&referral, "2026-03-03").await;
        let patient = format!("/api/v1/patients/{}", id(&referral["patient"]));
        let plan = t.read(&patient).await["coverages"][0].clone();
        let changed = t.changed(&format!("/api/v1/coverages/{}", id(&plan)), json!({ "member_no": "M-2" })).await;
        assert_eq!(t.read(&patient).await["coverages"].as_array().map(Vec::len), Some(1), "there is one, as before");
        assert_eq!(t.read(&format!("/api/v1/coverages/{}", id(&plan))).await["id"], changed["id"], "its old id leads on");
        let rows = coverage::Entity::find().order_by_asc(coverage::Column::Id).all(&t.app.db).await.expect("coverages");
        let told: Vec<(Option<&str>, bool)> = rows.iter().map(|c| (c.member_no.as_deref(), c.replaced_at.is_some())).collect();
        assert_eq!(told, [(Some("M-1"), true), (Some("M-2"), false)]);
        assert_eq!(rows[1].replaces_id, Some(rows[0].id));
        assert_eq!(coverage_of(t, &first_version(t, &sent).await.0).await.member_no.as_deref(), Some("M-1"), "what the payer was told");
        assert_eq!(coverage_of(t, &first_version(t, &draft).await.0).await.member_no.as_deref(), Some("M-2"), "what it will be told");
    }
}
