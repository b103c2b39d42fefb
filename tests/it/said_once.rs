//! What is said twice is done once: each write of the API under its `Idempotency-Key`, and each form that creates something.

use crate::rights::{asked, pages, things};
use crate::support::TestApp;
use crate::support::browser::css;
use crate::support::chain::id;
use crate::support::walk::{Step, walk};
use serde_json::json;
use tributary::auth::role::Role;

/// Answers that are given once: the second asker learns that it was done, and not what was said.
const SHOWN_ONCE: [&str; 3] = ["/tokens", "/private-notes", "/account/password"];

/// Who comes and goes, and what is looked for: nothing is made.
const WITHOUT_A_KEY: [&str; 3] = ["/login", "/logout", "/search"];

const FORMS: &str = "tests/it/forms_twice.txt";

/// Looks aside: a form that is printed again is one more look at it, and noted as one.
async fn done_by_programs(t: &TestApp) -> i64 {
    t.count("select count(*) from audit where actor_kind = 'token' and action not in ('read', 'downloaded', 'printed')").await
}

crate::both_databases! {
    with &[("public_url", "https://reports.willow.example"), ("undo_minutes", "0")];

    async fn every_write_of_the_api_is_done_once_under_its_key_and_answered_alike(t: &TestApp) {
        let mut n = 0;
        walk(t, async |_, step: &Step| {
            if !step.is_write() {
                return step.ask(t, None).await;
            }
            n += 1;
            let key = format!("walk-{n}");
            let first = step.ask(t, Some(&key)).await;
            assert!(first.status.is_success(), "{}: {} {}", step.named, first.status, first.text());
            let before = done_by_programs(t).await;
            let second = step.ask(t, Some(&key)).await;
            let is_shown_once = SHOWN_ONCE.iter().any(|path| step.named.contains(path));
            if is_shown_once && second.status == 409 {
                assert!(second.text().contains("already"), "{}: {}", step.named, second.text());
            } else {
                assert_eq!((second.status, second.text()), (first.status, first.text()), "{}", step.named);
            }
            assert_eq!(done_by_programs(t).await, before, "{} was done again", step.named);
            first
        })
        .await;
        assert!(n > 140, "{n} writes");
    }

    async fn every_form_that_creates_something_creates_one_of_it_and_leads_to_it_both_times(t: &TestApp) {
        t.fees().await;
        let mut one = things(t, Role::Owner, "Field").await;
        let lind = t.doctor("Sam", "Lind").await;
        let other = t.referral(&lind, &one["payers"], "Quist", "2026-02-27").await;
        one.insert("billed", id(&t.billed(&other, "2026-03-02").await));
        one.insert("unreported", id(&other));
        t.done("/api/v1/reports/summaries", json!({ "month": "2026-02" })).await;
        one.insert("unread", lind);
        let mut browser = t.signed_in(Role::Owner).await;
        let text = std::fs::read_to_string(FORMS).expect("the forms");
        let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')).collect();
        assert!(lines.len() > 20, "{}", lines.len());
        // A form of an address that makes something new stands here, or is an upload, which is sent below.
        let made: Vec<&str> = lines.iter().filter_map(|line| line.split('|').nth(1)).map(str::trim).collect();
        let shape = |to: &str| to.split('/').map(|step| if step.starts_with(['<', ':']) { ":id" } else { step }).collect::<Vec<_>>().join("/");
        let new: Vec<String> = pages().iter().filter_map(|page| page.strip_prefix("POST ").filter(|to| to.ends_with("/new"))).map(shape).collect();
        let missing: Vec<&String> = new.iter().filter(|to| *to != "/imports/new" && !made.iter().any(|line| shape(line) == **to)).collect();
        assert!(missing.is_empty() && new.len() > 8, "not in {FORMS}: {missing:?}");
        for line in lines {
            let filled = one.iter().fold(line.to_string(), |line, (name, id)| line.replace(&format!("<{name}>"), id));
            let [from, to, table, typed] = filled.splitn(4, '|').map(str::trim).collect::<Vec<_>>().try_into().expect("four parts");
            let page = browser.open(from).await;
            let typed: Vec<(&str, &str)> = typed.split('&').filter_map(|pair| pair.split_once('=')).collect();
            let fields = page.filled_in(to, &typed);
            assert!(fields.iter().any(|(name, value)| name == "_once" && !value.is_empty()), "{from}: a form without a one-time key");
            let count = async || t.count(&format!("select count(*) from {table}")).await;
            let before = count().await;
            let first = browser.post(to, &fields).await;
            assert_eq!((first.status.as_u16(), count().await), (200, before + 1), "{from}: {}", first.words());
            let second = browser.post(to, &fields).await;
            assert_eq!((second.status.as_u16(), &second.path, count().await), (200, &first.path, before + 1), "{from}: {}", second.words());
        }
        let form = browser.open("/imports/new").await;
        let file = ("file", "more.csv", &b"Name\nCy Stone\n"[..]);
        let first = browser.upload(&form, "/imports/new", &[], file).await;
        let imports = t.count("select count(*) from import_batch").await;
        let second = browser.upload(&form, "/imports/new", &[], file).await;
        assert_eq!((second.status.as_u16(), &second.path), (200, &first.path), "{}", second.words());
        assert_eq!(t.count("select count(*) from import_batch").await, imports);
    }

    async fn every_form_of_every_page_carries_a_key_or_a_version(t: &TestApp) {
        t.fees().await;
        let one = things(t, Role::Owner, "Field").await;
        let mut browser = t.signed_in(Role::Owner).await;
        let (mut wrong, mut seen) = (Vec::new(), 0);
        for path in pages().iter().filter_map(|page| page.strip_prefix("GET ")).filter(|path| !path.starts_with("/r/") && !path.starts_with("/stop/")) {
            let page = browser.open(&asked(path, &one)).await;
            for form in page.document().select(&css("form[method=post]")) {
                seen += 1;
                let has = |name: &str| form.select(&css(&format!("input[name={name}]"))).any(|field| field.value().attr("value").is_some_and(|v| !v.is_empty()));
                let action = form.value().attr("action").unwrap_or_default();
                let kind = one.values().fold(action.to_string(), |action, id| if id.len() == 36 { action.replace(id.as_str(), ":id") } else { action });
                if !has("_once") && !has("version") && !WITHOUT_A_KEY.contains(&kind.as_str()) {
                    wrong.push(format!("{path}: {kind}"));
                }
            }
        }
        wrong.sort();
        wrong.dedup();
        assert!(wrong.is_empty() && seen > 100, "{seen} forms; without a key: {}", wrong.join("; "));
    }
}
