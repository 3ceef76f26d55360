-- name: table
create table reported_candidacies (
  candidacy      uuid     not null,
  framework      uuid     not null,
  route          text     not null,
  option         text,
  opened_on      date     not null,
  sought         smallint not null,
  ended          text,
  admissible     boolean,
  filed          boolean  not null,
  evidence       integer  not null,
  juries         smallint not null,
  session        uuid,
  jury_on        date,
  attendance     text,
  outcome        text     not null,
  blocks_granted smallint not null,
  title_on       date,
  registered     boolean  not null,
  rulebook       uuid     not null,
  valid_from     bigint   not null,
  valid_to       bigint,
  from_day       date     not null,
  to_day         date,
  primary key (candidacy, valid_from)
);
create index reported_candidacies_now on reported_candidacies (framework) where valid_to is null;
