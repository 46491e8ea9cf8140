-- Numbers as a ledger: series as an agency keeps them, and of each number whether it is used, kept free, void or
-- missing. Copies of issued documents by their 份号.

create table number_series (
    id text primary key not null,
    agency_id text not null references agency (id),
    title text not null,
    serves text not null,
    pattern text not null,
    -- What its numbers are kept under in number_entry.
    code text not null,
    reset_by text not null,
    term_from integer not null,
    opening integer not null,
    opening_period integer not null,
    -- Words divided by commas; empty: any.
    document_types text not null,
    formats text not null,
    letterhead text not null,
    signed_by text not null,
    from_on text not null,
    -- Empty: open.
    closed_on text not null,
    changed_by text not null,
    changed_at text not null
) strict;
create index number_series_by_agency on number_series (agency_id, code);

-- A number stands for a document, or for nothing: reserved, void or missing. `year` is the period: the year, the
-- first year of the 届, or 0.
alter table number_entry rename column draft_id to subject_id;
alter table number_entry add column subject_kind text not null default 'draft';
alter table number_entry add column id text not null default '';
alter table number_entry add column serves text not null default 'issue';
-- used, reserved, void, missing
alter table number_entry add column state text not null default 'used';
-- As it is printed.
alter table number_entry add column number text not null default '';
-- What it is reserved for; why it is void or missing.
alter table number_entry add column note text not null default '';
-- Reserved until the end of this day; empty for all others.
alter table number_entry add column until_on text not null default '';
alter table number_entry add column changed_by text not null default '';
alter table number_entry add column changed_at text not null default '';
update number_entry set
    id = agency_id || '/' || authority_code || '/' || year || '/' || serial,
    number = authority_code || '〔' || year || '〕' || serial || '号',
    changed_by = entered_by,
    changed_at = entered_at;
create unique index number_entry_by_id on number_entry (id);

-- Who has which copy of a document; a copy that came back may go out again.
create table copy_given (
    id text primary key not null,
    agency_id text not null,
    draft_id text not null,
    copy_number integer not null,
    receiver text not null,
    note text not null,
    given_on text not null,
    -- 清退; empty: it is out.
    recalled_on text not null,
    entered_by text not null,
    entered_at text not null
) strict;
create index copy_given_by_draft on copy_given (draft_id, copy_number);
create index copy_given_by_number on copy_given (agency_id, copy_number);
