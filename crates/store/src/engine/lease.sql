-- One leased scope at a desk: how far it was pulled, what it holds, and the rows. A file of another version is
-- dropped and pulled again.
create table held (
    scope text primary key not null,
    seq integer not null,
    snapshot_at integer not null,
    snapshot_after text not null
) strict;
create table scope_row (
    place integer not null,
    entity text not null,
    row_id text not null,
    seq integer not null,
    primary key (place, entity, row_id)
) strict;
create table telephone (
    id text primary key not null,
    person_id text not null,
    kind text not null,
    number text not null,
    grade text not null
) strict;
