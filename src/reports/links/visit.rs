//! A doctor at a link. Whatever is wrong with it, the answer is the same: there is no such link. Opening one shows a button and nothing
//! else, for mail scanners open links, too.

use super::link::{self, CODE_MINUTES, CODES_AN_HOUR, LinkState, READ_MINUTES, Seen, TRIES_OF_A_CODE, TRUSTED_DAYS};
use super::{mail_of, store, view};
use crate::app::{Actor, App, new_public_id};
use crate::audit::Entry;
use crate::auth;
use crate::db;
use crate::entity::outbox::Model as Mail;
use crate::entity::report::Model as Report;
use crate::entity::{link_entry, link_reader, report, report_link};
use crate::error::{AppError, Result};
use crate::mail::compose::compose;
use crate::mail::kinds::CodeNotice;
use crate::mail::outbox_state::{MailChannel, OutboxState};
use crate::mail::{self, NewMail, freeze};
use crate::network;
use crate::reports::letters::inspect::{frozen, sender};
use crate::reports::letters::letter::Letter;
use crate::reports::letters::print;
use crate::reports::sign_backs;
use crate::types::{Check, Text};
use chrono::TimeDelta;
use sea_orm::{ConnectionTrait, Set};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

/// Who stands before a link: with the token of its address, and a browser that has a token of its own.
#[derive(Clone, Copy)]
pub struct Visitor<'a> {
    pub token: &'a str,
    pub browser: Option<&'a str>,
}

/// A link that opens, with everything behind it.
struct Behind {
    link: report_link::Model,
    reader: link_reader::Model,
    mail: Mail,
    report: Report,
    letter: Letter,
    /// Who is meant to read, for the record.
    by: Actor,
}

fn no_such() -> AppError {
    AppError::NotFound("link")
}

impl Visitor<'_> {
    fn browser_hash(&self) -> Vec<u8> {
        self.browser.map(auth::token_hash).unwrap_or_default()
    }

    /// What is behind the link, if it opens.
    async fn behind(&self, app: &App, db: &impl ConnectionTrait) -> Result<Behind> {
        let link = store::by_token(db, auth::token_hash(self.token)).await?.ok_or_else(no_such)?;
        let sits = self.sitting(app, db, &link).await?.is_some();
        let mail = mail_of(db, &link).await?;
        let is_open = view::standing(&link).state(sits, app.now()) == LinkState::Open;
        // Who is not to read it any more does not: the patient said so, or the address is not theirs.
        let mime = mail::mime(db, &mail).await?;
        let may_be_read = mail.state != OutboxState::Cancelled && mail::objection(db, &mail, &mime, app.today()).await?.is_none();
        if !is_open || !may_be_read {
            return Err(no_such());
        }
        let report = db::by_id::<report::Entity>(db, Some(link.report_id)).await?.ok_or_else(no_such)?;
        let letter = frozen(&report).ok_or_else(no_such)?.letter;
        let reader = db::by_id::<link_reader::Entity>(db, Some(link.reader_id)).await?.ok_or_else(no_such)?;
        let provider = network::provider_row(db, report.provider_id).await?;
        let by = Actor::reader(format!("{} (link)", network::view::named(&provider).spoken()));
        Ok(Behind { link, reader, mail, report, letter, by })
    }

    /// The sitting in which this browser has the link open.
    async fn sitting(&self, app: &App, db: &impl ConnectionTrait, link: &report_link::Model) -> Result<Option<link_entry::Model>> {
        if self.browser.is_none() {
            return Ok(None);
        }
        let entry = store::latest_entry(db, link.id, &self.browser_hash()).await?;
        Ok(entry.filter(|e| e.open_until.is_some_and(|until| until > app.now())))
    }

    /// The same, of who is let no further without.
    async fn seated(&self, app: &App, db: &impl ConnectionTrait, behind: &Behind) -> Result<link_entry::Model> {
        let over = || AppError::conflict("this was open for a while and is closed now. Open it again from the mail");
        self.sitting(app, db, &behind.link).await?.ok_or_else(over)
    }
}

/// Looks whether the link opens, and nothing more; tells whether this browser is let in without a code.
pub async fn look(app: &App, visitor: Visitor<'_>) -> Result<bool> {
    let behind = visitor.behind(app, &app.db).await?;
    let trusted = store::is_trusted(&app.db, behind.reader.id, &visitor.browser_hash(), app.now()).await?;
    Ok(visitor.browser.is_some() && trusted)
}

