"""Who may come in: the keeper invites by a link that works once."""

import re
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions.sign_in import make_link
from app.errors import BadRequest
from app.models import Host, User
from app.platform import Platform
from app.publishing import show_by_slug

_EMAIL = re.compile(r"[^\s@<>\",;]+@[^\s@<>\",;]+\.[^\s@<>\",;.]+")


def invite(
    platform: Platform, email: str, *, is_admin: bool, shows: Sequence[str] = ()
) -> str:
    """Add a user if need be, and make a link that signs them in once."""
    if not _EMAIL.fullmatch(email) or len(email) > 254:
        raise BadRequest(f'"{email}" is not an e-mail address.')
    with platform.database.session() as session:
        user = _user(session, email.lower())
        user.is_admin = user.is_admin or is_admin
        for slug in shows:
            _let_host(session, user, slug)
        session.flush()
        return make_link(session, platform, user)


def _user(session: Session, email: str) -> User:
    user = session.scalar(select(User).where(User.email == email))
    if user is None:
        user = User(email=email)
        session.add(user)
        session.flush()
    return user


def _let_host(session: Session, user: User, slug: str) -> None:
    show = show_by_slug(session, slug)
    same = (Host.user_id == user.id, Host.show_id == show.id)
    if session.scalar(select(Host).where(*same)) is None:
        session.add(Host(user_id=user.id, show_id=show.id))
