//! What a claim tells the payer beside its services (item 19 of the form): a remark, papers that follow on another way, and
//! why it comes late. Pure.

use crate::entity::claim_version::Model as Version;
use crate::types::{Check, FieldErrors, Text};
use crate::x12::{Delimiters, writer::plain};
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

crate::words! {
    /// Why a claim comes late: the codes of CLM20 [x12.md 5.2].
    pub enum DelayReason {
        Eligibility = "1", "Nobody could prove who was insured";
        Litigation = "2", "A lawsuit";
        Authorization = "3", "The authorization took long";
        Certifying = "4", "The practice's enrollment took long";
        Forms = "5", "Forms were not supplied";
        Appliances = "6", "A custom-made appliance took long";
        ThirdParty = "7", "Another payer took long";
        Determination = "8", "It took long to decide who was insured";
        Rejected = "9", "The first claim came back for a reason that has nothing to do with the deadline";
        Approval = "10", "The prior approval took long on the payer's side";
        Other = "11", "Something else";
        Disaster = "15", "A natural disaster";
    }
}

crate::words! {
    /// What follows: the codes of PWK01 that a practice like ours has papers for.
    pub enum AttachmentKind {
        TherapyNotes = "PN", "Treatment notes";
        PhysicianOrder = "B3", "The doctor's order";
        ProgressReport = "09", "A progress report";
        BeyondGuidelines = "03", "Why more treatment is needed than guidelines say";
        OtherPayersAnswer = "EB", "Another payer's explanation of benefits";
        Support = "OZ", "Other papers that support the claim";
    }
}

crate::words! {
    /// How it comes: the codes of PWK02.
    pub enum AttachmentWay {
        OnRequest = "AA", "When they ask for it";
        Fax = "FX", "By fax";
        Mail = "BM", "By mail";
        Email = "EM", "By email";
        File = "FT", "As a file";
        Electronic = "EL", "Through the clearinghouse";
    }
}

/// Papers that follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Attachment {
    pub kind: AttachmentKind,
    pub how: AttachmentWay,
}

impl Attachment {
    /// From its two columns.
    pub fn of(kind: Option<AttachmentKind>, how: Option<AttachmentWay>) -> Option<Self> {
        kind.zip(how).map(|(kind, how)| Self { kind, how })
    }

    /// The number for the cover of what follows: the claim's own, as it travels. What waits to be asked for has none.
    pub fn control(self, claim_no: &str) -> Option<String> {
        (self.how != AttachmentWay::OnRequest).then(|| crate::x12::claim_837p::wire_number(claim_no))
    }
}

/// What is told beside the services.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Additional {
    pub note: Option<String>,
    pub delay_reason: Option<DelayReason>,
    pub attachment: Option<Attachment>,
}

/// The same as a person types it.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewAdditional {
    /// At most 80 letters: a claim carries no more.
    pub note: Text,
    /// 1 to 11, or 15 (CLM20).
    pub delay_reason: Text,
    /// Like PN for treatment notes (PWK01), with
    pub attachment_kind: Text,
    /// how it comes, like FX for a fax (PWK02).
    pub attachment_how: Text,
}

/// The room that a file has for a remark. On paper item 19 takes less where papers are named beside it; the printing says so.
const LONGEST_NOTE: usize = 80;

impl Additional {
    pub fn as_typed(&self) -> NewAdditional {
        let word = |word: Option<&'static str>| word.unwrap_or_default().into();
        NewAdditional {
            note: self.note.as_deref().unwrap_or_default().into(),
            delay_reason: word(self.delay_reason.map(DelayReason::word)),
            attachment_kind: word(self.attachment.map(|a| a.kind.word())),
            attachment_how: word(self.attachment.map(|a| a.how.word())),
        }
    }
}

impl NewAdditional {
    pub fn check(&self, today: NaiveDate) -> Result<Additional, FieldErrors> {
        let mut check = Check::new(today);
        let note = check.line("note", &self.note);
        if let Some(note) = &note {
            let kept = plain(note, Delimiters::default());
            if note.chars().count() > LONGEST_NOTE {
                check.say("note", format!("A claim has room for {LONGEST_NOTE} letters. Shorten it"));
            } else if kept.trim().is_empty() {
                check.say("note", "Write it in Latin letters: a claim carries no others");
            }
        }
        let delay_reason = check.choice("delay_reason", &self.delay_reason);
        let kind = check.choice("attachment_kind", &self.attachment_kind);
        let how = check.choice("attachment_how", &self.attachment_how);
        let attachment = match (kind, how) {
            (Some(kind), Some(how)) => Some(Attachment { kind, how }),
            (Some(_), None) if self.attachment_how.is_blank() => {
                check.say("attachment_how", "Say how it comes to the payer");
                None
            }
            (None, Some(_)) if self.attachment_kind.is_blank() => {
                check.say("attachment_kind", "Say what comes to the payer");
                None
            }
            _ => None,
        };
        check.done(Additional { note, delay_reason, attachment })
    }
}

impl Version {
    /// What it tells beside its services.
    pub fn additional(&self) -> Additional {
        Additional {
            note: self.note.clone(),
            delay_reason: self.delay_reason,
            attachment: Attachment::of(self.attachment_kind, self.attachment_how),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(new: NewAdditional) -> Result<Additional, Vec<String>> {
        new.check(NaiveDate::MIN).map_err(|errors| errors.0.into_iter().map(|e| e.message).collect())
    }

    #[test]
    fn papers_are_named_with_the_way_on_which_they_come_or_not_at_all() {
        let both = read(NewAdditional { attachment_kind: "pn".into(), attachment_how: "FX".into(), ..Default::default() });
        let attachment = both.expect("fine").attachment.expect("papers");
        assert_eq!(attachment.control("C-2026-00311").as_deref(), Some("C202600311"));
        let asked = Attachment { how: AttachmentWay::OnRequest, ..attachment };
        assert_eq!(asked.control("C-2026-00311"), None, "what nobody sends has no cover");
        let one = read(NewAdditional { attachment_kind: "PN".into(), ..Default::default() });
        assert_eq!(one, Err(vec!["Say how it comes to the payer".into()]));
        let other = read(NewAdditional { attachment_how: "BM".into(), ..Default::default() });
        assert_eq!(other, Err(vec!["Say what comes to the payer".into()]));
        assert_eq!(read(NewAdditional::default()), Ok(Additional::default()));
    }

    #[test]
    fn a_remark_that_a_claim_cannot_carry_is_refused() {
        let note = |text: &str| read(NewAdditional { note: text.into(), ..Default::default() });
        assert_eq!(note(&"a".repeat(80)).expect("fine").note.map(|n| n.len()), Some(80));
        assert_eq!(note(&"a".repeat(81)), Err(vec!["A claim has room for 80 letters. Shorten it".into()]));
        assert!(note("山田").is_err() && note("two\nlines").is_err());
    }

    #[test]
    fn a_reason_outside_the_list_is_answered_with_the_list() {
        let late = |code: &str| read(NewAdditional { delay_reason: code.into(), ..Default::default() });
        assert_eq!(late("9").expect("fine").delay_reason, Some(DelayReason::Rejected));
        assert!(late("12").expect_err("refused")[0].contains("1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 15"));
    }
}
