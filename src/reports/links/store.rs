//! The queries of links. Tries and views are counted by the database in one statement, so that two browsers at one moment get no more of
//! them than one.

use super::link::{MOST_VIEWS, Seen, TRIES_OF_A_CODE};
use crate::entity::{link_entry, link_reader, link_view, report_link};
use crate::error::Result;
use crate::work::Work;
use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, Set};
use std::collections::HashMap;

pub async fn reader(db: &impl ConnectionTrait, provider_id: i64, address: &str) -> Result<Option<link_reader::Model>> {
    let reader = link_reader::Entity::find().filter(link_reader::Column::ProviderId.eq(provider_id));
    Ok(reader.filter(link_reader::Column::Address.eq(address)).one(db).await?)
}

/// The mailbox is known to be theirs: they knew the digits.
pub async fn prove(db: &impl ConnectionTrait, reader_id: i64, at: DateTime<Utc>) -> Result<()> {
    let proven = link_reader::Entity::update_many().col_expr(link_reader::Column::ProvenAt, Expr::value(Some(at)));
    proven.filter(link_reader::Column::Id.eq(reader_id)).filter(link_reader::Column::ProvenAt.is_null()).exec(db).await?;
    Ok(())
}

pub async fn by_token(db: &impl ConnectionTrait, token_hash: Vec<u8>) -> Result<Option<report_link::Model>> {
    Ok(report_link::Entity::find().filter(report_link::Column::TokenHash.eq(token_hash)).one(db).await?)
}

/// The links that mails brought, by the mail.
pub async fn of_mails(db: &impl ConnectionTrait, outbox_ids: Vec<i64>) -> Result<HashMap<i64, report_link::Model>> {
    let links = report_link::Entity::find().filter(report_link::Column::OutboxId.is_in(outbox_ids));
    Ok(links.all(db).await?.into_iter().map(|link| (link.outbox_id, link)).collect())
}

/// Closes what still opens of a report.
pub async fn end_of_report(work: &Work<'_>, report_id: i64, why: &str) -> Result<u64> {
    end(work, report_link::Column::ReportId.eq(report_id), why).await
}

/// Closes what a mail brought, where it brought a link.
pub async fn end_of_mail(work: &Work<'_>, outbox_id: i64, why: &str) -> Result<u64> {
    end(work, report_link::Column::OutboxId.eq(outbox_id), why).await
}

/// Closes what still opens for a reader.
pub async fn end_of_reader(work: &Work<'_>, reader_id: i64, why: &str) -> Result<u64> {
    end(work, report_link::Column::ReaderId.eq(reader_id), why).await
}

/// Whoever opens links at an address: it may stand with several doctors.
pub async fn readers_at(db: &impl ConnectionTrait, address: &str) -> Result<Vec<link_reader::Model>> {
    Ok(link_reader::Entity::find().filter(link_reader::Column::Address.eq(address)).all(db).await?)
}

/// Nobody knows any more whose mailbox it is, nor whose devices.
pub async fn forget(db: &impl ConnectionTrait, reader_id: i64, digits: String) -> Result<()> {
    let unproven = link_reader::Entity::update_many()
        .col_expr(link_reader::Column::ProvenAt, Expr::value(Option::<DateTime<Utc>>::None))
        .col_expr(link_reader::Column::Digits, Expr::value(digits));
    unproven.filter(link_reader::Column::Id.eq(reader_id)).exec(db).await?;
    let none = Expr::value(Option::<DateTime<Utc>>::None);
    let shut = link_entry::Entity::update_many().col_expr(link_entry::Column::TrustedUntil, none.clone());
    let shut = shut.col_expr(link_entry::Column::OpenUntil, none).filter(link_entry::Column::ReaderId.eq(reader_id));
    shut.exec(db).await?;
    Ok(())
}

async fn end(work: &Work<'_>, which: Expr, why: &str) -> Result<u64> {
    let ended = report_link::Entity::update_many()
        .col_expr(report_link::Column::EndedAt, Expr::value(Some(work.now)))
        .col_expr(report_link::Column::EndedById, Expr::value(work.by.user_id()))
        .col_expr(report_link::Column::EndedWhy, Expr::value(Some(why)))
        .filter(which)
        .filter(report_link::Column::EndedAt.is_null());
    Ok(ended.exec(&work.tx).await?.rows_affected)
}

/// How many codes were asked for at a link since an instant.
pub async fn asked_since(db: &impl ConnectionTrait, link_id: i64, since: DateTime<Utc>) -> Result<u64> {
    let asked = link_entry::Entity::find().filter(link_entry::Column::LinkId.eq(link_id));
    Ok(asked.filter(link_entry::Column::AskedAt.gt(since)).count(db).await?)
}

