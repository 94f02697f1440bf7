"""Tokens for joining meetings over a car's data connection: Azure Communication Services' key is here and in no car."""
