"""What tags of the podcast namespace mean together, beyond the spelling of each."""

import re
from collections.abc import Iterator

from feeds.rules.problem import (
    ERROR,
    HINT,
    WARNING,
    Element,
    Finding,
    Sheet,
    channel_rule,
    each_rule,
    item_rule,
    rule,
)
from feeds.rules.reading import attribute_of, children, tag, text_of
from feeds.rules.roles import ROLES

_LICENSES = {
    "ARR",
    "CC0-1.0",
    "CC-BY-4.0",
    "CC-BY-SA-4.0",
    "CC-BY-NC-4.0",
    "CC-BY-NC-SA-4.0",
    "CC-BY-NC-ND-4.0",
    "CC-BY-ND-4.0",
    "POD-V4V-1.0",
}
_TIMED = {"text/vtt", "application/x-subrip", "application/srt", "application/json"}
_STAMP = re.compile(r"(?:^|>|\n)\s*\(?(\d{1,2}(?::\d{2}){1,2})\)?\s")


@channel_rule("podcast-guid-missing", WARNING, "Add it, made once from the address.")
def guid_missing(channel: Element) -> Iterator[str]:
    if not text_of(channel, "podcast:guid"):
        yield "The show has no podcast:guid, so it is lost when its address changes."


@channel_rule("podcast-locked-missing", HINT, "Add <podcast:locked>yes</...>.")
def locked_missing(channel: Element) -> Iterator[str]:
    if not children(channel, "podcast:locked"):
        yield "Anybody may import the show elsewhere."


@item_rule("alternate-length-missing", ERROR, 'Add length; for HLS, length="0".')
def alternate_length_missing(item: Element) -> Iterator[str]:
    for alternate in children(item, "podcast:alternateEnclosure"):
        if not alternate.get("length"):
            yield "A podcast:alternateEnclosure has no length, so readers drop it."


@item_rule("alternate-source-missing", ERROR, 'Add <podcast:source uri="...">.')
def alternate_source_missing(item: Element) -> Iterator[str]:
    for alternate in children(item, "podcast:alternateEnclosure"):
        if alternate.find(tag("podcast:source")) is None:
            yield "A podcast:alternateEnclosure says nowhere where it lies."


@item_rule("alternate-default", ERROR, "Only the file of the enclosure is the default.")
def alternate_default(item: Element) -> Iterator[str]:
    url = attribute_of(item, "enclosure", "url")
    for alternate in children(item, "podcast:alternateEnclosure"):
        sources = [e.get("uri") for e in children(alternate, "podcast:source")]
        if url and alternate.get("default") == "true" and url not in sources:
            yield "The default alternateEnclosure is another file than the enclosure."


@item_rule("integrity-value", ERROR, "Write sha384- and the hash in base64.")
def integrity_value(item: Element) -> Iterator[str]:
    for found in item.iter(tag("podcast:integrity")):
        value = found.get("value", "")
        is_hash = re.fullmatch(r"sha(256|384|512)-[A-Za-z0-9+/]{43,86}={0,2}", value)
        if found.get("type") == "sri" and not is_hash:
            yield f"The integrity of a file is {value!r}."


@item_rule("captions-untimed", WARNING, "Leave rel out, or give WebVTT or SRT.")
def captions_untimed(item: Element) -> Iterator[str]:
    for script in children(item, "podcast:transcript"):
        if script.get("rel") == "captions" and script.get("type") not in _TIMED:
            yield f"A transcript in {script.get('type')} cannot be captions."


@each_rule("license-url-missing", ERROR, "Add url with the text of the licence.")
def license_url_missing(element: Element) -> Iterator[str]:
    for found in children(element, "podcast:license"):
        name = (found.text or "").strip()
        if name.upper() not in _LICENSES and not found.get("url"):
            yield f"Nobody knows what the licence {name!r} says."


@each_rule("social-uri-missing", ERROR, "Add uri, or say that comments are disabled.")
def social_uri_missing(element: Element) -> Iterator[str]:
    for found in children(element, "podcast:socialInteract"):
        if found.get("protocol") != "disabled" and not found.get("uri"):
            yield "podcast:socialInteract says nowhere where to comment."


@each_rule("person-role-unknown", HINT, "Choose a role of the podcast taxonomy.")
def person_role_unknown(element: Element) -> Iterator[str]:
    for person in children(element, "podcast:person"):
        role = person.get("role", "host").lower()
        if role not in ROLES:
            yield f"Apps do not know the role {role!r}."


@channel_rule(
    "medium-list-items", ERROR, "List other feeds by podcast:remoteItem only."
)
def medium_list_items(channel: Element) -> Iterator[str]:
    medium = text_of(channel, "podcast:medium")
    if medium.endswith("L") and channel.find("item") is not None:
        yield f"A list ({medium}) holds episodes of its own."


@channel_rule("publisher-remote", ERROR, "Name one remoteItem, medium=publisher.")
def publisher_remote(channel: Element) -> Iterator[str]:
    for publisher in children(channel, "podcast:publisher"):
        remotes = children(publisher, "podcast:remoteItem")
        if [remote.get("medium") for remote in remotes] != ["publisher"]:
            yield "podcast:publisher does not name exactly one publisher."


@channel_rule("podroll-empty", ERROR, "Recommend a show by podcast:remoteItem.")
def podroll_empty(channel: Element) -> Iterator[str]:
    for podroll in children(channel, "podcast:podroll"):
        if not children(podroll, "podcast:remoteItem"):
            yield "podcast:podroll recommends nothing."


@item_rule("soundbite-duration", HINT, "Choose 15 to 120 seconds.")
def soundbite_duration(item: Element) -> Iterator[str]:
    for soundbite in children(item, "podcast:soundbite"):
        duration = soundbite.get("duration", "")
        if (
            re.fullmatch(r"\d{1,9}(\.\d+)?", duration)
            and not 15 <= float(duration) <= 120
        ):
            yield f"A soundbite is {duration} seconds long."


@rule("person-host-missing", HINT, "Repeat the host: people of an episode replace all.")
def person_host_missing(sheet: Sheet) -> Iterator[Finding]:
    if not children(sheet.channel, "podcast:person"):
        return
    for item in sheet.items:
        people = children(item, "podcast:person")
        roles = {person.get("role", "host").lower() for person in people}
        if people and "host" not in roles:
            yield item, "The people of the episode leave its host out."


@item_rule("timestamps-few", HINT, "Begin with 00:00:00, and give at least three.")
def timestamps_few(item: Element) -> Iterator[str]:
    lines = _STAMP.findall(text_of(item, "description"))
    if lines and (len(lines) < 3 or lines[0].strip("0:")):
        yield "Apple does not take the times in the description for chapters."
