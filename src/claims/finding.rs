//! What a payer would object to, and where it is mended. Pure.

use schemars::JsonSchema;
use serde::Serialize;

/// Red blocks, amber warns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    Blocks,
    Warns,
}

/// Where a finding is mended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    Claim,
    Visit,
    /// What the payer asks: its rule sheet.
    Payer,
    /// Its name, address and ids.
    PayerDetails,
    Fees,
    Patient,
    Coverage,
    Referral,
    /// The order that covers the visit; the referral where none does.
    Order,
    Provider,
    Therapist,
    Practice,
    /// A place where we treat beside our own address.
    Locations,
}

/// Declares the rules: a code for programs, whether it blocks, item of the CMS-1500 and field, where it is mended, the
/// button that leads there, and what to do.
macro_rules! rules {
    ($($rule:ident = $code:literal, $severity:ident, $item:literal $field:literal, $at:ident $button:literal, $mend:literal;)+) => {
        /// One thing that is looked at before a claim leaves.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Rule {
            $($rule,)+
        }

        impl Rule {
            pub const ALL: &'static [Self] = &[$(Self::$rule),+];

            /// Its name for programs.
            pub fn code(self) -> &'static str {
                self.told().code
            }

            fn told(self) -> Told {
                match self {
                    $(Self::$rule => Told {
                        code: $code,
                        severity: Severity::$severity,
                        at: Spot { item: $item, field: $field, place: Place::$at },
                        button: $button,
                        mend: $mend,
                    },)+
                }
            }
        }
    };
}

struct Told {
    code: &'static str,
    severity: Severity,
    at: Spot,
    button: &'static str,
    mend: &'static str,
}

/// A field of a claim: its item of the form, its name, and where it is entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot {
    pub item: &'static str,
    pub field: &'static str,
    pub place: Place,
}

