//! Batches of claims that left, and the files that answer them: TA1, 999 and 277CA as clearinghouses write them.

use super::TestApp;
use super::chain::id;
use super::http::Answer;
use poem::http::Method;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};
use tributary::auth::role::Role;

/// A file of claims that left to the partner `HOUSE`, put into the database as a batch would.
pub struct Left {
    pub interchange: i64,
    pub group: i64,
    /// ST02 of each claim.
    pub transactions: Vec<String>,
    pub reference: String,
}

/// Claims as they travel: one 2000B with three segments before each CLM and one behind.
const SEGMENTS_A_CLAIM: usize = 5;
/// ST, BHT, HL*20, NM1*85.
const HEAD: usize = 4;

/// The number as it travels.
pub fn wire(claim: &Value) -> String {
    claim["number"].as_str().expect("a number").replace('-', "")
}

/// Where the CLM of the nth claim of a transaction stands (the ST is 1).
pub fn clm_at(n: usize) -> usize {
    HEAD + n * SEGMENTS_A_CLAIM + 4
}

impl TestApp {
    pub async fn sql(&self, sql: &str) {
        self.app.db.execute_unprepared(sql).await.unwrap_or_else(|e| panic!("{sql}: {e}"));
    }

    pub async fn one_number(&self, sql: &str) -> i64 {
        let db = &self.app.db;
        let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await.expect(sql).expect("a row");
        row.try_get_by_index(0).expect("a number")
    }

    /// A clearinghouse that knows us as `WILLOW`.
    pub async fn house(&self, name: &str, receiver: &str) -> i64 {
        let now = "'2026-03-02T09:00:00Z'";
        let public = uuid(name);
        self.sql(&format!(
            "insert into partner (public_id, name, name_key, sender_qualifier, sender_id, receiver_qualifier, receiver_id, group_sender, \
             group_receiver, submitter_id, receiver_name, receiver_code, element_separator, component_separator, repetition_separator, \
             segment_terminator, file_name, is_test, wants_ta1, one_claim_per_transaction, breaks_lines, last_interchange, last_group, \
             last_transaction, created_at, updated_at, version) values ({}, '{name}', '{name}', 'ZZ', 'WILLOW', 'ZZ', '{receiver}', 'WILLOW', \
             '{receiver}', 'WILLOW', '{name}', '{receiver}', '*', ':', '^', '~', 'x.837', false, false, false, false, 0, 0, 0, {now}, {now}, 1)",
            self.literal(&public)
        ))
        .await;
        self.one_number(&format!("select id from partner where name = '{name}'")).await
    }

    /// A UUID as each database writes it.
    fn literal(&self, public: &str) -> String {
        match self.url.starts_with("sqlite") {
            true => format!("x'{}'", public.replace('-', "")),
            false => format!("'{public}'"),
        }
    }

    fn bytes(&self, content: &[u8]) -> String {
        let hex: String = content.iter().map(|b| format!("{b:02x}")).collect();
        match self.url.starts_with("sqlite") {
            true => format!("x'{hex}'"),
            false => format!("'\\x{hex}'"),
        }
    }

