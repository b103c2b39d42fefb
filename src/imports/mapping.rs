//! Which column feeds which of our fields: known exports by their headers, everything else by generous words and, where the header
//! says nothing, by what stands in the cells [domain 6.1, ux 2.6 step 2]. Pure.

use super::csv_table::Record;
use super::error_file;
use crate::types::{self, person_name};
use Field::*;
use serde::{Deserialize, Serialize};

crate::words! {
    /// What a column may feed. `ignore` is a column left out on purpose; a column that feeds nothing known has no field.
    pub enum Field {
        FirstName = "first_name", "First name";
        MiddleName = "middle_name", "Middle name";
        LastName = "last_name", "Last name";
        FullName = "full_name", "Full name";
        Prefix = "prefix", "Prefix";
        Suffix = "suffix", "Suffix";
        Credentials = "credentials", "Credentials";
        Npi = "npi", "NPI";
        Organization = "organization", "Office";
        OrganizationPhone = "organization_phone", "Office phone";
        OrganizationFax = "organization_fax", "Office fax";
        Department = "department", "Department";
        Title = "title", "Job title";
        Specialty = "specialty", "Specialty";
        TaxonomyCode = "taxonomy_code", "Taxonomy code";
        /// The registry's switch: Y beside the taxonomy that counts [domain 6.1].
        TaxonomyPrimary = "taxonomy_primary", "Primary taxonomy switch";
        LicenseNo = "license_no", "License number";
        LicenseState = "license_state", "License state";
        EmailLabel = "email_label", "Email label";
        Email = "email", "Email";
        PhoneLabel = "phone_label", "Phone label";
        Phone = "phone", "Phone";
        Fax = "fax", "Fax";
        Street = "street", "Street";
        Street2 = "street2", "Street, second line";
        City = "city", "City";
        State = "state", "State";
        Zip = "zip", "ZIP";
        Website = "website", "Website";
        PreferredChannel = "preferred_channel", "Preferred channel";
        Tags = "tags", "Tags";
        Notes = "notes", "Notes";
        DoNotContact = "do_not_contact", "Do not contact";
        MarketingOptOut = "marketing_opt_out", "No marketing";
        Ignore = "ignore", "Left out";
    }
}

crate::words! {
    /// Who wrote the file, as far as its header tells.
    pub enum Profile {
        Google = "google", "Google Contacts";
        GoogleOld = "google_old", "Google Contacts, older export";
        Outlook = "outlook", "Outlook";
        Generic = "generic", "Other";
    }
}

/// The fields as a person looks for them.
#[rustfmt::skip]
pub const GROUPS: &[(&str, &[Field])] = &[
    ("The person", &[FullName, FirstName, MiddleName, LastName, Prefix, Suffix, Credentials, Npi, Specialty, TaxonomyCode, LicenseNo, LicenseState, Title]),
    ("How to reach them", &[Email, Phone, Fax, PreferredChannel, DoNotContact, MarketingOptOut]),
    ("The office", &[Organization, OrganizationPhone, OrganizationFax, Department, Street, Street2, City, State, Zip, Website]),
    ("The rest", &[Tags, Notes, EmailLabel, PhoneLabel, TaxonomyPrimary]),
];

impl Field {
    /// Several columns may feed it.
    pub fn is_list(self) -> bool {
        matches!(self, Email | EmailLabel | Phone | PhoneLabel | Fax | Credentials | Tags | Notes | TaxonomyPrimary | Ignore)
    }

    fn is_address(self) -> bool {
        matches!(self, Street | Street2 | City | State | Zip)
    }
}

