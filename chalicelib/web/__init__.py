"""HTTP in and problems out: routes, callers, limits, paging, OpenAPI. Knows no slice and no table."""
