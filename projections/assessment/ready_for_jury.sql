-- name: table
create table ready_for_jury (
  candidacy uuid       not null primary key,
  candidate uuid       not null,
  framework uuid       not null,
  unnamed   smallint[] not null,   -- the competences that nobody was named to mark
  ready     boolean    not null    -- all is marked: a jury may be called, unless one is
);
