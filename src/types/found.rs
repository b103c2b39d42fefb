//! One match of a name that is looked up while it is typed.

use super::{Text, person_name};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What was typed so far into a field that looks names up.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Sought {
    pub q: Text,
}

/// What the list under a field shows: the name, and what tells it from others of that name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Found {
    pub id: Uuid,
    pub label: String,
    pub detail: String,
}

/// How many matches a person reads.
pub const MOST_FOUND: usize = 8;

/// The one that a typed name means: the only match, or the only one of exactly that name.
pub fn the_one(typed: &str, found: &[Found]) -> Option<Uuid> {
    let asked = person_name::key(typed);
    let mut exact = found.iter().filter(|f| person_name::key(&f.label) == asked);
    match (found, exact.next(), exact.next()) {
        ([only], ..) => Some(only.id),
        (_, Some(only), None) => Some(only.id),
        _ => None,
    }
}

/// Names as one reads them out: "Ortega, Lindqvist or Tran".
pub fn choices(found: &[Found]) -> String {
    let one = |f: &Found| if f.detail.is_empty() { f.label.clone() } else { format!("{} ({})", f.label, f.detail) };
    let named: Vec<String> = found.iter().map(one).collect();
    match named.as_slice() {
        [first @ .., last] if !first.is_empty() => format!("{} or {last}", first.join(", ")),
        _ => named.join(", "),
    }
}

/// What to say where a typed name does not lead to one thing: none has it, or several do.
pub fn not_one(what: &str, typed: &str, found: &[Found]) -> String {
    match found.len() {
        0 => format!("No {what} is called \"{typed}\". Check the spelling, or add the {what} first"),
        n if n >= MOST_FOUND => format!("Many fit \"{typed}\". Type more of the name"),
        _ => format!("\"{typed}\" may be {}. Type more of the name", choices(found)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_of_a_name_are_told_apart() {
        let found = |label: &str, detail: &str| Found { id: Uuid::nil(), label: label.into(), detail: detail.into() };
        let both = [found("Dr. Ann Lee", "Ridgeline"), found("Dr. Bo Lee", "")];
        assert_eq!(not_one("provider", "lee", &both), "\"lee\" may be Dr. Ann Lee (Ridgeline) or Dr. Bo Lee. Type more of the name");
        assert_eq!(the_one("Ann Lee, MD", &both), Some(Uuid::nil()));
        assert_eq!(the_one("lee", &both), None);
        assert!(not_one("patient", "Xu", &[]).contains("add the patient first"));
    }
}
