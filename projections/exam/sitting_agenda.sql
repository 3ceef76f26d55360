-- name: table
create table sitting_agenda (
  sitting   uuid    not null,
  candidacy uuid    not null,
  candidate uuid    not null,
  case_on   date,                     -- day on which an individual candidate received the case
  came      boolean not null,         -- signed in
  minutes   integer,                  -- of work allowed, once signed in
  position  bigint  not null,
  primary key (sitting, candidacy)
);
create index sitting_agenda_candidate on sitting_agenda (candidate);
create index sitting_agenda_candidacy on sitting_agenda (candidacy);
