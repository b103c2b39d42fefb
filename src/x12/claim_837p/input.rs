//! What the writer is told: the facts of a bill in the trade's words, borrowed from where the program keeps them.
//! Text stands as people typed it; the writer makes it plain. Money is cents. None of it prints itself: patients are in it.

use super::Delimiters;
use super::codes::*;
use chrono::{NaiveDate, NaiveDateTime};

/// Where files go: a clearinghouse, or a payer that takes them itself.
#[derive(Clone, Copy, Debug)]
pub struct Partner<'a> {
    /// ISA05 and ISA06.
    pub sender: Mailbox<'a>,
    /// ISA07 and ISA08.
    pub receiver: Mailbox<'a>,
    /// GS02.
    pub group_sender: &'a str,
    /// GS03.
    pub group_receiver: &'a str,
    /// Who sends, to the partner: loop 1000A.
    pub submitter: Submitter<'a>,
    /// Loop 1000B.
    pub receiver_name: &'a str,
    pub receiver_id: &'a str,
    pub delimiters: Delimiters,
    /// Marks the file as a test (ISA15).
    pub test: bool,
    /// Asks for a TA1 (ISA14).
    pub wants_ta1: bool,
    /// Some partners refuse a whole transaction for one claim; then each claim has its own.
    pub one_claim_per_transaction: bool,
}

/// An address in the envelope: a qualifier like `ZZ` or `30`, and an id.
#[derive(Clone, Copy, Debug)]
pub struct Mailbox<'a> {
    pub qualifier: &'a str,
    pub id: &'a str,
}

/// The practice as the partner knows it, and whom it calls.
#[derive(Clone, Copy, Debug)]
pub struct Submitter<'a> {
    pub name: &'a str,
    pub id: &'a str,
    pub contact: Contact<'a>,
}

/// Whom to call about a bill.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Contact<'a> {
    pub name: &'a str,
    pub phone: &'a str,
    pub email: Option<&'a str>,
}

/// The numbers of one file. None may ever be used again with the same partner.
#[derive(Clone, Copy, Debug)]
pub struct Envelope<'a> {
    /// ISA13.
    pub interchange_control: u32,
    /// GS06; the 999 answers with it.
    pub group_control: u32,
    /// ST02 of the first transaction; the next ones follow it.
    pub first_transaction_control: u32,
    /// The practice's local time.
    pub created: NaiveDateTime,
    /// BHT03; the 277CA answers with it.
    pub batch_reference: &'a str,
}

/// Who bills: the group, or the sole practitioner.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct BillingProvider<'a> {
    pub name: BillingName<'a>,
    pub npi: &'a str,
    pub tax_id: TaxId<'a>,
    pub taxonomy: Option<&'a str>,
    pub license: Option<&'a str>,
    /// A street; never a PO box.
    pub address: Address<'a>,
    /// Where payments go, when it is somewhere else. A PO box may stand here.
    pub pay_to: Option<Address<'a>>,
    /// Written only where it differs from the submitter's.
    pub contact: Option<Contact<'a>>,
}

/// A group, or a person who bills for their own work.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum BillingName<'a> {
    Organization(&'a str),
    Person(Person<'a>),
}

/// An employer's number or a person's; nine digits, however they are set.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum TaxId<'a> {
    Ein(&'a str),
    Ssn(&'a str),
}

/// A name in its parts, without titles and credentials.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Person<'a> {
    pub last: &'a str,
    pub first: Option<&'a str>,
    pub middle: Option<&'a str>,
    /// `JR`, `III`.
    pub suffix: Option<&'a str>,
}

/// Where mail reaches somebody in the United States.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Address<'a> {
    pub street: &'a str,
    pub street2: Option<&'a str>,
    pub city: &'a str,
    /// Two letters.
    pub state: &'a str,
    /// Five digits, or nine where the billing provider or a facility is.
    pub zip: &'a str,
}

/// One who refers, orders, supervises or treats.
#[derive(Clone, Copy)]
pub struct Practitioner<'a> {
    pub name: Person<'a>,
    pub npi: Option<&'a str>,
    /// Sent for those who treat.
    pub taxonomy: Option<&'a str>,
    pub license: Option<&'a str>,
}

/// Where the treatment was given.
#[derive(Clone, Copy)]
pub struct Facility<'a> {
    pub name: &'a str,
    pub npi: Option<&'a str>,
    pub address: Address<'a>,
}

