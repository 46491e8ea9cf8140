-- When the next time comes in an instance that runs: only what is due is looked at.
create table instance_due (
    instance_id text primary key not null references instance (id),
    due_at text not null
) strict;
create index instance_due_by_time on instance_due (due_at);

-- What runs already is looked at once.
insert into instance_due (instance_id, due_at)
select id, begun_at from instance where status = 'running';

-- Of a task: when somebody was last reminded of it, how often in all, by whom (empty: by the clock), with
-- which word.
alter table task add column urged_at text not null default '';
alter table task add column urged_times integer not null default 0;
alter table task add column urged_by text not null default '';
alter table task add column urged_note text not null default '';
-- Of a task of a step that one of several takes: `free`, `must` or `held`.
alter table task add column claim text not null default '';
