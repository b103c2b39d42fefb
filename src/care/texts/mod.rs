//! Texts that therapists use again and again: snippets behind a short name, and templates of a whole note. The practice
//! has some for all who treat; each therapist has their own, which go first.

pub mod api;
pub mod pages;
mod store;

use super::carried::Part;
use super::note::NewNote;
use crate::app::{Actor, App, read_id};
use crate::audit::Entry;
use crate::auth::role::{Role, Thing};
use crate::entity::note_text::Model;
use crate::error::{AppError, Result};
use crate::types::Text;
use crate::work::{Work, check_version};
pub use model::care::texts::text;
use schemars::JsonSchema;
use sea_orm::{ConnectionTrait, IntoActiveModel, Set};
use serde::Serialize;
use store::PRACTICE;
use text::{NewText, TextDraft, TextKind, Whose};
use uuid::Uuid;

/// A text as pages and programs see it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct TextView {
    pub id: Uuid,
    pub kind: TextKind,
    pub name: String,
    pub whose: Whose,
    pub words: String,
    pub subjective: String,
    pub objective: String,
    pub assessment: String,
    pub plan: String,
    /// The actor may change it.
    pub may_change: bool,
    pub version: i64,
}

impl TextView {
    fn of(by: &Actor, row: Model) -> Self {
        Self {
            may_change: may_change(by, row.shelf),
            id: row.public_id,
            kind: row.kind,
            name: row.name,
            whose: if row.shelf == PRACTICE { Whose::Practice } else { Whose::Mine },
            words: row.words,
            subjective: row.subjective,
            objective: row.objective,
            assessment: row.assessment,
            plan: row.plan,
            version: row.version,
        }
    }

    pub fn as_typed(&self) -> NewText {
        NewText {
            kind: self.kind.word().into(),
            name: Text::new(&self.name),
            whose: self.whose.word().into(),
            words: Text::new(&self.words),
            subjective: Text::new(&self.subjective),
            objective: Text::new(&self.objective),
            assessment: Text::new(&self.assessment),
            plan: Text::new(&self.plan),
            version: self.version.to_string().into(),
        }
    }
}

/// The practice's shelf is the owner's to fill, their own the therapist's.
fn may_change(by: &Actor, shelf: i64) -> bool {
    if shelf == PRACTICE { by.has(Role::Owner) } else { by.therapist_id == Some(shelf) }
}

/// The shelves that the actor takes from.
fn shelves(by: &Actor) -> Vec<i64> {
    std::iter::once(PRACTICE).chain(by.therapist_id).collect()
}

/// Those who write notes have texts for them; for all others there are none.
fn writes_notes(by: &Actor) -> Result<()> {
    by.rights(Thing::Notes).to_write("text")?;
    Ok(())
}

/// All that the actor may use, by name.
pub async fn list(app: &App, by: &Actor) -> Result<Vec<TextView>> {
    writes_notes(by)?;
    Ok(store::on_shelves(&app.db, &shelves(by)).await?.into_iter().map(|row| TextView::of(by, row)).collect())
}

async fn find(db: &impl ConnectionTrait, by: &Actor, id: &str) -> Result<Model> {
    writes_notes(by)?;
    let text = store::find(db, read_id(id, "text")?).await?;
    text.filter(|t| shelves(by).contains(&t.shelf)).ok_or(AppError::NotFound("text"))
}

/// One that the actor may use.
pub async fn show(app: &App, by: &Actor, id: &str) -> Result<TextView> {
    let text = find(&app.db, by, id).await?;
    if text.deleted_at.is_some() { Err(AppError::NotFound("text")) } else { Ok(TextView::of(by, text)) }
}

async fn to_change(work: &Work<'_>, id: &str) -> Result<Model> {
    let text = find(&work.tx, work.by, id).await?;
    if may_change(work.by, text.shelf) {
        return Ok(text);
    }
    Err(AppError::Forbidden("this text is the practice's. Its owner changes it; you can make one of your own"))
}

fn taken(draft: &TextDraft) -> AppError {
    let name = match draft.kind {
        TextKind::Snippet => format!(".{}", draft.name),
        TextKind::Template => format!("\"{}\"", draft.name),
    };
    AppError::field("name", format!("There is {name} already. Change that one, or take another name"))
}

