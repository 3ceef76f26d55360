-- name: table
create table certification_catalogue (
  framework    uuid     not null primary key,
  published_at bigint   not null unique,   -- position: the order of lists
  code         text     not null,
  version      integer  not null,
  title        text     not null,
  certifier    text     not null,
  admits_from  date     not null,
  admits_until date     not null,
  blocks       integer  not null,
  competences  integer  not null,
  open_routes  text[]   not null,          -- routes that the sheet opens and that have modalities
  positions    bigint[] not null
);

-- name: list
select framework, published_at, code, version, title, certifier, admits_from, admits_until, blocks, competences,
       open_routes, positions
  from projection.certification_catalogue
 where published_at > %(after)s
 order by published_at limit %(limit)s

