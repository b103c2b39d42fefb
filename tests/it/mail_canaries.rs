//! Canary patients: each of their fields is a word that stands nowhere else, and what reaches a doctor holds those alone that it is there
//! to tell.

use crate::letters::text_of;
use crate::support::TestApp;
use crate::support::chain::{id, slip, with};
use crate::support::letters::{DOCTOR, measured};
use mail_parser::{MessageParser, MimeHeaders};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// A patient whose words end alike.
struct Canary {
    first: &'static str,
    last: &'static str,
    ending: &'static str,
    born_in: &'static str,
    /// The last four digits of the phone.
    phone: &'static str,
}

const ZELDA: Canary = Canary { first: "Zelda", last: "Quillfeather", ending: "one", born_in: "1961", phone: "0171" };
const YVONNE: Canary = Canary { first: "Yvonne", last: "Lundgren", ending: "two", born_in: "1962", phone: "0172" };
const XENIA: Canary = Canary { first: "Xenia", last: "Marshbank", ending: "three", born_in: "1963", phone: "0173" };

const OF_PATIENT: [&str; 9] =
    ["middle_name", "preferred_name", "street", "street2", "city", "account_no", "guardian", "emergency_contact", "notes"];
const OF_COVERAGE: [&str; 9] =
    ["member_no", "group_no", "plan_name", "employer", "adjuster_name", "authorization_no", "verified_with", "verified_ref", "notes"];
const OF_ORDER: [&str; 2] = ["words", "precautions"];
const OF_NOTE: [&str; 4] = ["subjective", "objective", "work_status", "restrictions"];
/// What else is typed about a patient, and no doctor is told.
const BESIDE: [&str; 7] = ["complaint", "reason", "payer", "body", "addendum", "why", "private"];
/// Of a visit that the patient paid alone.
const OF_CASH: [&str; 5] = ["cashsaid", "cashplan", "cashresponse", "cashflags", "cashmeasure"];

/// A unit and what four of them cost, a copay, and what was paid at the desk.
const PRICES: [&str; 4] = ["41.37", "165.48", "27.19", "33.91"];

impl Canary {
    /// `Zqmembernoone`.
    fn word(&self, field: &str) -> String {
        format!("Zq{}{}", field.replace('_', ""), self.ending)
    }

    fn words(&self, fields: &[&str]) -> Value {
        Value::Object(fields.iter().map(|field| (field.to_string(), json!(self.word(field)))).collect::<Map<String, Value>>())
    }

    fn email(&self) -> String {
        format!("zqmail{}@quiet.example", self.ending)
    }

    fn slip(&self, doctor: &str, payer: &str) -> Value {
        let mut new = slip(doctor, payer, self.last, "2026-03-02");
        let person = json!({
            "first_name": self.first, "born_on": format!("{}-02-03", self.born_in), "phone": format!("206-555-{}", self.phone),
            "email": self.email()
        });
        new["new_patient"] = with(with(new["new_patient"].clone(), self.words(&OF_PATIENT)), person);
        new["coverage"] = with(with(new["coverage"].clone(), self.words(&OF_COVERAGE)), json!({ "copay_cents": 2_719 }));
        new["prescription"] = with(new["prescription"].clone(), self.words(&OF_ORDER));
        with(new, self.words(&["complaint", "reason"]))
    }

    fn note(&self, pain: i64) -> Value {
        let told = json!({
            "plan": self.word("plan"), "assessment": self.word("assessment"),
            "body": [{ "region": "neck_back_left", "word": self.word("body") }]
        });
        with(with(measured(pain, 3), self.words(&OF_NOTE)), told)
    }

    fn cash_note(&self) -> Value {
        json!({
            "subjective": self.word("cashsaid"), "plan": self.word("cashplan"), "assessment": self.word("cashresponse"),
            "flags": self.word("cashflags"), "services": [{ "code": "97140", "minutes": 30 }],
            "measures": [{ "instrument": "lower_better", "label": self.word("cashmeasure"), "value": 9 }]
        })
    }

    /// What nobody is told who treats them.
    fn secrets(&self) -> Vec<String> {
        let fields = [&OF_PATIENT[..], &OF_COVERAGE, &OF_ORDER, &OF_NOTE, &BESIDE, &OF_CASH].concat();
        let mut secrets: Vec<String> = fields.iter().map(|field| self.word(field)).collect();
        secrets.extend([self.email(), format!("555-{}", self.phone), format!("555{}", self.phone)]);
        secrets
    }

