"""The population registry as seen from here: embedded, over HTTP, and the mock of the national one."""
