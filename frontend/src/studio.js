// The studio works without scripts; these save a host some waiting.
