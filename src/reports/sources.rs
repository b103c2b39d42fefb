//! What pays: what each source of referrals brought, as of a day, for the referrals of a period.
//! Sums of today stand on the claims; claims to which something happened after the day are summed from their events.

use super::kpi::{SourceKey, Tally, in_order};
use super::store;
use crate::app::{Actor, App};
use crate::auth::role::Thing;
use crate::claims::claim::ClaimState;
use crate::db;
use crate::entity::claim::Model as Claim;
use crate::entity::provider;
use crate::entity::provider::Model as Provider;
use crate::error::{AppError, Result};
use crate::payments::Ledger;
use crate::referrals::referral::SourceKind;
use crate::referrals::view::bucket;
use crate::types::rate::{Halves, Rate, median};
use crate::types::{Check, Text};
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// What the table can be asked.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SourcesFilter {
    /// First and last day of receipt of the referrals, both included; open where nothing is said.
    pub from: Text,
    pub to: Text,
    /// Only what happened on or before this day counts; today where nothing is said.
    pub as_of: Text,
}

/// The period and the day, checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
    pub as_of: NaiveDate,
}

impl SourcesFilter {
    pub fn check(&self, today: NaiveDate) -> Result<Span> {
        let mut check = Check::new(today);
        let span = Span {
            from: check.day("from", &self.from),
            to: check.day("to", &self.to),
            as_of: check.past_day("as_of", &self.as_of, "The day of the figures").unwrap_or(today),
        };
        if let (Some(from), Some(to)) = (span.from, span.to)
            && to < from
        {
            check.say("to", "The period would end before it begins");
        }
        Ok(check.done(span)?)
    }
}

impl Span {
    /// The first day that counts.
    pub fn first(self) -> NaiveDate {
        self.from.unwrap_or(NaiveDate::from_ymd_opt(1, 1, 1).unwrap_or(NaiveDate::MIN))
    }

    /// The last day that counts: nothing that was received after the day of the figures was known then.
    pub fn last(self) -> NaiveDate {
        self.to.map_or(self.as_of, |to| std::cmp::min(to, self.as_of))
    }
}

/// The table.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct SourcesView {
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
    pub as_of: NaiveDate,
    pub rows: Vec<SourceRow>,
    pub total: SourceRow,
}

/// One source. Rates are fractions of 1; null where there is nothing to divide by.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct SourceRow {
    /// First and last name, or the name of the bucket.
    pub source: String,
    /// provider, self, patient, attorney, event, web, other, unattributed, unmatched, unallocated or total.
    pub source_kind: String,
    /// The provider's id.
    pub source_id: Option<Uuid>,
    pub referrals: i64,
    pub converted: i64,
    pub claims: i64,
    pub charges_cents: i64,
    pub insurer_cents: i64,
    pub patient_cents: i64,
    pub net_cents: i64,
    pub contractual_cents: i64,
    pub written_off_cents: i64,
    pub outstanding_cents: i64,
    pub adjudicated: i64,
    pub ever_denied: i64,
    pub now_denied: i64,
    pub net_collection_rate: Option<Rate>,
    pub per_referral_cents: Option<i64>,
    pub resolved: Option<Rate>,
    pub median_days_to_decision: Option<Halves>,
    /// Attended visits of the referrals, and net collected for each.
    pub visits: i64,
    pub per_visit_cents: Option<i64>,
}

impl SourceRow {
    pub fn of(source: String, source_kind: &str, source_id: Option<Uuid>, tally: &Tally) -> Self {
        Self {
            source,
            source_kind: source_kind.into(),
            source_id,
            referrals: tally.referrals,
            converted: tally.converted,
            claims: tally.claims,
            charges_cents: tally.charges_cents,
            insurer_cents: tally.insurer_cents,
            patient_cents: tally.patient_cents,
            net_cents: tally.net_cents(),
            contractual_cents: tally.contractual_cents,
            written_off_cents: tally.written_off_cents,
            outstanding_cents: tally.outstanding_cents(),
            adjudicated: tally.adjudicated,
            ever_denied: tally.ever_denied,
            now_denied: tally.now_denied,
            net_collection_rate: tally.net_collection_rate(),
            per_referral_cents: tally.per_referral_cents(),
            resolved: tally.resolved(),
            median_days_to_decision: tally.median_days_to_decision(),
            visits: tally.visits,
            per_visit_cents: tally.per_visit_cents(),
        }
    }
}

