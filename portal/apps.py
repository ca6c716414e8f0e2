from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class PortalConfig(AppConfig):
    name = "portal"

    def ready(self) -> None:
        from . import checks  # noqa: F401 - registers the system checks


class SkrynkaAdminConfig(AdminConfig):
    default_site = "mailsettings.admin.site.SupportDesk"
