"""What must be paid for a procedure, here, on this day, through this channel, and why."""
