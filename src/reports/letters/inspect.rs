//! Looks a report over before it is signed and before it leaves: is it written, is it signed for, may this doctor have it, and does
//! the address belong to them?

use super::copies;
use super::facts::{self, Gathered};
use super::letter::{Letter, MOST_WORDS, Signed, missing_words, seen_mark, words_of};
use super::release::reported_before;
use super::safety::Safety;
use super::store;
use crate::app::App;
use crate::entity::practice::Model as Practice;
use crate::entity::provider::Model as Provider;
use crate::entity::provider_email::Model as Address;
use crate::entity::report::Model as Report;
use crate::error::Result;
use crate::mail::compose::{ComposeError, Composed};
use crate::mail::outbox_state::MailChannel;
use crate::mail::{self, Sender};
use crate::network::Places;
use crate::network::provider::{PreferredChannel, Stage};
use crate::reports::links;
use crate::reports::report::{ReportKind, ReportState};
use crate::reports::wording::Wording;
use crate::types::email::domain_of;
use crate::types::words::capital;
use crate::types::{Email, day, lookalike};
use crate::{network, patients, practice};
use chrono::NaiveDate;
use sea_orm::ConnectionTrait;

/// A report as it stands, with everything that was looked at.
pub struct Inspected {
    pub gathered: Gathered,
    pub letter: Letter,
    /// Whom the letter tells about.
    pub patient_ids: Vec<i64>,
    /// The mail, where it can be written.
    pub mail: Option<Composed>,
    pub address: Option<Address>,
    pub addresses: Vec<Address>,
    pub sender: Option<Sender>,
    /// How it goes if nobody says otherwise: as the doctor wants it.
    pub way: MailChannel,
    /// Where it goes on paper.
    pub places: Places,
    /// About what it says,
    pub content: Vec<Safety>,
    /// about whether this doctor may have it,
    pub delivery: Vec<Safety>,
    /// about whether it may go by email,
    pub by_email: Vec<Safety>,
    /// about whether it may wait behind a link,
    pub by_link: Vec<Safety>,
    /// and about whether it may be faxed by the gateway.
    pub by_fax: Vec<Safety>,
}

impl Inspected {
    /// What stands in the way of one way alone, or does not.
    pub fn by_way(&self, way: MailChannel) -> &[Safety] {
        match way {
            MailChannel::Email => &self.by_email,
            MailChannel::Link => &self.by_link,
            MailChannel::Fax => &self.by_fax,
            MailChannel::Paper | MailChannel::Code => &[],
        }
    }

    pub fn safety(&self, way: MailChannel) -> Vec<Safety> {
        self.content.iter().chain(self.by_way(way)).chain(&self.delivery).cloned().collect()
    }

    /// The mark of what somebody reads now: subject, text and recipient.
    pub fn seen(&self) -> Option<String> {
        let to = self.address.as_ref().map_or("", |a| a.address.as_str());
        self.mail.as_ref().map(|mail| seen_mark(mail, to))
    }
}

/// The words of a report that a person put in place of ours.
pub fn wording(report: &Report) -> Wording {
    serde_json::from_value(report.wording.clone()).unwrap_or_default()
}

/// Looks at a report. What was signed says what it said then; a draft says what the notes say now. Much is held on the way and given back,
/// and a thread has 2 MB for it and for whoever asks: it lies in memory of its own.
pub async fn inspect(app: &App, db: &impl ConnectionTrait, report: &Report) -> Result<Box<Inspected>> {
    Box::pin(look(app, db, report)).await
}

