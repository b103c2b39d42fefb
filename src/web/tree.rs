//! From the flat names of a form or query to a tree: `lines[0][paid_dollars]=90` becomes `{"lines": [{"paid_cents": ...}]}`.
//! A name that ends in `_dollars` is money as people type it; it arrives under `_cents`, marked as typed.

use serde_json::{Map, Value, json};

/// No form of ours nests deeper or longer.
const MOST_ENTRIES: usize = 2_000;

/// The tree as typed, for drawing a form again.
pub fn typed(pairs: &[(String, String)]) -> Value {
    let mut root = Value::Object(Map::new());
    for (name, value) in pairs.iter().take(20_000) {
        insert(&mut root, &path(name), value);
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

/// `lines[0][paid]` to its steps; `ids[]` appends.
fn path(name: &str) -> Vec<&str> {
    let (head, rest) = name.split_once('[').unwrap_or((name, ""));
    let inner = rest.strip_suffix(']').unwrap_or(rest);
    let steps = if rest.is_empty() { Vec::new() } else { inner.split("][").collect() };
    std::iter::once(head).chain(steps).take(8).collect()
}

fn insert(node: &mut Value, steps: &[&str], text: &str) {
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
            if at >= MOST_ENTRIES {
                return;
            }
            if items.len() <= at {
                items.resize(at + 1, Value::Null);
            }
            insert(&mut items[at], rest, text);
        }
        (_, Value::Null) => {
            *node = Value::Object(Map::new());
            insert(node, steps, text);
        }
        (_, Value::Object(map)) => insert(map.entry(step.to_string()).or_insert(Value::Null), rest, text),
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

/// What was typed under a form's name, for drawing it again.
pub fn lookup<'a>(tree: &'a Value, name: &str) -> Option<&'a Value> {
    path(name).into_iter().try_fold(tree, |node, step| match node {
        Value::Array(items) => step.parse::<usize>().ok().and_then(|at| items.get(at)),
        Value::Object(map) => map.get(step),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(pairs: &[(&str, &str)]) -> Value {
        typed(&pairs.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect::<Vec<_>>())
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
    }

    #[test]
    fn an_errors_field_finds_its_place_in_the_form_and_in_json() {
        assert_eq!(form_name("lines.0.paid_cents"), "lines[0][paid_dollars]");
        assert_eq!((form_name("fee_cents"), form_name("emails.1.address")), ("fee_dollars".into(), "emails[1][address]".into()));
        assert_eq!(pointer("lines.0.paid_cents"), "/lines/0/paid_cents");
    }

    #[test]
    fn what_was_typed_is_found_again_by_its_name() {
        let read = tree(&[("lines[0][paid_dollars]", "90")]);
        assert_eq!(lookup(&read, "lines[0][paid_dollars]"), Some(&json!("90")));
        assert_eq!(lookup(&read, "lines[1][paid_dollars]"), None);
    }
}
