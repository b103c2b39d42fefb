//! The table of sources as a file for spreadsheets: money in dollars, rates as fractions of 1.

use super::sources::{SourceRow, SourcesView};
use crate::error::Result;
use crate::types::Money;
use crate::types::cell::neutralize;

const HEADER: [&str; 19] = [
    "Source",
    "Kind",
    "Referrals",
    "Converted",
    "Claims",
    "Charges",
    "Paid by insurers",
    "Paid by patients",
    "Net collected",
    "Contractual",
    "Written off",
    "Outstanding",
    "Adjudicated",
    "Ever denied",
    "Net collection rate",
    "Net per referral",
    "Median days to decision",
    "Visits",
    "Net per visit",
];

/// The rows and the total. A name that a spreadsheet would take for a formula is made harmless.
pub fn csv(view: &SourcesView) -> Result<String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let broken = |e: csv::Error| anyhow::anyhow!("writing CSV: {e}");
    writer.write_record(HEADER).map_err(broken)?;
    for row in view.rows.iter().chain([&view.total]) {
        writer.write_record(cells(row)).map_err(broken)?;
    }
    let bytes = writer.into_inner().map_err(|e| anyhow::anyhow!("writing CSV: {e}"))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn cells(row: &SourceRow) -> [String; 19] {
    let dollars = |cents: i64| Money(cents).plain();
    [
        neutralize(&row.source).into_owned(),
        row.source_kind.clone(),
        row.referrals.to_string(),
        row.converted.to_string(),
        row.claims.to_string(),
        dollars(row.charges_cents),
        dollars(row.insurer_cents),
        dollars(row.patient_cents),
        dollars(row.net_cents),
        dollars(row.contractual_cents),
        dollars(row.written_off_cents),
        dollars(row.outstanding_cents),
        row.adjudicated.to_string(),
        row.ever_denied.to_string(),
        row.net_collection_rate.map(|rate| rate.to_string()).unwrap_or_default(),
        row.per_referral_cents.map(dollars).unwrap_or_default(),
        row.median_days_to_decision.map(|days| days.to_string()).unwrap_or_default(),
        row.visits.to_string(),
        row.per_visit_cents.map(dollars).unwrap_or_default(),
    ]
}