/// What headers say, without case, spaces and punctuation; `#` stands for a number.
#[rustfmt::skip]
const HEADERS: &[(Field, &[&str])] = &[
    (FirstName, &["firstname", "first", "givenname", "given", "fname", "forename"]),
    (MiddleName, &["middlename", "middle", "middleinitial", "mi", "additionalname"]),
    (LastName, &["lastname", "last", "surname", "familyname", "lname", "lastnamelegalname"]),
    (FullName, &["name", "fullname", "displayname", "clinician", "practitioner"]),
    (Prefix, &["prefix", "nameprefix", "nameprefixtext", "salutation", "honorific"]),
    (Suffix, &["suffix", "namesuffix", "namesuffixtext"]),
    (Credentials, &["credential", "credentials", "credentialtext", "degree", "degrees", "designation", "licensetype"]),
    (Npi, &["npi", "npinumber", "npino", "npiid", "individualnpi", "nationalprovideridentifier"]),
    (Organization, &["office", "officename", "medicalgroup", "employer", "associatedcompany", "affiliation", "organization#name",
        "organizationnamelegalbusinessname"]),
    (Department, &["department", "dept", "organizationdepartment", "organization#department"]),
    (Title, &["title", "jobtitle", "position", "role", "organizationtitle", "organization#title"]),
    (Specialty, &["specialty", "speciality", "specialization", "primaryspecialty", "profession", "discipline", "taxonomydescription"]),
    (TaxonomyCode, &["taxonomy", "taxonomycode", "primarytaxonomy", "primarytaxonomycode", "healthcareprovidertaxonomycode#"]),
    (TaxonomyPrimary, &["healthcareproviderprimarytaxonomyswitch#"]),
    (LicenseNo, &["license", "licenseno", "licensenumber", "licensenumber#", "statelicense", "statelicensenumber"]),
    (LicenseState, &["licensestate", "stateoflicense", "licensenumberstatecode#"]),
    (EmailLabel, &["emaillabel", "emailtype", "email#label", "email#type"]),
    (Email, &["email", "emailaddress", "mail", "email#", "email#value", "email#address", "emailaddress#"]),
    (PhoneLabel, &["phonelabel", "phonetype", "phone#label", "phone#type"]),
    (Phone, &["phone", "phonenumber", "phoneno", "telephone", "telephonenumber", "tel", "phone#", "phone#value", "phonenumber#",
        "mobile", "mobilenumber", "cell", "cellnumber", "directline"]),
    (Fax, &["fax", "faxnumber", "faxno", "faxphone", "fax#"]),
    (Street, &["street", "address", "streetaddress", "address1", "addressline1", "street1", "streetaddress1",
        "firstlinebusinesspracticelocationaddress"]),
    (Street2, &["street2", "address2", "addressline2", "streetaddress2", "suite", "unit", "extendedaddress",
        "secondlinebusinesspracticelocationaddress"]),
    (City, &["city", "town", "cityname", "locality"]),
    (State, &["state", "st", "province", "region", "statename", "stateprovince", "stateregion"]),
    (Zip, &["zip", "zipcode", "postalcode", "postal", "postcode", "zippostalcode", "zippostal"]),
    (Website, &["website", "webpage", "web", "url", "homepage", "websiteurl", "website#value"]),
    (PreferredChannel, &["preferredchannel", "preferredcontactmethod", "preferredcontact", "contactpreference"]),
    (Tags, &["tags", "tag", "labels", "categories", "category", "groupmembership", "keywords"]),
    (Notes, &["notes", "note", "comments", "comment", "description", "remarks", "memo"]),
    (DoNotContact, &["donotcontact", "dnc", "donotcall"]),
    (MarketingOptOut, &["marketingoptout", "emailoptout", "optout", "optedout", "donotemail", "unsubscribed",
        "unsubscribedfromallemail", "hasoptedoutofemail"]),
    (Ignore, &["row", "reason"]), // the last two columns of our own error file
];

/// Words before an attribute that say whose it is: `Physician Email`, `Referring Provider Name`.
#[rustfmt::skip]
const PEOPLE: &[&str] = &["referringprofessional", "referringprovider", "referringphysician", "referringdoctor", "familydoctor", "provider",
    "physician", "doctor", "contact"];
#[rustfmt::skip]
const OFFICES: &[&str] = &["referringpractice", "referringclinic", "referringoffice", "organization", "organisation", "practice", "clinic",
    "company", "facility", "group", "account", "hospital"];

/// Words around an address, phone or email that say which of several.
#[rustfmt::skip]
const KINDS: &[(&str, Option<&str>)] = &[
    ("businesspracticelocationaddress", Some("Practice")), ("business", Some("Business")), ("work", Some("Work")), ("office", Some("Office")),
    ("mobile", Some("Mobile")), ("cell", Some("Mobile")), ("direct", Some("Direct")), ("main", Some("Main")), ("primary", Some("Primary")),
    ("secondary", Some("Secondary")), ("personal", Some("Personal")), ("car", Some("Car")), ("address#", None), ("address", None),
    ("billing", Some("Billing")), ("mailing", Some("Mailing")), ("home", Some("Home")), ("other", Some("Other")),
];
/// An address of these kinds yields to one that may be the office's.
const YIELDING: &[&str] = &["Billing", "Mailing", "Home", "Other"];

