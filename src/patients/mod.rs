//! The people who are treated, who pays for them, and what they asked us not to tell.

pub mod api;
pub mod pages;
pub mod store;
pub mod view;

use crate::app::{Actor, App, read_id};
use crate::audit::Entry;
use crate::auth::role::{Reach, Thing};
use crate::entity;
use crate::error::{AppError, Result};
use crate::payers;
use crate::payers::payer::CoverageKind;
use crate::types::{Check, Found, Listing, Text, found, person_name};
use crate::work::{Work, check_version, differing};
use chrono::NaiveDate;
use coverage::{CoverageDraft, NewCoverage};
pub use model::patients::{coverage, patient};
use patient::{NewPatient, PatientDraft};
use schemars::JsonSchema;
use sea_orm::{ConnectionTrait, IntoActiveModel, Set};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use view::{Balance, CoverageView, LookView, PatientRef, PatientRow, PatientView, PatientVisit};

pub use store::{coverage_row, coverages_of, own_ids, row};

/// Enters a patient. Somebody of the same name and birth date is not entered twice by accident.
pub async fn enter(app: &App, by: &Actor, new: &NewPatient) -> Result<PatientView> {
    by.rights(Thing::Patients).to_write("patient")?;
    let draft = new.check(app.today())?;
    let work = app.work(by).await?;
    if let Some(id) = work.already() {
        return view::patient(&work.tx, id).await;
    }
    let patient = enter_in(&work, &draft).await?;
    work.made(patient.id).await?;
    let view = view::patient(&work.tx, patient.id).await?;
    work.commit().await?;
    Ok(view)
}

/// The same within a larger unit of work.
pub async fn enter_in(work: &Work<'_>, draft: &PatientDraft) -> Result<entity::patient::Model> {
    let known = store::same_person(&work.tx, draft).await?;
    if let Some(known) = known.filter(|_| !draft.although_known) {
        let born = known.born_on.map(crate::types::day::long).unwrap_or_default();
        let words = format!(
            "{} {}, born {born}, is here already. Choose that patient, or tick \"somebody else\"",
            known.first_name, known.last_name
        );
        return Err(AppError::field("last_name", words));
    }
    let patient = store::insert(work, draft).await?;
    work.note(Entry::of("entered", "patient", patient.id).named(patient.public_id).patient(patient.id)).await?;
    Ok(patient)
}

/// Refuses the form of what its reader may not save.
pub fn may_write(by: &Actor) -> Result<()> {
    by.rights(Thing::Patients).to_write("page")?;
    Ok(())
}

/// Changes a patient.
pub async fn change(app: &App, by: &Actor, id: &str, new: &NewPatient) -> Result<PatientView> {
    by.rights(Thing::Patients).to_write("patient")?;
    let draft = new.check(app.today())?;
    let work = app.work(by).await?;
    let before = find(&work.tx, by, id).await?;
    check_version(draft.version, before.version, view::patient(&work.tx, before.id)).await?;
    let (after, fields) = work.save(&before, store::filled(before.clone().into_active_model(), &draft)).await?;
    crate::chain::patient_changed(&work, after.id).await?;
    work.note(Entry::of("changed", "patient", after.id).named(after.public_id).patient(after.id).fields(fields)).await?;
    let view = view::patient(&work.tx, after.id).await?;
    work.commit().await?;
    Ok(view)
}

/// A patient whom the actor may see, by the id of a form or program. Others do not exist for them.
pub async fn find(db: &impl ConnectionTrait, by: &Actor, id: &str) -> Result<entity::patient::Model> {
    let reach = by.rights(Thing::Patients).to_read("patient")?;
    let patient = store::find(db, read_id(id, "patient")?).await?.ok_or(AppError::NotFound("patient"))?;
    within(db, by, reach, patient.id, "patient").await?;
    Ok(patient)
}

/// Refuses what lies outside the actor's reach: a therapist's own patients are those with a visit or an open episode
/// with them, or entered by them [domain 2.16].
pub async fn within(db: &impl ConnectionTrait, by: &Actor, reach: Reach, patient_id: i64, what: &'static str) -> Result<()> {
    match reach {
        Reach::All => Ok(()),
        Reach::Own if store::is_own(db, by, patient_id).await? => Ok(()),
        Reach::Own | Reach::None => Err(AppError::NotFound(what)),
    }
}

