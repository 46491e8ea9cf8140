-- The organisation with its history: nothing is overwritten, everything has a first and perhaps a last day
-- (both inclusive; an empty last day is null). What people were, were called and may do is read as of a day.

alter table department add column parent_id text;
alter table department add column place integer not null default 0;
alter table department add column from_on text not null default '1949-10-01';
alter table department add column through_on text;

-- What a thing was called from a day on. `kind`: agency, department, post, person.
create table naming (
    -- kind/subject/from
    id text primary key not null,
    kind text not null,
    subject_id text not null,
    from_on text not null,
    name text not null,
    short_name text not null,
    authority_code text not null
) strict;
create unique index naming_by_subject on naming (kind, subject_id, from_on);

create table post (
    id text primary key not null,
    department_id text not null references department (id),
    place integer not null,
    from_on text not null,
    through_on text
) strict;
create index post_by_department on post (department_id);

create table appointment (
    id text primary key not null,
    person_id text not null references person (id),
    post_id text not null references post (id),
    is_main integer not null,
    from_on text not null,
    through_on text
) strict;
create index appointment_by_person on appointment (person_id);
create index appointment_by_post on appointment (post_id);

-- A role held by a post or by an appointment.
create table role_given (
    -- role/holder_kind/holder_id/from
    id text primary key not null,
    role text not null,
    holder_kind text not null,
    holder_id text not null,
    from_on text not null,
    through_on text
) strict;
create index role_given_by_holder on role_given (holder_id);

-- `grants`: words divided by spaces.
create table substitution (
    id text primary key not null,
    principal_id text not null references person (id),
    deputy_id text not null references person (id),
    grants text not null,
    from_on text not null,
    through_on text
) strict;
create index substitution_by_deputy on substitution (deputy_id);

create table telephone (
    id text primary key not null,
    person_id text not null references person (id),
    kind text not null,
    number text not null,
    grade text not null
) strict;
create index telephone_by_person on telephone (person_id);

-- What follows from appointments, roles and substitutions, one row a person (JSON): written with them in the
-- same transaction, read at every decision, and at a replica all that is known of them.
create table held_grant (
    person_id text primary key not null references person (id),
    held text not null
) strict;

create index person_by_agency on person (agency_id);

-- What stood there without dates: each person held one post of its own, and its grants by the appointment.
insert into naming (id, kind, subject_id, from_on, name, short_name, authority_code)
    select 'agency/' || id || '/1949-10-01', 'agency', id, '1949-10-01', name, short_name, authority_code from agency;
insert into naming (id, kind, subject_id, from_on, name, short_name, authority_code)
    select 'department/' || id || '/1949-10-01', 'department', id, '1949-10-01', name, '', '' from department;
insert into naming (id, kind, subject_id, from_on, name, short_name, authority_code)
    select 'person/' || id || '/1949-10-01', 'person', id, '1949-10-01', name, '', '' from person;
insert into naming (id, kind, subject_id, from_on, name, short_name, authority_code)
    select 'post/' || id || '/1949-10-01', 'post', id, '1949-10-01', post, '', '' from person;
insert into post (id, department_id, place, from_on, through_on)
    select id, department_id, 0, '1949-10-01', null from person;
insert into appointment (id, person_id, post_id, is_main, from_on, through_on)
    select id, id, id, 1, '1949-10-01', null from person;
insert into role_given (id, role, holder_kind, holder_id, from_on, through_on)
    select 'drafter/appointment/' || id || '/1949-10-01', 'drafter', 'appointment', id, '1949-10-01', null from person where grants like '%draft%';
insert into role_given (id, role, holder_kind, holder_id, from_on, through_on)
    select 'records_keeper/appointment/' || id || '/1949-10-01', 'records_keeper', 'appointment', id, '1949-10-01', null from person
    where grants like '%keep_vocabulary%';
insert into role_given (id, role, holder_kind, holder_id, from_on, through_on)
    select 'department_reader/appointment/' || id || '/1949-10-01', 'department_reader', 'appointment', id, '1949-10-01', null from person
    where grants like '%read_department%';
insert into held_grant (person_id, held)
    select id, '[' || substr(
        case when grants like '%draft%' then
        ',{"grant":"draft","department_id":"' || department_id
            || '","from_on":"1949-10-01","through_on":null}' else '' end
        || case when grants like '%keep_vocabulary%' then
        ',{"grant":"keep_vocabulary","department_id":"' || department_id
            || '","from_on":"1949-10-01","through_on":null}' else '' end
        || case when grants like '%read_department%' then
        ',{"grant":"read_department","department_id":"' || department_id
            || '","from_on":"1949-10-01","through_on":null}' else '' end,
        2) || ']' from person;
alter table person drop column grants;
