-- Exchange by disc: with whom, what was written and read in, and who approved it.

create table bundle_peer (
    node_id text primary key not null,
    kind text not null,
    name text not null,
    verify_key text not null,
    agreement_key text not null,
    -- The level of the other side's network.
    level text not null,
    -- 1: discs from a higher to a lower network may be written at all.
    downward integer not null,
    -- How many discs before it a disc carries again.
    repeat_window integer not null,
    declared_by text not null,
    declared_at text not null,
    ended_at text not null,
    -- The chain of discs to it, and the last of them that is known to have been imported.
    chain text not null,
    acknowledged integer not null,
    -- How far it says it is (a pull request), and the last of our discs it held then.
    reported text not null,
    reported_seq integer not null
) strict;

create table bundle_sent (
    node_id text not null references bundle_peer (node_id),
    chain text not null,
    seq integer not null,
    bundle_hash text not null,
    covers_from integer not null,
    crossing text not null,
    medium text not null,
    operator text not null,
    request_id text not null,
    total_bytes integer not null,
    -- The code that says it was imported.
    receipt text not null,
    -- Where the pages on it end (a pull request); empty where there are none.
    cursors_after text not null,
    written_at text not null,
    acknowledged_at text not null,
    primary key (node_id, chain, seq)
) strict;

-- With which disc a command of this desk went first.
create table bundle_command (
    node_id text not null,
    chain text not null,
    command_id text not null,
    first_seq integer not null,
    primary key (node_id, chain, command_id)
) strict;

create table bundle_received (
    node_id text not null references bundle_peer (node_id),
    chain text not null,
    seq integer not null,
    bundle_hash text not null,
    -- 1: it never came; its content came with a later one.
    covered integer not null,
    crossing text not null,
    medium text not null,
    operator text not null,
    approved_by text not null,
    receipt text not null,
    imported_at text not null,
    -- Order of arrival over all chains, so that the newest chain is known.
    place integer not null,
    -- What is to be answered (a push answer), and with which disc it went first; 0: with none yet.
    answer text not null,
    answered_seq integer not null,
    primary key (node_id, chain, seq)
) strict;

-- A wish to carry something from a higher to a lower network; good for one disc.
create table bundle_request (
    id text primary key not null,
    node_id text not null references bundle_peer (node_id),
    reason text not null,
    asked_by text not null,
    asked_at text not null,
    used_at text not null
) strict;

-- Of an import the subject is the hash of the bundle; of an export, the request.
create table bundle_approval (
    subject text not null,
    person_id text not null,
    direction text not null,
    approved_at text not null,
    primary key (subject, person_id)
) strict;
