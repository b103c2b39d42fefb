//! Notes: drafted on the server, signed by their author, then locked; what comes later is an addendum.

use super::carried::{Copied, Copies, Part, joined};
use super::course::{Course, courses};
use super::instruments::{SHEETS, Sheet};
use super::measure::Instrument;
use super::note::{NewNote, NoteDraft, NoteState, ready_to_sign};
use super::view::{self, MeasureView, NoteView};
use super::visit::VisitState;
use super::{set_state, store};
use crate::app::{Actor, App, read_id};
use crate::audit::{Entry, Moved};
use crate::auth::role::{Reach, Thing};
use crate::entity::note::Model as Note;
use crate::entity::visit::Model as Visit;
use crate::error::{AppError, FieldErrors, Result};
use crate::patients;
use crate::practice;
use crate::types::{Check, Listing, Text};
use crate::work::{Work, check_version};
use schemars::JsonSchema;
use sea_orm::{ConnectionTrait, IntoActiveModel, Set};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Refuses those who read no notes at all: for them there are none.
pub fn readable_at_all(by: &Actor) -> Result<()> {
    by.rights(Thing::Notes).to_read("note")?;
    Ok(())
}

/// The table of the instruments, for those who read measures.
pub fn instruments(by: &Actor) -> Result<&'static [Sheet]> {
    readable_at_all(by).map(|()| SHEETS)
}

/// A visit whose note the actor may read.
async fn readable(db: &impl ConnectionTrait, by: &Actor, visit: &Visit) -> Result<()> {
    let reach = by.rights(Thing::Notes).to_read("note")?;
    if reach == Reach::Own && by.therapist_id == Some(visit.therapist_id) {
        return Ok(());
    }
    patients::within(db, by, reach, visit.patient_id, "note").await
}

/// Saves a draft, as often as one likes. The first to save is its author. Saving over somebody's later version is refused
/// and shows both.
pub async fn save(app: &App, by: &Actor, visit_id: &str, new: &NewNote) -> Result<NoteView> {
    by.rights(Thing::Notes).to_write("note")?;
    if visit_id.is_empty() {
        return Err(AppError::field("visit", "Say which visit the note is about"));
    }
    let draft = new.check(app.today())?;
    let work = app.work(by).await?;
    if let Some(id) = work.already() {
        return view::note(&work.tx, id).await;
    }
    let visit = visit_to_write(&work, visit_id).await?;
    if let Some(stands) = stands_so(&work, &visit, new).await? {
        return Ok(stands);
    }
    let note = save_in(&work, &visit, &draft).await?;
    work.made(note.id).await?;
    let view = view::note(&work.tx, note.id).await?;
    work.commit().await?;
    Ok(view)
}

/// The note of one's own that says the same already: a form that was sent twice is no clash with itself.
async fn stands_so(work: &Work<'_>, visit: &Visit, new: &NewNote) -> Result<Option<NoteView>> {
    let Some(note) = store::note_of(&work.tx, visit.id).await?.filter(|n| n.author_user_id == work.by.user_id()) else {
        return Ok(None);
    };
    if new.copy.said().next().is_some() {
        return Ok(None);
    }
    let stands = view::note(&work.tx, note.id).await?;
    Ok(new.differences(&stands.as_typed()).is_empty().then_some(stands))
}

async fn visit_to_write(work: &Work<'_>, visit_id: &str) -> Result<Visit> {
    let visit = store::find_visit(&work.tx, read_id(visit_id, "visit")?).await?.ok_or(AppError::NotFound("visit"))?;
    readable(&work.tx, work.by, &visit).await?;
    Ok(visit)
}

