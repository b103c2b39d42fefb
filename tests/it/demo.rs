//! The demo: a year that repeats itself, ties out, and can be looked at from every page. One whole year is played once for all;
//! what needs years of its own plays small ones.

use crate::support::database::{Database, postgres};
use crate::support::process::Serving;
use crate::support::{TestApp, config, on_each};
use sea_orm::{ConnectionTrait, EntityTrait, Statement};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use tempfile::TempDir;
use tokio::sync::OnceCell;
use tributary::app::{Actor, App};
use tributary::demo::{self, Play, cast};
use tributary::outreach::rule::Rule;
use tributary::payments::ledger::Ledger;
use tributary::types::Npi;

/// A Monday in November, as the screens show it.
const SHOWN_ON: &str = "2026-11-23T10:40:00-08:00";

/// Plays a year that ends at an instant, in a database of its own.
async fn played(database: &Database, now: &str, play: Play) -> TestApp {
    let folder = tempfile::tempdir().expect("a folder");
    let url = database.empty(folder.path()).await;
    let settings = tributary::config::Config { fast_fill: true, ..config(&url, folder.path(), &[("now", now)]) };
    let app = App::open(settings).await.expect("an empty practice");
    demo::fill(&app, play).await.expect("a year");
    TestApp::holding(app, folder, url, database.clone())
}

async fn small(database: &Database, now: &str) -> TestApp {
    played(database, now, Play { share: 6, ..demo::SHOWN }).await
}

/// A copy of the whole year, which is played once.
async fn whole() -> TestApp {
    static YEAR: OnceCell<TempDir> = OnceCell::const_new();
    let year = YEAR
        .get_or_init(|| async {
            let t = played(&Database::Sqlite, SHOWN_ON, demo::SHOWN).await;
            tributary::db::into_one_file(&t.app.db).await.expect("one file");
            t.app.db.clone().close().await.expect("closed");
            t.folder
        })
        .await;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("tributary.db");
    std::fs::copy(year.path().join("tributary.db"), &file).expect("a copy");
    let url = format!("sqlite://{}", file.display());
    let app = App::open(config(&url, folder.path(), &[("now", SHOWN_ON)])).await.expect("a filled practice");
    TestApp::holding(app, folder, url, Database::Sqlite)
}

/// The whole year on SQLite; on PostgreSQL a smaller one, for its time: what is played is the same on both.
async fn year(database: &Database) -> TestApp {
    match database {
        Database::Sqlite => whole().await,
        Database::Postgres(_) => small(database, SHOWN_ON).await,
    }
}

/// Rows as lines of text, the same on both databases.
async fn lines(t: &TestApp, columns: &[&str], from: &str) -> Vec<String> {
    let text = |c: &&str| format!("coalesce(cast({c} as text), '-')");
    let sql = format!("select {} from {from}", columns.iter().map(text).collect::<Vec<_>>().join(" || '|' || "));
    let rows = t.app.db.query_all_raw(Statement::from_string(t.app.db.get_database_backend(), sql)).await.expect("rows");
    // PostgreSQL writes lists with spaces between.
    let tidy = |text: String| text.replace("\", \"", "\",\"");
    rows.iter().map(|row| tidy(row.try_get_by_index(0).expect("a text"))).collect()
}

async fn count(t: &TestApp, of: &str) -> i64 {
    lines(t, &["count(*)"], of).await[0].parse().expect("a number")
}

