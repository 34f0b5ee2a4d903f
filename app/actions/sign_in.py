"""Signing in by a link that works once; we keep nothing that could be stolen."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from app.database import now
from app.errors import NotAllowed
from app.models import SignInLink, User, WebSession
from app.platform import Platform

LINK_LASTS = timedelta(minutes=30)
SESSION_LASTS = timedelta(days=30)
TOKEN_BYTES = 32

# One answer for a link that is used, over, or was never ours: nobody learns which.
SPENT = "This link has been used already, or is too old. Please ask for a new one."


def make_link(session: Session, platform: Platform, user: User) -> str:
    """A link that signs this user in, once, within half an hour."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session.execute(delete(SignInLink).where(SignInLink.expires_at < now()))
    session.add(
        SignInLink(
            token_hash=hash_of(token), user_id=user.id, expires_at=now() + LINK_LASTS
        )
    )
    return platform.url(f"studio/sign-in?token={token}")


def redeem(session: Session, token: str) -> tuple[User, str]:
    """Use a link up: who it was for, and the secret of their new session."""
    moment = now()
    # Asking and using up is one statement: of two at once, one finds it used.
    unused = (
        SignInLink.token_hash == hash_of(token),
        SignInLink.used_at.is_(None),
        SignInLink.expires_at > moment,
    )
    used = update(SignInLink).where(*unused).values(used_at=moment)
    user_id = session.scalar(used.returning(SignInLink.user_id))
    if user_id is None:
        raise NotAllowed(SPENT)
    return session.get_one(User, user_id), _begin(session, user_id, moment)


def user_of(session: Session, secret: str) -> User | None:
    """Whose session this is, while it lasts."""
    found = session.get(WebSession, hash_of(secret)) if secret else None
    return found.user if found and found.expires_at > now() else None


def sign_out(session: Session, secret: str) -> None:
    """From now on, this secret opens nothing."""
    session.execute(delete(WebSession).where(WebSession.token_hash == hash_of(secret)))


def hash_of(secret: str) -> str:
    """What we keep of a secret. It is random and long, so plain SHA-256 is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _begin(session: Session, user_id: str, moment: datetime) -> str:
    secret = secrets.token_urlsafe(TOKEN_BYTES)
    session.execute(delete(WebSession).where(WebSession.expires_at < moment))
    session.add(
        WebSession(
            token_hash=hash_of(secret),
            user_id=user_id,
            expires_at=moment + SESSION_LASTS,
        )
    )
    return secret
