//! What payers do as a file for spreadsheets: a row for each payer, and one for each of its treatments.

use super::figures::{Counts, Reason, Shares};
use super::view::{PayerRow, PerformanceView};
use crate::error::Result;
use crate::types::Money;
use crate::types::cell::neutralize;

const HEADER: [&str; 19] = [
    "Payer",
    "Kind",
    "Code",
    "Claims",
    "Decided",
    "Paid",
    "Paid share",
    "Ever denied",
    "Denied share",
    "Denied now",
    "Median days to decision",
    "Charged",
    "Paid by the payer",
    "Paid per unit",
    "Lines compared",
    "Expected",
    "Allowed",
    "Short",
    "Top reasons",
];

/// A name that a spreadsheet would take for a formula is made harmless.
pub fn csv(view: &PerformanceView) -> Result<String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let broken = |e: csv::Error| anyhow::anyhow!("writing CSV: {e}");
    writer.write_record(HEADER).map_err(broken)?;
    for row in &view.rows {
        let days = row.median_days_to_decision.map(|days| days.to_string()).unwrap_or_default();
        writer.write_record(cells(row, "", &row.counts, &row.shares, days, String::new(), &row.reasons)).map_err(broken)?;
        for code in &row.codes {
            let per_unit = code.per_unit_cents.map(|cents| Money(cents).plain()).unwrap_or_default();
            writer
                .write_record(cells(row, &code.code, &code.counts, &code.shares, String::new(), per_unit, &code.reasons))
                .map_err(broken)?;
        }
    }
    let bytes = writer.into_inner().map_err(|e| anyhow::anyhow!("writing CSV: {e}"))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn cells(row: &PayerRow, code: &str, counts: &Counts, shares: &Shares, days: String, per_unit: String, said: &[Reason]) -> [String; 19] {
    let dollars = |cents: i64| Money(cents).plain();
    let share = |rate: Option<crate::types::rate::Rate>| rate.map(|r| r.to_string()).unwrap_or_default();
    [
        neutralize(&row.payer).into_owned(),
        row.kind_label.into(),
        code.into(),
        counts.claims.to_string(),
        counts.adjudicated.to_string(),
        counts.paid.to_string(),
        share(shares.paid_share),
        counts.ever_denied.to_string(),
        share(shares.denied_share),
        counts.now_denied.to_string(),
        days,
        dollars(counts.charges_cents),
        dollars(counts.paid_cents),
        per_unit,
        counts.compared.to_string(),
        dollars(counts.expected_cents),
        dollars(counts.allowed_cents),
        dollars(counts.short_cents),
        said.iter().map(|r| format!("{} {} ({})", r.code, r.words.unwrap_or("not known to us"), r.claims)).collect::<Vec<_>>().join("; "),
    ]
}
