-- name: table
create table sitting_markers (
  sitting  uuid      not null,
  assessor uuid      not null,
  numbers  integer[] not null,   -- of papers
  primary key (sitting, assessor)
);
create index sitting_markers_assessor on sitting_markers (assessor);
