//! Many providers and offices at once, for imports: what is known is loaded in a handful of queries, what is new or changed is written
//! in bulk, and search text, history and audit come out as if each had been entered by hand.

mod store;

use super::offices::store::filled_organization;
use super::organization::OrganizationDraft;
use super::provider::{EmailDraft, PhoneDraft, ProviderDraft, SearchWords, Source, Stage, is_on_claims};
use super::store as single;
use crate::app::new_public_id;
use crate::audit::{Entry, Moved};
use crate::entity::{affiliation, organization, provider, provider_email, provider_phone};
use crate::error::Result;
use crate::work::Work;
use sea_orm::{ConnectionTrait, IntoActiveModel, Set};
use std::collections::HashMap;
use uuid::Uuid;

pub use store::{KnownOffice, KnownPerson, names_of};

/// What tells people and offices apart, of all that live. Merged ones speak for the one they became.
#[derive(Debug, Default)]
pub struct Known {
    pub people: Vec<KnownPerson>,
    pub offices: Vec<KnownOffice>,
}

/// A provider with everything that a file may fill in.
#[derive(Clone, Debug)]
pub struct Person {
    /// With emails and phones; its `organization` says nothing.
    pub draft: ProviderDraft,
    pub stage: Stage,
    /// Where they work now, the main office first.
    pub offices: Vec<i64>,
}

/// Loads everybody by what tells people apart.
pub async fn known(db: &impl ConnectionTrait) -> Result<Known> {
    Ok(Known { people: store::known_people(db).await?, offices: store::known_offices(db).await? })
}

/// Some providers by their keys, as they stand.
pub async fn people(db: &impl ConnectionTrait, ids: &[i64]) -> Result<HashMap<i64, Person>> {
    let mut emails = by_provider(store::emails(db, ids).await?, |e| e.provider_id);
    let mut phones = by_provider(store::phones(db, ids).await?, |p| p.provider_id);
    let mut places = by_provider(store::affiliations(db, ids).await?, |a| a.provider_id);
    let whole = |row: provider::Model| {
        let emails = emails.remove(&row.id).unwrap_or_default();
        let phones = phones.remove(&row.id).unwrap_or_default();
        let offices = places.remove(&row.id).unwrap_or_default().iter().map(|a| a.organization_id).collect();
        (row.id, Person { stage: row.stage, offices, draft: draft_of(row, emails, phones) })
    };
    Ok(store::providers(db, ids).await?.into_iter().map(whole).collect())
}

/// Some offices by their keys, as they stand.
pub async fn offices(db: &impl ConnectionTrait, ids: &[i64]) -> Result<HashMap<i64, OrganizationDraft>> {
    Ok(store::organizations(db, ids).await?.into_iter().map(|row| (row.id, office_draft(row))).collect())
}

/// Enters new offices; gives their keys in the same order.
pub async fn add_offices(work: &Work<'_>, new: &[OrganizationDraft], source: Source) -> Result<Vec<i64>> {
    let public: Vec<Uuid> = new.iter().map(|_| new_public_id(work.now)).collect();
    let row = |(draft, id): (&OrganizationDraft, &Uuid)| {
        let fresh = organization::ActiveModel { public_id: Set(*id), source: Set(source), ..Default::default() };
        filled_organization(fresh, draft)
    };
    work.insert_all(new.iter().zip(&public).map(row).collect()).await?;
    let ids = store::ids_of_organizations(&work.tx, &public).await?;
    let entries = ids.iter().zip(&public).map(|(id, public)| Entry::of("added", "organization", *id).named(*public));
    work.note_all(entries.collect()).await?;
    Ok(ids)
}

