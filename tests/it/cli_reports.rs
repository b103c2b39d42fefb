//! Reports and mail from the command line, as scripts use them: each answer is JSON, and the exit code says whether somebody has to look.

use crate::support::TestApp;
use crate::support::chain::id;
use crate::support::letters::DOCTOR;
use chrono::TimeDelta;
use serde_json::{Value, json};

/// Runs a command as a process of its own: its exit code, and what it printed.
fn run(t: &TestApp, arguments: &[&str]) -> (Option<i32>, Value) {
    let output = t.command(arguments);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let told = serde_json::from_str(&said).unwrap_or_else(|e| panic!("{e}: {said} {}", String::from_utf8_lossy(&output.stderr)));
    (output.status.code(), told)
}

/// The same of one that cannot be done: its exit code, and the words. What was asked for stays empty.
fn refused(t: &TestApp, arguments: &[&str]) -> (Option<i32>, String) {
    let output = t.command(arguments);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "", "{arguments:?}");
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

fn kinds(due: &Value) -> Vec<&str> {
    due.as_array().expect("letters").iter().filter_map(|d| d["kind"].as_str()).collect()
}

/// Each process runs on from the time at which it is started: what one put into the queue is due for the next a minute later.
fn a_minute_later(t: &TestApp) {
    t.forget_held();
    t.app.clock.set(t.app.now() + TimeDelta::minutes(1));
}

const DELIVER: [&str; 4] = ["mail", "deliver", "--once", "--json"];

