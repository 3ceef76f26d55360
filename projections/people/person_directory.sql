-- name: table
-- Ids and roles only: names are sealed in the log, at positions[1].
create table person_directory (
  person        uuid     not null primary key,
  registered_at bigint   not null unique,   -- position: the order of lists
  roles         text[]   not null,
  correction_by uuid,                       -- the proposer of a waiting correction of the name
  positions     bigint[] not null
);
create index person_directory_roles on person_directory using gin (roles);
create index person_directory_correction on person_directory (correction_by) where correction_by is not null;

-- name: list
select person, registered_at, roles, correction_by, positions
  from projection.person_directory
 where registered_at > %(after)s
   and (%(role)s::text is null or roles @> array[%(role)s])
 order by registered_at limit %(limit)s

-- name: without_second_factor
select d.person, d.registered_at, d.roles, d.correction_by, d.positions
  from projection.person_directory d join desk.account a on a.person = d.person
 where d.registered_at > %(after)s and d.roles && %(roles)s::text[]
   and not exists (select from desk.second_factor f where f.person = d.person and f.confirmed_at is not null)
   and not exists (select from desk.identity i where i.person = d.person and i.provider = any (%(providers)s))
 order by d.registered_at limit %(limit)s

-- name: uninvited
select d.person, d.registered_at, d.roles, d.correction_by, d.positions
  from projection.person_directory d
 where d.roles && %(roles)s::text[]
   and not exists (select from desk.account a where a.person = d.person)
   and not exists (select from desk.identity i where i.person = d.person)
   and not exists (select from desk.service s where s.person = d.person)
   and not exists (select from desk.letter l where l.person = d.person and l.kind = 'invitation')
 order by d.registered_at desc limit %(limit)s
