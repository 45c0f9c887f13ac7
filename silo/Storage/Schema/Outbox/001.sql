-- The outbox, version 1. Instants are microseconds since 1970 (UTC). Nothing here is about a child; who subscribed is a reference. See Storage.md.

create table delivery (
    id        integer primary key,
    effect    text    not null,
    target    text    not null,         -- A name of the notification file, or push/ and a subscription's reference.
    kind      text    not null,
    subject   text    not null,         -- A stream, such as placement/abc.
    owner     text    not null,
    raised_at integer not null,
    state     integer not null,         -- 0 waits, 1 sent, 2 given up.
    tries     integer not null,
    due       integer not null,         -- While it waits when to try; then when it was sent or given up.
    lease     integer not null,         -- Claimed until; 0 when nobody holds it.
    reason    text    not null,         -- Why the last try failed.
    unique (effect, target)             -- A sent one is kept for a while, so that a feed read twice sends nothing twice.
) strict;
create index delivery_state on delivery (state, due);

create table subscriber (
    subscription text    primary key,   -- Leads into the vault.
    caller       text    not null,
    roles        text    not null,      -- Names, with a comma between.
    provider     text    not null,      -- Empty: none.
    until        integer not null
) strict, without rowid;
