//! Those who refer: providers, their organizations, how the relationship stands, and what we did about it.

pub mod api;
pub mod book;
pub mod bulk;
pub mod copies;
pub mod offices;
pub mod organization;
pub mod pages;
mod search;
pub mod store;
pub mod timeline;
pub mod view;

use crate::app::{Actor, App, read_id};
use crate::audit::{Entry, Moved};
use crate::auth::role::Thing;
use crate::entity;
use crate::error::{AppError, Result};
use crate::mail::{self, Stream};
use crate::types::{Check, Found, Listing, Text, found};
use crate::work::{Work, check_version};
use activity::{NewActivity, NextStep};
use chrono::NaiveDate;
pub use model::network::{activity, provider};
use organization::OrganizationDraft;
use provider::{NewProvider, ProviderDraft, Source, Stage, VerifiedHow};
use schemars::JsonSchema;
use sea_orm::{ConnectionTrait, IntoActiveModel, Set};
use serde::{Deserialize, Serialize};
use view::{ActivityView, Numbers, ProviderRow, ProviderView};

pub use offices::{
    OrganizationFilter, add_organization, add_organization_in, change_organization, contacts_of, find_organizations, list_organizations,
    office_name, organization_by_id, show_organization,
};
pub use search::{name_terms, search_terms};
pub use store::{
    Places, checked_domains, email_of, emails_of, insert_activity, main_office, office_on, places_at, places_of, provider_row,
};
pub use timeline::{Show as TimelineShow, stretches as timeline_stretches};

/// Enters a provider by hand.
pub async fn add_provider(app: &App, by: &Actor, new: &NewProvider) -> Result<ProviderView> {
    by.rights(Thing::Network).to_write("provider")?;
    let draft = new.check(app.today())?;
    let work = app.work(by).await?;
    if let Some(id) = work.already() {
        return view::provider(&work.tx, id).await;
    }
    let provider = add_provider_in(&work, &draft, Source::Manual).await?;
    work.made(provider.id).await?;
    let view = view::provider(&work.tx, provider.id).await?;
    work.commit().await?;
    Ok(view)
}

/// The same within a larger unit of work: an import row and the demo enter providers by it too.
pub async fn add_provider_in(work: &Work<'_>, draft: &ProviderDraft, source: Source) -> Result<entity::provider::Model> {
    refuse_npi_of_others(work, draft, None).await?;
    let provider = store::insert_provider(work, draft, source).await?;
    store::set_emails(work, provider.id, &draft.emails).await?;
    store::set_phones(work, provider.id, &draft.phones).await?;
    affiliate(work, &provider, draft).await?;
    store::refresh_search(work, provider.id).await?;
    work.note(Entry::of("added", "provider", provider.id).named(provider.public_id)).await?;
    let moved = Moved { kind: "provider", id: provider.id, from: None, to: provider.stage.word(), on: work.today(), why: None };
    work.moved(moved).await?;
    Ok(provider)
}

/// Changes a provider. A changed address has to be verified anew.
pub async fn change_provider(app: &App, by: &Actor, id: &str, new: &NewProvider) -> Result<ProviderView> {
    by.rights(Thing::Network).to_write("provider")?;
    let draft = new.check(app.today())?;
    let work = app.work(by).await?;
    let before = find(&work.tx, id).await?;
    check_version(draft.version, before.version, view::provider(&work.tx, before.id)).await?;
    refuse_npi_of_others(&work, &draft, Some(before.id)).await?;
    let row = store::filled_provider(before.clone().into_active_model(), &draft);
    let (after, mut fields) = work.save(&before, row).await?;
    fields.extend(store::set_emails(&work, after.id, &draft.emails).await?);
    fields.extend(store::set_phones(&work, after.id, &draft.phones).await?);
    if !affiliate(&work, &after, &draft).await? {
        store::leave_offices(&work, after.id).await?;
    }
    store::refresh_search(&work, after.id).await?;
    if fields.iter().any(|field| provider::is_on_claims(field)) {
        crate::chain::referrer_changed(&work, after.id).await?;
    }
    work.note(Entry::of("changed", "provider", after.id).named(after.public_id).fields(fields)).await?;
    let view = view::provider(&work.tx, after.id).await?;
    work.commit().await?;
    Ok(view)
}

