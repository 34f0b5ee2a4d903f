from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import update

from app.actions import sign_in
from app.database import now
from app.errors import NotAllowed
from app.models import SignInLink, User, WebSession
from app.platform import Platform
from tests.factories import make_user


@pytest.fixture
def user(any_platform: Platform) -> User:
    with any_platform.database.session() as session:
        return make_user(session)


def link_of(platform: Platform, user: User) -> str:
    with platform.database.session() as session:
        return sign_in.make_link(session, platform, user)


def token_of(platform: Platform, user: User) -> str:
    return parse_qs(urlsplit(link_of(platform, user)).query)["token"][0]


def redeemed(platform: Platform, token: str) -> tuple[User, str]:
    with platform.database.session() as session:
        return sign_in.redeem(session, token)


def test_a_link_signs_in_the_one_it_was_made_for(
    any_platform: Platform, user: User
) -> None:
    found, secret = redeemed(any_platform, token_of(any_platform, user))

    with any_platform.database.reading() as session:
        signed_in = sign_in.user_of(session, secret)
    assert signed_in is not None
    assert found.id == signed_in.id == user.id


def test_a_link_is_at_the_public_address(any_platform: Platform, user: User) -> None:
    assert link_of(any_platform, user).startswith(
        "https://cast.example/studio/sign-in?"
    )


def test_a_link_works_once(any_platform: Platform, user: User) -> None:
    token = token_of(any_platform, user)
    redeemed(any_platform, token)

    with pytest.raises(NotAllowed):
        redeemed(any_platform, token)


def test_nobody_learns_whether_a_link_was_used_or_never_ours(
    any_platform: Platform, user: User
) -> None:
    used, late = token_of(any_platform, user), token_of(any_platform, user)
    redeemed(any_platform, used)
    age(any_platform, SignInLink)

    answers = {refusal(any_platform, token) for token in (used, late, "", "never ours")}

    assert answers == {sign_in.SPENT}


def test_neither_token_nor_cookie_is_in_the_database(
    platform: Platform,
) -> None:
    with platform.database.session() as session:
        user = make_user(session)
    token = token_of(platform, user)
    _, secret = redeemed(platform, token)

    files = platform.settings.data_dir.glob("commoncast.db*")
    kept = b"".join(file.read_bytes() for file in files)

    assert token.encode() not in kept
    assert secret.encode() not in kept


def test_a_session_ends_after_its_time(any_platform: Platform, user: User) -> None:
    _, secret = redeemed(any_platform, token_of(any_platform, user))
    age(any_platform, WebSession)

    with any_platform.database.reading() as session:
        assert sign_in.user_of(session, secret) is None


def test_signing_out_ends_the_session_on_the_server(
    any_platform: Platform, user: User
) -> None:
    _, secret = redeemed(any_platform, token_of(any_platform, user))

    with any_platform.database.session() as session:
        sign_in.sign_out(session, secret)

    with any_platform.database.reading() as session:
        assert sign_in.user_of(session, secret) is None


def age(platform: Platform, kind: type[SignInLink] | type[WebSession]) -> None:
    with platform.database.session() as session:
        session.execute(update(kind).values(expires_at=now() - timedelta(seconds=1)))


def refusal(platform: Platform, token: str) -> str:
    with pytest.raises(NotAllowed) as refused:
        redeemed(platform, token)
    return refused.value.sentence
