//! A text that is used again: what may be entered, and how a short name becomes its words.

use crate::care::carried::{Part, joined};
use crate::care::note::NewNote;
use crate::types::{Check, FieldErrors, Text};
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

crate::words! {
    pub enum TextKind {
        /// Words behind a short name: `.neck`.
        Snippet = "snippet", "Snippet";
        /// All four parts of a note.
        Template = "template", "Template";
    }
}

crate::words! {
    /// Whose it is.
    pub enum Whose {
        Mine = "mine", "Mine alone";
        Practice = "practice", "The practice’s, for all who treat";
    }
}

/// A text as it is typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewText {
    /// snippet or template
    pub kind: Text,
    /// A snippet's is what is typed after the dot: small letters, digits, - and _.
    pub name: Text,
    /// mine or practice; mine where nothing is said. It stays what it was made as.
    pub whose: Text,
    /// What a snippet stands for.
    pub words: Text,
    /// What a template fills in.
    pub subjective: Text,
    pub objective: Text,
    pub assessment: Text,
    pub plan: Text,
    pub version: Text,
}

/// A text that passed its checks.
#[derive(Clone, Debug)]
pub struct TextDraft {
    pub kind: TextKind,
    pub name: String,
    pub whose: Whose,
    pub words: String,
    pub subjective: String,
    pub objective: String,
    pub assessment: String,
    pub plan: String,
    pub version: Option<i64>,
}

impl NewText {
    pub fn check(&self, today: NaiveDate) -> Result<TextDraft, FieldErrors> {
        let mut check = Check::new(today);
        let kind = check.required_choice("kind", &self.kind, "Choose: a snippet or a template");
        let is_snippet = kind == Some(TextKind::Snippet);
        let part = |check: &mut Check, name: &str, typed: &Text| check.text(name, typed).unwrap_or_default();
        let draft = TextDraft {
            kind: kind.unwrap_or(TextKind::Snippet),
            name: if is_snippet { short_name(&mut check, &self.name) } else { title(&mut check, &self.name) },
            whose: check.choice("whose", &self.whose).unwrap_or(Whose::Mine),
            words: part(&mut check, "words", &self.words),
            subjective: part(&mut check, "subjective", &self.subjective),
            objective: part(&mut check, "objective", &self.objective),
            assessment: part(&mut check, "assessment", &self.assessment),
            plan: part(&mut check, "plan", &self.plan),
            version: check.whole("version", &self.version, 0..=i64::MAX),
        };
        let parts = [&draft.subjective, &draft.objective, &draft.assessment, &draft.plan];
        if is_snippet && draft.words.is_empty() {
            check.say("words", "Write what the snippet stands for");
        }
        if kind == Some(TextKind::Template) && parts.iter().all(|p| p.is_empty()) {
            check.say("subjective", "Write at least one part of the template");
        }
        check.done(draft)
    }
}

fn title(check: &mut Check, typed: &Text) -> String {
    check.required_line("name", typed, "Give it a name, like \"First visit, neck\"")
}

/// `.Neck` is `neck`; what could end a sentence or hold two words is no name.
fn short_name(check: &mut Check, typed: &Text) -> String {
    let name = typed.as_str().trim_start_matches('.').to_lowercase();
    let fits = (1..=20).contains(&name.len()) && name.bytes().all(is_of_name) && name.starts_with(|c: char| c.is_ascii_lowercase());
    if !fits {
        check.say("name", "Give it a short name, like neck: it begins with a letter, then letters, digits, - or _, at most 20");
    }
    name
}

fn is_of_name(b: u8) -> bool {
    b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_')
}

/// The text with each known `.name` at the beginning of a word replaced by its words. What is not known stays as typed:
/// a dot may be a dot.
pub fn expanded(typed: &str, words_of: impl Fn(&str) -> Option<String>) -> String {
    let mut found = String::with_capacity(typed.len());
    let mut rest = typed;
    let mut at_start = true;
    while let Some(next) = rest.chars().next() {
        let name: String = match next {
            '.' if at_start => {
                rest[1..].chars().map(|c| c.to_ascii_lowercase()).take_while(|c| c.is_ascii() && is_of_name(*c as u8)).collect()
            }
            _ => String::new(),
        };
        match Some(name).filter(|n| !n.is_empty()).and_then(|n| words_of(&n).map(|words| (n.len() + 1, words))) {
            Some((length, words)) => {
                found.push_str(&words);
                rest = &rest[length..];
                at_start = false;
            }
            None => {
                found.push(next);
                rest = &rest[next.len_utf8()..];
                at_start = next.is_whitespace();
            }
        }
    }
    found
}

/// A note with the short names in its four parts written out.
pub fn written_out(new: &NewNote, words_of: impl Fn(&str) -> Option<String>) -> NewNote {
    let out = |typed: &Text| Text::new(expanded(typed.as_str(), &words_of));
    NewNote {
        subjective: out(&new.subjective),
        objective: out(&new.objective),
        assessment: out(&new.assessment),
        plan: out(&new.plan),
        ..new.clone()
    }
}

/// Adds words to a part of a note; what was written stays first.
pub fn add_to(new: &mut NewNote, part: Part, words: &str) {
    let typed = match part {
        Part::Subjective => &mut new.subjective,
        Part::Objective => &mut new.objective,
        Part::Assessment => &mut new.assessment,
        Part::Plan => &mut new.plan,
        Part::WorkStatus => &mut new.work_status,
        Part::Restrictions => &mut new.restrictions,
        Part::Body => return,
    };
    *typed = Text::new(joined(typed.as_str(), words));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(name: &str) -> Option<String> {
        match name {
            "neck" => Some("Neck stiff on both sides.".into()),
            "hc-1" => Some("Chin tucks.".into()),
            _ => None,
        }
    }

    #[test]
    fn a_short_name_at_the_beginning_of_a_word_becomes_its_words_and_nothing_else_does() {
        let out = |typed: &str| expanded(typed, words);
        assert_eq!(out(".neck Slept well.\n.HC-1"), "Neck stiff on both sides. Slept well.\nChin tucks.");
        for typed in ["Sore neck.neck", "Stiff neck.", "1.5 hours", ".unknown", "... .", "über .nacken"] {
            assert_eq!(out(typed), typed);
        }
        assert_eq!(out(".neck, .neck."), "Neck stiff on both sides., Neck stiff on both sides..");
        assert_eq!(expanded(".neck", |_| Some(".neck".into())), ".neck", "what was put in is not read again");
    }

    #[test]
    fn a_snippet_has_a_short_name_and_words_and_a_template_has_a_part() {
        let new = |kind: &str, name: &str| NewText { kind: kind.into(), name: name.into(), words: "Stiff.".into(), ..Default::default() };
        let read = |new: NewText| new.check(NaiveDate::MIN).map(|d| d.name);
        assert_eq!(read(new("snippet", ".Neck")).expect("fine"), "neck");
        for name in ["two words", "", "1st", "a.b", "abcdefghijklmnopqrstuvw"] {
            assert_eq!(read(new("snippet", name)).expect_err("refused").0[0].field, "name", "{name}");
        }
        assert_eq!(read(new("template", "First visit")).expect_err("refused").0[0].field, "subjective");
        let template = NewText { plan: "Weekly.".into(), ..new("template", "First visit") };
        assert_eq!(read(template).expect("fine"), "First visit");
    }
}
