//! Whether an address may have what we send: reports and letters about us are stopped apart, and by whom.

pub mod store;

use chrono::NaiveDate;

/// An address is somebody else's after a while: people move on, and mailboxes are given away [promises, threat 1].
pub fn is_long_ago(verified_on: NaiveDate, today: NaiveDate) -> bool {
    verified_on.checked_add_months(chrono::Months::new(12)).is_none_or(|until| until < today)
}

crate::words! {
    /// What an address gets from us. Who wants no letters about us still gets the reports about their patients, and the other way round.
    pub enum Stream {
        Treatment = "treatment", "Reports about patients";
        Outreach = "outreach", "Letters about us";
    }
}
