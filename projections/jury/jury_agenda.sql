-- name: table
create table jury_agenda (
  session   uuid     not null,
  candidacy uuid     not null,
  held_on   date     not null,
  positions bigint[] not null,
  primary key (session, candidacy)
);
create index jury_agenda_candidacy on jury_agenda (candidacy);

-- name: to_place
-- The candidacies that wait for such a jury, with the number of ready ones and of the others. A candidacy is ready if its
-- file is filed (VAE) or its competences are all marked, and it is not called before another unfinished session.
with waiting as (
  select o.*, d.since, coalesce(r.unnamed, '{}') as unnamed,
         case when o.route = 'VAE' then coalesce(o.admissible, false) and o.filed else coalesce(r.ready, false) end
         and not exists (select from projection.jury_agenda a join projection.jury_sessions s using (session)
                          where a.candidacy = o.candidacy and s.stage not in ('released', 'cancelled')
                            and s.session <> all(%(beside)s)) as ready
    from projection.candidacy_overview o
    left join projection.ready_for_jury r using (candidacy)
    left join lateral (select min(since) as since from projection.deadlines
                        where candidacy = o.candidacy and duty = 'jury') d on true
   where o.framework = %(framework)s and o.rulebook = %(rulebook)s and o.route = any(%(routes)s)
     and o.ended is null and o.title_on is null and o.admissible is not false
     and not exists (select from projection.jury_agenda a
                      where a.candidacy = o.candidacy and a.session = %(session)s)
), ranked as (
  select *, count(*) over (partition by ready) as many,
         row_number() over (partition by ready order by since nulls last, opened_at) as place
    from waiting
)
select candidacy, candidate, route, opened_on, filed, blocks, option, attendance, since, ready, unnamed, many
  from ranked where place <= %(limit)s
 order by ready desc, place

-- name: called
select candidacy, max(held_on) from projection.jury_agenda
 where candidacy = any (%(candidacies)s::uuid[]) group by candidacy
