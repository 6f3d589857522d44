"""Reports: tables of roll-calls, days and months, on the screen, as Excel and as PDF."""