async fn look(app: &App, db: &impl ConnectionTrait, report: &Report) -> Result<Box<Inspected>> {
    let gathered = facts::gather(app, db, report, &wording(report)).await?;
    let Signed { letter, patient_ids } = match frozen(report) {
        Some(signed) if report.state == ReportState::Signed => Signed { letter: signed.letter.dated(app.today()), ..signed },
        Some(signed) => signed,
        None => Signed { letter: gathered.letter.clone(), patient_ids: gathered.patient_ids.clone() },
    };
    let composed = letter.compose();
    let addresses = network::emails_of(db, report.provider_id).await?;
    let address = chosen(report, &addresses);
    let parties = &gathered.parties;
    let sender = sender_of(app, &parties.practice);
    let mut content = content(app, report, &gathered, &composed);
    let is_first = report.kind == ReportKind::Progress && report.state == ReportState::Draft && report.replaces_id.is_none();
    if is_first && let Some(words) = reported_before(app, db, report, &gathered.note_ids).await? {
        content.push(Safety::stops("reported", capital(&words)));
    }
    content.extend(copies::look(report, parties.original.as_ref()));
    let provider = &parties.provider;
    let way = match provider.preferred_channel {
        PreferredChannel::Fax if app.config.fax_gateway.is_some() && report.kind != ReportKind::Introduction => MailChannel::Fax,
        way if way.is_by_hand() => MailChannel::Paper,
        PreferredChannel::Link if report.kind != ReportKind::Introduction => MailChannel::Link,
        _ => MailChannel::Email,
    };
    let places = network::places_at(db, provider.id, parties.office.as_ref()).await?;
    let mut delivery = delivery(db, report, &patient_ids, provider, &places).await?;
    delivery.extend(consent(app, db, &patient_ids).await?);
    let who = Recipient { report, provider, address: address.as_ref(), has_sender: sender.is_some() };
    let mailbox = who.mailbox(app, db).await?;
    let by_email = who.by_email(app, &mailbox);
    let by_link = who.by_link(app, &mailbox);
    let by_fax = who.by_fax(app, db, &places).await?;
    Ok(Box::new(Inspected {
        gathered,
        letter,
        patient_ids,
        mail: composed.ok(),
        address,
        addresses,
        sender,
        way,
        places,
        content,
        delivery,
        by_email,
        by_link,
        by_fax,
    }))
}

/// What was signed; nothing while it is a draft.
pub fn frozen(report: &Report) -> Option<Signed> {
    let content = report.content.clone().filter(|_| report.state != ReportState::Draft)?;
    serde_json::from_value(content).ok()
}

/// The address that was chosen; else the first that was verified; else the first.
fn chosen(report: &Report, addresses: &[Address]) -> Option<Address> {
    let by_choice = addresses.iter().find(|a| Some(a.id) == report.provider_email_id);
    by_choice.or(addresses.iter().find(|a| a.verified_on.is_some())).or(addresses.first()).cloned()
}

/// Who sends, if that is known: the setting, else the practice's own address.
pub async fn sender(app: &App, db: &impl ConnectionTrait) -> Result<Option<Sender>> {
    Ok(sender_of(app, &practice::of(db).await?))
}

fn sender_of(app: &App, own: &Practice) -> Option<Sender> {
    let reply_to = own.email.as_deref().and_then(|e| Email::parse(e).ok());
    let from = app.config.mail_from.clone().or(reply_to.clone());
    from.map(|address| Sender { name: own.name.clone(), reply_to: reply_to.unwrap_or(address.clone()), address })
}

fn content(app: &App, report: &Report, gathered: &Gathered, composed: &Result<Composed, ComposeError>) -> Vec<Safety> {
    let mut found = Vec::new();
    if report.kind.is_of_notes() {
        found.push(notes(app, report, gathered));
    }
    match composed {
        Ok(mail) => {
            let words = words_of(mail);
            let said = format!("{words} of {MOST_WORDS} words");
            found.push(if words <= MOST_WORDS { Safety::passed("words", said) } else { longer(report.kind, said) });
        }
        Err(ComposeError::Missing(fields)) => found.extend(missing(fields)),
        Err(other) => found.push(Safety::stops("letter", capital(&other.to_string()))),
    }
    if gathered.left_out > 0 && report.state == ReportState::Draft {
        let n = gathered.left_out;
        let who = if n == 1 { "1 patient is".to_string() } else { format!("{n} patients are") };
        found.push(Safety::passed("left_out", format!("{who} left out: they asked for it, or their consent does not hold")));
    }
    if report.period_on.is_some() && gathered.patient_ids.is_empty() {
        found.push(Safety::stops("nobody", "There is nobody to tell about in this month"));
    }
    found
}

