//! What a form says, item by item. Empty text and `None` leave an item blank.

use chrono::NaiveDate;
use std::fmt;

/// A claim as the form has it. Words may come in any case and with accents; the printer writes them as the form wants them.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Form {
    /// Above item 1: who the form goes to.
    pub payer: Payer,
    /// Item 1: the kind of insurance.
    pub kind: Option<Kind>,
    /// Item 1a: the insured's id, or the claim number of the injury.
    pub insured_id: String,
    /// Items 2, 3 and 5.
    pub patient: Patient,
    /// Items 4, 7 and 11a.
    pub insured: Insured,
    /// Item 6: what the patient is to the insured.
    pub relationship: Option<Relationship>,
    /// Items 9, 9a and 9d; it also makes item 11d a yes.
    pub other_insured: Option<OtherInsured>,
    /// Items 10a to 10c.
    pub cause: Cause,
    /// Item 10d: condition codes.
    pub condition_codes: Vec<String>,
    /// Item 11: group or FECA number.
    pub group_no: String,
    /// Item 11b: the property and casualty claim number, printed behind Y4.
    pub injury_claim_no: String,
    /// Item 11c: the plan's name.
    pub plan: String,
    /// Item 12: the patient's release is on file.
    pub release_on_file: bool,
    /// Item 12: the day of that release.
    pub released_on: Option<NaiveDate>,
    /// Item 13: the patient had the payment assigned to the provider.
    pub assignment_on_file: bool,
    /// Item 14: 431 onset or injury, 484 last menstrual period.
    pub onset: Option<Dated>,
    /// Item 15: like 439 accident, 454 first treatment, 471 prescription.
    pub other_date: Option<Dated>,
    /// Item 16: unable to work.
    pub unable_to_work: Option<Span>,
    /// Items 17, 17a and 17b.
    pub referrer: Option<Referrer>,
    /// Item 18: in hospital.
    pub hospital: Option<Span>,
    /// Item 19: blocks of more information, each with its qualifier glued before it.
    pub notes: Vec<String>,
    /// Item 21: ICD-10 codes in their order, at most twelve.
    pub diagnoses: Vec<String>,
    /// Item 22: a claim that replaces or voids one sent before.
    pub resubmission: Option<Resubmission>,
    /// Item 23: authorization or referral number.
    pub authorization_no: String,
    /// Item 24, six a page.
    pub lines: Vec<Line>,
    /// Item 25: the tax id.
    pub tax_id: Option<TaxId>,
    /// Item 26: our number of the claim; only its letters and digits are printed, as they travel in the 837.
    pub claim_no: String,
    /// Item 27: the provider accepts assignment.
    pub accepts_assignment: Option<bool>,
    /// Item 28: how more than one page is added up.
    pub totals: Totals,
    /// Item 29: paid so far, in cents. It is printed once: beside the total of the claim, or with a total each page on the first.
    pub paid_cents: Option<i64>,
    /// Item 31: who signs.
    pub signature: String,
    /// Item 31: the day.
    pub signed_on: Option<NaiveDate>,
    /// Items 32, 32a and 32b.
    pub facility: Option<Facility>,
    /// Items 33, 33a and 33b.
    pub billing: Facility,
    /// Item 33: ten digits.
    pub billing_phone: String,
    /// What goes with the form on paper of its own, row by row.
    pub behind: Vec<Vec<Cell>>,
}

/// Words on paper that goes with a form, from a column on.
#[derive(Clone, PartialEq, Eq)]
pub struct Cell {
    pub column: i16,
    pub words: String,
}

// A form is all about one patient.
impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Form").field("lines", &self.lines.len()).finish_non_exhaustive()
    }
}

/// Who the form goes to.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Payer {
    pub name: String,
    pub address: Address,
}

/// Items 5, 7, 32, 33 and the payer's. On the form a second street stands behind the first; the payer's has its own row.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Address {
    pub street: String,
    pub street2: String,
    pub city: String,
    /// Two letters.
    pub state: String,
    /// Five or nine digits, with or without the hyphen.
    pub zip: String,
}

/// Items 2, 4, 9 and 17. An organization, as an employer in item 4, has `last` alone.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Name {
    pub last: String,
    /// Like JR.
    pub suffix: String,
    pub first: String,
    /// Its first letter is printed.
    pub middle: String,
}

