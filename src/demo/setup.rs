//! The first morning: the practice, its people, its fees, the payers and the doctors around.

use super::calendar::{after, before, time};
use super::cast::{self, COLLEAGUES, DOCTORS, Doctor, OFFICES, Wish, phone};
use super::files;
use super::payers::{FEES, HABITS, Pays, VISIT_COST};
use super::plan::Plan;
use super::stage::Stage;
use crate::app::{Actor, App};
use crate::auth::user::{NewSetup, NewUser};
use crate::care::texts::text::NewText;
use crate::error::Result;
use crate::network::Verification;
use crate::network::organization::{NewContact, NewOrganization};
use crate::network::provider::{NewEmail, NewPhone, NewProvider};
use crate::payers::partners;
use crate::practice::fee::NewFee;
use crate::practice::locations::location::NewLocation;
use crate::practice::therapist::NewTherapist;
use crate::types::{Amount, Npi, Text, TextList};
use crate::{auth, care, network, payers, practice};

/// Opens the practice on the first day of the year that will be played.
pub async fn open(app: &App, plan: Plan) -> Result<Stage> {
    let now = app.now();
    let first = plan.calendar.first;
    app.clock.set(app.clock.at(first, time(7, 0)));
    let colleagues = hire(app).await?;
    let mut stage = Stage {
        app: app.clone(),
        plan,
        now,
        colleagues,
        therapists: therapists(app).await?,
        room: String::new(),
        offices: Vec::new(),
        doctors: Vec::new(),
        payers: Vec::new(),
    };
    profile(&stage).await?;
    stage.room = room(&stage).await?;
    partners::add(app, stage.biller(), &files::clearing()).await?;
    stage.payers = contract(&stage).await?;
    stage.offices = offices(&stage).await?;
    stage.doctors = doctors(&stage).await?;
    texts(&stage).await?;
    Ok(stage)
}

/// What the therapists write again and again.
async fn texts(stage: &Stage) -> Result<()> {
    let owner = &stage.colleagues[cast::MAYA];
    let of =
        |kind: &str, name: &str, whose: &str| NewText { kind: kind.into(), name: name.into(), whose: whose.into(), ..Default::default() };
    let snippet = |name: &str, whose: &str, words: &str| NewText { words: words.into(), ..of("snippet", name, whose) };
    let first_visit = NewText {
        subjective: "How it began:\nWorse with:\nBetter with:\nSleep and work:".into(),
        objective: "Posture:\nTender:\nTight:".into(),
        plan: "Weekly for six visits, then measured again. At home:".into(),
        ..of("template", "First visit", "practice")
    };
    for new in [
        snippet("chin", "practice", "Chin tucks, 10 times, twice a day. Stop where it hurts."),
        snippet("guarded", "practice", "Guarded on touch, releases with slow pressure."),
        snippet("desk", "mine", "Break from the desk every 45 minutes, screen at the height of the eyes."),
        first_visit,
    ] {
        care::texts::add(&stage.app, owner, &new).await?;
    }
    Ok(())
}

async fn hire(app: &App) -> Result<Vec<Actor>> {
    let owner = &COLLEAGUES[cast::MAYA];
    let (credential, npi) = owner.treats.unwrap_or_default();
    let founded = NewSetup {
        practice: cast::PRACTICE.into(),
        timezone: cast::ZONE.into(),
        phone: phone(206, 86).into(),
        fax: phone(206, 87).into(),
        npi: cast::own_npi().to_string().into(),
        visit_cost_cents: Amount::Cents(VISIT_COST),
        email: owner.email.into(),
        name: owner.name.into(),
        password: cast::PASSWORD.into(),
        treats: "yes".into(),
        credential: credential.into(),
        therapist_npi: Npi::complete(npi).to_string().into(),
        ..Default::default()
    };
    auth::found(app, &founded).await?;
    let maya = auth::person(app, owner.email).await?;
    for colleague in &COLLEAGUES[1..] {
        let roles = TextList(colleague.roles.iter().map(|r| Text::from(r.word())).collect());
        let new = NewUser {
            email: colleague.email.into(),
            name: colleague.name.into(),
            roles,
            password: cast::PASSWORD.into(),
            ..Default::default()
        };
        let user = auth::add_user(app, &maya, &new).await?;
        if let Some((credential, npi)) = colleague.treats {
            let (first, last) = colleague.name.split_once(' ').unwrap_or_default();
            let new = NewTherapist {
                first_name: first.into(),
                last_name: last.into(),
                credential: credential.into(),
                npi: Npi::complete(npi).to_string().into(),
                license_no: format!("MA6100{}", npi % 1_000).into(),
                license_state: "WA".into(),
                taxonomy_code: "225700000X".into(),
                user: user.id.to_string().into(),
                ..Default::default()
            };
            practice::add_therapist(app, &maya, &new).await?;
        }
    }
    let mut actors = Vec::new();
    for colleague in COLLEAGUES {
        actors.push(auth::person(app, colleague.email).await?);
    }
    Ok(actors)
}

/// Where some are treated beside the practice's own address.
async fn room(stage: &Stage) -> Result<String> {
    let new = NewLocation {
        name: cast::ROOM.into(),
        street: "62 Ferry Street".into(),
        street2: "Room 4".into(),
        city: "Seattle".into(),
        state: "WA".into(),
        zip: "98107-3316".into(),
        ..Default::default()
    };
    Ok(practice::locations::add(&stage.app, stage.owner(), &new).await?.id.to_string())
}

