//! What pages and programs see of payers.

use super::asks::{Approval, CountedPer, Pair, Pairs, Tier, Tiers};
use super::payer::{ClaimChannel, CoverageKind, NewPayer};
use super::rule_sheet::{NewPair, NewRuleSheet, NewSheetCode, NewTier};
use super::store;
use crate::entity::{payer, rule_sheet, rule_sheet_code};
use crate::error::Result;
use crate::types::{Amount, Phone, Text, TextList, Texts, UnitsRule};
use chrono::NaiveDate;
use schemars::JsonSchema;
use sea_orm::ConnectionTrait;
use serde::Serialize;
use uuid::Uuid;

/// A payer's name, for choosing.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PayerName {
    pub id: Uuid,
    pub name: String,
    pub kind: CoverageKind,
}

/// A payer in a list.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PayerRow {
    pub id: Uuid,
    pub name: String,
    pub kind: CoverageKind,
    pub claim_channel: ClaimChannel,
    /// The day from which the current sheet holds; null: no sheet yet.
    pub sheet_effective_on: Option<NaiveDate>,
    pub sheet_checked_on: Option<NaiveDate>,
}

impl PayerRow {
    pub fn of(row: &payer::Model, sheet: Option<&rule_sheet::Model>) -> Self {
        Self {
            id: row.public_id,
            name: row.name.clone(),
            kind: row.kind,
            claim_channel: row.claim_channel,
            sheet_effective_on: sheet.map(|s| s.effective_on),
            sheet_checked_on: sheet.and_then(|s| s.checked_on),
        }
    }
}

/// Everything about a payer, with all versions of its sheet, newest first.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PayerView {
    pub id: Uuid,
    pub name: String,
    pub aliases: Texts,
    pub kind: CoverageKind,
    pub claim_channel: ClaimChannel,
    pub clearinghouse_payer_id: Option<String>,
    pub era_enrolled: bool,
    /// The clearinghouse that its claims go through; null: the only one.
    pub partner_id: Option<Uuid>,
    pub filing_code: Option<String>,
    pub provider_no: Option<String>,
    pub order_qualifier: Option<String>,
    pub declines_assignment: bool,
    pub totals_on_last_page: bool,
    pub wants_patient_paid: bool,
    pub wants_payers_paid: bool,
    pub phone: Option<String>,
    pub fax: Option<String>,
    pub website: Option<String>,
    pub street: Option<String>,
    pub street2: Option<String>,
    pub city: Option<String>,
    pub state: Option<String>,
    pub zip: Option<String>,
    pub appeals_address: Option<String>,
    pub notes: Option<String>,
    pub sheets: Vec<SheetView>,
    pub version: i64,
}

