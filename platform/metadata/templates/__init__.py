"""Texts with places: the closed language of mails, short messages and prints."""