/// One column of the file and what becomes of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    pub header: String,
    pub field: Option<Field>,
    /// The label that the header gives each value: `Mobile Phone` is a phone labelled Mobile.
    pub label: Option<String>,
    /// Why we think so, in words for the mapping page.
    #[serde(default)]
    pub reason: String,
}

/// The columns in the order of the file; remembered per `fingerprint` of the header [domain 6.3 point 2].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapping {
    pub profile: Profile,
    pub columns: Vec<Column>,
}

impl Column {
    /// What a person makes of the column. Where it becomes notes, they say what the column was called.
    pub fn choose(&mut self, field: Option<Field>) {
        let unused = |field: Option<Field>| field.is_none_or(|field| field == Ignore);
        if self.field != field && !(unused(self.field) && unused(field)) {
            self.label = (field == Some(Notes)).then(|| self.header.clone());
            self.field = field;
            self.reason = "as you chose".into();
        }
    }
}

struct Meaning {
    field: Field,
    label: Option<&'static str>,
}

/// Guesses from the header alone; the result always passes its own `check`.
pub fn guess(header: &[String]) -> Mapping {
    let keys: Vec<String> = header.iter().map(|cell| key(cell)).collect();
    let profile = profile(&keys);
    let referrer = referrer_of_a_patient_list(&keys);
    let registry = keys.iter().any(|k| k == "entitytypecode" || k.starts_with("healthcareprovidertaxonomycode"));
    let meant: Vec<_> = keys.iter().map(|k| meaning(k).map(|m| as_written_by(profile, k, m))).collect();
    let yields = |m: &Meaning| m.field.is_address() && m.label.is_some_and(|label| YIELDING.contains(&label));
    let business = meant.iter().flatten().any(|m| m.field.is_address() && !yields(m));
    let mut mapping = Mapping { profile, columns: Vec::new() };
    for ((typed, key), meaning) in header.iter().zip(&keys).zip(meant) {
        let header = typed.trim().to_string();
        let (field, reason) = match &meaning {
            _ if referrer.is_some_and(|who| !key.starts_with(who)) => (Some(Ignore), "about the patient, not about who refers".into()),
            None if registry => (Some(Ignore), "not needed from the NPI registry".into()),
            None => (None, "header not known".into()),
            Some(m) if m.field == Ignore => (Some(Ignore), "nothing that belongs to a contact".into()),
            Some(m) if business && yields(m) => (Some(Ignore), "the business address is used".into()),
            Some(m) => match mapping.columns.iter().find(|c| c.field == Some(m.field)) {
                Some(first) if !(m.field.is_list() || registry && in_a_group(m.field)) => {
                    (Some(Ignore), format!("{} already gives the {}", first.header, in_words(m.field)))
                }
                _ => (Some(m.field), format!("header says {header}")),
            },
        };
        let label = meaning.and_then(|m| m.label).filter(|_| field != Some(Ignore)).map(str::to_string);
        mapping.columns.push(Column { header, field, label, reason });
    }
    mapping
}

/// Whether a header of this text would be understood; so a header row is told from a title.
pub fn knows(cell: &str) -> bool {
    meaning(&key(cell)).is_some_and(|m| m.field != Ignore)
}

impl Mapping {
    /// The normalized header, to be hashed: the same export next month finds its mapping again. Our own error file, which adds
    /// two columns at the end, has the fingerprint of the file it came from.
    pub fn fingerprint(header: &[String]) -> String {
        let keys: Vec<String> = error_file::original(header).iter().map(|cell| key(cell)).collect();
        keys.join("|")
    }

    /// Guesses columns with an unknown header from the first cells; only in files of unknown origin, and neither what is a patient's nor
    /// the ids of another program, which may look like phone numbers.
    pub fn look_into(mut self, records: &[Record]) -> Self {
        if self.profile != Profile::Generic {
            return self;
        }
        for at in 0..self.columns.len() {
            let key = key(&self.columns[at].header);
            if self.columns[at].field.is_some() || key.contains("patient") || key.ends_with("id") {
                continue;
            }
            let cells: Vec<&str> = records.iter().take(50).filter_map(|r| r.cells.get(at)).map(|c| error_file::restore(c.trim())).collect();
            let Some((field, reason)) = looks_like(&cells) else { continue };
            if field.is_list() || self.columns.iter().all(|c| c.field != Some(field)) {
                (self.columns[at].field, self.columns[at].reason) = (Some(field), reason);
            }
        }
        self
    }

