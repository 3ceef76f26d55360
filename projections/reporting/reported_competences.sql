-- name: table
create table reported_competences (
  candidacy  uuid     not null,
  competence smallint not null,
  block      smallint not null,
  framework  uuid     not null,
  acquired   boolean,
  valid_from bigint   not null,
  valid_to   bigint,
  from_day   date     not null,
  to_day     date,
  primary key (candidacy, competence, valid_from)
);
