-- name: results
-- Each candidate once, at the last jury whose results were made known, with what came of it to date; no candidate is
-- told from another. A commission decides nothing.
with last as (
  select distinct on (o.candidacy) o.route, o.released_outcome as outcome, o.attendance, s.session, s.held_on, s.place,
         n.notified_on - s.held_on as days
    from projection.jury_sessions s
    join projection.jury_agenda a using (session)
    join projection.candidacy_overview o using (candidacy)
    join projection.certification_catalogue c on c.framework = o.framework
    left join projection.notices n on n.session = s.session and n.candidacy = o.candidacy
   where s.stage = 'released' and s.reports_to is null and c.code = %(certification)s
   order by o.candidacy, s.held_on desc, s.planned_at desc
)
select session, held_on, place, route,
       count(*) filter (where outcome = 'full')::integer, count(*) filter (where outcome = 'partial')::integer,
       count(*) filter (where outcome = 'none')::integer,
       count(*) filter (where outcome = 'in_progress' and attendance in ('absent', 'excused'))::integer,
       percentile_disc(0.5) within group (order by days) filter (where days is not null), count(days)::integer
  from last
 where %(year)s::integer is null or extract(year from held_on) = %(year)s
 group by session, held_on, place, route
 order by held_on, place, route

-- name: delays
-- From the jury to the last notice of what it decided: the median by route, the most that the law leaves, and how many
-- were told after it.
select o.route, percentile_disc(0.5) within group (order by n.notified_on - s.held_on), max(n.due_on - s.held_on),
       count(*) filter (where n.late)::integer, count(*)::integer
  from projection.notices n
  join projection.jury_sessions s using (session)
  join projection.candidacy_overview o on o.candidacy = n.candidacy
  join projection.certification_catalogue c on c.framework = o.framework
 where c.code = %(certification)s and extract(year from s.held_on) = %(year)s
 group by o.route order by o.route

-- name: years
select distinct extract(year from s.held_on)::integer
  from projection.jury_sessions s join projection.certification_catalogue c using (framework)
 where s.stage = 'released' and s.reports_to is null and c.code = %(certification)s
 order by 1 desc
