"""Texts that set up the back end in Azure: Event Grid, Event Hubs and Fabric. They were never tried in a tenant."""
