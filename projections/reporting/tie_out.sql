-- The numbers according to the log, from the facts up to %(at)s. Each statement returns one number. It reads facts and
-- schema `desk`, but no table of the projections, and shares no code with their folds.

-- name: candidacies
select count(*) from log.fact where type = 'CandidacyOpened' and position <= %(at)s

-- name: sexes
-- By the last statement of each candidate, unless the erasure of their identity was ordered.
select count(*) from log.fact o
 cross join lateral (
  select s.sex from log.fact f join desk.statistic s on s.append_id = f.append_id and s.n = f.n
   where f.stream = (o.body::json ->> 'candidate')::uuid and f.position <= %(at)s and s.sex is not null
     and not exists (select from log.fact e where e.stream = f.stream and e.type = 'PersonErased'
                        and e.position <= %(at)s and e.body::json ->> 'retention' = 'identity')
   order by f.position desc limit 1) last
 where o.type = 'CandidacyOpened' and o.position <= %(at)s and last.sex <> 'unstated'

-- name: sessions
select count(*) from log.fact where type = 'SessionPlanned' and position <= %(at)s

-- name: sessions_opened
select count(distinct stream) from log.fact where type = 'SessionOpened' and position <= %(at)s

-- name: sessions_released
select count(distinct stream) from log.fact where type = 'ResultsReleased' and position <= %(at)s

-- name: known
-- The released results: of the juries that released theirs, without candidates whose results are withheld.
released as (
  select distinct stream::text as session from log.fact where type = 'ResultsReleased' and position <= %(at)s),
waiting as (
  select session, candidacy
    from (select distinct on (stream, body::json ->> 'candidacy')
                 stream::text as session, body::json ->> 'candidacy' as candidacy, type
            from log.fact where type in ('ReleaseWithheld', 'ReleaseResumed') and position <= %(at)s
           order by stream, body::json ->> 'candidacy', position desc) last
   where type = 'ReleaseWithheld'),
listed as (
  select session, candidacy
    from (select distinct on (stream, body::json ->> 'candidacy')
                 stream::text as session, body::json ->> 'candidacy' as candidacy, type
            from log.fact
           where type in ('CandidateListed', 'CandidateFreed', 'CandidateTakenBack') and position <= %(at)s
           order by stream, body::json ->> 'candidacy', position desc) last
   where type <> 'CandidateFreed')

-- name: hearings
-- The candidates on the list of such a jury who were not freed.
with {known}
select count(*) from listed join released using (session)
 where (session, candidacy) not in (select session, candidacy from waiting)

-- name: presences
-- Of these, the candidates on whom the jury started, by the last fact on their attendance.
with {known},
came as (
  select distinct on (stream) type, body::json ->> 'session' as session, body::json ->> 'candidacy' as candidacy
    from log.fact
   where type in ('DeliberationOpened', 'CandidateNotHeard', 'SummonsFell', 'AttendanceCorrected') and position <= %(at)s
   order by stream, position desc)
select count(*) from came join listed using (session, candidacy) join released using (session)
 where came.type = 'DeliberationOpened' and (session, candidacy) not in (select session, candidacy from waiting)

-- name: blocks
-- Each block granted by a jury, in force and released: by that jury's last decision on the block since it was last
-- reopened or the block taken back, unless the jury's decision is annulled.
with {known},
said as (
  select stream, position, type, body::json as body from log.fact
   where type in ('BlockGranted', 'BlockNotGranted', 'DecisionRectified', 'DeliberationReopened', 'DecisionTakenBack',
                  'DecisionAnnulled', 'DecisionRestored') and position <= %(at)s),
reopened as (
  select stream, max(position) as since from said
   where type = 'DeliberationReopened' or (type = 'DecisionTakenBack' and json_array_length(body -> 'blocks') = 0)
   group by stream),
annulled as (
  select stream from (select distinct on (stream) stream, type from said
                       where type in ('DecisionAnnulled', 'DecisionRestored') order by stream, position desc) last
   where type = 'DecisionAnnulled'),
