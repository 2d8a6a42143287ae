"""What every training loop uses: checkpoints, schedules of the learning rate, Adam by rows."""
