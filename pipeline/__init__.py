"""The functional core: a page in, a finding out; no storage, registry, network, Prefect or clock."""
