//! Everything that stands on a claim, gathered for many claims at once: what both the file and the paper form are made from.

use crate::claims::claim::{ClaimState, ORIGINAL};
use crate::claims::cob::{EarlierPayer, earlier_payers};
use crate::claims::others::plan::OtherPlan;
use crate::claims::others::{self, Later};
use crate::claims::store;
use crate::claims::versions::additional::{Attachment, AttachmentKind, AttachmentWay, DelayReason};
use crate::db::{by_id, by_ids};
use crate::entity::{coverage, location, payer, practice, provider, therapist};
use crate::error::{AppError, Result};
use crate::packed;
use crate::patients::coverage::Relationship;
use crate::patients::patient::Sex;
use crate::payers::payer::CoverageKind;
use crate::types::Texts;
use crate::types::person_name::{self, Parts};
use chrono::NaiveDate;
use sea_orm::ConnectionTrait;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

crate::packed! {
    /// The claim itself.
    pub struct Claimed of claim {
        id: i64 = Id,
        number: String = Number,
        state: ClaimState = State,
        draft_frequency: i64 = DraftFrequency,
        draft_version_id: Option<i64> = DraftVersionId,
        sent_version_id: Option<i64> = SentVersionId,
        payer_claim_no: Option<String> = PayerClaimNo,
        patient_id: i64 = PatientId,
        payer_id: i64 = PayerId,
        patient_cents: i64 = PatientCents,
        first_sent_on: Option<NaiveDate> = FirstSentOn,
    }

    /// What it says.
    pub struct Version of claim_version {
        id: i64 = Id,
        coverage_id: i64 = CoverageId,
        therapist_id: i64 = TherapistId,
        referring_provider_id: Option<i64> = ReferringProviderId,
        total_cents: i64 = TotalCents,
        diagnoses: Texts = Diagnoses,
        referring_qualifier: Option<String> = ReferringQualifier,
        referring_npi: Option<String> = ReferringNpi,
        rendering_npi: Option<String> = RenderingNpi,
        place_of_service: String = PlaceOfService,
        location_id: Option<i64> = LocationId,
        authorization_no: Option<String> = AuthorizationNo,
        note: Option<String> = Note,
        delay_reason: Option<DelayReason> = DelayReason,
        attachment_kind: Option<AttachmentKind> = AttachmentKind,
        attachment_how: Option<AttachmentWay> = AttachmentHow,
    }

    /// A service on it.
    pub struct Line of claim_line {
        id: i64 = Id,
        claim_version_id: i64 = ClaimVersionId,
        n: i64 = N,
        units: i64 = Units,
        charge_cents: i64 = ChargeCents,
        service_on: NaiveDate = ServiceOn,
        code: String = Code,
        description: Option<String> = Description,
        pointers: String = Pointers,
        modifiers: Texts = Modifiers,
    }

    /// The policy that it goes to.
    pub struct Policy of coverage {
        id: i64 = Id,
        kind: CoverageKind = Kind,
        rank: i64 = Rank,
        relationship: Relationship = Relationship,
        member_no: Option<String> = MemberNo,
        #[serde(deserialize_with = "packed::flag")]
        member_no_is_patients_own: bool = MemberNoIsPatientsOwn,
        claim_no: Option<String> = ClaimNo,
        group_no: Option<String> = GroupNo,
        plan_name: Option<String> = PlanName,
        insured_name: Option<String> = InsuredName,
        insured_street: Option<String> = InsuredStreet,
        insured_city: Option<String> = InsuredCity,
        insured_state: Option<String> = InsuredState,
        insured_zip: Option<String> = InsuredZip,
        insured_born_on: Option<NaiveDate> = InsuredBornOn,
        insured_sex: Option<Sex> = InsuredSex,
        injured_on: Option<NaiveDate> = InjuredOn,
        accident_state: Option<String> = AccidentState,
        employer: Option<String> = Employer,
    }

    /// Who was treated.
    pub struct Treated of patient {
        id: i64 = Id,
        last_name: String = LastName,
        first_name: String = FirstName,
        middle_name: Option<String> = MiddleName,
        sex: Option<Sex> = Sex,
        born_on: Option<NaiveDate> = BornOn,
        phone: Option<String> = Phone,
        street: Option<String> = Street,
        street2: Option<String> = Street2,
        city: Option<String> = City,
        state: Option<String> = State,
        zip: Option<String> = Zip,
        release_signed_on: Option<NaiveDate> = ReleaseSignedOn,
        assignment_signed_on: Option<NaiveDate> = AssignmentSignedOn,
    }
}

