//! What can go wrong, in the few kinds that a caller can do something about. Statuses are known to `web/error.rs` alone.

use crate::auth::role::Refusal;
pub use crate::types::FieldErrors;
use sea_orm::{DbErr, RuntimeErr, SqlErr};

pub type Result<T, E = AppError> = std::result::Result<T, E>;

#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// Also the answer to what one may not see.
    #[error("no such {0}")]
    NotFound(&'static str),
    #[error("some fields need attention: {0}")]
    Invalid(FieldErrors),
    /// Not now: the state, a rule or another row stands against it. Says what is allowed.
    #[error("{message}")]
    Conflict { message: String, allowed: Vec<String> },
    /// Somebody saved in between; `theirs` is what stands now.
    #[error("somebody saved this while you were typing")]
    Stale { theirs: Box<serde_json::Value> },
    #[error("{0}")]
    Forbidden(&'static str),
    #[error("sign in first")]
    SignedOut,
    /// Too many failed logins: try again after so many seconds.
    #[error("too many attempts. Try again in {0} seconds")]
    SlowDown(i64),
    #[error("{0}")]
    BadRequest(String),
    #[error("this address does not take that kind of request")]
    WrongVerb,
    #[error("send JSON, with the content type application/json")]
    NotJson,
    #[error("send the body as it is, without Content-Encoding")]
    Packed,
    #[error("this is larger than {0} MB")]
    TooLarge(usize),
    #[error("the database cannot be reached")]
    Unavailable,
    /// Context added, details logged and never shown.
    #[error(transparent)]
    Internal(#[from] anyhow::Error),
}

impl AppError {
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::Conflict { message: message.into(), allowed: Vec::new() }
    }

    /// Refuses a field for a reason that only the database or another row knows.
    pub fn field(field: &str, message: impl Into<String>) -> Self {
        Self::Invalid(FieldErrors::one(field, message))
    }

    /// The same complaint, under the name of the part of the form it belongs to.
    pub fn under(self, part: &str) -> Self {
        match self {
            Self::Invalid(errors) => Self::Invalid(errors.under(part)),
            other => other,
        }
    }

    /// The unique index is the last word: turns its complaint into `message`.
    pub fn unless_unique(error: DbErr, message: &str) -> Self {
        match error.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(_)) => Self::conflict(message),
            _ => error.into(),
        }
    }
}

impl From<FieldErrors> for AppError {
    fn from(errors: FieldErrors) -> Self {
        Self::Invalid(errors)
    }
}

impl From<Refusal> for AppError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NoSuch(what) => Self::NotFound(what),
            Refusal::LookOnly => Self::Forbidden("you may look at this, not change it"),
        }
    }
}

impl From<DbErr> for AppError {
    fn from(error: DbErr) -> Self {
        if let Some(SqlErr::UniqueConstraintViolation(_)) = error.sql_err() {
            return Self::conflict("this was already recorded");
        }
        if let DbErr::Exec(RuntimeErr::SqlxError(e)) | DbErr::Query(RuntimeErr::SqlxError(e)) = &error
            && e.as_database_error().and_then(|e| e.code()).is_some_and(|code| code == "22021")
        {
            return Self::BadRequest("this text holds marks that cannot be kept. Type it again".into());
        }
        match &error {
            DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => Self::Unavailable,
            DbErr::Exec(RuntimeErr::SqlxError(e)) | DbErr::Query(RuntimeErr::SqlxError(e)) if out_of_reach(e) => Self::Unavailable,
            _ => Self::Internal(error.into()),
        }
    }
}

/// What the database itself says when it cannot just now.
fn is_not_now(code: &str) -> bool {
    match code.parse::<u32>() {
        // SQLite, in the low byte: busy for too long, not writable, input or output failed, disk full, cannot open.
        Ok(n) if code.len() < 5 => matches!(n & 0xff, 5 | 8 | 10 | 13 | 14),
        // PostgreSQL: shutting down, crashed, starting up, full of connections, disk full, two that waited for each other.
        _ => matches!(code, "57P01" | "57P02" | "57P03" | "53300" | "53100" | "40P01" | "40001"),
    }
}

fn out_of_reach(error: &sea_orm::SqlxError) -> bool {
    use sea_orm::SqlxError::{Database, Io, PoolClosed, PoolTimedOut, Tls, WorkerCrashed};
    match error {
        Io(_) | PoolClosed | PoolTimedOut | Tls(_) | WorkerCrashed => true,
        Database(e) => e.code().is_some_and(|c| is_not_now(&c)),
        _ => false,
    }
}
