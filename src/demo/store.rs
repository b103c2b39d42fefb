//! Rows copied many times over, for benches that want a large practice at once: what hangs on a patient, with references and
//! sums that hold. On SQLite only; the year itself is always played.

use crate::app::App;
use crate::error::{AppError, Result};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, Statement};
use std::collections::BTreeMap;

/// What is copied. The rest (people, doctors, payers, fees) stands once, and the copies refer to it.
/// Parts of a signed note or a frozen claim come before it: nothing may be added to them afterwards.
const COPIED: &[&str] = &[
    "patient",
    "coverage",
    "restriction",
    "referral",
    "episode",
    "prescription",
    "activity",
    "activity_provider",
    "visit",
    "visit_service",
    "measure",
    "note",
    "addendum",
    "claim",
    "claim_line",
    "claim_version",
    "transmission",
    "transmission_answer",
    "remittance",
    "decision",
    "money_event",
    "denial",
    "report",
    "report_note",
    "outbox",
    "frozen_mail",
    "outbox_attempt",
    "outbox_patient",
    "disclosure",
    "state_move",
];

/// Makes the practice so many times as large.
pub async fn copy(app: &App, times: u32) -> Result<()> {
    if app.db.get_database_backend() != DbBackend::Sqlite {
        return Err(AppError::conflict("rows are copied on SQLite only"));
    }
    let tx = app.begin().await?;
    tx.execute_unprepared("pragma defer_foreign_keys = on").await?;
    let mut steps = BTreeMap::new();
    for table in COPIED {
        let most: i64 = crate::db::ask(&tx, &format!("select coalesce(max(rowid), 0) from {table}")).await?;
        steps.insert(*table, most);
    }
    for table in COPIED {
        let columns = columns_of(&tx, table).await?;
        for nth in 1..i64::from(times) {
            let values: Vec<String> = columns.iter().map(|c| c.copied(&steps, table, nth)).collect();
            let names: Vec<&str> = columns.iter().map(|c| c.name.as_str()).collect();
            let most = steps[table];
            let sql = format!("insert into {table} ({}) select {} from {table} where rowid <= {most}", names.join(", "), values.join(", "));
            tx.execute_unprepared(&sql).await?;
        }
    }
    tx.execute_unprepared("analyze").await?;
    Ok(tx.commit().await?)
}

struct Column {
    name: String,
    is_key: bool,
    /// The table it refers to.
    refers: Option<String>,
}

async fn columns_of(tx: &DatabaseTransaction, table: &str) -> Result<Vec<Column>> {
    let sql = format!(
        "select c.name, c.pk > 0 and c.type like '%int%', f.\"table\" from pragma_table_info('{table}') as c \
         left join pragma_foreign_key_list('{table}') as f on f.\"from\" = c.name order by c.cid"
    );
    let mut found = Vec::new();
    for row in tx.query_all_raw(Statement::from_string(DbBackend::Sqlite, sql)).await? {
        found.push(Column { name: row.try_get_by_index(0)?, is_key: row.try_get_by_index(1)?, refers: row.try_get_by_index(2)? });
    }
    Ok(found)
}

impl Column {
    /// The value of the copy: keys and references are moved, what must be unique is made so.
    fn copied(&self, steps: &BTreeMap<&str, i64>, table: &str, nth: i64) -> String {
        let name = self.name.as_str();
        let moved = |to: &str| steps.get(to).map(|step| format!("{name} + {}", step * nth));
        match (name, &self.refers) {
            (_, Some(to)) => moved(to).unwrap_or_else(|| name.into()),
            _ if self.is_key && name == "id" => moved(table).unwrap_or_else(|| name.into()),
            ("public_id", _) => "randomblob(16)".into(),
            // C-2026-00311 becomes C-2026-300311, which the counter reaches in a hundred thousand claims.
            ("number", _) => format!("substr(number, 1, 7) || ({nth} * 100000 + cast(substr(number, 8) as integer))"),
            ("identity" | "idempotency_key" | "message_id", _) => format!("{name} || '.{nth}'"),
            ("reference", _) if table == "report" => format!("{name} || '.{nth}'"),
            // The mail itself is not worth its room.
            ("mime", _) => "x''".into(),
            ("thing_id", _) => things(steps, nth),
            _ => name.into(),
        }
    }
}

/// A move of a state says by a word which table it is about.
fn things(steps: &BTreeMap<&str, i64>, nth: i64) -> String {
    let moved: Vec<String> = steps.iter().map(|(table, step)| format!("when '{table}' then thing_id + {}", step * nth)).collect();
    format!("case thing_kind {} else thing_id end", moved.join(" "))
}
