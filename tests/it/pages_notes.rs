//! The page of a note, as a browser without JavaScript uses it: answers, copies, the body chart, what workers' comp asks.

use crate::notes::visits;
use crate::support::browser::{Browser, Page};
use crate::support::chain::id;
use serde_json::json;
use tributary::auth::role::Role;

const NOTE: &[(&str, &str)] = &[
    ("subjective", "Sleeps through 5 nights of 7."),
    ("plan", "Chin tucks, twice a day."),
    ("services[0][code]", "97140"),
    ("services[0][minutes]", "53"),
];

fn path(visit: &str) -> String {
    format!("/visits/{visit}/note")
}

/// A signed note of the first visit, with what is given beside.
async fn signed(browser: &mut Browser<'_>, visit: &str, more: &[(&str, &str)]) -> Page {
    let page = browser.open(&path(visit)).await;
    let fields: Vec<(&str, &str)> = NOTE.iter().chain(more).copied().chain([("_then", "sign")]).collect();
    let signed = browser.submit(&page, &path(visit), &fields).await;
    assert!(signed.words().contains("Note signed"), "{}", signed.words());
    signed
}

/// The place of an instrument in the form.
fn at(page: &Page, instrument: &str) -> usize {
    (0..12).find(|n| page.value(&format!("measures[{n}][instrument]")).as_deref() == Some(instrument)).expect("it is asked for")
}

