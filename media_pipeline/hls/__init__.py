"""A film as HLS: its playlists, its segments, and the rules that they keep."""
