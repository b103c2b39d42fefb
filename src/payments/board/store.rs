//! The queries of the board. Their number does not grow with the rows.

use super::Group;
use crate::app::Actor;
use crate::auth::role::Reach;
use crate::db;
use crate::entity::{
    claim, claim_version, coverage, decision, denial, patient, payer, prescription, provider, referral, state_move, transmission,
    transmission_answer, visit,
};
use crate::error::Result;
use crate::payments::money::DenialState;
use chrono::NaiveDate;
use sea_orm::sea_query::PostgresQueryBuilder;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

const LISTS: &str = include_str!("lists.sql");

/// How large a group is.
#[derive(FromQueryResult)]
pub struct Size {
    pub group: Group,
    pub claims: i64,
    pub cents: i64,
    /// Of drafts that never left.
    pub unbilled_cents: i64,
}

/// A claim in its place on a list.
#[derive(FromQueryResult)]
pub struct Placed {
    pub group: Group,
    pub id: i64,
    pub cents: i64,
}

#[derive(FromQueryResult)]
pub struct Totals {
    pub open_cents: i64,
    pub credit_cents: i64,
}

/// Claims of all patients, or of a therapist's own.
fn within(sql: &str, by: &Actor, reach: Reach) -> String {
    let own = match reach {
        Reach::All => String::new(),
        // Numbers alone stand in it, which both databases read alike.
        Reach::Own | Reach::None => format!("and claim.patient_id in ({})", crate::patients::own_ids(by).to_string(PostgresQueryBuilder)),
    };
    sql.replace("/* own */", &own)
}

pub async fn sizes(db: &impl ConnectionTrait, by: &Actor, reach: Reach, late_before: NaiveDate) -> Result<Vec<Size>> {
    let sql = format!(
        "{LISTS} select list as \"group\", count(*) as claims, cast(sum(cents) as bigint) as cents, \
         cast(sum(unbilled_cents) as bigint) as unbilled_cents from listed group by list"
    );
    Ok(db::rows(db, &within(&sql, by, reach), vec![late_before.into()]).await?)
}

/// The rows of some groups, each group from its own place on; one more than asked tells that there are more.
pub async fn placed(
    db: &impl ConnectionTrait,
    by: &Actor,
    reach: Reach,
    late_before: NaiveDate,
    groups: &[Group],
    from: i64,
    most: i64,
) -> Result<Vec<Placed>> {
    let words: Vec<String> = groups.iter().map(|g| format!("'{g}'")).collect();
    let sql = format!(
        "{LISTS}, placed as (select listed.*, row_number() over (partition by list order by by_day is null, by_day, id) as n from listed) \
         select list as \"group\", id, cents from placed where list in ({}) and n > $2 and n <= $3 order by place, n",
        words.join(", ")
    );
    Ok(db::rows(db, &within(&sql, by, reach), vec![late_before.into(), from.into(), (from + most + 1).into()]).await?)
}

/// What a patient owes of a claim.
#[derive(FromQueryResult)]
pub struct OwedClaim {
    pub public_id: Uuid,
    pub number: String,
    pub service_on: NaiveDate,
    pub cents: i64,
}

/// The shares that the payers left to one patient.
pub async fn owed_by(db: &impl ConnectionTrait, patient_id: i64) -> Result<Vec<OwedClaim>> {
    let sql = format!(
        "{LISTS} select claim.public_id, claim.number, claim.service_on, listed.cents from listed \
         join claim on claim.id = listed.id where list = 'patients' order by claim.service_on"
    );
    let sql = sql.replace("/* own */", &format!("and claim.patient_id = {patient_id}"));
    Ok(db::rows(db, &sql, vec![NaiveDate::default().into()]).await?)
}

/// Claims that need nobody any more, newest visit first.
pub async fn done(db: &impl ConnectionTrait, by: &Actor, reach: Reach, from: i64, most: i64) -> Result<Vec<Placed>> {
    let sql = "select 'done' as \"group\", claim.id, claim.charge_cents as cents from claim \
               where deleted_at is null and (state in ('paid', 'closed', 'written_off', 'voided') or voided_on is not null) /* own */ \
               order by service_on desc, id desc limit $1 offset $2";
    Ok(db::rows(db, &within(sql, by, reach), vec![(most + 1).into(), from.into()]).await?)
}

