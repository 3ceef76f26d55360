-- A letter that tells of a fact is also the notice on its reader's page. Where no server took it, somebody tells the
-- person, and says how and when.
alter table desk.letter
  add column fact      bigint,                          -- position of the fact that it tells of
  add column candidacy uuid,
  add column session   uuid,
  add column noted     boolean not null default false,  -- that it was sent is recorded in the log, where a rule asks for it
  add column told_on   date,                            -- the person was told otherwise: on which day, how, by whom
  add column told_how  text check (told_how in ('portal', 'email', 'post', 'hand', 'telephone')),
  add column told_by   uuid;
create index on desk.letter (made_at) where fact is not null and sealed is null and sent_at is null and told_on is null;
create index on desk.letter (fact) where fact is not null and sent_at is not null and not noted;

-- Up to which position the log was read for whom to write to. Of what was recorded before this nobody is written to.
create table desk.letters_from_log (
  only_row boolean primary key default true check (only_row),
  position bigint  not null
);
insert into desk.letters_from_log (position) select coalesce(max(sealed), 0) from log.head;
alter table desk.letters_from_log owner to acquis_owner;
grant select, insert, update, delete on desk.letters_from_log to acquis_web;
grant select on desk.letters_from_log to acquis_backup;
