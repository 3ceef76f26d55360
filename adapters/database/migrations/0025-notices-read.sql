-- Up to which fact somebody has read what the site tells them. What it tells is read from the log.
create table desk.notices_read (
  person   uuid   primary key,
  position bigint not null
);
alter table desk.notices_read owner to acquis_owner;
grant select, insert, update, delete on desk.notices_read to acquis_web;
grant select on desk.notices_read to acquis_backup;
