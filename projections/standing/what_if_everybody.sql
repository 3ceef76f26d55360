-- name: page
select candidacy, opened_at from projection.candidacy_overview
 where framework = %(framework)s and opened_at > %(after)s order by opened_at limit %(limit)s

-- name: facts
-- Returns each dossier as one text, as in `dossier.sql`, with only the facts that juries' decisions consist of.
select candidacy::text, string_agg(position || ' ' || stream || ' ' || type || ' ' || body, E'\x1e')
  from (select d.candidacy, d.position, e.stream, e.type, e.body
          from projection.dossier d join log.fact e on e.position = d.position
         where d.candidacy = any (%(candidacies)s::uuid[]) and e.type = any (%(reads)s)
         order by d.candidacy, d.position) f
 group by candidacy
