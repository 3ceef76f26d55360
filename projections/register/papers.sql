-- name: table
create table papers (
  papers    uuid     not null,
  position  bigint   not null primary key,
  candidacy uuid     not null,
  paper     text     not null,   -- certificate, block_certificate, duplicate, reissue, replacement
  block     integer,             -- null for a paper of the title
  number    integer,             -- the title's number in the register
  copy      integer  not null,   -- the number of the duplicate; 0 if it is none
  issued_on date     not null,
  positions bigint[] not null
);
create index papers_candidacy on papers (candidacy);
create index papers_papers on papers (papers);

-- name: list
select papers, position, candidacy, paper, block, number, copy, issued_on, positions
  from projection.papers
 where candidacy = %(candidacy)s
 order by position

-- name: paper
select papers, position, candidacy, paper, block, number, copy, issued_on, positions
  from projection.papers
 where position = %(position)s

-- name: titles
select o.candidacy, o.candidate, o.framework, o.released_title_on, o.registered,
       exists (select from projection.papers p where p.candidacy = o.candidacy and p.block is null) as issued,
       (select min(d.since) from projection.deadlines d where d.candidacy = o.candidacy and d.duty = 'declaration'),
       (select min(d.since) from projection.deadlines d where d.candidacy = o.candidacy and d.duty = 'correction')
  from projection.candidacy_overview o
 where o.released_title_on is not null and o.candidate <> all(%(files)s::uuid[])
   and case %(state)s
         when 'enter' then o.registered is null
         when 'issue' then o.registered is not null
           and not exists (select from projection.papers p where p.candidacy = o.candidacy and p.block is null)
         when 'declare' then o.registered is not null
           and exists (select from projection.deadlines d where d.candidacy = o.candidacy and d.duty in ('declaration', 'correction'))
         else o.registered is not null
       end
 order by case when %(state)s = 'all' then -o.registered end, o.released_title_on, o.opened_at
 limit %(limit)s offset %(after)s

-- name: counts
select count(*) filter (where o.registered is null),
       count(*) filter (where o.registered is not null
         and not exists (select from projection.papers p where p.candidacy = o.candidacy and p.block is null)),
       count(*) filter (where o.registered is not null
         and exists (select from projection.deadlines d where d.candidacy = o.candidacy and d.duty in ('declaration', 'correction')))
  from projection.candidacy_overview o
 where o.released_title_on is not null and o.candidate <> all(%(files)s::uuid[])
