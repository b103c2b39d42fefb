//! The queries of patients.

use super::coverage::CoverageDraft;
use super::patient::{PatientDraft, name_key};
use super::view::{Balance, Beside, CoverageView, PatientRow, PatientVisit, full_name};
use super::{CoverageFilter, PatientFilter};
use crate::app::{Actor, App};
use crate::auth::role::Reach;
use crate::db;
use crate::entity::{coverage, episode, patient, payer, restriction, visit};
use crate::error::{AppError, Result};
use crate::network::{name_terms, search_terms};
use crate::payers::payer::CoverageKind;
use crate::types::found::{Found, MOST_FOUND};
use crate::types::{Cursor, Listing, Phone, day, person_name};
use crate::work::Work;
use sea_orm::sea_query::{Expr, ExprTrait, LikeExpr, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Set,
};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// A living patient; a merged one leads to the one it became.
pub async fn find(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<patient::Model>> {
    let living = patient::Entity::find().filter(patient::Column::PublicId.eq(id)).filter(patient::Column::DeletedAt.is_null());
    let mut found = living.one(db).await?;
    while let Some(into) = found.as_ref().and_then(|p| p.merged_into_id) {
        found = db::find::<patient::Entity>(db, into).await?;
    }
    Ok(found)
}

pub async fn row(db: &impl ConnectionTrait, id: i64) -> Result<patient::Model> {
    db::find::<patient::Entity>(db, id).await?.ok_or(AppError::NotFound("patient"))
}

/// Last and first name and birth date; never the name alone [domain 2.5].
pub async fn same_person(db: &impl ConnectionTrait, draft: &PatientDraft) -> Result<Option<patient::Model>> {
    let Some(born_on) = draft.born_on else { return Ok(None) };
    let same = patient::Entity::find()
        .filter(patient::Column::NameKey.eq(name_key(&draft.first_name, &draft.last_name)))
        .filter(patient::Column::BornOn.eq(born_on))
        .filter(patient::Column::DeletedAt.is_null());
    Ok(same.one(db).await?)
}

pub async fn insert(work: &Work<'_>, draft: &PatientDraft) -> Result<patient::Model> {
    work.insert(filled(patient::ActiveModel::default(), draft)).await
}

pub fn filled(row: patient::ActiveModel, draft: &PatientDraft) -> patient::ActiveModel {
    let names = [Some(&draft.first_name), draft.middle_name.as_ref(), Some(&draft.last_name), draft.preferred_name.as_ref()];
    let mut parts: Vec<String> = names.into_iter().flatten().map(|n| person_name::fold(n)).collect();
    parts.extend(draft.phone.as_ref().map(|p| p.trim_start_matches("+1").to_string()));
    parts.extend(draft.email.clone());
    parts.extend(draft.account_no.as_deref().map(person_name::fold));
    patient::ActiveModel {
        first_name: Set(draft.first_name.clone()),
        middle_name: Set(draft.middle_name.clone()),
        last_name: Set(draft.last_name.clone()),
        preferred_name: Set(draft.preferred_name.clone()),
        born_on: Set(draft.born_on),
        sex: Set(draft.sex),
        phone: Set(draft.phone.clone()),
        phone_extension: Set(draft.phone_extension.clone()),
        email: Set(draft.email.clone()),
        street: Set(draft.street.clone()),
        street2: Set(draft.street2.clone()),
        city: Set(draft.city.clone()),
        state: Set(draft.state.clone()),
        zip: Set(draft.zip.clone()),
        account_no: Set(draft.account_no.clone()),
        guardian: Set(draft.guardian.clone()),
        emergency_contact: Set(draft.emergency_contact.clone()),
        notes: Set(draft.notes.clone()),
        no_email: Set(draft.no_email),
        marketing_consent: Set(draft.marketing_consent),
        treatment_consent_on: Set(draft.treatment_consent_on),
        privacy_notice_on: Set(draft.privacy_notice_on),
        part2_records: Set(draft.part2_records),
        part2_consent_on: Set(draft.part2_consent_on),
        part2_consent_until: Set(draft.part2_consent_until),
        release_signed_on: Set(draft.release_signed_on),
        assignment_signed_on: Set(draft.assignment_signed_on),
        name_key: Set(name_key(&draft.first_name, &draft.last_name)),
        search_text: Set(parts.join(" ")),
        ..row
    }
}

/// The patients that are a therapist's own, as a condition on `patient`.
fn own(by: &Actor) -> Condition {
    let therapist = by.therapist_id.unwrap_or(0);
    let seen =
        Query::select().column(visit::Column::PatientId).from(visit::Entity).and_where(visit::Column::TherapistId.eq(therapist)).to_owned();
    let open = Query::select()
        .column(episode::Column::PatientId)
        .from(episode::Entity)
        .and_where(episode::Column::TherapistId.eq(therapist))
        .and_where(episode::Column::DischargedOn.is_null())
        .to_owned();
    Condition::any()
        .add(patient::Column::CreatedById.eq(by.user_id().unwrap_or(0)))
        .add(patient::Column::Id.in_subquery(seen))
        .add(patient::Column::Id.in_subquery(open))
}

/// The same as a list of ids, for a condition on what belongs to a patient.
pub fn own_ids(by: &Actor) -> SelectStatement {
    Query::select().column(patient::Column::Id).from(patient::Entity).cond_where(own(by)).to_owned()
}

pub async fn is_own(db: &impl ConnectionTrait, by: &Actor, patient_id: i64) -> Result<bool> {
    let found = patient::Entity::find().filter(patient::Column::Id.eq(patient_id)).filter(own(by));
    Ok(found.count(db).await? > 0)
}

/// Which of some patients are a therapist's own.
pub async fn own_among(db: &impl ConnectionTrait, by: &Actor, ids: HashSet<i64>) -> Result<HashSet<i64>> {
    let found = patient::Entity::find().select_only().column(patient::Column::Id);
    let ids: Vec<i64> = found.filter(patient::Column::Id.is_in(ids)).filter(own(by)).into_tuple().all(db).await?;
    Ok(ids.into_iter().collect())
}

pub async fn list(app: &App, by: &Actor, reach: Reach, filter: &PatientFilter) -> Result<Listing<PatientRow>> {
    let cursor = Cursor::read(&filter.cursor, &filter.limit).map_err(AppError::BadRequest)?;
    let mut condition = Condition::all().add(patient::Column::DeletedAt.is_null()).add(patient::Column::MergedIntoId.is_null());
    if reach == Reach::Own {
        condition = condition.add(own(by));
    }
    for term in search_terms(filter.q.as_str()) {
        condition = condition.add(Expr::col(patient::Column::SearchText).like(LikeExpr::new(db::like(&term)).escape('!')));
    }
    if let Some(after) = cursor.after {
        condition = condition.add(patient::Column::Id.lt(after));
    }
    let query = patient::Entity::find().filter(condition).order_by_desc(patient::Column::Id).limit(cursor.limit + 1);
    let rows = query.all(&app.db).await?;
    let mut beside = beside(app, rows.iter().map(|p| p.id)).await?;
    Ok(cursor.cut(rows, |p| p.id, |p| PatientRow::of(&p, beside.remove(&p.id))))
}

/// Who pays first, and the visits around today, of some patients.
async fn beside(app: &App, ids: impl Iterator<Item = i64>) -> Result<HashMap<i64, Beside>> {
    let listed = std::iter::once(0).chain(ids).map(|id| id.to_string()).collect::<Vec<_>>().join(", ");
    let sql = include_str!("sql/beside.sql").replace("/* patients */", &listed);
    let rows: Vec<Beside> = db::rows(&app.db, &sql, vec![app.today().into()]).await?;
    Ok(rows.into_iter().map(|b| (b.id, b)).collect())
}

/// The latest forty visits of a patient, last first.
pub async fn visits_of(db: &impl ConnectionTrait, patient_id: i64) -> Result<Vec<PatientVisit>> {
    Ok(db::rows(db, include_str!("sql/visits.sql"), vec![patient_id.into()]).await?)
}

pub async fn balance_of(db: &impl ConnectionTrait, patient_id: i64) -> Result<Balance> {
    let mut rows: Vec<Balance> = db::rows(db, include_str!("sql/balance.sql"), vec![patient_id.into()]).await?;
    rows.pop().ok_or(AppError::NotFound("patient"))
}

/// Patients within reach that fit what was typed so far.
pub async fn find_patients(db: &impl ConnectionTrait, by: &Actor, reach: Reach, typed: &str) -> Result<Vec<Found>> {
    let terms = name_terms(typed);
    let Some(first) = terms.first() else { return Ok(Vec::new()) };
    let mut condition = Condition::all().add(patient::Column::DeletedAt.is_null()).add(patient::Column::MergedIntoId.is_null());
    if reach == Reach::Own {
        condition = condition.add(own(by));
    }
    for term in &terms {
        condition = condition.add(Expr::col(patient::Column::SearchText).like(LikeExpr::new(db::like(term)).escape('!')));
    }
    let mut rows = patient::Entity::find().filter(condition).order_by_asc(patient::Column::NameKey).limit(50).all(db).await?;
    rows.sort_by_key(|p| !p.name_key.starts_with(first.as_str()));
    rows.truncate(MOST_FOUND);
    let born = |p: &patient::Model| p.born_on.map(|on| format!("born {}", day::long(on)));
    let phone = |p: &patient::Model| p.phone.as_deref().map(|n| Phone::show(n, None));
    let detail = |p: &patient::Model| [born(p), phone(p)].into_iter().flatten().collect::<Vec<_>>().join(", ");
    Ok(rows.iter().map(|p| Found { id: p.public_id, label: full_name(p), detail: detail(p) }).collect())
}

pub async fn insert_coverage(
    work: &Work<'_>,
    patient_id: i64,
    payer: Option<&payer::Model>,
    draft: &CoverageDraft,
    replaces: Option<&coverage::Model>,
) -> Result<coverage::Model> {
    // A payer of workers' comp makes a workers' comp coverage, whatever the form's default said.
    let kind = match payer {
        Some(payer) if draft.kind == CoverageKind::Health => payer.kind,
        _ => draft.kind,
    };
    let row = coverage::ActiveModel {
        patient_id: Set(patient_id),
        payer_id: Set(payer.map(|p| p.id)),
        kind: Set(kind),
        rank: Set(draft.rank),
        member_no: Set(draft.member_no.clone()),
        claim_no: Set(draft.claim_no.clone()),
        group_no: Set(draft.group_no.clone()),
        plan_name: Set(draft.plan_name.clone()),
        insured_name: Set(draft.insured_name.clone()),
        insured_street: Set(draft.insured_street.clone()),
        insured_city: Set(draft.insured_city.clone()),
        insured_state: Set(draft.insured_state.clone()),
        insured_zip: Set(draft.insured_zip.clone()),
        insured_born_on: Set(draft.insured_born_on),
        insured_sex: Set(draft.insured_sex),
        member_no_is_patients_own: Set(draft.member_no_is_patients_own),
        relationship: Set(draft.relationship),
        injured_on: Set(draft.injured_on),
        accident_state: Set(draft.accident_state.clone()),
        employer: Set(draft.employer.clone()),
        adjuster_name: Set(draft.adjuster_name.clone()),
        adjuster_phone: Set(draft.adjuster_phone.clone()),
        adjuster_fax: Set(draft.adjuster_fax.clone()),
        adjuster_email: Set(draft.adjuster_email.clone()),
        effective_from: Set(draft.effective_from),
        effective_to: Set(draft.effective_to),
        authorization_no: Set(draft.authorization_no.clone()),
        authorization_from: Set(draft.authorization_from),
        authorization_until: Set(draft.authorization_until),
        authorization_visits: Set(draft.authorization_visits),
        visit_limit: Set(draft.visit_limit),
        visits_used_elsewhere: Set(draft.visits_used_elsewhere),
        dollar_limit_cents: Set(draft.dollar_limit_cents),
        dollars_used_cents: Set(draft.dollars_used_cents),
        copay_cents: Set(draft.copay_cents),
        verified_on: Set(draft.verified_on),
        verified_with: Set(draft.verified_with.clone()),
        verified_ref: Set(draft.verified_ref.clone()),
        notes: Set(draft.notes.clone()),
        replaces_id: Set(replaces.map(|r| r.id)),
        // Ids lead on from row to row, so the version must count on: else who read the row before would overwrite this one unseen.
        version: Set(replaces.map_or(1, |r| r.version + 1)),
        ..Default::default()
    };
    work.insert(row).await
}

pub async fn coverage_row(db: &impl ConnectionTrait, id: i64) -> Result<coverage::Model> {
    db::find::<coverage::Entity>(db, id).await?.ok_or(AppError::NotFound("coverage"))
}

/// The coverage as it stands now: one that was replaced leads to its successor.
pub async fn find_coverage(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<coverage::Model>> {
    let found = coverage::Entity::find().filter(coverage::Column::PublicId.eq(id)).filter(coverage::Column::DeletedAt.is_null());
    let mut found = found.one(db).await?;
    while let Some(old) = found.as_ref().filter(|c| c.replaced_at.is_some()) {
        found = coverage::Entity::find().filter(coverage::Column::ReplacesId.eq(old.id)).one(db).await?;
    }
    Ok(found)
}

pub async fn coverages_of(db: &impl ConnectionTrait, patient_id: i64) -> Result<Vec<coverage::Model>> {
    let standing = coverage::Entity::find()
        .filter(coverage::Column::PatientId.eq(patient_id))
        .filter(coverage::Column::ReplacedAt.is_null())
        .filter(coverage::Column::DeletedAt.is_null());
    Ok(standing.order_by_asc(coverage::Column::Rank).order_by_desc(coverage::Column::Id).all(db).await?)
}

pub async fn list_coverages(app: &App, by: &Actor, reach: Reach, filter: &CoverageFilter) -> Result<Listing<CoverageView>> {
    let cursor = Cursor::read(&filter.cursor, &filter.limit).map_err(AppError::BadRequest)?;
    let mut condition = Condition::all().add(coverage::Column::DeletedAt.is_null()).add(coverage::Column::ReplacedAt.is_null());
    if !filter.patient.is_blank() {
        let patient = super::find(&app.db, by, filter.patient.as_str()).await?;
        condition = condition.add(coverage::Column::PatientId.eq(patient.id));
    } else if reach == Reach::Own {
        let ids = own_ids(by);
        condition = condition.add(coverage::Column::PatientId.in_subquery(ids));
    }
    if let Some(after) = cursor.after {
        condition = condition.add(coverage::Column::Id.lt(after));
    }
    let rows = coverage::Entity::find().filter(condition).order_by_desc(coverage::Column::Id).limit(cursor.limit + 1).all(&app.db).await?;
    let views = super::view::coverages(&app.db, rows.clone()).await?;
    let mut by_id: HashMap<i64, CoverageView> = rows.iter().map(|r| r.id).zip(views).collect();
    Ok(cursor.cut(rows, |c| c.id, |c| by_id.remove(&c.id)).shown())
}

pub async fn insert_restriction(
    work: &Work<'_>,
    patient_id: i64,
    provider_id: Option<i64>,
    reason: Option<String>,
) -> Result<restriction::Model> {
    let row = restriction::ActiveModel {
        patient_id: Set(patient_id),
        provider_id: Set(provider_id),
        reason: Set(reason),
        set_on: Set(work.today()),
        ..Default::default()
    };
    work.insert(row).await
}

pub async fn find_restriction(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<restriction::Model>> {
    Ok(restriction::Entity::find().filter(restriction::Column::PublicId.eq(id)).one(db).await?)
}

pub async fn restrictions_of(db: &impl ConnectionTrait, patient_id: i64) -> Result<Vec<restriction::Model>> {
    let standing =
        restriction::Entity::find().filter(restriction::Column::PatientId.eq(patient_id)).filter(restriction::Column::LiftedOn.is_null());
    Ok(standing.order_by_asc(restriction::Column::Id).all(db).await?)
}

/// A restriction without a provider holds for all of them.
pub async fn is_restricted(db: &impl ConnectionTrait, patient_id: i64, provider_id: i64) -> Result<bool> {
    Ok(restrictions_of(db, patient_id).await?.iter().any(|r| r.provider_id.is_none_or(|p| p == provider_id)))
}

#[derive(FromQueryResult)]
struct Approved {
    coverage_id: i64,
    used: i64,
}

/// How many visits of their approvals were attended, by the coverage.
pub async fn approved_visits(db: &impl ConnectionTrait, coverage_ids: Vec<i64>) -> Result<HashMap<i64, i64>> {
    if coverage_ids.is_empty() {
        return Ok(HashMap::new());
    }
    let sql = include_str!("sql/approved_visits.sql").replace("/* coverages */", &db::listed(&coverage_ids));
    let found: Vec<Approved> = db::rows(db, &sql, Vec::new()).await?;
    Ok(found.into_iter().map(|row| (row.coverage_id, row.used)).collect())
}
