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
-- By recorded_at, which the leaves cover, made monotonic here: the dossier ends before its first fact that was recorded
-- later, though one after it was dated earlier by a clock that went back.
   and d.since < coalesce((select min(a.position)
                             from projection.dossier a join log.fact r on r.position = a.position
                            where a.candidacy = d.candidacy and r.recorded_at > %(as_recorded)s), 9223372036854775807)