words as (
  select stream, position, body ->> 'session' as session, body ->> 'candidacy' as candidacy,
         (body ->> 'block')::int as block, type = 'BlockGranted' as granted
    from said where type in ('BlockGranted', 'BlockNotGranted')
  union all
  select stream, position, body ->> 'session', body ->> 'candidacy', block.value::int, true
    from said cross join lateral json_array_elements_text(body -> 'granted') block where type = 'DecisionRectified'
  union all
  select stream, position, body ->> 'session', body ->> 'candidacy', block.value::int, false
    from said cross join lateral json_array_elements_text(body -> 'not_granted') block where type = 'DecisionRectified'
  union all
  select stream, position, body ->> 'session', body ->> 'candidacy', block.value::int, false
    from said cross join lateral json_array_elements_text(body -> 'blocks') block where type = 'DecisionTakenBack'),
stands as (
  select distinct on (stream, block) session, candidacy, block, granted
    from words left join reopened using (stream)
   where position > coalesce(since, 0) and stream not in (select stream from annulled)
   order by stream, block, position desc)
select count(*) from stands join listed using (session, candidacy) join released using (session)
 where granted and (session, candidacy) not in (select session, candidacy from waiting)

-- name: titles
-- Each candidacy whose title was pronounced, is in force and released: by each jury's last decision on the title.
with {known},
said as (
  select distinct on (stream) body::json ->> 'session' as session, body::json ->> 'candidacy' as candidacy,
         type in ('TitlePronounced', 'TitleRestored') or (type = 'DecisionRectified' and body::json ->> 'title' = 'true')
         as title
    from log.fact
   where (type in ('TitlePronounced', 'TitleRestored', 'TitleFell', 'DecisionAnnulled', 'DeliberationReopened')
          or (type = 'DecisionTakenBack' and body::json ->> 'title' = 'true')
          or (type = 'DecisionRectified' and body::json ->> 'title' is not null)) and position <= %(at)s
   order by stream, position desc)
select count(distinct candidacy) from said join released using (session)
 where title and (session, candidacy) not in (select session, candidacy from waiting)

-- name: evidence
select count(*) from log.fact where type = 'EvidenceSubmitted' and position <= %(at)s

-- name: evidence_bytes
-- Of the pieces neither withdrawn nor refused by the last check.
with last as (
  select distinct on (stream) stream, type from log.fact
   where type in ('EvidenceCleared', 'EvidenceRejected', 'EvidenceQuarantined') and position <= %(at)s
   order by stream, position desc)
select coalesce(sum(s.size), 0)::bigint
  from (select body::json ->> 'evidence' as evidence, (body::json ->> 'size')::bigint as size from log.fact
         where type = 'EvidenceSubmitted' and position <= %(at)s) s
  left join last on last.stream::text = s.evidence
 where coalesce(last.type, 'EvidenceCleared') = 'EvidenceCleared'
   and s.evidence not in (select stream::text from log.fact where type = 'EvidenceWithdrawn' and position <= %(at)s)

-- name: registered
-- The titles in the register, by the last fact on each.
select count(*) from (
  select distinct on (body::json ->> 'candidacy') type from log.fact
   where type in ('RegisterEntered', 'TitleWithdrawn', 'TitleReinstated') and position <= %(at)s
   order by body::json ->> 'candidacy', position desc) last
 where type <> 'TitleWithdrawn'

-- name: papers
select count(*) from log.fact
 where type in ('CertificateIssued', 'BlockCertified', 'DuplicateIssued', 'ReissuedForCivilStatus', 'ReissuedForMaterialError')
   and position <= %(at)s

-- name: appeals
select count(*) from log.fact where type in ('ReviewRequested', 'CourtRuled') and position <= %(at)s

-- name: frauds
select count(distinct body::json ->> 'case') from log.fact
 where type in ('FraudFound', 'FraudDismissed') and position <= %(at)s
