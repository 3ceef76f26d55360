-- The role of the worker, the mail and the timers. They had the web's, which opens sessions and reads password hashes.
--
--   acquis_worker     appends by log.append and log.hold, reads the log and read models; keeps letters, jobs, reading
--                     copies, uploads and runs; makes the codes of links in letters; deletes what an erasure or an age ends
--
-- It reads no password, session, token or second factor, changes no account, and gives nobody a session or a token.
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
grant usage on schema log, desk, projection, reporting to acquis_worker;

-- The log: what the web has.
do $$
declare
  f regprocedure;
  t regclass;
begin
  for t in select c.oid from pg_class c where c.relnamespace = 'log'::regnamespace
              and has_table_privilege('acquis_web', c.oid, 'select') and c.relkind in ('r', 'v') loop
    execute format('grant select on %s to acquis_worker', t);
  end loop;
  for f in select p.oid from pg_proc p where p.pronamespace = 'log'::regnamespace
              and has_function_privilege('acquis_web', p.oid, 'execute') loop
    execute format('grant execute on function %s to acquis_worker', f);
  end loop;
end $$;
grant select on sequence log.position to acquis_worker;

-- Read models and reports: reading only. The projector grants it on what it makes from now on.
grant select on all tables in schema projection, reporting to acquis_worker;

-- What these programs keep.
grant select, insert, update, delete on desk.letter, desk.job, desk.turn, desk.reading_copy, desk.heartbeat, desk.budget
  to acquis_worker;
grant select, update on desk.letters_from_log to acquis_worker;
grant select, insert, update on desk.run, desk.close_look to acquis_worker;
grant select, insert on desk.erasure, desk.doubt_told to acquis_worker;
grant select, update, delete on desk.upload to acquis_worker;
grant select, delete on desk.stretch to acquis_worker;
grant execute on function desk.run_alone() to acquis_worker;

-- A link in a letter: its code is made when the letter leaves, and the account is locked meanwhile (a lock of a row
-- needs the right to update one of its columns).
grant select (hash, kind, person, address, expires_at, created_at), insert, delete on desk.ticket to acquis_worker;
grant select (person, login, created_at), update (created_at), delete on desk.account to acquis_worker;

-- What an erasure deletes, and what has run out: found by these columns, and not read otherwise.
grant select (person, expires_at, seen_at), delete on desk.session to acquis_worker;
grant select (person, at), delete on desk.account_event to acquis_worker;
grant select (person, subject, saved_at), delete on desk.draft to acquis_worker;

-- Sex and year of birth are counted when the reports are compared with the log.
grant select, delete on desk.statistic to acquis_worker;

-- What an erasure deletes, and nothing else of it.
grant select (person), delete on desk.identity, desk.errand, desk.token, desk.service, desk.second_factor,
  desk.recovery_code, desk.private_link, desk.comment, desk.notices_read to acquis_worker;