/// What people would see of a practice: no ids, hashes or marks of chance.
async fn business(t: &TestApp) -> BTreeMap<&'static str, Vec<String>> {
    let asked: &[(&str, &[&str], &str)] = &[
        ("patients", &["first_name", "last_name", "born_on", "phone", "street"], "patient order by id"),
        ("coverages", &["kind", "member_no", "claim_no", "injured_on", "visit_limit"], "coverage order by id"),
        (
            "referrals",
            &["r.number", "p.last_name", "d.last_name", "r.received_on", "r.source_kind", "r.channel", "r.state", "r.lost_reason"],
            "referral r join patient p on p.id = r.patient_id left join provider d on d.id = r.provider_id order by r.id",
        ),
        ("orders", &["visits_authorized", "signed_on", "valid_from", "valid_to", "diagnoses"], "prescription order by id"),
        ("visits", &["visit_on", "starts_at", "state", "charge_cents", "therapist_id"], "visit order by id"),
        ("notes", &["state", "subjective", "objective", "assessment", "plan", "work_status"], "note order by id"),
        ("measures", &["instrument", "label", "value_hundredths"], "measure order by id"),
        (
            "claims",
            &[
                "number",
                "state",
                "service_on",
                "charge_cents",
                "insurer_cents",
                "patient_cents",
                "contractual_cents",
                "written_off_cents",
                "deadline_on",
                "first_sent_on",
                "first_decided_on",
            ],
            "claim order by id",
        ),
        ("answers", &["kind", "on_day", "code", "words"], "transmission_answer order by id"),
        ("deposits", &["trace", "method", "amount_cents", "paid_on", "posted_on"], "remittance order by id"),
        ("events", &["kind", "class", "group_code", "reason_code", "amount_cents", "posted_on", "note"], "money_event order by id"),
        ("denials", &["state", "reasons", "amount_cents", "received_on", "appeal_by"], "denial order by id"),
        // A letter that was sent names its reference, which is drawn by chance.
        ("activities", &["kind", "purpose", "outcome", "case when report_id is null then words end", "minutes"], "activity order by id"),
        ("reports", &["kind", "state", "provider_id", "period_on", "span_to"], "report order by id"),
        ("mails", &["to_address", "state"], "outbox order by id"),
        // A denial's history names the deposit by its id, and ids are drawn by chance.
        (
            "moves",
            &["thing_kind", "from_state", "to_state", "on_day", "case when thing_kind = 'denial' then '' else why end"],
            "state_move order by id",
        ),
    ];
    let mut found = BTreeMap::new();
    for (name, columns, from) in asked {
        found.insert(*name, lines(t, columns, from).await);
    }
    found
}

#[track_caller]
fn assert_same(one: &BTreeMap<&'static str, Vec<String>>, other: &BTreeMap<&'static str, Vec<String>>) {
    for (name, rows) in one {
        let first = rows.iter().zip(&other[name]).find(|(a, b)| a != b);
        assert_eq!(first, None, "{name} differ");
        assert_eq!(rows.len(), other[name].len(), "{name}");
    }
}

#[tokio::test]
async fn the_same_seed_and_day_give_the_same_practice_on_both_databases() {
    let one = small(&Database::Sqlite, SHOWN_ON).await;
    let told = business(&one).await;
    assert!(told.values().all(|rows| !rows.is_empty()), "something of everything");
    let again = small(&Database::Sqlite, SHOWN_ON).await;
    assert_same(&told, &business(&again).await);
    if let Some(database) = postgres().await {
        let other = small(&database, SHOWN_ON).await;
        assert_same(&told, &business(&other).await);
        other.close().await;
    }
    one.close().await;
    again.close().await;
}

#[tokio::test]
async fn the_year_may_end_on_any_day_at_any_hour() {
    on_each(async |database| {
        let ends = ["2026-11-29T23:59:00-08:00", "2027-01-01T00:01:00-08:00", "2028-02-29T12:00:00-08:00", "2026-03-08T03:30:00-07:00"];
        // On PostgreSQL the one at which the year itself ends, for its time.
        let ends = if matches!(database, Database::Sqlite) { &ends[..] } else { &ends[1..2] };
        for now in ends {
            let t = small(&database, now).await;
            let today = t.app.today().to_string();
            let here = |state: &str| format!("visit where visit_on = '{today}' and state = '{state}'");
            assert_eq!((count(&t, &here("attended")).await, count(&t, &here("booked")).await), (2, 3), "{now}");
            assert_eq!(count(&t, &format!("visit where state = 'attended' and visit_on > '{today}'")).await, 0, "{now}");
            assert!(count(&t, &format!("visit where visit_on > '{today}' and state = 'booked'")).await > 5, "{now}");
            let late = lines(&t, &["max(at)"], "audit").await;
            let limit = lines(&t, &["max(created_at)"], "visit").await;
            let end = t.app.now().format("%Y-%m-%dT%H:%M:%S").to_string();
            assert!(late[0][..19] <= end[..] && limit[0][..19] <= end[..], "{now}: something happened at {late:?} {limit:?}");
            t.close().await;
        }
    })
    .await;
}