    /// What a report about them tells, and a summary does not.
    fn told(&self) -> Vec<String> {
        let year = self.born_in;
        let born = [format!("February 3, {year}"), format!("Feb 3, {year}"), format!("{year}-02-03"), format!("02/03/{year}")];
        born.into_iter().chain([self.word("plan"), self.word("assessment")]).collect()
    }

    fn names(&self) -> Vec<String> {
        [self.first, self.last].map(String::from).to_vec()
    }

    fn everything(&self) -> Vec<String> {
        [self.secrets(), self.told(), self.names()].concat()
    }
}

/// A canary in treatment: three visits, an addendum, a private note, money at the desk, and a visit that nobody's insurer hears of.
async fn treated(t: &TestApp, who: &Canary, doctor: &str) -> Value {
    t.at("2026-03-02");
    let payer = t.payer(&who.word("payer")).await;
    let referral = t.done("/api/v1/referrals", who.slip(doctor, &payer)).await;
    for (day, pain) in [("2026-03-02", 7), ("2026-03-09", 5), ("2026-03-16", 3)] {
        t.at(day);
        let visit = t.attended(&referral, day).await;
        let note = t.signed(&visit, who.note(pain)).await;
        let more = json!({ "words": who.word("addendum"), "reason": who.word("why") });
        t.done(&format!("/api/v1/notes/{}/addenda", id(&note)), more).await;
    }
    t.at("2026-03-17");
    let patient = referral["patient"]["id"].as_str().expect("a patient");
    t.done(&format!("/api/v1/patients/{patient}/private-notes"), json!({ "words": who.word("private") })).await;
    t.done("/api/v1/payments/patient", json!({ "patient": patient, "amount_cents": 3_391, "method": "cash" })).await;
    let cash = t.done("/api/v1/coverages", json!({ "patient": patient, "kind": "cash" })).await;
    let new = json!({ "referral": id(&referral), "visit_on": "2026-03-17", "state": "attended", "coverage": id(&cash) });
    let alone = t.done("/api/v1/visits", new).await;
    t.signed(&alone, who.cash_note()).await;
    referral
}

/// Two patients of one doctor and one of another; it is March 17. Gives the doctor, and the referral of the first.
async fn cast(t: &TestApp) -> (String, Value) {
    t.done("/api/v1/fees", json!({ "code": "97140", "fee_cents": 4_137, "effective_on": "2020-01-01" })).await;
    let doctor = t.reachable_doctor("Raman", DOCTOR).await;
    let other = t.reachable_doctor("Feld", "feld@harbor.example").await;
    let referral = treated(t, &ZELDA, &doctor).await;
    treated(t, &YVONNE, &doctor).await;
    treated(t, &XENIA, &other).await;
    (doctor, referral)
}

/// A mail as it lies in the folder.
struct Arrived {
    /// What shows of it before it is opened: its headers, and the names of its files.
    shown: String,
    /// That, and each part decoded; of a page its text as well, where it can be read here.
    said: String,
    /// What its reader sees: the text, the HTML, and the text of the page.
    words: String,
}

fn arrived(file: &str, mail: &[u8]) -> Arrived {
    let read = MessageParser::default().parse(mail).expect("MIME");
    let mut shown = vec![file.to_string(), read.subject().unwrap_or_default().to_string()];
    shown.extend(read.headers_raw().map(|(name, value)| format!("{name}: {value}")));
    shown.extend(read.parts.iter().filter_map(|part| part.attachment_name().map(String::from)));
    let pages: Vec<&[u8]> = read.parts.iter().map(|part| part.contents()).filter(|content| content.starts_with(b"%PDF-")).collect();
    assert_eq!(pages.len(), 1, "its page goes with it");
    let mut words = vec![read.body_text(0).unwrap_or_default().into_owned(), read.body_html(0).unwrap_or_default().into_owned()];
    words.extend(pages.iter().filter_map(|page| text_of(page)));
    let parts = read.parts.iter().map(|part| String::from_utf8_lossy(part.contents()).into_owned());
    let said: Vec<String> = shown.iter().cloned().chain(parts).chain(words.iter().cloned()).collect();
    Arrived { shown: one_line(&shown), said: one_line(&said), words: one_line(&words) }
}

