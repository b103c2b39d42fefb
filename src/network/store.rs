//! The queries of the network.

use super::activity::ActivityDraft;
use super::book::{self, BookOrder, BookView};
use super::organization::{ContactDraft, OrganizationDraft, name_key};
use super::provider::{EmailDraft, PhoneDraft, ProviderDraft, SearchWords, Source, Stage, VerifiedHow};
use super::timeline::Sight;
use super::view::{Numbers, OrganizationRow, ProviderRow, named};
use super::{OrganizationFilter, ProviderFilter};
use crate::app::{Actor, App, read_id};
use crate::auth::role::{Reach, Thing};
use crate::db;
use crate::entity::{
    activity, activity_provider, affiliation, organization, organization_contact, provider, provider_email, provider_phone,
    recipient_verification, referral,
};
use crate::error::{AppError, Result};
use crate::network::provider::NpiStatus;
use crate::types::found::{Found, MOST_FOUND};
use crate::types::{Cursor, Listing, Month, Text, Texts, person_name};
use crate::work::Work;
use chrono::{Months, NaiveDate};
use sea_orm::sea_query::{Expr, ExprTrait, LikeExpr};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, Set, Value,
};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// A living provider; a merged one leads to the one it became.
pub async fn find_provider(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<provider::Model>> {
    let living = provider::Entity::find().filter(provider::Column::PublicId.eq(id)).filter(provider::Column::DeletedAt.is_null());
    let mut found = living.one(db).await?;
    while let Some(into) = found.as_ref().and_then(|p| p.merged_into_id) {
        found = provider::Entity::find_by_id(into).one(db).await?;
    }
    Ok(found)
}

pub async fn provider_row(db: &impl ConnectionTrait, id: i64) -> Result<provider::Model> {
    provider::Entity::find_by_id(id).one(db).await?.ok_or(AppError::NotFound("provider"))
}

pub async fn provider_by_npi(db: &impl ConnectionTrait, npi: &str) -> Result<Option<provider::Model>> {
    let living = provider::Entity::find().filter(provider::Column::Npi.eq(npi)).filter(provider::Column::DeletedAt.is_null());
    Ok(living.one(db).await?)
}

pub async fn organization_by_npi(db: &impl ConnectionTrait, npi: &str) -> Result<Option<organization::Model>> {
    let living = organization::Entity::find().filter(organization::Column::Npi.eq(npi)).filter(organization::Column::DeletedAt.is_null());
    Ok(living.one(db).await?)
}

pub async fn organization_by_name(db: &impl ConnectionTrait, name: &str) -> Result<Option<organization::Model>> {
    let living = organization::Entity::find()
        .filter(organization::Column::NameKey.eq(name_key(name)))
        .filter(organization::Column::DeletedAt.is_null());
    Ok(living.filter(organization::Column::MergedIntoId.is_null()).one(db).await?)
}

pub async fn find_organization(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<organization::Model>> {
    let living =
        organization::Entity::find().filter(organization::Column::PublicId.eq(id)).filter(organization::Column::DeletedAt.is_null());
    let mut found = living.one(db).await?;
    while let Some(into) = found.as_ref().and_then(|o| o.merged_into_id) {
        found = organization::Entity::find_by_id(into).one(db).await?;
    }
    Ok(found)
}

pub async fn organization_row(db: &impl ConnectionTrait, id: i64) -> Result<organization::Model> {
    organization::Entity::find_by_id(id).one(db).await?.ok_or(AppError::NotFound("organization"))
}

pub async fn insert_provider(work: &Work<'_>, draft: &ProviderDraft, source: Source) -> Result<provider::Model> {
    let fresh = provider::ActiveModel {
        stage: Set(Stage::Prospect),
        npi_status: Set(NpiStatus::Unknown),
        source: Set(source),
        search_text: Set(String::new()),
        ..Default::default()
    };
    work.insert(filled_provider(fresh, draft)).await
}

pub fn filled_provider(row: provider::ActiveModel, draft: &ProviderDraft) -> provider::ActiveModel {
    provider::ActiveModel {
        prefix: Set(draft.prefix.clone()),
        first_name: Set(draft.first_name.clone()),
        middle_name: Set(draft.middle_name.clone()),
        last_name: Set(draft.last_name.clone()),
        suffix: Set(draft.suffix.clone()),
        credentials: Set(Texts(draft.credentials.clone())),
        npi: Set(draft.npi.clone()),
        taxonomy_code: Set(draft.taxonomy_code.clone()),
        specialty: Set(draft.specialty.clone()),
        license_no: Set(draft.license_no.clone()),
        license_state: Set(draft.license_state.clone()),
        preferred_channel: Set(draft.preferred_channel),
        report_frequency: Set(draft.report_frequency),
        summary_naming: Set(draft.summary_naming),
        tags: Set(Texts(draft.tags.clone())),
        notes: Set(draft.notes.clone()),
        last_key: Set(person_name::key(&draft.last_name)),
        first_key: Set(person_name::key(draft.first_name.as_deref().unwrap_or_default())),
        ..row
    }
}

pub async fn emails_of(db: &impl ConnectionTrait, provider_id: i64) -> Result<Vec<provider_email::Model>> {
    let living = provider_email::Entity::find()
        .filter(provider_email::Column::ProviderId.eq(provider_id))
        .filter(provider_email::Column::DeletedAt.is_null());
    Ok(living.order_by_asc(provider_email::Column::Position).order_by_asc(provider_email::Column::Id).all(db).await?)
}

pub async fn phones_of(db: &impl ConnectionTrait, provider_id: i64) -> Result<Vec<provider_phone::Model>> {
    let living = provider_phone::Entity::find()
        .filter(provider_phone::Column::ProviderId.eq(provider_id))
        .filter(provider_phone::Column::DeletedAt.is_null());
    Ok(living.order_by_asc(provider_phone::Column::Position).order_by_asc(provider_phone::Column::Id).all(db).await?)
}

/// One address of a provider: the one named, or the only one there is.
pub async fn email_of(db: &impl ConnectionTrait, provider_id: i64, id: &Text) -> Result<provider_email::Model> {
    let emails = emails_of(db, provider_id).await?;
    if id.is_blank() && emails.len() == 1 {
        return Ok(emails[0].clone());
    }
    let wanted = read_id(id.as_str(), "email address").map_err(|_| AppError::field("email", "Say which address was checked"))?;
    emails.into_iter().find(|e| e.public_id == wanted).ok_or(AppError::NotFound("email address"))
}

/// Makes the list of addresses what the draft says. An address that stays keeps its verification; a new one has none.
pub async fn set_emails(work: &Work<'_>, provider_id: i64, drafts: &[EmailDraft]) -> Result<Vec<String>> {
    let before = emails_of(&work.tx, provider_id).await?;
    let mut changed = Vec::new();
    for gone in before.iter().filter(|b| !drafts.iter().any(|d| d.address == b.address)) {
        let row = provider_email::ActiveModel { deleted_at: Set(Some(work.now)), ..gone.clone().into_active_model() };
        work.save(gone, row).await?;
        clear_verification(work, gone.id, "the address was changed").await?;
        changed.push("emails".to_string());
    }
    for (at, draft) in drafts.iter().enumerate() {
        let position = i64::try_from(at).unwrap_or(0);
        let filled = |row: provider_email::ActiveModel| provider_email::ActiveModel {
            address: Set(draft.address.clone()),
            label: Set(draft.label.clone()),
            secure: Set(draft.secure),
            marketing_opt_out: Set(draft.marketing_opt_out),
            position: Set(position),
            ..row
        };
        match before.iter().find(|b| b.address == draft.address) {
            Some(known) => {
                let (_, fields) = work.save(known, filled(known.clone().into_active_model())).await?;
                if !fields.is_empty() {
                    changed.push("emails".to_string());
                }
            }
            None => {
                work.insert(filled(provider_email::ActiveModel { provider_id: Set(provider_id), ..Default::default() })).await?;
                changed.push("emails".to_string());
            }
        }
    }
    changed.dedup();
    Ok(changed)
}

async fn clear_verification(work: &Work<'_>, email_id: i64, why: &str) -> Result<()> {
    recipient_verification::Entity::update_many()
        .col_expr(recipient_verification::Column::ClearedAt, work.now.into())
        .col_expr(recipient_verification::Column::ClearedWhy, why.into())
        .filter(recipient_verification::Column::ProviderEmailId.eq(email_id))
        .filter(recipient_verification::Column::ClearedAt.is_null())
        .exec(&work.tx)
        .await?;
    Ok(())
}

/// Writes what a person said about an address, and what is true now.
pub async fn verify(work: &Work<'_>, email: &provider_email::Model, how: VerifiedHow, on: NaiveDate, note: Option<String>) -> Result<()> {
    clear_verification(work, email.id, "checked again").await?;
    let said = recipient_verification::ActiveModel {
        provider_email_id: Set(email.id),
        address: Set(email.address.clone()),
        how: Set(how),
        note: Set(note),
        verified_on: Set(on),
        at: Set(work.now),
        actor_name: Set(work.by.name.clone()),
        user_id: Set(work.by.user_id()),
        ..Default::default()
    };
    work.insert(said).await?;
    let row = provider_email::ActiveModel {
        verified_on: Set(Some(on)),
        verified_how: Set(Some(how)),
        verified_by_id: Set(work.by.user_id()),
        ..email.clone().into_active_model()
    };
    work.save(email, row).await?;
    Ok(())
}

/// Makes the list of numbers what the draft says.
pub async fn set_phones(work: &Work<'_>, provider_id: i64, drafts: &[PhoneDraft]) -> Result<Vec<String>> {
    let before = phones_of(&work.tx, provider_id).await?;
    let same = |b: &provider_phone::Model, d: &PhoneDraft| b.e164 == d.e164 && b.extension == d.extension && b.is_fax == d.is_fax;
    let mut changed = Vec::new();
    for gone in before.iter().filter(|b| !drafts.iter().any(|d| same(b, d))) {
        let row = provider_phone::ActiveModel { deleted_at: Set(Some(work.now)), ..gone.clone().into_active_model() };
        work.save(gone, row).await?;
        changed.push("phones".to_string());
    }
    for (at, draft) in drafts.iter().enumerate() {
        let position = i64::try_from(at).unwrap_or(0);
        let filled = |row: provider_phone::ActiveModel| provider_phone::ActiveModel {
            e164: Set(draft.e164.clone()),
            extension: Set(draft.extension.clone()),
            label: Set(draft.label.clone()),
            is_fax: Set(draft.is_fax),
            position: Set(position),
            ..row
        };
        let fields = match before.iter().find(|b| same(b, draft)) {
            Some(known) => work.save(known, filled(known.clone().into_active_model())).await?.1,
            None => {
                work.insert(filled(provider_phone::ActiveModel { provider_id: Set(provider_id), ..Default::default() })).await?;
                vec!["phones".into()]
            }
        };
        if !fields.is_empty() {
            changed.push("phones".to_string());
        }
    }
    changed.dedup();
    Ok(changed)
}

/// The places a provider works at now, the main one first, with their offices.
pub async fn affiliations_of(db: &impl ConnectionTrait, provider_id: i64) -> Result<Vec<(affiliation::Model, organization::Model)>> {
    let living = affiliation::Entity::find()
        .filter(affiliation::Column::ProviderId.eq(provider_id))
        .filter(affiliation::Column::DeletedAt.is_null());
    let rows = living.order_by_desc(affiliation::Column::IsPrimary).order_by_asc(affiliation::Column::Id).all(db).await?;
    let offices = db::by_ids::<organization::Entity>(db, rows.iter().map(|a| a.organization_id)).await?;
    let with_office = |a: affiliation::Model| offices.get(&a.organization_id).cloned().map(|o| (a, o));
    Ok(rows.into_iter().filter_map(with_office).collect())
}

/// The main office on a day: what a referral remembers of where its doctor worked.
pub async fn office_on(db: &impl ConnectionTrait, provider_id: i64, day: NaiveDate) -> Result<Option<i64>> {
    let all = affiliations_of(db, provider_id).await?;
    let holds = |a: &affiliation::Model| a.from_on.is_none_or(|from| from <= day) && a.to_on.is_none_or(|to| day <= to);
    Ok(all.into_iter().find(|(a, _)| holds(a)).map(|(_, o)| o.id))
}

/// Makes an office the main one; the one before ends today.
pub async fn affiliate(work: &Work<'_>, provider_id: i64, organization_id: i64) -> Result<()> {
    let today = work.today();
    let current = affiliations_of(&work.tx, provider_id).await?;
    if current.iter().any(|(a, _)| a.organization_id == organization_id && a.to_on.is_none()) {
        return Ok(());
    }
    for (before, _) in current.iter().filter(|(a, _)| a.is_primary && a.to_on.is_none()) {
        let row = affiliation::ActiveModel { to_on: Set(Some(today)), is_primary: Set(false), ..before.clone().into_active_model() };
        work.save(before, row).await?;
    }
    let first = current.is_empty();
    let row = affiliation::ActiveModel {
        provider_id: Set(provider_id),
        organization_id: Set(organization_id),
        from_on: Set(if first { None } else { Some(today) }),
        is_primary: Set(true),
        ..Default::default()
    };
    work.insert(row).await?;
    Ok(())
}

/// Works nowhere that we know of any more.
pub async fn leave_offices(work: &Work<'_>, provider_id: i64) -> Result<()> {
    for (before, _) in affiliations_of(&work.tx, provider_id).await?.iter().filter(|(a, _)| a.to_on.is_none()) {
        let row = affiliation::ActiveModel { to_on: Set(Some(work.today())), is_primary: Set(false), ..before.clone().into_active_model() };
        work.save(before, row).await?;
    }
    Ok(())
}

/// Gathers everything a provider may be searched by: names, office, NPI, digits of phones, addresses.
pub async fn refresh_search(work: &Work<'_>, provider_id: i64) -> Result<()> {
    let provider = provider_row(&work.tx, provider_id).await?;
    let emails = emails_of(&work.tx, provider_id).await?;
    let phones = phones_of(&work.tx, provider_id).await?;
    let offices = affiliations_of(&work.tx, provider_id).await?;
    let text = SearchWords {
        names: [provider.first_name.as_deref(), provider.middle_name.as_deref(), Some(&provider.last_name), provider.specialty.as_deref()],
        offices: offices.iter().map(|(_, o)| o.name.as_str()).collect(),
        npi: provider.npi.as_deref(),
        emails: emails.iter().map(|e| e.address.as_str()).collect(),
        phones: phones.iter().map(|p| p.e164.as_str()).collect(),
    }
    .text();
    if text != provider.search_text {
        provider::Entity::update_many()
            .col_expr(provider::Column::SearchText, text.into())
            .filter(provider::Column::Id.eq(provider_id))
            .exec(&work.tx)
            .await?;
    }
    Ok(())
}

/// The words of a search, folded; a phone number in any format is one word of digits.
pub fn search_terms(typed: &str) -> Vec<String> {
    let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
    let only_number = digits.len() >= 4 && typed.chars().all(|c| c.is_ascii_digit() || " ()-.+/x".contains(c));
    if only_number {
        return vec![digits.strip_prefix('1').filter(|d| d.len() == 10).unwrap_or(&digits).to_string()];
    }
    if typed.contains('@') {
        return vec![typed.trim().to_lowercase()];
    }
    person_name::fold(typed).split(' ').filter(|w| !w.is_empty()).map(String::from).collect()
}

/// The words of a name as it is looked up: without titles and credentials, which a shown name carries.
pub fn name_terms(typed: &str) -> Vec<String> {
    let terms = search_terms(typed);
    let is_name = terms.iter().all(|t| t.chars().all(|c| c.is_alphabetic()));
    if is_name { person_name::key(typed).split(' ').filter(|w| !w.is_empty()).map(String::from).collect() } else { terms }
}

/// Providers that fit what was typed so far; those whose last name begins with it first.
pub async fn find_providers(db: &impl ConnectionTrait, typed: &str) -> Result<Vec<Found>> {
    let terms = name_terms(typed);
    let Some(first) = terms.first() else { return Ok(Vec::new()) };
    let mut condition = Condition::all().add(provider::Column::DeletedAt.is_null()).add(provider::Column::MergedIntoId.is_null());
    for term in &terms {
        condition = condition.add(Expr::col(provider::Column::SearchText).like(LikeExpr::new(db::like(term)).escape('!')));
    }
    let mut rows = provider::Entity::find().filter(condition).order_by_asc(provider::Column::LastKey).limit(50).all(db).await?;
    rows.sort_by_key(|p| !p.last_key.starts_with(first.as_str()));
    rows.truncate(MOST_FOUND);
    let offices = offices_of(db, rows.iter().map(|p| p.id).collect()).await?;
    let found = |p: &provider::Model| Found {
        id: p.public_id,
        label: named(p).spoken(),
        detail: offices.get(&p.id).cloned().or_else(|| p.specialty.clone()).unwrap_or_default(),
    };
    Ok(rows.iter().map(found).collect())
}

/// Names of the offices where some providers work now.
pub async fn offices_of(db: &impl ConnectionTrait, provider_ids: Vec<i64>) -> Result<HashMap<i64, String>> {
    let current = affiliation::Entity::find()
        .filter(affiliation::Column::ProviderId.is_in(provider_ids))
        .filter(affiliation::Column::DeletedAt.is_null())
        .filter(affiliation::Column::ToOn.is_null());
    let rows = current.order_by_asc(affiliation::Column::IsPrimary).all(db).await?;
    let offices = db::by_ids::<organization::Entity>(db, rows.iter().map(|a| a.organization_id)).await?;
    let name = |id: i64| offices.get(&id).map(|o| o.name.clone());
    Ok(rows.into_iter().filter_map(|a| Some((a.provider_id, name(a.organization_id)?))).collect())
}

/// Offices that fit what was typed so far.
pub async fn find_organizations(db: &impl ConnectionTrait, typed: &str) -> Result<Vec<Found>> {
    let terms = search_terms(typed);
    let Some(first) = terms.first() else { return Ok(Vec::new()) };
    let mut condition = Condition::all().add(organization::Column::DeletedAt.is_null()).add(organization::Column::MergedIntoId.is_null());
    for term in &terms {
        condition = condition.add(Expr::col(organization::Column::SearchText).like(LikeExpr::new(db::like(term)).escape('!')));
    }
    let mut rows = organization::Entity::find().filter(condition).order_by_asc(organization::Column::NameKey).limit(50).all(db).await?;
    rows.sort_by_key(|o| !o.name_key.starts_with(first.as_str()));
    rows.truncate(MOST_FOUND);
    let place = |o: &organization::Model| [o.street.clone(), o.city.clone()].into_iter().flatten().collect::<Vec<_>>().join(", ");
    Ok(rows.iter().map(|o| Found { id: o.public_id, label: o.name.clone(), detail: place(o) }).collect())
}

/// Providers with their numbers of the last twelve months, newest first.
pub async fn list_providers(app: &App, by: &Actor, filter: &ProviderFilter) -> Result<Listing<ProviderRow>> {
    let cursor = Cursor::read(&filter.cursor, &filter.limit).map_err(AppError::BadRequest)?;
    let today = app.today();
    let mut sql = include_str!("sql/providers.sql").to_string();
    let mut values: Vec<Value> = vec![twelve_months_before(today).into(), today.into()];
    let mut bind = |value: Value| {
        values.push(value);
        format!("${}", values.len())
    };
    for term in search_terms(filter.q.as_str()) {
        sql.push_str(&format!("and p.search_text like {} escape '!'\n", bind(db::like(&term).into())));
    }
    if !filter.stage.is_blank() {
        let stage: Stage = filter.stage.as_str().parse().map_err(|e| AppError::BadRequest(format!("stage: {e}")))?;
        sql.push_str(&format!("and p.stage = {}\n", bind(stage.word().into())));
    }
    if !filter.npi.is_blank() {
        sql.push_str(&format!("and p.npi = {}\n", bind(filter.npi.to_string().into())));
    }
    if !filter.organization.is_blank() {
        let office = find_organization(&app.db, read_id(filter.organization.as_str(), "organization")?).await?;
        sql.push_str(&format!("and o.id = {}\n", bind(office.map_or(0, |o| o.id).into())));
    }
    if let Some(after) = cursor.after {
        sql.push_str(&format!("and p.id < {}\n", bind(after.into())));
    }
    sql.push_str(&format!("order by p.id desc limit {}", cursor.limit + 1));
    let rows: Vec<ProviderRow> = db::rows(&app.db, &sql, values).await?;
    let collected = collected(app, by, &rows.iter().map(|r| r.key).collect::<Vec<_>>()).await?;
    Ok(cursor.cut(rows, |r| r.key, |r| collected.finish(r)))
}

#[derive(FromQueryResult)]
struct Cents {
    provider_id: i64,
    cents: i64,
}

/// What was collected for the referrals of some providers; nothing for those who see no money.
struct Collected(Option<HashMap<i64, i64>>);

impl Collected {
    fn finish(&self, row: ProviderRow) -> ProviderRow {
        let cents = self.0.as_ref().map(|by_id| by_id.get(&row.key).copied().unwrap_or(0));
        row.finished(cents)
    }
}

async fn collected(app: &App, by: &Actor, provider_ids: &[i64]) -> Result<Collected> {
    if by.rights(Thing::WhatPays).read == Reach::None {
        return Ok(Collected(None));
    }
    let only = format!("and r.provider_id in ({})", db::listed(provider_ids));
    let sql = include_str!("sql/collected.sql").replace("/* only */", &only);
    let rows: Vec<Cents> = db::rows(&app.db, &sql, vec![twelve_months_before(app.today()).into(), app.today().into()]).await?;
    Ok(Collected(Some(rows.into_iter().map(|r| (r.provider_id, r.cents)).collect())))
}

/// The condition of a view of the book, on the columns of `providers.sql`.
fn in_view(view: BookView, today: NaiveDate) -> String {
    let quiet_since = today - chrono::TimeDelta::days(book::QUIET_DAYS);
    let due_by = today + chrono::TimeDelta::days(book::DUE_DAYS);
    match view {
        BookView::Sends => "referrals > 0".into(),
        BookView::Quiet => format!("last_on <= '{quiet_since}' and stage in ('active_referrer', 'lapsed')"),
        BookView::ToCall => format!("next_on <= '{due_by}' and stage <> 'do_not_contact'"),
        BookView::NoEmail => "email is null".into(),
        BookView::Everyone => "1 = 1".into(),
    }
}

/// Every living provider that fits a search, with this year's numbers, as the text and values of a query.
fn book_query(app: &App, q: &Text) -> (String, Vec<Value>) {
    let today = app.today();
    let mut sql = include_str!("sql/providers.sql").to_string();
    let mut values: Vec<Value> = vec![twelve_months_before(today).into(), today.into()];
    for term in search_terms(q.as_str()) {
        values.push(db::like(&term).into());
        sql.push_str(&format!("and p.search_text like ${} escape '!'\n", values.len()));
    }
    (sql, values)
}

/// The first day of the twelve months that the book shows: this month and the eleven before it.
pub fn twelve_months_before(today: NaiveDate) -> NaiveDate {
    let first = Month::of(today).first();
    first.checked_sub_months(Months::new(11)).unwrap_or(first)
}

/// How many providers each view of the book holds.
pub async fn book_counts(app: &App, q: &Text) -> Result<book::Counts> {
    let (inner, values) = book_query(app, q);
    let count = |view: BookView| format!("cast(coalesce(sum(case when {} then 1 else 0 end), 0) as bigint)", in_view(view, app.today()));
    let sql = format!(
        "select {} as sends, {} as quiet, {} as to_call, {} as no_email, {} as everyone from ({inner}) b",
        count(BookView::Sends),
        count(BookView::Quiet),
        count(BookView::ToCall),
        count(BookView::NoEmail),
        count(BookView::Everyone)
    );
    Ok(db::rows(&app.db, &sql, values).await?.into_iter().next().unwrap_or_default())
}

/// One page of the book, and one row more where there are more.
pub async fn book_rows(app: &App, by: &Actor, view: BookView, sort: BookOrder, q: &Text, page: i64) -> Result<Vec<book::BookRow>> {
    let (inner, values) = book_query(app, q);
    let order = match sort {
        BookOrder::Referrals => "referrals desc, last_on is null, last_on desc",
        BookOrder::Name => "last_name",
        BookOrder::Last => "last_on is null, last_on desc",
        BookOrder::Collected => "coalesce(m.cents, 0) desc",
    };
    let money = match sort {
        BookOrder::Collected => format!("left join ({}) m on m.provider_id = b.id", include_str!("sql/collected.sql")),
        _ => String::new(),
    };
    let offset = (page.unsigned_abs() - 1) * book::PAGE;
    let sql = format!(
        "select b.* from ({inner}) b {money} where {} order by {order}, last_name, first_name, id limit {} offset {offset}",
        in_view(view, app.today()),
        book::PAGE + 1
    );
    let rows: Vec<ProviderRow> = db::rows(&app.db, &sql, values).await?;
    let ids: Vec<i64> = rows.iter().map(|r| r.key).collect();
    let mut months = months_of(app, ids.clone()).await?;
    let mut steps = steps_of(app, by, &ids).await?;
    let collected = collected(app, by, &ids).await?;
    let thanks = thanks_due(app, &ids).await?;
    let reports = if by.rights(Thing::Reports).outline { reports_waiting(app, &ids).await? } else { HashMap::new() };
    let one = |r: ProviderRow| {
        let months = months.remove(&r.key).unwrap_or_else(|| vec![0; 12]);
        let waits =
            book::Waits { step: steps.remove(&r.key), reports: reports.get(&r.key).copied().unwrap_or(0), thanks: thanks.contains(&r.key) };
        book::BookRow::of(collected.finish(r), months, waits, app.today())
    };
    Ok(rows.into_iter().map(one).collect())
}

#[derive(FromQueryResult)]
struct Step {
    provider_id: i64,
    next_on: NaiveDate,
    next_step: Option<String>,
    about_patient: bool,
}

/// What was planned with some providers and is not done yet; the earliest of each.
async fn steps_of(app: &App, by: &Actor, provider_ids: &[i64]) -> Result<HashMap<i64, (NaiveDate, String)>> {
    let sql = include_str!("sql/planned.sql").replace("/* providers */", &db::listed(provider_ids));
    let rows: Vec<Step> = db::rows(&app.db, &sql, vec![]).await?;
    let sees_patients = Sight::of(by).patients;
    let words = |s: &Step| s.next_step.clone().filter(|_| sees_patients || !s.about_patient).unwrap_or_default();
    Ok(rows.iter().rev().map(|s| (s.provider_id, (s.next_on, words(s)))).collect())
}

#[derive(FromQueryResult)]
struct Thanks {
    id: i64,
}

/// To whom a thank-you is due: something came in two days ago or before, and nobody said thank you since.
async fn thanks_due(app: &App, provider_ids: &[i64]) -> Result<HashSet<i64>> {
    let sql = include_str!("sql/thanks_due.sql").replace("/* providers */", &db::listed(provider_ids));
    let (from, to) = (app.today() - chrono::TimeDelta::days(book::THANKS_WITHIN), app.today() - chrono::TimeDelta::days(2));
    let rows: Vec<Thanks> = db::rows(&app.db, &sql, vec![from.into(), to.into()]).await?;
    Ok(rows.into_iter().map(|t| t.id).collect())
}

#[derive(FromQueryResult)]
struct Waiting {
    provider_id: i64,
    reports: i64,
}

/// How many reports to some providers wait for somebody's approval.
async fn reports_waiting(app: &App, provider_ids: &[i64]) -> Result<HashMap<i64, i64>> {
    let sql = include_str!("sql/reports_waiting.sql").replace("/* providers */", &db::listed(provider_ids));
    let rows: Vec<Waiting> = db::rows(&app.db, &sql, vec![]).await?;
    Ok(rows.into_iter().map(|w| (w.provider_id, w.reports)).collect())
}

/// How one relationship stands. The year before ends on the same day of its last month, so that the two compare.
pub async fn numbers(app: &App, provider_id: i64) -> Result<Numbers> {
    let today = app.today();
    let from = twelve_months_before(today);
    let year_before = |day: NaiveDate| day.checked_sub_months(Months::new(12)).unwrap_or(day);
    let values = vec![provider_id.into(), from.into(), today.into(), year_before(from).into(), year_before(today).into()];
    let mut rows: Vec<Numbers> = db::rows(&app.db, include_str!("sql/provider_numbers.sql"), values).await?;
    let numbers = rows.pop().ok_or(AppError::NotFound("provider"))?;
    let quiet_days = numbers.last_referral_on.map(|on| (today - on).num_days()).filter(|days| *days >= book::QUIET_DAYS);
    Ok(Numbers { from: Some(from), quiet_days, ..numbers })
}

/// Referrals of some providers in each of the last twelve months, this one last.
pub async fn months_of(app: &App, provider_ids: Vec<i64>) -> Result<HashMap<i64, Vec<i64>>> {
    let mut month = Month::of(app.today());
    let mut months = vec![month];
    while months.len() < 12 {
        month = month.previous();
        months.insert(0, month);
    }
    let received: Vec<(i64, NaiveDate)> = referral::Entity::find()
        .select_only()
        .column(referral::Column::ProviderId)
        .column(referral::Column::ReceivedOn)
        .filter(referral::Column::ProviderId.is_in(provider_ids))
        .filter(referral::Column::ReceivedOn.gte(month.first()))
        .filter(referral::Column::DeletedAt.is_null())
        .into_tuple()
        .all(&app.db)
        .await?;
    let mut counts: HashMap<i64, Vec<i64>> = HashMap::new();
    for (provider_id, on) in received {
        let row = counts.entry(provider_id).or_insert_with(|| vec![0; 12]);
        if let Some(at) = months.iter().position(|m| *m == Month::of(on)) {
            row[at] += 1;
        }
    }
    Ok(counts)
}

pub async fn insert_organization(work: &Work<'_>, draft: &OrganizationDraft, source: Source) -> Result<organization::Model> {
    work.insert(filled_organization(organization::ActiveModel { source: Set(source), ..Default::default() }, draft)).await
}

pub fn filled_organization(row: organization::ActiveModel, draft: &OrganizationDraft) -> organization::ActiveModel {
    let mut parts = vec![person_name::fold(&draft.name)];
    parts.extend(draft.dba.as_deref().map(person_name::fold));
    parts.extend(draft.city.as_deref().map(person_name::fold));
    parts.extend(draft.npi.clone());
    parts.extend([&draft.phone, &draft.fax].into_iter().flatten().map(|p| p.trim_start_matches("+1").to_string()));
    parts.extend(draft.email.clone());
    organization::ActiveModel {
        name: Set(draft.name.clone()),
        dba: Set(draft.dba.clone()),
        npi: Set(draft.npi.clone()),
        phone: Set(draft.phone.clone()),
        phone_extension: Set(draft.phone_extension.clone()),
        fax: Set(draft.fax.clone()),
        email: Set(draft.email.clone()),
        website: Set(draft.website.clone()),
        street: Set(draft.street.clone()),
        street2: Set(draft.street2.clone()),
        city: Set(draft.city.clone()),
        state: Set(draft.state.clone()),
        zip: Set(draft.zip.clone()),
        hours: Set(draft.hours.clone()),
        hospital_owned: Set(draft.hospital_owned),
        notes: Set(draft.notes.clone()),
        name_key: Set(name_key(&draft.name)),
        search_text: Set(parts.join(" ")),
        ..row
    }
}

pub async fn contacts_of(db: &impl ConnectionTrait, organization_id: i64) -> Result<Vec<organization_contact::Model>> {
    let living = organization_contact::Entity::find().filter(organization_contact::Column::OrganizationId.eq(organization_id));
    Ok(living.filter(organization_contact::Column::DeletedAt.is_null()).order_by_asc(organization_contact::Column::Id).all(db).await?)
}

/// Makes the staff of an office what the draft says.
pub async fn set_contacts(work: &Work<'_>, organization_id: i64, drafts: &[ContactDraft]) -> Result<()> {
    let before = contacts_of(&work.tx, organization_id).await?;
    let said = |c: &organization_contact::Model| ContactDraft {
        name: c.name.clone(),
        role: c.role.clone(),
        phone: c.phone.clone(),
        phone_extension: c.phone_extension.clone(),
        email: c.email.clone(),
        notes: c.notes.clone(),
    };
    for gone in before.iter().filter(|b| !drafts.contains(&said(b))) {
        let row = organization_contact::ActiveModel { deleted_at: Set(Some(work.now)), ..gone.clone().into_active_model() };
        work.save(gone, row).await?;
    }
    for draft in drafts.iter().filter(|d| !before.iter().any(|b| said(b) == **d)) {
        let row = organization_contact::ActiveModel {
            organization_id: Set(organization_id),
            name: Set(draft.name.clone()),
            role: Set(draft.role.clone()),
            phone: Set(draft.phone.clone()),
            phone_extension: Set(draft.phone_extension.clone()),
            email: Set(draft.email.clone()),
            notes: Set(draft.notes.clone()),
            ..Default::default()
        };
        work.insert(row).await?;
    }
    Ok(())
}

/// Offices, newest first.
pub async fn list_organizations(app: &App, filter: &OrganizationFilter) -> Result<Listing<OrganizationRow>> {
    let cursor = Cursor::read(&filter.cursor, &filter.limit).map_err(AppError::BadRequest)?;
    let mut condition = Condition::all().add(organization::Column::DeletedAt.is_null()).add(organization::Column::MergedIntoId.is_null());
    for term in search_terms(filter.q.as_str()) {
        condition = condition.add(Expr::col(organization::Column::SearchText).like(LikeExpr::new(db::like(&term)).escape('!')));
    }
    if let Some(after) = cursor.after {
        condition = condition.add(organization::Column::Id.lt(after));
    }
    let query = organization::Entity::find().filter(condition).order_by_desc(organization::Column::Id).limit(cursor.limit + 1);
    let rows = query.all(&app.db).await?;
    let ids: Vec<i64> = rows.iter().map(|o| o.id).collect();
    let (mut people, referrals) = (people_at(&app.db, ids.clone()).await?, referrals_at(&app.db, ids).await?);
    let shown = |o: organization::Model| {
        OrganizationRow::of(&o, people.remove(&o.id).unwrap_or_default(), referrals.get(&o.id).copied().unwrap_or(0))
    };
    Ok(cursor.cut(rows, |o| o.id, shown))
}

/// Names of the people who work at some offices now.
async fn people_at(db: &impl ConnectionTrait, organization_ids: Vec<i64>) -> Result<HashMap<i64, Vec<String>>> {
    let there = affiliation::Entity::find()
        .filter(affiliation::Column::OrganizationId.is_in(organization_ids))
        .filter(affiliation::Column::DeletedAt.is_null())
        .filter(affiliation::Column::ToOn.is_null())
        .all(db)
        .await?;
    let ids: Vec<i64> = there.iter().map(|a| a.provider_id).collect();
    let living = provider::Entity::find().filter(provider::Column::Id.is_in(ids)).filter(provider::Column::DeletedAt.is_null());
    let mut names: HashMap<i64, Vec<String>> = HashMap::new();
    for person in living.order_by_asc(provider::Column::LastKey).all(db).await? {
        for place in there.iter().filter(|a| a.provider_id == person.id) {
            names.entry(place.organization_id).or_default().push(named(&person).spoken());
        }
    }
    Ok(names)
}

/// Referrals received while their doctor worked at some offices.
async fn referrals_at(db: &impl ConnectionTrait, organization_ids: Vec<i64>) -> Result<HashMap<i64, i64>> {
    let counted: Vec<(i64, i64)> = referral::Entity::find()
        .select_only()
        .column(referral::Column::OrganizationId)
        .column_as(referral::Column::Id.count(), "n")
        .filter(referral::Column::OrganizationId.is_in(organization_ids))
        .filter(referral::Column::DeletedAt.is_null())
        .group_by(referral::Column::OrganizationId)
        .into_tuple()
        .all(db)
        .await?;
    Ok(counted.into_iter().collect())
}

/// What somebody sent so far.
#[derive(Clone, Debug)]
pub struct Sent {
    pub referrals: i64,
    pub last_on: Option<NaiveDate>,
}

/// What some providers sent so far.
pub async fn sent_by(db: &impl ConnectionTrait, provider_ids: Vec<i64>) -> Result<HashMap<i64, Sent>> {
    let counted: Vec<(i64, i64, Option<NaiveDate>)> = referral::Entity::find()
        .select_only()
        .column(referral::Column::ProviderId)
        .column_as(referral::Column::Id.count(), "n")
        .column_as(referral::Column::ReceivedOn.max(), "last_on")
        .filter(referral::Column::ProviderId.is_in(provider_ids))
        .filter(referral::Column::DeletedAt.is_null())
        .group_by(referral::Column::ProviderId)
        .into_tuple()
        .all(db)
        .await?;
    Ok(counted.into_iter().map(|(id, referrals, last_on)| (id, Sent { referrals, last_on })).collect())
}

/// The people who work at an office now.
pub async fn providers_at(db: &impl ConnectionTrait, organization_id: i64) -> Result<Vec<provider::Model>> {
    let there = affiliation::Entity::find()
        .filter(affiliation::Column::OrganizationId.eq(organization_id))
        .filter(affiliation::Column::DeletedAt.is_null())
        .filter(affiliation::Column::ToOn.is_null())
        .all(db)
        .await?;
    let ids: Vec<i64> = there.iter().map(|a| a.provider_id).collect();
    let living = provider::Entity::find().filter(provider::Column::Id.is_in(ids)).filter(provider::Column::DeletedAt.is_null());
    Ok(living.order_by_asc(provider::Column::LastName).all(db).await?)
}

pub async fn referral_of(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<referral::Model>> {
    Ok(referral::Entity::find().filter(referral::Column::PublicId.eq(id)).filter(referral::Column::DeletedAt.is_null()).one(db).await?)
}

pub async fn insert_activity(
    work: &Work<'_>,
    draft: &ActivityDraft,
    organization_id: Option<i64>,
    referral_id: Option<i64>,
    provider_ids: &[i64],
) -> Result<activity::Model> {
    let at = draft.at.map_or(work.now, |time| work.app.clock.at(draft.on, time));
    let row = activity::ActiveModel {
        kind: Set(draft.kind),
        purpose: Set(draft.purpose),
        on_day: Set(draft.on),
        at: Set(at),
        met: Set(draft.met.clone()),
        outcome: Set(draft.outcome),
        words: Set(draft.words.clone()),
        minutes: Set(draft.minutes),
        direct_cost_cents: Set(draft.direct_cost_cents),
        gift_value_cents: Set(draft.gift_value_cents),
        attendees: Set(draft.attendees),
        next_step: Set(draft.next_step.clone()),
        next_on: Set(draft.next_on),
        organization_id: Set(organization_id),
        referral_id: Set(referral_id),
        ..Default::default()
    };
    let activity = work.insert(row).await?;
    for provider_id in provider_ids {
        let link = activity_provider::ActiveModel { activity_id: Set(activity.id), provider_id: Set(*provider_id) };
        activity_provider::Entity::insert(link).exec_without_returning(&work.tx).await?;
    }
    Ok(activity)
}

pub async fn find_activity(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<activity::Model>> {
    Ok(activity::Entity::find().filter(activity::Column::PublicId.eq(id)).filter(activity::Column::DeletedAt.is_null()).one(db).await?)
}

pub async fn activity_row(db: &impl ConnectionTrait, id: i64) -> Result<activity::Model> {
    activity::Entity::find_by_id(id).one(db).await?.ok_or(AppError::NotFound("activity"))
}

pub async fn providers_of_activity(db: &impl ConnectionTrait, activity_id: i64) -> Result<Vec<provider::Model>> {
    let links = activity_provider::Entity::find().filter(activity_provider::Column::ActivityId.eq(activity_id)).all(db).await?;
    let ids: Vec<i64> = links.iter().map(|l| l.provider_id).collect();
    Ok(provider::Entity::find().filter(provider::Column::Id.is_in(ids)).all(db).await?)
}

pub async fn count_referrals_at(db: &impl ConnectionTrait, organization_id: i64) -> Result<i64> {
    let there =
        referral::Entity::find().filter(referral::Column::OrganizationId.eq(organization_id)).filter(referral::Column::DeletedAt.is_null());
    Ok(i64::try_from(there.count(db).await?).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_number_in_any_format_is_one_search_term() {
        assert_eq!(search_terms("(206) 555-0117"), ["2065550117"]);
        assert_eq!(search_terms("+1 206.555.0117"), ["2065550117"]);
        assert_eq!(search_terms("Núñez  Priya"), ["nunez", "priya"]);
        assert_eq!(search_terms("Front@Feld.example"), ["front@feld.example"]);
    }
}
