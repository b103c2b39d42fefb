//! A SOAP note.

use crate::care::body::Marks;
use crate::care::carried::Copies;
use crate::care::note::{Goals, NoteState};
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "note")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub public_id: Uuid,
    pub visit_id: i64,
    pub therapist_id: i64,
    pub author_user_id: Option<i64>,
    pub state: NoteState,
    pub subjective: String,
    pub objective: String,
    pub assessment: String,
    pub plan: String,
    pub work_status: String,
    pub restrictions: String,
    pub flags: String,
    #[sea_orm(column_type = "JsonBinary")]
    pub goals: Goals,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub body: Option<Marks>,
    /// What was carried on from the note before.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub copied: Option<Copies>,
    pub signed_at: Option<DateTimeUtc>,
    pub signed_by_id: Option<i64>,
    pub content_hash: Option<Vec<u8>>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub created_by_id: Option<i64>,
    pub updated_by_id: Option<i64>,
    pub version: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