/// The sums by source, named and in order, and their total.
pub struct Tallied {
    pub rows: Vec<(SourceKey, String, Tally)>,
    pub providers: HashMap<i64, Provider>,
    pub total: Tally,
}

/// What pays.
pub async fn sources(app: &App, by: &Actor, filter: &SourcesFilter) -> Result<SourcesView> {
    let span = filter.check(app.today())?;
    let tallied = tallied(app, by, span).await?;
    let row = |(key, name, tally): &(SourceKey, String, Tally)| {
        let id = match key {
            SourceKey::Provider(id) => tallied.providers.get(id).map(|p| p.public_id),
            _ => None,
        };
        SourceRow::of(name.clone(), word(*key), id, tally)
    };
    Ok(SourcesView {
        from: span.from,
        to: span.to,
        as_of: span.as_of,
        rows: tallied.rows.iter().map(row).collect(),
        total: SourceRow::of("Total".into(), "total", None, &tallied.total),
    })
}

/// One provider's row, and how long decisions take whoever sends, for the provider's page. The same sums as in the table.
pub async fn of_provider(app: &App, by: &Actor, id: Uuid, filter: &SourcesFilter) -> Result<(SourceRow, Option<Halves>)> {
    by.rights(Thing::WhatPays).to_read("page")?;
    let span = filter.check(app.today())?;
    let gathered = app.held(format!("source of {id} {span:?}"), summed_of_provider(app, id, span)).await?;
    Ok((gathered.0.clone(), gathered.1))
}

async fn summed_of_provider(app: &App, id: Uuid, span: Span) -> Result<(SourceRow, Option<Halves>)> {
    let found = store::provider_with_merged(&app.db, id).await?;
    let provider = found.first().ok_or(AppError::NotFound("provider"))?;
    let ids: Vec<i64> = found.iter().map(|p| p.id).collect();
    let touched = store::touched(&app.db, span.as_of).await?;
    let mut sum = Tally::default();
    for (_, tally) in store::sums_of(&app.db, span, &touched, Some(&ids)).await? {
        sum.add(&tally);
    }
    for (_, claim, ledger) in replayed(app, span, &touched).await?.into_iter().filter(|(key, ..)| *key == SourceKey::Provider(provider.id))
    {
        sum.add(&of_claim(&claim, ledger, span.as_of));
    }
    let name = crate::network::view::named(provider).plain();
    let row = SourceRow::of(name, SourceKind::Provider.word(), Some(provider.public_id), &sum);
    let of_all: Vec<(i64, i64)> = store::days_of_all(&app.db, span).await?.into_iter().collect();
    Ok((row, median(&of_all)))
}

/// The sums behind the table, for those that draw it.
pub async fn tallied(app: &App, by: &Actor, span: Span) -> Result<Arc<Tallied>> {
    by.rights(Thing::WhatPays).to_read("page")?;
    app.held(format!("tallied {span:?}"), tally(app, span)).await
}

async fn tally(app: &App, span: Span) -> Result<Tallied> {
    let sums = summed(app, span).await?;
    let provider_ids = sums.keys().filter_map(|key| if let SourceKey::Provider(id) = key { Some(*id) } else { None });
    let providers = db::by_ids::<provider::Entity>(&app.db, provider_ids).await?;
    let mut total = Tally::default();
    sums.values().for_each(|tally| total.add(tally));
    let provider = |id: i64| providers.get(&id).map_or_else(String::new, |p| crate::network::view::named(p).plain());
    Ok(Tallied { rows: in_order(sums.into_iter().map(|(key, tally)| (key, name(key, provider), tally)).collect()), providers, total })
}

