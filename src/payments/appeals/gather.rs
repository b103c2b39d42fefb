//! Everything that an appeal can say: the denial, the order, the note, and what left and was answered.

use super::letter::{AboutPatient, AppealLetter, DeniedLine, NotePage, NotePart, ProofLine};
use super::wording::{Ground, draft};
use super::{Chosen, Offer};
use crate::app::{Actor, App};
use crate::audit::{self, Entry};
use crate::care;
use crate::care::view::NoteView;
use crate::claims;
use crate::documents;
use crate::entity::claim::Model as Claim;
use crate::entity::{claim_line, coverage, denial, patient, payer, prescription, provider};
use crate::error::Result;
use crate::mail::{Head, place};
use crate::network;
use crate::patients::view::full_name;
use crate::payments::letters::LetterView;
use crate::payments::money::{DenialState, reason_words};
use crate::payments::proof::{self, Proof};
use crate::payments::store;
use crate::pdf::letter::Scan;
use crate::practice;
use crate::types::words::capital;
use crate::types::{day, icd10, service_code};
use crate::{patients, payers, referrals};

pub struct Gathered {
    own: Head,
    payer: payer::Model,
    patient: patient::Model,
    coverage: coverage::Model,
    lines: Vec<claim_line::Model>,
    denials: Vec<denial::Model>,
    authorization_no: Option<String>,
    order: Option<(prescription::Model, provider::Model)>,
    note: Option<NoteView>,
    proof: Proof,
    pub scan: Option<Scan>,
    scan_apart: bool,
    claim: Claim,
}

pub async fn gather(app: &App, claim: &Claim) -> Result<Gathered> {
    let db = &app.db;
    let version = claim.sent_version_id.or(claim.draft_version_id);
    let (lines, version) = match version {
        Some(id) => (claims::lines_of(db, id).await?, Some(claims::version_row(db, id).await?)),
        None => (Vec::new(), None),
    };
    let order_id = version.as_ref().and_then(|v| v.prescription_id).or(claim.prescription_id);
    let order = match order_id {
        Some(id) => {
            let order = referrals::prescription_row(db, id).await?;
            let prescriber = network::provider_row(db, order.prescriber_id).await?;
            Some((order, prescriber))
        }
        None => None,
    };
    let document_id = order.as_ref().and_then(|(order, _)| order.document_id);
    let signed_on = order.as_ref().and_then(|(order, _)| order.signed_on);
    let title = signed_on.map_or("The order".into(), |on| format!("The order of {}", day::long(on)));
    let scan = documents::scan(db, document_id, title).await?;
    let note = match claim.visit_id {
        Some(id) => care::signed_for_appeal(db, id).await?,
        None => None,
    };
    let denials = store::denials_of(db, claim.id).await?;
    let fought = |d: &denial::Model| matches!(d.state, DenialState::Open | DenialState::Appealed);
    Ok(Gathered {
        own: Head::of(&practice::of(db).await?),
        payer: payers::row(db, claim.payer_id).await?,
        patient: patients::row(db, claim.patient_id).await?,
        coverage: patients::coverage_row(db, claim.coverage_id).await?,
        authorization_no: version.and_then(|v| v.authorization_no),
        denials: denials.into_iter().filter(fought).collect(),
        proof: proof::of(app, claim).await?,
        claim: claim.clone(),
        lines,
        order,
        note,
        scan_apart: document_id.is_some() && scan.is_none(),
        scan,
    })
}

impl Gathered {
    pub fn is_open(&self) -> bool {
        self.denials.iter().any(|d| d.state == DenialState::Open)
    }

    pub fn denied_cents(&self) -> i64 {
        self.denials.iter().map(|d| d.amount_cents).sum()
    }

    pub fn denial_ids(&self) -> Vec<String> {
        self.denials.iter().map(|d| d.public_id.to_string()).collect()
    }

    /// A note that goes into a letter was read for it.
    pub async fn seen(&self, app: &App, by: &Actor, claim: &Claim, chosen: &Chosen) -> Result<()> {
        match self.note.as_ref().filter(|_| chosen.note) {
            Some(note) => {
                let id = care::note_key(&app.db, note.id).await?;
                audit::seen(app, by, Entry::of("enclosed", "note", id).named(note.id).patient(claim.patient_id)).await
            }
            None => Ok(()),
        }
    }