/// Makes a text, on the practice's shelf or on one's own.
pub async fn add(app: &App, by: &Actor, new: &NewText) -> Result<TextView> {
    writes_notes(by)?;
    let draft = new.check(app.today())?;
    let shelf = match (draft.whose, by.therapist_id) {
        (Whose::Practice, _) => PRACTICE,
        (Whose::Mine, Some(own)) => own,
        (Whose::Mine, None) => return Err(AppError::field("whose", "Only who treats has texts of their own. Make it the practice's")),
    };
    if !may_change(by, shelf) {
        return Err(AppError::field("whose", "The practice's texts are the owner's to change. Make it your own"));
    }
    let work = app.work(by).await?;
    let id = match work.already() {
        Some(id) => id,
        None => {
            if store::is_taken(&work.tx, shelf, &draft, None).await? {
                return Err(taken(&draft));
            }
            let made = store::insert(&work, shelf, &draft).await?;
            work.made(made.id).await?;
            work.note(Entry::of("added", "note_text", made.id).named(made.public_id)).await?;
            made.id
        }
    };
    let row = crate::db::hold::<crate::entity::note_text::Entity>(&work.tx, id).await?.ok_or(AppError::NotFound("text"))?;
    work.commit().await?;
    Ok(TextView::of(by, row))
}

/// Changes a text; notes that were written with it stay as they are.
pub async fn change(app: &App, by: &Actor, id: &str, new: &NewText) -> Result<TextView> {
    let work = app.work(by).await?;
    let before = to_change(&work, id).await?;
    let kept = NewText { kind: before.kind.word().into(), ..new.clone() };
    let draft = kept.check(app.today())?;
    check_version(draft.version, before.version, async { Ok(TextView::of(by, before.clone())) }).await?;
    if store::is_taken(&work.tx, before.shelf, &draft, Some(before.id)).await? {
        return Err(taken(&draft));
    }
    let (after, fields) = work.save(&before, store::filled(before.clone().into_active_model(), &draft)).await?;
    work.note(Entry::of("changed", "note_text", after.id).named(after.public_id).fields(fields)).await?;
    work.commit().await?;
    Ok(TextView::of(by, after))
}

/// Takes a text off its shelf, or puts it back.
pub async fn shelve(app: &App, by: &Actor, id: &str, is_gone: bool) -> Result<TextView> {
    let work = app.work(by).await?;
    let before = to_change(&work, id).await?;
    let mut row = before.clone().into_active_model();
    row.deleted_at = Set(is_gone.then_some(work.now));
    if !is_gone && before.deleted_at.is_some() {
        let draft = TextView::of(by, before.clone()).as_typed().check(app.today())?;
        if store::is_taken(&work.tx, before.shelf, &draft, Some(before.id)).await? {
            return Err(AppError::conflict("another text took this name meanwhile. Change that one's name first"));
        }
    }
    let (after, _) = work.save(&before, row).await?;
    work.note(Entry::of(if is_gone { "removed" } else { "put_back" }, "note_text", after.id).named(after.public_id)).await?;
    work.commit().await?;
    Ok(TextView::of(by, after))
}

/// What a button of the note's form asks to be put in.
#[derive(Clone, Debug, Default)]
pub struct PutIn {
    /// Id of a template,
    pub template: Option<String>,
    /// or the name of a snippet, and the part it goes into.
    pub snippet: Option<(String, Part)>,
}

/// A note as a person sends it: with what was asked for put in, and short names written out.
pub async fn put_in(app: &App, by: &Actor, new: &NewNote, asked: &PutIn) -> Result<NewNote> {
    let all = list(app, by).await?;
    let words_of = |name: &str| all.iter().find(|t| t.kind == TextKind::Snippet && t.name == name).map(|t| t.words.clone());
    let mut new = text::written_out(new, words_of);
    if let Some((name, part)) = &asked.snippet {
        let words = words_of(name).ok_or_else(|| AppError::conflict("this snippet is gone. Choose another one"))?;
        text::add_to(&mut new, *part, &words);
    }
    let Some(id) = &asked.template else { return Ok(new) };
    let of = all.iter().find(|t| t.kind == TextKind::Template && t.id.to_string() == *id);
    let of = of.ok_or_else(|| AppError::conflict("choose a template from the list first"))?;
    for (part, words) in
        [(Part::Subjective, &of.subjective), (Part::Objective, &of.objective), (Part::Assessment, &of.assessment), (Part::Plan, &of.plan)]
    {
        text::add_to(&mut new, part, words);
    }
    Ok(new)
}
