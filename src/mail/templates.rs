//! The templates of all mails, and what they may do with a value. Tera first, then MJML.

use crate::types::{Month, day};
use chrono::NaiveDate;
use rust_embed::RustEmbed;
use std::sync::{Arc, Mutex};
use tera::{Kwargs, State, Tera, TeraResult};

#[derive(RustEmbed)]
#[folder = "email_templates"]
struct Files;

/// Escaped are the names that end like this, and no others: plain text must not be.
pub const ESCAPED: [&str; 2] = [".html", ".mjml"];

/// Their names and texts.
type Texts = Vec<(String, String)>;

/// All templates, parsed. In debug they are read from disk each time; parsed they are only when one of them changed.
pub fn load() -> TeraResult<Arc<Tera>> {
    static PARSED: Mutex<Option<(Texts, Arc<Tera>)>> = Mutex::new(None);
    let mut held = PARSED.lock().unwrap_or_else(|e| e.into_inner());
    if let Some((_, tera)) = held.as_ref().filter(|(known, _)| !cfg!(debug_assertions) || *known == texts()) {
        return Ok(tera.clone());
    }
    let texts = texts();
    let tera = Arc::new(parse(&texts)?);
    *held = Some((texts, tera.clone()));
    Ok(tera)
}

/// The template of a letter on paper, or (`base`) what all of them share.
pub fn letter(name: &str) -> crate::error::Result<String> {
    let file = Files::get(&format!("{name}/letter.typ")).ok_or_else(|| anyhow::anyhow!("no letter.typ in {name}"))?;
    Ok(String::from_utf8_lossy(&file.data).into_owned())
}

/// Those that Tera reads: letters on paper are typst.
fn texts() -> Texts {
    Files::iter()
        .filter(|name| !name.ends_with(".typ"))
        .filter_map(|name| Files::get(&name).map(|f| (name.to_string(), String::from_utf8_lossy(&f.data).into_owned())))
        .collect()
}

fn parse(texts: &Texts) -> TeraResult<Tera> {
    let mut tera = Tera::new();
    tera.autoescape_on(ESCAPED);
    tera.register_filter("day", |text: &str, _: Kwargs, _: &State<'_>| written(text, |d| day::short(d, d)));
    tera.register_filter("date", |text: &str, _: Kwargs, _: &State<'_>| written(text, day::long));
    tera.register_filter("weekday", |text: &str, _: Kwargs, _: &State<'_>| {
        let day: NaiveDate = text.parse().map_err(|_| tera::Error::message(format!("\"{text}\" is no day")))?;
        TeraResult::Ok(day.format("%A, %B\u{a0}%-d").to_string())
    });
    tera.register_filter("month", |text: &str, _: Kwargs, _: &State<'_>| Month::parse(text).map(Month::name).map_err(tera::Error::message));
    tera.register_filter("left", |text: &str, args: Kwargs, _: &State<'_>| padded(text, &args, false));
    tera.register_filter("right", |text: &str, args: Kwargs, _: &State<'_>| padded(text, &args, true));
    tera.add_raw_templates(texts.iter().map(|(name, text)| (name.as_str(), text.as_str())))?;
    Ok(tera)
}

/// The month and the day stay on one line.
fn written(text: &str, show: impl FnOnce(NaiveDate) -> String) -> TeraResult<String> {
    let day = text.parse().map_err(|_| tera::Error::message(format!("\"{text}\" is no day")))?;
    Ok(show(day).replacen(' ', "\u{a0}", 1))
}

fn padded(text: &str, args: &Kwargs, to_the_right: bool) -> TeraResult<String> {
    let width: usize = args.must_get("n")?;
    let gap = " ".repeat(width.saturating_sub(text.chars().count()));
    Ok(if to_the_right { format!("{gap}{text}") } else { format!("{text}{gap}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_is_escaped_or_plain_text() {
        let tera = load().expect("templates");
        let mut names: Vec<&str> = tera.get_template_names().collect();
        names.sort_unstable();
        let (escaped, plain): (Vec<&str>, Vec<&str>) = names.iter().partition(|n| ESCAPED.iter().any(|e| n.ends_with(e)));
        assert!(plain.iter().all(|n| n.ends_with(".txt")), "{plain:?}");
        assert!(escaped.contains(&"progress/body.mjml") && escaped.contains(&"monthly_summary/body.mjml"));
    }
}
