//! Our own profile: what stands on every claim and report.

use crate::types::{Amount, Check, FieldErrors, Text, TextList, UnitsRule};
use chrono::NaiveDate;
use chrono_tz::Tz;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

crate::words! {
    pub enum TaxIdKind {
        Ein = "ein", "EIN";
        Ssn = "ssn", "SSN";
    }
}

/// The profile as somebody typed it.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewPractice {
    pub name: Text,
    pub timezone: Text,
    pub email: Text,
    pub phone: Text,
    pub fax: Text,
    pub npi: Text,
    pub tax_id: Text,
    pub tax_id_kind: Text,
    pub taxonomy_code: Text,
    pub street: Text,
    pub street2: Text,
    pub city: Text,
    pub state: Text,
    pub zip: Text,
    /// Wages, rent and supplies of one visit; draws the line on "What pays". Empty: no line.
    pub visit_cost_cents: Amount,
    /// How visits that patients pay are counted.
    pub cash_units_rule: Text,
    /// Reasons of group CO that are the agreed price.
    pub contractual_reasons: TextList,
    /// Send monthly summaries although nothing happened.
    pub summary_when_quiet: Text,
    /// Do not mail owners the report of the month.
    pub owner_report_off: Text,
    /// Whom a clearinghouse calls; the practice where nobody is named.
    pub billing_contact: Text,
    /// The therapist bills in their own name, not the practice as an organization.
    pub bills_as_person: Text,
    pub billing_license: Text,
    /// Where checks go, when it is not the street; a PO box may stand here.
    pub pay_to_street: Text,
    pub pay_to_city: Text,
    pub pay_to_state: Text,
    pub pay_to_zip: Text,
    /// How far the printer is off the red form, in hundredths of an inch; right and down are more.
    pub printer_x_offset: Text,
    pub printer_y_offset: Text,
    pub version: Text,
}

/// A profile that passed its checks.
#[derive(Clone, Debug)]
pub struct PracticeDraft {
    pub name: String,
    pub timezone: String,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub fax: Option<String>,
    pub npi: Option<String>,
    pub tax_id: Option<String>,
    pub tax_id_kind: TaxIdKind,
    pub taxonomy_code: Option<String>,
    pub street: Option<String>,
    pub street2: Option<String>,
    pub city: Option<String>,
    pub state: Option<String>,
    pub zip: Option<String>,
    pub visit_cost_cents: Option<i64>,
    pub cash_units_rule: UnitsRule,
    pub contractual_reasons: Vec<String>,
    pub summary_when_quiet: bool,
    pub owner_report_off: bool,
    pub billing_contact: Option<String>,
    pub bills_as_person: bool,
    pub billing_license: Option<String>,
    pub pay_to_street: Option<String>,
    pub pay_to_city: Option<String>,
    pub pay_to_state: Option<String>,
    pub pay_to_zip: Option<String>,
    pub printer_x_offset: i64,
    pub printer_y_offset: i64,
    pub version: Option<i64>,
}

impl NewPractice {
    pub fn check(&self, today: NaiveDate) -> Result<PracticeDraft, FieldErrors> {
        let mut check = Check::new(today);
        let draft = PracticeDraft {
            name: check.required_line("name", &self.name, "Enter the name of the practice"),
            timezone: timezone(&mut check, &self.timezone),
            email: check.email("email", &self.email).map(|e| e.to_string()),
            phone: check.phone("phone", &self.phone).map(|p| p.e164),
            fax: check.phone("fax", &self.fax).map(|p| p.e164),
            npi: check.npi("npi", &self.npi).map(|n| n.to_string()),
            tax_id: tax_id(&mut check, &self.tax_id),
            tax_id_kind: check.choice("tax_id_kind", &self.tax_id_kind).unwrap_or(TaxIdKind::Ein),
            taxonomy_code: check.taxonomy("taxonomy_code", &self.taxonomy_code),
            street: check.line("street", &self.street),
            street2: check.line("street2", &self.street2),
            city: check.line("city", &self.city),
            state: check.state("state", &self.state),
            zip: check.zip("zip", &self.zip),
            visit_cost_cents: check.price("visit_cost_cents", &self.visit_cost_cents),
            cash_units_rule: check.choice("cash_units_rule", &self.cash_units_rule).unwrap_or(UnitsRule::CptMidpoint),
            contractual_reasons: check
                .list("contractual_reasons", &self.contractual_reasons, |r| Ok(r.trim_start_matches("CO-").to_uppercase())),
            summary_when_quiet: self.summary_when_quiet.is_yes(),
            owner_report_off: self.owner_report_off.is_yes(),
            billing_contact: check.line("billing_contact", &self.billing_contact),
            bills_as_person: self.bills_as_person.is_yes(),
            billing_license: check.line("billing_license", &self.billing_license),
            pay_to_street: check.line("pay_to_street", &self.pay_to_street),
            pay_to_city: check.line("pay_to_city", &self.pay_to_city),
            pay_to_state: check.state("pay_to_state", &self.pay_to_state),
            pay_to_zip: check.zip("pay_to_zip", &self.pay_to_zip),
            printer_x_offset: check.whole("printer_x_offset", &self.printer_x_offset, -100..=100).unwrap_or(0),
            printer_y_offset: check.whole("printer_y_offset", &self.printer_y_offset, -100..=100).unwrap_or(0),
            version: check.whole("version", &self.version, 0..=i64::MAX),
        };
        whole_pay_to(&mut check, &draft);
        check.done(draft)
    }
}

/// A second address is whole or none.
fn whole_pay_to(check: &mut Check, draft: &PracticeDraft) {
    let parts = [
        ("pay_to_street", &draft.pay_to_street),
        ("pay_to_city", &draft.pay_to_city),
        ("pay_to_state", &draft.pay_to_state),
        ("pay_to_zip", &draft.pay_to_zip),
    ];
    if parts.iter().any(|(_, part)| part.is_some()) {
        for (field, _) in parts.iter().filter(|(_, part)| part.is_none()) {
            check.say(field, "An address for checks is whole: street or PO box, city, state and ZIP code. Or leave all of it empty");
        }
    }
}

/// A zone of the tz database, `America/Los_Angeles`.
pub fn timezone(check: &mut Check, typed: &Text) -> String {
    if typed.is_blank() {
        check.say("timezone", "Choose the time zone, like America/Los_Angeles");
    } else if typed.as_str().parse::<Tz>().is_err() {
        check.say("timezone", format!("\"{typed}\" is not a time zone, like America/Los_Angeles"));
    }
    typed.to_string()
}

/// Nine digits, kept without dashes.
fn tax_id(check: &mut Check, typed: &Text) -> Option<String> {
    let digits: String = typed.as_str().chars().filter(|c| !matches!(c, '-' | ' ')).collect();
    if digits.is_empty() {
        return None;
    }
    if digits.len() != 9 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        check.say("tax_id", "A tax id has nine digits, like 91-1234567");
        return None;
    }
    Some(digits)
}

/// The zones offered first: where the practices are.
pub const US_ZONES: &[(&str, &str)] = &[
    ("America/Los_Angeles", "Pacific, Seattle"),
    ("America/Denver", "Mountain, Denver"),
    ("America/Phoenix", "Arizona, Phoenix"),
    ("America/Chicago", "Central, Chicago"),
    ("America/New_York", "Eastern, New York"),
    ("America/Anchorage", "Alaska, Anchorage"),
    ("Pacific/Honolulu", "Hawaii, Honolulu"),
    ("America/Puerto_Rico", "Atlantic, San Juan"),
];
