//! What the palette can do besides finding: pages and things to add, by their words. Pure.

use crate::auth::role::{Reach, Rights, Thing};
use crate::types::person_name::fold;
use schemars::JsonSchema;
use serde::Serialize;

/// Somewhere to go, or something to begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Command {
    pub label: &'static str,
    pub to: &'static str,
    pub icon: &'static str,
    /// Other words for it.
    #[serde(skip)]
    words: &'static str,
    #[serde(skip)]
    right: Option<(Thing, bool)>,
}

const fn go(label: &'static str, to: &'static str, icon: &'static str, words: &'static str, thing: Option<Thing>) -> Command {
    let right = match thing {
        Some(thing) => Some((thing, false)),
        None => None,
    };
    Command { label, to, icon, words, right }
}

const fn add(label: &'static str, to: &'static str, icon: &'static str, words: &'static str, thing: Thing) -> Command {
    Command { label, to, icon, words, right: Some((thing, true)) }
}

const COMMANDS: &[Command] = &[
    add("Add a referral", "/referrals/new", "referrals", "new receive fax slip prescription", Thing::Referrals),
    add("Add a visit", "/visits/new", "calendar", "new book schedule appointment", Thing::Patients),
    add("Log a call or visit to a doctor", "/activities/new", "phone", "activity lunch letter thank", Thing::Network),
    add("Add a provider", "/providers/new", "providers", "new doctor", Thing::Network),
    add("Add an office", "/organizations/new", "building", "new organization practice clinic", Thing::Network),
    add("Add a patient", "/patients/new", "patients", "new", Thing::Patients),
    add("Enter a payment of an insurer", "/payments/new", "dollar", "post check eob remittance deposit", Thing::Claims),
    add("Enter a payment of a patient", "/payments/patient", "dollar", "copay cash card", Thing::Claims),
    add("Bring contacts from a file", "/imports/new", "upload", "import csv google outlook", Thing::Imports),
    add("Invite somebody", "/settings/users/new", "plus", "add user", Thing::Settings),
    go("Today", "/", "today", "home queue needs", None),
    go("Everything that needs you", "/alerts", "alert", "alerts queue oldest", None),
    go("Referrals", "/referrals", "referrals", "board", Some(Thing::Referrals)),
    go("Providers", "/providers", "providers", "doctors sources", Some(Thing::Network)),
    go("Patients", "/patients", "patients", "", Some(Thing::Patients)),
    go("Claims", "/claims", "claims", "billing denied rejected", Some(Thing::Claims)),
    go("Payments", "/payments", "dollar", "deposits checks remittances", Some(Thing::Claims)),
    go("Reports", "/reports", "reports", "letters summaries mail", Some(Thing::Reports)),
    go("What pays", "/what-pays", "what-pays", "sources money analytics", Some(Thing::WhatPays)),
    go("Payers and their rules", "/payers", "building", "insurers sheets", Some(Thing::PayerRules)),
    go("Imports", "/imports", "upload", "contacts files", Some(Thing::Imports)),
    go("Practice", "/settings/practice", "lock", "settings profile npi address zone", Some(Thing::Settings)),
    go("Therapists", "/settings/therapists", "lock", "settings", Some(Thing::Settings)),
    go("Fees", "/settings/fees", "dollar", "settings charges schedule", Some(Thing::PayerRules)),
    go("Users and roles", "/settings/users", "lock", "settings invite", Some(Thing::Settings)),
    go("Audit log", "/settings/audit", "lock", "settings who saw", Some(Thing::Settings)),
    go("Your account", "/account", "lock", "password tokens dark light keys", None),
    go("Settings, sign out", "/settings", "lock", "log out", None),
    go("Keys and words", "/help", "alert", "help shortcuts glossary", None),
];

impl Command {
    fn is_for(&self, rights: impl Fn(Thing) -> Rights) -> bool {
        self.right.is_none_or(|(thing, writes)| {
            let rights = rights(thing);
            if writes { rights.write != Reach::None } else { rights.read != Reach::None || rights.outline }
        })
    }

    /// Each word that was typed begins a word of it.
    fn fits(&self, typed: &[&str]) -> bool {
        let words = fold(&format!("{} {}", self.label, self.words));
        typed.iter().all(|t| words.split(' ').any(|w| w.starts_with(t)))
    }
}

/// The commands that fit what was typed and that one may use.
pub fn fitting(typed: &str, rights: impl Fn(Thing) -> Rights) -> Vec<Command> {
    let folded = fold(typed);
    let words: Vec<&str> = folded.split(' ').filter(|w| !w.is_empty()).collect();
    if words.is_empty() {
        return Vec::new();
    }
    COMMANDS.iter().filter(|c| c.fits(&words) && c.is_for(&rights)).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::role::Role;

    fn labels(typed: &str, role: Role) -> Vec<&'static str> {
        fitting(typed, |thing| Rights::of(&[role], thing)).iter().map(|c| c.label).collect()
    }

    #[test]
    fn a_command_is_found_by_the_beginning_of_its_words() {
        assert_eq!(labels("add ref", Role::Owner), ["Add a referral"]);
        assert_eq!(labels("lunch", Role::Marketer), ["Log a call or visit to a doctor"]);
        assert_eq!(labels("  ", Role::Owner), [""; 0]);
    }

    #[test]
    fn nobody_is_offered_what_they_may_not_do() {
        assert_eq!(labels("add a patient", Role::Marketer), [""; 0]);
        assert_eq!(labels("claims", Role::Marketer), [""; 0]);
        assert_eq!(labels("invite", Role::FrontDesk), [""; 0]);
    }
}
