//! The page of What pays: its answer, its table, and the things behind each of its numbers.

use crate::support::TestApp;
use crate::support::browser::Page;
use crate::support::chain::slip;
use crate::what_pays::worked_example;
use poem::http::Method;
use serde_json::{Value, json};
use tributary::auth::role::Role;

/// The days of the worked example, one before it and the one of the test.
const DAYS: [&str; 6] = ["2026-02-01", "2026-03-10", "2026-03-22", "2026-03-31", "2026-04-30", "2026-05-15"];

/// Each number that can be opened, and its column in the table.
const NUMBERS: [(&str, &str); 14] = [
    ("referrals", "referrals"),
    ("converted", "converted"),
    ("visits", "visits"),
    ("claims", "claims"),
    ("charges", "charges_cents"),
    ("insurer", "insurer_cents"),
    ("patient", "patient_cents"),
    ("net", "net_cents"),
    ("contractual", "contractual_cents"),
    ("written_off", "written_off_cents"),
    ("outstanding", "outstanding_cents"),
    ("adjudicated", "adjudicated"),
    ("ever_denied", "ever_denied"),
    ("now_denied", "now_denied"),
];

/// The worked example, and beside it: a patient who came by themselves, a referral that nobody has a source for, and money
/// that belongs to nothing yet.
async fn everything(t: &TestApp) -> String {
    let doctor = worked_example(t).await;
    t.at("2026-02-02");
    let payer = t.read("/api/v1/payers").await["items"][0]["id"].as_str().expect("a payer").to_string();
    // Doctor Raman signed the order; she sent neither of them.
    let unsent = |last: &str| {
        let mut slip = slip("", &payer, last, "2026-02-02");
        slip["prescription"]["prescriber"] = json!(doctor);
        slip
    };
    let mut alone = unsent("Aldous");
    alone["source_kind"] = json!("self");
    let alone = t.done("/api/v1/referrals", alone).await;
    let nobody = t.done("/api/v1/referrals", unsent("Brandt")).await;
    let paid = t.billed(&alone, "2026-02-02").await;
    t.billed(&nobody, "2026-02-02").await;
    t.at("2026-03-25");
    t.answered(&payer, &paid, "2026-03-25", 12_000, &[("CO", "45", 4_000)]).await;
    let patient = alone["patient"]["id"].clone();
    t.done("/api/v1/payments/patient", json!({ "patient": patient, "amount_cents": 1_234, "method": "check" })).await;
    t.at("2026-05-15");
    doctor
}

/// Asks as the owner many times with one token.
struct Asking<'a> {
    t: &'a TestApp,
    bearer: String,
}

impl<'a> Asking<'a> {
    async fn of(t: &'a TestApp, role: Role) -> Self {
        Self { t, bearer: format!("Bearer {}", t.token(role).await) }
    }

    async fn read(&self, path: &str) -> Value {
        let answer = self.t.raw(Method::GET, path, &[("authorization", &self.bearer)], "").await;
        assert!(answer.status.is_success(), "{path}: {} {}", answer.status, answer.text());
        answer.json()
    }
}

fn rows_of(view: &Value) -> Vec<Value> {
    let mut rows = view["rows"].as_array().expect("rows").clone();
    rows.push(view["total"].clone());
    rows
}

fn key(row: &Value) -> String {
    match row["source_id"].as_str() {
        Some(id) => format!("source_kind=provider&source_id={id}"),
        None => format!("source_kind={}", row["source_kind"].as_str().expect("a kind")),
    }
}

fn sum(items: &Value, field: &str) -> i64 {
    items.as_array().expect("a list").iter().map(|i| i[field].as_i64().expect("a number")).sum()
}

/// The first word of a number as it is shown: `1 of 2` is 1.
fn shown(text: &str) -> String {
    text.split(" of ").next().unwrap_or_default().to_string()
}

async fn page(t: &TestApp, role: Role, path: &str) -> Page {
    t.signed_in(role).await.open(path).await
}

/// Two doctors with five patients each, one of them paid better, and one with a single patient.
async fn three_doctors(t: &TestApp) {
    t.at("2026-01-20");
    t.fees().await;
    let payer = t.payer("Cascade Health").await;
    for (last, referrals, paid, allowed) in [("Raman", 5, 8_000, 8_000), ("Feld", 5, 2_000, 14_000), ("Petrosyan", 1, 14_000, 2_000)] {
        let doctor = t.doctor("Priya", last).await;
        for n in 0..referrals {
            let referral = t.referral(&doctor, &payer, &format!("{last} {n}"), "2026-01-20").await;
            if n == 0 {
                let claim = t.billed(&referral, "2026-01-20").await;
                t.answered(&payer, &claim, "2026-01-20", paid, &[("CO", "45", allowed)]).await;
            }
        }
    }
}

