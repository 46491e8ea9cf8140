-- Issued documents: what became of each since it was issued. Its author's answers beyond the text of a draft.

-- `says`: JSON, what the author of a draft says of it: whether it is normative, what it amends or repeals, and so on.
create table issue_sheet (
    id text primary key not null,
    says text not null,
    changed_at text not null
) strict;

create table issued (
    -- That of its draft.
    id text primary key not null,
    agency_id text not null,
    number text not null,
    title text not null,
    document_type text not null,
    -- Days as ISO texts; empty: unknown, or not yet.
    issued_on text not null,
    publicity text not null,
    publicity_reason text not null,
    -- 1: 行政规范性文件
    normative integer not null,
    -- 统一登记号
    registration text not null,
    -- Its last day; empty: without end.
    valid_until text not null,
    -- What later documents made of it. That its last day has passed is seen when one looks.
    status text not null,
    -- JSON: each later document and what it did, the oldest first.
    history text not null,
    published_on text not null,
    published_where text not null,
    -- The last day on which it has to be made public; empty: it need not, or is.
    publish_due text not null,
    filed_on text not null,
    filed_with text not null,
    -- What is proposed for it at the next clearing (文件清理).
    conclusion text not null,
    conclusion_note text not null,
    concluded_by text not null,
    concluded_at text not null,
    changed_at text not null
) strict;
create index issued_by_day on issued (agency_id, issued_on desc, id desc);
create index issued_by_number on issued (agency_id, number);