    /// Reads the columns as somebody had them read the last time, see `fingerprint`.
    pub fn as_before(mut self, before: &Mapping) -> Self {
        for (column, known) in self.columns.iter_mut().zip(&before.columns) {
            if column.field != known.field || column.label != known.label {
                (column.field, column.label, column.reason) = (known.field, known.label.clone(), "as you chose the last time".into());
            }
        }
        self
    }

    /// Refuses two columns on one field that holds one value [ux 2.6 step 2].
    pub fn check(&self) -> Result<(), Vec<String>> {
        let crowded = |field: &Field| {
            let headers: Vec<String> =
                self.columns.iter().filter(|c| c.field == Some(*field)).map(|c| format!("\"{}\"", c.header)).collect();
            let words = || format!("{} columns feed the {}: {}. Keep one", headers.len(), in_words(*field), headers.join(" and "));
            (headers.len() > 1 && !self.takes_several(*field)).then(words)
        };
        let wrong: Vec<String> = Field::ALL.iter().filter_map(crowded).collect();
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }

    /// The registry lists up to 15 taxonomies, each with its license and a switch that says which one counts.
    fn takes_several(&self, field: Field) -> bool {
        field.is_list() || in_a_group(field) && self.columns.iter().any(|c| c.field == Some(TaxonomyPrimary))
    }
}

fn in_a_group(field: Field) -> bool {
    matches!(field, TaxonomyCode | LicenseNo | LicenseState)
}

/// A field in the middle of a sentence.
pub fn in_words(field: Field) -> String {
    match field {
        Npi | Zip => field.label().into(),
        _ => field.label().to_lowercase(),
    }
}

/// A header without case, accents, spaces and punctuation; what is longer than a line is no header.
fn key(header: &str) -> String {
    if header.len() > 300 { String::new() } else { person_name::fold(header).replace(' ', "") }
}

fn profile(keys: &[String]) -> Profile {
    let has = |wanted: &str| keys.iter().any(|k| k == wanted);
    let numbered = |wanted: &str| keys.iter().any(|k| numberless(k) == wanted);
    if has("fileas") && has("firstname") || numbered("email#label") || numbered("phone#label") {
        Profile::Google
    } else if has("givenname") && (has("groupmembership") || numbered("email#type") || numbered("phone#type")) {
        Profile::GoogleOld
    } else if has("businessphone") && has("emailaddress") && has("lastname") {
        Profile::Outlook
    } else {
        Profile::Generic
    }
}

/// Outlook calls "Dr." a title, and its email type is always SMTP and stands behind the address.
fn as_written_by(profile: Profile, key: &str, meaning: Meaning) -> Meaning {
    let field = match (profile, meaning.field) {
        (Profile::Outlook, Title) if key == "title" => Prefix,
        (Profile::Outlook, EmailLabel) => Ignore,
        (_, other) => other,
    };
    Meaning { field, ..meaning }
}

/// In a list of patients only the columns about the referring person may become a contact: Jane's export names the patient in
/// `First Name` and the doctor in `Referring Professional Name` [domain 6.1].
fn referrer_of_a_patient_list(keys: &[String]) -> Option<&'static str> {
    let who = ["referring", "familydoctor"].into_iter().find(|who| keys.iter().any(|k| k.starts_with(who) && meaning(k).is_some()))?;
    let names = |k: &String| meaning(k).is_some_and(|m| matches!(m.field, FirstName | LastName | FullName));
    let patient = |k: &String| k.starts_with("patient") || ["birthdate", "dob", "dateofbirth"].contains(&k.as_str());
    keys.iter().any(|k| patient(k) || !k.starts_with("referring") && !k.starts_with("familydoctor") && names(k)).then_some(who)
}

fn numberless(key: &str) -> String {
    let mut text = String::new();
    for c in key.chars() {
        match c {
            _ if !c.is_ascii_digit() => text.push(c),
            _ if text.ends_with('#') => {}
            _ => text.push('#'),
        }
    }
    text
}

