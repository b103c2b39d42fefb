//! A short way to a report that could be sent.

use super::TestApp;
use super::chain::id;
use poem::http::Method;
use serde_json::{Value, json};
use tributary::auth::role::Role;

pub const DOCTOR: &str = "p.raman@northgate.example";

/// A doctor, a patient, and what was measured.
pub struct Case {
    pub doctor: String,
    pub referral: Value,
}

impl TestApp {
    /// A doctor with an office and an address that was read back by phone.
    pub async fn reachable_doctor(&self, last: &str, address: &str) -> String {
        let new = json!({
            "first_name": "Priya", "last_name": last, "credentials": ["MD"], "organization_name": "Northgate Spine",
            "emails": [{ "address": address }]
        });
        let doctor = self.done("/api/v1/providers", new).await;
        self.done(
            &format!("/api/v1/providers/{}/verify-email", id(&doctor)),
            json!({ "email": doctor["emails"][0]["id"], "how": "phone", "on": "2026-03-01" }),
        )
        .await;
        id(&doctor)
    }

    /// A patient of a doctor with three signed notes: pain 7, 5, 3; headaches 3, 3, 4. The clock stands on the day of the third.
    pub async fn treated(&self, last: &str) -> Case {
        let doctor = self.reachable_doctor("Raman", DOCTOR).await;
        self.treated_for(&doctor, last).await
    }

    pub async fn treated_for(&self, doctor: &str, last: &str) -> Case {
        self.at("2026-03-02");
        self.fees().await;
        let payer = self.payer(&format!("Cascade Health {last}")).await;
        let referral = self.referral(doctor, &payer, last, "2026-03-02").await;
        for (day, pain, headaches) in [("2026-03-02", 7, 3), ("2026-03-09", 5, 3), ("2026-03-16", 3, 4)] {
            self.at(day);
            let visit = self.attended(&referral, day).await;
            self.signed(&visit, measured(pain, headaches)).await;
        }
        Case { doctor: doctor.into(), referral }
    }

    /// A progress report about it, in draft.
    pub async fn drafted(&self, case: &Case) -> Value {
        self.done("/api/v1/reports", json!({ "referral": id(&case.referral) })).await
    }

    /// The same, read and approved by the owner.
    pub async fn approved(&self, report: &Value) -> Value {
        let read = self.read(&format!("/api/v1/reports/{}", id(report))).await;
        self.done(&format!("/api/v1/reports/{}/approve", id(report)), json!({ "seen": read["message"]["seen"] })).await
    }

    /// Everything due goes out.
    pub async fn delivered(&self) -> usize {
        tributary::mail::deliver::all_due(&self.app).await.expect("a delivery")
    }

    /// The mails in the folder, oldest file name first.
    pub fn mails(&self) -> Vec<String> {
        let Ok(folder) = std::fs::read_dir(self.mail_folder()) else { return Vec::new() };
        let mut files: Vec<_> = folder.map(|f| f.expect("a file").path()).collect();
        files.sort();
        files.iter().map(|f| std::fs::read_to_string(f).expect("a mail")).collect()
    }

    /// What a report's state is now.
    pub async fn state_of(&self, report: &Value) -> String {
        self.read(&format!("/api/v1/reports/{}", id(report))).await["state"].as_str().unwrap_or_default().to_string()
    }

    /// Asks as somebody and gives the status and the words of what is wrong.
    pub async fn refused(&self, role: Role, path: &str, body: Value) -> (u16, String) {
        let answer = self.call(role, Method::POST, path, Some(&body)).await;
        (answer.status.as_u16(), answer.json()["detail"].as_str().unwrap_or_default().to_string())
    }
}

/// What a note of such a visit holds.
pub fn measured(pain: i64, headaches: i64) -> Value {
    json!({
        "plan": "Once a week.",
        "measures": [
            { "instrument": "nprs", "label": "now", "value": pain },
            { "instrument": "lower_better", "label": "Headache days a week", "value": headaches }
        ],
        "services": [{ "code": "97140", "minutes": 53, "area": "Neck" }]
    })
}
