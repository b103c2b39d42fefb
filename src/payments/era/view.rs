//! What a staged payment shows: the balance, and of each answer what was charged, paid and taken off, in words.

use super::answer_view::{AnswerView, Beside, ClaimOf, answer, claim_of};
use super::clash::{self, ClashView};
use super::words::{balance_line, imbalance_words, item_words};
use super::{sent, store};
use crate::claims;
use crate::db;
use crate::entity::era::Model as Era;
use crate::entity::payer;
use crate::error::Result;
use crate::payments::era_state::{EraState, MatchState};
use crate::payments::store as posted;
use crate::x12::remittance_835::Imbalance;
use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use sea_orm::ConnectionTrait;
use serde::Serialize;
use uuid::Uuid;

/// A payment in a list.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct EraRow {
    pub id: Uuid,
    pub state: EraState,
    /// The payer we know, or the name in the file.
    pub payer: String,
    pub trace: String,
    pub paid_on: Option<NaiveDate>,
    pub amount_cents: i64,
    pub claims: i64,
    /// The owner let it be posted although it does not balance.
    pub overridden: bool,
    /// Another payment has its number, and nobody said yet which is meant.
    pub clashes: bool,
    pub file_name: String,
    pub taken_in_at: DateTime<Utc>,
}

/// A payment of an 835, whole.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct EraView {
    pub id: Uuid,
    pub state: EraState,
    /// Why it was refused.
    pub why: Option<String>,
    /// The row that holds the same payment.
    pub duplicate_of: Option<Uuid>,
    /// Somebody has to look before it can be posted, or after.
    pub needs_a_person: bool,
    pub payer: Option<PayerOf>,
    /// As the file names them.
    pub payer_name: String,
    pub payer_no: String,
    pub payee_name: String,
    pub trace: String,
    pub method: String,
    pub paid_on: Option<NaiveDate>,
    pub amount_cents: i64,
    pub claims_cents: i64,
    pub items_cents: i64,
    pub ties: bool,
    /// `$1,284.50 = $1,310.50 in claims − $26.00 taken back`.
    pub balance: String,
    /// What does not hold, level by level, in words.
    pub imbalances: Vec<String>,
    pub cautions: Vec<String>,
    /// Another payment has its number and says something else.
    pub clash: Option<ClashView>,
    pub overridden: Option<Overridden>,
    /// The deposit it became.
    pub payment_id: Option<Uuid>,
    pub claims: Vec<AnswerView>,
    pub items: Vec<ItemView>,
    pub file_name: String,
    pub file_size: i64,
    pub taken_in_at: DateTime<Utc>,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PayerOf {
    pub id: Uuid,
    pub name: String,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Overridden {
    pub why: String,
    pub at: Option<DateTime<Utc>>,
}

/// An item of the whole payment: above zero was taken off, below zero came besides.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ItemView {
    pub reason: String,
    pub words: String,
    pub reference: String,
    pub amount_cents: i64,
    pub claim: Option<ClaimOf>,
}

/// Where the money of a payment goes when it is posted.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct EraSums {
    pub matched: i64,
    pub matched_cents: i64,
    pub parked: i64,
    pub parked_cents: i64,
    /// Items, as money for us: below zero was taken off.
    pub items_cents: i64,
    pub denied: i64,
    /// Matched and everyday: paid, and only the agreed price taken off.
    pub usual: i64,
    pub patient_cents: i64,
}

impl EraView {
    pub fn sums(&self) -> EraSums {
        let mut sums = EraSums { items_cents: -self.items_cents, ..EraSums::default() };
        for one in &self.claims {
            match one.state {
                MatchState::Matched | MatchState::Posted => {
                    sums.matched += 1;
                    sums.matched_cents += one.paid_cents;
                    sums.denied += i64::from(one.status_code == "4" || (one.paid_cents == 0 && one.patient_cents == 0));
                    sums.usual += i64::from(!one.is_unusual);
                    sums.patient_cents += one.patient_cents;
                }
                MatchState::Passed => {}
                _ => {
                    sums.parked += 1;
                    sums.parked_cents += one.paid_cents;
                }
            }
        }
        sums
    }
}

