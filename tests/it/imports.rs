//! Importing contacts: what a file becomes, row by row.

use crate::support::TestApp;
use crate::support::chain::{id, npi};
use crate::support::import::{counts, outcomes};
use serde_json::{Value, json};
use tributary::auth::role::Role;

const GOOGLE: &[u8] = include_bytes!("contacts/google_2024.csv");
const GOOGLE_OLD: &[u8] = include_bytes!("contacts/google_old.csv");
const OUTLOOK: &[u8] = include_bytes!("contacts/outlook.csv");
const SEMICOLONS: &[u8] = include_bytes!("contacts/semicolons.csv");
const UGLY: &[u8] = include_bytes!("contacts/ugly.csv");
const UTF16: &[u8] = include_bytes!("contacts/utf16.csv");

/// A file of one row a line.
fn file(header: &str, rows: &[&str]) -> String {
    format!("{header}\n{}\n", rows.join("\n"))
}

fn texts(list: &Value, field: &str) -> Vec<String> {
    list.as_array().expect("a list").iter().map(|v| v[field].as_str().unwrap_or_default().to_string()).collect()
}

async fn feld(t: &TestApp) -> Value {
    let new = json!({
        "first_name": "Marcus", "last_name": "Feld", "npi": "2003000215", "organization_name": "Feld Chiropractic",
        "emails": [{ "address": "marcus@feldchiro.example" }, { "address": "front@feldchiro.example" }],
        "phones": [{ "number": "253-555-0142" }]
    });
    t.done("/api/v1/providers", new).await
}