// How large the whole year is, and who stands out in it, is a matter of what is played and of no database: asked on SQLite alone.
#[tokio::test]
async fn the_practice_is_as_large_and_as_mixed_as_was_promised() {
    let t = whole().await;
    assert_eq!((count(&t, "therapist").await, count(&t, "provider").await, count(&t, "organization").await), (3, 25, 12));
    let within = [
        ("referral", 150, 170),
        ("visit where state = 'attended'", 1_200, 1_400),
        ("claim", 1_000, 1_300),
        ("decision where outcome = 'denied'", 60, 160),
        ("decision where outcome = 'reversal'", 2, 20),
        ("decision where outcome in ('paid', 'partially_paid') and paid_cents = 0 and patient_cents > 0", 20, 200),
        ("denial where claim_line_id is not null", 2, 60),
        ("denial where state = 'overturned'", 2, 60),
        ("denial where state = 'open'", 3, 40),
        ("transmission where frequency = 7", 4, 60),
        ("money_event where kind = 'write_off'", 30, 200),
        ("money_event where kind = 'refund'", 1, 30),
        ("money_event where kind = 'provider_item' and claim_id is null", 3, 30),
        ("money_event where kind = 'patient_payment' and claim_id is null and visit_id is null", 1, 3),
        ("claim where state = 'rejected'", 1, 6),
        ("claim where state = 'ready'", 3, 8),
        ("claim where state = 'draft'", 4, 20),
        ("claim where state = 'pended'", 1, 20),
        ("note where state = 'draft'", 2, 6),
        ("prescription where signed_on is null or diagnoses = '[]'", 2, 10),
        ("referral where source_kind is null", 1, 1),
        ("referral where source_kind = 'self'", 10, 20),
        ("referral where source_kind = 'web'", 4, 8),
        ("report where kind = 'progress' and state = 'draft'", 5, 20),
        ("report where kind = 'introduction' and state = 'released'", 1, 1),
        ("report where state = 'skipped'", 1, 1),
        ("report where kind = 'progress' and state = 'released'", 100, 300),
        ("report where kind = 'monthly_summary' and state = 'released'", 60, 150),
        ("outbox where state = 'sent' and channel = 'paper'", 1, 1),
        ("outbox where state = 'approved' and channel = 'paper'", 1, 1),
        ("outbox where state = 'bounced'", 1, 1),
        ("outbox where state = 'unknown'", 1, 1),
        ("outbox where state = 'failed'", 1, 1),
        ("outbox where state = 'delivered'", 1, 1),
        ("outbox where state not in ('sent', 'approved', 'bounced', 'unknown', 'failed', 'delivered')", 0, 0),
        ("report where state = 'signed'", 1, 1),
        ("standing_approval", 1, 1),
        ("activity where purpose = 'thank_you'", 100, 160),
        ("restriction", 1, 1),
    ];
    for (what, least, most) in within {
        let found = count(&t, what).await;
        assert!((least..=most).contains(&found), "{what}: {found} is not from {least} to {most}");
    }
    let alerts = tributary::outreach::alerts(&t.app, &Actor::operator(), &Default::default()).await.expect("alerts");
    let waiting = [
        (Rule::RxExpiring, 1),
        (Rule::RxExhausted, 1),
        (Rule::RxUnsigned, 1),
        (Rule::ReferrerSilent, 3),
        (Rule::ReferralUnscheduled, 1),
        (Rule::ReportToApprove, 5),
        (Rule::NoteMissing, 1),
        (Rule::DenialOpen, 3),
        (Rule::ClaimRejected, 1),
        (Rule::TimelyFiling, 1),
        (Rule::EmailFailed, 1),
    ];
    for (rule, least) in waiting {
        let found = alerts.iter().filter(|a| a.rule == rule).count();
        assert!(found >= least, "{rule}: {found} of at least {least}");
    }
    t.close().await;
}

// On SQLite alone: the same people are played on both databases, which a test above holds.
#[tokio::test]
async fn every_npi_begins_with_2_and_passes_and_no_address_or_number_is_anybodys() {
    let t = whole().await;
    let mut npis = lines(&t, &["npi"], "provider where npi is not null").await;
    npis.extend(lines(&t, &["npi"], "organization where npi is not null").await);
    npis.extend(lines(&t, &["npi"], "therapist").await);
    npis.extend(lines(&t, &["npi"], "practice").await);
    assert!(npis.len() >= 41);
    assert!(npis.iter().all(|npi| npi.starts_with('2') && Npi::parse(npi).is_ok()), "{npis:?}");
    assert_eq!(npis.iter().collect::<BTreeSet<_>>().len(), npis.len());
    let mut addresses = lines(&t, &["address"], "provider_email").await;
    addresses.extend(lines(&t, &["email"], "patient where email is not null").await);
    addresses.extend(lines(&t, &["email"], "user_account").await);
    assert!(addresses.iter().all(|a| a.ends_with(".example")), "{addresses:?}");
    let mut phones = lines(&t, &["e164"], "provider_phone").await;
    phones.extend(lines(&t, &["phone"], "patient where phone is not null").await);
    phones.extend(lines(&t, &["phone"], "payer where phone is not null").await);
    assert!(phones.iter().all(|p| p.len() == 12 && p[5..].starts_with("55501")), "{phones:?}");
    t.close().await;
}

