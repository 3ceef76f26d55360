-- The role of the worker, the mail and the timers opens and seals what it works on, and destroys a key for an erasure.
do $$
begin
  begin
    if to_regrole('acquis_worker') is null then
      create role acquis_worker nologin;
    end if;
  exception when duplicate_object or unique_violation then null;
  end;
  if current_setting('is_superuser') = 'off' then
    for attempt in 1 .. 10 loop
      begin
        grant acquis_worker to current_user;
        exit;
      exception when unique_violation or internal_error then  -- "tuple concurrently updated"
        if attempt = 10 then raise; end if;
      end;
    end loop;
  end if;
  execute format('grant connect on database %I to acquis_worker', current_database());
end $$;

grant select on public.acquis_migration to acquis_worker;
grant usage on schema vault to acquis_worker;
grant select, insert on vault.master to acquis_worker;
grant select on vault.key to acquis_worker;
grant execute on function vault.destroy, vault.found_or_made to acquis_worker;
