//! Closed lists of words: one enum is the column, the JSON value, the form's option and the label people read.

/// A word that is not on the list; it names the list.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct UnknownWord(pub String);

/// Declares an enum whose variants carry a word (column, JSON, forms) and a label (people).
#[macro_export]
macro_rules! words {
    ($(#[$doc:meta])* pub enum $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal, $label:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[derive(serde::Serialize, serde::Deserialize, schemars::JsonSchema, sea_orm::DeriveValueType)]
        #[sea_orm(value_type = "String")]
        pub enum $name {
            $($(#[$vdoc])* #[serde(rename = $word)] $variant,)+
        }

        impl $name {
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word of columns, JSON and forms.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// Word and label of each, for a form's list.
            pub fn options() -> Vec<(&'static str, &'static str)> {
                Self::ALL.iter().map(|w| (w.word(), w.label())).collect()
            }

            /// What people read.
            pub fn label(self) -> &'static str {
                match self { $(Self::$variant => $label),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.word())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::types::words::UnknownWord;
            fn from_str(typed: &str) -> Result<Self, Self::Err> {
                let asked = typed.trim();
                Self::ALL.iter().copied().find(|known| known.word().eq_ignore_ascii_case(asked)).ok_or_else(|| {
                    let known: Vec<&str> = Self::ALL.iter().map(|k| k.word()).collect();
                    $crate::types::words::UnknownWord(format!("\"{typed}\" is not one of: {}", known.join(", ")))
                })
            }
        }
    };
}

/// The text with a capital at its beginning.
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// The text with a stop at its end.
pub fn sentence(text: &str) -> String {
    if text.ends_with(['.', '!', '?']) { text.to_string() } else { format!("{text}.") }
}

#[cfg(test)]
mod tests {
    words! {
        /// A list for this test.
        pub enum Shade {
            Dark = "dark", "Dark";
            VeryLight = "very_light", "Very light";
        }
    }

    #[test]
    fn a_word_is_read_back_and_an_unknown_one_is_answered_with_the_list() {
        assert_eq!("very_light".parse(), Ok(Shade::VeryLight));
        assert_eq!("grey".parse::<Shade>(), Err(super::UnknownWord("\"grey\" is not one of: dark, very_light".into())));
        assert_eq!(serde_json::to_string(&Shade::VeryLight).ok().as_deref(), Some("\"very_light\""));
        assert_eq!(Shade::VeryLight.label(), "Very light");
    }
}
