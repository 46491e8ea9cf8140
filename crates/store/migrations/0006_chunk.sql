-- What files are made of. At a server: by the domain of permission that put it, under names that are keyed
-- hashes there. At a desk: what has come so far of a file that is on its way, by the file's id.
create table chunk (
    domain text not null,
    name text not null,
    size integer not null,
    -- When somebody last put it or asked whether it is there: what no file is made of goes some days later.
    seen_at text not null,
    bytes blob not null,
    primary key (domain, name)
) strict;
create index chunk_by_time on chunk (seen_at);

-- At a server: which files a chunk is part of.
create table chunk_use (
    file_id text not null,
    domain text not null,
    name text not null,
    primary key (file_id, domain, name)
) strict;
create index chunk_use_by_chunk on chunk_use (domain, name);

alter table draft_file add column size integer not null default 0;
-- The chunks in order (JSON), and the key of their names; empty until the file has been sent.
alter table draft_file add column chunks text not null default '';
alter table draft_file add column domain text not null default '';
alter table draft_file add column chunk_key text not null default '';
-- Whether `bytes` has the file: at a server never, at a desk when it was imported there or fetched.
alter table draft_file add column is_here integer not null default 1;
update draft_file set size = length(bytes);
