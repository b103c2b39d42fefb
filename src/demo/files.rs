//! The clearinghouse that claims go through, and the one file of a payer that lies there on the last day and waits for somebody.

use super::bills::{Stands, payers_number};
use super::deposits::{Posted, Verdict, decide};
use super::payers::{Habit, Pays};
use super::year::Year;
use crate::claims::Answer;
use crate::claims::claim::{AnswerKind, ClaimState};
use crate::error::{AppError, Result};
use crate::payers::partners::partner::NewPartner;
use crate::payments::era;
use crate::x12::claim_837p::wire_number;
use crate::x12::{Delimiters, Writer};
use crate::{patients, practice};
use chrono::NaiveDate;

/// How many answers the file holds.
const ANSWERS: usize = 9;

/// An invented clearinghouse.
pub fn clearing() -> NewPartner {
    NewPartner {
        name: "Harbor Clearing".into(),
        sender_id: "CEDARTIDE".into(),
        receiver_qualifier: "30".into(),
        receiver_id: "000005150".into(),
        group_receiver: "HARBOR".into(),
        file_name: "{date}-{control}.837".into(),
        ..NewPartner::default()
    }
}

/// The file: what is usual, a refusal, a claim that nobody knows, and money that is taken back.
pub async fn wait(year: &mut Year<'_>) -> Result<()> {
    let Some(habit) = Pays::Evergreen.habit() else { return Ok(()) };
    let today = year.stage.today();
    let waits = |b: &usize| {
        let bill = &year.bills[*b];
        bill.habit.pays == habit.pays && bill.stands == Stands::WithPayer && bill.last.is_none() && bill.decided_on.is_some()
    };
    let mut due: Vec<usize> = (0..year.bills.len()).filter(waits).collect();
    due.truncate(ANSWERS);
    if due.len() < 3 {
        return Ok(());
    }
    let last = due.len() - 1;
    let mut answers = Vec::new();
    for (n, b) in due.into_iter().enumerate() {
        let verdict = if n == last { Verdict::Refuse("197") } else { Verdict::Pay };
        let posted = decide(year, b, verdict);
        answers.push((b, posted, if n == last { "4" } else { "1" }));
    }
    let content = remittance(year, habit, today, &answers).await?;
    let name = format!("{}-{}.835", habit.payer_id, today.format("%y%m%d"));
    era::take_in(&year.stage.app, year.stage.biller(), &name, content.into_bytes()).await.map(|_| ())
}

/// On most days some claim lies there that was sent back; on the others the newest that nobody answered yet is.
pub async fn send_back(year: &mut Year<'_>) -> Result<()> {
    if year.bills.iter().any(|b| b.stands == Stands::Rejected) {
        return Ok(());
    }
    let (app, by) = (&year.stage.app, year.stage.biller());
    for bill in year.bills.iter().rev().filter(|b| b.stands == Stands::WithPayer && b.habit.acknowledges()) {
        if crate::claims::store::row(&app.db, bill.claim_id).await?.state == ClaimState::Submitted {
            let words = "Member number not found (164)".into();
            let said = Answer { code: "A7".into(), words, ..Answer::default() };
            return crate::claims::answer(app, by, &bill.id, AnswerKind::Rejected, &said).await.map(|_| ());
        }
    }
    Ok(())
}

fn dollars(cents: i64) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", cents.abs() / 100, cents.abs() % 100)
}

/// An 835 as a payer writes it.
async fn remittance(year: &Year<'_>, habit: &Habit, on: NaiveDate, answers: &[(usize, Posted, &str)]) -> Result<String> {
    let app = &year.stage.app;
    let profile = practice::of(&app.db).await?;
    let npi = profile.npi.unwrap_or_default();
    let (taken_back, stray) = (2_600, 4_120);
    let paid = answers.iter().map(|(_, posted, _)| posted.paid()).sum::<i64>() + stray;
    let (day, trace) = (on.format("%Y%m%d").to_string(), format!("{}-{}", habit.payer_id, on.format("%y%m%d")));
    let mut out = Writer::new(Delimiters::default());
    out.isa(&["00", "", "00", "", "30", "000005150", "ZZ", "CEDARTIDE", &day[2..], "0615", "^", "00501", "000000731", "0", "P"]);
    out.segment("GS", &["HP", "HARBOR", "CEDARTIDE", &day, "0615", "731", "X", "005010X221A1"]).segment("ST", &["835", "0001"]);
    out.segment(
        "BPR",
        &[
            "I",
            &dollars(paid - taken_back),
            "C",
            "ACH",
            "CCP",
            "01",
            "000000000",
            "DA",
            "0001",
            "1000005150",
            "",
            "01",
            "000000000",
            "DA",
            "0002",
            &day,
        ],
    );
    out.segment("TRN", &["1", &trace, "1000005150"]).segment("DTM", &["405", &day]);
    out.segment("N1", &["PR", &habit.name.to_uppercase()]).segment("N3", &["PO BOX 1400"]).segment("N4", &["OLYMPIA", "WA", "985011400"]);
    out.segment("PER", &["BL", "PROVIDER SERVICES", "TE", "8005550172"]);
    out.segment("N1", &["PE", &profile.name.to_uppercase(), "XX", &npi]).segment("LX", &["1"]);
    for (b, posted, status) in answers {
        let bill = &year.bills[*b];
        let claim = crate::claims::store::row(&app.db, bill.claim_id).await?;
        let patient = patients::row(&app.db, claim.patient_id).await?;
        let (number, charge) = (wire_number(&bill.number), bill.charge());
        out.segment(
            "CLP",
            &[&number, status, &dollars(charge), &dollars(posted.paid()), &dollars(posted.share()), "12", &payers_number(bill), "11", "1"],
        );
        out.segment("NM1", &["QC", "1", &patient.last_name.to_uppercase(), &patient.first_name.to_uppercase()]);
        let services =
            year.course(bill.course).visits.iter().find(|v| v.on == bill.service_on).map(|v| v.services.clone()).unwrap_or_default();
        for (n, line) in posted.lines.iter().enumerate() {
            let ((units, charge), code) = (bill.lines[n], services.get(n).map_or("97140", |(code, _)| code));
            out.segment("SVC", &[&out.composite(&["HC", code]), &dollars(charge), &dollars(line.paid), "", &units.to_string()]);
            out.segment("DTM", &["472", &bill.service_on.format("%Y%m%d").to_string()]);
            for part in line.parts.iter().filter(|p| p.cents != 0) {
                out.segment("CAS", &[part.group, part.reason, &dollars(part.cents)]);
            }
            out.segment("REF", &["6R", &(n + 1).to_string()]);
        }
    }
    // Somebody else's patient: it waits until a person says whose money it is.
    out.segment("CLP", &["XJ40021", "1", &dollars(stray), &dollars(stray), "0", "12", "E99812", "11", "1"])
        .segment("NM1", &["QC", "1", "STRAY", "SAM"]);
    out.segment("PLB", &[&npi, &format!("{}1231", on.format("%Y")), &out.composite(&["WO", "E2024-88"]), &dollars(taken_back)]);
    let count = out.count_with_trailer().to_string();
    out.segment("SE", &[&count, "0001"]).segment("GE", &["1", "731"]).segment("IEA", &["1", "000000731"]);
    out.finish().map_err(|words| AppError::conflict(words.join(". ")))
}
