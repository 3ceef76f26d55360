-- name: table
create table reported_sessions (
  session     uuid     not null,
  framework   uuid     not null,
  jury        text     not null,
  held_on     date     not null,
  place       text     not null,
  remote      boolean  not null,
  on_paper    boolean  not null,
  reports_to  uuid,
  places      smallint not null,
  listed      smallint not null,
  stage       text     not null,
  opened_on   date,
  released_on date,
  valid_from  bigint   not null,
  valid_to    bigint,
  from_day    date     not null,
  to_day      date,
  primary key (session, valid_from)
);
