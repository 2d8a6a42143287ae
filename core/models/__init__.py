"""The classifiers the eras share."""
