"""Shows that only people with a key can hear: keys given, looked at, taken back."""

import hashlib
import hmac
import ipaddress
import secrets
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions import snapshots, syndication
from app.database import now
from app.errors import BadRequest, Gone, NotFound
from app.models import FeedKey, Show
from app.models.identity import clean_line, new_id
from app.platform import Platform

TOKEN_BYTES = 20  # 160 bits
LONGEST_LABEL = 100  # characters
MOST_NETWORKS = 8  # in a day: home, work, phone, a train; more looks passed on
_KEPT_NETWORKS = 50


@dataclass(frozen=True, slots=True)
class Given:
    """A fresh key; its address is shown now, and never again."""

    key_id: str
    feed_url: str


def give_key(platform: Platform, show_id: str, label: str) -> Given:
    """Make a key for one listener."""
    label = clean_line(label)
    if not label:
        raise BadRequest("Please say whom this key is for.")
    if len(label) > LONGEST_LABEL:
        raise BadRequest(f"Please keep this under {LONGEST_LABEL} characters.")
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with platform.database.session() as session:
        session.get_one(Show, show_id)
        key = FeedKey(
            id=new_id(), show_id=show_id, token_hash=_hash(token), label=label
        )
        session.add(key)
    return Given(key.id, platform.url(f"private/{token}/feed.xml"))


def revoke_key(platform: Platform, show_id: str, key_id: str) -> None:
    """Take a key back: from now on its addresses answer 410."""
    with platform.database.session() as session:
        key = session.get(FeedKey, key_id)
        if key is None or key.show_id != show_id:
            raise NotFound("There is no such key.")
        key.revoked_at = key.revoked_at or now()


def set_private(platform: Platform, show_id: str, is_private: bool) -> None:
    """Hide a show from everybody without a key, or open it to all."""
    with platform.database.session() as session:
        show = session.get_one(Show, show_id)
        show.is_private = is_private
        show.touch()
    if is_private:  # at once, and then its topics: all the others take their time
        snapshots.forget_show(platform, show.slug)
        syndication.refresh_show(platform, show_id)
    syndication.refresh_all(platform)


def keys_of(session: Session, show_id: str) -> list[FeedKey]:
    """Every key of a show, those that still open first."""
    query = select(FeedKey).where(FeedKey.show_id == show_id)
    order = FeedKey.revoked_at.is_not(None), FeedKey.created_at.desc(), FeedKey.id
    return list(session.scalars(query.order_by(*order)))


def opened_by(session: Session, token: str) -> tuple[FeedKey, Show]:
    """What a key opens. Raises `NotFound`, or `Gone` when it was taken back."""
    mine = FeedKey.token_hash == _hash(token)
    key = session.scalars(select(FeedKey).where(mine)).first()
    if key is None:
        raise NotFound("There is no such feed.")
    if key.revoked_at is not None:
        raise Gone("This key was taken back. Please ask whoever gave it to you.")
    show = session.get_one(Show, key.show_id)
    if not show.is_private:
        raise NotFound("This show is open to everybody now.")
    return key, show


def note_network(platform: Platform, key: FeedKey, address: str) -> None:
    """Count from how many networks a key is used today."""
    today = now().date().isoformat()
    network = _network(platform, today, address)
    seen = key.networks if key.networks_on == today else []
    if not network or network in seen or len(seen) >= _KEPT_NETWORKS:
        return
    with platform.database.session() as session:
        row = session.get(FeedKey, key.id, with_for_update=True)
        if row is None:
            return
        seen = row.networks if row.networks_on == today else []
        if network in seen:
            return
        row.networks, row.networks_on = [*seen, network], today
        if len(row.networks) > MOST_NETWORKS:
            row.spread_on = today


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _network(platform: Platform, today: str, address: str) -> str:
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return ""
    size = 24 if ip.version == 4 else 48
    network = ipaddress.ip_network(f"{ip}/{size}", strict=False)
    told = f"{today} {network}".encode()
    return hmac.new(platform.secret, told, "sha256").hexdigest()[:12]