/// Which of some patients are a therapist's own.
pub async fn own_among(db: &impl ConnectionTrait, by: &Actor, ids: HashSet<i64>) -> Result<HashSet<i64>> {
    store::own_among(db, by, ids).await
}

/// Everything about one patient that is not clinical.
pub async fn show(app: &App, by: &Actor, id: &str) -> Result<PatientView> {
    let patient = find(&app.db, by, id).await?;
    crate::audit::seen(app, by, Entry::of("read", "patient", patient.id).named(patient.public_id).patient(patient.id)).await?;
    view::patient(&app.db, patient.id).await
}

/// The visits of a patient, last first, each with its note and claim as far as one may know.
pub async fn visits(app: &App, by: &Actor, id: &str) -> Result<Vec<PatientVisit>> {
    let patient = find(&app.db, by, id).await?;
    let claims = by.rights(Thing::Claims);
    let sees_claims = claims.outline || claims.read != Reach::None;
    let visits = store::visits_of(&app.db, patient.id).await?;
    Ok(visits.into_iter().map(|v| if sees_claims { v } else { v.without_claim() }).collect())
}

/// What is open between the practice, the patient and those who pay. Only for those who see money.
pub async fn balance(app: &App, by: &Actor, id: &str) -> Result<Balance> {
    let patient = find(&app.db, by, id).await?;
    by.rights(Thing::Claims).to_read("balance")?;
    store::balance_of(&app.db, patient.id).await
}

/// Who looked at a patient or changed something, last first. For the owner alone.
pub async fn looks(app: &App, by: &Actor, id: &str) -> Result<Vec<LookView>> {
    by.only_owner()?;
    let patient = find(&app.db, by, id).await?;
    let entries = crate::audit::of_patient(&app.db, patient.id, 50).await?;
    Ok(entries.into_iter().map(LookView::of).collect())
}

/// What lists of patients can be asked.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PatientFilter {
    /// Part of a name, or a phone number in any format.
    pub q: Text,
    pub limit: Text,
    pub cursor: Text,
}

/// Patients, newest first; a therapist sees their own.
pub async fn list(app: &App, by: &Actor, filter: &PatientFilter) -> Result<Listing<PatientRow>> {
    let reach = by.rights(Thing::Patients).to_read("patient")?;
    store::list(app, by, reach, filter).await
}

/// The patient of the same name and birth date who is here already, if one may see them.
pub async fn known(app: &App, by: &Actor, new: &NewPatient) -> Result<Option<PatientRef>> {
    let reach = by.rights(Thing::Patients).to_read("patient")?;
    let Ok(draft) = new.check(app.today()) else { return Ok(None) };
    let Some(known) = store::same_person(&app.db, &draft).await? else { return Ok(None) };
    Ok(within(&app.db, by, reach, known.id, "patient").await.ok().map(|()| PatientRef::of(&known)))
}

/// Patients for a field that looks names up; a therapist finds their own.
pub async fn find_by_name(app: &App, by: &Actor, typed: &Text) -> Result<Vec<Found>> {
    let reach = by.rights(Thing::Patients).to_read("patient")?;
    store::find_patients(&app.db, by, reach, typed.as_str()).await
}

/// The patient that a typed name means, where no id was chosen. None or several: the words stand by `field`.
pub async fn named(db: &impl ConnectionTrait, by: &Actor, field: &str, typed: &Text) -> Result<entity::patient::Model> {
    let reach = by.rights(Thing::Patients).to_read("patient")?;
    let found = store::find_patients(db, by, reach, typed.as_str()).await?;
    match found::the_one(typed.as_str(), &found) {
        Some(id) => store::find(db, id).await?.ok_or(AppError::NotFound("patient")),
        None => Err(AppError::field(field, found::not_one("patient", typed.as_str(), &found))),
    }
}

/// Those of the same name as a new patient, who may be the same person: a birth date that differs tells them apart.
pub async fn alike(app: &App, by: &Actor, new: &NewPatient) -> Result<Vec<PatientRow>> {
    if new.first_name.is_blank() || new.last_name.is_blank() {
        return Ok(Vec::new());
    }
    let name = format!("{} {}", new.first_name, new.last_name);
    let filter = PatientFilter { q: name.as_str().into(), ..Default::default() };
    let born_on = Check::new(app.today()).birth_date("born_on", &new.born_on);
    let same = |row: &PatientRow| {
        person_name::fold(&row.name) == person_name::fold(&name) && row.born_on.zip(born_on).is_none_or(|(known, typed)| known == typed)
    };
    Ok(list(app, by, &filter).await?.items.into_iter().filter(same).collect())
}