    fn to(&self) -> Vec<String> {
        let payer = &self.payer;
        let mut lines = vec![payer.name.clone()];
        match &payer.appeals_address {
            Some(address) => lines.extend(address.lines().map(|l| l.trim().to_string())),
            None => {
                lines.push("Appeals".into());
                lines.extend([payer.street.clone(), payer.street2.clone()].into_iter().flatten());
                lines.push(place(payer.city.as_deref(), payer.state.as_deref(), payer.zip.as_deref()));
            }
        }
        lines.retain(|l| !l.is_empty());
        lines
    }

    fn prescriber(&self) -> Option<String> {
        self.order.as_ref().map(|(_, who)| network::view::named(who).spoken())
    }

    /// The order in a sentence.
    fn order_words(&self) -> Option<String> {
        let (order, who) = self.order.as_ref()?;
        let mut words = network::view::named(who).formal();
        if let Some(npi) = &who.npi {
            words += &format!(", NPI {npi}");
        }
        if let Some(on) = order.signed_on {
            words += &format!(", signed {}", day::long(on));
        }
        let diagnoses: Vec<String> = order.diagnoses.0.iter().map(|code| diagnosis(code)).collect();
        let services: Vec<String> = order.services.0.iter().map(|code| treatment(code)).collect();
        let visits = order.visits_authorized.or(order.visits_stated).map(|n| format!("{n} visits"));
        let until = order.valid_to.map(|on| format!("valid until {}", day::long(on)));
        let more = [some(diagnoses.join(", ")), some(services.join(", ")), visits, until];
        let more: Vec<String> = more.into_iter().flatten().collect();
        Some(if more.is_empty() { format!("{words}.") } else { format!("{words}: {}.", more.join("; ")) })
    }

    pub fn enclosed(&self, chosen: &Chosen) -> Vec<String> {
        let mut list = Vec::new();
        if let Some(note) = self.note.as_ref().filter(|_| chosen.note) {
            list.push(format!("The signed note of the visit of {}", day::long(note.visit_on)));
        }
        if chosen.proof && !self.proof.sendings.is_empty() {
            list.push("When the claim left, and what was answered".into());
        }
        if let Some(scan) = self.scan.as_ref().filter(|_| chosen.scan) {
            list.push(scan.title.clone());
        }
        list
    }

    pub fn offer(&self, claim: &Claim, letters: Vec<LetterView>) -> Offer {
        let signed = |n: &NoteView| format!("Signed by {}", n.author.clone().unwrap_or_else(|| n.therapist.clone()));
        let ground = Ground {
            cause: self.denials.iter().find_map(|d| d.root_cause),
            service_on: day::long(claim.service_on),
            prescriber: self.prescriber(),
            order_signed_on: self.order.as_ref().and_then(|(o, _)| o.signed_on).map(day::long),
            authorization_no: self.authorization_no.clone(),
            first_sent_on: claim.first_sent_on.map(day::long),
            has_note: self.note.is_some(),
        };
        Offer {
            claim_id: claim.public_id,
            claim: claim.number.clone(),
            payer: self.payer.name.clone(),
            to: self.to(),
            denied_cents: self.denied_cents(),
            appeal_by: self.denials.iter().filter_map(|d| d.appeal_by).min(),
            is_open: self.is_open(),
            words: draft(&ground),
            note: self.note.as_ref().map(signed),
            order: self.order_words(),
            scan: self.scan.as_ref().map(|s| s.title.clone()),
            scan_apart: self.scan_apart,
            sendings: i64::try_from(self.proof.sendings.len()).unwrap_or(0),
            letters,
        }
    }

    pub fn letter(&self, chosen: &Chosen, signer: &str) -> AppealLetter {
        let claim = &self.claim;
        AppealLetter {
            practice: self.own.clone(),
            to: self.to(),
            on: day::long(chosen.on),
            claim: claim.number.clone(),
            patient: AboutPatient {
                name: full_name(&self.patient),
                born: self.patient.born_on.map(day::long).unwrap_or_default(),
                member: self.coverage.member_no.clone().or_else(|| self.coverage.claim_no.clone()),
                injured: self.coverage.injured_on.map(day::long),
            },
            service_on: day::long(claim.service_on),
            payer_claim_no: claim.payer_claim_no.clone(),
            authorization_no: self.authorization_no.clone(),
            charge_cents: claim.charge_cents,
            denied_cents: self.denied_cents(),
            received_on: self.denials.iter().map(|d| d.received_on).max().map(day::long).unwrap_or_default(),
            appeal_by: self.denials.iter().filter_map(|d| d.appeal_by).min().map(day::long),
            words: chosen.words.clone(),
            denied: self.denials.iter().flat_map(|d| self.denied(d)).collect(),
            order: self.order_words().filter(|_| chosen.order),
            enclosed: self.enclosed(chosen),
            signer: signer.into(),
            notes: self.note.iter().filter(|_| chosen.note).map(note_page).collect(),
            proof: (chosen.proof && !self.proof.sendings.is_empty()).then(|| proof_lines(&self.proof)),
        }
    }

