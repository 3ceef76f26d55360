-- name: table
create table accommodations (
  accommodation uuid    not null primary key,
  asked_at      bigint  not null unique,   -- position: the order of lists
  candidacy     uuid    not null,
  waits         boolean not null           -- a request has no answer yet
);

-- name: list
select accommodation, asked_at, candidacy, waits
  from projection.accommodations
 where asked_at > %(after)s
   and (%(waits)s::boolean is null or waits = %(waits)s)
 order by asked_at limit %(limit)s
