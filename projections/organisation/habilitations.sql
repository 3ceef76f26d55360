-- name: table
create table habilitations (
  organisation  uuid    not null,
  habilitation  uuid    not null primary key,
  granted_at    bigint  not null unique,    -- position: the order of lists
  certification text    not null,
  granted_by    uuid    not null,           -- a certifier of that certification
  purpose       text    not null,           -- train, organise or both
  sites         jsonb   not null,           -- their words, in a list
  first_day     date    not null,
  last_day      date,                       -- null without end
  ended         boolean not null,           -- before the day for which it was granted, or on it
  suspended     text[]  not null,           -- intervals of days: 2021-06-01/2021-06-30, or 2021-06-01/.. without end
  unreported    date[]  not null            -- from when changes count that France compétences was not told of
);
create index habilitations_organisation on habilitations (organisation);

-- name: list
select habilitation, organisation, granted_at, certification, granted_by, purpose,
       sites, first_day, last_day, ended, suspended, unreported
  from projection.habilitations
 where granted_at > %(after)s
   and (%(organisation)s::uuid is null or organisation = %(organisation)s)
   and (%(certification)s::text is null or certification = %(certification)s)
   and (not %(unreported)s or unreported <> '{}')
 order by granted_at limit %(limit)s
