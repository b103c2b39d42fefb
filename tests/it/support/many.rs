//! Claims by the thousand: each like one that went the whole way, with lines of its own, sent and taken in by its payer.

use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseConnection, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, Set,
};
use std::collections::HashMap;
use tributary::app::new_public_id;
use tributary::entity::{claim, claim_line, claim_version, coverage, patient, transmission};

/// Code and charge of each line of one claim.
pub type Lines = Vec<(&'static str, i64)>;

/// As many rows as one statement takes.
const AT_ONCE: usize = 300;

/// Makes claims like the one of this number, of its patient; gives their numbers in order.
pub async fn claims_like(db: &DatabaseConnection, number: &str, many: &[Lines]) -> Vec<String> {
    copies(db, number, many, Whose::OnePatients).await
}

/// The same, each of another patient under a policy of their own.
pub async fn claims_of_many_patients(db: &DatabaseConnection, number: &str, many: &[Lines]) -> Vec<String> {
    copies(db, number, many, Whose::ManyPatients).await
}

#[derive(Clone, Copy, PartialEq)]
enum Whose {
    OnePatients,
    ManyPatients,
}

async fn copies(db: &DatabaseConnection, number: &str, many: &[Lines], whose: Whose) -> Vec<String> {
    let model = claim::Entity::find().filter(claim::Column::Number.eq(number)).one(db).await.expect("asked").expect("the claim");
    let sent = model.sent_version_id.expect("it was sent");
    let version = claim_version::Entity::find_by_id(sent).one(db).await.expect("asked").expect("its version");
    let line =
        claim_line::Entity::find().filter(claim_line::Column::ClaimVersionId.eq(sent)).one(db).await.expect("asked").expect("a line");
    let way =
        transmission::Entity::find().filter(transmission::Column::ClaimId.eq(model.id)).one(db).await.expect("asked").expect("a sending");
    let last = claim::Entity::find().order_by_desc(claim::Column::Id).one(db).await.expect("asked").expect("a claim").id;
    let whose = match whose {
        Whose::OnePatients => vec![(model.patient_id, model.coverage_id); many.len()],
        Whose::ManyPatients => patients_like(db, model.patient_id, model.coverage_id, many.len()).await,
    };
    let mut numbers = Vec::with_capacity(many.len());
    for (chunk, some) in many.chunks(AT_ONCE).enumerate() {
        let first = 20_000 + last as usize + chunk * AT_ONCE;
        let named: Vec<String> = (0..some.len()).map(|n| format!("C-2026-{:05}", first + n)).collect();
        let whose = &whose[chunk * AT_ONCE..];
        let rows = named.iter().zip(some).zip(whose).map(|((number, lines), whose)| copy(&model, number, total(lines), *whose));
        claim::Entity::insert_many(rows).exec_without_returning(db).await.expect("claims");
        let ids = ids_of(db, &named).await;
        let row = |((number, lines), whose): ((&String, &Lines), &(i64, i64))| claim_version::ActiveModel {
            id: sea_orm::NotSet,
            claim_id: Set(ids[number]),
            coverage_id: Set(whose.1),
            total_cents: Set(total(lines)),
            frozen_at: Set(None),
            ..version.clone().into_active_model().reset_all()
        };
        claim_version::Entity::insert_many(named.iter().zip(some).zip(whose).map(row)).exec_without_returning(db).await.expect("versions");
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
            public_id: Set(new_public_id(way.created_at)),
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
fn copy(model: &claim::Model, number: &str, cents: i64, (patient_id, coverage_id): (i64, i64)) -> claim::ActiveModel {
    claim::ActiveModel {
        id: sea_orm::NotSet,
        public_id: Set(new_public_id(model.created_at)),
        number: Set(number.into()),
        visit_id: Set(None),
        sent_version_id: Set(None),
        payer_claim_no: Set(None),
        charge_cents: Set(cents),
        patient_id: Set(patient_id),
        coverage_id: Set(coverage_id),
        ..model.clone().into_active_model().reset_all()
    }
}

async fn ids_of(db: &DatabaseConnection, numbers: &[String]) -> HashMap<String, i64> {
    let named = claim::Entity::find().filter(claim::Column::Number.is_in(numbers.to_vec()));
    named.all(db).await.expect("asked").into_iter().map(|c| (c.number, c.id)).collect()
}

/// People like one, with another name, number and policy each: their ids and those of their policies.
async fn patients_like(db: &DatabaseConnection, patient_id: i64, coverage_id: i64, count: usize) -> Vec<(i64, i64)> {
    let person = patient::Entity::find_by_id(patient_id).one(db).await.expect("asked").expect("the patient");
    let policy = coverage::Entity::find_by_id(coverage_id).one(db).await.expect("asked").expect("the policy");
    let all: Vec<usize> = (0..count).collect();
    for some in all.chunks(AT_ONCE) {
        let row = |n: &usize| patient::ActiveModel {
            id: sea_orm::NotSet,
            public_id: Set(new_public_id(person.created_at)),
            last_name: Set(format!("{}{}", person.last_name, letters(*n))),
            account_no: Set(None),
            ..person.clone().into_active_model().reset_all()
        };
        patient::Entity::insert_many(some.iter().map(row)).exec_without_returning(db).await.expect("patients");
    }
    let people = patient::Entity::find().filter(patient::Column::Id.gt(patient_id)).order_by_desc(patient::Column::Id);
    let people: Vec<i64> = people.all(db).await.expect("asked").into_iter().take(count).map(|p| p.id).collect();
    for some in people.chunks(AT_ONCE) {
        let row = |id: &i64| coverage::ActiveModel {
            id: sea_orm::NotSet,
            public_id: Set(new_public_id(policy.created_at)),
            patient_id: Set(*id),
            member_no: Set(Some(format!("M{id:08}"))),
            ..policy.clone().into_active_model().reset_all()
        };
        coverage::Entity::insert_many(some.iter().map(row)).exec_without_returning(db).await.expect("policies");
    }
    let policies = coverage::Entity::find().filter(coverage::Column::Id.gt(coverage_id)).all(db).await.expect("asked");
    let of: HashMap<i64, i64> = policies.into_iter().map(|c| (c.patient_id, c.id)).collect();
    people.into_iter().map(|id| (id, of[&id])).collect()
}

/// A number in letters, for a name.
fn letters(n: usize) -> String {
    n.to_string().bytes().map(|digit| char::from(b'a' + (digit - b'0'))).collect()
}
