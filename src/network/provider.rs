//! The person who refers: what is checked when one is entered, how the relationship may move, how the name is shown.

use crate::types::{Check, Chip, FieldErrors, Text, TextList, person_name};
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

crate::words! {
    /// Where the relationship stands [domain 2.3].
    pub enum Stage {
        Prospect = "prospect", "Prospect";
        Contacted = "contacted", "Contacted";
        MeetingHeld = "meeting_held", "Met";
        ActiveReferrer = "active_referrer", "Active source";
        Lapsed = "lapsed", "Lapsed";
        DoNotContact = "do_not_contact", "Do not contact";
    }
}

crate::words! {
    pub enum NpiStatus {
        Unknown = "unknown", "Not looked up";
        Active = "active", "Active";
        Deactivated = "deactivated", "Deactivated";
    }
}

crate::words! {
    /// How an office wants to hear from us.
    pub enum PreferredChannel {
        Email = "email", "Email";
        /// An email that says only that something waits.
        Link = "link", "Secure link";
        Fax = "fax", "Fax";
        Mail = "mail", "Post";
        Portal = "portal", "Portal";
        Phone = "phone", "Phone";
    }
}

impl PreferredChannel {
    /// What goes this way a person prints and sends.
    pub fn is_by_hand(self) -> bool {
        matches!(self, Self::Fax | Self::Mail)
    }
}

crate::words! {
    /// Which reports a provider wants [domain 4.4].
    pub enum ReportFrequency {
        Standard = "standard", "Reports and monthly summary";
        MonthlyOnly = "monthly_only", "Monthly summary only";
        DischargeOnly = "discharge_only", "At the end of treatment only";
        None = "none", "No reports";
    }
}

crate::words! {
    /// How patients are named in this provider's summaries.
    pub enum SummaryNaming {
        Full = "full", "Full names";
        Initials = "initials", "Initials";
    }
}

crate::words! {
    /// Whether a summary comes although nothing happened in the month.
    pub enum WhenQuiet {
        Send = "yes", "Yes, saying so";
        Skip = "no", "No";
    }
}

crate::words! {
    pub enum Source {
        Manual = "manual", "Entered by hand";
        Import = "import", "Imported";
        NpiFile = "npi_file", "From the NPI registry";
    }
}

crate::words! {
    /// How an address may be written to.
    pub enum Secure {
        None = "none", "Not known";
        TlsRequired = "tls_required", "Encrypted connection";
        Portal = "portal", "Portal";
        Direct = "direct", "Direct";
    }
}

crate::words! {
    /// How a person knows that an address is the right one.
    pub enum VerifiedHow {
        Phone = "phone", "Read back by phone";
        Reply = "reply", "They replied";
        Letter = "letter", "By letter";
    }
}

impl Stage {
    /// Where a person may move it to. A first referral moves any stage but "do not contact" to active by itself.
    pub fn may_become(self) -> &'static [Self] {
        match self {
            Self::Prospect => &[Self::Contacted, Self::DoNotContact],
            Self::Contacted => &[Self::MeetingHeld, Self::DoNotContact],
            Self::MeetingHeld => &[Self::ActiveReferrer, Self::DoNotContact],
            Self::ActiveReferrer => &[Self::Lapsed, Self::DoNotContact],
            Self::Lapsed => &[Self::Contacted, Self::ActiveReferrer, Self::DoNotContact],
            Self::DoNotContact => &[Self::Contacted],
        }
    }

    pub fn chip(self) -> Chip {
        match self {
            Self::ActiveReferrer => Chip::ok(self.label()),
            Self::Lapsed => Chip::wait(self.label()),
            Self::DoNotContact => Chip::bad(self.label()),
            Self::Prospect | Self::Contacted | Self::MeetingHeld => Chip::plain(self.label()),
        }
    }
}

