//! The guide's codes under the names of the trade.

/// What the patient is to the one who is insured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relationship {
    Spouse,
    Child,
    LifePartner,
    Unknown,
    Other,
}

/// Before or after which other payers this one pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    Primary,
    Secondary,
    Tertiary,
}

/// What sort of plan a payer is to a claim (SBR09).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filing {
    Commercial,
    BlueCross,
    Hmo,
    Ppo,
    PointOfService,
    Epo,
    Indemnity,
    MedicareHmo,
    MedicareB,
    Medicaid,
    Tricare,
    VeteransAffairs,
    WorkersComp,
    AutoMedical,
    Liability,
    FederalEmployees,
    OtherFederal,
    OtherNonFederal,
    Unknown,
}

/// Who bears what a payer did not pay (CAS01).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    Contractual,
    Patient,
    Other,
    PayerInitiated,
    Correction,
}

impl Filing {
    pub fn code(self) -> &'static str {
        use Filing::*;
        match self {
            Commercial => "CI",
            BlueCross => "BL",
            Hmo => "HM",
            Ppo => "12",
            PointOfService => "13",
            Epo => "14",
            Indemnity => "15",
            MedicareHmo => "16",
            MedicareB => "MB",
            Medicaid => "MC",
            Tricare => "CH",
            VeteransAffairs => "VA",
            WorkersComp => "WC",
            AutoMedical => "AM",
            Liability => "LM",
            FederalEmployees => "FI",
            OtherFederal => "OF",
            OtherNonFederal => "11",
            Unknown => "ZZ",
        }
    }

    /// It pays for an injury, and knows the patient by a claim.
    pub fn is_injury(self) -> bool {
        matches!(self, Self::WorkersComp | Self::AutoMedical | Self::Liability)
    }
}

impl Rank {
    pub fn code(self) -> &'static str {
        match self {
            Self::Primary => "P",
            Self::Secondary => "S",
            Self::Tertiary => "T",
        }
    }
}

impl Relationship {
    pub fn code(self) -> &'static str {
        match self {
            Self::Spouse => "01",
            Self::Child => "19",
            Self::Unknown => "21",
            Self::LifePartner => "53",
            Self::Other => "G8",
        }
    }
}

impl Group {
    pub fn code(self) -> &'static str {
        match self {
            Self::Contractual => "CO",
            Self::Patient => "PR",
            Self::Other => "OA",
            Self::PayerInitiated => "PI",
            Self::Correction => "CR",
        }
    }

    /// Reads the code of an 835.
    pub fn of(code: &str) -> Option<Self> {
        [Self::Contractual, Self::Patient, Self::Other, Self::PayerInitiated, Self::Correction].into_iter().find(|g| g.code() == code)
    }
}

/// Codes for what has none: the payer asks what it was (SV101-7).
pub fn is_unlisted(code: &str) -> bool {
    matches!(code.trim(), "97039" | "97139" | "97799")
}
