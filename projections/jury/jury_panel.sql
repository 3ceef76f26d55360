-- name: table
create table jury_panel (
  session    uuid     not null,
  juror      uuid     not null,
  sex        text     not null,
  substitute boolean  not null,
  chair      boolean  not null,
  replaced_by uuid,
  present    boolean  not null,          -- signed in at the opening
  seated     boolean  not null,          -- holds a seat: signed in; before the opening: titular, or in a titular's place
  positions  bigint[] not null,
  primary key (session, juror)
);
create index jury_panel_juror on jury_panel (juror);

-- name: sessions_of
select p.session
  from projection.jury_panel p join projection.jury_sessions s on s.session = p.session
 where p.juror = %(juror)s
 order by s.held_on desc, s.planned_at limit %(limit)s

-- name: sat
select p.juror, (array_agg(p.sex order by s.held_on desc, s.session))[1], count(*) filter (where p.present),
       max(s.held_on) filter (where p.present),
       coalesce(bool_or(s.held_on = %(on)s and s.session <> %(session)s and s.stage not in ('cancelled', 'released')), false)
  from projection.jury_panel p
  join projection.jury_sessions s using (session)
 where p.juror = any(%(jurors)s)
 group by p.juror

-- name: running
select s.session, s.framework, s.jury, s.held_on, s.starts_at, s.place, s.places, s.listed, s.stage, s.reports_to, s.on_paper,
       (select count(*) from projection.jury_panel p where p.session = s.session and p.seated)
  from projection.jury_sessions s
 where s.stage not in ('released', 'cancelled')
 order by s.held_on, s.planned_at limit %(limit)s

-- name: over
select s.session, s.framework, s.jury, s.held_on, s.starts_at, s.place, s.places, s.listed, s.stage, s.reports_to, s.on_paper,
       (select count(*) from projection.jury_panel p where p.session = s.session and p.seated)
  from projection.jury_sessions s
 where s.stage in ('released', 'cancelled')
 order by s.held_on desc, s.planned_at desc limit %(limit)s offset %(after)s
