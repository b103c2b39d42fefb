//! Ledgers as they stand in the tables, to compare and to add up.

use super::TestApp;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use std::collections::HashMap;
use tributary::entity::{claim, claim_line, decision, denial, money_event, remittance, state_move};
use tributary::payments::eob::Adjustment;
use tributary::payments::ledger::Ledger;
use tributary::payments::money::{DecisionOutcome, EventKind};

/// The claims of these numbers.
async fn claims(t: &TestApp, numbers: &[String]) -> Vec<claim::Model> {
    let named = claim::Entity::find().filter(claim::Column::Number.is_in(numbers.to_vec())).order_by_asc(claim::Column::Id);
    named.all(&t.app.db).await.expect("claims")
}

/// The deposits whose numbers begin so.
async fn deposits(t: &TestApp, tag: &str) -> Vec<remittance::Model> {
    let named = remittance::Entity::find().filter(remittance::Column::Trace.starts_with(format!("{tag}P")));
    named.order_by_asc(remittance::Column::Trace).all(&t.app.db).await.expect("deposits")
}

async fn events(t: &TestApp, of: money_event::Column, ids: Vec<i64>) -> Vec<money_event::Model> {
    money_event::Entity::find().filter(of.is_in(ids)).order_by_asc(money_event::Column::Id).all(&t.app.db).await.expect("events")
}

/// Everything that is known of some claims and of the deposits whose numbers begin with `tag`, a text each; without ids and
/// without the numbers themselves, so that two sets can be compared.
pub async fn ledgers(t: &TestApp, numbers: &[String], tag: &str) -> Vec<String> {
    let db = &t.app.db;
    let mut told = Vec::new();
    for claim in claims(t, numbers).await {
        let events = events(t, money_event::Column::ClaimId, vec![claim.id]).await;
        let decisions = decision::Entity::find()
            .filter(decision::Column::ClaimId.eq(claim.id))
            .order_by_asc(decision::Column::Id)
            .all(db)
            .await
            .expect("decisions");
        let denials = denial::Entity::find()
            .filter(denial::Column::ClaimId.eq(claim.id))
            .order_by_asc(denial::Column::Id)
            .all(db)
            .await
            .expect("denials");
        let moves =
            state_move::Entity::find().filter(state_move::Column::ThingKind.eq("claim")).filter(state_move::Column::ThingId.eq(claim.id));
        let moves = moves.order_by_asc(state_move::Column::Id).all(db).await.expect("moves");
        let ids = events.iter().filter_map(|e| e.claim_line_id).chain(denials.iter().filter_map(|d| d.claim_line_id));
        let lines = claim_line::Entity::find().filter(claim_line::Column::Id.is_in(ids)).all(db).await.expect("lines");
        let line: HashMap<i64, i64> = lines.into_iter().map(|l| (l.id, l.n)).collect();
        let n = |id: Option<i64>| id.and_then(|id| line.get(&id).copied());
        let at = |id: Option<i64>| id.and_then(|id| decisions.iter().position(|d| d.id == id));
        let event = |id: Option<i64>| id.and_then(|id| events.iter().position(|e| e.id == id));
        let mut text =
            format!("{:?} {:?} {:?} {:?}\n", claim.state, claim.standing(), claim.patient_share_cents, claim.payer_claim_no.is_some());
        text += &format!("{:?} {:?} {:?} {:?}\n", claim.ever_denied, claim.now_denied, claim.first_decided_on, claim.voided_on);
        for d in &decisions {
            let amounts = (d.charge_cents, d.paid_cents, d.patient_cents, d.contractual_cents, d.denied_cents, d.reduced_cents);
            text += &format!(
                "{} {} {:?} {:?} {:?} {amounts:?} {}\n",
                d.payer_rank,
                d.status_code,
                d.outcome,
                d.state_before,
                at(d.reverses_id),
                d.adjustments
            );
        }
        for e in &events {
            let what = (e.kind, e.class, e.group_code, &e.reason_code, e.amount_cents, e.method, &e.reference, &e.note, e.entry_error);
            text += &format!("{what:?} {:?} {:?} {:?} {}\n", n(e.claim_line_id), at(e.decision_id), event(e.reverses_id), e.posted_on);
        }
        for d in &denials {
            text += &format!(
                "{:?} {:?} {} {:?} {:?} {:?} {:?}\n",
                at(Some(d.decision_id)),
                n(d.claim_line_id),
                d.amount_cents,
                d.reasons,
                d.state,
                d.root_cause,
                d.closed_on
            );
        }
        for m in &moves {
            text += &format!("{:?} -> {} {:?}\n", m.from_state, m.to_state, m.why);
        }
        told.push(plain(text, numbers, tag));
    }
    for deposit in deposits(t, tag).await {
        let own = events(t, money_event::Column::RemittanceId, vec![deposit.id]).await;
        let loose = own
            .iter()
            .filter(|e| e.claim_id.is_none())
            .map(|e| format!("{} {} {:?} {:?}", e.kind, e.amount_cents, e.reason_code, e.reference));
        let text =
            format!("{} {} {} {:?} {:?}", deposit.trace, deposit.amount_cents, deposit.method, deposit.note, loose.collect::<Vec<_>>());
        told.push(plain(text, numbers, tag));
    }
    told
}

