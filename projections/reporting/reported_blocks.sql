-- name: table
create table reported_blocks (
  candidacy  uuid     not null,
  block      smallint not null,
  framework  uuid     not null,
  state      text     not null,
  acquired   smallint not null,
  required   smallint not null,
  session    uuid,
  decided_on date,
  valid_from bigint   not null,
  valid_to   bigint,
  from_day   date     not null,
  to_day     date,
  primary key (candidacy, block, valid_from)
);
