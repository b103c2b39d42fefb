//! The pages of visits and notes, as a browser without JavaScript uses them.

use crate::support::TestApp;
use crate::support::browser::{Browser, Page};
use crate::support::chain::id;
use poem::http::Method;
use serde_json::{Value, json};
use tributary::auth::role::Role;

/// A referral of the owner's patient with an order of so many visits.
async fn referral(t: &TestApp, visits: i64) -> Value {
    t.fees().await;
    let doctor = t.doctor("Priya", "Raman").await;
    let payer = t.payer("Cascade Health").await;
    let mut new = crate::support::chain::slip(&doctor, &payer, "Marsh", "2026-02-20");
    new["prescription"]["visits"] = json!(visits);
    t.done("/api/v1/referrals", new).await
}

/// What is typed into a note.
const NOTE: &[(&str, &str)] = &[
    ("subjective", "Sleeps through 5 nights of 7."),
    ("plan", "Chin tucks, twice a day."),
    ("measures[0][value]", "3"),
    ("services[0][code]", "97140"),
    ("services[0][minutes]", "53"),
];

/// What `draft.js` sends while somebody types.
async fn autosaved(browser: &mut Browser<'_>, page: &Page, visit: &str, version: &str, fields: &[(&str, &str)]) -> (u16, Value) {
    let mut body = form_urlencoded::Serializer::new(String::new());
    body.append_pair("csrf", &page.value("csrf").expect("a token"))
        .append_pair("_once", "the-key-of-this-form")
        .append_pair("version", version);
    body.extend_pairs(fields);
    let answer = browser.request(Method::POST, &format!("/visits/{visit}/note/draft"), Some(body.finish())).await;
    (answer.status.as_u16(), serde_json::from_slice(&answer.body).unwrap_or_default())
}

