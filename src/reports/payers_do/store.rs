//! The queries of what payers do. Their number does not grow with the claims.

use super::figures::{Counts, Of};
use crate::app::App;
use crate::claims::claim::ClaimState;
use crate::db;
use crate::entity::payer;
use crate::error::Result;
use crate::payers::payer::CoverageKind;
use crate::reports::sources::Span;
use chrono::NaiveDate;
use sea_orm::{EntityTrait, FromQueryResult, Value};
use std::collections::HashMap;
use uuid::Uuid;

const MATTERS: &str = include_str!("sql/matters.sql");

/// Of a payer and kind of coverage, or of one treatment there. A treatment is known only once something was said about it: all
/// its claims are decided.
#[derive(FromQueryResult)]
pub struct Figures {
    pub payer_id: i64,
    pub kind: CoverageKind,
    pub code: Option<String>,
    pub claims: i64,
    pub adjudicated: i64,
    pub paid: i64,
    pub ever_denied: i64,
    pub now_denied: i64,
    pub charges_cents: i64,
    pub paid_cents: i64,
    pub paid_units: i64,
    pub compared: i64,
    pub expected_cents: i64,
    pub allowed_cents: i64,
    pub short_cents: i64,
    pub underpaid: i64,
}

impl Figures {
    pub fn counts(&self) -> Counts {
        Counts {
            claims: self.claims,
            adjudicated: self.adjudicated,
            paid: self.paid,
            ever_denied: self.ever_denied,
            now_denied: self.now_denied,
            charges_cents: self.charges_cents,
            paid_cents: self.paid_cents,
            compared: self.compared,
            expected_cents: self.expected_cents,
            allowed_cents: self.allowed_cents,
            short_cents: self.short_cents,
            underpaid: self.underpaid,
        }
    }
}

#[derive(FromQueryResult)]
pub struct DaysRow {
    pub payer_id: i64,
    pub kind: CoverageKind,
    pub first_sent_on: NaiveDate,
    pub first_decided_on: NaiveDate,
    pub claims: i64,
}

#[derive(FromQueryResult)]
pub struct ReasonRow {
    pub payer_id: i64,
    pub kind: CoverageKind,
    pub code: Option<String>,
    pub group_code: String,
    pub reason_code: String,
    pub claims: i64,
}

/// All that the page is made of.
pub struct Found {
    pub figures: Vec<Figures>,
    pub days: Vec<DaysRow>,
    pub reasons: Vec<ReasonRow>,
    pub payers: HashMap<i64, payer::Model>,
}

fn values(span: Span) -> Vec<Value> {
    vec![span.first().into(), span.last().into(), span.as_of.into()]
}

async fn ask<T: FromQueryResult>(app: &App, span: Span, question: &str) -> Result<Vec<T>> {
    Ok(db::rows(&app.db, &format!("{MATTERS}{question}"), values(span)).await?)
}

pub async fn found(app: &App, span: Span) -> Result<Found> {
    Ok(Found {
        figures: ask(app, span, include_str!("sql/figures.sql")).await?,
        days: ask(app, span, include_str!("sql/days.sql")).await?,
        reasons: ask(app, span, include_str!("sql/reasons.sql")).await?,
        payers: payer::Entity::find().all(&app.db).await?.into_iter().map(|p| (p.id, p)).collect(),
    })
}

/// A claim behind a number, with what it adds to the money beside it.
#[derive(FromQueryResult)]
pub struct BehindRow {
    pub id: Uuid,
    pub number: String,
    pub patient_id: i64,
    pub state: ClaimState,
    pub service_on: NaiveDate,
    pub amount: i64,
}

impl Of {
    /// Whether a claim counts in the number, and the money that is shown with it: of the claim, or of one treatment in it.
    fn expressions(self, of_treatment: bool) -> (&'static str, &'static str) {
        match (self, of_treatment) {
            (Self::Claims | Self::Adjudicated, true) => ("1 = 1", "t.charge_cents"),
            (Self::Paid, true) => ("t.is_paid = 1", "t.paid_cents"),
            (Self::EverDenied, true) => ("t.ever_denied = 1", "t.charge_cents"),
            (Self::NowDenied, true) => ("t.now_denied = 1", "t.charge_cents"),
            (Self::Underpaid, _) => ("t.short_cents > 0", "t.short_cents"),
            (Self::Claims, false) => ("1 = 1", "m.charge_cents"),
            (Self::Adjudicated, false) => ("m.is_decided = 1", "m.charge_cents"),
            (Self::Paid, false) => ("m.is_decided = 1 and m.paid_cents > 0", "m.paid_cents"),
            (Self::EverDenied, false) => ("m.ever_denied = 1", "m.charge_cents"),
            (Self::NowDenied, false) => ("m.now_denied = 1", "m.charge_cents"),
        }
    }
}

/// The claims behind a number, the newest first.
pub async fn behind(app: &App, span: Span, payer_id: i64, kind: CoverageKind, code: Option<&str>, of: Of) -> Result<Vec<BehindRow>> {
    let (counts, amount) = of.expressions(code.is_some());
    let mut given = values(span);
    given.extend([payer_id.into(), kind.word().into()]);
    let joined = "join (select claim_id, payer_rank, max(is_paid) as is_paid, max(ever_denied) as ever_denied, max(now_denied) as now_denied, \
                  sum(paid_cents) as paid_cents, sum(charge_cents) as charge_cents, sum(short_cents) as short_cents from treatment \
                  /* code */ group by claim_id, payer_rank) t on t.claim_id = m.claim_id and t.payer_rank = m.payer_rank";
    let joined = match code {
        Some(code) => {
            given.push(code.into());
            joined.replace("/* code */", "where code = $6")
        }
        None if of == Of::Underpaid => joined.replace("/* code */", ""),
        None => String::new(),
    };
    let sql = include_str!("sql/behind.sql").replace("/* treatment */", &joined);
    let sql = sql.replace("/* counts */", counts).replace("/* amount */", &format!("cast({amount} as bigint)"));
    Ok(db::rows(&app.db, &format!("{MATTERS}{sql}"), given).await?)
}