/// A doctor reads a page: a progress report that is longer does not leave, others are told.
fn longer(kind: ReportKind, said: String) -> Safety {
    match kind {
        ReportKind::Progress => Safety::stops("words", format!("{said}: longer than a page. Shorten the plan, or what is to be watched")),
        _ => Safety::look("words", format!("{said}: longer than a page")),
    }
}

/// A report is composed from signed notes only.
fn notes(app: &App, report: &Report, gathered: &Gathered) -> Safety {
    if gathered.unsigned.is_empty() {
        let words = match gathered.note_ids.len() {
            1 => "The note is signed".to_string(),
            n => format!("All {n} notes are signed"),
        };
        return Safety::passed("notes", words);
    }
    let days: Vec<_> = gathered.unsigned.iter().map(|u| u.on).collect();
    let subject = if days.len() == 1 { "The note of" } else { "The notes of" };
    let words = format!("{subject} {} {} not signed", days_in_words(&days, app.today()), if days.len() == 1 { "is" } else { "are" });
    // What was signed for stands; a note that is still open belongs to the next report.
    if matches!(report.state, ReportState::Signed | ReportState::Released) {
        return Safety::look("notes", format!("{words}: it came after this report was signed"));
    }
    let first = gathered.unsigned.first().map(|u| format!("/visits/{}/note", u.visit_id)).unwrap_or_default();
    Safety::stops("notes", words).at(first)
}

/// `Nov 21`, or `Nov 21 and 22 and 1 more`: the days of notes that are missing.
fn days_in_words(days: &[NaiveDate], today: NaiveDate) -> String {
    let first: Vec<String> = days.iter().take(2).map(|d| day::short(*d, today)).collect();
    match days.len().saturating_sub(2) {
        0 => first.join(" and "),
        more => format!("{} and {more} more", first.join(", ")),
    }
}

fn missing(fields: &[String]) -> Vec<Safety> {
    let mut found: Vec<Safety> = Vec::new();
    for field in fields {
        let words = missing_words(field);
        if found.iter().any(|s| s.words == words) {
            continue;
        }
        let stop = Safety::stops("letter", words);
        found.push(if field.contains(".practice.") { stop.at("/settings/practice") } else { stop });
    }
    found
}

/// Whether this doctor may have it, whichever way it goes, and how they want it.
async fn delivery(
    db: &impl ConnectionTrait,
    report: &Report,
    patient_ids: &[i64],
    provider: &Provider,
    places: &Places,
) -> Result<Vec<Safety>> {
    let who = network::view::named(provider).spoken();
    let mut found: Vec<Safety> = restrictions(db, report, patient_ids, &who).await?.into_iter().collect();
    if report.kind.is_courtesy() && provider.stage == Stage::DoNotContact {
        let words = format!("{who} asked not to be contacted. Reports on patients go on, courtesies do not");
        found.push(Safety::stops("contact", words).at(format!("/providers/{}", provider.public_id)));
    }
    let way = provider.preferred_channel;
    let place = if way == PreferredChannel::Fax { &places.fax } else { &places.post };
    match (way, place) {
        (PreferredChannel::Email | PreferredChannel::Link, _) => {}
        (way, Some(place)) if way.is_by_hand() => {
            found.push(Safety::passed("channel", format!("{who} gets reports by {}: {place}", way.label().to_lowercase())));
        }
        (way, _) if way.is_by_hand() => {
            let what = if way == PreferredChannel::Fax { "no fax number" } else { "no postal address" };
            let words = format!("{who} gets reports by {}, and {what} is on file", way.label().to_lowercase());
            found.push(Safety::look("channel", words).at(format!("/providers/{}", provider.public_id)));
        }
        (way, _) => {
            let words = format!("{who} prefers {}. Print it, or send it anyway", way.label().to_lowercase());
            found.push(Safety::look("channel", words).at(format!("/providers/{}", provider.public_id)));
        }
    }
    Ok(found)
}

/// Who would get it by mail, and where.
struct Recipient<'a> {
    report: &'a Report,
    provider: &'a Provider,
    address: Option<&'a Address>,
    has_sender: bool,
}

