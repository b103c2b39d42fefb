//! What pages and programs see of the network.

use super::activity::{ActivityKind, Outcome, Purpose};
use super::provider::{
    Named, NewEmail, NewPhone, NewProvider, NpiStatus, PreferredChannel, ReportFrequency, Secure, Source, Stage, SummaryNaming,
    VerifiedHow, WhenQuiet,
};
use super::store;
use crate::audit::view::{MoveView, moves};
use crate::entity;
use crate::error::Result;
use crate::types::{Phone, Text, TextList, Texts};
use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, QueryResult};
use serde::Serialize;
use uuid::Uuid;

/// The name of a provider, ready to be shown in one of its ways.
pub fn named(row: &entity::provider::Model) -> Named<'_> {
    Named {
        prefix: row.prefix.as_deref(),
        first: row.first_name.as_deref(),
        last: &row.last_name,
        suffix: row.suffix.as_deref(),
        credentials: &row.credentials.0,
    }
}

/// A provider in a list, with the numbers of the last twelve months.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ProviderRow {
    #[serde(skip)]
    pub key: i64,
    pub id: Uuid,
    /// `Dr. Priya Raman`.
    pub name: String,
    pub first_name: Option<String>,
    pub last_name: String,
    pub credentials: Texts,
    pub npi: Option<String>,
    pub specialty: Option<String>,
    pub stage: Stage,
    pub organization_id: Option<Uuid>,
    pub organization: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    /// Received in the last twelve months.
    pub referrals: i64,
    pub last_referral_on: Option<NaiveDate>,
    /// The day of the next planned step.
    pub next_on: Option<NaiveDate>,
    /// Net collected for those; null for roles that do not see money.
    pub collected_cents: Option<i64>,
}

impl FromQueryResult for ProviderRow {
    fn from_query_result(row: &QueryResult, pre: &str) -> Result<Self, DbErr> {
        let credentials: Texts = row.try_get(pre, "credentials")?;
        let prefix: Option<String> = row.try_get(pre, "prefix")?;
        let suffix: Option<String> = row.try_get(pre, "suffix")?;
        let first_name: Option<String> = row.try_get(pre, "first_name")?;
        let last_name: String = row.try_get(pre, "last_name")?;
        let named = Named {
            prefix: prefix.as_deref(),
            first: first_name.as_deref(),
            last: &last_name,
            suffix: suffix.as_deref(),
            credentials: &credentials.0,
        };
        Ok(Self {
            key: row.try_get(pre, "id")?,
            id: row.try_get(pre, "public_id")?,
            name: named.spoken(),
            npi: row.try_get(pre, "npi")?,
            specialty: row.try_get(pre, "specialty")?,
            stage: row.try_get(pre, "stage")?,
            organization_id: row.try_get(pre, "organization_id")?,
            organization: row.try_get(pre, "organization_name")?,
            email: row.try_get(pre, "email")?,
            phone: row.try_get(pre, "phone")?,
            referrals: row.try_get(pre, "referrals")?,
            last_referral_on: row.try_get(pre, "last_on")?,
            next_on: row.try_get(pre, "next_on")?,
            collected_cents: None,
            first_name,
            last_name,
            credentials,
        })
    }
}

impl ProviderRow {
    /// Phone as people read it, and what was collected, for those who may see it.
    pub fn finished(self, collected_cents: Option<i64>) -> Self {
        Self { phone: self.phone.map(|p| Phone::show(&p, None)), collected_cents, ..self }
    }
}

/// How a relationship stands, in numbers of the last twelve months.
#[derive(Clone, Debug, Default, Serialize, JsonSchema, FromQueryResult)]
pub struct Numbers {
    /// The first of the twelve months; the last one is this month.
    #[sea_orm(skip)]
    pub from: Option<NaiveDate>,
    pub referrals: i64,
    /// In the same months of the year before.
    pub referrals_before: i64,
    /// Of all time.
    pub referrals_ever: i64,
    /// Referrals of these months with a first visit.
    pub converted: i64,
    /// Attended visits of these referrals.
    pub visits: i64,
    /// Neither lost nor closed, of all time.
    pub active: i64,
    pub last_referral_on: Option<NaiveDate>,
    /// Days since the last referral, where that is too long.
    #[sea_orm(skip)]
    pub quiet_days: Option<i64>,
    pub reports_sent: i64,
    /// Reports that wait for somebody's approval.
    pub reports_waiting: i64,
    /// Written off on visits that no order covered.
    #[serde(skip)]
    pub uncovered_cents: i64,
}

