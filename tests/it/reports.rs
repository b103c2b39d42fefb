//! Reports: written from signed notes, approved by a person, never twice, never to the wrong one.

use crate::support::chain::id;
use crate::support::letters::{DOCTOR, measured};
use mail_parser::MimeHeaders;
use poem::http::Method;
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use tributary::auth::role::Role;
use tributary::entity::report;

fn path(report: &serde_json::Value, verb: &str) -> String {
    format!("/api/v1/reports/{}/{verb}", id(report))
}

crate::both_databases! {
    async fn a_progress_report_is_written_from_signed_notes_and_arrives_as_it_was_read(t: &TestApp) {
        let case = t.treated("Quist").await;
        let report = t.drafted(&case).await;
        assert_eq!((&report["state"], &report["held"]), (&json!("draft"), &json!(null)));
        let message = &report["message"];
        let text = message["text"].as_str().expect("a text");
        let said = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains("Improving after 3 of 12 visits: pain 7 to 3. Headache days a week: worse, 3 to 4."), "{text}");
        assert!(text.contains("Nora Quist, born May 4, 1980") && text.contains("M54.2 neck pain"), "{text}");
        let approved = t.approved(&report).await;
        assert_eq!(approved["state"], "queued");
        assert!(t.mails().is_empty(), "nothing leaves before the delivery");
        assert_eq!(t.delivered().await, 1);
        let mails = t.mails();
        let read = mail_parser::MessageParser::default().parse(mails[0].as_bytes()).expect("a mail");
        assert_eq!(read.subject(), message["subject"].as_str());
        assert_eq!(read.body_text(0).map(|b| b.replace("\r\n", "\n").trim_end().to_string()).as_deref(), Some(text.trim_end()));
        assert_eq!(read.body_html(0).map(|b| b.replace("\r\n", "\n")), message["html"].as_str().map(String::from));
        assert_eq!(t.state_of(&report).await, "sent");
    }

    async fn subject_file_name_and_preview_carry_nothing_about_the_patient(t: &TestApp) {
        let case = t.treated("Quist").await;
        let report = t.drafted(&case).await;
        t.approved(&report).await;
        t.delivered().await;
        let names: Vec<String> = std::fs::read_dir(t.mail_folder()).expect("a folder").map(|f| f.expect("a file").file_name().into_string().expect("text")).collect();
        let shown = [names[0].clone(), report["message"]["subject"].to_string(), report["message"]["preheader"].to_string()];
        for word in ["Quist", "Nora", "1980", "M54", "neck", "of 12"] {
            assert!(shown.iter().all(|s| !s.to_lowercase().contains(&word.to_lowercase())), "{shown:?} tells {word}");
        }
        assert!(names[0].ends_with(".eml"));
        let header = t.mails()[0].split("\r\n\r\n").next().expect("headers").to_string();
        assert_eq!((header.matches("\r\nTo: ").count(), header.matches(DOCTOR).count()), (1, 1), "{header}");
        assert!(!header.contains("Cc:") && !header.contains("Bcc:"));
    }

    async fn the_message_goes_with_its_page_as_a_pdf_that_can_be_printed_and_faxed(t: &TestApp) {
        let case = t.treated("Quist").await;
        let report = t.drafted(&case).await;
        let bearer = format!("Bearer {}", t.token(Role::Owner).await);
        let page = t.raw(Method::GET, &path(&report, "pdf"), &[("authorization", bearer.as_str())], "").await;
        assert_eq!((page.status.as_u16(), page.header("content-type")), (200, "application/pdf"));
        t.approved(&report).await;
        t.delivered().await;
        let mails = t.mails();
        let read = mail_parser::MessageParser::default().parse(mails[0].as_bytes()).expect("a mail");
        let attached: Vec<_> = read.attachments().collect();
        let [letter] = attached.as_slice() else { panic!("{} attachments", attached.len()) };
        let name = format!("progress-report-{}.pdf", report["reference"].as_str().expect("a reference"));
        assert_eq!(letter.attachment_name(), Some(name.as_str()));
        assert!(letter.contents().starts_with(b"%PDF-"));
        assert_eq!(letter.contents(), page.body.as_slice(), "what was looked at is what left");
    }

    async fn a_progress_report_that_would_take_two_pages_does_not_leave(t: &TestApp) {
        let case = t.treated("Quist").await;
        let report = t.drafted(&case).await;
        let long = "Sleeps through the night again, turns the head to both sides, and carries her child up the stairs. ".repeat(11);
        let words = json!({ "plan": long, "treatment": long, "flags": long, "ask": long, "meanwhile": long, "version": report["version"] });
        let edited = t.patch(Role::Owner, &format!("/api/v1/reports/{}", id(&report)), words).await;
        assert_eq!(edited.status, 200, "{}", edited.text());
        let edited = edited.json();
        let (status, words) = t.refused(Role::Owner, &path(&report, "approve"), json!({ "seen": edited["message"]["seen"] })).await;
        assert!(status == 409 && words.contains("of 350 words: longer than a page. Shorten"), "{status} {words}");
        assert_eq!(t.state_of(&report).await, "draft");
        assert_eq!((t.delivered().await, t.mails().len()), (0, 0));
    }

    async fn a_name_that_no_font_of_ours_can_print_still_reaches_the_doctor(t: &TestApp) {
        let case = t.treated("山田").await;
        let report = t.drafted(&case).await;
        t.approved(&report).await;
        assert_eq!(t.delivered().await, 1);
        let mails = t.mails();
        let read = mail_parser::MessageParser::default().parse(mails[0].as_bytes()).expect("a mail");
        assert_eq!(read.attachment_count(), 0);
        assert!(read.body_text(0).expect("a text").contains("山田"));
    }

    async fn an_unsigned_note_of_an_attended_visit_in_the_span_holds_the_report(t: &TestApp) {
        let case = t.treated("Quist").await;
        t.at("2026-03-20");
        let visit = t.attended(&case.referral, "2026-03-20").await;
        let report = t.drafted(&case).await;
        assert_eq!(report["held"], "The note of Mar 20 is not signed");
        let note = report["safety"].as_array().expect("checks").iter().find(|s| s["code"] == "notes").expect("notes");
        assert_eq!(note["link"], format!("/visits/{}/note", id(&visit)));
        let (status, words) = t.refused(Role::Owner, &path(&report, "approve"), json!({})).await;
        assert_eq!((status, words.as_str()), (409, "Not signed. The note of Mar 20 is not signed"));
        t.signed_note(&visit).await;
        t.approved(&report).await;
        assert_eq!(t.delivered().await, 1);
    }

    async fn an_address_that_nobody_checked_is_refused_with_the_reason(t: &TestApp) {
        let case = t.treated("Quist").await;
        let doctor = t.read(&format!("/api/v1/providers/{}", case.doctor)).await;
        let new = json!({ "emails": [{ "address": "new@northgate.example" }], "version": doctor["version"] });
        assert!(t.patch(Role::Owner, &format!("/api/v1/providers/{}", case.doctor), new).await.status.is_success());
        let report = t.drafted(&case).await;
        let (status, words) = t.refused(Role::Owner, &path(&report, "approve"), json!({})).await;
        assert_eq!(status, 409);
        assert!(words.contains("Nobody has checked new@northgate.example yet"), "{words}");
        assert_eq!(t.state_of(&report).await, "draft", "a refused approval signs nothing");
        assert_eq!(t.delivered().await, 0);
    }

    async fn a_restriction_refuses_the_report_and_leaves_the_patient_out_of_the_summary(t: &TestApp) {
        let case = t.treated("Quist").await;
        t.treated_for(&case.doctor, "Lund").await;
        let patient = case.referral["patient"]["id"].as_str().expect("a patient");
        t.done(&format!("/api/v1/patients/{patient}/restrictions"), json!({ "provider": case.doctor, "reason": "asked" })).await;
        let report = t.drafted(&case).await;
        let (status, words) = t.refused(Role::Owner, &path(&report, "approve"), json!({})).await;
        assert_eq!(status, 409);
        assert!(words.contains("Nora Quist asked that Dr. Priya Raman hears nothing"), "{words}");
        t.at("2026-04-01");
        let summary = t.done("/api/v1/reports", json!({ "provider": case.doctor, "month": "2026-03" })).await;
        let text = summary["message"]["text"].as_str().expect("a text");
        assert!(text.contains("Nora Lund") && !text.contains("Quist"), "{text}");
    }

    async fn a_restriction_after_the_signature_stops_the_summary_and_disclosures_name_whom_it_told_about(t: &TestApp) {
        let case = t.treated("Quist").await;
        let other = t.treated_for(&case.doctor, "Lund").await;
        t.at("2026-04-01");
        let summary = t.done("/api/v1/reports", json!({ "provider": case.doctor, "month": "2026-03" })).await;
        let signed = t.done(&path(&summary, "sign"), json!({})).await;
        assert!(signed["message"]["text"].as_str().expect("a text").contains("Nora Quist"));
        let patient = case.referral["patient"]["id"].as_str().expect("a patient");
        t.done(&format!("/api/v1/patients/{patient}/restrictions"), json!({ "provider": case.doctor, "reason": "asked" })).await;
        let seen = json!({ "seen": signed["message"]["seen"] });
        let (status, words) = t.refused(Role::FrontDesk, &path(&summary, "release"), seen).await;
        assert_eq!(status, 409);
        assert!(words.contains("Nora Quist asked that Dr. Priya Raman hears nothing. Take the signature back"), "{words}");
        let draft = t.done(&path(&summary, "unsign"), json!({})).await;
        assert!(draft["state"] == "draft" && !draft["message"]["text"].as_str().expect("a text").contains("Quist"), "{draft}");
        t.approved(&draft).await;
        t.delivered().await;
        let told = async |of: &Value| t.read(&format!("/api/v1/patients/{}/disclosures", of["patient"]["id"].as_str().expect("an id"))).await;
        assert_eq!(told(&case.referral).await["items"], json!([]), "nothing was told about who asked for it");
        let of_other = &told(&other.referral).await["items"][0];
        assert_eq!((&of_other["to"], &of_other["channel"], &of_other["report"]), (&json!(DOCTOR), &json!("email"), &summary["id"]));
    }

    async fn a_signed_report_keeps_its_content_and_hash_whatever_the_notes_say_later(t: &TestApp) {
        let case = t.treated("Quist").await;
        let report = t.drafted(&case).await;
        let signed = t.done(&path(&report, "sign"), json!({})).await;
        let frozen = async || {
            let row = report::Entity::find().one(&t.app.db).await.expect("asked").expect("a report");
            (row.content, row.content_hash.expect("a hash"))
        };
        let before = frozen().await;
        t.at("2026-03-23");
        let visit = t.attended(&case.referral, "2026-03-23").await;
        t.signed(&visit, measured(9, 9)).await;
        let later = t.read(&format!("/api/v1/reports/{}", id(&report))).await;
        assert_eq!(later["message"]["text"].as_str().map(|m| m.contains("pain 7 to 3")), Some(true), "{}", later["message"]["text"]);
        assert_eq!(frozen().await, before);
        t.at("2026-03-16");
        assert_eq!(t.read(&format!("/api/v1/reports/{}", id(&report))).await["message"]["text"], signed["message"]["text"]);
        let after = t.done(&path(&report, "unsign"), json!({})).await;
        assert_eq!(after["state"], "draft");
    }

    async fn a_merge_mark_that_survives_is_refused_and_nothing_is_sent(t: &TestApp) {
        let case = t.treated("Quist").await;
        let report = t.drafted(&case).await;
        let change = |words: &str| json!({ "plan": words, "version": report["version"] });
        let answer = t.patch(Role::Owner, &format!("/api/v1/reports/{}", id(&report)), change("Once a week {{ name }}")).await;
        assert_eq!(answer.status, 422);
        assert!(answer.field("/plan").contains("Write the words themselves"));
        assert!(t.patch(Role::Owner, &format!("/api/v1/reports/{}", id(&report)), change("Once a week {frequency}")).await.status.is_success());
        let (status, words) = t.refused(Role::Owner, &path(&report, "approve"), json!({})).await;
        assert_eq!(status, 409);
        assert!(words.contains("merge mark"), "{words}");
        assert_eq!(t.delivered().await, 0);
    }

    async fn a_profile_without_an_address_holds_the_report_and_says_where_to_enter_it(t: &TestApp) {
        let case = t.treated("Quist").await;
        let practice = t.read("/api/v1/practice").await;
        t.patch(Role::Owner, "/api/v1/practice", json!({ "street": "", "version": practice["version"] })).await;
        let report = t.drafted(&case).await;
        assert!(report["held"].as_str().expect("held").contains("no street, city, state and ZIP yet"), "{}", report["held"]);
        assert!(report["message"].is_null());
    }

    async fn what_was_read_is_what_is_approved(t: &TestApp) {
        let case = t.treated("Quist").await;
        let report = t.drafted(&case).await;
        let unnamed = t.post(Role::Owner, &path(&report, "approve"), json!({})).await;
        assert!(unnamed.status == 422 && unnamed.field("/seen").contains("message.seen"), "{}", unnamed.text());
        let seen = report["message"]["seen"].clone();
        t.patch(Role::Owner, &format!("/api/v1/reports/{}", id(&report)), json!({ "plan": "Twice a week.", "version": report["version"] })).await;
        let (status, words) = t.refused(Role::Owner, &path(&report, "approve"), json!({ "seen": seen })).await;
        assert_eq!(status, 409);
        assert!(words.contains("says something else by now"), "{words}");
        assert_eq!(t.delivered().await, 0);
    }

    async fn the_program_itself_releases_nothing(t: &TestApp) {
        let case = t.treated("Quist").await;
        let report = t.drafted(&case).await;
        let job = tributary::app::Actor::job();
        let refused = tributary::reports::letters::release::approve(&t.app, &job, &id(&report), &Default::default()).await;
        assert!(matches!(refused, Err(tributary::error::AppError::Forbidden(_))));
    }

    async fn the_therapist_signs_and_the_front_desk_releases_the_exact_message(t: &TestApp) {
        let case = t.treated("Quist").await;
        let report = t.drafted(&case).await;
        let read = async |role| t.get(role, &format!("/api/v1/reports/{}", id(&report))).await;
        assert_eq!(read(Role::FrontDesk).await.json()["message"], json!(null), "a draft is not theirs to read");
        assert_eq!(t.refused(Role::FrontDesk, &path(&report, "sign"), json!({})).await.0, 403);
        assert_eq!(t.refused(Role::FrontDesk, &path(&report, "approve"), json!({})).await.0, 403);
        t.done(&path(&report, "sign"), json!({})).await;
        let shown = read(Role::FrontDesk).await.json();
        let seen = shown["message"]["seen"].clone();
        assert!(seen.is_string(), "who releases reads the message");
        assert_eq!(read(Role::Biller).await.json()["message"], json!(null), "the biller sees how it stands, not what it says");
        assert_eq!(t.refused(Role::Biller, &path(&report, "release"), json!({ "seen": seen })).await.0, 403);
        for role in [Role::Marketer, Role::ReadOnly] {
            assert_eq!(read(role).await.status, 404, "{role}");
        }
        assert!(t.post(Role::FrontDesk, &path(&report, "release"), json!({ "seen": seen })).await.status.is_success());
        assert_eq!(t.delivered().await, 1);
    }

    async fn a_therapist_sees_the_reports_about_own_patients_only(t: &TestApp) {
        let case = t.treated("Quist").await;
        let report = t.drafted(&case).await;
        let address = format!("/api/v1/reports/{}", id(&report));
        assert_eq!(t.get(Role::Therapist, &address).await.status, 404);
        assert_eq!(t.post(Role::Therapist, "/api/v1/reports", json!({ "provider": case.doctor, "month": "2026-03" })).await.status, 403);
        assert_eq!(t.get(Role::Therapist, "/api/v1/reports").await.json()["items"], json!([]));
    }

    async fn after_one_visit_a_report_tells_what_was_measured_and_no_change(t: &TestApp) {
        t.at("2026-03-02");
        t.fees().await;
        let doctor = t.reachable_doctor("Raman", DOCTOR).await;
        let payer = t.payer("Cascade Health").await;
        let referral = t.referral(&doctor, &payer, "Quist", "2026-03-02").await;
        t.signed(&t.attended(&referral, "2026-03-02").await, measured(7, 3)).await;
        let report = t.done("/api/v1/reports", json!({ "referral": id(&referral) })).await;
        let message = t.read(&format!("/api/v1/reports/{}", id(&report))).await["message"].clone();
        let text = message["text"].as_str().unwrap_or_default();
        let head = format!("WHAT WAS MEASURED\n{:>39}\n", "Mar 2");
        for words in [head.as_str(), "Measured once so far\n", "\nTREATMENT\n", "53 minutes."] {
            assert!(text.contains(words), "{words}: {text}");
        }
        let not = ["Start", "Change", "CHANGED", "on average", "GOALS"];
        assert!(not.iter().all(|words| !text.contains(words)), "{text}");
        let html = message["html"].as_str().unwrap_or_default();
        assert!(html.contains("What was measured") && !html.contains("Change</th>") && !html.contains("Start<br"), "{html}");
    }

    async fn a_report_about_the_same_notes_goes_once_and_a_new_note_makes_the_next(t: &TestApp) {
        let case = t.treated("Quist").await;
        let report = t.drafted(&case).await;
        assert_eq!(t.drafted(&case).await["id"], report["id"], "one draft an episode and doctor");
        t.approved(&report).await;
        t.delivered().await;
        let again = t.drafted(&case).await;
        assert_ne!(again["id"], report["id"]);
        let (status, words) = t.refused(Role::Owner, &path(&again, "approve"), json!({})).await;
        assert_eq!(status, 409);
        assert!(words.contains("These notes were reported to this doctor"), "{words}");
        t.at("2026-03-23");
        let visit = t.attended(&case.referral, "2026-03-23").await;
        t.signed_note(&visit).await;
        t.approved(&again).await;
        assert_eq!(t.delivered().await, 1);
        let text = t.read(&format!("/api/v1/reports/{}", id(&again))).await["message"]["text"].as_str().expect("a text").to_string();
        assert!(text.contains("Last") && text.contains("Mar 16"), "the value at the last report stands between: {text}");
    }

    async fn re_running_a_month_drafts_and_sends_nothing_twice(t: &TestApp) {
        let case = t.treated("Quist").await;
        let quiet = t.reachable_doctor("Silent", "silent@harbor.example").await;
        t.at("2026-04-01");
        let run = async || t.done("/api/v1/reports/summaries", json!({ "month": "2026-03" })).await;
        let first = run().await;
        assert_eq!((first["drafted"].as_array().map(Vec::len), first["there"].as_array().map(Vec::len)), (Some(1), Some(0)), "{first}");
        assert_eq!(first["drafted"][0]["id"], case.doctor.as_str());
        let again = run().await;
        assert_eq!((again["drafted"].as_array().map(Vec::len), again["there"].as_array().map(Vec::len)), (Some(0), Some(1)), "{again}");
        let summary = t.read("/api/v1/reports?kind=monthly_summary").await["items"][0].clone();
        t.approved(&summary).await;
        t.delivered().await;
        run().await;
        assert_eq!(t.delivered().await, 0);
        assert_eq!((t.mails().len(), t.refused(Role::Owner, &path(&summary, "approve"), json!({})).await.0), (1, 409));
        assert!(!first.to_string().contains(&quiet), "who never sent anybody gets nothing");
    }

    async fn a_doctor_says_whether_a_quiet_month_is_told_and_the_practice_says_it_for_the_others(t: &TestApp) {
        let case = t.treated("Quist").await;
        let doctor = format!("/api/v1/providers/{}", case.doctor);
        t.at("2026-06-01");
        let drafted = async |month: &str| t.done("/api/v1/reports/summaries", json!({ "month": month })).await["drafted"].as_array().map(Vec::len);
        assert_eq!((drafted("2026-04").await, &t.read(&doctor).await["summary_when_quiet"]), (Some(0), &json!(null)), "nothing happened");
        t.changed(&doctor, json!({ "summary_when_quiet": "yes" })).await;
        assert_eq!(drafted("2026-04").await, Some(1));
        t.changed("/api/v1/practice", json!({ "summary_when_quiet": "yes" })).await;
        t.changed(&doctor, json!({ "summary_when_quiet": "no" })).await;
        assert_eq!((drafted("2026-05").await, &t.read(&doctor).await["summary_when_quiet"]), (Some(0), &json!("no")));
        t.changed(&doctor, json!({ "summary_when_quiet": "" })).await;
        assert_eq!(drafted("2026-05").await, Some(1), "as the practice says");
        let version = t.read(&doctor).await["version"].clone();
        let wrong = t.patch(Role::Owner, &doctor, json!({ "summary_when_quiet": "sometimes", "version": version })).await;
        assert!(wrong.status == 422 && !wrong.field("/summary_when_quiet").is_empty(), "{}", wrong.text());
    }

    async fn a_monthly_summary_shows_all_patients_of_one_doctor_and_of_no_other_and_no_money(t: &TestApp) {
        let case = t.treated("Quist").await;
        let other = t.reachable_doctor("Feld", "feld@harbor.example").await;
        t.treated_for(&other, "Marsh").await;
        t.treated_for(&case.doctor, "Lund").await;
        t.at("2026-04-01");
        let summary = t.done("/api/v1/reports", json!({ "provider": case.doctor, "month": "2026-03" })).await;
        let text = summary["message"]["text"].as_str().expect("a text");
        assert!(text.contains("2 of your patients in March: 2 active. Two are better."), "{text}");
        assert!(text.contains("Nora Quist") && text.contains("Nora Lund") && !text.contains("Marsh"), "{text}");
        assert!(text.contains("3 of 3") && text.contains("7 → 3") && !text.contains('$'), "{text}");
        assert_eq!(summary["message"]["patients"], 2);
    }

    async fn a_sent_report_is_amended_as_a_new_version_that_names_what_it_replaces(t: &TestApp) {
        let case = t.treated("Quist").await;
        let report = t.drafted(&case).await;
        t.approved(&report).await;
        t.delivered().await;
        let before = t.mails();
        let version = t.done(&path(&report, "amend"), json!({ "why": "The side was wrong" })).await;
        assert_eq!((&version["version_no"], &version["replaces"]), (&json!(2), &report["id"]));
        assert_eq!(t.refused(Role::Owner, &path(&report, "amend"), json!({ "why": "again" })).await.0, 409, "one version at a time");
        t.approved(&version).await;
        t.delivered().await;
        let mails = t.mails();
        assert_eq!(mails.len(), 2);
        assert!(mails.iter().any(|m| *m == before[0]), "what was sent stays as it was");
        let text = t.read(&format!("/api/v1/reports/{}", id(&version))).await["message"]["text"].as_str().expect("a text").to_string();
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains("CORRECTED. It takes the place of what we sent on March 16, 2026. The side was wrong."), "{text}");
    }

    async fn a_skipped_report_says_why_and_a_report_nobody_may_get_goes_to_nobody(t: &TestApp) {
        let case = t.treated("Quist").await;
        let report = t.drafted(&case).await;
        assert_eq!(t.post(Role::Owner, &path(&report, "skip"), json!({})).await.field("/why"), "Say why it is not sent");
        t.done(&path(&report, "skip"), json!({ "why": "told on the phone" })).await;
        assert_eq!(t.refused(Role::Owner, &path(&report, "approve"), json!({})).await.0, 409);
        let stranger = t.reachable_doctor("Stranger", "stranger@harbor.example").await;
        let answer = t.post(Role::Owner, "/api/v1/reports", json!({ "referral": id(&case.referral), "provider": stranger })).await;
        assert_eq!(answer.status, 422);
        assert!(answer.field("/provider").contains("neither sent nor ordered"));
    }

    async fn two_people_who_change_a_report_at_once_see_both_texts(t: &TestApp) {
        let case = t.treated("Quist").await;
        let report = t.drafted(&case).await;
        let address = format!("/api/v1/reports/{}", id(&report));
        let mine = t.patch(Role::Owner, &address, json!({ "plan": "Twice a week.", "version": report["version"] })).await;
        assert!(mine.status.is_success());
        let late = t.patch(Role::Owner, &address, json!({ "plan": "Every day.", "version": report["version"] })).await;
        assert_eq!((late.status.as_u16(), late.json()["current"]["plan"].as_str()), (409, Some("Twice a week.")));
        assert_eq!(t.call(Role::Owner, Method::POST, &path(&report, "explode"), None).await.status, 404);
    }
}
