import pytest

from app import members
from app.errors import BadRequest
from app.models import User
from app.platform import Platform


def test_what_is_no_address_gets_no_link(platform: Platform) -> None:
    with pytest.raises(BadRequest, match="not an e-mail address"):
        members.invite(platform, "ada", is_admin=False, shows=[])

    with platform.database.reading() as session:
        assert session.query(User).count() == 0