crate::both_databases! {
    async fn the_things_behind_every_number_of_every_row_sum_to_it_on_every_day(t: &TestApp) {
        everything(t).await;
        let asking = Asking::of(t, Role::Owner).await;
        let mut seen = 0;
        for day in DAYS {
            let table = asking.read(&format!("/api/v1/sources?as_of={day}")).await;
            for row in rows_of(&table) {
                for (of, column) in NUMBERS {
                    let behind = asking.read(&format!("/api/v1/sources/rows?{}&of={of}&as_of={day}&limit=500", key(&row))).await;
                    let told = format!("{of} of {} on {day}: {behind}", row["source"]);
                    assert_eq!(behind["sum"], row[column], "{told}");
                    assert_eq!(sum(&behind["items"], "amount"), row[column].as_i64().expect("a number"), "{told}");
                    assert_eq!(behind["items"].as_array().map(Vec::len), behind["count"].as_u64().map(|n| usize::try_from(n).expect("a count")), "{told}");
                    seen += behind["count"].as_u64().expect("a count");
                }
            }
        }
        assert!(seen > 100, "there was something to sum");
    }

    async fn the_rows_of_a_number_come_in_parts_and_none_twice(t: &TestApp) {
        everything(t).await;
        let asking = Asking::of(t, Role::Owner).await;
        for (of, day) in [("charges", "2026-03-22"), ("net", "2026-05-15"), ("outstanding", "2026-03-31")] {
            let whole = asking.read(&format!("/api/v1/sources/rows?of={of}&as_of={day}")).await;
            let mut items: Vec<Value> = Vec::new();
            let mut cursor = String::new();
            loop {
                let part = asking.read(&format!("/api/v1/sources/rows?of={of}&as_of={day}&limit=2{cursor}")).await;
                assert_eq!(part["sum"], whole["sum"], "each part has the sum of all");
                items.extend(part["items"].as_array().expect("items").clone());
                match part["next_cursor"].as_str() {
                    Some(next) => cursor = format!("&cursor={next}"),
                    None => break,
                }
            }
            assert!(items.len() > 2, "{of}: {whole}");
            assert_eq!(json!(items), whole["items"], "{of}");
        }
    }

    async fn a_row_opened_tells_who_paid_for_it_and_why_money_was_given_up(t: &TestApp) {
        let doctor = everything(t).await;
        let asking = Asking::of(t, Role::Owner).await;
        for day in DAYS {
            for open in [doctor.as_str(), "self", "unattributed", "unmatched", "unallocated"] {
                let view = asking.read(&format!("/api/v1/sources/answer?period=all&as_of={day}&open={open}")).await;
                let opened = &view["opened"];
                let rows = rows_of(&view);
                let Some(row) = rows.iter().find(|r| r["source_id"] == *open || r["source_kind"] == *open) else {
                    assert_eq!(*opened, Value::Null);
                    continue;
                };
                assert_eq!(sum(&opened["payers"], "net_cents"), row["net_cents"].as_i64().expect("cents"), "{open} on {day}: {opened}");
                assert_eq!(sum(&opened["payers"], "visits"), row["visits"].as_i64().expect("visits"), "{open} on {day}: {opened}");
                assert_eq!(sum(&opened["lost"], "cents"), row["written_off_cents"].as_i64().expect("cents"), "{open} on {day}: {opened}");
            }
        }
        let view = asking.read(&format!("/api/v1/sources/answer?open={doctor}")).await;
        let payers: Vec<(&Value, &Value)> =
            view["opened"]["payers"].as_array().expect("payers").iter().map(|p| (&p["payer"], &p["per_visit_cents"])).collect();
        assert_eq!(payers, [(&json!("Patient pays"), &json!(7_000)), (&json!("Cascade Health"), &json!(4_000))]);
        assert_eq!(view["opened"]["lost"], json!([{ "reason": "No authorization", "cents": 16_000 }]));
    }

    async fn the_page_answers_in_words_and_shows_the_example_as_it_is(t: &TestApp) {
        worked_example(t).await;
        let page = page(t, Role::Owner, "/what-pays").await;
        assert_eq!(page.all(".head h1"), ["Which referral sources pay?"]);
        assert_eq!(page.all(".head p"), ["Referrals received since June 1, 2025. Money posted up to today."]);
        assert_eq!(
            page.all(".answer"),
            ["Dr. Raman is the only source to compare, and you collect $48 a visit. No source has sent five patients yet, so the figures say \
              little. $160 was written off: no authorization."]
        );
        let first = page.all(".rankt tbody tr").remove(0);
        assert!(first.starts_with("– Dr. Priya Raman 2 referrals, too few to rank. Still maturing $95 $48 2 4"), "{first}");
        assert_eq!(page.all(".ties b"), ["$470.00", "$280.00", "$40.00", "$160.00", "−$10.00"], "with what the payer will still take back");
        assert!(!page.has("svg.chart"), "one source is not compared");
        assert!(page.all(".rankt tbody tr").iter().any(|r| r.contains("Unallocated")));
    }

    async fn as_of_an_earlier_day_the_page_shows_what_was_known_then(t: &TestApp) {
        worked_example(t).await;
        let page = page(t, Role::Owner, "/what-pays?period=all&as_of=3/22/2026&columns=all").await;
        assert_eq!(page.all(".head p"), ["All referrals. Money posted up to March 22, 2026."]);
        let row = page.all("table tbody tr").into_iter().find(|r| r.contains("Raman")).expect("the doctor");
        let wanted = "1 of 2 0.3–90.5%"; // The range of Wilson: 1 of 2 says next to nothing.
        assert!(row.starts_with("Dr. Priya Raman too few to rank still maturing 2 ") && row.contains("1 of 2"), "{row}, {wanted}");
        assert!(row.contains("3 $470.00 $0.00 $90.00 $90.00 $0.00 $0.00 $380.00 6.3%"), "{row}");
        assert!(row.ends_with("1 $45.00 19.2% 19"), "{row}");
    }

    async fn every_number_of_the_page_opens_things_with_the_same_sum(t: &TestApp) {
        everything(t).await;
        let mut browser = t.signed_in(Role::Owner).await;
        for path in ["/what-pays?columns=all", "/what-pays?period=all&as_of=2026-03-22&columns=all", "/what-pays"] {
            let page = browser.open(path).await;
            let document = page.document();
            let links = crate::support::browser::css("a[href^='/what-pays/rows']");
            let numbers: Vec<(String, String)> = document
                .select(&links)
                .map(|a| (a.value().attr("href").unwrap_or_default().to_string(), a.text().collect::<String>().trim().to_string()))
                .collect();
            drop(document);
            assert!(numbers.len() > 20, "{path}: {}", numbers.len());
            for (href, text) in numbers {
                let opened = browser.open(&href).await;
                assert_eq!(opened.status, 200, "{href}");
                let heading = opened.all(".head h1").remove(0);
                let sum = heading.split_once(": ").expect("a sum").1.to_string();
                let whole = path == "/what-pays" && text.starts_with(['$', '−']);
                let wanted = if whole { sum.clone() } else { shown(&text) };
                assert_eq!(sum, wanted, "{href}");
                match opened.all("tfoot td").last() {
                    Some(foot) => assert_eq!(*foot, sum, "{href}"),
                    None => assert!(opened.words().contains("Nothing stands behind this number."), "{href}"),
                }
            }
        }
    }

    async fn a_marketer_sees_totals_and_no_way_down_to_a_patient(t: &TestApp) {
        let doctor = everything(t).await;
        let mut browser = t.signed_in(Role::Marketer).await;
        for path in ["/what-pays".to_string(), "/what-pays?columns=all".into(), format!("/what-pays?open={doctor}"), "/what-pays?open=unmatched".into()] {
            let page = browser.open(&path).await;
            assert!(page.words().contains("Dr. Priya Raman") && page.words().contains("Unattributed"), "{path}");
            assert_eq!(page.links("/what-pays/rows"), Vec::<String>::new(), "{path}");
            let words = page.words();
            assert!(["Marsh", "Quist", "Aldous", "Brandt", "C-"].iter().all(|w| !words.contains(w)), "{path}: {words}");
        }
        assert_eq!(browser.open("/what-pays/rows?of=claims").await.status, 404);
        assert_eq!(t.get(Role::Marketer, "/api/v1/sources/rows?of=claims").await.status, 404);
        assert_eq!(t.get(Role::Marketer, "/api/v1/sources/answer").await.status, 200);
        for role in [Role::FrontDesk, Role::Therapist] {
            for path in ["/what-pays", "/what-pays.csv", "/what-pays/rows?of=net"] {
                assert_eq!(page(t, role, path).await.status, 404, "{role} {path}");
            }
            assert_eq!(t.get(role, "/api/v1/sources/answer").await.status, 404, "{role}");
            assert_eq!(t.get(role, "/api/v1/sources/rows").await.status, 404, "{role}");
        }
    }

    async fn the_file_for_a_spreadsheet_holds_the_rows_of_the_same_question(t: &TestApp) {
        worked_example(t).await;
        let mut browser = t.signed_in(Role::Biller).await;
        let file = browser.request(Method::GET, "/what-pays.csv?period=all&as_of=2026-03-22", None).await;
        assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
        assert_eq!(file.header("content-disposition"), "attachment; filename=\"what-pays-2026-03-22.csv\"");
        let text = file.text();
        assert!(text.contains("Priya Raman,provider,2,1,3,470,0,90,90,0,0,380,2,1,0.0625,45,19"), "{text}");
        let linked = browser.open("/what-pays?as_of=2026-03-22&sort=visits").await.links("/what-pays.csv");
        assert_eq!(linked, ["/what-pays.csv?as_of=2026-03-22"]);
    }

    async fn a_period_is_one_click_and_a_day_that_cannot_be_is_said_so(t: &TestApp) {
        worked_example(t).await;
        let mut browser = t.signed_in(Role::Owner).await;
        let quarter = browser.open("/what-pays?period=quarter").await;
        assert!(quarter.words().contains("Referrals received since April 1, 2026.") && quarter.words().contains("Nobody was sent in this time."));
        assert_eq!(quarter.all(".seg [aria-current]"), ["This quarter"]);
        let day = browser.open("/what-pays?from=1/20/2026&to=2026-01-20").await;
        assert!(day.words().contains("Referrals received January 20, 2026 to January 20, 2026."), "{}", day.words());
        assert!(day.all(".seg [aria-current]").is_empty());
        assert!(day.links("/what-pays/rows").iter().all(|l| l.contains("&from=2026-01-20&to=2026-01-20&as_of=2026-05-15")));
        for wrong in ["as_of=2026-05-16", "from=soon", "from=2026-02-01&to=2026-01-01"] {
            assert_eq!(browser.open(&format!("/what-pays?{wrong}")).await.status, 422, "{wrong}");
        }
    }

    async fn sources_are_ranked_from_five_referrals_on_and_the_best_payer_is_named(t: &TestApp) {
        three_doctors(t).await;
        let mut browser = t.signed_in(Role::Owner).await;
        let page = browser.open("/what-pays").await;
        assert_eq!(page.all(".rankt .rank"), ["1", "2", "–", "–", "–", "–"]);
        let names = |page: &Page| page.all(".rankt th[scope=row] > a");
        assert_eq!(names(&page)[..3], ["Dr. Priya Raman", "Dr. Priya Feld", "Dr. Priya Petrosyan"], "few referrals stand below, whatever they pay");
        assert_eq!(page.all(".answer")[0], "Dr. Raman sends the most visits, and you collect $80 a visit. Least comes from Dr. Feld : $20 a visit.");
        let few = browser.open("/what-pays?sort=net").await;
        assert_eq!(few.all("th[aria-sort]"), ["Collected ↓"]);
        assert_eq!(page.document().select(&crate::support::browser::css("svg.chart circle")).count(), 3);
    }

    async fn the_cost_of_a_visit_draws_a_line_and_says_who_is_below_it(t: &TestApp) {
        three_doctors(t).await;
        let mut browser = t.signed_in(Role::Owner).await;
        assert!(!browser.open("/what-pays").await.words().contains("A visit costs you"));
        let form = browser.open("/settings/practice").await;
        let saved = browser.submit(&form, "/settings/practice", &[("visit_cost_dollars", "58")]).await;
        assert_eq!(saved.status, 200, "{}", saved.words());
        let page = browser.open("/what-pays").await;
        assert!(page.words().contains("A visit costs you $58. Below this line you lose money."), "{}", page.words());
        assert_eq!(page.all(".rankt .under"), ["$20"]);
        assert!(page.all(".answer")[0].starts_with("Dr. Raman sends the most visits, and you collect $80 a visit, $22 more than it costs you."));
        assert_eq!(page.document().select(&crate::support::browser::css("svg.chart circle.under")).count(), 1);
    }
}