impl Recipient<'_> {
    fn name(&self) -> String {
        network::view::named(self.provider).spoken()
    }

    fn page(&self) -> String {
        format!("/providers/{}", self.provider.public_id)
    }

    fn by_email(&self, app: &App, mailbox: &[Safety]) -> Vec<Safety> {
        let mut found = vec![match self.address {
            None => self.no_address(),
            Some(a) => match a.verified_on.zip(a.verified_how) {
                // It tells about nobody: an address that nobody has checked is told, and stops nothing.
                None if self.report.kind == ReportKind::Introduction => {
                    Safety::look("address", format!("Nobody has checked {} yet. The letter tells about nobody", a.address)).at(self.page())
                }
                Some((on, _)) if mail::is_long_ago(on, app.today()) => {
                    let words = format!(
                        "{} was checked on {}, over a year ago. Read it back by phone again",
                        a.address,
                        day::short(on, app.today())
                    );
                    Safety::stops("address", words).at(self.page())
                }
                Some((on, how)) => {
                    Safety::passed("address", format!("{}: {} on {}", a.address, how.label().to_lowercase(), day::short(on, app.today())))
                }
                None => {
                    Safety::stops("address", format!("Nobody has checked {} yet. Read it back by phone first", a.address)).at(self.page())
                }
            },
        }];
        found.extend_from_slice(mailbox);
        found
    }

    /// The mail says nothing about anybody, and the link asks for digits that are told by phone: so the address may be one that nobody
    /// has checked yet.
    fn by_link(&self, app: &App, mailbox: &[Safety]) -> Vec<Safety> {
        let mut found = Vec::new();
        if self.report.kind == ReportKind::Introduction {
            found.push(Safety::stops("kind", "A letter about us needs no link: it tells about nobody"));
        }
        if app.config.public_url.is_none() {
            found.push(Safety::stops("public_url", links::NO_PUBLIC_URL));
        }
        found.push(match self.address {
            None => self.no_address(),
            Some(a) if a.verified_on.is_some() => Safety::passed("address", format!("{}: the report waits behind a link", a.address)),
            Some(a) => Safety::look(
                "address",
                format!("Nobody has checked {} yet. The link opens only with digits that you tell by phone", a.address),
            ),
        });
        found.extend_from_slice(mailbox);
        found
    }

    /// A number is read back from the doctor's page; whether it is the first fax to it is told, for a digit is soon mistaken.
    async fn by_fax(&self, app: &App, db: &impl ConnectionTrait, places: &Places) -> Result<Vec<Safety>> {
        let mut found = Vec::new();
        if self.report.kind == ReportKind::Introduction {
            found.push(Safety::stops("kind", "A letter about us is not faxed: the law forbids faxes that nobody asked for"));
        }
        if app.config.fax_gateway.is_none() {
            found.push(Safety::stops("gateway", "No fax service is set (TRIBUTARY_FAX_GATEWAY). Print it, and fax it by hand"));
        }
        let shown = places.fax.as_deref().unwrap_or_default();
        match fax_address(app, places) {
            None if places.fax.is_none() => {
                found.push(Safety::stops("fax", format!("{} has no fax number on file", self.name())).at(self.page()));
            }
            None if places.fax_digits.is_none() => {
                let words = format!("{shown} has an extension, and a fax service dials none. Print it, and fax it by hand");
                found.push(Safety::stops("fax", words).at(self.page()));
            }
            None => {}
            Some(to) if mail::is_suppressed(db, &to).await? => {
                let words = format!("Somebody looks into a fax that went to the wrong person at {shown}. Close that first");
                found.push(Safety::stops("fax", words).at("/wrong-recipients"));
            }
            Some(to) if mail::went_to(db, &to).await? => found.push(Safety::passed("fax", format!("{shown}: faxed there before"))),
            Some(_) => {
                found.push(
                    Safety::look("fax", format!("Nothing was faxed to {shown} yet. Read the number back by phone first")).at(self.page()),
                );
            }
        }
        if !self.has_sender {
            found.push(no_sender());
        }
        Ok(found)
    }

    fn no_address(&self) -> Safety {
        Safety::stops("address", format!("{} has no email address on file", self.name())).at(self.page())
    }

    /// Whether the mailbox is theirs by its looks, and takes mail from us.
    async fn mailbox(&self, app: &App, db: &impl ConnectionTrait) -> Result<Vec<Safety>> {
        let (who, page) = (self.name(), self.page());
        let mut found = Vec::new();
        if let Some(odd) = odd_address(app, db, self.address).await? {
            found.push(Safety::look("odd_address", odd).at(page.clone()));
        }
        if let Some(address) = self.address
            && mail::is_suppressed(db, &address.address).await?
        {
            found.push(
                Safety::stops("suppressed", format!("{} does not take mail. Check it again first", address.address)).at(page.clone()),
            );
        }
        if let Some(address) = self.address
            && self.report.kind.is_courtesy()
            && mail::wants_no_letters(db, self.provider.id, &address.address).await?
        {
            found.push(Safety::stops("letters", format!("{who} wants no letters about us at {}", address.address)).at(page.clone()));
        }
        if !self.has_sender {
            found.push(no_sender());
        }
        Ok(found)
    }
}

