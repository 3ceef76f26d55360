-- name: table
create table candidacy_overview (
  candidacy         uuid     not null primary key,
  opened_at         bigint   not null unique,   -- position: the order of lists
  candidate         uuid     not null,
  framework         uuid     not null,
  rulebook          uuid     not null,
  route             text     not null,
  opened_on         date     not null,
  blocks            smallint[] not null,        -- the blocks sought; empty: the whole certification
  option            text,                       -- the code of the chosen option, if the certification has some
  ended             text,                       -- withdrawn, lapsed, or null while it is under way
  advisor           uuid,                       -- the current advisor
  centre            uuid,                       -- the centre that enrolled its candidate, if any
  admissible        boolean,
  filed             boolean  not null,
  evidence          integer  not null,          -- pieces not withdrawn
  sessions          uuid[]   not null,
  attendance        text,                       -- at the last session that recorded it
  outcome           text     not null,          -- for the panel and the registrar
  granted           smallint[] not null,
  title_on          date,
  released_outcome  text     not null,          -- for everybody else
  released_granted  smallint[] not null,
  released_title_on date,
  registered        integer,                    -- number in the register
  positions         bigint[] not null
);
create index candidacy_overview_candidate on candidacy_overview (candidate);

-- name: list
select candidacy, opened_at, candidate, framework, rulebook, route, opened_on, blocks, option, ended, advisor,
       centre, admissible, filed, evidence, sessions, attendance, outcome, granted, title_on, released_outcome,
       released_granted, released_title_on, registered, positions
  from projection.candidacy_overview o
 where opened_at > %(after)s
   and (%(candidacy)s::uuid is null or candidacy = %(candidacy)s)
   and (%(candidacies)s::uuid[] is null or candidacy = any(%(candidacies)s::uuid[]))
   and (%(candidate)s::uuid is null or candidate = %(candidate)s)
   and (%(framework)s::uuid is null or framework = %(framework)s)
   and (%(registered)s::integer is null or registered = %(registered)s)
   and (%(juror)s::uuid is null
        or exists (select from projection.jury_agenda a join projection.jury_panel p using (session)
                    where a.candidacy = o.candidacy and p.juror = %(juror)s and p.seated
                      and not exists (select from projection.decision_history h
                                       where h.candidacy = a.candidacy and h.type = 'JurorRecused'
                                         and h.session = a.session
                                         and h.grounds ->> 'juror' = any(%(files)s::uuid[]::text[]))))
   and (%(assessor)s::uuid is null or exists (select from projection.assessor_assignments s
                                               where s.candidacy = o.candidacy and s.assessor = %(assessor)s))
   and (%(advisor)s::uuid is null or advisor = %(advisor)s)
   and (%(centres)s::uuid[] is null or centre = any(%(centres)s::uuid[]))
   and candidate <> all(%(files)s::uuid[])
 order by opened_at limit %(limit)s
