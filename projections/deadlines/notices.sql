-- name: table
create table notices (
  notice        uuid     not null primary key,
  notified_at   bigint   not null unique,   -- position: the order of lists
  session       uuid     not null,
  candidacy     uuid     not null,
  notified_on   date     not null,
  channel       text     not null,
  due_on        date,                       -- the last day that the law allows; null if no text sets one
  late          boolean  not null,
  rectification integer  not null,          -- the number of rectifications of the decision by then
  positions     bigint[] not null
);
create index notices_session on notices (session);

-- name: list
select notice, notified_at, session, candidacy, notified_on, channel, due_on, late, rectification, positions
  from projection.notices
 where session = %(session)s and notified_at > %(after)s
 order by notified_at limit %(limit)s
