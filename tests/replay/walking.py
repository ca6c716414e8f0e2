"""Short ways to say what a replay did."""

from __future__ import annotations

from mailsettings.core.addresses import Address, parse_address
from mailsettings.inprocess import Answer
from mailsettings.replay import Replay, asking, replay, without_dns
from mailsettings.replay.comparing import Verdict
from mailsettings.replay.reading import Exchange, Outcome

ALL = ("thunderbird", "thunderbird-android", "evolution", "deltachat", "outlook", "apple")
MARKS = {Outcome.NOT_ASKED: "- not asked", Outcome.NO_SUCH_HOST: "- no host"}


def see(program: str, email: str = "olena@firma.com.ua", *, dns: bool = True, **options) -> Replay:
    """A replay; without ``dns`` the domain's zone holds MX records only."""
    address = parse_address(email)
    return replay(program, address, **options, **({} if dns else {"resolves": without_dns(address)}))


def steps(found: Replay) -> list[str]:
    """Each request with the status of its answer, or why it has none; queries left out."""
    return [" ".join(filter(None, _parts(exchange))) for exchange in found.exchanges]


def _parts(exchange: Exchange) -> tuple[str, str, str]:
    status = str(exchange.status) if exchange.outcome is Outcome.ANSWERED else ""
    return exchange.request.partition("?")[0], status, MARKS.get(exchange.outcome, "")


def servers(found: Replay) -> list[str]:
    """``imap imap.firma.com.ua:993 tls olena@firma.com.ua`` for each server it ends with."""
    return [
        f"{server.protocol} {server.host}:{server.port} {'/'.join(server.securities) or 'none'} {server.user_name}"
        for server in found.ended.servers
    ]


def verdicts(found: Replay) -> dict[str, set[Verdict]]:
    """By protocol, the verdicts on its values."""
    return {item.protocol.value: {value.verdict for value in item.values} for item in found.comparisons}


def differing(found: Replay) -> list[tuple[str, str, str]]:
    """Program's and published value of each value that differs, with its label."""
    return [
        (value.label, value.program, value.published)
        for item in found.comparisons
        for value in item.values
        if value.verdict is Verdict.DIFFERS
    ]


def lie(monkeypatch, old: bytes, new: bytes, *, content_type: str = "") -> None:
    """Make this site answer with ``new`` in place of ``old``, and with another content type if one is given."""
    honest = asking.fetch

    def lying(method, url, **options):
        answer = honest(method, url, **options)
        headers = {**answer.headers, **({"Content-Type": content_type} if content_type else {})}
        return Answer(answer.status, headers, answer.body.replace(old, new))

    monkeypatch.setattr(asking, "fetch", lying)


def answer_with(monkeypatch, answers: dict[str, Answer]) -> None:
    """Make this site give ``answers`` by address without a query, and 404 to everything else."""
    monkeypatch.setattr(
        asking, "fetch", lambda _method, url, **_options: answers.get(url.partition("?")[0], Answer(404))
    )


def address(email: str = "olena@firma.com.ua") -> Address:
    return parse_address(email)
