"""Pages and files for anybody: anonymous, read-only, without cookies."""