crate::both_databases! {
    async fn a_visit_is_booked_and_one_past_the_order_is_taken_with_its_warning(t: &TestApp) {
        let referral = referral(t, 1).await;
        let mut browser = t.signed_in(Role::FrontDesk).await;
        let page = browser.open(&format!("/visits/new?referral={}", id(&referral))).await;
        let first = browser.submit(&page, "/visits/new", &[("visit_on", "3/2"), ("starts_at", "9:45"), ("ends_at", "10:45"), ("state", "attended")]).await;
        assert_eq!((first.status.as_u16(), first.all("h1")), (200, vec!["Monday, March 2".to_string()]), "{}", first.words());
        assert!(!first.words().contains("No order covers it"));
        let page = browser.open(&format!("/visits/new?referral={}", id(&referral))).await;
        assert!(page.all(".note strong")[0].contains("The next one is not."));
        let wrong = browser.submit(&page, "/visits/new", &[("visit_on", ""), ("starts_at", "noonish")]).await;
        assert_eq!((wrong.status.as_u16(), wrong.all("#f-visit-on-e")), (422, vec!["Enter the day of the visit".to_string()]));
        assert_eq!(wrong.value("starts_at").as_deref(), Some("noonish"));
        let second = browser.submit(&page, "/visits/new", &[("visit_on", "3/5"), ("starts_at", "1:30")]).await;
        assert!(second.all(".toast")[0].contains("Visit booked. This would be visit 2 of 1, or past the order's last day. No order covers it"));
        let plain = browser.open(&second.path).await;
        assert!(!plain.has(".toast") && plain.all(".note strong")[0].contains("No order covers it"), "the page goes on saying it");
    }

    async fn a_visit_form_that_is_sent_twice_makes_one_visit(t: &TestApp) {
        let referral = referral(t, 12).await;
        let mut browser = t.signed_in(Role::FrontDesk).await;
        let page = browser.open(&format!("/visits/new?referral={}", id(&referral))).await;
        let first = browser.submit(&page, "/visits/new", &[("visit_on", "3/3")]).await;
        let second = browser.submit(&page, "/visits/new", &[("visit_on", "3/3")]).await;
        assert_eq!((first.status.as_u16(), &first.path), (200, &second.path));
        assert_eq!(t.read("/api/v1/visits").await["items"].as_array().map(Vec::len), Some(1));
    }

    async fn whom_a_visit_is_for_is_asked_by_name_and_then_by_referral(t: &TestApp) {
        let first = referral(t, 12).await;
        let mut browser = t.signed_in(Role::FrontDesk).await;
        let page = browser.open("/visits/new").await;
        let unknown = browser.submit(&page, "/visits/new/whom", &[("patient_name", "Xu")]).await;
        assert_eq!(unknown.status, 422);
        assert!(unknown.all("#f-patient-name-e")[0].contains("No patient is called"));
        let only = browser.submit(&page, "/visits/new/whom", &[("patient_name", "marsh")]).await;
        assert_eq!(only.value("referral"), Some(id(&first)), "{}", only.words());
        let again = json!({ "patient": first["patient"]["id"], "received_on": "2026-03-02", "complaint": "Hip" });
        let second = t.done("/api/v1/referrals", again).await;
        let both = browser.submit(&page, "/visits/new/whom", &[("patient_name", "marsh")]).await;
        assert_eq!(both.all("tbody th a"), ["Hip", "Neck"]);
        assert!(both.links("/visits/new?referral=").contains(&format!("/visits/new?referral={}", id(&second))));
    }

    async fn a_visit_is_moved_by_its_page_and_by_the_days_list_and_can_be_taken_back(t: &TestApp) {
        let referral = referral(t, 12).await;
        let new = json!({ "referral": id(&referral), "visit_on": "2026-03-02", "starts_at": "9:45" });
        let visit = id(&t.done("/api/v1/visits", new).await);
        let mut browser = t.signed_in(Role::FrontDesk).await;
        let day = browser.open("/visits?day=today").await;
        assert_eq!((day.all("h1"), day.all("tbody th a")), (vec!["Visits today".to_string()], vec!["Nora Marsh".to_string()]));
        let here = browser.submit(&day, &format!("/visits/{visit}/arrive"), &[]).await;
        assert_eq!((here.path.as_str(), here.all("tbody .chip")), ("/visits?day=2026-03-02", vec!["Here".to_string()]));
        let missed = browser.submit(&here, &format!("/visits/{visit}/no-show"), &[]).await;
        assert!(missed.all(".toast")[0].contains("It uses no visit of the order"));
        assert_eq!(missed.all("tbody .chip"), ["Did not come"]);
        let undone = browser.submit(&missed, &format!("/visits/{visit}/take-back"), &[]).await;
        assert_eq!(undone.all("tbody .chip"), ["Booked"], "{}", undone.words());
        let page = browser.open(&format!("/visits/{visit}")).await;
        let late = browser.submit(&page, &format!("/visits/{visit}/cancel"), &[("moved[why]", "Ill"), ("moved[late]", "yes")]).await;
        assert!(late.words().contains("Cancelled late") && late.words().contains("Ill"), "{}", late.words());
        let silent = browser.submit(&late, &format!("/visits/{visit}/take-back"), &[("moved[why]", "")]).await;
        assert_eq!((silent.status.as_u16(), silent.all("#f-moved-why-e")), (422, vec!["Say why this is taken back".to_string()]));
        let back = browser.submit(&silent, &format!("/visits/{visit}/take-back"), &[("moved[why]", "Wrong patient")]).await;
        assert!(back.words().contains("Back to booked"), "{}", back.words());
        assert!(browser.open("/visits?day=someday").await.words().contains("is not a day; today is shown"));
        assert_eq!(browser.open("/visits?day=3/3").await.all("h1"), ["Visits on Tuesday, March 3"]);
    }

    async fn a_visit_is_changed_by_its_page_with_both_versions_shown_where_somebody_was_faster(t: &TestApp) {
        let referral = referral(t, 12).await;
        let visit = id(&t.attended(&referral, "2026-03-02").await);
        let path = format!("/visits/{visit}");
        let mut browser = t.signed_in(Role::FrontDesk).await;
        let page = browser.open(&path).await;
        assert_eq!(page.value("starts_at").as_deref(), Some("10:00 am"));
        let saved = browser.submit(&page, &path, &[("starts_at", "9:15"), ("services[0][code]", "97140"), ("services[0][minutes]", "53")]).await;
        assert!(saved.words().contains("Visit saved") && saved.words().contains("53 minutes make 4 units"), "{}", saved.words());
        let stale = browser.submit(&page, &path, &[("starts_at", "8:00")]).await;
        assert_eq!((stale.status.as_u16(), stale.has("table.clash")), (409, true), "{}", stale.words());
        assert_eq!(stale.value("starts_at").as_deref(), Some("8:00"));
        t.post(Role::Owner, "/api/v1/notes", json!({ "visit": visit, "subjective": "Fine.", "services": [{ "code": "97140", "minutes": 53 }] })).await;
        let note = t.read("/api/v1/notes").await["items"][0].clone();
        t.done(&format!("/api/v1/notes/{}/sign", id(&note)), json!({})).await;
        let locked = browser.open(&path).await;
        assert!(locked.words().contains("Locked by the signature") && locked.value("services[0][minutes]").is_none());
        let claim = t.read("/api/v1/claims").await["items"][0].clone();
        assert_eq!(t.read(&format!("/api/v1{path}")).await["claims"], json!([{ "id": claim["id"], "number": claim["number"], "state": "draft" }]));
        assert_eq!(locked.links("/claims/"), [format!("/claims/{}", id(&claim))], "the visit leads to its claim");
        let refused = browser.submit(&saved, &path, &[("services[0][minutes]", "15")]).await;
        assert!(refused.status == 409 && refused.words().contains("write an addendum"), "{}", refused.words());
        assert_eq!(t.count("select minutes from visit_service").await, 53);
    }

    async fn a_note_is_written_kept_as_a_draft_and_signed_on_one_page(t: &TestApp) {
        let referral = referral(t, 12).await;
        let visit = id(&t.attended(&referral, "2026-03-02").await);
        let path = format!("/visits/{visit}/note");
        let mut browser = t.signed_in(Role::Owner).await;
        let page = browser.open(&path).await;
        assert_eq!(page.all("h1"), ["Note for visit 1"]);
        assert!(page.words().contains("The order Ordered by Dr. Priya Raman"), "the first note shows the order: {}", page.words());
        assert!(page.words().contains("Neck rotation, left") && page.words().contains("Neck disability index"));
        assert!(page.has("details:not([open]) [name=work_status]"), "only workers' comp asks about work by itself");
        let draft = browser.submit(&page, &path, NOTE).await;
        assert!(draft.words().contains("Draft kept") && draft.words().contains("53 minutes make 4 units 8-minute rule"), "{}", draft.words());
        assert_eq!((draft.value("measures[0][value]").as_deref(), draft.value("version").as_deref()), (Some("3"), Some("1")));
        let signed = browser.submit(&draft, &path, &[("_then", "sign"), ("assessment", "Better.")]).await;
        let words = signed.words();
        assert!(words.contains("Note signed") && words.contains("by Maya Ortiz") && !signed.has("form[data-draft]"), "{words}");
        for said in ["Sleeps through 5 nights of 7.", "Better.", "Pain now 3", "Manual therapy 97140 53 4"] {
            assert!(words.contains(said), "{said}: {words}");
        }
        assert_eq!(t.read("/api/v1/claims").await["items"].as_array().map(Vec::len), Some(1));
        // The second note has the first beside it, the last value beside each measure, and its codes without minutes.
        let second = id(&t.attended(&referral, "2026-03-02").await);
        let page = browser.open(&format!("/visits/{second}/note")).await;
        assert!(page.words().contains("Last note: Mar 2, signed") && page.words().contains("was 3"), "{}", page.words());
        assert_eq!((page.value("services[0][code]").as_deref(), page.value("services[0][minutes]").as_deref()), (Some("97140"), Some("")));
    }

    async fn what_workers_comp_asks_about_work_is_asked_there_alone(t: &TestApp) {
        t.fees().await;
        let doctor = t.doctor("Priya", "Raman").await;
        let payer = t.payer_of("workers_comp", "837p", "State Fund", crate::support::chain::sheet()).await;
        let mut new = crate::support::chain::slip(&doctor, &payer, "Marsh", "2026-02-20");
        new["coverage"] = json!({ "payer": payer, "claim_no": "BC-1", "injured_on": "2026-02-19" });
        let referral = t.done("/api/v1/referrals", new).await;
        let visit = id(&t.attended(&referral, "2026-03-02").await);
        let page = t.signed_in(Role::Owner).await.open(&format!("/visits/{visit}/note")).await;
        assert!(page.words().contains("State Fund also asks") && page.has("[name=work_status]"));
    }

    async fn a_number_that_is_wrong_stands_by_its_field_and_the_note_is_kept_as_typed(t: &TestApp) {
        let referral = referral(t, 12).await;
        let visit = id(&t.attended(&referral, "2026-03-02").await);
        let path = format!("/visits/{visit}/note");
        let mut browser = t.signed_in(Role::Owner).await;
        let page = browser.open(&path).await;
        let index = (0..9).find(|n| page.value(&format!("measures[{n}][instrument]")).as_deref() == Some("ndi")).expect("an index is asked for");
        let (value, answered) = (format!("measures[{index}][value]"), format!("measures[{index}][answered]"));
        let wrong = [("measures[0][value]", "11"), (value.as_str(), "12"), (answered.as_str(), "7")];
        let fields: Vec<(&str, &str)> = NOTE.iter().copied().filter(|(n, _)| *n != "measures[0][value]").chain(wrong).chain([("_then", "sign")]).collect();
        let again = browser.submit(&page, &path, &fields).await;
        assert_eq!((again.status.as_u16(), again.all(".errsum h2")), (422, vec!["2 things to fix".to_string()]), "{}", again.words());
        let said = again.all(".meas .err");
        assert_eq!(said, ["Enter a whole number from 0 to 10", "7 of 10 items answered: not scoreable. At least 8 are needed"]);
        assert_eq!((again.value("measures[0][value]").as_deref(), again.value("subjective").as_deref()), (Some("11"), Some("Sleeps through 5 nights of 7.")));
        assert_eq!(t.count("select count(*) from note").await, 0);
        let empty = browser.submit(&page, &path, &[("_then", "sign")]).await;
        assert!(empty.status == 422 && empty.words().contains("Write what happened before you sign"), "{}", empty.words());
        assert_eq!(t.count("select count(*) from note").await, 0, "what cannot be signed is not half saved");
    }

    async fn two_tabs_with_one_note_are_both_shown_and_nothing_is_lost(t: &TestApp) {
        let referral = referral(t, 12).await;
        let visit = id(&t.attended(&referral, "2026-03-02").await);
        let path = format!("/visits/{visit}/note");
        let mut browser = t.signed_in(Role::Owner).await;
        let one = browser.open(&path).await;
        let two = browser.open(&path).await;
        browser.submit(&one, &path, &[("subjective", "Written in the first tab."), ("measures[0][value]", "4")]).await;
        let clash = browser.submit(&two, &path, &[("subjective", "Written in the second tab."), ("measures[0][value]", "5")]).await;
        assert_eq!(clash.status, 409);
        let table = clash.all("table.clash tbody tr").join(" | ");
        for said in ["Written in the first tab.", "Written in the second tab.", "Pain now: 4", "Pain now: 5"] {
            assert!(table.contains(said), "{said}: {table}");
        }
        assert_eq!(clash.value("subjective").as_deref(), Some("Written in the second tab."));
        let kept = browser.submit(&clash, &path, &[("subjective", "Both, put together.")]).await;
        assert_eq!((kept.status.as_u16(), kept.value("subjective").as_deref()), (200, Some("Both, put together.")), "{}", kept.words());
        let late = browser.submit(&two, &path, &[("subjective", "Too late."), ("_then", "sign")]).await;
        assert_eq!(late.status, 409);
        let now = browser.open(&path).await;
        browser.submit(&now, &path, &[("services[0][code]", "97140"), ("services[0][minutes]", "30"), ("_then", "sign")]).await;
        let after = browser.submit(&now, &path, &[("subjective", "After the signature."), ("_once", "another-key")]).await;
        assert!(after.status == 409 && after.words().contains("After the signature.") && after.words().contains("Both, put together."), "{}", after.words());
        assert_eq!(t.read("/api/v1/notes").await["items"][0]["subjective"], "Both, put together.");
    }

    async fn a_draft_saves_itself_while_it_is_typed_and_is_there_after_a_lost_session(t: &TestApp) {
        let referral = referral(t, 12).await;
        let visit = id(&t.attended(&referral, "2026-03-02").await);
        let path = format!("/visits/{visit}/note");
        let mut browser = t.signed_in(Role::Owner).await;
        let page = browser.open(&path).await;
        let (status, said) = autosaved(&mut browser, &page, &visit, "", &[("subjective", "Sleeps thr")]).await;
        assert_eq!((status, said["version"].as_i64()), (200, Some(1)), "{said}");
        // The same form goes on with the version it was given; a number in the middle of being typed holds nothing up.
        let typing = [("subjective", "Sleeps through."), ("measures[0][instrument]", "nprs"), ("measures[0][label]", "now"), ("measures[0][value]", "11")];
        let (status, said) = autosaved(&mut browser, &page, &visit, "1", &typing).await;
        assert_eq!((status, said["version"].as_i64()), (200, Some(2)), "{said}");
        assert!(said["message"].as_str().expect("words").contains("from 0 to 10"));
        let (status, said) = autosaved(&mut browser, &page, &visit, "1", &[("subjective", "From another tab.")]).await;
        assert!(status == 409 && said["message"].as_str().expect("words").contains("saved in another tab"), "{said}");
        t.at("2026-03-02T09:20:00-08:00");
        let (status, _) = autosaved(&mut browser, &page, &visit, "2", &[("subjective", "Nobody is signed in.")]).await;
        assert_eq!(status, 303, "a script does not follow: it sees that it is signed out");
        let login = browser.open(&path).await;
        assert!(login.path.starts_with("/login?to="), "{}", login.path);
        let fields = [("email", "owner@willow.example"), ("password", crate::support::PASSWORD)];
        let back = browser.submit(&login, "/login", &fields).await;
        assert_eq!((back.path.as_str(), back.value("subjective").as_deref()), (path.as_str(), Some("Sleeps through.")), "{}", back.words());
    }

    async fn a_note_that_is_signed_twice_by_an_impatient_finger_is_signed_once(t: &TestApp) {
        let referral = referral(t, 12).await;
        let visit = id(&t.attended(&referral, "2026-03-02").await);
        let path = format!("/visits/{visit}/note");
        let mut browser = t.signed_in(Role::Owner).await;
        let page = browser.open(&path).await;
        let fields: Vec<(&str, &str)> = NOTE.iter().copied().chain([("_then", "sign")]).collect();
        for _ in 0..2 {
            let signed = browser.submit(&page, &path, &fields).await;
            assert_eq!((signed.status.as_u16(), signed.all("h1 + .chip")), (200, vec!["Signed".to_string()]), "{}", signed.words());
        }
        assert_eq!(t.count("select count(*) from state_move where thing_kind = 'note' and to_state = 'signed'").await, 1);
        let signed = browser.open(&path).await;
        let action = format!("{path}/addenda");
        let empty = browser.submit(&signed, &action, &[]).await;
        assert_eq!((empty.status.as_u16(), empty.all("#f-addendum-reason-e")), (422, vec!["Say why it is added".to_string()]));
        for _ in 0..2 {
            let added = browser.submit(&signed, &action, &[("addendum[words]", "Ice for 10 minutes."), ("addendum[reason]", "Forgotten")]).await;
            assert!(added.words().contains("Ice for 10 minutes.") && added.words().contains("Sleeps through 5 nights of 7."), "{}", added.words());
        }
        assert_eq!(t.count("select count(*) from addendum").await, 1);
    }

    async fn a_note_is_no_page_for_those_who_read_none_and_reading_one_leaves_a_trace(t: &TestApp) {
        let referral = referral(t, 12).await;
        let visit = t.attended(&referral, "2026-03-02").await;
        t.signed(&visit, json!({ "services": [{ "code": "97140", "minutes": 60 }], "measures": [{ "instrument": "nprs", "label": "now", "value": 4 }] })).await;
        let (visit, referral) = (id(&visit), id(&referral));
        for role in [Role::FrontDesk, Role::Biller, Role::ReadOnly, Role::Marketer] {
            let mut browser = t.signed_in(role).await;
            let note = browser.open(&format!("/visits/{visit}/note")).await;
            assert_eq!((note.status.as_u16(), note.html.contains("looser")), (404, false), "{role}");
            for path in [format!("/referrals/{referral}"), format!("/visits/{visit}"), "/visits".into()] {
                let page = browser.open(&path).await;
                let leaks = ["looser", "Go on weekly", "Pain now", "Getting better"].iter().any(|w| page.html.contains(w));
                assert!(!leaks && !page.html.contains("/note\""), "{role} {path}");
            }
        }
        let reads = "select count(*) from audit where action = 'read' and thing_kind = 'note'";
        let before = t.count(reads).await;
        let mut owner = t.signed_in(Role::Owner).await;
        assert!(owner.open(&format!("/visits/{visit}/note")).await.words().contains("looser"));
        assert_eq!(t.count(reads).await, before + 1);
        assert!(owner.open(&format!("/referrals/{referral}")).await.words().contains("Getting better"));
        assert_eq!(t.count("select count(*) from audit where action = 'read' and thing_kind = 'measure'").await, 1);
        // Another therapist finds no note of a patient who is not theirs.
        assert_eq!(t.signed_in(Role::Therapist).await.open(&format!("/visits/{visit}/note")).await.status, 404);
    }

    async fn only_the_therapist_of_a_visit_is_given_a_form_for_its_note(t: &TestApp) {
        let referral = referral(t, 12).await;
        let jo = t.therapist("Okafor").await;
        let new = json!({ "referral": id(&referral), "visit_on": "2026-03-02", "state": "attended", "therapist": jo["id"] });
        let path = format!("/visits/{}/note", id(&t.done("/api/v1/visits", new).await));
        let mut owner = t.signed_in(Role::Owner).await;
        let page = owner.open(&path).await;
        assert!(page.words().contains("Jo Okafor, LMT writes this note") && !page.has("form[data-draft]"), "{}", page.words());
        let mut jo = t.signed_in(Role::Therapist).await;
        let mine = jo.open(&path).await;
        let draft = jo.submit(&mine, &path, NOTE).await;
        assert!(draft.words().contains("Draft kept"), "{}", draft.words());
        let read = owner.open(&path).await;
        assert!(read.words().contains("Sleeps through 5 nights of 7.") && !read.has("form[data-draft]"));
        let csrf = read.value("csrf").expect("a token");
        let fields = [("csrf".to_string(), csrf), ("_then".into(), "sign".into()), ("subjective".into(), "Mine.".into()), ("version".into(), "1".into())];
        let refused = owner.post(&path, &fields).await;
        assert_eq!(refused.status, 403, "{}", refused.words());
    }

    async fn units_are_told_while_minutes_are_typed(t: &TestApp) {
        let referral = referral(t, 12).await;
        let visit = id(&t.attended(&referral, "2026-03-02").await);
        let mut browser = t.signed_in(Role::Owner).await;
        let asked = "services[0][code]=97140&services[0][minutes]=38&services[1][code]=&services[1][minutes]=&services[2][code]=97124&services[2][minutes]=15";
        let answer = browser.request(Method::GET, &format!("/visits/{visit}/units?{asked}"), None).await;
        let cells: Value = serde_json::from_slice(&answer.body).expect("cells");
        assert_eq!((cells["0"].as_i64(), cells["1"].clone(), cells["2"].as_i64()), (Some(3), Value::Null, Some(1)));
        assert_eq!((cells["total"].as_i64(), cells["words"].as_str()), (Some(4), Some("53 minutes make 4 units")));
    }
}
