//! SQL: migrations, one module per entity. The only room that names a database.
