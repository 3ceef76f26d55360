-- Queries without a table: the read models answer up to their position, the log answers for later facts.

-- name: has_tables
select to_regclass('projection.candidacy_overview') is not null and to_regclass('projection.jury_panel') is not null

-- name: of_read_models
select 'candidacy', candidacy, opened_at from projection.candidacy_overview where candidate = %(person)s
union all
select 'seat', session, positions[1] from projection.jury_panel where juror = %(person)s
union all
select 'at', null, position from projection.tracking where name = %(name)s

-- name: of_log
select case type when 'CandidacyOpened' then 'candidacy' else 'seat' end, stream, position
  from log.fact
 where position > %(after)s
   and (type = 'CandidacyOpened' and body::jsonb ->> 'candidate' = %(person)s::text
        or type = 'JurorAppointed' and body::jsonb ->> 'juror' = %(person)s::text)

-- name: pieces
select (body::jsonb ->> 'evidence')::uuid, recorded_at from log.fact
 where stream = any (%(candidacies)s::uuid[]) and type = 'EvidenceSubmitted' and position < %(before)s

-- name: kept
select stream, recorded_at from log.fact
 where type = 'PieceKept' and body::jsonb ->> 'person' = %(person)s::text and position < %(before)s

-- name: copies
select (body::jsonb ->> 'from_piece')::uuid, stream, (body::jsonb ->> 'evidence')::uuid from log.fact
 where stream = any (%(candidacies)s::uuid[]) and type = 'EvidenceSubmitted' and body ~ '"from_piece":"' order by position
