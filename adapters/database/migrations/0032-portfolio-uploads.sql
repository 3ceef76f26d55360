-- A file may be on its way into somebody's own portfolio: its upload is of no candidacy, and takes of the room of theirs.
-- Nothing else of the function of 0013 has changed.
alter table desk.upload alter column candidacy drop not null;

create or replace function desk.open_upload(
  p_id uuid, p_candidacy uuid, p_candidate uuid, p_sender uuid, p_length bigint, p_about bytea, p_asked text,
  p_most_open integer, p_most_bytes bigint, p_bytes_left bigint, p_pieces_left bigint
) returns text language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  there desk.upload;
  reserved bigint;
  pieces bigint;
begin
  perform pg_advisory_xact_lock(4716, hashtext(p_sender::text));
  perform pg_advisory_xact_lock(4717, hashtext(coalesce(p_candidacy, p_candidate)::text));
  select * into there from desk.upload where id = p_id;
  if found then
    return case when there.asked = p_asked and there.sender = p_sender then 'same' else 'reused' end;
  end if;
  select coalesce(sum(length), 0), count(*) into reserved, pieces from desk.upload
   where sender = p_sender and state in ('receiving', 'checking') and expires_at > now();
  if pieces >= p_most_open then
    return 'many';
  end if;
  if pieces > 0 and reserved + p_length > p_most_bytes then
    return 'much';
  end if;
  select coalesce(sum(length), 0), count(*) into reserved, pieces from desk.upload
   where candidate = p_candidate and candidacy is not distinct from p_candidacy
     and state in ('receiving', 'checking') and expires_at > now();
  if reserved + p_length > p_bytes_left or pieces + 1 > p_pieces_left then -- null: no limit
    return 'over';
  end if;
  insert into desk.upload (id, candidacy, candidate, sender, length, about, asked)
  values (p_id, p_candidacy, p_candidate, p_sender, p_length, p_about, p_asked);
  return 'opened';
end $$;
