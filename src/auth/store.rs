//! The queries of users, sessions and tokens.

use super::role::Role;
use crate::entity::{api_token, login_throttle, secret, session, user_account, user_role};
use crate::error::{AppError, Result};
use chrono::{DateTime, Utc};
use sea_orm::sea_query::{LockType, OnConflict};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use uuid::Uuid;

pub async fn count_users(db: &impl ConnectionTrait) -> Result<u64> {
    Ok(user_account::Entity::find().count(db).await?)
}

pub async fn users(db: &impl ConnectionTrait) -> Result<Vec<(user_account::Model, Vec<Role>)>> {
    let users = user_account::Entity::find().order_by_asc(user_account::Column::Name).all(db).await?;
    let roles = user_role::Entity::find().all(db).await?;
    let of = |id: i64| roles.iter().filter(|r| r.user_id == id).filter_map(|r| r.role.parse().ok()).collect();
    Ok(users.into_iter().map(|u| (u.clone(), of(u.id))).collect())
}

/// Makes whoever changes who may come in wait for one another: two owners must not shut each other out at the same moment.
pub async fn lock_users(db: &impl ConnectionTrait) -> Result<()> {
    let ids = user_account::Entity::find().select_only().column(user_account::Column::Id).order_by_asc(user_account::Column::Id);
    ids.lock(LockType::NoKeyUpdate).into_tuple::<i64>().all(db).await?;
    Ok(())
}

pub async fn user_by_email(db: &impl ConnectionTrait, email: &str) -> Result<Option<user_account::Model>> {
    Ok(user_account::Entity::find().filter(user_account::Column::Email.eq(email.trim().to_lowercase())).one(db).await?)
}

pub async fn user_by_public_id(db: &impl ConnectionTrait, id: Uuid) -> Result<user_account::Model> {
    let found = user_account::Entity::find().filter(user_account::Column::PublicId.eq(id)).one(db).await?;
    found.ok_or(AppError::NotFound("user"))
}

pub async fn user_by_id(db: &impl ConnectionTrait, id: i64) -> Result<user_account::Model> {
    crate::db::find::<user_account::Entity>(db, id).await?.ok_or(AppError::NotFound("user"))
}

pub async fn names_of(db: &impl ConnectionTrait, ids: Vec<i64>) -> Result<std::collections::HashMap<i64, String>> {
    let rows = crate::db::by_ids::<user_account::Entity>(db, ids.into_iter()).await?;
    Ok(rows.into_iter().map(|(id, user)| (id, user.name)).collect())
}

pub async fn roles_of(db: &impl ConnectionTrait, user_id: i64) -> Result<Vec<Role>> {
    let rows = user_role::Entity::find().filter(user_role::Column::UserId.eq(user_id)).all(db).await?;
    let mut roles: Vec<Role> = rows.iter().filter_map(|r| r.role.parse().ok()).collect();
    roles.sort();
    Ok(roles)
}

pub async fn set_roles(db: &impl ConnectionTrait, user_id: i64, roles: &[Role]) -> Result<()> {
    user_role::Entity::delete_many().filter(user_role::Column::UserId.eq(user_id)).exec(db).await?;
    let rows = roles.iter().map(|r| user_role::ActiveModel { user_id: Set(user_id), role: Set(r.to_string()) });
    user_role::Entity::insert_many(rows).exec_without_returning(db).await?;
    Ok(())
}

/// A session that was not ended; whether it ran out is for the caller to say.
pub async fn session_by_hash(db: &impl ConnectionTrait, hash: Vec<u8>) -> Result<Option<session::Model>> {
    let living = session::Entity::find().filter(session::Column::TokenHash.eq(hash)).filter(session::Column::EndedAt.is_null());
    Ok(living.one(db).await?)
}

