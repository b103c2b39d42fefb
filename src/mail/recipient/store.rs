//! The queries about who may have what.

use super::{Stream, is_long_ago};
use crate::entity::outbox::Model;
use crate::entity::{misdirected, provider_email, report, suppression};
use crate::error::Result;
use crate::mail::message::sha256;
use crate::mail::outbox_state::MailChannel;
use crate::mail::verdict::scrubbed;
use crate::work::Work;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, Set};
use std::collections::HashMap;

/// Is the mail still what was approved, to somebody who may have it? Says why not.
pub async fn objection(db: &impl ConnectionTrait, mail: &Model, mime: &[u8], today: NaiveDate) -> Result<Option<&'static str>> {
    if sha256(mime) != mail.mime_sha256 {
        return Ok(Some("the message is not the one that was approved"));
    }
    let values = vec![mail.id.into(), mail.provider_id.into(), mail.to_address.clone().into(), today.into()];
    let known: Vec<Known> = crate::db::rows(db, include_str!("../sql/recipient.sql"), values).await?;
    let known = known.into_iter().next().unwrap_or_default();
    let why = match mail.channel {
        MailChannel::Fax => objection_to_number(db, mail, &known).await?,
        _ if mail.channel.is_mailed() => match objection_to_address(mail, &known, today) {
            None => objection_to_letter(db, mail, &known).await?,
            why => why,
        },
        _ => None,
    };
    let why = why.or((known.restricted > 0).then_some("the patient asked that this doctor hears nothing"));
    Ok(why.or((known.unconsented > 0).then_some("the patient's consent to tell the doctors does not hold")))
}

/// What is known about a mail and where it goes, in numbers of rows.
#[derive(Default, FromQueryResult)]
struct Known {
    /// Patients whom it tells about,
    told: i64,
    /// and those of them who do not want this doctor to hear of them.
    restricted: i64,
    /// Those whose consent to tell the doctors does not hold.
    unconsented: i64,
    addresses: i64,
    verified_on: Option<NaiveDate>,
    opted_out: i64,
    frozen: i64,
    suppressed: i64,
    no_letters: i64,
}

fn objection_to_address(mail: &Model, known: &Known, today: NaiveDate) -> Option<&'static str> {
    if known.addresses == 0 {
        return Some("the address was changed after the approval");
    }
    // What says nothing about anybody may go to an address that nobody has checked: behind a link the digits are asked.
    if mail.channel == MailChannel::Email && known.told > 0 {
        match known.verified_on {
            None => return Some("the address is not verified any more"),
            Some(on) if is_long_ago(on, today) => return Some("the address was checked over a year ago. Check it again"),
            Some(_) => {}
        }
    }
    (known.frozen + known.suppressed > 0).then_some("the address does not take mail. Verify it again first")
}

/// Who wants no letters about us gets reports on their patients all the same.
async fn objection_to_letter(db: &impl ConnectionTrait, mail: &Model, known: &Known) -> Result<Option<&'static str>> {
    if known.opted_out + known.no_letters == 0 {
        return Ok(None);
    }
    let report = crate::db::by_id::<report::Entity>(db, mail.report_id).await?;
    Ok(report.is_some_and(|r| r.kind.is_courtesy()).then_some("they want no letters about us there"))
}

/// Whether a fax still goes to a number of the doctor's, or of an office of theirs.
async fn objection_to_number(db: &impl ConnectionTrait, mail: &Model, known: &Known) -> Result<Option<&'static str>> {
    let number = format!("+{}", mail.to_address.split('@').next().unwrap_or_default());
    let values = vec![mail.provider_id.into(), number.into()];
    let numbers: Vec<Counted> = crate::db::rows(db, include_str!("../sql/fax_numbers.sql"), values).await?;
    if numbers.iter().all(|k| k.n == 0) {
        return Ok(Some("the fax number was changed after the approval"));
    }
    Ok((known.frozen > 0).then_some("somebody looks into a fax that went to the wrong person at this number"))
}

#[derive(FromQueryResult)]
struct Counted {
    n: i64,
}

