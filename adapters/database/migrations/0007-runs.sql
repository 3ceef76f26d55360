-- How the machine's own jobs go: when each was tried last, when it last did all it had to, and what stopped it since.
create table desk.run (
  job      text        primary key check (job in ('deadlines')),
  tried_at timestamptz not null,
  done_at  timestamptz,            -- null: never yet
  failed   text                    -- the kind of error that ended the newest try, of which nobody is named; null: none
);
alter table desk.run owner to acquis_owner;
grant select, insert, update on desk.run to acquis_web;
grant select on desk.run to acquis_backup;

-- Take the place of who runs the deadlines, until pg_advisory_unlock(4714, 3) or the end of the session; false when another
-- has it. The web may take no other lock by itself (0001).
create function desk.run_alone() returns boolean language sql security definer
set search_path = pg_catalog, pg_temp as $$ select pg_try_advisory_lock(4714, 3) $$;
alter function desk.run_alone() owner to acquis_owner;
revoke all on function desk.run_alone() from public;
grant execute on function desk.run_alone() to acquis_web;
