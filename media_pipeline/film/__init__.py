"""The film of an episode: what is made of its pictures, and the making."""
