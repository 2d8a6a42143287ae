"""What ships: cards with their scores, and the other seeds that neighbours are compared with."""
