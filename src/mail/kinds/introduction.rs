use super::{Head, Stop, mail};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Who we are, to a doctor who does not know us yet. None of its fields is a patient, or the result of one.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Introduction {
    #[serde(flatten)]
    pub head: Head,
    /// `Dr. Helen Okafor`.
    pub greeting: String,
    pub intro: Intro,
    /// How they say that they want no more letters about us.
    pub stop: Stop,
}

/// The body of an introduction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intro {
    /// Who treats, where and what.
    pub who: String,
    pub offer: String,
    /// What a doctor who sends somebody hears, and when.
    pub steps: Vec<String>,
    pub coverage: String,
    /// Each with its source: a claim without one has no place in it.
    pub studies: Vec<Study>,
    pub call_on: NaiveDate,
    /// Whom we call: `your office`.
    pub contact: String,
    /// The one question.
    pub question: String,
    /// How it is answered; see `Letterhead::ways_to_answer`.
    pub reply: String,
}

/// What a study found, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Study {
    pub says: String,
    pub cite: String,
}

mail!(Introduction, "introduction", "Introduction", {
    fn stop(&self) -> Option<&Stop> {
        Some(&self.stop)
    }
});
