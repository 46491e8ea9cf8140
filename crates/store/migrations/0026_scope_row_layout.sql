-- What each scope holds, kept in the order of its key alone: each entry in two trees instead of four. Whoever looks
-- for an entry by its number knows the row it is of.
drop index scope_row_by_seq;
drop index scope_row_by_row;
alter table scope_row rename to scope_row_before;
create table scope_row (
    scope text not null,
    place integer not null,
    entity text not null,
    row_id text not null,
    seq integer not null,
    since integer not null,
    primary key (scope, place, entity, row_id)
) strict, without rowid;
insert into scope_row (scope, place, entity, row_id, seq, since)
select scope, place, entity, row_id, seq, since from scope_row_before order by scope, place, entity, row_id;
drop table scope_row_before;
create index scope_row_by_row on scope_row (entity, row_id);
