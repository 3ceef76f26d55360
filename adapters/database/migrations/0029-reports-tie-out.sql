-- That the reporting views add up to the log is checked with the deadlines, and noted beside them (ADR 54).
alter table desk.run drop constraint run_job_check;
alter table desk.run add constraint run_job_check check (job in ('deadlines', 'reports'));
