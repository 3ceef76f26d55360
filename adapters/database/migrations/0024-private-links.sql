-- By which secret a private link to a selection of a portfolio is opened, of which only the SHA-256 is kept, and when it was. That
-- it was given, to what and until when, and that it was revoked, are facts.
create table desk.private_link (
  link    uuid        primary key,                -- its stream in the log
  hash    bytea       not null unique,
  person  uuid        not null,                   -- whose portfolio it shows
  made_at timestamptz not null default now()
);
create index on desk.private_link (person);

-- At most one line a minute, so that whoever opens it over and over fills nothing.
create table desk.private_link_use (
  link  uuid        not null references desk.private_link on delete cascade,
  piece uuid,                                     -- the piece that was read; null: the selection itself
  at    timestamptz not null,
  unique nulls not distinct (link, piece, at)
);

alter table desk.private_link owner to acquis_owner;
alter table desk.private_link_use owner to acquis_owner;
grant select, insert, update, delete on desk.private_link, desk.private_link_use to acquis_web;
grant select on desk.private_link, desk.private_link_use to acquis_backup;
