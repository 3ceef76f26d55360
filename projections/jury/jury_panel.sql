-- name: table
create table jury_panel (
  session    uuid     not null,
  juror      uuid     not null,
  sex        text     not null,
  substitute boolean  not null,
  chair      boolean  not null,
  replaced_by uuid,
  present    boolean  not null,          -- signed in at the opening
  seated     boolean  not null,          -- holds a seat: signed in, or before the opening titular or in one's place
  positions  bigint[] not null,
  primary key (session, juror)
);
create index jury_panel_juror on jury_panel (juror);

-- name: sessions_of
select p.session
  from projection.jury_panel p join projection.jury_sessions s on s.session = p.session
 where p.juror = %(juror)s
 order by s.held_on desc, s.planned_at limit %(limit)s
