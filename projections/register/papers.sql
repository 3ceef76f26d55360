-- name: table
create table papers (
  papers    uuid     not null,
  position  bigint   not null primary key,
  candidacy uuid     not null,
  paper     text     not null,   -- certificate, block_certificate, duplicate, reissue, replacement
  block     integer,             -- null: of the title
  number    integer,             -- in the register, of a title
  copy      integer  not null,   -- which duplicate; 0 for no duplicate
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
