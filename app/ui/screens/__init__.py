"""One class for each screen; its rule is in kv/screens."""