/// Saves what is being typed, again and again: a number that cannot be read yet stays out, the words are kept.
/// Tells the version that stands now, and what stayed out.
pub async fn save_draft(app: &App, by: &Actor, visit_id: &str, new: &NewNote) -> Result<(i64, FieldErrors)> {
    // One form, many savings: its one-time key is for the last one.
    let by = Actor { once: None, ..by.clone() };
    by.rights(Thing::Notes).to_write("note")?;
    let left_out = new.check(app.today()).err().unwrap_or_default();
    let draft = new.without(&left_out).check(app.today())?;
    let work = app.work(&by).await?;
    let visit = visit_to_write(&work, visit_id).await?;
    // Every pause in typing saves: the log tells of the first draft, of saves by a person, and of the signature.
    let (note, _) = write(&work, &visit, &draft).await?;
    work.commit().await?;
    Ok((note.version, left_out))
}

/// Saves and signs in one step: what is signed is what is on the page.
pub async fn save_and_sign(app: &App, by: &Actor, visit_id: &str, new: &NewNote) -> Result<NoteView> {
    by.rights(Thing::Notes).to_write("note")?;
    let draft = new.check(app.today())?;
    let work = app.work(by).await?;
    if let Some(id) = work.already() {
        return view::note(&work.tx, id).await;
    }
    let visit = visit_to_write(&work, visit_id).await?;
    let stands = stands_so(&work, &visit, new).await?;
    if let Some(signed) = stands.filter(|n| n.signed_at.is_some()) {
        return Ok(signed);
    }
    let note = save_in(&work, &visit, &draft).await?;
    let note = sign_in(&work, &note, &visit).await?;
    work.made(note.id).await?;
    let view = view::note(&work.tx, note.id).await?;
    work.commit().await?;
    Ok(view)
}

/// The same within a larger unit of work.
pub async fn save_in(work: &Work<'_>, visit: &Visit, draft: &NoteDraft) -> Result<Note> {
    let (note, fields) = write(work, visit, draft).await?;
    if !fields.is_empty() {
        work.note(Entry::of("changed", "note", note.id).named(note.public_id).patient(visit.patient_id).fields(fields)).await?;
    }
    Ok(note)
}

/// Writes a draft and tells the names of the fields that changed.
async fn write(work: &Work<'_>, visit: &Visit, draft: &NoteDraft) -> Result<(Note, Vec<String>)> {
    refuse_ended(visit)?;
    let author = author_of(work, visit).await?;
    let before = store::note_of(&work.tx, visit.id).await?;
    let (draft, copies) = carried_on(work, visit, draft, before.as_ref()).await?;
    let (draft, is_old) = (&draft, before.is_some());
    let (note, fields) = match before {
        Some(before) => resave(work, &before, draft, copies, author).await?,
        None => {
            let note = store::insert_note(work, visit, author, draft, copies).await?;
            work.note(Entry::of("drafted", "note", note.id).named(note.public_id).patient(visit.patient_id)).await?;
            let moved = Moved { kind: "note", id: note.id, from: None, to: NoteState::Draft.word(), on: work.today(), why: None };
            work.moved(moved).await?;
            (note, Vec::new())
        }
    };
    let measured = store::set_measures(work, &note, visit.episode_id, &draft.measures).await?;
    let treated = store::set_services(work, visit.id, &draft.services).await?;
    if treated {
        crate::chain::visit_changed(work, visit.id).await?;
    }
    // Numbers are a part of the note: another tab that read the ones before must not save over them unseen.
    let is_news = (measured || treated) && is_old && fields.is_empty();
    let note = if is_news { store::touch_note(work, &note).await? } else { note };
    Ok((note, fields))
}

/// The draft with what it asks to be copied from the signed note before, and what of it is still a copy.
async fn carried_on(work: &Work<'_>, visit: &Visit, draft: &NoteDraft, before: Option<&Note>) -> Result<(NoteDraft, Copies)> {
    let mut copies = before.and_then(|n| n.copied.clone()).unwrap_or_default().kept(|part| draft.says(part), &draft.confirmed);
    if draft.copy.is_empty() {
        return Ok((draft.clone(), copies));
    }
    let Some((from_on, last)) = store::signed_before(&work.tx, visit).await? else {
        return Err(AppError::field("copy", "There is no signed note before this one to copy from"));
    };
    work.note(Entry::of("copied_from", "note", last.id).named(last.public_id).patient(visit.patient_id)).await?;
    let mut draft = draft.clone();
    for part in draft.copy.clone() {
        let copied = says(&last, part);
        if copied.trim().is_empty() {
            continue;
        }
        match draft.text(part) {
            Some(text) => *text = joined(text, &copied),
            None => draft.body = draft.body.clone().and(&last.body.clone().unwrap_or_default()),
        }
        copies.add(Copied { part, from_on, words: draft.says(part), confirmed: false });
    }
    Ok((draft, copies))
}

