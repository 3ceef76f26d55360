-- name: table
create table jury_sessions (
  session    uuid     not null primary key,
  planned_at bigint   not null unique,   -- position: the order of lists
  framework  uuid     not null,
  rulebook   uuid     not null,
  jury       text     not null,
  held_on    date     not null,
  place      text     not null,
  starts_at  text,                       -- HH:MM, local time at the place; null: not stated
  places     integer  not null,
  listed     integer  not null,
  stage      text     not null,
  chair      uuid,
  reports_to uuid,                       -- the jury that a commission reports to
  on_paper   boolean  not null,          -- held on paper, and transcribed
  derogations text[]  not null,          -- the rules of balance whose shortfall was accepted
  one_sex_explained boolean not null,    -- the reason for a panel of one sex is recorded
  positions  bigint[] not null
);

-- name: list
select session, planned_at, framework, rulebook, jury, held_on, place, starts_at, places, listed, stage, chair, reports_to,
       on_paper, derogations, one_sex_explained, positions
  from projection.jury_sessions
 where planned_at > %(after)s
   and (%(juror)s::uuid is null or session in (select session from projection.jury_panel where juror = %(juror)s))
 order by planned_at limit %(limit)s

-- name: released
-- The dossiers of the latest juries with released results, the latest jury first.
select o.candidacy, o.candidate, o.framework, o.route, o.released_outcome, s.session, s.held_on, s.place
  from (select session, held_on, place, planned_at from projection.jury_sessions
         where stage = 'released' and held_on <= %(until)s order by held_on desc, planned_at desc limit %(limit)s) s
  join projection.jury_agenda a using (session)
  join projection.candidacy_overview o using (candidacy)
 order by s.held_on desc, s.planned_at desc, o.opened_at limit %(limit)s

-- name: upcoming
select session, planned_at, framework, rulebook, jury, held_on, place, starts_at, places, listed, stage, chair, reports_to,
       on_paper, derogations, one_sex_explained, positions
  from projection.jury_sessions
 where framework = %(framework)s and held_on >= %(since)s
 order by held_on, planned_at
