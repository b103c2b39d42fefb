//! The mails of reports, one by one: how each stands, the message as it left, and what a person decides about one that waits or may
//! have arrived.

pub mod api;
pub mod pages;
mod store;
pub mod view;

use crate::app::{Actor, App, read_id};
use crate::audit::Entry;
use crate::auth::role::{Reach, Thing};
use crate::entity::outbox::Model as Mail;
use crate::error::{AppError, Result};
use crate::mail::outbox_state::{HandWay, MailChannel, OutboxState};
use crate::mail::{self, Tried, check};
use crate::reports::letters::store as letter_store;
use crate::types::day::span;
use crate::types::{Check, Cursor, Listing, Text};
use crate::work::Work;
use schemars::JsonSchema;
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};
use store::Asked;
use view::{MailRow, MailShown};

/// What the list of mails can be asked.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct MailFilter {
    /// A state, like sent, unknown or failed.
    pub state: Text,
    /// email or paper.
    pub channel: Text,
    /// yes: only those that a person laid no hand on yet and that do not go by themselves.
    pub held: Text,
    pub limit: Text,
    pub cursor: Text,
}

/// Mails, newest first; a therapist sees those about their own patients.
pub async fn list(app: &App, by: &Actor, filter: &MailFilter) -> Result<Listing<MailRow>> {
    let reach = by.rights(Thing::Reports).to_see("mail")?;
    let mut check = Check::new(app.today());
    let state: Option<OutboxState> = check.choice("state", &filter.state);
    let channel: Option<MailChannel> = check.choice("channel", &filter.channel);
    check.done(())?;
    let cursor = Cursor::read(&filter.cursor, &filter.limit).map_err(AppError::BadRequest)?;
    let asked = Asked {
        state,
        channel,
        held: filter.held.is_yes(),
        therapist_id: (reach == Reach::Own).then(|| by.therapist_id.unwrap_or(0)),
        after: cursor.after,
        limit: cursor.limit + 1,
    };
    let found = store::list(&app.db, &asked).await?;
    let mut shown = view::rows(&app.db, &found).await?;
    Ok(cursor.cut(found, |f| f.id, |f| shown.remove(&f.id)).shown())
}

/// One mail with the message as it left. Reading it leaves a trace.
pub async fn show(app: &App, by: &Actor, id: &str) -> Result<MailShown> {
    let mail = find(&app.db, by, id).await?;
    crate::audit::seen(app, by, Entry::of("read", "mail", mail.id).named(mail.public_id)).await?;
    view::mail(app, &app.db, by, &mail).await
}

/// A mail and the message itself, byte for byte, for who may read the report.
pub async fn message(app: &App, by: &Actor, id: &str) -> Result<(Mail, Vec<u8>)> {
    let mail = find(&app.db, by, id).await?;
    if !reads(by) {
        return Err(AppError::NotFound("message"));
    }
    let mime = mail::mime(&app.db, &mail).await?;
    let is_to_print = mail.channel == MailChannel::Paper;
    if is_to_print
        && mail.state == OutboxState::Approved
        && let Some(why) = mail::objection(&app.db, &mail, &mime, app.today()).await?
    {
        return Err(AppError::conflict(format!("not printed: {why}. Take the report back")));
    }
    let verb = if is_to_print { "printed" } else { "read" };
    crate::audit::seen(app, by, Entry::of(verb, "mail", mail.id).named(mail.public_id)).await?;
    Ok((mail, mime))
}

/// The message as a mail program shows it. A letter on paper is none.
pub async fn html(app: &App, by: &Actor, id: &str) -> Result<String> {
    if !find(&app.db, by, id).await?.channel.is_mailed() {
        return Err(AppError::NotFound("message"));
    }
    let (_, mime) = message(app, by, id).await?;
    mail::read(&mime).html.ok_or(AppError::NotFound("message"))
}

/// The name of a message's file; it tells nothing about a person.
pub fn file_name(mail: &Mail) -> String {
    format!("{}.{}", mail.public_id, if mail.channel == MailChannel::Paper { "pdf" } else { "eml" })
}

/// How and when a person sent what was printed.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SentByHand {
    /// mail, fax or hand.
    pub how: Text,
    /// The day; today where nothing is said.
    pub on: Text,
}

/// A person says that they sent what was printed. From then on the patient's list of disclosures has it.
pub async fn sent_by_hand(app: &App, by: &Actor, id: &str, new: &SentByHand) -> Result<MailShown> {
    let work = app.work(by).await?;
    let mail = to_decide(&work, id).await?;
    let mut check = Check::new(app.today());
    let how: Option<HandWay> = check.required_choice("how", &new.how, "Say how it was sent");
    let on = check.past_day("on", &new.on, "The day").unwrap_or(app.today());
    if on < app.clock.day_of(mail.approved_at) && !check.failed() {
        check.say("on", "It was approved after that day");
    }
    let how = check.done(how)?.ok_or_else(|| AppError::field("how", "Say how it was sent"))?;
    let noon = chrono::NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default();
    let at = if on == app.today() { work.now } else { std::cmp::max(app.clock.at(on, noon), mail.approved_at) };
    let places = crate::network::places_of(&work.tx, mail.provider_id, on).await?;
    let to = match how {
        HandWay::Fax => places.fax,
        HandWay::Mail | HandWay::Hand => places.post,
    };
    let to = to.unwrap_or_else(|| mail.to_address.clone());
    if mail::sent_by_hand(&work, &mail, how, on, &to, at).await?.is_none() {
        return Err(AppError::conflict("this does not wait to be printed and sent by hand"));
    }
    decided(work, "sent_by_hand", &mail).await
}