pub async fn totals(db: &impl ConnectionTrait, by: &Actor, reach: Reach) -> Result<Totals> {
    let found: Vec<Totals> = db::rows(db, &within(include_str!("totals.sql"), by, reach), Vec::new()).await?;
    Ok(found.into_iter().next().unwrap_or(Totals { open_cents: 0, credit_cents: 0 }))
}

/// Everything that the rows of a page stand on.
pub struct Around {
    pub claims: Vec<claim::Model>,
    pub patients: Vec<patient::Model>,
    pub payers: Vec<payer::Model>,
    pub coverages: Vec<coverage::Model>,
    pub referrals: Vec<referral::Model>,
    /// Those that cover the claims' visits, with their ids outside.
    pub orders: Vec<(i64, Uuid)>,
    pub providers: Vec<provider::Model>,
    pub visits: Vec<visit::Model>,
    pub versions: Vec<claim_version::Model>,
    /// First to last.
    pub transmissions: Vec<transmission::Model>,
    pub answers: Vec<transmission_answer::Model>,
    /// Those that are open.
    pub denials: Vec<denial::Model>,
    pub decisions: Vec<decision::Model>,
    /// The moves of the claims' states, first to last.
    pub moves: Vec<state_move::Model>,
}

pub async fn around(db: &impl ConnectionTrait, ids: Vec<i64>) -> Result<Around> {
    let claims = claim::Entity::find().filter(claim::Column::Id.is_in(ids.clone())).all(db).await?;
    let referral_ids = claims.iter().filter_map(|c| c.referral_id);
    let referrals = referral::Entity::find().filter(referral::Column::Id.is_in(referral_ids)).all(db).await?;
    let versions = claims.iter().filter_map(|c| c.draft_version_id.or(c.sent_version_id));
    let versions = claim_version::Entity::find().filter(claim_version::Column::Id.is_in(versions)).all(db).await?;
    let named = referrals.iter().filter_map(|r| r.provider_id).chain(versions.iter().filter_map(|v| v.referring_provider_id));
    let own = transmission::Column::PayerRank.eq(1);
    let transmissions = transmission::Entity::find().filter(transmission::Column::ClaimId.is_in(ids.clone())).filter(own);
    let transmissions = transmissions.order_by_asc(transmission::Column::Id).all(db).await?;
    let answers = transmission_answer::Entity::find()
        .filter(transmission_answer::Column::TransmissionId.is_in(transmissions.iter().map(|t| t.id)))
        .order_by_asc(transmission_answer::Column::OnDay)
        .order_by_asc(transmission_answer::Column::Id);
    let moves = state_move::Entity::find()
        .filter(state_move::Column::ThingKind.eq("claim"))
        .filter(state_move::Column::ThingId.is_in(ids.clone()))
        .order_by_asc(state_move::Column::Id);
    let open = denial::Entity::find()
        .filter(denial::Column::ClaimId.is_in(ids.clone()))
        .filter(denial::Column::State.eq(DenialState::Open))
        .order_by_asc(denial::Column::Id);
    let orders = prescription::Entity::find()
        .select_only()
        .column(prescription::Column::Id)
        .column(prescription::Column::PublicId)
        .filter(prescription::Column::Id.is_in(claims.iter().filter_map(|c| c.prescription_id)));
    Ok(Around {
        patients: patient::Entity::find().filter(patient::Column::Id.is_in(claims.iter().map(|c| c.patient_id))).all(db).await?,
        payers: payer::Entity::find().filter(payer::Column::Id.is_in(claims.iter().map(|c| c.payer_id))).all(db).await?,
        visits: visit::Entity::find().filter(visit::Column::Id.is_in(claims.iter().filter_map(|c| c.visit_id))).all(db).await?,
        providers: provider::Entity::find().filter(provider::Column::Id.is_in(named)).all(db).await?,
        coverages: coverage::Entity::find().filter(coverage::Column::Id.is_in(claims.iter().map(|c| c.coverage_id))).all(db).await?,
        orders: orders.into_tuple().all(db).await?,
        answers: answers.all(db).await?,
        denials: open.all(db).await?,
        decisions: decision::Entity::find().filter(decision::Column::ClaimId.is_in(ids)).order_by_asc(decision::Column::Id).all(db).await?,
        moves: moves.all(db).await?,
        claims,
        referrals,
        versions,
        transmissions,
    })
}
