//! What changes after a report was approved and before it leaves: what was read leaves, byte for byte, or nothing does.

use crate::letters::text_of;
use crate::links_flood::HERE;
use crate::support::TestApp;
use crate::support::chain::id;
use crate::support::letters::Case;
use sea_orm::{EntityTrait, QueryOrder};
use serde_json::{Value, json};
use tributary::entity::{frozen_mail, report};

const ADDED: &str = "Dizzy when she stood up quickly.";

/// Adds to each note of a patient.
async fn add_to_notes(t: &TestApp, case: &Case) {
    let patient = case.referral["patient"]["id"].as_str().expect("a patient");
    let notes = t.read(&format!("/api/v1/notes?patient={patient}")).await["items"].as_array().expect("notes").clone();
    assert_eq!(notes.len(), 3);
    for note in &notes {
        t.done(&format!("/api/v1/notes/{}/addenda", id(note)), json!({ "words": ADDED, "reason": "forgotten" })).await;
    }
}

/// The bytes of each mail, and the content of each report.
async fn frozen(t: &TestApp) -> (Vec<Vec<u8>>, Vec<Option<Value>>) {
    let mails = frozen_mail::Entity::find().order_by_asc(frozen_mail::Column::OutboxId).all(&t.app.db).await.expect("mails");
    let reports = report::Entity::find().order_by_asc(report::Column::Id).all(&t.app.db).await.expect("reports");
    (mails.into_iter().map(|m| m.mime).collect(), reports.into_iter().map(|r| r.content).collect())
}

/// What a mail says: in its text, and on the pages that go with it.
fn said(mail: &str) -> String {
    let message = mail_parser::MessageParser::default().parse(mail.as_bytes()).expect("a mail");
    let mut said = message.body_text(0).expect("a text").into_owned();
    for page in message.attachments() {
        said.push_str(&text_of(page.contents()).unwrap_or_default());
    }
    said
}

crate::both_databases! {
    with &[("public_url", HERE)];

    async fn what_is_added_to_a_note_after_the_approval_changes_no_byte_of_what_leaves(t: &TestApp) {
        let mailed = t.treated("Quist").await;
        let linked = t.treated_for(&mailed.doctor, "Lund").await;
        let printed = t.treated_for(&mailed.doctor, "Moss").await;
        let cases = [(&mailed, "email"), (&linked, "link"), (&printed, "paper")];
        let mut read = Vec::new();
        for (case, channel) in cases {
            let at = format!("/api/v1/reports/{}", id(&t.drafted(case).await));
            let message = t.read(&at).await["message"].clone();
            t.done(&format!("{at}/approve"), json!({ "seen": message["seen"], "channel": channel })).await;
            read.push((at, message));
        }
        let before = frozen(t).await;
        assert_eq!((before.0.len(), before.1.len()), (3, 3));
        for (case, _) in cases {
            add_to_notes(t, case).await;
        }
        t.delivered().await;
        assert!(frozen(t).await == before, "what waits, behind a link and to be printed too, is what was approved");
        let mails = t.mails();
        assert_eq!(mails.len(), 2, "one as a mail, one as a link; the third waits to be printed");
        assert!(mails.iter().all(|mail| before.0.iter().any(|mime| mime == mail.as_bytes())), "the same bytes left");
        let page = text_of(&before.0[2]).unwrap_or_default();
        assert!(mails.iter().all(|mail| !said(mail).contains("Dizzy")) && !page.contains("Dizzy"), "{page}");
        for (at, message) in read {
            let shown = t.read(&at).await["message"].clone();
            assert_eq!((&shown["text"], &shown["html"]), (&message["text"], &message["html"]), "what was sent is shown as it was read");
            assert!(!shown.to_string().contains("Dizzy"), "{shown}");
        }
    }
}

crate::both_databases! {
    async fn a_summary_that_was_approved_does_not_leave_once_one_of_its_patients_asks_that_the_doctor_hears_nothing(t: &TestApp) {
        let case = t.treated("Quist").await;
        t.treated_for(&case.doctor, "Lund").await;
        t.at("2026-04-01");
        let summary = t.done("/api/v1/reports", json!({ "provider": case.doctor, "month": "2026-03" })).await;
        t.approved(&summary).await;
        let patient = case.referral["patient"]["id"].as_str().expect("a patient");
        t.done(&format!("/api/v1/patients/{patient}/restrictions"), json!({ "provider": case.doctor, "reason": "asked" })).await;
        t.delivered().await;
        assert!(t.mails().is_empty());
        assert_eq!(t.state_of(&summary).await, "failed");
        assert_eq!(t.count("select count(*) from disclosure").await, 0, "nobody was told about anybody");
    }
}
