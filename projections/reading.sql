-- name: facts
select e.position, e.stream, e.version, e.type, e.body, e.append_id, e.n, e.recorded_at
  from projection.dossier d join log.fact e on e.position = d.position
 where d.candidacy = %(candidacy)s /* linked */
 order by e.position

-- name: standing
-- An array of positions is read in one pass over the index, without a sort; leaving out by type what the fold does
-- not read, a few facts, would cost more than it spares.
select e.position, e.stream::text, e.type, e.body
  from log.fact e
 where e.position = any (array(select d.position from projection.dossier d
                                where d.candidacy = %(candidacy)s /* linked */))
 order by e.position

-- name: linked_as_of
   and (d.since = d.position
        or (select (l.body::json ->> 'on')::date from log.fact l where l.position = d.since) <= %(as_of)s)

-- name: as_recorded
   and d.since <= (select coalesce(max(position), 0) from log.leaf where at <= %(as_recorded)s)
