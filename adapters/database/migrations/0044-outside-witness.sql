-- When the witness on another host has last read the log to its end. It holds that against an older note of its own; here
-- it only says that it was there, so that it is missed when it is silent.
create table log.witness (
  only_row boolean     primary key default true check (only_row),
  size     bigint      not null,
  seen_at  timestamptz not null
);
create function log.witnessed(p_size bigint) returns void language sql security definer
set search_path = log, pg_temp as $$
  insert into witness (size, seen_at) values (p_size, clock_timestamp())
  on conflict (only_row) do update set size = excluded.size, seen_at = excluded.seen_at
$$;
alter table log.witness owner to acquis_owner;
alter function log.witnessed(bigint) owner to acquis_owner;
revoke all on log.witness from public;
revoke all on function log.witnessed(bigint) from public;
grant select on log.witness to acquis_web, acquis_projector, acquis_auditor, acquis_backup;
grant execute on function log.witnessed(bigint) to acquis_auditor;
