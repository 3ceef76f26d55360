-- name: table
create table jury_panel (
  session    uuid     not null,
  juror      uuid     not null,
  external   boolean  not null,
  side       text,
  sex        text     not null,
  substitute boolean  not null,
  chair      boolean  not null,
  replaced_by uuid,
  present    boolean  not null,          -- signed in at the opening
  positions  bigint[] not null,
  primary key (session, juror)
);
create index jury_panel_juror on jury_panel (juror);

-- name: list
select session, juror, external, side, sex, substitute, chair, replaced_by, present, positions
  from projection.jury_panel where session = %(session)s order by positions
