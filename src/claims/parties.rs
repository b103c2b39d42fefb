//! The people and places that stand on a claim, as they are on file. Pure.

use chrono::NaiveDate;

/// A file takes it for what a clearinghouse calls a payer.
pub fn is_payer_id(id: &str) -> bool {
    let id = id.trim();
    (2..=80).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_graphic() && !b"*:^~".contains(&b))
}

/// A number of an insured without the blanks and hyphens that a card has for the eye.
pub fn bare_number(number: &str) -> String {
    number.chars().filter(|c| *c != '-' && !c.is_whitespace()).collect()
}

/// A name in its parts, as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Name {
    pub first: Option<String>,
    pub middle: Option<String>,
    pub last: String,
    pub suffix: Option<String>,
}

/// Where mail reaches somebody; any part may be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address {
    pub street: Option<String>,
    pub street2: Option<String>,
    pub city: Option<String>,
    pub state: Option<String>,
    pub zip: Option<String>,
}

impl Address {
    /// All that a letter needs.
    pub fn is_whole(&self) -> bool {
        self.parts().iter().all(|part| part.is_some())
    }

    /// Nothing at all.
    pub fn is_blank(&self) -> bool {
        self.parts().iter().all(|part| part.is_none())
    }

    fn parts(&self) -> [&Option<String>; 4] {
        [&self.street, &self.city, &self.state, &self.zip]
    }
}

/// Who was treated.
#[derive(Clone, Debug, Default)]
pub struct Patient {
    pub name: Name,
    pub born_on: Option<NaiveDate>,
    pub has_sex: bool,
    pub address: Address,
    /// Signed: that we may tell the payer,
    pub release_signed_on: Option<NaiveDate>,
    /// and that the payer pays us.
    pub assignment_signed_on: Option<NaiveDate>,
}

/// Who treated, beside their NPI.
#[derive(Clone, Debug, Default)]
pub struct Treating {
    pub name: Name,
    pub taxonomy: Option<String>,
}

/// Where the service was, beside the practice's own address.
#[derive(Clone, Debug, Default)]
pub struct Location {
    pub name: String,
    pub npi: Option<String>,
    pub address: Address,
}

/// Who bills.
#[derive(Clone, Debug, Default)]
pub struct Practice {
    pub name: String,
    pub npi: Option<String>,
    pub tax_id: Option<String>,
    pub taxonomy: Option<String>,
    pub license: Option<String>,
    pub phone: Option<String>,
    /// Whom a clearinghouse calls.
    pub contact: Option<String>,
    pub address: Address,
    /// Where checks go, when it is somewhere else.
    pub pay_to: Address,
    /// The therapist bills as a person.
    pub bills_as_person: bool,
}

/// Who pays, beside its name and its sheet.
#[derive(Clone, Debug, Default)]
pub struct Payer {
    /// Its claims leave in files of ours.
    pub is_electronic: bool,
    /// What the clearinghouse calls it.
    pub id: Option<String>,
    pub address: Address,
    /// What it knew the practice by before there were NPIs.
    pub provider_no: Option<String>,
    /// DN or DK, where it wants the one who sent named as one of them whoever it is.
    pub order_qualifier: Option<String>,
}

/// Where the patient came from.
#[derive(Clone, Debug, Default)]
pub struct Sent {
    pub received_on: NaiveDate,
    /// The scan of the order, or of the referral that it came with.
    pub has_document: bool,
}
