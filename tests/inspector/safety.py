"""What holds of every page, whatever its data source."""

import re

import httpx


def check_headers(answer: httpx.Response) -> None:
    """Check that an answer has a strict policy, and is not stored."""
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["content-security-policy"].split(";"))
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == policy["form-action"] == "'self'"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"


def check_markup(answer: httpx.Response, prefix: str) -> None:
    """Check that a page has no script or style of its own, and that all its addresses begin with a path."""
    assert re.findall(r"<script(?![^>]* src=)|<style|\son\w+=|\sstyle=|javascript:", answer.text) == []
    for address in re.findall(r'(?:href|src|action)="([^"]*)"', answer.text):
        assert address.startswith((prefix, "#", "data:image/svg+xml,")) or not address, address