/// The rows of some claims, each kind by itself; also the versions that were before, with theirs.
pub struct Rows {
    pub claims: Vec<Claimed>,
    pub versions: Vec<Version>,
    pub lines: Vec<Line>,
    pub coverages: Vec<Policy>,
    pub patients: Vec<Treated>,
}

/// One claim with the rows that it is written from.
pub struct Bill {
    pub claim: Claimed,
    pub version: Version,
    pub lines: Vec<Line>,
    pub coverage: Arc<Policy>,
    pub patient: Arc<Treated>,
    pub payer: Arc<payer::Model>,
    pub therapist: Arc<therapist::Model>,
    /// Where it was, if not at the practice's own address.
    pub location: Option<Arc<location::Model>>,
    pub referrer: Option<Arc<provider::Model>>,
    /// The name of the insured in its parts, where it is not the patient.
    pub insured: Option<Parts>,
    /// Who decided before the payer that this bill goes to.
    pub earlier: Vec<Earlier>,
    /// Who pays after it.
    pub later: Vec<Insurance>,
    /// 1 original, 7 replacement, 8 void.
    pub frequency: i64,
    /// The payer's number of the claim that is replaced or voided.
    pub replaces: Option<String>,
    pub following: Option<Following>,
}

/// A payer that decided before, with the policy it decided under.
pub struct Earlier {
    pub said: EarlierPayer,
    pub under: Insurance,
}

/// Another policy of the patient, with its payer.
pub struct Insurance {
    pub coverage: Policy,
    pub payer: Arc<payer::Model>,
    /// The name of the insured in its parts, where it is not the patient.
    pub insured: Option<Parts>,
}

impl Insurance {
    fn of(coverage: Policy, payer: Arc<payer::Model>) -> Self {
        Self { insured: insured(&coverage), coverage, payer }
    }

    /// A file has all that it needs to name it.
    pub fn can_be_named(&self) -> bool {
        let (coverage, payer) = (&self.coverage, &self.payer);
        let plan = OtherPlan {
            payer: payer.name.clone(),
            payer_id: payer.clearinghouse_payer_id.clone(),
            kind: coverage.kind,
            number: insured_no(coverage).map(String::from),
            group_no: coverage.group_no.clone(),
            plan_name: coverage.plan_name.clone(),
            relationship: coverage.relationship,
            number_is_patients_own: coverage.member_no_is_patients_own,
            insured_name: coverage.insured_name.clone(),
        };
        plan.unnamed().is_none()
    }
}

/// Papers that follow a bill, as it names them.
pub struct Following {
    pub attachment: Attachment,
    /// What stands on their cover.
    pub control: Option<String>,
}

impl Bill {
    fn follows(version: &Version, claim: &Claimed) -> Option<Following> {
        let attachment = Attachment::of(version.attachment_kind, version.attachment_how)?;
        Some(Following { attachment, control: attachment.control(&claim.number) })
    }

    /// On paper the answers of the payers before come in the same envelope.
    pub fn with_answers_attached(mut self) -> Self {
        let attachment = Attachment { kind: AttachmentKind::OtherPayersAnswer, how: AttachmentWay::Mail };
        self.following = Some(Following { attachment, control: attachment.control(&self.claim.number) });
        self
    }

