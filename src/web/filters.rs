//! What templates may do with a value: money, days, chips. The same filters for pages and mails.

use crate::reports::report::ReportKind;
use crate::types::rate::Rate;
use crate::types::{Money, day, icd10};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;
use tera::{Kwargs, State, Tera, TeraResult, Value};

pub fn register(tera: &mut Tera) {
    tera.register_filter("money", |cents: i64, _: Kwargs, _: &State<'_>| Money(cents).to_string());
    tera.register_filter("money_whole", |cents: i64, _: Kwargs, _: &State<'_>| Money(cents).whole());
    tera.register_filter("money_plain", |cents: i64, _: Kwargs, _: &State<'_>| Money(cents).plain());
    tera.register_filter("count", |n: i64, _: Kwargs, _: &State<'_>| count(n));
    tera.register_filter("percent", |share: &Value, _: Kwargs, _: &State<'_>| percent(share));
    tera.register_filter("tenths", |n: i64, _: Kwargs, _: &State<'_>| format!("{}.{}", n / 10, n % 10));
    tera.register_filter("day", |text: &str, _: Kwargs, state: &State<'_>| day_of(text, |d| day::short(d, today(state).unwrap_or(d))));
    tera.register_filter("date", |text: &str, _: Kwargs, _: &State<'_>| day_of(text, day::long));
    tera.register_filter("weekday", |text: &str, _: Kwargs, _: &State<'_>| day_of(text, |d| d.format("%A, %B %-d").to_string()));
    tera.register_filter("day_in_week", |text: &str, _: Kwargs, state: &State<'_>| {
        day_of(text, |d| format!("{}, {}", d.format("%a"), day::short(d, today(state).unwrap_or(d))))
    });
    tera.register_filter("month", |text: &str, _: Kwargs, _: &State<'_>| {
        day_of(&format!("{}-01", text.get(..7).unwrap_or(text)), |d| d.format("%B").to_string())
    });
    tera.register_filter("hour", |text: &str, _: Kwargs, _: &State<'_>| hour(text));
    tera.register_filter("clock", |text: &str, _: Kwargs, _: &State<'_>| clock(text));
    tera.register_filter("local_day", |text: &str, _: Kwargs, state: &State<'_>| local(text, state, "%Y-%m-%d"));
    tera.register_filter("local_time", |text: &str, _: Kwargs, state: &State<'_>| local(text, state, "%-I:%M %P"));
    tera.register_filter("diagnosis", |code: &str, _: Kwargs, _: &State<'_>| icd10::words(code).unwrap_or_default().to_string());
    tera.register_filter("left", |text: &str, args: Kwargs, _: &State<'_>| padded(text, &args, false));
    tera.register_filter("right", |text: &str, args: Kwargs, _: &State<'_>| padded(text, &args, true));
    tera.register_filter("slug", |text: &str, _: Kwargs, _: &State<'_>| slug(text));
    tera.register_filter("query", |text: &str, _: Kwargs, _: &State<'_>| {
        form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>()
    });
    tera.register_filter("chip", chip);
    tera.register_filter("report_kind", |kind: &str, _: Kwargs, _: &State<'_>| {
        kind.parse().map_or(kind.to_string(), |k: ReportKind| k.label().into())
    });
    tera.register_filter("letters_about", |state: &str, _: Kwargs, _: &State<'_>| letters_about(state));
    tera.register_filter("typed", |form: &Value, args: Kwargs, _: &State<'_>| under(form, &args));
    tera.register_filter("said", |errors: &Value, args: Kwargs, _: &State<'_>| flat(errors, &args));
}

/// Word and label of each letter that can be written about a referral that stands so.
fn letters_about(state: &str) -> Vec<Vec<&'static str>> {
    let kinds = state.parse().map(ReportKind::about).unwrap_or_default();
    kinds.iter().map(|k| vec![k.word(), k.label()]).collect()
}

/// A whole number in groups of three: `1,293`.
fn count(n: i64) -> String {
    Money(n.saturating_mul(100)).whole().replace('$', "")
}

/// A fraction of 1 as views give it, with one decimal: `40.7%`.
fn percent(share: &Value) -> String {
    Rate::read(&share.to_string()).map_or_else(|| "n/a".into(), Rate::percent)
}

fn today(state: &State<'_>) -> Option<NaiveDate> {
    state.get::<String>("today").ok().flatten().and_then(|t| t.parse().ok())
}

/// Days arrive as `2026-11-23`; what is no day is shown as it came.
fn day_of(text: &str, show: impl FnOnce(NaiveDate) -> String) -> String {
    text.parse().map_or_else(|_| text.to_string(), show)
}

/// Within the working day nobody needs am and pm.
fn hour(text: &str) -> String {
    text.parse::<NaiveTime>().map_or_else(|_| text.to_string(), |t| t.format("%-I:%M").to_string())
}

fn clock(text: &str) -> String {
    text.parse::<NaiveTime>().map_or_else(|_| text.to_string(), day::clock)
}

/// Instants are shown in the practice's zone.
fn local(text: &str, state: &State<'_>, format: &str) -> String {
    let zone: Tz = state.get::<String>("zone").ok().flatten().and_then(|z| z.parse().ok()).unwrap_or(Tz::UTC);
    text.parse::<DateTime<Utc>>().map_or_else(|_| text.to_string(), |at| at.with_timezone(&zone).format(format).to_string())
}

fn padded(text: &str, args: &Kwargs, to_the_right: bool) -> TeraResult<String> {
    let width: usize = args.must_get("n")?;
    let gap = " ".repeat(width.saturating_sub(text.chars().count()));
    Ok(if to_the_right { format!("{gap}{text}") } else { format!("{text}{gap}") })
}

/// An id for a field from its name.
fn slug(name: &str) -> String {
    let plain: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    format!("f-{}", plain.trim_matches('-'))
}

/// The word and look of a state: `{{ claim.state | chip(of="claim") }}`.
fn chip(state: &str, args: Kwargs, _: &State<'_>) -> TeraResult<Value> {
    let of: String = args.must_get("of")?;
    let chip = super::chips::of(&of, state).ok_or_else(|| tera::Error::message(format!("{of} has no state {state}")))?;
    Ok(Value::from_serializable(&chip))
}

/// What was typed under a form's name.
fn under(form: &Value, args: &Kwargs) -> TeraResult<Value> {
    let name: String = args.must_get("name")?;
    let steps = name.split(['[', ']']).filter(|s| !s.is_empty());
    let mut node = form.clone();
    for step in steps {
        let next = match step.parse::<usize>() {
            Ok(at) if node.is_array() => node.as_array().and_then(|a| a.get(at)).cloned(),
            _ => node.as_map().and_then(|m| m.iter().find(|(k, _)| k.as_str() == Some(step)).map(|(_, v)| v.clone())),
        };
        node = next.unwrap_or_else(Value::none);
    }
    Ok(if node.is_none() { Value::from("") } else { node })
}

/// What is wrong with a field, by its form's name.
fn flat(errors: &Value, args: &Kwargs) -> TeraResult<Value> {
    let name: String = args.must_get("name")?;
    let found = errors.as_map().and_then(|m| m.iter().find(|(k, _)| k.as_str() == Some(name.as_str())).map(|(_, v)| v.clone()));
    Ok(found.unwrap_or_else(|| Value::from("")))
}
