//! Gathers everything that a claim is made of.

use super::compose::{Coverage, Facts, Fee, Order, Referrer, Sheet, SheetCode};
use super::parties::{Address, Location, Name, Patient, Payer, Practice, Sent, Treating};
use crate::db::by_id;
use crate::entity;
use crate::entity::claim::Model as Claim;
use crate::entity::coverage::Model as CoverageRow;
use crate::entity::visit::Model as Visit;
use crate::error::Result;
use crate::network::view::named;
use crate::payers::asks::CountedPer;
use crate::payers::payer::ClaimChannel;
use crate::practice::view::therapist_name;
use crate::{care, network, patients, payers, practice, referrals};
use chrono::NaiveDate;
use sea_orm::ConnectionTrait;

/// By any connection: showing a draft's findings writes nothing.
pub async fn gather(
    db: &impl ConnectionTrait,
    today: NaiveDate,
    visit: &Visit,
    coverage: &CoverageRow,
    payer_id: i64,
    part: i64,
    claim: Option<&Claim>,
) -> Result<Facts> {
    let episode = referrals::episode_row(db, visit.episode_id).await?;
    let referral = referrals::row(db, episode.referral_id).await?;
    let patient = patients::row(db, visit.patient_id).await?;
    let payer = payers::row(db, payer_id).await?;
    let therapist = practice::find_therapist_row(db, visit.therapist_id).await?;
    let profile = practice::of(db).await?;
    let services = care::services_of(db, visit.id).await?;
    let (order, uncovered, under_it) = order_of(db, visit).await?;
    // Most often who sent the patient signs the orders.
    let referrer = match (referral.provider_id, &order) {
        (Some(id), Some(order)) if order.prescriber.provider_id == id => Some(order.prescriber.clone()),
        (Some(id), _) => Some(referrer(&network::provider_row(db, id).await?)),
        (None, _) => None,
    };
    let sheet = sheet_of(db, payer_id, visit.visit_on).await?;
    let numbers = sheet.as_ref().map(Numbers::of).unwrap_or_default();
    let approval = patients::approval_on(db, coverage, visit.visit_on).await?;
    Ok(Facts {
        today,
        service_on: visit.visit_on,
        services: services.into_iter().map(|s| (s.code, s.minutes)).collect(),
        place_of_service: visit.place_of_service.clone(),
        location: by_id::<entity::location::Entity>(db, visit.location_id).await?.map(location_of),
        payer_name: payer.name.clone(),
        payer: payer_of(&payer),
        sheet,
        fees: fees_on(db, visit.visit_on).await?,
        order,
        uncovered,
        episode_diagnoses: episode.diagnoses.0,
        referral: Some(Sent { received_on: referral.received_on, has_document: referral.document_id.is_some() }),
        referrer,
        coverage: coverage_of(coverage, &approval),
        others: super::others::of_visit(db, visit.id, coverage.id).await?,
        patient: patient_of(patient),
        rendering_npi: therapist.npi.clone(),
        therapist: therapist_name(&therapist),
        therapist_credential: therapist.credential.clone(),
        treating: Treating {
            name: Name { first: Some(therapist.first_name), last: therapist.last_name, ..Default::default() },
            taxonomy: therapist.taxonomy_code,
        },
        practice: practice_of(profile),
        cap_accepted: claim.is_some_and(|c| c.cap_accepted_at.is_some()),
        frequency: claim.map_or(super::claim::ORIGINAL, |c| c.draft_frequency),
        payer_claim_no: claim.and_then(|c| c.payer_claim_no.clone()),
        visits_that_day: super::store::other_visits_that_day(db, visit, payer_id).await?,
        twins: super::store::twins(db, visit).await?,
        visit_no: match numbers.approval {
            Some(per) => Some(super::store::visit_no(db, visit, coverage, &under_it, per).await?),
            None => None,
        },
        visit_of_limit: match numbers.limit {
            Some(per) => {
                let here = super::store::visit_no(db, visit, coverage, &under_it, per).await?;
                Some(here + coverage.visits_used_elsewhere.unwrap_or(0))
            }
            None => None,
        },
        visit_of_approval: match approval.authorization_visits {
            Some(_) => Some(super::store::visit_no_since(db, visit, coverage, approval.authorization_from).await?),
            None => None,
        },
        decided_on: match claim.filter(|c| c.draft_frequency != super::claim::ORIGINAL) {
            Some(claim) => decided_on(db, claim, coverage.rank).await?,
            None => None,
        },
        part,
    })
}