/// Who pays for a patient.
pub async fn add_coverage(app: &App, by: &Actor, patient_id: &str, new: &NewCoverage) -> Result<CoverageView> {
    by.rights(Thing::Patients).to_write("coverage")?;
    if patient_id.is_empty() {
        return Err(AppError::field("patient", "Say whose coverage this is"));
    }
    let draft = new.check(app.today())?;
    let work = app.work(by).await?;
    if let Some(id) = work.already() {
        return view::coverage(&work.tx, id).await;
    }
    let patient = find(&work.tx, by, patient_id).await?;
    let coverage = add_coverage_in(&work, &patient, &draft).await?;
    work.made(coverage.id).await?;
    let view = view::coverage(&work.tx, coverage.id).await?;
    work.commit().await?;
    Ok(view)
}

/// The same within a larger unit of work.
pub async fn add_coverage_in(work: &Work<'_>, patient: &entity::patient::Model, draft: &CoverageDraft) -> Result<entity::coverage::Model> {
    let payer = payer_of(work, draft).await?;
    let coverage = store::insert_coverage(work, patient.id, payer.as_ref(), draft, None).await?;
    work.note(Entry::of("added", "coverage", coverage.id).named(coverage.public_id).patient(patient.id)).await?;
    Ok(coverage)
}

async fn payer_of(work: &Work<'_>, draft: &CoverageDraft) -> Result<Option<entity::payer::Model>> {
    match &draft.payer {
        Some(id) if draft.kind != CoverageKind::Cash => {
            let found = payers::by_id(&work.tx, id).await;
            found.map(Some).map_err(|_| AppError::field("payer", "There is no such payer"))
        }
        _ => Ok(None),
    }
}

/// Changes who pays: a new row takes the place of the one before, which stays for the claims that were made by it.
pub async fn change_coverage(app: &App, by: &Actor, id: &str, new: &NewCoverage) -> Result<CoverageView> {
    by.rights(Thing::Patients).to_write("coverage")?;
    let draft = new.check(app.today())?;
    let work = app.work(by).await?;
    let before = find_coverage(&work.tx, by, id).await?;
    check_version(draft.version, before.version, view::coverage(&work.tx, before.id)).await?;
    let payer = payer_of(&work, &draft).await?;
    let mut row = before.clone().into_active_model();
    row.replaced_at = Set(Some(work.now));
    work.save(&before, row).await?;
    let after = store::insert_coverage(&work, before.patient_id, payer.as_ref(), &draft, Some(&before)).await?;
    crate::chain::coverage_changed(&work, before.id, after.id).await?;
    let fields = differing(&before, &after);
    work.note(Entry::of("changed", "coverage", after.id).named(after.public_id).patient(after.patient_id).fields(fields)).await?;
    let view = view::coverage(&work.tx, after.id).await?;
    work.commit().await?;
    Ok(view)
}

/// The coverage as it stands now, by the id of a form or program; an id that was replaced leads on.
pub async fn find_coverage(db: &impl ConnectionTrait, by: &Actor, id: &str) -> Result<entity::coverage::Model> {
    let reach = by.rights(Thing::Patients).to_read("coverage")?;
    let coverage = store::find_coverage(db, read_id(id, "coverage")?).await?.ok_or(AppError::NotFound("coverage"))?;
    within(db, by, reach, coverage.patient_id, "coverage").await?;
    Ok(coverage)
}

/// The row that tells what the payer agreed to on a day: the coverage itself, or one that it took the place of where that one's
/// approval held then. So the approval of last spring stays with the visits of last spring.
pub async fn approval_on(db: &impl ConnectionTrait, row: &entity::coverage::Model, day: NaiveDate) -> Result<entity::coverage::Model> {
    // Who took a number out wants none; and what a number held for is told by the newest row that has it.
    let mut seen: Vec<String> = Vec::new();
    let mut one = row.clone();
    while row.authorization_no.is_some() {
        let number = one.authorization_no.clone().filter(|number| !seen.contains(number));
        // One without days is over once the next one begins.
        let is_open = seen.is_empty() || one.authorization_from.or(one.authorization_until).is_some();
        let may_be = is_open || row.authorization_from.is_some_and(|from| day < from);
        if number.is_some() && may_be && coverage::holds(one.authorization_from, one.authorization_until, day) {
            return Ok(one);
        }
        seen.extend(number);
        let Some(before) = one.replaces_id else { break };
        one = store::coverage_row(db, before).await?;
    }
    Ok(row.clone())
}