/// Everything about a provider.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ProviderView {
    pub id: Uuid,
    /// `Dr. Priya Raman`.
    pub name: String,
    /// `Priya Raman, MD`.
    pub formal_name: String,
    /// `Dr. Raman`.
    pub short_name: String,
    pub prefix: Option<String>,
    pub first_name: Option<String>,
    pub middle_name: Option<String>,
    pub last_name: String,
    pub suffix: Option<String>,
    pub credentials: Texts,
    pub npi: Option<String>,
    pub npi_status: NpiStatus,
    pub taxonomy_code: Option<String>,
    pub specialty: Option<String>,
    pub license_no: Option<String>,
    pub license_state: Option<String>,
    pub preferred_channel: PreferredChannel,
    pub report_frequency: ReportFrequency,
    pub summary_naming: SummaryNaming,
    /// Summaries although nothing happened; null: as the practice says.
    pub summary_when_quiet: Option<WhenQuiet>,
    pub stage: Stage,
    pub stage_may_become: Vec<Stage>,
    pub stage_history: Vec<MoveView>,
    pub tags: Texts,
    pub notes: Option<String>,
    pub source: Source,
    pub emails: Vec<EmailView>,
    pub phones: Vec<PhoneView>,
    /// Where they work now.
    pub organization_id: Option<Uuid>,
    pub organization: Option<String>,
    pub affiliations: Vec<AffiliationView>,
    /// Who gets a copy of each report about a patient to this doctor.
    pub copies_to: Vec<PersonRef>,
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct EmailView {
    pub id: Uuid,
    pub address: String,
    pub label: Option<String>,
    pub secure: Secure,
    pub marketing_opt_out: bool,
    pub verified_on: Option<NaiveDate>,
    pub verified_how: Option<VerifiedHow>,
    /// What is odd about it: nearly a usual domain, or one where anybody has an address.
    pub caution: Option<String>,
    /// Why letters about us do not go there; null: they may.
    pub no_letters: Option<String>,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PhoneView {
    pub id: Uuid,
    pub number: String,
    pub e164: String,
    pub label: Option<String>,
    pub is_fax: bool,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct AffiliationView {
    pub organization_id: Uuid,
    pub organization: String,
    pub from_on: Option<NaiveDate>,
    pub to_on: Option<NaiveDate>,
    pub is_primary: bool,
}

/// Gathers a provider.
pub async fn provider(db: &impl ConnectionTrait, id: i64) -> Result<ProviderView> {
    let row = store::provider_row(db, id).await?;
    let emails = store::emails_of(db, id).await?;
    let mut stopped = crate::mail::without_letters(db, emails.iter().map(|e| e.address.clone()).collect()).await?;
    let phones = store::phones_of(db, id).await?;
    let affiliations = store::affiliations_of(db, id).await?;
    let copies_to = super::copies::of(db, id).await?.iter().map(PersonRef::provider).collect();
    let here = affiliations.iter().find(|(a, _)| a.is_primary && a.to_on.is_none()).map(|(_, o)| o);
    Ok(ProviderView {
        organization_id: here.map(|o| o.public_id),
        organization: here.map(|o| o.name.clone()),
        id: row.public_id,
        name: named(&row).spoken(),
        formal_name: named(&row).formal(),
        short_name: named(&row).short(),
        copies_to,
        stage_may_become: row.stage.may_become().to_vec(),
        stage_history: moves(db, "provider", id).await?,
        emails: emails.into_iter().map(|e| EmailView { no_letters: stopped.remove(&e.address), ..email(e) }).collect(),
        phones: phones.into_iter().map(phone).collect(),
        affiliations: affiliations
            .into_iter()
            .map(|(a, o)| AffiliationView {
                organization_id: o.public_id,
                organization: o.name,
                from_on: a.from_on,
                to_on: a.to_on,
                is_primary: a.is_primary,
            })
            .collect(),
        prefix: row.prefix,
        first_name: row.first_name,
        middle_name: row.middle_name,
        last_name: row.last_name,
        suffix: row.suffix,
        credentials: row.credentials,
        npi: row.npi,
        npi_status: row.npi_status,
        taxonomy_code: row.taxonomy_code,
        specialty: row.specialty,
        license_no: row.license_no,
        license_state: row.license_state,
        preferred_channel: row.preferred_channel,
        report_frequency: row.report_frequency,
        summary_naming: row.summary_naming,
        summary_when_quiet: row.summary_when_quiet,
        stage: row.stage,
        tags: row.tags,
        notes: row.notes,
        source: row.source,
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

impl ProviderView {
    /// The provider as it would be typed, for the form that changes it.
    pub fn as_typed(&self) -> NewProvider {
        let text = |value: &Option<String>| Text::new(value.as_deref().unwrap_or_default());
        NewProvider {
            prefix: text(&self.prefix),
            first_name: text(&self.first_name),
            middle_name: text(&self.middle_name),
            last_name: Text::new(&self.last_name),
            suffix: text(&self.suffix),
            credentials: TextList::from(self.credentials.0.as_slice()),
            npi: text(&self.npi),
            taxonomy_code: text(&self.taxonomy_code),
            specialty: text(&self.specialty),
            license_no: text(&self.license_no),
            license_state: text(&self.license_state),
            preferred_channel: self.preferred_channel.word().into(),
            report_frequency: self.report_frequency.word().into(),
            summary_naming: self.summary_naming.word().into(),
            summary_when_quiet: self.summary_when_quiet.map(WhenQuiet::word).unwrap_or_default().into(),
            tags: TextList::from(self.tags.0.as_slice()),
            notes: text(&self.notes),
            emails: self.emails.iter().map(typed_email).collect(),
            phones: self.phones.iter().map(typed_phone).collect(),
            organization: self.organization_id.map(|id| id.to_string()).unwrap_or_default().into(),
            organization_name: Text::default(),
            version: self.version.to_string().into(),
        }
    }
}

fn typed_email(view: &EmailView) -> NewEmail {
    NewEmail {
        address: Text::new(&view.address),
        label: Text::new(view.label.as_deref().unwrap_or_default()),
        secure: view.secure.word().into(),
        marketing_opt_out: view.marketing_opt_out.to_string().into(),
    }
}

fn typed_phone(view: &PhoneView) -> NewPhone {
    NewPhone {
        number: Text::new(&view.number),
        label: Text::new(view.label.as_deref().unwrap_or_default()),
        is_fax: view.is_fax.to_string().into(),
    }
}

fn email(row: entity::provider_email::Model) -> EmailView {
    EmailView {
        id: row.public_id,
        caution: crate::types::lookalike::caution(&row.address, &[]),
        no_letters: None,
        address: row.address,
        label: row.label,
        secure: row.secure,
        marketing_opt_out: row.marketing_opt_out,
        verified_on: row.verified_on,
        verified_how: row.verified_how,
    }
}

fn phone(row: entity::provider_phone::Model) -> PhoneView {
    PhoneView {
        id: row.public_id,
        number: Phone::show(&row.e164, row.extension.as_deref()),
        e164: row.e164,
        label: row.label,
        is_fax: row.is_fax,
    }
}

/// A person by id and name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PersonRef {
    pub id: Uuid,
    pub name: String,
}

impl PersonRef {
    pub fn provider(row: &entity::provider::Model) -> Self {
        Self { id: row.public_id, name: named(row).spoken() }
    }
}

/// What an activity is about.
#[derive(Clone, Debug, Default, Serialize)]
pub struct AboutView {
    pub provider: Option<PersonRef>,
    /// The provider asked not to be contacted.
    pub do_not_contact: bool,
    pub referral_id: Option<Uuid>,
    pub referral: Option<String>,
    pub organization_id: Option<Uuid>,
    pub organization: Option<String>,
}

impl AboutView {
    pub fn of(
        provider: Option<&entity::provider::Model>,
        referral: Option<&entity::referral::Model>,
        organization: Option<&entity::organization::Model>,
    ) -> Self {
        Self {
            provider: provider.map(PersonRef::provider),
            do_not_contact: provider.is_some_and(|p| p.stage == Stage::DoNotContact),
            referral_id: referral.map(|r| r.public_id),
            referral: referral.map(|r| r.number.clone()),
            organization_id: organization.map(|o| o.public_id),
            organization: organization.map(|o| o.name.clone()),
        }
    }
}

/// One activity.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ActivityView {
    pub id: Uuid,
    pub kind: ActivityKind,
    pub purpose: Purpose,
    pub on: NaiveDate,
    pub at: DateTime<Utc>,
    pub met: Option<String>,
    pub outcome: Option<Outcome>,
    pub words: Option<String>,
    pub minutes: Option<i64>,
    pub direct_cost_cents: Option<i64>,
    pub gift_value_cents: Option<i64>,
    pub attendees: Option<i64>,
    pub next_step: Option<String>,
    pub next_on: Option<NaiveDate>,
    pub providers: Vec<PersonRef>,
}

/// Gathers an activity.
pub async fn activity(db: &impl ConnectionTrait, id: i64) -> Result<ActivityView> {
    let row = store::activity_row(db, id).await?;
    let people = store::providers_of_activity(db, id).await?;
    Ok(ActivityView {
        id: row.public_id,
        kind: row.kind,
        purpose: row.purpose,
        on: row.on_day,
        at: row.at,
        met: row.met,
        outcome: row.outcome,
        words: row.words,
        minutes: row.minutes,
        direct_cost_cents: row.direct_cost_cents,
        gift_value_cents: row.gift_value_cents,
        attendees: row.attendees,
        next_step: row.next_step,
        next_on: row.next_on,
        providers: people.iter().map(PersonRef::provider).collect(),
    })
}
