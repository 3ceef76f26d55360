-- Where read models live. Their tables are not here: they are rebuilt, never migrated, and the projector owns them.

-- A rebuilt set is made in projection_fresh, then takes the place of the one in projection, in one transaction.
create schema projection_fresh authorization acquis_projector;

-- What reports read: views over projections, of released results only.
create schema reporting authorization acquis_projector;
grant usage on schema reporting to acquis_report, acquis_backup;

-- The text of each read model's definition when it was made: another one is rebuilt before the projector goes on.
create table projection.shape (
  name   text primary key,
  sha256 text not null
);
alter table projection.shape owner to acquis_projector;
grant select on projection.shape to acquis_web, acquis_backup;