fn meaning(key: &str) -> Option<Meaning> {
    if let Some(field) = listed(key) {
        let label = matches!(key, "mobile" | "mobilenumber" | "cell" | "cellnumber").then_some("Mobile");
        return Some(Meaning { field, label });
    }
    if let Some(rest) = PEOPLE.iter().find_map(|who| key.strip_prefix(who)) {
        return if rest.is_empty() { Some(Meaning { field: FullName, label: None }) } else { meaning(rest) };
    }
    if let Some(rest) = OFFICES.iter().find_map(|office| key.strip_prefix(office)) {
        return if rest.is_empty() { Some(Meaning { field: Organization, label: None }) } else { meaning(rest).and_then(of_an_office) };
    }
    let reachable = |f: &Field| matches!(f, Email | Phone | Fax);
    let before = |(kind, label): &(&str, Option<&'static str>)| {
        let rest = if kind.ends_with('#') { listed(numberless(key).strip_prefix(kind)?) } else { listed(key.strip_prefix(kind)?) };
        rest.filter(|f| f.is_address() || reachable(f)).map(|field| Meaning { field, label: *label })
    };
    let behind = |(kind, label): &(&str, Option<&'static str>)| {
        listed(key.strip_suffix(kind)?).filter(reachable).map(|field| Meaning { field, label: *label })
    };
    KINDS.iter().find_map(before).or_else(|| KINDS.iter().find_map(behind))
}

fn listed(key: &str) -> Option<Field> {
    let find = |key: &str| HEADERS.iter().find(|(_, words)| words.contains(&key)).map(|(field, _)| *field);
    find(key).or_else(|| find(&numberless(key)))
}

/// An office has a name, an address and a main phone. Its NPI is of type 2 and may not sit on a person [domain 2.1].
fn of_an_office(meaning: Meaning) -> Option<Meaning> {
    let field = match meaning.field {
        FullName => Organization,
        Phone => OrganizationPhone,
        Fax => OrganizationFax,
        Npi => Ignore,
        Email => return Some(Meaning { field: Email, label: Some("Office") }),
        field if field.is_address() || field == Website => field,
        _ => return None,
    };
    Some(Meaning { field, label: None })
}

