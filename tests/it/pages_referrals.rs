//! The pages of referrals, orders and their slips, as a browser without JavaScript uses them.

use crate::documents::PNG;
use crate::support::TestApp;
use crate::support::chain::id;
use serde_json::{Value, json};
use tributary::auth::role::Role;

/// A doctor with an office, and a payer to choose.
async fn cast(t: &TestApp) -> (String, String) {
    let doctor = json!({ "first_name": "Luis", "last_name": "Ortega", "credentials": ["MD"], "npi": crate::support::chain::npi(77), "organization_name": "Ridgeline Orthopedics" });
    (id(&t.done("/api/v1/providers", doctor).await), t.payer("Evergreen PPO").await)
}

/// What somebody types from a slip.
fn typed(payer: &str) -> Vec<(&'static str, String)> {
    [
        ("provider_name", "ortega"),
        ("received_on", "today"),
        ("new_patient[first_name]", "Elena"),
        ("new_patient[last_name]", "Marsh"),
        ("new_patient[born_on]", "4/12/62"),
        ("new_patient[phone]", "206 555 0189"),
        ("pays", payer),
        ("complaint", "Low back"),
        ("prescription[diagnoses]", "M54.50"),
        ("prescription[frequency]", "2 a week"),
        ("prescription[duration_weeks]", "6 weeks"),
        ("prescription[signed_on]", "2/27"),
        ("prescription[valid_from]", "today"),
    ]
    .map(|(name, value)| (name, value.to_string()))
    .to_vec()
}

