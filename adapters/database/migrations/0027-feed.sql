-- To whom the feed of facts is sent, and how far each has got. Never an input to a rule: what is sent is in the log.
create table desk.subscription (
  id            uuid        primary key default gen_random_uuid(),
  kind          text        not null check (kind in ('webhook', 'nats')),
  label         text        not null check (length(label) between 1 and 200),
  target        text        not null,              -- a webhook's address; in NATS, what its subjects begin with
  secret        bytea,                             -- by which a webhook's messages are signed, sealed
  personal      boolean     not null default false, -- whether what is said of people is sent too
  generation    smallint    not null,              -- of the feed whose cursor that is
  cursor        bigint      not null default 0 check (cursor >= 0), -- the last event that it has acknowledged
  tries         integer     not null default 0,    -- of the next one
  failing_since timestamptz,
  due_at        timestamptz not null default now(),
  trouble       text,                              -- what the last try met
  told_at       timestamptz,                       -- when it acknowledged something last
  made_at       timestamptz not null default now(),
  unique (kind, target)
);

-- What was given up after days of tries, to be sent again when somebody says so.
create table desk.dead_letter (
  subscription uuid        not null references desk.subscription on delete cascade,
  cursor       bigint      not null,
  tries        integer     not null,
  trouble      text        not null,
  died_at      timestamptz not null default now(),
  again        boolean     not null default false,
  primary key (subscription, cursor)
);

alter table desk.subscription owner to acquis_owner;
alter table desk.dead_letter owner to acquis_owner;
grant select, insert, update, delete on desk.subscription, desk.dead_letter to acquis_web;
grant select on desk.subscription, desk.dead_letter to acquis_backup;

-- Take the place of who forwards the feed, until the end of the session; false when another has it. The web may take no other
-- lock by itself (0001).
create function desk.forward_alone() returns boolean language sql security definer
set search_path = pg_catalog, pg_temp as $$ select pg_try_advisory_lock(4714, 4) $$;
alter function desk.forward_alone() owner to acquis_owner;
revoke all on function desk.forward_alone() from public;
grant execute on function desk.forward_alone() to acquis_web;
