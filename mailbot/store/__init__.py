"""The ground: schema, transactions, encryption, the audit chain."""