/// What a part of a note says.
fn says(note: &Note, part: Part) -> String {
    match part {
        Part::Subjective => note.subjective.clone(),
        Part::Objective => note.objective.clone(),
        Part::Body => note.body.clone().unwrap_or_default().words(),
        Part::Assessment => note.assessment.clone(),
        Part::Plan => note.plan.clone(),
        Part::WorkStatus => note.work_status.clone(),
        Part::Restrictions => note.restrictions.clone(),
    }
}

fn refuse_ended(visit: &Visit) -> Result<()> {
    match visit.state {
        VisitState::NoShow | VisitState::Cancelled | VisitState::LateCancelled => {
            Err(AppError::conflict(format!("this visit is {}. There is nothing to write about it", visit.state)))
        }
        _ => Ok(()),
    }
}

/// Only the visit's own therapist writes; a therapist without a user is written for by whoever may write notes.
async fn author_of(work: &Work<'_>, visit: &Visit) -> Result<i64> {
    let Some(user_id) = work.by.user_id() else { return Err(AppError::Forbidden("a note has an author: sign in as the therapist")) };
    let therapist = practice::find_therapist_row(&work.tx, visit.therapist_id).await?;
    match therapist.user_id {
        Some(own) if own != user_id => Err(AppError::Forbidden("this visit is another therapist's. Only they write its note")),
        _ => Ok(user_id),
    }
}

async fn resave(work: &Work<'_>, before: &Note, draft: &NoteDraft, copies: Copies, author: i64) -> Result<(Note, Vec<String>)> {
    if before.signed_at.is_some() {
        return Err(AppError::Conflict { message: "this note is signed. Write an addendum".into(), allowed: vec!["addendum".into()] });
    }
    if before.author_user_id != Some(author) {
        return Err(AppError::Forbidden("this draft is another author's"));
    }
    // Who read no version began before there was one: their text must not go over what was written since.
    check_version(draft.version.or(Some(0)), before.version, view::note(&work.tx, before.id)).await?;
    work.save(before, store::filled_note(before.clone().into_active_model(), draft, copies)).await
}

/// Signs and locks a note. The claim drafts itself in the same step. A visit of today or before that was not marked yet is
/// attended by it: the note proves it.
pub async fn sign(app: &App, by: &Actor, id: &str) -> Result<NoteView> {
    by.rights(Thing::Notes).to_write("note")?;
    let work = app.work(by).await?;
    let (note, visit) = find(&work.tx, by, id).await?;
    let note = sign_in(&work, &note, &visit).await?;
    let view = view::note(&work.tx, note.id).await?;
    work.commit().await?;
    Ok(view)
}

/// The same within a larger unit of work.
pub async fn sign_in(work: &Work<'_>, note: &Note, visit: &Visit) -> Result<Note> {
    if note.signed_at.is_some() {
        return Err(AppError::Conflict { message: "this note is signed already".into(), allowed: vec!["addendum".into()] });
    }
    if work.by.user_id().is_none() || work.by.user_id() != note.author_user_id {
        return Err(AppError::Forbidden("a note is signed by its author only"));
    }
    refuse_ended(visit)?;
    let services = store::services_of(&work.tx, visit.id).await?;
    let copies = note.copied.clone().unwrap_or_default();
    ready_to_sign([&note.subjective, &note.objective, &note.assessment, &note.plan], &services, &copies, work.today())?;
    if visit.state != VisitState::Attended {
        set_state(work, visit, VisitState::Attended, None).await?;
    }
    let mut row = note.clone().into_active_model();
    row.state = Set(NoteState::Signed);
    row.signed_at = Set(Some(work.now));
    row.signed_by_id = Set(work.by.user_id());
    row.content_hash = Set(Some(content_hash(work, note).await?));
    let (signed, _) = work.save(note, row).await?;
    let moved =
        Moved { kind: "note", id: note.id, from: Some(NoteState::Draft.word()), to: NoteState::Signed.word(), on: work.today(), why: None };
    work.moved(moved).await?;
    work.note(Entry::of("signed", "note", note.id).named(note.public_id).patient(visit.patient_id)).await?;
    crate::chain::note_signed(work, visit.id).await?;
    Ok(signed)
}

