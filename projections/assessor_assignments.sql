-- name: table
create table assessor_assignments (
  candidacy   uuid       not null,
  assessor    uuid       not null,
  competences smallint[] not null,
  filed       boolean    not null,   -- the assessment was handed to the jury
  positions   bigint[]   not null,
  primary key (candidacy, assessor)
);
create index assessor_assignments_assessor on assessor_assignments (assessor);

-- name: list
select candidacy, assessor, competences, filed, positions
  from projection.assessor_assignments
 where (%(candidacy)s::uuid is null or candidacy = %(candidacy)s)
   and (%(assessor)s::uuid is null or assessor = %(assessor)s)
 order by candidacy, assessor
