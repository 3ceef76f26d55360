-- Who may do what, once everything stands: nothing is anybody's by default, and nobody but the owners makes anything.
--
--   acquis_owner      no login: owns schemas log and desk; whoever migrates is a member
--   acquis_web        appends by log.append and log.hold, reads the log and read models, keeps desk
--   acquis_projector  seals and grows, owns the read models (schemas projection, projection_fresh, reporting)
--   acquis_report     reads schema reporting
--   acquis_auditor    reads the log
--   acquis_backup     reads what cannot be made again: log and desk (and the keys, in their own database)
--
-- Logins are the administrator's to make, one per process: deploy/roles.sql.

-- What PUBLIC had been given, or would be given with whatever is made later.
revoke create on schema public from public;
do $$
declare
  place text;
  maker text;
begin
  foreach place in array array['log', 'desk', 'projection', 'projection_fresh', 'reporting'] loop
    execute format('revoke all on schema %I from public', place);
    execute format('revoke all on all tables in schema %I from public', place);
    execute format('revoke all on all sequences in schema %I from public', place);
    execute format('revoke all on all functions in schema %I from public', place);
  end loop;
  foreach maker in array array[current_user::text, 'acquis_owner', 'acquis_projector'] loop
    execute format('alter default privileges for role %I revoke all on functions from public', maker);
    execute format('alter default privileges for role %I revoke all on types from public', maker);
  end loop;
end $$;

grant usage on schema desk to acquis_backup;
grant select on all tables in schema desk to acquis_backup;
alter default privileges for role acquis_owner in schema desk grant select on tables to acquis_backup;

-- What every login of a PostgreSQL server may do, and none of ours needs to: keep large objects, write into the WAL,
-- write procedures. Only whoever owns the server can take it away.
do $$
declare
  f regprocedure;
begin
  if current_setting('is_superuser') = 'on' then
    for f in select oid::regprocedure from pg_proc
              where pronamespace = 'pg_catalog'::regnamespace
                and proname ~ '^(lo_.*|lowrite|loread|pg_logical_emit_message)$' loop
      execute format('revoke execute on function %s from public', f);
    end loop;
    revoke usage on language plpgsql from public;
    grant usage on language plpgsql to acquis_owner;
  end if;
end $$;