#[rustfmt::skip]
rules! {
    // What was done.
    UnitsRuleUnknown = "units_rule_unknown", Blocks, "24G" "the payer's units rule", Payer "Enter its rule", "Ask the payer and enter its units rule";
    NoTreatment = "no_treatment", Blocks, "24D" "treatment codes", Visit "Open the visit", "Enter what was done and for how long";
    CodeRetired = "code_retired", Blocks, "24D" "treatment code", Visit "Open the visit", "Enter the code that is in force";
    CodeNotAccepted = "code_not_accepted", Blocks, "24D" "treatment code", Payer "Look at its sheet", "Check the payer's sheet, or let the patient know before the next visit";
    ModifiersTooMany = "modifiers_too_many", Blocks, "24D" "modifiers", Payer "Look at its sheet", "Take the ones that are not needed out of the payer's sheet";
    ModifierWrong = "modifier_wrong", Blocks, "24D" "modifiers", Payer "Look at its sheet", "Mend it in the payer's sheet: a modifier has two letters or digits, and stands once on a line";
    CodeUnlisted = "code_unlisted", Blocks, "24D" "treatment code", Fees "Say what it is", "Say in the fee schedule what it is, like Cupping: the payer reads it beside the code. Or bill a code that names the service";
    FeeMissing = "fee_missing", Blocks, "24F" "fee", Fees "Enter the fee", "Enter the fee in the practice's schedule";
    ChargeNothing = "charge_nothing", Blocks, "24F" "charge", Fees "Enter the fee", "Enter the fee that you charge; a claim of nothing is refused";
    ChargeTooLarge = "charge_too_large", Blocks, "24F" "charge", Fees "Check the fee", "Check fee and minutes: no bill is that large";
    UnitsWrong = "units_wrong", Blocks, "24G" "units", Visit "Open the visit", "Check the hands-on minutes: a line has at least one whole unit";
    NothingToBill = "nothing_to_bill", Blocks, "24G" "units", Visit "Open the visit", "Check the hands-on minutes";
    NoUnits = "no_units", Warns, "24G" "units", Visit "Look at the visit", "Nothing to do if the minutes are right";
    OverCap = "over_cap", Blocks, "24G" "units", Claim "Accept the cap", "Accept the cap: the units above it are not billed";
    OverCapAccepted = "over_cap_accepted", Warns, "24G" "units", Visit "Look at the visit", "The units past the cap are shown and not billed";
    LineTwice = "line_twice", Warns, "24D" "treatment code", Visit "Look at the visit", "Enter the minutes of one code together: payers refuse the second line as a duplicate";
    BilledTwice = "billed_twice", Warns, "24D" "treatment code", Visit "Look at the visit", "Check that both were given; payers refuse the second one as a duplicate";
    PlaceUnknown = "place_unknown", Blocks, "24B" "place of service", Visit "Open the visit", "Choose where the visit was";
    ServiceInFuture = "service_in_future", Blocks, "24A" "date of service", Visit "Open the visit", "Check the day of the visit, and send the claim when it has been";
    VisitsADay = "visits_a_day", Warns, "24A" "date of service", Visit "Look at the visit", "Check the day of both visits";
    // What for, and who ordered it.
    DiagnosisMissing = "diagnosis_missing", Blocks, "21" "diagnoses", Order "Add the diagnosis", "Enter it from the doctor's order; only the prescriber may name it";
    DiagnosisWrong = "diagnosis_wrong", Blocks, "21" "diagnoses", Order "Open the order", "Copy the code from the order again, like M54.2";
    DiagnosisTwice = "diagnosis_twice", Blocks, "21" "diagnoses", Order "Open the order", "Take the second one out";
    DiagnosisOfCauseFirst = "diagnosis_of_cause_first", Blocks, "21" "diagnoses", Order "Open the order", "Ask the prescriber what it is, and put that first; how it happened comes behind";
    DiagnosesTooMany = "diagnoses_too_many", Blocks, "21" "diagnoses", Order "Open the order", "Ask the prescriber which twelve matter";
    DiagnosisDoubtful = "diagnosis_doubtful", Warns, "21" "diagnoses", Order "Look at the order", "The prescriber's code stays until the prescriber changes it";
    DiagnosisNotOrdered = "diagnosis_not_ordered", Blocks, "21" "diagnoses", Order "Open the order", "Get an order for what is treated, or mend the diagnoses of the referral";
    DiagnosisNotPaid = "diagnosis_not_paid", Blocks, "21" "diagnoses", Payer "Look at its sheet", "Check the payer's sheet, or ask the prescriber whether another diagnosis is the main one";
    SeventhCharacter = "seventh_character", Warns, "21" "diagnoses", Order "Look at the order", "Ask the prescriber; the code stays until the prescriber changes it";
    NotCovered = "not_covered", Blocks, "17" "order", Referral "Add the order", "Record the order or renewal that covers this day";
    PrescriberNotAllowed = "prescriber_not_allowed", Blocks, "17" "order", Order "Open the order", "Ask for an order from somebody the payer accepts, or mend the prescriber's credentials";
    CodeNotOrdered = "code_not_ordered", Blocks, "24D" "treatment code", Order "Open the order", "Ask the prescriber to order it too, and record that; else it cannot be billed";
    OrderNotOnFile = "order_not_on_file", Warns, "17" "order", Order "Add the scan", "Add the scan of the order: payers ask for it";
    ReferrerMissing = "referrer_missing", Blocks, "17" "who referred", Referral "Say who sent", "Say who sent the patient, or record the order";
    ReferrerNpiMissing = "referrer_npi_missing", Blocks, "17b" "NPI of who referred", Provider "Add the NPI", "Enter the doctor's own NPI";
    ReferrerNpiWrong = "referrer_npi_wrong", Blocks, "17b" "NPI of who referred", Provider "Mend the NPI", "Ask the office for the right NPI";
    ServiceBeforeReferral = "service_before_referral", Warns, "24A" "date of service", Referral "Look at the referral", "Check the day on which the referral came";
    // Whose insurance.
    ClaimNoMissing = "claim_no_missing", Blocks, "1a" "claim number of the injury", Coverage "Add the number", "Enter it in the coverage";
    MemberNoMissing = "member_no_missing", Blocks, "1a" "member number", Coverage "Add the number", "Enter it in the coverage";
    NumberTooShort = "number_too_short", Blocks, "1a" "number of the insured", Coverage "Mend the number", "Copy it from the card again";
    MemberNoOdd = "member_no_odd", Warns, "1a" "member number", Coverage "Look at the coverage", "Compare it with the card: members' numbers are letters and digits";
    InjuryDateMissing = "injury_date_missing", Blocks, "14" "date of the injury", Coverage "Add the date", "Enter it in the coverage";
    InjuryAfterVisit = "injury_after_visit", Blocks, "14" "date of the injury", Coverage "Mend the date", "Check the date of the injury, and which coverage the visit has";
    AccidentStateMissing = "accident_state_missing", Blocks, "10b" "state of the accident", Coverage "Add the state", "Enter it in the coverage";
    EmployerMissing = "employer_missing", Blocks, "4" "employer", Coverage "Add the employer", "Enter the employer in the coverage: workers' compensation insures them";
    InsuredMissing = "insured_missing", Blocks, "4" "insured's name", Coverage "Add the name", "Enter who is insured, or say that it is the patient";
    InsuredUnclear = "insured_unclear", Blocks, "4" "insured's name", Coverage "Mend the name", "Enter first and last name, like Maria Vega";
    InsuredAddressMissing = "insured_address_missing", Warns, "7" "insured's address", Coverage "Look at the coverage", "Enter where the insured lives, if the payer asks for it";
    NotInForce = "coverage_not_in_force", Blocks, "11" "coverage", Coverage "Check the coverage", "Check its dates, or choose another coverage for the visit";
    AuthorizationMissing = "authorization_missing", Blocks, "23" "authorization number", Coverage "Add the number", "Get the payer's approval, and enter its number in the coverage";
    AuthorizationOutside = "authorization_outside", Blocks, "23" "authorization", Coverage "Mend the approval", "Get an approval for this day and enter its number and days, or take out the one that does not hold";
    AuthorizationUsedUp = "authorization_used_up", Blocks, "23" "authorization", Coverage "Mend the approval", "Ask the payer for more visits, and enter the new number";
    VisitLimitPassed = "visit_limit_passed", Warns, "24A" "number of visits", Coverage "Look at the coverage", "Ask the payer whether visits are left; else the patient may owe it";
    PaysSecond = "pays_second", Blocks, "11d" "payer before", Coverage "Check the coverage", "Bill the first payer: its answer goes on to this one. If this one pays first, say so in the coverage";
    OtherPlanUnnamed = "other_plan_unnamed", Warns, "9" "other plan", Patient "Look at the patient", "Complete the patient's other coverage, or its payer: else the file goes out without naming it";
    PayerAddressIncomplete = "payer_address_incomplete", Blocks, "1" "payer's address", PayerDetails "Mend the payer", "Enter street, city, state and ZIP code of the payer, or none of them";
    PayerIdMissing = "payer_id_missing", Blocks, "1" "payer id", PayerDetails "Add the payer id", "Enter the id that the clearinghouse has for this payer";
    PayerIdWrong = "payer_id_wrong", Blocks, "1" "payer id", PayerDetails "Mend the payer id", "Copy the id from the clearinghouse's list of payers again";
    // Who was treated.
    BirthDateMissing = "birth_date_missing", Blocks, "3" "birth date", Patient "Complete the patient", "Enter it with the patient";
    BornAfterVisit = "born_after_visit", Blocks, "3" "birth date", Patient "Mend the birth date", "Check the birth date";
    SexMissing = "sex_missing", Blocks, "3" "sex", Patient "Complete the patient", "Enter it with the patient";
    AddressMissing = "address_missing", Blocks, "5" "patient's address", Patient "Complete the patient", "Enter street, city, state and ZIP code";
    ReleaseNotSigned = "release_not_signed", Warns, "12" "signature for release", Patient "Open the patient", "Have the patient sign that you may tell the payer, and enter the day";
    AssignmentNotSigned = "assignment_not_signed", Warns, "13" "signature for payment", Patient "Open the patient", "Have the patient sign that the payer pays you, and enter the day";
    // Who treated, and who bills.
    RenderingNpiMissing = "rendering_npi_missing", Blocks, "24J" "therapist's NPI", Therapist "Add the NPI", "Enter it in the settings, under therapists";
    RenderingNpiWrong = "rendering_npi_wrong", Blocks, "24J" "therapist's NPI", Therapist "Mend the NPI", "Copy it from the NPI registry again";
    RenderingNpiOfPractice = "rendering_npi_of_practice", Warns, "24J" "therapist's NPI", Practice "Look at the settings", "Right for who works alone; a practice of several has an NPI of its own";
    ProviderNotPaid = "provider_not_paid", Blocks, "24J" "who treated", Payer "Look at its sheet", "Check the payer's sheet, or the therapist's credential in the settings";
    TherapistTaxonomyWrong = "therapist_taxonomy_wrong", Blocks, "24I" "therapist's taxonomy code", Therapist "Mend the code", "Enter ten characters, like 225700000X";
    BillingNpiMissing = "billing_npi_missing", Blocks, "33a" "practice's NPI", Practice "Open the settings", "Enter it in the settings";
    BillingNpiWrong = "billing_npi_wrong", Blocks, "33a" "practice's NPI", Practice "Open the settings", "Copy it from the NPI registry again";
    BillingTaxonomyWrong = "billing_taxonomy_wrong", Blocks, "33b" "practice's taxonomy code", Practice "Open the settings", "Enter ten characters, like 225700000X";
    TaxIdMissing = "tax_id_missing", Blocks, "25" "tax id", Practice "Open the settings", "Enter it in the settings";
    TaxIdWrong = "tax_id_wrong", Blocks, "25" "tax id", Practice "Open the settings", "Enter its nine digits";
    BillingAddressMissing = "billing_address_missing", Blocks, "33" "practice's address", Practice "Open the settings", "Enter it in the settings";
    BillingZipShort = "billing_zip_short", Blocks, "33" "practice's ZIP code", Practice "Open the settings", "Enter all nine digits, like 98101-2345; the post office tells the last four";
    BillingPoBox = "billing_po_box", Blocks, "33" "practice's address", Practice "Open the settings", "Enter the street; a PO box may stand as the address for payments";
    PayToIncomplete = "pay_to_incomplete", Blocks, "33" "address for payments", Practice "Open the settings", "Enter street, city, state and ZIP code of where checks go, or none of them";
    BillingPhoneMissing = "billing_phone_missing", Blocks, "33" "practice's phone", Practice "Open the settings", "Enter whom a clearinghouse calls";
    FacilityIncomplete = "facility_incomplete", Blocks, "32" "place of the service", Locations "Open the places", "Enter its name, street, city, state and ZIP code in the settings, under places";
    FacilityZipShort = "facility_zip_short", Blocks, "32" "ZIP code of the place", Locations "Open the places", "Enter all nine digits, like 98101-2345; the post office tells the last four";
    FacilityNpiWrong = "facility_npi_wrong", Blocks, "32a" "NPI of the place", Locations "Open the places", "Copy it from the NPI registry again, or leave it out: the practice's stands for it";
    // How it leaves.
    OriginalReferenceMissing = "original_reference_missing", Blocks, "22" "payer's number of the claim", Claim "Add its number", "Enter it from the payer's answer";
    MedicareTakesNoReplacement = "medicare_takes_no_replacement", Blocks, "22" "sent again", Claim "Give the correction up", "Give the correction up and ask Medicare to reopen the claim";
    FilingDeadlineNear = "filing_deadline_near", Warns, "24A" "filing deadline", Claim "Look at the claim", "Send it before that day";
    FilingDeadlinePassed = "filing_deadline_passed", Warns, "24A" "filing deadline", Claim "Say why it is late", "Say why it comes late, send it with proof of earlier filing, or write it off";
    CorrectionDeadlineNear = "correction_deadline_near", Warns, "22" "deadline of the correction", Claim "Look at the claim", "Send the correction before that day";
    CorrectionDeadlinePassed = "correction_deadline_passed", Warns, "22" "deadline of the correction", Claim "Look at the claim", "Ask the payer whether it still takes it, appeal instead, or give the correction up";
    // Texts and addresses of any field: who says so names it. A list of claims leads to the claim, which leads on.
    StateWrong = "state_wrong", Blocks, "5" "state", Claim "Mend the address", "Enter the two letters of the state, like WA";
    ZipWrong = "zip_wrong", Blocks, "5" "ZIP code", Claim "Mend the address", "Enter five digits or nine, like 98101";
    TextUnreadable = "text_unreadable", Blocks, "2" "text", Claim "Mend it", "Write it in Latin letters: a claim carries no others";
    TextTooLong = "text_too_long", Blocks, "2" "text", Claim "Mend it", "Shorten it";
    TextTooShort = "text_too_short", Blocks, "2" "text", Claim "Mend it", "Enter all of it: one character is too few";
    TextLosesLetters = "text_loses_letters", Warns, "2" "text", Claim "Look at it", "Write it in Latin letters, as the payer has it";
}

