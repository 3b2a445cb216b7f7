"""Where results rest: the object store, the record, the index and the ledger."""
