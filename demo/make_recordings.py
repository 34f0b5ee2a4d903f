"""Make the recordings of the demo show anew: `python -m demo.make_recordings`.

Needs Debian's packages ffmpeg, fonts-lato and fonts-ebgaramond, and takes some
minutes. Nobody else needs them: what this makes is committed beside it.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

from demo.artwork import paint_film, paint_show, paint_talk
from demo.captions import write_chapters, write_transcript
from demo.film import Film, encode
from demo.script import Part, read_script
from demo.voices import Tape
from media_pipeline.programs.process import run

HERE = Path(__file__).parent


def main() -> None:
    """Artwork, the talk, the film."""
    paint_show(HERE / "show.jpg")
    paint_talk(HERE / "talk.jpg")
    paint_film(HERE / "listening.jpg")
    with TemporaryDirectory() as folder:
        _make_talk(Path(folder))
        _make_film(Path(folder))


def _make_talk(folder: Path) -> None:
    _, tape = _record("talk", folder)
    sound = str(tape.save(folder / "talk.wav"))
    target = str(HERE / "talk.mp3")
    encoding = ["-ar", "44100", "-c:a", "libmp3lame", "-b:a", "80k"]
    run(["ffmpeg", "-v", "error", "-y", "-i", sound, *encoding, target])


def _make_film(folder: Path) -> None:
    parts, tape = _record("listening", folder)
    Film(parts, tape).paint(folder)
    encode(folder, tape.save(folder / "listening.wav"), HERE / "listening.mp4")


def _record(name: str, folder: Path) -> tuple[tuple[Part, ...], Tape]:
    parts, tape = read_script(HERE / "scripts" / f"{name}.txt"), Tape(folder)
    tape.record(parts)
    write_transcript(tape.said, HERE / f"{name}.vtt")
    write_chapters(parts, tape.part_starts, HERE / f"{name}.chapters.txt")
    return parts, tape


if __name__ == "__main__":
    main()
