//! A referral as it is typed from its slip, on one page: names that were typed instead of chosen, and what the page
//! says back while it is filled in.

use super::form::{Scan, keep, provider_meant};
use super::prescription::{NewPrescription, is_ambiguous};
use super::referral::NewReferral;
use super::view::ReferralView;
use super::{check, store};
use crate::app::{Actor, App};
use crate::auth::role::Thing;
use crate::error::{AppError, Result};
use crate::patients::view::PatientRow;
use crate::types::day::{self, Leaning};
use crate::types::{FieldErrors, Phone, Text, TextList, icd10};
use crate::{network, patients, payers};
use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// What the page sends: a referral, and its own fields around it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Slip {
    pub provider_name: Text,
    pub ordering_provider_name: Text,
    pub patient_name: Text,
    /// Which of the people of the same name it is: an id, or `new`.
    pub who: Text,
    /// Id of a payer, `cash` or `unknown`.
    pub pays: Text,
    #[serde(flatten)]
    pub new: NewReferral,
}

/// The fields of a referral that have another name on the page.
const ON_THE_PAGE: &[(&str, &str)] = &[
    ("provider", "provider_name"),
    ("ordering_provider", "ordering_provider_name"),
    ("prescription.prescriber", "ordering_provider_name"),
    ("patient", "patient_name"),
    ("coverage.kind", "pays"),
    ("coverage.payer", "pays"),
    ("known_coverage", "pays"),
    ("document", "slip"),
];

/// Receives what was typed from a slip, or says everything that is to mend at once.
pub async fn receive(app: &App, by: &Actor, slip: &mut Slip, scan: Option<Scan>) -> Result<ReferralView> {
    by.rights(Thing::Referrals).to_write("referral")?;
    // Asked before anything is read: by now the patient of the first sending is known.
    if let Some(made) = super::made_before(app, by).await? {
        return Ok(made);
    }
    keep(app, by, scan, &mut slip.new.document).await?;
    let new = read(app, by, slip).await?;
    super::receive(app, by, &new).await.map_err(|e| renamed(e, ON_THE_PAGE))
}

/// The same complaints under the names that a page gives to the fields.
pub fn renamed(error: AppError, names: &[(&str, &str)]) -> AppError {
    let AppError::Invalid(FieldErrors(errors)) = error else { return error };
    let mut moved = FieldErrors::default();
    for e in errors {
        let field = names.iter().find(|(from, _)| *from == e.field).map_or(e.field.as_str(), |(_, to)| to);
        if !moved.0.iter().any(|known| known.field == field) {
            moved.push(field, e.message);
        }
    }
    moved.into()
}

/// Reads names that were typed and not chosen, and who pays; what is wrong with them stands beside what is wrong with the rest.
async fn read(app: &App, by: &Actor, slip: &Slip) -> Result<NewReferral> {
    let mut new = slip.new.clone();
    let mut errors = FieldErrors::default();
    for (typed, id, field) in [
        (&slip.provider_name, &mut new.provider, "provider_name"),
        (&slip.ordering_provider_name, &mut new.ordering_provider, "ordering_provider_name"),
    ] {
        if let Err(e) = provider_meant(app, field, typed, id).await {
            collect(e, &mut errors)?;
        }
    }
    who_is_it(app, by, slip, &mut new, &mut errors).await?;
    who_pays(app, by, slip, &mut new, &mut errors).await?;
    if let Err(more) = check(&new, app.today()) {
        errors.0.extend(more.0);
    }
    if errors.is_empty() { Ok(new) } else { Err(renamed(errors.into(), ON_THE_PAGE)) }
}

fn collect(error: AppError, errors: &mut FieldErrors) -> Result<()> {
    match error {
        AppError::Invalid(more) => errors.0.extend(more.0),
        other => return Err(other),
    }
    Ok(())
}

/// A known patient by name; else a new one, unless somebody of the name is here already and nobody said who it is.
async fn who_is_it(app: &App, by: &Actor, slip: &Slip, new: &mut NewReferral, errors: &mut FieldErrors) -> Result<()> {
    if new.patient.is_blank() && !slip.patient_name.is_blank() {
        match patients::named(&app.db, by, "patient_name", &slip.patient_name).await {
            Ok(patient) => new.patient = patient.public_id.to_string().into(),
            Err(e) => collect(e, errors)?,
        }
    }
    match slip.who.as_str() {
        "" if new.patient.is_blank() && slip.patient_name.is_blank() => {
            if !patients::alike(app, by, &new.new_patient).await?.is_empty() {
                errors.push("who", "Somebody of this name is here already. Choose who it is");
            }
        }
        "" => {}
        "new" => new.new_patient.although_known = "yes".into(),
        id => new.patient = id.into(),
    }
    Ok(())
}

