-- Who decides, seals or counts reads `only log.event`: a child table would show them other facts than the watch reads.
do $$
declare
  f regprocedure;
begin
  for f in select oid::regprocedure from pg_proc
            where pronamespace = 'log'::regnamespace and prosrc ~ '\mfrom (log\.)?event\M' loop
    execute regexp_replace(pg_get_functiondef(f), '\mfrom (log\.)?event\M', 'from only \1event', 'g');
  end loop;
end $$;
create or replace view log.fact as
 select position, stream, version, type, body, append_id, n, recorded_at from only log.event
  where position + 0 <= (select pg_sequence_last_value('log.position'::regclass));

-- The projector writes what it needs of the watch and of a doubt, and no other column.
revoke insert, update on log.doubt from acquis_projector;
grant insert (slug, place, digest), update (accepted) on log.doubt to acquis_projector;
revoke update on log.watch from acquis_projector;
grant update (size, position, at, peaks, began_at, seen_at, round_at, round_size, round_s) on log.watch
  to acquis_projector;