/// What came of pressing the button.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Knocked {
    /// A code is on its way to the mailbox.
    CodeSent,
    /// This browser is its reader's alone: it is open.
    Open,
}

/// Somebody pressed the button: a browser that is trusted is let in, any other needs a code.
pub async fn knock(app: &App, visitor: Visitor<'_>) -> Result<Knocked> {
    let behind = visitor.behind(app, &app.db).await?;
    let work = app.work(&behind.by).await?;
    let trusted = store::is_trusted(&work.tx, behind.reader.id, &visitor.browser_hash(), work.now).await?;
    if !trusted && store::asked_since(&work.tx, behind.link.id, work.now - TimeDelta::hours(1)).await? >= CODES_AN_HOUR {
        return Err(AppError::SlowDown(3_600));
    }
    let browser = visitor.browser.ok_or_else(no_such)?;
    let code = format!("{:08}", rand::random_range(0..100_000_000_u32));
    let row = link_entry::ActiveModel {
        link_id: Set(behind.link.id),
        reader_id: Set(behind.reader.id),
        browser_hash: Set(visitor.browser_hash()),
        code_hash: Set(code_hash(browser, &code)),
        tries: Set(0),
        asked_at: Set(work.now),
        code_until: Set(work.now + TimeDelta::minutes(CODE_MINUTES)),
        ..Default::default()
    };
    let entry = work.insert(row).await?;
    if trusted {
        store::let_in(&work.tx, &entry, work.now, work.now + TimeDelta::minutes(READ_MINUTES), None).await?;
        work.commit().await?;
        return Ok(Knocked::Open);
    }
    let sender = sender(app, &work.tx).await?.ok_or_else(no_such)?;
    let notice = CodeNotice { head: behind.letter.mail().head().clone(), code: link::grouped(&code), minutes: CODE_MINUTES };
    let id = new_public_id(work.now);
    let new = NewMail {
        id,
        channel: MailChannel::Code,
        report_id: None,
        provider_id: behind.report.provider_id,
        what: "Code",
        idempotency_key: format!("code:{}", entry.id),
        frozen: freeze(&sender, &behind.mail.to_address, (&compose(&notice)?, None), id, 1, work.now)?,
        patient_ids: &[],
        resend_no: 0,
        next_at: work.now,
    };
    mail::enqueue(&work, new).await?;
    work.commit().await?;
    Ok(Knocked::CodeSent)
}

/// Without the browser's own token nobody finds the code, not even from the database.
fn code_hash(browser: &str, code: &str) -> Vec<u8> {
    auth::token_hash(&format!("{browser}:{code}"))
}

/// What opens a link.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Entering {
    pub code: Text,
    pub digits: Text,
    /// yes: this browser is mine alone.
    pub trust: Text,
}

/// Whether the digits are asked for, beside the code.
pub async fn asks_digits(app: &App, visitor: Visitor<'_>) -> Result<bool> {
    Ok(visitor.behind(app, &app.db).await?.reader.proven_at.is_none())
}

/// Opens the link with the code, and at first with the digits.
pub async fn enter(app: &App, visitor: Visitor<'_>, given: &Entering) -> Result<()> {
    let behind = visitor.behind(app, &app.db).await?;
    let browser = visitor.browser.ok_or_else(no_such)?;
    let work = app.work(&behind.by).await?;
    let nothing = || AppError::field("code", "Ask for a code first: go back, and press the button");
    let entry = store::latest_entry(&work.tx, behind.link.id, &visitor.browser_hash()).await?.ok_or_else(nothing)?;
    if !store::take_try(&work.tx, entry.id, work.now).await? {
        return Err(AppError::field("code", "This code is used up or too old. Go back, and ask for a new one"));
    }
    let mut check = Check::new(work.today());
    let fits = |given: &[u8], held: &[u8]| bool::from(given.ct_eq(held));
    if !fits(&code_hash(browser, &link::digits(given.code.as_str())), &entry.code_hash) {
        let left = TRIES_OF_A_CODE - entry.tries - 1;
        check.say("code", format!("This is not the code of the latest mail. {}", tries_left(left)));
    } else if behind.reader.proven_at.is_none() && !fits(link::digits(given.digits.as_str()).as_bytes(), behind.reader.digits.as_bytes()) {
        check.say("digits", "These are not the digits that we told your office. Call us, and we read them out");
    }
    if let Err(wrong) = check.done(()) {
        store::count_failure(&work.tx, behind.link.id).await?;
        work.commit().await?;
        return Err(wrong.into());
    }
    let trusted_until = given.trust.is_yes().then(|| work.now + TimeDelta::days(TRUSTED_DAYS));
    store::let_in(&work.tx, &entry, work.now, work.now + TimeDelta::minutes(READ_MINUTES), trusted_until).await?;
    store::prove(&work.tx, behind.reader.id, work.now).await?;
    // Who opens the link has the mail, whatever the relay did not say.
    if behind.mail.state == OutboxState::Unknown {
        mail::move_by_hand(&work.tx, &behind.mail, OutboxState::Sent, "the link in it was opened", Some(behind.mail.phase_at)).await?;
    }
    work.note(Entry::of("opened_link", "mail", behind.mail.id).named(behind.mail.public_id)).await?;
    work.commit().await
}

