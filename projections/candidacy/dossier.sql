-- name: table
create table dossier (
  candidacy uuid   not null,
  since     bigint not null,   -- the fact that linked it to this dossier: itself, or the listing
  position  bigint not null,
  primary key (candidacy, since, position)
);
create index dossier_since on dossier (since);

-- name: extend
-- Links made by the facts above %(after)s up to %(upto)s: facts of the candidacy's own stream, facts that name it,
-- new facts of the sessions that list it, and the earlier facts of a session that has just listed it.
insert into dossier (candidacy, since, position)
select stream, position, position
  from log.fact where position > %(after)s and position <= %(upto)s and type = any (%(own)s)
union all
select (body::json ->> 'candidacy')::uuid, position, position
  from log.fact where position > %(after)s and position <= %(upto)s and type = any (%(about)s)
union all
select (l.body::json ->> 'candidacy')::uuid, greatest(e.position, l.position), e.position
  from log.fact e
  join log.fact l on l.stream = e.stream and l.type = 'CandidateListed' and l.position <= %(upto)s
 where e.position > %(after)s and e.position <= %(upto)s and e.type = any (%(session)s)
union all
select (l.body::json ->> 'candidacy')::uuid, l.position, e.position
  from log.fact l
  join log.fact e on e.stream = l.stream and e.position <= %(after)s and e.type = any (%(session)s)
 where l.position > %(after)s and l.position <= %(upto)s and l.type = 'CandidateListed'
 order by 1, 2, 3   -- so that a dossier's links are next to each other on disk

-- name: all
-- Returns a whole dossier as one text, so that the driver reads one row instead of hundreds. The facts are sorted before
-- the aggregate: an ORDER BY inside it takes half as long again.
select candidacy::text, string_agg(since || ' ' || position || ' ' || stream || ' ' || type || ' ' || body, E'\x1e')
  from (select d.candidacy, d.since, d.position, e.stream, e.type, e.body
          from dossier d join log.fact e on e.position = d.position
         where d.since <= %(upto)s and d.candidacy between %(first)s and %(last)s and e.type = any (%(reads)s)
         order by d.candidacy, d.since, d.position) f
 group by candidacy order by f.candidacy

-- name: touched
select distinct candidacy from dossier where since > %(after)s and since <= %(upto)s

-- name: some
select candidacy::text, string_agg(since || ' ' || position || ' ' || stream || ' ' || type || ' ' || body, E'\x1e')
  from (select d.candidacy, d.since, d.position, e.stream, e.type, e.body
          from (select candidacy, since, position from dossier
                 where candidacy = any (%(again)s::uuid[]) and since <= %(upto)s
                union all
                select candidacy, since, position from dossier
                 where candidacy = any (%(more)s::uuid[]) and since > %(after)s and since <= %(upto)s) d
          join log.fact e on e.position = d.position
         where e.type = any (%(reads)s)
         order by d.candidacy, d.since, d.position) f
 group by candidacy order by f.candidacy
