-- When a backup was made last, and when one was last restored to try it: noted by those who do it, told by doctor.
alter table desk.run drop constraint run_job_check;
alter table desk.run add constraint run_job_check check (job in ('deadlines', 'reports', 'backup', 'restore'));

-- The login of backups only reads: it notes its own run, and nothing else.
create function desk.note_copy(of_job text, failure text) returns void language plpgsql security definer
set search_path = pg_catalog, pg_temp as $$
begin
  if of_job not in ('backup', 'restore') then
    raise exception 'no copy is called %', of_job using errcode = '42501';
  end if;
  insert into desk.run as r (job, tried_at, done_at, failed)
  values (of_job, now(), case when failure is null then now() end, failure)
      on conflict (job) do update
     set tried_at = excluded.tried_at, done_at = coalesce(excluded.done_at, r.done_at), failed = excluded.failed;
end $$;
alter function desk.note_copy owner to acquis_owner;
revoke all on function desk.note_copy from public;
grant execute on function desk.note_copy to acquis_backup;
