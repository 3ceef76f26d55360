-- name: table
create table block_status (
  candidacy                  uuid       not null,
  block                      smallint   not null,
  required                   smallint   not null,
  state                      text       not null,   -- for the panel and the registrar
  acquired                   smallint   not null,   -- competences of the block that a jury ruled acquired
  missing_mandatory          smallint[] not null,
  others_needed              smallint   not null,
  session                    uuid,
  decided_on                 date,
  positions                  bigint[]   not null,
  released_state             text       not null,   -- for everybody else
  released_acquired          smallint   not null,
  released_missing_mandatory smallint[] not null,
  released_others_needed     smallint   not null,
  released_session           uuid,
  released_decided_on        date,
  released_positions         bigint[]   not null,
  primary key (candidacy, block)
);
alter table block_status   -- never used in a condition
  alter column positions set statistics 0, alter column released_positions set statistics 0;