/// As the payer has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sex {
    Female,
    Male,
    Unknown,
}

/// Who was treated.
#[derive(Clone, Copy)]
pub struct Patient<'a> {
    pub name: Person<'a>,
    pub address: Address<'a>,
    pub born_on: NaiveDate,
    pub sex: Sex,
    /// What an insurer of an injury knows the patient by.
    pub injury_id: Option<InjuryId<'a>>,
}

/// The number of a patient who was hurt at work or on the road.
#[derive(Clone, Copy)]
pub enum InjuryId<'a> {
    Ssn(&'a str),
    /// The employee's number.
    Employee(&'a str),
}

/// In whose name a policy is.
#[derive(Clone, Copy)]
pub enum Insured<'a> {
    Patient,
    Person {
        name: Person<'a>,
        patient_is: Relationship,
    },
    /// Workers' compensation insures the employer.
    Employer {
        name: &'a str,
    },
}

/// Who pays, as the partner routes it.
#[derive(Clone, Copy)]
pub struct Payer<'a> {
    pub name: &'a str,
    /// What the partner calls it.
    pub id: &'a str,
    pub address: Option<Address<'a>>,
    /// The number that it knew the practice by before there were NPIs (REF*G2).
    pub provider_number: Option<&'a str>,
}

/// One policy that a claim goes to, or that pays beside it.
#[derive(Clone, Copy)]
pub struct Coverage<'a> {
    pub rank: Rank,
    pub filing: Filing,
    pub payer: Payer<'a>,
    pub insured: Insured<'a>,
    pub member_id: Option<&'a str>,
    /// The payer gave the patient an id of their own: then they are sent as the subscriber, whoever is insured.
    pub member_id_is_patients_own: bool,
    pub group_number: Option<&'a str>,
    /// Sent where there is no group number.
    pub group_name: Option<&'a str>,
    /// Why Medicare is not the first payer (SBR05): `12`, `47`.
    pub insurance_type: Option<&'a str>,
    /// The insurer's number of the injury (REF*Y4).
    pub injury_claim_number: Option<&'a str>,
}

/// Another payer of the same bill, and what it decided.
#[derive(Clone)]
pub struct OtherPayer<'a> {
    pub coverage: Coverage<'a>,
    /// Of the one insured there, where it is known.
    pub address: Option<Address<'a>>,
    pub decision: Option<Decision<'a>>,
}

/// What an earlier payer answered for the whole claim, as its 835 says it.
#[derive(Clone)]
pub struct Decision<'a> {
    pub paid_cents: i64,
    pub decided_on: NaiveDate,
    /// Its own number of the claim (CLP07).
    pub claim_number: Option<&'a str>,
    /// Of the claim; those of its lines stand there.
    pub adjustments: Vec<Adjustment<'a>>,
    /// Remark codes of the claim (MOA).
    pub remarks: Vec<&'a str>,
}

/// One reason for which a payer did not pay.
#[derive(Clone, Copy)]
pub struct Adjustment<'a> {
    pub group: Group,
    pub reason: &'a str,
    pub cents: i64,
    pub quantity: Option<i64>,
}

/// What an earlier payer answered for one line.
#[derive(Clone)]
pub struct LineDecision<'a> {
    /// The id of one of the claim's other payers.
    pub payer_id: &'a str,
    pub paid_cents: i64,
    /// The code that it paid, which need not be the one that was billed.
    pub code: &'a str,
    pub modifiers: Vec<&'a str>,
    pub units: i64,
    pub adjustments: Vec<Adjustment<'a>>,
    pub decided_on: NaiveDate,
}

/// Whether a claim is new to the payer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frequency<'a> {
    Original,
    /// Takes the place of one that the payer decided; its number of that one.
    Replacement(&'a str),
    /// Takes it back.
    Void(&'a str),
}

/// What caused the condition; none is the rule.
#[derive(Clone, Copy, Default)]
pub struct Causes<'a> {
    pub auto: bool,
    /// Where the car accident was.
    pub auto_state: Option<&'a str>,
    pub work: bool,
    pub other: bool,
}

/// The days of the condition.
#[derive(Clone, Copy, Default)]
pub struct Dates {
    pub onset: Option<NaiveDate>,
    pub initial_treatment: Option<NaiveDate>,
    pub last_seen: Option<NaiveDate>,
    pub accident: Option<NaiveDate>,
    pub prescription: Option<NaiveDate>,
    pub unable_to_work_from: Option<NaiveDate>,
    pub unable_to_work_to: Option<NaiveDate>,
    pub last_worked: Option<NaiveDate>,
    pub back_at_work: Option<NaiveDate>,
    /// The first contact about an injury.
    pub first_contact: Option<NaiveDate>,
}

