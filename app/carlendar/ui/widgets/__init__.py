"""The widgets that draw parts; their rules are in kv/widgets."""
