-- Processes: running instances, what happened in each, and what each person has to do or has done.

-- Which process documents of an agency go by, from when on.
create table process_use (
    -- agency/process
    id text primary key not null,
    agency_id text not null references agency (id),
    process text not null,
    enabled_by text not null,
    enabled_at text not null
) strict;

-- `state`: the instance as JSON, as its events make it. `chain`: hash of the last event.
create table instance (
    id text primary key not null,
    process text not null,
    version integer not null,
    draft_id text not null,
    agency_id text not null,
    author_id text not null,
    author_name text not null,
    title text not null,
    document_type text not null,
    urgency text not null,
    issue_number text not null,
    content_hash text not null,
    status text not null,
    names text not null,
    state text not null,
    chain text not null,
    begun_at text not null,
    changed_at text not null
) strict;
create index instance_by_draft on instance (draft_id, begun_at desc);

-- Append-only; each entry carries the hash of the one before.
create table instance_event (
    instance_id text not null references instance (id),
    seq integer not null,
    at text not null,
    command_id text not null,
    actor_id text not null,
    events text not null,
    previous text not null,
    hash text not null,
    primary key (instance_id, seq)
) strict;

-- What somebody has to do (`todo`), has done (`done`), or had to do that is done without (`gone`).
create table task (
    -- instance/visit/person
    id text primary key not null,
    instance_id text not null,
    draft_id text not null,
    person_id text not null,
    visit text not null,
    node text not null,
    step text not null,
    act text not null,
    title text not null,
    document_type text not null,
    urgency text not null,
    issue_number text not null,
    author_name text not null,
    from_name text not null,
    note text not null,
    state text not null,
    verdict text not null,
    opened_at text not null,
    due_at text not null,
    seen_at text not null,
    done_at text not null,
    -- At a replica: why the last act was refused.
    refusal text not null default ''
) strict;
create index task_by_person on task (person_id, state, opened_at desc, id desc);
create index task_by_instance on task (instance_id);
