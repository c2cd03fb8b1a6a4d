"""The monitor's dashboards for Grafana, as code: ``python -m deploy.grafana`` writes their JSON.

No query works out a figure. Those over cases ask the tables in which the monitor lays out what its
pages show (``ccm_figure``, ``ccm_count``, ``ccm_gap``) and list single cases; those about the
system, and figures over time, ask Prometheus.
"""
