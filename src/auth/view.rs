//! What pages and programs see of users and tokens: never a hash.

use super::role::Role;
use super::user::NewUser;
use crate::entity::{api_token, user_account};
use crate::types::{Text, TextList};
use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct UserView {
    pub id: Uuid,
    pub name: String,
    pub email: String,
    pub roles: Vec<Role>,
    pub may_import: bool,
    pub disabled: bool,
    /// Does not want to be mailed in the morning what needs them.
    pub mornings_off: bool,
    pub version: i64,
}

impl UserView {
    pub fn of(row: &user_account::Model, roles: Vec<Role>) -> Self {
        Self {
            id: row.public_id,
            name: row.name.clone(),
            email: row.email.clone(),
            roles,
            may_import: row.may_import,
            disabled: row.disabled_at.is_some(),
            mornings_off: row.mornings_off,
            version: row.version,
        }
    }
}

impl UserView {
    /// The user as it would be typed, for the form that changes it; never with a password.
    pub fn as_typed(&self) -> NewUser {
        NewUser {
            email: Text::new(&self.email),
            name: Text::new(&self.name),
            roles: TextList(self.roles.iter().map(|r| r.word().into()).collect()),
            password: Text::default(),
            may_import: self.may_import.to_string().into(),
            disabled: self.disabled.to_string().into(),
            version: self.version.to_string().into(),
        }
    }
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct TokenView {
    pub id: Uuid,
    pub name: String,
    pub created_at: DateTime<Utc>,
    pub last_used_at: Option<DateTime<Utc>>,
    pub expires_on: Option<NaiveDate>,
    pub revoked: bool,
}

impl TokenView {
    pub fn of(row: &api_token::Model) -> Self {
        Self {
            id: row.public_id,
            name: row.name.clone(),
            created_at: row.created_at,
            last_used_at: row.last_used_at,
            expires_on: row.expires_on,
            revoked: row.revoked_at.is_some(),
        }
    }
}

/// A new token: shown this once.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct NewTokenView {
    #[serde(flatten)]
    pub about: TokenView,
    /// The token itself. It cannot be shown again.
    pub token: String,
}
