-- The log, version 1. Instants are microseconds since 1970 (UTC); ids of events are 16 bytes, big-endian. See Storage.md.

-- A stream's head, so that a commit checks one row; and when the grain must act by itself.
create table stream (
    id       integer primary key,       -- Short, for 50 million events refer to it.
    name     text    not null unique,   -- facility/de-wending
    version  integer not null,          -- 0 while it only has a due.
    event_id blob    not null,          -- Of the last event; 16 zeros at version 0.
    due      integer,
    lease    integer                    -- Claimed until; null when nobody holds it.
) strict;
create index stream_due on stream (due) where due is not null;

-- Written once, never changed.
create table event (
    position    integer primary key,
    stream      integer not null,
    version     integer not null,
    event_id    blob    not null,
    type        text    not null,
    recorded_at integer not null,
    data        blob    not null,
    unique (stream, version)
) strict;

-- The hash chain: one link for each batch that wrote events.
create table batch (
    position integer primary key,       -- Of its last event.
    after    integer not null,
    hash     blob    not null
) strict;

-- Recorded answers. The sequence grows with recorded_at, so that the old ones stand together.
create table command (
    sequence    integer primary key,
    caller      text    not null,
    id          text    not null,
    hash        blob    not null,       -- Keyed hash of method and content.
    after       integer not null,
    position    integer not null,
    recorded_at integer not null,
    unique (caller, id)
) strict;

-- A snapshot only saves time. A cursor that is lost lets its follower begin anew.
create table snapshot (
    stream   text    primary key,
    version  integer not null,
    event_id blob    not null,
    rules    text    not null,
    data     blob    not null
) strict;

create table cursor (
    follower text    primary key,
    position integer not null
) strict, without rowid;
