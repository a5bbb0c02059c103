"""Certificates and a TLS server on loopback, for tests of connections."""

import contextlib
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.overlay.transport.test_sending import WHOLE


def write_certificate(file: Path, name: x509.GeneralName | None = None, first: int = -1, last: int = 1) -> Path:
    """Write a self-signed certificate with its key, for 127.0.0.1 or another name; valid between two days from now."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "a server of a test")])
    names = x509.SubjectAlternativeName([name or x509.IPAddress(ip_address("127.0.0.1"))])
    begin, end = now + timedelta(days=first), now + timedelta(days=last)
    built = x509.CertificateBuilder(subject, subject, key.public_key(), 1, begin, end)
    signed = built.add_extension(names, critical=False).sign(key, SHA256())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(pem + signed.public_bytes(Encoding.PEM))
    return file


class _Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.wfile.write(WHOLE)

    def log_message(self, *_: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    connections = 0

    def process_request(self, *arguments: object) -> None:
        self.connections += 1
        super().process_request(*arguments)  # type: ignore[arg-type]

    def handle_error(self, *_: object) -> None:
        pass


@contextlib.contextmanager
def serving(certificate: Path | None) -> Iterator[_Server]:
    """Serve an empty page of cases, over TLS if there is a certificate."""
    server = _Server(("127.0.0.1", 0), _Answer)
    if certificate is not None:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate)
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()
