"""The imperative shell: Prefect flows that gather inputs, call the core and apply its outputs."""
