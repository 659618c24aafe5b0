"""The access log: who asked for which items of a citizen, when and what for, chained so that it can be proved."""
