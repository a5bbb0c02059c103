"""A small threaded HTTP/1.1 server that can also break connections and responses on request."""

from amili_sandbox.http.messages import Ending, Headers, Reply, Request, error_reply, json_reply
from amili_sandbox.http.server import Limits, Server
from amili_sandbox.http.wsgi import WsgiApplication, call

__all__ = ["Ending", "Headers", "Limits", "Reply", "Request", "Server", "WsgiApplication", "call", "error_reply", "json_reply"]
