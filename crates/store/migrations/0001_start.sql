-- The first shape of a store. Instants are text in UTC (RFC 3339), dates are ISO text, ids are UUIDv7 text.

create table meta (
    name text primary key not null,
    value text not null
) strict;

create table agency (
    id text primary key not null,
    name text not null,
    short_name text not null,
    authority_code text not null
) strict;

create table department (
    id text primary key not null,
    agency_id text not null references agency (id),
    name text not null
) strict;

create table person (
    id text primary key not null,
    agency_id text not null references agency (id),
    department_id text not null references department (id),
    name text not null,
    post text not null,
    grants text not null
) strict;

-- A desk's device: who uses it, how its envelopes are verified, how far it has counted.
create table device (
    id text primary key not null,
    person_id text not null references person (id),
    verify_key text not null,
    token_hash text not null,
    last_seq integer not null,
    enrolled_at text not null
) strict;

-- One-time secrets with which a desk may enrol.
create table enrolment (
    code_hash text primary key not null,
    person_id text not null references person (id),
    made_at text not null,
    used_at text
) strict;

create table draft (
    id text primary key not null,
    lineage text not null,
    agency_id text not null,
    department_id text not null,
    author_id text not null,
    author_name text not null,
    state text not null,
    title text not null,
    document_type text not null,
    format text not null,
    direction text not null,
    urgency text not null,
    issue_number text not null,
    main_recipients text not null,
    characters integer not null,
    frozen_hash text not null,
    submit_note text not null,
    -- At a replica: the act that waits for the server ('' if none), and why the last one was refused.
    pending_act text not null,
    refusal text not null,
    created_at text not null,
    changed_at text not null
) strict;
create index draft_by_state on draft (state, changed_at desc, id desc);
create index draft_by_author on draft (author_id, state, changed_at desc, id desc);

-- Every update of a draft's text, as it was sent; the legal trace. `folded` ones are in draft_state too.
create table draft_update (
    command_id text primary key not null,
    draft_id text not null references draft (id),
    update_v1 blob not null,
    actor_id text not null,
    device_id text not null,
    claimed_at text not null,
    folded integer not null
) strict;
create index draft_update_by_draft on draft_update (draft_id, folded);

create table draft_state (
    draft_id text primary key not null references draft (id),
    state_v1 blob not null
) strict;

create table draft_version (
    id text primary key not null,
    draft_id text not null references draft (id),
    name text not null,
    kind text not null,
    author_name text not null,
    made_at text not null,
    characters integer not null,
    content_hash text not null references frozen_text (hash)
) strict;
create index draft_version_by_draft on draft_version (draft_id, made_at desc, id desc);

-- Contents that never change: versions, submitted texts. Canonical JSON, known by its hash.
create table frozen_text (
    hash text primary key not null,
    document blob not null
) strict;

create table draft_file (
    id text primary key not null,
    draft_id text not null references draft (id),
    name text not null,
    bytes blob not null,
    added_at text not null
) strict;
create index draft_file_by_draft on draft_file (draft_id);

-- Findings that somebody keeps, with the reason.
create table kept_finding (
    draft_id text not null references draft (id),
    finding_key text not null,
    reason text not null,
    person_id text not null,
    kept_at text not null,
    primary key (draft_id, finding_key)
) strict;

create table vocabulary_agency (
    id text primary key not null,
    name text not null,
    short_name text not null,
    authority_code text not null,
    relation text not null,
    system text not null,
    members text not null,
    look_up text not null
) strict;
create unique index vocabulary_agency_by_name on vocabulary_agency (name);

create table vocabulary_person (
    id text primary key not null,
    name text not null,
    post text not null,
    department text not null,
    telephone text not null,
    look_up text not null
) strict;

create table vocabulary_phrase (
    id text primary key not null,
    usage_group text not null,
    phrase text not null,
    look_up text not null
) strict;

create table template (
    id text primary key not null,
    name text not null,
    document_type text not null,
    format text not null,
    document blob not null,
    shipped integer not null
) strict;

create table setting (
    name text primary key not null,
    value text not null
) strict;

-- What was decided, once, for each command.
create table command_log (
    command_id text primary key not null,
    device_id text not null,
    device_seq integer not null,
    kind text not null,
    args_hash text not null,
    outcome text not null,
    decided_at text not null
) strict;
create unique index command_log_by_device on command_log (device_id, device_seq);

-- At a replica: what waits to be sent, oldest first. `heads` is set once the outcome is held; the
-- entry goes when the pull has passed them.
create table outbox (
    device_seq integer primary key not null,
    command_id text not null unique,
    draft_id text not null,
    kind text not null,
    envelope text not null,
    held_until text not null,
    heads text not null
) strict;

create table scope_head (
    scope text primary key not null,
    seq integer not null
) strict;

create table scope_log (
    scope text not null,
    seq integer not null,
    entity text not null,
    row_id text not null,
    operation text not null,
    row text not null,
    primary key (scope, seq)
) strict;

-- At a replica: how far each scope was pulled.
create table scope_cursor (
    scope text primary key not null,
    seq integer not null
) strict;

-- Append-only; each entry carries the hash of the one before.
create table audit_log (
    entry integer primary key not null,
    at text not null,
    actor_id text not null,
    device_id text not null,
    action text not null,
    subject_id text not null,
    detail text not null,
    previous_hash text not null,
    entry_hash text not null
) strict;

-- What find looks through: one row a draft as it is now, and one a kept version.
create table find_entry (
    entry integer primary key not null,
    draft_id text not null,
    version_id text not null,
    title text not null,
    issue_number text not null,
    document_type text not null,
    changed_on text not null,
    changed_at text not null,
    text text not null
) strict;
create unique index find_entry_by_source on find_entry (draft_id, version_id);
create index find_entry_by_time on find_entry (changed_at desc);
