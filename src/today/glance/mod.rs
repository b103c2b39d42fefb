//! A provider and a patient at a glance: reads every slice, writes nothing.

pub mod api;
pub mod finding;
pub mod pages;

use crate::app::{Actor, App};
use crate::auth::role::{Reach, Thing};
use crate::error::Result;
use crate::network::view::{Numbers, ProviderView};
use crate::patients::view::{Balance, LookView, PatientView, PatientVisit};
use crate::referrals::ReferralFilter;
use crate::referrals::referral::ReferralState;
use crate::referrals::view::ReferralRow;
use crate::reports::{DisclosureFilter, DisclosureView, SourcesFilter};
use crate::types::Text;
use crate::types::rate::Halves;
use crate::{network, patients, practice, referrals, reports};
use chrono::NaiveDate;
use finding::{Facts, Finding};
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

/// How the relationship with one provider is doing.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ProviderGlance {
    pub provider: ProviderView,
    pub numbers: Numbers,
    /// Only for those who see what pays.
    pub money: Option<ProviderMoney>,
    pub finding: Option<Finding>,
    /// Referrals that are neither lost nor closed, those at their limit first; none for those who see no patients.
    pub active: Vec<ReferralRow>,
}

/// What came of the referrals of twelve months.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ProviderMoney {
    pub from: NaiveDate,
    pub net_cents: i64,
    pub outstanding_cents: i64,
    pub written_off_cents: i64,
    /// Net collected / attended visits; null without visits.
    pub per_visit_cents: Option<i64>,
    /// What a visit costs the practice; null where it was not said.
    pub visit_cost_cents: Option<i64>,
    /// Median days from sending a claim to its decision, and the same of all sources.
    pub days_to_decision: Option<Halves>,
    pub days_to_decision_of_all: Option<Halves>,
}

/// Gathers what is known of a provider.
pub async fn provider(app: &App, by: &Actor, id: &str) -> Result<ProviderGlance> {
    let provider = network::show(app, by, id).await?;
    let numbers = network::numbers(app, by, id).await?;
    let money = money(app, by, provider.id, &numbers).await?;
    let active = active(app, by, provider.id).await?;
    let facts = facts(&provider, &numbers, &active, money.is_some());
    Ok(ProviderGlance { finding: finding::finding(&facts), provider, numbers, money, active })
}

async fn money(app: &App, by: &Actor, id: Uuid, numbers: &Numbers) -> Result<Option<ProviderMoney>> {
    let Some(from) = numbers.from.filter(|_| by.rights(Thing::WhatPays).read != Reach::None) else { return Ok(None) };
    let filter = SourcesFilter { from: from.to_string().into(), ..SourcesFilter::default() };
    let (row, days_to_decision_of_all) = reports::source_of_provider(app, by, id, &filter).await?;
    let visit_cost_cents = practice::show(app, by).await?.visit_cost_cents;
    Ok(Some(ProviderMoney {
        from,
        net_cents: row.net_cents,
        outstanding_cents: row.outstanding_cents,
        written_off_cents: row.written_off_cents,
        per_visit_cents: row.per_visit_cents,
        visit_cost_cents,
        days_to_decision: row.median_days_to_decision,
        days_to_decision_of_all,
    }))
}

/// The latest two hundred are asked: who has more at once is beyond any page.
async fn active(app: &App, by: &Actor, id: Uuid) -> Result<Vec<ReferralRow>> {
    if by.rights(Thing::Referrals).read == Reach::None {
        return Ok(Vec::new());
    }
    let filter = ReferralFilter { provider: id.to_string().into(), limit: "200".into(), ..ReferralFilter::default() };
    let listing = referrals::list(app, by, &filter).await?;
    let mut rows: Vec<ReferralRow> = listing.items.into_iter().filter(is_active).collect();
    rows.sort_by_key(|r| (r.card.over == 0, r.card.authorized == 0, r.card.left));
    Ok(rows)
}

fn is_active(row: &ReferralRow) -> bool {
    !matches!(row.state, ReferralState::Lost | ReferralState::Closed)
}

fn facts(provider: &ProviderView, numbers: &Numbers, active: &[ReferralRow], sees_money: bool) -> Facts {
    let near = |r: &&ReferralRow| r.card.over > 0 || (r.card.authorized > 0 && r.card.left <= 1);
    Facts {
        name: provider.short_name.clone(),
        stage: Some(provider.stage),
        active: numbers.active,
        near_limit: i64::try_from(active.iter().filter(near).count()).unwrap_or(0),
        uncovered_cents: sees_money.then_some(numbers.uncovered_cents),
        quiet_days: numbers.quiet_days,
        has_npi: provider.npi.is_some(),
        has_email: !provider.emails.is_empty(),
        has_verified_email: provider.emails.iter().any(|e| e.verified_on.is_some()),
        channel: Some(provider.preferred_channel),
        frequency: Some(provider.report_frequency),
    }
}

/// What is next for one patient.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PatientGlance {
    pub patient: PatientView,
    pub referrals: Vec<ReferralRow>,
    /// Booked for today or later, the next one first.
    pub coming: Vec<PatientVisit>,
    /// What was, last first.
    pub past: Vec<PatientVisit>,
    /// Only for those who see money.
    pub balance: Option<Balance>,
    /// The latest of what was told about them, and to whom.
    pub told: Vec<DisclosureView>,
    /// Who looked or changed something; only for the owner.
    pub looks: Vec<LookView>,
}

/// Gathers what is known of a patient, as far as the reader may know it.
pub async fn patient(app: &App, by: &Actor, id: &str) -> Result<PatientGlance> {
    let patient = patients::show(app, by, id).await?;
    let filter = ReferralFilter { patient: patient.id.to_string().into(), ..ReferralFilter::default() };
    let listing = match by.rights(Thing::Referrals).read {
        Reach::None => Vec::new().into(),
        _ => referrals::list(app, by, &filter).await?,
    };
    let sees_money = by.rights(Thing::Claims).read != Reach::None;
    let told = match by.rights(Thing::Reports).read {
        Reach::None => Vec::new(),
        _ => reports::disclosures(app, by, id, &DisclosureFilter::default()).await?.items,
    };
    let today = app.today();
    let lies_ahead = |v: &PatientVisit| v.visit_on >= today && matches!(v.state.as_str(), "booked" | "arrived");
    let (mut coming, past): (Vec<_>, Vec<_>) = patients::visits(app, by, id).await?.into_iter().partition(lies_ahead);
    coming.reverse();
    Ok(PatientGlance {
        patient,
        referrals: listing.items,
        coming,
        past,
        balance: if sees_money { Some(patients::balance(app, by, id).await?) } else { None },
        told,
        looks: if by.only_owner().is_ok() { patients::looks(app, by, id).await? } else { Vec::new() },
    })
}

/// What a provider's page can be asked.
#[derive(Clone, Debug, Default, serde::Deserialize, Serialize)]
#[serde(default)]
pub struct ProviderAsk {
    /// One part of the timeline.
    pub show: Text,
    /// Its last day.
    pub until: Text,
    /// The activity that was just logged, to ask what comes next.
    pub next: Text,
}
