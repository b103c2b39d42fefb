//! Us: one row.

use crate::practice::practice::TaxIdKind;
use crate::types::{Texts, UnitsRule};
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "practice")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
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
    /// Whom a clearinghouse calls about a claim.
    pub billing_contact: Option<String>,
    /// Claims are billed by the therapist as a person, not by the practice as an organization.
    pub bills_as_person: bool,
    pub billing_license: Option<String>,
    /// Where checks go, when it is not the practice's street; a PO box may stand here.
    pub pay_to_street: Option<String>,
    pub pay_to_city: Option<String>,
    pub pay_to_state: Option<String>,
    pub pay_to_zip: Option<String>,
    /// How far the printer is off the red form, in hundredths of an inch.
    pub printer_x_offset: i64,
    pub printer_y_offset: i64,
    pub visit_cost_cents: Option<i64>,
    pub cash_units_rule: UnitsRule,
    #[sea_orm(column_type = "JsonBinary")]
    pub contractual_reasons: Texts,
    pub summary_when_quiet: bool,
    /// Nobody wants the month of the practice by mail.
    pub owner_report_off: bool,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub created_by_id: Option<i64>,
    pub updated_by_id: Option<i64>,
    pub version: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
