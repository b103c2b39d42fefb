//! What every use case is given: the practice (`App`) and who asks (`Actor`).

use crate::auth::role::{Rights, Role, Thing};
use crate::config::Config;
use crate::error::{AppError, Result};
use crate::held::Holder;
use crate::mail::transport::Post;
use crate::touched::Touched;
use crate::tx::Tx;
use anyhow::Context;
use chrono::{DateTime, NaiveDate, NaiveTime, SubsecRound, TimeZone, Utc};
use chrono_tz::Tz;
use sea_orm::DatabaseConnection;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, RwLock};
use std::time::Instant;
use uuid::Uuid;

/// One practice: its database, settings, clock and post. Cheap to clone; there are no globals.
#[derive(Clone)]
pub struct App {
    pub db: DatabaseConnection,
    pub config: Arc<Config>,
    pub clock: Clock,
    pub post: Arc<Post>,
    /// What this process has written to, and when: what was gathered from it before is old.
    pub touched: Arc<Touched>,
    pub held: Holder,
}

impl App {
    /// Opens the database, brings its schema up to date and reads the practice's time zone.
    pub async fn open(config: Config) -> Result<Self> {
        let mut db = crate::db::open(&config).await?;
        let touched = Arc::new(Touched::of(&db).await?);
        let sees = touched.clone();
        db.set_metric_callback(move |told| sees.saw(&told.statement.sql));
        let clock = config.now.map_or_else(Clock::system, |now| Clock::from(now.to_utc()));
        let post = Post::new(&config)?;
        let app = Self { db, config: Arc::new(config), clock, post: Arc::new(post), touched, held: Holder::default() };
        crate::practice::set_clock_zone(&app).await?;
        Ok(app)
    }

    /// Closes the database: an SQLite file then holds everything, with no log beside it.
    pub async fn close(self) -> Result<()> {
        self.db.close().await.context("closing the database")?;
        Ok(())
    }

    /// A transaction that will write. On SQLite it takes the write lock at once: a reader that turns writer cannot wait.
    pub async fn begin(&self) -> Result<Tx> {
        Ok(Tx::begin(&self.db, &self.touched).await?)
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// The practice's local day.
    pub fn today(&self) -> NaiveDate {
        self.clock.today()
    }
}

/// The only source of the time of day. It can be set to start somewhere, and then runs on.
#[derive(Clone)]
pub struct Clock {
    source: Arc<RwLock<Source>>,
    zone: Arc<RwLock<Tz>>,
}

enum Source {
    System,
    From { start: DateTime<Utc>, at: Instant },
    Standing(DateTime<Utc>),
}

impl Clock {
    pub fn system() -> Self {
        Self::of(Source::System)
    }

    /// Starts at `start` and runs on.
    pub fn from(start: DateTime<Utc>) -> Self {
        Self::of(Source::From { start, at: Instant::now() })
    }

    /// Stands still until it is set again; for tests and for filling the demo year.
    pub fn standing(at: DateTime<Utc>) -> Self {
        Self::of(Source::Standing(at))
    }

    fn of(source: Source) -> Self {
        Self { source: Arc::new(RwLock::new(source)), zone: Arc::new(RwLock::new(Tz::UTC)) }
    }

    /// Moves a standing clock.
    pub fn set(&self, at: DateTime<Utc>) {
        *self.source.write().unwrap_or_else(|e| e.into_inner()) = Source::Standing(at);
    }

    /// Lets the clock run from where it is.
    pub fn run(&self) {
        let start = self.now();
        *self.source.write().unwrap_or_else(|e| e.into_inner()) = Source::From { start, at: Instant::now() };
    }

    /// Whole microseconds, as PostgreSQL keeps them, so that both databases give back what was written.
    pub fn now(&self) -> DateTime<Utc> {
        let now = match &*self.source.read().unwrap_or_else(|e| e.into_inner()) {
            Source::System => Utc::now(),
            Source::From { start, at } => *start + at.elapsed(),
            Source::Standing(at) => *at,
        };
        now.trunc_subsecs(6)
    }

    pub fn today(&self) -> NaiveDate {
        self.day_of(self.now())
    }

    pub fn zone(&self) -> Tz {
        *self.zone.read().unwrap_or_else(|e| e.into_inner())
    }

    pub fn set_zone(&self, zone: Tz) {
        *self.zone.write().unwrap_or_else(|e| e.into_inner()) = zone;
    }

    /// The local day of an instant.
    pub fn day_of(&self, at: DateTime<Utc>) -> NaiveDate {
        at.with_timezone(&self.zone()).date_naive()
    }

    /// The local time of day of an instant.
    pub fn time_of(&self, at: DateTime<Utc>) -> NaiveTime {
        at.with_timezone(&self.zone()).time()
    }

