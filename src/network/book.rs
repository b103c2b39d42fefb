//! The practice's book of providers: who sends, who went quiet, whom we cannot write to.

use super::store;
use super::view::ProviderRow;
use crate::app::{Actor, App};
use crate::auth::role::Thing;
use crate::error::Result;
use crate::types::{Check, Text};
use chrono::NaiveDate;
use schemars::JsonSchema;
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};

/// Days without a referral after which an active source counts as quiet [domain 2.15, REFERRER_SILENT].
pub const QUIET_DAYS: i64 = 60;
/// Rows on one page of the book.
pub const PAGE: u64 = 50;

crate::words! {
    /// A view of the book.
    pub enum BookView {
        Sends = "sends", "Sends patients";
        Quiet = "quiet", "Gone quiet";
        NoEmail = "no_email", "No email yet";
        Everyone = "everyone", "Everyone";
    }
}

crate::words! {
    pub enum BookOrder {
        Referrals = "referrals", "Referrals";
        Name = "name", "Provider";
        Last = "last", "Last one";
        Collected = "collected", "Collected";
    }
}

/// What the book can be asked.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct BookFilter {
    pub view: Text,
    /// Part of a name, office, NPI, phone in any format, or email.
    pub q: Text,
    pub sort: Text,
    /// The first page is 1.
    pub page: Text,
}

/// One page of the book.
#[derive(Clone, Debug, Serialize)]
pub struct Book {
    pub view: BookView,
    pub sort: BookOrder,
    pub counts: Counts,
    pub rows: Vec<BookRow>,
    /// How many the view holds that fit the search.
    pub found: i64,
    pub page: i64,
    pub has_more: bool,
}

/// How many each view holds.
#[derive(Clone, Copy, Debug, Default, Serialize, FromQueryResult)]
pub struct Counts {
    pub sends: i64,
    pub quiet: i64,
    pub no_email: i64,
    pub everyone: i64,
}

impl Counts {
    pub fn of(self, view: BookView) -> i64 {
        match view {
            BookView::Sends => self.sends,
            BookView::Quiet => self.quiet,
            BookView::NoEmail => self.no_email,
            BookView::Everyone => self.everyone,
        }
    }
}

/// A provider with the months behind the number.
#[derive(Clone, Debug, Serialize)]
pub struct BookRow {
    #[serde(flatten)]
    pub provider: ProviderRow,
    /// Referrals in each of the last twelve months, this one last.
    pub months: Vec<i64>,
    /// Days since the last referral, where that is too long.
    pub quiet_days: Option<i64>,
}

impl BookRow {
    pub fn of(provider: ProviderRow, months: Vec<i64>, today: NaiveDate) -> Self {
        let since = provider.last_referral_on.map(|on| (today - on).num_days());
        Self { provider, months, quiet_days: since.filter(|days| *days >= QUIET_DAYS) }
    }
}

/// Opens the book at a page.
pub async fn book(app: &App, by: &Actor, filter: &BookFilter) -> Result<Book> {
    by.rights(Thing::Network).to_read("provider")?;
    let mut check = Check::new(app.today());
    let view: Option<BookView> = check.choice("view", &filter.view);
    let sort: BookOrder = check.choice("sort", &filter.sort).unwrap_or(BookOrder::Referrals);
    let page = check.whole("page", &filter.page, 1..=100_000).unwrap_or(1);
    check.done(())?;
    let counts = store::book_counts(app, &Text::default()).await?;
    let view = view.unwrap_or(if counts.sends > 0 && filter.q.is_blank() { BookView::Sends } else { BookView::Everyone });
    let mut rows = store::book_rows(app, by, view, sort, &filter.q, page).await?;
    let has_more = rows.len() as u64 > PAGE;
    rows.truncate(usize::try_from(PAGE).unwrap_or(50));
    let found = if filter.q.is_blank() { counts } else { store::book_counts(app, &filter.q).await? };
    Ok(Book { view, sort, counts, rows, found: found.of(view), page, has_more })
}
