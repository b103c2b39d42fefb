//! A report as one of its mails: what is frozen with it, and what a person sees before it leaves. Pure.

use crate::mail::compose::{ComposeError, Composed, compose};
use crate::mail::kinds::{
    DischargeLetter, Head, InitialReport, Introduction, LostReferralNote, Mail, MonthlySummary, ProgressReport, RenewalRequest, ThankYou,
};
use crate::reports::report::ReportKind;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The words in a report that a doctor can read in a minute [domain 4.2].
pub const MOST_WORDS: usize = 350;

/// The content of a report: a row here for each kind, and its mail.
macro_rules! letters {
    ($($kind:ident: $mail:ident,)+) => {
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(tag = "kind", rename_all = "snake_case")]
        pub enum Letter {
            $($kind(Box<$mail>),)+
        }

        impl Letter {
            pub fn kind(&self) -> ReportKind {
                match self { $(Self::$kind(_) => ReportKind::$kind,)+ }
            }

            pub fn mail(&self) -> &dyn Mail {
                match self { $(Self::$kind(mail) => &**mail,)+ }
            }

            fn head_mut(&mut self) -> &mut Head {
                match self { $(Self::$kind(mail) => mail.head_mut(),)+ }
            }
        }

        $(impl From<$mail> for Letter {
            fn from(mail: $mail) -> Self {
                Self::$kind(Box::new(mail))
            }
        })+
    };
}

letters! {
    Progress: ProgressReport,
    MonthlySummary: MonthlySummary,
    RenewalRequest: RenewalRequest,
    InitialReport: InitialReport,
    DischargeLetter: DischargeLetter,
    LostReferralNote: LostReferralNote,
    ThankYou: ThankYou,
    Introduction: Introduction,
}

impl Letter {
    /// `7F3K`.
    pub fn reference(&self) -> &str {
        &self.mail().head().reference
    }

    pub fn compose(&self) -> Result<Composed, ComposeError> {
        compose(self.mail())
    }

    /// Whether it asks the doctor something.
    pub fn asks(&self) -> bool {
        self.mail().fields().is_ok_and(|fields| fields.get("ask").is_some_and(|ask| !ask.is_null()))
    }

    /// The day on which it leaves stands on it.
    pub fn dated(mut self, on: NaiveDate) -> Self {
        self.head_mut().sent_on = on;
        self
    }

    /// The fingerprint of the content, whatever day it leaves.
    pub fn content_hash(&self) -> Vec<u8> {
        let undated = self.clone().dated(NaiveDate::MIN);
        Sha256::digest(serde_json::to_vec(&undated).unwrap_or_default()).to_vec()
    }
}

/// What a signature freezes: the letter, and whom it tells about.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Signed {
    pub letter: Letter,
    pub patient_ids: Vec<i64>,
}

/// The mark of exactly what somebody read, and to whom it would go: an approval names it.
pub fn seen_mark(mail: &Composed, to: &str) -> String {
    let mut hash = Sha256::new();
    for part in [to, &mail.subject, &mail.preheader, &mail.text, &mail.html] {
        hash.update(part);
        hash.update([0]);
    }
    hex::encode(&hash.finalize()[..12])
}

/// Words of the report itself, without its foot.
pub fn words_of(mail: &Composed) -> usize {
    let body = mail.text.split("\n--\n").next().unwrap_or_default();
    body.split_whitespace().filter(|w| w.chars().any(char::is_alphanumeric)).count()
}

/// What is missing for a mail, in words that say where it is entered.
pub fn missing_words(field: &str) -> String {
    let words = match field.split_once('.').map_or(field, |(_, rest)| rest) {
        "practice.street" | "practice.city" => "The practice has no street, city, state and ZIP yet. Enter them in the settings",
        "practice.phone" => "The practice has no phone yet. Enter it in the settings",
        "practice.name" => "The practice has no name yet. Enter it in the settings",
        "practice.therapist" => "No therapist stands behind this report. Choose one on the referral",
        "report.treatment" => "No treatment with its minutes stands in the notes. Write what was done",
        "report.home" => "No note tells of a home program. Write what the patient does at home, or that none was given",
        "report.plan" => "No note says what is planned. Write the plan",
        "report.bottom_line" => "The first line is empty",
        "report.request" => "Nothing says how many visits to ask for. Enter them",
        other => return format!("Something is missing: {}", other.replace(['.', '_'], " ")),
    };
    words.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn progress() -> Letter {
        let mail: ProgressReport = serde_json::from_str(include_str!("../../../tests/it/mails/progress.json")).expect("an example");
        Letter::Progress(Box::new(mail))
    }

    #[test]
    fn a_letter_comes_back_from_what_was_frozen() {
        let frozen = serde_json::to_value(progress()).expect("json");
        assert_eq!(frozen["kind"], "progress");
        assert_eq!(serde_json::from_value::<Letter>(frozen).expect("a letter"), progress());
    }

    #[test]
    fn the_day_changes_the_mail_and_not_the_fingerprint_of_its_content() {
        let other = progress().dated(NaiveDate::from_ymd_opt(2026, 12, 1).expect("a day"));
        assert_eq!(other.content_hash(), progress().content_hash());
        let (a, b) = (progress().compose().expect("a mail"), other.compose().expect("a mail"));
        assert_ne!(seen_mark(&a, "x@y.example"), seen_mark(&b, "x@y.example"));
        assert_ne!(seen_mark(&a, "x@y.example"), seen_mark(&a, "z@y.example"), "another recipient is another approval");
    }

    #[test]
    fn the_example_reads_in_under_a_minute() {
        let words = words_of(&progress().compose().expect("a mail"));
        assert!((150..=MOST_WORDS).contains(&words), "{words}");
    }

    #[test]
    fn what_is_missing_is_said_with_the_place_where_it_is_entered() {
        assert!(missing_words("progress.practice.street").contains("settings"));
        assert_eq!(missing_words("progress.patient.name"), "Something is missing: patient name");
    }
}
