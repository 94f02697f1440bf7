"""What runs an expression."""

from __future__ import annotations

from typing import Protocol

import ibis.expr.types as ir
import pyarrow as pa


class AnalyticsEngine(Protocol):
    """Runs unbound expressions over the tables of events."""

    def run(self, expression: ir.Table) -> pa.Table:
        """Return the rows of an expression, in any order. Raises StoreError if the data cannot be read."""
        ...
