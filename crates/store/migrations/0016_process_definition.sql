-- What an agency has made of a process that is shipped. A version is never changed: instances run by it.
create table process_definition (
    -- agency/process/version
    id text primary key not null,
    agency_id text not null references agency (id),
    process text not null,
    version integer not null,
    title text not null,
    definition text not null,
    note text not null,
    defined_by text not null,
    defined_name text not null,
    defined_at text not null
) strict;
create index process_definition_by_process on process_definition (agency_id, process, version desc);
