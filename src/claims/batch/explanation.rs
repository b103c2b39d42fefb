//! What the payers before decided, as a page that goes with the paper form for the next one [x12.md 5.5]. It stands beside their own
//! explanation of benefits, and in its place nowhere. Pure.

use super::bill::{Bill, Earlier};
use crate::claims::cob::SaidAdjustment;
use crate::pdf::cms1500::Cell;
use crate::types::Money;

type Row = Vec<Cell>;

fn row<const N: usize>(cells: [(i16, String); N]) -> Row {
    cells.into_iter().map(|(column, words)| Cell { column, words }).collect()
}

fn amount(cents: i64) -> String {
    Money(cents).to_string()
}

/// The rows of the page; none where nobody decided before.
pub fn rows(bill: &Bill) -> Vec<Row> {
    if bill.earlier.is_empty() {
        return Vec::new();
    }
    let patient = format!("{}, {}", bill.patient.last_name, bill.patient.first_name);
    let mut rows = vec![
        row([(1, "What the payers before decided".into()), (42, format!("For {}", bill.payer.name))]),
        row([(1, "Claim".into()), (14, crate::x12::claim_837p::wire_number(&bill.claim.number)), (34, "Patient".into()), (42, patient)]),
    ];
    for earlier in &bill.earlier {
        rows.push(Row::new());
        rows.extend(decision(bill, earlier));
    }
    rows.push(Row::new());
    rows.push(row([(1, "Its explanation of benefits is to be attached".into())]));
    rows
}

fn decision(bill: &Bill, earlier: &Earlier) -> Vec<Row> {
    let said = &earlier.said;
    let mut rows = vec![
        row([(1, "Payer".into()), (14, earlier.under.payer.name.clone())]),
        row([
            (1, "Decided on".into()),
            (14, said.decided_on.format("%m %d %Y").to_string()),
            (34, "Its no.".into()),
            (42, said.claim_number.clone().unwrap_or_default()),
        ]),
        row([(1, "Charged".into()), (14, amount(bill.version.total_cents)), (34, "Paid".into()), (42, amount(said.paid_cents))]),
        row([(1, "Service on".into()), (14, "Code".into()), (22, "Charged".into()), (34, "Paid".into()), (46, "Adjusted".into())]),
    ];
    for line in &bill.lines {
        let Some(of_line) = said.lines.iter().find(|l| l.claim_line_id == line.id) else { continue };
        rows.push(row([
            (1, line.service_on.format("%m %d %Y").to_string()),
            (14, line.code.clone()),
            (22, amount(line.charge_cents)),
            (34, amount(of_line.paid_cents)),
        ]));
        rows.extend(of_line.adjustments.iter().map(adjusted));
    }
    if !said.adjustments.is_empty() {
        rows.push(row([(1, "Of the whole claim".into())]));
        rows.extend(said.adjustments.iter().map(adjusted));
    }
    rows
}

/// `CO 45   25.00`, with the remarks behind it.
fn adjusted(said: &SaidAdjustment) -> Row {
    row([(46, format!("{} {}", said.group, said.reason)), (54, amount(said.cents)), (66, said.remarks.join(" "))])
}