/// Enters new providers; gives their keys in the same order.
pub async fn add_people(work: &Work<'_>, new: &[Person], source: Source) -> Result<Vec<i64>> {
    let office_ids: Vec<i64> = new.iter().flat_map(|p| p.offices.clone()).collect();
    let names = store::names_of_organizations(&work.tx, &office_ids).await?;
    let public: Vec<Uuid> = new.iter().map(|_| new_public_id(work.now)).collect();
    let row = |(person, id): (&Person, &Uuid)| {
        let fresh = provider::ActiveModel {
            public_id: Set(*id),
            stage: Set(person.stage),
            npi_status: Set(super::provider::NpiStatus::Unknown),
            source: Set(source),
            search_text: Set(search_text(person, &names)),
            ..Default::default()
        };
        single::filled_provider(fresh, &person.draft)
    };
    work.insert_all(new.iter().zip(&public).map(row).collect()).await?;
    let ids = store::ids_of_providers(&work.tx, &public).await?;
    let whole = || ids.iter().copied().zip(new);
    let numbered = |list: usize| 0..i64::try_from(list).unwrap_or(i64::MAX);
    let emails =
        whole().flat_map(|(id, p)| p.draft.emails.iter().zip(numbered(p.draft.emails.len())).map(move |(e, at)| email_row(id, at, e)));
    work.insert_all(emails.collect()).await?;
    let phones =
        whole().flat_map(|(id, p)| p.draft.phones.iter().zip(numbered(p.draft.phones.len())).map(move |(n, at)| phone_row(id, at, n)));
    work.insert_all(phones.collect()).await?;
    work.insert_all(whole().flat_map(|(id, p)| p.offices.iter().map(move |office| place_row(id, *office))).collect()).await?;
    let entries = ids.iter().zip(&public).map(|(id, public)| Entry::of("added", "provider", *id).named(*public));
    work.note_all(entries.collect()).await?;
    let first = |(id, p): (i64, &Person)| Moved { kind: "provider", id, from: None, to: p.stage.word(), on: work.today(), why: None };
    work.moved_all(whole().map(first).collect()).await?;
    Ok(ids)
}

/// Makes offices what the drafts say; who works there stays.
pub async fn change_offices(work: &Work<'_>, changed: &[(i64, OrganizationDraft)]) -> Result<()> {
    let ids: Vec<i64> = changed.iter().map(|(id, _)| *id).collect();
    let mut before: HashMap<i64, organization::Model> =
        store::organizations(&work.tx, &ids).await?.into_iter().map(|o| (o.id, o)).collect();
    let mut entries = Vec::new();
    for (id, draft) in changed {
        let Some(before) = before.remove(id) else { continue };
        let row = filled_organization(before.clone().into_active_model(), draft);
        let (after, fields) = work.save(&before, row).await?;
        entries.push(Entry::of("changed", "organization", *id).named(after.public_id).fields(fields));
    }
    work.note_all(entries).await
}

/// Makes providers what the file made of them. Addresses, numbers and offices are only ever added; `why` is kept with a moved stage.
pub async fn change_people(work: &Work<'_>, changed: &[(i64, Person)], why: &str) -> Result<()> {
    let ids: Vec<i64> = changed.iter().map(|(id, _)| *id).collect();
    let office_ids: Vec<i64> = changed.iter().flat_map(|(_, p)| p.offices.clone()).collect();
    let mut change = Changing {
        names: store::names_of_organizations(&work.tx, &office_ids).await?,
        emails: by_provider(store::emails(&work.tx, &ids).await?, |e| e.provider_id),
        phones: by_provider(store::phones(&work.tx, &ids).await?, |p| p.provider_id),
        places: by_provider(store::affiliations(&work.tx, &ids).await?, |a| a.provider_id),
        ..Default::default()
    };
    let mut before: HashMap<i64, provider::Model> = store::providers(&work.tx, &ids).await?.into_iter().map(|p| (p.id, p)).collect();
    for (id, person) in changed {
        if let Some(before) = before.remove(id) {
            change.one(work, &before, person, why).await?;
        }
    }
    work.insert_all(change.new_emails).await?;
    work.insert_all(change.new_phones).await?;
    work.insert_all(change.new_places).await?;
    work.moved_all(change.moves).await?;
    work.note_all(change.entries).await?;
    for id in change.renamed {
        crate::chain::referrer_changed(work, id).await?;
    }
    Ok(())
}

