"""A whole municipality: JupyterHub in front, and for each person a server of their own.

``settings.py`` is what a ``jupyterhub_config.py`` calls; ``docs/municipality.md`` says how.
"""
