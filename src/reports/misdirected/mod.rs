//! "I sent this to the wrong person": an email address is frozen, a mail to it that has not left is stopped, and what happened is looked into
//! until somebody decides; of a breach, until the patient was told. Today shows it until then.

pub mod api;
pub mod pages;
mod store;
pub mod view;

use super::{links, mails};
use crate::app::{Actor, App, read_id};
use crate::audit::Entry;
use crate::auth::role::{Reach, Thing};
use crate::entity::misdirected::{ActiveModel, Model};
use crate::error::{AppError, Result};
use crate::mail::outbox_state::MailChannel;
use crate::mail::{self, Stream};
use crate::types::Check;
use crate::work::{Work, check_version};
use answers::{Answers, Opening, Outcome, Telling};
pub use model::reports::misdirected::answers;
use sea_orm::{ConnectionTrait, IntoActiveModel, Set};
use view::MisdirectedView;

/// Opens the assessment of a mail that went to the wrong person. An email address takes nothing more from this moment.
pub async fn open(app: &App, by: &Actor, mail_id: &str, new: &Opening) -> Result<MisdirectedView> {
    let mail = mails::find(&app.db, by, mail_id).await?;
    by.only_who_releases()?;
    let mut check = Check::new(app.today());
    let what_happened = check.required("what_happened", &new.what_happened, "Say what happened");
    let what_happened = check.done(what_happened)?;
    let work = app.work(by).await?;
    if let Some(id) = work.already() {
        return view::one(app, &work.tx, &store::row(&work.tx, id).await?).await;
    }
    if mail.state.may_be_cancelled() {
        return Err(AppError::conflict("this mail has not left. Take the report back instead"));
    }
    if store::is_open_for_mail(&work.tx, mail.id).await? {
        return Err(AppError::conflict("this is being looked into already"));
    }
    let row = ActiveModel {
        outbox_id: Set(mail.id),
        report_id: Set(mail.report_id),
        provider_id: Set(mail.provider_id),
        to_address: Set(mail.to_address.clone()),
        what_happened: Set(what_happened),
        ..Default::default()
    };
    let row = work.insert(row).await?;
    if mail.channel == MailChannel::Fax {
        // The number takes none while this is looked into; it is read back, mended or not, and then it is as good as any.
        mail::stop_waiting(&work.tx, &mail.to_address, "not sent: a fax went to the wrong person at this number").await?;
    } else if mail.channel.is_mailed() {
        // A place on paper is no mailbox: a person reads it on the envelope each time.
        links::distrust(&work, &mail.to_address).await?;
        for stream in [Stream::Treatment, Stream::Outreach] {
            mail::suppress(&work.tx, &mail.to_address, stream, "a report went to the wrong person there", work.now).await?;
        }
        // What waits for the same address does not leave. It counts as not sent, and a person sends it again once the address is known to be right.
        mail::stop_waiting(&work.tx, &mail.to_address, "not sent: a report went to the wrong person at this address").await?;
    }
    work.note(Entry::of("opened", "wrong_recipient", row.id).named(row.public_id)).await?;
    work.made(row.id).await?;
    done(work, &row).await
}

/// Adds answers; with an outcome it is closed. That is the owner's to decide.
pub async fn answer(app: &App, by: &Actor, id: &str, new: &Answers) -> Result<MisdirectedView> {
    let before = find(&app.db, by, id).await?;
    by.only_who_releases()?;
    let draft = new.check(app.today()).map_err(AppError::Invalid)?;
    if draft.outcome.is_some() {
        by.only_owner_changes()?;
    }
    if before.closed_at.is_some() {
        return Err(AppError::conflict("this was decided. What was found stays as it is"));
    }
    let work = app.work(by).await?;
    check_version(draft.version, before.version, view::one(app, &work.tx, &before)).await?;
    let row = ActiveModel {
        told: Set(draft.told),
        who: Set(draft.who),
        seen: Set(draft.seen),
        done: Set(draft.done),
        outcome: Set(draft.outcome),
        closed_at: Set(draft.outcome.map(|_| work.now)),
        closed_by_id: Set(draft.outcome.and(by.user_id())),
        ..before.clone().into_active_model()
    };
    let (after, fields) = work.save(&before, row).await?;
    let verb = if after.closed_at.is_some() { "closed" } else { "answered" };
    work.note(Entry::of(verb, "wrong_recipient", after.id).named(after.public_id).fields(fields)).await?;
    done(work, &after).await
}

/// The patient was told of a breach: until then its deadline stands on Today.
pub async fn told(app: &App, by: &Actor, id: &str, new: &Telling) -> Result<MisdirectedView> {
    let before = find(&app.db, by, id).await?;
    by.only_who_releases()?;
    let mut check = Check::new(app.today());
    let on = check.past_day("on", &new.on, "The day").unwrap_or(app.today());
    let how = check.required_line("how", &new.how, "Say how the patient was told");
    let how = check.done(how)?;
    if before.outcome != Some(Outcome::Breach) {
        return Err(AppError::conflict("this was not decided to be a breach. There is nothing to tell"));
    }
    if before.patient_told_on.is_some() {
        return Err(AppError::conflict("the patient was told already"));
    }
    let work = app.work(by).await?;
    let row = ActiveModel {
        patient_told_on: Set(Some(on)),
        patient_told_how: Set(Some(how)),
        patient_told_by_id: Set(by.user_id()),
        ..before.clone().into_active_model()
    };
    let (after, _) = work.save(&before, row).await?;
    work.note(Entry::of("told_patient", "wrong_recipient", after.id).named(after.public_id)).await?;
    done(work, &after).await
}

pub async fn show(app: &App, by: &Actor, id: &str) -> Result<MisdirectedView> {
    view::one(app, &app.db, &find(&app.db, by, id).await?).await
}

/// All of them, the open ones first.
pub async fn list(app: &App, by: &Actor) -> Result<Vec<MisdirectedView>> {
    let reach = by.rights(Thing::Reports).to_see("assessment")?;
    let own = (reach == Reach::Own).then(|| by.therapist_id.unwrap_or(0));
    view::many(app, &app.db, &store::all(&app.db, own).await?).await
}

async fn find(db: &impl ConnectionTrait, by: &Actor, id: &str) -> Result<Model> {
    by.rights(Thing::Reports).to_see("assessment")?;
    let row = store::find(db, read_id(id, "assessment")?).await?.ok_or(AppError::NotFound("assessment"))?;
    may_see(db, by, &row).await?;
    Ok(row)
}

/// Whoever may see the mail.
async fn may_see(db: &impl ConnectionTrait, by: &Actor, row: &Model) -> Result<()> {
    let mail = store::mail_of(db, row).await?;
    mails::find(db, by, &mail.to_string()).await.map(|_| ())
}

async fn done(work: Work<'_>, row: &Model) -> Result<MisdirectedView> {
    let shown = view::one(work.app, &work.tx, row).await?;
    work.commit().await?;
    Ok(shown)
}
