//! What pages and programs see of the folders of clearinghouses.

use crate::claims::acks;
use crate::payments::era;
use crate::types::Money;
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

/// What one look into all folders did.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct Round {
    pub folders: Vec<FolderRound>,
}

impl Round {
    /// Somebody has to look at a file or a folder.
    pub fn needs_a_person(&self) -> bool {
        let of = |f: &FolderRound| {
            f.problem.is_some() || !f.unreadable.is_empty() || !f.left.is_empty() || f.taken.iter().any(|t| t.needs_a_person)
        };
        self.folders.iter().any(of)
    }

    /// How many files it took in, and how many it could not read.
    pub fn counted(&self) -> String {
        let sum = |of: fn(&FolderRound) -> usize| self.folders.iter().map(of).sum::<usize>();
        format!("{} taken in, {} could not be read", sum(|f| f.taken.len()), sum(|f| f.unreadable.len()))
    }

    /// Something was done.
    pub fn is_eventful(&self) -> bool {
        self.folders.iter().any(|f| !(f.taken.is_empty() && f.unreadable.is_empty()))
    }
}

/// What it did in the folder of one clearinghouse.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct FolderRound {
    pub partner: String,
    pub folder: String,
    /// Why the folder could not be looked into.
    pub problem: Option<String>,
    pub taken: Vec<Taking>,
    /// Files that may still be on their way.
    pub waiting: Vec<String>,
    /// Files that could not be read: they lie in `unreadable` now.
    pub unreadable: Vec<LeftFile>,
    /// Files that are none of ours: they stay where they are.
    pub left: Vec<LeftFile>,
}

/// A file that was taken in.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Taking {
    pub name: String,
    /// Like `835`, or `999 277CA`.
    pub kind: String,
    /// It was taken in before: nothing changed.
    pub again: bool,
    pub needs_a_person: bool,
    /// In a sentence: what came of it.
    pub what: String,
    /// The remittance, or the file of answers.
    pub id: Option<Uuid>,
}

impl Taking {
    pub fn of_era(name: &str, taken: &era::Taken) -> Self {
        let payments = taken.remittances.len();
        let cents: i64 = taken.remittances.iter().map(|e| e.amount_cents).sum();
        let word = if payments == 1 { "payment" } else { "payments" };
        Self {
            name: name.into(),
            kind: "835".into(),
            again: taken.again,
            needs_a_person: taken.remittances.iter().any(|e| e.needs_a_person),
            what: format!("{payments} {word} of {} staged, nothing posted", Money(cents)),
            id: taken.remittances.first().map(|e| e.id),
        }
    }

    pub fn of_ack(name: &str, taken: &acks::Taken) -> Self {
        let row = &taken.acknowledgment.row;
        Self {
            name: name.into(),
            kind: row.kinds.0.join(" "),
            again: taken.again,
            needs_a_person: row.needs_a_person,
            what: row.summary.clone(),
            id: Some(row.id),
        }
    }
}

/// A file, and what it is or why it cannot be read.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct LeftFile {
    pub name: String,
    pub what: String,
}

/// What lies in a folder now.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct FolderView {
    pub partner: String,
    pub folder: String,
    /// Why it could not be looked into.
    pub problem: Option<String>,
    /// For the next look, or still on their way.
    pub waiting: Vec<String>,
    pub left: Vec<LeftFile>,
    pub unreadable: Vec<LeftFile>,
}
