-- Nothing is told of what only this server has, where it has a synchronous standby.

-- Ends once all that was visible when it began is as durable as an answered commit: what a session waited for the
-- standby with when it died, or its server did, is visible before any standby has it. To be sent as one autocommit
-- statement: it is its commit that waits. Writes a message that nobody reads, which 0005 keeps logins from doing.
do $$
declare
  f regprocedure;
begin
  if current_setting('is_superuser') = 'on' then
    for f in select oid::regprocedure from pg_proc
              where pronamespace = 'pg_catalog'::regnamespace and proname = 'pg_logical_emit_message' loop
      execute format('grant execute on function %s to acquis_owner', f);
    end loop;
  end if;
end $$;
create function log.durable() returns void language sql security definer set search_path = pg_catalog, pg_temp
as $$ select pg_logical_emit_message(true, 'acquis', '') $$;
alter function log.durable() owner to acquis_owner;
grant execute on function log.durable() to acquis_web, acquis_projector;
