"""Verifies an access token as somebody does who knows nothing but the shop's URL, `API_URL`: metadata, keys, signature, claims.

Owns a token of a new customer. Refuses to know where the keys are, whose name the issuer has, or what signs: the shop's metadata
says all that. The library is joserfc, which shares no code with the shop.
"""

import os
import string
import time
import uuid
import warnings
from collections.abc import Mapping
from typing import Any

import httpx
from joserfc import jwt
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import KeySet

BASE64 = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"


def main() -> None:
    # RFC 9864 renames the algorithm to `Ed25519`, which older libraries do not know yet.
    warnings.filterwarnings("ignore", "EdDSA is deprecated", SecurityWarning)
    shop = httpx.Client(base_url=os.environ["API_URL"], timeout=30)
    metadata = read(shop, "/.well-known/openid-configuration")
    keys = KeySet.import_key_set(read(shop, metadata["jwks_uri"]))
    user, token = new_customer(shop)

    claims = verify(token, metadata, keys)
    assert claims["sub"] == user, claims
    assert time.time() < claims["exp"] <= time.time() + 15 * 60 + 1, claims
    print(f"{claims['iss']} says, for {claims['aud']}: {claims['sub']} until {claims['exp']}")

    for place in range(len(token)):
        assert is_refused(forged(token, place), metadata, keys), f"character {place} does not matter"
    print(f"refused with any of {len(token)} characters changed")


def verify(token: str, metadata: Mapping[str, Any], keys: KeySet) -> dict[str, Any]:
    """The claims, if the shop signed them for its API and they still hold."""
    decoded = jwt.decode(token, keys, algorithms=metadata["access_token_signing_alg_values_supported"])
    expected = jwt.JWTClaimsRegistry(
        iss={"essential": True, "value": metadata["issuer"]},
        aud={"essential": True, "value": metadata["access_token_audience"]},
        exp={"essential": True},
    )
    expected.validate(decoded.claims)
    # RFC 9068: a token of another kind, signed with the same key, is not an access token.
    if decoded.header.get("typ") != metadata["access_token_typ"]:
        raise ValueError(f"typ is {decoded.header.get('typ')}")
    return decoded.claims


def is_refused(token: str, metadata: Mapping[str, Any], keys: KeySet) -> bool:
    try:
        verify(token, metadata, keys)
    except (JoseError, ValueError):
        return True
    return False


def forged(token: str, place: int) -> str:
    """The token with one character changed. The highest bit of a character always counts; the lowest of a last one may be padding."""
    found = BASE64.find(token[place])
    other = BASE64[found ^ 0b100000] if found >= 0 else BASE64[0]
    return token[:place] + other + token[place + 1 :]


def new_customer(shop: httpx.Client) -> tuple[str, str]:
    """Id and access token."""
    credentials = {"email": f"jose-{uuid.uuid4().hex}@example.com", "password": uuid.uuid4().hex}
    user = shop.post("/v1/users", json={**credentials, "name": "Ada Lovelace"}).raise_for_status().json()
    session = shop.post("/v1/sessions", json=credentials).raise_for_status().json()
    return user["id"], session["access_token"]


def read(shop: httpx.Client, url: str) -> Any:
    """A document of the shop. Every name below `localhost` is this machine (RFC 6761 §6.3), which not every resolver knows."""
    address = httpx.URL(url)
    is_here = address.host.endswith(".localhost")
    to = address.copy_with(host=shop.base_url.host) if is_here else address
    return shop.get(to, headers={"Host": address.netloc.decode()} if is_here else {}).raise_for_status().json()


if __name__ == "__main__":
    main()
