-- What is looked for, and no more: an append is known by its first fact, and what else it recorded stands under one key,
-- which is kept once for all of it. `(n = 0 or n > 0)` in a query lets it be found by both.
alter table log.event drop constraint event_append_id_n_key;
create unique index event_append_key on log.event (append_id) where n = 0;
create index event_append_rest on log.event (append_id) where n > 0;

-- The sealer adds leaves at the end only: no page of their indexes has to keep room for what comes between.
alter index log.leaf_pkey set (fillfactor = 100);
alter index log.leaf_position_key set (fillfactor = 100);
reindex table log.leaf;
