"""Django's own has a leading zero: 01 грудня 2026 р."""

# The whole word: dates stand at the end of sentences, where «р.» would need a second full stop.
DATE_FORMAT = "j E Y року"
DATETIME_FORMAT = "j E Y року, H:i"
MONTH_DAY_FORMAT = "j E"
