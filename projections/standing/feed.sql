-- name: table
-- One row per published fact, in the order of publication: `cursor` counts them from 1, without a gap.
create table feed (
  cursor    bigint not null primary key,
  position  bigint not null,    -- the fact's position in the log
  told_at   bigint not null,    -- the position since which it is published: its own, or that of the release it waited for
  told_on   date,               -- the day of that release; null without one
  type      text   not null,
  stream    uuid   not null,
  candidacy uuid                -- the candidacy that it is about, if any
);

-- name: extend
-- In the order of publication, then of the log: the cursors do not depend on the batches.
-- `offset 0` prevents parsing a body again for each of its members.
insert into feed
select (select coalesce(max(cursor), 0) from feed) + row_number() over (order by told_at, position),
       position, told_at, told_on, type, stream, candidacy
  from (select position, position as told_at, null::date as told_on, type, stream,
               case when type = any (%(own)s) then stream
                    when type = any (%(about)s) then (body::json ->> 'candidacy')::uuid end as candidacy
          from log.fact
         where position > %(after)s and position <= %(upto)s and type = any (%(at_once)s)
        union all   -- facts that waited until now
        select e.position, r.since, r.on_day, e.type, e.stream, r.candidacy
          from (select k.candidacy, k.session, k.since, (w.body::json ->> 'on')::date as on_day
                  from results_known k join log.fact w on w.position = k.since
                 where k.since > %(after)s and k.since <= %(upto)s offset 0) r
          join dossier d on d.candidacy = r.candidacy and d.position <= r.since
          join log.fact e on e.position = d.position and e.type = any (%(at_release)s)
           and coalesce((e.body::json ->> 'session')::uuid, e.stream) = r.session
        union all   -- facts recorded after the release
        select e.position, e.position, null, e.type, e.stream, r.candidacy
          from log.fact e
         cross join lateral (select coalesce((e.body::json ->> 'candidacy')::uuid, e.stream) as candidacy,
                                    coalesce((e.body::json ->> 'session')::uuid, e.stream) as session offset 0) s
          join results_known r on r.candidacy = s.candidacy and r.session = s.session and r.since < e.position
         where e.position > %(after)s and e.position <= %(upto)s and e.type = any (%(at_release)s)) told
 order by told_at, position

-- name: read
-- Each fact is looked up by its index: a join of a page with a short log would read the whole log.
select f.cursor, f.position, f.told_at, f.told_on, f.type, f.stream::text, f.candidacy::text, e.body,
       (e.recorded_at at time zone 'UTC')::text
  from projection.feed f
 cross join lateral (select body, recorded_at from log.fact where position = f.position offset 0) e
 where f.cursor > %(after)s and f.cursor <= %(after)s + %(limit)s
 order by f.cursor

-- name: places
select position, stream, version, append_id, n from log.fact where position = any (%(positions)s)

-- name: last
select coalesce(max(cursor), 0) from projection.feed
