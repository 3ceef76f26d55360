-- name: table
create table organisations (
  organisation  uuid     not null primary key,
  registered_at bigint   not null unique,   -- position: the order of lists
  legal_name    text     not null,
  siret         text,                       -- null if it has no SIRET
  positions     bigint[] not null
);

-- name: list
select organisation, registered_at, legal_name, siret, positions
  from projection.organisations
 where registered_at > %(after)s
   and (%(organisation)s::uuid is null or organisation = %(organisation)s)
 order by registered_at limit %(limit)s
