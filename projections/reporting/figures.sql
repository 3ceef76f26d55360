-- name: counted
-- Each candidate once, at the jury whose outcome is known, also candidates without one. For each jury and route: year of
-- opening, stage reached (0 opened, 1 admissible, 2 filed, 3 before a jury), outcome, and the year of a later jury that
-- they did not attend.
select c.session, c.held_on, coalesce(s.place, ''), c.route, c.opened, c.stage, c.outcome, c.missed, c.many
  from (select session, held_on, route, opened, stage, outcome, missed, sum(many) as many
          from projection.reported_counts
         where framework = any(%(frameworks)s::uuid[]) and year <= %(to_year)s
         group by session, held_on, route, opened, stage, outcome, missed
        having sum(many) <> 0) c
  left join projection.jury_sessions s on s.session = c.session

-- name: rulebooks
-- Over all rulebooks ever used: a stricter rule of today also applies to figures as of earlier days.
select distinct rulebook from projection.reported_counts where framework = any(%(frameworks)s::uuid[])

-- name: of_year
-- Of the candidates decided on in a year: blocks held, blocks not sought, outcome, and attempt (3: the third or later).
select least(greatest(c.juries, 1), 3)::integer, c.outcome, c.granted, c.not_granted, c.not_sought, count(*)
  from (:year) c
 group by 1, 2, 3, 4, 5

-- name: of_people
-- Of the candidates decided on in a year: outcomes by their own statements (sex, age).
select p.sex, :age_band, h.outcome, count(*)
  from (:year) h left join projection.reported_people p on p.person = h.candidate and :stated
 group by 1, 2, 3

-- name: delays
-- The days that each step took, by route, from the opening, by the days of recording.
with of_year as materialized (:year
), known as (
  select h.candidacy, h.judged_by, min(h.from_day) as known_on from projection.reported_candidacies h
   where h.judged_on >= make_date(%(year)s, 1, 1) and h.judged_on < make_date(%(year)s + 1, 1, 1) and :begun
   group by 1, 2
), filed as (
  select y.candidacy, r.admissible_on, r.filed_on from of_year y
    join lateral (select min(h.from_day) filter (where h.admissible) as admissible_on,
                         min(h.from_day) filter (where h.filed) as filed_on
                    from projection.reported_candidacies h where h.candidacy = y.candidacy and :begun) r on true
   where y.filed
), steps as (
  select y.judged_as as route, s.* from of_year y
    left join filed f on f.candidacy = y.candidacy
    left join known k on k.candidacy = y.candidacy and k.judged_by = y.judged_by
    cross join lateral (values
    (1, f.admissible_on - y.opened_on, null::integer, false),
    (2, f.filed_on - f.admissible_on, null, false),
    (3, y.judged_on - coalesce(f.filed_on, y.opened_on), null, false),
    (4, k.known_on - y.judged_on, null, false)) s (step, days, most, late)
  union all
  select y.judged_as, 5, n.notified_on - y.judged_on, n.due_on - y.judged_on, n.late
    from of_year y join projection.notices n on n.session = y.judged_by and n.candidacy = y.candidacy
   where n.rectification = 0 and :told
)
select step, route, count(*), percentile_disc(array[0.5, 0.9]) within group (order by days), max(most),
       count(*) filter (where late)
  from steps where days >= 0
 group by step, route order by step, route

-- name: holders
-- By year of the jury, the number of title holders without an entry in the register, without a certificate, and without
-- a declaration to the training account.
select extract(year from c.judged_on)::integer, count(*) filter (where not c.registered),
       count(*) filter (where p.candidacy is null), count(*) filter (where d.candidacy is null)
  from (:all) c
  left join (select distinct h.candidacy from projection.reported_stages h where h.stage = 'declared' and :valid) d
    on d.candidacy = c.candidacy
  left join (select distinct p.candidacy from projection.papers p where p.paper = 'certificate' and :issued) p
    on p.candidacy = c.candidacy
 where c.outcome = 'full'
 group by 1
