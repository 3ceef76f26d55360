-- name: table
create table reported_deadlines (
  candidacy  uuid     not null,
  duty       text     not null,
  attempt    smallint not null,
  since      date     not null,
  framework  uuid     not null,
  session    uuid,
  ends_on    date,
  rule_set   text,
  state      text     not null,
  met_on     date,
  kept       boolean,
  valid_from bigint   not null,
  valid_to   bigint,
  from_day   date     not null,
  to_day     date,
  primary key (candidacy, duty, attempt, since, valid_from)
);
