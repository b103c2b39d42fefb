//! The 835: what a payer says it paid, claim by claim and line by line. Segments are taken by their names wherever they stand
//! within a claim or a line, since real files keep no order; what is not known stays in the file's kept bytes.

mod balance;
mod oddity;
mod parser;

pub use balance::{Balance, Imbalance, Level, ties};
pub use oddity::{Odd, Oddity, oddities};
pub use parser::{Parser, Part};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// The head of one payment (ST to the first LX): who paid whom, how much, and under what number.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// Its own number in the file (ST02).
    pub control: String,
    /// I payment with data, D payment only, H notice without money, P prenote ... (BPR01).
    pub handling: String,
    /// What arrives; less than 0 where the payer draws money from us (BPR02, BPR03).
    pub amount_cents: i64,
    /// ACH, CHK, NON ... (BPR04).
    pub method: String,
    /// The date of the check or transfer (BPR16).
    pub paid_on: Option<NaiveDate>,
    /// Check or trace number (TRN02) and who gave it (TRN03).
    pub trace: String,
    pub originator: String,
    pub produced_on: Option<NaiveDate>,
    pub payer: Party,
    pub payee: Party,
}

/// A payer or a payee.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    pub name: String,
    /// XX is an NPI, FI a tax id, XV or PI a plan's id.
    pub qualifier: String,
    pub id: String,
    /// Further ids, with their qualifiers: TJ tax id, PQ payee number, 2U payer id.
    pub others: Vec<(String, String)>,
}

/// A person named beside a claim.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Named {
    pub last: String,
    pub first: String,
    pub id: String,
}

/// The answer to one claim (a CLP and what belongs to it).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ClaimPayment {
    /// Our number as the payer echoes it (CLP01).
    pub number: String,
    /// 1 to 3 processed as that rank, 4 denied, 19 to 21 and forwarded, 22 reversal, 23 not ours and forwarded, 25 no payment.
    pub status: String,
    pub charge_cents: i64,
    pub paid_cents: i64,
    /// What the payer says the patient owes (CLP05).
    pub patient_cents: i64,
    /// The payer's own number (CLP07), and the one it had before (REF*F8).
    pub payer_claim_no: String,
    pub original_claim_no: String,
    pub frequency: String,
    pub adjustments: Vec<Adjustment>,
    pub patient: Named,
    pub subscriber: Named,
    /// The payer has another name or id (NM1*74).
    pub corrected: Option<Named>,
    /// The payer to whom it was forwarded (NM1*TT).
    pub forwarded_to: String,
    /// Remark codes of the claim as a whole (MIA, MOA).
    pub remarks: Vec<String>,
    /// First day of service the payer names for the claim.
    pub service_on: Option<NaiveDate>,
    pub received_on: Option<NaiveDate>,
    /// Interest told beside the claim (AMT*I); it never balances anything.
    pub interest_cents: i64,
    pub lines: Vec<LinePayment>,
    /// Where it stands in the file: its first segment, and the bytes from its start to its end.
    pub segment: u64,
    pub from: u64,
    pub to: u64,
}

/// The answer to one line (an SVC and what belongs to it).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LinePayment {
    /// The code that was paid or refused, and its modifiers (SVC01).
    pub code: String,
    pub modifiers: Vec<String>,
    /// The code that was billed and its modifiers, where the payer changed it (SVC06).
    pub submitted_code: String,
    pub submitted_modifiers: Vec<String>,
    pub charge_cents: i64,
    pub paid_cents: i64,
    /// Units that were paid; nothing means one (SVC05). Units that were billed (SVC07).
    pub units: Option<i64>,
    pub billed_units: Option<i64>,
    pub service_on: Option<NaiveDate>,
    /// Our own number of the line (REF*6R).
    pub line_no: String,
    /// What the payer allows (AMT*B6), where it says so.
    pub allowed_cents: Option<i64>,
    pub adjustments: Vec<Adjustment>,
    pub remarks: Vec<String>,
    pub segment: u64,
    pub from: u64,
}

impl LinePayment {
    /// The code under which we know the line.
    pub fn our_code(&self) -> &str {
        if self.submitted_code.is_empty() { &self.code } else { &self.submitted_code }
    }

    /// The modifiers under which we know the line.
    pub fn our_modifiers(&self) -> &[String] {
        if self.submitted_code.is_empty() { &self.modifiers } else { &self.submitted_modifiers }
    }
}

/// One reason why less was paid than charged (a triple of a CAS). Negative amounts add to the payment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Adjustment {
    /// CO, PR, OA, PI, CR.
    pub group: String,
    pub reason: String,
    pub amount_cents: i64,
}

/// Money that belongs to no claim of this payment (a pair of a PLB). Positive lowers the check.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderItem {
    pub provider: String,
    /// WO taken back, L6 interest, FB forwarded balance ...
    pub reason: String,
    pub reference: String,
    pub amount_cents: i64,
    pub segment: u64,
}
