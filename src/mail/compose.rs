//! From the fields of a mail to its parts: Tera, then MJML, then HTML; the plain text beside it. Pure, but for
//! what was composed last, which is given again.

mod known;

use super::kinds::{Mail, Stop};
use super::{templates, typeset};
use crate::error::AppError;
use known::Known;
use serde_json::Value;
use std::fmt;
use tera::{Context, Tera};

/// Phones cut longer subjects off.
pub const LONGEST_SUBJECT: usize = 60;
/// Gmail cuts at 102 KB; we keep well below.
pub const LARGEST_HTML: usize = 60 * 1024;

static LAST: Known = Known::new();

/// A mail that can leave as it is. Subject, preheader and title hold nothing about a patient.
#[derive(Clone, PartialEq, Eq)]
pub struct Composed {
    /// Words of the disclosure: `Progress report`.
    pub what: &'static str,
    pub subject: String,
    pub preheader: String,
    pub title: String,
    pub text: String,
    pub html: String,
    /// How its reader says that they want no more like it, also for their mail program.
    pub stop: Option<Stop>,
}

impl Composed {
    /// A message of a few plain words, for ourselves.
    pub fn plain(what: &'static str, subject: &str, text: &str) -> Self {
        let mut escaped = Vec::new();
        let _ = tera::escape_html(text.trim(), &mut escaped);
        let html = format!("<!doctype html><html><body><p>{}</p></body></html>", String::from_utf8_lossy(&escaped));
        Self { what, subject: subject.into(), preheader: String::new(), title: subject.into(), text: text.into(), html, stop: None }
    }
}

/// Why a mail cannot be composed; a field is named, its content never.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ComposeError {
    #[error("the mail cannot be written. Missing: {}", .0.join(", "))]
    Missing(Vec<String>),
    #[error("a template failed: {0}")]
    Template(String),
    #[error("the {part} of the mail still holds a merge mark: {mark}")]
    MergeMark { part: &'static str, mark: String },
    #[error("the subject has {0} characters, more than {LONGEST_SUBJECT}")]
    LongSubject(usize),
    #[error("the HTML has {0} bytes, more than {LARGEST_HTML}")]
    Large(usize),
}

impl From<ComposeError> for AppError {
    fn from(error: ComposeError) -> Self {
        match error {
            ComposeError::Missing(_) | ComposeError::Large(_) | ComposeError::MergeMark { .. } => Self::conflict(error.to_string()),
            ComposeError::Template(_) | ComposeError::LongSubject(_) => Self::Internal(error.into()),
        }
    }
}

/// Composes a mail. A field that is not there stops it: never an empty hole.
pub fn compose(mail: &dyn Mail) -> Result<Composed, ComposeError> {
    let tera = templates::load().map_err(template_error)?;
    let fields = mail.fields().map_err(|e| ComposeError::Template(e.to_string()))?;
    LAST.or_else(&tera, mail.folder(), fields, |fields| composed(mail, &tera, fields))
}

/// Forgets the mails that were composed last.
pub fn rest() {
    LAST.forget();
}

fn composed(mail: &dyn Mail, tera: &Tera, mut fields: Value) -> Result<Composed, ComposeError> {
    let mut missing = Vec::new();
    tidy(&mut fields, mail.folder(), &mut missing);
    if !missing.is_empty() {
        return Err(ComposeError::Missing(missing));
    }
    let context = Context::from_serialize(&fields).map_err(template_error)?;
    let body = format!("{}/body.mjml", mail.folder());
    let block = |name: &str| tera.render_block(&body, name, &context).map(|t| plain(&t)).map_err(template_error);
    let composed = Composed {
        what: mail.label(),
        subject: subject(tera, mail.folder(), &fields)?,
        preheader: block("preheader")?,
        title: block("title")?,
        text: typeset::folded(&tera.render(&format!("{}/body.txt", mail.folder()), &context).map_err(template_error)?),
        html: html(&tera.render(&body, &context).map_err(template_error)?)?,
        stop: mail.stop().cloned(),
    };
    composed.check()?;
    Ok(composed)
}

/// Lets go of what is not said, holds together what belongs together, and names the fields that are blank.
fn tidy(value: &mut Value, path: &str, missing: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            // A field that is null does not exist: the template fails on it unless it asks first.
            fields.retain(|_, v| !v.is_null());
            fields.iter_mut().for_each(|(name, v)| tidy(v, &format!("{path}.{name}"), missing));
        }
        Value::Array(items) => items.iter_mut().enumerate().for_each(|(at, v)| tidy(v, &format!("{path}.{}", at + 1), missing)),
        Value::String(text) if text.trim().is_empty() => missing.push(path.to_string()),
        Value::String(text) => *text = typeset::held_together(text),
        _ => {}
    }
}

