//! The JSON door of patients and their coverage.

use super::coverage::NewCoverage;
use super::patient::NewPatient;
use super::view::{Balance, CoverageView, LookView, PatientRow, PatientView, PatientVisit};
use super::{CoverageFilter, NewRestriction, PatientFilter};
use crate::error::Result;
use crate::patients;
use crate::types::Listing;
use crate::web::api::{Api, ApiRoutes, Body, Given, Made, Patch, Query};
use poem::web::Path;

pub fn routes() -> ApiRoutes {
    ApiRoutes::new("Patients")
        .get("/patients", "Patients, newest first", list)
        .asks::<PatientFilter>()
        .gives::<Listing<PatientRow>>()
        .post("/patients", "Enter a patient", create)
        .takes::<NewPatient>()
        .makes::<PatientView>()
        .get("/patients/{id}", "One patient with coverage and restrictions", show)
        .gives::<PatientView>()
        .patch("/patients/{id}", "Change a patient: send what changes, and the version you read", change)
        .takes::<NewPatient>()
        .gives::<PatientView>()
        .get("/patients/{id}/visits", "The latest visits of a patient with note and claim, last first", visits)
        .gives::<Listing<PatientVisit>>()
        .get("/patients/{id}/balance", "What is open between the practice, the patient and those who pay", balance)
        .gives::<Balance>()
        .get("/patients/{id}/looks", "Who looked at a patient or changed something; for the owner", looks)
        .gives::<Listing<LookView>>()
        .post("/patients/{id}/restrictions", "Keep something from a provider, as the patient asked", restrict)
        .takes::<NewRestriction>()
        .makes::<PatientView>()
        .post("/patients/{id}/restrictions/{restriction}/lift", "The patient changed their mind", lift)
        .gives::<PatientView>()
        .get("/coverages", "Coverages that stand, newest first", coverages)
        .asks::<CoverageFilter>()
        .gives::<Listing<CoverageView>>()
        .post("/coverages", "Say who pays for a patient", add_coverage)
        .takes::<NewCoverage>()
        .makes::<CoverageView>()
        .get("/coverages/{id}", "One coverage; an id that was replaced leads on", coverage)
        .gives::<CoverageView>()
        .patch("/coverages/{id}", "Change a coverage: a new row takes its place, with a new id", change_coverage)
        .takes::<NewCoverage>()
        .gives::<CoverageView>()
}

async fn list(api: Api, Query(filter): Query<PatientFilter>) -> Result<Given<Listing<PatientRow>>> {
    patients::list(&api.app, &api.by, &filter).await.map(Given)
}

async fn create(api: Api, Body(new): Body<NewPatient>) -> Result<Made<PatientView>> {
    patients::enter(&api.app, &api.by, &new).await.map(Made)
}

async fn show(api: Api, Path(id): Path<String>) -> Result<Given<PatientView>> {
    patients::show(&api.app, &api.by, &id).await.map(Given)
}

async fn change(api: Api, Path(id): Path<String>, sent: Patch) -> Result<Given<PatientView>> {
    let new = sent.over(&patients::show(&api.app, &api.by, &id).await?.as_typed())?;
    patients::change(&api.app, &api.by, &id, &new).await.map(Given)
}

async fn visits(api: Api, Path(id): Path<String>) -> Result<Given<Listing<PatientVisit>>> {
    patients::visits(&api.app, &api.by, &id).await.map(|all| Given(all.into()))
}

async fn balance(api: Api, Path(id): Path<String>) -> Result<Given<Balance>> {
    patients::balance(&api.app, &api.by, &id).await.map(Given)
}

async fn looks(api: Api, Path(id): Path<String>) -> Result<Given<Listing<LookView>>> {
    patients::looks(&api.app, &api.by, &id).await.map(|all| Given(all.into()))
}

async fn restrict(api: Api, Path(id): Path<String>, Body(new): Body<NewRestriction>) -> Result<Made<PatientView>> {
    patients::restrict(&api.app, &api.by, &id, &new).await.map(Made)
}

async fn lift(api: Api, Path((id, restriction)): Path<(String, String)>) -> Result<Given<PatientView>> {
    patients::lift_restriction(&api.app, &api.by, &id, &restriction).await.map(Given)
}

async fn coverages(api: Api, Query(filter): Query<CoverageFilter>) -> Result<Given<Listing<CoverageView>>> {
    patients::list_coverages(&api.app, &api.by, &filter).await.map(Given)
}

async fn add_coverage(api: Api, Body(new): Body<NewCoverage>) -> Result<Made<CoverageView>> {
    patients::add_coverage(&api.app, &api.by, new.patient.as_str(), &new).await.map(Made)
}

async fn coverage(api: Api, Path(id): Path<String>) -> Result<Given<CoverageView>> {
    patients::show_coverage(&api.app, &api.by, &id).await.map(Given)
}

async fn change_coverage(api: Api, Path(id): Path<String>, sent: Patch) -> Result<Given<CoverageView>> {
    let new = sent.over(&patients::show_coverage(&api.app, &api.by, &id).await?.as_typed())?;
    patients::change_coverage(&api.app, &api.by, &id, &new).await.map(Given)
}