/// One version of a sheet. A null is "unknown, ask".
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct SheetView {
    pub id: Uuid,
    pub effective_on: NaiveDate,
    pub checked_on: Option<NaiveDate>,
    pub units_rule: Option<UnitsRule>,
    pub max_units_per_visit: Option<i64>,
    pub max_visits_per_day: Option<i64>,
    pub requires_prescription: Option<bool>,
    pub who_may_prescribe: Option<Texts>,
    pub rx_valid_days: Option<i64>,
    pub requires_authorization: Option<Approval>,
    pub approval_tiers: Option<Tiers>,
    pub approval_counted_per: Option<CountedPer>,
    pub authorization_route: Option<String>,
    pub visit_limit: Option<i64>,
    pub visit_limit_per: Option<CountedPer>,
    pub visit_limit_shared: Option<bool>,
    pub daily_max_cents: Option<i64>,
    pub line_modifiers: Option<Texts>,
    pub modifier_pairs: Option<Pairs>,
    pub modifiers: Option<String>,
    pub diagnoses_accepted: Option<Texts>,
    pub diagnoses_refused: Option<Texts>,
    pub seventh_characters: Option<Texts>,
    pub provider_types: Option<Texts>,
    pub timely_filing_days: Option<i64>,
    pub corrected_claim_days: Option<i64>,
    pub appeal_days: Option<i64>,
    pub patient_may_be_billed: Option<bool>,
    pub report_after_visits: Option<i64>,
    pub report_after_days: Option<i64>,
    pub documentation: Option<String>,
    pub source: Option<String>,
    pub notes: Option<String>,
    pub codes: Vec<SheetCodeView>,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct SheetCodeView {
    pub code: String,
    pub accepted: Option<bool>,
    pub fee_cents: Option<i64>,
    pub allowed_cents: Option<i64>,
    pub max_units: Option<i64>,
    pub modifiers: Option<Texts>,
}

/// Gathers a payer.
pub async fn payer(db: &impl ConnectionTrait, id: i64) -> Result<PayerView> {
    let row = store::row(db, id).await?;
    let sheets = store::sheets_of(db, id).await?;
    let codes = store::codes_of(db, sheets.iter().map(|s| s.id).collect()).await?;
    let partner = crate::db::by_id::<crate::entity::partner::Entity>(db, row.partner_id).await?;
    let shown = |phone: &Option<String>| phone.as_deref().map(|p| Phone::show(p, None));
    Ok(PayerView {
        id: row.public_id,
        phone: shown(&row.phone),
        fax: shown(&row.fax),
        sheets: sheets.into_iter().map(|s| sheet(s, &codes)).collect(),
        name: row.name,
        aliases: row.aliases,
        kind: row.kind,
        claim_channel: row.claim_channel,
        clearinghouse_payer_id: row.clearinghouse_payer_id,
        era_enrolled: row.era_enrolled,
        partner_id: partner.map(|p| p.public_id),
        filing_code: row.filing_code,
        provider_no: row.provider_no,
        order_qualifier: row.order_qualifier,
        declines_assignment: row.declines_assignment,
        totals_on_last_page: row.totals_on_last_page,
        wants_patient_paid: row.wants_patient_paid,
        wants_payers_paid: row.wants_payers_paid,
        website: row.website,
        street: row.street,
        street2: row.street2,
        city: row.city,
        state: row.state,
        zip: row.zip,
        appeals_address: row.appeals_address,
        notes: row.notes,
        version: row.version,
    })
}

fn sheet(row: rule_sheet::Model, codes: &[rule_sheet_code::Model]) -> SheetView {
    let own = codes.iter().filter(|c| c.rule_sheet_id == row.id);
    let code = |c: &rule_sheet_code::Model| SheetCodeView {
        code: c.code.clone(),
        accepted: c.accepted,
        fee_cents: c.fee_cents,
        allowed_cents: c.allowed_cents,
        max_units: c.max_units,
        modifiers: c.modifiers.clone(),
    };
    SheetView {
        id: row.public_id,
        effective_on: row.effective_on,
        checked_on: row.checked_on,
        units_rule: row.units_rule,
        max_units_per_visit: row.max_units_per_visit,
        max_visits_per_day: row.max_visits_per_day,
        requires_prescription: row.requires_prescription,
        who_may_prescribe: row.who_may_prescribe,
        rx_valid_days: row.rx_valid_days,
        requires_authorization: row.requires_authorization,
        approval_tiers: row.approval_tiers,
        approval_counted_per: row.approval_counted_per,
        authorization_route: row.authorization_route,
        visit_limit: row.visit_limit,
        visit_limit_per: row.visit_limit_per,
        visit_limit_shared: row.visit_limit_shared,
        daily_max_cents: row.daily_max_cents,
        line_modifiers: row.line_modifiers,
        modifier_pairs: row.modifier_pairs,
        modifiers: row.modifiers,
        diagnoses_accepted: row.diagnoses_accepted,
        diagnoses_refused: row.diagnoses_refused,
        seventh_characters: row.seventh_characters,
        provider_types: row.provider_types,
        timely_filing_days: row.timely_filing_days,
        corrected_claim_days: row.corrected_claim_days,
        appeal_days: row.appeal_days,
        patient_may_be_billed: row.patient_may_be_billed,
        report_after_visits: row.report_after_visits,
        report_after_days: row.report_after_days,
        documentation: row.documentation,
        source: row.source,
        notes: row.notes,
        codes: own.map(code).collect(),
    }
}

fn text(value: &Option<String>) -> Text {
    Text::new(value.as_deref().unwrap_or_default())
}

fn number(value: Option<i64>) -> Text {
    value.map(|n| n.to_string()).unwrap_or_default().into()
}

fn list(texts: &Option<Texts>) -> TextList {
    texts.as_ref().map(|t| TextList::from(t.0.as_slice())).unwrap_or_default()
}

fn amount(cents: Option<i64>) -> Amount {
    cents.map_or(Amount::Blank, Amount::Cents)
}

fn yes_no(value: Option<bool>) -> Text {
    value.map_or("", |yes| if yes { "yes" } else { "no" }).into()
}

impl PayerView {
    /// The payer as it would be typed, for the form that changes it.
    pub fn as_typed(&self) -> NewPayer {
        NewPayer {
            name: Text::new(&self.name),
            aliases: TextList::from(self.aliases.0.as_slice()),
            kind: self.kind.word().into(),
            claim_channel: self.claim_channel.word().into(),
            clearinghouse_payer_id: text(&self.clearinghouse_payer_id),
            listing: Text::default(),
            listing_name: Text::default(),
            era_enrolled: self.era_enrolled.to_string().into(),
            partner: self.partner_id.map(|id| id.to_string()).unwrap_or_default().into(),
            filing_code: text(&self.filing_code),
            provider_no: text(&self.provider_no),
            order_qualifier: text(&self.order_qualifier),
            declines_assignment: self.declines_assignment.to_string().into(),
            totals_on_last_page: self.totals_on_last_page.to_string().into(),
            wants_patient_paid: self.wants_patient_paid.to_string().into(),
            wants_payers_paid: self.wants_payers_paid.to_string().into(),
            phone: text(&self.phone),
            fax: text(&self.fax),
            website: text(&self.website),
            street: text(&self.street),
            street2: text(&self.street2),
            city: text(&self.city),
            state: text(&self.state),
            zip: text(&self.zip),
            appeals_address: text(&self.appeals_address),
            notes: text(&self.notes),
            version: self.version.to_string().into(),
        }
    }
}

impl PayerView {
    /// The next version of the sheet as it begins: what the last one says, without the days that are to be said anew.
    pub fn next_sheet(&self) -> NewRuleSheet {
        let last = self.sheets.first().map(SheetView::as_typed).unwrap_or_default();
        NewRuleSheet { effective_on: Text::default(), checked_on: Text::default(), ..last }
    }
}

impl SheetView {
    /// The sheet as it would be typed: where the next version begins.
    pub fn as_typed(&self) -> NewRuleSheet {
        let code = |c: &SheetCodeView| NewSheetCode {
            code: Text::new(&c.code),
            accepted: yes_no(c.accepted),
            fee_cents: amount(c.fee_cents),
            allowed_cents: amount(c.allowed_cents),
            max_units: number(c.max_units),
            modifiers: list(&c.modifiers),
        };
        let tier = |t: &Tier| NewTier { after_visits: t.after_visits.to_string().into(), ask: text(&t.ask) };
        let pair = |p: &Pair| NewPair { code: Text::new(&p.code), beside: Text::new(&p.beside), modifier: Text::new(&p.modifier) };
        NewRuleSheet {
            effective_on: self.effective_on.to_string().into(),
            units_rule: self.units_rule.map_or("", UnitsRule::word).into(),
            max_units_per_visit: number(self.max_units_per_visit),
            max_visits_per_day: number(self.max_visits_per_day),
            requires_prescription: yes_no(self.requires_prescription),
            who_may_prescribe: list(&self.who_may_prescribe),
            rx_valid_days: number(self.rx_valid_days),
            requires_authorization: self.requires_authorization.map_or("", Approval::word).into(),
            approval_tiers: self.approval_tiers.iter().flat_map(|t| &t.0).map(tier).collect(),
            approval_counted_per: self.approval_counted_per.map_or("", CountedPer::word).into(),
            authorization_route: text(&self.authorization_route),
            visit_limit: number(self.visit_limit),
            visit_limit_per: self.visit_limit_per.map_or("", CountedPer::word).into(),
            visit_limit_shared: yes_no(self.visit_limit_shared),
            daily_max_cents: amount(self.daily_max_cents),
            line_modifiers: list(&self.line_modifiers),
            modifier_pairs: self.modifier_pairs.iter().flat_map(|p| &p.0).map(pair).collect(),
            modifiers: text(&self.modifiers),
            diagnoses_accepted: list(&self.diagnoses_accepted),
            diagnoses_refused: list(&self.diagnoses_refused),
            seventh_characters: list(&self.seventh_characters),
            provider_types: list(&self.provider_types),
            timely_filing_days: number(self.timely_filing_days),
            corrected_claim_days: number(self.corrected_claim_days),
            appeal_days: number(self.appeal_days),
            patient_may_be_billed: yes_no(self.patient_may_be_billed),
            report_after_visits: number(self.report_after_visits),
            report_after_days: number(self.report_after_days),
            documentation: text(&self.documentation),
            source: text(&self.source),
            checked_on: self.checked_on.map(|d| d.to_string()).unwrap_or_default().into(),
            notes: text(&self.notes),
            codes: self.codes.iter().map(code).collect(),
        }
    }
}
