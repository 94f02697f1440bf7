"""Change notifications of Graph, forwarded to cars without content."""
