//! What an 835 says, in words. Pure.

use crate::entity::era::Model as Era;
use crate::types::Money;
use crate::x12::remittance_835::{Imbalance, Odd, Oddity};

/// What a payment comes to, in a line: `$1,284.50 = $1,310.50 in claims − $26.00 taken back`.
pub fn balance_line(era: &Era) -> String {
    let items = match era.items_cents {
        0 => String::new(),
        cents if cents > 0 => format!(" − {} taken back", Money(cents)),
        cents => format!(" + {} besides", Money(-cents)),
    };
    let sign = if era.amount_cents == era.paid_cents - era.items_cents { "=" } else { "is not" };
    format!("{} {sign} {} in claims{items}", Money(era.amount_cents), Money(era.paid_cents))
}

/// What a status code says, for people.
pub fn status_words(code: &str, paid_cents: i64) -> &'static str {
    match code {
        "1" | "2" | "3" if paid_cents > 0 => "Paid",
        "1" | "2" | "3" => "Answered, nothing paid",
        "19" | "20" | "21" => "Answered, and forwarded to the next payer",
        "4" => "Denied",
        "22" => "Taken back",
        "23" => "Not theirs, forwarded to another payer",
        "25" => "Foretold, nothing decided",
        _ => "Answered in a way we do not know",
    }
}

/// What an item of the whole payment is.
pub fn item_words(reason: &str) -> &'static str {
    match reason {
        "WO" => "Taken back for an earlier claim",
        "L6" => "Interest",
        "FB" => "Carried to or from another payment",
        "72" => "Returned by us",
        "CS" => "Adjusted by the payer",
        "50" => "Late filing charge",
        "J1" => "Not reimbursable",
        "AP" => "Paid in advance",
        "IR" | "IS" => "Held back for taxes",
        "LE" => "Levy",
        "AH" => "Fee",
        "L3" => "Penalty",
        _ => "Item of the payer",
    }
}

/// A law that does not hold, with both amounts and its level.
pub fn imbalance_words(one: &Imbalance) -> String {
    let place = match (one.claim.as_str(), one.code.as_str()) {
        ("", _) => "The payment".to_string(),
        (claim, "") => format!("Claim {claim}"),
        (claim, code) => format!("Line {code} of claim {claim}"),
    };
    let off = (one.said_cents - one.figured_cents).abs();
    let (said, figured) = (Money(one.said_cents), Money(one.figured_cents));
    format!("{place}: says paid {said}, its own figures give {figured}, off by {} (level: {})", Money(off), one.level.name())
}

/// What does not agree within an answer, with both amounts and its level.
pub fn oddity_words(one: &Oddity) -> String {
    let (said, figured) = (Money(one.said_cents), Money(one.figured_cents));
    let words = match one.of {
        Odd::PatientShare => format!("says that the patient owes {said} (CLP05), and its reasons of group PR give {figured}"),
        Odd::LineCharges => format!("says charged {said} (CLP03), and its lines give {figured}"),
    };
    format!("It {words}, off by {} (level: {})", Money((one.said_cents - one.figured_cents).abs()), one.level.name())
}
