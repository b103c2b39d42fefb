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
