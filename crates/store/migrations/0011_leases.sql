-- Leases: what desks may hold for a time only.

-- How many days a lease of an agency lasts from a day on.
create table lease_term (
    -- agency/from
    id text primary key not null,
    agency_id text not null,
    from_on text not null,
    days integer not null
) strict;
create index lease_term_by_agency on lease_term (agency_id, from_on);

-- At a server: which desk may hold which leased scope until when, and why it may not any more (`reason`: grant,
-- device, ran_out; '' while it may). `until_ms`: Unix milliseconds.
create table lease (
    device_id text not null,
    scope text not null,
    person_id text not null,
    given_at text not null,
    until_ms integer not null,
    ended_at text not null,
    reason text not null,
    primary key (device_id, scope)
) strict;
create index lease_by_end on lease (ended_at, until_ms);
