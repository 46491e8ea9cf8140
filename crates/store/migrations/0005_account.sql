-- Signing in at a server by a browser, and devices whose use was ended.

create table account (
    person_id text primary key not null references person (id),
    -- As it is compared; `login_shown` as it was chosen.
    login text not null unique,
    login_shown text not null,
    -- Argon2id: the parameters as JSON, salt and result in hexadecimal.
    parameters text not null,
    salt text not null,
    password_hash text not null,
    set_at text not null
) strict;

-- Only the hash of a session's token is kept.
create table web_session (
    token_hash text primary key not null,
    id text not null unique,
    person_id text not null references person (id),
    began_at text not null,
    seen_at text not null
) strict;
create index web_session_by_person on web_session (person_id);

-- Attempts that failed, by account and by address (a keyed hash of either), and when the next may follow.
create table sign_in_delay (
    subject text primary key not null,
    failures integer not null,
    last_at text not null,
    wait_until text not null
) strict;
create index sign_in_delay_by_time on sign_in_delay (last_at);

create table device_revocation (
    device_id text primary key not null references device (id),
    revoked_at text not null,
    reason text not null
) strict;
