-- What an agency has its paper forms printed with. A version is never changed; the newest one of a form counts.
create table form_template (
    -- agency/form/version
    id text primary key not null,
    agency_id text not null references agency (id),
    form text not null,
    version integer not null,
    -- JSON; empty: the one that is shipped again.
    template text not null,
    note text not null,
    put_by text not null,
    put_name text not null,
    put_at text not null
) strict;
create index form_template_by_form on form_template (agency_id, form, version desc);