/// A person's NPI is one's own: neither an organization's nor another provider's [domain 2.1].
async fn refuse_npi_of_others(work: &Work<'_>, draft: &ProviderDraft, own_id: Option<i64>) -> Result<()> {
    let Some(npi) = &draft.npi else { return Ok(()) };
    if let Some(organization) = offices::store::organization_by_npi(&work.tx, npi).await? {
        return Err(AppError::field("npi", format!("This is the NPI of {}, an organization. Enter the person's own", organization.name)));
    }
    match store::provider_by_npi(&work.tx, npi).await? {
        Some(other) if Some(other.id) != own_id => {
            let words = format!("{} has this NPI already. Open that provider instead", view::named(&other).formal());
            Err(AppError::field("npi", words))
        }
        _ => Ok(()),
    }
}

/// Refuses the form of what its reader may not save.
pub fn may_write(by: &Actor) -> Result<()> {
    by.rights(Thing::Network).to_write("page")?;
    Ok(())
}

/// Puts the provider where the draft says: a known organization, or one by its name, which may be new. False: nowhere.
async fn affiliate(work: &Work<'_>, provider: &entity::provider::Model, draft: &ProviderDraft) -> Result<bool> {
    let Some(organization_id) = office_of(work, draft).await? else { return Ok(false) };
    store::affiliate(work, provider.id, organization_id).await?;
    Ok(true)
}

/// A typed name that is not the chosen office's own means another office.
async fn office_of(work: &Work<'_>, draft: &ProviderDraft) -> Result<Option<i64>> {
    let wrong = || AppError::field("organization", "There is no such organization");
    let chosen = match &draft.organization {
        Some(id) => {
            Some(offices::store::find_organization(&work.tx, read_id(id, "organization").map_err(|_| wrong())?).await?.ok_or_else(wrong)?)
        }
        None => None,
    };
    let Some(name) = &draft.organization_name else { return Ok(chosen.map(|o| o.id)) };
    if let Some(chosen) = chosen.filter(|o| o.name_key == organization::name_key(name)) {
        return Ok(Some(chosen.id));
    }
    if let Some(known) = offices::store::organization_by_name(&work.tx, name).await? {
        return Ok(Some(known.id));
    }
    let new = OrganizationDraft { name: name.clone(), ..Default::default() };
    Ok(Some(add_organization_in(work, &new, Source::Manual).await?.id))
}

/// A provider by the id of a form or program; a merged one leads to the one it became.
pub async fn find(db: &impl ConnectionTrait, id: &str) -> Result<entity::provider::Model> {
    store::find_provider(db, read_id(id, "provider")?).await?.ok_or(AppError::NotFound("provider"))
}

/// Providers for a field that looks names up.
pub async fn find_providers(app: &App, by: &Actor, typed: &Text) -> Result<Vec<Found>> {
    by.rights(Thing::Network).to_read("provider")?;
    store::find_providers(&app.db, typed.as_str()).await
}

/// The provider that a typed name means, where no id was chosen. None or several: the words stand by `field`.
pub async fn provider_named(db: &impl ConnectionTrait, field: &str, typed: &Text) -> Result<entity::provider::Model> {
    let found = store::find_providers(db, typed.as_str()).await?;
    match found::the_one(typed.as_str(), &found) {
        Some(id) => store::find_provider(db, id).await?.ok_or(AppError::NotFound("provider")),
        None => Err(AppError::field(field, found::not_one("provider", typed.as_str(), &found))),
    }
}

/// Everything about one provider.
pub async fn show(app: &App, by: &Actor, id: &str) -> Result<ProviderView> {
    by.rights(Thing::Network).to_read("provider")?;
    let provider = find(&app.db, id).await?;
    view::provider(&app.db, provider.id).await
}

/// What lists of providers can be asked.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ProviderFilter {
    /// Part of a name, office, NPI, phone in any format, or email.
    pub q: Text,
    pub stage: Text,
    /// Id of an organization.
    pub organization: Text,
    /// Exact NPI.
    pub npi: Text,
    pub limit: Text,
    pub cursor: Text,
}

/// Providers, newest first.
pub async fn list(app: &App, by: &Actor, filter: &ProviderFilter) -> Result<Listing<ProviderRow>> {
    by.rights(Thing::Network).to_read("provider")?;
    book::store::list_providers(app, by, filter).await
}

