-- Makes the role as which Grafana reads the ledger, or brings it up to date; run it as the ledger's
-- owner, with psql 14 or newer, after ccm has made its tables and again after every update of ccm:
--   CCM_GRAFANA_DB_PASSWORD=… psql --set ON_ERROR_STOP=1 --file role.sql postgresql://ccm@host/ccm
-- It may read the published figures and what lists show of a case. Not the columns line and root,
-- which name customers, and no text.
\getenv password CCM_GRAFANA_DB_PASSWORD
BEGIN;
SELECT 'CREATE ROLE ccm_grafana' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'ccm_grafana') \gexec
ALTER ROLE ccm_grafana LOGIN NOINHERIT CONNECTION LIMIT 10 PASSWORD :'password';
ALTER ROLE ccm_grafana SET default_transaction_read_only = on;
ALTER ROLE ccm_grafana SET statement_timeout = '10s';
GRANT USAGE ON SCHEMA public TO ccm_grafana;
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM ccm_grafana;
GRANT SELECT ON ccm_figure, ccm_count, ccm_gap TO ccm_grafana;
GRANT SELECT (case_id, revision, outcome, ftr, route, left_in, topic, team, channels, reach, final,
    opened_at, opened_week, waiting_since, waiting_public_since, escalated_at, promise_due,
    settled_at, false_pauses, risk) ON ccm_verdict TO ccm_grafana;
GRANT SELECT (case_id, at, as_of, outcome_before, outcome_after, ftr_before, ftr_after,
    policy_before, policy_after, was_final, reason) ON ccm_restatement TO ccm_grafana;
COMMIT;
