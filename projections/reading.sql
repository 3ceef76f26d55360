-- name: dossier
-- The facts of a dossier's newest links: the link at %(since)s, to be compared with the cache, and later links.
-- Each fact is looked up by its position (`offset 0`): with a plan for any dossier, a join read all of a small log.
select d.since, (select count(*) from projection.dossier b where b.candidacy = %(candidacy)s and b.since < %(since)s),
       e.position, e.stream::text, e.version, e.type, e.body, e.append_id::text, e.n, e.recorded_at
  from projection.dossier d cross join lateral (select * from log.fact f where f.position = d.position offset 0) e
 where d.candidacy = %(candidacy)s and d.since >= %(since)s
 order by d.since, e.position
