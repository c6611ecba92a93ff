"""The yardstick: accounts and opportunities as a careful developer writes them by hand.

Flask and SQLAlchemy Core, prepared statements, row rights by owner and hierarchy in SQL, optimistic
locking, validation, a history row and a search row with every save, the account's sums kept in the
saving transaction. The same ids, columns and indexes as Typecase has; nothing is configurable.
"""