/// Where the relationship moves to.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct StageMove {
    pub stage: Text,
    /// Needed for "do not contact", and for leaving it.
    pub why: Text,
}

/// Moves the relationship. What the stage does not allow is refused with what it does.
pub async fn move_stage(app: &App, by: &Actor, id: &str, to: &Text, why: &Text) -> Result<ProviderView> {
    by.rights(Thing::Network).to_write("provider")?;
    let mut check = Check::new(app.today());
    let to: Option<Stage> = check.required_choice("stage", to, "Choose the stage");
    let why = check.line("why", why);
    let to = check.done(to)?.ok_or_else(|| AppError::field("stage", "Choose the stage"))?;
    let work = app.work(by).await?;
    let before = find(&work.tx, id).await?;
    let allowed: Vec<String> = before.stage.may_become().iter().map(Stage::to_string).collect();
    if !before.stage.may_become().contains(&to) {
        let message = format!("{} cannot become {to}. It can become: {}", before.stage, allowed.join(", "));
        return Err(AppError::Conflict { message, allowed });
    }
    match (before.stage, to, &why) {
        (Stage::DoNotContact, _, None) => return Err(AppError::field("why", "Say why they may be contacted again")),
        (_, Stage::DoNotContact, None) => return Err(AppError::field("why", "Say what they asked for. It stays in the history")),
        _ => {}
    }
    set_stage(&work, &before, to, why, work.today()).await?;
    let view = view::provider(&work.tx, before.id).await?;
    work.commit().await?;
    Ok(view)
}

async fn set_stage(work: &Work<'_>, before: &entity::provider::Model, to: Stage, why: Option<String>, on: NaiveDate) -> Result<()> {
    let mut row = before.clone().into_active_model();
    row.stage = Set(to);
    work.save(before, row).await?;
    work.moved(Moved { kind: "provider", id: before.id, from: Some(before.stage.word()), to: to.word(), on, why }).await?;
    work.note(Entry::of("moved", "provider", before.id).named(before.public_id).fields(vec!["stage".into()])).await
}

/// A referral came in: whoever sends is an active source, except those we may not contact [domain 2.3].
pub async fn referred(work: &Work<'_>, provider_id: i64, on: NaiveDate) -> Result<()> {
    let provider = store::provider_row(&work.tx, provider_id).await?;
    if matches!(provider.stage, Stage::ActiveReferrer | Stage::DoNotContact) {
        return Ok(());
    }
    set_stage(work, &provider, Stage::ActiveReferrer, Some("referral received".into()), on).await
}

/// What a person says about an address.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Verification {
    /// Id of the address.
    pub email: Text,
    /// How it was checked: phone, reply or letter.
    pub how: Text,
    /// When; today where nothing is said.
    pub on: Text,
    pub note: Text,
}

/// A person says how and when an address was checked. Only then may a report go there.
pub async fn verify_email(app: &App, by: &Actor, id: &str, new: &Verification) -> Result<ProviderView> {
    by.rights(Thing::Network).to_write("provider")?;
    let mut check = Check::new(app.today());
    let how: Option<VerifiedHow> = check.required_choice("how", &new.how, "Say how the address was checked");
    let on = check.past_day("on", &new.on, "The check").unwrap_or(app.today());
    let note = check.line("note", &new.note);
    let how = check.done(how)?.ok_or_else(|| AppError::field("how", "Say how the address was checked"))?;
    let work = app.work(by).await?;
    let provider = find(&work.tx, id).await?;
    let email = store::email_of(&work.tx, provider.id, &new.email).await?;
    store::verify(&work, &email, how, on, note).await?;
    mail::lift_suppression(&work, &email.address, Stream::Treatment, how.word()).await?;
    work.note(Entry::of("verified", "provider_email", email.id).named(email.public_id)).await?;
    let view = view::provider(&work.tx, provider.id).await?;
    work.commit().await?;
    Ok(view)
}

/// What a person says who lets letters about us go to an address again.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct LettersAgain {
    /// Id of the address.
    pub email: Text,
    /// Why they may come again: what was asked, and who said yes.
    pub why: Text,
}

