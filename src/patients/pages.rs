//! The HTML door of patients: who they are and who pays for them.
//! A patient's own page reads every slice and stands in `today/glance`.

use super::PatientFilter;
use super::coverage::{NewCoverage, Relationship};
use super::patient::{NewPatient, Sex};
use crate::error::Result;
use crate::payers::payer::CoverageKind;
use crate::types::{Found, Sought, Text};
use crate::web::ctx::{Ask, Ctx, Form};
use crate::web::handler::get;
use crate::web::tree::as_form;
use crate::{patients, payers};
use poem::web::{Json, Path};
use poem::{Response, Route};
use serde::Deserialize;
use serde_json::{Value, json};

pub fn routes(site: Route) -> Route {
    site.at("/patients", get(list))
        .at("/patients/find", get(find))
        .at("/patients/new", get(blank).post(enter))
        .at("/patients/:id/edit", get(edit).post(change))
        .at("/patients/:id/coverages/new", get(blank_coverage).post(add_coverage))
        .at("/coverages/:id/edit", get(edit_coverage).post(change_coverage))
}

async fn find(ctx: Ctx, Ask(sought): Ask<Sought>) -> Result<Json<Vec<Found>>> {
    patients::find_by_name(&ctx.app, &ctx.by, &sought.q).await.map(Json)
}

async fn list(ctx: Ctx, Ask(filter): Ask<PatientFilter>) -> Result<Response> {
    let listing = patients::list(&ctx.app, &ctx.by, &filter).await?;
    let content = json!({ "listing": listing, "q": filter.q, "begun": !filter.cursor.is_blank() });
    ctx.page("patients/patients.html", content).await
}

/// A name that the page before knew.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Known {
    name: Text,
}

async fn blank(ctx: Ctx, Ask(known): Ask<Known>) -> Result<Response> {
    patients::may_write(&ctx.by)?;
    let typed = NewPatient { last_name: known.name, ..NewPatient::default() };
    ctx.page("patients/patient_form.html", json!({ "form": as_form(&typed), "sexes": Sex::options() })).await
}

async fn enter(ctx: Ctx, form: Form<NewPatient>) -> Result<Response> {
    match patients::enter(&ctx.app, &ctx.by, &form.value).await {
        Ok(patient) => ctx.see(&format!("/patients/{}", patient.id), "Patient added").await,
        Err(error) => {
            let content = json!({ "sexes": Sex::options(), "known": patients::known(&ctx.app, &ctx.by, &form.value).await? });
            ctx.again("patients/patient_form.html", &form, error, content).await
        }
    }
}

async fn edit(ctx: Ctx, Path(id): Path<String>) -> Result<Response> {
    patients::may_write(&ctx.by)?;
    let patient = patients::show(&ctx.app, &ctx.by, &id).await?;
    ctx.page("patients/patient_form.html", json!({ "form": as_form(&patient.as_typed()), "sexes": Sex::options(), "p": patient })).await
}

async fn change(ctx: Ctx, Path(id): Path<String>, form: Form<NewPatient>) -> Result<Response> {
    match patients::change(&ctx.app, &ctx.by, &id, &form.value).await {
        Ok(patient) => ctx.see(&format!("/patients/{}", patient.id), "Changes saved").await,
        Err(error) => {
            let content = json!({ "sexes": Sex::options(), "p": patients::show(&ctx.app, &ctx.by, &id).await? });
            ctx.again("patients/patient_form.html", &form, error, content).await
        }
    }
}

/// The lists of a coverage's form.
async fn coverage_lists(ctx: &Ctx) -> Result<Value> {
    let mut who: Vec<(String, String)> = payers::names(&ctx.app, &ctx.by).await?.into_iter().map(|p| (p.id.to_string(), p.name)).collect();
    who.push((CoverageKind::Cash.word().into(), "The patient pays".into()));
    let kinds: Vec<_> = CoverageKind::options().into_iter().filter(|(word, _)| *word != CoverageKind::Cash.word()).collect();
    Ok(
        json!({ "payers": who, "kinds": kinds, "relationships": Relationship::options(), "sexes": Sex::options(), "ranks": [["1", "First"], ["2", "Second"], ["3", "Third"]] }),
    )
}

async fn blank_coverage(ctx: Ctx, Path(id): Path<String>) -> Result<Response> {
    patients::may_write(&ctx.by)?;
    let mut content = coverage_lists(&ctx).await?;
    content["patient"] = json!(patients::show(&ctx.app, &ctx.by, &id).await?);
    content["form"] =
        as_form(&NewCoverage { relationship: Relationship::Myself.word().into(), rank: "1".into(), ..NewCoverage::default() });
    ctx.page("patients/coverage_form.html", content).await
}

async fn add_coverage(ctx: Ctx, Path(id): Path<String>, form: Form<NewCoverage>) -> Result<Response> {
    match patients::add_coverage(&ctx.app, &ctx.by, &id, &form.value).await {
        Ok(coverage) => ctx.see(&format!("/patients/{id}"), &format!("{} added", coverage.payer)).await,
        Err(error) => {
            let mut content = coverage_lists(&ctx).await?;
            content["patient"] = json!(patients::show(&ctx.app, &ctx.by, &id).await?);
            ctx.again("patients/coverage_form.html", &form, error, content).await
        }
    }
}

async fn edit_coverage(ctx: Ctx, Path(id): Path<String>) -> Result<Response> {
    patients::may_write(&ctx.by)?;
    let coverage = patients::show_coverage(&ctx.app, &ctx.by, &id).await?;
    let mut content = coverage_lists(&ctx).await?;
    content["form"] = as_form(&coverage.for_form());
    content["c"] = json!(coverage);
    ctx.page("patients/coverage_form.html", content).await
}

async fn change_coverage(ctx: Ctx, Path(id): Path<String>, form: Form<NewCoverage>) -> Result<Response> {
    match patients::change_coverage(&ctx.app, &ctx.by, &id, &form.value).await {
        Ok(coverage) => {
            ctx.see(&format!("/patients/{}", coverage.patient.id), "Coverage changed. Claims that were made keep the one before").await
        }
        Err(error) => {
            let mut content = coverage_lists(&ctx).await?;
            content["c"] = json!(patients::show_coverage(&ctx.app, &ctx.by, &id).await?);
            ctx.again("patients/coverage_form.html", &form, error, content).await
        }
    }
}
