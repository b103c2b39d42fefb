//! After any walk through everything that may be done with money, the sums on a claim are the sums of its events.

use crate::support::TestApp;
use crate::support::chain::id;
use serde_json::{Value, json};
use tributary::app::Actor;
use tributary::claims::claim::ClaimState;
use tributary::claims::{self, Answer, Correcting, Sending};
use tributary::payments::desk::{self, NewPatientMoney, NewWriteOff};
use tributary::payments::eob::{NewAdjustment, NewClaimAnswer, NewEob, NewProviderItem};
use tributary::payments::money::EventKind;
use tributary::payments::view::LedgerView;
use tributary::payments::{self, LedgerAsk, TakeBack, denials};
use tributary::reports::sources;
use tributary::types::{Amount, Text};

/// A small generator: the same seed walks the same way on both databases.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: i64) -> i64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i64::try_from((self.0 >> 33) % u64::try_from(sides).expect("sides")).expect("small")
    }
}

/// Who walks, over which claims.
struct Walk<'a> {
    t: &'a TestApp,
    by: Actor,
    dice: Dice,
    claims: Vec<String>,
    payer: String,
    second: String,
    deposits: Vec<String>,
    entries: Vec<String>,
    steps: usize,
    done: usize,
}

fn adjustment(group: &str, reason: &str, cents: i64) -> NewAdjustment {
    NewAdjustment { group: group.into(), reason: reason.into(), amount_cents: Amount::Cents(cents), ..Default::default() }
}

