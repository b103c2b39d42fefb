//! The commands of the money path as scripts rely on them: their names, the keys of their JSON, and their exit codes (0 done,
//! 1 refused, 3 somebody has to look).

use crate::support::TestApp;
use crate::support::chain::{Cast, id};
use crate::support::era::Era;
use crate::support::partners::{clearinghouse, may_send};
use serde_json::{Value, json};
use std::path::Path;

const USUAL: &[(&str, &str, i64)] = &[("CO", "45", 5_000), ("PR", "3", 2_000)];

fn number(claim: &Value) -> &str {
    claim["number"].as_str().expect("a number")
}

/// Exit code, what was printed as JSON, and what was said about errors.
fn run(t: &TestApp, arguments: &[&str]) -> (i32, Value, String) {
    let arguments: Vec<&str> = arguments.iter().copied().chain(["--json"]).collect();
    let output = t.command(&arguments);
    let code = output.status.code().expect("it ends by itself");
    (code, serde_json::from_slice(&output.stdout).unwrap_or_default(), String::from_utf8_lossy(&output.stderr).into_owned())
}

fn said(t: &TestApp, arguments: &[&str]) -> String {
    String::from_utf8_lossy(&t.command(arguments).stdout).into_owned()
}

fn put(t: &TestApp, name: &str, content: &str) -> String {
    let path = t.folder.path().join(name);
    std::fs::write(&path, content).expect("written");
    path.to_string_lossy().into_owned()
}

fn has(thing: &Value, keys: &[&str]) {
    for key in keys {
        assert!(thing.get(key).is_some(), "{key} is missing: {thing}");
    }
}

async fn cast(t: &TestApp) -> Cast {
    let cast = t.cast("2026-03-31").await;
    may_send(t, &cast.payer).await;
    cast
}

