//! A clearinghouse as somebody typed it: the numbers of its envelopes, how its files are written and named. Pure.

use crate::types::{Check, FieldErrors, Text};
use chrono::{NaiveDate, NaiveDateTime};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// ISA06 and ISA08 have room for so many characters.
const LONGEST_ID: usize = 15;
/// What a name of a file may say: the day, the time, the number of the file, and `OATEST` or nothing.
const PLACES: [&str; 4] = ["{date}", "{time}", "{control}", "{test}"];

/// A partner as somebody typed it.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewPartner {
    pub name: Text,
    /// ISA05 and ISA06: what the partner knows us by.
    pub sender_qualifier: Text,
    pub sender_id: Text,
    /// ISA07 and ISA08.
    pub receiver_qualifier: Text,
    pub receiver_id: Text,
    /// GS02 and GS03; the ids of the ISA where nothing is said.
    pub group_sender: Text,
    pub group_receiver: Text,
    /// Our number in loop 1000A; ISA06 where nothing is said.
    pub submitter_id: Text,
    /// Loop 1000B.
    pub receiver_name: Text,
    pub receiver_code: Text,
    /// One character each; `*`, `:`, `^`, `~` where nothing is said.
    pub element_separator: Text,
    pub component_separator: Text,
    pub repetition_separator: Text,
    pub segment_terminator: Text,
    /// A line break behind each segment.
    pub breaks_lines: Text,
    /// Files are marked as tests (ISA15 = T).
    pub is_test: Text,
    /// Asks for a TA1 (ISA14).
    pub wants_ta1: Text,
    /// Each claim in a transaction of its own, so that one refused claim holds up no other.
    pub one_claim_per_transaction: Text,
    /// Like `{date}-{control}.837`.
    pub file_name: Text,
    /// Its folder within the exchange folder; files are put there and looked for there.
    pub folder: Text,
    pub notes: Text,
    /// The day on which the partner confirmed all this.
    pub confirmed_on: Text,
    pub version: Text,
}

/// A partner that passed its checks.
#[derive(Clone, Debug)]
pub struct PartnerDraft {
    pub name: String,
    pub sender_qualifier: String,
    pub sender_id: String,
    pub receiver_qualifier: String,
    pub receiver_id: String,
    pub group_sender: String,
    pub group_receiver: String,
    pub submitter_id: String,
    pub receiver_name: String,
    pub receiver_code: String,
    pub separators: [char; 4],
    pub breaks_lines: bool,
    pub is_test: bool,
    pub wants_ta1: bool,
    pub one_claim_per_transaction: bool,
    pub file_name: String,
    pub folder: Option<String>,
    pub notes: Option<String>,
    pub confirmed_on: Option<NaiveDate>,
    pub version: Option<i64>,
}

impl NewPartner {
    pub fn check(&self, today: NaiveDate) -> Result<PartnerDraft, FieldErrors> {
        let mut check = Check::new(today);
        let sender_id = id(&mut check, "sender_id", &self.sender_id, "Enter what the partner knows you by");
        let receiver_id = id(&mut check, "receiver_id", &self.receiver_id, "Enter the partner's own id");
        let name = check.required_line("name", &self.name, "Enter the name of the clearinghouse");
        let or = |typed: Option<String>, other: &str| typed.unwrap_or_else(|| other.to_string());
        let draft = PartnerDraft {
            sender_qualifier: qualifier(&mut check, "sender_qualifier", &self.sender_qualifier),
            receiver_qualifier: qualifier(&mut check, "receiver_qualifier", &self.receiver_qualifier),
            group_sender: or(short(&mut check, "group_sender", &self.group_sender), &sender_id),
            group_receiver: or(short(&mut check, "group_receiver", &self.group_receiver), &receiver_id),
            submitter_id: or(check.line("submitter_id", &self.submitter_id), &sender_id),
            receiver_name: or(check.line("receiver_name", &self.receiver_name), &name).to_uppercase(),
            receiver_code: or(check.line("receiver_code", &self.receiver_code), &receiver_id),
            separators: separators(&mut check, self),
            breaks_lines: self.breaks_lines.is_yes(),
            is_test: self.is_test.is_yes(),
            wants_ta1: self.wants_ta1.is_yes(),
            one_claim_per_transaction: self.one_claim_per_transaction.is_yes(),
            file_name: file_name_pattern(&mut check, &self.file_name),
            folder: folder(&mut check, &self.folder),
            notes: check.text("notes", &self.notes),
            confirmed_on: check.past_day("confirmed_on", &self.confirmed_on, "The confirmation"),
            version: check.whole("version", &self.version, 0..=i64::MAX),
            name,
            sender_id,
            receiver_id,
        };
        check.done(draft)
    }
}

fn id(check: &mut Check, field: &str, typed: &Text, missing: &str) -> String {
    let id = check.required_line(field, typed, missing);
    limit(check, field, &id);
    id
}

fn short(check: &mut Check, field: &str, typed: &Text) -> Option<String> {
    let id = check.line(field, typed)?;
    limit(check, field, &id);
    if id.len() < 2 {
        check.say(field, "Two characters at least");
    }
    Some(id)
}

fn limit(check: &mut Check, field: &str, id: &str) {
    if id.chars().count() > LONGEST_ID {
        check.say(field, format!("The envelope has room for {LONGEST_ID} characters"));
    }
    if !id.chars().all(|c| c.is_ascii_alphanumeric() || " -.".contains(c)) {
        check.say(field, "Letters, digits, spaces, dots and dashes only");
    }
}