/// A long name of the practice is shortened; the reference stays whole, for it is what people ask for on the phone.
fn subject(tera: &Tera, name: &str, fields: &Value) -> Result<String, ComposeError> {
    let mut fields = fields.clone();
    let whole = fields.pointer("/practice/name").and_then(Value::as_str).unwrap_or_default().to_string();
    let mut room = whole.chars().count();
    loop {
        let context = Context::from_serialize(&fields).map_err(template_error)?;
        let subject = plain(&tera.render(&format!("{name}/subject.txt"), &context).map_err(template_error)?);
        let over = subject.chars().count().saturating_sub(LONGEST_SUBJECT);
        if over == 0 {
            return Ok(subject);
        }
        room = room.saturating_sub(over);
        match fields.pointer_mut("/practice/name") {
            Some(shown) if room > 3 => *shown = Value::String(shortened(&whole, room)),
            _ => return Err(ComposeError::LongSubject(subject.chars().count())),
        }
    }
}

/// Cut at a word where there is one, with an ellipsis.
fn shortened(name: &str, room: usize) -> String {
    let cut: String = name.chars().take(room - 1).collect();
    let at_word = cut.rsplit_once(' ').map(|(head, _)| head).filter(|head| head.chars().count() * 2 > room);
    let mut kept = at_word.unwrap_or(&cut).trim_end_matches(|c: char| !c.is_alphanumeric());
    while let Some(head) = [" and", " of", " the", " for"].iter().find_map(|joint| kept.strip_suffix(joint)) {
        kept = head.trim_end_matches(|c: char| !c.is_alphanumeric());
    }
    format!("{kept}…")
}

/// One line, with plain spaces.
fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn html(mjml: &str) -> Result<String, ComposeError> {
    let parsed = mrml::parse(mjml).map_err(|e| ComposeError::Template(format!("MJML: {e}")))?;
    let options = mrml::prelude::render::RenderOptions::default();
    parsed.element.render(&options).map_err(|e| ComposeError::Template(format!("MJML: {e}")))
}

impl Composed {
    fn check(&self) -> Result<(), ComposeError> {
        let parts = [
            ("subject", &self.subject),
            ("preheader", &self.preheader),
            ("title", &self.title),
            ("text", &self.text),
            ("HTML", &self.html),
        ];
        for (part, content) in parts {
            if let Some(mark) = merge_mark(content) {
                return Err(ComposeError::MergeMark { part, mark });
            }
        }
        if self.html.len() > LARGEST_HTML {
            return Err(ComposeError::Large(self.html.len()));
        }
        Ok(())
    }
}

/// The first `{{`, `{%`, `{#` or `{name}` that nothing was put in the place of. The braces of a style sheet are none.
fn merge_mark(content: &str) -> Option<String> {
    content.match_indices('{').find_map(|(at, _)| {
        let rest = &content[at + 1..];
        if rest.starts_with(['{', '%', '#']) {
            return Some(content[at..at + 2].to_string());
        }
        let name = rest.split('}').next().filter(|name| name.len() < rest.len())?;
        let is_name = name.starts_with(|c: char| c.is_alphabetic() || c == '_');
        (is_name && name.chars().all(|c| c.is_alphanumeric() || "_. ".contains(c))).then(|| format!("{{{name}}}"))
    })
}

/// Tera names the template, the line and the field.
fn template_error(error: tera::Error) -> ComposeError {
    let mut words = error.to_string();
    let mut source = std::error::Error::source(&error);
    while let Some(inner) = source {
        words.push_str(&format!(": {inner}"));
        source = inner.source();
    }
    ComposeError::Template(words)
}

