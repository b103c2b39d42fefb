//! Alerts: each fires and resolves on its own day, what a person put aside stays away, nobody sees beyond their rights.

use crate::support::TestApp;
use crate::support::chain::{id, sheet, slip};
use chrono::{DateTime, Utc};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, Set};
use serde_json::{Value, json};
use tributary::app::new_public_id;
use tributary::auth::role::Role;
use tributary::entity::{alert_action, outbox, provider, referral, report};
use tributary::mail::outbox_state::{MailChannel, OutboxState};
use tributary::network::provider::NpiStatus;
use tributary::reports::report::{ReportKind, ReportState};

/// The open alerts of one rule, as one role sees them.
async fn open(t: &TestApp, role: Role, rule: &str) -> Vec<Value> {
    let answer = t.get(role, &format!("/api/v1/alerts?rule={rule}")).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["items"].as_array().expect("items").clone()
}

/// On each day the rule holds, or not.
async fn holds(t: &TestApp, rule: &str, days: &[(&str, bool)]) {
    for (day, fires) in days {
        t.at(day);
        let found = open(t, Role::Owner, rule).await;
        assert_eq!(found.len(), usize::from(*fires), "{rule} on {day}: {found:?}");
    }
}

/// A doctor and a payer.
async fn network(t: &TestApp) -> (String, String) {
    t.fees().await;
    (t.doctor("Priya", "Raman").await, t.payer("Cascade Health").await)
}

/// A referral with an order of its own making.
async fn ordered(t: &TestApp, last: &str, on: &str, order: Value) -> Value {
    let (doctor, payer) = network(t).await;
    let mut new = slip(&doctor, &payer, last, on);
    new["prescription"] = order;
    t.done("/api/v1/referrals", new).await
}

fn order(visits: i64, from: &str, to: &str) -> Value {
    json!({ "diagnoses": ["M54.2"], "visits": visits, "signed_on": from, "valid_from": from, "valid_to": to })
}

/// A progress report of a referral, with a mail in some state.
async fn mailed(t: &TestApp, of: &Value, state: OutboxState, at: &str) -> report::Model {
    let number = of["number"].as_str().expect("a number");
    let db = &t.app.db;
    let row = referral::Entity::find().filter(referral::Column::Number.eq(number)).one(db).await.expect("a query").expect("a referral");
    let episode = tributary::referrals::episode_of(db, row.id).await.expect("an episode");
    let now: DateTime<Utc> = at.parse().expect("an instant");
    let id = new_public_id(now);
    let made = report::ActiveModel {
        public_id: Set(id),
        reference: Set(id.to_string()[..8].to_uppercase()),
        kind: Set(ReportKind::Progress),
        identity: Set(id.to_string()),
        state: Set(ReportState::Released),
        version_no: Set(1),
        provider_id: Set(row.provider_id.expect("a doctor")),
        patient_id: Set(Some(row.patient_id)),
        episode_id: Set(Some(episode.id)),
        therapist_id: Set(episode.therapist_id),
        wording: Set(json!({})),
        created_at: Set(now),
        updated_at: Set(now),
        version: Set(1),
        ..Default::default()
    };
    let made = made.insert(db).await.expect("a report");
    mail(t, &made, state, now).await;
    made
}

async fn mail(t: &TestApp, of: &report::Model, state: OutboxState, now: DateTime<Utc>) {
    let id = new_public_id(now).to_string();
    let row = outbox::ActiveModel {
        public_id: Set(new_public_id(now)),
        report_id: Set(Some(of.id)),
        provider_id: Set(of.provider_id),
        channel: Set(MailChannel::Email),
        what: Set("Progress report".into()),
        idempotency_key: Set(id.clone()),
        message_id: Set(id),
        from_address: Set("front@willow.example".into()),
        to_address: Set("raman@northgate.example".into()),
        subject: Set("Progress report".into()),
        state: Set(state),
        mime_sha256: Set(vec![1]),
        attempts: Set(1),
        resend_no: Set(0),
        approved_at: Set(now),
        phase_at: Set(now),
        next_at: Set(now),
        sent_at: Set(matches!(state, OutboxState::Sent | OutboxState::Delivered).then_some(now)),
        ..Default::default()
    };
    row.insert(&t.app.db).await.expect("a mail");
}