/// What four of five filled cells look like, of at least three.
fn looks_like(cells: &[&str]) -> Option<(Field, String)> {
    let filled: Vec<&&str> = cells.iter().filter(|c| !c.is_empty()).collect();
    let enough = |fit: usize| filled.len() > 2 && fit * 5 >= filled.len() * 4;
    let count = |fits: fn(&str) -> bool| filled.iter().filter(|c| fits(c)).count();
    let npi = count(|c| types::Npi::parse(c).is_ok());
    let email = count(|c| types::Email::parse(c).is_ok());
    let phone = count(|c| types::Phone::parse(c).is_ok());
    if enough(npi) {
        Some((Npi, format!("looks like an NPI, check digit fits in {npi} of {}", filled.len())))
    } else if enough(email) {
        Some((Email, format!("looks like an email address in {email} of {}", filled.len())))
    } else if enough(phone) {
        Some((Phone, format!("looks like a phone number, ten digits in {phone} of {}", filled.len())))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imports::csv_table;

    fn header(text: &str) -> Vec<String> {
        text.split(',').map(str::to_string).collect()
    }

    fn file(bytes: &[u8]) -> Mapping {
        let mapping = guess(&csv_table::read(bytes).expect("a table").header);
        assert_eq!(mapping.check(), Ok(()));
        mapping
    }

    /// The headers that feed a field, `header: field (label)`.
    fn fed(mapping: &Mapping) -> Vec<String> {
        let used = mapping.columns.iter().filter_map(|c| Some((c, c.field.filter(|f| *f != Ignore)?)));
        used.map(|(c, field)| match &c.label {
            Some(label) => format!("{}: {field} ({label})", c.header),
            None => format!("{}: {field}", c.header),
        })
        .collect()
    }

    fn fields(text: &str) -> Vec<String> {
        let mapping = guess(&header(text));
        assert_eq!(mapping.check(), Ok(()), "{text}");
        mapping.columns.iter().map(|c| c.field.map_or("?", Field::word).to_string()).collect()
    }

    #[test]
    fn both_exports_of_google_are_understood_with_their_labels() {
        let new = file(include_bytes!("../../tests/it/contacts/google_2024.csv"));
        assert_eq!(new.profile, Profile::Google);
        let all = fed(&new).join(" ");
        for expected in
            ["Organization Title: title", "Labels: tags", "E-mail 2 - Label: email_label", "Phone 1 - Value: phone", "Name Suffix: suffix"]
        {
            assert!(all.contains(expected), "{expected}");
        }
        for expected in [
            "Address 1 - Street: street",
            "Address 1 - Region: state",
            "Address 1 - Extended Address: street2",
            "Website 1 - Value: website",
        ] {
            assert!(all.contains(expected), "{expected}");
        }
        assert!(!all.contains("Formatted") && !all.contains("Phonetic") && !all.contains("Custom"));
        let old = file(include_bytes!("../../tests/it/contacts/google_old.csv"));
        assert_eq!(old.profile, Profile::GoogleOld);
        let all = fed(&old).join(" ");
        assert!(
            all.contains("Given Name: first_name")
                && all.contains("E-mail 1 - Type: email_label")
                && all.contains("Organization 1 - Name: organization")
        );
    }

    #[test]
    fn all_columns_of_outlook_are_read_and_the_business_address_wins() {
        let mapping = file(include_bytes!("../../tests/it/contacts/outlook.csv"));
        assert_eq!((mapping.profile, mapping.columns.len()), (Profile::Outlook, 92));
        assert_eq!(
            fed(&mapping)[..13],
            [
                "Title: prefix",
                "First Name: first_name",
                "Middle Name: middle_name",
                "Last Name: last_name",
                "Suffix: suffix",
                "Company: organization",
                "Department: department",
                "Job Title: title",
                "Business Street: street (Business)",
                "Business Street 2: street2 (Business)",
                "Business City: city (Business)",
                "Business State: state (Business)",
                "Business Postal Code: zip (Business)",
            ]
        );
        assert_eq!(
            fed(&mapping)[13..],
            [
                "Business Fax: fax (Business)",
                "Business Phone: phone (Business)",
                "Business Phone 2: phone (Business)",
                "Car Phone: phone (Car)",
                "Company Main Phone: organization_phone",
                "Home Fax: fax (Home)",
                "Home Phone: phone (Home)",
                "Home Phone 2: phone (Home)",
                "Mobile Phone: phone (Mobile)",
                "Other Fax: fax (Other)",
                "Other Phone: phone (Other)",
                "Primary Phone: phone (Primary)",
                "Categories: tags",
                "E-mail Address: email",
                "E-mail 2 Address: email",
                "E-mail 3 Address: email",
                "Keywords: tags",
                "Notes: notes",
                "Profession: specialty",
                "Web Page: website",
            ]
        );
    }

    #[test]
    fn plain_headers_of_any_program_are_understood() {
        assert_eq!(fields("Provider Name,NPI Number,Clinic,Fax,Zip Code"), ["full_name", "npi", "organization", "fax", "zip"]);
        assert_eq!(
            fields("Doctor,Practice,Practice Phone,PHONE #,e_mail"),
            ["full_name", "organization", "organization_phone", "phone", "email"]
        );
        assert_eq!(fields("Referring Provider,Group NPI,Work Email,Phone (Cell)"), ["full_name", "ignore", "email", "phone"]);
        assert_eq!(
            fields(
                "npi,prefix,first_name,middle_name,last_name,credential,specialty,taxonomy,practice,phone,fax,email,address1,address2,city,state,zip,notes"
            ),
            [
                "npi",
                "prefix",
                "first_name",
                "middle_name",
                "last_name",
                "credentials",
                "specialty",
                "taxonomy_code",
                "organization",
                "phone",
                "fax",
                "email",
                "street",
                "street2",
                "city",
                "state",
                "zip",
                "notes"
            ]
        );
        let hubspot = "Record ID,First Name,Last Name,Email,Phone Number,Contact owner,Associated Company,Lead Status,City,Industry";
        assert_eq!(fields(hubspot), ["?", "first_name", "last_name", "email", "phone", "?", "organization", "?", "city", "?"]);
        let espo =
            "Name,firstName,accountName,emailAddress,phoneNumber,addressStreet,addressPostalCode,Description,Do Not Call,Assigned User";
        let read = ["full_name", "first_name", "organization", "email", "phone", "street", "zip", "notes", "do_not_contact", "?"];
        assert_eq!(fields(espo), read);
    }

    #[test]
    fn a_row_of_the_npi_registry_gives_its_practice_location() {
        let registry = "NPI,Entity Type Code,Replacement NPI,Provider Organization Name (Legal Business Name),Provider Last Name (Legal Name),\
            Provider First Name,Provider Credential Text,Provider First Line Business Mailing Address,Provider Business Mailing Address City Name,\
            Provider First Line Business Practice Location Address,Provider Business Practice Location Address City Name,\
            Provider Business Practice Location Address Telephone Number,Provider Business Practice Location Address Fax Number,\
            Healthcare Provider Taxonomy Code_1,Provider License Number_1,Provider License Number State Code_1,\
            Healthcare Provider Primary Taxonomy Switch_1,Healthcare Provider Taxonomy Code_2,Authorized Official Telephone Number";
        assert_eq!(
            fields(registry),
            [
                "npi",
                "ignore",
                "ignore",
                "organization",
                "last_name",
                "first_name",
                "credentials",
                "ignore",
                "ignore",
                "street",
                "city",
                "phone",
                "fax",
                "taxonomy_code",
                "license_no",
                "license_state",
                "taxonomy_primary",
                "taxonomy_code",
                "ignore"
            ]
        );
    }

    #[test]
    fn a_list_of_patients_gives_who_refers_and_nothing_of_the_patient() {
        let jane = "Patient Number,First Name,Last Name,Email,Home Phone,Birth Date,Family Doctor Name,Referring Professional Name,\
            Referring Professional Email,Referring Professional Phone";
        let read = ["ignore", "ignore", "ignore", "ignore", "ignore", "ignore", "ignore", "full_name", "email", "phone"];
        assert_eq!(fields(jane), read);
        assert_eq!(fields("First Name,Phone,Family Doctor Name,Family Doctor Phone"), ["ignore", "ignore", "full_name", "phone"]);
    }

    #[test]
    fn two_columns_on_one_field_are_refused_in_words() {
        let mut mapping = guess(&header("NPI,Name,NPI Number,Email,Email"));
        assert_eq!(mapping.columns[2].reason, "NPI already gives the NPI");
        mapping.columns[2].field = Some(Npi);
        assert_eq!(mapping.check(), Err(vec!["2 columns feed the NPI: \"NPI\" and \"NPI Number\". Keep one".into()]));
    }

    #[test]
    fn an_unknown_header_is_guessed_from_its_cells() {
        let rows = "A,B,C,D,Patient cell\n\
            2003000207,a@x.example,206-555-0101,x,206-555-0101\n2003000215,b@x.example,2065550102,y,206-555-0102\n\
            2003000223,n/a,206-555-0103,z,206-555-0103\n2003000231,c@x.example,,,\n2003000230,d@x.example,555-0104,2003000249,\n";
        let table = csv_table::read(rows.as_bytes()).expect("a table");
        let mapping = guess(&table.header).look_into(&table.records);
        let found: Vec<_> = mapping.columns.iter().map(|c| (c.field, c.reason.as_str())).collect();
        assert_eq!(found[0], (Some(Npi), "looks like an NPI, check digit fits in 4 of 5"));
        assert_eq!(found[1], (Some(Email), "looks like an email address in 4 of 5"));
        assert_eq!(found[2], (None, "header not known"));
        assert_eq!((found[3].0, found[4].0), (None, None));
    }

    #[test]
    fn the_fingerprint_survives_case_and_our_own_error_file() {
        let plain = Mapping::fingerprint(&header("First Name,E-mail,NPI"));
        assert_eq!(plain, "firstname|email|npi");
        assert_eq!(plain, Mapping::fingerprint(&header("FIRST_NAME,Email, npi ,Row,Reason")));
    }

    #[test]
    fn every_field_can_be_chosen_once() {
        let offered: Vec<Field> = GROUPS.iter().flat_map(|(_, fields)| fields.iter().copied()).collect();
        let wanted = Field::ALL.iter().filter(|f| **f != Ignore);
        assert!(wanted.clone().all(|f| offered.iter().filter(|o| *o == f).count() == 1) && offered.len() == wanted.count());
    }

    #[test]
    fn a_mapping_can_be_remembered() {
        let mapping = guess(&header("Doctor,Mobile Phone,Shoe size"));
        let text = serde_json::to_string(&mapping).expect("json");
        assert!(text.contains("\"full_name\"") && text.contains("\"generic\""));
        assert_eq!(serde_json::from_str::<Mapping>(&text).expect("a mapping"), mapping);
        assert_eq!("do_not_contact".parse(), Ok(DoNotContact));
    }
}
