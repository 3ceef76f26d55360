-- name: table
create table reported_evidence (
  candidacy   uuid     not null,
  form        text     not null,
  media_type  text     not null,
  framework   uuid     not null,
  submitted   integer  not null,
  withdrawn   integer  not null,
  refused     integer  not null,
  size        bigint   not null,   -- bytes, of those neither withdrawn nor refused
  competences smallint not null,
  valid_from  bigint   not null,
  valid_to    bigint,
  from_day    date     not null,
  to_day      date,
  primary key (candidacy, form, media_type, valid_from)
);
