//! Who the row is about: a name in one cell or in several, with what stands before and behind it. Pure.

use super::{Reading, add_new, in_the_file};
use crate::imports::mapping::Field;
use crate::types::person_name;

impl Reading {
    /// "Title" is a prefix to some programs and a job to others, and phones have no field for credentials but the suffix.
    pub(super) fn titles(&mut self) {
        let mut line = |field| self.lines.remove(&field);
        let (title, suffix, department) = (line(Field::Title), line(Field::Suffix), line(Field::Department));
        self.contact.prefix = line(Field::Prefix);
        self.contact.specialty = line(Field::Specialty);
        let credentials = |text: &String| text.split([' ', ',', '/']).filter(|w| !w.is_empty()).all(person_name::is_credential);
        match title {
            Some(title) if self.contact.prefix.is_none() && person_name::is_prefix(&title) => self.contact.prefix = Some(title),
            Some(title) if credentials(&title) => self.take_credentials(&title),
            other => self.contact.title = other,
        }
        match suffix {
            Some(suffix) if credentials(&suffix) => self.take_credentials(&suffix),
            other => self.contact.suffix = other,
        }
        self.contact.notes.extend(department.map(|department| format!("Department: {department}")));
    }

    /// Sets the name and returns the office that stood in its place, if one did.
    pub(super) fn name(&mut self) -> Option<String> {
        let mut line = |field| self.lines.remove(&field);
        let (full, first, middle, last) = (line(Field::FullName), line(Field::FirstName), line(Field::MiddleName), line(Field::LastName));
        let typed = [&first, &middle, &last].into_iter().flatten().cloned().collect::<Vec<_>>().join(" ");
        let typed = if typed.is_empty() { full.unwrap_or_default() } else { typed };
        let a_person = self.contact.prefix.is_some() || !self.contact.credentials.is_empty();
        if !a_person && is_office_name(&typed) {
            return Some(typed);
        }
        match (first, last) {
            (Some(first), Some(last)) => {
                let last = self.without_credentials(last);
                (self.contact.first_name, self.contact.middle_name, self.contact.last_name) = (Some(first), middle, Some(last));
            }
            // A last name may be several words; a whole name in its place has a comma.
            (None, Some(last)) if !last.contains(',') => {
                let last = self.without_credentials(last);
                (self.contact.middle_name, self.contact.last_name) = (middle, Some(last));
            }
            _ if typed.is_empty() => {}
            _ => self.take_apart(&typed),
        }
        self.title_case();
        None
    }

    fn take_apart(&mut self, whole: &str) {
        let whole = self.without_credentials(whole.to_string());
        let parts = person_name::split(&whole);
        let contact = &mut self.contact;
        contact.prefix = contact.prefix.take().or(parts.prefix);
        contact.suffix = contact.suffix.take().or(parts.suffix);
        (contact.first_name, contact.middle_name, contact.last_name) = (parts.first, parts.middle, parts.last);
        add_new(&mut contact.credentials, parts.credentials);
        // "Smith, Jane, Esq" has more parts than a name.
        contact.notes.extend((whole.matches(',').count() > 1).then(|| in_the_file(Field::FullName, &whole)));
        if contact.first_name.is_none() && contact.last_name.is_some() {
            contact.warnings.push(format!("\"{whole}\" is only one name. It is taken as the last name"));
        }
    }

    /// `Smith, MD` in the last-name column, `OKAFOR, HELEN MD` and `Ann Lee Jr., PT, OCS` in any: what stands behind the name is no part
    /// of it. A degree we do not know stands in capitals behind a comma and a whole name.
    fn without_credentials(&mut self, name: String) -> String {
        let mut words: Vec<&str> = name.split_whitespace().collect();
        let mut found = Vec::new();
        while let [rest @ .., before, word] = words.as_slice() {
            let capitals = word.chars().all(|c| !c.is_lowercase()) && name.contains(char::is_lowercase);
            let unknown = capitals && before.ends_with(',') && !rest.is_empty() && word.len() > 1;
            if person_name::is_suffix(word) && self.contact.suffix.is_none() {
                self.contact.suffix = Some(word.trim_matches(',').to_string());
            } else if unknown || person_name::is_credential(word) && !person_name::reads_like_a_name(word) {
                found.insert(0, person_name::credential(word));
            } else {
                break;
            }
            words.pop();
        }
        add_new(&mut self.contact.credentials, found);
        words.join(" ").trim_end_matches(',').to_string()
    }

    /// Names stay as typed, but a name all in capitals comes from a program, not from a person [domain 6.3 point 10].
    fn title_case(&mut self) {
        let contact = &mut self.contact;
        let shouts = |name: &Option<String>| {
            name.as_ref().is_some_and(|n| n.chars().filter(|c| c.is_alphabetic()).count() > 2 && !n.contains(char::is_lowercase))
        };
        if shouts(&contact.first_name) && shouts(&contact.last_name) {
            for name in [&mut contact.first_name, &mut contact.middle_name, &mut contact.last_name].into_iter().flatten() {
                *name = titled(name);
            }
        }
    }
}

/// What a person is never called.
fn is_office_name(name: &str) -> bool {
    #[rustfmt::skip]
    const WORDS: &[&str] = &[
        "llc", "pllc", "inc", "ltd", "corp", "clinic", "clinics", "center", "centers", "centre", "hospital", "institute", "group", "associates", "partners",
        "medical", "medicine", "health", "healthcare", "wellness", "therapy", "chiropractic", "orthopedics", "orthopaedics", "rehabilitation", "rehab",
        "spine", "sports", "surgery", "pediatrics", "physicians", "acupuncture", "massage", "dental", "imaging", "services", "university",
    ];
    name.contains('&') || person_name::fold(name).split(' ').any(|word| WORDS.contains(&word))
}

fn titled(name: &str) -> String {
    let mut before = ' ';
    let letter = |c: char| {
        let starts = !before.is_alphanumeric();
        before = c;
        if starts { c.to_uppercase().collect::<String>() } else { c.to_lowercase().collect() }
    };
    name.chars().map(letter).collect()
}
