-- Documents that came from elsewhere (收文). Each is a row of `draft` too, in the state `incoming`: its files,
-- its frozen description and the process that it goes through hang on that.
create table incoming (
    id text primary key not null references draft (id),
    agency_id text not null,
    -- 收文号; empty before it is registered.
    number text not null,
    title text not null,
    document_type text not null,
    from_agency text not null,
    -- 来文字号 as it stands there.
    from_number text not null,
    -- Days as ISO texts; empty: unknown.
    issued_on text not null,
    received_on text not null,
    delivery text not null,
    classification text not null,
    classification_term text not null,
    urgency text not null,
    copies integer not null,
    pages integer not null,
    copy_numbers text not null,
    note text not null,
    -- JSON: what it consisted of when it was registered.
    files text not null,
    -- Hash of all that decisions about it are about; empty before it is registered.
    content_hash text not null,
    state text not null,
    -- Where it is, and until when it should be done.
    now_at text not null,
    due_at text not null,
    registered_by text not null,
    registered_name text not null,
    registered_at text not null,
    changed_at text not null
) strict;
create index incoming_by_state on incoming (state, received_on desc, id desc);
create index incoming_by_sender on incoming (from_number, from_agency);

-- Which process a task belongs to.
alter table task add column process text not null default 'outgoing';
