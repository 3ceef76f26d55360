-- name: table
create table private_links (
  link     uuid   not null primary key,
  given_at bigint not null unique,   -- position: the order of lists
  person   uuid   not null
);
create index private_links_person on private_links (person, given_at);

-- name: list
select link, given_at from projection.private_links where person = %(person)s order by given_at
