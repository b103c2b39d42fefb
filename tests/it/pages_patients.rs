//! The pages of patients and their coverage, as a browser without JavaScript uses them.

use crate::support::TestApp;
use crate::support::chain::id;
use poem::http::{Method, StatusCode};
use serde_json::json;
use tributary::auth::role::Role;

async fn dana(t: &TestApp) -> String {
    let new = json!({ "first_name": "Dana", "last_name": "Whitfield", "born_on": "1971-03-08", "phone": "206 555 0117" });
    id(&t.done("/api/v1/patients", new).await)
}

crate::both_databases! {
    async fn a_patient_is_entered_through_the_form_and_what_was_typed_is_kept_on_errors(t: &TestApp) {
        let mut browser = t.signed_in(Role::FrontDesk).await;
        let form = browser.open("/patients/new").await;
        let wrong = browser.submit(&form, "/patients/new", &[("first_name", "Elena"), ("born_on", "4/12/2062"), ("phone", "206 555 0189")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(wrong.error_at("last_name"), "Enter the last name");
        assert_eq!(wrong.error_at("born_on"), "Enter a birth date in the past, like 4/12/1962");
        assert_eq!((wrong.value("first_name").as_deref(), wrong.value("phone").as_deref()), (Some("Elena"), Some("206 555 0189")));
        let fields = [("last_name", "Marsh"), ("born_on", "4/12/62"), ("sex", "f"), ("state", "wa"), ("no_email", "yes")];
        let page = browser.submit(&wrong, "/patients/new", &fields).await;
        assert_eq!((page.status, page.all("h1")), (StatusCode::OK, vec!["Elena Marsh".to_string()]));
        for said in ["born April 12, 1962, 63", "(206) 555-0189", "No email", "Not known yet.", "No visit is booked."] {
            assert!(page.words().contains(said), "{said}: {}", page.words());
        }
        let edit = format!("{}/edit", page.path);
        let form = browser.open(&edit).await;
        assert_eq!((form.value("born_on").as_deref(), form.value("no_email").as_deref()), (Some("4/12/1962"), Some("yes")));
        let changed = browser.submit(&form, &edit, &[("preferred_name", "Ellie")]).await;
        assert!(changed.words().contains("called Ellie") && changed.words().contains("born April 12, 1962"), "{}", changed.words());
    }

    async fn somebody_of_the_same_name_and_birth_date_is_told_and_entered_only_on_purpose(t: &TestApp) {
        let dana = dana(t).await;
        let mut browser = t.signed_in(Role::Owner).await;
        let form = browser.open("/patients/new").await;
        let twin = [("first_name", "dana"), ("last_name", "WHITFIELD"), ("born_on", "3/8/1971")];
        let told = browser.submit(&form, "/patients/new", &twin).await;
        assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(told.error_at("last_name").contains("Dana Whitfield, born March 8, 1971, is here already"), "{}", told.words());
        assert!(told.links("/patients/").contains(&format!("/patients/{dana}")));
        let other = browser.submit(&told, "/patients/new", &[("although_known", "yes")]).await;
        assert_eq!(other.status, StatusCode::OK);
        assert_ne!(other.path, format!("/patients/{dana}"));
        let namesake = [("first_name", "Dana"), ("last_name", "Whitfield"), ("born_on", "5/5/1990")];
        assert_eq!(browser.submit(&form, "/patients/new", &namesake).await.status, StatusCode::OK, "a name alone is nobody");
    }

    async fn a_therapist_sees_own_patients_and_no_others(t: &TestApp) {
        let dana = dana(t).await;
        let mut browser = t.signed_in(Role::Therapist).await;
        let form = browser.open("/patients/new").await;
        let own = browser.submit(&form, "/patients/new", &[("first_name", "Tomas"), ("last_name", "Reyes")]).await;
        assert_eq!(own.all("h1"), ["Tomas Reyes"]);
        assert_eq!(browser.open("/patients").await.all("tbody th a"), ["Tomas Reyes"]);
        for path in [format!("/patients/{dana}"), format!("/patients/{dana}/edit"), format!("/patients/{dana}/coverages/new")] {
            let page = browser.open(&path).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
            assert!(!page.html.contains("Whitfield"));
        }
    }

    async fn for_a_marketer_no_page_about_a_patient_exists(t: &TestApp) {
        let dana = dana(t).await;
        let coverage = id(&t.done("/api/v1/coverages", json!({ "patient": dana, "kind": "cash" })).await);
        let mut browser = t.signed_in(Role::Marketer).await;
        for path in [
            "/patients".to_string(), "/patients/new".into(), "/patients/find?q=dana".into(), format!("/patients/{dana}"), format!("/patients/{dana}/edit"),
            format!("/patients/{dana}/coverages/new"), format!("/coverages/{coverage}/edit"),
        ] {
            let page = browser.open(&path).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
            assert!(!page.html.contains("Whitfield"), "{path}");
        }
        let page = browser.open("/providers").await;
        let csrf = page.value("csrf").expect("it is there");
        let posted = browser.post("/patients/new", &[("csrf".into(), csrf), ("last_name".into(), "Marsh".into())]).await;
        assert_eq!(posted.status, StatusCode::NOT_FOUND);
    }

    async fn who_pays_is_entered_checked_and_changed_by_a_new_row(t: &TestApp) {
        let dana = dana(t).await;
        let payer = t.payer_of("workers_comp", "portal", "State Fund", json!({ "effective_on": "2020-01-01" })).await;
        let mut browser = t.signed_in(Role::FrontDesk).await;
        let new = format!("/patients/{dana}/coverages/new");
        let form = browser.open(&new).await;
        assert!(form.all("#f-payer option").contains(&"The patient pays".to_string()));
        let wrong = browser.submit(&form, &new, &[("verified_on", "tomorrow"), ("copay_dollars", "-5"), ("member_no", "SF-1")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(wrong.error_at("payer"), "Choose who pays");
        assert!(!wrong.error_at("verified_on").is_empty() && !wrong.error_at("copay_dollars").is_empty());
        assert_eq!((wrong.value("copay_dollars").as_deref(), wrong.value("member_no").as_deref()), (Some("-5"), Some("SF-1")));
        let fields = [("payer", payer.as_str()), ("copay_dollars", "25.50"), ("verified_on", "2/27"), ("verified_with", "Tom"), ("verified_ref", "V-77"), ("claim_no", "SF-9")];
        let page = browser.submit(&wrong, &new, &fields).await;
        for said in ["State Fund added", "Verified Feb 27", "by Tom", "V-77", "claim SF-9", "Copay $25.50"] {
            assert!(page.words().contains(said), "{said}: {}", page.words());
        }
        let edit = page.links("/coverages/").first().cloned().expect("it is there");
        let (mine, theirs) = (browser.open(&edit).await, browser.open(&edit).await);
        assert_eq!((mine.value("kind").as_deref(), mine.value("copay_dollars").as_deref(), mine.value("verified_on").as_deref()), (Some("workers_comp"), Some("25.50"), Some("2/27/2026")));
        browser.submit(&theirs, &edit, &[("visit_limit", "12")]).await;
        let clash = browser.submit(&mine, &edit, &[("visit_limit", "16"), ("copay_dollars", "30")]).await;
        assert_eq!(clash.status, StatusCode::CONFLICT);
        let rows = clash.all(".clash tbody tr");
        assert_eq!(rows, ["copay 30 25.50", "visit limit 16 12"], "{}", clash.words());
        let cash = browser.open(&new).await;
        let page = browser.submit(&cash, &new, &[("payer", "cash"), ("rank", "2")]).await;
        assert!(page.words().contains("Patient pays") && page.words().contains("Pays second"), "{}", page.words());
    }

    async fn a_restriction_is_added_by_a_name_and_lifted(t: &TestApp) {
        let dana = dana(t).await;
        t.doctor("Priya", "Raman").await;
        let mut browser = t.signed_in(Role::FrontDesk).await;
        let path = format!("/patients/{dana}");
        let action = format!("{path}/restrictions");
        let page = browser.open(&path).await;
        let unknown = browser.submit(&page, &action, &[("restriction[provider_name]", "Dr. Nobody")]).await;
        assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(unknown.error_at("restriction[provider_name]").starts_with("No provider is called"), "{}", unknown.words());
        assert!(unknown.words().contains("None. Reports go to the doctors"), "a name that leads nowhere restricts nothing");
        let fields = [("restriction[provider_name]", "raman"), ("restriction[reason]", "a neighbor")];
        let kept = browser.submit(&page, &action, &fields).await;
        assert!(kept.words().contains("Nothing to Dr. Priya Raman a neighbor since Mar 2"), "{}", kept.words());
        assert_eq!(kept.all("h1 + .chip"), ["Restriction"]);
        browser.submit(&page, &action, &fields).await;
        let lift = kept.document().select(&crate::support::browser::css("#restrictions li form")).next().expect("it is there").value().attr("action").expect("it is there").to_string();
        let lifted = browser.submit(&kept, &lift, &[]).await;
        assert!(lifted.words().contains("None. Reports go to the doctors"), "sent twice it was still one: {}", lifted.words());
    }

    async fn the_patients_page_shows_visits_with_note_and_claim_and_money_to_those_who_see_it(t: &TestApp) {
        t.fees().await;
        let payer = t.payer("Evergreen PPO").await;
        let doctor = t.doctor("Priya", "Raman").await;
        let referral = t.referral(&doctor, &payer, "Marsh", "2026-02-20").await;
        let patient = referral["patient"]["id"].as_str().expect("it is there").to_string();
        let claim = t.billed(&referral, "2026-02-24").await;
        t.answered(&payer, &claim, "2026-03-02", 9_000, &[("CO", "45", 5_000), ("PR", "3", 2_000)]).await;
        t.attended(&referral, "2026-02-26").await;
        t.done("/api/v1/visits", json!({ "referral": id(&referral), "visit_on": "2026-03-05", "starts_at": "10:00" })).await;
        let path = format!("/patients/{patient}");
        let owner = t.signed_in(Role::Owner).await.open(&path).await;
        assert_eq!(owner.all("[aria-labelledby=h-next] tbody th a"), ["Thu, Mar 5"]);
        let past = owner.all("[aria-labelledby=h-past] tbody tr");
        assert!(past[0].starts_with("Thu, Feb 26") && past[0].contains("No note"), "{past:?}");
        assert!(past[1].contains("Signed") && past[1].contains(claim["number"].as_str().expect("it is there")), "{past:?}");
        assert!(owner.all("[aria-labelledby=h-refs] tbody tr")[0].contains("2 of 12"), "{}", owner.words());
        assert_eq!(owner.all(".fig"), ["$20.00"]);
        let looked = owner.all("aside section:last-child li");
        assert!(looked[0].contains("looked at the patient"), "{looked:?}");
        let desk = t.signed_in(Role::FrontDesk).await.open(&path).await;
        assert!(!desk.has(".fig") && !desk.words().contains("Who looked") && desk.words().contains(claim["number"].as_str().expect("it is there")));
        assert!(t.get(Role::FrontDesk, &format!("/api/v1{path}/balance")).await.status == StatusCode::NOT_FOUND);
        assert_eq!(t.read(&format!("/api/v1{path}/balance")).await, json!({ "owes_cents": 2_000, "in_advance_cents": 0, "with_payers_cents": 0 }));
        assert_eq!(t.get(Role::FrontDesk, &format!("/api/v1{path}/looks")).await.status, StatusCode::NOT_FOUND);
        assert_eq!(t.read(&format!("/api/v1{path}/glance")).await["coming"][0]["visit_on"], "2026-03-05");
    }

    async fn a_patients_form_that_is_sent_twice_makes_one_patient(t: &TestApp) {
        let mut browser = t.signed_in(Role::Owner).await;
        let form = browser.open("/patients/new").await;
        let fields = [("first_name", "Elena"), ("last_name", "Marsh")];
        let (first, second) = (browser.submit(&form, "/patients/new", &fields).await, browser.submit(&form, "/patients/new", &fields).await);
        assert_eq!((first.status, first.path), (StatusCode::OK, second.path));
        assert_eq!(t.read("/api/v1/patients").await["items"].as_array().expect("it is there").len(), 1);
    }

    async fn a_list_of_patients_is_found_in_and_shows_who_pays_and_when_they_come(t: &TestApp) {
        t.fees().await;
        let payer = t.payer("Evergreen PPO").await;
        let doctor = t.doctor("Priya", "Raman").await;
        let referral = t.referral(&doctor, &payer, "Marsh", "2026-02-20").await;
        t.attended(&referral, "2026-02-26").await;
        t.done("/api/v1/visits", json!({ "referral": id(&referral), "visit_on": "2026-03-05" })).await;
        dana(t).await;
        let mut browser = t.signed_in(Role::Owner).await;
        let page = browser.open("/patients").await;
        assert_eq!(page.all("tbody th a"), ["Dana Whitfield", "Nora Marsh"]);
        assert!(page.all("tbody tr")[1].contains("Evergreen PPO Feb 26 Thu, Mar 5"), "{:?}", page.all("tbody tr"));
        for (q, found) in [("mars", vec!["Nora Marsh"]), ("(206)+555-0117", vec!["Dana Whitfield"]), ("nobody", vec![])] {
            assert_eq!(browser.open(&format!("/patients?q={q}")).await.all("tbody th a"), found, "{q}");
        }
        browser.fragment = Some("patients".into());
        assert!(browser.open("/patients?q=mars").await.html.trim_start().starts_with("<div id=\"patients\""));
    }

    async fn a_patients_pages_are_not_kept_and_hold_no_name_in_their_address(t: &TestApp) {
        let dana = dana(t).await;
        let mut browser = t.signed_in(Role::Owner).await;
        for path in ["/patients".to_string(), format!("/patients/{dana}"), format!("/patients/{dana}/edit"), format!("/patients/{dana}/coverages/new")] {
            let answer = browser.request(Method::GET, &path, None).await;
            assert_eq!((answer.status, answer.header("cache-control")), (StatusCode::OK, "no-store"), "{path}");
        }
        let links = browser.open("/patients").await.links("/");
        assert!(links.iter().all(|l| !l.to_lowercase().contains("whitfield") && !l.to_lowercase().contains("dana")), "{links:?}");
    }
}
