-- Issue numbers that are taken, and what desks that worked alone bring with them when they join.

create table number_entry (
    agency_id text not null,
    authority_code text not null,
    year integer not null,
    serial integer not null,
    draft_id text not null,
    -- hand: given when a document was closed; backfilled: from before this store counted.
    origin text not null,
    entered_by text not null,
    entered_at text not null,
    primary key (agency_id, authority_code, year, serial)
) strict;
create index number_entry_by_draft on number_entry (draft_id);

-- At a server: what a desk offers to bring. `manifest` and `answer` are JSON.
create table joining (
    id text primary key not null,
    device_id text not null references device (id),
    person_id text not null references person (id),
    -- arriving, whole, applied, refused
    state text not null,
    manifest text not null,
    offered_at text not null,
    decided_at text not null,
    answer text not null
) strict;
create index joining_by_device on joining (device_id);

create table joining_part (
    joining_id text not null references joining (id),
    part integer not null,
    bytes blob not null,
    primary key (joining_id, part)
) strict;

-- At a server: what was brought, from which store, and how it stood there.
create table joined_row (
    origin text not null,
    entity text not null,
    old_id text not null,
    new_id text not null,
    stood text not null,
    primary key (origin, entity, old_id)
) strict;

-- At a server: the audit logs of stores that were brought, as they were.
create table joined_audit (
    origin text not null,
    entry integer not null,
    at text not null,
    actor_id text not null,
    device_id text not null,
    action text not null,
    subject_id text not null,
    detail text not null,
    previous_hash text not null,
    entry_hash text not null,
    primary key (origin, entry)
) strict;
