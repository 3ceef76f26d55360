-- name: table
-- Ids and roles only: names are sealed in the log, at positions[1].
create table person_directory (
  person        uuid     not null primary key,
  registered_at bigint   not null unique,   -- position: the order of lists
  roles         text[]   not null,
  positions     bigint[] not null
);
create index person_directory_roles on person_directory using gin (roles);

-- name: list
select person, registered_at, roles, positions
  from projection.person_directory
 where registered_at > %(after)s
   and (%(role)s::text is null or roles @> array[%(role)s])
 order by registered_at limit %(limit)s
