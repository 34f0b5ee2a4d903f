"""A lease: a worker says that it is alive, so that others may take over if not."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base


class Lease(Base):
    """One row for each running worker, renewed by the database's clock."""

    __tablename__ = "leases"

    executor_id: Mapped[str] = mapped_column(primary_key=True)
    seen_at: Mapped[datetime]
    sandbox: Mapped[str] = mapped_column(default="")  # the wall around its programs
