-- name: table
create table competence_status (
  candidacy          uuid     not null,
  competence         smallint not null,
  block              smallint not null,
  state              text     not null,   -- for the panel and the registrar, with unreleased marks and rulings
  acquired           boolean,
  positions          bigint[] not null,
  released_state     text     not null,   -- for everybody else, from evidence and released rulings
  released_acquired  boolean,
  released_positions bigint[] not null,
  primary key (candidacy, competence)
);
alter table competence_status   -- never used in a condition
  alter column positions set statistics 0, alter column released_positions set statistics 0;
