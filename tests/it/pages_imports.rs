//! The pages of imports, as a browser without JavaScript sees them.

use crate::support::browser::{Browser, Page, css};
use poem::http::StatusCode;
use serde_json::json;
use tributary::auth::role::Role;

const UGLY: &[u8] = include_bytes!("contacts/ugly.csv");

async fn upload(browser: &mut Browser<'_>, name: &str, content: &[u8]) -> Page {
    let form = browser.open("/imports/new").await;
    browser.upload(&form, "/imports/new", &[], ("file", name, content)).await
}

/// The address of an import without its question and place.
fn address(page: &Page) -> String {
    page.path.split(['?', '#']).next().unwrap_or_default().trim_end_matches("/columns").to_string()
}

crate::both_databases! {
    async fn a_file_is_looked_at_answered_mended_and_imported(t: &TestApp) {
        let mut browser = t.signed_in(Role::Owner).await;
        let check = upload(&mut browser, "contacts.csv", UGLY).await;
        assert_eq!((check.status, check.all("h1")), (StatusCode::OK, vec!["Check the rows".to_string()]), "{}", check.words());
        let here = address(&check);
        assert_eq!(check.all(".tally b"), ["11", "2", "4", "4"]);
        assert!(check.words().contains("11 new, 0 filled in, 0 unchanged") && check.words().contains("1 empty, 3 twice in the file"));
        assert_eq!(check.all(".cmp tbody th")[..3], ["Name", "Office", "Phone"]);
        assert!(check.words().contains("Perhaps the same as row 2 of this file"));
        assert_eq!(check.all("main button.primary"), ["Import 11 rows"]);
        let check = browser.submit(&check, &format!("{here}/rows/4/answer"), &[("decision", "same")]).await;
        assert_eq!((check.all(".toast span"), check.all(".tally b")), (vec!["Row 4 is the same person".to_string()], ["12", "1", "4", "4"].map(String::from).to_vec()));
        let check = browser.submit(&check, &format!("{here}/rows/4/answer"), &[("decision", "ask")]).await;
        assert_eq!(check.all(".tally b"), ["11", "2", "4", "4"], "undone: {}", check.words());
        let check = browser.submit(&check, &format!("{here}/rows/4/answer"), &[("decision", "same")]).await;
        let check = browser.submit(&check, &format!("{here}/rows/10/mend"), &[("value", "2003000306")]).await;
        let check = browser.submit(&check, &format!("{here}/rows/9/mend"), &[("empty", "yes")]).await;
        let check = browser.submit(&check, &format!("{here}/rows/11/mend"), &[("value", "Naomi Roe")]).await;
        assert_eq!(check.all(".tally b"), ["15", "1", "1", "4"], "{}", check.words());
        assert_eq!(t.count_providers().await, 0, "nothing is saved yet");
        let done = browser.submit(&check, &format!("{here}/apply"), &[]).await;
        assert_eq!((done.all("h1"), done.all(".toast span")), (vec!["15 rows are in".to_string()], vec!["15 rows imported".to_string()]));
        assert_eq!(t.count_providers().await, 12);
        let done = browser.submit(&done, &format!("{here}/rows/7/answer"), &[("decision", "new")]).await;
        assert!(!done.has("#h-d") && t.count_providers().await == 13);
        let all = browser.open(&format!("{here}?show=all")).await;
        let provider = all.links("/providers/").into_iter().find(|link| link.len() > 20).expect("a link to somebody");
        assert!(t.read(&format!("/api/v1{provider}")).await["source"] == "import");
        let left = browser.open(&format!("{here}/errors")).await;
        assert!(left.html.contains("left over") && left.html.lines().count() == 2);
        let list = browser.open("/imports").await;
        assert!(list.words().contains("contacts.csv") && list.words().contains("Imported"), "{}", list.words());
    }

    async fn columns_are_matched_with_samples_and_reasons(t: &TestApp) {
        let mut browser = t.signed_in(Role::Owner).await;
        let file = "Name,Doctor no,Shoe size\nAnn Lee,2003000207,44\nBo Lind,2003000223,38\nCy Moss,2003000231,41\n";
        let columns = upload(&mut browser, "odd.csv", file.as_bytes()).await;
        let here = address(&columns);
        assert_eq!(columns.all("h1"), ["Match the columns"], "a file with a column that nobody could place is looked at first");
        assert!(columns.words().contains("looks like an NPI, check digit fits in 3 of 3") && columns.words().contains("2003000207 · 2003000223"));
        assert_eq!(columns.all(".first tbody tr").len(), 3);
        assert!(columns.words().contains("UTF-8, commas between the cells, the header in row 1"));
        let twice = browser.submit(&columns, &format!("{here}/columns"), &[("columns[2][field]", "npi")]).await;
        assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(twice.all(".errsum li")[0].contains("2 columns feed the NPI"));
        let check = browser.submit(&columns, &format!("{here}/columns"), &[("columns[2][field]", "notes"), ("columns[1][rule]", "skip")]).await;
        assert_eq!(check.all("h1"), ["Check the rows"], "{}", check.words());
        browser.submit(&check, &format!("{here}/apply"), &[]).await;
        assert_eq!(t.found("lind").await["notes"], "Shoe size: 38");
        let next = upload(&mut browser, "odd.csv", file.replace("Ann", "Dan").as_bytes()).await;
        assert_eq!(next.all("h1"), ["Check the rows"], "the columns are known by now");
        let again = browser.open(&format!("{}/columns", address(&next))).await;
        let read = browser.submit_nth(&again, &format!("{}/columns", address(&next)), 1, &[("delimiter", "tab")]).await;
        assert!(read.words().contains("tabs between the cells"), "{}", read.words());
    }

    async fn rows_pasted_from_a_spreadsheet_are_a_file_too(t: &TestApp) {
        let mut browser = t.signed_in(Role::Marketer).await;
        let form = browser.open("/imports/new").await;
        let check = browser.submit(&form, "/imports/new", &[("pasted", "Name\tPhone\r\nAnn Lee\t206-555-0101\r\n\tx\r\n")]).await;
        assert_eq!(check.all(".tally b"), ["1", "0", "1", "0"], "{}", check.words());
        let nothing = browser.submit(&form, "/imports/new", &[("pasted", " ")]).await;
        assert_eq!((nothing.status, nothing.all(".errsum li")), (StatusCode::UNPROCESSABLE_ENTITY, vec!["Choose a file, or paste rows from a spreadsheet".to_string()]));
        let kept = browser.submit(&form, "/imports/new", &[("pasted", "\"open\n")]).await;
        assert!(kept.status == 422 && kept.words().contains("opens a quotation mark") && kept.value("pasted").is_some_and(|text| text.contains("open")));
        let book = upload(&mut browser, "book.xlsx", b"PK\x03\x04").await;
        assert!(book.status == 422 && book.words().contains("Save it as CSV first"), "{}", book.words());
    }

    async fn what_stands_in_a_cell_is_shown_as_text(t: &TestApp) {
        let mut browser = t.signed_in(Role::Owner).await;
        let file = "Name,NPI,\"<b>H</b>\"\n<script>alert(1)</script>,12,\"<img src=x>\"\n\"\"\"><script>x</script>\",,\n";
        let check = upload(&mut browser, "<script>.csv", file.as_bytes()).await;
        let here = address(&check);
        for page in [&check, &browser.open(&format!("{here}?show=all")).await, &browser.open(&format!("{here}/columns")).await] {
            let document = page.document();
            assert_eq!(document.select(&css("main script, main img, main b:not(.tally b)")).count(), 0, "{}", page.path);
        }
        assert!(check.words().contains("<script>alert(1)</script>"), "{}", check.words());
    }

    async fn the_pages_of_imports_are_for_those_who_may_import(t: &TestApp) {
        let made = t.import("Name,Phone\nAnn Lee,206-555-0101\n").await;
        let paths = ["/imports".to_string(), "/imports/new".into(), format!("/imports/{}", made["id"].as_str().expect("an id"))];
        for (role, status) in [(Role::Marketer, 200), (Role::Therapist, 404), (Role::FrontDesk, 404), (Role::Biller, 404), (Role::ReadOnly, 404)] {
            let mut browser = t.signed_in(role).await;
            for path in &paths {
                assert_eq!(browser.open(path).await.status.as_u16(), status, "{role} {path}");
            }
        }
    }

    async fn a_form_sent_twice_brings_one_import_and_applies_once(t: &TestApp) {
        let mut browser = t.signed_in(Role::Owner).await;
        let form = browser.open("/imports/new").await;
        let file = ("file", "contacts.csv", "Name,Phone\nAnn Lee,206-555-0101\n".as_bytes());
        let first = browser.upload(&form, "/imports/new", &[], file).await;
        let second = browser.upload(&form, "/imports/new", &[], file).await;
        assert_eq!(address(&first), address(&second));
        let apply = format!("{}/apply", address(&first));
        let done = browser.submit(&first, &apply, &[]).await;
        assert_eq!(browser.submit(&first, &apply, &[]).await.all("h1"), done.all("h1"), "the same form gets the first answer");
        let late = browser.submit(&second, &apply, &[]).await;
        assert_eq!((late.status, t.count_providers().await), (StatusCode::CONFLICT, 1));
        let look = t.preview("Name\nBo Lind\n").await;
        let page = browser.open(&format!("/imports/{}", look["id"].as_str().expect("an id"))).await;
        let gone = browser.submit(&page, &format!("{}/discard", address(&page)), &[]).await;
        assert_eq!((gone.path.as_str(), t.count_providers().await), ("/imports", 1));
        assert_eq!(t.read(&format!("/api/v1/imports/{}", look["id"].as_str().expect("an id"))).await["rows"], json!([]));
    }
}
