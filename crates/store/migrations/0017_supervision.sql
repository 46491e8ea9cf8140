-- What is supervised (督办). Each is a row of `draft` too, in the state `supervision`: the copy of the 批示 as its frozen
-- text and the process that it goes through hang on that.
create table supervision (
    id text primary key not null references draft (id),
    agency_id text not null,
    -- 督办编号
    number text not null,
    kind text not null,
    title text not null,
    -- The document that came, whose 批示 it is; empty: none.
    source_id text not null,
    -- 立项依据 in words.
    basis text not null,
    -- 批示抄清, or what was decided to be done.
    copy text not null,
    -- 督办要求
    requirement text not null,
    telephone text not null,
    -- JSON: who carries it out, until when, and what each last reported.
    units text not null,
    state text not null,
    -- The first day by which a unit has to report; empty once every report is accepted.
    due_on text not null,
    -- How many units were late when their report was accepted.
    late_units integer not null,
    set_up_by text not null,
    set_up_name text not null,
    -- A day as ISO text.
    set_up_on text not null,
    -- A day as ISO text; empty before.
    closed_on text not null,
    -- 销号意见
    result text not null,
    changed_at text not null
) strict;
create index supervision_by_day on supervision (set_up_on desc, id desc);