/// Who pays: one payer of the list, the patient, or not known yet. A known patient keeps the coverage that is here.
async fn who_pays(app: &App, by: &Actor, slip: &Slip, new: &mut NewReferral, errors: &mut FieldErrors) -> Result<()> {
    match slip.pays.as_str() {
        "" => errors.push("pays", "Choose who pays, or \"Not known yet\""),
        "unknown" => new.coverage = Default::default(),
        "cash" => {
            new.coverage = Default::default();
            new.coverage.kind = "cash".into();
        }
        payer => new.coverage.payer = payer.into(),
    }
    let typed_more = [&new.coverage.member_no, &new.coverage.claim_no, &new.coverage.injured_on].iter().any(|t| !t.is_blank());
    if !new.patient.is_blank() && !new.coverage.is_blank() && !typed_more {
        let known = patients::show(app, by, new.patient.as_str()).await.map(|p| p.coverages).unwrap_or_default();
        let fits = |payer: Option<String>| payer.unwrap_or_else(|| "cash".into()) == slip.pays.as_str();
        if let [only] = known.iter().filter(|c| fits(c.payer_id.map(|id| id.to_string()))).collect::<Vec<_>>().as_slice() {
            new.known_coverage = only.id.to_string().into();
            new.coverage = Default::default();
        }
    }
    Ok(())
}

/// What the page says back: how tolerant inputs were understood, and what follows from them, by the fields' names.
#[derive(Clone, Debug, Default)]
pub struct Echoes {
    pub said: Map<String, Value>,
    /// Patients of the same name, to choose from.
    pub alike: Vec<PatientRow>,
}

impl Echoes {
    fn say(&mut self, field: &str, words: impl Into<String>) {
        self.said.insert(field.into(), json!(words.into()));
    }
}

/// Reads a slip that is still being typed.
pub async fn echoes(app: &App, by: &Actor, slip: &Slip) -> Result<Echoes> {
    by.rights(Thing::Referrals).to_write("referral")?;
    let today = app.today();
    let mut echoes = Echoes::default();
    echo_day(&mut echoes, "received_on", &slip.new.received_on, today, Leaning::Nearest);
    echo_day(&mut echoes, "new_patient[born_on]", &slip.new.new_patient.born_on, today, Leaning::Past);
    if let Ok(phone) = Phone::parse(slip.new.new_patient.phone.as_str()) {
        echoes.say("new_patient[phone]", Phone::show(&phone.e164, phone.extension.as_deref()));
    }
    echo_source(app, slip, &mut echoes).await?;
    echo_patient(app, by, slip, &mut echoes).await?;
    for (field, words) in of_order(&slip.new.prescription, today) {
        echoes.say(&format!("prescription[{field}]"), words);
    }
    Ok(echoes)
}

fn echo_day(echoes: &mut Echoes, field: &str, typed: &Text, today: NaiveDate, leaning: Leaning) {
    if let Ok(day) = day::parse(typed.as_str(), today, leaning) {
        echoes.say(field, day::echo(day));
    }
}

/// "Known: 9 referrals in 12 months, last on Nov 10."
async fn echo_source(app: &App, slip: &Slip, echoes: &mut Echoes) -> Result<()> {
    let provider = match (slip.new.provider.some(), slip.provider_name.is_blank()) {
        (Some(id), _) => network::find(&app.db, &id).await.ok(),
        (None, false) => network::provider_named(&app.db, "provider_name", &slip.provider_name).await.ok(),
        (None, true) => None,
    };
    let Some(provider) = provider else { return Ok(()) };
    let name = network::view::named(&provider).formal();
    let words = match store::sent_lately(&app.db, provider.id, app.today()).await? {
        (0, _) => format!("{name}. No referral in the last 12 months"),
        (n, last) => {
            format!("{name}. {n} in 12 months{}", last.map(|d| format!(", last on {}", day::short(d, app.today()))).unwrap_or_default())
        }
    };
    echoes.say("provider_name", words);
    Ok(())
}

