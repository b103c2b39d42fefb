//! What a doctor answers to a renewal request, and what follows from it. Pure.

use crate::types::{Check, Chip, FieldErrors, Text};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

crate::words! {
    pub enum Answer {
        Approve = "approve", "Approve as requested";
        Change = "change", "Change the request";
        Stop = "stop", "Stop";
    }
}

impl Answer {
    pub fn chip(self) -> Chip {
        match self {
            Self::Approve => Chip::ok("Approved"),
            Self::Change => Chip::wait("Changed"),
            Self::Stop => Chip::bad("Stop"),
        }
    }
}

crate::words! {
    /// What a person made of an answer.
    pub enum Settled {
        Filed = "filed", "Filed as an order";
        Noted = "noted", "Noted";
    }
}

/// An answer as it was typed on a phone.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct NewAnswer {
    pub answer: Text,
    /// Of a change: how many visits,
    pub visits: Text,
    /// how often,
    pub per_week: Text,
    /// until when,
    pub until: Text,
    /// and anything else.
    pub words: Text,
    /// The name of who signs.
    pub name: Text,
    /// yes: I may sign for this order.
    pub may_sign: Text,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerDraft {
    pub answer: Answer,
    pub visits: Option<i64>,
    pub per_week: Option<i64>,
    pub until: Option<NaiveDate>,
    pub words: Option<String>,
    pub name: String,
}

impl NewAnswer {
    pub fn check(&self, today: NaiveDate) -> Result<AnswerDraft, FieldErrors> {
        let mut check = Check::new(today);
        let answer = check.required_choice("answer", &self.answer, "Choose one of the three");
        let visits = check.whole("visits", &self.visits, 1..=365);
        let per_week = check.whole("per_week", &self.per_week, 1..=14);
        let until = check.day("until", &self.until);
        let words = check.text("words", &self.words);
        let name = check.required_line("name", &self.name, "Type your name: it stands for your signature");
        if until.is_some_and(|until| until < today) {
            check.say("until", "This day is over");
        }
        if answer == Some(Answer::Change) && visits.is_none() && words.is_none() {
            check.say("visits", "Say how many visits, or what should be different");
        }
        if !self.may_sign.is_yes() {
            check.say("may_sign", "Say that you may sign for this order");
        }
        let of_change = answer == Some(Answer::Change);
        let draft = answer.map(|answer| AnswerDraft {
            answer,
            visits: visits.filter(|_| of_change),
            per_week: per_week.filter(|_| of_change),
            until: until.filter(|_| of_change),
            words,
            name,
        });
        check.done(draft)?.ok_or_else(|| FieldErrors::one("answer", "Choose one of the three"))
    }
}

impl AnswerDraft {
    /// An order follows from it without anybody's judgment: approved as requested, or changed in numbers.
    pub fn is_an_order(&self) -> bool {
        match self.answer {
            Answer::Approve => true,
            Answer::Change => self.visits.is_some(),
            Answer::Stop => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn typed(answer: &str) -> NewAnswer {
        NewAnswer { answer: answer.into(), name: "Priya Raman".into(), may_sign: "yes".into(), ..NewAnswer::default() }
    }

    fn fields(new: &NewAnswer) -> Vec<String> {
        let errors = new.check(day("2026-11-23")).expect_err("refused");
        errors.0.into_iter().map(|e| e.field).collect()
    }

    #[test]
    fn an_answer_needs_a_choice_a_name_and_the_word_that_one_may_sign() {
        assert_eq!(fields(&NewAnswer::default()), ["answer", "name", "may_sign"]);
        let approved = typed("approve").check(day("2026-11-23")).expect("an answer");
        assert!(approved.is_an_order() && approved.name == "Priya Raman");
        assert!(!typed("stop").check(day("2026-11-23")).expect("an answer").is_an_order());
    }

    #[test]
    fn a_change_says_what_is_different_and_is_an_order_only_in_numbers() {
        assert_eq!(fields(&typed("change")), ["visits"]);
        let in_words = NewAnswer { words: "See me first.".into(), ..typed("change") }.check(day("2026-11-23")).expect("an answer");
        assert!(!in_words.is_an_order(), "a person reads it");
        let in_numbers = NewAnswer { visits: "4".into(), per_week: "1".into(), until: "2026-12-31".into(), ..typed("change") };
        let draft = in_numbers.check(day("2026-11-23")).expect("an answer");
        assert_eq!((draft.visits, draft.per_week, draft.until), (Some(4), Some(1), Some(day("2026-12-31"))));
        assert!(draft.is_an_order());
    }

    #[test]
    fn numbers_of_a_change_count_for_no_other_answer() {
        let new = NewAnswer { visits: "40".into(), ..typed("approve") };
        assert_eq!(new.check(day("2026-11-23")).expect("an answer").visits, None);
        assert_eq!(fields(&NewAnswer { visits: "4".into(), until: "2026-11-01".into(), ..typed("change") }), ["until"]);
    }
}