crate::both_databases! {
    async fn what_is_due_is_told_for_any_day_and_is_begun_once(t: &TestApp) {
        let case = t.treated("Quist").await;
        let (code, due) = run(t, &["reports", "due", "--json"]);
        assert_eq!((code, kinds(&due)), (Some(0), vec!["initial_report"]), "{due}");
        let (code, later) = run(t, &["reports", "due", "--on", "2026-04-01", "--json"]);
        assert_eq!((code, kinds(&later)), (Some(0), vec!["progress"]), "thirty days after the first visit: {later}");
        assert_eq!((&later[0]["patient"]["name"], &later[0]["provider"]["id"]), (&json!("Nora Quist"), &json!(case.doctor)), "{later}");
        for drafted in [1, 0] {
            let (code, done) = run(t, &["reports", "draft", "--json"]);
            assert_eq!((code, &done["drafted"], &done["released"], &done["left"]), (Some(0), &json!(drafted), &json!(0), &json!([])), "{done}");
        }
    }

    async fn a_month_is_drafted_read_approved_delivered_and_sent_again_by_commands_alone(t: &TestApp) {
        let case = t.treated("Quist").await;
        t.at("2026-04-01");
        let month = ["reports", "draft", "--month", "2026-03", "--json"];
        let (code, done) = run(t, &month);
        assert_eq!((code, &done["month"], &done["drafted"][0]["id"]), (Some(0), &json!("2026-03"), &json!(case.doctor)), "{done}");
        let (code, again) = run(t, &month);
        assert_eq!((code, &again["drafted"], &again["there"][0]["id"]), (Some(0), &json!([]), &json!(case.doctor)), "{again}");
        let (code, listed) = run(t, &["reports", "list", "--state", "draft", "--kind", "monthly_summary", "--json"]);
        assert_eq!((code, listed["items"].as_array().map(Vec::len)), (Some(0), Some(1)), "{listed}");
        let report = id(&listed["items"][0]);
        let (code, shown) = run(t, &["reports", "show", &report, "--json"]);
        assert_eq!((code, &shown["state"], &shown["held"]), (Some(0), &json!("draft"), &Value::Null), "{shown}");
        let seen = shown["message"]["seen"].as_str().expect("what was read");
        let (code, approved) = run(t, &["reports", "approve", &report, "--seen", seen, "--json"]);
        assert_eq!((code, &approved["id"], &approved["state"], &approved["mail"]["to"]), (Some(0), &json!(report), &json!("queued"), &json!(DOCTOR)), "{approved}");
        a_minute_later(t);
        let (code, round) = run(t, &DELIVER);
        assert_eq!((code, &round["attempts"], &round["sent"], &round["paused"]), (Some(0), &json!(1), &json!(1), &Value::Null), "{round}");
        let (code, again) = run(t, &["reports", "resend", &report, "--why", "they lost it", "--json"]);
        assert_eq!((code, &again["state"], again["mails"].as_array().map(Vec::len)), (Some(0), &json!("queued"), Some(2)), "{again}");
        a_minute_later(t);
        let (code, round) = run(t, &DELIVER);
        assert_eq!((code, &round["attempts"], t.mails().len()), (Some(0), &json!(1), 2), "{round}");
        let (code, mails) = run(t, &["mail", "list", "--state", "sent", "--json"]);
        let copies: Vec<_> = mails["items"].as_array().expect("mails").iter().map(|m| (&m["to"], &m["resend_no"])).collect();
        assert_eq!((code, copies), (Some(0), vec![(&json!(DOCTOR), &json!(1)), (&json!(DOCTOR), &json!(0))]), "{mails}");
        let (code, none) = run(t, &["mail", "list", "--state", "failed", "--json"]);
        assert_eq!((code, &none["items"]), (Some(0), &json!([])), "{none}");
    }

    async fn a_preview_is_written_into_a_file_as_it_would_arrive_and_its_size_is_told(t: &TestApp) {
        let case = t.treated("Quist").await;
        let report = t.drafted(&case).await;
        let folder = tempfile::tempdir().expect("a folder");
        for (kind, of_message) in [("email", "html"), ("text", "text"), ("pdf", "")] {
            let file = folder.path().join(kind).to_string_lossy().into_owned();
            let (code, told) = run(t, &["reports", "preview", &id(&report), "--as", kind, "--out", &file, "--json"]);
            let content = std::fs::read(&file).expect("a file");
            assert_eq!((code, &told["file"], &told["bytes"]), (Some(0), &json!(file), &json!(content.len())), "{told}");
            match report["message"][of_message].as_str() {
                Some(message) => assert_eq!(String::from_utf8_lossy(&content), message, "{kind}"),
                None => assert!(content.starts_with(b"%PDF-"), "{kind}"),
            }
        }
    }

    async fn a_report_is_put_aside_by_a_command_that_says_why(t: &TestApp) {
        let case = t.treated("Quist").await;
        let report = id(&t.drafted(&case).await);
        let (code, skipped) = run(t, &["reports", "skip", &report, "--why", "told on the phone", "--json"]);
        assert_eq!((code, &skipped["state"], &skipped["skip_reason"]), (Some(0), &json!("skipped"), &json!("told on the phone")), "{skipped}");
        let (code, listed) = run(t, &["reports", "list", "--state", "skipped", "--json"]);
        assert_eq!((code, &listed["items"][0]["id"]), (Some(0), &json!(report)), "{listed}");
        let (code, words) = refused(t, &["reports", "skip", &report, "--why", "again", "--json"]);
        assert_eq!(code, Some(1), "{words}");
    }

    async fn what_waits_for_a_person_ends_with_three_what_cannot_be_done_with_one_and_what_makes_no_sense_with_two(t: &TestApp) {
        let case = t.treated("Quist").await;
        let sent = t.drafted(&case).await;
        t.approved(&sent).await;
        let patient = case.referral["patient"]["id"].as_str().expect("a patient");
        t.done(&format!("/api/v1/patients/{patient}/restrictions"), json!({ "provider": case.doctor, "reason": "asked" })).await;
        let (code, round) = run(t, &DELIVER);
        assert_eq!((code, &round["sent"], &round["not_sent"]), (Some(3), &json!(0), &json!(1)), "{round}");
        let other = t.treated_for(&case.doctor, "Lund").await;
        t.at("2026-03-20");
        t.attended(&other.referral, "2026-03-20").await;
        let held = id(&t.drafted(&other).await);
        let (code, shown) = run(t, &["reports", "show", &held, "--json"]);
        assert_eq!((code, &shown["held"]), (Some(3), &json!("The note of Mar 20 is not signed")), "{shown}");
        let (code, words) = refused(t, &["reports", "approve", &held, "--seen", "whatever", "--json"]);
        assert!(code == Some(1) && words.contains("The note of Mar 20 is not signed"), "{code:?} {words}");
        for of_nothing in [["reports", "show", "nobody", "--json"], ["mail", "bounce", "nowhere.eml", "--json"]] {
            let (code, words) = refused(t, &of_nothing);
            assert!(code == Some(1) && !words.is_empty(), "{of_nothing:?}: {code:?} {words}");
        }
        std::fs::write(t.folder.path().join("back.eml"), "Subject: spam\r\n\r\nBuy.\r\n").expect("written");
        let (code, back) = run(t, &["mail", "bounce", "back.eml", "--json"]);
        assert_eq!((code, &back["proven"], &back["mail"]), (Some(3), &json!(false), &Value::Null), "{back}");
        let senseless: [&[&str]; 3] = [&["reports", "preview", &held, "--as", "fax"], &["reports", "skip", &held], &["reports", "approve", &held]];
        for arguments in senseless {
            assert_eq!(refused(t, arguments).0, Some(2), "{arguments:?}");
        }
    }
}
