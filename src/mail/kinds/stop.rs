use serde::{Deserialize, Serialize};

/// How the reader of a letter about us says that they want no more of them [CAN-SPAM; RFC 2369, 8058].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stop {
    /// A page with one button; none where we have no public address.
    #[serde(default)]
    pub url: Option<String>,
    /// `mailto:...`: a mail to us that says it.
    #[serde(default)]
    pub by_mail: Option<String>,
}

impl Stop {
    /// What a mail program makes its own button of.
    pub fn headers(&self) -> Vec<(&'static str, String)> {
        let ways: Vec<String> = [&self.url, &self.by_mail].into_iter().flatten().map(|way| format!("<{way}>")).collect();
        let mut headers = Vec::new();
        if !ways.is_empty() {
            headers.push(("List-Unsubscribe", ways.join(", ")));
        }
        if self.url.as_deref().is_some_and(|url| url.starts_with("https://")) {
            headers.push(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".into()));
        }
        headers
    }
}