/// A provider as somebody typed it.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewProvider {
    pub prefix: Text,
    pub first_name: Text,
    pub middle_name: Text,
    pub last_name: Text,
    pub suffix: Text,
    /// `MD`, `PhD`: a list, or one text with commas.
    pub credentials: TextList,
    /// The person's own NPI (type 1).
    pub npi: Text,
    pub taxonomy_code: Text,
    pub specialty: Text,
    pub license_no: Text,
    pub license_state: Text,
    pub preferred_channel: Text,
    pub report_frequency: Text,
    pub summary_naming: Text,
    /// Summaries although nothing happened: yes or no; as the practice says where nothing is said.
    pub summary_when_quiet: Text,
    pub tags: TextList,
    pub notes: Text,
    pub emails: Vec<NewEmail>,
    pub phones: Vec<NewPhone>,
    /// The organization they work at: its id,
    pub organization: Text,
    /// or the name of a new one.
    pub organization_name: Text,
    /// When changing: the version that was read.
    pub version: Text,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewEmail {
    pub address: Text,
    pub label: Text,
    pub secure: Text,
    /// `true`: no outreach to this address; reports on shared patients go on.
    pub marketing_opt_out: Text,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewPhone {
    pub number: Text,
    pub label: Text,
    pub is_fax: Text,
}

/// Whether claims say it: their referring provider is named as here (box 17 and 17b) and holds this credential.
pub fn is_on_claims(field: &str) -> bool {
    matches!(field, "npi" | "first_name" | "middle_name" | "last_name" | "suffix" | "credentials")
}

/// A provider that passed its checks.
#[derive(Clone, Debug)]
pub struct ProviderDraft {
    pub prefix: Option<String>,
    pub first_name: Option<String>,
    pub middle_name: Option<String>,
    pub last_name: String,
    pub suffix: Option<String>,
    pub credentials: Vec<String>,
    pub npi: Option<String>,
    pub taxonomy_code: Option<String>,
    pub specialty: Option<String>,
    pub license_no: Option<String>,
    pub license_state: Option<String>,
    pub preferred_channel: PreferredChannel,
    pub report_frequency: ReportFrequency,
    pub summary_naming: SummaryNaming,
    pub summary_when_quiet: Option<WhenQuiet>,
    pub tags: Vec<String>,
    pub notes: Option<String>,
    pub emails: Vec<EmailDraft>,
    pub phones: Vec<PhoneDraft>,
    pub organization: Option<String>,
    pub organization_name: Option<String>,
    pub version: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmailDraft {
    pub address: String,
    pub label: Option<String>,
    pub secure: Secure,
    pub marketing_opt_out: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhoneDraft {
    pub e164: String,
    pub extension: Option<String>,
    pub label: Option<String>,
    pub is_fax: bool,
}

impl ProviderDraft {
    /// Somebody of whom only the last name is known.
    pub fn named(last_name: String) -> Self {
        Self {
            prefix: None,
            first_name: None,
            middle_name: None,
            last_name,
            suffix: None,
            credentials: Vec::new(),
            npi: None,
            taxonomy_code: None,
            specialty: None,
            license_no: None,
            license_state: None,
            preferred_channel: PreferredChannel::Email,
            report_frequency: ReportFrequency::Standard,
            summary_naming: SummaryNaming::Full,
            summary_when_quiet: None,
            tags: Vec::new(),
            notes: None,
            emails: Vec::new(),
            phones: Vec::new(),
            organization: None,
            organization_name: None,
            version: None,
        }
    }
}

impl NewProvider {
    /// As a form means it: the name of the office is what was typed, and the hidden id only tells which of that name.
    pub fn by_text(mut self) -> Self {
        if self.organization_name.is_blank() {
            self.organization = Text::default();
        }
        self
    }

    pub fn check(&self, today: NaiveDate) -> Result<ProviderDraft, FieldErrors> {
        let mut check = Check::new(today);
        let draft = ProviderDraft {
            prefix: check.line("prefix", &self.prefix),
            first_name: check.line("first_name", &self.first_name),
            middle_name: check.line("middle_name", &self.middle_name),
            last_name: check.required_line("last_name", &self.last_name, "Enter the last name"),
            suffix: check.line("suffix", &self.suffix),
            credentials: check.list("credentials", &self.credentials, |c| Ok(person_name::credential(c))),
            npi: check.npi("npi", &self.npi).map(|n| n.to_string()),
            taxonomy_code: check.line("taxonomy_code", &self.taxonomy_code),
            specialty: check.line("specialty", &self.specialty),
            license_no: check.line("license_no", &self.license_no),
            license_state: check.state("license_state", &self.license_state),
            preferred_channel: check.choice("preferred_channel", &self.preferred_channel).unwrap_or(PreferredChannel::Email),
            report_frequency: check.choice("report_frequency", &self.report_frequency).unwrap_or(ReportFrequency::Standard),
            summary_naming: check.choice("summary_naming", &self.summary_naming).unwrap_or(SummaryNaming::Full),
            summary_when_quiet: check.choice("summary_when_quiet", &self.summary_when_quiet),
            tags: check.list("tags", &self.tags, |t| Ok(t.to_string())),
            notes: check.text("notes", &self.notes),
            emails: emails(&mut check, &self.emails),
            phones: phones(&mut check, &self.phones),
            organization: self.organization.some(),
            organization_name: check.line("organization_name", &self.organization_name),
            version: check.whole("version", &self.version, 0..=i64::MAX),
        };
        check.done(draft)
    }
}

fn emails(check: &mut Check, typed: &[NewEmail]) -> Vec<EmailDraft> {
    let mut found: Vec<EmailDraft> = Vec::new();
    for (at, entry) in typed.iter().enumerate() {
        let Some(address) = check.email(&format!("emails.{at}.address"), &entry.address) else { continue };
        if found.iter().any(|known| known.address == address.as_str()) {
            check.say(&format!("emails.{at}.address"), "This address is in the list already");
            continue;
        }
        found.push(EmailDraft {
            address: address.to_string(),
            label: check.line(&format!("emails.{at}.label"), &entry.label),
            secure: check.choice(&format!("emails.{at}.secure"), &entry.secure).unwrap_or(Secure::None),
            marketing_opt_out: entry.marketing_opt_out.is_yes(),
        });
    }
    found
}

fn phones(check: &mut Check, typed: &[NewPhone]) -> Vec<PhoneDraft> {
    let mut found: Vec<PhoneDraft> = Vec::new();
    for (at, entry) in typed.iter().enumerate() {
        let Some(phone) = check.phone(&format!("phones.{at}.number"), &entry.number) else { continue };
        let draft = PhoneDraft {
            e164: phone.e164,
            extension: phone.extension,
            label: check.line(&format!("phones.{at}.label"), &entry.label),
            is_fax: entry.is_fax.is_yes(),
        };
        if found.iter().any(|known| known.e164 == draft.e164 && known.extension == draft.extension && known.is_fax == draft.is_fax) {
            check.say(&format!("phones.{at}.number"), "This number is in the list already");
            continue;
        }
        found.push(draft);
    }
    found
}

/// Everything a provider may be searched by: names, office, NPI, digits of phones, addresses.
#[derive(Clone, Debug, Default)]
pub struct SearchWords<'a> {
    /// First, middle and last name, and the specialty.
    pub names: [Option<&'a str>; 4],
    pub offices: Vec<&'a str>,
    pub npi: Option<&'a str>,
    pub emails: Vec<&'a str>,
    pub phones: Vec<&'a str>,
}

impl SearchWords<'_> {
    /// One folded line, the way `search_text` holds it.
    pub fn text(&self) -> String {
        let mut parts: Vec<String> = self.names.into_iter().flatten().map(person_name::fold).collect();
        parts.extend(self.offices.iter().map(|office| person_name::fold(office)));
        parts.extend(self.npi.map(String::from));
        parts.extend(self.emails.iter().map(|address| address.to_string()));
        parts.extend(self.phones.iter().map(|e164| e164.trim_start_matches("+1").to_string()));
        parts.join(" ")
    }
}

/// The parts of a name that showing it needs.
#[derive(Clone, Debug, Default)]
pub struct Named<'a> {
    pub prefix: Option<&'a str>,
    pub first: Option<&'a str>,
    pub last: &'a str,
    pub suffix: Option<&'a str>,
    pub credentials: &'a [String],
}

/// Credentials whose holders are called "Dr." where no other title is known.
const DOCTORS: &[&str] = &["MD", "DO", "DC", "ND", "DDS", "DMD", "DPM", "DPT", "PHD", "PSYD", "DAOM", "OD"];

impl Named<'_> {
    /// `Priya Raman`.
    pub fn plain(&self) -> String {
        [self.first, Some(self.last), self.suffix].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    /// `Priya Raman, MD`, for documents.
    pub fn formal(&self) -> String {
        std::iter::once(self.plain()).chain(self.credentials.iter().cloned()).collect::<Vec<_>>().join(", ")
    }

    /// `Dr. Priya Raman`, or `Amy Tran, ARNP`.
    pub fn spoken(&self) -> String {
        match self.title() {
            Some(title) => format!("{title} {}", self.plain()),
            None => self.formal(),
        }
    }

    /// `Dr. Raman`, or `Amy Tran`.
    pub fn short(&self) -> String {
        match self.title() {
            Some(title) => format!("{title} {}", self.last),
            None => self.plain(),
        }
    }

    fn title(&self) -> Option<&str> {
        let doctor = self.credentials.iter().any(|c| DOCTORS.contains(&c.to_ascii_uppercase().as_str()));
        self.prefix.or(doctor.then_some("Dr."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 23).expect("a day")
    }

    #[test]
    fn a_provider_needs_a_last_name_and_a_right_npi_and_hears_of_both() {
        let new = NewProvider { first_name: "Priya".into(), npi: "1234567890".into(), ..Default::default() };
        let errors = new.check(today()).expect_err("refused");
        let fields: Vec<&str> = errors.0.iter().map(|e| e.field.as_str()).collect();
        assert_eq!(fields, ["last_name", "npi"]);
    }

    #[test]
    fn a_doctor_is_called_one_and_a_nurse_by_name() {
        let raman = ["MD".to_string()];
        let tran = ["ARNP".to_string()];
        let doctor = Named { first: Some("Priya"), last: "Raman", credentials: &raman, ..Default::default() };
        let nurse = Named { first: Some("Amy"), last: "Tran", credentials: &tran, ..Default::default() };
        assert_eq!(
            (doctor.spoken(), doctor.formal(), doctor.short()),
            ("Dr. Priya Raman".into(), "Priya Raman, MD".into(), "Dr. Raman".into())
        );
        assert_eq!((nurse.spoken(), nurse.short()), ("Amy Tran, ARNP".into(), "Amy Tran".into()));
    }

    #[test]
    fn do_not_contact_is_left_only_towards_contacted() {
        assert_eq!(Stage::DoNotContact.may_become(), [Stage::Contacted]);
        assert!(Stage::ALL.iter().all(|s| *s == Stage::DoNotContact || s.may_become().contains(&Stage::DoNotContact)));
    }
}