/// The text without the numbers of this very set.
fn plain(mut text: String, numbers: &[String], tag: &str) -> String {
    for (n, number) in numbers.iter().enumerate() {
        text = text.replace(number, &format!("#{n}")).replace(&number.replace('-', ""), &format!("#{n}"));
    }
    text.replace(&format!("{tag}P"), "P").replace(&format!("X{tag}"), "X")
}

/// No cent comes or goes: every deposit is what its events come to, every decision is its charge, and what stands on a claim
/// follows from its events.
pub async fn conserves(t: &TestApp, numbers: &[String], tag: &str) {
    for deposit in deposits(t, tag).await {
        let own = events(t, money_event::Column::RemittanceId, vec![deposit.id]).await;
        let arrived: i64 =
            own.iter().filter(|e| matches!(e.kind, EventKind::InsurerPayment | EventKind::ProviderItem)).map(|e| e.amount_cents).sum();
        assert_eq!(arrived, if deposit.taken_back_on.is_some() { 0 } else { deposit.amount_cents }, "deposit {}", deposit.trace);
    }
    for claim in claims(t, numbers).await {
        let ledger = Ledger::of(&t.app.db, &claim).await.expect("a ledger");
        let sums = ledger.sums();
        let stands =
            (claim.insurer_cents, claim.patient_cents, claim.contractual_cents, claim.written_off_cents, claim.patient_share_cents);
        let figured = (sums.insurer_cents, sums.patient_cents, sums.contractual_cents, sums.written_off_cents, sums.patient_share_cents);
        assert_eq!(stands, figured, "claim {}", claim.number);
        assert_eq!(
            (claim.ever_denied, claim.now_denied, claim.first_decided_on),
            (sums.ever_denied, sums.now_denied, sums.first_decided_on),
            "claim {}",
            claim.number
        );
        for decision in ledger.decisions.iter().filter(|d| d.outcome != DecisionOutcome::DuplicateNotice) {
            let said: Vec<Adjustment> = serde_json::from_value(decision.adjustments.clone()).expect("adjustments");
            let adjusted: i64 = said.iter().map(|a| a.amount_cents).sum();
            assert_eq!(decision.charge_cents, decision.paid_cents + adjusted, "decision of {}", claim.number);
            let own = ledger.events.iter().filter(|e| e.decision_id == Some(decision.id) && !e.entry_error);
            let posted: i64 =
                own.filter(|e| matches!(e.kind, EventKind::InsurerPayment | EventKind::Adjustment)).map(|e| e.amount_cents).sum();
            assert_eq!(decision.charge_cents, posted, "events of a decision of {}", claim.number);
        }
    }
}

/// Over the practice: charges = net + contractual + written off + outstanding, each from its own table.
pub async fn practice_conserves(t: &TestApp) {
    let sum =
        async |sql: &str| tributary::db::ask::<i64>(&t.app.db, &format!("select cast(coalesce({sql}, 0) as bigint)")).await.expect("a sum");
    let charges = sum("(select sum(v.total_cents) from claim c join claim_version v on v.id = c.sent_version_id)").await;
    let net = sum("(select sum(amount_cents) from money_event where claim_id is not null and kind in ('insurer_payment', 'provider_item', 'patient_payment', 'refund'))").await;
    let written_off = sum("(select sum(amount_cents) from money_event where kind = 'write_off')").await;
    let contractual = sum("(select sum(contractual_cents) from claim)").await;
    let outstanding = sum("(select sum(charge_cents - insurer_cents - patient_cents - contractual_cents - written_off_cents) from claim where sent_version_id is not null)").await;
    assert_eq!(charges, net + contractual + written_off + outstanding);
    let arrived = sum("(select sum(amount_cents) from remittance where taken_back_on is null)").await;
    let posted =
        sum("(select sum(amount_cents) from money_event where remittance_id is not null and kind in ('insurer_payment', 'provider_item'))")
            .await;
    assert_eq!(arrived, posted, "what arrived is what was posted, to claims or in sight beside them");
}
