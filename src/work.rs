//! One unit of work: a write transaction with who does it and when. What a use case changes, it changes through this.

use crate::app::{Actor, App, Who, new_public_id};
use crate::audit::{self, Entry, Moved};
use crate::entity::once_key;
use crate::error::{AppError, Result};
use crate::tx::Tx;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelBehavior, ActiveModelTrait, ActiveValue, ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, IntoActiveModel,
    Iterable, ModelTrait, QueryFilter, Set, Statement, Value,
};
use std::pin::Pin;
use std::str::FromStr;
use std::sync::atomic::Ordering;

/// Values that one statement may carry: SQLite takes 32,766, and longer statements are not faster.
const MOST_VALUES: usize = 15_000;

/// A write transaction of one actor. Dropped without `commit`, nothing happened.
pub struct Work<'a> {
    pub app: &'a App,
    pub by: &'a Actor,
    pub tx: Tx,
    /// The time of the whole unit: all its rows carry the same instant.
    pub now: DateTime<Utc>,
    once: Option<once_key::Model>,
}

/// What is under way, with its steps hidden: a future that names them is checked step by step in everything that awaits it (ADR 32).
pub type Boxed<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

impl App {
    /// Begins a unit of work. Under a one-time key that was used before, `Work::already` knows what came of it.
    pub fn work<'a>(&'a self, by: &'a Actor) -> Boxed<'a, Work<'a>> {
        Box::pin(async move {
            let mut work = Work { app: self, by, tx: self.begin().await?, now: self.now(), once: None };
            work.once = work.claim_once().await?;
            Ok(work)
        })
    }
}

