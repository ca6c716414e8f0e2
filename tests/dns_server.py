"""A DNS server on loopback for tests: it knows a few names, and can fall silent, fail, or answer at length."""

from __future__ import annotations

import socketserver
import struct
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.rrset

SILENT = "silent"
MOST_BY_UDP = 1232


class DnsServer:
    """Answers MX questions from ``records``: lines by name, a response code, or SILENT. Other names do not exist."""

    def __init__(self, records: Mapping[str, object]) -> None:
        self.records = records
        self.asked: list[str] = []

    def answer(self, wire: bytes, *, by_udp: bool) -> bytes | None:
        question = dns.message.from_wire(wire)
        name = question.question[0].name.to_text(omit_final_dot=True)
        self.asked.append(name)
        found = self.records.get(name, dns.rcode.NXDOMAIN)
        if found == SILENT:
            return None
        response = dns.message.make_response(question)
        if isinstance(found, dns.rcode.Rcode):
            response.set_rcode(found)
        elif found:
            response.answer.append(dns.rrset.from_text_list(f"{name}.", 60, "IN", "MX", found))
        if by_udp and len(response.to_wire()) > MOST_BY_UDP:
            response.answer.clear()
            response.flags |= dns.flags.TC
        return response.to_wire()


@contextmanager
def serving(records: Mapping[str, object]) -> Iterator[tuple[DnsServer, str]]:
    """A running server, and its ``address:port`` for DNS_SERVERS."""
    server = DnsServer(records)

    class Udp(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            wire, socket = self.request
            if answer := server.answer(wire, by_udp=True):
                socket.sendto(answer, self.client_address)

    class Tcp(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            (size,) = struct.unpack("!H", self.rfile.read(2))
            if answer := server.answer(self.rfile.read(size), by_udp=False):
                self.wfile.write(struct.pack("!H", len(answer)) + answer)

    with socketserver.ThreadingUDPServer(("127.0.0.1", 0), Udp) as udp:
        port = udp.server_address[1]
        with socketserver.ThreadingTCPServer(("127.0.0.1", port), Tcp) as tcp:
            for one in (udp, tcp):
                threading.Thread(target=one.serve_forever, args=(0.01,), daemon=True).start()
            try:
                yield server, f"127.0.0.1:{port}"
            finally:
                udp.shutdown()
                tcp.shutdown()
