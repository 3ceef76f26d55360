-- name: facts
select e.position, e.stream, e.version, e.type, e.body, e.append_id, e.n, e.recorded_at
  from projection.dossier d join log.event e on e.position = d.position
 where d.candidacy = %(candidacy)s /* when */
 order by e.position

-- name: standing
select e.position, e.stream::text, e.type, e.body
  from projection.dossier d join log.event e on e.position = d.position
 where d.candidacy = %(candidacy)s and e.type = any (%(reads)s) /* when */
 order by e.position

-- name: as_of
   and (e.body::json ->> 'on')::date <= %(as_of)s
   and (d.since = d.position
        or (select (l.body::json ->> 'on')::date from log.event l where l.position = d.since) <= %(as_of)s)

-- name: as_recorded
   and d.since <= (select coalesce(max(position), 0) from log.leaf where at <= %(as_recorded)s)