pub async fn show_coverage(app: &App, by: &Actor, id: &str) -> Result<CoverageView> {
    view::coverage(&app.db, find_coverage(&app.db, by, id).await?.id).await
}

/// What a patient has to pay with, for a form's list; empty where the patient is not the actor's to see.
pub async fn coverage_options(app: &App, by: &Actor, patient_id: &str) -> Result<Vec<(String, String)>> {
    let patient = match find(&app.db, by, patient_id).await {
        Ok(patient) => patient,
        Err(AppError::NotFound(_)) => return Ok(Vec::new()),
        Err(other) => return Err(other),
    };
    let named = |c: CoverageView| {
        let number = c.claim_no.or(c.member_no);
        (c.id.to_string(), number.map_or(c.payer.clone(), |n| format!("{}, {n}", c.payer)))
    };
    let standing = view::coverages(&app.db, store::coverages_of(&app.db, patient.id).await?).await?;
    Ok(standing.into_iter().map(named).collect())
}

/// What lists of coverages can be asked.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CoverageFilter {
    /// Id of a patient.
    pub patient: Text,
    pub limit: Text,
    pub cursor: Text,
}

/// Coverages that stand, newest first.
pub async fn list_coverages(app: &App, by: &Actor, filter: &CoverageFilter) -> Result<Listing<CoverageView>> {
    let reach = by.rights(Thing::Patients).to_read("coverage")?;
    store::list_coverages(app, by, reach, filter).await
}

/// What a patient asked us not to tell.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewRestriction {
    /// Id of the provider who shall hear nothing,
    pub provider: Text,
    /// or the name, where no id is known. Both empty: nobody shall hear anything.
    pub provider_name: Text,
    pub reason: Text,
}

/// A restriction holds from now on, also for reports that are approved and not yet sent.
pub async fn restrict(app: &App, by: &Actor, patient_id: &str, new: &NewRestriction) -> Result<PatientView> {
    by.rights(Thing::Patients).to_write("restriction")?;
    let mut check = Check::new(app.today());
    let reason = check.line("reason", &new.reason);
    let reason = check.done(reason)?;
    let work = app.work(by).await?;
    let patient = find(&work.tx, by, patient_id).await?;
    if work.already().is_some() {
        return view::patient(&work.tx, patient.id).await;
    }
    let provider_id = match new.provider.some() {
        Some(id) => {
            Some(crate::network::find(&work.tx, &id).await.map_err(|_| AppError::field("provider", "There is no such provider"))?.id)
        }
        None if new.provider_name.is_blank() => None,
        None => Some(crate::network::provider_named(&work.tx, "provider_name", &new.provider_name).await?.id),
    };
    let restriction = store::insert_restriction(&work, patient.id, provider_id, reason).await?;
    work.made(restriction.id).await?;
    work.note(Entry::of("restricted", "restriction", restriction.id).named(restriction.public_id).patient(patient.id)).await?;
    let view = view::patient(&work.tx, patient.id).await?;
    work.commit().await?;
    Ok(view)
}

/// The patient changed their mind.
pub async fn lift_restriction(app: &App, by: &Actor, patient_id: &str, restriction_id: &str) -> Result<PatientView> {
    by.rights(Thing::Patients).to_write("restriction")?;
    let work = app.work(by).await?;
    let patient = find(&work.tx, by, patient_id).await?;
    let restriction = store::find_restriction(&work.tx, read_id(restriction_id, "restriction")?).await?;
    let restriction = restriction.filter(|r| r.patient_id == patient.id).ok_or(AppError::NotFound("restriction"))?;
    let mut row = restriction.clone().into_active_model();
    row.lifted_on = Set(Some(work.today()));
    work.save(&restriction, row).await?;
    work.note(Entry::of("lifted", "restriction", restriction.id).named(restriction.public_id).patient(patient.id)).await?;
    let view = view::patient(&work.tx, patient.id).await?;
    work.commit().await?;
    Ok(view)
}

/// Whether a patient asked that a provider hears nothing.
pub async fn is_restricted(db: &impl ConnectionTrait, patient_id: i64, provider_id: i64) -> Result<bool> {
    store::is_restricted(db, patient_id, provider_id).await
}
