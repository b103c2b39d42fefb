//! What holds for every set of remittances, made by the seeded dice: however its payments travel, the ledger is that of one
//! import; no cent comes or goes on the way; and a file that is off by one cent posts nothing.
//! `TRIBUTARY_TEST_CASES` says how many sets (40 where it says nothing).

use crate::support::TestApp;
use crate::support::chain;
use crate::support::era::{Era, enveloped, file};
use crate::support::ledgers::{conserves, ledgers, practice_conserves};
use crate::support::mangle::Dice;
use crate::support::many::{Lines, claims_like};
use serde_json::json;
use std::collections::BTreeSet;
use tributary::app::Actor;
use tributary::error::AppError;
use tributary::payments::era::{self, Posting, Taken};
use tributary::payments::era_state::EraState;

type Part = (&'static str, &'static str, i64);

/// What a payer says of one claim of the set.
#[derive(Clone, Debug)]
struct Answer {
    claim: Option<usize>,
    status: &'static str,
    lines: Vec<(&'static str, i64, i64, Vec<Part>)>,
}

/// Something of the payment as a whole.
#[derive(Clone, Debug)]
struct Item {
    reason: &'static str,
    claim: Option<usize>,
    cents: i64,
}

#[derive(Clone, Debug, Default)]
struct Payment {
    answers: Vec<Answer>,
    items: Vec<Item>,
}

/// A set of payments about some claims.
#[derive(Clone, Debug)]
struct Set {
    claims: Vec<Lines>,
    payments: Vec<Payment>,
}

fn cases() -> u64 {
    std::env::var("TRIBUTARY_TEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(40)
}

/// A number of cents up to `most`, often all or nothing.
fn cents(dice: &mut Dice, most: i64) -> i64 {
    match dice.below(5) {
        0 => 0,
        1 => most,
        _ => dice.below(most as usize + 1) as i64,
    }
}

const REASONS: &[(&str, &str)] = &[
    ("CO", "45"),
    ("CO", "45"),
    ("PR", "1"),
    ("PR", "2"),
    ("PR", "3"),
    ("CO", "197"),
    ("CO", "151"),
    ("PI", "16"),
    ("PR", "96"),
    ("OA", "23"),
];

/// Why something was not paid, in up to three parts that sum to it.
fn parts(dice: &mut Dice, mut rest: i64) -> Vec<Part> {
    let mut found = Vec::new();
    while rest > 0 {
        let some = if found.len() == 2 { rest } else { std::cmp::max(1, cents(dice, rest)) };
        let (group, reason) = REASONS[dice.below(REASONS.len())];
        found.push((group, reason, some));
        rest -= some;
    }
    found
}

fn decided(dice: &mut Dice, claim: usize, status: &'static str, of: &Lines) -> Answer {
    let line = |(code, charge): &(&'static str, i64)| {
        let paid = cents(dice, *charge);
        (*code, *charge, paid, parts(dice, charge - paid))
    };
    Answer { claim: Some(claim), status, lines: of.iter().map(line).collect() }
}

/// Nothing paid, for one reason.
fn nothing(claim: usize, status: &'static str, reason: &'static str, of: &Lines) -> Answer {
    let line = |(code, charge): &(&'static str, i64)| (*code, *charge, 0, vec![("CO", reason, *charge)]);
    Answer { claim: Some(claim), status, lines: of.iter().map(line).collect() }
}

fn reversed(answer: &Answer) -> Answer {
    let negative = |parts: &[Part]| parts.iter().map(|(g, r, c)| (*g, *r, -c)).collect();
    let line = |(code, charge, paid, parts): &(&'static str, i64, i64, Vec<Part>)| (*code, -charge, -paid, negative(parts));
    Answer { status: "22", lines: answer.lines.iter().map(line).collect(), ..answer.clone() }
}

/// All that happens to one claim, in order.
fn story(dice: &mut Dice, claim: usize, of: &Lines) -> Vec<Answer> {
    let first = decided(dice, claim, "1", of);
    match dice.below(9) {
        0 => vec![nothing(claim, ["1", "4"][dice.below(2)], "197", of)],
        1 => vec![nothing(claim, "4", "50", of), first],
        2 => vec![first.clone(), reversed(&first), decided(dice, claim, "1", of)],
        3 => vec![first.clone(), reversed(&first)],
        4 => vec![first, nothing(claim, "1", "18", of)],
        5 => vec![first, decided(dice, claim, "2", of)],
        6 => vec![Answer { status: "25", ..first }],
        // A decision on a decision: it is held until a person looks.
        7 => vec![first, decided(dice, claim, "1", of)],
        _ => vec![first],
    }
}

fn set(dice: &mut Dice) -> Set {
    let lines = |dice: &mut Dice| -> Lines {
        let all = [("97140", 12_000), ("97112", 4_000), ("97124", 7_525)];
        all[..1 + dice.below(3)].to_vec()
    };
    let claims: Vec<Lines> = (0..1 + dice.below(4)).map(|_| lines(dice)).collect();
    let mut payments = vec![Payment::default(); 1 + dice.below(4)];
    for (n, of) in claims.iter().enumerate() {
        let mut at = 0;
        for answer in story(dice, n, of) {
            at += dice.below(payments.len() - at);
            payments[at].answers.push(answer);
        }
    }
    for payment in &mut payments {
        if dice.below(4) == 0 {
            payment.answers.push(Answer { claim: None, status: "1", lines: decided(dice, 0, "1", &claims[0]).lines });
        }
        if dice.below(3) == 0 {
            let (reason, claim) = [("L6", None), ("WO", Some(dice.below(claims.len()))), ("FB", None)][dice.below(3)];
            payment.items.push(Item { reason, claim, cents: dice.below(5_000) as i64 - 2_500 });
        }
    }
    Set { claims, payments }
}

impl Set {
    /// The payments in the words of a payer, about these claims and under numbers that begin so.
    fn told(&self, numbers: &[String], tag: &str) -> Vec<Era> {
        let wire = |n: usize| numbers[n].replace('-', "");
        let one = |(p, payment): (usize, &Payment)| {
            let mut era = Era::new(&format!("{tag}P{p}"), &format!("2026-03-1{p}"));
            for answer in &payment.answers {
                let number = answer.claim.map_or(format!("X-{tag}"), |n| numbers[n].clone());
                let lines: Vec<_> =
                    answer.lines.iter().map(|(code, charge, paid, parts)| (*code, *charge, *paid, parts.as_slice())).collect();
                era = era.lines(&number, answer.status, "MARSH", &lines);
            }
            for item in &payment.items {
                era = era.item(item.reason, &item.claim.map_or("NOTE".into(), wire), item.cents);
            }
            // A payment is never below zero: the rest is carried to the next one.
            match era.sum() {
                below if below < 0 => era.item("FB", "CARRIED", below),
                _ => era,
            }
        };
        self.payments.iter().enumerate().map(one).collect()
    }

    /// Whether no claim is spoken of in two payments, so that the order of posting cannot matter.
    fn is_independent(&self) -> bool {
        let mut seen = BTreeSet::new();
        self.payments.iter().all(|p| {
            let own: BTreeSet<usize> = p.answers.iter().filter_map(|a| a.claim).chain(p.items.iter().filter_map(|i| i.claim)).collect();
            own.into_iter().all(|claim| seen.insert(claim))
        })
    }
}

async fn take_in(t: &TestApp, by: &Actor, content: String) -> Taken {
    era::take_in(&t.app, by, "march.835", content.into_bytes()).await.expect("taken in")
}

/// The payments that wait, by their numbers.
fn waiting(taken: &[Taken], found: &mut Vec<(String, String)>) {
    for one in taken.iter().flat_map(|t| &t.remittances) {
        if one.state == EraState::Staged && !found.iter().any(|(_, id)| *id == one.id.to_string()) {
            found.push((one.trace.clone(), one.id.to_string()));
        }
    }
}

/// Posts a payment. What no longer fits is told first, and held; then the rest is posted.
async fn post(t: &TestApp, by: &Actor, id: &str) {
    let posted = match era::post(&t.app, by, id, &Posting::default()).await {
        Err(AppError::Conflict { message, .. }) if message.contains("It is held now") => {
            era::post(&t.app, by, id, &Posting::default()).await
        }
        posted => posted,
    };
    assert_eq!(posted.expect("posted").state, EraState::Posted);
}

/// The set in one file, posted in the order of its payments.
async fn in_one_file(t: &TestApp, by: &Actor, set: &Set, numbers: &[String], tag: &str) {
    let transactions: Vec<String> = set.told(numbers, tag).iter().map(|e| e.transaction("0001")).collect();
    let mut found = Vec::new();
    waiting(&[take_in(t, by, file(&transactions)).await], &mut found);
    conserves(t, numbers, tag).await;
    for (_, id) in found {
        post(t, by, &id).await;
        conserves(t, numbers, tag).await;
    }
}

/// The set in whatever files, in whatever order, some of it twice and some of it at the same moment.
async fn in_many_files(t: &TestApp, by: &Actor, dice: &mut Dice, set: &Set, numbers: &[String], tag: &str) {
    let mut sendings: Vec<Era> = set.told(numbers, tag);
    for n in 0..sendings.len() {
        if dice.below(3) == 0 {
            sendings.push(sendings[n].clone());
        }
    }
    shuffle(dice, &mut sendings);
    let mut files = Vec::new();
    while !sendings.is_empty() {
        let some: Vec<Era> = sendings.drain(..1 + dice.below(sendings.len())).collect();
        files.push(enveloped(dice, &some));
    }
    if dice.below(3) == 0 {
        files.push(files[dice.below(files.len())].clone());
    }
    let mut found = Vec::new();
    while let Some(one) = files.pop() {
        match files.pop() {
            Some(other) if dice.below(2) == 0 => {
                let (one, other) = tokio::join!(take_in(t, by, one), take_in(t, by, other));
                waiting(&[one, other], &mut found);
            }
            other => {
                waiting(&[take_in(t, by, one).await], &mut found);
                files.extend(other);
            }
        }
        conserves(t, numbers, tag).await;
    }
    match set.is_independent() {
        true => shuffle(dice, &mut found),
        false => found.sort(),
    }
    for (_, id) in found {
        match dice.below(4) {
            0 => post_twice_at_once(t, by, &id).await,
            _ => post(t, by, &id).await,
        }
        conserves(t, numbers, tag).await;
    }
}

async fn post_twice_at_once(t: &TestApp, by: &Actor, id: &str) {
    let ask = Posting::default();
    let (one, two) = tokio::join!(era::post(&t.app, by, id, &ask), era::post(&t.app, by, id, &ask));
    let posted = [one, two].into_iter().filter(|p| match p {
        Ok(_) => true,
        Err(AppError::Conflict { .. }) => false,
        Err(other) => panic!("{other}"),
    });
    match posted.count() {
        1 => {}
        // Something no longer fitted, and both were told.
        0 => post(t, by, id).await,
        _ => panic!("both posted it"),
    }
}

fn shuffle<T>(dice: &mut Dice, all: &mut [T]) {
    for n in (1..all.len()).rev() {
        all.swap(n, dice.below(n + 1));
    }
}

/// The number of a claim with its payer, to make others like it.
async fn model(t: &TestApp) -> String {
    let chain::Cast { referral, .. } = t.cast("2026-03-31").await;
    let claim = t.billed(&referral, "2026-03-02").await;
    claim["number"].as_str().expect("a number").to_string()
}

crate::both_databases! {
    async fn any_split_merge_reorder_envelope_repetition_and_concurrence_of_a_set_of_files_gives_the_ledger_of_one_import(t: &TestApp) {
        let model = model(t).await;
        let by = t.owner().await;
        for seed in 0..cases() {
            let dice = &mut Dice::new(seed + 1);
            let set = set(dice);
            let (one, many) = (format!("A{seed}"), format!("B{seed}"));
            let numbers = claims_like(&t.app.db, &model, &[set.claims.clone(), set.claims.clone()].concat()).await;
            let (for_one, for_many) = numbers.split_at(set.claims.len());
            in_one_file(t, &by, &set, for_one, &one).await;
            in_many_files(t, &by, dice, &set, for_many, &many).await;
            let (one, many) = (ledgers(t, for_one, &one).await, ledgers(t, for_many, &many).await);
            assert_eq!(one, many, "set {seed}: {set:#?}");
            if seed % 50 == 0 {
                practice_conserves(t).await;
            }
        }
        practice_conserves(t).await;
    }

    async fn a_file_that_is_off_by_one_cent_anywhere_posts_nothing_and_names_the_level(t: &TestApp) {
        let model = model(t).await;
        let by = t.owner().await;
        for seed in 0..cases() {
            let dice = &mut Dice::new(seed + 1_000_000);
            let set = set(dice);
            let tag = format!("C{seed}");
            let numbers = claims_like(&t.app.db, &model, &set.claims).await;
            let before = ledgers(t, &numbers, &tag).await;
            let mut eras = set.told(&numbers, &tag);
            // One that says nothing but its amount is refused for that.
            eras.retain(|era| ["CLP*", "PLB*"].iter().any(|said| era.transaction("0001").contains(said)));
            let era = &eras[dice.below(eras.len())];
            let Some((changed, level)) = one_cent_off(dice, &era.transaction("0001")) else { continue };
            let taken = take_in(t, &by, file(std::slice::from_ref(&changed))).await;
            let staged = &taken.remittances[0];
            assert_eq!((staged.state, staged.ties), (EraState::Unbalanced, false), "{changed}");
            assert!(staged.imbalances.iter().any(|words| words.contains(level) && words.contains("off by $0.01")), "{level}: {:?}: {changed}", staged.imbalances);
            let refused = era::post(&t.app, &by, &staged.id.to_string(), &Posting::default()).await;
            assert!(matches!(refused, Err(AppError::Conflict { .. })), "{changed}");
            assert_eq!(ledgers(t, &numbers, &tag).await, before, "{changed}");
        }
    }

    async fn a_reversal_that_came_with_the_decision_it_takes_back_is_tried_again_when_it_is_posted(t: &TestApp) {
        let number = model(t).await;
        let parts = [("CO", "45", 5_000), ("PR", "3", 2_000)];
        let back = [("CO", "45", -5_000), ("PR", "3", -2_000)];
        let first = Era::new("EFT-1", "2026-03-20").claim(&number, "1", 16_000, 9_000, &parts);
        let second = Era::new("EFT-2", "2026-03-27").claim(&number, "22", -16_000, -9_000, &back).claim(&number, "1", 16_000, 11_000, &[("CO", "45", 5_000)]);
        let taken = t.era(&file(&[first.transaction("0001"), second.transaction("0002")])).await.json();
        let [one, two] = [0, 1].map(|n| &taken["remittances"][n]);
        assert_eq!(two["claims"][0]["state"], "held", "nothing to take back yet: {two}");
        t.done(&format!("/api/v1/remittances/{}/post", chain::id(one)), json!({})).await;
        let posted = t.done(&format!("/api/v1/remittances/{}/post", chain::id(two)), json!({})).await;
        assert_eq!((&posted["claims"][0]["state"], &posted["claims"][1]["state"]), (&json!("posted"), &json!("posted")), "{posted}");
        let claim = t.read(&format!("/api/v1/claims/{number}")).await;
        assert_eq!((&claim["state"], &claim["insurer_cents"]), (&json!("paid"), &json!(11_000)));
    }
}

/// The transaction with one amount moved by a cent, and the level at which that is told.
fn one_cent_off(dice: &mut Dice, transaction: &str) -> Option<(String, &'static str)> {
    let mut segments: Vec<Vec<String>> = transaction.split_terminator('~').map(|s| s.split('*').map(String::from).collect()).collect();
    let mut places = Vec::new();
    for (n, segment) in segments.iter().enumerate() {
        places.extend(match segment[0].as_str() {
            "BPR" => vec![(n, 2, "level: payment")],
            "CLP" => vec![(n, 3, "level: claim"), (n, 4, "level: claim")],
            "SVC" => vec![(n, 2, "level: line"), (n, 3, "level: line")],
            "CAS" => vec![(n, 3, "level: line")],
            "PLB" => vec![(n, 4, "level: payment")],
            _ => vec![],
        });
    }
    let (n, at, level) = *places.get(dice.below(places.len()))?;
    let element = &mut segments[n][at];
    let cents = crate::support::era::cents(element) + if dice.below(2) == 0 { 1 } else { -1 };
    // BPR02 bears no sign.
    *element = crate::support::era::dollars(if segments_is_bpr(n) { cents.abs() } else { cents });
    Some((segments.iter().map(|s| s.join("*") + "~").collect(), level))
}

/// The BPR is the second segment of every transaction.
fn segments_is_bpr(n: usize) -> bool {
    n == 1
}
