//! What the codes of payers and clearinghouses mean, in our own plain words. The lists change three times a year:
//! a code that is not here is shown as itself and works like any other.

use serde::Serialize;

/// Why a payer paid less, or why a claim came back, and what one usually does then.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Reason {
    pub code: &'static str,
    pub meaning: &'static str,
    pub next: &'static str,
}

/// Who bears what a payer did not pay.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct GroupWords {
    pub code: &'static str,
    pub name: &'static str,
    pub meaning: &'static str,
}

/// The words of a code, or the code itself.
pub fn or_code(words: Option<&str>, code: &str) -> String {
    match words {
        Some(words) => words.to_string(),
        None if code.trim().is_empty() => "no code given".to_string(),
        None => format!("code {code} (not in our list)"),
    }
}

/// TA105: why an interchange was not taken.
pub fn ta1_note(code: &str) -> Option<&'static str> {
    find(TA1_NOTES, code)
}

/// TA104, IK501 and AK901: what became of it.
pub fn verdict(code: &str) -> Option<&'static str> {
    find(VERDICTS, code)
}

/// IK304: what is wrong with a segment.
pub fn segment_error(code: &str) -> Option<&'static str> {
    find(SEGMENT_ERRORS, code)
}

/// IK403: what is wrong with an element.
pub fn element_error(code: &str) -> Option<&'static str> {
    find(ELEMENT_ERRORS, code)
}

/// IK502 to IK506: what is wrong with a transaction.
pub fn transaction_error(code: &str) -> Option<&'static str> {
    find(TRANSACTION_ERRORS, code)
}

/// AK905 to AK909: what is wrong with a group.
pub fn group_error(code: &str) -> Option<&'static str> {
    find(GROUP_ERRORS, code)
}

/// STC01-1: what happened. The codes of the full 277 that are not listed have the words of their first letter.
pub fn status_category(code: &str) -> Option<&'static str> {
    let first = code.get(..1).unwrap_or("");
    find(CATEGORIES, code).or_else(|| if code.len() > 1 { find(CATEGORY_LETTERS, first) } else { None })
}

/// STC01-2: why.
pub fn status(code: &str) -> Option<&'static str> {
    find(STATUSES, code)
}

/// STC01-3 and NM101: about whom.
pub fn entity(code: &str) -> Option<&'static str> {
    find(ENTITIES, code)
}

/// STC03: what the answer does.
pub fn action(code: &str) -> Option<&'static str> {
    find(ACTIONS, code)
}

/// An STC in one line, its codes behind.
pub fn status_words(category: &str, status: &str, entity: &str) -> String {
    let mut words = or_code(status_category(category), category);
    if !status.is_empty() {
        words.push_str(&format!(": {}", or_code(self::status(status), status)));
    }
    if !entity.is_empty() {
        words.push_str(&format!(" ({})", or_code(self::entity(entity), entity)));
    }
    let codes = [category, status, entity].into_iter().filter(|c| !c.is_empty()).collect::<Vec<_>>().join(":");
    format!("{words} [{codes}]")
}

/// Claim adjustment reason, as a CAS names it.
pub fn carc(code: &str) -> Option<&'static Reason> {
    reason(CARC, code)
}

/// Remittance remark, as MOA, MIA and LQ name it.
pub fn rarc(code: &str) -> Option<&'static Reason> {
    reason(RARC, code)
}

/// CAS01.
pub fn group(code: &str) -> Option<&'static GroupWords> {
    let code = code.trim();
    GROUPS.iter().find(|g| g.code.eq_ignore_ascii_case(code))
}

