-- An append relies on four hundred streams, not one hundred: closing a jury's session of ninety candidates asks anew who
-- is tied to each of them, hence each candidate, candidacy and deliberation, and each member. Nothing else of the
-- function of 0001 has changed.

-- Record facts after what their writer saw, or refuse; answers their positions. To be sent as one autocommit
-- statement: a transaction left open around it holds its streams and what comes after its positions, so it is
-- ended after two seconds of idleness. One fact, the common case, is checked and written in one statement.
create or replace function log.append(p_id uuid, p_streams uuid[], p_versions bigint[], p_types text[], p_bodies text[],
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
    if facts > 1000 or relied > 400
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
