//! What a person says in a report in place of our words.

use super::introduction::read_study;
use crate::types::{Check, FieldErrors, Text};
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A row here for each part that can be said differently; which of them a report has is told by its kind.
macro_rules! parts {
    ($($(#[$doc:meta])* $part:ident,)+) => {
        /// As typed. A blank field goes back to our words.
        #[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
        #[serde(default, deny_unknown_fields)]
        pub struct NewWording {
            $($(#[$doc])* pub $part: Text,)+
            /// Yes: nothing is asked.
            pub no_ask: Text,
            /// Id of the recipient's address, where there are several.
            pub address: Text,
            pub version: Text,
        }

        /// As it is kept with the report. What we would say ourselves has the same parts.
        #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
        #[serde(default)]
        pub struct Wording {
            $($(#[$doc])* pub $part: Option<String>,)+
            pub no_ask: bool,
        }

        impl Wording {
            /// What is left as we wrote it stays ours: it follows the notes that are still to come.
            pub fn unless_ours(self, ours: &Self) -> Self {
                let own = |typed: Option<String>, made: &Option<String>| typed.filter(|t| Some(t.trim()) != made.as_deref().map(str::trim));
                Self { $($part: own(self.$part, &ours.$part),)+ no_ask: self.no_ask }
            }

            /// As it would be typed.
            pub fn as_typed(&self) -> NewWording {
                let text = |own: &Option<String>| Text::new(own.as_deref().unwrap_or_default());
                NewWording {
                    $($part: text(&self.$part),)+
                    no_ask: if self.no_ask { "yes" } else { "" }.into(),
                    ..NewWording::default()
                }
            }
        }

        impl NewWording {
            /// Our words where a person says nothing.
            pub fn or(&self, ours: &Wording) -> Self {
                let or = |own: &Text, made: &Option<String>| match made {
                    Some(made) if own.is_blank() => Text::new(made),
                    _ => own.clone(),
                };
                Self { $($part: or(&self.$part, &ours.$part),)+ ..self.clone() }
            }

            fn read(&self, mut part: impl FnMut(&'static str, &Text) -> Option<String>) -> Wording {
                Wording { $($part: part(stringify!($part), &self.$part),)+ no_ask: self.no_ask.is_yes() }
            }
        }
    };
}

parts! {
    /// The line the doctor reads first.
    bottom_line,
    /// Why more visits are asked for.
    why,
    /// How many visits are asked for,
    visits,
    /// how many of them a week,
    per_week,
    /// and until when.
    until,
    treatment,
    /// What the therapist makes of the findings.
    found,
    plan,
    /// What the patient does at home.
    home,
    /// When to refer again.
    again,
    /// What the doctor can do about a referral that came to nothing, before our phone number.
    to_do,
    /// What we do about it from here on.
    from_here,
    /// The one thing that was promised when we met.
    promise,
    /// Who treats, where and what.
    who,
    /// Whom we bill.
    coverage,
    /// Whom we call,
    contact,
    /// and when.
    call_day,
    /// What studies say: a line each, with its source in parentheses.
    studies,
    /// New red flags, missed visits, changes of medication.
    flags,
    /// The one question.
    ask,
    /// What happens until somebody answers.
    meanwhile,
}

/// The longest text of one part: a report fits on a page [domain 4.2].
const LONGEST: usize = 1_200;

impl NewWording {
    /// Reads what was typed for a report that has these parts.
    pub fn check(&self, parts: &[&str], today: NaiveDate) -> Result<(Wording, Option<i64>), FieldErrors> {
        let mut check = Check::new(today);
        let wording = self.read(|name, typed| {
            if !typed.is_blank() && !parts.contains(&name) {
                check.say(name, "This letter has no such part. Leave it out");
            }
            match name {
                "visits" => check.whole(name, typed, 1..=99).map(|n| n.to_string()),
                "per_week" => check.whole(name, typed, 1..=7).map(|n| n.to_string()),
                "until" | "call_day" => ahead(&mut check, name, typed, today),
                "studies" => studies(&mut check, name, typed),
                _ => words(&mut check, name, typed),
            }
        });
        let version = check.whole("version", &self.version, 0..=i64::MAX);
        check.done((wording, version))
    }
}

fn words(check: &mut Check, name: &str, typed: &Text) -> Option<String> {
    let text = check.text(name, typed)?;
    if text.chars().count() > LONGEST {
        check.say(name, format!("A report fits on one page. Shorten this to {LONGEST} characters"));
    }
    if text.contains("{{") || text.contains("{%") {
        check.say(name, "Marks like {{ }} are not filled in here. Write the words themselves");
    }
    Some(text)
}

/// Nothing is claimed without its source.
fn studies(check: &mut Check, name: &str, typed: &Text) -> Option<String> {
    let text = words(check, name, typed)?;
    if text.lines().any(|line| !line.trim().is_empty() && read_study(line).is_none()) {
        check.say(
            name,
            "End each line with its source and the year in parentheses, like (Sherman and others, Annals of Family Medicine 2014;12:112)",
        );
    }
    Some(text)
}

fn ahead(check: &mut Check, name: &str, typed: &Text, today: NaiveDate) -> Option<String> {
    let day = check.day(name, typed)?;
    if day <= today {
        check.say(name, "This day is over. Enter one that lies ahead");
    }
    Some(day.to_string())
}
