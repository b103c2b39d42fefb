//! Every move of a state is a row: from, to, day, who, why. The tables of moves are written down here once more and walked: what they
//! allow is done, everything else is refused with what is allowed. The claim's is walked in `claim_states`.

use crate::support::TestApp;
use crate::support::chain::{id, slip};
use serde_json::{Value, json};
use tributary::auth::role::Role;

const DAY: &str = "2026-03-31";

/// Of a thing: all states, from each what it may become, and what becomes it where it cannot be asked for.
type Table = &'static [(&'static str, &'static [&'static str])];

const STAGES: Table = &[
    ("prospect", &["contacted", "do_not_contact"]),
    ("contacted", &["meeting_held", "do_not_contact"]),
    ("meeting_held", &["active_referrer", "do_not_contact"]),
    ("active_referrer", &["lapsed", "do_not_contact"]),
    ("lapsed", &["contacted", "active_referrer", "do_not_contact"]),
    ("do_not_contact", &["contacted"]),
];

const VISITS: Table = &[
    ("booked", &["arrived", "attended", "no_show", "cancelled", "late_cancelled"]),
    ("arrived", &["attended", "no_show", "cancelled", "late_cancelled"]),
    ("attended", &["booked"]),
    ("no_show", &["booked"]),
    ("cancelled", &["booked"]),
    ("late_cancelled", &["booked"]),
];

const REFERRALS: Table = &[
    ("received", &["attempting", "scheduled", "lost"]),
    ("attempting", &["scheduled", "lost"]),
    ("scheduled", &["lost"]),
    ("converted", &["closed"]),
    ("lost", &["attempting"]),
    ("closed", &[]),
];

