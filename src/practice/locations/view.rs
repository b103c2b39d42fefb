//! What pages and programs see of a place.

use super::location::NewLocation;
use crate::entity::location;
use crate::types::Text;
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct LocationView {
    pub id: Uuid,
    pub name: String,
    pub street: String,
    pub street2: Option<String>,
    pub city: String,
    pub state: String,
    pub zip: String,
    pub npi: Option<String>,
    /// The day from which nobody is treated there.
    pub closed_on: Option<NaiveDate>,
    pub version: i64,
}

impl LocationView {
    pub fn of(row: &location::Model) -> Self {
        Self {
            id: row.public_id,
            name: row.name.clone(),
            street: row.street.clone(),
            street2: row.street2.clone(),
            city: row.city.clone(),
            state: row.state.clone(),
            zip: row.zip.clone(),
            npi: row.npi.clone(),
            closed_on: row.closed_on,
            version: row.version,
        }
    }

    /// The place as it would be typed, for the form that changes it.
    pub fn as_typed(&self) -> NewLocation {
        let text = |value: &Option<String>| Text::new(value.as_deref().unwrap_or_default());
        NewLocation {
            name: Text::new(&self.name),
            street: Text::new(&self.street),
            street2: text(&self.street2),
            city: Text::new(&self.city),
            state: Text::new(&self.state),
            zip: Text::new(&self.zip),
            npi: text(&self.npi),
            closed_on: text(&self.closed_on.map(|day| day.to_string())),
            version: self.version.to_string().into(),
        }
    }
}