crate::both_databases! {
    async fn an_order_that_ends_is_noticed_fourteen_days_ahead_and_a_renewal_resolves_it(t: &TestApp) {
        t.at("2026-03-02");
        let referral = ordered(t, "Marsh", "2026-03-02", order(12, "2026-03-02", "2026-04-12")).await;
        holds(t, "rx_expiring", &[("2026-03-28", false), ("2026-03-29", true), ("2026-04-12", true), ("2026-04-13", false)]).await;
        holds(t, "rx_expired", &[("2026-04-12", false), ("2026-04-13", true), ("2026-06-01", true)]).await;
        t.at("2026-06-01");
        let mut renewal = order(6, "2026-06-01", "2026-12-31");
        renewal["referral"] = json!(id(&referral));
        t.done("/api/v1/prescriptions", renewal).await;
        holds(t, "rx_expired", &[("2026-06-01", false)]).await;
    }

    async fn two_visits_left_are_low_none_left_is_exhausted_and_the_end_of_care_resolves_it(t: &TestApp) {
        t.at("2026-03-02");
        let referral = ordered(t, "Marsh", "2026-03-02", order(4, "2026-03-02", "2026-12-31")).await;
        for (day, low, exhausted) in [("2026-03-03", false, false), ("2026-03-04", true, false), ("2026-03-05", true, false), ("2026-03-06", false, true)] {
            t.at(day);
            t.attended(&referral, day).await;
            holds(t, "visits_low", &[(day, low)]).await;
            holds(t, "rx_exhausted", &[(day, exhausted)]).await;
        }
        let alert = &open(t, Role::Owner, "rx_exhausted").await[0];
        assert_eq!((alert["title"].as_str(), alert["page"].as_str()), (Some("Nora Marsh"), Some("referrals")));
        assert_eq!(alert["words"], "Dr. Priya Raman: all 4 visits of the order are used");
        t.done(&format!("/api/v1/referrals/{}/discharge", id(&referral)), json!({ "reason": "goals_met" })).await;
        holds(t, "rx_exhausted", &[("2026-03-06", false)]).await;
    }

    async fn an_incomplete_order_is_noticed_after_seven_days_until_it_is_complete(t: &TestApp) {
        t.at("2026-03-02");
        let referral = ordered(t, "Marsh", "2026-03-02", json!({ "diagnoses": ["M54.2"], "visits": 12 })).await;
        holds(t, "rx_unsigned", &[("2026-03-08", false), ("2026-03-09", true)]).await;
        let orders = t.read(&format!("/api/v1/prescriptions?referral={}", id(&referral))).await;
        let order = &orders["items"][0];
        let signed = json!({ "signed_on": "2026-03-02", "version": order["version"] });
        assert_eq!(t.patch(Role::Owner, &format!("/api/v1/prescriptions/{}", id(order)), signed).await.status, 200);
        holds(t, "rx_unsigned", &[("2026-03-09", false)]).await;
    }

    async fn a_renewal_report_is_due_while_an_order_runs_out_until_one_was_sent(t: &TestApp) {
        t.at("2026-03-02");
        let referral = ordered(t, "Marsh", "2026-03-02", order(5, "2026-03-02", "2026-12-31")).await;
        for day in ["2026-03-03", "2026-03-04"] {
            t.at(day);
            t.attended(&referral, day).await;
            holds(t, "renewal_report_due", &[(day, false)]).await;
        }
        t.at("2026-03-05");
        t.attended(&referral, "2026-03-05").await;
        holds(t, "renewal_report_due", &[("2026-03-05", true)]).await;
        let bounced = mailed(t, &referral, OutboxState::Bounced, "2026-03-05T20:00:00Z").await;
        holds(t, "renewal_report_due", &[("2026-03-06", true)]).await;
        mail(t, &bounced, OutboxState::Sent, "2026-03-06T20:00:00Z".parse().expect("an instant")).await;
        holds(t, "renewal_report_due", &[("2026-03-07", false)]).await;
    }

    async fn a_report_is_overdue_after_thirty_days_with_a_visit_that_it_did_not_tell_of(t: &TestApp) {
        t.at("2026-03-02");
        let referral = ordered(t, "Marsh", "2026-03-02", order(30, "2026-03-02", "2026-12-31")).await;
        t.attended(&referral, "2026-03-02").await;
        holds(t, "report_overdue", &[("2026-03-31", false), ("2026-04-01", true)]).await;
        mailed(t, &referral, OutboxState::Sent, "2026-04-01T20:00:00Z").await;
        holds(t, "report_overdue", &[("2026-04-01", false), ("2026-05-01", false)]).await;
        t.at("2026-04-20");
        t.attended(&referral, "2026-04-20").await;
        holds(t, "report_overdue", &[("2026-04-30", false), ("2026-05-01", true)]).await;
    }

    async fn a_payer_that_asks_for_reports_is_told_in_time(t: &TestApp) {
        t.at("2026-03-02");
        t.fees().await;
        let doctor = t.doctor("Marcus", "Feld").await;
        let mut asks = sheet();
        asks["report_after_visits"] = json!(3);
        asks["report_after_days"] = json!(30);
        let payer = t.payer_of("workers_comp", "paper", "State Fund", asks).await;
        let referral = t.referral(&doctor, &payer, "Reyes", "2026-03-02").await;
        t.attended(&referral, "2026-03-02").await;
        holds(t, "payer_report_due", &[("2026-03-31", false), ("2026-04-01", true), ("2026-03-03", false)]).await;
        for day in ["2026-03-03", "2026-03-04"] {
            t.at(day);
            t.attended(&referral, day).await;
        }
        holds(t, "payer_report_due", &[("2026-03-04", true)]).await;
        mailed(t, &referral, OutboxState::Delivered, "2026-03-05T20:00:00Z").await;
        holds(t, "payer_report_due", &[("2026-03-05", false)]).await;
    }

    async fn a_referral_is_unscheduled_after_three_days_until_it_is_booked_or_lost(t: &TestApp) {
        t.at("2026-03-02");
        let (doctor, payer) = network(t).await;
        let booked = t.referral(&doctor, &payer, "Marsh", "2026-03-02").await;
        holds(t, "referral_unscheduled", &[("2026-03-04", false), ("2026-03-05", true)]).await;
        t.done(&format!("/api/v1/referrals/{}/attempt", id(&booked)), json!({ "words": "no answer" })).await;
        let words = open(t, Role::Owner, "referral_unscheduled").await[0]["words"].clone();
        assert_eq!(words, "Dr. Priya Raman: received Mar 2, called 1 time");
        t.done("/api/v1/visits", json!({ "referral": id(&booked), "visit_on": "2026-03-09", "starts_at": "10:00" })).await;
        holds(t, "referral_unscheduled", &[("2026-03-05", false)]).await;
        let lost = t.referral(&doctor, &payer, "Quist", "2026-03-01").await;
        holds(t, "referral_unscheduled", &[("2026-03-05", true)]).await;
        t.done(&format!("/api/v1/referrals/{}/lose", id(&lost)), json!({ "reason": "unreachable" })).await;
        holds(t, "referral_unscheduled", &[("2026-03-05", false)]).await;
    }

    async fn thanks_are_late_after_forty_eight_hours_until_they_are_logged(t: &TestApp) {
        t.at("2026-03-02T09:00:00-08:00");
        let (doctor, payer) = network(t).await;
        let mut new = slip(&doctor, &payer, "Marsh", "2026-03-02");
        new["received_at"] = json!("2026-03-02T09:00:00-08:00");
        let referral = t.done("/api/v1/referrals", new).await;
        holds(t, "thank_you_late", &[("2026-03-04T09:00:00-08:00", false), ("2026-03-04T09:00:01-08:00", true)]).await;
        let thanks = json!({ "kind": "letter", "purpose": "thank_you", "referral": id(&referral), "providers": [doctor] });
        t.done("/api/v1/activities", thanks).await;
        holds(t, "thank_you_late", &[("2026-03-05", false)]).await;
        let other = t.referral(&doctor, &payer, "Quist", "2026-03-02").await;
        assert_eq!(open(t, Role::Owner, "thank_you_late").await[0]["subject_id"], other["id"], "thanks for one are not thanks for another");
        t.done("/api/v1/activities", json!({ "kind": "lunch", "purpose": "thank_you", "providers": [doctor] })).await;
        holds(t, "thank_you_late", &[("2026-03-05", false)]).await;
    }

    async fn a_note_is_missing_a_day_after_the_visit_until_it_is_signed(t: &TestApp) {
        t.at("2026-03-02");
        let (doctor, payer) = network(t).await;
        let referral = t.referral(&doctor, &payer, "Marsh", "2026-03-02").await;
        let visit = t.attended(&referral, "2026-03-02").await;
        holds(t, "note_missing", &[("2026-03-03T09:59:59-08:00", false), ("2026-03-03T10:00:00-08:00", true)]).await;
        let alert = &open(t, Role::Owner, "note_missing").await[0];
        assert_eq!((alert["title"].as_str(), alert["words"].as_str()), (Some("Nora Marsh, visit Mar 2"), Some("not begun, 1 day old")));
        t.signed_note(&visit).await;
        holds(t, "note_missing", &[("2026-03-04", false)]).await;
    }

    async fn a_signed_visit_is_unbilled_after_three_days_until_its_claim_is_ready(t: &TestApp) {
        t.at("2026-03-02");
        let (doctor, payer) = network(t).await;
        let referral = t.referral(&doctor, &payer, "Marsh", "2026-03-02").await;
        let visit = t.attended(&referral, "2026-03-02").await;
        t.signed_note(&visit).await;
        holds(t, "claim_unbilled", &[("2026-03-04", false), ("2026-03-05", true)]).await;
        assert_eq!(open(t, Role::Owner, "claim_unbilled").await[0]["money_at_risk_cents"], 16_000);
        let claim = t.claim_of(&visit).await;
        t.done(&format!("/api/v1/claims/{}/ready", id(&claim)), json!({})).await;
        holds(t, "claim_unbilled", &[("2026-03-05", false)]).await;
    }

    async fn a_claim_without_an_answer_or_a_decision_is_noticed_in_time(t: &TestApp) {
        t.at("2026-03-02");
        let (doctor, payer) = network(t).await;
        let referral = t.referral(&doctor, &payer, "Marsh", "2026-03-02").await;
        let visit = t.attended(&referral, "2026-03-02").await;
        t.signed_note(&visit).await;
        let claim = id(&t.claim_of(&visit).await);
        t.done(&format!("/api/v1/claims/{claim}/ready"), json!({})).await;
        t.done(&format!("/api/v1/claims/{claim}/submit"), json!({ "sent_on": "2026-03-02" })).await;
        holds(t, "claim_no_ack", &[("2026-03-08", false), ("2026-03-09", true)]).await;
        t.done(&format!("/api/v1/claims/{claim}/accept"), json!({ "on": "2026-03-09" })).await;
        holds(t, "claim_no_ack", &[("2026-03-20", false)]).await;
        holds(t, "claim_stale", &[("2026-04-07", false), ("2026-04-08", true)]).await;
        let claim = t.read(&format!("/api/v1/claims/{claim}")).await;
        t.answered(&payer, &claim, "2026-04-08", 16_000, &[]).await;
        holds(t, "claim_stale", &[("2026-04-08", false)]).await;
    }

    async fn a_filing_deadline_is_near_for_fifteen_days_and_then_missed(t: &TestApp) {
        t.at("2026-03-02");
        t.fees().await;
        let doctor = t.doctor("Priya", "Raman").await;
        let mut soon = sheet();
        soon["timely_filing_days"] = json!(30);
        let payer = t.payer_of("health", "837p", "Harbor Plan", soon).await;
        let referral = t.referral(&doctor, &payer, "Marsh", "2026-03-02").await;
        let visit = t.attended(&referral, "2026-03-02").await;
        t.signed_note(&visit).await;
        holds(t, "timely_filing", &[("2026-03-16", false), ("2026-03-17", true), ("2026-04-01", true), ("2026-04-02", false)]).await;
        holds(t, "timely_filing_missed", &[("2026-04-01", false), ("2026-04-02", true)]).await;
        let claim = t.claim_of(&visit).await;
        t.sent(&claim, "2026-04-02").await;
        holds(t, "timely_filing_missed", &[("2026-04-02", false)]).await;
    }

    async fn what_came_back_waits_until_it_is_answered_and_an_appeal_has_its_day(t: &TestApp) {
        t.at("2026-03-02");
        let (doctor, payer) = network(t).await;
        let referral = t.referral(&doctor, &payer, "Marsh", "2026-03-02").await;
        let denied = t.billed(&referral, "2026-03-02").await;
        t.answered(&payer, &denied, "2026-03-02", 0, &[("CO", "197", 16_000)]).await;
        // Appeals are taken for 60 days: until May 1.
        holds(t, "appeal_due", &[("2026-04-20", false), ("2026-04-21", true), ("2026-05-01", true), ("2026-05-02", false)]).await;
        holds(t, "denial_open", &[("2026-03-02", true)]).await;
        let alert = &open(t, Role::Owner, "denial_open").await[0];
        assert_eq!((alert["words"].as_str(), alert["money_at_risk_cents"].as_i64()), (Some("Cascade Health: no authorization"), Some(16_000)));
        t.at("2026-04-22");
        t.done(&format!("/api/v1/claims/{}/appeal", id(&denied)), json!({})).await;
        holds(t, "appeal_due", &[("2026-04-22", false)]).await;
        let visit = t.attended(&referral, "2026-04-22").await;
        t.signed_note(&visit).await;
        let claim = id(&t.claim_of(&visit).await);
        t.done(&format!("/api/v1/claims/{claim}/ready"), json!({})).await;
        t.done(&format!("/api/v1/claims/{claim}/submit"), json!({})).await;
        t.done(&format!("/api/v1/claims/{claim}/reject"), json!({ "code": "A6", "words": "referring NPI missing" })).await;
        let alert = &open(t, Role::Owner, "claim_rejected").await[0];
        assert_eq!(alert["words"], "Cascade Health: “referring NPI missing”");
        t.done(&format!("/api/v1/claims/{claim}/draft"), json!({})).await;
        holds(t, "claim_rejected", &[("2026-04-22", false)]).await;
    }

    async fn a_source_goes_quiet_after_sixty_days_until_somebody_calls_or_it_sends_again(t: &TestApp) {
        t.at("2026-01-02");
        let (doctor, payer) = network(t).await;
        t.referral(&doctor, &payer, "Marsh", "2026-01-02").await;
        holds(t, "referrer_silent", &[("2026-03-02", false), ("2026-03-03", true)]).await;
        t.done("/api/v1/activities", json!({ "kind": "call", "words": "called", "providers": [doctor] })).await;
        holds(t, "referrer_silent", &[("2026-03-03", false), ("2026-05-01", false), ("2026-05-02", true)]).await;
        t.referral(&doctor, &payer, "Quist", "2026-05-02").await;
        holds(t, "referrer_silent", &[("2026-05-02", false)]).await;
        t.at("2026-07-01");
        assert_eq!(open(t, Role::Owner, "referrer_silent").await.len(), 1);
        t.done(&format!("/api/v1/providers/{doctor}/stage"), json!({ "stage": "lapsed" })).await;
        holds(t, "referrer_silent", &[("2026-07-01", false)]).await;
    }

    async fn a_benefit_is_low_at_two_visits_left_until_it_is_updated(t: &TestApp) {
        t.at("2026-03-02");
        let (doctor, payer) = network(t).await;
        let mut new = slip(&doctor, &payer, "Marsh", "2026-03-02");
        new["coverage"]["visit_limit"] = json!(16);
        new["coverage"]["visits_used_elsewhere"] = json!(12);
        let referral = t.done("/api/v1/referrals", new).await;
        t.attended(&referral, "2026-03-02").await;
        holds(t, "benefit_low", &[("2026-03-02", false)]).await;
        t.at("2026-03-03");
        t.attended(&referral, "2026-03-03").await;
        holds(t, "benefit_low", &[("2026-03-03", true)]).await;
        assert_eq!(open(t, Role::Owner, "benefit_low").await[0]["words"], "Cascade Health: 2 visits of 16 left");
        let coverages = t.read(&format!("/api/v1/coverages?patient={}", referral["patient"]["id"].as_str().expect("an id"))).await;
        let coverage = &coverages["items"][0];
        let more = json!({ "visit_limit": 30, "version": coverage["version"] });
        assert_eq!(t.patch(Role::Owner, &format!("/api/v1/coverages/{}", id(coverage)), more).await.status, 200);
        holds(t, "benefit_low", &[("2026-03-03", false)]).await;
    }

    async fn a_payers_rules_are_stale_after_half_a_year_until_somebody_asks(t: &TestApp) {
        t.at("2026-01-01");
        let payer = t.payer("Cascade Health").await;
        holds(t, "payer_rule_stale", &[("2026-06-29", false), ("2026-06-30", true)]).await;
        t.done(&format!("/api/v1/payers/{payer}/mark-checked"), json!({})).await;
        holds(t, "payer_rule_stale", &[("2026-06-30", false)]).await;
    }

    async fn a_report_that_did_not_arrive_is_noticed_until_a_later_mail_did(t: &TestApp) {
        t.at("2026-03-02");
        let referral = ordered(t, "Marsh", "2026-03-02", order(12, "2026-03-02", "2026-12-31")).await;
        let made = mailed(t, &referral, OutboxState::Sent, "2026-03-02T20:00:00Z").await;
        holds(t, "email_bounced", &[("2026-03-03", false)]).await;
        for (hour, state, fires) in [
            (1, OutboxState::Bounced, true), (2, OutboxState::Failed, true), (3, OutboxState::Expired, true), (4, OutboxState::Unknown, true),
            (5, OutboxState::Abandoned, false), (6, OutboxState::Bounced, true), (7, OutboxState::Approved, false), (8, OutboxState::Delivered, false),
        ] {
            mail(t, &made, state, format!("2026-03-03T0{hour}:00:00Z").parse().expect("an instant")).await;
            holds(t, "email_bounced", &[("2026-03-03", fires)]).await;
        }
    }

    async fn a_deactivated_npi_is_noticed(t: &TestApp) {
        let doctor = t.doctor("Priya", "Raman").await;
        holds(t, "npi_deactivated", &[("2026-03-02", false)]).await;
        let row = provider::Entity::find().one(&t.app.db).await.expect("a query").expect("a provider");
        let mut row = row.into_active_model();
        row.npi_status = Set(NpiStatus::Deactivated);
        row.update(&t.app.db).await.expect("a change");
        holds(t, "npi_deactivated", &[("2026-03-02", true)]).await;
        assert_eq!(open(t, Role::FrontDesk, "npi_deactivated").await[0]["page_id"], doctor.as_str());
    }

    async fn what_is_put_off_comes_back_on_its_day_and_what_is_done_with_a_new_occurrence(t: &TestApp) {
        t.at("2026-01-02");
        let (doctor, payer) = network(t).await;
        t.referral(&doctor, &payer, "Marsh", "2026-01-02").await;
        t.at("2026-03-10");
        let alert = open(t, Role::Owner, "referrer_silent").await[0]["id"].as_str().expect("an id").to_string();
        let put_off = t.done(&format!("/api/v1/alerts/{alert}/snooze"), json!({ "until": "2026-03-14" })).await;
        assert_eq!((put_off["action"].as_str(), put_off["until_on"].as_str()), (Some("snooze"), Some("2026-03-14")));
        holds(t, "referrer_silent", &[("2026-03-13", false), ("2026-03-14", true)]).await;
        t.done(&format!("/api/v1/alerts/{alert}/done"), json!({ "why": "on leave until summer" })).await;
        holds(t, "referrer_silent", &[("2026-03-14", false), ("2026-04-30", false)]).await;
        let all = t.read("/api/v1/alerts?rule=referrer_silent&state=done").await;
        assert_eq!(all["items"][0]["action_by"], "Maya Ortiz");
        t.done(&format!("/api/v1/alerts/{alert}/undo"), json!({})).await;
        holds(t, "referrer_silent", &[("2026-04-30", true)]).await;
        t.done(&format!("/api/v1/alerts/{alert}/done"), json!({})).await;
        t.done("/api/v1/activities", json!({ "kind": "call", "words": "called", "providers": [doctor] })).await;
        holds(t, "referrer_silent", &[("2026-06-28", false), ("2026-06-29", true)]).await;
    }

    async fn looking_writes_nothing_and_what_two_put_aside_at_once_is_one_row(t: &TestApp) {
        t.at("2026-01-02");
        let (doctor, payer) = network(t).await;
        t.referral(&doctor, &payer, "Marsh", "2026-01-02").await;
        t.at("2026-03-10");
        let rows = async || alert_action::Entity::find().count(&t.app.db).await.expect("counted");
        let alert = open(t, Role::Owner, "referrer_silent").await[0]["id"].as_str().expect("an id").to_string();
        t.signed_in(Role::Owner).await.open("/").await;
        tributary::today::morning::tell(&t.app).await.expect("they are told");
        assert_eq!(rows().await, 0, "an alert is computed, and no row");
        let path = format!("/api/v1/alerts/{alert}/snooze");
        let put_off = async || t.post(Role::Owner, &path, json!({ "until": "2026-03-14" })).await.status.as_u16();
        let (one, other) = tokio::join!(put_off(), put_off());
        assert!([one, other].contains(&200) && [one, other].iter().all(|s| [200, 409].contains(s)), "{one} {other}");
        assert_eq!(rows().await, 1);
    }

    async fn a_snooze_has_a_day_to_come_and_only_what_holds_is_put_aside(t: &TestApp) {
        t.at("2026-01-02");
        let (doctor, payer) = network(t).await;
        t.referral(&doctor, &payer, "Marsh", "2026-01-02").await;
        t.at("2026-03-10");
        let alert = open(t, Role::Owner, "referrer_silent").await[0]["id"].as_str().expect("an id").to_string();
        for until in ["", "2026-03-10", "2028-01-01", "soon"] {
            let answer = t.post(Role::Owner, &format!("/api/v1/alerts/{alert}/snooze"), json!({ "until": until })).await;
            assert_eq!(answer.status, 422, "{until}");
            assert!(!answer.field("/until").is_empty(), "{until}");
        }
        for other in ["nonsense", "referrer_silent.0193b1f0-0000-7000-8000-000000000000.2026-01-02"] {
            assert_eq!(t.post(Role::Owner, &format!("/api/v1/alerts/{other}/done"), json!({})).await.status, 404, "{other}");
        }
        assert_eq!(t.post(Role::Biller, &format!("/api/v1/alerts/{alert}/done"), json!({})).await.status, 403, "may look, not act");
        assert_eq!(open(t, Role::Owner, "referrer_silent").await.len(), 1);
    }

    async fn nobody_sees_an_alert_beyond_their_rights(t: &TestApp) {
        t.at("2026-01-02");
        let (doctor, payer) = network(t).await;
        let referral = t.referral(&doctor, &payer, "Marsh", "2026-01-02").await;
        let claim = t.billed(&referral, "2026-01-02").await;
        t.answered(&payer, &claim, "2026-01-02", 0, &[("CO", "197", 16_000)]).await;
        t.referral(&doctor, &payer, "Quist", "2026-01-02").await;
        t.at("2026-03-10");
        t.attended(&referral, "2026-01-05").await;
        let of = async |role: Role| {
            let items = t.get(role, "/api/v1/alerts").await.json()["items"].clone();
            let mut rules: Vec<String> = items.as_array().expect("items").iter().map(|a| a["rule"].as_str().expect("a rule").to_string()).collect();
            rules.sort();
            rules.dedup();
            (rules, items.to_string())
        };
        let (marketer, said) = of(Role::Marketer).await;
        assert_eq!(marketer, ["referrer_silent"]);
        assert!(!said.contains("Marsh") && !said.contains("Quist"), "{said}");
        let (desk, said) = of(Role::FrontDesk).await;
        assert!(desk.contains(&"denial_open".into()) && !desk.contains(&"note_missing".into()), "{desk:?}");
        assert!(!said.contains("16000"), "the front desk sees no money: {said}");
        let (biller, said) = of(Role::Biller).await;
        assert!(biller.contains(&"denial_open".into()) && !biller.contains(&"note_missing".into()));
        assert!(said.contains("16000"));
        // The therapist of this test has treated nobody.
        assert_eq!(of(Role::Therapist).await.0, ["referrer_silent"]);
        for (role, rule) in [(Role::Marketer, "denial_open"), (Role::Therapist, "note_missing")] {
            assert_eq!(open(t, role, rule).await, [Value::Null; 0], "{role}");
        }
    }
}
