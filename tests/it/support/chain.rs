//! A short way along the chain, through the API as the owner, who treats.

use super::TestApp;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicUsize, Ordering};

/// NPIs of a range that nobody was given, with right check digits.
pub fn npi(n: usize) -> String {
    let base = format!("20{:07}", 1_000 + n);
    let digit = (0..10).find(|d| tributary::types::Npi::parse(&format!("{base}{d}")).is_ok()).expect("one digit fits");
    format!("{base}{digit}")
}

fn next() -> usize {
    static N: AtomicUsize = AtomicUsize::new(1);
    N.fetch_add(1, Ordering::Relaxed)
}

/// A practice with fees, a doctor, a payer of health insurance, and a referral received on March 2.
pub struct Cast {
    pub doctor: String,
    pub payer: String,
    pub referral: Value,
}

/// An object with more in it.
pub fn with(mut base: Value, more: Value) -> Value {
    base.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    base
}

pub fn id(thing: &Value) -> String {
    thing["id"].as_str().unwrap_or_else(|| panic!("no id in {thing}")).to_string()
}

/// A payer that is billed by the 8-minute rule, takes orders of anybody and acknowledges.
pub fn sheet() -> Value {
    json!({
        "effective_on": "2020-01-01", "units_rule": "cms_8_minute", "requires_prescription": "yes", "timely_filing_days": 365,
        "appeal_days": 60, "patient_may_be_billed": "yes"
    })
}

impl TestApp {
    /// Who most tests are about, on a day of theirs.
    pub async fn cast(&self, today: &str) -> Cast {
        self.at(today);
        self.fees().await;
        let doctor = self.doctor("Priya", "Raman").await;
        let payer = self.payer("Cascade Health").await;
        let referral = self.referral(&doctor, &payer, "Marsh", "2026-03-02").await;
        Cast { doctor, payer, referral }
    }

    /// One of us who treats, by their last name.
    pub async fn therapist(&self, last: &str) -> Value {
        let all = self.read("/api/v1/therapists").await["items"].clone();
        all.as_array().expect("therapists").iter().find(|x| x["last_name"] == last).expect(last).clone()
    }

    /// A doctor with an NPI of their own.
    pub async fn doctor(&self, first: &str, last: &str) -> String {
        let new = json!({ "first_name": first, "last_name": last, "credentials": ["MD"], "npi": npi(next()) });
        id(&self.done("/api/v1/providers", new).await)
    }

    /// A health plan with a sheet, billed electronically.
    pub async fn payer(&self, name: &str) -> String {
        self.payer_of("health", "837p", name, sheet()).await
    }

    pub async fn payer_of(&self, kind: &str, channel: &str, name: &str, sheet: Value) -> String {
        let payer = id(&self
            .done("/api/v1/payers", json!({ "name": name, "kind": kind, "claim_channel": channel, "clearinghouse_payer_id": "CH001" }))
            .await);
        self.done(&format!("/api/v1/payers/{payer}/rule-sheets"), sheet).await;
        payer
    }

    /// $40.00 a unit for manual therapy and massage.
    pub async fn fees(&self) {
        for code in ["97140", "97112", "97124"] {
            self.done("/api/v1/fees", json!({ "code": code, "fee_cents": 4_000, "effective_on": "2020-01-01" })).await;
        }
    }

    /// A referral with a new patient, a plan and an order for twelve visits, valid from the day of receipt.
    pub async fn referral(&self, doctor: &str, payer: &str, last: &str, on: &str) -> Value {
        self.done("/api/v1/referrals", slip(doctor, payer, last, on)).await
    }

    /// A visit that was attended.
    pub async fn attended(&self, referral: &Value, on: &str) -> Value {
        let new = json!({ "referral": id(referral), "visit_on": on, "starts_at": "10:00", "state": "attended" });
        self.done("/api/v1/visits", new).await
    }

    /// A signed note: 60 minutes of manual therapy make four units, $160.00.
    pub async fn signed_note(&self, visit: &Value) -> Value {
        self.signed(visit, json!({ "services": [{ "code": "97140", "minutes": 60 }] })).await
    }

