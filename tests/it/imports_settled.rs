//! Importing contacts: questions and their answers, mended rows, and what is left when something fails.

use crate::support::TestApp;
use crate::support::chain::id;
use crate::support::import::{counts, outcomes};
use poem::http::StatusCode;
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use serde_json::{Value, json};
use tributary::auth::role::Role;

const UGLY: &[u8] = include_bytes!("contacts/ugly.csv");
const HEADER: &str = "Name,NPI,Phone,Email,Fax\n";

/// Marcus Feld on record, and a file with somebody who may be him.
async fn asked(t: &TestApp) -> Value {
    let new = json!({ "first_name": "Marcus", "last_name": "Feld", "phones": [{ "number": "253-555-0142" }] });
    t.done("/api/v1/providers", new).await;
    t.import(format!("{HEADER}Marcus Feld,,253.555.0142,,253-555-0144\nAnn Lee,2003000207,,,\n")).await
}

/// All rows of a table as text, for comparing.
async fn rows(t: &TestApp, sql: &str) -> Vec<Vec<String>> {
    let rows = t.app.db.query_all_raw(Statement::from_string(t.app.db.get_database_backend(), sql)).await.expect("rows");
    let text = |row: &sea_orm::QueryResult, name: &str| row.try_get::<Option<String>>("", name).expect("a text").unwrap_or_default();
    rows.iter().map(|row| row.column_names().iter().map(|name| text(row, name)).collect()).collect()
}

const CHANGES: &str = "select c.thing_kind, c.field, c.before, c.after from import_change c order by c.id";

/// A database that refuses one name: what fails in the middle.
async fn refuse(t: &TestApp, last_name: &str) {
    let sql = match t.app.db.get_database_backend() {
        DbBackend::Sqlite => format!(
            "create trigger refuse before insert on provider when new.last_name = '{last_name}' begin select raise(abort, 'refused'); end"
        ),
        _ => format!(
            "create function refuse() returns trigger language plpgsql as $$ begin \
             if new.last_name = '{last_name}' then raise exception 'refused'; end if; return new; end $$; \
             create trigger refuse before insert on provider for each row execute function refuse()"
        ),
    };
    t.app.db.execute_unprepared(&sql).await.expect("a trigger");
}

async fn counted(t: &TestApp) -> Vec<Vec<String>> {
    let tables = ["provider", "provider_email", "provider_phone", "organization", "affiliation", "state_move", "import_change"];
    let count = |table: &str| format!("select '{table}' as name, cast(count(*) as text) as n from {table}");
    let mut parts: Vec<String> = tables.iter().map(|table| count(table)).collect();
    parts.push(format!("{} where thing_kind in ('provider', 'organization', 'import')", count("audit")));
    rows(t, &parts.join(" union all ")).await
}

