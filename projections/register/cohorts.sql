-- name: table
create table cohorts (
  candidacy   uuid     not null primary key,
  framework   uuid     not null,
  route       text     not null,   -- the candidate's route before the jury that gave the title
  obtained_on date     not null,   -- the day of that jury
  number      integer,             -- in the register, once entered
  positions   bigint[] not null    -- of the title, its release, and its entry in the register
);

-- name: list
select t.candidacy, c.version, route, obtained_on, number, t.positions
  from projection.cohorts t join projection.certification_catalogue c using (framework)
 where code = %(certification)s
 order by extract(year from obtained_on), route, obtained_on, t.candidacy
