//! The queries of the practice.

use super::fee::FeeDraft;
use super::practice::PracticeDraft;
use super::therapist::TherapistDraft;
use super::view::TherapistView;
use crate::app::read_id;
use crate::entity::{counter, fee, practice, therapist, user_account};
use crate::error::{AppError, Result};
use crate::types::Texts;
use crate::work::Work;
use chrono::NaiveDate;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, Set};
use uuid::Uuid;

pub async fn profile(db: &impl ConnectionTrait) -> Result<Option<practice::Model>> {
    Ok(practice::Entity::find().order_by_asc(practice::Column::Id).one(db).await?)
}

pub async fn insert(work: &Work<'_>, draft: &PracticeDraft) -> Result<practice::Model> {
    let row = filled(practice::ActiveModel { contractual_reasons: Set(super::default_contractual_reasons()), ..Default::default() }, draft);
    work.insert(row).await
}

pub fn filled(mut row: practice::ActiveModel, draft: &PracticeDraft) -> practice::ActiveModel {
    if !draft.contractual_reasons.is_empty() {
        row.contractual_reasons = Set(Texts(draft.contractual_reasons.clone()));
    }
    practice::ActiveModel {
        name: Set(draft.name.clone()),
        timezone: Set(draft.timezone.clone()),
        email: Set(draft.email.clone()),
        phone: Set(draft.phone.clone()),
        fax: Set(draft.fax.clone()),
        npi: Set(draft.npi.clone()),
        tax_id: Set(draft.tax_id.clone()),
        tax_id_kind: Set(draft.tax_id_kind),
        taxonomy_code: Set(draft.taxonomy_code.clone()),
        street: Set(draft.street.clone()),
        street2: Set(draft.street2.clone()),
        city: Set(draft.city.clone()),
        state: Set(draft.state.clone()),
        zip: Set(draft.zip.clone()),
        visit_cost_cents: Set(draft.visit_cost_cents),
        cash_units_rule: Set(draft.cash_units_rule),
        summary_when_quiet: Set(draft.summary_when_quiet),
        owner_report_off: Set(draft.owner_report_off),
        billing_contact: Set(draft.billing_contact.clone()),
        billing_license: Set(draft.billing_license.clone()),
        pay_to_street: Set(draft.pay_to_street.clone()),
        pay_to_city: Set(draft.pay_to_city.clone()),
        pay_to_state: Set(draft.pay_to_state.clone()),
        pay_to_zip: Set(draft.pay_to_zip.clone()),
        bills_as_person: Set(draft.bills_as_person),
        printer_x_offset: Set(draft.printer_x_offset),
        printer_y_offset: Set(draft.printer_y_offset),
        ..row
    }
}

pub async fn therapists(db: &impl ConnectionTrait) -> Result<Vec<therapist::Model>> {
    Ok(therapist::Entity::find().order_by_asc(therapist::Column::LastName).order_by_asc(therapist::Column::FirstName).all(db).await?)
}

