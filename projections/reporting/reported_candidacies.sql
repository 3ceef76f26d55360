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
  granted        smallint[] not null,   -- the blocks, by number: what reported_blocks says one by one
  not_granted    smallint[] not null,   -- or not decided
  not_sought     smallint[] not null,
  judged_by      uuid,                  -- the jury whose outcome it is: not always the last, to which it may not have come
  judged_on      date,
  judged_as      text,                  -- its route then
  candidate      uuid     not null,      -- in no view: what they stated is found by it
  valid_from     bigint   not null,
  valid_to       bigint,
  from_day       date     not null,
  to_day         date,
  primary key (candidacy, valid_from)
);
create index reported_candidacies_now on reported_candidacies (framework, judged_on) where valid_to is null;
create index reported_candidacies_judged_on on reported_candidacies (judged_on) where judged_on is not null;