/// What `change_people` holds while it goes from one to the next.
#[derive(Default)]
struct Changing<'a> {
    names: HashMap<i64, String>,
    emails: HashMap<i64, Vec<provider_email::Model>>,
    phones: HashMap<i64, Vec<provider_phone::Model>>,
    places: HashMap<i64, Vec<affiliation::Model>>,
    new_emails: Vec<provider_email::ActiveModel>,
    new_phones: Vec<provider_phone::ActiveModel>,
    new_places: Vec<affiliation::ActiveModel>,
    moves: Vec<Moved<'a>>,
    entries: Vec<Entry<'a>>,
    renamed: Vec<i64>,
}

impl<'a> Changing<'a> {
    async fn one(&mut self, work: &Work<'_>, before: &provider::Model, person: &Person, why: &str) -> Result<()> {
        let mut row = single::filled_provider(before.clone().into_active_model(), &person.draft);
        row.stage = Set(person.stage);
        row.search_text = Set(search_text(person, &self.names));
        let (after, mut fields) = work.save(before, row).await?;
        if after.stage != before.stage {
            let (from, to) = (Some(before.stage.word()), after.stage.word());
            self.moves.push(Moved { kind: "provider", id: after.id, from, to, on: work.today(), why: Some(why.into()) });
        }
        if fields.iter().any(|field| is_on_claims(field)) {
            self.renamed.push(after.id);
        }
        self.reach(work, after.id, person, &mut fields).await?;
        self.place(work, after.id, person, &mut fields).await?;
        self.entries.push(Entry::of("changed", "provider", after.id).named(after.public_id).fields(fields));
        Ok(())
    }

    /// New addresses and numbers go behind those there are; an opt-out is set on those that had none.
    async fn reach(&mut self, work: &Work<'_>, id: i64, person: &Person, fields: &mut Vec<String>) -> Result<()> {
        let emails = self.emails.remove(&id).unwrap_or_default();
        let phones = self.phones.remove(&id).unwrap_or_default();
        let (mut email_at, mut phone_at) = (after_last(&emails, |e| e.position), after_last(&phones, |p| p.position));
        for draft in &person.draft.emails {
            match emails.iter().find(|e| e.address == draft.address) {
                Some(known) if known.marketing_opt_out == draft.marketing_opt_out => continue,
                Some(known) => {
                    let row = provider_email::ActiveModel {
                        marketing_opt_out: Set(draft.marketing_opt_out),
                        ..known.clone().into_active_model()
                    };
                    work.save(known, row).await?;
                }
                None => self.new_emails.push(email_row(id, email_at, draft)),
            }
            email_at += 1;
            fields.push("emails".into());
        }
        let there = |draft: &&PhoneDraft| {
            !phones.iter().any(|p| p.e164 == draft.e164 && p.extension == draft.extension && p.is_fax == draft.is_fax)
        };
        for draft in person.draft.phones.iter().filter(there) {
            self.new_phones.push(phone_row(id, phone_at, draft));
            phone_at += 1;
            fields.push("phones".into());
        }
        fields.dedup();
        Ok(())
    }

    /// A first office is where they always were; one that replaces another counts from today.
    async fn place(&mut self, work: &Work<'_>, id: i64, person: &Person, fields: &mut Vec<String>) -> Result<()> {
        let places = self.places.remove(&id).unwrap_or_default();
        for office in person.offices.iter().filter(|office| places.iter().all(|a| a.organization_id != **office)) {
            if places.is_empty() {
                self.new_places.push(place_row(id, *office));
            } else {
                single::affiliate(work, id, *office).await?;
            }
            fields.push("organization".into());
        }
        Ok(())
    }
}

fn after_last<T>(rows: &[T], position: impl Fn(&T) -> i64) -> i64 {
    rows.iter().map(position).max().map_or(0, |last| last + 1)
}

