-- The keys of personal data, in a database of their own: what they seal stands in the log's, and neither reads without
-- the other, nor both without the master key, which is in no database.

-- Roles belong to the cluster: the log's migrations made them here, unless the keys are kept on another server.
do $$
declare
  role_name text;
begin
  foreach role_name in array array['acquis_owner', 'acquis_web', 'acquis_projector', 'acquis_report',
                                   'acquis_auditor', 'acquis_backup'] loop
    begin
      if to_regrole(role_name) is null then
        execute format('create role %I nologin', role_name);
      end if;
    exception when duplicate_object or unique_violation then null;
    end;
    if current_setting('is_superuser') = 'off' then
      for attempt in 1 .. 10 loop
        begin
          execute format('grant %I to current_user', role_name);
          exit;
        exception when unique_violation or internal_error then  -- "tuple concurrently updated"
          if attempt = 10 then raise; end if;
        end;
      end loop;
    end if;
  end loop;
  -- nobody else has anything to do here
  execute format('revoke connect, temporary on database %I from public', current_database());
  execute format('grant connect on database %I to acquis_owner, acquis_web, acquis_backup', current_database());
end $$;

create schema vault authorization acquis_owner;

-- Which master key wraps these keys: its id only. The first process to seal says so; a rotation changes it.
create table vault.master (
  id       bytea       primary key check (length(id) = 8),
  only_row boolean     not null default true unique check (only_row),
  since    timestamptz not null default now()
);

-- One key per person and retention class, committed before the first fact that it seals. A key wrapped with a master
-- key that is no longer the one cannot be added: a process that has not heard of a rotation fails, and loses nothing.
-- A deletion overwrites nothing: an erased key's bytes, wrapped, stay in this table's file until that place is used
-- again or the table is written anew (vacuum full), and in the write-ahead log until its segments are used again. They
-- open with the master key of then. Vacuumed as soon as a row is deleted, so that the place is used again early.
create table vault.key (
  person  uuid        not null,
  class   text        not null,
  wrapped bytea       not null check (length(wrapped) = 60),  -- nonce, AES-256-GCM of 32 bytes, tag
  master  bytea       not null references vault.master (id) deferrable,
  made_at timestamptz not null,
  primary key (person, class)
) with (autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0);

-- Destroy a key made up to then; whether there was one.
create function vault.destroy(who uuid, of_class text, made_until timestamptz default 'infinity')
returns boolean language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  delete from vault.key where person = who and class = of_class and made_at <= made_until;
  return found;
end $$;

alter table vault.master owner to acquis_owner;
alter table vault.key owner to acquis_owner;
alter function vault.destroy owner to acquis_owner;
revoke execute on function vault.destroy from public;

grant select on public.acquis_migration to acquis_web, acquis_backup;
grant usage on schema vault to acquis_web, acquis_backup;
grant select, insert on vault.master, vault.key to acquis_web;
grant select on vault.master, vault.key to acquis_backup;
grant execute on function vault.destroy to acquis_web;
