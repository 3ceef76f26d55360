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