/// What was signed, so that it can be shown unchanged later.
async fn content_hash(work: &Work<'_>, note: &Note) -> Result<Vec<u8>> {
    let mut hash = Sha256::new();
    for part in [&note.subjective, &note.objective, &note.assessment, &note.plan, &note.work_status, &note.restrictions, &note.flags] {
        hash.update(part);
        hash.update([0]);
    }
    hash.update(serde_json::to_vec(&note.goals).unwrap_or_default());
    if let Some(body) = &note.body {
        hash.update(body.words());
    }
    for measure in store::measures_of(&work.tx, &[note.id]).await? {
        hash.update(format!("{}|{}|{}", measure.instrument, measure.label, measure.value_hundredths));
        hash.update(measure.scale().words());
    }
    for service in store::services_of(&work.tx, note.visit_id).await? {
        hash.update(format!("{}|{:?}", service.code, service.minutes));
    }
    Ok(hash.finalize().to_vec())
}

/// A note with its visit, by the id of a form or program.
async fn find(db: &impl ConnectionTrait, by: &Actor, id: &str) -> Result<(Note, Visit)> {
    by.rights(Thing::Notes).to_read("note")?;
    let note = store::find_note(db, read_id(id, "note")?).await?.ok_or(AppError::NotFound("note"))?;
    let visit = store::visit_row(db, note.visit_id).await?;
    readable(db, by, &visit).await?;
    Ok((note, visit))
}

/// Reads a note; reading leaves a trace.
pub async fn show(app: &App, by: &Actor, id: &str) -> Result<NoteView> {
    let (note, visit) = find(&app.db, by, id).await?;
    crate::audit::seen(app, by, Entry::of("read", "note", note.id).named(note.public_id).patient(visit.patient_id)).await?;
    view::note(&app.db, note.id).await
}

/// The note of a visit, if there is one yet.
pub async fn of_visit(app: &App, by: &Actor, visit: &Visit) -> Result<Option<NoteView>> {
    readable(&app.db, by, visit).await?;
    let Some(note) = store::note_of(&app.db, visit.id).await? else { return Ok(None) };
    crate::audit::seen(app, by, Entry::of("read", "note", note.id).named(note.public_id).patient(visit.patient_id)).await?;
    Ok(Some(view::note(&app.db, note.id).await?))
}

/// The signed note of a visit, for those who fight a denial of it: they read it only as a part of an appeal [domain 2.16].
pub async fn signed_for_appeal(db: &impl ConnectionTrait, visit_id: i64) -> Result<Option<NoteView>> {
    match store::note_of(db, visit_id).await?.filter(|note| note.signed_at.is_some()) {
        Some(note) => view::note(db, note.id).await.map(Some),
        None => Ok(None),
    }
}

/// The key of a note that was read, for the trace that it leaves.
pub async fn key_of(db: &impl ConnectionTrait, id: uuid::Uuid) -> Result<i64> {
    store::find_note(db, id).await?.map(|note| note.id).ok_or(AppError::NotFound("note"))
}

/// The signed note before this visit, to write beside it.
pub async fn before_visit(app: &App, by: &Actor, visit: &Visit) -> Result<Option<NoteView>> {
    readable(&app.db, by, visit).await?;
    let Some((_, note)) = store::signed_before(&app.db, visit).await? else { return Ok(None) };
    crate::audit::seen(app, by, Entry::of("read", "note", note.id).named(note.public_id).patient(visit.patient_id)).await?;
    Ok(Some(view::note(&app.db, note.id).await?))
}

