"""Words, numbers, money and days in four languages."""