fn one_line(texts: &[String]) -> String {
    texts.join(" ").split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

#[track_caller]
fn lacks(text: &str, words: &[String]) {
    for word in words {
        assert!(!text.contains(&word.to_lowercase()), "it tells {word}");
    }
}

#[track_caller]
fn holds(text: &str, words: &[&str]) {
    for word in words {
        assert!(text.contains(&word.to_lowercase()), "it does not tell {word}: {text}");
    }
}

fn folder(t: &TestApp) -> BTreeMap<String, Vec<u8>> {
    let Ok(folder) = std::fs::read_dir(t.mail_folder()) else { return BTreeMap::new() };
    let files = folder.map(|file| file.expect("a file").path());
    files.map(|path| (path.file_name().expect("a name").to_string_lossy().into_owned(), std::fs::read(&path).expect("a mail"))).collect()
}

/// Approves a report, and takes the mail that left for it.
async fn left(t: &TestApp, report: &Value) -> Arrived {
    let before = folder(t);
    t.approved(report).await;
    assert_eq!(t.delivered().await, 1);
    let (file, mail) = folder(t).into_iter().find(|(file, _)| !before.contains_key(file)).expect("a mail");
    arrived(&file, &mail)
}

/// What shows of a report before it is opened names nobody and nothing about anybody.
fn shows_nobody(report: &Value, mail: &Arrived) {
    for who in [&ZELDA, &YVONNE, &XENIA] {
        lacks(&mail.shown, &who.everything());
        let head = format!("{} {}", report["message"]["subject"], report["message"]["preheader"]).to_lowercase();
        lacks(&head, &who.everything());
        lacks(&head, &[who.born_in.to_string(), "M54".into(), "neck".into()]);
    }
}

/// Money, and whatever is another doctor's.
fn holds_no_money_and_no_other_doctor(mail: &Arrived) {
    lacks(&mail.said, &XENIA.everything());
    lacks(&mail.said, &["feld@harbor".to_string()]);
    lacks(&mail.words, &PRICES.map(String::from));
    lacks(&mail.words, &["$".to_string(), "Feld".into()]);
}

crate::both_databases! {
    async fn a_progress_report_holds_of_its_patient_what_it_is_there_to_tell_and_of_all_others_nothing(t: &TestApp) {
        let (_, referral) = cast(t).await;
        let report = t.done("/api/v1/reports", json!({ "referral": id(&referral) })).await;
        let mail = left(t, &report).await;
        let told = [ZELDA.word("plan"), ZELDA.word("assessment")];
        holds(&mail.words, &["Zelda Quillfeather", "born February 3, 1961", &told[0], &told[1], "Kept 3 of 3 appointments"]);
        lacks(&mail.said, &ZELDA.secrets());
        lacks(&mail.said, &YVONNE.everything());
        holds_no_money_and_no_other_doctor(&mail);
        shows_nobody(&report, &mail);
    }

    async fn a_monthly_summary_holds_the_names_of_the_doctors_own_patients_and_how_they_stand_and_nothing_else_of_them(t: &TestApp) {
        let (doctor, _) = cast(t).await;
        t.at("2026-04-01");
        let summary = t.done("/api/v1/reports", json!({ "provider": doctor, "month": "2026-03" })).await;
        let mail = left(t, &summary).await;
        holds(&mail.words, &["Zelda Quillfeather", "Yvonne Lundgren", "3 of 3", "7 → 3"]);
        for who in [&ZELDA, &YVONNE] {
            lacks(&mail.said, &[who.secrets(), who.told()].concat());
        }
        lacks(&mail.words, &["M54.2".to_string()]);
        holds_no_money_and_no_other_doctor(&mail);
        shows_nobody(&summary, &mail);
    }

    async fn a_visit_that_the_patient_paid_alone_is_not_even_counted_in_what_a_doctor_reads(t: &TestApp) {
        let (doctor, referral) = cast(t).await;
        let report = t.done("/api/v1/reports", json!({ "referral": id(&referral) })).await;
        t.at("2026-04-01");
        let summary = t.done("/api/v1/reports", json!({ "provider": doctor, "month": "2026-03" })).await;
        for report in [&report, &summary] {
            let text = one_line(&[report["message"]["text"].as_str().expect("a text").to_string()]);
            holds(&text, &["3 of 12 visits"]);
            lacks(&text, &["4 of 12".to_string()]);
        }
    }
}