impl Work<'_> {
    pub fn today(&self) -> NaiveDate {
        self.app.clock.day_of(self.now)
    }

    /// Inserts a row; its public id and stamps are filled in where it has such columns.
    pub fn insert<'w, A>(&'w self, mut row: A) -> Boxed<'w, <A::Entity as EntityTrait>::Model>
    where
        A: ActiveModelTrait + ActiveModelBehavior + Send + 'w,
        <A::Entity as EntityTrait>::Model: IntoActiveModel<A>,
    {
        Box::pin(async move {
            fill(&mut row, "public_id", || Value::from(new_public_id(self.now)));
            self.stamp(&mut row);
            Ok(row.insert(&self.tx).await?)
        })
    }

    /// Fills in who and when on a new row, for those that are inserted in bulk.
    pub fn stamp<A: ActiveModelTrait>(&self, row: &mut A) {
        for name in ["created_at", "updated_at"] {
            fill(row, name, || Value::from(self.now));
        }
        for name in ["created_by_id", "updated_by_id"] {
            fill(row, name, || Value::from(self.by.user_id()));
        }
        fill(row, "version", || Value::from(1_i64));
    }

    /// Inserts many rows of one table, filled in like `insert`, in as few statements as the databases take. Their ids are not told: who
    /// needs them sets the public ids and asks for them.
    pub async fn insert_all<A>(&self, mut rows: Vec<A>) -> Result<()>
    where
        A: ActiveModelTrait + ActiveModelBehavior + Send,
    {
        let columns = std::cmp::max(1, <A::Entity as EntityTrait>::Column::iter().count());
        while !rows.is_empty() {
            let rest = rows.split_off(std::cmp::min(rows.len(), MOST_VALUES / columns));
            for row in &mut rows {
                fill(row, "public_id", || Value::from(new_public_id(self.now)));
                self.stamp(row);
            }
            <A::Entity as EntityTrait>::insert_many(rows).exec_without_returning(&self.tx).await?;
            rows = rest;
        }
        Ok(())
    }

    /// Saves what changed, one version further, and tells the names of the fields. Nothing changed: nothing is written.
    /// Holds only while the row is still the one that was read: of two who save at the same moment the second is told.
    pub async fn save<M, A>(&self, before: &M, mut row: A) -> Result<(M, Vec<String>)>
    where
        M: ModelTrait + Clone + IntoActiveModel<A>,
        A: ActiveModelTrait<Entity = M::Entity> + ActiveModelBehavior + Send,
        M::Entity: EntityTrait<Model = M>,
    {
        let changed: Vec<_> = <M::Entity as EntityTrait>::Column::iter()
            .filter(|c| matches!(row.get(*c), ActiveValue::Set(value) if value != before.get(*c)))
            .collect();
        if changed.is_empty() {
            return Ok((before.clone(), Vec::new()));
        }
        overwrite(&mut row, "updated_at", Value::from(self.now));
        overwrite(&mut row, "updated_by_id", Value::from(self.by.user_id()));
        let version = <M::Entity as EntityTrait>::Column::from_str("version").ok();
        let held = version.and_then(|column| match before.get(column) {
            Value::BigInt(Some(n)) => Some((column, n)),
            _ => None,
        });
        if let Some((column, n)) = held {
            row.set(column, Value::from(n + 1));
        }
        let names = changed.iter().map(|c| sea_orm::IdenStatic::as_str(c).to_string()).filter(|n| !is_derived(n)).collect();
        let update = M::Entity::update(row).validate()?;
        let update = match held {
            Some((column, n)) => update.filter(column.eq(n)),
            None => update,
        };
        match update.exec(&self.tx).await {
            Err(DbErr::RecordNotUpdated) => Err(AppError::conflict("somebody saved this at the same moment. Load it again")),
            saved => Ok((saved?, names)),
        }
    }

    /// Saves some columns of many rows of one table, each with values of its own, in as few statements as the databases take. The
    /// rows were held: nobody else has changed them meanwhile.
    pub async fn save_all<E: EntityTrait>(&self, columns: &[E::Column], mut rows: Vec<(i64, Vec<Value>)>) -> Result<()> {
        let table = E::default().table_name().to_string();
        let names: Vec<&str> = columns.iter().map(sea_orm::IdenStatic::as_str).collect();
        let mut set: Vec<String> = names.iter().map(|name| format!("{name} = v.{name}")).collect();
        if E::Column::from_str("version").is_ok() {
            set.push(format!("version = {table}.version + 1"));
        }
        let news: [(&str, Value); 2] = [("updated_at", self.now.into()), ("updated_by_id", self.by.user_id().into())];
        let stamps: Vec<(&str, Value)> = news.into_iter().filter(|(name, _)| E::Column::from_str(name).is_ok()).collect();
        let of = names.join(", ");
        while !rows.is_empty() {
            let rest = rows.split_off(std::cmp::min(rows.len(), MOST_VALUES / (names.len() + 1)));
            let mut placed = Placed { backend: self.tx.get_database_backend(), values: Vec::new() };
            let mut sql = format!("with v(id, {of}) as (values ");
            for (n, (id, row)) in rows.into_iter().enumerate() {
                sql.push_str(if n == 0 { "(" } else { ", (" });
                placed.value(&mut sql, id.into());
                for value in row {
                    sql.push_str(", ");
                    placed.value(&mut sql, value);
                }
                sql.push(')');
            }
            sql.push_str(&format!(") update {table} set {}", set.join(", ")));
            for (name, value) in stamps.clone() {
                sql.push_str(&format!(", {name} = "));
                placed.value(&mut sql, value);
            }
            sql.push_str(&format!(" from v where {table}.id = v.id"));
            self.tx.execute_raw(Statement::from_sql_and_values(placed.backend, sql, placed.values)).await?;
            rows = rest;
        }
        Ok(())
    }

    /// Writes who did what into the audit, in this transaction.
    pub fn note<'w>(&'w self, entry: Entry<'w>) -> Boxed<'w, ()> {
        Box::pin(audit::note(&self.tx, self.by, self.now, entry))
    }

    /// Writes many entries of the audit at once.
    pub async fn note_all(&self, entries: Vec<Entry<'_>>) -> Result<()> {
        self.insert_all(entries.into_iter().map(|entry| audit::row(self.by, self.now, entry)).collect()).await
    }

    /// Keeps many moves of states at once.
    pub async fn moved_all(&self, moves: Vec<Moved<'_>>) -> Result<()> {
        self.insert_all(moves.into_iter().map(|moved| audit::move_row(self.by, self.now, moved)).collect()).await
    }

    /// Keeps one move of a state: from, to, day, instant, who, why.
    pub fn moved<'w>(&'w self, moved: Moved<'w>) -> Boxed<'w, ()> {
        Box::pin(audit::moved(&self.tx, self.by, self.now, moved))
    }

    pub fn commit<'w>(self) -> Boxed<'w, ()>
    where
        Self: 'w,
    {
        Box::pin(async move {
            self.tx.commit().await?;
            if let Some(once) = &self.by.once {
                once.taken.store(true, Ordering::Relaxed);
            }
            Ok(())
        })
    }

    /// What an earlier request under the same one-time key made, if there was one.
    pub fn already(&self) -> Option<i64> {
        self.once.as_ref().and_then(|once| once.thing_id)
    }

    /// Remembers what was made under the one-time key.
    pub async fn made(&self, thing_id: i64) -> Result<()> {
        let Some(once) = self.once.clone() else { return Ok(()) };
        let row = once_key::ActiveModel { thing_id: Set(Some(thing_id)), ..once.into_active_model() };
        row.update(&self.tx).await?;
        Ok(())
    }

    /// Takes the one-time key. Of two requests at the same moment the second waits here for the first one's end.
    async fn claim_once(&self) -> Result<Option<once_key::Model>> {
        let Some(once) = self.by.once.as_ref().filter(|once| !once.taken.load(Ordering::Relaxed)) else { return Ok(None) };
        let owner = owner_of_key(self.by);
        let row = once_key::ActiveModel {
            owner: Set(owner.clone()),
            key: Set(once.key.clone()),
            fingerprint: Set(once.fingerprint.clone()),
            created_at: Set(self.now),
            ..Default::default()
        };
        let unless_there = OnConflict::columns([once_key::Column::Owner, once_key::Column::Key]).do_nothing().to_owned();
        let is_new = once_key::Entity::insert(row).on_conflict(unless_there).exec_without_returning(&self.tx).await? > 0;
        let held = held_key(&self.tx, self.by).await?.ok_or_else(|| anyhow::anyhow!("a one-time key vanished"))?;
        // A program's key that is there and made nothing stands for something done, whose answer was lost on the way.
        if !is_new && held.thing_id.is_none() && matches!(self.by.who, Who::Token(_)) {
            return Err(AppError::conflict("this was done already under the same Idempotency-Key. Read how it stands"));
        }
        Ok(Some(held))
    }
}

