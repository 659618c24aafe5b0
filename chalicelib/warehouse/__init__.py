"""The citizen's own data warehouse (kho dữ liệu điện tử): what they put in, and what agencies put in."""
