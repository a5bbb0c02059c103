"""What the environment says about proxies and certificates; an error names the variable and never its value."""

import ipaddress
import os
import re
import ssl
from urllib.parse import urlsplit
from urllib.request import getproxies

import httpx

from amili._core.engine import Secret, is_loopback
from amili._errors import ConfigurationError

_DEFAULT_PORTS = {"https": 443, "http": 80}
_ENTRY = re.compile(r"(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?")  # a host with or without a port


def certificates() -> ssl.SSLContext:
    """Return the certificates to trust: those of SSL_CERT_FILE or SSL_CERT_DIR, else those of certifi."""
    try:
        return httpx.create_ssl_context()
    except OSError:
        if not _can_write(os.environ.get("SSLKEYLOGFILE")):
            raise ConfigurationError("SSLKEYLOGFILE in the environment is not a file that can be written") from None
        raise ConfigurationError(_named("is not a file with certificates", "SSL_CERT_FILE", "SSL_CERT_DIR")) from None


def _can_write(file: str | None) -> bool:
    try:
        with open(file or os.devnull, "a", encoding="ascii"):
            return True
    except OSError:
        return False


def proxy_for(base_url: str, trusted: ssl.SSLContext) -> Secret[httpx.Proxy] | None:
    """Return the proxy for an API, or None; it may hold a password. What is for this machine does not leave it."""
    url = urlsplit(base_url)
    host, port = (url.hostname or "").removesuffix("."), url.port or _DEFAULT_PORTS.get(url.scheme)
    if is_loopback(host) or any(_exempts(entry, host, port) for entry in re.split(r"[\s,]+", getproxies().get("no", ""))):
        return None
    proxy = _proxy_of(url.scheme, trusted)
    if proxy is _UNUSABLE:
        raise ConfigurationError(_named("can't be used", f"{url.scheme}_PROXY", "ALL_PROXY"))
    return proxy


_UNUSABLE: Secret[httpx.Proxy] = Secret(httpx.Proxy("http://unusable"))


def _proxy_of(scheme: str, trusted: ssl.SSLContext) -> Secret[httpx.Proxy] | None:
    """Return the proxy that the environment sets for a scheme; raises nothing, since its locals hold the password."""
    proxies = getproxies()
    address = proxies.get(scheme) or proxies.get("all")
    if not address:
        return None
    address = address if "://" in address else f"http://{address}"
    try:
        _ = urlsplit(address).port  # raises ValueError for what httpx would reject only when it connects
        proxy = httpx.Proxy(address)
    except (ValueError, httpx.InvalidURL):
        return _UNUSABLE
    if proxy.url.scheme == "https":
        proxy.ssl_context = trusted
    return Secret(proxy)


def _exempts(entry: str, host: str, port: int | None) -> bool:
    """Return whether an entry of NO_PROXY is for this host; one that is not understood is for none.

    An entry is a name, which is also for the names below it, an address, a network such as 10.0.0.0/8 or fd00::/8, or `*`. A name
    or an address may have a port.
    """
    entry = entry.lower().rpartition("://")[2]
    parts = _ENTRY.fullmatch(entry)
    name = (parts[1] or parts[2]) if parts else entry
    if entry == "*" or (parts and parts[3] and int(parts[3]) != port):
        return entry == "*"
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        name = name.lstrip("*").strip(".")
        return bool(name) and f".{host}".endswith(f".{name}")
    try:
        return address in ipaddress.ip_network(name, strict=False)
    except ValueError:
        return False


def _named(problem: str, *variables: str) -> str:
    names = [name for variable in variables for name in (variable.upper(), variable.lower()) if os.environ.get(name)]
    return f"{' or '.join(names) or 'a setting'} in the environment {problem}"


def socks_is_missing() -> ConfigurationError:
    """Return the error for a proxy that needs a package that is not installed."""
    variables = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY")
    return ConfigurationError(_named("can't be used; a socks proxy needs pip install 'httpx[socks]'", *variables))