/// The values of a statement in the order in which they stand in it.
struct Placed {
    backend: DbBackend,
    values: Vec<Value>,
}

impl Placed {
    /// Puts a value's place into the statement. SQLite knows places by their order: one with a number it looks up by its name,
    /// among all the others.
    fn value(&mut self, sql: &mut String, value: Value) {
        self.values.push(value);
        match self.backend {
            DbBackend::Sqlite => sql.push('?'),
            _ => sql.push_str(&format!("${}", self.values.len())),
        }
    }
}

fn owner_of_key(by: &Actor) -> String {
    by.user_id().map_or_else(|| by.kind().to_string(), |id| id.to_string())
}

/// The actor's one-time key, where something was done under it already. It stands for one request only.
async fn held_key(db: &impl ConnectionTrait, by: &Actor) -> Result<Option<once_key::Model>> {
    let Some(once) = &by.once else { return Ok(None) };
    let held = once_key::Entity::find()
        .filter(once_key::Column::Owner.eq(owner_of_key(by)))
        .filter(once_key::Column::Key.eq(&once.key))
        .one(db)
        .await?;
    match held {
        Some(held) if held.fingerprint != once.fingerprint => {
            Err(AppError::conflict("this one-time key was used for something else. Load the form again"))
        }
        held => Ok(held),
    }
}

/// What was answered under the actor's key: status and body.
pub async fn answer_under_key(db: &impl ConnectionTrait, by: &Actor) -> Result<Option<(i64, String)>> {
    Ok(held_key(db, by).await?.and_then(|held| held.status.zip(held.answer)))
}

/// Keeps what was answered under the actor's key, if anything was done under it.
pub async fn keep_answer(db: &impl ConnectionTrait, by: &Actor, status: i64, answer: &str) -> Result<()> {
    let Some(held) = held_key(db, by).await? else { return Ok(()) };
    let row = once_key::ActiveModel { status: Set(Some(status)), answer: Set(Some(answer.into())), ..held.into_active_model() };
    row.update(db).await?;
    Ok(())
}

/// Refuses a save whose author has read an older version, and shows what stands now; it is gathered only then.
pub async fn check_version<T: serde::Serialize>(read: Option<i64>, stands: i64, theirs: impl Future<Output = Result<T>>) -> Result<()> {
    match read {
        Some(read) if read == stands => Ok(()),
        Some(_) => Err(AppError::Stale { theirs: Box::new(serde_json::to_value(theirs.await?).unwrap_or_default()) }),
        None => Err(AppError::field("version", "Send the version that you read")),
    }
}

/// The names of the fields in which a row differs from the one that it replaces.
pub fn differing<M: ModelTrait>(before: &M, after: &M) -> Vec<String> {
    let columns = <M::Entity as EntityTrait>::Column::iter().filter(|c| before.get(*c) != after.get(*c));
    columns.map(|c| sea_orm::IdenStatic::as_str(&c).to_string()).filter(|name| !is_derived(name) && !is_of_the_row(name)).collect()
}

/// Columns that every row has for itself.
fn is_of_the_row(name: &str) -> bool {
    matches!(name, "id" | "public_id" | "replaces_id" | "replaced_at" | "created_at" | "created_by_id")
}

fn fill<A: ActiveModelTrait>(row: &mut A, name: &str, value: impl FnOnce() -> Value) {
    if let Ok(column) = <A::Entity as EntityTrait>::Column::from_str(name)
        && row.get(column).is_not_set()
    {
        row.set(column, value());
    }
}

fn overwrite<A: ActiveModelTrait>(row: &mut A, name: &str, value: Value) {
    if let Ok(column) = <A::Entity as EntityTrait>::Column::from_str(name) {
        row.set(column, value);
    }
}

/// Columns that follow from others: no news for the audit.
fn is_derived(name: &str) -> bool {
    matches!(name, "search_text" | "name_key" | "last_key" | "first_key" | "updated_at" | "updated_by_id" | "version")
}

/// A form or program that repeats itself does so within days; older keys are let go.
pub async fn forget_once_keys(app: &App) -> Result<()> {
    let old = once_key::Column::CreatedAt.lt(app.now() - TimeDelta::days(7));
    once_key::Entity::delete_many().filter(old).exec(&app.db).await?;
    Ok(())
}
