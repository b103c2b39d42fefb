//! What each write of a program left in the audit, and which operations there are.

use super::TestApp;
use sea_orm::EntityTrait;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;
use tributary::entity::audit;
use tributary::web::openapi_document;

/// Operations that are no read by their verb and change nothing that somebody may have to explain.
pub const WRITES_NOTHING: [(&str, &str); 1] =
    [("POST /api/v1/payers/{id}/try", "asks the rules about a visit that was made up, and keeps nothing")];

/// `POST /api/v1/claims/{id}/void` ...: all of the API that is no read.
pub fn writes() -> &'static BTreeSet<String> {
    static ALL: OnceLock<BTreeSet<String>> = OnceLock::new();
    ALL.get_or_init(|| {
        let document = openapi_document();
        let paths = document["paths"].as_object().expect("paths");
        let verbs = |path: &String| paths[path].as_object().expect("verbs").keys().map(|v| v.to_uppercase()).collect::<Vec<_>>();
        let named = paths.keys().flat_map(|path| verbs(path).into_iter().map(move |verb| format!("{verb} {path}")));
        named.filter(|operation| !operation.starts_with("GET ")).collect()
    })
}

/// The operation that a request was: the one that spells most of its address out.
pub fn operation_of(asked: &str) -> Option<&'static String> {
    let steps: Vec<&str> = asked.split(['/', ' ']).collect();
    let fits = |operation: &&'static String| {
        let named: Vec<&str> = operation.split(['/', ' ']).collect();
        named.len() == steps.len() && named.iter().zip(&steps).all(|(name, step)| name == step || name.starts_with('{'))
    };
    writes().iter().filter(fits).min_by_key(|operation| operation.matches('{').count())
}

impl TestApp {
    /// The writes of this test, each with the rows that it left.
    pub async fn audited(&self) -> Vec<(String, Vec<audit::Model>)> {
        let mut rows: BTreeMap<String, Vec<audit::Model>> = BTreeMap::new();
        for row in audit::Entity::find().all(&self.app.db).await.unwrap_or_default() {
            rows.entry(row.request_id.clone().unwrap_or_default()).or_default().push(row);
        }
        let answered = self.answered.lock().expect("no panic before").clone();
        let operation = |(asked, request): (String, String)| Some((operation_of(&asked)?.clone(), request));
        let written = answered.into_iter().filter_map(operation);
        written.map(|(operation, request)| (operation, rows.get(&request).cloned().unwrap_or_default())).collect()
    }

    /// Each says who did what to which thing.
    pub async fn every_write_is_audited(&self) {
        let is_silent = |operation: &str| WRITES_NOTHING.iter().any(|(silent, _)| *silent == operation);
        let says_all = |row: &audit::Model| {
            row.actor_kind == "token"
                && !row.actor_name.is_empty()
                && row.user_id.is_some()
                && !row.action.is_empty()
                && !row.thing_kind.is_empty()
        };
        let wrong: BTreeSet<String> = self
            .audited()
            .await
            .into_iter()
            .filter(|(operation, rows)| !is_silent(operation) && (rows.is_empty() || !rows.iter().all(says_all)))
            .map(|(operation, rows)| format!("{operation} left {rows:?}"))
            .collect();
        assert!(wrong.is_empty(), "not audited: {}", wrong.into_iter().collect::<Vec<_>>().join("\n"));
    }
}
