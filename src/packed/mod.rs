//! Some columns of many rows, put together by the database as one text. A row at a time, each value by itself, costs a multiple
//! of that: for thousands of rows at once, such as a file of claims, this is the way to read them.

mod record;

use record::Kind;
use sea_orm::{ColumnTrait, ColumnType, ConnectionTrait, DbBackend, DbErr, EntityName, EntityTrait, IdenStatic, Statement, Value};
use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, Error};

/// Rows whose fields are read in the order of these columns. Declared by `packed!`.
pub trait Packed: DeserializeOwned + Send + 'static {
    type Entity: EntityTrait;
    fn columns() -> Vec<<Self::Entity as EntityTrait>::Column>;
}

/// Declares what is read of a table: fields, and the columns that they come from.
#[macro_export]
macro_rules! packed {
    ($($(#[$doc:meta])* pub struct $name:ident of $table:ident { $($(#[$about:meta])* $field:ident: $type:ty = $column:ident,)+ })+) => {$(
        $(#[$doc])*
        #[derive(Clone, serde::Deserialize)]
        pub struct $name {
            $($(#[$about])* pub $field: $type,)+
        }

        impl $crate::packed::Packed for $name {
            type Entity = $crate::entity::$table::Entity;

            fn columns() -> Vec<$crate::entity::$table::Column> {
                vec![$($crate::entity::$table::Column::$column,)+]
            }
        }
    )+};
}

/// The rows in which `key` is one of `ids`, in one question however many they are.
pub async fn rows<T: Packed>(
    db: &impl ConnectionTrait,
    key: <T::Entity as EntityTrait>::Column,
    ids: impl Iterator<Item = i64>,
) -> Result<Vec<T>, DbErr> {
    rows_where(db, &format!("{} in ({{ids}})", key.as_str()), ids).await
}

/// Many ids as the value `$1` of a statement (others are `$2` and so on, never a bare `?`), and how it is read within `in (...)`. The
/// statement is the same for one as for thousands, and is kept as one.
pub fn as_one_value(backend: DbBackend, ids: impl Iterator<Item = i64>) -> (&'static str, Value) {
    let ids = ids.map(|id| id.to_string()).collect::<Vec<_>>().join(",");
    match backend {
        DbBackend::Sqlite => ("select value from json_each($1)", format!("[{ids}]").into()),
        _ => ("select unnest(cast($1 as bigint[]))", format!("{{{ids}}}").into()),
    }
}

/// The rows that belong to `ids`, also by way of another table: `condition` says how, with `{ids}` once in the place of the ids.
pub async fn rows_where<T: Packed>(db: &impl ConnectionTrait, condition: &str, ids: impl Iterator<Item = i64>) -> Result<Vec<T>, DbErr> {
    let backend = db.get_database_backend();
    let (given, ids) = as_one_value(backend, ids);
    let statement = Statement::from_sql_and_values(backend, question::<T>(backend, &condition.replace("{ids}", given)), [ids]);
    let Some(row) = db.query_one_raw(statement).await? else { return Ok(Vec::new()) };
    let text: String = row.try_get_by_index(0)?;
    // Reading what came is work for another thread; the database answers the next question meanwhile.
    let read = move || read::<T>(backend, &text);
    tokio::task::spawn_blocking(read).await.map_err(|error| DbErr::Custom(error.to_string()))?
}

/// The answers to a question of one's own. Its columns are numbers, texts, days and times; their names are those of the fields, in order.
pub async fn asked<T: DeserializeOwned>(
    db: &impl ConnectionTrait,
    columns: &[&str],
    sql: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<Vec<T>, DbErr> {
    let (backend, columns) = (db.get_database_backend(), columns.join(", "));
    let sql = match backend {
        DbBackend::Sqlite => format!("select json_group_array(json_array({columns})) from ({sql}) asked"),
        _ => format!("select coalesce(cast(json_agg(json_build_array({columns})) as text), '[]') from ({sql}) asked"),
    };
    let Some(row) = db.query_one_raw(Statement::from_sql_and_values(backend, sql, values)).await? else { return Ok(Vec::new()) };
    let text: String = row.try_get_by_index(0)?;
    serde_json::from_str(&text).map_err(|e| DbErr::Type(format!("rows of {columns}: {:?} at {}", e.classify(), e.column())))
}

/// SQLite answers with JSON, PostgreSQL with its own rows.
fn read<T: Packed>(backend: DbBackend, text: &str) -> Result<Vec<T>, DbErr> {
    let table = || T::Entity::default().table_name().to_string();
    // The reader's own words would quote what stands in the row.
    let unreadable = |error: serde_json::Error| DbErr::Type(format!("rows of {}: {:?} at {}", table(), error.classify(), error.column()));
    if backend == DbBackend::Sqlite {
        return serde_json::from_str(text).map_err(unreadable);
    }
    let kinds: Vec<Kind> = T::columns().iter().map(kind).collect();
    let json = record::to_json(text, &kinds).ok_or_else(|| DbErr::Type(format!("rows of {}: not as asked", table())))?;
    serde_json::from_str(&json).map_err(unreadable)
}

fn question<T: Packed>(backend: DbBackend, condition: &str) -> String {
    let table = T::Entity::default().table_name().to_string();
    let columns = |value: fn(&<T::Entity as EntityTrait>::Column) -> String| T::columns().iter().map(value).collect::<Vec<_>>().join(", ");
    match backend {
        DbBackend::Sqlite => format!(
            "select json_group_array(json_array({})) from {table} where {condition}",
            columns(|column| if is_json(column) { format!("json({})", column.as_str()) } else { column.as_str().to_string() })
        ),
        _ => format!(
            "select coalesce(string_agg(cast(row({}) as text), ''), '') from {table} where {condition}",
            columns(|column| column.as_str().to_string())
        ),
    }
}

/// SQLite keeps JSON as text: it is a value in itself only where it is said so.
fn is_json(column: &impl ColumnTrait) -> bool {
    matches!(column.def().get_column_type(), ColumnType::Json | ColumnType::JsonBinary)
}

fn kind<C: ColumnTrait>(column: &C) -> Kind {
    match column.def().get_column_type() {
        ColumnType::Boolean => Kind::Flag,
        ColumnType::TinyInteger | ColumnType::SmallInteger | ColumnType::Integer | ColumnType::BigInteger => Kind::Plain,
        _ if is_json(column) => Kind::Plain,
        _ => Kind::Text,
    }
}

/// Yes or no: SQLite says 1 or 0.
pub fn flag<'de, D: Deserializer<'de>>(said: D) -> Result<bool, D::Error> {
    match serde_json::Value::deserialize(said)? {
        serde_json::Value::Bool(yes) => Ok(yes),
        serde_json::Value::Number(n) => Ok(n.as_i64() != Some(0)),
        other => Err(D::Error::custom(format!("{other} is neither yes nor no"))),
    }
}
