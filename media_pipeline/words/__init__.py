"""Words: what is said, what a chapter is called, and the files that say so."""
