"""What linter and codemod cost, next to parsing and to their peers."""
