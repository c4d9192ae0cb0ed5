"""The proxy in front of hub and servers: that of ``configurable-http-proxy``, with four things mended.

It passed on ten requests at a time and gave up a page after twenty seconds. It told the browser nothing of
the kernel's own protocol, and passed bytes on as text. It told the hub a wrong way by which requests came.
And it wrote down addresses with all that they may carry.
"""

import logging
from urllib.parse import urlsplit

from configurable_http_proxy import cli, configproxy, log
from configurable_http_proxy.handlers import ProxyHandler
from tornado.httpclient import AsyncHTTPClient, HTTPRequest

AT_ONCE = 2_000
"""Requests that are passed on at a time; a page is one until its kernel has drawn it."""
SECONDS = 300
"""How long a page may take."""
LARGEST = 256 * 2**20
"""Bytes of the largest answer or message: a large workbook on its way to the browser."""


class Passing(ProxyHandler):
    """Passes on a request, and for a socket the protocol that the two ends have in common."""

    def select_subprotocol(self, subprotocols: list[str]) -> str | None:
        """Say what the server chose."""
        del subprotocols
        chosen: str | None = self.ws_client.selected_subprotocol if self.ws_client else None
        return chosen

    def on_message(self, message: str | bytes) -> None:
        """Pass *message* on as what it is; bytes as text would be none of the kernel's."""
        if self.ws_client:
            self.proxy.update_last_activity(self.target["prefix"])
            self.ws_client.write_message(message, binary=isinstance(message, bytes))

    def _get_proxy_request(self, url: str) -> HTTPRequest:
        """Return the request as it is passed on, with what the hub must know of its way here."""
        request: HTTPRequest = super()._get_proxy_request(url)
        # A proxy before this one that speaks https has said so, and by which name it was asked.
        given, host = self.request.headers, self.request.host
        scheme = given.get("X-Forwarded-Proto", self.request.protocol)
        port = urlsplit(f"//{host}").port or (443 if scheme.startswith("https") else 80)
        before = given.get("X-Forwarded-For")
        way = f"{before}, {self.request.remote_ip}" if before else str(self.request.remote_ip)
        told = {"for": way, "proto": scheme, "host": host, "port": str(port)}
        for name in [name for name in request.headers if name.lower().startswith("x-forwarded-")]:
            del request.headers[name]
        for name, value in told.items():
            request.headers[f"X-Forwarded-{name.title()}"] = value
        return request


def main() -> None:
    """Begin as ``configurable-http-proxy`` does, with its words on the command line."""
    limits = {"request_timeout": SECONDS, "connect_timeout": SECONDS}
    AsyncHTTPClient.configure(None, max_clients=AT_ONCE, max_buffer_size=LARGEST, defaults=limits)
    configproxy.ProxyHandler = Passing
    log.setLevel(logging.WARNING)
    # It writes addresses down whole, with what stands after the question mark.
    logging.getLogger("tornado.access").setLevel(logging.CRITICAL)
    cli.main()


if __name__ == "__main__":
    main()
