//! The queries of the directory of payers.

use super::listed::{Coded, Listed};
use super::view::ListingView;
use super::{DirectoryFilter, key};
use crate::app::App;
use crate::db;
use crate::entity::{payer, payer_listing};
use crate::error::{AppError, Result};
use crate::types::{Cursor, Listing};
use crate::work::Work;
use sea_orm::sea_query::{Expr, ExprTrait, LikeExpr};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, Set, Value};
use std::collections::HashMap;
use uuid::Uuid;

impl Coded for payer_listing::Model {
    fn code(&self) -> &str {
        &self.payer_code
    }
}

/// Two lists are taken in one after the other: the practice's own row is held.
pub async fn hold_lists(work: &Work<'_>) -> Result<()> {
    let practice = crate::practice::of(&work.tx).await?;
    db::hold::<crate::entity::practice::Entity>(&work.tx, practice.id).await?;
    Ok(())
}

/// The lines of one list.
pub async fn of_list(db: &impl ConnectionTrait, list: &str) -> Result<Vec<(i64, Listed)>> {
    let rows = payer_listing::Entity::find().filter(payer_listing::Column::ListKey.eq(key(list))).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.id, listed(row))).collect())
}

fn listed(row: payer_listing::Model) -> Listed {
    Listed {
        name: row.name,
        payer_code: row.payer_code,
        phone: row.phone,
        street: row.street,
        city: row.city,
        state: row.state,
        zip: row.zip,
        takes_claims: row.takes_claims,
        gives_remittances: row.gives_remittances,
        needs_enrollment: row.needs_enrollment,
    }
}

fn filled(row: payer_listing::ActiveModel, line: Listed) -> payer_listing::ActiveModel {
    payer_listing::ActiveModel {
        name_key: Set(key(&line.name)),
        name: Set(line.name),
        payer_code: Set(line.payer_code),
        phone: Set(line.phone),
        street: Set(line.street),
        city: Set(line.city),
        state: Set(line.state),
        zip: Set(line.zip),
        takes_claims: Set(line.takes_claims),
        gives_remittances: Set(line.gives_remittances),
        needs_enrollment: Set(line.needs_enrollment),
        ..row
    }
}

pub async fn insert(work: &Work<'_>, list: &str, lines: Vec<Listed>) -> Result<()> {
    let of_list = || payer_listing::ActiveModel { list: Set(list.into()), list_key: Set(key(list)), ..Default::default() };
    work.insert_all(lines.into_iter().map(|line| filled(of_list(), line)).collect()).await
}

/// What known lines say now; their lists are held.
pub async fn change_all(work: &Work<'_>, lines: Vec<(i64, Listed)>) -> Result<()> {
    use payer_listing::Column::{City, GivesRemittances, Name, NeedsEnrollment, PayerCode, Phone, State, Street, TakesClaims, Zip};
    let columns = [Name, PayerCode, Phone, Street, City, State, Zip, TakesClaims, GivesRemittances, NeedsEnrollment];
    let row = |(id, line): (i64, Listed)| {
        let values: Vec<Value> = vec![
            line.name.into(),
            line.payer_code.into(),
            line.phone.into(),
            line.street.into(),
            line.city.into(),
            line.state.into(),
            line.zip.into(),
            line.takes_claims.into(),
            line.gives_remittances.into(),
            line.needs_enrollment.into(),
        ];
        (id, values)
    };
    work.save_all::<payer_listing::Entity>(&columns, lines.into_iter().map(row).collect()).await
}

pub async fn by_public_id(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<payer_listing::Model>> {
    Ok(payer_listing::Entity::find().filter(payer_listing::Column::PublicId.eq(id)).one(db).await?)
}

/// Our payers, each with the entries that carry its name or one that it is also called by.
pub async fn matched(db: &impl ConnectionTrait) -> Result<Vec<(payer::Model, Vec<payer_listing::Model>)>> {
    let payers = payer::Entity::find().filter(payer::Column::DeletedAt.is_null()).order_by_asc(payer::Column::Name).all(db).await?;
    let keys = |p: &payer::Model| std::iter::once(p.name_key.clone()).chain(p.aliases.0.iter().map(|a| key(a))).collect::<Vec<_>>();
    let mut named: HashMap<String, Vec<payer_listing::Model>> = HashMap::new();
    let all: Vec<String> = payers.iter().flat_map(keys).collect();
    for some in all.chunks(500) {
        let found = payer_listing::Entity::find().filter(payer_listing::Column::NameKey.is_in(some.to_vec()));
        for row in found.order_by_asc(payer_listing::Column::Id).all(db).await? {
            let same = named.entry(row.name_key.clone()).or_default();
            if !same.iter().any(|known| known.id == row.id) {
                same.push(row);
            }
        }
    }
    let entries = |p: &payer::Model| {
        let mut keys = keys(p);
        keys.sort();
        keys.dedup();
        keys.iter().filter_map(|k| named.get(k)).flatten().cloned().collect::<Vec<_>>()
    };
    Ok(payers.into_iter().map(|p| (p.clone(), entries(&p))).collect())
}

/// What is blank with the payer, as the entry says it. An address is taken whole or not at all.
pub fn with_blanks_filled(row: &payer::Model, entry: &payer_listing::Model) -> payer::ActiveModel {
    let mut filled = row.clone().into_active_model();
    if row.clearinghouse_payer_id.is_none() {
        filled.clearinghouse_payer_id = Set(Some(entry.payer_code.clone()));
    }
    if row.phone.is_none() {
        filled.phone = Set(entry.phone.clone());
    }
    let blank = [&row.street, &row.street2, &row.city, &row.state, &row.zip].iter().all(|p| p.is_none());
    if blank && entry.street.is_some() {
        filled.street = Set(entry.street.clone());
        filled.city = Set(entry.city.clone());
        filled.state = Set(entry.state.clone());
        filled.zip = Set(entry.zip.clone());
    }
    filled
}

/// Lines by their names; the cursor counts rows, since names come more than once.
pub async fn search(app: &App, filter: &DirectoryFilter) -> Result<Listing<ListingView>> {
    let cursor = Cursor::read(&filter.cursor, &filter.limit).map_err(AppError::BadRequest)?;
    let mut condition = Condition::all();
    if !filter.q.is_blank() {
        let code = filter.q.as_str().trim().to_ascii_uppercase();
        let name = LikeExpr::new(db::like(&key(filter.q.as_str()))).escape('!');
        let id = Expr::expr(sea_orm::sea_query::Func::upper(Expr::col(payer_listing::Column::PayerCode))).eq(code);
        condition = condition.add(Condition::any().add(Expr::col(payer_listing::Column::NameKey).like(name)).add(id));
    }
    let skipped = u64::try_from(cursor.shown()).unwrap_or(0);
    let found = payer_listing::Entity::find().filter(condition);
    let ordered = found.order_by_asc(payer_listing::Column::NameKey).order_by_asc(payer_listing::Column::Id);
    let mut rows = ordered.offset(skipped).limit(cursor.limit + 1).all(&app.db).await?;
    let more = u64::try_from(rows.len()).unwrap_or(0) > cursor.limit;
    rows.truncate(usize::try_from(cursor.limit).unwrap_or(50));
    let next_cursor = more.then(|| Cursor::to(i64::try_from(skipped + cursor.limit).unwrap_or(i64::MAX)));
    Ok(Listing { items: rows.iter().map(ListingView::of).collect(), next_cursor })
}
