//! What a claim says, item by item as the CMS-1500 form has it, in words.

use super::claim::{ORIGINAL, VOID};
use super::others::{self, plan::OtherPlan};
use super::{find, store, versions};
use crate::app::{Actor, App};
use crate::audit::Entry;
use crate::auth::role::Thing;
use crate::db::by_id;
use crate::entity::{claim, claim_version, coverage, location, patient, practice, therapist};
use crate::error::Result;
use crate::patients::patient::Sex;
use crate::payers::payer::CoverageKind;
use crate::practice::practice::TaxIdKind;
use crate::practice::view::therapist_name;
use crate::types::{day, icd10, place_of_service};
use crate::{patients, payers};
use schemars::JsonSchema;
use serde::Serialize;

/// A part of the form: a few items that are read together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Part {
    pub title: &'static str,
    pub items: Vec<Item>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Item {
    /// The number on the form, like 17b.
    pub number: &'static str,
    pub name: &'static str,
    /// Null: not on file.
    pub value: Option<String>,
    /// A code behind the words.
    pub code: Option<String>,
}

fn item(number: &'static str, name: &'static str, value: Option<String>) -> Item {
    Item { number, name, value, code: None }
}

impl Item {
    fn code(self, code: Option<String>) -> Self {
        Self { code, ..self }
    }
}

/// The rows that a form is filled from.
struct Sources {
    claim: claim::Model,
    version: claim_version::Model,
    frequency: i64,
    payer: String,
    coverage: coverage::Model,
    others: Vec<OtherPlan>,
    patient: patient::Model,
    therapist: therapist::Model,
    practice: practice::Model,
    location: Option<location::Model>,
}

/// The form of a claim: the draft, or what was sent last. Reading it leaves a trace.
pub async fn show(app: &App, by: &Actor, id: &str) -> Result<Vec<Part>> {
    // Who sees only how a claim stands does not see what it says.
    by.rights(Thing::Claims).to_read("claim")?;
    let claim = find(&app.db, by, id).await?;
    let seen = Entry::of("read", "claim", claim.id).named(claim.public_id).patient(claim.patient_id);
    crate::audit::seen(app, by, seen).await?;
    of(app, by, claim).await
}

/// The same of a claim that was found.
pub async fn of(app: &App, by: &Actor, claim: claim::Model) -> Result<Vec<Part>> {
    by.rights(Thing::Claims).to_read("claim")?;
    let Some(version_id) = claim.shown_version() else { return Ok(Vec::new()) };
    let version = versions::store::version_row(&app.db, version_id).await?;
    let sent = store::last_transmission(&app.db, claim.id).await?;
    let sources = Sources {
        frequency: if claim.state.is_unsent() { claim.draft_frequency } else { sent.map_or(ORIGINAL, |t| t.frequency) },
        payer: payers::row(&app.db, claim.payer_id).await?.name,
        coverage: patients::coverage_row(&app.db, version.coverage_id).await?,
        others: others::of_version(&app.db, version.id).await?,
        patient: patients::row(&app.db, claim.patient_id).await?,
        therapist: crate::practice::find_therapist_row(&app.db, version.therapist_id).await?,
        practice: crate::practice::of(&app.db).await?,
        location: by_id::<location::Entity>(&app.db, version.location_id).await?,
        claim,
        version,
    };
    Ok(vec![insured(&sources), accident(&sources), treated(&sources), billed(&sources)])
}

fn insured(from: &Sources) -> Part {
    let (coverage, patient) = (&from.coverage, &from.patient);
    let number = if coverage.kind.goes_by_claim_number() { &coverage.claim_no } else { &coverage.member_no };
    let middle = patient.middle_name.as_ref().map(|m| format!(", {m}")).unwrap_or_default();
    let sex = patient.sex.map(|s| match s {
        Sex::Female => "female",
        Sex::Male => "male",
        _ => "not stated",
    });
    let born = patient.born_on.map(day::long);
    let insured = coverage.insured_name.clone().unwrap_or_else(|| "The patient".into());
    let plan = [coverage.group_no.clone(), coverage.plan_name.clone()].into_iter().flatten().collect::<Vec<_>>().join(", ");
    let next = from.others.first().map(|other| {
        let words = [Some(other.payer.clone()), other.number.clone()].into_iter().flatten().collect::<Vec<_>>().join(", ");
        item("9", "Pays next", Some(words))
    });
    Part {
        title: "Who is insured",
        items: vec![
            item("1", "Kind", Some(format!("{}, {}", coverage.kind.label(), from.payer))),
            item("1a", if coverage.kind.goes_by_claim_number() { "Claim number of the injury" } else { "Member number" }, number.clone()),
            item("2", "Patient", Some(format!("{}, {}{middle}", patient.last_name, patient.first_name))),
            item("3", "Born, sex", born.map(|b| [Some(b), sex.map(String::from)].into_iter().flatten().collect::<Vec<_>>().join(", "))),
            item("5", "Address", address([&patient.street, &patient.street2, &patient.city, &patient.state, &patient.zip])),
            item("4", "Insured", Some(insured)),
            item("6", "Patient is to the insured", Some(coverage.relationship.label().into())),
            item("11", "Group, plan", (!plan.is_empty()).then_some(plan)),
        ]
        .into_iter()
        .chain(next)
        .collect(),
    }
}