pub async fn find_therapist(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<therapist::Model>> {
    Ok(therapist::Entity::find().filter(therapist::Column::PublicId.eq(id)).one(db).await?)
}

pub async fn find_therapist_row(db: &impl ConnectionTrait, id: i64) -> Result<therapist::Model> {
    crate::db::find::<therapist::Entity>(db, id).await?.ok_or(AppError::NotFound("therapist"))
}

pub async fn therapist_views(db: &impl ConnectionTrait) -> Result<Vec<TherapistView>> {
    let users = user_account::Entity::find().all(db).await?;
    let user_of = |t: &therapist::Model| users.iter().find(|u| Some(u.id) == t.user_id).map(|u| u.public_id);
    Ok(therapists(db).await?.iter().map(|t| TherapistView::of(t, user_of(t))).collect())
}

pub async fn therapist_view(db: &impl ConnectionTrait, id: i64) -> Result<TherapistView> {
    let row = find_therapist_row(db, id).await?;
    let user = match row.user_id {
        Some(user_id) => crate::db::find::<user_account::Entity>(db, user_id).await?,
        None => None,
    };
    Ok(TherapistView::of(&row, user.map(|u| u.public_id)))
}

/// The record of a user who treats.
pub async fn therapist_of_user(db: &impl ConnectionTrait, user_id: i64) -> Result<Option<therapist::Model>> {
    Ok(therapist::Entity::find().filter(therapist::Column::UserId.eq(user_id)).one(db).await?)
}

pub async fn insert_therapist(work: &Work<'_>, draft: &TherapistDraft) -> Result<therapist::Model> {
    let row = filled_therapist(work, therapist::ActiveModel::default(), draft).await?;
    work.insert(row).await
}

pub async fn filled_therapist(work: &Work<'_>, row: therapist::ActiveModel, draft: &TherapistDraft) -> Result<therapist::ActiveModel> {
    let user_id = match (&draft.user, draft.user_id) {
        (Some(id), _) => {
            let found = user_account::Entity::find().filter(user_account::Column::PublicId.eq(read_id(id, "user")?)).one(&work.tx).await?;
            Some(found.ok_or_else(|| AppError::field("user", "There is no such user"))?.id)
        }
        (None, user_id) => user_id,
    };
    Ok(therapist::ActiveModel {
        first_name: Set(draft.first_name.clone()),
        last_name: Set(draft.last_name.clone()),
        credential: Set(draft.credential.clone()),
        npi: Set(draft.npi.clone()),
        license_no: Set(draft.license_no.clone()),
        taxonomy_code: Set(draft.taxonomy_code.clone()),
        license_state: Set(draft.license_state.clone()),
        user_id: Set(user_id),
        left_on: Set(draft.left_on),
        ..row
    })
}

pub async fn fees(db: &impl ConnectionTrait) -> Result<Vec<fee::Model>> {
    let living = fee::Entity::find().filter(fee::Column::ReplacedAt.is_null());
    Ok(living.order_by_asc(fee::Column::Code).order_by_desc(fee::Column::EffectiveOn).all(db).await?)
}

pub async fn find_fee(db: &impl ConnectionTrait, id: i64) -> Result<fee::Model> {
    crate::db::find::<fee::Entity>(db, id).await?.ok_or(AppError::NotFound("fee"))
}

/// The row of each code that holds on `day`: the latest that began by then.
pub async fn fees_on(db: &impl ConnectionTrait, day: NaiveDate) -> Result<Vec<fee::Model>> {
    let rows = fee::Entity::find().filter(fee::Column::ReplacedAt.is_null()).filter(fee::Column::EffectiveOn.lte(day));
    let mut rows = rows.order_by_asc(fee::Column::Code).order_by_desc(fee::Column::EffectiveOn).all(db).await?;
    rows.dedup_by(|later, earlier| later.code == earlier.code);
    Ok(rows)
}

/// A correction for the same day takes the place of the row before; that row stays, for the claims that were priced by it.
pub async fn replace_fee(work: &Work<'_>, draft: &FeeDraft) -> Result<()> {
    fee::Entity::update_many()
        .col_expr(fee::Column::ReplacedAt, work.now.into())
        .filter(
            fee::Column::Code.eq(&draft.code).and(fee::Column::EffectiveOn.eq(draft.effective_on)).and(fee::Column::ReplacedAt.is_null()),
        )
        .exec(&work.tx)
        .await?;
    Ok(())
}

/// One more of a kind in a year. The row is held until the transaction ends, so no number is given twice.
pub async fn next_count(work: &Work<'_>, kind: &str, year: i64) -> Result<i64> {
    let one = counter::ActiveModel { kind: Set(kind.into()), year: Set(year), last: Set(1) };
    let one_more = OnConflict::columns([counter::Column::Kind, counter::Column::Year])
        .value(counter::Column::Last, Expr::col((counter::Entity, counter::Column::Last)).add(1))
        .to_owned();
    Ok(counter::Entity::insert(one).on_conflict(one_more).exec_with_returning(&work.tx).await?.last)
}
