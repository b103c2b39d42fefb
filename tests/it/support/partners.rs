//! What a practice needs before its claims can leave as files.

use super::TestApp;
use serde_json::{Value, json};

/// A clearinghouse that files can go to, and a payer that takes them; it is March 31.
pub async fn clearinghouse(t: &TestApp, name: &str, more: Value) -> Value {
    let mut new =
        json!({ "name": name, "sender_id": "CEDARTIDE", "receiver_qualifier": "30", "receiver_id": "330897513", "group_receiver": "OA" });
    new.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    t.done("/api/v1/partners", new).await
}

/// What a file asks of the practice and the payer beside what tests usually have.
pub async fn may_send(t: &TestApp, payer: &str) {
    let address = json!({
        "street": "12 Harbor Street", "city": "Seattle", "state": "WA", "zip": "98101-2204",
        "phone": "206-555-0110", "tax_id": "91-1234567", "taxonomy_code": "225700000X"
    });
    t.changed("/api/v1/practice", address).await;
    t.changed(&format!("/api/v1/payers/{payer}"), json!({ "clearinghouse_payer_id": "CSCD1" })).await;
}
