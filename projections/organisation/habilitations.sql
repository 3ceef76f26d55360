-- name: table
create table habilitations (
  organisation  uuid    not null,
  habilitation  uuid    not null primary key,
  granted_at    bigint  not null unique,    -- position: the order of lists
  certification text    not null,
  granted_by    uuid    not null,           -- a certifier of that certification
  purpose       text    not null,           -- train, organise or both
  sites         jsonb   not null,           -- a list of texts
  first_day     date    not null,
  last_day      date,                       -- null without end
  ended         boolean not null,           -- an end was set, on or before the last day of the grant
  suspended     text[]  not null,           -- intervals of days: 2021-06-01/2021-06-30, or 2021-06-01/.. without end
  unreported    date[]  not null            -- the effective days of changes not reported to France compétences
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
