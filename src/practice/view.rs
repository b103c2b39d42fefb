//! What pages and programs see of the practice.

use super::practice::{NewPractice, TaxIdKind};
use super::therapist::NewTherapist;
use crate::entity::{fee, practice, therapist};
use crate::types::{Amount, Phone, Text, TextList, Texts, UnitsRule, service_code};
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PracticeView {
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
    pub contractual_reasons: Texts,
    pub summary_when_quiet: bool,
    pub owner_report_off: bool,
    pub billing_contact: Option<String>,
    pub billing_license: Option<String>,
    pub pay_to_street: Option<String>,
    pub pay_to_city: Option<String>,
    pub pay_to_state: Option<String>,
    pub pay_to_zip: Option<String>,
    pub bills_as_person: bool,
    pub printer_x_offset: i64,
    pub printer_y_offset: i64,
    pub version: i64,
}

impl PracticeView {
    pub fn of(row: &practice::Model) -> Self {
        let shown = |phone: &Option<String>| phone.as_deref().map(|p| Phone::show(p, None));
        Self {
            name: row.name.clone(),
            timezone: row.timezone.clone(),
            email: row.email.clone(),
            phone: shown(&row.phone),
            fax: shown(&row.fax),
            npi: row.npi.clone(),
            tax_id: row.tax_id.clone(),
            tax_id_kind: row.tax_id_kind,
            taxonomy_code: row.taxonomy_code.clone(),
            street: row.street.clone(),
            street2: row.street2.clone(),
            city: row.city.clone(),
            state: row.state.clone(),
            zip: row.zip.clone(),
            visit_cost_cents: row.visit_cost_cents,
            cash_units_rule: row.cash_units_rule,
            contractual_reasons: row.contractual_reasons.clone(),
            summary_when_quiet: row.summary_when_quiet,
            owner_report_off: row.owner_report_off,
            billing_contact: row.billing_contact.clone(),
            billing_license: row.billing_license.clone(),
            pay_to_street: row.pay_to_street.clone(),
            pay_to_city: row.pay_to_city.clone(),
            pay_to_state: row.pay_to_state.clone(),
            pay_to_zip: row.pay_to_zip.clone(),
            bills_as_person: row.bills_as_person,
            printer_x_offset: row.printer_x_offset,
            printer_y_offset: row.printer_y_offset,
            version: row.version,
        }
    }
}

impl PracticeView {
    /// What everybody may know: without the tax number and what a visit costs.
    pub fn letterhead(self) -> Self {
        Self { tax_id: None, visit_cost_cents: None, ..self }
    }

    /// The profile as it would be typed, for the form that changes it.
    pub fn as_typed(&self) -> NewPractice {
        let text = |value: &Option<String>| Text::new(value.as_deref().unwrap_or_default());
        NewPractice {
            name: Text::new(&self.name),
            timezone: Text::new(&self.timezone),
            email: text(&self.email),
            phone: text(&self.phone),
            fax: text(&self.fax),
            npi: text(&self.npi),
            tax_id: text(&self.tax_id),
            tax_id_kind: self.tax_id_kind.word().into(),
            taxonomy_code: text(&self.taxonomy_code),
            street: text(&self.street),
            street2: text(&self.street2),
            city: text(&self.city),
            state: text(&self.state),
            zip: text(&self.zip),
            visit_cost_cents: self.visit_cost_cents.map_or(Amount::Blank, Amount::Cents),
            cash_units_rule: self.cash_units_rule.word().into(),
            contractual_reasons: TextList::from(self.contractual_reasons.0.as_slice()),
            summary_when_quiet: self.summary_when_quiet.to_string().into(),
            owner_report_off: self.owner_report_off.to_string().into(),
            billing_contact: text(&self.billing_contact),
            billing_license: text(&self.billing_license),
            pay_to_street: text(&self.pay_to_street),
            pay_to_city: text(&self.pay_to_city),
            pay_to_state: text(&self.pay_to_state),
            pay_to_zip: text(&self.pay_to_zip),
            bills_as_person: self.bills_as_person.to_string().into(),
            printer_x_offset: self.printer_x_offset.to_string().into(),
            printer_y_offset: self.printer_y_offset.to_string().into(),
            version: self.version.to_string().into(),
        }
    }
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct TherapistView {
    pub id: Uuid,
    /// `Maya Ortiz, LMT`.
    pub name: String,
    pub first_name: String,
    pub last_name: String,
    pub credential: Option<String>,
    pub npi: Option<String>,
    pub license_no: Option<String>,
    pub taxonomy_code: Option<String>,
    pub license_state: Option<String>,
    pub left_on: Option<NaiveDate>,
    /// The user who signs as this therapist.
    pub user_id: Option<Uuid>,
    pub version: i64,
}

/// `Maya Ortiz, LMT`.
pub fn therapist_name(row: &therapist::Model) -> String {
    let plain = format!("{} {}", row.first_name, row.last_name);
    row.credential.as_ref().map_or(plain.clone(), |c| format!("{plain}, {c}"))
}

impl TherapistView {
    pub fn of(row: &therapist::Model, user_id: Option<Uuid>) -> Self {
        Self {
            id: row.public_id,
            name: therapist_name(row),
            first_name: row.first_name.clone(),
            last_name: row.last_name.clone(),
            credential: row.credential.clone(),
            npi: row.npi.clone(),
            license_no: row.license_no.clone(),
            taxonomy_code: row.taxonomy_code.clone(),
            license_state: row.license_state.clone(),
            left_on: row.left_on,
            user_id,
            version: row.version,
        }
    }
}

impl TherapistView {
    /// The therapist as it would be typed, for the form that changes it.
    pub fn as_typed(&self) -> NewTherapist {
        let text = |value: &Option<String>| Text::new(value.as_deref().unwrap_or_default());
        NewTherapist {
            first_name: Text::new(&self.first_name),
            last_name: Text::new(&self.last_name),
            credential: text(&self.credential),
            npi: text(&self.npi),
            license_no: text(&self.license_no),
            taxonomy_code: text(&self.taxonomy_code),
            license_state: text(&self.license_state),
            user: text(&self.user_id.map(|id| id.to_string())),
            left_on: text(&self.left_on.map(|d| d.to_string())),
            version: self.version.to_string().into(),
        }
    }
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct FeeView {
    pub id: Uuid,
    pub code: String,
    pub label: String,
    pub fee_cents: i64,
    pub effective_on: NaiveDate,
}

impl FeeView {
    pub fn of(row: &fee::Model) -> Self {
        Self {
            id: row.public_id,
            code: row.code.clone(),
            label: row.label.clone().unwrap_or_else(|| service_code::label(&row.code).to_string()),
            fee_cents: row.fee_cents,
            effective_on: row.effective_on,
        }
    }
}
