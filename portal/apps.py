from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class PortalConfig(AppConfig):
    name = "portal"


class SkrynkaAdminConfig(AdminConfig):
    default_site = "mailsettings.admin.site.SupportDesk"
