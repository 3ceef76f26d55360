-- name: table
create table jury_agenda (
  session   uuid     not null,
  candidacy uuid     not null,
  held_on   date     not null,
  positions bigint[] not null,
  primary key (session, candidacy)
);
create index jury_agenda_candidacy on jury_agenda (candidacy);