/// The therapists' records, in the order of our people.
async fn therapists(app: &App) -> Result<Vec<String>> {
    let known = practice::list_therapists(app, &Actor::operator()).await?;
    let id = |name: &str| known.iter().find(|t| name == format!("{} {}", t.first_name, t.last_name)).map(|t| t.id.to_string());
    Ok(COLLEAGUES.iter().filter(|c| c.treats.is_some()).filter_map(|c| id(c.name)).collect())
}

async fn profile(stage: &Stage) -> Result<()> {
    let (app, by) = (&stage.app, stage.owner());
    let mut profile = practice::show(app, by).await?.as_typed();
    profile.email = "hello@cedartide.example".into();
    profile.street = "1410 Tidewater Lane".into();
    profile.street2 = "Suite 2".into();
    profile.city = "Seattle".into();
    profile.state = "WA".into();
    profile.zip = "98101-2210".into();
    profile.billing_contact = "Gwen Hollis".into();
    profile.tax_id = "00-0001234".into();
    profile.taxonomy_code = "225700000X".into();
    practice::change(app, by, &profile).await?;
    for (code, cents) in FEES {
        let effective_on = before(stage.plan.calendar.first, 60).to_string().into();
        let fee = NewFee { code: (*code).into(), fee_cents: Amount::Cents(*cents), effective_on, ..Default::default() };
        practice::set_fee(app, by, &fee).await?;
    }
    Ok(())
}

async fn contract(stage: &Stage) -> Result<Vec<(Pays, String)>> {
    let first = stage.plan.calendar.first;
    let mut found = Vec::new();
    for habit in HABITS {
        let payer = payers::add(&stage.app, stage.biller(), &habit.typed()).await?;
        let sheet = habit.sheet(before(first, 120), before(first, 7));
        payers::write_sheet(&stage.app, stage.biller(), &payer.id.to_string(), &sheet).await?;
        found.push((habit.pays, payer.id.to_string()));
    }
    Ok(found)
}

async fn offices(stage: &Stage) -> Result<Vec<String>> {
    let mut ids = Vec::new();
    for (at, office) in OFFICES.iter().enumerate() {
        let new = NewOrganization {
            name: office.name.into(),
            npi: Npi::complete(200_300_700 + at as u64).to_string().into(),
            phone: phone(206, office.line).into(),
            fax: phone(206, office.line + 1).into(),
            website: format!("https://{}", office.domain).into(),
            street: office.street.into(),
            city: "Seattle".into(),
            state: "WA".into(),
            zip: office.zip.into(),
            hours: office.hours.into(),
            contacts: vec![NewContact {
                name: office.contact.into(),
                role: office.role.into(),
                phone: phone(206, office.line).into(),
                ..Default::default()
            }],
            ..Default::default()
        };
        ids.push(network::add_organization(&stage.app, stage.front_desk(), &new).await?.id.to_string());
    }
    Ok(ids)
}

async fn doctors(stage: &Stage) -> Result<Vec<String>> {
    let mut ids = Vec::new();
    for (at, doctor) in DOCTORS.iter().enumerate() {
        let provider = network::add_provider(&stage.app, stage.front_desk(), &typed(stage, doctor)).await?;
        let id = provider.id.to_string();
        // Most read their address back on the phone; who wants no reports was never asked.
        if let Some(email) = provider.emails.first().filter(|_| doctor.wish != Wish::Nothing && at % 9 != 8) {
            let how = if at % 4 == 3 { "reply" } else { "phone" };
            let check = Verification { email: email.id.to_string().into(), how: how.into(), ..Default::default() };
            network::verify_email(&stage.app, stage.front_desk(), &id, &check).await?;
        }
        ids.push(id);
    }
    Ok(ids)
}

fn typed(stage: &Stage, doctor: &Doctor) -> NewProvider {
    let office = &OFFICES[doctor.office];
    NewProvider {
        first_name: doctor.first.into(),
        last_name: doctor.last.into(),
        credentials: TextList(vec![doctor.credential.into()]),
        npi: doctor.npi().to_string().into(),
        taxonomy_code: doctor.taxonomy.into(),
        specialty: doctor.specialty.into(),
        preferred_channel: if doctor.wish == Wish::Nothing { "phone" } else { "email" }.into(),
        report_frequency: match doctor.wish {
            Wish::Reports => "standard",
            Wish::MonthlyOnly => "monthly_only",
            Wish::DischargeOnly => "discharge_only",
            Wish::Nothing => "none",
        }
        .into(),
        emails: vec![NewEmail {
            address: doctor.email().into(),
            label: "office".into(),
            secure: "tls_required".into(),
            ..Default::default()
        }],
        phones: vec![
            NewPhone { number: phone(206, office.line).into(), label: "office".into(), ..Default::default() },
            NewPhone { number: phone(206, office.line + 1).into(), label: "fax".into(), is_fax: "yes".into() },
        ],
        organization: stage.offices[doctor.office].as_str().into(),
        ..Default::default()
    }
}

/// The day on which a sheet was last asked about; one payer was forgotten.
pub fn checks(stage: &Stage) -> Vec<(Pays, chrono::NaiveDate)> {
    let calendar = stage.plan.calendar;
    let quarterly = |pays: Pays| [90, 180, 270, 340].map(|days| (pays, calendar.later(calendar.first, days)));
    let mut found: Vec<_> = HABITS.iter().filter(|h| h.pays != Pays::Cascade).flat_map(|h| quarterly(h.pays)).collect();
    found.push((Pays::Cascade, calendar.later(after(calendar.first, 0), 150)));
    found
}
