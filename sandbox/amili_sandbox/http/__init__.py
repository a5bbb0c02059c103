"""A small threaded HTTP/1.1 server that can also misbehave on purpose."""
