"""Targets that are a branch of a git repository: one commit a release."""
