-- name: table
-- The file's name and digest are personal: opened from the log, at `position`.
create table evidence_list (
  candidacy    uuid       not null,
  evidence     uuid       not null primary key,
  position     bigint     not null,
  submitted_by uuid       not null,
  competences  smallint[] not null,
  media_type   text       not null,
  size         bigint     not null,
  withdrawn    boolean    not null,
  filed        boolean    not null,
  positions    bigint[]   not null
);
create index evidence_list_candidacy on evidence_list (candidacy, position);

-- name: list
select l.candidacy, l.evidence, l.position, submitted_by, competences, media_type, size, withdrawn, filed, positions,
       e.type, e.body, e.stream, e.version, e.append_id, e.n
  from projection.evidence_list l join log.event e using (position)
 where (%(candidacy)s::uuid is null or l.candidacy = %(candidacy)s)
   and (%(evidence)s::uuid is null or l.evidence = %(evidence)s)
   and l.position > %(after)s
 order by l.position limit %(limit)s
