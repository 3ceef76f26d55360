-- name: table
create table papers_to_mark (
  candidacy uuid     not null,
  assessor  uuid     not null,
  sitting   uuid     not null,
  begun     boolean  not null,   -- a mark was given
  filed     boolean  not null,   -- all that they marked was handed to the jury
  positions bigint[] not null,
  primary key (candidacy, assessor)
);
create index papers_to_mark_assessor on papers_to_mark (assessor);

-- name: piles
select sitting, framework, modality, t.held_on, count(*), count(*) filter (where begun), count(*) filter (where filed),
       min(due_on) as due_on
  from projection.papers_to_mark p
  join projection.sittings t using (sitting)
  left join lateral (select min(g.held_on) as due_on
                       from projection.jury_agenda g join projection.jury_sessions s using (session)
                      where g.candidacy = p.candidacy and s.stage in ('planned', 'open')) jury on true
 where assessor = %(assessor)s
 group by sitting, framework, modality, t.held_on
 order by bool_and(filed), min(due_on) nulls last, t.held_on limit 200
