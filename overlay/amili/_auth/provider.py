"""AuthTokenProvider: tokens from a private key, an API code, or one fixed token."""

from collections.abc import Callable
from typing import Any

from amili._auth.renewal import RenewedTokens
from amili._auth.tokens import TokenRequest, TokenStore, check_token
from amili._core.engine import Context, Secret, now
from amili._core.transport import arun, async_client, client, run
from amili._errors import ConfigurationError


class AuthTokenProvider(TokenStore):
    """Provides a valid token for the header X-API-Key and renews it early; one renewal at a time for all threads and tasks.

    Create one with `from_private_key`, `from_api_code` or `from_token`. `base_url` is set by the client that uses it; pass it to
    use the provider alone. `insecure` allows an http URL of another machine. `token_path` is the dotted path of the token
    in the response, which the vendor does not document. `lifetime` is assumed for a token without an expiry of its own, in
    seconds; `margin` is how many seconds before its expiry a token is renewed.
    """

    def __init__(
        self,
        token_request: Callable[[float], TokenRequest] | None,
        token: Secret[str] | None = None,
        *,
        base_url: str | None = None,
        token_path: str | None = None,
        lifetime: float = 600.0,
        margin: float = 60.0,
        clock: Callable[[], float] = now,
        insecure: bool = False,
    ) -> None:
        options: dict[str, Any] = {"token_path": token_path, "lifetime": lifetime, "margin": margin, "clock": clock}
        super().__init__(token_request, token, base_url=base_url, insecure=insecure, **options)

    @classmethod
    def from_token(cls, token: str) -> "AuthTokenProvider":
        """Use a fixed token, which can't be renewed. Raises ConfigurationError if it can't be sent in a header."""
        given = Secret(token)
        del token
        return cls(None, check_token(given))

    @classmethod
    def from_private_key(
        cls, api_code: str, pem: str | bytes, *, algorithm: str | None = None, **options: Any
    ) -> "AuthTokenProvider":
        """Exchange a JWT signed with a private key (EC or RSA, any PEM form, no passphrase) for tokens.

        The default algorithm depends on the key. Raises ConfigurationError if key, algorithm or API code can't be used.
        """
        code, text = Secret(api_code), Secret(pem)
        del api_code, pem
        from amili._auth import keys  # noqa: PLC0415 - imports cryptography, which a fixed token does not need

        code, key = _api_code(code), keys.load_private_key(text)
        chosen = keys.algorithm_for(key, algorithm)
        return cls(lambda now: TokenRequest(code, keys.sign_assertion(code, key, chosen, now)), **options)

    @classmethod
    def from_api_code(cls, api_code: str, **options: Any) -> "AuthTokenProvider":
        """Exchange the plain API code for tokens; only the vendor's older pages document this, for registered IP addresses."""
        code = Secret(api_code)
        del api_code
        code = _api_code(code)
        return cls(lambda _: TokenRequest(code), **options)

    def get_valid_token(self) -> str:
        """Return a valid token; request one over a separate connection if necessary.

        Raises AuthenticationError if the credential is refused, NoResponseError if there is no response, ConfigurationError if
        there is no base URL or no token in the response.
        """
        token = self.current_token()
        if token is not None:
            return token.reveal()
        tokens = RenewedTokens(self)
        context = Context(self.base_url or "", tokens)
        with client(context.base_url, context.timeout, None) as http:
            return run(tokens.valid_token(context, context.budget()), http, None).reveal()

    async def aget_valid_token(self) -> str:
        """Return a token as `get_valid_token` does, without blocking the event loop."""
        token = self.current_token()
        if token is not None:
            return token.reveal()
        tokens = RenewedTokens(self)
        context = Context(self.base_url or "", tokens)
        async with async_client(context.base_url, context.timeout, None) as http:
            return (await arun(tokens.valid_token(context, context.budget()), http, None)).reveal()

    def __repr__(self) -> str:
        return f"AuthTokenProvider(base_url={self.base_url!r}, renewable={self.renewable})"


def _api_code(code: Secret[str]) -> Secret[str]:
    if not isinstance(code.reveal(), str) or not code.reveal().strip():
        raise ConfigurationError("the API code is empty")
    return Secret(code.reveal().strip())
