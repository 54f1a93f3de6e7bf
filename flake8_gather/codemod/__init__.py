"""The rewriting of whole files; only `command` needs libcst."""