/// Whether somebody looks into a mail that went to the wrong person at an address.
async fn is_frozen(db: &impl ConnectionTrait, address: &str) -> Result<bool> {
    let open =
        misdirected::Entity::find().filter(misdirected::Column::ToAddress.eq(address)).filter(misdirected::Column::ClosedAt.is_null());
    Ok(open.one(db).await?.is_some())
}

/// Whether reports may not go to an address: it takes none, or somebody looks into one that went to the wrong person there.
pub async fn is_suppressed(db: &impl ConnectionTrait, address: &str) -> Result<bool> {
    Ok(is_frozen(db, address).await? || suppression_of(db, address, Stream::Treatment).await?.is_some())
}

async fn suppression_of(db: &impl ConnectionTrait, address: &str, stream: Stream) -> Result<Option<suppression::Model>> {
    let held = suppression::Entity::find()
        .filter(suppression::Column::Address.eq(address))
        .filter(suppression::Column::Stream.eq(stream.word()))
        .filter(suppression::Column::LiftedAt.is_null());
    Ok(held.one(db).await?)
}

/// Nothing more of a stream to an address, with the reason.
pub async fn suppress(db: &impl ConnectionTrait, address: &str, stream: Stream, reason: &str, at: DateTime<Utc>) -> Result<()> {
    if suppression_of(db, address, stream).await?.is_some() {
        return Ok(());
    }
    let row = suppression::ActiveModel {
        address: Set(address.into()),
        stream: Set(stream.word().into()),
        reason: Set(scrubbed(reason)),
        at: Set(at),
        ..Default::default()
    };
    suppression::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// A person lets a stream go to an address again: reports once it is verified anew, letters about us only by name, for who did not want
/// them said so. False: nothing was stopped.
pub async fn lift_suppression(work: &Work<'_>, address: &str, stream: Stream, why: &str) -> Result<bool> {
    let held = suppression::Entity::update_many()
        .col_expr(suppression::Column::LiftedAt, Expr::value(Some(work.now)))
        .col_expr(suppression::Column::LiftedById, Expr::value(work.by.user_id()))
        .col_expr(suppression::Column::LiftedWhy, Expr::value(Some(why)))
        .filter(suppression::Column::Address.eq(address))
        .filter(suppression::Column::Stream.eq(stream.word()))
        .filter(suppression::Column::LiftedAt.is_null());
    Ok(held.exec(&work.tx).await?.rows_affected > 0)
}

/// When a person last let reports go to an address again.
pub async fn lifted_at(db: &impl ConnectionTrait, address: &str) -> Result<Option<DateTime<Utc>>> {
    let lifted = suppression::Entity::find()
        .filter(suppression::Column::Address.eq(address))
        .filter(suppression::Column::Stream.eq(Stream::Treatment.word()))
        .filter(suppression::Column::LiftedAt.is_not_null());
    Ok(lifted.order_by_desc(suppression::Column::LiftedAt).one(db).await?.and_then(|s| s.lifted_at))
}

/// Whether letters about us, thanks among them, may not go to an address of a provider.
pub async fn wants_no_letters(db: &impl ConnectionTrait, provider_id: i64, address: &str) -> Result<bool> {
    let opted_out = provider_email::Entity::find()
        .filter(provider_email::Column::ProviderId.eq(provider_id))
        .filter(provider_email::Column::Address.eq(address))
        .filter(provider_email::Column::DeletedAt.is_null())
        .filter(provider_email::Column::MarketingOptOut.eq(true));
    Ok(opted_out.one(db).await?.is_some() || suppression_of(db, address, Stream::Outreach).await?.is_some())
}

/// Why letters about us go to none of these addresses, by address.
pub async fn without_letters(db: &impl ConnectionTrait, addresses: Vec<String>) -> Result<HashMap<String, String>> {
    let held = suppression::Entity::find()
        .filter(suppression::Column::Address.is_in(addresses))
        .filter(suppression::Column::Stream.eq(Stream::Outreach.word()))
        .filter(suppression::Column::LiftedAt.is_null());
    Ok(held.all(db).await?.into_iter().map(|s| (s.address, s.reason)).collect())
}
