"""Who may work here: users, the shows they host, and how they sign in."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, now
from app.models.identity import new_id
from app.models.show import Show


class User(Base):
    """Somebody who can sign in. An admin is a keeper: every show is theirs."""

    __tablename__ = "users"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(default="")
    is_admin: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=now)


class Host(Base):
    """A user with a show."""

    __tablename__ = "hosts"
    __table_args__ = (UniqueConstraint("user_id", "show_id"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    show_id: Mapped[str] = mapped_column(ForeignKey("shows.id", ondelete="CASCADE"))

    user: Mapped[User] = relationship()
    show: Mapped[Show] = relationship()


class SignInLink(Base):
    """A link that signs one person in, once. Only the hash of its token is kept."""

    __tablename__ = "sign_in_links"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    user: Mapped[User] = relationship()


class WebSession(Base):
    """A signed-in browser. Only the hash of its cookie is kept."""

    __tablename__ = "web_sessions"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]

    user: Mapped[User] = relationship()