fn tries_left(left: i64) -> String {
    match left {
        ..=0 => "Go back, and ask for a new one".into(),
        1 => "1 try is left".into(),
        n => format!("{n} tries are left"),
    }
}

/// The report as its reader sees it.
#[derive(Clone, Debug, Serialize)]
pub struct Opened {
    pub what: &'static str,
    pub reference: String,
    /// What is asked, where an answer can be given here.
    pub asked: Option<sign_backs::view::AskedView>,
    /// What was answered before.
    pub answered: Option<sign_backs::view::AnsweredView>,
}

/// Reads the report. Each sitting counts as one view, and tells once more about the patient.
pub async fn read(app: &App, visitor: Visitor<'_>) -> Result<Opened> {
    let behind = seen(app, visitor, Seen::Page).await?;
    Ok(Opened {
        what: behind.letter.mail().label(),
        reference: behind.report.reference.clone(),
        asked: sign_backs::view::asked(&behind.letter),
        answered: sign_backs::view::answered(&app.db, behind.report.id).await?,
    })
}

/// The message of the report, for its frame on the page.
pub async fn message(app: &App, visitor: Visitor<'_>) -> Result<String> {
    let behind = seen(app, visitor, Seen::Page).await?;
    Ok(behind.letter.compose()?.html)
}

/// Its page as a PDF, with the name of the file.
pub async fn pdf(app: &App, visitor: Visitor<'_>) -> Result<(String, Vec<u8>)> {
    let behind = seen(app, visitor, Seen::Pdf).await?;
    Ok((print::file_name(&behind.letter), mail::print_page(behind.letter.mail()).await?.pdf))
}

/// Lets a seated reader see something, and writes it down the first time: whatever is seen of it, it tells about the patient.
async fn seen(app: &App, visitor: Visitor<'_>, what: Seen) -> Result<Behind> {
    let behind = visitor.behind(app, &app.db).await?;
    let entry = visitor.seated(app, &app.db, &behind).await?;
    if store::has_seen(&app.db, &entry, what).await? {
        return Ok(behind);
    }
    let work = app.work(&behind.by).await?;
    if !store::has_seen(&work.tx, &entry, Seen::Page).await? {
        let view_no = store::count_view(&work.tx, behind.link.id).await?.ok_or_else(no_such)?;
        mail::disclose_view(&work.tx, &behind.mail, view_no, work.now).await?;
        store::note_view(&work.tx, &entry, Seen::Page, work.now).await?;
    }
    store::note_view(&work.tx, &entry, what, work.now).await?;
    let read = Entry::of("read", "report", behind.report.id).named(behind.report.public_id);
    work.note(Entry { patient_id: behind.report.patient_id, ..read }).await?;
    work.commit().await?;
    Ok(behind)
}

/// The doctor's answer to what the report asks; it waits for a person to check it.
pub async fn answer(app: &App, visitor: Visitor<'_>, new: &sign_backs::answer::NewAnswer) -> Result<()> {
    let behind = visitor.behind(app, &app.db).await?;
    visitor.seated(app, &app.db, &behind).await?;
    sign_backs::receive(app, &behind.by, &behind.report, &behind.letter, behind.link.id, new).await
}