crate::both_databases! {
    async fn a_review_row_writes_nothing_until_it_is_answered_and_answering_twice_does_nothing_more(t: &TestApp) {
        let import = asked(t).await;
        assert_eq!((counts(&import), import["waiting"].as_i64()), ([1, 0, 0, 0, 1, 0, 0], Some(1)));
        assert_eq!((import["rows"][0]["candidate"].as_str(), &import["rows"][0]["provider_id"]), (Some("Marcus Feld"), &Value::Null));
        assert_eq!(t.found("feld").await["phones"].as_array().map(Vec::len), Some(1));
        let same = t.answer(&import, 2, "same").await.json();
        assert_eq!((outcomes(&same)[0].as_str(), same["waiting"].as_i64()), ("updated: Answered: the same. Added: fax", Some(0)));
        let feld = t.found("feld").await;
        assert_eq!((feld["phones"].as_array().map(Vec::len), feld["version"].as_i64()), (Some(2), Some(2)));
        let again = t.answer(&import, 2, "same").await;
        assert_eq!((again.status.as_u16(), t.found("feld").await), (200, feld));
        let other = t.answer(&import, 2, "new").await;
        assert_eq!(other.status, 409);
        assert!(other.text().contains("answered already"), "{}", other.text());
        assert_eq!(t.answer(&import, 3, "new").await.status, 409, "a row that was imported needs no answer");
        assert_eq!((t.answer(&import, 9, "new").await.status, t.answer(&import, 2, "maybe").await.status), (StatusCode::NOT_FOUND, StatusCode::UNPROCESSABLE_ENTITY));
    }

    async fn an_answer_holds_when_the_file_comes_again(t: &TestApp) {
        let second = [("new", "The same row was imported before. Nothing new"), ("same", "The same row was imported before. Nothing new"), ("skip", "Left out in an earlier import")];
        for (n, (decision, reason)) in second.into_iter().enumerate() {
            let (last, phone) = (format!("Feld{n}"), format!("253-555-014{n}"));
            t.done("/api/v1/providers", json!({ "first_name": "Mira", "last_name": last, "phones": [{ "number": phone }] })).await;
            let file = format!("{HEADER}Mira {last},,{phone},,\n");
            let import = t.import(file.clone()).await;
            assert_eq!(counts(&import), [0, 0, 0, 0, 1, 0, 0]);
            t.answer(&import, 2, decision).await;
            let providers = t.count_providers().await;
            assert_eq!((outcomes(&t.import(file).await), t.count_providers().await), (vec![format!("unchanged: {reason}")], providers));
        }
        assert_eq!(t.count_providers().await, 4);
    }

    async fn before_the_import_is_made_an_answer_only_counts_and_may_change(t: &TestApp) {
        t.done("/api/v1/providers", json!({ "first_name": "Marcus", "last_name": "Feld", "phones": [{ "number": "253-555-0142" }] })).await;
        let look = t.preview(format!("{HEADER}Marcus Feld,,253.555.0142,,253-555-0144\n")).await;
        assert_eq!(counts(&t.answer(&look, 2, "new").await.json()), [1, 0, 0, 0, 0, 0, 0]);
        assert_eq!(counts(&t.answer(&look, 2, "skip").await.json()), [0, 0, 1, 0, 0, 0, 0]);
        assert_eq!(counts(&t.answer(&look, 2, "same").await.json()), [0, 1, 0, 0, 0, 0, 0]);
        assert_eq!((t.count_providers().await, t.found("feld").await["version"].as_i64()), (1, Some(1)));
        let made = t.done(&format!("/api/v1/imports/{}/apply", id(&look)), json!({})).await;
        assert_eq!((counts(&made), made["rows"][0]["decision"].as_str()), ([0, 1, 0, 0, 0, 0, 0], Some("same")));
        assert_eq!(t.found("2535550144").await["last_name"], "Feld");
    }

    async fn a_question_about_an_earlier_row_of_the_file_is_answered_with_that_rows_person(t: &TestApp) {
        let file = format!("{HEADER}Jess Moran,,206-555-0144,jess@x.example,\nJess Moran,,206-555-0144,,206-555-0145\nJessica Roe,,,jess@x.example,\n");
        let import = t.import(file.clone()).await;
        assert_eq!(counts(&import), [1, 0, 0, 0, 2, 0, 0]);
        assert_eq!(import["rows"][1]["candidate"], "Jess Moran", "the row became somebody");
        assert_eq!(counts(&t.answer(&import, 3, "same").await.json()), [1, 1, 0, 0, 1, 0, 0]);
        assert_eq!(t.found("moran").await["phones"].as_array().map(Vec::len), Some(2));
        assert_eq!(counts(&t.answer(&import, 4, "new").await.json()), [2, 1, 0, 0, 0, 0, 0]);
        let look = t.preview(file.replace("Jess", "Tess").replace("jess", "tess").replace("0144", "0154")).await;
        assert_eq!((look["rows"][1]["candidate_row"].as_i64(), counts(&look)[4]), (Some(2), 2));
        assert_eq!(counts(&t.answer(&look, 3, "same").await.json()), [1, 1, 0, 0, 1, 0, 0]);
        let made = t.done(&format!("/api/v1/imports/{}/apply", id(&look)), json!({})).await;
        assert_eq!((counts(&made), t.found("tess moran").await["phones"].as_array().map(Vec::len)), ([1, 1, 0, 0, 1, 0, 0], Some(2)));
    }

    async fn an_error_file_that_was_mended_is_imported(t: &TestApp) {
        let import = t.import(UGLY).await;
        let answer = t.get(Role::Owner, &format!("/api/v1/imports/{}/errors", id(&import))).await;
        assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8");
        assert!(answer.header("content-disposition").starts_with("attachment"));
        let text = answer.text();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 7, "four errors and two questions: {text}");
        assert!(lines[0].ends_with("Notes,Do Not Contact,Row,Reason"));
        assert!(lines.iter().any(|line| line.starts_with("\"Aaron Pike, DO\"") && line.ends_with(",10,One digit of this NPI is wrong. Check it with the office")));
        let mended = text.replace("2003000307", "2003000306").replace("1.00E+09", "");
        let again = t.import(mended).await;
        assert_eq!(counts(&again), [2, 0, 0, 0, 2, 2, 0], "{again}");
        assert_eq!(t.found("2003000306").await["formal_name"], "Aaron Pike, DO");
        assert_eq!(t.found("whitcomb").await["phones"][0]["number"], "(206) 555-0170", "the quote before the plus sign went away again");
        assert_eq!(t.row(&import, 4).await["decision"], "asked_again");
    }

    async fn a_cell_is_mended_on_the_imports_page_before_it_is_made_and_after(t: &TestApp) {
        let file = format!("{HEADER}Ann Lee,2003000208,,,\nBo Lind,1.00E+09,,,\n,,206-555-0177,,\n");
        let look = t.preview(file).await;
        let mend = |import: &Value, row: i64, column: &str, value: &str| {
            let path = format!("/api/v1/imports/{}/rows/{row}/mend", id(import));
            let body = json!({ "column": column, "value": value });
            async move { t.post(Role::Owner, &path, body).await }
        };
        assert_eq!(counts(&mend(&look, 2, "NPI", "2003000207").await.json()), [1, 0, 0, 0, 0, 2, 0]);
        assert_eq!(t.count_providers().await, 0);
        let made = t.done(&format!("/api/v1/imports/{}/apply", id(&look)), json!({})).await;
        assert_eq!((counts(&made), t.found("2003000207").await["last_name"].as_str()), ([1, 0, 0, 0, 0, 2, 0], Some("Lee")));
        assert_eq!(counts(&mend(&made, 3, "1", "").await.json()), [2, 0, 0, 0, 0, 1, 0]);
        assert_eq!(t.found("lind").await["npi"], Value::Null);
        assert_eq!(mend(&made, 3, "NPI", "2003000223").await.status, 409, "who is imported is changed as a provider");
        assert_eq!(mend(&made, 4, "Shoe size", "44").await.status, 422);
        assert_eq!(counts(&t.answer(&made, 4, "skip").await.json()), [2, 0, 1, 0, 0, 0, 0]);
    }

    async fn the_earlier_value_of_each_changed_field_is_kept(t: &TestApp) {
        let new = json!({ "first_name": "Ann", "last_name": "Lee", "npi": "2003000207", "specialty": "Pain", "organization_name": "Peak Clinic", "notes": "Met in May" });
        t.done("/api/v1/providers", new).await;
        let look = t.preview("Name,NPI,Specialty,Fax,Clinic,Street,Notes\nAnn Lee,2003000207,Spine,206-555-0101,Peak Clinic,7 Elm Ct,Likes tea\nBo Lind,,,,New Place,,\n").await;
        let columns = json!({ "columns": [{ "header": "Specialty", "field": "specialty", "rule": "overwrite" }] });
        t.done(&format!("/api/v1/imports/{}/mapping", id(&look)), columns).await;
        assert!(rows(t, CHANGES).await.is_empty());
        t.done(&format!("/api/v1/imports/{}/apply", id(&look)), json!({})).await;
        assert_eq!(
            rows(t, CHANGES).await,
            [
                ["provider", "specialty", "Pain", "Spine"],
                ["provider", "fax", "", "(206) 555-0101"],
                ["provider", "notes", "Met in May", "Met in May\nLikes tea"],
                ["organization", "street", "", "7 Elm Ct"],
                ["organization", "created", "", "New Place"],
            ]
        );
    }

    async fn a_failure_in_the_middle_leaves_nothing(t: &TestApp) {
        let names: Vec<String> = (0..600).map(|n| format!("Ann,Name{n},206-555-{:04},Office {n}", 1000 + n)).collect();
        let file = format!("First Name,Last Name,Phone,Clinic\n{}\nBoom,Boom,,\n", names.join("\n"));
        let look = t.preview(file.clone()).await;
        refuse(t, "Boom").await;
        let before = counted(t).await;
        let failed = t.post(Role::Owner, &format!("/api/v1/imports/{}/apply", id(&look)), json!({})).await;
        assert_eq!(failed.status, 500, "{}", failed.text());
        assert!(!failed.text().contains("Boom"), "and says nothing about anybody");
        assert_eq!(t.send_file(Role::Owner, "", "x.csv", file.clone()).await.status, 500);
        assert_eq!(counted(t).await, before);
        let still = t.read(&format!("/api/v1/imports/{}", id(&look))).await;
        assert_eq!((still["state"].as_str(), counts(&still)), (Some("previewed"), [601, 0, 0, 0, 0, 0, 0]));
        let list = t.read("/api/v1/imports").await;
        assert_eq!(list["items"].as_array().map(Vec::len), Some(1), "the one that failed at once left no import");
    }

    async fn two_applies_of_one_import_at_the_same_moment_apply_once(t: &TestApp) {
        let look = t.preview(format!("{HEADER}Ann Lee,,206-555-0101,,\nBo Lind,,206-555-0102,,\n")).await;
        let path = format!("/api/v1/imports/{}/apply", id(&look));
        let (one, other) = tokio::join!(t.post(Role::Owner, &path, json!({})), t.post(Role::Owner, &path, json!({})));
        let mut statuses = [one.status.as_u16(), other.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!((statuses, t.count_providers().await), ([200, 409], 2));
        let late = t.post(Role::Owner, &path, json!({})).await;
        assert!(late.text().contains("made already"), "{}", late.text());
    }

    async fn two_files_with_one_person_at_the_same_moment_enter_them_once(t: &TestApp) {
        let one = t.preview(format!("{HEADER}Ann Lee,,,ann@x.example,\n")).await;
        let other = t.preview(format!("{HEADER}Lee Ann,2003000207,,,\nAnn Lee,,,ann@x.example,206-555-0101\n")).await;
        let paths = [&one, &other].map(|import| format!("/api/v1/imports/{}/apply", id(import)));
        let (a, b) = tokio::join!(t.post(Role::Owner, &paths[0], json!({})), t.post(Role::Owner, &paths[1], json!({})));
        assert_eq!((a.status.as_u16(), b.status.as_u16()), (200, 200));
        assert_eq!(t.found("ann@x.example").await["first_name"], "Ann");
    }

    async fn a_discarded_file_is_forgotten_and_cannot_be_imported(t: &TestApp) {
        let look = t.preview(format!("{HEADER}Ann Lee,,206-555-0101,,\n")).await;
        let gone = t.done(&format!("/api/v1/imports/{}/discard", id(&look)), json!({})).await;
        assert_eq!((gone["state"].as_str(), &gone["rows"]), (Some("discarded"), &json!([])));
        for verb in ["apply", "discard", "mapping"] {
            assert_eq!(t.post(Role::Owner, &format!("/api/v1/imports/{}/{verb}", id(&look)), json!({})).await.status, 409, "{verb}");
        }
        assert_eq!(t.answer(&look, 2, "skip").await.status, 404, "its rows are gone");
        let made = t.import(format!("{HEADER}Ann Lee,,206-555-0101,,\n")).await;
        assert_eq!(t.post(Role::Owner, &format!("/api/v1/imports/{}/discard", id(&made)), json!({})).await.status, 409);
    }
}