/// Rows of a list.
pub async fn rows(db: &impl ConnectionTrait, eras: &[Era]) -> Result<Vec<EraRow>> {
    let files = crate::documents::exchange::files(db, eras.iter().map(|e| e.exchange_file_id).collect()).await?;
    let payers = db::by_ids::<payer::Entity>(db, eras.iter().filter_map(|e| e.payer_id)).await?;
    let row = |era: &Era| EraRow {
        id: era.public_id,
        state: era.state,
        payer: era.payer_id.and_then(|id| payers.get(&id)).map_or_else(|| era.payer_name.clone(), |p| p.name.clone()),
        trace: era.trace.clone(),
        paid_on: era.paid_on,
        amount_cents: era.amount_cents,
        claims: era.claims,
        overridden: era.overridden_why.is_some(),
        clashes: clash::is_open(era),
        file_name: files.get(&era.exchange_file_id).map(|f| f.name.clone()).unwrap_or_default(),
        taken_in_at: era.created_at,
    };
    Ok(eras.iter().map(row).collect())
}

pub async fn eras(db: &impl ConnectionTrait, of: Vec<Era>) -> Result<Vec<EraView>> {
    let mut shown = Vec::new();
    for one in of {
        shown.push(era(db, one).await?);
    }
    Ok(shown)
}

pub async fn era(db: &impl ConnectionTrait, era: Era) -> Result<EraView> {
    let said = store::claims_of(db, era.id).await?;
    let items = store::items_of(db, era.id).await?;
    let ids = said.iter().filter_map(|c| c.claim_id).chain(items.iter().filter_map(|i| i.claim_id));
    let claims = claims::names_of(db, ids).await?;
    let files = crate::documents::exchange::files(db, vec![era.exchange_file_id]).await?;
    let file = files.get(&era.exchange_file_id);
    let payer = db::by_ids::<payer::Entity>(db, era.payer_id.into_iter()).await?.into_values().next();
    let duplicate_of = match era.duplicate_of_id {
        Some(id) => Some(store::row(db, id).await?.public_id),
        None => None,
    };
    let payment_id = match era.remittance_id {
        Some(id) => Some(posted::remittance_row(db, id).await?.public_id),
        None => None,
    };
    let beside = Beside {
        contractual: crate::practice::of(db).await?.contractual_reasons.0,
        lines: sent::lines(db, &said).await?,
        sheets: sent::sheets(db, era.payer_id).await?,
        claims,
    };
    let imbalances: Vec<Imbalance> = serde_json::from_value(era.imbalances.clone()).unwrap_or_default();
    let open = said.iter().any(|c| matches!(c.state, MatchState::ToMatch | MatchState::Held | MatchState::Parked));
    let odd = matches!(era.state, EraState::Unbalanced | EraState::Refused) || !era.cautions.0.is_empty();
    let waits = odd || payer.is_none() || clash::is_open(&era);
    Ok(EraView {
        id: era.public_id,
        state: era.state,
        why: era.why.clone(),
        duplicate_of,
        needs_a_person: era.state != EraState::Duplicate && (open || waits),
        payer: payer.map(|p| PayerOf { id: p.public_id, name: p.name }),
        payer_name: era.payer_name.clone(),
        payer_no: era.payer_no.clone(),
        payee_name: era.payee_name.clone(),
        trace: era.trace.clone(),
        method: era.method.clone(),
        paid_on: era.paid_on,
        amount_cents: era.amount_cents,
        claims_cents: era.paid_cents,
        items_cents: era.items_cents,
        ties: era.broken == 0,
        balance: balance_line(&era),
        imbalances: imbalances.iter().map(imbalance_words).collect(),
        cautions: era.cautions.0.clone(),
        clash: clash::view(db, &era).await?,
        overridden: era.overridden_why.clone().map(|why| Overridden { why, at: era.overridden_at }),
        payment_id,
        claims: said.iter().map(|one| answer(one, &beside)).collect(),
        items: items
            .into_iter()
            .map(|i| ItemView {
                words: item_words(&i.reason).into(),
                reason: i.reason,
                reference: i.reference,
                amount_cents: i.amount_cents,
                claim: i.claim_id.and_then(|id| beside.claims.get(&id)).map(claim_of),
            })
            .collect(),
        file_name: file.map(|f| f.name.clone()).unwrap_or_default(),
        file_size: file.map_or(0, |f| f.size),
        taken_in_at: era.created_at,
    })
}