    /// The instant of a local day and time. In the hour that a change of clocks skips, the first instant after it;
    /// in the hour that happens twice, the first of the two.
    pub fn at(&self, day: NaiveDate, time: NaiveTime) -> DateTime<Utc> {
        let zone = self.zone();
        let mut local = day.and_time(time);
        loop {
            match zone.from_local_datetime(&local).earliest() {
                Some(at) => return at.to_utc(),
                None => local += chrono::TimeDelta::minutes(30),
            }
        }
    }
}

/// Who asks. Every use case takes one, so that a forgotten check does not compile.
#[derive(Clone, Debug)]
pub struct Actor {
    pub who: Who,
    pub name: String,
    pub roles: Vec<Role>,
    /// The therapist's record of this user, if any: decides what is their own.
    pub therapist_id: Option<i64>,
    /// The owner let this front desk import.
    pub may_import: bool,
    pub request: Option<String>,
    pub once: Option<Once>,
}

/// A form's one-time key or an `Idempotency-Key`, with a mark of what was asked under it.
#[derive(Clone, Debug)]
pub struct Once {
    pub key: String,
    pub fingerprint: String,
    /// Taken by a unit of work of this request: those that follow it do what is theirs.
    pub taken: Arc<AtomicBool>,
}

impl Once {
    pub fn new(key: String, fingerprint: String) -> Self {
        Self { key, fingerprint, taken: Arc::default() }
    }
}

/// What acts: a person at a page, a person's token, a command on the machine, the program itself, or somebody outside whom we sent a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    Person(i64),
    Token(i64),
    Command,
    Job,
    Reader,
}

impl Actor {
    /// A command on the machine acts as the operator, with the owner's rights.
    pub fn operator() -> Self {
        let name = std::env::var("USER").unwrap_or_else(|_| "operator".into());
        Self::of(Who::Command, name, vec![Role::Owner])
    }

    /// The program's own jobs: they draft and deliver, and release nothing.
    pub fn job() -> Self {
        Self::of(Who::Job, "Tributary".into(), vec![Role::Owner])
    }

    /// A doctor at a link: no rights at all, and a name for the record.
    pub fn reader(name: String) -> Self {
        Self::of(Who::Reader, name, Vec::new())
    }

    pub fn of(who: Who, name: String, roles: Vec<Role>) -> Self {
        Self { who, name, roles, therapist_id: None, may_import: false, request: None, once: None }
    }

    pub fn user_id(&self) -> Option<i64> {
        match self.who {
            Who::Person(id) | Who::Token(id) => Some(id),
            Who::Command | Who::Job | Who::Reader => None,
        }
    }

    pub fn kind(&self) -> &'static str {
        match self.who {
            Who::Person(_) => "person",
            Who::Token(_) => "token",
            Who::Command => "command",
            Who::Job => "job",
            Who::Reader => "reader",
        }
    }

    pub fn rights(&self, thing: Thing) -> Rights {
        let rights = Rights::of(&self.roles, thing);
        if thing == Thing::Imports && self.may_import { Rights::of(&[Role::Owner], thing) } else { rights }
    }

    pub fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// Whether one may let a signed report leave the house: never the program itself.
    pub fn may_release(&self) -> bool {
        self.who != Who::Job && (self.has(Role::Owner) || self.has(Role::Therapist) || self.has(Role::FrontDesk))
    }

    /// Refuses who may not let reports go; who sees none is told of none.
    pub fn only_who_releases(&self) -> Result<()> {
        if self.may_release() {
            return Ok(());
        }
        self.rights(Thing::Reports).to_write("report")?;
        Err(AppError::Forbidden("reports are released by the owner, a therapist or the front desk"))
    }

    /// Refuses everybody but the owner, for settings that everybody sees: the practice, its therapists.
    pub fn only_owner_changes(&self) -> Result<()> {
        self.only_owner().map_err(|_| AppError::Forbidden("only the owner changes this"))
    }

    /// Refuses everybody but the owner, for what the matrix gives to the owner alone.
    pub fn only_owner(&self) -> Result<()> {
        self.rights(Thing::Settings).to_write("page")?;
        Ok(())
    }
}

/// A new id for the outside: time-ordered, so that indexes stay tidy.
pub fn new_public_id(now: DateTime<Utc>) -> Uuid {
    let seconds = u64::try_from(now.timestamp()).unwrap_or_default();
    Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, seconds, now.timestamp_subsec_nanos()))
}

/// Reads an id from outside; what is no id names nothing.
pub fn read_id(typed: &str, what: &'static str) -> Result<Uuid> {
    Uuid::parse_str(typed).map_err(|_| AppError::NotFound(what))
}
