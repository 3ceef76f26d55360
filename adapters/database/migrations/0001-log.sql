-- The log: facts as they were appended, the order they were sealed in, and who may do what to them.
--
-- append is fast and gives no global order; seal gives the order and the hashes; only what is sealed is told.
-- Conflicts of append, as the recorder tells them apart (SQLSTATE, constraint):
--   23505 event_stream_version_key   a written stream is not at the version the writer saw
--   40001                            a stream relied on has moved
--   23505 event_append_id_n_key      this append_id has already been recorded: the answer is its positions
--   55P03                            another append has held one of the streams for two seconds

-- Roles belong to the cluster, not to this database: another database's migration may be creating them right now.
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
    -- whoever migrates sets the roles on, and hands over to them (a superuser already can)
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
    execute format('grant connect on database %I to %I', current_database(), role_name);
  end loop;
  execute format('revoke connect, temporary on database %I from public', current_database());
end $$;

create schema log authorization acquis_owner;

create sequence log.position cache 1;  -- a cached range would hand positions out in another order than commits

create table log.event (
  position    bigint      primary key,
  stream      uuid        not null,
  version     bigint      not null check (version >= 0),
  type        text        not null,
  body        text        not null,        -- canonical JSON: the exact bytes, not a jsonb reading of them
  append_id   uuid        not null,
  n           smallint    not null,        -- place within its append
  recorded_at timestamptz not null,
  constraint event_stream_version_key unique (stream, version),
  constraint event_append_id_n_key unique (append_id, n)
);

create table log.leaf (                    -- one per fact, in position order, index without holes
  index    bigint      primary key,
  position bigint      not null unique,
  at       timestamptz not null,           -- recorded_at made monotonic, so that an instant is a prefix of the log
  hash     bytea       not null            -- RFC 9162 leaf hash of log.line(fact)
);

create table log.head (
  only_row   boolean     primary key default true check (only_row),
  next_index bigint      not null,
  sealed     bigint      not null,         -- every position up to here is sealed, or will never be a fact
  at         timestamptz not null
);
insert into log.head values (true, 0, 0, '-infinity');