/// Two characters; `ZZ`, as agreed between the two, where nothing is said.
fn qualifier(check: &mut Check, field: &str, typed: &Text) -> String {
    let said = check.line(field, typed).unwrap_or_else(|| "ZZ".into()).to_uppercase();
    if said.len() != 2 || !said.bytes().all(|b| b.is_ascii_alphanumeric()) {
        check.say(field, "Two letters or digits, like ZZ, 30 or 01");
    }
    said
}

fn separators(check: &mut Check, typed: &NewPartner) -> [char; 4] {
    let fields = [
        ("element_separator", &typed.element_separator, '*'),
        ("component_separator", &typed.component_separator, ':'),
        ("repetition_separator", &typed.repetition_separator, '^'),
        ("segment_terminator", &typed.segment_terminator, '~'),
    ];
    let mut chosen: Vec<char> = Vec::with_capacity(4);
    for (field, text, usual) in fields {
        let mut said = text.as_str().trim().chars();
        let c = said.next().unwrap_or(usual);
        if said.next().is_some() || c.is_ascii_alphanumeric() || !c.is_ascii_graphic() || "-.,'&()/#".contains(c) {
            check.say(field, "One character that stands in no name or address, like * : ^ ~ |");
        } else if chosen.contains(&c) {
            check.say(field, format!("\"{c}\" separates something else already"));
        }
        chosen.push(c);
    }
    [chosen[0], chosen[1], chosen[2], chosen[3]]
}

fn file_name_pattern(check: &mut Check, typed: &Text) -> String {
    let pattern = check.line("file_name", typed).unwrap_or_else(|| "{date}-{control}.837".into());
    let rest = PLACES.iter().fold(pattern.clone(), |text, place| text.replace(place, ""));
    if !pattern.contains("{control}") {
        check.say("file_name", "Write {control} somewhere: without the number of the file two files would have one name");
    }
    if rest.starts_with('.') && !pattern.starts_with('{') || !rest.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c)) {
        check.say("file_name", format!("Letters, digits, dots and dashes, and {}", PLACES.join(" ")));
    }
    pattern
}

/// One name within the exchange folder, never a way out of it.
fn folder(check: &mut Check, typed: &Text) -> Option<String> {
    let name = check.line("folder", typed)?;
    if name.starts_with('.') || !name.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c)) {
        check.say("folder", "One name of letters, digits, dots and dashes. It lies within the exchange folder");
    }
    Some(name)
}

/// What a file is called.
pub fn file_name(pattern: &str, at: NaiveDateTime, control: i64, is_test: bool) -> String {
    pattern
        .replace("{date}", &at.format("%Y%m%d").to_string())
        .replace("{time}", &at.format("%H%M%S").to_string())
        .replace("{control}", &format!("{control:09}"))
        .replace("{test}", if is_test { "OATEST" } else { "" })
}

/// Office Ally as several public systems write to it: a start, until the partner confirms it [x12.md 5.1].
pub fn office_ally() -> NewPartner {
    NewPartner {
        name: "Office Ally".into(),
        sender_qualifier: "ZZ".into(),
        receiver_qualifier: "30".into(),
        receiver_id: "330897513".into(),
        group_receiver: "OA".into(),
        receiver_name: "OFFICE ALLY".into(),
        receiver_code: "330897513".into(),
        file_name: "{test}{date}-{control}.837".into(),
        folder: "office-ally".into(),
        notes: "From public examples. Confirm every line with Office Ally when you enroll.".into(),
        ..NewPartner::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 5, 15).expect("a day")
    }

    fn typed() -> NewPartner {
        NewPartner { sender_id: "CEDARTIDE".into(), ..office_ally() }
    }

    fn check(new: &NewPartner) -> Result<PartnerDraft, FieldErrors> {
        new.check(today())
    }

    fn refused(new: NewPartner) -> Vec<String> {
        check(&new).map(|_| Vec::new()).unwrap_or_else(|e| e.0.iter().map(|e| e.field.to_string()).collect())
    }

    #[test]
    fn the_preset_needs_our_own_id_and_nothing_else() {
        assert_eq!(refused(office_ally()), ["sender_id"]);
        let draft = check(&typed()).expect("whole");
        assert_eq!((draft.group_sender.as_str(), draft.group_receiver.as_str()), ("CEDARTIDE", "OA"));
        assert_eq!(draft.separators, ['*', ':', '^', '~']);
    }

    #[test]
    fn two_separators_are_never_the_same_and_never_a_letter() {
        assert_eq!(refused(NewPartner { component_separator: "*".into(), ..typed() }), ["component_separator"]);
        assert_eq!(refused(NewPartner { segment_terminator: "A".into(), ..typed() }), ["segment_terminator"]);
    }

    #[test]
    fn a_file_name_says_its_number_and_leads_nowhere() {
        for bad in ["claims.837", "../{control}", "{control}/x", "{control} {patient}"] {
            assert_eq!(refused(NewPartner { file_name: bad.into(), ..typed() }), ["file_name"], "{bad}");
        }
        let at = today().and_hms_opt(9, 5, 7).expect("a time");
        assert_eq!(file_name("{test}{date}-{time}-{control}.837", at, 42, true), "OATEST20260515-090507-000000042.837");
    }

    #[test]
    fn a_folder_is_one_name() {
        for bad in ["../mail", "/etc", "..", "a/b"] {
            assert_eq!(refused(NewPartner { folder: bad.into(), ..typed() }), ["folder"], "{bad}");
        }
    }
}
