-- name: table
create table ready_for_jury (
  candidacy uuid       not null primary key,
  candidate uuid       not null,
  framework uuid       not null,
  unnamed   smallint[] not null,   -- the competences without an assessor
  ready     boolean    not null    -- all is marked: the candidate may be called, unless called already
);