/// The last that a browser asked for at a link.
pub async fn latest_entry(db: &impl ConnectionTrait, link_id: i64, browser_hash: &[u8]) -> Result<Option<link_entry::Model>> {
    let entries = link_entry::Entity::find().filter(link_entry::Column::LinkId.eq(link_id));
    let own = entries.filter(link_entry::Column::BrowserHash.eq(browser_hash.to_vec()));
    Ok(own.order_by_desc(link_entry::Column::Id).one(db).await?)
}

/// Whether a browser is the reader's alone, as they said when they opened something before.
pub async fn is_trusted(db: &impl ConnectionTrait, reader_id: i64, browser_hash: &[u8], now: DateTime<Utc>) -> Result<bool> {
    let trusted = link_entry::Entity::find()
        .filter(link_entry::Column::ReaderId.eq(reader_id))
        .filter(link_entry::Column::BrowserHash.eq(browser_hash.to_vec()))
        .filter(link_entry::Column::TrustedUntil.gt(now));
    Ok(trusted.count(db).await? > 0)
}

/// Takes one of a code's tries. False: it has none left, is used or too old.
pub async fn take_try(db: &impl ConnectionTrait, entry_id: i64, now: DateTime<Utc>) -> Result<bool> {
    let taken = link_entry::Entity::update_many()
        .col_expr(link_entry::Column::Tries, Expr::col(link_entry::Column::Tries).add(1))
        .filter(link_entry::Column::Id.eq(entry_id))
        .filter(link_entry::Column::Tries.lt(TRIES_OF_A_CODE))
        .filter(link_entry::Column::EnteredAt.is_null())
        .filter(link_entry::Column::CodeUntil.gt(now));
    Ok(taken.exec(db).await?.rows_affected == 1)
}

/// A code or digits that did not fit.
pub async fn count_failure(db: &impl ConnectionTrait, link_id: i64) -> Result<()> {
    let failed = report_link::Entity::update_many().col_expr(report_link::Column::Tries, Expr::col(report_link::Column::Tries).add(1));
    failed.filter(report_link::Column::Id.eq(link_id)).exec(db).await?;
    Ok(())
}

/// Lets a browser in. The link remembers when it was first opened.
pub async fn let_in(
    db: &impl ConnectionTrait,
    entry: &link_entry::Model,
    now: DateTime<Utc>,
    open_until: DateTime<Utc>,
    trusted_until: Option<DateTime<Utc>>,
) -> Result<()> {
    let entered = link_entry::Entity::update_many()
        .col_expr(link_entry::Column::EnteredAt, Expr::value(Some(now)))
        .col_expr(link_entry::Column::OpenUntil, Expr::value(Some(open_until)))
        .col_expr(link_entry::Column::TrustedUntil, Expr::value(trusted_until));
    entered.filter(link_entry::Column::Id.eq(entry.id)).exec(db).await?;
    let opened = report_link::Entity::update_many().col_expr(report_link::Column::OpenedAt, Expr::value(Some(now)));
    opened.filter(report_link::Column::Id.eq(entry.link_id)).filter(report_link::Column::OpenedAt.is_null()).exec(db).await?;
    Ok(())
}

/// Whether this sitting has looked at it before.
pub async fn has_seen(db: &impl ConnectionTrait, entry: &link_entry::Model, what: Seen) -> Result<bool> {
    let views = link_view::Entity::find().filter(link_view::Column::EntryId.eq(entry.id));
    Ok(views.filter(link_view::Column::What.eq(what)).count(db).await? > 0)
}

/// Counts one more sitting. None: it was opened too often.
pub async fn count_view(db: &impl ConnectionTrait, link_id: i64) -> Result<Option<i64>> {
    let counted = report_link::Entity::update_many()
        .col_expr(report_link::Column::Views, Expr::col(report_link::Column::Views).add(1))
        .filter(report_link::Column::Id.eq(link_id))
        .filter(report_link::Column::Views.lt(MOST_VIEWS));
    Ok(counted.exec_with_returning(db).await?.pop().map(|link| link.views))
}

/// Notes a look; of a sitting the first one of its kind counts.
pub async fn note_view(db: &impl ConnectionTrait, entry: &link_entry::Model, what: Seen, at: DateTime<Utc>) -> Result<()> {
    let view =
        link_view::ActiveModel { link_id: Set(entry.link_id), entry_id: Set(entry.id), what: Set(what), at: Set(at), ..Default::default() };
    let first = [link_view::Column::LinkId, link_view::Column::EntryId, link_view::Column::What];
    let once = OnConflict::columns(first).do_nothing().to_owned();
    link_view::Entity::insert(view).on_conflict(once).exec_without_returning(db).await?;
    Ok(())
}

/// Who looked at some links and when, first to last.
pub async fn views_of(db: &impl ConnectionTrait, link_ids: Vec<i64>) -> Result<Vec<link_view::Model>> {
    let views = link_view::Entity::find().filter(link_view::Column::LinkId.is_in(link_ids));
    Ok(views.order_by_asc(link_view::Column::Id).all(db).await?)
}