impl Walk<'_> {
    fn claim(&mut self) -> String {
        let at = self.dice.roll(i64::try_from(self.claims.len()).expect("few"));
        self.claims[usize::try_from(at).expect("an index")].clone()
    }

    /// Today or a few days back: what is too early is refused, and that is part of the walk.
    fn day(&mut self) -> Text {
        let back = self.dice.roll(4);
        (self.t.app.today() - chrono::Days::new(back.unsigned_abs())).to_string().into()
    }

    fn eob(&mut self, amount: i64, answers: Vec<NewClaimAnswer>, items: Vec<NewProviderItem>) -> NewEob {
        NewEob {
            payer: if self.dice.roll(5) == 0 { &self.second } else { &self.payer }.as_str().into(),
            trace: format!("W-{}", self.steps).into(),
            paid_on: self.t.app.today().to_string().into(),
            posted_on: self.day(),
            amount_cents: Amount::Cents(amount),
            claims: answers,
            provider_items: items,
            ..Default::default()
        }
    }

    async fn ledger(&self, claim: &str, as_of: Text) -> LedgerView {
        payments::ledger_of(&self.t.app, &self.by, claim, &LedgerAsk { as_of }).await.expect("a ledger")
    }

    /// A decision of some kind that obeys the law, a reversal of what stands, or both in one.
    async fn answer(&mut self) -> bool {
        let claim = self.claim();
        let charge = self.ledger(&claim, Text::default()).await.charge_cents;
        let (a, b, c) = (self.dice.roll(9) * 1_000, self.dice.roll(5) * 1_000, self.dice.roll(4) * 1_000);
        let (paid, parts) = match self.dice.roll(5) {
            0 => (0, vec![adjustment("CO", "197", charge)]),
            1 => (0, vec![adjustment("PR", "1", charge)]),
            2 => (0, vec![adjustment("CO", "18", charge)]),
            _ => (a, vec![adjustment("CO", "45", b), adjustment("PR", "3", c), adjustment("CO", "151", charge - a - b - c)]),
        };
        let decision =
            NewClaimAnswer { claim: claim.as_str().into(), paid_cents: Amount::Cents(paid), adjustments: parts, ..Default::default() };
        let standing = self.ledger(&claim, Text::default()).await;
        let current = standing.decisions.iter().rev().find(|d| !d.reversed && d.taken_back_on.is_none() && d.charge_cents > 0);
        let mut answers = Vec::new();
        let mut amount = 0;
        if let Some(current) = current.filter(|_| self.dice.roll(2) == 0) {
            amount -= current.paid_cents;
            answers.push(NewClaimAnswer {
                claim: claim.as_str().into(),
                status_code: "22".into(),
                paid_cents: Amount::Cents(-current.paid_cents),
                ..Default::default()
            });
        }
        if answers.is_empty() || self.dice.roll(2) == 0 {
            amount += paid;
            answers.push(decision);
        }
        let mut items = Vec::new();
        let item = self.dice.roll(4) * 300;
        if item > 0 {
            amount -= item;
            let named = if self.dice.roll(2) == 0 { claim } else { String::new() };
            items.push(NewProviderItem {
                amount_cents: Amount::Cents(item),
                reason: "WO".into(),
                claim: named.into(),
                ..Default::default()
            });
        }
        if amount < 0 {
            items.push(NewProviderItem { amount_cents: Amount::Cents(amount), reason: "FB".into(), ..Default::default() });
            amount = 0;
        }
        let eob = self.eob(amount, answers, items);
        match payments::post(&self.t.app, &self.by, &eob).await {
            Ok(deposit) => {
                self.deposits.push(deposit.id.to_string());
                true
            }
            Err(_) => false,
        }
    }

    async fn desk(&mut self) -> bool {
        let claim = self.claim();
        let new = NewPatientMoney {
            claim: claim.into(),
            amount_cents: Amount::Cents(100 + self.dice.roll(40) * 100),
            note: "walk".into(),
            posted_on: self.day(),
            ..Default::default()
        };
        let done = if self.dice.roll(3) == 0 {
            desk::refund(&self.t.app, &self.by, &new).await
        } else {
            desk::pay(&self.t.app, &self.by, &new).await
        };
        done.map(|event| self.entries.push(event.id.to_string())).is_ok()
    }

    async fn write_off(&mut self) -> bool {
        let claim = self.claim();
        let some = self.dice.roll(3) * 1_000;
        let amount_cents = if some == 0 { Amount::Blank } else { Amount::Cents(some) };
        let new = NewWriteOff { amount_cents, reason: "walk".into(), posted_on: self.day() };
        let done = desk::write_off(&self.t.app, &self.by, &claim, &new).await;
        let Ok(ledger) = done else { return false };
        let entry = ledger.events.iter().rev().find(|e| e.kind == EventKind::WriteOff && e.may_be_taken_back);
        self.entries.extend(entry.map(|e| e.id.to_string()));
        true
    }

    async fn take_back(&mut self) -> bool {
        let new = TakeBack { why: "walk".into(), posted_on: if self.dice.roll(2) == 0 { Text::default() } else { self.day() } };
        let pick = |list: &[String], roll: i64| list.get(usize::try_from(roll).expect("an index")).cloned();
        if self.dice.roll(2) == 0 && !self.deposits.is_empty() {
            let roll = self.dice.roll(i64::try_from(self.deposits.len()).expect("few"));
            let deposit = pick(&self.deposits, roll).expect("one");
            return payments::take_back(&self.t.app, &self.by, &deposit, &new).await.is_ok();
        }
        if self.entries.is_empty() {
            return false;
        }
        let roll = self.dice.roll(i64::try_from(self.entries.len()).expect("few"));
        desk::take_back(&self.t.app, &self.by, &pick(&self.entries, roll).expect("one"), &new).await.is_ok()
    }

    /// Our own moves: appeal, correct, send again, have it taken in, close.
    async fn verb(&mut self) -> bool {
        let (app, by, claim) = (&self.t.app, &self.by.clone(), self.claim());
        match self.dice.roll(6) {
            0 => denials::appeal(app, by, &claim, &Text::default(), &Text::default()).await.is_ok(),
            1 => claims::correct(
                app,
                by,
                &claim,
                &Correcting { frequency: (7 + self.dice.roll(2)).to_string().into(), payer_claim_no: "P-1".into() },
            )
            .await
            .is_ok(),
            2 => claims::make_ready(app, by, &claim).await.is_ok(),
            3 => claims::submit(app, by, &claim, &Sending::default()).await.is_ok(),
            4 => claims::answer(app, by, &claim, claims::claim::AnswerKind::Accepted, &Answer::default()).await.is_ok(),
            _ => claims::close(app, by, &claim).await.is_ok(),
        }
    }

    async fn step(&mut self) {
        self.steps += 1;
        let done = match self.dice.roll(10) {
            0..=3 => self.answer().await,
            4..=5 => self.desk().await,
            6 => self.write_off().await,
            7 => self.take_back().await,
            _ => self.verb().await,
        };
        self.done += usize::from(done);
    }

    async fn check(&self) {
        for claim in &self.claims {
            let stored = self.ledger(claim, Text::default()).await;
            let sums = self.ledger(claim, self.t.app.today().to_string().into()).await;
            assert_eq!(five(&stored), five(&sums), "step {} {}", self.steps, stored.claim);
            let sum = |kinds: &[EventKind]| stored.events.iter().filter(|e| kinds.contains(&e.kind)).map(|e| e.amount_cents).sum::<i64>();
            assert_eq!(stored.insurer_cents, sum(&[EventKind::InsurerPayment, EventKind::ProviderItem]), "step {}", self.steps);
            assert_eq!(stored.patient_cents, sum(&[EventKind::PatientPayment, EventKind::Refund]), "step {}", self.steps);
            assert_eq!(stored.written_off_cents, sum(&[EventKind::WriteOff]), "step {}", self.steps);
            assert!(
                stored.patient_cents >= 0 && stored.written_off_cents >= 0 && stored.contractual_cents >= 0,
                "step {}: {stored:?}",
                self.steps
            );
            let settled = stored.balance_cents == 0;
            match stored.state {
                ClaimState::Paid | ClaimState::Closed | ClaimState::WrittenOff => {
                    assert!(settled, "step {}: {} is {}", self.steps, stored.claim, stored.state)
                }
                ClaimState::PartiallyPaid => assert!(!settled, "step {}: {} is partly paid and nothing is left", self.steps, stored.claim),
                _ => {}
            }
        }
        self.check_figures().await;
    }

    async fn check_figures(&self) {
        let view = sources::sources(&self.t.app, &self.by, &sources::SourcesFilter::default()).await.expect("figures");
        let total = serde_json::to_value(&view).expect("json")["total"].clone();
        let cents = |name: &str| total[name].as_i64().unwrap_or_else(|| panic!("{name} in {total}"));
        let outstanding = cents("charges_cents") - cents("net_cents") - cents("contractual_cents") - cents("written_off_cents");
        assert_eq!(outstanding, cents("outstanding_cents"), "step {}", self.steps);
        let board = payments::board::show(&self.t.app, &self.by, &Default::default()).await.expect("a board");
        let unallocated = view_of(&serde_json::to_value(&view).expect("json"), "Unallocated");
        assert_eq!(board.open_cents, Some(outstanding + unallocated), "step {}: the board and the figures tell the same", self.steps);
    }
}

