-- name: table
create table certifiers (
  certifiers     uuid    not null,          -- the stream of a certification's certifiers
  organisation   uuid    not null,
  certification  text    not null,
  keeps_register boolean not null,
  position       bigint  not null,
  primary key (certifiers, organisation)
);
create index certifiers_organisation on certifiers (organisation);

-- name: list
select organisation, certification, keeps_register, position
  from projection.certifiers
 where organisation = %(organisation)s
 order by position