/// One thing that a payer would object to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Finding {
    pub code: &'static str,
    pub severity: Severity,
    /// The item of the CMS-1500 form.
    pub item: &'static str,
    /// The name of the field.
    pub field: &'static str,
    /// What is wrong, in plain words.
    pub message: String,
    /// What to do about it.
    pub mend: &'static str,
    /// Where to do it.
    pub at: Place,
}

/// The button that mends a finding, and where it leads, by the code of the finding.
pub fn next_step(code: &str) -> Option<(&'static str, Place)> {
    let told = Rule::ALL.iter().map(|rule| rule.told()).find(|told| told.code == code)?;
    Some((told.button, told.at.place))
}

impl Finding {
    /// What the button says that leads to where it is mended.
    pub fn button(&self) -> &'static str {
        next_step(self.code).map_or("Look at it", |(button, _)| button)
    }
}

/// What was found so far.
#[derive(Default)]
pub struct Findings(pub Vec<Finding>);

impl Findings {
    pub fn say(&mut self, rule: Rule, message: impl Into<String>) {
        self.say_of(rule, rule.told().at, message);
    }

    /// The same of a field that the rule does not name by itself.
    pub fn say_of(&mut self, rule: Rule, spot: Spot, message: impl Into<String>) {
        let Told { code, severity, mend, .. } = rule.told();
        let Spot { item, field, place: at } = spot;
        self.0.push(Finding { code, severity, item, field, message: message.into(), mend, at });
    }
}