fn payer_of(row: &entity::payer::Model) -> Payer {
    Payer {
        is_electronic: row.claim_channel == ClaimChannel::Electronic,
        id: row.clearinghouse_payer_id.clone(),
        address: Address {
            street: row.street.clone(),
            street2: row.street2.clone(),
            city: row.city.clone(),
            state: row.state.clone(),
            zip: row.zip.clone(),
        },
        provider_no: row.provider_no.clone(),
        order_qualifier: row.order_qualifier.clone(),
    }
}

fn coverage_of(row: &CoverageRow, approval: &CoverageRow) -> Coverage {
    Coverage {
        kind: row.kind,
        rank: row.rank,
        member_no: row.member_no.clone(),
        claim_no: row.claim_no.clone(),
        group_no: row.group_no.clone(),
        plan_name: row.plan_name.clone(),
        relationship: row.relationship,
        number_is_patients_own: row.member_no_is_patients_own,
        insured_name: row.insured_name.clone(),
        insured_address: Address {
            street: row.insured_street.clone(),
            street2: None,
            city: row.insured_city.clone(),
            state: row.insured_state.clone(),
            zip: row.insured_zip.clone(),
        },
        employer: row.employer.clone(),
        injured_on: row.injured_on,
        accident_state: row.accident_state.clone(),
        authorization_no: approval.authorization_no.clone(),
        authorization_from: approval.authorization_from,
        authorization_until: approval.authorization_until,
        authorization_visits: approval.authorization_visits,
        effective_from: row.effective_from,
        effective_to: row.effective_to,
    }
}

/// When the payer last decided the claim, by what stands; a decision that was reversed since counts as well.
async fn decided_on(db: &impl ConnectionTrait, claim: &Claim, rank: i64) -> Result<Option<NaiveDate>> {
    let standing = super::cob::earlier_payers(db, claim.id, rank + 1).await?;
    Ok(standing.iter().find(|payer| payer.rank == rank).map(|payer| payer.decided_on).or(claim.first_decided_on))
}

fn patient_of(row: entity::patient::Model) -> Patient {
    Patient {
        name: Name { first: Some(row.first_name), middle: row.middle_name, last: row.last_name, suffix: None },
        born_on: row.born_on,
        has_sex: row.sex.is_some(),
        address: Address { street: row.street, street2: row.street2, city: row.city, state: row.state, zip: row.zip },
        release_signed_on: row.release_signed_on,
        assignment_signed_on: row.assignment_signed_on,
    }
}

fn location_of(row: entity::location::Model) -> Location {
    let address =
        Address { street: Some(row.street), street2: row.street2, city: Some(row.city), state: Some(row.state), zip: Some(row.zip) };
    Location { name: row.name, npi: row.npi, address }
}

fn practice_of(row: entity::practice::Model) -> Practice {
    Practice {
        name: row.name,
        npi: row.npi,
        tax_id: row.tax_id,
        taxonomy: row.taxonomy_code,
        license: row.billing_license,
        phone: row.phone,
        contact: row.billing_contact,
        address: Address { street: row.street, street2: row.street2, city: row.city, state: row.state, zip: row.zip },
        pay_to: Address { street: row.pay_to_street, street2: None, city: row.pay_to_city, state: row.pay_to_state, zip: row.pay_to_zip },
        bills_as_person: row.bills_as_person,
    }
}

/// Over what the visit is counted, where the sheet makes something of its number. What is not said is read strictly for
/// approval (over the whole injury) and as most plans do for a limit.
#[derive(Default)]
struct Numbers {
    approval: Option<CountedPer>,
    limit: Option<CountedPer>,
}

impl Numbers {
    fn of(sheet: &Sheet) -> Self {
        let tiered = !sheet.approval_tiers.is_empty();
        Self {
            approval: tiered.then_some(sheet.approval_counted_per.unwrap_or(CountedPer::Injury)),
            limit: sheet.visit_limit.map(|_| sheet.visit_limit_per.unwrap_or(CountedPer::CalendarYear)),
        }
    }
}

fn referrer(row: &entity::provider::Model) -> Referrer {
    let parts =
        Name { first: row.first_name.clone(), middle: row.middle_name.clone(), last: row.last_name.clone(), suffix: row.suffix.clone() };
    Referrer { provider_id: row.id, name: named(row).formal(), parts, npi: row.npi.clone(), credentials: row.credentials.0.clone() }
}

