"""What comes in: one transaction takes a message from receipt to due persons (design 3, exchange.md 0)."""
