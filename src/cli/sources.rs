//! `tributary sources`: which sources of referrals pay.

use super::{json, say};
use crate::app::{Actor, App};
use crate::error::{AppError, Result};
use crate::reports::sources::{SourceRow, SourcesFilter, SourcesView};
use crate::reports::{self, table};
use crate::types::{Money, day};
use clap::Args;
use std::process::ExitCode;

/// What each source of referrals brought, for the referrals of a period, as of a day
#[derive(Args)]
pub struct Sources {
    /// First day of receipt of the referrals
    #[arg(long, value_name = "DAY")]
    from: Option<String>,
    /// Last day of receipt of the referrals
    #[arg(long, value_name = "DAY")]
    to: Option<String>,
    /// Count only what happened on or before this day (today)
    #[arg(long, value_name = "DAY")]
    as_of: Option<String>,
    /// Print JSON
    #[arg(long, conflicts_with = "csv")]
    json: bool,
    /// Print CSV, money in dollars
    #[arg(long)]
    csv: bool,
}

impl Sources {
    pub async fn run(&self, app: App) -> Result<ExitCode, AppError> {
        let text = |given: &Option<String>| given.as_deref().unwrap_or_default().into();
        let filter = SourcesFilter { from: text(&self.from), to: text(&self.to), as_of: text(&self.as_of) };
        let view = reports::sources(&app, &Actor::operator(), &filter).await?;
        if self.json {
            json(&view)?;
        } else if self.csv {
            say(table::csv(&view)?.trim_end());
        } else {
            print(&view);
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn print(view: &SourcesView) {
    let day_or = |day: Option<chrono::NaiveDate>, open: &str| day.map_or_else(|| open.to_string(), day::long);
    say(&format!(
        "What pays, as of {}. Referrals received from {} to {}.",
        day::long(view.as_of),
        day_or(view.from, "the beginning"),
        day_or(view.to, "the end")
    ));
    say("");
    say(&line(
        &["Source", "Referrals", "In care", "Claims", "Charges", "Net", "Outstanding", "Per referral", "Rate", "Denied"].map(String::from),
    ));
    for row in view.rows.iter().chain([&view.total]) {
        say(&line(&shown(row)));
    }
}

fn shown(row: &SourceRow) -> [String; 10] {
    [
        row.source.clone(),
        row.referrals.to_string(),
        row.converted.to_string(),
        row.claims.to_string(),
        Money(row.charges_cents).to_string(),
        Money(row.net_cents).to_string(),
        Money(row.outstanding_cents).to_string(),
        row.per_referral_cents.map_or("-".into(), |cents| Money(cents).to_string()),
        row.net_collection_rate.map_or("n/a".into(), |rate| rate.percent()),
        format!("{} of {}", row.ever_denied, row.adjudicated),
    ]
}

/// Names to the left, numbers to the right.
fn line(cells: &[String; 10]) -> String {
    let widths = [26, 10, 8, 7, 13, 13, 13, 13, 8, 10];
    let mut text = format!("{:<width$}", cells[0], width = widths[0]);
    for (cell, width) in cells.iter().zip(widths).skip(1) {
        text.push_str(&format!("{cell:>width$}"));
    }
    text
}
