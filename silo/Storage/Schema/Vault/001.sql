-- The vault, version 1. Every value is encrypted or hashed under the master key, which is not in this file. See Storage.md.

create table token (
    sequence integer primary key,
    hash     blob    not null unique,   -- HMAC of the token.
    subject  text    not null,
    cipher   blob    not null           -- The token, for the desk that knows its own tokens only.
) strict;
create index token_subject on token (subject);

create table key (
    subject text    not null,
    purpose integer not null,           -- 0 facts, 1 infection.
    id      blob    not null,           -- Stands in what the key sealed; a later key of the same subject has another.
    wrapped blob    not null,
    primary key (subject, purpose)
) strict, without rowid;

-- Persons and free texts.
create table entry (
    name   text primary key,            -- person/… or text/… and the reference.
    cipher blob not null
) strict, without rowid;

-- One row: tells a wrong master key from a right one before anything is sealed under it.
create table master (
    hash blob not null
) strict;
