-- name: timed
-- For each queue with a time limit: the number of entries, and the first entries for any length that the law may set.
-- Under one law and one rulebook, a later start means no earlier end: in the order of `complete` if paused time counts
-- from the complete file, otherwise in that of `began`. Lengths of months differ by less than %(slack)s days. Of entries
-- with identical periods the first ones by id are enough: the thousands of one jury end on one day.
with live as materialized (
  select distinct a.candidacy from projection.jury_agenda a join projection.jury_sessions j using (session)
   where j.stage <> 'released' and j.reports_to is null
), due as (  -- the entries of one session that end on one day, grouped
  select d.duty, d.session, d.terms, d.alike, l.candidacy is not null as called, count(*) as many,
         min(d.since + d.paused) as began, min(coalesce(d.resumed_on, d.since)) as complete,
         min(width_bucket(d.began_on, %(bounds)s::date[])) as law,
         min(width_bucket(d.since, %(bounds)s::date[])) as later_law
    from projection.deadlines d left join live l on l.candidacy = d.candidacy
   where d.duty = any (%(duties)s) and d.candidate <> all (%(files)s::uuid[])
   group by d.duty, d.session, d.terms, d.alike, called
), queued as (
  select d.*, s.stage, case when s.stage in ('open', 'closed', 'signed') then d.session end as signed,
         case d.duty when 'admissibility' then 'admissibility' when 'correction' then 'corrections'
                     when 'declaration' then case s.stage when 'released' then 'declarations' end
                     when 'jury' then case when not d.called then 'summonses' end
                     when 'notice' then case s.stage when 'released' then 'notices' when 'signed' then 'release'
                                                    when 'open' then 'minutes' when 'closed' then 'minutes' end
         end collate "C" as queue
    from due d left join projection.jury_sessions s on s.session = d.session
), waiting as materialized (
  select * from queued where queue = any (%(queues)s)
), days as (
  select queue, signed, terms, law, later_law, began, complete, sum(many) as many
    from waiting group by queue, signed, terms, law, later_law, began, complete
), ranked as (
  select *, sum(many) over (partition by terms, law, later_law, queue, signed order by began) - many as begun_before,
         sum(many) over (partition by terms, law, later_law, queue, signed order by complete) - many as complete_before
    from days
), bounds as (
  select queue, signed, terms, law, later_law,
         max(began) filter (where begun_before < %(limit)s) as began,
         max(complete) filter (where complete_before < %(limit)s) as complete
    from ranked group by queue, signed, terms, law, later_law
), near as (
  select distinct w.queue, w.stage, w.signed, w.called, w.alike
    from waiting w join bounds b using (queue, terms, law, later_law)
   where w.signed is not distinct from b.signed and (w.began <= b.began + %(slack)s or w.complete <= b.complete)
), counted as materialized (
  select queue, sum(many)::integer as many from waiting group by queue
)
select n.queue, c.many, first.*
  from near n join counted c using (queue)
 cross join lateral (
   select d.candidacy, d.duty, d.session, d.since, d.paused, d.resumed_on, d.candidate, d.framework, d.rulebook, d.route,
          d.opened_on, d.began_on, d.portal, d.reminded, d.in_time_from
     from projection.deadlines d left join projection.jury_sessions s on s.session = d.session
    where d.alike = n.alike and d.candidate <> all (%(files)s::uuid[])
      and s.stage is not distinct from n.stage and (n.signed is null or d.session = n.signed)
      and n.called = exists (select from live l where l.candidacy = d.candidacy)
    order by d.candidacy limit %(limit)s
 ) first

-- name: untimed
-- For each of the other queues: the number of entries, and the first entries.
with live as (
  select a.candidacy, min(a.held_on) as held_on
    from projection.jury_agenda a join projection.jury_sessions j using (session)
   where j.stage <> 'released' and j.reports_to is null group by a.candidacy
), waiting as (
  select 'assessors' as queue, t.candidacy, t.candidate, null::uuid as session, l.held_on as due_on,
         null::date as since, t.unnamed as numbers
    from projection.ready_for_jury t left join live l using (candidacy) where t.unnamed <> '{}'
  union all
  select 'summonses', t.candidacy, t.candidate, null, null, null, '{}'
    from projection.ready_for_jury t left join live l using (candidacy) where t.ready and l.candidacy is null
  union all
  select 'minutes', null, null, session, null, held_on, '{}'
    from projection.jury_sessions where stage in ('open', 'closed')
  union all
  select 'release', null, null, session, null, held_on, '{}'
    from projection.jury_sessions where stage = 'signed' and reports_to is null
  union all
  select 'register', o.candidacy, o.candidate, null, null, o.released_title_on, '{}'
    from projection.candidacy_overview o where o.released_title_on is not null and o.registered is null
  union all
  select 'certificates', o.candidacy, o.candidate, null, null, o.released_title_on, '{}'
    from projection.candidacy_overview o
   where o.registered is not null
     and not exists (select from projection.papers p
                      where p.candidacy = o.candidacy and p.paper = 'certificate' and p.number = o.registered)
  union all
  select 'reviews', r.candidacy, o.candidate, r.session, null, r.asked_on, '{}'
    from projection.reviews r join projection.candidacy_overview o using (candidacy)
   where r.waits and not exists (select from projection.annulments a where a.candidacy = r.candidacy and a.about = r.session)
  union all
  select 'errors', r.candidacy, o.candidate, r.session, null, null, '{}'
    from projection.rectifications r join projection.candidacy_overview o using (candidacy)
   where r.waits and r.proposed_by <> all (%(files)s::uuid[])
  union all
  select 'identities', null, p.person, null, null, null, '{}'
    from projection.person_directory p where p.correction_by is not null and p.correction_by <> all (%(files)s::uuid[])
  union all
  select 'confirmations', null, p.person, null, null, null, '{}'
    from projection.person_proposals p
   where p.other > p.person and p.proposed_by <> all (%(files)s::uuid[]) and p.other <> all (%(files)s::uuid[])
  union all  -- `session` is the object of an annulment: a session, or a case of fraud
  select 'confirmations', a.candidacy, o.candidate, a.about, null, null, '{}'
    from projection.annulments a join projection.candidacy_overview o using (candidacy)
   where a.proposed_by <> all (%(files)s::uuid[])
), placed as (
  select *, count(*) over (partition by queue collate "C") as many,
         row_number() over (partition by queue collate "C"
                            order by due_on, since, candidacy, candidate, session) as place
    from waiting
   where queue = any (%(queues)s) and (candidate is null or candidate <> all (%(files)s::uuid[]))
)
select queue, many, candidacy, candidate, session, due_on, since, numbers from placed where place <= %(limit)s

-- name: about
-- The framework version and route of some candidacies.
select candidacy, framework, route from projection.candidacy_overview where candidacy = any (%(candidacies)s::uuid[])

-- name: planned
-- The planned sessions with their seats; a person who is called before a session does not manage it.
select s.session, s.framework, s.rulebook, s.jury, s.held_on, s.starts_at, s.place, s.places, s.listed, s.reports_to,
       s.derogations, s.one_sex_explained,
       coalesce(json_agg(json_build_array(p.juror, p.sex, p.substitute, p.chair, p.replaced_by) order by p.positions)
                filter (where p.juror is not null), '[]')
  from projection.jury_sessions s left join projection.jury_panel p using (session)
 where s.stage = 'planned' and not s.on_paper
   and not exists (select from projection.jury_agenda a join projection.candidacy_overview o using (candidacy)
                    where a.session = s.session and o.candidate = any (%(files)s::uuid[]))
 group by s.session
 order by s.held_on, s.session
