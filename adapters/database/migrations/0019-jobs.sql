-- Work on files that waits: to check a piece of evidence, and then to make what its readers see. Never an input to a rule: what
-- a check finds is a fact, and a job that is lost is put in again from the log.
create table desk.job (
  id        uuid        primary key default gen_random_uuid(),
  kind      text        not null check (kind in ('check', 'copy', 'film')),
  evidence  uuid        not null,
  candidacy uuid        not null,
  person    uuid        not null,               -- whom the piece is about, for whose key its file is encrypted
  tries     smallint    not null default 0,     -- begun so often, without an end that was noted
  waits_for text        check (length(waits_for) between 1 and 60), -- what of the house's own kept it from being done
  due_at    timestamptz not null default now(),
  made_at   timestamptz not null default now(),
  unique (evidence, kind)
);
create index on desk.job (person);

-- Whose turn it is: the person served least recently is next, and one file of a person is looked at at a time, while
-- held_until is to come. Whoever holds the turn says so again; a worker that is killed lets it go. A film that is made
-- anew takes minutes: those of a person have a turn of their own.
create table desk.turn (
  person     uuid        not null,
  film       boolean     not null,
  served_at  timestamptz not null default '-infinity',
  holder     uuid,
  held_until timestamptz,
  primary key (person, film)
);

alter table desk.job owner to acquis_owner;
alter table desk.turn owner to acquis_owner;
grant select, insert, update, delete on desk.job, desk.turn to acquis_web;
grant select on desk.job, desk.turn to acquis_backup;
