-- name: table
create table portfolio (
  piece   uuid   not null primary key,
  kept_at bigint not null unique,   -- position: the order of lists
  person  uuid   not null,
  size    bigint not null           -- bytes
);
create index portfolio_person on portfolio (person, kept_at);

-- name: list
select piece, kept_at, person, size from projection.portfolio where person = %(person)s order by kept_at
