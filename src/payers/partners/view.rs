//! What pages and programs see of a partner.

use super::partner::NewPartner;
use crate::entity::partner::Model as Partner;
use crate::types::Text;
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

/// A clearinghouse, or a payer that takes files itself.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PartnerView {
    pub id: Uuid,
    pub name: String,
    pub sender_qualifier: String,
    pub sender_id: String,
    pub receiver_qualifier: String,
    pub receiver_id: String,
    pub group_sender: String,
    pub group_receiver: String,
    pub submitter_id: String,
    pub receiver_name: String,
    pub receiver_code: String,
    pub element_separator: String,
    pub component_separator: String,
    pub repetition_separator: String,
    pub segment_terminator: String,
    pub breaks_lines: bool,
    pub is_test: bool,
    pub wants_ta1: bool,
    pub one_claim_per_transaction: bool,
    pub file_name: String,
    pub folder: Option<String>,
    pub notes: Option<String>,
    /// Null: what stands here was never confirmed by the partner.
    pub confirmed_on: Option<NaiveDate>,
    /// The number of the last file (ISA13).
    pub last_interchange: i64,
    pub version: i64,
}

impl PartnerView {
    pub fn of(row: Partner) -> Self {
        Self {
            id: row.public_id,
            name: row.name,
            sender_qualifier: row.sender_qualifier,
            sender_id: row.sender_id,
            receiver_qualifier: row.receiver_qualifier,
            receiver_id: row.receiver_id,
            group_sender: row.group_sender,
            group_receiver: row.group_receiver,
            submitter_id: row.submitter_id,
            receiver_name: row.receiver_name,
            receiver_code: row.receiver_code,
            element_separator: row.element_separator,
            component_separator: row.component_separator,
            repetition_separator: row.repetition_separator,
            segment_terminator: row.segment_terminator,
            breaks_lines: row.breaks_lines,
            is_test: row.is_test,
            wants_ta1: row.wants_ta1,
            one_claim_per_transaction: row.one_claim_per_transaction,
            file_name: row.file_name,
            folder: row.folder,
            notes: row.notes,
            confirmed_on: row.confirmed_on,
            last_interchange: row.last_interchange,
            version: row.version,
        }
    }

    /// As it would be typed.
    pub fn as_typed(&self) -> NewPartner {
        let yes = |b: bool| Text::from(if b { "yes" } else { "" });
        let text = |t: &Option<String>| t.as_deref().unwrap_or_default().into();
        NewPartner {
            name: self.name.as_str().into(),
            sender_qualifier: self.sender_qualifier.as_str().into(),
            sender_id: self.sender_id.as_str().into(),
            receiver_qualifier: self.receiver_qualifier.as_str().into(),
            receiver_id: self.receiver_id.as_str().into(),
            group_sender: self.group_sender.as_str().into(),
            group_receiver: self.group_receiver.as_str().into(),
            submitter_id: self.submitter_id.as_str().into(),
            receiver_name: self.receiver_name.as_str().into(),
            receiver_code: self.receiver_code.as_str().into(),
            element_separator: self.element_separator.as_str().into(),
            component_separator: self.component_separator.as_str().into(),
            repetition_separator: self.repetition_separator.as_str().into(),
            segment_terminator: self.segment_terminator.as_str().into(),
            breaks_lines: yes(self.breaks_lines),
            is_test: yes(self.is_test),
            wants_ta1: yes(self.wants_ta1),
            one_claim_per_transaction: yes(self.one_claim_per_transaction),
            file_name: self.file_name.as_str().into(),
            folder: text(&self.folder),
            notes: text(&self.notes),
            confirmed_on: self.confirmed_on.map(|d| d.to_string()).unwrap_or_default().into(),
            version: self.version.to_string().into(),
        }
    }
}
