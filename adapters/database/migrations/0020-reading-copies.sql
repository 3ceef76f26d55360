-- What is known of the reading copy of each piece, which stands encrypted in the evidence store beside the piece. It is made
-- from the piece and can be made again: a piece without a row has none yet. Nothing here is an input to a rule, and no backup
-- holds it.
create table desk.reading_copy (
  evidence  uuid        primary key,
  candidacy uuid        not null,
  person    uuid        not null,               -- whom the piece is about, for whose key the copy is encrypted
  state     text        not null check (state in ('ready', 'unavailable')),
  reason    text        check (length(reason) between 1 and 60), -- why there is none, where it is unavailable
  pages     integer     check (pages >= 0),
  made_at   timestamptz not null default now(),
  check ((state = 'unavailable') = (reason is not null))
);
create index on desk.reading_copy (candidacy);

alter table desk.reading_copy owner to acquis_owner;
grant select, insert, update, delete on desk.reading_copy to acquis_web;
grant select on desk.reading_copy to acquis_backup;
