//! Some columns of many rows, put together by the database as one JSON text. A row at a time, each value by itself, costs a
//! multiple of that: for thousands of rows at once, such as a file of claims, this is the way to read them.

use sea_orm::{ColumnTrait, ColumnType, ConnectionTrait, DbBackend, DbErr, EntityName, EntityTrait, IdenStatic, Statement};
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
    let backend = db.get_database_backend();
    let ids = ids.map(|id| id.to_string()).collect::<Vec<_>>().join(",");
    let ids = if backend == DbBackend::Sqlite { format!("[{ids}]") } else { format!("{{{ids}}}") };
    let statement = Statement::from_sql_and_values(backend, question::<T>(backend, key), [ids.into()]);
    let Some(row) = db.query_one_raw(statement).await? else { return Ok(Vec::new()) };
    let text: String = row.try_get_by_index(0)?;
    // Reading what came is work for another thread; the database answers the next question meanwhile.
    let read = move || serde_json::from_str(&text);
    let read = tokio::task::spawn_blocking(read).await.map_err(|error| DbErr::Custom(error.to_string()))?;
    // Its own words would quote what stands in the row.
    read.map_err(|error: serde_json::Error| {
        DbErr::Type(format!("rows of {}: {:?} at {}", T::Entity::default().table_name(), error.classify(), error.column()))
    })
}

fn question<T: Packed>(backend: DbBackend, key: <T::Entity as EntityTrait>::Column) -> String {
    let columns: Vec<String> = T::columns().iter().map(|column| value(backend, column)).collect();
    let (table, key, columns) = (T::Entity::default().table_name().to_string(), key.as_str(), columns.join(", "));
    match backend {
        DbBackend::Sqlite => {
            format!("select json_group_array(json_array({columns})) from {table} where {key} in (select value from json_each(?))")
        }
        _ => format!(
            "select cast(coalesce(json_agg(json_build_array({columns})), '[]') as text) from {table} \
             where {key} in (select unnest(cast($1 as bigint[])))"
        ),
    }
}

/// SQLite keeps JSON as text: it is a value in itself only where it is said so.
fn value<C: ColumnTrait>(backend: DbBackend, column: &C) -> String {
    let is_json = matches!(column.def().get_column_type(), ColumnType::Json | ColumnType::JsonBinary);
    if is_json && backend == DbBackend::Sqlite { format!("json({})", column.as_str()) } else { column.as_str().to_string() }
}

/// Yes or no: SQLite says 1 or 0.
pub fn flag<'de, D: Deserializer<'de>>(said: D) -> Result<bool, D::Error> {
    match serde_json::Value::deserialize(said)? {
        serde_json::Value::Bool(yes) => Ok(yes),
        serde_json::Value::Number(n) => Ok(n.as_i64() != Some(0)),
        other => Err(D::Error::custom(format!("{other} is neither yes nor no"))),
    }
}