crate::both_databases! {
    async fn claims_are_checked_written_as_files_and_listed_by_commands(t: &TestApp) {
        let cast = cast(t).await;
        clearinghouse(t, "Office Ally", json!({})).await;
        let claim = t.claim_drafted(&cast.referral, "2026-03-02").await;
        let (code, listed, _) = run(t, &["claims", "list", "--state", "draft"]);
        assert_eq!((code, &listed["items"][0]["number"], &listed["items"][0]["state"]), (0, &claim["number"], &json!("draft")), "{listed}");
        has(&listed["items"][0], &["id", "number", "state", "payer", "patient", "charge_cents", "service_on"]);
        let (code, checked, _) = run(t, &["claims", "check"]);
        assert_eq!((code, checked["done"].as_array().map(Vec::len), &checked["left"]), (0, Some(1), &json!([])), "{checked}");
        let out = t.folder.path().join("out");
        let (code, written, why) = run(t, &["claims", "batch", "--partner", "Office Ally", "--out", &out.to_string_lossy()]);
        assert_eq!(code, 0, "{why}");
        let batch = &written["batches"][0];
        has(batch, &["id", "reference", "file_name", "interchange_control", "group_control", "first_transaction", "claims"]);
        assert_eq!(batch["claims"][0]["number"], claim["number"], "{batch}");
        let file = std::fs::read_to_string(out.join(batch["file_name"].as_str().expect("a name"))).expect("the file");
        assert!(file.starts_with("ISA*") && file.contains(&format!("CLM*{}*", number(&claim).replace('-', ""))), "{file}");
        let (code, again, _) = run(t, &["claims", "batch"]);
        assert_eq!((code, &again["batches"]), (0, &json!([])), "nothing is ready, and nothing leaves twice");
    }

    async fn what_stays_behind_is_listed_with_its_reason_and_exits_three(t: &TestApp) {
        let cast = cast(t).await;
        let claim = t.claim_drafted(&cast.referral, "2026-03-02").await;
        let (code, left, _) = run(t, &["claims", "mark-sent", number(&claim)]);
        assert_eq!((code, &left["done"], &left["left"][0]["claim"]["number"]), (3, &json!([]), &claim["number"]), "{left}");
        assert!(left["left"][0]["reason"].as_str().is_some_and(|r| !r.is_empty()), "{left}");
        run(t, &["claims", "check", number(&claim)]);
        let (code, sent, _) = run(t, &["claims", "mark-sent", number(&claim), "--on", "2026-03-03"]);
        assert_eq!((code, &sent["done"][0]["state"]), (0, &json!("submitted")), "{sent}");
        let (code, _, why) = run(t, &["claims", "batch", "--partner", "Nobody"]);
        assert!(code == 1 && !why.is_empty(), "{code}: {why}");
    }

    async fn the_form_is_printed_into_a_file_by_a_command(t: &TestApp) {
        let cast = cast(t).await;
        let claim = t.billed(&cast.referral, "2026-03-02").await;
        let out = t.folder.path().join("form.pdf");
        let (code, printed, why) = run(t, &["claims", "cms1500", number(&claim), "--out", &out.to_string_lossy()]);
        assert!(matches!(code, 0 | 3), "{why}");
        assert_eq!((&printed["pages"], code == 0), (&json!(1), printed["warnings"] == json!([])), "{printed}");
        assert!(std::fs::read(&out).expect("the form").starts_with(b"%PDF-"));
        let (code, _, why) = run(t, &["claims", "cms1500", "C-2026-99999", "--out", &out.to_string_lossy()]);
        assert!(code == 1 && !why.is_empty(), "{code}: {why}");
    }

    async fn a_remittance_is_staged_looked_at_posted_and_taken_back_by_commands(t: &TestApp) {
        let cast = cast(t).await;
        let claim = t.billed(&cast.referral, "2026-03-02").await;
        let era = Era::new("EFT-1", "2026-03-20").claim(number(&claim), "1", 16_000, 9_000, USUAL);
        let (code, taken, why) = run(t, &["remittances", "import", &put(t, "march.835", &era.file())]);
        assert_eq!(code, 0, "{why}");
        let staged = taken["remittances"][0].clone();
        has(&staged, &["id", "state", "trace", "paid_on", "amount_cents", "balance", "ties", "needs_a_person", "claims", "items"]);
        has(&staged["claims"][0], &["number", "state", "found_by", "claim", "is_unusual", "notes", "lines"]);
        has(&staged["claims"][0]["lines"][0], &["code", "charge_cents", "allowed_cents", "paid_cents", "patient_cents", "adjustments"]);
        assert_eq!((&staged["balance"], &staged["claims"][0]["state"]), (&json!("$90.00 = $90.00 in claims"), &json!("matched")));
        let (code, again, _) = run(t, &["remittances", "import", &put(t, "again.835", &era.file().replace('~', "~\n"))]);
        assert_eq!((code, &again["remittances"][0]["state"]), (0, &json!("duplicate")), "{again}");
        let (code, listed, _) = run(t, &["remittances", "review"]);
        assert_eq!((code, &listed["items"][0]["id"], &listed["items"][0]["state"]), (0, &staged["id"], &json!("staged")), "{listed}");
        let whole = said(t, &["remittances", "review", &id(&staged)]);
        for words in ["97140 billed $160.00, allowed $110.00", "paid $90.00, patient $20.00", "CO-45 $50.00", "PR-3 $20.00"] {
            assert!(whole.contains(words), "{words}: {whole}");
        }
        let (code, posted, why) = run(t, &["remittances", "post", &id(&staged)]);
        assert_eq!((code, &posted["state"]), (0, &json!("posted")), "{why}");
        let (code, _, why) = run(t, &["remittances", "post", &id(&staged)]);
        assert!(code == 1 && why.contains("posted already"), "{code}: {why}");
        let (code, back, why) = run(t, &["remittances", "reverse", &id(&staged)]);
        assert_eq!((code, &back["state"]), (0, &json!("reversed")), "a reason may be given and need not be: {why}");
        let (code, shown, _) = run(t, &["remittances", "show", &id(&staged)]);
        assert_eq!((code, &shown["state"]), (0, &json!("reversed")));
        assert_eq!(t.done(&format!("/api/v1/remittances/{}/post", id(&staged)), json!({})).await["state"], "posted");
        assert_eq!(t.done(&format!("/api/v1/remittances/{}/reverse", id(&staged)), json!({})).await["state"], "reversed");
    }

    async fn refused_exits_one_and_what_needs_a_person_three(t: &TestApp) {
        let cast = cast(t).await;
        let [claim, other] = [t.billed(&cast.referral, "2026-03-02").await, t.billed(&cast.referral, "2026-03-02").await];
        let right = Era::new("EFT-1", "2026-03-20").claim(number(&claim), "1", 16_000, 9_000, USUAL);
        let (code, refused, _) = run(t, &["remittances", "import", &put(t, "other.835", &right.clone().to("1999999984").file())]);
        assert_eq!((code, &refused["remittances"][0]["state"]), (1, &json!("refused")), "{refused}");
        let (code, _, why) = run(t, &["remittances", "post", &id(&refused["remittances"][0])]);
        assert!(code == 1 && why.contains("none of ours"), "{code}: {why}");
        let off = right.file().replace("BPR*I*90*", "BPR*I*91*").replace("EFT-1", "EFT-9");
        let (code, off, _) = run(t, &["remittances", "import", &put(t, "off.835", &off)]);
        assert_eq!((code, &off["remittances"][0]["state"]), (3, &json!("unbalanced")), "{off}");
        let (code, _, why) = run(t, &["remittances", "post", &id(&off["remittances"][0])]);
        assert!(code == 1 && why.contains("does not balance"), "{code}: {why}");
        let (code, first, _) = run(t, &["remittances", "import", &put(t, "first.835", &right.file())]);
        assert_eq!(code, 0, "{first}");
        assert_eq!(run(t, &["remittances", "post", &id(&first["remittances"][0])]).0, 0);
        let second = Era::new("EFT-1", "2026-03-20").claim(number(&other), "1", 16_000, 8_000, &[("CO", "45", 8_000)]);
        let (code, second, _) = run(t, &["remittances", "import", &put(t, "second.835", &second.file())]);
        let second = second["remittances"][0].clone();
        assert_eq!((code, &second["clash"]["with"]), (3, &first["remittances"][0]["id"]), "{second}");
        assert!(said(t, &["remittances", "show", &id(&second)]).contains("Number EFT-1 stands on two payments"));
        let (code, _, why) = run(t, &["remittances", "post", &id(&second)]);
        assert!(code == 1 && why.contains("Number EFT-1 stands on two payments"), "{code}: {why}");
        assert_eq!(run(t, &["remittances", "another", &id(&second), "--why", "The bank shows both"]).0, 0);
        assert_eq!(run(t, &["remittances", "post", &id(&second)]).0, 0);
    }
}

/// A sparse file: it is as large as it says, and nothing of it was written.
fn huge(path: &Path, bytes: u64) {
    std::fs::File::create(path).and_then(|file| file.set_len(bytes)).expect("a large file");
}

#[tokio::test]
async fn a_file_that_is_too_large_is_refused_before_it_is_read() {
    for database in crate::support::databases().await {
        let t = TestApp::on(database).await;
        let path = t.folder.path().join("huge.835");
        huge(&path, 40 * 1024 * 1024 * 1024);
        let path = path.to_string_lossy();
        // Read whole, forty gigabytes would neither fit nor be done while the test waits.
        for command in [["remittances", "import", &path], ["acks", "import", &path], ["payers", "import", &path], ["mail", "bounce", &path]]
        {
            let output = t.command(&command);
            let words = [output.stdout, output.stderr].map(|o| String::from_utf8_lossy(&o).into_owned()).concat();
            assert!(output.status.code() == Some(1) && words.contains("MB"), "{command:?}: {words}");
        }
        t.close().await;
    }
}
