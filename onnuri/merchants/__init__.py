"""The merchants' room: markets, shops, the register's life cycle, stickers and what they say."""
