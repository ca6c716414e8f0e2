"""Which user names the patterns of a domain give anyway, so that a file which writes them out says nothing new."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from mailsettings.core.endpoints import expand_user_name
from mailsettings.directory import stored
from mailsettings.models import Domain, ServiceEndpoint


class Logins:
    """The endpoints of some stored domains and of every server, asked for at once."""

    def __init__(self, domains: Collection[int]) -> None:
        self.of_servers: dict[int, list[ServiceEndpoint]] = defaultdict(list)
        for endpoint in ServiceEndpoint.objects.filter(domain=None):
            self.of_servers[endpoint.server_id].append(endpoint)
        self.of_domains = stored.endpoints(domains)

    def follow_pattern(self, login: str, local_part: str, domain: Domain) -> bool:
        """Whether programs would get this user name anyway, by every pattern of the domain."""
        own = self.of_domains.get(domain.pk, [])
        replaced = {endpoint.protocol for endpoint in own}
        of_server = [one for one in self.of_servers[domain.server_id] if one.protocol not in replaced]
        patterns = {endpoint.username for endpoint in (*own, *of_server)}
        return {expand_user_name(pattern, local_part, domain.primary_name) for pattern in patterns} == {login}
