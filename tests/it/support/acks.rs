//! Files of claims that left, and the files that answer them: TA1, 999 and 277CA as clearinghouses write them.

use super::TestApp;
use super::chain::id;
use super::http::Answer;
use poem::http::Method;
use serde_json::{Value, json};
use tributary::auth::role::Role;

/// A file of claims that left.
pub struct Left {
    pub id: String,
    pub reference: String,
    pub interchange: i64,
    pub group: i64,
    /// ST02 of the first transaction.
    pub first: i64,
    pub text: String,
}

/// The number as it travels.
pub fn wire(claim: &Value) -> String {
    claim["number"].as_str().expect("a number").replace('-', "")
}

impl Left {
    /// ST02 of the nth transaction.
    pub fn st(&self, n: i64) -> String {
        format!("{:04}", self.first + n)
    }

    /// Where a segment of a claim stands in its transaction (the ST is 1).
    pub fn at(&self, claim: &Value, segment: &str) -> usize {
        let segments: Vec<&str> = self.text.split('~').map(str::trim).collect();
        let clm = segments.iter().position(|s| s.starts_with(&format!("CLM*{}*", wire(claim)))).expect("the claim is in the file");
        let st = segments[..clm].iter().rposition(|s| s.starts_with("ST*")).expect("a transaction");
        let there = segments[clm..].iter().position(|s| s.starts_with(segment)).unwrap_or_else(|| panic!("no {segment} behind it"));
        clm + there - st + 1
    }
}

impl TestApp {
    /// A clearinghouse that knows us as `WILLOW`.
    pub async fn house(&self, name: &str, receiver: &str, more: Value) -> Value {
        let new = json!({ "name": name, "sender_id": "WILLOW", "receiver_id": receiver });
        self.done("/api/v1/partners", super::chain::with(new, more)).await
    }

    /// Sends claims as one file to a clearinghouse.
    pub async fn left(&self, house: &Value, claims: &[&Value]) -> Left {
        for claim in claims {
            self.done(&format!("/api/v1/claims/{}/ready", id(claim)), json!({})).await;
        }
        let ids: Vec<String> = claims.iter().map(|c| id(c)).collect();
        let written = self.done("/api/v1/claims/batches", json!({ "ids": ids, "partner": id(house) })).await;
        let batch = written["batches"][0].clone();
        assert_eq!(batch["claims"].as_array().map(Vec::len), Some(claims.len()), "{written}");
        let number = |field: &str| batch[field].as_i64().expect(field);
        Left {
            id: id(&batch),
            reference: batch["reference"].as_str().expect("a reference").into(),
            interchange: number("interchange_control"),
            group: number("group_control"),
            first: number("first_transaction"),
            text: self.get(Role::Owner, &format!("/api/v1/claims/batches/{}/file", id(&batch))).await.text(),
        }
    }

    /// Takes a file of answers in, as a program does.
    pub async fn ack(&self, content: &str) -> Answer {
        let bearer = format!("Bearer {}", self.token(Role::Owner).await);
        let headers = [("authorization", bearer.as_str()), ("content-type", "application/octet-stream"), ("x-file-name", "answer.x12")];
        self.raw(Method::POST, "/api/v1/acknowledgments", &headers, content).await
    }

    /// The same, and it is taken in.
    pub async fn acked(&self, content: &str) -> Value {
        let answer = self.ack(content).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.json()
    }

    /// How a batch stands.
    pub async fn batch_state(&self, left: &Left) -> String {
        self.read(&format!("/api/v1/claims/batches/{}", left.id)).await["state"].as_str().expect("a state").to_string()
    }

    pub async fn claim_state(&self, claim: &Value) -> String {
        self.fresh(claim).await["state"].as_str().expect("a state").to_string()
    }
}

/// An envelope of the clearinghouse around its groups.
pub fn from_house(inner: &str) -> String {
    from("HOUSE", inner)
}

pub fn from(who: &str, inner: &str) -> String {
    format!("ISA*00*          *00*          *ZZ*{who:<15}*ZZ*WILLOW         *260304*1200*^*00501*000000777*0*P*:~{inner}IEA*1*000000777~")
}

/// A TA1 about one file of ours.
pub fn ta1(interchange: i64, verdict: &str, note: &str) -> String {
    from_house(&format!("TA1*{interchange:09}*260302*0900*{verdict}*{note}~"))
}

/// A 999 of a day about a group of ours: `inner` from the first AK2 to the AK9.
pub fn receipt(group: i64, on: &str, inner: &str) -> String {
    let on = on.replace('-', "");
    let body = format!("ST*999*0001*005010X231A1~AK1*HC*{group}*005010X222A1~{inner}");
    let segments = body.matches('~').count() + 1;
    from_house(&format!("GS*FA*HOUSE*WILLOW*{on}*1200*9*X*005010X231A1~{body}SE*{segments}*0001~GE*1*9~"))
}

/// A 277CA of a day about a batch of ours: `claims` from each claim's HL on.
pub fn status(reference: &str, on: &str, claims: &str) -> String {
    let on = on.replace('-', "");
    let body = format!(
        "ST*277*0001*005010X214~BHT*0085*08*A1*{on}*1200*TH~HL*1**20*1~NM1*AY*2*FIRST HOUSE*****46*HOUSE~TRN*1*S1~DTP*050*D8*{on}~DTP*009*D8*{on}~\
         HL*2*1*21*1~NM1*41*2*WILLOW*****46*WILLOW~TRN*2*{reference}~STC*A1:19:PR*{on}*WQ*160~HL*3*2*19*1~NM1*85*2*WILLOW*****XX*2000000028~\
         TRN*1*0~{claims}"
    );
    let segments = body.matches('~').count() + 1;
    from_house(&format!("GS*HN*HOUSE*WILLOW*{on}*1200*9*X*005010X214~{body}SE*{segments}*0001~GE*1*9~"))
}

/// What a 277CA says of one claim: `codes` like `A2:20:PR`, on a day.
pub fn said(number: &str, codes: &str, on: &str, more: &str) -> String {
    let on = on.replace('-', "");
    let action = if ["A3", "A6", "A7", "A8"].iter().any(|c| codes.starts_with(c)) { "U" } else { "WQ" };
    format!("HL*4*3*PT~NM1*QC*1*MARSH*NORA****MI*M-1~TRN*2*{number}~STC*{codes}*{on}*{action}*160~{more}")
}
