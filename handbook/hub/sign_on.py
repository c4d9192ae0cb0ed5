"""Single sign-on: the municipality's own identity provider says who somebody is, by OpenID Connect."""

import json
import urllib.request
from typing import Any
from urllib.parse import urlsplit

SCOPES = ("openid", "profile")
_PATIENCE = 20


def sign_on(
    c: Any,
    *,
    issuer: str,
    client_id: str,
    client_secret: str,
    address: str,
    login_claim: str = "preferred_username",
    groups_claim: str = "groups",
    scopes: tuple[str, ...] = SCOPES,
    name: str = "OpenID Connect",
) -> None:
    """Let *issuer* sign people in at the hub *c* (a traitlets configuration).

    The provider's addresses are read from its own description, once, as the hub starts. Groups are read at
    each login, so that whoever has left one has lost what it gave at the next.

    Args:
        c: What JupyterHub calls ``c`` in its configuration file.
        issuer: The provider's address, below which ``.well-known/openid-configuration`` lies.
        client_id: What the provider calls Vejviser.
        client_secret: The secret it gave for that.
        address: The hub's own address, such as ``https://vejviser.kommune.example``.
        login_claim: Which of the provider's words on a person is the login.
        groups_claim: Which of them are the groups.
        scopes: What the hub asks the provider for.
        name: What the login page calls the provider.

    Raises:
        OSError: The provider does not answer.
        ValueError: It answers by plain http from another machine.
    """
    parts = urlsplit(issuer)
    if parts.scheme != "https" and parts.hostname not in {"127.0.0.1", "localhost"}:
        raise ValueError(f"issuer is '{issuer}'; it must be an address that begins with https://")
    described = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
    with urllib.request.urlopen(described, timeout=_PATIENCE) as answer:  # noqa: S310 (https, or here)
        provider = json.load(answer)
    c.JupyterHub.authenticator_class = "generic-oauth"
    own = c.GenericOAuthenticator
    own.client_id, own.client_secret = client_id, client_secret
    own.oauth_callback_url = f"{address.rstrip('/')}/hub/oauth_callback"
    own.authorize_url = provider["authorization_endpoint"]
    own.token_url = provider["token_endpoint"]
    own.userdata_url = provider["userinfo_endpoint"]
    own.scope = list(scopes)
    own.username_claim = login_claim
    own.login_service = name
    # Who may have a server, the groups decide; see spawner.py.
    own.allow_all = True
    own.manage_groups = True
    own.auth_state_groups_key = lambda state: _groups(state, groups_claim)


def _groups(state: dict[str, Any], claim: str) -> set[str]:
    """Return the groups among what the provider said; one alone may come as a word."""
    found = state.get("oauth_user", {}).get(claim) or []
    return {found} if isinstance(found, str) else {str(each) for each in found}
