"""Pictures that stand still: artwork, posters, storyboards, chapters."""
