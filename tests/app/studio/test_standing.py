from app.studio.standing import Standing
from media_pipeline.damage import damage_in
from media_pipeline.packets import Scan, Spot


def test_what_must_be_listened_to_is_told_apart_from_what_was_mended() -> None:
    damage = damage_in(Scan(60, gaps=(Spot(10, 4),)), ends_abruptly=True)
    mended = "The surround sound becomes stereo."

    standing = Standing("ready", "The sound is ready.", remarks=(*damage, mended))

    assert standing.warnings == list(damage)
    assert standing.mended == [mended]
