"""Programs: how one runs to its end, behind a wall and within limits."""