#[tokio::test]
async fn stored_sums_equal_the_events_and_what_pays_ties_out() {
    on_each(async |database| {
        let t = year(&database).await;
        for claim in tributary::entity::claim::Entity::find().all(&t.app.db).await.expect("claims") {
            let sums = Ledger::of(&t.app.db, &claim).await.expect("a ledger").sums();
            let of_events = [sums.insurer_cents, sums.patient_cents, sums.contractual_cents, sums.written_off_cents, sums.patient_share_cents];
            let stored =
                [claim.insurer_cents, claim.patient_cents, claim.contractual_cents, claim.written_off_cents, claim.patient_share_cents];
            assert_eq!(stored, of_events, "{}", claim.number);
            assert_eq!((claim.ever_denied, claim.now_denied), (sums.ever_denied, sums.now_denied), "{}", claim.number);
        }
        let deposits = "remittance r where r.amount_cents <> (select coalesce(sum(e.amount_cents), 0) from money_event e where e.remittance_id = r.id and e.kind in ('insurer_payment', 'provider_item'))";
        assert_eq!(count(&t, deposits).await, 0, "a deposit is what it paid");
        for as_of in ["2026-03-31", "2026-08-15", "2026-11-23"] {
            ties_out(&t, as_of).await;
        }
        t.close().await;
    })
    .await;
}

// Rows are copied on SQLite only: a bench wants it, and nobody else.
#[tokio::test]
async fn a_practice_copied_three_times_over_has_three_of_all_and_still_ties_out() {
    let t = small(&Database::Sqlite, SHOWN_ON).await;
    let of = ["patient", "visit", "measure", "note", "claim", "claim_line", "money_event", "report", "outbox"];
    let mut before = Vec::new();
    for table in of {
        before.push((table, 3 * count(&t, table).await));
    }
    demo::copy(&t.app, 3).await.expect("copies");
    for (table, three_times) in before {
        assert_eq!(count(&t, table).await, three_times, "{table}");
    }
    assert_eq!(
        count(&t, "measure m join note n on n.id = m.note_id join visit v on v.id = n.visit_id where v.episode_id <> m.episode_id").await,
        0
    );
    ties_out(&t, "2026-11-23").await;
    t.close().await;
}

async fn ties_out(t: &TestApp, as_of: &str) {
    let view = t.command_json(&["sources", "--as-of", as_of, "--json"]);
    let parts = ["charges_cents", "net_cents", "contractual_cents", "written_off_cents", "outstanding_cents"];
    let cents = |row: &Value| parts.map(|p| row[p].as_i64().expect("cents"));
    let mut sums = [0; 5];
    for row in view["rows"].as_array().expect("rows") {
        let [charges, net, contractual, written_off, outstanding] = cents(row);
        assert_eq!(charges - net - contractual - written_off, outstanding, "as of {as_of}: {row}");
        sums.iter_mut().zip(cents(row)).for_each(|(sum, part)| *sum += part);
    }
    assert_eq!(sums, cents(&view["total"]), "as of {as_of}");
}

// Of the whole year, like its size.
#[tokio::test]
async fn the_biggest_sender_is_not_the_best_payer_and_loses_most_past_the_approved_visits() {
    let t = whole().await;
    let view = t.command_json(&["sources", "--json"]);
    let rows = view["rows"].as_array().expect("rows");
    let row = |name: &str| rows.iter().find(|r| r["source"] == name).unwrap_or_else(|| panic!("no {name}"));
    let (feld, raman) = (row("Marcus Feld"), row("Priya Raman"));
    let most = rows.iter().filter_map(|r| r["claims"].as_i64()).max();
    assert_eq!(feld["claims"].as_i64(), most, "Dr. Feld sends most");
    assert!(feld["per_referral_cents"].as_i64() < raman["per_referral_cents"].as_i64());
    let a_visit = |row: &Value| row["net_cents"].as_i64().unwrap_or(0) / row["claims"].as_i64().unwrap_or(1);
    assert!(a_visit(feld) < 5_800 && a_visit(raman) > 8_000, "{} and {}", a_visit(feld), a_visit(raman));
    let lost =
        lines(&t, &["note", "sum(amount_cents)"], "money_event where kind = 'write_off' group by note order by sum(amount_cents) desc")
            .await;
    assert!(lost[0].starts_with("Past the authorized visits|"), "{lost:?}");
    for bucket in ["Unattributed", "Unmatched", "Unallocated", "Self", "Web"] {
        row(bucket);
    }
    t.close().await;
}

