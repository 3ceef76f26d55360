-- name: table
create table reported_appeals (
  candidacy   uuid     not null,
  session     uuid     not null,
  kind        text     not null,
  number      smallint not null,
  framework   uuid     not null,
  ground      text,
  asked_on    date,
  answered_on date,
  days        integer,
  outcome     text,
  valid_from  bigint   not null,
  valid_to    bigint,
  from_day    date     not null,
  to_day      date,
  primary key (candidacy, session, kind, number, valid_from)
);
