"""Questions that mail programs ask, for tests of other parts."""


def autoconfig_status(client, domain: str) -> int:
    """The status of the autoconfig answer for a domain."""
    return client.get("/mail/config-v1.1.xml", headers={"host": f"autoconfig.{domain}"}).status_code
