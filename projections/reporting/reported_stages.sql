-- name: table
create table reported_stages (
  candidacy  uuid     not null,
  stage      text     not null,
  attempt    smallint not null,
  framework  uuid     not null,
  session    uuid,
  reached_on date     not null,
  days       integer,
  valid_from bigint   not null,
  valid_to   bigint,
  from_day   date     not null,
  to_day     date,
  primary key (candidacy, stage, attempt, valid_from)
);
