-- name: table
create table reported_register (
  candidacy      uuid     not null,
  block          smallint not null,   -- 0: the whole certification
  framework      uuid     not null,
  obtained_on    date     not null,
  entered_on     date,
  in_register    boolean,
  withdrawn_on   date,
  issued_on      date,
  last_issued_on date,
  papers         smallint not null,
  duplicates     smallint not null,
  valid_from     bigint   not null,
  valid_to       bigint,
  from_day       date     not null,
  to_day         date,
  primary key (candidacy, block, valid_from)
);
