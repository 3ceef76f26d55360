-- name: table
create table assessor_assignments (
  candidacy   uuid       not null,
  assessor    uuid       not null,
  competences smallint[] not null,
  filed       boolean    not null,   -- all that they marked was handed to the jury
  marked      smallint[] not null,   -- competences with a mark for the present attempt
  again       smallint   not null,   -- competences of blocks refused since it was handed in
  assigned_at bigint     not null,   -- position
  positions   bigint[]   not null,
  primary key (candidacy, assessor)
);
create index assessor_assignments_assessor on assessor_assignments (assessor);

-- name: queue
select candidacy, assigned_at, framework, route, opened_on, competences, marked, again, a.filed, evidence, due_on
  from projection.assessor_assignments a
  join projection.candidacy_overview o using (candidacy)
  left join lateral (select min(g.held_on) as due_on
                       from projection.jury_agenda g join projection.jury_sessions s using (session)
                      where g.candidacy = a.candidacy and s.stage in ('planned', 'open')) jury on true
 where assessor = %(assessor)s and candidate <> all(%(files)s::uuid[])
   and ended is null and released_title_on is null
   and (not a.filed or (again > 0 and due_on is not null))
   and (%(candidacy)s::uuid is null or candidacy = %(candidacy)s)
 order by due_on nulls last, assigned_at limit %(limit)s

-- name: handed_in
select candidacy, assigned_at, framework, route, opened_on, competences, marked, again, a.filed, evidence,
       null::date
  from projection.assessor_assignments a
  join projection.candidacy_overview o using (candidacy)
 where assessor = %(assessor)s and candidate <> all(%(files)s::uuid[]) and a.filed
   and (%(before)s::bigint is null or assigned_at < %(before)s)
 order by assigned_at desc limit %(limit)s
