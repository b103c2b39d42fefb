//! A short way to import a file, through the API.

use super::TestApp;
use super::http::Answer;
use poem::Request;
use poem::http::Method;
use serde_json::{Value, json};
use tributary::auth::role::Role;

impl TestApp {
    /// Sends a file as a program does: the body itself, with its name beside it.
    pub async fn send_file(&self, role: Role, query: &str, name: &str, content: impl Into<Vec<u8>>) -> Answer {
        let token = self.token(role).await;
        let request = Request::builder()
            .method(Method::POST)
            .uri_str(format!("/api/v1/imports{query}"))
            .header("authorization", format!("Bearer {token}"))
            .header("x-file-name", name)
            .content_type("text/csv");
        self.send(request.body(content.into())).await
    }

    /// Imports a file as the owner.
    pub async fn import(&self, content: impl Into<Vec<u8>>) -> Value {
        let answer = self.send_file(Role::Owner, "?dry_run=false", "contacts.csv", content).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.json()
    }

    /// Only looks at a file.
    pub async fn preview(&self, content: impl Into<Vec<u8>>) -> Value {
        let answer = self.send_file(Role::Owner, "?dry_run=true", "contacts.csv", content).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.json()
    }

    /// One row of an import.
    pub async fn row(&self, import: &Value, number: i64) -> Value {
        let whole = self.read(&format!("/api/v1/imports/{}?limit=500", super::chain::id(import))).await;
        let rows = whole["rows"].as_array().expect("rows").clone();
        rows.into_iter().find(|row| row["number"] == number).unwrap_or_else(|| panic!("no row {number} in {whole}"))
    }

    pub async fn answer(&self, import: &Value, row: i64, decision: &str) -> Answer {
        let path = format!("/api/v1/imports/{}/rows/{row}/decide", super::chain::id(import));
        self.post(Role::Owner, &path, json!({ "decision": decision })).await
    }

    /// The provider that a search finds; only one may.
    pub async fn found(&self, q: &str) -> Value {
        let list = self.read(&format!("/api/v1/providers?q={}", q.replace(' ', "%20"))).await;
        let items = list["items"].as_array().expect("items");
        assert_eq!(items.len(), 1, "{q}: {list}");
        self.read(&format!("/api/v1/providers/{}", super::chain::id(&items[0]))).await
    }

    pub async fn count_providers(&self) -> usize {
        self.read("/api/v1/providers?limit=500").await["items"].as_array().map_or(0, Vec::len)
    }
}

/// `created, updated, unchanged, duplicate_in_file, review, error, blank`.
pub fn counts(import: &Value) -> [i64; 7] {
    ["created", "updated", "unchanged", "duplicate_in_file", "review", "error", "blank"].map(|n| import[n].as_i64().expect("a count"))
}

/// `result: reason` of each row that came with an import.
pub fn outcomes(import: &Value) -> Vec<String> {
    let rows = import["rows"].as_array().expect("rows");
    rows.iter().map(|r| format!("{}: {}", r["result"].as_str().unwrap_or_default(), r["reason"].as_str().unwrap_or_default())).collect()
}
