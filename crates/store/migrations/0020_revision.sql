-- 修订: what is changed in a document while it is reviewed.

-- The text that reviewers write their suggestions in, as it stands: the draft's own history.
create table revision_text (
    draft_id text primary key not null references draft (id),
    state_v1 blob not null,
    -- Suggestions that nobody has decided about.
    open integer not null,
    changed_at text not null
) strict;

-- Who changed what, in which step.
create table revision (
    -- Id of the command.
    id text primary key not null,
    draft_id text not null references draft (id),
    instance_id text not null,
    step text not null,
    person_id text not null,
    person_name text not null,
    -- JSON: the changes, each with its words before and after.
    changes text not null,
    -- Frozen contents before and after.
    before_hash text not null,
    after_hash text not null,
    -- Hashes that decisions name, before and after.
    before_content text not null,
    after_content text not null,
    at text not null
) strict;
create index revision_by_draft on revision (draft_id, at, id);

-- What the person of this desk writes in a text that is reviewed, and has not been seen to arrive.
create table revision_work (
    draft_id text primary key not null references draft (id),
    state_v1 blob not null,
    -- The hash that decisions name once what was sent is done; empty before anything was sent.
    content text not null,
    changed_at text not null
) strict;