/// The way to a state through the table, from the first.
fn way(table: Table, to: &'static str) -> Vec<&'static str> {
    let mut ways = vec![vec![table[0].0]];
    while let Some(way) = ways.first().cloned() {
        ways.remove(0);
        let last = *way.last().expect("a state");
        if last == to {
            return way[1..].to_vec();
        }
        let next = table.iter().find(|(from, _)| *from == last).expect("in the table").1;
        ways.extend(next.iter().filter(|state| !way.contains(state)).map(|state| way.iter().copied().chain([*state]).collect()));
    }
    panic!("no way to {to}");
}

/// Leads a thing to a state, one move after the other.
async fn led(t: &TestApp, thing: Value, table: Table, to: &'static str, ask: impl Fn(&Value, &str) -> (String, Value)) -> Value {
    for step in way(table, to) {
        let (path, body) = ask(&thing, step);
        t.done(&path, body).await;
    }
    thing
}

/// The last move that was kept: `from>to|day|who|why`.
async fn last_move(t: &TestApp, kind: &str) -> String {
    let of = format!("state_move where thing_kind = '{kind}' order by id desc limit 1");
    let shown = "coalesce(from_state,'')||'>'||to_state||'|'||on_day||'|'||actor_name||'|'||coalesce(why,'')";
    t.text_of(&format!("select {shown} from {of}")).await.expect("a move")
}

async fn moves(t: &TestApp, kind: &str) -> i64 {
    t.count(&format!("select count(*) from state_move where thing_kind = '{kind}'")).await
}

/// Asks for every move out of every state; makes a new thing for each.
async fn walked(
    t: &TestApp,
    (kind, table): (&str, Table),
    make: impl AsyncFn(&'static str) -> Value,
    ask: impl AsyncFn(&Value, &str, &str) -> Option<(String, Value)>,
) {
    let states: Vec<&str> = table.iter().map(|(state, _)| *state).collect();
    for (from, allowed) in table {
        for to in &states {
            let thing = make(from).await;
            let Some((path, body)) = ask(&thing, from, to).await else { continue };
            let before = moves(t, kind).await;
            let answer = t.post(Role::Owner, &path, body).await;
            if allowed.contains(to) {
                assert!(answer.status.is_success(), "{kind} {from} to {to}: {}", answer.text());
                let kept = last_move(t, kind).await;
                assert!(kept.starts_with(&format!("{from}>{to}|{DAY}|Maya Ortiz|")), "{kind} {from} to {to}: {kept}");
            } else {
                assert_eq!(answer.status.as_u16(), 409, "{kind} {from} to {to}: {}", answer.text());
                let told = answer.json();
                assert_eq!(told["allowed"].as_array().map_or(0, Vec::len), allowed.len(), "{told}");
                for state in *allowed {
                    assert!(told["allowed"].as_array().is_some_and(|all| all.contains(&json!(state))), "{state}: {told}");
                }
                assert_eq!(moves(t, kind).await, before, "{kind} {from} to {to} was refused, and left a row");
            }
        }
    }
}

fn visit_verb(visit: &Value, to: &str) -> (String, Value) {
    let (verb, body) = match to {
        "arrived" => ("arrive", json!({})),
        "attended" => ("attend", json!({})),
        "no_show" => ("no-show", json!({ "why": "Ill" })),
        "cancelled" => ("cancel", json!({ "why": "Ill" })),
        "late_cancelled" => ("cancel", json!({ "why": "Ill", "late": true })),
        _ => ("take-back", json!({ "why": "Entered wrongly" })),
    };
    (format!("/api/v1/visits/{}/{verb}", id(visit)), body)
}

/// What a person does for it; an attended visit alone converts.
fn referral_verb(referral: &Value, to: &str) -> Option<(String, Value)> {
    let (verb, body) = match to {
        "attempting" => ("attempt", json!({ "outcome": "no_answer" })),
        "scheduled" => ("schedule", json!({})),
        "lost" => ("lose", json!({ "reason": "declined" })),
        "closed" => ("discharge", json!({ "reason": "goals_met", "on": DAY })),
        _ => return None,
    };
    Some((format!("/api/v1/referrals/{}/{verb}", id(referral)), body))
}

crate::both_databases! {
    async fn every_move_of_a_stage_is_a_row_and_every_other_one_is_refused(t: &TestApp) {
        t.at(DAY);
        let stage = |doctor: &Value, to: &str| {
            (format!("/api/v1/providers/{}/stage", id(doctor)), json!({ "stage": to, "why": "They said so" }))
        };
        let make = async |state: &'static str| led(t, json!({ "id": t.doctor("Ann", "Lee").await }), STAGES, state, stage).await;
        walked(t, ("provider", STAGES), make, async |doctor, _, to| Some(stage(doctor, to))).await;
    }

    async fn every_move_of_a_visit_is_a_row_and_every_other_one_is_refused(t: &TestApp) {
        let cast = t.cast(DAY).await;
        let make = async |state: &'static str| {
            let visit = t.done("/api/v1/visits", json!({ "referral": id(&cast.referral), "visit_on": DAY })).await;
            led(t, visit, VISITS, state, visit_verb).await
        };
        walked(t, ("visit", VISITS), make, async |visit, _, to| Some(visit_verb(visit, to))).await;
    }

    async fn every_move_of_a_referral_is_a_row_and_every_other_one_is_refused(t: &TestApp) {
        t.at(DAY);
        t.fees().await;
        let doctor = t.doctor("Priya", "Raman").await;
        let payer = t.payer("Cascade Health").await;
        let make = async |state: &'static str| {
            // Patients are told apart by their names.
            let n = t.count("select count(*) from referral").await;
            let referral = t.done("/api/v1/referrals", slip(&doctor, &payer, &format!("Marsh {n}"), DAY)).await;
            if matches!(state, "converted" | "closed") {
                t.attended(&referral, DAY).await;
            }
            if let Some((path, body)) = referral_verb(&referral, state) {
                t.done(&path, body).await;
            }
            referral
        };
        // A further call leaves whoever is being called as they are.
        walked(t, ("referral", REFERRALS), make, async |referral, from, to| {
            let same = from == to || to == "attempting" && matches!(from, "scheduled" | "converted" | "closed");
            if same { None } else { referral_verb(referral, to) }
        }).await;
        let referral = t.done("/api/v1/referrals", slip(&doctor, &payer, "Quist", DAY)).await;
        t.done("/api/v1/visits", json!({ "referral": id(&referral), "visit_on": DAY })).await;
        assert!(last_move(t, "referral").await.starts_with("received>scheduled|"), "booking schedules");
        t.attended(&referral, DAY).await;
        assert!(last_move(t, "referral").await.starts_with("scheduled>converted|"), "the first attended visit converts");
    }

    async fn what_people_do_with_an_order_is_in_its_history(t: &TestApp) {
        let cast = t.cast(DAY).await;
        let order = |more: Value| {
            let base = json!({ "referral": id(&cast.referral), "prescriber": cast.doctor, "diagnoses": ["M54.2"], "visits": 6, "valid_from": DAY });
            crate::support::chain::with(base, more)
        };
        let slip = t.done("/api/v1/prescriptions", order(json!({}))).await;
        assert!(last_move(t, "prescription").await.starts_with(&format!(">incomplete|{DAY}|Maya Ortiz|")));
        let path = format!("/api/v1/prescriptions/{}", id(&slip));
        t.changed(&path, json!({ "signed_on": DAY })).await;
        assert!(last_move(t, "prescription").await.starts_with(&format!("incomplete>active|{DAY}|")));
        let renewal = order(json!({ "signed_on": DAY, "visits": 8, "replaces": id(&slip) }));
        let renewal = t.done("/api/v1/prescriptions", renewal).await;
        let superseded = t.count("select count(*) from state_move where thing_kind = 'prescription' and from_state = 'active' and to_state = 'superseded'").await;
        assert_eq!(superseded, 1, "{renewal}");
        t.done(&format!("/api/v1/prescriptions/{}/cancel", id(&renewal)), json!({ "why": "Written for somebody else" })).await;
        assert_eq!(last_move(t, "prescription").await, format!("active>cancelled|{DAY}|Maya Ortiz|Written for somebody else"));
    }

    async fn a_report_keeps_who_signed_and_who_released_it(t: &TestApp) {
        t.at(DAY);
        t.fees().await;
        let payer = t.payer("Cascade Health").await;
        let doctor = t.reachable_doctor("Raman", "p.raman@northgate.example").await;
        let referral = t.referral(&doctor, &payer, "Marsh", "2026-03-02").await;
        let visit = t.attended(&referral, "2026-03-09").await;
        t.signed_note(&visit).await;
        let report = t.done("/api/v1/reports", json!({ "referral": id(&referral) })).await;
        assert_eq!(last_move(t, "report").await, format!(">draft|{DAY}|Maya Ortiz|"));
        let seen = t.read(&format!("/api/v1/reports/{}", id(&report))).await["message"]["seen"].clone();
        t.done(&format!("/api/v1/reports/{}/sign", id(&report)), json!({ "seen": seen })).await;
        assert_eq!(last_move(t, "report").await, format!("draft>signed|{DAY}|Maya Ortiz|"));
        t.approved(&report).await;
        assert_eq!(last_move(t, "report").await, format!("signed>released|{DAY}|Maya Ortiz|"));
        let before = moves(t, "report").await;
        let again = t.post(Role::Owner, &format!("/api/v1/reports/{}/sign", id(&report)), json!({ "seen": seen })).await;
        assert_eq!((again.status.as_u16(), moves(t, "report").await), (409, before), "{}", again.text());
    }
}