/// The order that covers the visit, or why none does; and the visits that the same order covers.
async fn order_of(db: &impl ConnectionTrait, visit: &Visit) -> Result<(Option<Order>, Option<String>, Vec<i64>)> {
    let (episode, orders) = referrals::episode_and_orders(db, visit.episode_id).await?;
    let counted = episode.counted();
    let covering = counted.covered_by.get(&visit.id).copied().flatten();
    if let Some(order) = orders.into_iter().find(|order| Some(order.id) == covering) {
        let prescriber = network::provider_row(db, order.prescriber_id).await?;
        let has_document = order.document_id.is_some();
        let prescriber = referrer(&prescriber);
        let order = Order { id: order.id, diagnoses: order.diagnoses.0, services: order.services.0, prescriber, has_document };
        let under_it = counted.covered_by.iter().filter(|(_, by)| **by == covering).map(|(visit, _)| *visit).collect();
        return Ok((Some(order), None, under_it));
    }
    let authorized: i64 = episode.orders.iter().filter(|o| o.complete).filter_map(|o| o.visits).sum();
    let words = match counted.place.get(&visit.id) {
        _ if episode.orders.is_empty() => "There is no order for this visit".to_string(),
        _ if episode.orders.iter().all(|o| !o.complete) => {
            "The order is incomplete: a diagnosis, the signature or the number of visits is missing".to_string()
        }
        Some(place) if *place > authorized => format!("This is visit {place} of {authorized}: no order covers it"),
        _ => "The visit lies outside the dates of the order".to_string(),
    };
    Ok((None, Some(words), Vec::new()))
}

/// The sheet of a payer on a day.
pub async fn sheet_of(db: &impl ConnectionTrait, payer_id: i64, day: NaiveDate) -> Result<Option<Sheet>> {
    let found = payers::sheet_on(db, payer_id, day).await?;
    Ok(found.map(|(sheet, codes)| read_sheet(sheet, &codes)))
}

/// A sheet as claims are made by it.
pub fn read_sheet(sheet: entity::rule_sheet::Model, codes: &[entity::rule_sheet_code::Model]) -> Sheet {
    let code = |c: &entity::rule_sheet_code::Model| SheetCode {
        id: c.id,
        code: c.code.clone(),
        accepted: c.accepted,
        fee_cents: c.fee_cents,
        allowed_cents: c.allowed_cents,
        max_units: c.max_units,
        modifiers: c.modifiers.clone().unwrap_or_default().0,
    };
    Sheet {
        id: sheet.id,
        units_rule: sheet.units_rule,
        max_units_per_visit: sheet.max_units_per_visit,
        max_visits_per_day: sheet.max_visits_per_day,
        requires_prescription: sheet.requires_prescription,
        who_may_prescribe: sheet.who_may_prescribe.unwrap_or_default().0,
        timely_filing_days: sheet.timely_filing_days,
        corrected_claim_days: sheet.corrected_claim_days,
        requires_authorization: sheet.requires_authorization,
        approval_tiers: sheet.approval_tiers.unwrap_or_default().0,
        approval_counted_per: sheet.approval_counted_per,
        authorization_route: sheet.authorization_route,
        visit_limit: sheet.visit_limit,
        visit_limit_per: sheet.visit_limit_per,
        daily_max_cents: sheet.daily_max_cents,
        line_modifiers: sheet.line_modifiers.unwrap_or_default().0,
        says_of_modifiers: sheet.modifiers.is_some(),
        modifier_pairs: sheet.modifier_pairs.unwrap_or_default().0,
        diagnoses_accepted: sheet.diagnoses_accepted.unwrap_or_default().0,
        diagnoses_refused: sheet.diagnoses_refused.unwrap_or_default().0,
        seventh_characters: sheet.seventh_characters.unwrap_or_default().0,
        provider_types: sheet.provider_types.unwrap_or_default().0,
        patient_may_be_billed: sheet.patient_may_be_billed,
        codes: codes.iter().map(code).collect(),
    }
}

/// The practice's own schedule on a day.
pub async fn fees_on(db: &impl ConnectionTrait, day: NaiveDate) -> Result<Vec<Fee>> {
    let fees = practice::fees_on(db, day).await?;
    Ok(fees.into_iter().map(|f| Fee { id: f.id, code: f.code, label: f.label, cents: f.fee_cents }).collect())
}
