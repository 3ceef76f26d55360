-- name: table
-- Personal texts (reasons, names, comments) stay sealed in the log: `sealed` names the fields that hold such texts.
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
alter table decision_history   -- never used in a condition
  alter column positions set statistics 0, alter column stream set statistics 0, alter column version set statistics 0,
  alter column append_id set statistics 0, alter column n set statistics 0, alter column by_person set statistics 0,
  alter column as_role set statistics 0, alter column on_day set statistics 0, alter column recorded_at set statistics 0,
  alter column grounds set statistics 0, alter column sealed set statistics 0;
create index decision_history_since on decision_history (since);
create index decision_history_recused on decision_history (candidacy, session) where type = 'JurorRecused';

-- name: extend
-- `offset 0` prevents parsing the body again for each column made from it; most facts have no sealed field.
insert into decision_history
select d.candidacy, d.since, d.position, array[d.position], e.stream, e.version, e.append_id, e.n, e.type,
       (b.body ->> 'by')::uuid, b.body ->> 'as', (b.body ->> 'on')::date, e.recorded_at,
       case when e.type = any (%(session)s) then e.stream else (b.body ->> 'session')::uuid end,
       b.body - array['as', 'by', 'on', 'request', 'sealed', 'candidacy'] - p.fields, p.fields
  from dossier d
  join log.fact e on e.position = d.position
 cross join lateral (select e.body::jsonb as body offset 0) b
 cross join lateral (select case when b.body ? 'sealed'
                                 then array(select k from jsonb_object_keys(b.body -> 'sealed') k order by k)
                                 else '{}' end as fields offset 0) p
 where d.since > %(after)s and d.since <= %(upto)s

-- name: read
select position, stream, version, append_id, n, type, by_person, as_role, on_day, recorded_at, session, grounds, sealed
  from projection.decision_history h
 where candidacy = %(candidacy)s
 order by position
