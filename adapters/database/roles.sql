-- The logins that Acquis's processes use, one for each role. Run by an administrator of the server, once after
-- `acquis migrate`, in the certifier's database and again in the keys' one (each login's settings are per database).
-- `acquis init` does it, and draws the passwords of those that services use. By hand:
--
--   psql -d acquis -f deploy/roles.sql
--   psql -d acquis_keys -f deploy/roles.sql
--
-- It may be run again; it changes no password. Then give each login that you use its password, typed, never written
-- into a file that others read:
--
--   psql -d acquis -c '\password acquis_web_login'
--
-- and let each come from where its process runs, with that password, to these databases only (pg_hba.conf):
--
--   # TYPE   DATABASE              USER                                     ADDRESS        METHOD
--   hostssl  acquis,acquis_keys    acquis_web_login,acquis_worker_login     10.0.0.0/28    scram-sha-256
--   hostssl  acquis,acquis_keys    acquis_backup_login                      10.0.0.0/28    scram-sha-256
--   hostssl  acquis                acquis_projector_login                   10.0.0.0/28    scram-sha-256
--   hostssl  acquis                acquis_report_login,acquis_auditor_login 10.0.0.16/28   scram-sha-256
--   hostssl  acquis                acquis_witness_login                     192.0.2.7/32   scram-sha-256
--
-- The address goes where the process finds it, ACQUIS_DATABASE_URL_FILE=/etc/acquis/web.url, closed to others:
--
--   postgresql://acquis_web_login:…@db.example/acquis?sslmode=verify-full
--
-- Later migrations run under a login of the administrator's that is a member of acquis_owner; no process keeps one.
-- With ACQUIS_PRODUCTION set, a process refuses a login that holds more than the one role it needs.

do $$
declare
  login record;
  setting record;
begin
  for login in select * from (values
      ('acquis_web_login',       'acquis_web',       48),
      ('acquis_worker_login',    'acquis_worker',    19),
      ('acquis_projector_login', 'acquis_projector', 13),
      ('acquis_report_login',    'acquis_report',     8),
      ('acquis_auditor_login',   'acquis_auditor',    2),
      ('acquis_witness_login',   'acquis_auditor',    2),
      ('acquis_backup_login',    'acquis_backup',     5)) l(name, role, connections) loop
    if to_regrole(login.name) is null then
      execute format('create role %I login', login.name);
    end if;
    execute format('alter role %I connection limit %s', login.name, login.connections);
    execute format('grant %I to %I', login.role, login.name);
    -- what a role is set to does not pass on to its members: it stands on each login, for this database
    for setting in select * from (values
        ('acquis_web_login',       'statement_timeout',                   '5min'),
        ('acquis_web_login',       'lock_timeout',                        '2s'),
        ('acquis_web_login',       'idle_in_transaction_session_timeout', '2s'),
        ('acquis_worker_login',    'statement_timeout',                   '5min'),
        ('acquis_worker_login',    'lock_timeout',                        '2s'),
        ('acquis_worker_login',    'idle_in_transaction_session_timeout', '2s'),
        ('acquis_projector_login', 'lock_timeout',                        '2s'),
        ('acquis_projector_login', 'idle_in_transaction_session_timeout', '1min'),
        ('acquis_report_login',    'default_transaction_read_only',       'on'),
        ('acquis_report_login',    'statement_timeout',                   '10min'),
        ('acquis_report_login',    'lock_timeout',                        '10s'),
        ('acquis_report_login',    'idle_in_transaction_session_timeout', '1min'),
        ('acquis_auditor_login',   'default_transaction_read_only',       'on'),
        ('acquis_auditor_login',   'statement_timeout',                   '10min'),
        ('acquis_auditor_login',   'lock_timeout',                        '10s'),
        ('acquis_auditor_login',   'idle_in_transaction_session_timeout', '1min'),
        ('acquis_witness_login',   'default_transaction_read_only',       'on'),
        ('acquis_witness_login',   'statement_timeout',                   '10min'),
        ('acquis_witness_login',   'lock_timeout',                        '10s'),
        ('acquis_witness_login',   'idle_in_transaction_session_timeout', '1min'),
        ('acquis_backup_login',    'default_transaction_read_only',       'on'),
        ('acquis_backup_login',    'lock_timeout',                        '10s')) s(login, name, value)
      where s.login = login.name loop
      execute format('alter role %I in database %I set %I = %L',
                     login.name, current_database(), setting.name, setting.value);
    end loop;
  end loop;
end $$;
