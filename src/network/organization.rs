//! The office where those who refer work.

use crate::types::{Check, FieldErrors, Text, person_name};
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An organization as somebody typed it.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewOrganization {
    pub name: Text,
    pub dba: Text,
    /// The organization's NPI (type 2).
    pub npi: Text,
    pub phone: Text,
    pub fax: Text,
    pub email: Text,
    pub website: Text,
    pub street: Text,
    pub street2: Text,
    pub city: Text,
    pub state: Text,
    pub zip: Text,
    /// When to visit, in words.
    pub hours: Text,
    pub hospital_owned: Text,
    pub notes: Text,
    /// Staff: coordinators, front desk, billers. Never a source of referrals.
    pub contacts: Vec<NewContact>,
    pub version: Text,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewContact {
    pub name: Text,
    pub role: Text,
    pub phone: Text,
    pub email: Text,
    pub notes: Text,
}

/// An organization that passed its checks.
#[derive(Clone, Debug, Default)]
pub struct OrganizationDraft {
    pub name: String,
    pub dba: Option<String>,
    pub npi: Option<String>,
    pub phone: Option<String>,
    pub phone_extension: Option<String>,
    pub fax: Option<String>,
    pub email: Option<String>,
    pub website: Option<String>,
    pub street: Option<String>,
    pub street2: Option<String>,
    pub city: Option<String>,
    pub state: Option<String>,
    pub zip: Option<String>,
    pub hours: Option<String>,
    pub hospital_owned: Option<bool>,
    pub notes: Option<String>,
    pub contacts: Vec<ContactDraft>,
    pub version: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactDraft {
    pub name: String,
    pub role: Option<String>,
    pub phone: Option<String>,
    pub phone_extension: Option<String>,
    pub email: Option<String>,
    pub notes: Option<String>,
}

impl NewOrganization {
    pub fn check(&self, today: NaiveDate) -> Result<OrganizationDraft, FieldErrors> {
        let mut check = Check::new(today);
        let phone = check.phone("phone", &self.phone);
        let draft = OrganizationDraft {
            name: check.required_line("name", &self.name, "Enter the name of the office"),
            dba: check.line("dba", &self.dba),
            npi: check.npi("npi", &self.npi).map(|n| n.to_string()),
            phone_extension: phone.as_ref().and_then(|p| p.extension.clone()),
            phone: phone.map(|p| p.e164),
            fax: check.phone("fax", &self.fax).map(|p| p.e164),
            email: check.email("email", &self.email).map(|e| e.to_string()),
            website: check.line("website", &self.website),
            street: check.line("street", &self.street),
            street2: check.line("street2", &self.street2),
            city: check.line("city", &self.city),
            state: check.state("state", &self.state),
            zip: check.zip("zip", &self.zip),
            hours: check.line("hours", &self.hours),
            hospital_owned: (!self.hospital_owned.is_blank()).then(|| self.hospital_owned.is_yes()),
            notes: check.text("notes", &self.notes),
            contacts: contacts(&mut check, &self.contacts),
            version: check.whole("version", &self.version, 0..=i64::MAX),
        };
        check.done(draft)
    }
}

fn contacts(check: &mut Check, typed: &[NewContact]) -> Vec<ContactDraft> {
    let mut found = Vec::new();
    for (at, entry) in typed.iter().enumerate() {
        let blank = [&entry.name, &entry.role, &entry.phone, &entry.email, &entry.notes].iter().all(|t| t.is_blank());
        if blank {
            continue;
        }
        let phone = check.phone(&format!("contacts.{at}.phone"), &entry.phone);
        found.push(ContactDraft {
            name: check.required_line(&format!("contacts.{at}.name"), &entry.name, "Enter the name"),
            role: check.line(&format!("contacts.{at}.role"), &entry.role),
            phone_extension: phone.as_ref().and_then(|p| p.extension.clone()),
            phone: phone.map(|p| p.e164),
            email: check.email(&format!("contacts.{at}.email"), &entry.email).map(|e| e.to_string()),
            notes: check.text(&format!("contacts.{at}.notes"), &entry.notes),
        });
    }
    found
}

/// What two spellings of one office share: folded, without the legal form.
pub fn name_key(name: &str) -> String {
    let folded = person_name::fold(name);
    let legal = ["llc", "pllc", "inc", "ps", "pc", "pa", "corp", "ltd"];
    let words: Vec<&str> = folded.split(' ').filter(|w| !legal.contains(w) && *w != "the").collect();
    if words.is_empty() { folded } else { words.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_legal_form_does_not_make_another_office() {
        assert_eq!(name_key("Northgate Spine & Sports, PLLC"), name_key("NORTHGATE SPINE SPORTS"));
    }

    #[test]
    fn an_empty_line_of_staff_is_no_contact() {
        let new = NewOrganization { name: "Lakeview".into(), contacts: vec![NewContact::default()], ..Default::default() };
        let day = NaiveDate::from_ymd_opt(2026, 11, 23).expect("a day");
        assert!(new.check(day).expect("fine").contacts.is_empty());
    }
}
