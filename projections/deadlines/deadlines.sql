-- name: table
create table deadlines (
  candidacy  uuid    not null,
  duty       text    not null,   -- what is to happen: admissibility, step, jury, notice, declaration, correction, lapse, registration
  session    uuid,               -- of the jury, where it is one jury's
  since      date    not null,   -- from when it is counted
  paused     integer not null,   -- days that do not count
  resumed_on date,               -- the end of the last pause
  candidate  uuid    not null,
  framework  uuid    not null,
  rulebook   uuid    not null,
  route      text    not null,
  opened_on  date    not null,
  began_on   date    not null,   -- the day whose law it is
  portal     boolean not null,   -- of a parcours begun on the national portal
  reminded   date,               -- the last day of which a reminder was given
  in_time_from date,             -- since when a text may keep the candidate the registration that ends
  terms      bigint  not null,   -- the same where one rulebook and one law count it: its duty, rulebook, route, portal
  alike      bigint  not null    -- the same where it ends on the same day too
);
create index deadlines_candidacy on deadlines (candidacy);
create index deadlines_alike on deadlines (alike, candidacy);

-- name: list
select candidacy, duty, session, since, paused, resumed_on, candidate, framework, rulebook, route, opened_on, began_on,
       portal, reminded, in_time_from
  from projection.deadlines
 where since <= %(since)s
 order by since, candidacy, duty, session

-- name: of
select candidacy, duty, session, since, paused, resumed_on, candidate, framework, rulebook, route, opened_on, began_on,
       portal, reminded, in_time_from
  from projection.deadlines
 where candidacy = any (%(candidacies)s::uuid[])
 order by since, duty, session
