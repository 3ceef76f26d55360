-- name: table
-- What is personal (reasons, names, comments) stays sealed in the log: `sealed` names the fields that hold some.
create table decision_history (
  candidacy   uuid        not null,
  since       bigint      not null,
  position    bigint      not null,
  positions   bigint[]    not null,
  stream      uuid        not null,
  version     bigint      not null,
  append_id   uuid        not null,
  n           smallint    not null,
  type        text        not null,
  by_person   uuid,
  as_role     text        not null,
  on_day      date        not null,
  recorded_at timestamptz not null,
  session     uuid,
  grounds     jsonb       not null,   -- the fact's own fields in clear: marks, blocks, competences, dates
  sealed      text[]      not null,
  primary key (candidacy, position)
);
create index decision_history_since on decision_history (since);
create index decision_history_recused on decision_history (candidacy, session) where type = 'JurorRecused';

-- name: extend
insert into decision_history
select d.candidacy, d.since, d.position, array[d.position], e.stream, e.version, e.append_id, e.n, e.type,
       (b.body ->> 'by')::uuid, b.body ->> 'as', (b.body ->> 'on')::date, e.recorded_at,
       case when e.type = any (%(session)s) then e.stream else (b.body ->> 'session')::uuid end,
       b.body - array['as', 'by', 'on', 'request', 'sealed', 'candidacy'] - p.fields, p.fields
  from dossier d
  join log.fact e on e.position = d.position
 cross join lateral (select e.body::jsonb as body) b
 cross join lateral (select coalesce(array_agg(k order by k), '{}') as fields
                       from jsonb_object_keys(coalesce(b.body -> 'sealed', '{}')) k) p
 where d.since > %(after)s and d.since <= %(upto)s

-- name: read
select position, stream, version, append_id, n, type, by_person, as_role, on_day, recorded_at, session, grounds, sealed
  from projection.decision_history h
 where candidacy = %(candidacy)s
 order by position
