"""Pages below ``/{lang}/``."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from mailsettings.personal import TOKEN_LENGTH

from . import advisor, article, dns, feedback, guide, help, mine, personal, recovery, search, setup, sheets, start


class DomainConverter(StringConverter):
    """A domain name in a path, in any spelling; whether it is one is the view's to say."""

    regex = r"[^/\0]{1,1100}"


class GuideConverter(StringConverter):
    """A guide's id: it has no dot, a format's name has one."""

    regex = r"[a-z0-9-]{1,60}"


class TokenConverter(StringConverter):
    """What could be the token of a personal link."""

    regex = rf"[A-Za-z0-9]{{{TOKEN_LENGTH}}}"


register_converter(DomainConverter, "domain")
register_converter(GuideConverter, "guide")
register_converter(TokenConverter, "token")

app_name = "pages"
urlpatterns = [
    path("", start.start, name="start"),
    path("d/<domain:domain>/", setup.setup, name="setup"),
    path("d/<domain:domain>/sheets/", sheets.sheets, name="sheets"),
    path("d/<domain:domain>/dns/", dns.dns, name="dns"),
    path("d/<domain:domain>/send-link/", recovery.send_link, name="send_link"),
    path("d/<domain:domain>/guides/", guide.guides_of_domain, name="guides_of_domain"),
    path("d/<domain:domain>/<guide:guide_id>/", guide.guide, name="guide"),
    path("s/<token:token>/", personal.personal_setup, name="personal_setup"),
    path("s/<token:token>/seen/", personal.seen, name="personal_seen"),
    path("s/<token:token>/guides/", personal.personal_guides, name="personal_guides"),
    path("s/<token:token>/<guide:guide_id>/", personal.personal_guide, name="personal_guide"),
    path("guides/", guide.all_guides, name="guides"),
    path("guides/<guide:guide_id>/answer/", feedback.answer, name="answer"),
    path("guides/<guide:guide_id>/", guide.guide_alone, name="guide_alone"),
    path("mine/", mine.domains, name="mine"),
    path("mine/<int:pk>/", mine.domain, name="mine_domain"),
    path("mine/<int:pk>/sheets/", mine.sheets, name="mine_sheets"),
    path("mine/mailbox/<int:pk>/", mine.mailbox, name="mine_mailbox"),
    path("search/", search.search_page, name="search"),
    path("help/", help.help_page, name="help"),
    path("help/<guide:error_id>/", help.error_page, name="error"),
    path("imap-or-pop3/", advisor.comparison, name="imap-or-pop3"),
    path("mail-basics/", article.article, {"article_id": "mail-basics"}, name="mail-basics"),
]
