"""The admin site itself."""

from django.contrib import admin


class SupportDesk(admin.AdminSite):
    pass
