-- name: table
create table sittings (
  sitting     uuid     not null primary key,
  planned_at  bigint   not null unique,   -- position: the order of lists
  framework   uuid     not null,
  rulebook    uuid     not null,
  modality    text     not null,
  held_on     date     not null,
  starts_at   text     not null,          -- HH:MM, where it is held
  minutes     integer  not null,          -- as the framework states; a candidate may have more
  place       text     not null,
  centre      uuid,                       -- the centre whose site the place is, if any
  remote      boolean  not null,
  places      integer  not null,
  expected    integer  not null,          -- candidates on its list
  invigilator uuid     not null,
  stage       text     not null,
  positions   bigint[] not null
);

-- name: list
select sitting, planned_at, framework, rulebook, modality, held_on, starts_at, minutes, place, centre, remote, places,
       expected, invigilator, stage, positions
  from projection.sittings
 where planned_at > %(after)s
   and (%(invigilator)s::uuid is null or invigilator = %(invigilator)s)
   and (%(assessor)s::uuid is null
        or sitting in (select sitting from projection.sitting_markers where assessor = %(assessor)s))
   and (%(candidate)s::uuid is null
        or sitting in (select sitting from projection.sitting_agenda where candidate = %(candidate)s))
   and (%(candidacy)s::uuid is null
        or sitting in (select sitting from projection.sitting_agenda where candidacy = %(candidacy)s))
   and (%(centres)s::uuid[] is null or centre = any(%(centres)s::uuid[]))
 order by planned_at limit %(limit)s

-- name: by_day
select sitting, planned_at, framework, rulebook, modality, held_on, starts_at, minutes, place, centre, remote, places,
       expected, invigilator, stage, positions
  from projection.sittings
 order by held_on desc, starts_at desc, planned_at desc limit %(limit)s offset %(skip)s
