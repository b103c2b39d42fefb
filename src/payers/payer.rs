//! An insurer, and how it takes claims.

use crate::types::{Check, FieldErrors, Text, TextList};
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

crate::words! {
    /// What kind of insurance; the same list as a patient's coverage [domain 2.6].
    pub enum CoverageKind {
        AutoPip = "auto_pip", "Auto injury (PIP)";
        AutoMedpay = "auto_medpay", "Auto medical payments";
        WorkersComp = "workers_comp", "Workers' comp";
        Health = "health", "Health plan";
        VaCcn = "va_ccn", "VA community care";
        Medicare = "medicare", "Medicare";
        Medicaid = "medicaid", "Medicaid";
        ThirdPartyLien = "third_party_lien", "Third-party lien";
        Cash = "cash", "Patient pays";
    }
}

impl CoverageKind {
    /// Veterans and injured workers are never billed [domain 2.13].
    pub fn patient_is_never_billed(self) -> bool {
        matches!(self, Self::WorkersComp | Self::VaCcn)
    }

    /// Asks that the plan of care is certified by a doctor, or goes to them in time [42 CFR 424.24].
    pub fn certifies_plans(self) -> bool {
        self == Self::Medicare
    }

    /// The claim asks for the date and place of an accident.
    pub fn is_injury(self) -> bool {
        matches!(self, Self::AutoPip | Self::AutoMedpay | Self::WorkersComp | Self::ThirdPartyLien)
    }

    pub fn is_auto(self) -> bool {
        matches!(self, Self::AutoPip | Self::AutoMedpay)
    }

    /// The claim number of the injury stands in the box of the member number [NUCC 1500, item 1a].
    pub fn goes_by_claim_number(self) -> bool {
        self.is_injury()
    }
}

crate::words! {
    /// How a payer takes claims. Only 837P payers acknowledge; paper payers may answer with the decision at once.
    pub enum ClaimChannel {
        Electronic = "837p", "Electronic, through a clearinghouse";
        Portal = "portal", "The payer's portal";
        Paper = "paper", "Paper CMS-1500 by post";
    }
}

/// What a health plan may be on the wire (SBR09), in words.
pub const FILING_CODES: &[(&str, &str)] = &[
    ("CI", "Commercial"),
    ("BL", "Blue Cross or Blue Shield"),
    ("HM", "HMO"),
    ("12", "PPO"),
    ("13", "Point of service"),
    ("14", "EPO"),
    ("15", "Indemnity"),
    ("16", "Medicare Advantage HMO"),
    ("CH", "TRICARE"),
    ("FI", "Federal employees"),
    ("OF", "Other federal program"),
    ("11", "Other non-federal program"),
];

/// How the one who sent the patient is named on a claim.
pub const ORDER_QUALIFIERS: &[(&str, &str)] = &[("DN", "Referring"), ("DK", "Ordering")];

/// A code of a short list, in any case.
fn one_of(check: &mut Check, field: &str, typed: &Text, list: &[(&str, &str)]) -> Option<String> {
    let said = typed.some()?.to_uppercase();
    if !list.iter().any(|(code, _)| *code == said) {
        let codes: Vec<&str> = list.iter().map(|(code, _)| *code).collect();
        check.say(field, format!("Choose one of {}", codes.join(", ")));
    }
    Some(said)
}

/// A payer as somebody typed it.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewPayer {
    pub name: Text,
    pub aliases: TextList,
    pub kind: Text,
    pub claim_channel: Text,
    pub clearinghouse_payer_id: Text,
    /// An entry of the directory, whose payer id is taken instead.
    pub listing: Text,
    /// Its name, where it was typed and not chosen.
    pub listing_name: Text,
    pub era_enrolled: Text,
    /// Id of the clearinghouse that its claims go through; not needed where there is only one.
    pub partner: Text,
    /// CI, BL, HM, 12 ...: what kind of plan a health plan is on the wire.
    pub filing_code: Text,
    /// What it knew the practice by before there were NPIs.
    pub provider_no: Text,
    /// DN or DK: it wants the one who sent named as referring or as ordering.
    pub order_qualifier: Text,
    /// We have not agreed to take what it allows.
    pub declines_assignment: Text,
    /// A paper claim of several pages is added up on the last one.
    pub totals_on_last_page: Text,
    /// It wants to know what the patient paid.
    pub wants_patient_paid: Text,
    /// On paper it wants to know what the payers before it paid.
    pub wants_payers_paid: Text,
    pub phone: Text,
    pub fax: Text,
    pub website: Text,
    pub street: Text,
    pub street2: Text,
    pub city: Text,
    pub state: Text,
    pub zip: Text,
    pub appeals_address: Text,
    pub notes: Text,
    pub version: Text,
}

/// A payer that passed its checks.
#[derive(Clone, Debug)]
pub struct PayerDraft {
    pub name: String,
    pub aliases: Vec<String>,
    pub kind: CoverageKind,
    pub claim_channel: ClaimChannel,
    pub clearinghouse_payer_id: Option<String>,
    pub era_enrolled: bool,
    pub partner: Option<String>,
    pub partner_id: Option<i64>,
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
    pub version: Option<i64>,
}

impl NewPayer {
    pub fn check(&self, today: NaiveDate) -> Result<PayerDraft, FieldErrors> {
        let mut check = Check::new(today);
        let kind = check.required_choice("kind", &self.kind, "Choose the kind of insurance");
        if kind == Some(CoverageKind::Cash) {
            check.say("kind", "A payer is an insurer. Patients who pay themselves need none");
        }
        let draft = PayerDraft {
            name: check.required_line("name", &self.name, "Enter the name of the insurer"),
            aliases: check.list("aliases", &self.aliases, |a| Ok(a.to_string())),
            kind: kind.unwrap_or(CoverageKind::Health),
            claim_channel: check.choice("claim_channel", &self.claim_channel).unwrap_or(ClaimChannel::Paper),
            clearinghouse_payer_id: check.line("clearinghouse_payer_id", &self.clearinghouse_payer_id),
            era_enrolled: self.era_enrolled.is_yes(),
            partner: self.partner.some(),
            partner_id: None,
            filing_code: one_of(&mut check, "filing_code", &self.filing_code, FILING_CODES),
            provider_no: check.line("provider_no", &self.provider_no),
            order_qualifier: one_of(&mut check, "order_qualifier", &self.order_qualifier, ORDER_QUALIFIERS),
            declines_assignment: self.declines_assignment.is_yes(),
            totals_on_last_page: self.totals_on_last_page.is_yes(),
            wants_patient_paid: self.wants_patient_paid.is_yes(),
            wants_payers_paid: self.wants_payers_paid.is_yes(),
            phone: check.phone("phone", &self.phone).map(|p| p.e164),
            fax: check.phone("fax", &self.fax).map(|p| p.e164),
            website: check.line("website", &self.website),
            street: check.line("street", &self.street),
            street2: check.line("street2", &self.street2),
            city: check.line("city", &self.city),
            state: check.state("state", &self.state),
            zip: check.zip("zip", &self.zip),
            appeals_address: check.text("appeals_address", &self.appeals_address),
            notes: check.text("notes", &self.notes),
            version: check.whole("version", &self.version, 0..=i64::MAX),
        };
        check.done(draft)
    }
}
