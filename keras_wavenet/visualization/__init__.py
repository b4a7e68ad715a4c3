"""Charts: functions that draw on given axes of matplotlib and return them."""
