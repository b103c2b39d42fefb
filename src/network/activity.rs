//! A call, a visit, a lunch: what we did to keep in touch.

use crate::types::{Amount, Check, FieldErrors, Text, TextList};
use chrono::{NaiveDate, NaiveTime};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

crate::words! {
    pub enum ActivityKind {
        Call = "call", "Call";
        OfficeVisit = "office_visit", "Office visit";
        Lunch = "lunch", "Lunch";
        Letter = "letter", "Letter";
        Email = "email", "Email";
        Fax = "fax", "Fax";
        Event = "event", "Event";
        Gift = "gift", "Gift";
        ReferralPadDrop = "referral_pad_drop", "Referral pads";
        Presentation = "presentation", "Presentation";
        Note = "note", "Note";
    }
}

crate::words! {
    pub enum Purpose {
        Outreach = "outreach", "Keeping in touch";
        ThankYou = "thank_you", "Thank-you";
        Renewal = "renewal", "Asking for a renewal";
        Scheduling = "scheduling", "Reaching a patient";
        Other = "other", "Other";
    }
}

crate::words! {
    pub enum Outcome {
        Reached = "reached", "Reached";
        LeftMessage = "left_message", "Left a message";
        NoAnswer = "no_answer", "No answer";
        Met = "met", "Met";
        Declined = "declined", "Declined";
        AskedToReturn = "asked_to_return", "Asked to come back";
    }
}

/// An activity as somebody typed it.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewActivity {
    pub kind: Text,
    pub purpose: Text,
    /// The day; today where nothing is said. Never ahead: what is planned is `next_on`.
    pub on: Text,
    pub at: Text,
    /// Ids of the providers it was about,
    pub providers: TextList,
    /// or the name of one, where no id is known.
    pub provider_name: Text,
    pub organization: Text,
    /// Id of the referral it was about (a thank-you, a call to the patient).
    pub referral: Text,
    /// Who was met, in words.
    pub met: Text,
    pub outcome: Text,
    pub words: Text,
    pub minutes: Text,
    pub direct_cost_cents: Amount,
    pub gift_value_cents: Amount,
    pub attendees: Text,
    pub next_step: Text,
    pub next_on: Text,
}

/// An activity that passed its checks.
#[derive(Clone, Debug)]
pub struct ActivityDraft {
    pub kind: ActivityKind,
    pub purpose: Purpose,
    pub on: NaiveDate,
    pub at: Option<NaiveTime>,
    pub providers: Vec<String>,
    pub provider_name: Text,
    pub organization: Option<String>,
    pub referral: Option<String>,
    pub met: Option<String>,
    pub outcome: Option<Outcome>,
    pub words: Option<String>,
    pub minutes: Option<i64>,
    pub direct_cost_cents: Option<i64>,
    pub gift_value_cents: Option<i64>,
    pub attendees: Option<i64>,
    pub next_step: Option<String>,
    pub next_on: Option<NaiveDate>,
}

/// What was agreed to do next, and when.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NextStep {
    pub next_step: Text,
    pub next_on: Text,
}

impl NextStep {
    pub fn check(&self, today: NaiveDate) -> Result<(String, Option<NaiveDate>), FieldErrors> {
        let mut check = Check::new(today);
        let step = check.required_line("next_step", &self.next_step, "Say what comes next, like \"call Jess about renewals\"");
        let on = check.day("next_on", &self.next_on);
        check.done((step, on))
    }
}

impl NewActivity {
    pub fn check(&self, today: NaiveDate) -> Result<ActivityDraft, FieldErrors> {
        let mut check = Check::new(today);
        let words = check.text("words", &self.words);
        let typed_kind = check.choice("kind", &self.kind);
        let draft = ActivityDraft {
            kind: typed_kind.unwrap_or_else(|| kind_of(words.as_deref().unwrap_or_default())),
            purpose: check.choice("purpose", &self.purpose).unwrap_or(Purpose::Outreach),
            on: check.past_day("on", &self.on, "An activity").unwrap_or(today),
            at: check.time("at", &self.at),
            providers: self.providers.said().map(Text::to_string).collect(),
            provider_name: self.provider_name.clone(),
            organization: self.organization.some(),
            referral: self.referral.some(),
            met: check.line("met", &self.met),
            outcome: check.choice("outcome", &self.outcome),
            words,
            minutes: check.whole("minutes", &self.minutes, 0..=1_440),
            direct_cost_cents: check.price("direct_cost_cents", &self.direct_cost_cents),
            gift_value_cents: check.price("gift_value_cents", &self.gift_value_cents),
            attendees: check.whole("attendees", &self.attendees, 1..=500),
            next_step: check.line("next_step", &self.next_step),
            next_on: check.day("next_on", &self.next_on),
        };
        let nobody = draft.providers.is_empty() && draft.provider_name.is_blank();
        let nowhere = nobody && draft.organization.is_none() && draft.referral.is_none();
        if nowhere {
            check.say("providers", "Say who it was about: a provider, an organization or a referral");
        }
        if self.kind.is_blank() && draft.words.is_none() {
            check.say("words", "Say what happened, like \"called, left a message\"");
        }
        check.done(draft)
    }
}

/// "called Jess" is a call: the quick entry needs no list.
fn kind_of(words: &str) -> ActivityKind {
    let lower = words.to_lowercase();
    let said = |marks: &[&str]| marks.iter().any(|m| lower.contains(m));
    match () {
        () if said(&["call", "phone", "voicemail", "left a message"]) => ActivityKind::Call,
        () if said(&["lunch"]) => ActivityKind::Lunch,
        () if said(&["visited", "dropped in", "stopped by", "met "]) => ActivityKind::OfficeVisit,
        () if said(&["letter", "card"]) => ActivityKind::Letter,
        () if said(&["fax"]) => ActivityKind::Fax,
        () if said(&["mail"]) => ActivityKind::Email,
        () => ActivityKind::Note,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 23).expect("a day")
    }

    #[test]
    fn a_typed_sentence_becomes_a_call() {
        let new =
            NewActivity { words: "Called, left a message with Jess".into(), providers: TextList(vec!["x".into()]), ..Default::default() };
        assert_eq!(new.check(today()).expect("fine").kind, ActivityKind::Call);
    }

    #[test]
    fn an_activity_is_about_somebody_and_not_ahead() {
        let new = NewActivity { kind: "call".into(), on: "tomorrow".into(), ..Default::default() };
        let fields: Vec<String> = new.check(today()).expect_err("refused").0.into_iter().map(|e| e.field).collect();
        assert_eq!(fields, ["on", "providers"]);
    }
}