    /// The one who treats bills in their own name: so the practice said, or it has no other number than theirs.
    pub fn is_billed_by_a_person(&self, practice: &practice::Model) -> bool {
        practice.bills_as_person || (practice.npi.is_some() && practice.npi == self.therapist.npi)
    }

    /// Somebody else is insured, and known by name.
    pub fn insured_person(&self) -> Option<&Parts> {
        self.insured.as_ref().filter(|_| self.coverage.relationship != Relationship::Myself)
    }
}

/// What an insurer knows the policy or the injury by.
pub fn insured_no(coverage: &Policy) -> Option<&str> {
    let (claim_no, member_no) = (coverage.claim_no.as_deref(), coverage.member_no.as_deref());
    if coverage.kind.goes_by_claim_number() { claim_no.or(member_no) } else { member_no }
}

fn insured(coverage: &Policy) -> Option<Parts> {
    coverage.insured_name.as_deref().map(person_name::split)
}

impl Claimed {
    /// The version that it is shown by.
    fn shown_version(&self) -> Option<i64> {
        crate::claims::claim::shown_version(self.state, self.draft_version_id, self.sent_version_id)
    }
}

async fn policy(db: &impl ConnectionTrait, id: i64) -> Result<Policy> {
    packed::rows(db, coverage::Column::Id, std::iter::once(id)).await?.pop().ok_or(AppError::NotFound("coverage"))
}

/// A claim that was sent as its bill to a later payer: under that payer's policy, with what those before it decided.
pub async fn for_later_payer(db: &impl ConnectionTrait, claim_id: i64, coverage_id: i64) -> Result<Bill> {
    let mut bill = gather(db, &[claim_id]).await?.pop().ok_or(AppError::NotFound("claim"))?;
    let later = by_id::<coverage::Entity>(db, Some(coverage_id)).await?.ok_or(AppError::NotFound("coverage"))?;
    bill.payer = Arc::new(by_id::<payer::Entity>(db, later.payer_id).await?.ok_or(AppError::NotFound("payer"))?);
    for said in earlier_payers(db, claim_id, later.rank).await? {
        let payer = by_id::<payer::Entity>(db, Some(said.payer_id)).await?.ok_or(AppError::NotFound("payer"))?;
        let unknown = || AppError::conflict(format!("under which policy {} decided is not on file", payer.name));
        let coverage = policy(db, said.coverage_id.ok_or_else(unknown)?).await?;
        bill.earlier.push(Earlier { said, under: Insurance::of(coverage, Arc::new(payer)) });
    }
    bill.later.retain(|other| other.coverage.rank > later.rank);
    (bill.frequency, bill.replaces) = (ORIGINAL, None);
    // Papers were promised to the first payer, and its clock was another.
    (bill.following, bill.version.delay_reason) = (None, None);
    bill.coverage = Arc::new(policy(db, coverage_id).await?);
    bill.insured = insured(&bill.coverage);
    Ok(bill)
}

