-- name: table
create table deadlines (
  candidacy  uuid    not null,
  duty       text    not null,   -- the duty: admissibility, step, jury, notice, declaration, correction, lapse, registration
  session    uuid,               -- the jury's session, if the duty is about one
  since      date    not null,   -- the first day of the period
  paused     integer not null,   -- days that do not count
  resumed_on date,               -- the end of the last pause
  candidate  uuid    not null,
  framework  uuid    not null,
  rulebook   uuid    not null,
  route      text    not null,
  opened_on  date    not null,
  began_on   date    not null,   -- the day that determines the law
  portal     boolean not null,   -- the parcours began on the national portal
  reminded   date,               -- the last day named in the latest reminder
  in_time_from date,             -- the day from which a text may protect the candidate when the registration ends
  terms      bigint  not null,   -- equal for the same duty, rulebook, route and portal: one rulebook and one law count them
  alike      bigint  not null    -- equal if it also ends on the same day
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
