-- Which feed this is. A log that was restored gives the positions and cursors of what it lost to other facts: its feed is
-- another from then on, and whoever follows begins again, as in one of other kinds of facts.
create table desk.feed (
  alone  boolean primary key default true check (alone),
  origin uuid    not null default gen_random_uuid()
);
insert into desk.feed default values;
alter table desk.feed owner to acquis_owner;
grant select, update on desk.feed to acquis_web;
grant select on desk.feed to acquis_backup;

-- In which feed its cursor counts; null: in none that is.
alter table desk.subscription drop column generation, add column source uuid;