fn no_sender() -> Safety {
    Safety::stops("sender", "The practice has no email address to send from. Enter it in the settings").at("/settings/practice")
}

/// Where the gateway takes a fax to this doctor: `12065550142@fax.example`.
pub fn fax_address(app: &App, places: &Places) -> Option<String> {
    Some(format!("{}@{}", places.fax_digits.as_ref()?, app.config.fax_gateway.as_ref()?))
}

/// Whether an address is nearly another one that was checked, or one where anybody can have a mailbox.
async fn odd_address(app: &App, db: &impl ConnectionTrait, address: Option<&Address>) -> Result<Option<String>> {
    let Some(address) = address else { return Ok(None) };
    // No use case writes addresses and looks at a report in one transaction: what is held is what stands.
    let checked = app.held("checked domains".into(), network::checked_domains(db)).await?;
    // That this one was checked itself says nothing for it.
    let of_itself = usize::from(address.verified_on.is_some());
    let own = domain_of(&address.address);
    let of_others = checked.iter().filter(|(domain, n)| **n > if *domain == own { of_itself } else { 0 });
    let known: Vec<String> = of_others.map(|(domain, _)| domain.clone()).collect();
    Ok(lookalike::caution(&address.address, &known))
}

/// Whether everybody in it lets this doctor hear of them, today: also where the letter was signed before somebody asked.
async fn restrictions(db: &impl ConnectionTrait, report: &Report, patient_ids: &[i64], who: &str) -> Result<Option<Safety>> {
    let restricted = store::restricted(db, patient_ids.to_vec(), report.provider_id).await?;
    let is_summary = report.patient_id.is_none();
    let Some(patient_id) = patient_ids.iter().find(|id| restricted.contains(id)).or(patient_ids.first()) else { return Ok(None) };
    let patient = patients::row(db, *patient_id).await?;
    let name = patients::view::full_name(&patient);
    let words = match (restricted.contains(patient_id), is_summary) {
        (true, false) => format!("{name} asked that {who} hears nothing"),
        (true, true) => format!("{name} asked that {who} hears nothing. Take the signature back: it is then written without them"),
        (false, false) => format!("{name} has not restricted this doctor"),
        (false, true) => "Nobody in it has restricted this doctor".into(),
    };
    Ok(Some(match restricted.contains(patient_id) {
        true => Safety::stops("restriction", words).at(format!("/patients/{}", patient.public_id)),
        false => Safety::passed("restriction", words),
    }))
}

/// Records of a substance-use program are told with the patient's written consent alone, while it holds [42 CFR 2.31].
async fn consent(app: &App, db: &impl ConnectionTrait, patient_ids: &[i64]) -> Result<Option<Safety>> {
    let Some(id) = store::unconsented(db, patient_ids.to_vec(), app.today()).await?.into_iter().min() else { return Ok(None) };
    let patient = patients::row(db, id).await?;
    let name = patients::view::full_name(&patient);
    let words = match patient.part2_consent_until.filter(|_| patient.part2_consent_on.is_some()) {
        Some(until) => format!("{name}'s consent to tell the doctors ended on {}", day::short(until, app.today())),
        None => format!("{name}'s records come from a substance-use program, and no consent to tell the doctors is on file"),
    };
    Ok(Some(Safety::stops("consent", words).at(format!("/patients/{}/edit", patient.public_id))))
}
