"""The sound of an episode, in every form in which it is handed out."""
