"""The widgets that screens are made of; their rules are in kv/widgets."""
