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
  granted        smallint[] not null,   -- block numbers; reported_blocks has a row for each block
  not_granted    smallint[] not null,   -- includes undecided blocks
  not_sought     smallint[] not null,
  judged_by      uuid,                  -- the jury whose outcome it is; not the last one if the candidate did not attend that
  judged_on      date,
  judged_as      text,                  -- the route before that jury
  candidate      uuid     not null,      -- in no view; joins the candidate's statements
  valid_from     bigint   not null,
  valid_to       bigint,
  from_day       date     not null,
  to_day         date,
  primary key (candidacy, valid_from)
);
create index reported_candidacies_now on reported_candidacies (framework, judged_on) where valid_to is null;
create index reported_candidacies_judged_on on reported_candidacies (judged_on) where judged_on is not null;
