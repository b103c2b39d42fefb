//! A row beside whom it may be: what we have, what the file has, and what would stand if they are the same. Pure.

use super::contact::Contact;
use super::held::Held;
use super::mapping::Field;
use super::merge::{Rule, Rules, Values};
use crate::network::provider::Named;
use serde::Serialize;

/// One line of the comparison.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Compared {
    pub field: String,
    pub have: Option<String>,
    pub file: Option<String>,
    pub after: Option<String>,
    /// The result differs from what we have.
    pub changes: bool,
}

/// Name, office and phone always, the rest where the file says something.
pub fn compare(have: &Held, office: Option<&str>, contact: &Contact, rules: &Rules) -> Vec<Compared> {
    let mut after = have.clone();
    after.take(contact, rules);
    let mut file = Held::new(contact.last_name.clone().unwrap_or_default());
    file.take(contact, &Rules::new());
    let (before, said, result) = (have.values(), file.values(), after.values());
    let mut lines = vec![
        line("Name", Some(have.name()), Some(file.name()), Some(after.name())),
        office_line(office, contact, rules),
        of(Field::Phone, &before, &said, &result),
    ];
    let more = [
        Field::Fax,
        Field::Email,
        Field::Npi,
        Field::Specialty,
        Field::TaxonomyCode,
        Field::LicenseNo,
        Field::LicenseState,
        Field::Tags,
        Field::Notes,
        Field::DoNotContact,
        Field::MarketingOptOut,
    ];
    lines.extend(more.into_iter().map(|field| of(field, &before, &said, &result)).filter(|line| line.file.is_some()));
    lines
}

impl Held {
    /// `Dr. Helen Okafor, MD`.
    pub fn name(&self) -> String {
        let d = &self.draft;
        let named = Named {
            prefix: d.prefix.as_deref(),
            first: d.first_name.as_deref(),
            last: &d.last_name,
            suffix: d.suffix.as_deref(),
            credentials: &d.credentials,
        };
        [d.prefix.clone(), Some(named.formal())].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

fn of(field: Field, before: &Values, said: &Values, after: &Values) -> Compared {
    let shown = |values: &Values| {
        let text = values.get(&field)?.clone()?;
        Some(if matches!(field, Field::DoNotContact | Field::MarketingOptOut) { "Yes".into() } else { text.replace('\n', ", ") })
    };
    line(field.label(), shown(before), shown(said), shown(after))
}

/// Somebody who has an office keeps it, unless the file wins.
fn office_line(have: Option<&str>, contact: &Contact, rules: &Rules) -> Compared {
    let file = contact.organization.as_ref().map(|o| o.name.clone());
    let after = match rules.get(&Field::Organization) {
        Some(Rule::Overwrite) => file.clone().or(have.map(String::from)),
        Some(Rule::Skip) => have.map(String::from),
        _ => have.map(String::from).or(file.clone()),
    };
    line(Field::Organization.label(), have.map(String::from), file, after)
}

fn line(field: &str, have: Option<String>, file: Option<String>, after: Option<String>) -> Compared {
    Compared { field: field.into(), changes: have != after, have, file, after }
}
