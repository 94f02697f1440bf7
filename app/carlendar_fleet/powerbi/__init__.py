"""A Power BI project (PBIP) over exported tables: semantic model in TMDL, report in PBIR, and the tables as CSV."""
