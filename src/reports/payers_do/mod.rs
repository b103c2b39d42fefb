//! What do payers do to us? Per payer and treatment: what was paid, how long it took, what was refused and why, and what
//! was expected. Claims are those that first left in a period; what was said about them counts up to a day.

pub mod api;
pub mod figures;
pub mod pages;
mod store;
pub mod table;
pub mod view;

use super::sources::{SourcesFilter, Span};
use super::what_pays::{may_open, period::Period};
use crate::app::{Actor, App};
use crate::auth::role::Thing;
use crate::error::{AppError, Result};
use crate::patients;
use crate::payers::{self, payer::CoverageKind};
use crate::types::{Check, Cursor, Text, service_code};
use figures::{Of, Reason, median_days, top};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::{Figures, Found};
use view::{ClaimBehind, ClaimsBehind, CodeRow, PayerRow, PerformanceView};

/// What the page can be asked.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct PerformanceAsk {
    /// quarter, 12_months, year or all; 12 months where neither it nor a day is given.
    pub period: Text,
    /// First and last day of the first sending of the claims.
    pub from: Text,
    pub to: Text,
    /// Only what was posted on or before this day counts.
    pub as_of: Text,
    /// The payer whose treatments are shown, by its id.
    pub open: Text,
}

impl PerformanceAsk {
    /// The named period, unless days were given.
    fn period(&self) -> Option<Period> {
        let days = !self.from.is_blank() || !self.to.is_blank();
        (!days).then(|| self.period.as_str().parse().unwrap_or(Period::Months))
    }

    fn span(&self, app: &App) -> Result<Span> {
        let begins = self.period().and_then(|p| p.from(app.today())).map_or_else(|| self.from.clone(), |day| day.to_string().into());
        SourcesFilter { from: begins, to: self.to.clone(), as_of: self.as_of.clone() }.check(app.today())
    }
}

/// The page: a row for each payer and kind of coverage.
pub async fn performance(app: &App, by: &Actor, ask: &PerformanceAsk) -> Result<PerformanceView> {
    by.rights(Thing::WhatPays).to_read("page")?;
    let span = ask.span(app)?;
    let found = app.held(format!("what payers do {span:?}"), store::found(app, span)).await?;
    let mut rows: Vec<PayerRow> = found.figures.iter().filter(|f| f.code.is_none()).filter_map(|f| payer_row(&found, f)).collect();
    rows.sort_by(|a, b| b.counts.claims.cmp(&a.counts.claims).then_with(|| a.payer.cmp(&b.payer)));
    Ok(PerformanceView { period: ask.period(), from: span.from, to: span.to, as_of: span.as_of, rows })
}

fn payer_row(found: &Found, figures: &Figures) -> Option<PayerRow> {
    let key = (figures.payer_id, figures.kind);
    let payer = found.payers.get(&figures.payer_id)?;
    let counts = figures.counts();
    let days = found.days.iter().filter(|d| (d.payer_id, d.kind) == key);
    let days: Vec<_> = days.map(|d| (d.first_sent_on, d.first_decided_on, d.claims)).collect();
    let own = found.figures.iter().filter(|f| (f.payer_id, f.kind) == key);
    let mut codes: Vec<CodeRow> = own.filter_map(|f| Some(code_row(f, f.code.as_ref()?, found))).collect();
    codes.sort_by(|a, b| b.counts.claims.cmp(&a.counts.claims).then_with(|| a.code.cmp(&b.code)));
    Some(PayerRow {
        payer_id: payer.public_id,
        payer: payer.name.clone(),
        kind: figures.kind,
        kind_label: figures.kind.label(),
        shares: counts.shares(),
        counts,
        median_days_to_decision: median_days(&days),
        reasons: reasons(found, key, None),
        codes,
    })
}

fn code_row(figures: &Figures, code: &String, found: &Found) -> CodeRow {
    let counts = figures.counts();
    CodeRow {
        label: service_code::label(code).to_string(),
        code: code.clone(),
        shares: counts.shares(),
        per_unit_cents: super::kpi::per(counts.paid_cents, figures.paid_units),
        paid_units: figures.paid_units,
        counts,
        reasons: reasons(found, (figures.payer_id, figures.kind), Some(code)),
    }
}

fn reasons(found: &Found, key: (i64, CoverageKind), code: Option<&String>) -> Vec<Reason> {
    let own = found.reasons.iter().filter(|r| (r.payer_id, r.kind) == key && r.code.as_ref() == code);
    top(own.map(|r| Reason::of(&r.group_code, &r.reason_code, r.claims)).collect())
}

/// Which number is asked about.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct BehindAsk {
    /// Id of the payer.
    pub payer: Text,
    /// Kind of coverage: health, auto_pip, workers_comp ...
    pub kind: Text,
    /// A treatment, where its number is meant.
    pub code: Text,
    /// claims, adjudicated, paid, ever_denied, now_denied or underpaid.
    pub of: Text,
    pub from: Text,
    pub to: Text,
    pub as_of: Text,
    pub cursor: Text,
    pub limit: Text,
}

/// The claims behind a number, for those who may go down to patients.
pub async fn behind(app: &App, by: &Actor, ask: &BehindAsk) -> Result<ClaimsBehind> {
    by.rights(Thing::WhatPays).to_read("page")?;
    if !may_open(by) {
        return Err(AppError::NotFound("page"));
    }
    let cursor = Cursor::read(&ask.cursor, &ask.limit).map_err(AppError::BadRequest)?;
    let mut check = Check::new(app.today());
    let of: Option<Of> = check.choice("of", &ask.of);
    let kind: Option<CoverageKind> = check.choice("kind", &ask.kind);
    if ask.payer.is_blank() {
        check.say("payer", "Say which payer is meant");
    }
    check.done(())?;
    let span = SourcesFilter { from: ask.from.clone(), to: ask.to.clone(), as_of: ask.as_of.clone() }.check(app.today())?;
    let payer = payers::by_id(&app.db, ask.payer.as_str()).await?;
    let (of, kind, code) = (of.unwrap_or(Of::Claims), kind.unwrap_or(payer.kind), ask.code.some());
    let rows = store::behind(app, span, payer.id, kind, code.as_deref(), of).await?;
    let part: Vec<&store::BehindRow> = rows.iter().skip(cursor.shown()).take(usize::try_from(cursor.limit).unwrap_or(50)).collect();
    let patients = patients::view::names(&app.db, part.iter().map(|r| r.patient_id)).await?;
    let count = i64::try_from(rows.len()).unwrap_or(0);
    let shown = |r: &&store::BehindRow| ClaimBehind {
        id: r.id,
        number: r.number.clone(),
        patient: patients.get(&r.patient_id).cloned(),
        state: r.state,
        service_on: r.service_on,
        cents: r.amount,
    };
    Ok(ClaimsBehind {
        label: of.label(),
        of,
        payer_id: payer.public_id,
        payer: payer.name,
        kind_label: kind.label(),
        kind,
        code,
        from: span.from,
        to: span.to,
        as_of: span.as_of,
        count,
        cents: rows.iter().map(|r| r.amount).sum(),
        items: part.iter().map(shown).collect(),
        next_cursor: cursor.counted(part.len(), count),
    })
}
