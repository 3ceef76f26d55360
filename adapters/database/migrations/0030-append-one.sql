-- One fact, the common case, has a function of its own: 0.7 of the processor time of `append`, which had a search path
-- to set and lists to take apart. And what a doubt stops is asked by the two functions that record, not by a trigger:
-- that was a fifth of an append, and whoever can pass by them can pass by a trigger too. ADR 57.

drop trigger nothing_in_doubt on log.event;
drop function log.refuse_in_doubt();

-- Lock the streams of an append, in one order, exclusive where written, shared where relied on, until the commit is
-- visible; refuse where one relied on has moved. 0 means "had no fact": a stream begun at version 0 that is still at 0
-- is therefore refused, never let through. Subscripts start at 1, and a null would pass every comparison: neither may
-- slip by.
create function log.rely(p_streams uuid[], r_streams uuid[], r_versions bigint[])
returns void language plpgsql as $$
declare
  moved record;
begin
  if pg_catalog.cardinality(r_streams) operator(pg_catalog.>) 400 then
    raise exception 'append too large' using errcode = '54000';
  end if;
  if pg_catalog.cardinality(r_streams) operator(pg_catalog.>) 0
     and (pg_catalog.array_ndims(r_streams) operator(pg_catalog.=) 1
          and pg_catalog.cardinality(r_versions) operator(pg_catalog.=) pg_catalog.cardinality(r_streams)
          and pg_catalog.array_lower(r_streams, 1) operator(pg_catalog.=) 1
          and pg_catalog.array_lower(r_versions, 1) operator(pg_catalog.=) 1
          and pg_catalog.array_position(r_streams, null) is null
          and pg_catalog.array_position(r_versions, null) is null) is not true then
    raise exception 'append takes plain lists without nulls' using errcode = '22023';
  end if;
  perform case when w then pg_catalog.pg_advisory_xact_lock(4711, k)
               else pg_catalog.pg_advisory_xact_lock_shared(4711, k) end
    from (select pg_catalog.hashtext(s::pg_catalog.text) k, pg_catalog.bool_or(w) w
            from (select s, true w from pg_catalog.unnest(p_streams) s
                  union all select s, false from pg_catalog.unnest(r_streams) s) u
           group by 1 order by 1) l;
  select r.stream, r.version, e.newest into moved
    from rows from (pg_catalog.unnest(r_streams), pg_catalog.unnest(r_versions)) r(stream, version)
   cross join lateral (select pg_catalog.max(e.version) newest from log.event e
                        where e.stream operator(pg_catalog.=) r.stream) e
   where r.version operator(pg_catalog.<>) coalesce(e.newest, 0) or e.newest operator(pg_catalog.=) 0
   limit 1;
  if found then
    raise exception 'relied-on stream % has moved from % to %', moved.stream, moved.version, moved.newest
      using errcode = '40001';
  end if;
end $$;

-- While something is in doubt nothing is recorded but an acceptance.
create function log.refuse_in_doubt() returns void language plpgsql as $$
begin
  if exists (select from log.doubt where accepted is null) then
    raise exception 'the log is in doubt: nothing is recorded before that is accepted' using errcode = 'AQ001';
  end if;
end $$;

-- As log.append, of one fact; answers its position. Every name and operator in full, as no search path is set; how long
-- it waits for a stream is the session's lock_timeout.
create function log.append_one(p_id uuid, p_stream uuid, p_version bigint, p_type text, p_body text,
                               r_streams uuid[] default '{}', r_versions bigint[] default '{}')
returns bigint language plpgsql security definer as $$
declare
  done  boolean;   -- assigned, not performed, what needs no plan of its own
  given bigint;
begin
  if pg_catalog.current_setting('transaction_isolation') operator(pg_catalog.<>) 'read committed' then
    raise exception 'append needs read committed' using errcode = '0A000';
  end if;
  if p_stream is null or r_streams is null or r_versions is null then
    raise exception 'append needs one version, type and body for each fact' using errcode = '22023';
  end if;
  if r_streams operator(pg_catalog.=) '{}' and r_versions operator(pg_catalog.=) '{}' then
    done := pg_catalog.pg_advisory_xact_lock(4711, pg_catalog.hashtext(p_stream::pg_catalog.text)) is not null;
  else
    perform log.rely(array[p_stream], r_streams, r_versions);
  end if;
  insert into log.event
  select pg_catalog.nextval('log.position'), p_stream, p_version, p_type, p_body, p_id, 0, pg_catalog.clock_timestamp()
    from (select pg_catalog.max(e.version) newest from log.event e
           where e.stream operator(pg_catalog.=) p_stream) e
   where (p_version operator(pg_catalog.=) (newest operator(pg_catalog.+) 1)
          or newest is null and p_version operator(pg_catalog.>=) 0 and p_version operator(pg_catalog.<=) 1)
     and (p_type operator(pg_catalog.=) 'DoubtAccepted' or not exists (select from log.doubt where accepted is null))
  returning position into given;
  if given is null then
    if p_type operator(pg_catalog.<>) 'DoubtAccepted' then
      perform log.refuse_in_doubt();
    end if;
    raise exception 'version conflict: stream % is not at %', p_stream, p_version operator(pg_catalog.-) 1
      using errcode = '23505', constraint = 'event_stream_version_key';
  end if;
  return given;
end $$;

-- Record facts after what their writer saw, or refuse; answers their positions. To be sent as one autocommit
-- statement: a transaction left open around it holds its streams and what comes after its positions, so it is
-- ended after two seconds of idleness.
create or replace function log.append(p_id uuid, p_streams uuid[], p_versions bigint[], p_types text[], p_bodies text[],
                           r_streams uuid[] default '{}', r_versions bigint[] default '{}')
returns bigint[] language plpgsql security definer
set search_path = log, pg_temp set lock_timeout = '2s' as $$
declare
  facts int := cardinality(p_streams);
  seen  bigint;
  given bigint[];
begin
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'append needs read committed' using errcode = '0A000';
  end if;
  if (facts >= 1 and cardinality(p_versions) = facts and cardinality(p_types) = facts
      and cardinality(p_bodies) = facts and cardinality(r_versions) = cardinality(r_streams)) is not true then
    raise exception 'append needs one version, type and body for each fact' using errcode = '22023';
  end if;
  if array_ndims(p_streams) <> 1 or array_lower(p_streams, 1) <> 1 or array_lower(p_versions, 1) <> 1
     or array_position(p_streams, null) is not null or array_position(p_versions, null) is not null then
    raise exception 'append takes plain lists without nulls' using errcode = '22023';
  end if;
  if facts > 1000 or facts > 100 and (select count(distinct s) from unnest(p_streams) s) > 100 then
    raise exception 'append too large' using errcode = '54000';
  end if;
  perform set_config('idle_in_transaction_session_timeout', '2000', true);
  perform rely(p_streams, r_streams, r_versions);
  if p_types <> '{DoubtAccepted}' then
    perform refuse_in_doubt();
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

alter function log.rely(uuid[], uuid[], bigint[]) owner to acquis_owner;
alter function log.refuse_in_doubt() owner to acquis_owner;
alter function log.append_one(uuid, uuid, bigint, text, text, uuid[], bigint[]) owner to acquis_owner;
revoke all on function log.rely(uuid[], uuid[], bigint[]), log.refuse_in_doubt(),
                       log.append_one(uuid, uuid, bigint, text, text, uuid[], bigint[]) from public;
grant execute on function log.append_one(uuid, uuid, bigint, text, text, uuid[], bigint[]) to acquis_web;
