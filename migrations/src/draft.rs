//! A short way to say what a table holds, the same on SQLite and PostgreSQL.
//! Days end in `_on`, instants in `_at`, money in `_cents`, references in `_id`.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema;

/// A table in the making. A name that begins with `?` may be null.
pub struct Draft {
    table: &'static str,
    create: TableCreateStatement,
}

impl Draft {
    /// With the `i64` key that stays inside.
    pub fn new(table: &'static str) -> Self {
        let mut draft = Self::keyless(table);
        draft.create.col(schema::big_pk_auto("id"));
        draft
    }

    pub fn keyless(table: &'static str) -> Self {
        let mut create = Table::create();
        create.table(table);
        Self { table, create }
    }

    /// The UUIDv7 that pages and programs see as `id`.
    pub fn public_id(mut self) -> Self {
        self.create.col(schema::uuid_uniq("public_id"));
        self
    }

    pub fn text(self, names: &[&'static str]) -> Self {
        self.columns(names, schema::text, schema::text_null)
    }

    /// Signed 64-bit: counts and cents.
    pub fn number(self, names: &[&'static str]) -> Self {
        self.columns(names, schema::big_integer, schema::big_integer_null)
    }

    pub fn flag(mut self, names: &[&'static str]) -> Self {
        for name in names {
            let column = match name.strip_prefix('?') {
                Some(name) => schema::boolean_null(name),
                None => schema::boolean(*name).default(false).to_owned(),
            };
            self.create.col(column);
        }
        self
    }

    pub fn day(self, names: &[&'static str]) -> Self {
        self.columns(names, schema::date, schema::date_null)
    }

    pub fn time(self, names: &[&'static str]) -> Self {
        self.columns(names, schema::time, schema::time_null)
    }

    pub fn instant(self, names: &[&'static str]) -> Self {
        self.columns(names, schema::timestamp_with_time_zone, schema::timestamp_with_time_zone_null)
    }

    pub fn json(self, names: &[&'static str]) -> Self {
        self.columns(names, schema::json_binary, schema::json_binary_null)
    }

    pub fn bytes(self, names: &[&'static str]) -> Self {
        self.columns(names, schema::blob, schema::blob_null)
    }

    pub fn uuid(self, names: &[&'static str]) -> Self {
        self.columns(names, schema::uuid, schema::uuid_null)
    }

    /// A reference to the `id` of another table.
    pub fn refers(mut self, pairs: &[(&'static str, &'static str)]) -> Self {
        for (name, table) in pairs {
            self = self.number(&[name]);
            let name = name.trim_start_matches('?');
            self.create.foreign_key(ForeignKey::create().from(self.table, name).to(*table, "id"));
        }
        self
    }

    /// Who made and changed the row, when, and the version that a save must name.
    pub fn stamps(self) -> Self {
        self.instant(&["created_at", "updated_at"])
            .refers(&[("?created_by_id", "user_account"), ("?updated_by_id", "user_account")])
            .number(&["version"])
    }

    pub fn primary_key(mut self, names: &[&'static str]) -> Self {
        let mut key = Index::create();
        for name in names {
            key.col(*name);
        }
        self.create.primary_key(&mut key);
        self
    }

    pub async fn create(self, m: &SchemaManager<'_>) -> Result<(), DbErr> {
        m.create_table(self.create).await
    }

    fn columns(mut self, names: &[&'static str], full: fn(&'static str) -> ColumnDef, nullable: fn(&'static str) -> ColumnDef) -> Self {
        for name in names {
            match name.strip_prefix('?') {
                Some(name) => self.create.col(nullable(name)),
                None => self.create.col(full(name)),
            };
        }
        self
    }
}

/// An index for looking up.
pub async fn index(m: &SchemaManager<'_>, table: &'static str, columns: &[&'static str]) -> Result<(), DbErr> {
    m.create_index(named(table, columns, "ix")).await
}

/// No two rows alike.
pub async fn unique(m: &SchemaManager<'_>, table: &'static str, columns: &[&'static str]) -> Result<(), DbErr> {
    m.create_index(named(table, columns, "ux").unique().to_owned()).await
}

/// No two living rows alike: a row that was let go frees its place.
pub async fn unique_while(
    m: &SchemaManager<'_>,
    table: &'static str,
    columns: &[&'static str],
    none_in: &'static str,
) -> Result<(), DbErr> {
    let index = named(table, columns, "ux").unique().cond_where(Expr::col(none_in).is_null()).to_owned();
    m.create_index(index).await
}

fn named(table: &'static str, columns: &[&'static str], kind: &str) -> IndexCreateStatement {
    let mut index = Index::create();
    index.name(format!("{kind}_{table}_{}", columns.join("_"))).table(table);
    for column in columns {
        index.col(*column);
    }
    index
}

/// Refuses changes and deletions on both databases, so that no program can rewrite what somebody may have to explain.
/// `when` limits the refusal to some rows, written with `old.` (both databases read it).
pub async fn keep_for_ever(m: &SchemaManager<'_>, table: &str, when: Option<&str>) -> Result<(), DbErr> {
    let connection = m.get_connection();
    let words = format!("rows of {table} are kept for ever");
    for verb in ["update", "delete"] {
        let condition = when.map(|w| format!("when ({w})")).unwrap_or_default();
        match m.get_database_backend() {
            DbBackend::Sqlite => {
                let sql = format!(
                    "create trigger keep_{table}_{verb} before {verb} on \"{table}\" for each row {condition} \
                     begin select raise(abort, '{words}'); end"
                );
                connection.execute_unprepared(&sql).await?;
            }
            _ => {
                let sql = format!(
                    "create or replace function keep_{table}() returns trigger language plpgsql as \
                     $$ begin raise exception '{words}'; end $$"
                );
                connection.execute_unprepared(&sql).await?;
                let sql = format!(
                    "create trigger keep_{table}_{verb} before {verb} on \"{table}\" for each row {condition} \
                     execute function keep_{table}()"
                );
                connection.execute_unprepared(&sql).await?;
            }
        }
    }
    Ok(())
}

/// Refuses to add, change or take away parts of what is kept as a whole, and to move a part into it or out of it.
/// `kept` asks it of a part, `{row}`; a subquery may not stand in PostgreSQL's WHEN, so there the function asks it.
pub async fn keep_with_its_whole(m: &SchemaManager<'_>, table: &str, kept: &str) -> Result<(), DbErr> {
    let words = format!("rows of {table} are kept for ever");
    let (new, old) = (kept.replace("{row}", "new"), kept.replace("{row}", "old"));
    let either = format!("({old}) or ({new})");
    for (verb, kept, gives) in [("insert", &new, "new"), ("update", &either, "new"), ("delete", &old, "old")] {
        let sql = match m.get_database_backend() {
            DbBackend::Sqlite => format!(
                "create trigger keep_{table}_{verb} before {verb} on \"{table}\" for each row when ({kept}) \
                 begin select raise(abort, '{words}'); end"
            ),
            _ => format!(
                "create or replace function keep_{table}_{verb}() returns trigger language plpgsql as $$ begin \
                 if {kept} then raise exception '{words}'; end if; return {gives}; end $$; \
                 create trigger keep_{table}_{verb} before {verb} on \"{table}\" for each row execute function keep_{table}_{verb}()"
            ),
        };
        m.get_connection().execute_unprepared(&sql).await?;
    }
    Ok(())
}

/// Adds columns to a table that stands: one statement each, since SQLite takes no more.
pub async fn add_columns(m: &SchemaManager<'_>, table: &'static str, columns: Vec<ColumnDef>) -> Result<(), DbErr> {
    for mut column in columns {
        m.alter_table(Table::alter().table(table).add_column(&mut column).to_owned()).await?;
    }
    Ok(())
}

/// Takes them away again.
pub async fn drop_columns(m: &SchemaManager<'_>, table: &'static str, columns: &[&'static str]) -> Result<(), DbErr> {
    for column in columns {
        m.alter_table(Table::alter().table(table).drop_column(*column).to_owned()).await?;
    }
    Ok(())
}

/// The tables of a step, let go in reverse.
pub async fn drop_tables(m: &SchemaManager<'_>, tables: &[&'static str]) -> Result<(), DbErr> {
    for table in tables.iter().rev() {
        m.drop_table(Table::drop().table(*table).to_owned()).await?;
    }
    Ok(())
}

pub use sea_orm_migration::sea_orm::DbBackend;
