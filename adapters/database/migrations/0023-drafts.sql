-- What a person writes before it is anything: drafts that save themselves, and comments kept to be used again. Encrypted; read by who
-- wrote it only; never an input to a rule.
create table desk.draft (
  person   uuid        not null,                 -- who writes it: nobody else finds it
  about    uuid        not null,                 -- the candidacy, session or piece that it is for
  part     text        not null check (part ~ '^[a-z0-9-]{1,60}$'),
  subject  uuid        not null,                 -- the person of whom it speaks, for whose key it is encrypted
  revision bigint      not null generated always as identity, -- another one at each saving, never one that was
  sealed   text        not null,
  saved_at timestamptz not null default now(),
  primary key (person, about, part)
);
create index on desk.draft (subject);
create index on desk.draft (saved_at);

create table desk.comment (
  id      uuid        primary key default gen_random_uuid(),
  person  uuid        not null,                  -- whose it is, and for whose key it is encrypted
  sealed  text        not null,
  uses    integer     not null default 0,
  used_at timestamptz not null default now()
);
create index on desk.comment (person);

alter table desk.draft owner to acquis_owner;
alter table desk.comment owner to acquis_owner;
grant select, insert, update, delete on desk.draft, desk.comment to acquis_web;
grant select on desk.draft, desk.comment to acquis_backup;
