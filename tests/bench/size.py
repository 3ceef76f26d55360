"""Bytes in the database for each fact, by table and index, once the tree covers them."""

from __future__ import annotations

from contextlib import closing

from adapters.database.pool import Database
from adapters.log.tree import Tree
from tests.bench.pairs import Figure, Goal
from tests.bench.rebuild import of_this_run
from tests.bench.server import Server, run

KEPT = """
select c.relname, i.relname, pg_relation_size(coalesce(i.oid, c.oid))
       + case when i.oid is null then coalesce(pg_total_relation_size(nullif(c.reltoastrelid, 0)), 0) else 0 end
  from pg_class c
  left join lateral (select null::oid as oid, null::name as relname
                     union all select i.indexrelid, x.relname from pg_index i join pg_class x on x.oid = i.indexrelid
                      where i.indrelid = c.oid) i on true
 where c.relnamespace = 'log'::regnamespace and c.relkind = 'r'
 order by c.relname, i.relname nulls first
"""


def figures(server: Server, pairs: int) -> list[Figure]:
    """Return the bytes for each fact in schema `log`, without read models and the server's own data."""
    given = of_this_run(server, pairs)
    with closing(Database(given.dsn, role="acquis_projector", size=2)) as backstage:
        Tree(backstage).grow()
    kept = [(index or table, size / given.facts) for table, index, size in run(given.dsn, KEPT)]
    notes = [f"{name} {size:.1f}" for name, size in kept if size >= 1]
    body = run(given.dsn, "select avg(octet_length(body)) from log.event")[0][0]
    return [
        Figure(
            f"bytes a fact, of {given.facts:,}",
            [sum(size for _, size in kept)],
            [],
            "bytes",
            Goal(500, at_least=False),
            [", ".join(notes), f"of which the fact's body {body:.0f}"],
        )
    ]
