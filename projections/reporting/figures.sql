-- name: results
-- Each candidate once, at the last jury whose results are known, with what came of it; those before no jury yet, too.
select r.session, r.jury_on, coalesce(s.place, ''), r.route, r.rulebook, r.fully, r.partly, r.none, r.absent
  from (select h.session, h.jury_on, h.route, h.rulebook,
               count(*) filter (where h.outcome = 'full') as fully,
               count(*) filter (where h.outcome = 'partial') as partly,
               count(*) filter (where h.outcome = 'none') as none,
               count(*) filter (where h.outcome = 'in_progress' and h.attendance in ('absent', 'excused')) as absent
          from projection.reported_candidacies h
         where h.framework = any(%(frameworks)s::uuid[]) and :valid
         group by 1, 2, 3, 4) r
  left join projection.jury_sessions s on s.session = r.session
 order by r.jury_on, 3, r.session, r.route

-- name: stages
-- How far those came who opened a candidacy in each year, by VAE or not.
select extract(year from c.opened_on)::integer, c.route = 'VAE', count(*),
       count(*) filter (where c.admissible or c.filed or c.heard), count(*) filter (where c.filed or c.heard),
       count(*) filter (where c.heard), count(*) filter (where c.heard and c.outcome = 'full')
  from (:counted) c
 group by 1, 2 order by 1, 2

-- name: attempts
-- How many came before a jury for the first, second, third time or more, and how many of these obtained the whole.
select least(greatest(c.juries, 1), 3)::integer, count(*), count(*) filter (where c.outcome = 'full')
  from (:counted) c
 where c.decided and c.jury_on >= make_date(%(year)s, 1, 1) and c.jury_on < make_date(%(year)s + 1, 1, 1)
 group by 1 order by 1

-- name: blocks
-- Of each block: how many of which outcome hold it, sought it in vain or not yet, or did not seek it.
select b.block::integer, c.outcome,
       case b.state when 'granted' then 'granted' when 'not_sought' then 'not_sought' else 'not_granted' end, count(*)
  from (:counted) c
  join lateral (select h.block, h.state from projection.reported_blocks h
                 where h.candidacy = c.candidacy and :valid) b on true
 where c.decided and c.jury_on >= make_date(%(year)s, 1, 1) and c.jury_on < make_date(%(year)s + 1, 1, 1)
 group by 1, 2, 3 order by 1, 2, 3

-- name: delays
-- How many days each step took, by route: from the opening, by the days on which it was recorded.
with of_year as materialized (
  select c.*, r.admissible_on, r.filed_on, r.known_on from (:counted) c
    join lateral (select min(h.from_day) filter (where h.admissible) as admissible_on,
                         min(h.from_day) filter (where h.filed) as filed_on,
                         min(h.from_day) filter (where h.session = c.session) as known_on
                    from projection.reported_candidacies h where h.candidacy = c.candidacy and :begun) r on true
   where c.decided and c.jury_on >= make_date(%(year)s, 1, 1) and c.jury_on < make_date(%(year)s + 1, 1, 1)
), steps as (
  select y.route, s.* from of_year y cross join lateral (values
    (1, y.admissible_on - y.opened_on, null::integer, false),
    (2, y.filed_on - y.admissible_on, null, false),
    (3, y.jury_on - coalesce(y.filed_on, y.opened_on), null, false),
    (4, y.known_on - y.jury_on, null, false)) s (step, days, most, late)
  union all
  select y.route, 5, n.notified_on - y.jury_on, n.due_on - y.jury_on, n.late
    from of_year y join projection.notices n on n.session = y.session and n.candidacy = y.candidacy
   where n.rectification = 0 and :told
)
select step, route, count(*), percentile_disc(0.5) within group (order by days),
       percentile_disc(0.9) within group (order by days), max(most), count(*) filter (where late)
  from steps where days >= 0
 group by step, route order by step, route

-- name: holders
-- By year of the jury: how many who obtained the whole are not in the register, and how many were issued no certificate.
select extract(year from c.jury_on)::integer, count(*) filter (where not c.registered),
       count(*) filter (where p.candidacy is null)
  from (:counted) c
  left join (select distinct p.candidacy from projection.papers p where p.paper = 'certificate' and :issued) p
    on p.candidacy = c.candidacy
 where c.decided and c.outcome = 'full'
 group by 1