fn find(list: &'static [(&'static str, &'static str)], code: &str) -> Option<&'static str> {
    let code = code.trim();
    list.iter().find(|(known, _)| known.eq_ignore_ascii_case(code)).map(|(_, words)| *words)
}

/// Payers pad with zeros now and then: `045` is 45.
fn reason(list: &'static [Reason], code: &str) -> Option<&'static Reason> {
    let code = code.trim();
    let bare = code.trim_start_matches('0');
    list.iter().find(|r| r.code.eq_ignore_ascii_case(code) || r.code.eq_ignore_ascii_case(bare))
}

const TA1_NOTES: &[(&str, &str)] = &[
    ("000", "nothing is wrong"),
    ("001", "the number at the end of the file differs from the one at its beginning"),
    ("002", "they do not support the standard that the file names"),
    ("003", "they do not support the version that the file names"),
    ("004", "the character that ends the segments cannot be used"),
    ("005", "the kind of our sender id is not what they expect"),
    ("006", "they do not know our sender id"),
    ("007", "the kind of their receiver id is not what they expect"),
    ("008", "the receiver id is not theirs"),
    ("009", "they do not know the receiver"),
    ("010", "the kind of authorization is not valid"),
    ("011", "the authorization is not valid"),
    ("012", "the kind of password is not valid"),
    ("013", "the password is not valid"),
    ("014", "the file's date is not valid"),
    ("015", "the file's time is not valid"),
    ("016", "the standard's id is not valid"),
    ("017", "the version's id is not valid"),
    ("018", "the file's number is not valid"),
    ("019", "the wish for an answer is not a valid one"),
    ("020", "the mark for test or production is not what they expect"),
    ("021", "the number of groups is wrong"),
    ("022", "the file's frame is broken"),
    ("023", "the file ends too early"),
    ("024", "something in the file cannot be used"),
    ("025", "this file number was used before: the file counts as sent twice"),
    ("026", "the character between elements cannot be used"),
    ("027", "the character between components cannot be used"),
    ("028", "the date of deferred delivery is not valid"),
    ("029", "the time of deferred delivery is not valid"),
    ("030", "the code of deferred delivery is not valid"),
    ("031", "the grade of service is not valid"),
];

const VERDICTS: &[(&str, &str)] = &[
    ("A", "accepted"),
    ("E", "accepted, with errors noted"),
    ("P", "partly accepted"),
    ("R", "rejected"),
    ("M", "rejected: its authentication failed"),
    ("W", "rejected: its assurance failed"),
    ("X", "rejected: it could not be decrypted"),
];

const SEGMENT_ERRORS: &[(&str, &str)] = &[
    ("1", "they do not know this segment"),
    ("2", "this segment cannot stand here"),
    ("3", "a segment that must stand here is missing"),
    ("4", "this part repeats too often"),
    ("5", "this segment repeats too often"),
    ("6", "this segment has no place in this kind of file"),
    ("7", "this segment stands in the wrong order"),
    ("8", "something in this segment is wrong"),
    ("I4", "this segment is there, and may not be"),
    ("I6", "a segment is missing that something else in the claim asks for"),
    ("I7", "this part occurs too seldom"),
    ("I8", "this segment occurs too seldom"),
    ("I9", "this segment is there, and what the claim says does not allow it"),
];

const ELEMENT_ERRORS: &[(&str, &str)] = &[
    ("1", "a value that must be there is missing"),
    ("2", "a value is missing that another one asks for"),
    ("3", "there are too many values"),
    ("4", "the value is too short"),
    ("5", "the value is too long"),
    ("6", "the value holds a character that is not allowed"),
    ("7", "the value is no valid code"),
    ("8", "the date is not valid"),
    ("9", "the time is not valid"),
    ("10", "the value cannot stand beside another one that is there"),
    ("12", "the value repeats too often"),
    ("13", "the value has too many parts"),
    ("I6", "the code is not among those that the guide allows"),
    ("I9", "a value is missing that the rest of the claim asks for"),
    ("I10", "a value is there that may not be"),
    ("I11", "the value repeats too seldom"),
    ("I12", "the value does not have the shape that is asked for"),
    ("I13", "a value is there that the rest of the claim does not allow"),
];

const TRANSACTION_ERRORS: &[(&str, &str)] = &[
    ("1", "they do not take this kind of transaction"),
    ("2", "the transaction has no end"),
    ("3", "its number at the end differs from the one at the beginning"),
    ("4", "its count of segments is wrong"),
    ("5", "one or more of its segments are wrong"),
    ("6", "its kind is missing or not valid"),
    ("7", "its number is missing or not valid"),
    ("18", "this kind of transaction does not belong in its group"),
    ("19", "it names a version in a way that is not valid"),
    ("23", "its number occurs twice in the group"),
    ("I5", "it breaks the guide for claims in one or more places"),
    ("I6", "they do not take the version that it names"),
];

const GROUP_ERRORS: &[(&str, &str)] = &[
    ("1", "they do not take this kind of group"),
    ("2", "they do not take the version of this group"),
    ("3", "the group has no end"),
    ("4", "its number at the end differs from the one at the beginning"),
    ("5", "its count of transactions is wrong"),
    ("6", "its number is not valid"),
    ("10", "its authentication key is not known"),
    ("11", "its encryption key is not known"),
    ("19", "its number was used before: the group counts as sent twice"),
];

const CATEGORIES: &[(&str, &str)] = &[
    ("A0", "passed on to another company"),
    ("A1", "received, not yet accepted"),
    ("A2", "accepted, the payer will decide it"),
    ("A3", "sent back, it could not be processed"),
    ("A4", "not found there"),
    ("A5", "accepted, and split into several claims"),
    ("A6", "rejected, something is missing"),
    ("A7", "rejected, something is not valid"),
    ("A8", "rejected, two things contradict each other"),
    ("D0", "not found with what was given"),
    ("E0", "the question itself was wrong"),
    ("E1", "no answer, their system is down"),
    ("E2", "no answer, another company does not respond"),
    ("E3", "the question must be corrected first"),
    ("E4", "no agreement with us on exchanging files"),
    ("F0", "decided"),
    ("F1", "decided and paid"),
    ("F2", "decided and denied"),
    ("F3", "decided anew"),
    ("F3F", "decided and forwarded to the next payer"),
    ("F3N", "decided and not forwarded"),
    ("F4", "decided, nothing will be paid"),
    ("P0", "waiting"),
    ("P1", "being worked on"),
    ("P2", "under review by the payer"),
    ("P3", "waiting, the payer asked the practice something"),
    ("P4", "waiting, the payer asked the patient something"),
    ("P5", "waiting, held by the payer for reasons of its own"),
];

const CATEGORY_LETTERS: &[(&str, &str)] =
    &[("A", "acknowledged"), ("D", "not found"), ("E", "no answer"), ("F", "decided"), ("P", "waiting"), ("R", "the payer asks for more")];

const ACTIONS: &[(&str, &str)] = &[("WQ", "taken"), ("U", "refused")];

const STATUSES: &[(&str, &str)] = &[
    ("0", "nothing more can be said electronically"),
    ("1", "the remittance says more"),
    ("3", "it was decided, money or a letter follows"),
    ("16", "it was passed on"),
    ("19", "it arrived"),
    ("20", "it will be processed"),
    ("21", "information is missing or not valid"),
    ("24", "not approved to send electronically"),
    ("25", "not approved"),
    ("26", "not found"),
    ("27", "the policy was cancelled"),
    ("33", "no such subscriber with this id"),
    ("35", "no such claim"),
    ("54", "it doubles a claim or line that was processed before"),
    ("65", "it was paid"),
    ("78", "it doubles a claim or line that still waits"),
    ("88", "no coverage on the dates of service"),
    ("97", "this payer does not find coverage for the patient"),
    ("109", "not eligible"),
    ("116", "it went to the wrong payer"),
    ("122", "missing or not valid data keep a line from being processed"),
    ("125", "name"),
    ("126", "address"),
    ("128", "tax id"),
    ("132", "Medicaid provider number"),
    ("145", "taxonomy (kind of provider)"),
    ("153", "id number"),
    ("156", "relation of the patient to the subscriber"),
    ("157", "sex"),
    ("158", "date of birth"),
    ("164", "member id"),
    ("171", "the patient's other coverage"),
    ("178", "charges"),
    ("187", "date of service"),
    ("188", "first and last date of the claim"),
    ("228", "kind of bill"),
    ("247", "what a service line says"),
    ("249", "place of service"),
    ("254", "first diagnosis"),
    ("255", "diagnosis"),
    ("400", "the amounts do not add up"),
    ("401", "where payment comes from is not valid"),
    ("402", "the amount must be above zero"),
    ("453", "modifier"),
    ("454", "procedure code"),
    ("464", "the payer's own claim number"),
    ("476", "units"),
    ("481", "the claim's format is not valid"),
    ("500", "ZIP code"),
    ("507", "procedure code (HCPCS)"),
    ("511", "a character that is not allowed"),
    ("516", "the day on which another payer decided or paid"),
    ("535", "new claim, replacement or void (frequency code)"),
    ("562", "NPI"),
    ("673", "the patient's reason for the visit"),
];

const ENTITIES: &[(&str, &str)] = &[
    ("03", "dependent"),
    ("1P", "provider"),
    ("36", "employer"),
    ("40", "receiver"),
    ("41", "submitter"),
    ("71", "attending provider"),
    ("77", "place where the service was given"),
    ("82", "rendering provider"),
    ("85", "billing provider"),
    ("87", "address for payments"),
    ("AY", "clearinghouse"),
    ("DK", "ordering provider"),
    ("DN", "referring provider"),
    ("DQ", "supervising provider"),
    ("GB", "subscriber of the other insurance"),
    ("IL", "subscriber"),
    ("P3", "primary care provider"),
    ("PR", "payer"),
    ("QC", "patient"),
    ("TT", "payer that it was passed on to"),
];

const GROUPS: &[GroupWords] = &[
    GroupWords { code: "CO", name: "contract", meaning: "the practice bears it; the patient may not be billed" },
    GroupWords { code: "PR", name: "patient", meaning: "the patient owes it, or the next payer" },
    GroupWords { code: "OA", name: "other", meaning: "nobody owes it for this: mostly what another payer did, or a duplicate" },
    GroupWords { code: "PI", name: "payer's own cut", meaning: "the payer lowered it; not the patient's, and open to appeal" },
    GroupWords { code: "CR", name: "correction", meaning: "a correction of an earlier answer, from older files" },
];

const fn r(code: &'static str, meaning: &'static str, next: &'static str) -> Reason {
    Reason { code, meaning, next }
}

const FIX_MODIFIER: &str = "Correct the modifier if the note supports it (GP, 59), and send again.";
const AS_CONTRACT: &str = "Written off by contract; nothing to do.";
const PATIENT_IF_PR: &str = "Bill the patient only if the group is PR and they were told beforehand.";
const CHECK_PROVIDER: &str =
    "Check the therapist's enrolment with this plan and the plan's rules; the patient may owe it if told beforehand.";
const RIGHT_PAYER: &str = "Send the claim to the payer that is responsible.";
const ELIGIBILITY: &str = "Verify coverage on the day of service and ask the patient for their current insurance.";
const FIX_MEMBER: &str = "Compare name and member id with the card, correct them, and send again.";
const LIMIT: &str = "Ask for more visits if the plan allows; bill the patient only if the group is PR.";
const AUTHORIZATION: &str =
    "Attach the authorization or referral number, or ask for one after the fact; appeal with the prescription if there was one.";
const NECESSITY: &str = "Appeal with notes, plan of care and prescription.";
const DISTINCT: &str = "Write off, or correct the modifier and appeal if the services were distinct and the note shows it.";
const SEND_RECORDS: &str = "Send what was asked for, within the payer's deadline.";
const FIX_REFERRER: &str = "Check the referring provider and their NPI, correct them, and send again.";
const FIX_CODE: &str = "Correct the code to one that was valid on the day of service, and send again.";
const CALL_ADJUSTER: &str = "Follow the state's rules and call the adjuster.";
const FIX_DIAGNOSIS: &str = "Correct the diagnosis only if the record supports it; otherwise appeal.";
const FIX_RESEND: &str = "Correct it and send again.";
const SEND_NEW: &str = "Correct it and send a new claim; this one cannot be appealed.";
const NOTHING: &str = "For information; nothing to do.";
const FIX_PROVIDER: &str = "Check the NPI and taxonomy of the practice and therapist, correct them, and send again.";

/// Adjustment reasons that a massage practice meets.
pub const CARC: &[Reason] = &[
    r("1", "deductible", "Bill the patient, or the next payer."),
    r("2", "coinsurance", "Bill the patient, or the next payer."),
    r("3", "copay", "Bill the patient, or the next payer."),
    r("4", "the modifier is missing or does not fit the code", FIX_MODIFIER),
    r("5", "the code does not fit the place of service", "Correct the place of service, and send again."),
    r("8", "the code does not fit this kind of provider", CHECK_PROVIDER),
    r("11", "the diagnosis does not support the service", FIX_DIAGNOSIS),
    r(
        "16",
        "data are missing or wrong; the remark code says which",
        "Read the remark code, correct, and send again: as a new claim if the remark is MA130, else as a replacement.",
    ),
    r("18", "the same claim was sent before", "Compare with the first claim's answer; do not bill again."),
    r("19", "an injury at work: workers' compensation is responsible", RIGHT_PAYER),
    r("20", "a liability insurer is responsible", RIGHT_PAYER),
    r("21", "the no-fault or auto insurer is responsible", RIGHT_PAYER),
    r(
        "22",
        "another insurance may have to pay first",
        "Ask the patient about other coverage, bill the first payer, and attach its answer.",
    ),
    r("23", "what an earlier payer paid or cut", NOTHING),
    r("24", "covered by a flat fee per member", AS_CONTRACT),
    r("26", "the service came before coverage began", ELIGIBILITY),
    r("27", "the service came after coverage ended", ELIGIBILITY),
    r("29", "it came after the filing deadline", "Appeal with the proof of timely filing (999, 277CA); without proof, write off."),
    r("31", "the patient is not found among the insured", FIX_MEMBER),
    r("35", "the benefit for a lifetime is used up", LIMIT),
    r("39", "authorization was asked for and refused", AUTHORIZATION),
    r("45", "above the fee schedule or the contracted rate", AS_CONTRACT),
    r("50", "the payer does not see it as medically necessary", NECESSITY),
    r("55", "the payer sees it as experimental", NECESSITY),
    r(
        "59",
        "lowered because several procedures were billed together",
        "Check whether the codes conflict; add 59 or an X modifier if the services were distinct.",
    ),
    r("94", "more than was charged was allowed or paid", AS_CONTRACT),
    r("95", "the plan's procedure was not followed", "Check the plan's rules; the patient may owe it if the group is PR."),
    r("96", "not covered; the remark code says why", PATIENT_IF_PR),
    r("97", "included in the payment for another service of the day", DISTINCT),
    r("100", "the payer sent the money to the patient", "Collect it from the patient."),
    r("109", "this payer does not cover the claim", "Send it to the payer that the answer names."),
    r("119", "the benefit for this period is used up", LIMIT),
    r("125", "the claim has an error in how it was billed", FIX_RESEND),
    r("129", "what was sent about the earlier payer's decision is wrong", "Attach the earlier payer's answer, and send again."),
    r("131", "a discount agreed for this claim", "Compare with the agreement."),
    r("133", "still under review; this is no decision yet", "Wait for the final answer."),
    r("140", "name and member id do not belong together", FIX_MEMBER),
    r("144", "an extra payment, as an incentive", "Income of the practice; nothing to collect."),
    r("146", "the diagnosis was not valid on the day of service", FIX_DIAGNOSIS),
    r(
        "148",
        "information from another provider is missing or not enough",
        "Get it and attach it, with the earlier payer's answer if there is one.",
    ),
    r("149", "the lifetime benefit for this kind of service is used up", LIMIT),
    r("150", "what was sent does not support this level of service", NECESSITY),
    r("151", "what was sent does not support so many units or visits", NECESSITY),
    r("152", "what was sent does not support so long a service", NECESSITY),
    r("163", "an attachment that the claim announced did not arrive", SEND_RECORDS),
    r("164", "an attachment that the claim announced arrived too late", SEND_RECORDS),
    r("167", "the plan does not cover this diagnosis", FIX_DIAGNOSIS),
    r("170", "not payable to this type of provider", CHECK_PROVIDER),
    r("172", "not payable to this specialty", CHECK_PROVIDER),
    r("177", "the patient does not meet the plan's conditions", "Check the plan's conditions with the payer and the patient."),
    r("181", "the procedure code was not valid on that day", FIX_CODE),
    r("182", "the modifier was not valid on that day", FIX_CODE),
    r("183", "the referring provider may not refer for this service", FIX_REFERRER),
    r("184", "the ordering provider may not order this service", FIX_REFERRER),
    r("185", "the therapist may not give this service under the plan", CHECK_PROVIDER),
    r("187", "paid out of the patient's health spending account", "A payment note; check that the money arrived."),
    r("193", "the payer reviewed it and stays with its decision", "Go to the next level of appeal."),
    r("197", "authorization or notice beforehand is missing", AUTHORIZATION),
    r("198", "more than was authorized", AUTHORIZATION),
    r("200", "the service fell into a gap of coverage", ELIGIBILITY),
    r("201", "the workers' compensation case is settled; the patient pays out of the settlement", CALL_ADJUSTER),
    r("204", "the patient's plan does not include this service", "Check the plan; the patient owes it only if the group is PR."),
    r("206", "an NPI is missing", FIX_REFERRER),
    r("207", "an NPI is not valid", FIX_REFERRER),
    r("208", "an NPI is not the one the payer has on file", FIX_REFERRER),
    r("210", "authorization was asked for too late", AUTHORIZATION),
    r("216", "a review organization decided so", NECESSITY),
    r("222", "more hours, days or units than the contract allows this provider", LIMIT),
    r("223", "adjusted by a law or rule that no other code names", "Read the remark code or ask the payer which rule."),
    r("225", "interest or a penalty that the payer pays", "Income of the practice; nothing to collect."),
    r("226", "the practice did not answer the payer's question, or not fully", SEND_RECORDS),
    r("227", "the patient did not answer the payer's question", "Ask the patient to answer the payer; send again afterwards."),
    r("231", "two services that cannot be billed together on one day", DISTINCT),
    r("234", "this service is not paid by itself", DISTINCT),
    r(
        "236",
        "code and modifier conflict with another service of the day",
        "Check whether the codes conflict; add 59 or an X modifier if the services were distinct.",
    ),
    r("237", "lowered by law, as a penalty", AS_CONTRACT),
    r("242", "the provider is not in the plan's network", "Check network status; the patient may owe it if the group is PR."),
    r("243", "the network or primary care provider did not authorize it", AUTHORIZATION),
    r("251", "the attachment is incomplete", SEND_RECORDS),
    r("252", "an attachment is needed to decide the claim", SEND_RECORDS),
    r("253", "the federal cut of Medicare payments (sequestration)", AS_CONTRACT),
    r("272", "the plan's coverage guideline is not met", NECESSITY),
    r("284", "the authorization number does not cover this service", AUTHORIZATION),
    r("288", "the referral is missing", AUTHORIZATION),
    r("296", "the authorization number does not cover this provider", AUTHORIZATION),
    r("A1", "denied; the remark code says why", "Read the remark code; appeal or correct by it."),
    r(
        "B7",
        "the provider was not certified or eligible on that day",
        "Check the dates of licence and enrolment; appeal with proof if they cover the day.",
    ),
    r("B13", "it was paid before, perhaps under another claim", "Find the earlier payment; do not bill again."),
    r("B15", "another service must come first and is not on file", "Check whether the other service was billed; send both, or appeal."),
    r("B16", "the patient does not count as new", "Use the code for a known patient, and send again."),
    r("B20", "another provider gave the service, in whole or in part", "Check who gave it; appeal with the note if it was yours."),
    r("P2", "the workers' compensation insurer says that it is no injury from work", RIGHT_PAYER),
    r("P4", "workers' compensation decided that nothing is owed for this injury", CALL_ADJUSTER),
    r("P8", "workers' compensation or auto: the claim is still being investigated", CALL_ADJUSTER),
    r("P12", "above the state's fee schedule for workers' compensation", AS_CONTRACT),
    r("P13", "lowered or denied by the state's rules for workers' compensation", CALL_ADJUSTER),
    r("P15", "the state's treatment guideline for workers' compensation is not met", CALL_ADJUSTER),
    r("P16", "the provider is not authorized to treat injured workers in this state", CALL_ADJUSTER),
    r("P17", "the attending provider's referral is missing, which workers' compensation wants", CALL_ADJUSTER),
    r("P22", "adjusted by the state's rules for medical payments or injury protection (auto)", CALL_ADJUSTER),
    r("P23", "above the state's fee schedule for medical payments or injury protection (auto)", AS_CONTRACT),
];

/// Remarks that a massage practice meets.
pub const RARC: &[Reason] = &[
    r("M15", "services billed apart belong together and are paid as one", DISTINCT),
    r("M20", "the procedure code is missing or not valid", FIX_CODE),
    r("M51", "a procedure code is missing, incomplete or not valid", FIX_CODE),
    r("M52", "the first date of service is missing or not valid", FIX_RESEND),
    r("M53", "days or units are missing or not valid", FIX_RESEND),
    r("M62", "the authorization number is missing or not valid", AUTHORIZATION),
    r("M64", "a further diagnosis is missing or not valid", FIX_DIAGNOSIS),
    r("M76", "a diagnosis is missing or not valid", FIX_DIAGNOSIS),
    r("M77", "the place of service is missing or not valid", FIX_RESEND),
    r("M79", "the charge is missing or not valid", FIX_RESEND),
    r("M80", "not covered in the same session as another service that was processed", DISTINCT),
    r("M86", "a same or similar service was paid within the period that the plan sets", LIMIT),
    r("M127", "the patient's record for this service is missing", SEND_RECORDS),
    r("MA04", "the first payer's decision is missing or cannot be read", "Attach the first payer's answer, and send again."),
    r("MA07", "passed on to Medicaid", NOTHING),
    r("MA13", "billing the patient for what is not in group PR may be punished", "Bill the patient only for group PR."),
    r("MA18", "passed on to the supplemental insurer", NOTHING),
    r("MA27", "the member's number or name is missing or not valid", FIX_MEMBER),
    r("MA36", "the patient's name is missing or not valid", FIX_MEMBER),
    r("MA61", "the patient's social security or member number is missing or not valid", FIX_MEMBER),
    r("MA63", "the first diagnosis is missing or not valid", FIX_DIAGNOSIS),
    r("MA112", "the group practice's data are missing or not valid", FIX_PROVIDER),
    r("MA130", "the claim could not be processed, so nothing was decided", SEND_NEW),
    r("N1", "the decision can be appealed", "Note the deadline for appeal."),
    r("N4", "the earlier insurer's explanation of benefits is missing", "Attach the first payer's answer, and send again."),
    r("N19", "the service is part of the main one", DISTINCT),
    r("N29", "documents are missing", SEND_RECORDS),
    r("N30", "the patient is not eligible for this service", PATIENT_IF_PR),
    r("N54", "the claim does not agree with what was authorized", AUTHORIZATION),
    r("N56", "the procedure code is not the right one for the service or the day", FIX_CODE),
    r("N95", "this type of provider may not bill this service", CHECK_PROVIDER),
    r("N130", "the plan's documents limit this service", PATIENT_IF_PR),
    r("N179", "the payer asked the member for more", "Ask the patient to answer the payer; send again afterwards."),
    r("N211", "the decision cannot be appealed", "Correct and send anew, or write off."),
    r("N216", "the plan does not offer this kind of service, or the patient lacks that part of it", PATIENT_IF_PR),
    r("N255", "the billing provider's taxonomy is missing or not valid", FIX_PROVIDER),
    r("N257", "the billing provider's NPI is missing or not valid", FIX_PROVIDER),
    r("N264", "the ordering provider's name is missing or not valid", FIX_REFERRER),
    r("N265", "the ordering provider's NPI is missing or not valid", FIX_REFERRER),
    r("N285", "the referring provider's name is missing or not valid", FIX_REFERRER),
    r("N286", "the referring provider's NPI is missing or not valid", FIX_REFERRER),
    r("N288", "the therapist's taxonomy is missing or not valid", FIX_PROVIDER),
    r("N290", "the therapist's NPI is missing or not valid", FIX_PROVIDER),
    r("N362", "more days or units than the payer takes", LIMIT),
    r("N381", "the contract with the payer says more", "Look at the contract."),
    r("N382", "the patient's id is missing or not valid", FIX_MEMBER),
    r("N390", "the service cannot be billed apart", DISTINCT),
    r("N418", "the claim went to the wrong payer", RIGHT_PAYER),
    r("N425", "the law leaves this service out", PATIENT_IF_PR),
    r("N428", "not covered in this place of service", PATIENT_IF_PR),
    r("N435", "more often than the plan allows without documents that support it", LIMIT),
    r("N517", "nothing was decided; a new claim with what is missing is needed", SEND_NEW),
    r("N519", "the modifiers cannot stand together", FIX_MODIFIER),
    r(
        "N522",
        "it doubles a claim that came, or will come, from another payer",
        "Compare with the first claim's answer; do not bill again.",
    ),
    r("N640", "more often than the plan allows in this period", LIMIT),
    r("N657", "another code describes this service", "Use the code that describes the service, and send again."),
    r("N706", "documents are missing", SEND_RECORDS),
    r("N822", "a modifier is missing", FIX_MODIFIER),
    r("N823", "a modifier is not valid", FIX_MODIFIER),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn each_is_known<T>(codes: &str, look: impl Fn(&str) -> Option<T>) {
        for code in codes.split_whitespace() {
            assert!(look(code).is_some(), "{code}");
        }
    }

    #[test]
    fn every_adjustment_reason_that_matters_here_has_words_and_a_next_step() {
        let codes = "1 2 3 4 5 8 170 172 185 11 167 146 16 18 19 20 21 P2 22 23 24 26 27 200 29 31 140 35 119 149 222 39 197 198 210 243 284 288 \
            296 45 50 55 150 151 152 272 59 236 94 253 237 95 242 96 97 234 231 100 109 129 148 163 164 226 227 251 252 177 204 181 182 183 184 \
            206 207 208 187 193 201 P4 P8 P12 P13 P15 P16 P17 P22 P23 B7 B13 B15 B16 B20 225 144 125 A1";
        each_is_known(codes, carc);
        let remarks = "M15 N19 N390 M80 M20 M51 M76 N56 M52 M53 M77 M79 M62 N54 MA04 N4 MA07 MA18 MA13 N1 N211 MA130 N517 MA27 MA36 MA61 N382 MA63 \
            M64 MA112 N257 N290 N255 N288 N264 N265 N285 N286 N29 N706 M127 N179 N362 N435 N640 M86 N30 N95 N130 N216 N428 N425 N418 N381 N519 \
            N822 N823 N522 N657";
        each_is_known(remarks, rarc);
        each_is_known("CO PR OA PI CR", group);
    }

    #[test]
    fn every_code_of_an_acknowledgement_has_words() {
        for n in 0..=31 {
            assert!(ta1_note(&format!("{n:03}")).is_some(), "{n}");
        }
        each_is_known("A E P R M W X", verdict);
        each_is_known("1 2 3 4 5 6 7 8 I4 I6 I7 I8 I9", segment_error);
        each_is_known("1 2 3 4 5 6 7 8 9 10 12 13 I6 I9 I10 I11 I12 I13", element_error);
        each_is_known("1 2 3 4 5 6 7 18 19 23 I5 I6", transaction_error);
        each_is_known("1 2 3 4 5 6 19", group_error);
        each_is_known("A0 A1 A2 A3 A4 A5 A6 A7 A8 P0 P1 F0 F2 R0 R15 E1 D0", status_category);
        each_is_known("19 20 21 33 116 122 128 145 158 164 187 247 249 254 401 453 454 500 511 516 562 673", status);
        each_is_known("85 82 DN IL QC PR 77 41 40 AY", entity);
        each_is_known("WQ U", action);
    }

    #[test]
    fn no_code_stands_twice_and_none_is_without_words() {
        for list in [TA1_NOTES, VERDICTS, SEGMENT_ERRORS, ELEMENT_ERRORS, TRANSACTION_ERRORS, GROUP_ERRORS, CATEGORIES, STATUSES, ENTITIES]
        {
            let codes: BTreeSet<&str> = list.iter().map(|(code, _)| *code).collect();
            assert_eq!(codes.len(), list.len(), "{list:?}");
            assert!(list.iter().all(|(code, words)| !code.is_empty() && !words.is_empty()));
        }
        for list in [CARC, RARC] {
            let codes: BTreeSet<&str> = list.iter().map(|r| r.code).collect();
            assert_eq!(codes.len(), list.len());
            assert!(list.iter().all(|r| r.meaning.len() > 4 && r.next.ends_with('.')), "a next step is a sentence");
        }
    }

    #[test]
    fn a_code_that_nobody_listed_is_shown_as_itself() {
        assert_eq!(carc("9999"), None);
        assert_eq!(or_code(ta1_note("777"), "777"), "code 777 (not in our list)");
        assert_eq!(or_code(status(""), ""), "no code given");
        assert_eq!(
            status_words("Z9", "9999", "??"),
            "code Z9 (not in our list): code 9999 (not in our list) (code ?? (not in our list)) [Z9:9999:??]"
        );
        assert_eq!(status_words("A7", "562", "85"), "rejected, something is not valid: NPI (billing provider) [A7:562:85]");
        assert_eq!(status_words("R3", "", ""), "the payer asks for more [R3]");
        assert_eq!((status_category(""), status_category("É1"), status_category("P")), (None, None, None));
    }

    #[test]
    fn codes_are_found_as_payers_write_them() {
        assert_eq!(carc(" 045 ").map(|r| r.code), Some("45"));
        assert_eq!(rarc("ma130").map(|r| r.code), Some("MA130"));
        assert_eq!(group("pr").map(|g| g.code), Some("PR"));
        assert_eq!((carc("0"), carc("")), (None, None));
    }
}
