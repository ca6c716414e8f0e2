from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class PortalConfig(AppConfig):
    name = "portal"

    def ready(self) -> None:
        from mailsettings.signin import proof  # noqa: F401 - listens to what people set up

        from . import checks  # noqa: F401 - registers the system checks


class SkrynkaAdminConfig(AdminConfig):
    default_site = "mailsettings.admin.site.SupportDesk"
