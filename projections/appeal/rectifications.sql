-- name: table
create table rectifications (
  rectification uuid     not null primary key,
  proposed_at   bigint   not null unique,   -- position: the order of lists
  session       uuid     not null,
  candidacy     uuid     not null,
  waits         boolean  not null,          -- a proposal waits for a second person
  proposed_by   uuid,                       -- of the last proposal
  approvals     integer  not null,
  positions     bigint[] not null
);

-- name: list
select rectification, proposed_at, session, candidacy, waits, proposed_by, approvals, positions
  from projection.rectifications
 where proposed_at > %(after)s
   and (%(waits)s::boolean is null or waits = %(waits)s)
   and candidacy not in (select o.candidacy from projection.candidacy_overview o where o.candidate = any(%(files)s::uuid[]))
 order by proposed_at limit %(limit)s
