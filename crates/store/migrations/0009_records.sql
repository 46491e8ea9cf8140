-- Records of an agency that are edited at many desks: vocabulary, templates, the list of contacts.

-- Two desks may each enter the same name before they know of each other; the use case looks at names, and at
-- a server at those of one agency alone.
drop index vocabulary_agency_by_name;
create index vocabulary_agency_by_name on vocabulary_agency (name);

-- What stands in the list of contacts beside a person's telephones.
create table contact (
    person_id text primary key not null,
    room text not null,
    note text not null
) strict;

-- Where the truth lies: who changed a field last. `field` '' says that the row was taken out.
create table field_change (
    entity text not null,
    row_id text not null,
    field text not null,
    person_id text not null,
    person_name text not null,
    changed_at text not null,
    primary key (entity, row_id, field)
) strict;

-- A field (or a whole row, `field` '') that two people changed without knowing of each other: what stands, and
-- what was wanted instead. `state`: open, kept, adopted, overtaken. `history`: JSON, the oldest step first.
create table double_edit (
    id text primary key not null,
    entity text not null,
    row_id text not null,
    label text not null,
    field text not null,
    kept_value text not null,
    kept_by text not null,
    kept_at text not null,
    lost_value text not null,
    lost_by_id text not null,
    lost_by text not null,
    lost_at text not null,
    state text not null,
    history text not null
) strict;
create index double_edit_by_row on double_edit (entity, row_id, field, state);
create index double_edit_by_person on double_edit (lost_by_id, state);
