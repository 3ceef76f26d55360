-- name: views
-- Released results only, opaque ids only. A column never changes its meaning: another meaning is a v2 view.
create view reporting.v1_candidacies with (security_barrier) as
select o.candidacy, c.code as certification, c.version as certification_version, o.route, o.opened_on, o.admissible,
       o.filed as validation_file_submitted, o.evidence as evidence_pieces, o.released_outcome as outcome,
       cardinality(o.released_granted) as blocks_granted, o.released_title_on as title_on,
       o.registered is not null as in_register, o.option
  from projection.candidacy_overview o join projection.certification_catalogue c using (framework);
comment on view reporting.v1_candidacies is 'One row per candidacy, with its released results.';
comment on column reporting.v1_candidacies.candidacy is 'Opaque id of the candidacy (UUID).';
comment on column reporting.v1_candidacies.certification is 'Code of the certification in its register, such as RNCP31936.';
comment on column reporting.v1_candidacies.certification_version is 'Version of the framework the candidacy is under.';
comment on column reporting.v1_candidacies.route is 'Route of access: FI, CA, FC, CQ, CL or VAE.';
comment on column reporting.v1_candidacies.opened_on is 'Day on which the candidacy was opened (Europe/Paris).';
comment on column reporting.v1_candidacies.admissible is 'VAE only: declared admissible or not; empty while undecided, and in other routes.';
comment on column reporting.v1_candidacies.validation_file_submitted is 'Whether a validation file was filed.';
comment on column reporting.v1_candidacies.evidence_pieces is 'Pieces of evidence put in and not withdrawn.';
comment on column reporting.v1_candidacies.outcome is 'full, partial, none or in_progress, of released results.';
comment on column reporting.v1_candidacies.blocks_granted is 'How many blocks were granted, of released results.';
comment on column reporting.v1_candidacies.title_on is 'Day of the jury that pronounced the title, once released.';
comment on column reporting.v1_candidacies.in_register is 'Whether the title was entered in the register.';
comment on column reporting.v1_candidacies.option is 'Code of the option chosen, where the certification has some.';

create view reporting.v1_competences with (security_barrier) as
select s.candidacy, c.code as certification, c.version as certification_version, o.route, s.block, s.competence,
       s.released_state as state, s.released_acquired as acquired, b.released_state as block_state
  from projection.competence_status s
  join projection.candidacy_overview o using (candidacy)
  join projection.block_status b using (candidacy, block)
  join projection.certification_catalogue c using (framework);
comment on view reporting.v1_competences is 'One row per candidacy and competence of its framework, with released results.';
comment on column reporting.v1_competences.candidacy is 'Opaque id of the candidacy (UUID).';
comment on column reporting.v1_competences.certification is 'Code of the certification in its register.';
comment on column reporting.v1_competences.certification_version is 'Version of the framework the candidacy is under.';
comment on column reporting.v1_competences.route is 'Route of access: FI, CA, FC, CQ, CL or VAE.';
comment on column reporting.v1_competences.block is 'Certification number of the block (not the number in the heading of the sheet).';
comment on column reporting.v1_competences.competence is 'Number of the competence within its framework version.';
comment on column reporting.v1_competences.state is 'no_evidence, evidenced or ruled; marks of assessors are never reported.';
comment on column reporting.v1_competences.acquired is 'Ruled acquired or not by a jury whose results are released; empty before.';
comment on column reporting.v1_competences.block_state is 'granted, not_granted, not_decided or not_sought, of released results.';

grant select on reporting.v1_candidacies, reporting.v1_competences to acquis_report, acquis_backup;

-- name: drop
drop view if exists reporting.v1_candidacies, reporting.v1_competences
