"""Brings a show in, and says how far it is."""

from app.actions import moving_in
from app.actions.moving_in import Wish
from app.outbound import Outbound
from app.platform import Platform
from tests.app.old_host import OldHost


def bring(platform: Platform, host: OldHost, url: str, wish: Wish | None = None) -> str:
    outbound = Outbound(also=frozenset({host.door}))
    found = moving_in.look(outbound, url)
    usual = wish or Wish(publish=False, keep_media=True)
    return moving_in.move_in(platform, outbound, found, usual, lambda *_: None)


def states(platform: Platform, show_id: str) -> list[str]:
    with platform.database.reading() as session:
        return [item.state for item in moving_in.items_of(session, show_id)]