fn address(parts: [&Option<String>; 5]) -> Option<String> {
    let [street, street2, city, state, zip] = parts;
    let town = [state.clone(), zip.clone()].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let whole = [street.clone(), street2.clone(), city.clone(), (!town.is_empty()).then_some(town)];
    let text = whole.into_iter().flatten().collect::<Vec<_>>().join(", ");
    (!text.is_empty()).then_some(text)
}

fn accident(from: &Sources) -> Part {
    let coverage = &from.coverage;
    let related = match coverage.kind {
        CoverageKind::WorkersComp => "Yes, at work".to_string(),
        kind if kind.is_auto() => {
            let place = coverage.accident_state.as_ref().map(|s| format!(" in {s}")).unwrap_or_default();
            format!("Yes, an auto accident{place}")
        }
        kind if kind.is_injury() => "Yes, another accident".into(),
        _ => "No".into(),
    };
    let replaces = match from.frequency {
        ORIGINAL => None,
        VOID => Some("Voids the claim sent before".to_string()),
        _ => Some("Replaces the claim sent before".to_string()),
    };
    let mut items = vec![item("10", "From an accident", Some(related))];
    if coverage.kind.is_injury() {
        items.push(item("14", "Day of the injury", coverage.injured_on.map(day::long)).code(Some("431".into())));
    }
    if let Some(employer) = &coverage.employer {
        items.push(item("11b", "Employer", Some(employer.clone())));
    }
    if replaces.is_some() {
        let theirs = from.claim.payer_claim_no.clone();
        items.push(
            item("22", "Sent again", replaces)
                .code(Some([Some(from.frequency.to_string()), theirs].into_iter().flatten().collect::<Vec<_>>().join(", "))),
        );
    }
    let told = from.version.additional();
    items.extend(told.note.map(|note| item("19", "Remark", Some(note))));
    items.extend(told.attachment.map(|a| {
        let words = format!("{}, {}", a.kind.label(), a.how.label().to_lowercase());
        let codes = [Some(format!("PWK {} {}", a.kind, a.how)), a.control(&from.claim.number)];
        item("19", "Papers that follow", Some(words)).code(Some(codes.into_iter().flatten().collect::<Vec<_>>().join(", ")))
    }));
    items.extend(told.delay_reason.map(|why| item("", "Why it is late", Some(why.label().into())).code(Some(format!("CLM20 {why}")))));
    items.push(item("23", "Authorization", from.version.authorization_no.clone()));
    Part { title: "What happened", items }
}

fn treated(from: &Sources) -> Part {
    let version = &from.version;
    let role = match version.referring_qualifier.as_deref() {
        Some("DK") => "Ordered by",
        Some("DQ") => "Supervised by",
        _ => "Referred by",
    };
    let mut items = vec![
        item("17", role, version.referring_name.clone()).code(version.referring_qualifier.clone()),
        item("17b", "Their NPI", version.referring_npi.clone()),
        item("24J", "Treated by", Some(therapist_name(&from.therapist))).code(version.rendering_npi.clone()),
    ];
    let letters = ["A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L"];
    for (code, letter) in version.diagnoses.0.iter().zip(letters) {
        let words = icd10::words(code).map_or_else(|| "Diagnosis as the prescriber wrote it".to_string(), String::from);
        items.push(item("21", "Diagnosis", Some(format!("{letter}. {words}"))).code(Some(code.clone())));
    }
    if version.diagnoses.0.is_empty() {
        items.push(item("21", "Diagnosis", None));
    }
    Part { title: "Who sent, who treated, what for", items }
}

fn billed(from: &Sources) -> Part {
    let practice = &from.practice;
    let tax_id = practice.tax_id.as_ref().map(|id| match practice.tax_id_kind {
        TaxIdKind::Ein => format!("EIN {}-{}", &id[..2], &id[2..]),
        TaxIdKind::Ssn => format!("SSN ending in {}", &id[5..]),
    });
    let elsewhere = from.location.as_ref().filter(|_| from.version.place_of_service != place_of_service::HOME);
    let elsewhere = elsewhere.map(|place| item("32", "Where it was", Some(whereabouts(place))).code(place.npi.clone()));
    Part {
        title: "Who bills",
        items: vec![
            item("25", "Tax id", tax_id),
            item("26", "Our number", Some(from.claim.number.clone())),
            item("24B", "Place", Some(place(&from.version.place_of_service).into())).code(Some(from.version.place_of_service.clone())),
            item("33", "Practice", Some(practice.name.clone())).code(from.version.billing_npi.clone()),
            item("33", "Its address", address([&practice.street, &practice.street2, &practice.city, &practice.state, &practice.zip])),
        ]
        .into_iter()
        .chain(elsewhere)
        .collect(),
    }
}

/// `Ballard Room, 7 Elm Ct, Seattle, WA 98107-2345`.
fn whereabouts(place: &location::Model) -> String {
    let parts = [Some(&place.name), Some(&place.street), place.street2.as_ref(), Some(&place.city)];
    let parts = parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(", ");
    format!("{parts}, {} {}", place.state, place.zip)
}

/// Where it was done, by the two digits of the claim.
fn place(code: &str) -> &'static str {
    match code {
        "11" => "Office",
        "12" => "The patient's home",
        "02" | "10" => "By video",
        _ => "Elsewhere",
    }
}