-- The fact's line in facts.ndjson (RFC 8785 form); its bytes are what the leaf hashes. line.py is the same in Python.
create function log.line(e log.event) returns text language sql stable as $$
  select '{"append_id":"' || e.append_id || '","body":' || to_json(e.body)::text || ',"n":' || e.n
      || ',"position":' || e.position
      || ',"recorded_at":"' || to_char(e.recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
      || '","stream":"' || e.stream || '","type":' || to_json(e.type)::text || ',"version":' || e.version || '}'
$$;

-- Record facts after what their writer saw, or refuse; answers their positions. To be sent as one autocommit
-- statement: a transaction left open around it holds its streams and what comes after its positions, so it is
-- ended after two seconds of idleness. One fact, the common case, is checked and written in one statement.
create function log.append(p_id uuid, p_streams uuid[], p_versions bigint[], p_types text[], p_bodies text[],
                           r_streams uuid[] default '{}', r_versions bigint[] default '{}')
returns bigint[] language plpgsql security definer
set search_path = log, pg_temp set lock_timeout = '2s' as $$
declare
  facts  int := cardinality(p_streams);
  relied int := cardinality(r_streams);
  done   boolean;   -- assigned, not performed, what needs no plan of its own
  moved  record;
  seen   bigint;
  given  bigint[];
begin
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'append needs read committed' using errcode = '0A000';
  end if;
  if (facts >= 1 and cardinality(p_versions) = facts and cardinality(p_types) = facts
      and cardinality(p_bodies) = facts and cardinality(r_versions) = relied) is not true then
    raise exception 'append needs one version, type and body for each fact' using errcode = '22023';
  end if;
  done := set_config('idle_in_transaction_session_timeout', '2000', true) is not null;

  if facts = 1 and relied = 0 then
    done := pg_advisory_xact_lock(4711, hashtext(p_streams[1]::text)) is not null;
  else
    -- the subscripts below start at 1, and a null would pass every comparison: neither may slip by
    if array_ndims(p_streams) <> 1 or array_lower(p_streams, 1) <> 1 or array_lower(p_versions, 1) <> 1
       or array_position(p_streams, null) is not null or array_position(p_versions, null) is not null
       or relied > 0 and (array_ndims(r_streams) <> 1 or array_lower(r_streams, 1) <> 1
                          or array_lower(r_versions, 1) <> 1 or array_position(r_streams, null) is not null
                          or array_position(r_versions, null) is not null) then
      raise exception 'append takes plain lists without nulls' using errcode = '22023';
    end if;
    if facts > 1000 or relied > 100
       or facts > 100 and (select count(distinct s) from unnest(p_streams) s) > 100 then
      raise exception 'append too large' using errcode = '54000';
    end if;
    -- one lock per stream, in one order: exclusive where written, shared where relied on; held until the commit is
    -- visible
    perform case when w then pg_advisory_xact_lock(4711, k) else pg_advisory_xact_lock_shared(4711, k) end
      from (select hashtext(s::text) k, bool_or(w) w
              from (select s, true w from unnest(p_streams) s union all select s, false from unnest(r_streams) s) u
             group by 1 order by 1) l;
    -- 0 means "had no fact"; a stream begun at version 0 that is still at 0 is therefore refused, never let through
    if relied > 0 then
      select r.stream, r.version, e.newest into moved
        from unnest(r_streams, r_versions) r(stream, version)
       cross join lateral (select max(e.version) newest from event e where e.stream = r.stream) e
       where r.version <> coalesce(e.newest, 0) or e.newest = 0
       limit 1;
      if found then
        raise exception 'relied-on stream % has moved from % to %', moved.stream, moved.version, moved.newest
          using errcode = '40001';
      end if;
    end if;
  end if;

  if facts = 1 then
    insert into event
    select nextval('log.position'), p_streams[1], p_versions[1], p_types[1], p_bodies[1], p_id, 0, clock_timestamp()
      from (select max(e.version) newest from event e where e.stream = p_streams[1]) e
     where p_versions[1] = newest + 1 or newest is null and p_versions[1] in (0, 1)
    returning array[position] into given;
    if given is null then
      raise exception 'version conflict: stream % is not at %', p_streams[1], p_versions[1] - 1
        using errcode = '23505', constraint = 'event_stream_version_key';
    end if;
    return given;
  end if;

  -- facts of one stream stand together: a stream met again further on fails here, as its version is not yet written
  for i in 1 .. facts loop
    if i > 1 and p_streams[i] = p_streams[i - 1] then
      seen := p_versions[i - 1];
    else
      select max(e.version) into seen from event e where e.stream = p_streams[i];
    end if;
    if (p_versions[i] = seen + 1 or seen is null and p_versions[i] in (0, 1)) is not true then
      raise exception 'version conflict: stream % is at %', p_streams[i], coalesce(seen::text, 'no fact')
        using errcode = '23505', constraint = 'event_stream_version_key';
    end if;
  end loop;
  with recorded as (
    insert into event
    select nextval('log.position'), s, v, t, b, p_id, o - 1, clock_timestamp()
      from unnest(p_streams, p_versions, p_types, p_bodies) with ordinality x(s, v, t, b, o) order by o
    returning position, n
  )
  select array_agg(position order by n) into given from recorded;
  return given;
end $$;

-- Give the facts that have become visible their place and their hash; answers the head. Always its own autocommit call.
create function log.seal(max_batch int default 10000, wait_ms int default 200)
returns bigint language plpgsql security definer
set search_path = log, pg_temp as $$
declare
  h        record;
  hi       bigint;
  got      bigint;
  last_at  timestamptz;
  holders  text[];
  here     oid := (select oid from pg_database where datname = current_database());
  deadline timestamptz := clock_timestamp() + make_interval(secs => least(wait_ms, 200) / 1000.0);
begin
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'seal needs read committed' using errcode = '0A000';
  end if;
  if pg_is_in_recovery() or not pg_try_advisory_xact_lock(4712, 0) then
    return (select sealed from head);
  end if;
  select * into h from head;
  -- not SELECT last_value: while nextval writes its WAL record, a plain read may show up to 32 positions not yet given
  hi := pg_sequence_last_value('log.position'::regclass);
  if hi is null or hi = h.sealed then
    return h.sealed;
  end if;
  hi := least(hi, h.sealed + greatest(max_batch, 1));
  if (select count(*) from event where position > h.sealed and position <= hi) < hi - h.sealed then
    -- a hole: it belongs to an append in flight now (it holds RowExclusiveLock on the table from before nextval until
    -- its commit is visible) or to a rolled-back one; wait for those in flight now, and only for them
    select coalesce(array_agg(distinct virtualtransaction), '{}') into holders from pg_locks
     where locktype = 'relation' and relation = 'log.event'::regclass and mode = 'RowExclusiveLock' and granted
       and pid <> pg_backend_pid() and database = here;
    while holders <> '{}' loop
      if clock_timestamp() > deadline then   -- a stuck client: seal what precedes the first hole
        select coalesce(min(g), hi + 1) - 1 into hi from generate_series(h.sealed + 1, hi) g
         where not exists (select 1 from event e where e.position = g);
        exit;
      end if;
      perform pg_sleep(0.0005);
      select coalesce(array_agg(distinct virtualtransaction), '{}') into holders from pg_locks
       where locktype = 'relation' and relation = 'log.event'::regclass and mode = 'RowExclusiveLock'
         and virtualtransaction = any (holders) and database = here;
    end loop;
    if hi <= h.sealed then
      return h.sealed;
    end if;
  end if;
  insert into leaf
  select h.next_index - 1 + row_number() over w, e.position, greatest(h.at, max(e.recorded_at) over w),
         sha256('\x00'::bytea || convert_to(log.line(e), 'UTF8'))
    from event e where e.position > h.sealed and e.position <= hi
  window w as (order by e.position);
  get diagnostics got = row_count;
  select max(at) into last_at from leaf where index >= h.next_index;
  update head set next_index = h.next_index + got, sealed = hi, at = coalesce(last_at, h.at);
  return hi;
end $$;

-- Hold streams that a command has already lost a race for, until pg_advisory_unlock_all(): append's own locks, taken by
-- the session, so that the append must come through the same one.
create function log.hold(p_streams uuid[])
returns void language plpgsql security definer
set search_path = log, pg_temp set lock_timeout = '2s' as $$
begin
  if cardinality(p_streams) > 100 then
    raise exception 'too many streams to hold' using errcode = '54000';
  end if;
  perform pg_advisory_lock(4711, k) from (select distinct hashtext(s::text) k from unnest(p_streams) s order by 1) l;
end $$;

-- How far the database's clock has gone back behind the newest fact; above 5 s is an alarm (doctor).
create function log.clock_drift() returns interval language sql stable as $$
  select greatest(max(t) - clock_timestamp(), interval '0')
    from (select max(recorded_at) from log.event where position > (select sealed from log.head)
          union all select at from log.head) x(t)
   where isfinite(t)
$$;

-- Facts at or below the head without a leaf: none, or an alarm (doctor, verify).
create function log.left_behind() returns bigint language sql stable as $$
  select count(*) from log.event e
   where e.position <= (select sealed from log.head)
     and not exists (select 1 from log.leaf l where l.position = e.position)
$$;

create function log.refuse() returns trigger language plpgsql as $$
begin
  raise exception 'the log is never rewritten: % on %.% refused', tg_op, tg_table_schema, tg_table_name
    using errcode = '42501';
end $$;

create trigger never_rewritten before update or delete or truncate on log.event execute function log.refuse();
create trigger never_rewritten before update or delete or truncate on log.leaf execute function log.refuse();
create trigger never_emptied before delete or truncate on log.head execute function log.refuse();
alter table log.event enable always trigger never_rewritten;  -- also where a session calls itself a replica
alter table log.leaf enable always trigger never_rewritten;
alter table log.head enable always trigger never_emptied;

alter sequence log.position owner to acquis_owner;
alter table log.event owner to acquis_owner;
alter table log.leaf owner to acquis_owner;
alter table log.head owner to acquis_owner;
alter function log.line(log.event) owner to acquis_owner;
alter function log.append(uuid, uuid[], bigint[], text[], text[], uuid[], bigint[]) owner to acquis_owner;
alter function log.seal(int, int) owner to acquis_owner;
alter function log.hold(uuid[]) owner to acquis_owner;
alter function log.clock_drift() owner to acquis_owner;
alter function log.left_behind() owner to acquis_owner;
alter function log.refuse() owner to acquis_owner;

revoke all on all functions in schema log from public;
grant usage on schema log to acquis_web, acquis_projector, acquis_auditor, acquis_backup;
grant select on all tables in schema log to acquis_web, acquis_projector, acquis_auditor, acquis_backup;
grant select on sequence log.position to acquis_backup;
grant execute on function log.line(log.event), log.clock_drift(), log.left_behind()
  to acquis_web, acquis_projector, acquis_auditor, acquis_backup;
grant execute on function log.append(uuid, uuid[], bigint[], text[], text[], uuid[], bigint[]), log.hold(uuid[])
  to acquis_web;
grant execute on function log.seal(int, int) to acquis_projector;

-- What has been told: how far each reader of the log has come.
create schema projection authorization acquis_projector;
create table projection.tracking (
  name     text   primary key,
  position bigint not null
);
alter table projection.tracking owner to acquis_projector;
grant usage on schema projection to acquis_web, acquis_auditor, acquis_backup;
grant select on projection.tracking to acquis_web, acquis_auditor, acquis_backup;

-- Whoever can merely connect could take append's and seal's advisory locks and keep them: not where we own the server.
-- Elsewhere lock_timeout bounds each wait (see ADR 0003).
do $$
declare
  f regprocedure;
begin
  if current_setting('is_superuser') = 'on' then
    for f in select oid::regprocedure from pg_proc
              where pronamespace = 'pg_catalog'::regnamespace and proname ~ '^pg_(try_)?advisory_(xact_)?lock' loop
      execute format('revoke execute on function %s from public', f);
      execute format('grant execute on function %s to acquis_owner, acquis_projector', f);
    end loop;
  end if;
end $$;