fn view_of(view: &Value, source: &str) -> i64 {
    let rows = view["rows"].as_array().expect("rows");
    rows.iter().find(|r| r["source"] == source).and_then(|r| r["net_cents"].as_i64()).unwrap_or(0)
}

fn five(l: &LedgerView) -> [i64; 6] {
    [l.charge_cents, l.insurer_cents, l.patient_cents, l.contractual_cents, l.written_off_cents, l.balance_cents - l.credit_cents]
}

crate::both_databases! {
    async fn the_sums_on_a_claim_are_the_sums_of_its_events_after_a_random_walk(t: &TestApp) {
        t.at("2026-03-02");
        t.fees().await;
        let doctor = t.doctor("Priya", "Raman").await;
        let payer = t.payer("Cascade Health").await;
        let second = t.payer("Tideland Mutual").await;
        let referral = t.referral(&doctor, &payer, "Marsh", "2026-03-02").await;
        let cover = json!({ "patient": referral["patient"]["id"], "payer": second, "kind": "health", "rank": 2, "member_no": "T-9" });
        t.done("/api/v1/coverages", cover).await;
        let mut claims = Vec::new();
        for day in ["2026-03-02", "2026-03-03", "2026-03-04"] {
            t.at(day);
            claims.push(id(&t.billed(&referral, day).await));
        }
        let by = t.owner().await;
        let mut walk = Walk { t, by, dice: Dice(20_260_302), claims, payer, second, deposits: vec![], entries: vec![], steps: 0, done: 0 };
        for week in 0..24_u64 {
            let day = chrono::NaiveDate::from_ymd_opt(2026, 3, 8).expect("a day") + chrono::Days::new(week * 3);
            t.at(&day.to_string());
            for _ in 0..10 {
                walk.step().await;
            }
            walk.check().await;
        }
        assert!(walk.done > 60, "the walk was refused too often to tell anything: {} of {}", walk.done, walk.steps);
    }
}
