"""A person, and what they did in an episode."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base
from app.models.identity import new_id


class Person(Base):
    """Somebody heard or credited."""

    __tablename__ = "people"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    link: Mapped[str] = mapped_column(default="")


class Credit(Base):
    """A person in a role in an episode; role and group as in the podcast taxonomy."""

    __tablename__ = "credits"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    episode_id: Mapped[str] = mapped_column(
        ForeignKey("episodes.id", ondelete="CASCADE"), index=True
    )
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    role: Mapped[str] = mapped_column(default="host")
    group: Mapped[str] = mapped_column(default="cast")
    position: Mapped[int] = mapped_column(default=0)

    person: Mapped[Person] = relationship()