    /// Sends claims as one file; `split` gives each its own transaction.
    pub async fn left(&self, partner: i64, n: i64, claims: &[&Value], split: bool, on: &str) -> Left {
        for claim in claims {
            self.done(&format!("/api/v1/claims/{}/ready", id(claim)), json!({})).await;
            self.done(&format!("/api/v1/claims/{}/submit", id(claim)), json!({ "sent_on": on })).await;
        }
        let numbers: Vec<String> = claims.iter().map(|c| wire(c)).collect();
        let parts: Vec<Vec<String>> = if split { numbers.iter().map(|n| vec![n.clone()]).collect() } else { vec![numbers] };
        let first = n * 100;
        let mut text = format!(
            "ISA*00*          *00*          *ZZ*WILLOW         *ZZ*HOUSE          *260302*0900*^*00501*{n:09}*0*P*:~\
             GS*HC*WILLOW*HOUSE*20260302*0900*{n}*X*005010X222A1~"
        );
        let mut transactions = Vec::new();
        for (at, part) in parts.iter().enumerate() {
            let control = format!("{:04}", first + at as i64);
            let body = part.iter().map(|n| format!("HL*2*1*22*0~SBR*P*18~REF*G1*A77~CLM*{n}*160~LX*1~")).collect::<String>();
            let segments = HEAD + part.len() * SEGMENTS_A_CLAIM + 1;
            text += &format!("ST*837*{control}*005010X222A1~BHT*0019~HL*1**20*1~NM1*85*2~{body}SE*{segments}*{control}~");
            transactions.extend(part.iter().map(|_| control.clone()));
        }
        text += &format!("GE*{}*{n}~IEA*1*{n:09}~", parts.len());
        let reference = format!("B{n:08}");
        let now = format!("'{}'", self.app.now().to_rfc3339());
        let file = format!("{partner}-{n}");
        self.sql(&format!(
            "insert into exchange_file (public_id, direction, kind, name, sha256, content, size, created_at) \
             values ({}, 'out', '837p', '{file}', {}, {}, {}, {now})",
            self.literal(&uuid(&file)),
            self.bytes(file.as_bytes()),
            self.bytes(text.as_bytes()),
            text.len()
        ))
        .await;
        let file_id = self.one_number(&format!("select id from exchange_file where name = '{file}'")).await;
        self.sql(&format!(
            "insert into claim_batch (public_id, partner_id, exchange_file_id, reference, state, interchange_control, group_control, \
             first_transaction, transactions, claims, total_cents, is_test, sent_on, created_at, updated_at, version) \
             values ({}, {partner}, {file_id}, '{reference}', 'sent', {n}, {n}, {first}, {}, {}, 16000, false, '{on}', {now}, {now}, 1)",
            self.literal(&uuid(&format!("batch {file}"))),
            parts.len(),
            claims.len()
        ))
        .await;
        let batch = self.one_number(&format!("select id from claim_batch where reference = '{reference}'")).await;
        for (claim, control) in claims.iter().zip(&transactions) {
            self.carried(batch, claim, control).await;
        }
        Left { interchange: n, group: n, transactions, reference }
    }

    /// The last sending of a claim becomes that of a batch. What left is kept for ever, so the guard steps aside.
    async fn carried(&self, batch: i64, claim: &Value, control: &str) {
        let (number, is_sqlite) = (claim["number"].as_str().expect("a number"), self.url.starts_with("sqlite"));
        let set = format!(
            "update transmission set claim_batch_id = {batch}, wire_transaction = '{control}' \
             where claim_id = (select id from claim where number = '{number}') \
             and n = (select max(n) from transmission where claim_id = (select id from claim where number = '{number}'))"
        );
        if is_sqlite {
            let guard = self.text("select sql from sqlite_master where name = 'keep_transmission_update'").await;
            self.sql("drop trigger keep_transmission_update").await;
            self.sql(&set).await;
            self.sql(&guard).await;
        } else {
            self.sql("alter table transmission disable trigger keep_transmission_update").await;
            self.sql(&set).await;
            self.sql("alter table transmission enable trigger keep_transmission_update").await;
        }
    }

    async fn text(&self, sql: &str) -> String {
        let db = &self.app.db;
        let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await.expect(sql).expect("a row");
        row.try_get_by_index(0).expect("a text")
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
        self.text(&format!("select state from claim_batch where reference = '{}'", left.reference)).await
    }

    pub async fn claim_state(&self, claim: &Value) -> String {
        self.fresh(claim).await["state"].as_str().expect("a state").to_string()
    }
}

/// A UUID of a name, for rows of a test.
fn uuid(name: &str) -> String {
    let n = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
    format!("0195d000-0000-7000-8{:03x}-{:012x}", n >> 52, n & 0xffff_ffff_ffff)
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
