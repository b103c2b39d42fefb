//! An id of another kind is the id of nothing: 404 at every door, and nothing is written.

use crate::rights::{operations, pages, things};
use crate::support::TestApp;
use crate::support::chain::id;
use crate::support::walk::{Step, walk};
use poem::http::Method;
use serde_json::json;
use tributary::auth::role::Role;

/// The same step with every id in its path replaced by that of another kind; none where it has no id.
fn astray(step: &Step, provider: &str, office: &str) -> Option<Step> {
    let other = if step.named.starts_with("/providers") { office } else { provider };
    let named: Vec<&str> = step.named.split('/').collect();
    let mut parts: Vec<String> = step.path.split('/').map(String::from).collect();
    // "/api/v1" stands before what the walk names.
    let ids: Vec<usize> = named.iter().enumerate().filter(|(_, part)| part.starts_with('<')).map(|(n, _)| n + 2).collect();
    for n in &ids {
        parts[*n] = other.into();
    }
    (!ids.is_empty()).then(|| Step { path: parts.join("/"), ..step.clone() })
}

/// Rows of whatever is done.
async fn written(t: &TestApp) -> i64 {
    t.count("select (select count(*) from audit where action not in ('read', 'downloaded')) + (select count(*) from state_move)").await
}

/// The address with a patient in it, or where patients are, a provider.
fn misled(path: &str, patient: &str, provider: &str) -> String {
    let wrong = if path.contains("/patients/") { provider } else { patient };
    path.split('/').map(|step| if step.starts_with(['{', ':']) { wrong } else { step }).collect::<Vec<_>>().join("/")
}

crate::both_databases! {
    with &[("public_url", "https://reports.willow.example"), ("undo_minutes", "0")];

    async fn every_write_of_the_api_about_an_id_of_another_kind_is_404_and_writes_nothing(t: &TestApp) {
        let provider = t.doctor("Sam", "Glen").await;
        let office = id(&t.done("/api/v1/organizations", json!({ "name": "Harbor Spine" })).await);
        let mut tried = 0;
        walk(t, async |_, step: &Step| {
            if let Some(wrong) = astray(step, &provider, &office).filter(|_| step.is_write()) {
                tried += 1;
                let before = written(t).await;
                let answer = wrong.ask(t, None).await;
                assert_eq!(answer.status, 404, "{}: {}", step.named, answer.text());
                assert_eq!(written(t).await, before, "{}", step.named);
            }
            step.ask(t, None).await
        })
        .await;
        assert!(tried > 100, "{tried} writes");
    }

    async fn every_read_and_every_form_about_an_id_of_another_kind_is_404_and_writes_nothing(t: &TestApp) {
        t.fees().await;
        let one = things(t, Role::Owner, "Field").await;
        let (patient, provider) = (&one["patients"], &one["providers"]);
        let mut browser = t.signed_in(Role::Owner).await;
        let csrf = browser.open("/help").await.value("csrf").expect("a form's token");
        let before = written(t).await;
        let reads: Vec<String> = operations().into_iter().filter_map(|o| o.strip_prefix("GET ").filter(|p| p.contains('{')).map(String::from)).collect();
        assert!(reads.len() > 30, "{}", reads.len());
        for path in reads {
            assert_eq!(t.get(Role::Owner, &misled(&path, patient, provider)).await.status, 404, "{path}");
        }
        for (verb, path) in pages().iter().filter_map(|page| page.split_once(' ')).filter(|(_, path)| path.contains(':')) {
            // What is behind a link knows no ids.
            if path.starts_with("/r/") || path.starts_with("/stop/") {
                continue;
            }
            let form = (verb == "POST").then(|| format!("csrf={csrf}"));
            let status = browser.request(verb.parse::<Method>().expect("a verb"), &misled(path, patient, provider), form).await.status.as_u16();
            // A form that is not filled in may be refused for that first.
            let is_refused = status == 404 || verb == "POST" && status == 422;
            assert!(is_refused, "{verb} {path}: {status}");
        }
assert_eq!(written(t).await, before, "something was written");
    }
}
