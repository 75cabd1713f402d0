"""What fell or rose: judged day by day, by detection and by rules, with what is behind it."""
