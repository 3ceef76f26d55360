-- name: table
create table reported_deadlines (
  candidacy  uuid   not null,
  duty       text   not null,
  session    uuid,
  since      date   not null,
  framework  uuid   not null,
  ends_on    date,
  rule_set   text,
  state      text   not null,
  met_on     date,
  kept       boolean,
  valid_from bigint not null,
  valid_to   bigint,
  from_day   date   not null,
  to_day     date
);
create index reported_deadlines_candidacy on reported_deadlines (candidacy);
