-- 共同起草: who writes along in somebody's draft, through which day, and until when it was so.
create table co_drafter (
    id text primary key not null,
    draft_id text not null references draft (id),
    person_id text not null,
    person_name text not null,
    invited_by text not null,
    invited_at text not null,
    -- The last day, '' for until removed.
    through_on text not null,
    -- '' while it lasts.
    removed_at text not null
) strict;
create index co_drafter_by_draft on co_drafter (draft_id, person_id);
create index co_drafter_by_person on co_drafter (person_id, removed_at);

-- Updates that came after their text was frozen: kept aside, by person, until the author takes them in or
-- leaves them out.
create table late_branch (
    id text primary key not null,
    draft_id text not null references draft (id),
    actor_id text not null,
    actor_name text not null,
    -- Why the first was late: frozen, removed, gap.
    cause text not null,
    -- The text they came too late for, and what it says with them: both in frozen_text, of which a replica
    -- may get the newer one a page later.
    against_hash text not null,
    content_hash text not null,
    updates integer not null,
    first_at text not null,
    last_at text not null,
    state text not null,
    decided_at text not null
) strict;
create index late_branch_by_draft on late_branch (draft_id, state);

create table late_update (
    command_id text primary key not null,
    draft_id text not null references draft (id),
    branch_id text not null references late_branch (id),
    update_v1 blob not null,
    actor_id text not null,
    device_id text not null,
    claimed_at text not null,
    received_at text not null
) strict;
create index late_update_by_branch on late_update (branch_id);
create index late_update_by_draft on late_update (draft_id);

-- At a primary: under which client ids was written, by which device in which draft. None is used twice.
create table draft_client (
    client_id integer primary key not null,
    draft_id text not null references draft (id),
    device_id text not null,
    person_id text not null,
    registered_at text not null
) strict;
create index draft_client_by_draft on draft_client (draft_id);

-- At a server: the signed envelope of every update, without the update itself, which stands in its own
-- table. Together they are what the device signed.
create table draft_envelope (
    command_id text primary key not null,
    draft_id text not null references draft (id),
    envelope text not null
) strict;
create index draft_envelope_by_draft on draft_envelope (draft_id);