/// Letters about us may go to an address again that got none, after a complaint or because nobody was there. Reports are another matter.
pub async fn letters_again(app: &App, by: &Actor, id: &str, new: &LettersAgain) -> Result<ProviderView> {
    by.rights(Thing::Network).to_write("provider")?;
    let mut check = Check::new(app.today());
    let why = check.required_line("why", &new.why, "Say why they may come again");
    let why = check.done(why)?;
    let work = app.work(by).await?;
    let provider = find(&work.tx, id).await?;
    let email = store::email_of(&work.tx, provider.id, &new.email).await?;
    if !mail::lift_suppression(&work, &email.address, Stream::Outreach, &why).await? {
        return Err(AppError::conflict("letters about us may go to this address already"));
    }
    work.note(Entry::of("letters_again", "provider_email", email.id).named(email.public_id)).await?;
    let view = view::provider(&work.tx, provider.id).await?;
    work.commit().await?;
    Ok(view)
}

/// What an activity will be about, as the page before knew it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct About {
    pub provider: Text,
    pub referral: Text,
    pub organization: Text,
    pub kind: Text,
    pub purpose: Text,
}

impl About {
    /// The same, from a form that was sent.
    pub fn of(new: &NewActivity) -> Self {
        let provider = new.providers.said().next().cloned().unwrap_or_default();
        Self { provider, referral: new.referral.clone(), organization: new.organization.clone(), ..Self::default() }
    }
}

/// Names for what an activity is about. A referral brings the one who sent it.
pub async fn about(app: &App, by: &Actor, about: &About) -> Result<view::AboutView> {
    by.rights(Thing::Network).to_write("activity")?;
    let referral = match about.referral.some() {
        Some(id) => {
            by.rights(Thing::Referrals).to_read("referral")?;
            Some(store::referral_of(&app.db, read_id(&id, "referral")?).await?.ok_or(AppError::NotFound("referral"))?)
        }
        None => None,
    };
    let provider = match (about.provider.some(), referral.as_ref().and_then(|r| r.provider_id)) {
        (Some(id), _) => Some(find(&app.db, &id).await?),
        (None, Some(id)) => Some(store::provider_row(&app.db, id).await?),
        (None, None) => None,
    };
    let organization = match about.organization.some() {
        Some(id) => Some(organization_by_id(&app.db, &id).await?),
        None => None,
    };
    Ok(view::AboutView::of(provider.as_ref(), referral.as_ref(), organization.as_ref()))
}

/// Logs what was done to keep in touch.
pub async fn log_activity(app: &App, by: &Actor, new: &NewActivity) -> Result<ActivityView> {
    by.rights(Thing::Network).to_write("activity")?;
    let draft = new.check(app.today())?;
    let work = app.work(by).await?;
    if let Some(id) = work.already() {
        return view::activity(&work.tx, id).await;
    }
    let activity = log_activity_in(&work, &draft).await?;
    work.made(activity.id).await?;
    let view = view::activity(&work.tx, activity.id).await?;
    work.commit().await?;
    Ok(view)
}

/// The same within a larger unit of work.
pub async fn log_activity_in(work: &Work<'_>, draft: &activity::ActivityDraft) -> Result<entity::activity::Model> {
    let mut provider_ids = Vec::new();
    for id in &draft.providers {
        let found = find(&work.tx, id).await.map_err(|_| AppError::field("providers", "There is no such provider"))?;
        provider_ids.push(found.id);
    }
    if provider_ids.is_empty() && !draft.provider_name.is_blank() {
        provider_ids.push(provider_named(&work.tx, "provider_name", &draft.provider_name).await?.id);
    }
    let organization_id = match &draft.organization {
        Some(id) => {
            Some(organization_by_id(&work.tx, id).await.map_err(|_| AppError::field("organization", "There is no such organization"))?.id)
        }
        None => None,
    };
    let referral = match &draft.referral {
        Some(id) => Some(
            store::referral_of(&work.tx, read_id(id, "referral")?)
                .await?
                .ok_or_else(|| AppError::field("referral", "There is no such referral"))?,
        ),
        None => None,
    };
    if provider_ids.is_empty()
        && let Some(provider_id) = referral.as_ref().and_then(|r| r.provider_id)
    {
        provider_ids.push(provider_id);
    }
    let activity = store::insert_activity(work, draft, organization_id, referral.map(|r| r.id), &provider_ids).await?;
    work.note(Entry::of("logged", "activity", activity.id).named(activity.public_id)).await?;
    for id in provider_ids {
        contacted(work, id, draft).await?;
    }
    Ok(activity)
}

