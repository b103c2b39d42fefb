//! One struct a mail, a file each: its fields are all that its templates can say. What a mail must never hold has no field here:
//! no money, no payments, no private notes, no other doctor's patients [prototype/mail, merge fields]. What one of us gets may hold
//! money, and names nobody.

mod code;
mod course;
mod discharge;
mod fax;
mod initial;
mod introduction;
mod lost;
mod monthly_summary;
mod morning;
mod owner;
mod progress;
mod renewal;
mod stop;
mod thanks;
mod waiting;

pub use code::CodeNotice;
pub use course::{Goal, Measure, Measured, Ordered, PatientLine, Point, Trend, Verdict};
pub use discharge::{Discharge, DischargeLetter};
pub use fax::FaxCover;
pub use initial::{Finding, Initial, InitialReport};
pub use introduction::{Intro, Introduction, Study};
pub use lost::{Attempt, Lost, LostReferralNote, NotSeen};
pub use monthly_summary::{MonthlySummary, Summary, SummaryPatient, Total};
pub use morning::{Morning, Waiting};
pub use owner::{Aged, Amount, Bar, Deadline, DeniedFor, Headline, OwnerMonth, OwnerReport, Quiet, SourceCash, Todo};
pub use progress::{Progress, ProgressReport};
pub use renewal::{AskedFor, Renewal, RenewalRequest};
pub use stop::Stop;
pub use thanks::ThankYou;
pub use waiting::WaitingNotice;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A mail that can be composed, and printed as a page of the same content.
pub trait Mail: Send + Sync {
    /// The folder of its templates.
    fn folder(&self) -> &'static str;
    /// What people call it, in lists and in the record of disclosures.
    fn label(&self) -> &'static str;
    fn head(&self) -> &Head;
    fn head_mut(&mut self) -> &mut Head;
    fn fields(&self) -> serde_json::Result<Value>;
    /// How its reader says that they want no more like it; none where it is about a patient.
    fn stop(&self) -> Option<&Stop> {
        None
    }
}

/// Makes a struct with a head a mail: the folder of its templates, and its label; and what it does in its own way.
macro_rules! mail {
    ($mail:ident, $folder:literal, $label:literal) => {
        $crate::mail::kinds::mail!($mail, $folder, $label, {});
    };
    ($mail:ident, $folder:literal, $label:literal, { $($own:tt)* }) => {
        impl $crate::mail::kinds::Mail for $mail {
            fn folder(&self) -> &'static str {
                $folder
            }

            fn label(&self) -> &'static str {
                $label
            }

            fn head(&self) -> &$crate::mail::kinds::Head {
                &self.head
            }

            fn head_mut(&mut self) -> &mut $crate::mail::kinds::Head {
                &mut self.head
            }

            fn fields(&self) -> serde_json::Result<serde_json::Value> {
                serde_json::to_value(self)
            }

            $($own)*
        }

        /// Patient data is not for logs.
        impl std::fmt::Debug for $mail {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}({})", stringify!($mail), self.head.reference)
            }
        }
    };
}
pub(crate) use mail;

/// What every mail to a doctor begins with.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    pub practice: Letterhead,
    /// `7F3K`: for phone calls; it opens nothing.
    #[serde(rename = "ref")]
    pub reference: String,
    pub sent_on: NaiveDate,
    pub to: Recipient,
    #[serde(default)]
    pub correction: Option<Correction>,
    /// A copy of what another doctor got, who wants the reader to hear of it: `Dr. Raman`.
    #[serde(default)]
    pub copy_of: Option<String>,
}

/// Who writes. Numbers as people read them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letterhead {
    pub name: String,
    /// `Maya Ortiz, LMT`.
    pub therapist: String,
    pub npi: Option<String>,
    pub phone: String,
    pub fax: Option<String>,
    pub street: String,
    /// `Seattle, WA 98101`.
    pub city: String,
}

#[cfg(test)]
impl Letterhead {
    /// That of a practice in tests.
    pub fn example() -> Self {
        Self {
            name: "Cedar & Tide Massage".into(),
            therapist: "Maya Ortiz, LMT".into(),
            npi: None,
            phone: "(206) 555-0186".into(),
            fax: None,
            street: "1410 Tidewater Lane".into(),
            city: "Seattle, WA 98101".into(),
        }
    }
}

/// A letter that does not say so goes to who sent the patient.
fn by_rule() -> bool {
    true
}

/// Who reads.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipient {
    /// `Priya Raman, MD`.
    pub name: String,
    /// The office, where one is known.
    pub place: Option<String>,
    /// They sent the patient; else they ordered or signed.
    #[serde(default = "by_rule")]
    pub has_sent: bool,
}

/// What an amended report takes the place of, and why.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    pub of: NaiveDate,
    pub why: String,
}

/// The one thing that we ask. It is answered by a reply, by phone or by fax.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ask {
    /// `One question for you`.
    pub label: String,
    pub text: String,
    /// What happens until somebody answers.
    pub meanwhile: String,
    /// How to answer, a sentence on its own line; see `Letterhead::ways_to_answer`.
    pub reply: String,
    /// What can be ticked on the page that is signed and comes back; a question in words has none.
    #[serde(default)]
    pub options: Vec<String>,
}

impl Letterhead {
    /// How a doctor answers a question.
    pub fn ways_to_answer(&self) -> String {
        match &self.fax {
            Some(fax) => format!("Reply to this mail, call {} or fax {fax}.", self.phone),
            None => format!("Reply to this mail or call {}.", self.phone),
        }
    }
}
