-- The log watches itself: what counts as a fact, what is in doubt, which notes were signed, and how far the watch has
-- come. ADR 0044.

-- A fact is a row at a position that the sequence has given; who decides on facts reads them here and not in log.event.
-- A row above it was put there by hand. (Never `select last_value`: see log.seal. `+ 0` keeps the bound out of indexes:
-- by that of positions it is true of nearly every row, and a stream was loaded in 1,600 µs by both, in 120 by its own.)
grant select on sequence log.position to acquis_web, acquis_projector, acquis_auditor;
create view log.fact as
 select position, stream, version, type, body, append_id, n, recorded_at from log.event
  where position + 0 <= (select pg_sequence_last_value('log.position'::regclass));
alter view log.fact owner to acquis_owner;
grant select on log.fact to acquis_web, acquis_projector, acquis_auditor, acquis_backup;

-- What the watch found and, once somebody accepted it, the fact that says so. While one row is not accepted nothing is
-- recorded but the acceptance.
create table log.doubt (
  slug     text        not null,
  place    text        not null,
  digest   text        not null,             -- of what stands there: the same place with other bytes is another doubt
  found_at timestamptz not null default clock_timestamp(),
  accepted bigint,                           -- position of the DoubtAccepted
  primary key (slug, place, digest)
);
create index doubt_open on log.doubt (found_at) where accepted is null;

-- As whoever inserts, and every name in full: a search_path of its own would cost each append more than the look.
create function log.refuse_in_doubt() returns trigger language plpgsql as $$
begin
  if exists (select from log.doubt where accepted is null) then
    raise exception 'the log is in doubt: nothing is recorded before that is accepted' using errcode = 'AQ001';
  end if;
  return new;
end $$;
create trigger nothing_in_doubt before insert on log.event for each row
  when (new.type <> 'DoubtAccepted') execute function log.refuse_in_doubt();
alter table log.event enable always trigger nothing_in_doubt;

-- The notes that this log signed: one that is no longer in its folder, or says something else there, is missed.
create table log.note (
  size   bigint primary key check (size > 0),
  digest text   not null                     -- SHA-256 of the note's text, without signatures
);
create trigger never_rewritten before update or delete or truncate on log.note execute function log.refuse();
alter table log.note enable always trigger never_rewritten;

-- How far the present round has come, and how the last whole one went.
create table log.watch (
  only_row   boolean     primary key default true check (only_row),
  size       bigint      not null default 0,             -- leaves read in this round
  position   bigint      not null default 0,             -- of the last of them
  at         timestamptz not null default '-infinity',   -- the time that the last of them bears
  peaks      bytea       not null default '',            -- the complete subtrees over them, 32 bytes each
  began_at   timestamptz not null default clock_timestamp(),
  seen_at    timestamptz not null default clock_timestamp(),
  round_at   timestamptz,                                -- when the last whole round ended
  round_size bigint,
  round_s    double precision
);
insert into log.watch default values;

do $$
declare
  name text;
begin
  foreach name in array array['doubt', 'note', 'watch'] loop
    execute format('alter table log.%I owner to acquis_owner', name);
    execute format('grant select on log.%I to acquis_web, acquis_projector, acquis_auditor, acquis_backup', name);
  end loop;
end $$;
alter function log.refuse_in_doubt() owner to acquis_owner;
revoke all on function log.refuse_in_doubt() from public;
grant insert, update on log.doubt to acquis_projector;
grant insert on log.note to acquis_projector;
grant update on log.watch to acquis_projector;

-- Of which doubts the administrators were written to: once, however long each stays open.
create table desk.doubt_told (
  slug    text        not null,
  place   text        not null,
  digest  text        not null,
  told_at timestamptz not null default now(),
  primary key (slug, place, digest)
);
alter table desk.doubt_told owner to acquis_owner;
grant select, insert on desk.doubt_told to acquis_web;
grant select on desk.doubt_told to acquis_backup;