/// An activity was the sending of a letter.
pub async fn of_report(work: &Work<'_>, activity: &entity::activity::Model, report_id: i64) -> Result<()> {
    let mut row = activity.clone().into_active_model();
    row.report_id = Set(Some(report_id));
    work.save(activity, row).await.map(|_| ())
}

/// A letter was taken back before it left: nobody was written to.
pub async fn forget_report(work: &Work<'_>, report_id: i64) -> Result<()> {
    for before in store::activities_of_report(&work.tx, report_id).await? {
        let mut row = before.clone().into_active_model();
        row.deleted_at = Set(Some(work.now));
        work.save(&before, row).await?;
    }
    Ok(())
}

/// A first contact moves a prospect on by itself.
async fn contacted(work: &Work<'_>, provider_id: i64, draft: &activity::ActivityDraft) -> Result<()> {
    let provider = store::provider_row(&work.tx, provider_id).await?;
    let reaches = draft.kind != activity::ActivityKind::Note && draft.outcome != Some(activity::Outcome::NoAnswer);
    if provider.stage == Stage::Prospect && reaches {
        set_stage(work, &provider, Stage::Contacted, Some(draft.kind.label().into()), draft.on).await?;
    }
    Ok(())
}

/// Says what comes after an activity, where that was not said at once.
pub async fn plan_next(app: &App, by: &Actor, id: &str, new: &NextStep) -> Result<ActivityView> {
    by.rights(Thing::Network).to_write("activity")?;
    let (step, on) = new.check(app.today())?;
    let work = app.work(by).await?;
    let before = store::find_activity(&work.tx, read_id(id, "activity")?).await?.ok_or(AppError::NotFound("activity"))?;
    let mut row = before.clone().into_active_model();
    row.next_step = Set(Some(step));
    row.next_on = Set(on);
    let (after, fields) = work.save(&before, row).await?;
    work.note(Entry::of("planned", "activity", after.id).named(after.public_id).fields(fields)).await?;
    let view = view::activity(&work.tx, after.id).await?;
    work.commit().await?;
    Ok(view)
}

/// Takes back what was logged by mistake. Where the relationship stands is not touched: a person moves it.
pub async fn take_back_activity(app: &App, by: &Actor, id: &str) -> Result<ActivityView> {
    by.rights(Thing::Network).to_write("activity")?;
    let work = app.work(by).await?;
    let before = store::find_activity(&work.tx, read_id(id, "activity")?).await?.ok_or(AppError::NotFound("activity"))?;
    let mut row = before.clone().into_active_model();
    row.deleted_at = Set(Some(work.now));
    work.save(&before, row).await?;
    work.note(Entry::of("took_back", "activity", before.id).named(before.public_id)).await?;
    let view = view::activity(&work.tx, before.id).await?;
    work.commit().await?;
    Ok(view)
}

/// What a timeline can be asked.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TimelineFilter {
    /// One part of it: referrals, contacts, reports or money.
    pub show: Text,
    /// The last day to tell of, as the part before gave it.
    pub cursor: Text,
}

/// What happened with a provider, newest first: referrals, calls, reports, denials, payments.
pub async fn timeline(app: &App, by: &Actor, id: &str, filter: &TimelineFilter) -> Result<Listing<timeline::Event>> {
    by.rights(Thing::Network).to_read("provider")?;
    let mut check = Check::new(app.today());
    let show = check.choice("show", &filter.show);
    let until = check.day("cursor", &filter.cursor);
    let show = check.done(show)?;
    let provider = find(&app.db, id).await?;
    timeline::of(app, provider.id, timeline::Sight::of(by), show, until).await
}

/// How a relationship stands, in numbers of the last twelve months.
pub async fn numbers(app: &App, by: &Actor, id: &str) -> Result<Numbers> {
    by.rights(Thing::Network).to_read("provider")?;
    let provider = find(&app.db, id).await?;
    book::store::numbers(app, provider.id).await
}
