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
select o.candidacy, o.candidate, o.route, o.opened_on, o.filed, o.blocks, o.option, o.attendance, d.since
  from projection.candidacy_overview o
  left join lateral (select min(since) as since from projection.deadlines
                      where candidacy = o.candidacy and duty = 'jury') d on true
 where o.framework = %(framework)s and o.rulebook = %(rulebook)s and o.route = any(%(routes)s)
   and o.ended is null and o.title_on is null and o.admissible is not false and (o.route <> 'VAE' or o.admissible)
   and not exists (select from projection.jury_agenda a join projection.jury_sessions s using (session)
                    where a.candidacy = o.candidacy
                      and (s.session = %(session)s
                           or (s.stage not in ('released', 'cancelled') and s.session <> all(%(beside)s))))
 order by d.since nulls last, o.opened_at limit %(limit)s

-- name: called
select candidacy, max(held_on) from projection.jury_agenda
 where candidacy = any (%(candidacies)s::uuid[]) group by candidacy
