//! What somebody typed: a form's string, a JSON string, number or boolean, a CSV cell. Trimmed, never interpreted.

use schemars::JsonSchema;
use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

/// A field as typed. Blank and `null` are the same: nothing was said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(transparent)]
#[schemars(with = "Option<String>")]
pub struct Text(String);

impl Text {
    pub fn new(typed: impl AsRef<str>) -> Self {
        Self(typed.as_ref().trim().to_string())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn is_blank(&self) -> bool {
        self.0.is_empty()
    }

    /// The text, or nothing where nothing was typed.
    pub fn some(&self) -> Option<String> {
        (!self.0.is_empty()).then(|| self.0.clone())
    }

    /// A tick box, a JSON boolean or a word: yes is `true`, `on`, `1`, `yes`.
    pub fn is_yes(&self) -> bool {
        matches!(self.0.to_ascii_lowercase().as_str(), "true" | "on" | "1" | "yes" | "y")
    }
}

impl From<&str> for Text {
    fn from(typed: &str) -> Self {
        Self::new(typed)
    }
}

impl From<String> for Text {
    fn from(typed: String) -> Self {
        Self::new(typed)
    }
}

impl std::fmt::Display for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Typed;
        impl Visitor<'_> for Typed {
            type Value = Text;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a text")
            }
            fn visit_str<E: de::Error>(self, v: &str) -> Result<Text, E> {
                Ok(Text::new(v))
            }
            fn visit_bool<E: de::Error>(self, v: bool) -> Result<Text, E> {
                Ok(Text(v.to_string()))
            }
            fn visit_i64<E: de::Error>(self, v: i64) -> Result<Text, E> {
                Ok(Text(v.to_string()))
            }
            fn visit_u64<E: de::Error>(self, v: u64) -> Result<Text, E> {
                Ok(Text(v.to_string()))
            }
            fn visit_f64<E: de::Error>(self, v: f64) -> Result<Text, E> {
                Ok(Text(v.to_string()))
            }
            fn visit_unit<E: de::Error>(self) -> Result<Text, E> {
                Ok(Text::default())
            }
            fn visit_none<E: de::Error>(self) -> Result<Text, E> {
                Ok(Text::default())
            }
        }
        deserializer.deserialize_any(Typed)
    }
}

/// A short list as typed: a JSON list, or one text with commas between (`MD, PhD`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct TextList(pub Vec<Text>);

impl TextList {
    /// The entries that say something.
    pub fn said(&self) -> impl Iterator<Item = &Text> {
        self.0.iter().filter(|t| !t.is_blank())
    }
}

impl From<&[String]> for TextList {
    fn from(texts: &[String]) -> Self {
        Self(texts.iter().map(Text::new).collect())
    }
}

impl<'de> Deserialize<'de> for TextList {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Raw {
            Many(Vec<Text>),
            One(Text),
        }
        Ok(match Raw::deserialize(deserializer)? {
            Raw::Many(texts) if texts.len() == 1 => Self::apart(texts[0].as_str()),
            Raw::Many(texts) => Self(texts),
            Raw::One(text) => Self::apart(text.as_str()),
        })
    }
}

impl TextList {
    fn apart(text: &str) -> Self {
        Self(text.split([',', ';', '\n']).map(Text::new).filter(|t| !t.is_blank()).collect())
    }
}

/// An amount of money as it came in. JSON gives whole cents in a field that ends in `_cents`; a form gives dollars
/// as typed, in a field that ends in `_dollars` (the form door renames it). So no program can mistake one for the other.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(with = "Option<i64>")]
pub enum Amount {
    #[default]
    Blank,
    Cents(i64),
    Dollars(String),
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Raw {
            Cents(i64),
            Dollars { dollars: Text },
            Nothing(()),
        }
        match Raw::deserialize(deserializer) {
            Ok(Raw::Cents(cents)) => Ok(Self::Cents(cents)),
            Ok(Raw::Dollars { dollars }) if dollars.is_blank() => Ok(Self::Blank),
            Ok(Raw::Dollars { dollars }) => Ok(Self::Dollars(dollars.to_string())),
            Ok(Raw::Nothing(())) => Ok(Self::Blank),
            Err(_) => Err(de::Error::custom("enter whole cents as a number, like 14800")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_numbers_booleans_and_null_all_arrive_as_typed() {
        let read = |json: &str| serde_json::from_str::<Text>(json).expect("a text").to_string();
        assert_eq!(read("\"  Feld \""), "Feld");
        assert_eq!(read("2003000124"), "2003000124");
        assert_eq!(read("true"), "true");
        assert_eq!(read("null"), "");
    }

    #[test]
    fn cents_are_a_number_and_dollars_come_only_through_a_form() {
        let read = |json: &str| serde_json::from_str::<Amount>(json);
        assert_eq!(read("14800").expect("cents"), Amount::Cents(14_800));
        assert_eq!(read("{\"dollars\": \"148\"}").expect("dollars"), Amount::Dollars("148".into()));
        assert_eq!(read("null").expect("nothing"), Amount::Blank);
        assert!(read("\"148.00\"").is_err() && read("148.5").is_err());
    }
}