    /// A signed note with more in it.
    pub async fn signed(&self, visit: &Value, more: Value) -> Value {
        let note = json!({ "visit": id(visit), "subjective": "Neck feels looser.", "plan": "Go on weekly." });
        let draft = self.done("/api/v1/notes", with(note, more)).await;
        self.done(&format!("/api/v1/notes/{}/sign", id(&draft)), json!({})).await
    }

    /// The claim of a visit.
    pub async fn claim_of(&self, visit: &Value) -> Value {
        let claims = self.read(&format!("/api/v1/claims?limit=500&patient={}", id(&visit["patient"]))).await;
        for claim in claims["items"].as_array().expect("items") {
            let whole = self.read(&format!("/api/v1/claims/{}", id(claim))).await;
            if whole["visit_id"] == visit["id"] {
                return whole;
            }
        }
        panic!("the visit has no claim");
    }

    /// The claim as it stands now.
    pub async fn fresh(&self, claim: &Value) -> Value {
        self.read(&format!("/api/v1/claims/{}", id(claim))).await
    }

    /// The draft that a signed note makes.
    pub async fn claim_drafted(&self, referral: &Value, on: &str) -> Value {
        let visit = self.attended(referral, on).await;
        self.signed_note(&visit).await;
        self.claim_of(&visit).await
    }

    /// An attended visit with its note signed and its claim sent and taken in by the payer.
    pub async fn billed(&self, referral: &Value, on: &str) -> Value {
        let claim = self.claim_drafted(referral, on).await;
        self.sent(&claim, on).await
    }

    /// Sends a claim and has the payer take it in.
    pub async fn sent(&self, claim: &Value, on: &str) -> Value {
        let claim = id(claim);
        self.done(&format!("/api/v1/claims/{claim}/ready"), json!({})).await;
        self.done(&format!("/api/v1/claims/{claim}/submit"), json!({ "sent_on": on })).await;
        self.done(&format!("/api/v1/claims/{claim}/accept"), json!({ "on": on })).await
    }

    /// A claim of two lines, $120.00 and $40.00, with the payer.
    pub async fn two_lines(&self, referral: &Value, on: &str) -> Value {
        let claim = self.two_lines_drafted(referral, on).await;
        self.sent(&claim, on).await
    }

    /// The same before it leaves.
    pub async fn two_lines_drafted(&self, referral: &Value, on: &str) -> Value {
        let visit = self.attended(referral, on).await;
        self.signed(&visit, json!({ "services": [{ "code": "97140", "minutes": 45 }, { "code": "97112", "minutes": 15 }] })).await;
        self.claim_of(&visit).await
    }

    /// A payer's answer to one claim; `parts` are (group, reason, cents).
    pub async fn answered(&self, payer: &str, claim: &Value, on: &str, paid: i64, parts: &[(&str, &str, i64)]) -> Value {
        self.done("/api/v1/payments", eob(payer, claim, on, paid, parts)).await
    }
}

/// The slip of a referral, as it is typed.
pub fn slip(doctor: &str, payer: &str, last: &str, on: &str) -> Value {
    json!({
        "provider": doctor, "received_on": on, "channel": "fax", "complaint": "Neck",
        "new_patient": {
            "first_name": "Nora", "last_name": last, "born_on": "1980-05-04", "sex": "f",
            "street": "1 Alder Way", "city": "Seattle", "state": "WA", "zip": "98102",
            "release_signed_on": "2020-01-01", "assignment_signed_on": "2020-01-01"
        },
        "coverage": { "payer": payer, "kind": "health", "member_no": "M-1" },
        "prescription": { "diagnoses": ["M54.2"], "visits": 12, "signed_on": on, "valid_from": on, "no_expiration": "yes" }
    })
}

/// An explanation of benefits about one claim. Every call makes a check of its own.
pub fn eob(payer: &str, claim: &Value, on: &str, paid: i64, parts: &[(&str, &str, i64)]) -> Value {
    let adjustments: Vec<Value> =
        parts.iter().map(|(group, reason, cents)| json!({ "group": group, "reason": reason, "amount_cents": cents })).collect();
    json!({
        "payer": payer, "trace": format!("EFT-{}", next()), "paid_on": on, "posted_on": on, "amount_cents": std::cmp::max(0, paid),
        "claims": [{ "claim": claim["number"], "paid_cents": paid, "adjustments": adjustments }]
    })
}
