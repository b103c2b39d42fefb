//! Claims by the thousand: each like one that went the whole way, with lines of its own, sent and taken in by its payer.

use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseConnection, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, Set,
};
use std::collections::HashMap;
use tributary::entity::{claim, claim_line, claim_version, transmission};
use uuid::Uuid;

/// Code and charge of each line of one claim.
pub type Lines = Vec<(&'static str, i64)>;

/// As many rows as one statement takes.
const AT_ONCE: usize = 300;

/// Makes claims like the one of this number; gives their numbers in order.
pub async fn claims_like(db: &DatabaseConnection, number: &str, many: &[Lines]) -> Vec<String> {
    let model = claim::Entity::find().filter(claim::Column::Number.eq(number)).one(db).await.expect("asked").expect("the claim");
    let sent = model.sent_version_id.expect("it was sent");
    let version = claim_version::Entity::find_by_id(sent).one(db).await.expect("asked").expect("its version");
    let line =
        claim_line::Entity::find().filter(claim_line::Column::ClaimVersionId.eq(sent)).one(db).await.expect("asked").expect("a line");
    let way =
        transmission::Entity::find().filter(transmission::Column::ClaimId.eq(model.id)).one(db).await.expect("asked").expect("a sending");
    let last = claim::Entity::find().order_by_desc(claim::Column::Id).one(db).await.expect("asked").expect("a claim").id;
    let mut numbers = Vec::with_capacity(many.len());
    for (chunk, some) in many.chunks(AT_ONCE).enumerate() {
        let first = 20_000 + last as usize + chunk * AT_ONCE;
        let named: Vec<String> = (0..some.len()).map(|n| format!("C-2026-{:05}", first + n)).collect();
        let rows = named.iter().zip(some).map(|(number, lines)| copy(&model, number, total(lines)));
        claim::Entity::insert_many(rows).exec_without_returning(db).await.expect("claims");
        let ids = ids_of(db, &named).await;
        let row = |(number, lines): (&String, &Lines)| claim_version::ActiveModel {
            id: sea_orm::NotSet,
            claim_id: Set(ids[number]),
            total_cents: Set(total(lines)),
            frozen_at: Set(None),
            ..version.clone().into_active_model().reset_all()
        };
        claim_version::Entity::insert_many(named.iter().zip(some).map(row)).exec_without_returning(db).await.expect("versions");
        let of = claim_version::Entity::find().filter(claim_version::Column::ClaimId.is_in(ids.values().copied()));
        let versions: HashMap<i64, i64> = of.all(db).await.expect("asked").into_iter().map(|v| (v.claim_id, v.id)).collect();
        let mut lined = Vec::new();
        for (number, lines) in named.iter().zip(some) {
            for (n, (code, cents)) in lines.iter().enumerate() {
                lined.push(claim_line::ActiveModel {
                    id: sea_orm::NotSet,
                    claim_version_id: Set(versions[&ids[number]]),
                    n: Set(n as i64 + 1),
                    code: Set(code.to_string()),
                    charge_cents: Set(*cents),
                    ..line.clone().into_active_model().reset_all()
                });
            }
        }
        claim_line::Entity::insert_many(lined).exec_without_returning(db).await.expect("lines");
        let row = |number: &String| transmission::ActiveModel {
            id: sea_orm::NotSet,
            public_id: Set(Uuid::new_v4()),
            claim_id: Set(ids[number]),
            claim_version_id: Set(versions[&ids[number]]),
            ..way.clone().into_active_model().reset_all()
        };
        transmission::Entity::insert_many(named.iter().map(row)).exec_without_returning(db).await.expect("sendings");
        numbers.extend(named);
    }
    // Lines come to a version while it is open; then it is frozen.
    let sql = "update claim_version set frozen_at = created_at where frozen_at is null and claim_id > ";
    db.execute_unprepared(&format!("{sql}{last}")).await.expect("frozen");
    let sql = "update claim set sent_version_id = (select v.id from claim_version v where v.claim_id = claim.id) where id > ";
    db.execute_unprepared(&format!("{sql}{last}")).await.expect("sent");
    numbers
}

fn total(lines: &Lines) -> i64 {
    lines.iter().map(|(_, cents)| cents).sum()
}

/// No visit stands behind it: only one claim may ask for a visit.
fn copy(model: &claim::Model, number: &str, cents: i64) -> claim::ActiveModel {
    claim::ActiveModel {
        id: sea_orm::NotSet,
        public_id: Set(Uuid::new_v4()),
        number: Set(number.into()),
        visit_id: Set(None),
        sent_version_id: Set(None),
        payer_claim_no: Set(None),
        charge_cents: Set(cents),
        ..model.clone().into_active_model().reset_all()
    }
}

async fn ids_of(db: &DatabaseConnection, numbers: &[String]) -> HashMap<String, i64> {
    let named = claim::Entity::find().filter(claim::Column::Number.is_in(numbers.to_vec()));
    named.all(db).await.expect("asked").into_iter().map(|c| (c.number, c.id)).collect()
}