fn by_provider<T>(rows: Vec<T>, provider_id: impl Fn(&T) -> i64) -> HashMap<i64, Vec<T>> {
    let mut found: HashMap<i64, Vec<T>> = HashMap::new();
    for row in rows {
        found.entry(provider_id(&row)).or_default().push(row);
    }
    found
}

fn search_text(person: &Person, names: &HashMap<i64, String>) -> String {
    let draft = &person.draft;
    SearchWords {
        names: [draft.first_name.as_deref(), draft.middle_name.as_deref(), Some(&draft.last_name), draft.specialty.as_deref()],
        offices: person.offices.iter().filter_map(|id| names.get(id)).map(String::as_str).collect(),
        npi: draft.npi.as_deref(),
        emails: draft.emails.iter().map(|e| e.address.as_str()).collect(),
        phones: draft.phones.iter().map(|p| p.e164.as_str()).collect(),
    }
    .text()
}

fn email_row(provider_id: i64, position: i64, draft: &EmailDraft) -> provider_email::ActiveModel {
    provider_email::ActiveModel {
        provider_id: Set(provider_id),
        address: Set(draft.address.clone()),
        label: Set(draft.label.clone()),
        secure: Set(draft.secure),
        marketing_opt_out: Set(draft.marketing_opt_out),
        position: Set(position),
        ..Default::default()
    }
}

fn phone_row(provider_id: i64, position: i64, draft: &PhoneDraft) -> provider_phone::ActiveModel {
    provider_phone::ActiveModel {
        provider_id: Set(provider_id),
        e164: Set(draft.e164.clone()),
        extension: Set(draft.extension.clone()),
        label: Set(draft.label.clone()),
        is_fax: Set(draft.is_fax),
        position: Set(position),
        ..Default::default()
    }
}

fn place_row(provider_id: i64, organization_id: i64) -> affiliation::ActiveModel {
    affiliation::ActiveModel {
        provider_id: Set(provider_id),
        organization_id: Set(organization_id),
        from_on: Set(None),
        is_primary: Set(true),
        ..Default::default()
    }
}

fn draft_of(row: provider::Model, emails: Vec<provider_email::Model>, phones: Vec<provider_phone::Model>) -> ProviderDraft {
    let email = |e: provider_email::Model| EmailDraft {
        address: e.address,
        label: e.label,
        secure: e.secure,
        marketing_opt_out: e.marketing_opt_out,
    };
    let phone = |p: provider_phone::Model| PhoneDraft { e164: p.e164, extension: p.extension, label: p.label, is_fax: p.is_fax };
    ProviderDraft {
        prefix: row.prefix,
        first_name: row.first_name,
        middle_name: row.middle_name,
        suffix: row.suffix,
        credentials: row.credentials.0,
        npi: row.npi,
        taxonomy_code: row.taxonomy_code,
        specialty: row.specialty,
        license_no: row.license_no,
        license_state: row.license_state,
        preferred_channel: row.preferred_channel,
        report_frequency: row.report_frequency,
        summary_naming: row.summary_naming,
        summary_when_quiet: row.summary_when_quiet,
        tags: row.tags.0,
        notes: row.notes,
        emails: emails.into_iter().map(email).collect(),
        phones: phones.into_iter().map(phone).collect(),
        ..ProviderDraft::named(row.last_name)
    }
}

fn office_draft(row: organization::Model) -> OrganizationDraft {
    OrganizationDraft {
        name: row.name,
        dba: row.dba,
        npi: row.npi,
        phone: row.phone,
        phone_extension: row.phone_extension,
        fax: row.fax,
        email: row.email,
        website: row.website,
        street: row.street,
        street2: row.street2,
        city: row.city,
        state: row.state,
        zip: row.zip,
        hours: row.hours,
        hospital_owned: row.hospital_owned,
        notes: row.notes,
        contacts: Vec::new(),
        version: None,
    }
}
