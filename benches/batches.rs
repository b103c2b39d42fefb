//! Ten thousand ready claims, each of another patient, as an 837P: from rows in the database to bytes in memory, against the
//! plain writer in Python that has the same number of claims in a JSON file (limit its time, aim half of it). What is checked
//! before a claim leaves and the kept copy are not in it; what the writer itself refuses is.
//! `TRIBUTARY_BENCH_FOLDER=... cargo bench --bench batches`: the folder holds `gen.py` and `x12_bench.py`;
//! `TRIBUTARY_BENCH_PYTHON` names another Python than `python3`.

#[path = "support/mod.rs"]
mod figures;
#[path = "support/peer.rs"]
mod peer;
#[path = "../tests/it/support/mod.rs"]
#[allow(dead_code, reason = "the bench takes what it needs")]
mod support;

use figures::{ms, ratio, say};
use peer::{Peer, load, median};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::time::Instant;
use support::TestApp;
use support::database::Database;
use support::mangle::Dice;
use support::many::{Lines, claims_of_many_patients};
use tributary::claims::batch;
use tributary::claims::claim::ClaimState;
use tributary::entity::{claim, partner};
use tributary::x12::claim_837p::Envelope;

const RUNS: usize = 7;
const CLAIMS: usize = 10_000;

/// One to three services each, as the peer's have.
fn claims(count: usize) -> Vec<Lines> {
    let mut dice = Dice::new(7);
    let all = [("97140", 12_000), ("97112", 4_000), ("97124", 7_525)];
    (0..count).map(|_| all[..1 + dice.below(3)].to_vec()).collect()
}

/// A practice with so many claims that are ready.
async fn practice(database: Database, claims: &[Lines]) -> TestApp {
    let t = TestApp::on(database).await;
    let support::chain::Cast { referral, payer, .. } = t.cast("2026-03-31").await;
    support::partners::may_send(&t, &payer).await;
    support::partners::clearinghouse(&t, "Office Ally", serde_json::json!({})).await;
    let model = t.billed(&referral, "2026-03-02").await;
    claims_of_many_patients(&t.app.db, model["number"].as_str().expect("a number"), claims).await;
    let ready = "update claim set state = 'ready', draft_version_id = sent_version_id, sent_version_id = null where visit_id is null";
    t.app.db.execute_unprepared(ready).await.expect("ready");
    t
}

async fn measure(database: Database, peer: &Peer) -> bool {
    let name = if matches!(database, Database::Sqlite) { "SQLite" } else { "PostgreSQL" };
    let t = practice(database, &claims(CLAIMS)).await;
    let practice = tributary::practice::of(&t.app.db).await.expect("a practice");
    let partner = partner::Entity::find().one(&t.app.db).await.expect("asked").expect("a clearinghouse");
    let envelope = Envelope {
        interchange_control: 1,
        group_control: 1,
        first_transaction_control: 1,
        created: chrono::NaiveDate::from_ymd_opt(2026, 3, 31).and_then(|day| day.and_hms_opt(9, 0, 0)).expect("a moment"),
        batch_reference: "BENCH",
    };
    let ids = claim::Entity::find().filter(claim::Column::State.eq(ClaimState::Ready)).select_only().column(claim::Column::Id);
    let ids: Vec<i64> = ids.order_by_asc(claim::Column::Id).into_tuple().all(&t.app.db).await.expect("ids");
    let (mut mine, mut theirs, mut bytes) = (Vec::new(), Vec::new(), 0);
    for run in 0..=RUNS {
        let begun = Instant::now();
        let bills = batch::gather(&t.app.db, &ids).await.expect("gathered");
        let drawn = batch::encode(&partner, &practice, &envelope, &bills).expect("written");
        let took = begun.elapsed().as_micros();
        assert_eq!(drawn.claims.len(), CLAIMS);
        bytes = drawn.text.len();
        // The first warms both.
        let python = peer.micros("write-python");
        if run > 0 {
            mine.push(took);
            theirs.push(python);
        }
    }
    let (mine, theirs) = (median(mine), median(theirs));
    say(&format!("{name}: 837P of {CLAIMS} claims, {} KiB, median of {RUNS} in turns (load {})", bytes / 1024, load()));
    let (limit, aim) = (ratio(mine, theirs), ratio(mine, theirs / 2));
    say(&format!("  Python's writer {}, ours {}: {limit} of it, {aim} of half of it", ms(theirs), ms(mine)));
    t.close().await;
    mine <= theirs
}

#[tokio::main]
async fn main() {
    let Some(peer) = Peer::found() else { return };
    let mut within = true;
    for database in support::databases().await {
        within &= measure(database, &peer).await;
    }
    assert!(within, "writing is over its limit");
}
