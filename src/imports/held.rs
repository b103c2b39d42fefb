//! What we have about somebody, beside what a file says: read for the merge, and filled in by it. Pure.

use super::contact::{Contact, Organization};
use super::mapping::Field;
use super::merge::{self, Change, Rule, Rules, Values};
use crate::network::organization::OrganizationDraft;
use crate::network::provider::{EmailDraft, PhoneDraft, ProviderDraft, Secure, Stage};
use crate::types::Phone;

/// A provider as a file finds and leaves them.
#[derive(Clone, Debug)]
pub struct Held {
    pub draft: ProviderDraft,
    pub stage: Stage,
}

impl Held {
    /// Somebody new: everything the file says is a blank that is filled.
    pub fn new(last_name: String) -> Self {
        Self { draft: ProviderDraft::named(last_name), stage: Stage::Prospect }
    }

    /// Takes from a row what the rules allow, and tells what changed.
    pub fn take(&mut self, contact: &Contact, rules: &Rules) -> Vec<Change> {
        let contact = self.told(contact, rules);
        let changes = merge::changes(&self.values(), &contact, rules);
        changes.iter().for_each(|change| self.apply(&contact, change));
        changes
    }

    /// What has no field of its own goes to the notes: a job title, and an opt-out of somebody without an address.
    fn told(&self, contact: &Contact, rules: &Rules) -> Contact {
        let mut contact = contact.clone();
        let wanted = |field| rules.get(&field) != Some(&Rule::Skip);
        if let Some(title) = contact.title.take().filter(|_| wanted(Field::Title)) {
            contact.notes.push(format!("Job title: {title}"));
        }
        if contact.marketing_opt_out && contact.emails.is_empty() && self.draft.emails.is_empty() {
            contact.marketing_opt_out = false;
            contact.notes.extend(wanted(Field::MarketingOptOut).then(|| "Wants no marketing".to_string()));
        }
        contact
    }

    /// All that a file could say, as text.
    pub fn values(&self) -> Values {
        let d = &self.draft;
        let numbers = |fax: bool| {
            let shown = d.phones.iter().filter(|p| p.is_fax == fax).map(|p| Phone::show(&p.e164, p.extension.as_deref()));
            some_text(&shown.collect::<Vec<_>>(), "\n")
        };
        let addresses: Vec<String> = d.emails.iter().map(|e| e.address.clone()).collect();
        let opted_out = !d.emails.is_empty() && d.emails.iter().all(|e| e.marketing_opt_out);
        let yes = |said: bool| said.then(|| "true".to_string());
        Values::from([
            (Field::Prefix, d.prefix.clone()),
            (Field::FirstName, d.first_name.clone()),
            (Field::MiddleName, d.middle_name.clone()),
            (Field::LastName, Some(d.last_name.clone())),
            (Field::Suffix, d.suffix.clone()),
            (Field::Credentials, some_text(&d.credentials, ", ")),
            (Field::Npi, d.npi.clone()),
            (Field::Specialty, d.specialty.clone()),
            (Field::TaxonomyCode, d.taxonomy_code.clone()),
            (Field::LicenseNo, d.license_no.clone()),
            (Field::LicenseState, d.license_state.clone()),
            (Field::PreferredChannel, Some(d.preferred_channel.word().into())),
            (Field::Email, some_text(&addresses, "\n")),
            (Field::Phone, numbers(false)),
            (Field::Fax, numbers(true)),
            (Field::Tags, some_text(&d.tags, ", ")),
            (Field::Notes, d.notes.clone()),
            (Field::DoNotContact, yes(self.stage == Stage::DoNotContact)),
            (Field::MarketingOptOut, yes(opted_out)),
        ])
    }

    fn apply(&mut self, contact: &Contact, change: &Change) {
        let d = &mut self.draft;
        let text = change.after.clone();
        match change.field {
            Field::Prefix => d.prefix = Some(text),
            Field::FirstName => d.first_name = Some(text),
            Field::MiddleName => d.middle_name = Some(text),
            Field::LastName => d.last_name = text,
            Field::Suffix => d.suffix = Some(text),
            Field::Credentials => d.credentials = contact.credentials.clone(),
            Field::Npi => d.npi = Some(text),
            Field::Specialty => d.specialty = Some(text),
            Field::TaxonomyCode => d.taxonomy_code = Some(text),
            Field::LicenseNo => d.license_no = Some(text),
            Field::LicenseState => d.license_state = Some(text),
            Field::PreferredChannel => d.preferred_channel = text.parse().unwrap_or(d.preferred_channel),
            Field::Tags => d.tags = text.split(", ").map(String::from).collect(),
            Field::Notes => d.notes = Some(text),
            Field::DoNotContact => self.stage = Stage::DoNotContact,
            Field::MarketingOptOut => d.emails.iter_mut().for_each(|e| e.marketing_opt_out = true),
            Field::Email => self.add_email(contact, text),
            Field::Phone | Field::Fax => self.add_phone(contact, &text, change.field == Field::Fax),
            _ => {}
        }
    }