/// Gathers claims by their ids, in the order given, with as many questions for one as for thousands.
pub async fn gather(db: &impl ConnectionTrait, ids: &[i64]) -> Result<Vec<Bill>> {
    let Rows { claims, versions, lines: all_lines, coverages, patients } = super::store::rows_of(db, ids).await?;
    let shown: HashSet<i64> = claims.iter().filter_map(Claimed::shown_version).collect();
    let mut lines: HashMap<i64, Vec<Line>> = HashMap::with_capacity(shown.len());
    for line in all_lines.into_iter().filter(|line| shown.contains(&line.claim_version_id)) {
        lines.entry(line.claim_version_id).or_default().push(line);
    }
    // Earlier versions of a claim are told nowhere.
    let mut versions = keyed(versions.into_iter().filter(|v| shown.contains(&v.id)), |v| v.id);
    let coverages = shared(keyed(coverages, |c| c.id));
    let patients = shared(keyed(patients, |p| p.id));
    let payers = shared(by_ids::<payer::Entity>(db, claims.iter().map(|c| c.payer_id)).await?);
    let therapists = shared(by_ids::<therapist::Entity>(db, versions.values().map(|v| v.therapist_id)).await?);
    let locations = shared(by_ids::<location::Entity>(db, versions.values().filter_map(|v| v.location_id)).await?);
    let referrers = shared(by_ids::<provider::Entity>(db, versions.values().filter_map(|v| v.referring_provider_id)).await?);
    let mut others = others_of(db, versions.keys().copied().collect()).await?;
    let sent = store::last_transmissions(db, claims.iter().filter(|c| !c.state.is_unsent()).map(|c| c.id).collect()).await?;
    let missing = |what| move || AppError::NotFound(what);
    let mut claims = keyed(claims, |c| c.id);
    let mut bills = Vec::with_capacity(claims.len());
    for claim in ids.iter().filter_map(|id| claims.remove(id)) {
        let nothing = || AppError::conflict(format!("{} has nothing that could be sent", claim.number));
        let version = claim.shown_version().and_then(|id| versions.remove(&id)).ok_or_else(nothing)?;
        let (frequency, replaces) = match sent.get(&claim.id) {
            Some(last) => (last.frequency, last.original_reference.clone()),
            None => (claim.draft_frequency, claim.payer_claim_no.clone().filter(|_| claim.draft_frequency != ORIGINAL)),
        };
        let coverage = coverages.get(&version.coverage_id).cloned().ok_or_else(missing("coverage"))?;
        let mut lines = lines.remove(&version.id).unwrap_or_default();
        lines.sort_by_key(|line| line.n);
        bills.push(Bill {
            lines,
            insured: insured(&coverage),
            earlier: Vec::new(),
            later: others.remove(&version.id).unwrap_or_default(),
            patient: patients.get(&claim.patient_id).cloned().ok_or_else(missing("patient"))?,
            payer: payers.get(&claim.payer_id).cloned().ok_or_else(missing("payer"))?,
            therapist: therapists.get(&version.therapist_id).cloned().ok_or_else(missing("therapist"))?,
            referrer: version.referring_provider_id.and_then(|id| referrers.get(&id).cloned()),
            location: version.location_id.and_then(|id| locations.get(&id).cloned()),
            coverage,
            frequency,
            replaces,
            following: Bill::follows(&version, &claim),
            version,
            claim,
        });
    }
    Ok(bills)
}

/// Who pays after some versions of claims, by the version. Few patients have a second plan.
async fn others_of(db: &impl ConnectionTrait, version_ids: Vec<i64>) -> Result<HashMap<i64, Vec<Insurance>>> {
    let later = others::after_versions(db, &version_ids).await?;
    if later.is_empty() {
        return Ok(HashMap::new());
    }
    let coverages = keyed(packed::rows::<Policy>(db, coverage::Column::Id, later.iter().map(|l| l.coverage_id)).await?, |c| c.id);
    let payers = shared(by_ids::<payer::Entity>(db, later.iter().map(|l| l.payer_id)).await?);
    let mut found: HashMap<i64, Vec<Insurance>> = HashMap::new();
    for Later { key, coverage_id, payer_id, .. } in later {
        let (Some(coverage), Some(payer)) = (coverages.get(&coverage_id), payers.get(&payer_id)) else { continue };
        found.entry(key).or_default().push(Insurance::of(coverage.clone(), payer.clone()));
    }
    Ok(found)
}

fn keyed<T>(rows: impl IntoIterator<Item = T>, id: impl Fn(&T) -> i64) -> HashMap<i64, T> {
    rows.into_iter().map(|row| (id(&row), row)).collect()
}

/// Many claims have the same payer, therapist and doctor.
fn shared<T>(rows: HashMap<i64, T>) -> HashMap<i64, Arc<T>> {
    rows.into_iter().map(|(id, row)| (id, Arc::new(row))).collect()
}
