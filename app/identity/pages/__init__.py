"""The pages of identity: the door, one's own settings, people, tokens, news."""