    /// Whoever wanted no marketing at one address wants none at the next [domain 6.3 point 7].
    fn add_email(&mut self, contact: &Contact, address: String) {
        let label = contact.emails.iter().find(|(_, e)| e.as_str() == address).and_then(|(label, _)| label.clone());
        let marketing_opt_out = self.draft.emails.iter().any(|e| e.marketing_opt_out);
        self.draft.emails.push(EmailDraft { address, label, secure: Secure::None, marketing_opt_out });
    }

    fn add_phone(&mut self, contact: &Contact, shown: &str, is_fax: bool) {
        let Some((label, phone, _)) = contact.phones.iter().find(|(_, p, fax)| *fax == is_fax && p.to_string() == shown) else { return };
        let Phone { e164, extension } = phone.clone();
        self.draft.phones.push(PhoneDraft { e164, extension, label: label.clone(), is_fax });
    }
}

/// An office as a file finds and leaves it.
#[derive(Clone, Debug)]
pub struct HeldOffice {
    pub draft: OrganizationDraft,
}

impl HeldOffice {
    pub fn new(name: String) -> Self {
        Self { draft: OrganizationDraft { name, ..Default::default() } }
    }

    /// Takes address and numbers from a row, as far as the rules allow.
    pub fn take(&mut self, office: &Organization, rules: &Rules) -> Vec<Change> {
        let changes = merge::office_changes(&self.values(), office, rules);
        changes.iter().for_each(|change| self.apply(change));
        changes
    }

    /// Takes what a row without a person says besides: its NPI, an email, and the rest as notes.
    pub fn take_all(&mut self, contact: &Contact, rules: &Rules) -> Vec<Change> {
        let mut changes = contact.organization.as_ref().map(|office| self.take(office, rules)).unwrap_or_default();
        let alone = self.told(contact);
        let own = merge::changes(&self.values(), &alone, rules);
        own.iter().for_each(|change| self.apply(change));
        changes.extend(own);
        changes
    }

    /// The row with nothing left but what an office has: NPI, one email, notes.
    fn told(&self, contact: &Contact) -> Contact {
        let mut notes = contact.notes.clone();
        let mut emails = contact.emails.clone();
        let first = emails.first().cloned().filter(|_| self.draft.email.is_none());
        let here = |address: &str| self.draft.email.as_deref().or(first.as_ref().map(|(_, e)| e.as_str())) == Some(address);
        emails.retain(|(_, email)| !here(email.as_str()));
        notes.extend(emails.iter().map(|(_, email)| format!("Email: {email}")));
        let kind = |fax: bool| if fax { "Fax" } else { "Phone" };
        notes.extend(contact.phones.iter().map(|(_, phone, fax)| format!("{}: {phone}", kind(*fax))));
        let said = [("Job title", &contact.title), ("Specialty", &contact.specialty)];
        notes.extend(said.iter().filter_map(|(what, text)| Some(format!("{what}: {}", text.as_ref()?))));
        notes.extend((!contact.tags.is_empty()).then(|| format!("Tags: {}", contact.tags.join(", "))));
        notes.extend(contact.do_not_contact.then(|| "Do not contact".to_string()));
        notes.extend(contact.marketing_opt_out.then(|| "Wants no marketing".to_string()));
        Contact { npi: contact.npi.clone(), emails: first.into_iter().collect(), notes, ..Default::default() }
    }

