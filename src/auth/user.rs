//! A person who signs in, and how the first one comes to be.

use super::password;
use super::role::Role;
use crate::types::words::capital;
use crate::types::{Check, FieldErrors, Text, TextList};
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

crate::words! {
    /// Light or dark, whatever the system says.
    pub enum Theme {
        Light = "light", "Light";
        Dark = "dark", "Dark";
    }
}

crate::words! {
    /// Whether something is wanted.
    pub enum Switch {
        On = "on", "On";
        Off = "off", "Off";
    }
}

/// How one's own pages look, and whether one is mailed in the morning.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Look {
    /// light or dark; as the system where nothing is said.
    pub theme: Text,
    /// on or off.
    pub keys: Text,
    /// on or off: the mail in the morning that tells what needs one. It stays as it was where nothing is said.
    pub mornings: Text,
}

impl Look {
    pub fn check(&self, today: NaiveDate) -> Result<LookDraft, FieldErrors> {
        let mut check = Check::new(today);
        let theme = check.choice("theme", &self.theme);
        let keys: Option<Switch> = check.choice("keys", &self.keys);
        let mornings: Option<Switch> = check.choice("mornings", &self.mornings);
        check.done(LookDraft { theme, keys_off: keys == Some(Switch::Off), mornings_off: mornings.map(|m| m == Switch::Off) })
    }
}

/// The same, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LookDraft {
    pub theme: Option<Theme>,
    pub keys_off: bool,
    /// It stays as it was where nothing is said: nobody is mailed again because they changed their colors.
    pub mornings_off: Option<bool>,
}

/// A user as somebody typed it.
#[derive(Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewUser {
    pub email: Text,
    pub name: Text,
    /// One or several: their rights add up.
    pub roles: TextList,
    /// Needed for a new user; empty when changing: it stays.
    pub password: Text,
    /// Lets a front desk import.
    pub may_import: Text,
    pub disabled: Text,
    pub version: Text,
}

impl std::fmt::Debug for NewUser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewUser").field("roles", &self.roles).finish_non_exhaustive()
    }
}

/// A user that passed the checks; the password is still in clear and never shown.
pub struct UserDraft {
    pub email: String,
    pub name: String,
    pub roles: Vec<Role>,
    pub password: Option<String>,
    pub may_import: bool,
    pub disabled: bool,
    pub version: Option<i64>,
}

impl NewUser {
    pub fn check(&self, today: NaiveDate, is_new: bool) -> Result<UserDraft, FieldErrors> {
        let mut check = Check::new(today);
        if self.email.is_blank() {
            check.say("email", "Enter the email address to sign in with");
        }
        let email = check.email("email", &self.email).map(|e| e.to_string()).unwrap_or_default();
        let words = check.list("roles", &self.roles, |r| r.parse::<Role>().map(|r| r.to_string()).map_err(|e| e.to_string()));
        if words.is_empty() && self.roles.said().next().is_none() {
            check.say("roles", "Choose at least one role");
        }
        let password = self.password.some();
        if is_new || password.is_some() {
            check.merge("", password::check(self.password.as_str()));
        }
        let draft = UserDraft {
            name: check.line("name", &self.name).unwrap_or_else(|| name_of(&email)),
            email,
            roles: words.iter().filter_map(|w| w.parse().ok()).collect(),
            password,
            may_import: self.may_import.is_yes(),
            disabled: self.disabled.is_yes(),
            version: check.whole("version", &self.version, 0..=i64::MAX),
        };
        check.done(draft)
    }
}

/// A name to begin with, until somebody types a better one: `maya.ortiz@...` is Maya Ortiz.
pub fn name_of(email: &str) -> String {
    let local = email.split('@').next().unwrap_or_default();
    let words = local.split(['.', '_', '-', '+']).filter(|w| !w.is_empty());
    words.map(capital).collect::<Vec<_>>().join(" ")
}

/// A token as somebody asked for it.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewToken {
    /// Email of the user it acts for; an owner may name anybody.
    pub user: Text,
    pub name: Text,
    /// The last day on which it holds; without one it holds until it is revoked.
    pub expires_on: Text,
}

impl NewToken {
    pub fn check(&self, today: NaiveDate) -> Result<Option<NaiveDate>, FieldErrors> {
        let mut check = Check::new(today);
        check.line("name", &self.name);
        let expires_on = check.day("expires_on", &self.expires_on);
        if expires_on.is_some_and(|day| day < today) {
            check.say("expires_on", "Choose today or a later day");
        }
        check.done(expires_on)
    }
}

/// The first page of a new database: the owner and the practice.
#[derive(Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewSetup {
    pub token: Text,
    pub practice: Text,
    pub timezone: Text,
    pub phone: Text,
    pub fax: Text,
    pub npi: Text,
    pub visit_cost_cents: crate::types::Amount,
    pub email: Text,
    pub name: Text,
    pub password: Text,
    /// The owner treats patients too,
    pub treats: Text,
    /// with this credential
    pub credential: Text,
    /// and NPI.
    pub therapist_npi: Text,
}

impl std::fmt::Debug for NewSetup {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewSetup").field("practice", &self.practice).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_needs_an_address_a_role_and_a_password() {
        let errors = NewUser::default().check(NaiveDate::MIN, true).err().expect("refused");
        let fields: Vec<&str> = errors.0.iter().map(|e| e.field.as_str()).collect();
        assert_eq!(fields, ["email", "roles", "password"]);
    }

    #[test]
    fn a_name_to_begin_with_comes_from_the_address() {
        assert_eq!(name_of("maya.ortiz@cedartide.example"), "Maya Ortiz");
    }
}
