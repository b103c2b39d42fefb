//! A disk that is full, a connection that breaks: wherever a use case is stopped on its way, nothing of it stays, and it can be done
//! again. Each table that it writes to refuses in turn, whatever was written before it.

use crate::support::TestApp;
use crate::support::chain::{eob, id};
use crate::support::database::Database;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tributary::auth::role::Role;

/// A use case: where it is asked for, and with what.
type Asked = (String, Value);

/// Written by the door before the use case begins.
const OF_THE_DOOR: &[&str] = &["api_token"];

fn is_sqlite(t: &TestApp) -> bool {
    matches!(t.database, Database::Sqlite)
}

/// The one text that a query gives; nothing for null.
async fn text(t: &TestApp, sql: String) -> Option<String> {
    let db = &t.app.db;
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await.expect("an answer").expect("a row");
    row.try_get_by_index(0).expect("a text")
}

async fn tables(t: &TestApp) -> Vec<String> {
    let sql = match is_sqlite(t) {
        true => "select group_concat(name, ' ') from sqlite_master where type = 'table' and name not like 'sqlite_%'",
        false => "select string_agg(cast(table_name as text), ' ') from information_schema.tables where table_schema = current_schema()",
    };
    let names = text(t, sql.into()).await.expect("a schema");
    names.split(' ').filter(|name| !OF_THE_DOOR.contains(name)).map(String::from).collect()
}

/// All rows of all tables.
async fn content(t: &TestApp, tables: &[String]) -> BTreeMap<String, Option<String>> {
    let mut all = BTreeMap::new();
    for table in tables {
        let sql = if is_sqlite(t) {
            let columns = "select group_concat('quote(\"' || name || '\")', ' || ') from pragma_table_info('{}')";
            let columns = text(t, columns.replace("{}", table)).await.expect("columns");
            format!("select group_concat(row, '|') from (select {columns} as row from \"{table}\" order by 1)")
        } else {
            format!("select string_agg(cast(x as text), '|' order by cast(x as text)) from \"{table}\" x")
        };
        all.insert(table.clone(), text(t, sql).await);
    }
    all
}

/// From now on nothing is written to a table.
async fn refuse(t: &TestApp, table: &str) {
    for event in ["insert", "update"] {
        let sql = match is_sqlite(t) {
            true => format!("create trigger full_{event} before {event} on \"{table}\" begin select raise(abort, 'no room'); end"),
            false => format!("create trigger full_{event} before {event} on \"{table}\" for each row execute function no_room()"),
        };
        t.by_sql(&sql).await.expect("a trigger");
    }
}

async fn take_again(t: &TestApp, table: &str) {
    for event in ["insert", "update"] {
        let on = if is_sqlite(t) { String::new() } else { format!(" on \"{table}\"") };
        t.by_sql(&format!("drop trigger full_{event}{on}")).await.expect("gone");
    }
}

/// Does the first; stops the second at every table that the first wrote to; does the second.
async fn stopped_everywhere(t: &TestApp, first: Asked, second: Asked) -> Vec<String> {
    if !is_sqlite(t) {
        let body = "begin raise exception 'no room'; end";
        t.by_sql(&format!("create or replace function no_room() returns trigger language plpgsql as $$ {body} $$"))
            .await
            .expect("a function");
    }
    let tables = tables(t).await;
    let before = content(t, &tables).await;
    t.done(&first.0, first.1).await;
    let after = content(t, &tables).await;
    let written: Vec<String> = tables.iter().filter(|table| before[*table] != after[*table]).cloned().collect();
    for table in &written {
        refuse(t, table).await;
        let answer = t.post(Role::Owner, &second.0, second.1.clone()).await;
        take_again(t, table).await;
        assert_eq!(answer.status.as_u16(), 500, "{table}: {}", answer.text());
        let stands = content(t, &tables).await;
        for (name, rows) in &after {
            assert_eq!(&stands[name], rows, "{table} refused, and {name} was written to all the same");
        }
    }
    t.done(&second.0, second.1).await;
    written
}

fn holds(written: &[String], tables: &[&str]) {
    for table in tables {
        assert!(written.iter().any(|name| name == table), "{table} is not among {written:?}");
    }
}

crate::both_databases! {
    async fn an_approval_that_stops_anywhere_leaves_no_mail_and_no_approval(t: &TestApp) {
        t.at("2026-03-31");
        t.fees().await;
        let payer = t.payer("Cascade Health").await;
        let mut asked = Vec::new();
        for (last, address, patient) in [("Raman", "p.raman@northgate.example", "Quist"), ("Lindqvist", "n.lindqvist@peak.example", "Marsh")] {
            let doctor = t.reachable_doctor(last, address).await;
            let referral = t.referral(&doctor, &payer, patient, "2026-03-02").await;
            let visit = t.attended(&referral, "2026-03-09").await;
            t.signed_note(&visit).await;
            let report = id(&t.done("/api/v1/reports", json!({ "referral": id(&referral) })).await);
            let seen = t.read(&format!("/api/v1/reports/{report}")).await["message"]["seen"].clone();
            asked.push((format!("/api/v1/reports/{report}/approve"), json!({ "seen": seen })));
        }
        let second = asked.pop().expect("two");
        let written = stopped_everywhere(t, asked.pop().expect("two"), second).await;
        holds(&written, &["report", "outbox", "frozen_mail", "state_move", "audit"]);
        assert_eq!((t.delivered().await, t.mails().len()), (2, 2), "each went once");
    }

    async fn a_note_whose_signing_stops_anywhere_is_a_draft_without_a_claim(t: &TestApp) {
        let cast = t.cast("2026-03-31").await;
        let mut asked = Vec::new();
        for day in ["2026-03-09", "2026-03-16"] {
            let visit = id(&t.attended(&cast.referral, day).await);
            let note = json!({ "visit": visit, "subjective": "Better.", "plan": "Go on.", "services": [{ "code": "97140", "minutes": 53 }] });
            let draft = t.done("/api/v1/notes", note).await;
            asked.push((format!("/api/v1/notes/{}/sign", id(&draft)), json!({})));
        }
        let second = asked.pop().expect("two");
        let written = stopped_everywhere(t, asked.pop().expect("two"), second).await;
        holds(&written, &["note", "claim", "claim_version", "claim_line", "state_move", "audit"]);
    }

    async fn a_payment_that_stops_anywhere_leaves_the_ledger_as_it_was(t: &TestApp) {
        let cast = t.cast("2026-03-31").await;
        let mut asked = Vec::new();
        for day in ["2026-03-09", "2026-03-16"] {
            let claim = t.two_lines(&cast.referral, day).await;
            let parts = [("CO", "45", 5_000), ("PR", "3", 2_000)];
            asked.push(("/api/v1/payments".to_string(), eob(&cast.payer, &claim, "2026-03-31", 9_000, &parts)));
        }
        let second = asked.pop().expect("two");
        let written = stopped_everywhere(t, asked.pop().expect("two"), second).await;
        holds(&written, &["remittance", "decision", "money_event", "claim", "audit"]);
    }
}
