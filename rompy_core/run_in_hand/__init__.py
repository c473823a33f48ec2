"""A run in hand: its lock, journal, record and cancellation, and the stages that are done under them."""