crate::both_databases! {
    async fn the_newer_export_of_google_arrives_whole(t: &TestApp) {
        let import = t.import(GOOGLE).await;
        assert_eq!((counts(&import), import["profile"].as_str()), ([4, 0, 0, 0, 0, 1, 0], Some("google")));
        let raman = t.found("raman").await;
        assert_eq!((raman["formal_name"].as_str(), raman["source"].as_str()), (Some("Priya Raman, MD"), Some("import")));
        assert_eq!(texts(&raman["emails"], "address"), ["priya.raman@northgate.example", "referrals@northgate.example"]);
        assert_eq!(texts(&raman["phones"], "number"), ["(206) 555-0189", "(206) 555-0190"]);
        assert_eq!((raman["phones"][1]["is_fax"].as_bool(), raman["tags"][0].as_str()), (Some(true), Some("Referral sources")));
        let notes = raman["notes"].as_str().expect("notes");
        assert!(notes.contains("No calls before 10") && notes.contains("Department: Physiatry") && notes.contains("Job title: Medical director"));
        let office = raman["affiliations"][0]["organization_id"].as_str().expect("an office");
        let office = t.read(&format!("/api/v1/organizations/{office}")).await;
        let address = ["name", "street", "street2", "city", "state", "zip"].map(|field| office[field].as_str().unwrap_or_default());
        assert_eq!(address, ["Northgate Spine & Sports", "1200 N 103rd St", "Suite 210", "Seattle", "WA", "98133"]);
    }

    async fn the_older_google_outlook_and_any_other_program_arrive_too(t: &TestApp) {
        let old = t.import(GOOGLE_OLD).await;
        assert_eq!((counts(&old), old["profile"].as_str()), ([2, 0, 0, 0, 0, 0, 0], Some("google_old")));
        assert_eq!(t.found("okafor").await["formal_name"], "Helen Okafor, MD");
        let outlook = t.import(OUTLOOK).await;
        assert_eq!((counts(&outlook), outlook["profile"].as_str()), ([1, 1, 0, 0, 0, 0, 0], Some("outlook")));
        assert_eq!(outlook["encoding"], "windows-1252");
        assert_eq!(outlook["columns"].as_array().map(Vec::len), Some(92));
        let nunez = t.found("nunez").await;
        assert_eq!((nunez["name"].as_str(), nunez["affiliations"][0]["organization"].as_str()), (Some("Dr. José Núñez"), Some("Clínica Cascade")));
        let other = t.import(SEMICOLONS).await;
        assert_eq!((counts(&other), other["header_number"].as_i64(), other["delimiter"].as_str()), ([2, 0, 0, 0, 0, 0, 0], Some(3), Some(";")));
        assert_eq!((t.found("castellano").await["stage"].as_str(), t.found("petrosyan").await["stage"].as_str()), (Some("do_not_contact"), Some("prospect")));
    }

    async fn a_file_in_any_encoding_is_read_and_a_wrong_guess_can_be_mended(t: &TestApp) {
        let utf16 = t.import(UTF16).await;
        assert_eq!((counts(&utf16)[0], utf16["encoding"].as_str()), (2, Some("UTF-16LE")));
        assert_eq!(t.found("zoe luczak").await["last_name"], "Łuczak");
        let mac = t.preview(b"Name,Email\nJos\x8e Ruiz,jose@x.example\n").await;
        let path = format!("/api/v1/imports/{}/mapping", id(&mac));
        let read = t.done(&path, json!({ "encoding": "macintosh" })).await;
        assert_eq!((read["encoding"].as_str(), read["rows"][0]["who"].as_str()), (Some("macintosh"), Some("José Ruiz")));
        let read = t.done(&path, json!({ "delimiter": "tab" })).await;
        assert_eq!((read["columns"].as_array().map(Vec::len), read["rows"][0]["result"].as_str()), (Some(1), Some("error")));
        assert!(t.post(Role::Owner, &path, json!({ "encoding": "rot13" })).await.field("/encoding").contains("utf-8"));
    }

    async fn what_is_no_table_is_refused_with_words_and_nothing_is_kept(t: &TestApp) {
        let wide = vec!["x"; 100_000].join(",");
        for (content, words) in [
            (wide.as_bytes(), "more than 1,000 columns"),
            (b"PK\x03\x04 a workbook", "Save it as CSV first"),
            (b"\x00\x01\x02\x03\x00\xff\xfe\x00", "not text"),
            (b"\n\n , ,\n", "This file is empty"),
            (b"", "This file is empty"),
            (b"Name,Phone\n\"Ann Lee,206-555-0100\n", "opens a quotation mark"),
        ] {
            let answer = t.send_file(Role::Owner, "", "contacts.csv", content).await;
            assert_eq!(answer.status, 422, "{words}: {}", answer.text());
            assert!(answer.field("/file").contains(words), "{}", answer.text());
        }
        assert_eq!(t.read("/api/v1/imports").await["items"], json!([]));
        let alone = t.import("Name,NPI,Phone\n").await;
        assert_eq!((counts(&alone), alone["records"].as_i64()), ([0; 7], Some(0)));
    }

    async fn each_rung_of_the_ladder_finds_whom_it_should(t: &TestApp) {
        feld(t).await;
        let other = npi(90);
        let rows = [
            "M. Fled,2003000215,,",
            "Marcus Feld,,marcus@feldchiro.example,",
            "Marcus Feld,,,253.555.0142",
            "Jess Moran,,front@feldchiro.example,",
            &format!("Marcus Feld,{other},marcus@feldchiro.example,253.555.0142"),
            "Marcus Feld,,,",
            "Ann Lee,,ann@x.example,",
        ];
        // One file a row: a file is also held against itself.
        let mut found = Vec::new();
        for row in rows {
            found.extend(outcomes(&t.preview(file("Name,NPI,Email,Phone", &[row])).await));
        }
        assert_eq!(
            found,
            [
                "unchanged: Same NPI. Nothing new",
                "unchanged: Same email and last name. Nothing new",
                "review: Same first name, last name and phone. No NPI or email to be sure",
                "review: Same email, another name. It may be a shared mailbox",
                "created: ",
                "created: ",
                "created: ",
            ]
        );
    }

    async fn an_office_is_the_same_by_name_unless_zip_or_main_phone_say_otherwise(t: &TestApp) {
        t.done("/api/v1/organizations", json!({ "name": "Lakeview Family Medicine", "zip": "98103", "phone": "206-555-0161" })).await;
        let rows = [
            "\"LAKEVIEW FAMILY MEDICINE, PLLC\",,,400 Lake Ave",
            "Lakeview Family Medicine,98402,,",
            "Lakeview Family Medicine,98103,206-555-0199,",
        ];
        let import = t.import(file("Clinic,Zip,Clinic Phone,Street", &rows)).await;
        assert_eq!(outcomes(&import), ["updated: This office is known. Added: street", "created: ", "created: "]);
        assert_eq!(t.read("/api/v1/organizations?q=lakeview").await["items"].as_array().map(Vec::len), Some(3));
    }

    async fn by_default_a_file_fills_blanks_and_replaces_nothing(t: &TestApp) {
        feld(t).await;
        let row = "Mark,Feld,2003000215,DC,Pain,253-555-0142; 253-555-0143,253-555-0144,new@feldchiro.example,\"Lunch\",Likes tea,Peak Clinic";
        let header = "First Name,Last Name,NPI,Degree,Specialty,Phone,Fax,Email,Tags,Notes,Clinic";
        let import = t.import(file(header, &[row])).await;
        assert_eq!(outcomes(&import), ["updated: Same NPI. Added: credentials, specialty, email, phone, fax, tags, notes"]);
        let feld = t.found("feld").await;
        assert_eq!((feld["first_name"].as_str(), feld["affiliations"][0]["organization"].as_str()), (Some("Marcus"), Some("Feld Chiropractic")));
        assert_eq!(texts(&feld["phones"], "number"), ["(253) 555-0142", "(253) 555-0143", "(253) 555-0144"]);
        assert_eq!(texts(&feld["emails"], "address"), ["marcus@feldchiro.example", "front@feldchiro.example", "new@feldchiro.example"]);
        assert_eq!(t.read("/api/v1/organizations?q=peak").await["items"], json!([]), "an office where nobody works is not entered");
        assert_eq!(t.found("2535550144").await["id"], feld["id"], "and the search knows");
    }

    async fn a_column_may_win_or_be_left_alone(t: &TestApp) {
        feld(t).await;
        let import = t.preview(file("First Name,Last Name,NPI,Specialty,Clinic", &["Mark,Feld,2003000215,Pain,Peak Clinic"])).await;
        let columns = json!([
            { "header": "First Name", "field": "first_name", "rule": "overwrite" },
            { "header": "Specialty", "field": "specialty", "rule": "skip" },
            { "header": "Clinic", "field": "organization", "rule": "overwrite" },
        ]);
        t.done(&format!("/api/v1/imports/{}/mapping", id(&import)), json!({ "columns": columns })).await;
        let import = t.done(&format!("/api/v1/imports/{}/apply", id(&import)), json!({})).await;
        assert_eq!(outcomes(&import), ["updated: Same NPI. Added: a new office. Changed: first name, office"]);
        let feld = t.found("mark feld").await;
        assert_eq!((feld["specialty"].as_str(), feld["affiliations"][0]["organization"].as_str()), (None, Some("Peak Clinic")));
        assert_eq!((feld["affiliations"][1]["organization"].as_str(), feld["affiliations"][1]["to_on"].as_str()), (Some("Feld Chiropractic"), Some("2026-03-02")));
    }

    async fn how_columns_were_chosen_is_remembered_for_the_next_file(t: &TestApp) {
        let first = t.preview(file("Who,Doctor number,Shoe size", &["Ann Lee,2003000207,44"])).await;
        assert_eq!(first["rows"][0]["result"], "error");
        let path = format!("/api/v1/imports/{}/mapping", id(&first));
        let columns = json!({ "columns": [{ "field": "full_name" }, { "field": "npi" }, { "field": "notes" }] });
        assert_eq!(t.done(&path, columns).await["rows"][0]["who"], "Ann Lee");
        let twice = json!({ "columns": [{ "field": "npi" }, { "field": "npi" }] });
        let refused = t.post(Role::Owner, &path, twice).await;
        assert!(refused.field("/columns").contains("2 columns feed the NPI"), "{}", refused.text());
        let next = t.import(file("WHO,Doctor Number,shoe size", &["Bo Lind,2003000223,38"])).await;
        assert_eq!((counts(&next)[0], next["columns"][1]["reason"].as_str()), (1, Some("as you chose the last time")));
        assert_eq!(t.found("lind").await["notes"], "Shoe size: 38");
    }

    async fn a_bad_row_never_stops_the_good_ones_and_each_says_why(t: &TestApp) {
        t.done("/api/v1/organizations", json!({ "name": "Harbor Spine", "npi": "2003000132" })).await;
        let rows = [
            "Ann Lee,2003000207,206-555-0101,ann@x.example,98103",
            ",,206-555-0177,,",
            "Bo Lind,2003000208,,,",
            "Cy Moss,1.00E+09,,,",
            "Di Roe,2003000132,,,",
            "Ed Tamm,,,,,,too far",
            "Flo Urban",
            "Gus Voss,,555-0133,gus@voss,9810A",
        ];
        let import = t.import(file("Name,NPI,Phone,Email,Zip", &rows)).await;
        assert_eq!(counts(&import), [3, 0, 0, 0, 0, 5, 0]);
        let said = outcomes(&import);
        for (row, words) in [
            (1, "No person and no office, only the phone (206) 555-0177"),
            (2, "One digit of this NPI is wrong"),
            (3, "A spreadsheet turned the NPI into \"1.00E+09\""),
            (4, "This is the NPI of Harbor Spine, an organization"),
            (5, "more cells than the header"),
        ] {
            assert!(said[row].contains(words), "{}", said[row]);
        }
        assert_eq!(texts(&import["rows"], "who")[2..5], ["Bo Lind", "Cy Moss", "Di Roe"], "also those that cannot be imported have a name");
        let warnings = import["rows"][7]["warnings"].as_array().expect("warnings");
        assert_eq!(warnings.len(), 3, "{warnings:?}");
        let notes = t.found("voss").await["notes"].as_str().unwrap_or_default().to_string();
        assert!(notes.contains("Phone in the file: 555-0133") && notes.contains("Email in the file: gus@voss"), "{notes}");
        assert_eq!(t.count_providers().await, 3);
    }

    async fn the_counts_add_up_to_the_records_of_the_file(t: &TestApp) {
        let import = t.import(UGLY).await;
        assert_eq!(counts(&import), [11, 0, 0, 3, 2, 4, 1]);
        assert_eq!((counts(&import).iter().sum::<i64>(), import["records"].as_i64(), import["rows"].as_array().map(Vec::len)), (21, Some(21), Some(21)));
        let some = t.read(&format!("/api/v1/imports/{}?result=error&limit=3", id(&import))).await;
        assert_eq!(some["rows"].as_array().map(Vec::len), Some(3));
        let rest = t.read(&format!("/api/v1/imports/{}?result=error&cursor={}", id(&import), some["next_cursor"].as_str().expect("more"))).await;
        assert_eq!((rest["rows"][0]["number"].as_i64(), rest["next_cursor"].as_str()), (Some(16), None));
    }

    async fn the_same_person_twice_in_a_file_is_entered_once(t: &TestApp) {
        let rows = ["Ann Lee,2003000207,ann@x.example", "LEE ANN,2003000207,", "Ann Lee,,ANN@x.example", "Ann Lee,,"];
        let import = t.import(file("Name,NPI,Email", &rows)).await;
        assert_eq!(
            outcomes(&import),
            ["created: ", "duplicate_in_file: Row 2 is the same person. Same NPI", "duplicate_in_file: Row 2 is the same person. Same email and last name", "created: "]
        );
        assert_eq!(import["rows"][0]["provider_id"], import["rows"][1]["provider_id"]);
    }

    async fn a_dry_run_gives_the_counts_of_the_real_run_and_writes_nothing(t: &TestApp) {
        feld(t).await;
        for content in [UGLY, GOOGLE, OUTLOOK, SEMICOLONS] {
            let before = (t.count_providers().await, t.read("/api/v1/organizations?limit=500").await);
            let dry = t.preview(content).await;
            assert_eq!((t.count_providers().await, t.read("/api/v1/organizations?limit=500").await), before);
            let real = t.done(&format!("/api/v1/imports/{}/apply", id(&dry)), json!({})).await;
            assert_eq!((counts(&dry), outcomes(&dry)), (counts(&real), outcomes(&real)));
        }
    }

    async fn the_same_file_again_changes_nothing_and_asks_nothing_twice(t: &TestApp) {
        let files = [UGLY, GOOGLE, GOOGLE_OLD, OUTLOOK, SEMICOLONS, UTF16];
        let mut first = Vec::new();
        for content in files {
            first.push(t.import(content).await);
        }
        let everything = || async { (t.read("/api/v1/providers?limit=500").await, t.read("/api/v1/organizations?limit=500").await) };
        let before = (everything().await, t.found("raman").await);
        let waiting = |list: Value| list["items"].as_array().expect("items").iter().map(|i| i["waiting"].as_i64().unwrap_or(0)).sum::<i64>();
        let questions = waiting(t.read("/api/v1/imports").await);
        assert_eq!(questions, first.iter().map(|import| counts(import)[4]).sum::<i64>());
        t.at("2026-03-03");
        for (content, first) in files.iter().zip(&first) {
            let again = t.import(*content).await;
            let ([created, updated, _, twice, review, error, blank], was) = (counts(&again), counts(first));
            assert_eq!([created, updated, twice, review, error, blank], [0, 0, was[3], was[4], was[5], was[6]]);
        }
        assert_eq!((everything().await, t.found("raman").await), before, "versions and all");
        assert_eq!(waiting(t.read("/api/v1/imports").await), questions, "the questions stand once, at the later import");
        assert_eq!(t.row(&first[0], 4).await["decision"], "asked_again");
    }

    async fn the_same_file_at_the_same_moment_enters_everybody_once(t: &TestApp) {
        let content = file("First Name,Last Name,Clinic", &["Ed,Lee,Peak Clinic", "Ann,Roe,Peak Clinic", "Bo,Lind,"]);
        let (one, two) = (t.preview(content.clone()).await, t.preview(content).await);
        let apply = async |import: &Value| {
            t.post(tributary::auth::role::Role::Owner, &format!("/api/v1/imports/{}/apply", id(import)), json!({})).await
        };
        let answers = <[_; 3]>::from(tokio::join!(apply(&one), apply(&two), apply(&one)));
        assert!(answers.iter().all(|a| a.status == 200 || a.status == 409), "{:?}", answers.map(|a| a.text()));
        assert_eq!(t.count_providers().await, 3);
        assert_eq!(t.read("/api/v1/organizations").await["items"].as_array().map(Vec::len), Some(1));
        let mut created = 0;
        for import in [&one, &two] {
            created += counts(&t.read(&format!("/api/v1/imports/{}", id(import))).await)[0];
        }
        assert_eq!(created, 3, "told by one of them");
    }

    async fn two_people_of_one_name_stay_two_however_often_the_file_comes(t: &TestApp) {
        let names = file("First Name,Last Name", &["Ed,Lee", "Ed,Lee", "Ann,Roe"]);
        assert_eq!(counts(&t.import(names.clone()).await), [3, 0, 0, 0, 0, 0, 0]);
        assert_eq!(counts(&t.import(names).await), [0, 0, 3, 0, 0, 0, 0]);
        assert_eq!(t.count_providers().await, 3);
    }

    async fn nothing_that_protects_somebody_is_ever_taken_back(t: &TestApp) {
        let header = "Name,NPI,Email,Do Not Contact,Opt out,Notes";
        t.import(file(header, &["Ann Lee,2003000207,ann@x.example,yes,yes,Met in May"])).await;
        let active = id(&t.done("/api/v1/providers", json!({ "last_name": "Roe", "npi": "2003000223" })).await);
        for stage in ["contacted", "meeting_held", "active_referrer"] {
            t.done(&format!("/api/v1/providers/{active}/stage"), json!({ "stage": stage })).await;
        }
        let import = t.preview(file(header, &["Ann Lee,2003000207,ann2@x.example,no,no,", "Cy Roe,2003000223,,,,"])).await;
        let fields = ["full_name", "npi", "email", "do_not_contact", "marketing_opt_out", "notes"];
        let columns: Vec<Value> = fields.iter().map(|field| json!({ "field": field, "rule": "overwrite" })).collect();
        t.done(&format!("/api/v1/imports/{}/mapping", id(&import)), json!({ "columns": columns })).await;
        t.done(&format!("/api/v1/imports/{}/apply", id(&import)), json!({})).await;
        let ann = t.found("lee").await;
        assert_eq!((ann["stage"].as_str(), ann["notes"].as_str()), (Some("do_not_contact"), Some("Met in May")));
        let outs: Vec<_> = ann["emails"].as_array().expect("emails").iter().map(|e| e["marketing_opt_out"].as_bool()).collect();
        assert_eq!(outs, [Some(true), Some(true)], "also the new address");
        assert_eq!(t.found("2003000223").await["stage"], "active_referrer");
    }

    async fn what_is_imported_is_found_and_has_its_history(t: &TestApp) {
        t.import(file("Name,NPI,Phone,Clinic,Do not contact", &["\"Lee, Ann, MD\",2003000207,206-555-0101,Peak Clinic,", "Bo Lind,,206-555-0102,Peak Clinic,x"])).await;
        for q in ["ann lee", "2003000207", "(206) 555-0101", "lee peak"] {
            assert_eq!(t.found(q).await["last_name"], "Lee", "{q}");
        }
        let lind = t.found("lind").await;
        let moves: Vec<_> = lind["stage_history"].as_array().expect("moves").iter().map(|m| (m["from"].as_str(), m["to"].as_str())).collect();
        assert_eq!(moves, [(None, Some("do_not_contact"))]);
        t.import(file("Name,Phone,Email,Do not contact", &["Ann Lee,206-555-0101,,x"])).await;
        let import = t.import(file("Name,NPI,Do not contact", &["Ann Lee,2003000207,x"])).await;
        assert_eq!(outcomes(&import), ["updated: Same NPI. Added: do not contact"]);
        let last = t.found("lee").await["stage_history"].as_array().expect("moves").last().cloned().expect("a move");
        assert_eq!((last["from"].as_str(), last["to"].as_str(), last["by"].as_str()), (Some("prospect"), Some("do_not_contact"), Some("Maya Ortiz")));
        assert_eq!(last["why"], "the file contacts.csv says so");
        assert_eq!(t.read("/api/v1/organizations").await["items"].as_array().map(Vec::len), Some(1), "one office for both");
    }
}
