//! The queries of payers and their sheets.

use super::PayerFilter;
use super::asks::{Pairs, Tiers};
use super::payer::PayerDraft;
use super::rule_sheet::SheetDraft;
use super::view::{PayerName, PayerRow};
use crate::app::App;
use crate::db;
use crate::entity::{payer, rule_sheet, rule_sheet_code};
use crate::error::{AppError, Result};
use crate::types::{Cursor, Listing, Texts, person_name};
use crate::work::Work;
use chrono::NaiveDate;
use sea_orm::sea_query::{Expr, ExprTrait, LikeExpr};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use std::collections::HashMap;
use uuid::Uuid;

pub async fn find(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<payer::Model>> {
    Ok(payer::Entity::find().filter(payer::Column::PublicId.eq(id)).filter(payer::Column::DeletedAt.is_null()).one(db).await?)
}

pub async fn row(db: &impl ConnectionTrait, id: i64) -> Result<payer::Model> {
    db::find::<payer::Entity>(db, id).await?.ok_or(AppError::NotFound("payer"))
}

pub async fn by_name(db: &impl ConnectionTrait, name: &str) -> Result<Option<payer::Model>> {
    let living =
        payer::Entity::find().filter(payer::Column::NameKey.eq(person_name::fold(name))).filter(payer::Column::DeletedAt.is_null());
    Ok(living.one(db).await?)
}

pub async fn names(db: &impl ConnectionTrait) -> Result<Vec<PayerName>> {
    let living = payer::Entity::find().filter(payer::Column::DeletedAt.is_null()).order_by_asc(payer::Column::Name);
    Ok(living.all(db).await?.into_iter().map(|p| PayerName { id: p.public_id, name: p.name, kind: p.kind }).collect())
}

pub async fn list(app: &App, filter: &PayerFilter) -> Result<Listing<PayerRow>> {
    let cursor = Cursor::read(&filter.cursor, &filter.limit).map_err(AppError::BadRequest)?;
    let mut condition = Condition::all().add(payer::Column::DeletedAt.is_null());
    if !filter.q.is_blank() {
        let term = db::like(&person_name::fold(filter.q.as_str()));
        condition = condition.add(Expr::col(payer::Column::NameKey).like(LikeExpr::new(term).escape('!')));
    }
    if let Some(after) = cursor.after {
        condition = condition.add(payer::Column::Id.lt(after));
    }
    let rows = payer::Entity::find().filter(condition).order_by_desc(payer::Column::Id).limit(cursor.limit + 1).all(&app.db).await?;
    let sheets = latest_sheets(&app.db, app.today()).await?;
    Ok(cursor.cut(rows, |p| p.id, |p| PayerRow::of(&p, sheets.get(&p.id))))
}

/// The sheet of each payer that holds on a day.
pub async fn latest_sheets(db: &impl ConnectionTrait, day: NaiveDate) -> Result<HashMap<i64, rule_sheet::Model>> {
    let living =
        rule_sheet::Entity::find().filter(rule_sheet::Column::ReplacedAt.is_null()).filter(rule_sheet::Column::EffectiveOn.lte(day));
    let rows = living.order_by_asc(rule_sheet::Column::EffectiveOn).all(db).await?;
    Ok(rows.into_iter().map(|s| (s.payer_id, s)).collect())
}

pub async fn insert(work: &Work<'_>, draft: &PayerDraft) -> Result<payer::Model> {
    work.insert(filled(payer::ActiveModel::default(), draft)).await
}

pub fn filled(row: payer::ActiveModel, draft: &PayerDraft) -> payer::ActiveModel {
    payer::ActiveModel {
        name: Set(draft.name.clone()),
        name_key: Set(person_name::fold(&draft.name)),
        aliases: Set(Texts(draft.aliases.clone())),
        kind: Set(draft.kind),
        claim_channel: Set(draft.claim_channel),
        clearinghouse_payer_id: Set(draft.clearinghouse_payer_id.clone()),
        era_enrolled: Set(draft.era_enrolled),
        partner_id: Set(draft.partner_id),
        filing_code: Set(draft.filing_code.clone()),
        provider_no: Set(draft.provider_no.clone()),
        order_qualifier: Set(draft.order_qualifier.clone()),
        declines_assignment: Set(draft.declines_assignment),
        totals_on_last_page: Set(draft.totals_on_last_page),
        wants_patient_paid: Set(draft.wants_patient_paid),
        wants_payers_paid: Set(draft.wants_payers_paid),
        phone: Set(draft.phone.clone()),
        fax: Set(draft.fax.clone()),
        website: Set(draft.website.clone()),
        street: Set(draft.street.clone()),
        street2: Set(draft.street2.clone()),
        city: Set(draft.city.clone()),
        state: Set(draft.state.clone()),
        zip: Set(draft.zip.clone()),
        appeals_address: Set(draft.appeals_address.clone()),
        notes: Set(draft.notes.clone()),
        ..row
    }
}

/// All versions of a payer's sheet, newest first.
pub async fn sheets_of(db: &impl ConnectionTrait, payer_id: i64) -> Result<Vec<rule_sheet::Model>> {
    let living =
        rule_sheet::Entity::find().filter(rule_sheet::Column::PayerId.eq(payer_id)).filter(rule_sheet::Column::ReplacedAt.is_null());
    Ok(living.order_by_desc(rule_sheet::Column::EffectiveOn).all(db).await?)
}

pub async fn codes_of(db: &impl ConnectionTrait, sheet_ids: Vec<i64>) -> Result<Vec<rule_sheet_code::Model>> {
    let codes = rule_sheet_code::Entity::find().filter(rule_sheet_code::Column::RuleSheetId.is_in(sheet_ids));
    Ok(codes.order_by_asc(rule_sheet_code::Column::Id).all(db).await?)
}

/// The latest version that began by `day`, with its codes.
pub async fn sheet_on(
    db: &impl ConnectionTrait,
    payer_id: i64,
    day: NaiveDate,
) -> Result<Option<(rule_sheet::Model, Vec<rule_sheet_code::Model>)>> {
    let living = rule_sheet::Entity::find()
        .filter(rule_sheet::Column::PayerId.eq(payer_id))
        .filter(rule_sheet::Column::ReplacedAt.is_null())
        .filter(rule_sheet::Column::EffectiveOn.lte(day));
    let Some(sheet) = living.order_by_desc(rule_sheet::Column::EffectiveOn).one(db).await? else { return Ok(None) };
    let codes = codes_of(db, vec![sheet.id]).await?;
    Ok(Some((sheet, codes)))
}

/// The version of the same day makes way; it stays for the claims that used it.
pub async fn replace_sheet(work: &Work<'_>, payer_id: i64, effective_on: NaiveDate) -> Result<()> {
    let same_day = rule_sheet::Column::PayerId.eq(payer_id).and(rule_sheet::Column::EffectiveOn.eq(effective_on));
    rule_sheet::Entity::update_many()
        .col_expr(rule_sheet::Column::ReplacedAt, work.now.into())
        .filter(same_day.and(rule_sheet::Column::ReplacedAt.is_null()))
        .exec(&work.tx)
        .await?;
    Ok(())
}

pub async fn insert_sheet(work: &Work<'_>, payer_id: i64, draft: &SheetDraft) -> Result<rule_sheet::Model> {
    let row = rule_sheet::ActiveModel {
        payer_id: Set(payer_id),
        effective_on: Set(draft.effective_on),
        checked_on: Set(draft.checked_on),
        units_rule: Set(draft.units_rule),
        requires_authorization: Set(draft.requires_authorization),
        approval_tiers: Set((!draft.approval_tiers.is_empty()).then(|| Tiers(draft.approval_tiers.clone()))),
        approval_counted_per: Set(draft.approval_counted_per),
        authorization_route: Set(draft.authorization_route.clone()),
        modifiers: Set(draft.modifiers.clone()),
        documentation: Set(draft.documentation.clone()),
        source: Set(draft.source.clone()),
        notes: Set(draft.notes.clone()),
        max_units_per_visit: Set(draft.max_units_per_visit),
        max_visits_per_day: Set(draft.max_visits_per_day),
        rx_valid_days: Set(draft.rx_valid_days),
        timely_filing_days: Set(draft.timely_filing_days),
        corrected_claim_days: Set(draft.corrected_claim_days),
        appeal_days: Set(draft.appeal_days),
        report_after_visits: Set(draft.report_after_visits),
        report_after_days: Set(draft.report_after_days),
        visit_limit: Set(draft.visit_limit),
        visit_limit_per: Set(draft.visit_limit_per),
        visit_limit_shared: Set(draft.visit_limit_shared),
        daily_max_cents: Set(draft.daily_max_cents),
        line_modifiers: Set(some(&draft.line_modifiers)),
        modifier_pairs: Set((!draft.modifier_pairs.is_empty()).then(|| Pairs(draft.modifier_pairs.clone()))),
        diagnoses_accepted: Set(some(&draft.diagnoses_accepted)),
        diagnoses_refused: Set(some(&draft.diagnoses_refused)),
        seventh_characters: Set(some(&draft.seventh_characters)),
        provider_types: Set(some(&draft.provider_types)),
        requires_prescription: Set(draft.requires_prescription),
        patient_may_be_billed: Set(draft.patient_may_be_billed),
        who_may_prescribe: Set(some(&draft.who_may_prescribe)),
        ..Default::default()
    };
    let sheet = work.insert(row).await?;
    let codes = draft.codes.iter().map(|c| rule_sheet_code::ActiveModel {
        rule_sheet_id: Set(sheet.id),
        code: Set(c.code.clone()),
        accepted: Set(c.accepted),
        fee_cents: Set(c.fee_cents),
        allowed_cents: Set(c.allowed_cents),
        max_units: Set(c.max_units),
        modifiers: Set(some(&c.modifiers)),
        ..Default::default()
    });
    if !draft.codes.is_empty() {
        rule_sheet_code::Entity::insert_many(codes).exec_without_returning(&work.tx).await?;
    }
    Ok(sheet)
}

/// An empty list is "unknown".
fn some(texts: &[String]) -> Option<Texts> {
    (!texts.is_empty()).then(|| Texts(texts.to_vec()))
}
