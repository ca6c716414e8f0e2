"""The support desk: Django admin for staff. Every save goes through ``mailsettings.changes``."""
