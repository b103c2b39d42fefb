//! The queries of the network.

use super::activity::ActivityDraft;
use super::provider::{EmailDraft, PhoneDraft, ProviderDraft, SearchWords, Source, Stage, VerifiedHow};
use super::search::name_terms;
use super::view::named;
use crate::app::read_id;
use crate::db;
use crate::entity::{
    activity, activity_provider, affiliation, organization, provider, provider_email, provider_phone, recipient_verification, referral,
};
use crate::error::{AppError, Result};
use crate::network::provider::NpiStatus;
use crate::packed;
use crate::types::email::domain_of;
use crate::types::found::{Found, MOST_FOUND};
use crate::types::{Phone, Text, Texts, person_name};
use crate::work::Work;
use chrono::NaiveDate;
use sea_orm::sea_query::{Expr, ExprTrait, LikeExpr};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, Set};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// A living provider; a merged one leads to the one it became.
pub async fn find_provider(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<provider::Model>> {
    let living = provider::Entity::find().filter(provider::Column::PublicId.eq(id)).filter(provider::Column::DeletedAt.is_null());
    let mut found = living.one(db).await?;
    while let Some(into) = found.as_ref().and_then(|p| p.merged_into_id) {
        found = db::find::<provider::Entity>(db, into).await?;
    }
    Ok(found)
}

pub async fn provider_row(db: &impl ConnectionTrait, id: i64) -> Result<provider::Model> {
    db::find::<provider::Entity>(db, id).await?.ok_or(AppError::NotFound("provider"))
}

pub async fn provider_by_npi(db: &impl ConnectionTrait, npi: &str) -> Result<Option<provider::Model>> {
    let living = provider::Entity::find().filter(provider::Column::Npi.eq(npi)).filter(provider::Column::DeletedAt.is_null());
    Ok(living.one(db).await?)
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
        summary_when_quiet: Set(draft.summary_when_quiet),
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

/// The domains of addresses that were checked, each with how many of them: of every doctor, so as one text.
pub async fn checked_domains(db: &impl ConnectionTrait) -> Result<BTreeMap<String, usize>> {
    const CHECKED: &str = "select address from provider_email where verified_on is not null and deleted_at is null";
    let mut domains = BTreeMap::new();
    for (address,) in packed::asked::<(String,)>(db, &["address"], CHECKED, []).await? {
        *domains.entry(domain_of(&address).to_string()).or_default() += 1;
    }
    Ok(domains)
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

/// The main office on a day.
pub async fn main_office(db: &impl ConnectionTrait, provider_id: i64, day: NaiveDate) -> Result<Option<organization::Model>> {
    let all = affiliations_of(db, provider_id).await?;
    let holds = |a: &affiliation::Model| a.from_on.is_none_or(|from| from <= day) && a.to_on.is_none_or(|to| day <= to);
    Ok(all.into_iter().find(|(a, _)| holds(a)).map(|(_, o)| o))
}

/// The same by its id: what a referral remembers of where its doctor worked.
pub async fn office_on(db: &impl ConnectionTrait, provider_id: i64, day: NaiveDate) -> Result<Option<i64>> {
    Ok(main_office(db, provider_id, day).await?.map(|office| office.id))
}

/// Where a doctor gets what goes on paper: the office's address, a fax.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places {
    /// `Northgate Spine, 400 Elm St, Seattle, WA 98101`.
    pub post: Option<String>,
    /// `(206) 555-0142`.
    pub fax: Option<String>,
    /// The same for a machine, where it has no extension: `12065550142`.
    pub fax_digits: Option<String>,
}

/// The address of the office on a day, and a fax: the doctor's own, else the office's.
pub async fn places_of(db: &impl ConnectionTrait, provider_id: i64, day: NaiveDate) -> Result<Places> {
    let office = main_office(db, provider_id, day).await?;
    places_at(db, provider_id, office.as_ref()).await
}

/// The same for a doctor whose office is known.
pub async fn places_at(db: &impl ConnectionTrait, provider_id: i64, office: Option<&organization::Model>) -> Result<Places> {
    let phones = phones_of(db, provider_id).await?;
    let own = phones.iter().find(|p| p.is_fax).map(|p| (p.e164.clone(), p.extension.clone()));
    let post = office.and_then(|o| {
        let lines = [Some(o.name.as_str()), o.street.as_deref(), o.street2.as_deref()];
        let city = crate::mail::place(o.city.as_deref(), o.state.as_deref(), o.zip.as_deref());
        let lines = lines.into_iter().flatten().chain([city.as_str()]).filter(|l| !l.is_empty()).collect::<Vec<_>>();
        o.street.as_ref().map(|_| lines.join(", "))
    });
    let fax = own.or(office.and_then(|o| o.fax.clone()).map(|fax| (fax, None)));
    let digits = |(number, extension): &(String, Option<String>)| extension.is_none().then(|| number.trim_start_matches('+').to_string());
    Ok(Places {
        post,
        fax_digits: fax.as_ref().and_then(digits),
        fax: fax.map(|(number, extension)| Phone::show(&number, extension.as_deref())),
    })
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

/// What was logged as the sending of a letter.
pub async fn activities_of_report(db: &impl ConnectionTrait, report_id: i64) -> Result<Vec<activity::Model>> {
    let all = activity::Entity::find().filter(activity::Column::ReportId.eq(report_id)).filter(activity::Column::DeletedAt.is_null());
    Ok(all.all(db).await?)
}

pub async fn activity_row(db: &impl ConnectionTrait, id: i64) -> Result<activity::Model> {
    db::find::<activity::Entity>(db, id).await?.ok_or(AppError::NotFound("activity"))
}

pub async fn providers_of_activity(db: &impl ConnectionTrait, activity_id: i64) -> Result<Vec<provider::Model>> {
    let links = activity_provider::Entity::find().filter(activity_provider::Column::ActivityId.eq(activity_id)).all(db).await?;
    let ids: Vec<i64> = links.iter().map(|l| l.provider_id).collect();
    Ok(provider::Entity::find().filter(provider::Column::Id.is_in(ids)).all(db).await?)
}