crate::both_databases! {
    async fn the_ten_answers_of_an_index_are_typed_one_by_one_and_added_up(t: &TestApp) {
        let visit = visits(t, 1).await.remove(0);
        let mut browser = t.signed_in(Role::Owner).await;
        let page = browser.open(&path(&visit)).await;
        assert!(page.words().contains("Answer by answer") && page.words().contains("Concentration"), "{}", page.words());
        let n = at(&page, "ndi");
        let names: Vec<String> = (0..9).map(|k| format!("measures[{n}][items][{k}]")).collect();
        let answers: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "2")).collect();
        let draft = browser.submit(&page, &path(&visit), &answers).await;
        assert!(draft.words().contains("18 of 50, 40%"), "{}", draft.words());
        let n = at(&draft, "ndi");
        assert_eq!(draft.value(&format!("measures[{n}][items][3]")).as_deref(), Some("2"));
        assert_eq!(draft.value(&format!("measures[{n}][value]")).as_deref(), Some(""));
        let wrong = browser.submit(&draft, &path(&visit), &[(&format!("measures[{n}][items][3]"), "7")]).await;
        assert_eq!((wrong.status.as_u16(), wrong.all(".answers .err")), (422, vec!["NDI Reading: answer 0 to 5".to_string()]));
        let fields: Vec<(&str, &str)> = NOTE.iter().copied().chain([("_then", "sign")]).collect();
        let signed = browser.submit(&draft, &path(&visit), &fields).await;
        assert!(signed.words().contains("9 of 10 items answered 40% moderate disability"), "{}", signed.words());
    }

    async fn a_questionnaire_that_nobody_asked_yet_is_asked_by_its_button_and_what_was_typed_is_kept(t: &TestApp) {
        let visit = visits(t, 1).await.remove(0);
        let mut browser = t.signed_in(Role::Owner).await;
        let page = browser.open(&path(&visit)).await;
        let asked = browser.submit(&page, &path(&visit), &[("subjective", "Sore."), ("_ask", "lefs")]).await;
        assert_eq!((asked.path.as_str(), asked.value("subjective").as_deref()), (format!("{}?ask=lefs", path(&visit)).as_str(), Some("Sore.")));
        let n = at(&asked, "lefs");
        assert!(asked.has(&format!("[name='measures[{n}][items][19]']")) && !asked.has(&format!("[name='measures[{n}][items][20]']")));
        assert!(browser.open(&format!("{}?ask=nothing", path(&visit))).await.status.is_success());
    }

    async fn the_last_value_and_the_way_so_far_stand_beside_each_measure_in_numbers(t: &TestApp) {
        let visits = visits(t, 3).await;
        let mut browser = t.signed_in(Role::Owner).await;
        signed(&mut browser, &visits[0], &[("measures[0][value]", "7")]).await;
        let one = browser.open(&path(&visits[1])).await;
        assert!(one.words().contains("was 7") && !one.has(".meas .spark"), "one value is no line");
        signed(&mut browser, &visits[1], &[("measures[0][value]", "4")]).await;
        let page = browser.open(&path(&visits[2])).await;
        assert!(page.words().contains("was 4") && page.words().contains("So far 7, 4 (Mar 2 to Mar 2), −3 since Mar 2 and meaningful (2 or more)"), "{}", page.words());
        assert_eq!(page.all(".meas .spark").len(), 1);
        let read = signed(&mut browser, &visits[2], &[("measures[0][value]", "7")]).await;
        assert!(read.words().contains("Pain now 7 7, 4, 7 (Mar 2 to Mar 2), the same as on Mar 2"), "{}", read.words());
        assert!(read.has("td .spark[aria-hidden=true]"));
    }

    async fn the_plan_of_the_last_note_is_copied_by_a_button_marked_and_named_when_signing(t: &TestApp) {
        let visits = visits(t, 2).await;
        let mut browser = t.signed_in(Role::Owner).await;
        signed(&mut browser, &visits[0], &[]).await;
        let page = browser.open(&path(&visits[1])).await;
        assert!(page.words().contains("Copied text is marked until you change it"));
        let copied = browser.submit(&page, &path(&visits[1]), &[("assessment", "Better."), ("copy", "plan")]).await;
        assert_eq!((copied.value("plan").as_deref(), copied.value("assessment").as_deref()), (Some("Chin tucks, twice a day."), Some("Better.")));
        assert!(copied.all(".copied")[0].contains("Copied from Mar 2"), "{:?}", copied.all(".copied"));
        let minutes = [("services[0][code]", "97140"), ("services[0][minutes]", "30"), ("_then", "sign")];
        let refused = browser.submit(&copied, &path(&visits[1]), &minutes).await;
        assert_eq!(refused.status, 422);
        assert!(refused.all(".errsum li")[0].starts_with("Home care and plan is copied from Mar 2 and was not touched"), "{}", refused.words());
        assert!(refused.has(".copied input[name=confirmed]") && refused.links("#f-plan").len() == 1, "{}", refused.words());
        let fields: Vec<(&str, &str)> = minutes.iter().copied().chain([("confirmed", "plan")]).collect();
        let signed = browser.submit(&refused, &path(&visits[1]), &fields).await;
        assert!(signed.words().contains("Carried on from Mar 2, read again and signed: home care and plan."), "{}", signed.words());
    }

    async fn a_copied_part_that_is_changed_loses_its_mark(t: &TestApp) {
        let visits = visits(t, 2).await;
        let mut browser = t.signed_in(Role::Owner).await;
        signed(&mut browser, &visits[0], &[]).await;
        let page = browser.open(&path(&visits[1])).await;
        let copied = browser.submit(&page, &path(&visits[1]), &[("copy", "subjective, objective, body, assessment, plan, work_status, restrictions")]).await;
        assert_eq!(copied.all(".copied").len(), 2, "empty parts are not copied: {}", copied.words());
        let changed = browser.submit(&copied, &path(&visits[1]), &[("plan", "Chin tucks, once a day.")]).await;
        assert_eq!(changed.all(".copied").len(), 1, "{}", changed.words());
        assert!(changed.has(".copied input[value=subjective]"));
    }

    async fn a_region_is_marked_without_javascript_and_stands_in_the_signed_note(t: &TestApp) {
        let visits = visits(t, 2).await;
        let mut browser = t.signed_in(Role::Owner).await;
        let page = browser.open(&path(&visits[0])).await;
        let zones = page.all("svg.figure input[type=checkbox].zone").len();
        assert_eq!((zones, page.all(".spots li[hidden]").len()), (tributary::care::body::regions().count(), zones), "each has its row for a word");
        let place = tributary::care::body::regions().position(|r| r.code == "shoulder_top_right").expect("a region");
        let (region, word) = (format!("body[{place}][region]"), format!("body[{place}][word]"));
        let draft = browser.submit(&page, &path(&visits[0]), &[(&region, "shoulder_top_right")]).await;
        assert_eq!(draft.all(".spots li:not([hidden])"), ["Top of the shoulder, right"]);
        assert!(draft.has(".zone[value=shoulder_top_right][checked]") && draft.has("details.bodymap[open]"));
        let worded = browser.submit(&draft, &path(&visits[0]), &[(&word, "tight, tender")]).await;
        let fields: Vec<(&str, &str)> = NOTE.iter().copied().chain([("_then", "sign")]).collect();
        let signed = browser.submit(&worded, &path(&visits[0]), &fields).await;
        assert_eq!(signed.all(".bodymap.read .spots li"), ["Top of the shoulder, right tight, tender"], "{}", signed.words());
        assert!(signed.all("svg rect.m").len() == 1 && !signed.has(".zone"), "it is read, not tapped");
        // The next note offers it again.
        let next = browser.open(&path(&visits[1])).await;
        let same = browser.submit(&next, &path(&visits[1]), &[("copy", "body")]).await;
        assert!(same.has(".zone[value=shoulder_top_right][checked]") && same.value(&word).as_deref() == Some("tight, tender"), "{}", same.words());
    }

    async fn what_holds_recovery_back_can_be_opened_by_who_treats_and_is_asked_by_workers_comp(t: &TestApp) {
        let visit = visits(t, 1).await.remove(0);
        let mut browser = t.signed_in(Role::Owner).await;
        let page = browser.open(&path(&visit)).await;
        assert!(page.has("details:not([open]) [name=work_status]"), "no one asks: it waits behind its heading");
        let told = browser.submit(&page, &path(&visit), &[("restrictions", "No overhead work.")]).await;
        assert!(told.has("details[open] [name=restrictions]"), "what is written is shown");
        let doctor = t.doctor("Marcus", "Feld").await;
        let fund = t.payer_of("workers_comp", "837p", "State Fund", crate::support::chain::sheet()).await;
        let mut new = crate::support::chain::slip(&doctor, &fund, "Reed", "2026-02-20");
        new["coverage"] = json!({ "payer": fund, "claim_no": "BC-1", "injured_on": "2026-02-19" });
        let referral = t.done("/api/v1/referrals", new).await;
        let comp = id(&t.attended(&referral, "2026-03-02").await);
        let page = browser.open(&path(&comp)).await;
        assert!(page.words().contains("State Fund also asks") && page.has("fieldset [name=work_status]") && !page.has("details [name=work_status]"));
        let read = signed(&mut browser, &comp, &[("work_status", "Light duty."), ("restrictions", "No overhead work.")]).await;
        assert!(read.words().contains("Work now: Light duty.") && read.words().contains("Held back by: No overhead work."), "{}", read.words());
    }
}
