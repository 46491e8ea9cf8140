-- What each scope holds now, beside its log: `seq` is the row's newest entry there, `since` its first.
-- At a server the entry of that number has the row; at a replica the row's own table has it.
create table scope_row (
    scope text not null,
    -- Parents before what names them: the order of a snapshot.
    place integer not null,
    entity text not null,
    row_id text not null,
    seq integer not null,
    since integer not null,
    primary key (scope, place, entity, row_id)
) strict;
create index scope_row_by_row on scope_row (entity, row_id);
create index scope_row_by_seq on scope_row (scope, seq);

insert into scope_row (scope, place, entity, row_id, seq, since)
select l.scope,
       case l.entity when 'frozen_text' then 10 when 'draft' then 20 else 30 end,
       l.entity, l.row_id, l.seq,
       (select min(f.seq) from scope_log f
        where f.scope = l.scope and f.entity = l.entity and f.row_id = l.row_id)
from scope_log l
where l.operation = 'put'
  and l.seq = (select max(n.seq) from scope_log n
               where n.scope = l.scope and n.entity = l.entity and n.row_id = l.row_id);

-- The log is whole above `min_seq`; whoever is further behind gets a snapshot.
alter table scope_head add column min_seq integer not null default 0;

-- At a replica: a snapshot that is not finished.
alter table scope_cursor add column snapshot_at integer not null default 0;
alter table scope_cursor add column snapshot_after text not null default '';
-- What a replica holds is taken in anew, so that it knows what each scope holds.
delete from scope_cursor;

-- At a replica: the server's version of a row that was changed here and has not arrived there.
create table base_row (
    entity text not null,
    row_id text not null,
    row text not null,
    primary key (entity, row_id)
) strict;

-- At a replica: commands that were applied, kept in case the server loses them to a restored copy.
create table sent_command (
    device_seq integer primary key not null,
    command_id text not null unique,
    draft_id text not null,
    kind text not null,
    envelope text not null
) strict;

-- At a server: how far each desk has said it is, for the compaction of logs.
create table device_cursor (
    device_id text not null,
    scope text not null,
    seq integer not null,
    seen_at text not null,
    primary key (device_id, scope)
) strict;
create index device_cursor_by_scope on device_cursor (scope, seq);