/// Who is to be paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Assignment {
    /// The patient signed that the payer pays us.
    ToUs,
    ToPatient,
    NotApplicable,
}

/// What the patient and the provider signed.
#[derive(Clone, Copy)]
pub struct Signatures {
    /// The provider's signature is on file.
    pub provider: bool,
    /// The provider takes what the payer allows.
    pub accepts_assignment: bool,
    pub benefits: Assignment,
    /// The patient signed that we may tell the payer; else the law lets us.
    pub release: bool,
    /// Somebody of the practice signed for the patient, who could not.
    pub signed_for_patient: bool,
}

/// Something that follows on another way.
#[derive(Clone, Copy)]
pub struct Attachment<'a> {
    /// What it is: `OZ` support data, `PN` physical therapy notes.
    pub kind: &'a str,
    /// How it comes: `FX`, `BM`, `EL`, `EM`, `FT`; `AA` waits until it is asked for.
    pub how: &'a str,
    /// What stands on its cover.
    pub control: Option<&'a str>,
}

/// One claim.
#[derive(Clone)]
pub struct Claim<'a> {
    /// As people say it: `C-2026-00311`.
    pub number: &'a str,
    pub billing: &'a BillingProvider<'a>,
    pub coverage: Coverage<'a>,
    pub patient: Patient<'a>,
    pub frequency: Frequency<'a>,
    pub place_of_service: &'a str,
    /// The first is the main one; with or without their dot.
    pub diagnoses: Vec<&'a str>,
    /// Condition codes (item 10d).
    pub condition_codes: Vec<&'a str>,
    pub causes: Causes<'a>,
    pub dates: Dates,
    pub referring: Option<Practitioner<'a>>,
    pub rendering: Option<Practitioner<'a>>,
    pub supervising: Option<Practitioner<'a>>,
    pub facility: Option<Facility<'a>>,
    pub authorization: Option<&'a str>,
    pub referral_number: Option<&'a str>,
    pub signatures: Signatures,
    /// What the patient paid towards it, where the payer wants to know; never taken off the charge.
    pub patient_paid_cents: i64,
    pub note: Option<&'a str>,
    pub attachments: Vec<Attachment<'a>>,
    /// Why it comes late: 1 to 11, or 15.
    pub delay_reason: Option<u8>,
    pub other_payers: Vec<OtherPayer<'a>>,
    pub lines: Vec<Line<'a>>,
}

/// One service of a claim.
#[derive(Clone)]
pub struct Line<'a> {
    /// Stays with the line for ever; the 835 answers with it (REF*6R).
    pub number: u32,
    pub on: NaiveDate,
    pub code: &'a str,
    pub modifiers: Vec<&'a str>,
    /// Only for codes that name nothing, like 97139.
    pub description: Option<&'a str>,
    pub charge_cents: i64,
    pub units: i64,
    /// Which of the claim's diagnoses it treats, from 1, the main one first.
    pub pointers: Vec<usize>,
    /// Written where it differs from the claim's.
    pub place_of_service: Option<&'a str>,
    /// Written where it differs from the claim's.
    pub authorization: Option<&'a str>,
    pub referral_number: Option<&'a str>,
    pub note: Option<&'a str>,
    /// Written where it differs from the claim's.
    pub rendering: Option<Practitioner<'a>>,
    pub ordering: Option<Practitioner<'a>>,
    pub decisions: Vec<LineDecision<'a>>,
}

impl Claim<'_> {
    /// CLM02.
    pub fn charge_cents(&self) -> i64 {
        total(self.lines.iter().map(|l| l.charge_cents))
    }

    /// The patient is insured, or has a member id of their own.
    pub fn patient_is_subscriber(&self) -> bool {
        self.coverage.is_the_patients()
    }
}

impl Coverage<'_> {
    pub(super) fn is_the_patients(&self) -> bool {
        self.member_id_is_patients_own || matches!(self.insured, Insured::Patient)
    }
}

/// Sums stop at the end of the numbers instead of falling over it; no such sum balances.
pub(super) fn total(cents: impl Iterator<Item = i64>) -> i64 {
    cents.fold(0, i64::saturating_add)
}