/// Whether one may read what a mail says, and not only how it stands.
fn reads(by: &Actor) -> bool {
    by.rights(Thing::Reports).read != Reach::None || by.may_release()
}

/// A mail of a report that the actor may see.
pub async fn find(db: &impl ConnectionTrait, by: &Actor, id: &str) -> Result<Mail> {
    by.rights(Thing::Reports).to_see("mail")?;
    let mail = mail::find(db, read_id(id, "mail")?).await?.ok_or(AppError::NotFound("mail"))?;
    let report = letter_store::row(db, mail.report_id.ok_or(AppError::NotFound("mail"))?).await?;
    let missing = |e| if matches!(e, AppError::NotFound(_)) { AppError::NotFound("mail") } else { e };
    crate::reports::find(db, by, &report.public_id.to_string()).await.map_err(missing)?;
    Ok(mail)
}

/// To whom a test goes; to the asking person where nothing is said.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TestTo {
    pub to: Text,
}

/// Sends a message about nobody, and tells what became of it.
pub async fn send_test(app: &App, by: &Actor, to: &TestTo) -> Result<Tried> {
    by.only_who_releases()?;
    let own = match by.user_id() {
        Some(id) => crate::auth::email_of(&app.db, id).await?,
        None => None,
    };
    let to = to.to.some().or(own).ok_or_else(|| AppError::field("to", "Say where the test goes"))?;
    check::send_test(app, by, &to).await
}

/// Lets a mail go that was laid aside: a person looked at it.
pub async fn let_go(app: &App, by: &Actor, id: &str) -> Result<MailShown> {
    let work = app.work(by).await?;
    let mail = to_decide(&work, id).await?;
    if !mail::let_go(&work.tx, &mail, work.now, by.user_id()).await? {
        return Err(AppError::conflict("this mail is not held"));
    }
    decided(work, "let_go", &mail).await
}

/// Whether a person may give a mail up: one that is held, or that may have arrived and that nobody can still be sending. One that goes by
/// itself is taken back instead, with its report.
fn may_be_given_up(app: &App, mail: &Mail) -> Result<()> {
    match mail.state {
        OutboxState::Unknown => surely_over(app, mail),
        state if state.may_be_cancelled() && mail.held_at.is_some() => Ok(()),
        state if state.may_be_cancelled() => {
            Err(AppError::conflict("this mail goes by itself, or waits to be printed. Take its report back instead"))
        }
        state => Err(AppError::conflict(format!("this mail is {}. There is nothing to give up", state.label().to_lowercase()))),
    }
}

/// Refuses while a worker may still hold the line over which a mail of unknown fate went.
pub fn surely_over(app: &App, mail: &Mail) -> Result<()> {
    let wait = span(app.config.waits.body);
    if mail.state == OutboxState::Unknown && app.now() < mail.phase_at + wait {
        let minutes = std::cmp::max(1, wait.num_minutes());
        return Err(AppError::conflict(format!("it may still be arriving. Wait {minutes} minutes, then decide")));
    }
    Ok(())
}

/// Gives a mail up that may have arrived, or that is held: it is never sent. One that may still be on its way waits first.
pub async fn give_up(app: &App, by: &Actor, id: &str) -> Result<MailShown> {
    let work = app.work(by).await?;
    let mail = to_decide(&work, id).await?;
    may_be_given_up(app, &mail)?;
    if !mail::move_by_hand(&work.tx, &mail, OutboxState::Abandoned, "a person gave it up", None).await? {
        return Err(AppError::conflict("this mail just moved on. Look at it again"));
    }
    decided(work, "gave_up", &mail).await
}

async fn to_decide(work: &Work<'_>, id: &str) -> Result<Mail> {
    let mail = find(&work.tx, work.by, id).await?;
    work.by.only_who_releases()?;
    Ok(mail)
}

async fn decided(work: Work<'_>, verb: &'static str, mail: &Mail) -> Result<MailShown> {
    work.note(Entry::of(verb, "mail", mail.id).named(mail.public_id)).await?;
    let after = mail::find(&work.tx, mail.public_id).await?.ok_or(AppError::NotFound("mail"))?;
    let shown = view::mail(work.app, &work.tx, work.by, &after).await?;
    work.commit().await?;
    Ok(shown)
}
