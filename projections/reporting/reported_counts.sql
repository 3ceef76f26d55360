-- name: table
-- The yearly change of the number of each kind: the number at the end of a year is the sum of all years up to it.
create table reported_counts (
  framework uuid     not null,
  year      smallint not null,   -- the year of the change
  session   uuid,                -- the jury whose outcome it is; then its day, and the route before it
  held_on   date,
  route     text     not null,
  rulebook  uuid     not null,
  opened    smallint not null,   -- the year
  stage     smallint not null,   -- the stage reached: 0 opened, 1 admissible, 2 filed, 3 before a jury
  outcome   text     not null,
  missed    smallint,            -- the year of a later jury that they did not attend
  many      integer  not null
);
create unique index reported_counts_kind
    on reported_counts (framework, year, session, held_on, route, rulebook, opened, stage, outcome, missed) nulls not distinct;

-- name: extend
-- Row versions that began or ended within these facts, independent of the batches; a change of 0 gives no row.
insert into reported_counts
select framework, year, session, held_on, route, rulebook, opened, stage, outcome, missed, sum(many)
  from (select h.framework, date_part('year', d.day) as year, h.judged_by as session, h.judged_on as held_on,
               coalesce(h.judged_as, h.route) as route, h.rulebook, date_part('year', h.opened_on) as opened,
               case when h.juries > 0 or h.judged_by is not null then 3
                    when h.filed then 2 when h.admissible then 1 else 0 end as stage,
               h.outcome,
               case when h.attendance in ('absent', 'excused') and h.session is distinct from h.judged_by
                    then date_part('year', h.jury_on) end as missed,
               d.many
          from reported_candidacies h
         cross join lateral (values (h.valid_from, h.from_day, 1), (h.valid_to, h.to_day, -1)) d (position, day, many)
         where h.candidacy in (select candidacy from dossier where since > %(after)s and since <= %(upto)s)
           and d.position > %(after)s and d.position <= %(upto)s) moved
 group by framework, year, session, held_on, route, rulebook, opened, stage, outcome, missed
having sum(many) <> 0
    on conflict (framework, year, session, held_on, route, rulebook, opened, stage, outcome, missed)
    do update set many = reported_counts.many + excluded.many;
delete from reported_counts where many = 0
