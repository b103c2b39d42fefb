//! Summaries that leave by a standing approval: for whom the owner signed, while it holds, once each, and never anything else.

use crate::support::TestApp;
use crate::support::chain::id;
use crate::support::letters::measured;
use chrono::{Datelike, NaiveDate, NaiveTime};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tributary::app::{Actor, App};
use tributary::auth::role::Role;
use tributary::entity::{outbox, report};
use tributary::mail::outbox_state::OutboxState;
use tributary::reports::letters::due::{DraftedView, draft};
use tributary::reports::report::ReportKind;

async fn sign(t: &TestApp, doctor: &str) -> Value {
    t.done("/api/v1/standing-approvals", json!({ "provider": doctor })).await
}

/// What the program does by itself in the morning.
async fn morning(t: &TestApp) -> DraftedView {
    draft(&t.app, &Actor::job()).await.expect("a morning")
}

async fn summary(t: &TestApp, doctor: &str) -> Value {
    let all = t.read(&format!("/api/v1/reports?kind=monthly_summary&provider={doctor}")).await;
    t.read(&format!("/api/v1/reports/{}", id(&all["items"][0]))).await
}

crate::both_databases! {
    async fn a_summary_leaves_by_itself_for_whom_the_owner_signed_and_every_other_letter_waits(t: &TestApp) {
        let case = t.treated("Quist").await;
        let other = t.treated_for(&t.reachable_doctor("Lind", "lind@harbor.example").await, "Lund").await;
        let signed = sign(t, &case.doctor).await;
        assert_eq!((&signed["until_on"], &signed["is_over"]), (&json!("2026-06-14"), &json!(false)), "{signed}");
        t.at("2026-04-01");
        let done = morning(t).await;
        assert_eq!(done.released, 1, "{done:?}");
        assert_eq!(t.delivered().await, 1, "one mail, whatever else was begun");
        let sent = summary(t, &case.doctor).await;
        assert_eq!((&sent["state"], &sent["signed_by"], &sent["released_by"]), (&json!("sent"), &signed["signed_by"], &signed["signed_by"]), "{sent}");
        assert!(sent["history"].to_string().contains("by a standing approval"), "{}", sent["history"]);
        assert_eq!(summary(t, &other.doctor).await["state"], "draft");
        let waiting = t.read("/api/v1/reports?state=draft").await;
        assert!(waiting["items"].as_array().is_some_and(|w| w.len() >= 2), "letters about patients are read by a person: {waiting}");
        assert_eq!((morning(t).await.released, t.delivered().await), (0, 0), "once");
    }

    async fn a_standing_approval_ends_by_itself_by_its_owner_and_with_its_owner(t: &TestApp) {
        let case = t.treated("Quist").await;
        sign(t, &case.doctor).await;
        t.at("2026-03-31");
        let second = sign(t, &case.doctor).await;
        assert_eq!(t.read("/api/v1/standing-approvals").await["items"].as_array().map(Vec::len), Some(1), "signed anew, it is one");
        t.at("2026-04-01");
        let end = format!("/api/v1/standing-approvals/{}/end", id(&second));
        t.done(&end, json!({})).await;
        assert_eq!(t.refused(Role::Owner, &end, json!({})).await.0, 409, "once");
        assert_eq!(morning(t).await.released, 0, "ended by the owner");
        sign(t, &case.doctor).await;
        t.at("2026-07-01");
        let visit = t.attended(&case.referral, "2026-06-29").await;
        t.signed(&visit, measured(3, 3)).await;
        assert_eq!(morning(t).await.released, 0, "its ninety days are over");
        assert_eq!(t.read("/api/v1/standing-approvals").await["items"][0]["is_over"], true);
        sign(t, &case.doctor).await;
        let users = t.read("/api/v1/users").await["items"].clone();
        let owner = users.as_array().expect("users").iter().find(|u| u["email"] == "owner@willow.example").expect("the owner").clone();
        account_off(t, &owner).await;
        let left = morning(t).await;
        assert_eq!(left.released, 0);
        assert!(left.left.iter().any(|why| why.contains("no owner any more")), "{left:?}");
    }

    async fn what_holds_a_summary_holds_it_under_a_standing_approval_too(t: &TestApp) {
        let case = t.treated("Quist").await;
        sign(t, &case.doctor).await;
        t.at("2026-03-30");
        t.attended(&case.referral, "2026-03-30").await;
        t.at("2026-04-01");
        let held = morning(t).await;
        assert_eq!((held.released, t.delivered().await), (0, 0));
        assert!(held.left.iter().any(|why| why.contains("not signed")), "it says why: {held:?}");
        assert_eq!(summary(t, &case.doctor).await["state"], "draft", "it waits for a person");
    }

    async fn only_an_owner_in_their_own_name_signs_and_only_where_summaries_are_wanted(t: &TestApp) {
        let doctor = t.reachable_doctor("Raman", "p.raman@northgate.example").await;
        for role in [Role::Therapist, Role::FrontDesk, Role::Biller] {
            assert_eq!(t.refused(role, "/api/v1/standing-approvals", json!({ "provider": doctor })).await.0, 403, "{role:?}");
        }
        let operator = tributary::reports::standing::sign(&t.app, &Actor::operator(), &serde_json::from_value(json!({ "provider": doctor })).expect("a body")).await;
        assert!(operator.is_err_and(|e| e.to_string().contains("own name")), "a command is nobody's name");
        assert_eq!(t.refused(Role::Owner, "/api/v1/standing-approvals", json!({})).await.0, 422);
        t.changed(&format!("/api/v1/providers/{doctor}"), json!({ "report_frequency": "none" })).await;
        assert_eq!(t.refused(Role::Owner, "/api/v1/standing-approvals", json!({ "provider": doctor })).await.0, 422);
        let mut browser = t.signed_in(Role::Owner).await;
        assert!(browser.open("/standing-approvals").await.words().contains("Every summary waits for a person"));
    }

    async fn over_eight_months_both_changes_of_clocks_and_midnights_two_workers_send_one_summary_a_doctor_and_month(t: &TestApp) {
        let mut cases = Vec::new();
        for (doctor, patient) in [("Raman", "Quist"), ("Lind", "Lund"), ("Feld", "Moss")] {
            let doctor = t.reachable_doctor(doctor, &format!("{}@northgate.example", doctor.to_lowercase())).await;
            cases.push(t.treated_for(&doctor, patient).await);
        }
        let second = t.again(&[]).await;
        for month in 3..=10 {
            for case in &cases {
                if month > 3 {
                    let day = format!("2026-{month:02}-20");
                    t.at(&day);
                    let visit = t.attended(&case.referral, &day).await;
                    t.signed(&visit, measured(4, 3)).await;
                }
                sign(t, &case.doctor).await;
            }
            // March has its change on the 8th, November on the 1st: the night in which October's summaries are due.
            let first = NaiveDate::from_ymd_opt(2026, month + 1, 1).expect("a day");
            for day in first.iter_days().take(4) {
                for (hour, minute) in [(0, 0), (1, 30), (6, 0)] {
                    let at = t.app.clock.at(day, NaiveTime::from_hms_opt(hour, minute, 0).expect("a time"));
                    t.forget_held();
                    t.app.clock.set(at);
                    second.clock.set(at);
                    let (a, b) = tokio::join!(worker(&t.app), worker(&second));
                    a.expect("the first worker");
                    b.expect("the second worker");
                }
            }
        }
        let reports = report::Entity::find().filter(report::Column::Kind.eq(ReportKind::MonthlySummary)).all(&t.app.db).await.expect("asked");
        let mails = outbox::Entity::find().all(&t.app.db).await.expect("asked");
        let mut sent: BTreeMap<(i64, u32), usize> = BTreeMap::new();
        for report in &reports {
            let went = mails.iter().filter(|m| m.report_id == Some(report.id) && m.state == OutboxState::Sent).count();
            *sent.entry((report.provider_id, report.period_on.expect("a month").month())).or_default() += went;
        }
        assert_eq!(sent.len(), 24, "three doctors, eight months: {sent:?}");
        assert!(sent.values().all(|n| *n == 1), "exactly one each: {sent:?}");
        assert_eq!(t.mails().len(), 24, "and so many left");
        let _ = second.db.close().await;
    }
}

/// One of two processes: it begins what is due, and delivers. Of two that begin at one moment one may be told that the other was first.
async fn worker(app: &App) -> tributary::error::Result<()> {
    draft(app, &Actor::job()).await?;
    tributary::mail::deliver::all_due(app).await?;
    Ok(())
}

/// Takes the owner's account away, without the way to it.
async fn account_off(t: &TestApp, user: &Value) {
    use sea_orm::ConnectionTrait;
    let sql = format!("update user_account set disabled_at = updated_at where email = '{}'", user["email"].as_str().expect("an email"));
    t.app.db.execute_unprepared(&sql).await.expect("off");
}