/// Patient data is not for logs.
impl fmt::Debug for Composed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Composed({})", self.subject)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::kinds::{MonthlySummary, ProgressReport};

    const PROGRESS: &str = include_str!("../../tests/it/mails/progress.json");
    const MONTHLY: &str = include_str!("../../tests/it/mails/monthly_summary.json");

    fn progress(change: impl FnOnce(&mut ProgressReport)) -> ProgressReport {
        let mut report: ProgressReport = serde_json::from_str(PROGRESS).expect("an example");
        change(&mut report);
        report
    }

    fn summary() -> MonthlySummary {
        serde_json::from_str(MONTHLY).expect("an example")
    }

    #[test]
    fn what_shows_before_opening_holds_nothing_about_a_patient() {
        let report = progress(|r| r.patient.claim = Some("CL-55871".into()));
        let patients = summary().summary.patients.into_iter().map(|p| p.name);
        let names = patients.chain([report.patient.name.clone()]).flat_map(|n| n.split(' ').map(String::from).collect::<Vec<_>>());
        let told: Vec<String> = names.chain(["1981", "March", "M54", "S13", "neck", "CL-55871", "7 of 12"].map(String::from)).collect();
        for mail in [compose(&report).expect("a mail"), compose(&summary()).expect("a mail")] {
            for shown in [&mail.subject, &mail.preheader, &mail.title] {
                assert!(!shown.is_empty());
                for word in &told {
                    assert!(!shown.to_lowercase().contains(&word.to_lowercase()), "{shown} tells {word}");
                }
            }
            assert!(mail.html.contains(&format!("<title>{}</title>", mail.title)));
        }
    }

    #[test]
    fn a_blank_field_stops_the_mail_and_is_named() {
        let report = progress(|r| {
            r.patient.name = " ".into();
            r.head.practice.street = String::new();
        });
        let error = compose(&report).expect_err("stopped");
        assert_eq!(error, ComposeError::Missing(vec!["progress.patient.name".into(), "progress.practice.street".into()]));
    }

    #[test]
    fn a_field_that_the_template_needs_and_nobody_gave_is_named() {
        let error = compose(&progress(|r| r.report.measured.measures[0].last = None)).expect_err("stopped").to_string();
        assert!(error.contains("last"), "{error}");
    }

    #[test]
    fn what_need_not_be_there_may_be_left_out() {
        let mail = compose(&progress(|r| {
            r.head.practice.fax = None;
            r.head.practice.npi = None;
            r.head.to.place = None;
            r.patient.injured = None;
            r.report.ordered.authorized = None;
            r.report.measured.last_on = None;
            r.report.trend = None;
            r.report.measured.measures_note = None;
            r.report.flags = None;
            r.ask = None;
        }))
        .expect("a mail");
        for part in [&mail.text, &mail.html] {
            assert!(part.contains("Nothing needed from you.") && part.contains("7 visits so far."));
            assert!(!part.to_lowercase().contains("fax ("), "no empty hole");
            assert!(!part.contains("injured"));
        }
        assert!(mail.preheader.starts_with("Nothing needed from you."));
    }

    #[test]
    fn what_was_taken_beyond_the_order_is_said_so_and_never_as_13_of_12() {
        let taken =
            |used: i64| compose(&progress(|r| (r.report.ordered.used, r.report.ordered.authorized) = (used, Some(12)))).expect("a mail");
        for (used, said) in [(12, "12 of 12 visits used."), (13, "13 visits, 12 of them ordered.")] {
            let mail = taken(used);
            assert!(mail.text.contains(said) && mail.html.contains(said), "{said}: {}", mail.text);
        }
    }

    #[test]
    fn a_merge_mark_that_survives_stops_the_mail() {
        for typed in ["{{ name }}", "{patient}", "{% if %}", "{ref.no }"] {
            let report = progress(|r| r.report.plan = format!("Once a week {typed} to December 27."));
            assert!(matches!(compose(&report), Err(ComposeError::MergeMark { part: "text", .. })), "{typed}");
        }
        assert_eq!(merge_mark("h1 { margin: 0 } @media print { p { color: red } } a{b:c}"), None);
    }

    #[test]
    fn a_long_name_of_the_practice_is_shortened_and_the_reference_stays() {
        let report = progress(|r| r.head.practice.name = "Cedar & Tide Massage and Bodywork of Greater Puget Sound".into());
        let mail = compose(&report).expect("a mail");
        assert_eq!(mail.subject, "Progress report from Cedar & Tide Massage… [ref 7F3K]");
        assert!(mail.subject.chars().count() <= LONGEST_SUBJECT);
        assert!(mail.html.contains("Greater Puget Sound"));
    }

    #[test]
    fn what_somebody_typed_is_text_and_no_markup() {
        let typed = "<script>alert(1)</script><mj-raw>x</mj-raw> & \"q\"";
        let mail = compose(&progress(|r| r.report.plan = typed.into())).expect("a mail");
        assert!(!mail.html.contains("<script>") && !mail.html.contains("<mj-raw>"));
        assert!(mail.html.contains("&lt;script&gt;"));
        assert!(mail.text.contains(typed));
    }

    #[test]
    fn no_mail_loads_or_links_anything() {
        for mail in [compose(&progress(|_| {})).expect("a mail"), compose(&summary()).expect("a mail")] {
            for mark in ["<img", "href=", "url(", "@import", "src=", "cid:", "attached"] {
                assert!(!mail.html.contains(mark), "{mark}");
            }
            assert!(!mail.text.contains("http") && !mail.text.contains("attached"));
            assert!(mail.html.len() < LARGEST_HTML && mail.text.lines().all(|l| l.chars().count() <= 72));
        }
    }

    #[test]
    fn the_same_fields_make_the_same_mail() {
        assert_eq!(compose(&summary()), compose(&summary()));
    }
}