/// What a row is called; what has no source by its name in domain.md, 5.4.
pub fn name(key: SourceKey, provider: impl Fn(i64) -> String) -> String {
    match key {
        SourceKey::Provider(id) => provider(id),
        SourceKey::Kind(kind) => bucket(kind).to_string(),
        SourceKey::Unattributed => "Unattributed".into(),
        SourceKey::Unmatched => "Unmatched".into(),
        SourceKey::Unallocated => "Unallocated".into(),
    }
}

/// The word of a row's kind.
pub fn word(key: SourceKey) -> &'static str {
    match key {
        SourceKey::Provider(_) => SourceKind::Provider.word(),
        SourceKey::Kind(kind) => kind.word(),
        SourceKey::Unattributed => "unattributed",
        SourceKey::Unmatched => "unmatched",
        SourceKey::Unallocated => "unallocated",
    }
}

/// Adds everything up. The last three rows are always there, so that totals are seen to tie to the bank.
async fn summed(app: &App, span: Span) -> Result<HashMap<SourceKey, Tally>> {
    let mut sums: HashMap<SourceKey, Tally> = HashMap::new();
    for key in [SourceKey::Unattributed, SourceKey::Unmatched, SourceKey::Unallocated] {
        sums.entry(key).or_default();
    }
    let touched = store::touched(&app.db, span.as_of).await?;
    for (key, tally) in store::source_sums(&app.db, span, &touched).await? {
        sums.entry(key).or_default().add(&tally);
    }
    for (key, claim, ledger) in replayed(app, span, &touched).await? {
        sums.entry(key).or_default().add(&of_claim(&claim, ledger, span.as_of));
    }
    Ok(sums)
}

/// Claims whose sums of that day follow from their events.
pub async fn replayed(app: &App, span: Span, touched: &[i64]) -> Result<Vec<(SourceKey, Claim, Ledger)>> {
    if touched.is_empty() {
        return Ok(Vec::new());
    }
    let claims = store::claims_with_source(&app.db, span, touched).await?;
    store::with_ledgers(&app.db, claims).await
}

/// What one claim came to as of a day, from its events alone.
pub fn of_claim(claim: &Claim, ledger: Ledger, as_of: NaiveDate) -> Tally {
    let given_up = claim.state == ClaimState::Voided && claim.voided_on.is_some_and(|day| day <= as_of);
    let known = ledger.as_of(as_of);
    let sent = known.sent.first().map(|s| s.on);
    let charge_cents = known.charge_cents();
    let sums = known.sums();
    let counts = sent.is_some() && !given_up && sums.voided_on.is_none();
    let mut tally = Tally {
        insurer_cents: sums.insurer_cents,
        patient_cents: sums.patient_cents,
        contractual_cents: sums.contractual_cents,
        written_off_cents: sums.written_off_cents,
        ..Tally::default()
    };
    if counts {
        tally.claims = 1;
        tally.charges_cents = charge_cents;
    }
    if let (true, Some(sent), Some(decided)) = (counts, sent, sums.first_decided_on) {
        tally.adjudicated = 1;
        tally.ever_denied = i64::from(sums.ever_denied);
        tally.now_denied = i64::from(sums.now_denied);
        tally.adjudicated_charges_cents = charge_cents;
        tally.adjudicated_contractual_cents = sums.contractual_cents;
        tally.adjudicated_collected_cents = sums.insurer_cents + sums.patient_cents;
        tally.days_to_decision.insert((decided - sent).num_days(), 1);
    }
    tally
}

/// Reads the word and id by which a row is named outside.
pub fn read_key(kind: &str, provider_id: Option<i64>) -> Result<SourceKey> {
    Ok(match (kind, provider_id) {
        (_, Some(id)) => SourceKey::Provider(id),
        ("unattributed", None) => SourceKey::Unattributed,
        ("unmatched", None) => SourceKey::Unmatched,
        ("unallocated", None) => SourceKey::Unallocated,
        (kind, None) => match kind.parse::<SourceKind>() {
            Ok(kind) if kind != SourceKind::Provider => SourceKey::Kind(kind),
            _ => return Err(AppError::NotFound("source")),
        },
    })
}
