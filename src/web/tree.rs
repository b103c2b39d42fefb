//! From the flat names of a form or query to a tree: `lines[0][paid_dollars]=90` becomes `{"lines": [{"paid_cents": ...}]}`.
//! A name that ends in `_dollars` is money as people type it; it arrives under `_cents`, marked as typed.

use crate::types::Money;
use chrono::{Datelike, NaiveDate};
use serde::Serialize;
use serde_json::{Map, Value, json};

/// No form of ours has a longer list,
const MOST_ENTRIES: usize = 2_000;
/// or more places in all of its lists together.
const MOST_PLACES: usize = 20_000;

/// The tree as typed, for drawing a form again.
pub fn typed(pairs: &[(String, String)]) -> Value {
    let mut root = Value::Object(Map::new());
    let mut places = MOST_PLACES;
    for (name, value) in pairs.iter().take(20_000) {
        insert(&mut root, &path(name), value, &mut places);
    }
    root
}

/// The same tree with money under the names that programs use.
pub fn named(tree: &Value) -> Value {
    match tree {
        Value::Object(map) => {
            let renamed = |(key, value): (&String, &Value)| match key.strip_suffix("_dollars") {
                Some(stem) => (format!("{stem}_cents"), json!({ "dollars": value })),
                None => (key.clone(), named(value)),
            };
            Value::Object(map.iter().map(renamed).collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(named).collect()),
        other => other.clone(),
    }
}

/// What was typed or sent over what stands: the other fields stay what they are.
pub fn laid_over(mut stands: Value, typed: Value) -> Value {
    if let (Some(fields), Value::Object(typed)) = (stands.as_object_mut(), typed) {
        fields.extend(typed);
    }
    stands
}

/// What was typed, and what else says where nothing was; a list of which nothing was typed is the other's.
pub fn filled_up(typed: Value, otherwise: Value) -> Value {
    match (typed, otherwise) {
        (Value::Object(mut typed), Value::Object(otherwise)) => {
            for (name, other) in otherwise {
                let mine = typed.remove(&name).unwrap_or_default();
                typed.insert(name, filled_up(mine, other));
            }
            Value::Object(typed)
        }
        (typed, otherwise) if is_blank(&typed) => otherwise,
        (typed, _) => typed,
    }
}

/// What was typed, blank where something else says the same.
pub fn apart_from(typed: Value, other: &Value) -> Value {
    match (typed, other) {
        (Value::Object(fields), Value::Object(others)) => {
            let one = |(name, mine): (String, Value)| {
                let mine = apart_from(mine, others.get(&name).unwrap_or(&Value::Null));
                (name, mine)
            };
            Value::Object(fields.into_iter().map(one).collect())
        }
        (Value::Array(items), Value::Array(others)) => {
            let one = |(at, mine): (usize, Value)| apart_from(mine, others.get(at).unwrap_or(&Value::Null));
            Value::Array(items.into_iter().enumerate().map(one).collect())
        }
        (typed, other) if typed == *other => Value::Null,
        (typed, _) => typed,
    }
}

fn is_blank(typed: &Value) -> bool {
    match typed {
        Value::Object(fields) => fields.values().all(is_blank),
        Value::Array(items) => items.iter().all(is_blank),
        Value::String(text) => text.trim().is_empty(),
        other => other.is_null(),
    }
}

/// A thing as it would be typed, for the form that changes it: money under `_dollars`, days as people write them,
/// short lists in one line. What a form sends back untouched says the same again.
pub fn as_form(typed: &impl Serialize) -> Value {
    written(&serde_json::to_value(typed).unwrap_or_default())
}

fn written(tree: &Value) -> Value {
    match tree {
        Value::Object(map) => Value::Object(map.iter().map(field_as_written).collect()),
        Value::Array(items) if items.iter().all(Value::is_string) => {
            json!(items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "))
        }
        Value::Array(items) => items.iter().map(written).collect(),
        Value::String(text) => json!(day_as_written(text)),
        Value::Null => json!(""),
        other => json!(other.to_string()),
    }
}

fn field_as_written((key, value): (&String, &Value)) -> (String, Value) {
    match (key.strip_suffix("_cents"), value) {
        (Some(stem), Value::Number(cents)) => (format!("{stem}_dollars"), json!(Money(cents.as_i64().unwrap_or(0)).plain())),
        (Some(stem), Value::Null) => (format!("{stem}_dollars"), json!("")),
        _ => (key.clone(), written(value)),
    }
}

/// `2026-03-14` is `3/14/2026` in a form; anything else stays.
pub fn day_as_written(text: &str) -> String {
    match NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        Ok(day) if text.len() == 10 => format!("{}/{}/{}", day.month(), day.day(), day.year()),
        _ => text.to_string(),
    }
}

/// `lines[0][paid]` to its steps; `ids[]` appends.
fn path(name: &str) -> Vec<&str> {
    let (head, rest) = name.split_once('[').unwrap_or((name, ""));
    let inner = rest.strip_suffix(']').unwrap_or(rest);
    let steps = if rest.is_empty() { Vec::new() } else { inner.split("][").collect() };
    std::iter::once(head).chain(steps).take(8).collect()
}

fn insert(node: &mut Value, steps: &[&str], text: &str, places: &mut usize) {
    let [step, rest @ ..] = steps else {
        // The same name twice is a list, as a browser sends several ticks.
        match node {
            Value::Null => *node = Value::String(text.into()),
            Value::Array(items) => items.push(Value::String(text.into())),
            Value::String(first) => *node = json!([first, text]),
            _ => {}
        }
        return;
    };
    let index = if step.is_empty() { Some(None) } else { step.parse::<usize>().ok().map(Some) };
    match (index, &mut *node) {
        (Some(at), Value::Null | Value::Array(_)) => {
            if node.is_null() {
                *node = Value::Array(Vec::new());
            }
            let Value::Array(items) = node else { return };
            let at = at.unwrap_or(items.len());
            let more = (at + 1).saturating_sub(items.len());
            if at >= MOST_ENTRIES || more > *places {
                return;
            }
            *places -= more;
            if more > 0 {
                items.resize(at + 1, Value::Null);
            }
            insert(&mut items[at], rest, text, places);
        }
        (_, Value::Null) => {
            *node = Value::Object(Map::new());
            insert(node, steps, text, places);
        }
        (_, Value::Object(map)) => insert(map.entry(step.to_string()).or_insert(Value::Null), rest, text, places),
        _ => {}
    }
}

/// The name that a form gives to the field of an error: `lines.0.paid_cents` is `lines[0][paid_dollars]`.
pub fn form_name(field: &str) -> String {
    let mut steps = field.split('.');
    let head = steps.next().unwrap_or_default().to_string();
    let name = steps.fold(head, |name, step| format!("{name}[{step}]"));
    match name.strip_suffix("_cents]") {
        Some(stem) => format!("{stem}_dollars]"),
        None => name.strip_suffix("_cents").map_or(name.clone(), |stem| format!("{stem}_dollars")),
    }
}

/// The pointer that a program gets for the field of an error: `lines.0.paid_cents` is `/lines/0/paid_cents`.
pub fn pointer(field: &str) -> String {
    if field.is_empty() { String::new() } else { format!("/{}", field.replace('.', "/")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(pairs: &[(&str, &str)]) -> Value {
        typed(&pairs.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect::<Vec<_>>())
    }

    #[test]
    fn what_was_typed_stays_and_the_rest_is_filled_up() {
        let typed = json!({ "name": "Mine", "note": " ", "codes": [{ "code": "" }, null], "pairs": [{ "code": "97140" }] });
        let otherwise = json!({ "name": "Theirs", "note": "Read", "codes": [{ "code": "97124" }], "pairs": [], "days": "90" });
        let filled =
            json!({ "name": "Mine", "note": "Read", "codes": [{ "code": "97124" }], "pairs": [{ "code": "97140" }], "days": "90" });
        assert_eq!(filled_up(typed.clone(), otherwise.clone()), filled);
        // Filled up from one thing and then from another: what was typed stays, what the first said goes.
        let second = json!({ "name": "Third", "note": "Other", "codes": [], "pairs": [], "days": "60" });
        let again = json!({ "name": "Mine", "note": "Other", "codes": [], "pairs": [{ "code": "97140" }], "days": "60" });
        assert_eq!(filled_up(apart_from(filled, &otherwise), second), again);
    }

    #[test]
    fn bracketed_names_become_a_tree_and_money_gets_its_name() {
        let read =
            tree(&[("trace", "88214"), ("lines[0][paid_dollars]", "90"), ("lines[1][paid_dollars]", "10"), ("ids[]", "a"), ("ids[]", "b")]);
        assert_eq!(read["lines"][1]["paid_dollars"], "10");
        assert_eq!(named(&read)["lines"][0], json!({ "paid_cents": { "dollars": "90" } }));
        assert_eq!(read["ids"], json!(["a", "b"]));
    }

    #[test]
    fn the_same_name_twice_is_a_list() {
        assert_eq!(tree(&[("roles", "owner"), ("roles", "therapist")])["roles"], json!(["owner", "therapist"]));
    }

    #[test]
    fn a_name_made_to_exhaust_memory_is_left_out() {
        assert_eq!(tree(&[("lines[999999999][x]", "1")])["lines"], json!([]));
        let many: Vec<(String, String)> = (0..2_000).map(|n| (format!("a[{n}][1999][1999][1999]"), "1".into())).collect();
        let places = |v: &Value| v.to_string().matches("null").count();
        assert!(places(&typed(&many)) <= MOST_PLACES);
    }

    #[test]
    fn an_errors_field_finds_its_place_in_the_form_and_in_json() {
        assert_eq!(form_name("lines.0.paid_cents"), "lines[0][paid_dollars]");
        assert_eq!((form_name("fee_cents"), form_name("emails.1.address")), ("fee_dollars".into(), "emails[1][address]".into()));
        assert_eq!(pointer("lines.0.paid_cents"), "/lines/0/paid_cents");
    }

    #[test]
    fn a_thing_is_written_into_its_form_as_people_type_it() {
        let coverage = json!({ "copay_cents": 2_550, "limit_cents": null, "injured_on": "2026-03-04", "tags": ["PT", "nearby"], "phones": [{ "number": "5" }] });
        let form = as_form(&coverage);
        assert_eq!(form["copay_dollars"], "25.50");
        assert_eq!((&form["limit_dollars"], &form["injured_on"]), (&json!(""), &json!("3/4/2026")));
        assert_eq!((&form["tags"], &form["phones"][0]["number"]), (&json!("PT, nearby"), &json!("5")));
    }
}