pub async fn insert_session(db: &impl ConnectionTrait, row: session::ActiveModel) -> Result<()> {
    session::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

pub async fn touch_session(db: &impl ConnectionTrait, id: i64, now: DateTime<Utc>) -> Result<()> {
    session::Entity::update_many().col_expr(session::Column::SeenAt, now.into()).filter(session::Column::Id.eq(id)).exec(db).await?;
    Ok(())
}

pub async fn set_flash(db: &impl ConnectionTrait, id: i64, flash: Option<serde_json::Value>) -> Result<()> {
    let row = session::ActiveModel { id: sea_orm::Unchanged(id), flash: Set(flash), ..Default::default() };
    session::Entity::update(row).exec(db).await?;
    Ok(())
}

/// Sessions that no cookie opens any more.
pub async fn delete_sessions_before(db: &impl ConnectionTrait, before: DateTime<Utc>) -> Result<()> {
    session::Entity::delete_many().filter(session::Column::EndsAt.lt(before)).exec(db).await?;
    Ok(())
}

/// Ends one session, or all of a user but one.
pub async fn end_session(db: &impl ConnectionTrait, id: i64, now: DateTime<Utc>) -> Result<()> {
    session::Entity::update_many().col_expr(session::Column::EndedAt, now.into()).filter(session::Column::Id.eq(id)).exec(db).await?;
    Ok(())
}

pub async fn end_sessions_of(db: &impl ConnectionTrait, user_id: i64, but: Option<i64>, now: DateTime<Utc>) -> Result<()> {
    let mut condition = session::Column::UserId.eq(user_id).and(session::Column::EndedAt.is_null());
    if let Some(keep) = but {
        condition = condition.and(session::Column::Id.ne(keep));
    }
    session::Entity::update_many().col_expr(session::Column::EndedAt, now.into()).filter(condition).exec(db).await?;
    Ok(())
}

pub async fn token_by_hash(db: &impl ConnectionTrait, hash: Vec<u8>) -> Result<Option<api_token::Model>> {
    let living = api_token::Entity::find().filter(api_token::Column::TokenHash.eq(hash)).filter(api_token::Column::RevokedAt.is_null());
    Ok(living.one(db).await?)
}

pub async fn tokens_of(db: &impl ConnectionTrait, user_id: i64) -> Result<Vec<api_token::Model>> {
    let tokens = api_token::Entity::find().filter(api_token::Column::UserId.eq(user_id));
    Ok(tokens.order_by_desc(api_token::Column::Id).all(db).await?)
}

pub async fn token_by_public_id(db: &impl ConnectionTrait, id: Uuid) -> Result<api_token::Model> {
    let found = api_token::Entity::find().filter(api_token::Column::PublicId.eq(id)).one(db).await?;
    found.ok_or(AppError::NotFound("token"))
}

pub async fn touch_token(db: &impl ConnectionTrait, id: i64, now: DateTime<Utc>) -> Result<()> {
    api_token::Entity::update_many()
        .col_expr(api_token::Column::LastUsedAt, now.into())
        .filter(api_token::Column::Id.eq(id))
        .exec(db)
        .await?;
    Ok(())
}

/// Ends all tokens of a user at once; somebody who is let in again makes new ones.
pub async fn revoke_tokens_of(db: &impl ConnectionTrait, user_id: i64, now: DateTime<Utc>) -> Result<()> {
    api_token::Entity::update_many()
        .col_expr(api_token::Column::RevokedAt, now.into())
        .filter(api_token::Column::UserId.eq(user_id).and(api_token::Column::RevokedAt.is_null()))
        .exec(db)
        .await?;
    Ok(())
}

pub async fn revoke_token(db: &impl ConnectionTrait, id: i64, now: DateTime<Utc>) -> Result<()> {
    api_token::Entity::update_many()
        .col_expr(api_token::Column::RevokedAt, now.into())
        .filter(api_token::Column::Id.eq(id))
        .exec(db)
        .await?;
    Ok(())
}

/// A random key of this database, made when first asked for. Two processes that ask at once get the same one.
pub async fn secret(db: &impl ConnectionTrait, name: &str) -> Result<Vec<u8>> {
    if let Some(known) = find_secret(db, name).await? {
        return Ok(known);
    }
    let fresh = secret::ActiveModel { name: Set(name.into()), value: Set(rand::random::<[u8; 32]>().to_vec()) };
    let unless_there = OnConflict::column(secret::Column::Name).do_nothing().to_owned();
    secret::Entity::insert(fresh).on_conflict(unless_there).exec_without_returning(db).await?;
    let held = secret::Entity::find_by_id(name).one(db).await?;
    Ok(held.ok_or_else(|| anyhow::anyhow!("the secret {name} is missing"))?.value)
}

/// Whether nobody founded this practice before; of two who try at the same moment the second waits for the first.
pub async fn is_first(db: &impl ConnectionTrait) -> Result<bool> {
    let mark = secret::ActiveModel { name: Set("founded".into()), value: Set(Vec::new()) };
    let unless_there = OnConflict::column(secret::Column::Name).do_nothing().to_owned();
    Ok(secret::Entity::insert(mark).on_conflict(unless_there).exec_without_returning(db).await? == 1)
}

pub async fn put_secret(db: &impl ConnectionTrait, name: &str, value: Vec<u8>) -> Result<()> {
    let row = secret::ActiveModel { name: Set(name.into()), value: Set(value) };
    let overwrite = OnConflict::column(secret::Column::Name).update_column(secret::Column::Value).to_owned();
    secret::Entity::insert(row).on_conflict(overwrite).exec_without_returning(db).await?;
    Ok(())
}

pub async fn find_secret(db: &impl ConnectionTrait, name: &str) -> Result<Option<Vec<u8>>> {
    Ok(secret::Entity::find_by_id(name).one(db).await?.map(|row| row.value))
}

pub async fn throttle(db: &impl ConnectionTrait, key: &str) -> Result<Option<login_throttle::Model>> {
    Ok(login_throttle::Entity::find_by_id(key).one(db).await?)
}

pub async fn put_throttle(db: &impl ConnectionTrait, key: &str, failures: i64, blocked_until: DateTime<Utc>) -> Result<()> {
    let row = login_throttle::ActiveModel { key: Set(key.into()), failures: Set(failures), blocked_until: Set(blocked_until) };
    let overwrite = OnConflict::column(login_throttle::Column::Key)
        .update_columns([login_throttle::Column::Failures, login_throttle::Column::BlockedUntil])
        .to_owned();
    login_throttle::Entity::insert(row).on_conflict(overwrite).exec_without_returning(db).await?;
    Ok(())
}

pub async fn clear_throttle(db: &impl ConnectionTrait, key: &str) -> Result<()> {
    login_throttle::Entity::delete_by_id(key).exec(db).await?;
    Ok(())
}
