//! A line of a clearinghouse's list, what a new list changes of the old one, and which of its lines a payer of ours is. Pure.

use super::key;
use super::view::RowSaid;
use std::collections::{HashMap, HashSet};

/// A line as the file says it; what it does not say is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    pub name: String,
    pub payer_code: String,
    pub phone: Option<String>,
    pub street: Option<String>,
    pub city: Option<String>,
    pub state: Option<String>,
    pub zip: Option<String>,
    pub takes_claims: Option<bool>,
    pub gives_remittances: Option<bool>,
    pub needs_enrollment: Option<bool>,
}

/// A whole file as it was read.
#[derive(Clone, Debug, Default)]
pub struct Said {
    pub rows: i64,
    pub blank: i64,
    pub listed: Vec<Listed>,
    pub bad: Vec<RowSaid>,
    pub cautions: Vec<RowSaid>,
}

/// What a list makes of the directory.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Merge {
    pub new: Vec<Listed>,
    /// Lines that are known, with what stands after.
    pub changed: Vec<(i64, Listed)>,
    pub same: usize,
    /// Lines that stand in the file before.
    pub twice: usize,
}

impl Listed {
    fn place(&self) -> (String, String) {
        (self.payer_code.to_ascii_uppercase(), key(&self.name))
    }

    /// What is said now wins; what is not said stays as it was known.
    fn over(self, known: &Self) -> Self {
        Self {
            phone: self.phone.or_else(|| known.phone.clone()),
            street: self.street.or_else(|| known.street.clone()),
            city: self.city.or_else(|| known.city.clone()),
            state: self.state.or_else(|| known.state.clone()),
            zip: self.zip.or_else(|| known.zip.clone()),
            takes_claims: self.takes_claims.or(known.takes_claims),
            gives_remittances: self.gives_remittances.or(known.gives_remittances),
            needs_enrollment: self.needs_enrollment.or(known.needs_enrollment),
            ..self
        }
    }
}

/// Sorts the lines of a file into new, changed and known ones. A line is known by its id and its name: one id has several names,
/// and one name several ids.
pub fn merge(known: &[(i64, Listed)], listed: Vec<Listed>) -> Merge {
    let known: HashMap<_, _> = known.iter().map(|(id, line)| (line.place(), (*id, line))).collect();
    let mut seen = HashSet::new();
    let mut found = Merge::default();
    for line in listed {
        if !seen.insert(line.place()) {
            found.twice += 1;
            continue;
        }
        let Some((id, before)) = known.get(&line.place()) else {
            found.new.push(line);
            continue;
        };
        let after = line.over(before);
        if after == **before {
            found.same += 1;
        } else {
            found.changed.push((*id, after));
        }
    }
    found
}

/// What a line of the directory is matched by.
pub trait Coded {
    fn code(&self) -> &str;
}

/// The entry that a payer of ours is, of all those of its name; none where they do not agree among each other or with our id.
pub fn agreed<'a, T: Coded>(ours: Option<&str>, entries: &'a [T]) -> Option<&'a T> {
    match ours {
        Some(ours) => entries.iter().find(|e| e.code().eq_ignore_ascii_case(ours)),
        None => entries.first().filter(|first| entries.iter().all(|e| e.code().eq_ignore_ascii_case(first.code()))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(name: &str, code: &str) -> Listed {
        Listed { name: name.into(), payer_code: code.into(), ..Default::default() }
    }

    impl Coded for Listed {
        fn code(&self) -> &str {
            &self.payer_code
        }
    }

    #[test]
    fn a_line_is_known_by_id_and_name_and_again_it_changes_nothing() {
        let known = [(7, Listed { phone: Some("+12065550111".into()), ..line("Evergreen P.P.O.", "evgr7") })];
        let file = || vec![line("Evergreen PPO", "EVGR7"), line("Evergreen PPO", "EVGR8"), line("evergreen ppo", "EVGR8")];
        let merged = merge(&known, file());
        assert_eq!((merged.new.len(), merged.changed.len(), merged.same, merged.twice), (1, 1, 0, 1));
        assert_eq!(merged.changed[0].1.phone.as_deref(), Some("+12065550111"), "what the new list does not say stays");
        let stands: Vec<(i64, Listed)> = merged.changed.into_iter().chain(merged.new.into_iter().map(|l| (8, l))).collect();
        let again = merge(&stands, file());
        assert_eq!((again.new.len(), again.changed.len(), again.same, again.twice), (0, 0, 2, 1));
    }

    #[test]
    fn a_payer_is_an_entry_only_where_nothing_differs() {
        let entries = [line("A", "X1"), line("A", "x1")];
        assert_eq!(agreed(None, &entries).map(|e| e.payer_code.as_str()), Some("X1"));
        assert_eq!(agreed(Some("x1"), &entries).map(|e| e.payer_code.as_str()), Some("X1"));
        assert_eq!(agreed(Some("Y2"), &entries), None);
        assert_eq!(agreed(None, &[line("A", "X1"), line("A", "Y2")]), None);
        assert_eq!(agreed::<Listed>(None, &[]), None);
    }
}