    fn denied(&self, denial: &denial::Model) -> Vec<DeniedLine> {
        let reason = denial.reasons.0.iter().map(|code| in_words(code)).collect::<Vec<_>>().join("; ");
        let named = |l: &claim_line::Model| format!("{}, {} {}", treatment(&l.code), l.units, if l.units == 1 { "unit" } else { "units" });
        match denial.claim_line_id {
            Some(id) => {
                let line = self.lines.iter().find(|l| l.id == id);
                let charge_cents = line.map_or(denial.amount_cents, |l| l.charge_cents);
                vec![DeniedLine { line: line.map(named).unwrap_or_default(), reason, charge_cents, denied_cents: denial.amount_cents }]
            }
            None => {
                let all = self.lines.iter().map(named).collect::<Vec<_>>().join("; ");
                vec![DeniedLine { line: all, reason, charge_cents: self.claim.charge_cents, denied_cents: denial.amount_cents }]
            }
        }
    }
}

fn some(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

/// `No authorization (CO-197)`.
fn in_words(code: &str) -> String {
    let words = code.split_once('-').and_then(|(group, reason)| reason_words(group, reason));
    words.map_or_else(|| code.to_string(), |words| format!("{} ({code})", capital(words)))
}

fn diagnosis(code: &str) -> String {
    icd10::words(code).map_or_else(|| code.to_string(), |words| format!("{code} {words}"))
}

fn treatment(code: &str) -> String {
    match service_code::label(code) {
        label if label == code => code.to_string(),
        label => format!("{label} {code}"),
    }
}

/// The note as its author signed it; what stands empty is left out.
fn note_page(note: &NoteView) -> NotePage {
    let list = |lines: Vec<String>| lines.join("\n");
    let measures = note.measures.iter().map(|m| format!("{}: {}", m.title, m.shown)).collect();
    let goals = note.goals.iter().map(|g| format!("{}: {}", g.text, g.state.label().to_lowercase())).collect();
    let services = note.services.iter().map(|s| match s.minutes {
        Some(minutes) => format!("{}, {minutes} minutes", treatment(&s.code)),
        None => treatment(&s.code),
    });
    let addenda = note.addenda.iter().map(|a| format!("{} ({}, {})", a.words, a.by, a.at.format("%B %-d, %Y")));
    let parts = [
        ("What the patient says", note.subjective.clone()),
        ("What was found", note.objective.clone()),
        ("Measures", list(measures)),
        ("What it means", note.assessment.clone()),
        ("What was done, what is next", note.plan.clone()),
        ("Hands-on minutes", list(services.collect())),
        ("Goals", list(goals)),
        ("New since last time", note.flags.clone()),
        ("Work", note.work_status.clone()),
        ("What holds recovery back", note.restrictions.clone()),
        ("Added after it was signed", list(addenda.collect())),
    ];
    let signed = note.signed_at.map(|at| at.format("%B %-d, %Y").to_string()).unwrap_or_default();
    NotePage {
        title: format!("Signed note of the visit of {}", day::long(note.visit_on)),
        signed: format!("{}, {signed}", note.author.clone().unwrap_or_else(|| note.therapist.clone())),
        parts: parts.into_iter().filter(|(_, text)| !text.trim().is_empty()).map(|(title, text)| NotePart { title, text }).collect(),
    }
}

fn proof_lines(proof: &Proof) -> Vec<ProofLine> {
    let mut lines = Vec::new();
    for sending in &proof.sendings {
        lines.push(ProofLine { on: sending.on.clone(), what: sending.what.clone(), details: sending.details() });
        for answer in &sending.answers {
            lines.push(ProofLine { on: answer.on.clone(), what: answer.what.clone(), details: answer.details() });
        }
    }
    lines
}
