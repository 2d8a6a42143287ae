"""What each era is worth on a person's own labelled texts, where it is wrong, and which labels may be."""
