//! The program is killed at any moment while it posts: the ledger is whole or untouched, and the payment can be posted then.
//! `TRIBUTARY_TEST_KILLS` says how often (10 where it says nothing).

use crate::support::TestApp;
use crate::support::chain;
use crate::support::era::Era;
use crate::support::ledgers::{conserves, practice_conserves};
use crate::support::mangle::Dice;
use crate::support::many::{Lines, claims_like};
use std::time::{Duration, Instant};
use tributary::payments::era::take_in;

/// Enough that the posting takes most of the time of the process.
const CLAIMS: usize = 150;

fn kills() -> usize {
    std::env::var("TRIBUTARY_TEST_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(10)
}

/// A payment of so many claims, staged.
struct Staged {
    id: String,
    tag: String,
    numbers: Vec<String>,
    amount: i64,
}

async fn staged(t: &TestApp, model: &str, n: usize) -> Staged {
    let lines: Vec<Lines> = vec![vec![("97140", 12_000), ("97112", 4_000)]; CLAIMS];
    let numbers = claims_like(&t.app.db, model, &lines).await;
    let tag = format!("K{n}");
    let mut era = Era::new(&format!("{tag}P0"), "2026-03-20");
    for number in &numbers {
        era = era.lines(
            number,
            "1",
            "MARSH",
            &[("97140", 12_000, 9_000, &[("CO", "45", 3_000)]), ("97112", 4_000, 0, &[("CO", "197", 4_000)])],
        );
    }
    let taken = take_in(&t.app, &t.owner().await, "march.835", era.file().into_bytes()).await.expect("taken in");
    Staged { id: taken.remittances[0].id.to_string(), tag, numbers, amount: era.sum() }
}

#[derive(Debug, PartialEq, Eq)]
enum Stands {
    Untouched,
    Whole,
}

/// How the payment stands in the tables; anything between the two is a failure.
async fn stands(t: &TestApp, of: &Staged) -> Stands {
    let count = async |sql: String| {
        tributary::db::ask::<i64>(&t.app.db, &format!("select cast(coalesce(({sql}), 0) as bigint)")).await.expect("a number")
    };
    let numbers = of.numbers.iter().map(|n| format!("'{n}'")).collect::<Vec<_>>().join(", ");
    let claims = format!("select id from claim where number in ({numbers})");
    let found = [
        count(format!("select count(*) from remittance where trace = '{}P0'", of.tag)).await,
        count(format!("select count(*) from era where state = 'posted' and trace = '{}P0'", of.tag)).await,
        count(format!("select count(*) from decision where claim_id in ({claims})")).await,
        count(format!("select sum(amount_cents) from money_event where kind = 'insurer_payment' and claim_id in ({claims})")).await,
        count(format!("select sum(insurer_cents) from claim where number in ({numbers})")).await,
        count(format!("select count(*) from denial where claim_id in ({claims})")).await,
        count(format!("select count(*) from claim where state = 'partially_paid' and number in ({numbers})")).await,
        count(format!(
            "select count(*) from era_claim c join era e on e.id = c.era_id where e.trace = '{}P0' and c.state = 'posted'",
            of.tag
        ))
        .await,
    ];
    let all = CLAIMS as i64;
    match found {
        [0, 0, 0, 0, 0, 0, 0, 0] => Stands::Untouched,
        _ if found == [1, 1, all, of.amount, of.amount, all, all, all] => Stands::Whole,
        _ => panic!("half a payment: {found:?}"),
    }
}

crate::both_databases! {
    async fn killed_at_any_moment_while_it_posts_it_leaves_the_ledger_whole_or_untouched(t: &TestApp) {
        let chain::Cast { referral, .. } = t.cast("2026-03-31").await;
        let model = t.billed(&referral, "2026-03-02").await["number"].as_str().expect("a number").to_string();
        let first = staged(t, &model, 0).await;
        let begun = Instant::now();
        assert!(t.command(&["remittances", "post", &first.id]).status.success());
        let usual = begun.elapsed();
        assert_eq!(stands(t, &first).await, Stands::Whole);
        let mut dice = Dice::new(11);
        let (mut payment, mut made, mut whole) = (staged(t, &model, 1).await, 1, 0);
        for _ in 0..kills() {
            let mut child = t.prepared(&["remittances", "post", &payment.id]).spawn().expect("it starts");
            std::thread::sleep(Duration::from_micros(dice.below(usual.as_micros() as usize * 5 / 4) as u64));
            child.kill().expect("killed");
            child.wait().expect("it ended");
            if stands(t, &payment).await == Stands::Whole {
                whole += 1;
                made += 1;
                payment = staged(t, &model, made).await;
            }
        }
        eprintln!("killed {} times, {whole} of them after the end; the usual run takes {} ms", kills(), usual.as_millis());
        let posted = t.command(&["remittances", "post", &payment.id]);
        assert!(posted.status.success(), "{}", String::from_utf8_lossy(&posted.stderr));
        assert_eq!(stands(t, &payment).await, Stands::Whole);
        conserves(t, &payment.numbers, &payment.tag).await;
        practice_conserves(t).await;
    }
}