#[tokio::test]
async fn every_page_answers_everybody() {
    on_each(async |database| {
        let t = year(&database).await;
        for (at, colleague) in cast::COLLEAGUES.iter().enumerate().filter(|(_, c)| c.called.is_some()) {
            let refused = crawl(&t, colleague.email, if at == cast::MAYA { 3 } else { 2 }).await;
            assert_eq!(refused, Vec::<String>::new(), "{} is shown links that are refused", colleague.name);
        }
        t.close().await;
    })
    .await;
}

/// Opens every kind of address that the pages link to, so many of each. Gives the links that are refused; nothing may fail.
async fn crawl(t: &TestApp, email: &str, of_each: usize) -> Vec<String> {
    let mut browser = t.signed_in_as(email, cast::PASSWORD).await;
    let mut waiting = vec![("/".to_string(), "the address bar".to_string())];
    let mut seen = BTreeSet::new();
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    let mut refused = Vec::new();
    while let Some((path, from)) = waiting.pop() {
        let answer = browser.open(&path).await;
        assert!(!answer.status.is_server_error(), "{email}: {path} (from {from}) answers {}", answer.status);
        if !answer.status.is_success() {
            refused.push(format!("{} {path} from {from}", answer.status));
            continue;
        }
        if !answer.html.contains("<html") {
            continue;
        }
        for link in answer.links("/") {
            let link = link.split('#').next().unwrap_or_default().to_string();
            let is_page = !link.starts_with("/assets/") && !link.starts_with("//") && link != "/logout";
            if !is_page || !seen.insert(link.clone()) {
                continue;
            }
            let opened = kinds.entry(kind_of(&link)).or_default();
            *opened += 1;
            if *opened <= of_each {
                waiting.push((link, path.clone()));
            }
        }
    }
    assert!(kinds.len() > 5, "{email} sees only {kinds:?}");
    refused
}

/// `/claims/:id?state` for `/claims/0198...?state=paid`.
fn kind_of(link: &str) -> String {
    let (path, query) = link.split_once('?').unwrap_or((link, ""));
    let is_id = |part: &str| part.len() == 36 || part.chars().any(|c| c.is_ascii_digit());
    let parts: Vec<&str> = path.split('/').map(|part| if is_id(part) { ":id" } else { part }).collect();
    let names: BTreeSet<&str> = query.split('&').filter_map(|pair| pair.split('=').next()).collect();
    format!("{}?{}", parts.join("/"), names.into_iter().collect::<Vec<_>>().join("&"))
}

#[tokio::test]
async fn an_empty_database_that_is_named_is_filled_once_and_never_emptied() {
    on_each(async |database| {
        let folder = tempfile::tempdir().expect("a folder");
        let url = database.empty(folder.path()).await;
        let demo = |more: &[&str]| {
            let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_tributary"));
            command.args(more).current_dir(folder.path()).env_clear().env("USER", "operator").env("DATABASE_URL", &url);
            command.env("TRIBUTARY_DATA", folder.path().join("demo-data")).env("TRIBUTARY_NOW", "2026-11-23T10:40:00-08:00");
            command
        };
        let small = ["demo", "--share", "0", "--listen", "127.0.0.1:0"];
        let what_pays = || {
            let output = demo(&["sources", "--json"]).output().expect("it ends");
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            String::from_utf8_lossy(&output.stdout).into_owned()
        };
        drop(Serving::start(demo(&small)));
        let filled = what_pays();
        assert!(filled.contains("Priya"), "{filled}");
        drop(Serving::start(demo(&small)));
        assert_eq!(what_pays(), filled, "a second start fills nothing");
        let refused = demo(&[&small[..], &["--fresh"]].concat()).output().expect("it ends");
        let words = String::from_utf8_lossy(&refused.stderr);
        assert!(refused.status.code() == Some(1) && words.contains("never empties"), "{words}");
        database.drop(&url).await;
    })
    .await;
}
