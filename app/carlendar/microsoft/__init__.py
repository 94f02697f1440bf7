"""Adapters for Microsoft identity and Microsoft Graph."""
