-- name: table
create table reported_hearings (
  candidacy      uuid     not null,
  session        uuid     not null,
  framework      uuid     not null,
  attempt        smallint not null,
  route          text     not null,
  attendance     text,
  blocks_granted smallint not null,
  title          boolean  not null,
  annulled       boolean  not null,
  valid_from     bigint   not null,
  valid_to       bigint,
  from_day       date     not null,
  to_day         date,
  primary key (candidacy, session, valid_from)
);
create index reported_hearings_session on reported_hearings (session) where valid_to is null;
