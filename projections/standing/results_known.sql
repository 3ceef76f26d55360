-- name: table
create table results_known (
  candidacy uuid   not null,
  session   uuid   not null,
  since     bigint not null,
  primary key (candidacy, session)
);
create index results_known_since on results_known (since);