fn given<'a>(fields: &'a [(&'static str, String)], more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut all: Vec<(&str, &str)> =
        fields.iter().map(|(n, v)| (*n, v.as_str())).filter(|(n, _)| !more.iter().any(|(m, _)| m == n)).collect();
    all.extend(more);
    all
}

async fn made(t: &TestApp) -> Vec<Value> {
    t.read("/api/v1/referrals").await["items"].as_array().expect("items").clone()
}

crate::both_databases! {
    async fn a_slip_is_typed_in_on_one_page_with_names_and_dates_as_people_write_them(t: &TestApp) {
        let (_, payer) = cast(t).await;
        let mut browser = t.signed_in(Role::FrontDesk).await;
        let page = browser.open("/referrals/new").await;
        let shown = browser.submit(&page, "/referrals/new", &given(&typed(&payer), &[])).await;
        assert_eq!(shown.status, 200, "{}", shown.words());
        assert!(shown.path.starts_with("/referrals/0"), "{}", shown.path);
        assert_eq!(shown.all("h1"), ["Elena Marsh"]);
        let words = shown.words();
        for said in ["R-2026-0001 saved", "from Dr. Luis Ortega , Ridgeline Orthopedics", "Visits 1 to 12 are covered until Apr 12. 12 are left.", "Low back pain M54.50", "Evergreen PPO", "0 of 12"] {
            assert!(words.contains(said), "{said}: {words}");
        }
        assert_eq!(shown.all(".steps [aria-current]"), ["Received Mar 2, by fax"]);
        let referral = made(t).await.remove(0);
        assert_eq!((referral["provider_id"].is_string(), referral["payer"].as_str()), (true, Some("Evergreen PPO")));
    }

    async fn what_is_wrong_stands_by_its_field_and_everything_typed_is_kept_with_the_scan(t: &TestApp) {
        let (_, payer) = cast(t).await;
        let mut browser = t.signed_in(Role::FrontDesk).await;
        let page = browser.open("/referrals/new").await;
        let wrong = [("new_patient[born_on]", "4/12/2062"), ("pays", ""), ("prescription[signed_on]", "tomorrow")];
        let again = browser.upload(&page, "/referrals/new", &given(&typed(&payer), &wrong), ("slip", "../fax of today.png", PNG)).await;
        assert_eq!(again.status, 422);
        assert!(again.html.contains("<title>Error: New referral"));
        assert_eq!(again.all(".errsum h2"), ["3 things to fix"]);
        assert_eq!(again.all("#f-new-patient-born-on-e"), ["Enter a birth date in the past, like 4/12/1962"]);
        assert_eq!(again.all("#f-pays-e"), ["Choose who pays, or \"Not known yet\""]);
        assert!(again.all("#f-prescription-signed-on-e")[0].contains("may not be in the future"));
        for link in again.links("#f-") {
            assert!(again.has(&link), "{link} leads nowhere");
        }
        assert_eq!(again.value("provider_name").as_deref(), Some("ortega"));
        assert_eq!(again.value("prescription[frequency]").as_deref(), Some("2 a week"));
        let echoes = again.all(".echo").join(" | ");
        for said in ["Luis Ortega, MD. No referral in the last 12 months", "Mon, March 2, 2026", "(206) 555-0189", "M54.50 low back pain", "12 visits", "Good until Sun, April 12, 2026", "No Elena Marsh yet. This will be a new patient"] {
            assert!(echoes.contains(said), "{said}: {echoes}");
        }
        let scan = again.value("document").expect("the scan stays");
        assert!(again.has(&format!("img[src=\"/documents/{scan}\"]")) && again.words().contains("fax of today.png"));
        assert_eq!((made(t).await.len(), t.read("/api/v1/patients").await["items"].clone()), (0, json!([])));
        let mended = [("new_patient[born_on]", "4/12/1962"), ("pays", payer.as_str()), ("prescription[signed_on]", "2/27")];
        let shown = browser.submit(&again, "/referrals/new", &mended).await;
        assert_eq!(shown.status, 200, "{}", shown.words());
        assert!(shown.links("/documents/").contains(&format!("/documents/{scan}")));
    }

    async fn a_scan_is_shown_beside_the_form_before_anything_is_saved(t: &TestApp) {
        cast(t).await;
        let mut browser = t.signed_in(Role::FrontDesk).await;
        let page = browser.open("/referrals/new").await;
        let then = [("_then", "slip"), ("provider_name", "ort")];
        let shown = browser.upload(&page, "/referrals/new", &then, ("slip", "slip.png", PNG)).await;
        assert_eq!((shown.status.as_u16(), shown.has(".errsum")), (200, false), "{}", shown.words());
        assert!(shown.has("img.scan") && shown.value("provider_name").as_deref() == Some("ort"));
        let refused = browser.upload(&shown, "/referrals/new", &then, ("slip", "slip.png", b"<html>")).await;
        assert_eq!(refused.status, 422);
        assert!(refused.all("#f-slip-e")[0].contains("no PDF and no picture"));
        assert!(refused.has("img.scan"), "the scan that was kept before stays");
        assert_eq!(made(t).await.len(), 0);
    }

    async fn an_upload_of_fifty_megabytes_is_answered_with_a_page_and_leaves_nothing(t: &TestApp) {
        let (_, payer) = cast(t).await;
        let mut browser = t.signed_in(Role::FrontDesk).await;
        let page = browser.open("/referrals/new").await;
        let mut large = PNG.to_vec();
        large.resize(50 * 1024 * 1024, 0);
        let answer = browser.upload(&page, "/referrals/new", &given(&typed(&payer), &[]), ("slip", "slip.png", &large)).await;
        assert_eq!((answer.status.as_u16(), answer.all("h1")), (413, vec!["This file is too large".to_string()]));
        assert!(answer.has("a.btn.primary"));
        assert_eq!(made(t).await.len(), 0);
    }

    async fn a_name_that_may_be_several_people_is_answered_with_who_they_are(t: &TestApp) {
        let (_, payer) = cast(t).await;
        t.done("/api/v1/providers", json!({ "first_name": "Nina", "last_name": "Ortega", "credentials": ["DC"] })).await;
        let mut browser = t.signed_in(Role::FrontDesk).await;
        let page = browser.open("/referrals/new").await;
        let again = browser.submit(&page, "/referrals/new", &given(&typed(&payer), &[])).await;
        assert_eq!(again.status, 422);
        let said = again.all("#f-provider-name-e").remove(0);
        assert!(said.contains("Dr. Luis Ortega (") && said.contains("Nina Ortega"), "{said}");
        let shown = browser.submit(&again, "/referrals/new", &[("provider_name", "luis ortega")]).await;
        assert!(shown.words().contains("from Dr. Luis Ortega"), "{}", shown.words());
        let unknown = browser.submit(&page, "/referrals/new", &given(&typed(&payer), &[("provider_name", "Xu")])).await;
        assert!(unknown.all("#f-provider-name-e")[0].contains("No provider is called"));
    }

    async fn somebody_of_the_same_name_is_asked_about_before_there_are_two(t: &TestApp) {
        let (_, payer) = cast(t).await;
        let known = id(&t.done("/api/v1/patients", json!({ "first_name": "Elena", "last_name": "Marsh", "phone": "206 555 0111" })).await);
        let mut browser = t.signed_in(Role::FrontDesk).await;
        let page = browser.open("/referrals/new").await;
        let asked = browser.submit(&page, "/referrals/new", &given(&typed(&payer), &[])).await;
        assert_eq!(asked.status, 422);
        assert!(asked.has(&format!("input[name=who][value=\"{known}\"]")) && asked.words().contains("Birth date not known, (206) 555-0111"));
        let shown = browser.submit(&asked, "/referrals/new", &[("who", &known)]).await;
        assert_eq!(shown.status, 200, "{}", shown.words());
        assert_eq!(made(t).await[0]["patient"]["id"], known.as_str());
        assert_eq!(t.read("/api/v1/patients").await["items"].as_array().map(Vec::len), Some(1));
        let page = browser.open("/referrals/new").await;
        let other = [("who", "new"), ("prescription[signed_on]", "2/26")];
        let shown = browser.submit(&page, "/referrals/new", &given(&typed(&payer), &other)).await;
        assert_eq!(shown.status, 200, "{}", shown.words());
        assert_eq!(t.read("/api/v1/patients").await["items"].as_array().map(Vec::len), Some(2));
    }

    async fn a_known_patient_is_named_and_their_insurer_is_not_entered_twice(t: &TestApp) {
        let (_, payer) = cast(t).await;
        let mut browser = t.signed_in(Role::FrontDesk).await;
        let page = browser.open("/referrals/new").await;
        browser.submit(&page, "/referrals/new", &given(&typed(&payer), &[])).await;
        let page = browser.open("/referrals/new").await;
        let second = [
            ("patient_name", "marsh"), ("new_patient[first_name]", ""), ("new_patient[last_name]", ""), ("new_patient[born_on]", ""),
            ("new_patient[phone]", ""), ("complaint", "Shoulder"), ("prescription[signed_on]", "2/26"),
        ];
        let shown = browser.submit(&page, "/referrals/new", &given(&typed(&payer), &second)).await;
        assert_eq!((shown.status.as_u16(), shown.all("h1")), (200, vec!["Elena Marsh".to_string()]), "{}", shown.words());
        assert_eq!(t.read("/api/v1/coverages").await["items"].as_array().map(Vec::len), Some(1));
    }

    async fn a_source_that_is_no_provider_has_a_kind_of_its_own_or_none_yet(t: &TestApp) {
        cast(t).await;
        let mut browser = t.signed_in(Role::FrontDesk).await;
        for (kind, source) in [("", "Unattributed"), ("self", "Self"), ("patient", "Patient"), ("attorney", "Attorney"), ("event", "Event"), ("web", "Web"), ("other", "Other")] {
            let page = browser.open("/referrals/new").await;
            let last = format!("Lang{kind}");
            let fields = [("source_kind", kind), ("new_patient[first_name]", "Ivo"), ("new_patient[last_name]", last.as_str()), ("pays", "unknown")];
            let shown = browser.submit(&page, "/referrals/new", &fields).await;
            assert!(shown.words().contains(&format!("from {source}")), "{kind}: {}", shown.words());
        }
    }

    async fn a_form_that_is_sent_twice_makes_one_referral(t: &TestApp) {
        let (_, payer) = cast(t).await;
        let mut browser = t.signed_in(Role::FrontDesk).await;
        let page = browser.open("/referrals/new").await;
        let first = browser.submit(&page, "/referrals/new", &given(&typed(&payer), &[])).await;
        let second = browser.submit(&page, "/referrals/new", &given(&typed(&payer), &[])).await;
        assert_eq!((first.status.as_u16(), second.status.as_u16(), &first.path), (200, 200, &second.path));
        assert_eq!(made(t).await.len(), 1);
    }

    async fn a_referral_is_called_booked_given_up_and_tried_again_by_its_page(t: &TestApp) {
        let (doctor, payer) = cast(t).await;
        let referral = t.referral(&doctor, &payer, "Marsh", "2026-02-27").await;
        let path = format!("/referrals/{}", id(&referral));
        let mut browser = t.signed_in(Role::FrontDesk).await;
        let page = browser.open(&path).await;
        let page = browser.submit(&page, &format!("{path}/attempt"), &[("attempt[outcome]", "left_message"), ("attempt[words]", "Calls back")]).await;
        assert!(page.words().contains("Call: left a message") && page.all(".steps [aria-current]")[0].starts_with("Called"));
        let wrong = browser.submit(&page, &format!("{path}/lose"), &[]).await;
        assert_eq!((wrong.status.as_u16(), wrong.all("#f-loss-reason-e")), (422, vec!["Choose why".to_string()]));
        let page = browser.submit(&page, &format!("{path}/lose"), &[("loss[reason]", "unreachable"), ("loss[note]", "Four calls")]).await;
        assert!(page.words().contains("could not be reached. Four calls"), "{}", page.words());
        assert_eq!(page.all(".steps [aria-current]"), ["Lost Mar 2"]);
        let page = browser.submit(&page, &format!("{path}/attempt"), &[("attempt[outcome]", "reached")]).await;
        let page = browser.submit(&page, &format!("{path}/schedule"), &[]).await;
        assert!(page.all(".steps [aria-current]")[0].starts_with("Booked"));
        t.attended(&referral, "2026-03-02").await;
        let page = browser.open(&path).await;
        let page = browser.submit(&page, &format!("{path}/discharge"), &[("end[reason]", "goals_met")]).await;
        assert!(page.words().contains("Care ended Mar 2: goals met"), "{}", page.words());
        assert!(!page.has("form[action$=\"/discharge\"]"));
    }

    async fn a_renewal_is_recorded_by_its_page_and_may_replace_the_order_before_it(t: &TestApp) {
        let (doctor, payer) = cast(t).await;
        let referral = t.referral(&doctor, &payer, "Marsh", "2026-02-02").await;
        let path = format!("/referrals/{}", id(&referral));
        let mut browser = t.signed_in(Role::FrontDesk).await;
        let page = browser.open(&format!("{path}/prescriptions/new")).await;
        assert_eq!((page.value("prescriber_name").as_deref(), page.value("diagnoses").as_deref()), (Some("Dr. Luis Ortega"), Some("M54.2")));
        let action = format!("{path}/prescriptions/new");
        let future = browser.submit(&page, &action, &[("visits", "6"), ("signed_on", "tomorrow")]).await;
        assert_eq!(future.status, 422);
        assert!(future.all("#f-signed-on-e")[0].contains("may not be in the future"));
        let renewal = [("visits", "6"), ("signed_on", "3/1"), ("valid_from", "3/16"), ("manner", "replaces"), ("duration_weeks", "4")];
        let shown = browser.submit(&page, &action, &renewal).await;
        assert_eq!((shown.status.as_u16(), &shown.path), (200, &path), "{}", shown.words());
        let orders = t.read(&format!("/api/v1/referrals/{}", id(&referral))).await["prescriptions"].clone();
        assert_eq!(orders[0]["valid_to"], "2026-03-15");
        assert_eq!((orders[1]["valid_from"].as_str(), orders[1]["valid_to"].as_str()), (Some("2026-03-16"), Some("2026-04-12")));
        assert!(shown.all("table caption").contains(&"The orders of this referral, first to last".to_string()));
        let fresh = browser.open(&action).await;
        let twin = browser.submit(&fresh, &action, &renewal[..3]).await;
        assert_eq!(twin.status, 409);
        assert!(twin.words().contains("already recorded, on R-2026-0001") && twin.value("visits").as_deref() == Some("6"));
    }

    async fn an_incomplete_order_says_what_is_missing_and_is_completed_mended_and_cancelled_by_its_page(t: &TestApp) {
        let (_, payer) = cast(t).await;
        let mut browser = t.signed_in(Role::FrontDesk).await;
        let page = browser.open("/referrals/new").await;
        let bare = [("prescription[signed_on]", ""), ("prescription[frequency]", "1 to 2")];
        let shown = browser.submit(&page, "/referrals/new", &given(&typed(&payer), &bare)).await;
        let words = shown.words();
        assert!(words.contains("Missing: the signature") && words.contains("leaves open how many visits were meant"), "{words}");
        let order = shown.links("/prescriptions/").remove(0);
        let page = browser.open(&order).await;
        assert_eq!(page.value("frequency").as_deref(), Some("1 to 2 a week"));
        let saved = browser.submit(&page, &order, &[("signed_on", "2/27"), ("visits", "8")]).await;
        assert!(saved.words().contains("Order saved.") && saved.words().contains("Visits 1 to 8 are covered"), "{}", saved.words());
        // Somebody who still looks at the page before is shown both.
        let stale = browser.submit(&page, &order, &[("signed_on", "2/26"), ("visits", "9")]).await;
        assert_eq!(stale.status, 409);
        assert!(stale.has("table.clash") && stale.value("visits").as_deref() == Some("9"), "{}", stale.words());
        let kept = browser.submit(&stale, &order, &[]).await;
        assert!(kept.words().contains("Visits 1 to 9 are covered"), "{}", kept.words());
        let page = browser.open(&order).await;
        let unsaid = browser.submit(&page, &format!("{order}/cancel"), &[]).await;
        assert_eq!((unsaid.status.as_u16(), unsaid.all("#f-cancel-why-e")), (422, vec!["Say why the order is cancelled".to_string()]));
        assert_eq!((unsaid.value("visits").as_deref(), unsaid.value("frequency").as_deref()), (Some("9"), Some("1 to 2 a week")), "the form of the order stands as it was");
        let gone = browser.submit(&page, &format!("{order}/cancel"), &[("cancel[why]", "Doctor withdrew it")]).await;
        assert!(gone.words().contains("Order cancelled"), "{}", gone.words());
    }

    async fn a_referral_is_corrected_by_its_page_and_a_typed_name_goes_before_the_one_chosen_earlier(t: &TestApp) {
        let (doctor, payer) = cast(t).await;
        let feld = id(&t.done("/api/v1/providers", json!({ "first_name": "Marcus", "last_name": "Feld", "credentials": ["DC"] })).await);
        let referral = t.referral(&doctor, &payer, "Marsh", "2026-02-27").await;
        let path = format!("/referrals/{}", id(&referral));
        let mut browser = t.signed_in(Role::FrontDesk).await;
        let page = browser.open(&format!("{path}/edit")).await;
        assert_eq!((page.value("provider_name").as_deref(), page.value("provider").as_deref()), (Some("Dr. Luis Ortega"), Some(doctor.as_str())));
        let shown = browser.submit(&page, &format!("{path}/edit"), &[("provider_name", "feld"), ("complaint", "Neck and jaw")]).await;
        assert_eq!((shown.status.as_u16(), &shown.path), (200, &path), "{}", shown.words());
        let now = t.read(&format!("/api/v1/referrals/{}", id(&referral))).await;
        assert_eq!((now["provider"]["id"].as_str(), now["episode"]["complaint"].as_str()), (Some(feld.as_str()), Some("Neck and jaw")));
        assert_eq!(now["episode"]["payer"], "Evergreen PPO");
        let stale = browser.submit(&page, &format!("{path}/edit"), &[("complaint", "Jaw")]).await;
        assert_eq!((stale.status.as_u16(), stale.has(".errsum")), (409, true));
        let page = browser.open(&format!("{path}/edit")).await;
        let shown = browser.submit(&page, &format!("{path}/edit"), &[("provider_name", ""), ("source_kind", "self")]).await;
        assert!(shown.words().contains("from Self"), "{}", shown.words());
    }

    async fn the_board_finds_by_name_and_number_and_goes_on_page_by_page(t: &TestApp) {
        let (doctor, payer) = cast(t).await;
        for n in 0..3 {
            t.referral(&doctor, &payer, &format!("Marsh{n}"), "2026-03-02").await;
        }
        let mut browser = t.signed_in(Role::FrontDesk).await;
        let page = browser.open("/referrals").await;
        assert_eq!(page.all(".views [aria-current]"), ["New 3"]);
        assert!(page.words().contains("3 wait for a first visit") && page.all("tbody th a").len() == 3);
        assert_eq!(browser.open("/referrals?q=r-2026-0002").await.all("tbody th a"), ["Nora Marsh1"]);
        assert_eq!(browser.open("/referrals?view=all&q=marsh2").await.all("tbody th a"), ["Nora Marsh2"]);
        assert!(browser.open("/referrals?q=xu").await.words().contains("No referral fits this"));
        let first = browser.open("/referrals?view=all&limit=2").await;
        let next = first.links("/referrals?view=all&q=&cursor=").remove(0);
        assert_eq!(browser.open(&next).await.all("tbody th a"), ["Nora Marsh0"]);
        browser.fragment = Some("list".into());
        let block = browser.open("/referrals?q=marsh1").await;
        assert!(block.html.trim_start().starts_with("<div id=\"list\"") && !block.html.contains("<html"));
    }

    async fn the_pages_of_referrals_visits_and_notes_do_not_exist_for_a_marketer(t: &TestApp) {
        let (doctor, payer) = cast(t).await;
        let referral = t.referral(&doctor, &payer, "Marsh", "2026-02-27").await;
        let visit = t.attended(&referral, "2026-03-02").await;
        let (r, v) = (id(&referral), id(&visit));
        let order = referral["prescriptions"][0]["id"].as_str().expect("an order");
        let mut browser = t.signed_in(Role::Marketer).await;
        for path in [
            "/referrals".into(), "/referrals/new".into(), format!("/referrals/{r}"), format!("/referrals/{r}/edit"),
            format!("/referrals/{r}/prescriptions/new"), format!("/prescriptions/{order}"), "/visits".into(), "/visits/new".into(),
            format!("/visits/new?referral={r}"), format!("/visits/{v}"), format!("/visits/{v}/note"), format!("/visits/{v}/units"),
        ] {
            let page = browser.open(&path).await;
            assert_eq!(page.status, 404, "{path}");
            assert!(!page.html.contains("Marsh"), "{path}");
        }
    }

    async fn who_may_look_and_not_change_sees_no_form_and_is_refused(t: &TestApp) {
        let (doctor, payer) = cast(t).await;
        let referral = t.referral(&doctor, &payer, "Marsh", "2026-02-27").await;
        let path = format!("/referrals/{}", id(&referral));
        let mut browser = t.signed_in(Role::ReadOnly).await;
        let page = browser.open(&path).await;
        assert_eq!((page.status.as_u16(), page.has("form[action^=\"/referrals\"]")), (200, false));
        for path in ["/referrals/new".to_string(), format!("{path}/edit"), format!("{path}/prescriptions/new")] {
            assert_eq!(browser.open(&path).await.status, 403, "{path}");
        }
    }

    async fn a_page_asks_the_database_as_often_for_many_rows_as_for_few(t: &TestApp) {
        let (doctor, payer) = cast(t).await;
        let first = t.referral(&doctor, &payer, "Marsh", "2026-02-16").await;
        // Of everything that a page may show, also beside its rows, one at least; then more of the same.
        let grow = async |name: &str, day: u32| {
            let more = t.referral(&doctor, &payer, name, "2026-02-16").await;
            t.attended(&more, "2026-03-02").await;
            t.attended(&more, &format!("2026-02-{day}")).await;
            t.attended(&first, &format!("2026-02-{day}")).await;
        };
        grow("Quist", 17).await;
        let mut browser = t.signed_in(Role::Owner).await;
        let pages = [
            "/referrals?view=all".to_string(),
            "/referrals?view=running_out".into(),
            format!("/referrals/{}", id(&first)),
            "/visits".into(),
        ];
        let mut few = Vec::new();
        for path in &pages {
            browser.open(path).await;
            few.push(t.queries_of(browser.open(path)).await.1);
        }
        for n in 0..5 {
            grow(&format!("Brandt{n}"), 18 + n).await;
        }
        for (path, few) in pages.iter().zip(few) {
            // The marks beside the navigation are counted anew after a change.
            browser.open(path).await;
            let (_, many) = t.queries_of(browser.open(path)).await;
            assert!(few > 0 && many == few, "{path}: {few} queries for few rows, {many} for many");
        }
    }
}
