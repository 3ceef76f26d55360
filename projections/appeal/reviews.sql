-- name: table
create table reviews (
  review        uuid     not null primary key,
  questioned_at bigint   not null unique,   -- position: the order of lists
  session       uuid     not null,
  candidacy     uuid     not null,
  ground        text,                       -- of the last request; null if only a court was seized
  asked_on      date,
  waits         boolean  not null,          -- a request has no answer yet
  annulled_by   text,                       -- review, court, or null while the decision is in force
  positions     bigint[] not null
);

-- name: list
select review, questioned_at, session, candidacy, ground, asked_on, waits, annulled_by, positions
  from projection.reviews
 where questioned_at > %(after)s
   and (%(waits)s::boolean is null or waits = %(waits)s)
 order by questioned_at limit %(limit)s
