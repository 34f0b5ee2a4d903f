"""Feeds that other programs wrote, read so that a show can move in."""

from feeds.foreign.document import ForeignItem, ForeignShow
from feeds.foreign.reading import read_foreign
from feeds.foreign.tree import UnusableFeed

__all__ = ["ForeignItem", "ForeignShow", "UnusableFeed", "read_foreign"]
