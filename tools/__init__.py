"""Command-line tools for authors and operators; never imported by the service."""