async fn echo_patient(app: &App, by: &Actor, slip: &Slip, echoes: &mut Echoes) -> Result<()> {
    let (first, last) = (&slip.new.new_patient.first_name, &slip.new.new_patient.last_name);
    let chosen = !slip.new.patient.is_blank() || !slip.patient_name.is_blank();
    if chosen || first.is_blank() || last.is_blank() {
        return Ok(());
    }
    echoes.alike = patients::alike(app, by, &slip.new.new_patient).await?;
    let words = match echoes.alike.len() {
        0 => format!("No {first} {last} yet. This will be a new patient"),
        1 => format!("A {first} {last} is here already"),
        n => format!("{n} people called {first} {last} are here already"),
    };
    echoes.say("new_patient[last_name]", words);
    Ok(())
}

/// What follows from an order as it is typed: its diagnoses in words, its visits, its last day.
pub fn of_order(typed: &NewPrescription, today: NaiveDate) -> Vec<(&'static str, String)> {
    let mut said = Vec::new();
    let codes: Vec<String> = typed.diagnoses.said().filter_map(|t| icd10::parse(t.as_str()).ok()).collect();
    let words: Vec<String> = codes.iter().map(|c| icd10::caution(c).unwrap_or_else(|| icd10::show(c))).collect();
    if !words.is_empty() {
        said.push(("diagnoses", words.join("; ")));
    }
    for (field, text) in [("signed_on", &typed.signed_on), ("valid_from", &typed.valid_from), ("valid_to", &typed.valid_to)] {
        if let Ok(day) = day::parse(text.as_str(), today, Leaning::Nearest) {
            said.push((field, day::echo(day)));
        }
    }
    // Only the amount and the dates matter here: a mistake elsewhere must not hide them.
    let bare = NewPrescription { diagnoses: TextList::default(), signed_on: Text::default(), ..typed.clone() };
    let signed = day::parse(typed.signed_on.as_str(), today, Leaning::Nearest).map(|d| Text::from(d.to_string())).unwrap_or_default();
    let from = if bare.valid_from.is_blank() { signed } else { bare.valid_from.clone() };
    let Ok(order) = (NewPrescription { valid_from: from, ..bare }).check(today) else { return said };
    if let (Some(visits), None) = (order.visits_authorized, order.visits_stated) {
        let doubt = is_ambiguous(None, order.frequency_min, order.frequency_max);
        let words = if doubt {
            format!("{visits} visits are counted. The slip leaves open how many; ask the prescriber")
        } else {
            format!("{visits} visits")
        };
        said.push(("visits", words));
    }
    if let Some(last) = order.valid_to.filter(|_| typed.valid_to.is_blank()) {
        said.push(("duration_weeks", format!("Good until {}", day::echo(last))));
    }
    said
}

/// The payers to choose from, with "the patient" and "not known yet" at the end.
pub async fn payer_options(app: &App, by: &Actor) -> Result<Vec<(String, String)>> {
    let mut options: Vec<(String, String)> = payers::names(app, by).await?.into_iter().map(|p| (p.id.to_string(), p.name)).collect();
    options.push(("cash".into(), "Patient pays".into()));
    options.push(("unknown".into(), "Not known yet".into()));
    Ok(options)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(order: &NewPrescription, field: &str) -> String {
        let today = "2026-11-23".parse().expect("a day");
        of_order(order, today).into_iter().find(|(name, _)| *name == field).map(|(_, words)| words).unwrap_or_default()
    }

    #[test]
    fn an_order_says_back_its_visits_and_its_last_day() {
        let typed = NewPrescription {
            diagnoses: TextList(vec!["m54.50".into()]),
            frequency: "2 a week".into(),
            duration_weeks: "6 weeks".into(),
            signed_on: "11/20".into(),
            valid_from: "today".into(),
            ..Default::default()
        };
        assert_eq!(said(&typed, "diagnoses"), "M54.50 low back pain");
        assert_eq!(said(&typed, "visits"), "12 visits");
        assert_eq!(said(&typed, "signed_on"), "Fri, November 20, 2026");
        assert_eq!(said(&typed, "duration_weeks"), "Good until Sun, January 3, 2027");
    }

    #[test]
    fn an_ambiguous_frequency_is_said_and_a_mistake_elsewhere_hides_nothing() {
        let typed = NewPrescription {
            diagnoses: TextList(vec!["neck".into()]),
            frequency: "1 to 2".into(),
            duration_weeks: "6".into(),
            signed_on: "tomorrow".into(),
            ..Default::default()
        };
        assert!(said(&typed, "visits").contains("leaves open how many"));
    }
}
