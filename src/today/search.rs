//! One box that finds anything: numbers first, then people and places, then what one can do. What was typed is nowhere kept.

use super::asked;
use super::commands::{self, Command};
use super::store::{self, NumberRow};
use crate::app::{Actor, App};
use crate::auth::role::{Reach, Thing};
use crate::db;
use crate::entity::{patient, provider};
use crate::error::Result;
use crate::network::view::named;
use crate::patients::view::full_name;
use crate::types::{Check, Found, Npi, Text, day};
use crate::{network, patients};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use uuid::Uuid;

/// What is looked for.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Search {
    /// A name, a phone number in any format, an email, an NPI, or any number that people quote.
    pub q: Text,
}

/// What was found, in the order in which it is shown.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct FoundView {
    pub groups: Vec<FoundGroup>,
    pub commands: Vec<Command>,
    /// Where `Enter` leads: the only thing that carries the number.
    pub only: Option<String>,
    pub count: i64,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct FoundGroup {
    pub title: &'static str,
    pub hits: Vec<Hit>,
}

/// One thing that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Hit {
    /// claim, referral, trace, authorization, npi, patient, provider ...
    pub kind: String,
    pub label: String,
    pub detail: String,
    /// The plural noun of its page,
    pub page: &'static str,
    pub id: Uuid,
}

impl Hit {
    fn to(&self) -> String {
        format!("/{}/{}", self.page, self.id)
    }
}

/// Finds whatever the actor may see.
pub async fn search(app: &App, by: &Actor, ask: &Search) -> Result<FoundView> {
    let mut check = Check::new(app.today());
    let typed = check.line("q", &ask.q).unwrap_or_default();
    check.done(())?;
    if typed.is_empty() {
        return Ok(FoundView::default());
    }
    let numbers = numbers(app, by, &typed).await?;
    let only = if let [only] = numbers.as_slice() { Some(only.to()) } else { None };
    let text = Text::new(&typed);
    let people = people(app, by, &text).await?;
    let commands = commands::fitting(&typed, |thing| by.rights(thing));
    let mut groups = vec![FoundGroup { title: "Numbers", hits: numbers }];
    groups.extend(people);
    groups.retain(|g| !g.hits.is_empty());
    let count = groups.iter().map(|g| g.hits.len()).sum::<usize>() + commands.len();
    Ok(FoundView { groups, commands, only, count: i64::try_from(count).unwrap_or(0) })
}

/// Patients, providers and offices by name, phone or email.
async fn people(app: &App, by: &Actor, text: &Text) -> Result<Vec<FoundGroup>> {
    let group = |title, kind: &str, page, found: Vec<Found>| FoundGroup {
        title,
        hits: found.into_iter().map(|f| Hit { kind: kind.into(), label: f.label, detail: f.detail, page, id: f.id }).collect(),
    };
    let mut groups = Vec::new();
    if by.rights(Thing::Patients).read != Reach::None {
        groups.push(group("Patients", "patient", "patients", patients::find_by_name(app, by, text).await?));
    }
    if by.rights(Thing::Network).read != Reach::None {
        groups.push(group("Providers", "provider", "providers", network::find_providers(app, by, text).await?));
        groups.push(group("Offices", "organization", "organizations", network::find_organizations(app, by, text).await?));
    }
    Ok(groups)
}

/// Whatever carries the number: claims, referrals, checks, authorizations, and those whose NPI it is.
async fn numbers(app: &App, by: &Actor, typed: &str) -> Result<Vec<Hit>> {
    let asked = asked::numbers(typed);
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    let mut hits = Vec::new();
    if by.rights(Thing::Network).read != Reach::None
        && let Ok(npi) = Npi::parse(typed)
    {
        hits.extend(store::npi_hits(app, &npi.to_string()).await?);
    }
    let rows = within_reach(app, by, store::numbers(app, &asked, sees(by)).await?).await?;
    let patients = db::by_ids::<patient::Entity>(&app.db, rows.iter().filter_map(|r| r.patient_id)).await?;
    let providers = db::by_ids::<provider::Entity>(&app.db, rows.iter().filter_map(|r| r.provider_id)).await?;
    for row in rows {
        let patient = row.patient_id.and_then(|id| patients.get(&id)).map(full_name);
        let provider = row.provider_id.and_then(|id| providers.get(&id)).map(|p| named(p).spoken());
        let hit = hit(row, patient, provider, app.today());
        if !hits.contains(&hit) {
            hits.push(hit);
        }
    }
    Ok(hits)
}

/// Referrals, claims, payments, coverages, reports: what exists for somebody.
fn sees(by: &Actor) -> [bool; 5] {
    let reads = |thing: Thing| by.rights(thing).read != Reach::None;
    let outlines = |thing: Thing| reads(thing) || by.rights(thing).outline;
    let deposits = by.rights(Thing::Claims).read == Reach::All;
    [reads(Thing::Referrals), outlines(Thing::Claims), deposits, reads(Thing::Patients), outlines(Thing::Reports)]
}

/// Leaves out what is about patients whom the actor does not see.
async fn within_reach(app: &App, by: &Actor, rows: Vec<NumberRow>) -> Result<Vec<NumberRow>> {
    let reach = by.rights(Thing::Patients).read;
    let ids: HashSet<i64> = rows.iter().filter_map(|r| r.patient_id).collect();
    let own = if reach == Reach::Own { patients::own_among(&app.db, by, ids).await? } else { HashSet::new() };
    let seen = |row: &NumberRow| match (row.patient_id, reach) {
        (_, Reach::All) => true,
        (Some(id), Reach::Own) => own.contains(&id),
        // A deposit or a summary is about everybody.
        (None, Reach::Own | Reach::None) | (Some(_), Reach::None) => false,
    };
    Ok(rows.into_iter().filter(seen).collect())
}

fn hit(row: NumberRow, patient: Option<String>, provider: Option<String>, today: chrono::NaiveDate) -> Hit {
    let on = row.on_day.map(|d| day::short(d, today));
    let said = |word: &str| on.as_ref().map(|on| format!("{word} {on}"));
    let (what, dated): (&str, Option<String>) = match row.kind.as_str() {
        "referral" => ("", said("received")),
        "claim" => ("", said("visit")),
        "payer_claim_no" => ("payer’s claim number", said("visit")),
        "sending" => ("number of a sending", said("sent")),
        "trace" => ("check or trace", on.clone()),
        "patient_check" => ("paid at the desk", on.clone()),
        "authorization" => ("authorization", None),
        "injury" => ("insurer’s claim", said("injured")),
        "member" => ("member number", None),
        _ => ("report", None),
    };
    let parts = [Some(what.to_string()).filter(|w| !w.is_empty()), patient, provider.map(|p| format!("to {p}")), row.other, dated];
    Hit {
        detail: parts.into_iter().flatten().collect::<Vec<_>>().join(" · "),
        kind: row.kind,
        label: row.number,
        page: page(&row.page),
        id: row.id,
    }
}

fn page(word: &str) -> &'static str {
    ["referrals", "claims", "payments", "patients", "reports"].into_iter().find(|p| *p == word).unwrap_or("patients")
}
