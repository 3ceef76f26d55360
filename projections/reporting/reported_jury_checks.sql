-- name: table
create table reported_jury_checks (
  session    uuid     not null,
  number     smallint not null,
  framework  uuid     not null,
  rule       text     not null,
  asked      smallint,
  found      smallint,
  margin     smallint,
  kept       boolean  not null,
  derogated  boolean  not null,
  valid_from bigint   not null,
  valid_to   bigint,
  from_day   date     not null,
  to_day     date,
  primary key (session, number, valid_from)
);