/// The patient.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Patient {
    /// Item 2.
    pub name: Name,
    /// Item 3.
    pub born_on: Option<NaiveDate>,
    /// Item 3; paper knows two.
    pub sex: Option<Sex>,
    /// Item 5.
    pub address: Address,
    /// Item 5: ten digits.
    pub phone: String,
}

/// The insured.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Insured {
    /// Item 4.
    pub name: Name,
    /// Item 7.
    pub address: Address,
    /// Item 7: ten digits.
    pub phone: String,
    /// Item 11a.
    pub born_on: Option<NaiveDate>,
    /// Item 11a.
    pub sex: Option<Sex>,
}

/// Someone with another insurance for the same patient.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct OtherInsured {
    /// Item 9.
    pub name: Name,
    /// Item 9a: policy or group number.
    pub policy: String,
    /// Item 9d.
    pub plan: String,
}

/// What the condition comes from; what is not true is printed as a no.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Cause {
    /// Item 10a.
    pub employment: bool,
    /// Item 10b.
    pub auto_accident: bool,
    /// Item 10b: where it was, two letters.
    pub auto_state: String,
    /// Item 10c.
    pub other_accident: bool,
}

/// A day and what happened on it: items 14 and 15.
#[derive(Clone, PartialEq, Eq)]
pub struct Dated {
    /// Three digits, like 431.
    pub qualifier: String,
    pub on: NaiveDate,
}

/// Days from and to: items 16 and 18.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Span {
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
}

/// Who sent the patient.
#[derive(Clone, PartialEq, Eq)]
pub struct Referrer {
    /// Item 17: the two letters before the name.
    pub role: Role,
    /// Item 17.
    pub name: Name,
    /// Item 17, behind the name, like MD.
    pub credentials: String,
    /// Item 17a.
    pub other_id: Option<OtherId>,
    /// Item 17b.
    pub npi: String,
}

/// An id that is no NPI: items 17a, 24I and 24J, 32b, 33b.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct OtherId {
    /// Two letters or digits, like 0B, G2 or ZZ.
    pub qualifier: String,
    pub id: String,
}

/// Item 22.
#[derive(Clone, PartialEq, Eq)]
pub struct Resubmission {
    pub frequency: Frequency,
    /// The payer's number of the claim it is about.
    pub reference: String,
}

/// Item 25; only the digits are printed.
#[derive(Clone, PartialEq, Eq)]
pub enum TaxId {
    Ein(String),
    Ssn(String),
}

/// A name and a place: items 32 and 33.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Facility {
    pub name: String,
    pub address: Address,
    /// Items 32a and 33a.
    pub npi: String,
    /// Items 32b and 33b, printed without a space between.
    pub other_id: Option<OtherId>,
}

/// One service: item 24.
#[derive(Clone, PartialEq, Eq)]
pub struct Line {
    /// Item 24, shaded: blocks of more information, each with its qualifier glued before it.
    pub notes: Vec<String>,
    /// Item 24A.
    pub from: NaiveDate,
    /// Item 24A; most often the same day.
    pub to: NaiveDate,
    /// Item 24B: place of service.
    pub place: String,
    /// Item 24D.
    pub code: String,
    /// Item 24D, at most four.
    pub modifiers: Vec<String>,
    /// Item 24E: letters of item 21, at most four, like `AB`.
    pub pointers: String,
    /// Item 24F.
    pub charge_cents: i64,
    /// Item 24G.
    pub units: u32,
    /// Items 24I and 24J, shaded.
    pub other_id: Option<OtherId>,
    /// Item 24J: who treated.
    pub npi: String,
}

/// Item 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Medicare,
    Medicaid,
    Tricare,
    Champva,
    Group,
    Feca,
    Other,
}

/// Items 3 and 11a.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sex {
    Male,
    Female,
}

/// Item 6.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relationship {
    /// The patient is the insured.
    Patient,
    Spouse,
    Child,
    Other,
}

/// Item 17.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// DN
    Referring,
    /// DK
    Ordering,
    /// DQ
    Supervising,
}

/// Item 22.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frequency {
    /// 7
    Replacement,
    /// 8
    Void,
}

/// Item 28 where a claim has more than six lines, as the payer wants it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Totals {
    /// Each page is added up for itself.
    #[default]
    EachPage,
    /// The last page has the total of all lines; those before it say CONTINUED.
    LastPage,
}