    fn values(&self) -> Values {
        let d = &self.draft;
        let phone = d.phone.as_deref().map(|e164| Phone::show(e164, d.phone_extension.as_deref()));
        Values::from([
            (Field::Npi, d.npi.clone()),
            (Field::Email, d.email.clone()),
            (Field::Notes, d.notes.clone()),
            (Field::OrganizationPhone, phone),
            (Field::OrganizationFax, d.fax.as_deref().map(|e164| Phone::show(e164, None))),
            (Field::Website, d.website.clone()),
            (Field::Street, d.street.clone()),
            (Field::Street2, d.street2.clone()),
            (Field::City, d.city.clone()),
            (Field::State, d.state.clone()),
            (Field::Zip, d.zip.clone()),
        ])
    }

    fn apply(&mut self, change: &Change) {
        let d = &mut self.draft;
        let text = Some(change.after.clone());
        let read = || Phone::parse(&change.after).ok();
        match change.field {
            Field::Npi => d.npi = text,
            Field::Email => d.email = text,
            Field::Notes => d.notes = text,
            Field::OrganizationPhone => {
                let phone = read();
                d.phone_extension = phone.as_ref().and_then(|p| p.extension.clone());
                d.phone = phone.map(|p| p.e164);
            }
            Field::OrganizationFax => d.fax = read().map(|p| p.e164),
            Field::Website => d.website = text,
            Field::Street => d.street = text,
            Field::Street2 => d.street2 = text,
            Field::City => d.city = text,
            Field::State => d.state = text,
            Field::Zip => d.zip = text,
            _ => {}
        }
    }
}

fn some_text(texts: &[String], between: &str) -> Option<String> {
    (!texts.is_empty()).then(|| texts.join(between))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imports::{contact, csv_table, mapping};

    fn row(header: &str, cells: &str) -> Contact {
        let table = csv_table::read(format!("{header}\n{cells}\n").as_bytes()).expect("a table");
        contact::read(&mapping::guess(&table.header), &table.records[0]).expect("a contact")
    }

    #[test]
    fn what_a_row_says_is_there_afterwards_and_the_row_says_nothing_new_again() {
        let rows = [
            row(
                "Name,NPI,Degree,Title,Email,Phone,Fax,Tags,Notes,Do Not Contact,Opt out,Preferred Contact,License,Specialty",
                "Ann Lee,2003000207,\"MD, MPH\",Partner,a@x.example; b@x.example,206-555-0101 x4; 206-555-0102,206-555-0103,\"Lunch, Doctors\",\"Two\nlines\",x,x,fax,MA1,Pain",
            ),
            row("Name,Phone,Opt out", "Ann Lee,206-555-0101,yes"),
        ];
        for contact in rows {
            let mut ann = Held::new("Lee".into());
            assert!(!ann.take(&contact, &Rules::new()).is_empty());
            assert_eq!(ann.take(&contact, &Rules::new()), [], "{contact:?}");
        }
    }

    #[test]
    fn an_opt_out_without_an_address_is_a_note_and_one_with_an_address_covers_the_next() {
        let mut ann = Held::new("Lee".into());
        ann.take(&row("Name,Opt out", "Ann Lee,yes"), &Rules::new());
        assert_eq!(ann.draft.notes.as_deref(), Some("Wants no marketing"));
        ann.take(&row("Name,Email,Opt out", "Ann Lee,a@x.example,yes"), &Rules::new());
        ann.take(&row("Name,Email,Opt out", "Ann Lee,b@x.example,no"), &Rules::new());
        assert!(ann.draft.emails.len() == 2 && ann.draft.emails.iter().all(|e| e.marketing_opt_out));
    }

    #[test]
    fn a_row_of_an_office_loses_nothing_and_says_nothing_new_the_second_time() {
        let contact = row(
            "Company,NPI,Phone,Fax,Email,Notes,Categories,Do not contact,Street,Zip",
            "Peak Clinic,2003000207,206-555-0100; 206-555-0102,206-555-0101,info@peak.example; pat@peak.example,Ring twice,Doctors,x,7 Elm Ct,2139",
        );
        assert!(contact.is_office_only());
        let mut peak = HeldOffice::new("Peak Clinic".into());
        assert!(!peak.take_all(&contact, &Rules::new()).is_empty());
        assert_eq!((peak.draft.email.as_deref(), peak.draft.zip.as_deref()), (Some("info@peak.example"), Some("02139")));
        assert_eq!(
            peak.draft.notes.as_deref(),
            Some("Ring twice\nEmail: pat@peak.example\nPhone: (206) 555-0102\nTags: Doctors\nDo not contact")
        );
        assert_eq!(peak.take_all(&contact, &Rules::new()), []);
    }
}