/// What the draft of a visit carries on from the note before.
pub async fn copies_of(db: &impl ConnectionTrait, visit: &Visit) -> Result<Copies> {
    Ok(store::note_of(db, visit.id).await?.and_then(|n| n.copied).unwrap_or_default())
}

/// How each measure went in the signed notes before this visit.
pub async fn measured_before(db: &impl ConnectionTrait, visit: &Visit) -> Result<Vec<Course>> {
    let taken = store::measures_before(db, visit).await?;
    let mut found = courses(taken.iter().map(|(on, row)| (*on, MeasureView::of(row))));
    // Pain, then what was measured by hand, then the indices.
    found.sort_by_key(|c| (c.latest.instrument != Instrument::Nprs, c.latest.instrument != Instrument::Rom));
    Ok(found)
}

/// Whether the actor would be the author of a visit's note: their own draft, or a visit that is theirs to write about.
pub async fn may_write(db: &impl ConnectionTrait, by: &Actor, visit: &Visit) -> Result<bool> {
    let Some(user_id) = by.user_id().filter(|_| by.rights(Thing::Notes).write != Reach::None) else { return Ok(false) };
    let therapist = practice::find_therapist_row(db, visit.therapist_id).await?;
    let is_theirs = therapist.user_id.is_none_or(|own| own == user_id);
    let note = store::note_of(db, visit.id).await?;
    Ok(is_theirs && refuse_ended(visit).is_ok() && note.is_none_or(|n| n.signed_at.is_none() && n.author_user_id == Some(user_id)))
}

/// A correction to a signed note.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewAddendum {
    pub words: Text,
    /// Why it is added.
    pub reason: Text,
}

/// Adds to a signed note. The note itself stays as it was signed.
pub async fn add_addendum(app: &App, by: &Actor, id: &str, new: &NewAddendum) -> Result<NoteView> {
    by.rights(Thing::Notes).to_write("note")?;
    find(&app.db, by, id).await?;
    let mut check = Check::new(app.today());
    let words = check.required("words", &new.words, "Write what is to be added");
    let reason = check.required_line("reason", &new.reason, "Say why it is added");
    check.done(())?;
    let work = app.work(by).await?;
    let (note, visit) = find(&work.tx, by, id).await?;
    if note.signed_at.is_none() {
        return Err(AppError::conflict("this note is still a draft. Change it instead"));
    }
    if work.already().is_none() {
        let addendum = store::insert_addendum(&work, note.id, words, reason).await?;
        work.made(addendum.id).await?;
        work.note(Entry::of("added_to", "note", note.id).named(note.public_id).patient(visit.patient_id)).await?;
    }
    let view = view::note(&work.tx, note.id).await?;
    work.commit().await?;
    Ok(view)
}

/// What lists of notes can be asked.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NoteFilter {
    /// Id of a visit or a patient.
    pub visit: Text,
    pub patient: Text,
    pub limit: Text,
    pub cursor: Text,
}

/// Notes the actor may read, newest first; each one shown leaves a trace.
pub async fn list(app: &App, by: &Actor, filter: &NoteFilter) -> Result<Listing<NoteView>> {
    let reach = by.rights(Thing::Notes).to_read("note")?;
    let found = store::list_notes(app, by, reach, filter).await?;
    let visits = crate::db::by_ids::<crate::entity::visit::Entity>(&app.db, found.items.iter().map(|n| n.visit_id)).await?;
    let seen = found.items.iter().filter_map(|note| {
        let visit = visits.get(&note.visit_id)?;
        Some(Entry::of("read", "note", note.id).named(note.public_id).patient(visit.patient_id))
    });
    crate::audit::seen_all(app, by, seen.collect()).await?;
    Ok(Listing { items: view::notes(&app.db, found.items).await?, next_cursor: found.next_cursor })
}
