//! The practice's book of providers: who sends, who went quiet, whom we cannot write to.

pub mod store;

use super::provider::Stage;
use super::view::ProviderRow;
use crate::app::{Actor, App};
use crate::auth::role::{Reach, Thing};
use crate::error::Result;
use crate::types::{Check, Text};
use chrono::NaiveDate;
use schemars::JsonSchema;
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};

/// Days without a referral after which an active source counts as quiet [domain 2.15, REFERRER_SILENT].
pub const QUIET_DAYS: i64 = 60;
/// A step planned for the next so many days is shown as due.
pub const DUE_DAYS: i64 = 6;
/// After so many days a thank-you is no longer asked for.
pub const THANKS_WITHIN: i64 = 21;
/// Rows on one page of the book.
pub const PAGE: u64 = 50;

crate::words! {
    /// A view of the book.
    pub enum BookView {
        Sends = "sends", "Sends patients";
        Quiet = "quiet", "Gone quiet";
        ToCall = "to_call", "To call this week";
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
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Book {
    pub view: BookView,
    pub sort: BookOrder,
    pub counts: Counts,
    /// The first of the twelve months.
    pub from: NaiveDate,
    /// The most referrals of one provider in one month: the common scale of the bars.
    pub most: i64,
    pub rows: Vec<BookRow>,
    /// How many the view holds that fit the search.
    pub found: i64,
    pub page: i64,
    pub has_more: bool,
}

/// How many each view holds.
#[derive(Clone, Copy, Debug, Default, Serialize, FromQueryResult, JsonSchema)]
pub struct Counts {
    pub sends: i64,
    pub quiet: i64,
    pub to_call: i64,
    pub no_email: i64,
    pub everyone: i64,
}

impl Counts {
    pub fn of(self, view: BookView) -> i64 {
        match view {
            BookView::Sends => self.sends,
            BookView::Quiet => self.quiet,
            BookView::ToCall => self.to_call,
            BookView::NoEmail => self.no_email,
            BookView::Everyone => self.everyone,
        }
    }
}

/// A provider with the months behind the number, and the one thing to do.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct BookRow {
    #[serde(flatten)]
    pub provider: ProviderRow,
    /// Referrals in each of the last twelve months, this one last.
    pub months: Vec<i64>,
    /// Days since the last referral, where that is too long.
    pub quiet_days: Option<i64>,
    pub next: Option<Next>,
}

/// What to do next with a provider, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Next {
    /// planned, reports, thanks, quiet or email.
    pub kind: String,
    pub words: String,
    /// The day of a planned step.
    pub on: Option<NaiveDate>,
}

/// What waits for a provider.
#[derive(Clone, Debug, Default)]
pub struct Waits {
    pub step: Option<(NaiveDate, String)>,
    pub reports: i64,
    /// A referral came in and nobody said thank you.
    pub thanks: bool,
}

impl BookRow {
    pub fn of(provider: ProviderRow, months: Vec<i64>, waits: Waits, today: NaiveDate) -> Self {
        let since = provider.last_referral_on.map(|on| (today - on).num_days());
        let quiet_days = since.filter(|days| *days >= QUIET_DAYS);
        let next = next(&provider, quiet_days, waits);
        Self { provider, months, quiet_days, next }
    }
}

/// The one thing to do; nobody is asked to reach those who do not want it.
fn next(provider: &ProviderRow, quiet_days: Option<i64>, waits: Waits) -> Option<Next> {
    let say = |kind: &str, words: String, on| Some(Next { kind: kind.into(), words, on });
    let may_contact = provider.stage != Stage::DoNotContact;
    let thanks = waits.thanks && may_contact;
    match (waits.step, waits.reports) {
        (Some((on, step)), _) if may_contact => say("planned", if step.is_empty() { "Get in touch".into() } else { step }, Some(on)),
        (_, 1) => say("reports", "Approve 1 report".into(), None),
        (_, n) if n > 1 => say("reports", format!("Approve {n} reports"), None),
        _ if thanks => say("thanks", "Say thank you".into(), None),
        _ if quiet_days.is_some() && may_contact => say("quiet", "Plan a call".into(), None),
        _ if provider.email.is_none() && provider.referrals > 0 => say("email", "Add an email".into(), None),
        _ => None,
    }
}

/// Opens the book at a page.
pub async fn book(app: &App, by: &Actor, filter: &BookFilter) -> Result<Book> {
    by.rights(Thing::Network).to_read("provider")?;
    let mut check = Check::new(app.today());
    let view: Option<BookView> = check.choice("view", &filter.view);
    let sees_money = by.rights(Thing::WhatPays).read != Reach::None;
    let sort: Option<BookOrder> = check.choice("sort", &filter.sort);
    // An order by money would tell it.
    let sort = sort.filter(|s| sees_money || *s != BookOrder::Collected).unwrap_or(BookOrder::Referrals);
    let page = check.whole("page", &filter.page, 1..=100_000).unwrap_or(1);
    check.done(())?;
    let counts = store::book_counts(app, &Text::default()).await?;
    let view = view.unwrap_or(if counts.sends > 0 && filter.q.is_blank() { BookView::Sends } else { BookView::Everyone });
    let mut rows = store::book_rows(app, by, view, sort, &filter.q, page).await?;
    let has_more = rows.len() as u64 > PAGE;
    rows.truncate(usize::try_from(PAGE).unwrap_or(50));
    let most = rows.iter().flat_map(|r| r.months.iter().copied()).max().unwrap_or(0);
    let found = if filter.q.is_blank() { counts } else { store::book_counts(app, &filter.q).await? };
    let from = store::twelve_months_before(app.today());
    Ok(Book { view, sort, counts, from, most, rows, found: found.of(view), page, has_more })
}
