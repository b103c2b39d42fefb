//! The JSON of a body as a tree. `serde_json` keeps the last of two fields of one name; which of two amounts was meant, we would not guess.

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use std::fmt;

/// A tree in which no object has a name twice.
pub struct Tree(pub Value);

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Reader).map(Tree)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, yes: bool) -> Result<Value, E> {
        Ok(yes.into())
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Tree(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some((name, Tree(value))) = fields.next_entry::<String, Tree>()? {
            if map.contains_key(&name) {
                return Err(A::Error::custom(format_args!("\"{name}\" is said twice")));
            }
            map.insert(name, value);
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<Value, String> {
        serde_json::from_str(json).map(|Tree(value)| value).map_err(|e| e.to_string())
    }

    #[test]
    fn a_tree_is_what_was_sent() {
        let json = r#"{"a":[1,-2,3.5,18446744073709551615,null,true,"x\n"],"b":{"a":{},"b":[]}}"#;
        assert_eq!(read(json), Ok(serde_json::from_str(json).expect("JSON")));
    }

    #[test]
    fn a_name_that_is_said_twice_is_refused_at_any_depth() {
        assert!(read(r#"{"lines":[{"paid_cents":100,"paid_cents":900}]}"#).is_err_and(|e| e.starts_with("\"paid_cents\" is said twice")));
        assert!(read(r#"{"a":{"b":1},"b":1}"#).is_ok());
    }
}
